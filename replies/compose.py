"""Verdict to letter: whether an answer is owed at all, and which one. Pure."""

from __future__ import annotations

from enum import StrEnum

from replies.letters import LetterFacts, secret_letter, stranger_letter, verdict_letter
from replies.message import Reply, can_be_answered
from replies.requests import request_letter, trial_letter
from rules.model import Judged

__all__ = ["LetterFacts", "Owed", "Reply", "compose_answer", "owed_letter", "silence"]


class Owed(StrEnum):
    """Why a letter is owed, and so which one is written."""

    VERDICT = "verdict"
    STRANGER = "stranger"  # A001: once a day, no content
    SECRET = "secret"  # noqa: S105 - S001: a kind of letter, not a secret
    REQUEST = "request"
    TRIAL = "trial"


LETTERS = {
    Owed.VERDICT: verdict_letter,
    Owed.STRANGER: stranger_letter,
    Owed.SECRET: secret_letter,
    Owed.REQUEST: request_letter,
    Owed.TRIAL: trial_letter,
}


def owed_letter(judged: Judged, facts: LetterFacts) -> Owed | None:
    """Why a letter is owed to the sender, or None where none may be written (contract, section 6, “Never”)."""
    checked = judged.checked
    if silence(judged, facts):
        return None
    if checked.secret:
        return Owed.SECRET
    if "A001" in _codes(judged):
        return Owed.STRANGER
    if checked.request is not None:
        return Owed.TRIAL if checked.request.kind == "预检" else Owed.REQUEST
    return Owed.VERDICT


def silence(judged: Judged, facts: LetterFacts) -> str:
    """Why nothing may be written to whoever sent this, in Chinese for the books; ``""`` where an answer is owed."""
    letter, stranger = judged.checked.submission.letter, not judged.checked.sender.registered
    ours = facts.own_addresses | {facts.own_address.lower()}
    reasons = (
        (judged.checked.kind == "ignored", "无需处理的来信"),
        (bool(letter.automatic), "自动邮件"),
        (letter.return_path in ("", "<>"), "退信地址为空，答复会成为退信的退信"),
        ("A002" in _codes(judged), "疑似冒用发件人，地址的主人并未来信"),
        (not can_be_answered(letter.sender), "没有发件人、有多个发件人，或地址无法写信"),
        (letter.sender in ours, "本邮箱自己发出的信"),
        (stranger and facts.folder != "INBOX", "未登记地址，且不在收件箱"),
        ("A001" in _codes(judged) and facts.answered_today, "未登记地址，当日已经答复过"),
        (bool(facts.ended), facts.ended),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _codes(judged: Judged) -> frozenset[str]:
    return frozenset(f.code for f in (*judged.checked.findings, *judged.findings))


def compose_answer(judged: Judged, receipt: str, facts: LetterFacts) -> Reply | None:
    """The answer to a letter, or None where none may be written."""
    owed = owed_letter(judged, facts)
    return None if owed is None else LETTERS[owed](judged, receipt, facts)
