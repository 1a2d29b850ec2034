"""The one letter an hour that stands for several, where an address has had as many in a day as it may."""

from __future__ import annotations

import email
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message

from replies.letters import LetterFacts, common_view
from replies.message import Attachment, Reply, automatic_headers, message_id_of, plain_line, thread_headers
from replies.render import render
from replies.wording import WORST_FIRST_VALUES, decision_word


@dataclass(frozen=True, slots=True)
class Withheld:
    """A letter of ours that was written and not sent by itself."""

    to: str
    subject: str
    receipt: str
    decision: str
    text: str
    message_id: str
    answers: str
    attachments: tuple[Attachment, ...] = ()


def withheld_letter(raw: bytes) -> Withheld:
    """One of our own letters, read back from the bytes in the outbox."""
    message = email.message_from_bytes(raw)
    parts = list(message.walk())
    return Withheld(
        to=str(message["To"]),
        subject=str(make_header(decode_header(message["Subject"]))),
        receipt=str(message["X-Zhengji-Receipt"] or ""),
        decision=str(message["X-Zhengji-Decision"] or ""),
        text=next(
            _content(p).decode("utf-8").replace("\r\n", "\n") for p in parts if p.get_content_type() == "text/plain"
        ),
        message_id=str(message["Message-ID"]),
        answers=str(message["In-Reply-To"] or ""),
        attachments=tuple(
            (p.get_filename() or "", p.get_content_type(), _content(p)) for p in parts if p.get_filename()
        ),
    )


def compose_combined(letters: tuple[Withheld, ...], facts: LetterFacts) -> Reply:
    """Several letters to one address as one: a table of what was decided, then each letter's words, nothing dropped."""
    to = letters[0].to
    attachments, left_out = _fitting(letters, facts.attachment_bytes)
    view = {
        **common_view(facts, ""),
        "rows": tuple((w.receipt, decision_word(w.decision) or "已答复", w.subject) for w in letters),
        "letters": letters,
        "left_out": left_out,
    }
    text, html = render("combined.j2", view)
    worst = next((d for d in WORST_FIRST_VALUES if any(w.decision == d for w in letters)), "")
    return Reply(
        to=to,
        subject=plain_line(f"【合并答复】{letters[0].receipt}等{len(letters)}件"),
        text=text,
        html=html,
        headers=(
            *automatic_headers(letters[0].receipt, worst),
            *thread_headers(letters[-1].answers, *(w.answers for w in letters[:-1])),
        ),
        message_id=message_id_of(facts.own_address, letters[0].receipt, "combined", (w.message_id for w in letters)),
        kind="combined",
        decision=worst,
        attachments=attachments,
        priority=1,
        deadline=facts.pack.deadline,
    )


def _fitting(letters: tuple[Withheld, ...], room: int) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    fit: list[Attachment] = []
    left: list[str] = []
    for attachment in (a for w in letters for a in w.attachments):
        if len(attachment[2]) <= room:
            room -= len(attachment[2])
            fit.append(attachment)
        else:
            left.append(attachment[0])
    return tuple(fit), tuple(left)


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
