"""The letters that tell what judging again has changed: one for each mail concerned, to who sent it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from intake.model import Document, Kind
from replies.annotate import Marked, Returned, marked_documents
from replies.compose import compose_answer
from replies.letters import LetterFacts
from replies.message import Reply, automatic_headers, message_id_of, thread_headers
from replies.notices import Cause
from rules.judging.entering import HOLD_FOR_ALL
from rules.judging.history import History, source_of
from rules.judging.quota import quota_use
from rules.model import Change, Decision, Demand, Finding, Severity, UnitState, decide
from store import codec, unitstate
from store.desk import Desk
from store.letters import NewLetter
from store.officers.telling import Occasion, told
from store.rejudging.rejudge import FOUND, Moved, Rejudged, Reread

Annotate = Callable[[Marked], Returned]
BLOCKING = (Severity.REFUSE, Severity.ERROR, Severity.REVIEW)


@dataclass(frozen=True)
class Letters:
    """What is to be told; ``annotate`` makes a sender's file with comments, ``occasion`` fixes the letters' ids."""

    desk: Desk
    result: Rejudged
    annotate: Annotate
    occasion: str

    def all(self) -> Iterator[NewLetter]:
        """One letter for each mail concerned: about its demands, or as a whole where what stands on it changed too."""
        changes = [(moved, change) for moved in self.result.told if (change := _to_tell(moved))]
        with_changes = {change.after.receipt for _, change in changes}
        whole: set[str] = set()
        for each in self.result.letters:
            needed = self._stands_otherwise(each, demands_tell=each.mail["receipt"] in with_changes)
            if needed and (letter := self._whole(each)):
                whole.add(letter.receipt)
                yield letter
        for history in self.result.histories.values():
            for name, state in history.states.items():
                own = [c for m, c in changes if m.unit and m.unit.name == name and c.after.receipt not in whole]
                yield from self._notices(history, state, own)

    def _stands_otherwise(self, each: Reread, *, demands_tell: bool) -> bool:
        """Whether a letter about the demands would not tell all: what stands on the mail or its files changed too."""
        mail, judged = each.mail, each.judged
        if not demands_tell:
            return bool(mail["decision"] != judged.decision or mail["kind"] != judged.checked.kind)
        before = [unitstate.finding(row) for row in self.desk.db.rows(FOUND, mail["id"])]
        return _own_decision(before) != _own_decision(judged.findings)

    def _notices(self, history: History, state: UnitState, changes: list[Change]) -> Iterable[NewLetter]:
        changes = [c for c in changes if c.after.number.startswith(history.pack.prefix)]
        by_receipt: dict[str, list[Demand]] = {}
        for change in changes:
            by_receipt.setdefault(change.after.receipt, []).append(change.after)
        files = {receipt: self._annotated(history, receipt, demands) for receipt, demands in by_receipt.items()}
        return told(self.desk, Occasion(Cause.REJUDGED, state, history.pack, self.occasion, annotated=files), changes)

    def _whole(self, each: Reread) -> NewLetter | None:
        """The letter about a mail as a whole, a later notice where it was answered before; null where none may be."""
        pack, receipt = self.desk.pack(each.judged.checked.call), each.mail["receipt"]
        history, unit = self.result.histories[pack.id], each.judged.checked.unit
        state = (history.states.get(unit.name) if unit else None) or UnitState(None)
        now = {source_of(d): d for d in (*state.demands, *state.past)}
        demands = tuple(now.get(source_of(d), d) for d in each.judged.demands)
        quota = quota_use(state.demands, state.unit)
        today = replace(each.judged, demands=demands, state=state, quota=quota, changes=(), mended=None)
        facts = self.desk.facts(pack, folder=each.mail["folder"], annotated=self._annotated(history, receipt, demands))
        reply = compose_answer(today, receipt, facts)
        if reply is None:
            return None
        later = self._later(reply, each, facts) if each.mail["answer_id"] else reply
        return replace(self.desk.letter(later, receipt, tuple(d.number for d in demands)), mail_id=each.mail["id"])

    def _later(self, reply: Reply, each: Reread, facts: LetterFacts) -> Reply:
        receipt, kind = each.mail["receipt"], Cause.REJUDGED.value
        decided = (self.occasion, reply.decision)
        return replace(
            reply,
            headers=(
                *automatic_headers(receipt, reply.decision, replied=False),
                *thread_headers(each.mail["answer_id"], each.mail["message_id"]),
            ),
            message_id=message_id_of(facts.own_address, receipt, kind, decided),
            kind=kind,
        )

    def _annotated(self, history: History, receipt: str, demands: Iterable[Demand]) -> tuple[Returned, ...]:
        """The sender's own files with comments, where something in them must be mended now."""
        known = tuple(demands)
        if not any(d.decision is Decision.CORRECTION and d.current and not d.isolated for d in known):
            return ()
        marked = marked_documents(self._files(receipt), known, history.pack, self.desk.db.clock())
        return tuple(map(self.annotate, marked))

    def _files(self, receipt: str) -> Iterator[Document]:
        sql = "SELECT d.* FROM documents d JOIN mails m ON m.id = d.mail_id WHERE m.receipt = ? AND m.secret = 0"
        for row in self.desk.db.rows(sql, receipt):
            if row["stored"] and self.desk.files.path(row["sha256"]).is_file():
                yield Document(
                    row["name"], row["path"], row["type"], Kind(row["kind"]), row["sha256"], row["size"],
                    self.desk.files.get(row["sha256"]), codec.decode(codec.TROUBLES, row["troubles"]),
                )  # fmt: skip


def _own_decision(findings: Iterable[Finding]) -> Decision:
    """What the findings amount to that the demands do not tell."""
    return decide(tuple(f for f in findings if f.code not in HOLD_FOR_ALL))


def _to_tell(moved: Moved) -> Change | None:
    """What a sender is told of: another decision, or other points that block; nothing of what is set aside or past."""
    before, after = moved.before, moved.after
    if after is None or not after.current or after.isolated:
        return None
    if before is not None and _standing(before) == _standing(after):
        return None
    return Change(before or after, after)


def _standing(demand: Demand) -> tuple[object, ...]:
    blocking = (f for f in demand.findings if f.told and f.severity in BLOCKING)
    return demand.decision, demand.withdrawn, demand.current, frozenset((f.code, f.where) for f in blocking)
