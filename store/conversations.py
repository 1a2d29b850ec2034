"""Two machines that answer each other: a letter that answers one of ours and brings nothing new ends the talk.

RFC 3834 headers tell most machines (``intake.letters.automatic``). What is left are those that mark nothing: an
automatic acknowledgement that speaks of the attachments, a mailbox that sends back whatever it gets. A person who sends
the same once more by mistake is told so; the second time within a day nothing is written, and the officers hear of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from intake.model import Document
from rules.folding import fold
from rules.model import Checked
from store.database import Database, stamp

WINDOW = timedelta(days=1)
MOST_ANSWERS = 10  # to one address within the window, to letters that answer ours
REPEATED = "来信只是答复本邮箱，内容与已答复过的一封相同，疑似自动往来"
TOO_MANY = f"该地址一天内对本邮箱去信的答复已达 {MOST_ANSWERS} 封，疑似自动往来"


@dataclass(frozen=True, slots=True)
class Turn:
    """A letter as one turn of a conversation.

    ``brought`` is the fingerprint of what it brings (``""``: nothing that may be compared); ``in_reply`` whether it
    answers a letter of ours; ``bare`` that it has neither a file nor a request: only its words.
    """

    brought: str
    in_reply: bool
    bare: bool


def turn_of(db: Database, checked: Checked) -> Turn:
    """The turn that a letter takes; of one with a secrecy marking nothing is kept, not even a fingerprint."""
    files = [d for d in checked.submission.documents if not d.inline]
    bare = not files and checked.request is None
    if checked.secret or checked.request is not None:
        return Turn("", _answers_ours(db, checked), bare)
    said = [fold(checked.submission.letter.own_words)] if bare else sorted(_content(d) for d in files)
    brought = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
    return Turn(brought, _answers_ours(db, checked), bare)


def why_it_ends(db: Database, checked: Checked, turn: Turn, mail_id: int) -> str:
    """Why this letter is not answered any more, in Chinese; ``""`` where it is."""
    at, sender = checked.received.at, checked.submission.letter.sender
    earlier = db.rows(
        "SELECT brought, in_reply FROM mails WHERE sender = ? AND id <> ? AND answer_id <> '' AND received > ?"
        " AND received <= ?",
        sender, mail_id, stamp(at - WINDOW), stamp(at),
    )  # fmt: skip
    same = [row for row in earlier if turn.brought and row["brought"] == turn.brought]
    if (turn.bare and same) or (turn.in_reply and any(row["in_reply"] for row in same)):
        return REPEATED
    if turn.in_reply and sum(row["in_reply"] for row in earlier) >= MOST_ANSWERS:
        return TOO_MANY
    return ""


def keep_turn(db: Database, turn: Turn, mail_id: int) -> None:
    """Note the turn within the running transaction, for the next one to be compared with."""
    db.write("UPDATE mails SET brought = ?, in_reply = ? WHERE id = ?", turn.brought, turn.in_reply, mail_id)


def _answers_ours(db: Database, checked: Checked) -> bool:
    """Whether In-Reply-To or References name a letter of ours, or the letter still bears our own header."""
    letter = checked.submission.letter
    marks = ", ".join("?" * len(letter.references))
    sql = f"SELECT 1 FROM letters WHERE message_id IN ({marks}) LIMIT 1"  # noqa: S608 - question marks only
    return bool(letter.receipt_mentioned) or (bool(marks) and db.row(sql, *letter.references) is not None)


def _content(document: Document) -> str:
    """What a file says: of a form its values and texts, so that our comments in it make it no other; else its bytes."""
    forms = [(dict(f.fields), {name: s.text for name, s in f.sections.items()}) for f in document.forms]
    return json.dumps(forms, ensure_ascii=False, sort_keys=True) if forms else document.sha256
