"""Where else a purged letter is spoken of: letters that we wrote, workbooks and exports in ``out/``."""

from __future__ import annotations

import email
import html
import io
import zipfile
from collections.abc import Iterable
from email.message import Message
from pathlib import Path

from store.database import Database, Row
from store.keeping.erasing import ERASED, UNSENT, Marks

OFFICERS_KINDS = ("alert", "digest", "reminder")
CLOSED = ("sent", "failed", "carried")


def mentions(content: bytes, words: Iterable[str]) -> bool:
    """Whether one of the words stands in a file of ours: plain text, or text in a zip (.xlsx, .docx, an archive)."""
    sought = tuple({form.encode() for word in words for form in (word, html.escape(word, quote=False))})
    return _found(content, sought, depth=2)


def _found(content: bytes, sought: tuple[bytes, ...], depth: int) -> bool:
    if any(word in content for word in sought):
        return True
    if depth == 0 or not zipfile.is_zipfile(io.BytesIO(content)):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(_found(archive.read(name), sought, depth - 1) for name in archive.namelist())


def letter_mentions(raw: bytes, words: Iterable[str]) -> bool:
    """Whether one of the words stands in a letter of ours, its attachments included."""
    words = tuple(words)
    return any(mentions(_content(part), words) for part in email.message_from_bytes(raw).walk())


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def erase_letters(db: Database, marks: Marks) -> tuple[int, int]:
    """Empty every letter that speaks of what is purged, within the running transaction.

    Returns how many were emptied, and how many of other mails must first leave. A letter about the mail itself that
    has not left never will.
    """
    erased = waiting = 0
    for row in _candidates(db, marks):
        own = row["mail_id"] in marks.mail_ids or row["receipt"] in marks.numbers
        if not own and not letter_mentions(bytes(row["body"]), (*marks.words, *marks.numbers)):
            continue
        if row["state"] == "sending" or (row["state"] not in CLOSED and not own):
            waiting += 1
            continue
        _erase_letter(db, row, own=own)
        erased += 1
    return erased, waiting


def _candidates(db: Database, marks: Marks) -> list[Row]:
    """The letters written since that may speak of it: its own, the officers', and those to its unit's addresses."""
    kinds, ids = ", ".join(f"'{kind}'" for kind in OFFICERS_KINDS), ", ".join(map(str, marks.mail_ids))
    unit = next((row["unit"] for row in marks.mails if row["unit"]), None)
    return db.rows(
        "SELECT id, mail_id, receipt, state, kind, body FROM letters WHERE length(body) > 0 AND created_at >= ?1 AND"  # noqa: S608 - our own words and numbers
        f" (kind IN ({kinds}) OR mail_id IN ({ids})"
        f" OR receipt IN (SELECT receipt FROM mails WHERE id IN ({ids}) OR (?2 IS NOT NULL AND unit = ?2))"
        " OR recipient IN (SELECT sender FROM mails WHERE ?2 IS NOT NULL AND unit = ?2))",
        marks.since, unit,
    )  # fmt: skip


def _erase_letter(db: Database, row: Row, *, own: bool) -> None:
    db.write("UPDATE letters SET body = x'' WHERE id = ?", row["id"])
    if own and row["kind"] not in OFFICERS_KINDS:
        db.write("UPDATE letters SET subject = ?, recipient = '' WHERE id = ?", ERASED, row["id"])
    if row["state"] not in CLOSED:
        db.write("UPDATE letters SET state = 'failed', error = ? WHERE id = ?", UNSENT, row["id"])


def erase_published(out: Path, marks: Marks) -> tuple[Path, ...]:
    """Delete the workbooks and exports below ``out/`` that speak of what is purged: they can be made anew."""
    sought = (*marks.words, *marks.numbers)
    found = [path for path in sorted(out.rglob("*")) if path.is_file() and mentions(path.read_bytes(), sought)]
    for path in found:
        path.unlink()
    return tuple(found)
