"""The one transaction a letter: mail, documents, items, findings, decision and replies, all or nothing.

Killed before the commit: nothing of the verdict is there, the mail is still ``journaled`` and is judged again; the
files that were written stay and are found again by their SHA-256. Killed after it: everything is there, the replies
wait in the outbox, and the mailbox is told at the next pass. There is no third case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from intake.model import Document
from rules.judging.entering import standing
from rules.model import SECRET_NAME, Checked, Demand, Judged, Unit, UnitState
from store import codec, unitstate
from store.database import Database, machine_faults, midnight, stamp
from store.events import PROGRAM, About, note
from store.files import Files
from store.itemrows import Cause, Key, Origin, change_item, conceal_findings, insert_findings, insert_item, key_of
from store.letters import NewLetter, put

NOTHING = About()
FORCED_AT = "forced to disk"  # a fact
SUBMISSION = "submission"
ANSWER = "answer"  # the kind of letter that later notices refer back to


@contextmanager
def immediate(db: Database, *, durable: bool = True) -> Iterator[None]:
    """A writing transaction that holds the lock from its first line; leaving by an error undoes all of it.

    ``durable`` false: it outlives the program's death but perhaps not a power cut, for what is found out again anyway.
    Raises StoreError where the machine, not the letter, is at fault (disk full, database busy or read-only).
    """
    with machine_faults(db.path):
        db.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        db.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.connection.execute("COMMIT")
        except BaseException:
            if db.connection.in_transaction:
                db.connection.execute("ROLLBACK")
            raise


def make_durable(db: Database) -> None:
    """Force to the disk what was committed before: one flush for many verdicts, before anything of them shows."""
    with immediate(db):
        db.remember(FORCED_AT, db.stamp())  # a commit that writes nothing would flush nothing


@contextmanager
def letter_transaction(db: Database, files: Files, mail_id: int, actor: str = PROGRAM) -> Iterator[LetterTransaction]:
    """Judge and record one journaled mail: the state that is loaded in here cannot change before the commit.

    ``actor`` is the officer whose mail it is, where it asks for acts of an officer. A power cut may undo the verdict
    until ``make_durable`` or any durable commit: the mail is on disk, and is judged again.
    """
    with immediate(db, durable=False):
        yield LetterTransaction(db, files, actor, mail_id)


@contextmanager
def act_transaction(db: Database, files: Files, actor: str) -> Iterator[Transaction]:
    """What an officer does, or the program on its own account: changes of verdicts and the letters that tell them."""
    with immediate(db):
        yield Transaction(db, files, actor, None)


@dataclass(frozen=True)
class Transaction:
    """A running transaction; its methods are all that may change a verdict."""

    db: Database
    files: Files
    actor: str
    mail_id: int | None
    _known: dict[Key, Demand] = field(default_factory=dict)  # the versions as they were loaded

    def load_state(self, call: str, unit: Unit | None, *, aside: Iterable[str] = ()) -> UnitState:
        """Everything on file for a unit; ``aside``: numbers of isolated demands that may come in now."""
        state = unitstate.load_state(self.db, call, unit, aside=aside)
        self._known.update({key_of(d): d for d in _all_of(state)})
        return state

    def apply(self, state: UnitState, letters: Iterable[NewLetter] = ()) -> None:
        """Bring the tables to a state that was made from the one loaded here, and put letters into the outbox.

        Raises KeyError for a version that is not on file: a new one comes with a letter alone.
        """
        for demand in _all_of(state):
            self._bring(demand, state.unit.name if state.unit else None, None)
        for letter in letters:
            put(self.db, letter)

    def note(self, kind: str, about: About = NOTHING, detail: Mapping[str, object] | None = None) -> None:
        """Write an act into the log."""
        note(self.db, kind, about, actor=self.actor, detail=detail)

    def answered_today(self, address: str) -> bool:
        """Whether an answer to that address was decided since midnight (strangers get one a day)."""
        row = self.db.row(
            "SELECT 1 FROM letters WHERE recipient = ? AND kind = ? AND created_at >= ?",
            address.lower(), ANSWER, stamp(midnight(self.db.clock())),
        )  # fmt: skip
        return row is not None

    def _bring(self, demand: Demand, unit: str | None, origin: Origin | None) -> None:
        """Bring one version's row to what it is now: unchanged, changed, renumbered, or new (``origin``)."""
        before = self._known.get(key_of(demand)) or self._renumbered(demand)
        if before is None and origin is None:
            raise KeyError(key_of(demand))
        if before is None and origin is not None:
            insert_item(self.db, demand, origin)
        elif before is not None and before != demand:
            change_item(self.db, before, demand, unit, Cause(self.actor, self.mail_id))
            self._known.pop(key_of(before))
        self._known[key_of(demand)] = demand

    def _renumbered(self, demand: Demand) -> Demand | None:
        """The version on file that now bears another number: the same file and name out of the same letter."""
        same = [d for d in self._known.values() if _source(d) == _source(demand)]
        return same[0] if len(same) == 1 and demand.receipt else None


