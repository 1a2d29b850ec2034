"""A letter as a row: what the outbox must know of it beside its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store import codec
from store.database import Database, Row, moment, stamp
from store.events import About, note

if TYPE_CHECKING:
    from replies.message import Reply

_PLAIN = (
    "id", "message_id", "sender", "recipient", "subject", "kind", "decision", "receipt", "mail_id", "state",
    "attempts", "error",
)  # fmt: skip
RESTORED_AT = "restored at"  # when a backup took the place of the database
MAY_HAVE_LEFT = "来信早于数据库恢复的时间，此信可能早已发出，先核对再发"
COLUMNS = ", ".join((*_PLAIN, "items", "deadline", "created_at", "attempted_at", "sent_at"))


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter as it will be sent, byte for byte, and what the outbox must know of it.

    ``priority``: the lowest goes first; ``deadline``: until when its reader must act; ``items``: the numbers it tells;
    ``not_before``: it must not leave earlier.
    """

    message_id: str
    sender: str
    recipient: str
    subject: str
    kind: str
    body: bytes
    decision: str = ""
    receipt: str = ""
    items: tuple[str, ...] = ()
    priority: int = 0
    deadline: datetime | None = None
    mail_id: int | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in the outbox, without its bytes."""

    id: int
    message_id: str
    sender: str
    recipient: str
    subject: str
    kind: str
    decision: str
    receipt: str
    mail_id: int | None
    items: tuple[str, ...]
    state: str
    attempts: int
    created_at: datetime
    deadline: datetime | None
    attempted_at: datetime | None
    sent_at: datetime | None
    error: str


def letter_of(reply: Reply, sender: str, at: datetime, *, receipt: str = "", items: tuple[str, ...] = ()) -> NewLetter:
    """A composed reply as the outbox keeps it; ``sender`` is the configured From, ``at`` its Date."""
    return NewLetter(
        message_id=reply.message_id,
        sender=sender,
        recipient=reply.to,
        subject=reply.subject,
        kind=reply.kind,
        body=reply.to_bytes(sender, at),
        decision=reply.decision,
        receipt=receipt,
        items=items,
        priority=reply.priority,
        deadline=reply.deadline,
    )


def put(db: Database, letter: NewLetter) -> int | None:
    """Put a letter into the outbox within the running transaction; the same letter a second time is none (null).

    The Message-ID is fixed by the decision, and the column is unique: one decision, one letter, whatever happens.
    """
    if db.row("SELECT 1 FROM letters WHERE message_id = ?", letter.message_id):
        return None
    state, error = ("uncertain", MAY_HAVE_LEFT) if _may_have_left(db, letter.mail_id) else ("pending", "")
    letter_id = db.insert(
        "letters", state=state, error=error,
        message_id=letter.message_id, mail_id=letter.mail_id, receipt=letter.receipt,
        items=codec.texts(letter.items), kind=letter.kind, decision=letter.decision,
        sender=letter.sender, recipient=letter.recipient.lower(), subject=letter.subject, body=letter.body,
        priority=letter.priority, deadline=stamp(letter.deadline) if letter.deadline else None, created_at=db.stamp(),
        not_before=stamp(letter.not_before) if letter.not_before else None,
    )  # fmt: skip
    note(db, "letter_written", About(letter.mail_id, letter_id), detail={"kind": letter.kind})
    for number in letter.items:
        note(db, "letter_written", About(letter_id=letter_id, item=number), detail={"kind": letter.kind})
    return letter_id


def _may_have_left(db: Database, mail_id: int | None) -> bool:
    """Whether the mail was met before a backup took the database's place: it may have been answered already."""
    restored = db.fact(RESTORED_AT)
    if restored is None or mail_id is None:
        return False
    row = db.row("SELECT arrived FROM mails WHERE id = ?", mail_id)
    return row is not None and row["arrived"] < restored


def letter(row: Row) -> Letter:
    """A row (``COLUMNS``) as a value."""
    return Letter(
        **{name: row[name] for name in _PLAIN},
        deadline=_when(row["deadline"]),
        attempted_at=_when(row["attempted_at"]),
        sent_at=_when(row["sent_at"]),
        items=codec.of_texts(row["items"]),
        created_at=moment(row["created_at"]),
    )


def _when(text: str | None) -> datetime | None:
    return moment(text) if text else None
