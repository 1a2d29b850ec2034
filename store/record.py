"""The one transaction a letter: mail, documents, items, findings, decision and replies, all or nothing.

Killed before the commit: nothing of the verdict is there, the mail is still ``journaled`` and is judged again; the
files that were written stay and are found again by their SHA-256. Killed after it: everything is there, the replies
wait in the outbox, and the mailbox is told at the next pass. There is no third case.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from intake.model import Document
from rules.model import SECRET_NAME, Change, Checked, Demand, Judged, SummaryOnFile, Unit, UnitState
from store import codec, unitstate
from store.database import Database, StoreError, midnight, stamp
from store.events import PROGRAM, About, note
from store.files import Files
from store.itemrows import change_item, conceal_findings, insert_findings, insert_item, replace_versions
from store.letters import NewLetter, put

NOTHING = About()
ANSWERS = ("answer",)  # the kinds of letter that later notices refer back to


@contextmanager
def immediate(db: Database) -> Iterator[None]:
    """A writing transaction that holds the lock from its first line; leaving by an error undoes all of it.

    Raises StoreError where the machine, not the letter, is at fault (disk full, database busy or read-only).
    """
    try:
        db.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.connection.execute("COMMIT")
        except BaseException:
            if db.connection.in_transaction:
                db.connection.execute("ROLLBACK")
            raise
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{db.path.name}：写入数据库失败（{error}）。请检查磁盘空间和文件权限，程序下一轮会接着做。"
        ) from error


@contextmanager
def letter_transaction(db: Database, files: Files, mail_id: int) -> Iterator[LetterTransaction]:
    """Judge and record one journaled mail: the state that is loaded in here cannot change before the commit."""
    with immediate(db):
        yield LetterTransaction(db, files, PROGRAM, mail_id)


@contextmanager
def act_transaction(db: Database, files: Files, actor: str) -> Iterator[Transaction]:
    """What an officer does, or the program on its own account: changes of verdicts and the letters that tell them."""
    with immediate(db):
        yield Transaction(db, files, actor)


@dataclass(frozen=True)
class Transaction:
    """A running transaction; its methods are all that may change a verdict."""

    db: Database
    files: Files
    actor: str

    def load_state(self, call: str, unit: Unit | None, *, aside: Iterable[str] = ()) -> UnitState:
        """Everything on file for a unit; ``aside``: numbers of isolated demands that may come in now."""
        return unitstate.load_state(self.db, call, unit, aside=aside)

    def apply(
        self,
        changes: Iterable[Change],
        *,
        unit: str | None,
        letters: Iterable[NewLetter] = (),
        by_mail: int | None = None,
    ) -> None:
        """Carry out changes of earlier verdicts and put the letters that tell them into the outbox."""
        for change in changes:
            change_item(self.db, change, unit=unit, by_mail=by_mail, actor=self.actor)
        for letter in letters:
            put(self.db, letter)

    def note(self, kind: str, about: About = NOTHING, **detail: object) -> None:
        """Write an act into the log."""
        note(self.db, kind, about, actor=self.actor, detail=detail)

    def answered_today(self, address: str) -> bool:
        """Whether an answer to that address was decided since midnight (strangers get one a day)."""
        row = self.db.row(
            "SELECT 1 FROM letters WHERE recipient = ? AND kind = 'answer' AND created_at >= ?",
            address.lower(), stamp(midnight(self.db.clock())),
        )  # fmt: skip
        return row is not None


@dataclass(frozen=True)
class LetterTransaction(Transaction):
    """The transaction of one letter."""

    mail_id: int

    def receipt(self, prefix: str) -> str:
        """The receipt number of this mail: the one it has, or the next of the call (free again if this is undone)."""
        row = self.db.row("SELECT receipt FROM mails WHERE id = ?", self.mail_id)
        if row is not None and row["receipt"]:
            return str(row["receipt"])
        self.db.write(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1", f"receipt {prefix}"
        )
        count = self.db.row("SELECT value FROM counters WHERE name = ?", f"receipt {prefix}")
        receipt = f"{prefix}-R{count['value'] if count else 0:04d}"
        self.db.write("UPDATE mails SET receipt = ? WHERE id = ?", receipt, self.mail_id)
        return receipt

    def record(self, judged: Judged, letters: Iterable[NewLetter] = (), *, rules_hash: str = "") -> None:
        """Write the verdict on this letter and put its replies into the outbox.

        ``receipt`` must have been asked for. A letter judged again (replay, approval) replaces what was recorded of it;
        its answer keeps its Message-ID and is not sent twice.
        """
        checked, secret = judged.checked, judged.checked.secret
        posted = tuple(replace(letter, mail_id=self.mail_id) for letter in letters)
        self._forget_reading()
        documents = self._documents(checked)
        self._mail(judged, rules_hash)
        unit = checked.unit.name if checked.unit else None
        replace_versions(self.db, judged.replaced)
        for demand in judged.demands:
            self._item(demand, checked, unit, documents)
        findings = conceal_findings(judged.findings) if secret else judged.findings
        insert_findings(self.db, findings, mail_id=self.mail_id, item_id=None, documents=documents)
        self._summaries(judged, unit)
        self._likenesses(judged)
        self.apply(judged.changes, unit=unit, letters=posted, by_mail=self.mail_id)
        self._answer(posted)
        note(self.db, "judged", About(self.mail_id), detail={
            "decision": judged.decision, "kind": checked.kind, "codes": sorted({f.code for f in judged.findings}),
        })  # fmt: skip

    def _forget_reading(self) -> None:
        """What an earlier judging of this same mail wrote about the mail and its files (its items are kept)."""
        self.db.write("UPDATE items SET document_id = NULL WHERE mail_id = ?", self.mail_id)
        self.db.write("UPDATE findings SET document_id = NULL WHERE mail_id = ?", self.mail_id)
        for table in ("findings", "summaries", "documents"):
            only = " AND item_id IS NULL" if table == "findings" else ""
            self.db.write(f"DELETE FROM {table} WHERE mail_id = ?{only}", self.mail_id)  # noqa: S608 - our own names

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
        if document.data:
            self.files.put(document.data, secret=secret)
        return self.db.insert(
            "documents", mail_id=self.mail_id, position=position, type=document.type, kind=document.kind,
            name=SECRET_NAME if secret else document.name, path=SECRET_NAME if secret else document.path,
            sha256=document.sha256, size=document.size, stored=bool(document.data), inline=document.inline,
            troubles="[]" if secret else codec.encode(codec.TROUBLES, document.troubles),
        )  # fmt: skip

    def _mail(self, judged: Judged, rules_hash: str) -> None:
        checked, letter = judged.checked, judged.checked.submission.letter
        values: dict[str, object] = {
            "state": "judged", "error": "", "judged_at": self.db.stamp(), "rules_hash": rules_hash,
            "kind": checked.kind, "decision": judged.decision, "call": checked.call,
            "sender": checked.sender.address or letter.sender, "message_id": letter.message_id,
            "subject": SECRET_NAME if checked.secret else letter.subject,
            "unit": checked.unit.name if checked.unit else None, "received": stamp(checked.received.at),
            "received_internal": stamp(checked.received.internal) if checked.received.internal else None,
            "received_header": stamp(checked.received.header) if checked.received.header else None,
            "secret": checked.secret, "isolated": checked.isolated, "question": checked.question,
            "request": json.dumps([checked.request.kind, *checked.request.items]) if checked.request else "",
            "automatic": letter.automatic, "own_failures": codec.encode(codec.TEXTS, checked.own_failures),
        }  # fmt: skip
        assignments = ", ".join(f"{name} = ?" for name in values)
        self.db.write(f"UPDATE mails SET {assignments} WHERE id = ?", *values.values(), self.mail_id)  # noqa: S608

    def _item(self, demand: Demand, checked: Checked, unit: str | None, documents: dict[str, int]) -> None:
        """A new version, or one that this same mail brought when it was first judged."""
        there = self.db.row("SELECT mail_id FROM items WHERE number = ? AND version = ?", demand.number, demand.version)
        if there is not None and there["mail_id"] == self.mail_id:
            change_item(self.db, Change(demand, demand), unit=unit, by_mail=None, actor=self.actor)
            return
        insert_item(self.db, demand, call=checked.call, unit=unit, mail_id=self.mail_id, documents=documents)

    def _summaries(self, judged: Judged, unit: str | None) -> None:
        """The 汇总表 that this letter brought and that counts: those of the new state that were not on file."""
        if unit is None or judged.checked.isolated:
            return
        on_file = list(unitstate.summaries(self.db, judged.checked.call, unit))
        for each in judged.state.summaries:
            if each in on_file:
                on_file.remove(each)
            else:
                self._summary(each, judged.checked.call, unit)

    def _summary(self, each: SummaryOnFile, call: str, unit: str) -> None:
        self.db.insert(
            "summaries", call=call, unit=unit, mail_id=self.mail_id, received=stamp(each.received), whole=each.whole,
            summary=codec.encode(codec.SUMMARY, each.summary),
        )  # fmt: skip

    def _likenesses(self, judged: Judged) -> None:
        for like in judged.state.likenesses:
            self.db.write(
                "INSERT OR IGNORE INTO likenesses (call, number, code, score, other, shared, name)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                judged.checked.call, like.demand, like.code, like.score, like.other, like.shared, like.name,
            )  # fmt: skip

    def _answer(self, letters: tuple[NewLetter, ...]) -> None:
        answer = next((letter for letter in letters if letter.kind in ANSWERS), None)
        if answer is not None:
            self.db.write(
                "UPDATE mails SET answer_id = ? WHERE id = ? AND answer_id = ''", answer.message_id, self.mail_id
            )
