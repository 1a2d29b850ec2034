"""Each mailed workbook bears a token by which it is known when it comes back: unguessable, for one address, seven days.

The database keeps the token's SHA-256 alone: who reads the database cannot decide by it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from store.database import Database, Row, moment, stamp

VALID = timedelta(days=7)
TOKEN_BYTES = 32


class Doubt(StrEnum):
    """Why a workbook is not what it claims to be."""

    UNKNOWN = "unknown"  # no digest went out with that token
    ANOTHERS = "anothers"  # it was sent to another address
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Slip:
    """A workbook as it went out: to whom, when, what each row of 待复核 stood for, which papers it showed.

    ``held`` maps the key of a row to the fingerprint of what it showed; ``papers`` are days of arrival by unit.
    """

    id: int
    call: str
    address: str
    made_at: datetime
    held: Mapping[str, str]
    papers: Mapping[str, date]


def issue(db: Database, call: str, address: str, held: Mapping[str, str], papers: Mapping[str, date]) -> str:
    """Note, within the running transaction, that a workbook goes out now; returns its token."""
    token, at = secrets.token_urlsafe(TOKEN_BYTES), db.clock()
    db.insert(
        "digests", token_sha256=_hash(token), call=call, address=address.lower(), made_at=stamp(at),
        expires_at=stamp(at + VALID), held=json.dumps(dict(held)),
        papers=json.dumps({unit: day.isoformat() for unit, day in papers.items()}, ensure_ascii=False),
    )  # fmt: skip
    return token


def recognise(db: Database, token: str, address: str, at: datetime) -> tuple[Slip | None, Doubt | None]:
    """The workbook that a token stands for, and what speaks against it coming from that address at that time."""
    row = db.row("SELECT * FROM digests WHERE token_sha256 = ?", _hash(token))
    if row is None:
        return None, Doubt.UNKNOWN
    if row["address"] != address.lower():
        return _slip(row), Doubt.ANOTHERS
    return _slip(row), Doubt.EXPIRED if at >= moment(row["expires_at"]) else None


def carried_out(db: Database, slip: Slip) -> Mapping[str, str]:
    """The rows of a workbook that were carried out already, and by which opinion."""
    rows = db.rows("SELECT key, opinion FROM opinions WHERE digest_id = ?", slip.id)
    return {row["key"]: row["opinion"] for row in rows}


def note_carried_out(db: Database, slip: Slip, key: str, opinion: str, mail_id: int) -> None:
    """Note, within the running transaction, that a row was carried out: it never is again."""
    db.insert("opinions", digest_id=slip.id, key=key, opinion=opinion, mail_id=mail_id, at=db.stamp())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _slip(row: Row) -> Slip:
    papers = {unit: date.fromisoformat(day) for unit, day in json.loads(row["papers"]).items()}
    return Slip(row["id"], row["call"], row["address"], moment(row["made_at"]), json.loads(row["held"]), papers)
