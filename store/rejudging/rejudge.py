"""Judge every stored mail again under today's calls, settings and register, and find what that changes.

Nothing is written here: ``rejudged`` reads the raw mails through the workers, lets each call's history happen again
(``rules.judging.history``), and compares. ``store.rejudging.apply`` writes it down.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from intake.model import Submission
from intake.pool import Bench, Job
from rules.judging.history import Came, History, Wish, source_of
from rules.model import Demand, Judged, Unit
from rules.packs.call import CallPack
from store import unitstate
from store.database import Row, moment, stamp
from store.desk import Desk
from store.itemrows import conceal, ordinal_of
from store.neighbours import Company, near
from store.verdicts import checked_as_today

Progress = Callable[[int, int], None]
OFFICERS_OR_UNITS = "request"  # what was asked for and done stands: such letters are not judged again
LAST = "~"  # behind every time
# A letter of an address that was approved later came into the state then, not when it was put aside.
_JUDGED = "SELECT min(at) FROM events e WHERE e.mail_id = m.id AND e.kind = 'judged'"
_LET_IN = "".join(f""" AND e.detail NOT LIKE '%"{code}"%'""" for code in ("A001", "A002", "A005"))
_LETTERS = (
    f"SELECT m.*, coalesce(({_JUDGED}{_LET_IN}), ({_JUDGED}), judged_at) AS first_judged"  # noqa: S608 - no values
    " FROM mails m WHERE state = 'judged'"
)
FOUND = "SELECT * FROM findings WHERE mail_id = ? AND item_id IS NULL ORDER BY id"


@dataclass(frozen=True, slots=True)
class Moved:
    """A version that stands otherwise: as it is on file and as it would be, null where it is not there."""

    before: Demand | None
    after: Demand | None
    unit_before: str | None
    unit: Unit | None

    @property
    def told(self) -> bool:
        """Whether a reader would call it a change: decision, findings, currency, number or unit, not a wording."""
        if self.before is None or self.after is None:
            return True
        return self.unit_before != (self.unit.name if self.unit else None) or _verdict(self.before) != _verdict(
            self.after
        )


@dataclass(frozen=True, slots=True)
class Reread:
    """A letter whose own verdict is another now."""

    mail: Row
    judged: Judged


@dataclass
class Rejudged:
    """What today's rules make of the letters: the calls' histories, and what differs from what is on file."""

    revision: int
    histories: dict[str, History] = field(default_factory=dict)
    letters: list[Reread] = field(default_factory=list)
    moved: tuple[Moved, ...] = ()
    judged: list[int] = field(default_factory=list)  # the mails that were judged again

    @property
    def told(self) -> tuple[Moved, ...]:
        """The versions that stand otherwise for a reader."""
        return tuple(m for m in self.moved if m.told)


@dataclass
class _Stored:
    """The versions on file: by mail, and the unit of each."""

    by_mail: dict[int, list[Demand]] = field(default_factory=dict)
    units: dict[tuple[str, int], str | None] = field(default_factory=dict)
    calls: dict[tuple[str, int], str] = field(default_factory=dict)


def revision(desk: Desk) -> int:
    """The last event that changed a verdict; letters on their way do not."""
    row = desk.db.row("SELECT coalesce(max(id), 0) AS last FROM events WHERE kind NOT LIKE 'letter%'")
    return int(row["last"]) if row else 0


def rejudged(desk: Desk, bench: Bench, progress: Progress = lambda _done, _total: None) -> Rejudged:
    """Let everything happen again, in the order in which it was first judged; the store is only read."""
    desk.units  # noqa: B018 - reading a register that has changed is itself written into the log
    result, stored = Rejudged(revision(desk)), _stored(desk)
    letters = sorted(desk.db.rows(_LETTERS), key=lambda m: (m["first_judged"], m["id"]))
    run = _Run(desk, result, stored)
    readable = [m for m in letters if m["kind"] != OFFICERS_OR_UNITS and _is_there(desk, m)]
    read = bench.read(_jobs(desk, readable))
    again = {m["id"] for m in readable}
    steps: list[tuple[str, int, Row | None, Demand | None]] = [(m["first_judged"], 0, m, None) for m in letters]
    steps += [(at, 1, None, demand) for at, demand in _decided(stored)]
    done = 0
    for _, _, mail, act in sorted(steps, key=lambda step: step[:2]):
        if act is not None:
            run.decide(act)
        elif mail is not None and mail["id"] in again:
            run.judge(mail, next(read))
            done += 1
            progress(done, len(readable))
        elif mail is not None:
            run.let_stand(mail)
    result.moved = tuple(_compared(result.histories, stored))
    return result


def _stored(desk: Desk) -> _Stored:
    stored = _Stored()
    ids = {
        (r["number"], r["version"]): r for r in desk.db.rows("SELECT number, version, unit, call, mail_id FROM items")
    }
    for demand in unitstate.demands(desk.db, "1 = 1"):
        row = ids[demand.number, demand.version]
        stored.by_mail.setdefault(row["mail_id"], []).append(demand)
        stored.units[demand.number, demand.version] = row["unit"]
        stored.calls[demand.number, demand.version] = row["call"]
    return stored


def _decided(stored: _Stored) -> Iterator[tuple[str, Demand]]:
    for demand in (d for demands in stored.by_mail.values() for d in demands):
        if demand.officer is not None:
            yield stamp(demand.officer.at) if demand.officer.at else LAST, demand


def _is_there(desk: Desk, mail: Row) -> bool:
    return mail["purged_at"] is None and desk.files.path(mail["sha256"]).is_file()


def _jobs(desk: Desk, letters: Iterable[Row]) -> Iterator[Job]:
    for mail in letters:
        raw = desk.files.get(mail["sha256"])
        yield Job(raw, desk.layouts, desk.workspace.mailbox.authserv, size=mail["size"])


# --------------------------------------------------------------------------- one step after the other


@dataclass
class _Run:
    """The histories in the making."""

    desk: Desk
    result: Rejudged
    stored: _Stored
    companies: dict[str, Company] = field(default_factory=dict)

    def judge(self, mail: Row, submission: Submission) -> None:
        """Judge one letter again; one that would be a request today stands as it was taken."""
        checked = checked_as_today(self.desk, self.desk.journal.one(mail["id"]), submission)
        if checked.kind == OFFICERS_OR_UNITS:
            self.let_stand(mail)
            return
        pack = self.desk.pack(checked.call)
        company = self.companies.setdefault(pack.id, Company())
        aside = not checked.items or checked.secret or checked.isolated or checked.kind != "submission"
        found = () if aside else near(checked, company.index, self.desk.neighbours.references)
        came = Came(mail["receipt"], checked, tuple(self.stored.by_mail.get(mail["id"], ())), found)
        judged = self._history(pack).take(came)
        company.follow(judged.state)
        self.result.judged.append(mail["id"])
        if _differs(self.desk, mail, judged):
            self.result.letters.append(Reread(mail, _slim(judged)))

    def let_stand(self, mail: Row) -> None:
        """What units asked for happens again; other letters that are not judged bring what they brought."""
        pack = self.desk.pack(mail["call"])
        unit = self._unit(mail["unit"], pack)
        history = self._history(pack)
        if mail["kind"] == OFFICERS_OR_UNITS and unit is not None and mail["request"]:
            kind, *numbers = json.loads(mail["request"])
            refused = json.loads(mail["officer_needed"])
            for number in numbers if kind in ("撤回", "恢复") else ():
                if number not in refused:
                    history.ask(Wish(unit, kind, number, moment(mail["received"])))
        for demand in self.stored.by_mail.get(mail["id"], ()):
            owner = self._unit(self.stored.units[demand.number, demand.version], pack)
            history.carry(owner, (demand,))
        self._follow(history, unit)

    def decide(self, stored: Demand) -> None:
        """An officer's decision stands."""
        key = stored.number, stored.version
        pack = self.desk.pack(self.stored.calls[key])
        history, unit = self._history(pack), self._unit(self.stored.units[key], pack)
        history.decide(stored, unit)
        self._follow(history, unit)

    def _follow(self, history: History, unit: Unit | None) -> None:
        """What came in, fell or was parted without a letter that was judged is compared with from now on, or not."""
        state = history.states.get(unit.name) if unit else None
        if state is not None:
            self.companies.setdefault(history.pack.id, Company()).follow(state)

    def _unit(self, name: str | None, pack: CallPack) -> Unit | None:
        return (self.desk.unit(name, pack) or Unit(name)) if name else None

    def _history(self, pack: CallPack) -> History:
        if pack.id not in self.result.histories:
            numbers = (d.number for ds in self.stored.by_mail.values() for d in ds if d.number.startswith(pack.prefix))
            last = max((ordinal_of(number) for number in numbers), default=0)
            self.result.histories[pack.id] = History(pack, last + 1)
        return self.result.histories[pack.id]


