"""The append-only log of everything that was done: arrivals, verdicts, letters, officers' acts.

An event names its mail, letter or item and holds codes, decisions, numbers and reasons, never a sender's words: the
log cannot be erased (the database refuses it), so nothing may stand in it that ``purge`` would have to erase.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.database import Database, Row, moment

PROGRAM = "zhengji"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done: when, what, by whom, to what."""

    id: int
    at: datetime
    kind: str
    actor: str
    mail_id: int | None
    letter_id: int | None
    item: str
    version: int | None
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class About:
    """What an event is about: rows of ``mails`` and ``letters``, an item's number and version."""

    mail_id: int | None = None
    letter_id: int | None = None
    item: str = ""
    version: int | None = None


def note(
    db: Database, kind: str, about: About, *, actor: str = PROGRAM, detail: Mapping[str, object] | None = None
) -> None:
    """Write an event within the running transaction."""
    db.write(
        "INSERT INTO events (at, kind, actor, mail_id, letter_id, item, version, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        db.stamp(), kind, actor, about.mail_id, about.letter_id, about.item, about.version,
        json.dumps(detail or {}, ensure_ascii=False),
    )  # fmt: skip


def of_mail(db: Database, mail_id: int) -> tuple[Event, ...]:
    """Everything that was done to a mail, its letters included, in order."""
    return _events(db.rows("SELECT * FROM events WHERE mail_id = ? ORDER BY id", mail_id))


def of_item(db: Database, number: str) -> tuple[Event, ...]:
    """Everything that was done to an item, all its versions, in order."""
    return _events(db.rows("SELECT * FROM events WHERE item = ? ORDER BY id", number))


def of_letters_about(db: Database, number: str) -> tuple[Event, ...]:
    """Everything that became of the letters that tell of an item, in order."""
    letters = "SELECT id FROM letters WHERE items LIKE ?"
    return _events(db.rows(f"SELECT * FROM events WHERE letter_id IN ({letters}) ORDER BY id", f'%"{number}"%'))  # noqa: S608


def verdicts(db: Database) -> tuple[Event, ...]:
    """Every verdict on every version of every item, in order."""
    return _events(db.rows("SELECT * FROM events WHERE kind = 'verdict' ORDER BY id"))


def since(db: Database, at: str) -> tuple[Event, ...]:
    """Everything that was done at or after a stamped time, in order."""
    return _events(db.rows("SELECT * FROM events WHERE at >= ? ORDER BY id", at))


def _events(rows: list[Row]) -> tuple[Event, ...]:
    names = ("id", "kind", "actor", "mail_id", "letter_id", "item", "version")
    return tuple(
        Event(at=moment(row["at"]), detail=json.loads(row["detail"]), **{name: row[name] for name in names})
        for row in rows
    )