@dataclass(frozen=True)
class LetterTransaction(Transaction):
    """The transaction of one letter."""

    mail_id: int

    def load_state(self, call: str, unit: Unit | None, *, aside: Iterable[str] = ()) -> UnitState:
        """Everything on file for a unit; aside are the isolated demands that this letter brought when judged before."""
        rows = self.db.rows("SELECT number FROM items WHERE mail_id = ? AND isolated = 1 ORDER BY id", self.mail_id)
        return super().load_state(call, unit, aside=dict.fromkeys((*aside, *(row["number"] for row in rows))))

    def receipt(self, prefix: str) -> str:
        """The receipt number of this mail: the one it has, or the next of the call (free again if this is undone)."""
        row = self.db.row("SELECT receipt FROM mails WHERE id = ?", self.mail_id)
        if row is not None and row["receipt"]:
            return str(row["receipt"])
        count = self.db.row(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            f"receipt {prefix}",
        )
        receipt = f"{prefix}-R{count['value'] if count else 0:04d}"
        self.db.write("UPDATE mails SET receipt = ? WHERE id = ?", receipt, self.mail_id)
        return receipt

    def record(
        self, judged: Judged, letters: Iterable[NewLetter] = (), *, rules_hash: str = "", unanswered: str = ""
    ) -> None:
        """Write the verdict on this letter and put its replies into the outbox.

        ``receipt`` must have been asked for, and the state must have been loaded in this transaction; ``unanswered``
        says why no answer is written. A letter judged again (replay, approval) replaces what was recorded of it; its
        answer keeps its Message-ID and is not sent twice.
        """
        checked = judged.checked
        origin = self.record_reading(judged, rules_hash=rules_hash, unanswered=unanswered)
        for demand in ({key_of(d): d for d in (*judged.demands, *_all_of(judged.state))}).values():
            self._bring(demand, origin.unit, origin)
        self._likenesses(judged, origin.call)
        self._letters(letters)
        codes = sorted({f.code for f in judged.findings})
        detail = {"kind": checked.kind, "decision": judged.decision, "codes": codes}
        self.note("judged", About(self.mail_id), detail)

    def record_reading(self, judged: Judged, *, rules_hash: str, unanswered: str) -> Origin:
        """Write what stands on the letter itself, its files and its 汇总表, in the place of what was written before.

        Returns where new versions of this letter come from.
        """
        checked = judged.checked
        self._forget_reading()
        unit = checked.unit.name if checked.unit else None
        origin = Origin(checked.call, unit, self.mail_id, self._documents(checked))
        self._mail(judged, rules_hash, unanswered)
        insert_findings(self.db, conceal_findings(judged.findings) if checked.secret else judged.findings, origin)
        self._summaries(judged.state, origin)
        self.db.write(
            "UPDATE items SET document_id = (SELECT d.id FROM documents d WHERE d.mail_id = items.mail_id"
            " AND d.path = items.document) WHERE mail_id = ?",
            self.mail_id,
        )
        return origin

    def _forget_reading(self) -> None:
        """What an earlier judging of this same mail wrote about the mail and its files (its items are kept)."""
        self.db.write("UPDATE items SET document_id = NULL WHERE mail_id = ?", self.mail_id)
        self.db.write("DELETE FROM findings WHERE mail_id = ? AND item_id IS NULL", self.mail_id)
        self.db.write("UPDATE findings SET document_id = NULL WHERE mail_id = ?", self.mail_id)
        self.db.write("DELETE FROM summaries WHERE mail_id = ?", self.mail_id)
        self.db.write("DELETE FROM documents WHERE mail_id = ?", self.mail_id)

    def _documents(self, checked: Checked) -> dict[str, int]:
        """Keep every attachment on disk and its row; returns the rows by path."""
        if checked.secret:
            row = self.db.row("SELECT sha256 FROM mails WHERE id = ?", self.mail_id)
            if row is not None:
                self.files.quarantine(row["sha256"])
        return {
            document.path: self._document(position, document, secret=checked.secret)
            for position, document in enumerate(checked.submission.documents)
        }

    def _document(self, position: int, document: Document, *, secret: bool) -> int:
        if secret and document.sha256:
            self.files.quarantine(document.sha256)  # found secret only when judged again, it lay in the open till now
        if document.data:
            self.files.put(document.data, secret=secret, durable=False)  # the mail itself holds it too
        return self.db.insert(
            "documents", mail_id=self.mail_id, position=position, type=document.type, kind=document.kind,
            name=SECRET_NAME if secret else document.name, path=SECRET_NAME if secret else document.path,
            sha256=document.sha256, size=document.size, inline=document.inline,
            stored=bool(document.sha256) and self.files.path(document.sha256).is_file(),
            troubles="[]" if secret else codec.encode(codec.TROUBLES, document.troubles),
        )  # fmt: skip

    def _mail(self, judged: Judged, rules_hash: str, unanswered: str) -> None:
        checked, letter, received = judged.checked, judged.checked.submission.letter, judged.checked.received
        values: dict[str, object] = {
            "state": "judged", "error": "", "judged_at": self.db.stamp(), "rules_hash": rules_hash,
            "kind": checked.kind, "decision": judged.decision, "call": checked.call,
            "sender": checked.sender.address or letter.sender, "message_id": letter.message_id,
            "subject": SECRET_NAME if checked.secret else letter.subject,
            "unit": checked.unit.name if checked.unit else None, "received": stamp(received.at),
            "received_internal": stamp(received.internal) if received.internal else None,
            "received_header": stamp(received.header) if received.header else None,
            "secret": checked.secret, "isolated": checked.isolated, "question": checked.question,
            "request": json.dumps([checked.request.kind, *checked.request.items]) if checked.request else "",
            "officer_needed": codec.texts(judged.officer_needed), "automatic": letter.automatic,
            "own_failures": codec.texts(checked.own_failures), "unanswered": unanswered,
        }  # fmt: skip
        assignments = ", ".join(f"{name} = ?" for name in values)
        self.db.write(f"UPDATE mails SET {assignments} WHERE id = ?", *values.values(), self.mail_id)  # noqa: S608

    def _summaries(self, state: UnitState, origin: Origin) -> None:
        """The 汇总表 that this letter brought and that counts: those of the new state that are not on file."""
        if state.unit is None or state.unit.name != origin.unit:
            return
        on_file = list(unitstate.summaries(self.db, origin.call, origin.unit))
        for each in state.summaries:
            if each in on_file:
                on_file.remove(each)
                continue
            self.db.insert(
                "summaries", call=origin.call, unit=origin.unit, mail_id=self.mail_id, received=stamp(each.received),
                whole=each.whole, summary=codec.encode(codec.SUMMARY, each.summary),
            )  # fmt: skip

    def _likenesses(self, judged: Judged, call: str) -> None:
        """What the demands of this letter were found to be like, in the place of what their earlier versions were."""
        if judged.checked.kind != SUBMISSION:
            return  # a request brings no text that could be like another
        for demand in judged.demands:
            if demand.current:
                self.db.write("DELETE FROM likenesses WHERE number = ?", demand.number)
            for like in standing(demand, judged.state.likenesses):
                self.db.write(
                    "INSERT OR IGNORE INTO likenesses (call, number, code, score, other, shared)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    call, demand.number, like.code, like.score, like.other, like.shared,
                )  # fmt: skip

    def _letters(self, letters: Iterable[NewLetter]) -> None:
        for letter in letters:
            put(self.db, replace(letter, mail_id=letter.mail_id or self.mail_id))
            if letter.kind == ANSWER:
                self.db.write(
                    "UPDATE mails SET answer_id = ? WHERE id = ? AND answer_id = ''", letter.message_id, self.mail_id
                )


def _all_of(state: UnitState) -> tuple[Demand, ...]:
    return (*state.demands, *state.past, *state.aside)


def _source(demand: Demand) -> tuple[str, str, str, str]:
    return demand.receipt, demand.document, demand.sha256, demand.name