def _slim(judged: Judged) -> Judged:
    """A verdict without the bytes and texts of its files: all letters' together would not fit into memory."""
    submission = judged.checked.submission
    files = tuple(replace(d, data=b"", forms=(), summary=None) for d in submission.documents)
    state = replace(judged.state, demands=(), past=(), aside=(), likenesses=())
    return replace(
        judged, checked=replace(judged.checked, submission=replace(submission, documents=files)), state=state
    )


# --------------------------------------------------------------------------- what is different


def _differs(desk: Desk, mail: Row, judged: Judged) -> bool:
    """Whether what stands on the letter itself is another: what it is, its decision, its findings, its 汇总表."""
    checked = judged.checked
    unit = checked.unit.name if checked.unit else None
    was = (mail["kind"], mail["decision"], mail["call"], mail["unit"], bool(mail["isolated"]), bool(mail["secret"]))
    now = (checked.kind, judged.decision, checked.call, unit, checked.isolated, checked.secret)
    known = {_point(unitstate.finding(row), secret=checked.secret) for row in desk.db.rows(FOUND, mail["id"])}
    found = {_point(f, secret=checked.secret) for f in judged.findings}
    return was != now or known != found or _tables_differ(desk, mail, judged)


def _point(finding: object, *, secret: bool) -> tuple[str, ...]:
    code, where, document = (getattr(finding, name) for name in ("code", "where", "document"))
    return (code,) if secret else (code, where, document)


