"""The store of a workspace as its users hold it: journal, outbox, files, and the transactions that change verdicts."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.database import Clock, Database, moment, now, open_database
from store.files import Files
from store.journal import Journal
from store.outbox import Outbox
from store.record import LetterTransaction, Transaction, act_transaction, letter_transaction

LAST_POLL, POLL_ERROR = "last_poll", "poll_error"


@dataclass(frozen=True)
class Store:
    """An open store. It belongs to the thread that opened it: a job in another thread opens its own."""

    db: Database
    files: Files
    journal: Journal
    outbox: Outbox

    def letter(self, mail_id: int) -> AbstractContextManager[LetterTransaction]:
        """The transaction in which one journaled mail is judged and recorded."""
        return letter_transaction(self.db, self.files, mail_id)

    def act(self, actor: str) -> AbstractContextManager[Transaction]:
        """The transaction of an officer's act (or of the program's own, ``zhengji``)."""
        return act_transaction(self.db, self.files, actor)

    def polled(self, error: str = "") -> None:
        """Note that the mailbox was looked into, and what went wrong (one Chinese line, ``""``: nothing)."""
        self.db.remember(LAST_POLL, self.db.stamp())
        self.db.remember(POLL_ERROR, error or None)

    def last_poll(self) -> datetime | None:
        """When the mailbox was last looked into."""
        text = self.db.fact(LAST_POLL)
        return moment(text) if text else None

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(db: Path, files: Path | None = None, *, clock: Clock = now, check: bool = False) -> Store:
    """Open the store whose database is ``db`` (``files/`` lies beside it), making it where there is none.

    ``clock`` gives every time that is written; ``check`` tests the database's integrity first (for the worker's start).
    Raises StoreError.
    """
    database = open_database(db, clock=clock, check=check)
    kept = Files(files or db.parent / "files")
    return Store(database, kept, Journal(database, kept), Outbox(database))