def _tables_differ(desk: Desk, mail: Row, judged: Judged) -> bool:
    unit = judged.checked.unit
    stored = unitstate.summaries(desk.db, judged.checked.call, unit.name) if unit else ()
    was = [s for s in stored if s.receipt == mail["receipt"]]
    return was != [s for s in judged.state.summaries if s.receipt == mail["receipt"]]


def _compared(histories: dict[str, History], stored: _Stored) -> Iterator[Moved]:
    left = {(d.number, d.version): d for demands in stored.by_mail.values() for d in demands}
    for history in histories.values():
        history.finish()
        for unit, demand in history.all():
            before = _taken(left, history.stored.get(source_of(demand)))
            after = conceal(demand) if demand.secret else demand
            after = after.with_(reply_id=before.reply_id) if before else after
            of = stored.units.get((before.number, before.version)) if before else None
            owner = unit or (Unit(of) if of and demand.isolated else None)
            if before != after or of != (owner.name if owner else None):
                yield Moved(before, after, of, owner)
    for key, demand in left.items():
        if demand.current:
            yield Moved(demand, None, stored.units[key], None)


def _taken(left: dict[tuple[str, int], Demand], before: Demand | None) -> Demand | None:
    return left.pop((before.number, before.version), None) if before else None


def _verdict(demand: Demand) -> tuple[object, ...]:
    points = frozenset((f.code, f.where) for f in demand.findings)
    standing = (demand.decision, demand.current, demand.withdrawn, demand.isolated, demand.secret)
    return (demand.number, demand.version, demand.name, *standing, points)
