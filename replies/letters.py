"""The letters that answer a mail with a verdict, and what every letter of the desk has in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from intake.model import Kind
from replies.message import (
    LONGEST_LINE,
    Attachment,
    Reply,
    automatic_headers,
    message_id_of,
    plain_line,
    thread_headers,
)
from replies.remarks import Returned
from replies.render import render
from replies.views import (
    awaited,
    changed_part,
    current,
    file_findings,
    item_part,
    mail_parts,
    other_files,
    state_facts,
    state_rows,
)
from replies.wording import TITLES, counted, moment, until
from rules.model import Decision, Demand, Finding, Judged, Severity
from rules.packs.call import CallPack

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PRIORITY = {Decision.CORRECTION: 0, Decision.HELD: 2, Decision.REFUSED: 2, Decision.ACCEPTED: 4}
OPEN = (Decision.CORRECTION, Decision.HELD)
UNREGISTERED = "未登记邮箱"


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter must know besides the verdict.

    ``own_address`` is the address of the configured From, ``own_addresses`` all that are ours; ``contact`` the
    officers' (else the call's); ``annotated`` what goes back of the sender's own files, already cleared to
    be sent; ``attachment_bytes`` how much may hang on one letter; ``folder`` where the mail lay; ``answered_today``
    whether this unregistered address has had its letter today; ``ended`` why a conversation, with a machine as it
    seems, goes no further.
    """

    pack: CallPack
    own_address: str
    contact: str = ""
    own_addresses: frozenset[str] = frozenset()
    annotated: tuple[Returned, ...] = ()
    attachment_bytes: int = 15 * 2**20
    folder: str = "INBOX"
    answered_today: bool = False
    ended: str = ""

    @property
    def contact_words(self) -> str:
        """Whom to call."""
        return self.contact or self.pack.contact


def verdict_letter(judged: Judged, receipt: str, facts: LetterFacts) -> Reply:
    """The letter that tells everything about a submission at once."""
    attachments, told = fitting(facts)
    view = {
        **common_view(facts, receipt, [d.number for d in judged.demands], judged.checked.received.at),
        **_opening_view(judged, facts),
        **_findings_view(judged, facts.pack),
        **_state_view(judged, facts.pack),
        **told,
    }
    return answer(judged, receipt, facts, ("verdict.j2", view, TITLES[judged.decision]), attachments=attachments)


def stranger_letter(judged: Judged, receipt: str, facts: LetterFacts) -> Reply:
    """The letter to an unregistered address: no content, no state, what to do (A001)."""
    return _short_letter("stranger.j2", judged, receipt, facts)


def secret_letter(judged: Judged, receipt: str, facts: LetterFacts) -> Reply:
    """The neutral letter where a secrecy marking was found (S001): nothing of what came in."""
    return _short_letter("secret.j2", judged, receipt, facts)


def _short_letter(template: str, judged: Judged, receipt: str, facts: LetterFacts) -> Reply:
    view = {
        **common_view(facts, receipt),
        "addressee": addressee(judged),
        "sender": judged.checked.submission.letter.sender,
        "received": moment(judged.checked.received.at),
    }
    return answer(judged, receipt, facts, (template, view, TITLES[Decision.HELD]))


# --------------------------------------------------------------------------- what all letters share


def answer(
    judged: Judged,
    receipt: str,
    facts: LetterFacts,
    wording: tuple[str, Mapping[str, object], str],
    attachments: tuple[Attachment, ...] = (),
) -> Reply:
    """An answer to the mail that was judged; ``wording`` is (template, view, title of the subject)."""
    template, view, title = wording
    text, html = render(template, view)
    letter = judged.checked.submission.letter
    decision = judged.decision.value if judged.checked.request is None else ""
    verdicts = ((d.number, d.version, d.decision.value) for d in judged.demands)
    return Reply(
        to=letter.sender,
        subject=subject(title, receipt, addressee_in_subject(judged)),
        text=text,
        html=html,
        headers=(*automatic_headers(receipt, decision), *thread_headers(letter.message_id)),
        message_id=message_id_of(facts.own_address, receipt, "answer", (letter.message_id, judged.decision, *verdicts)),
        kind="answer",
        decision=decision,
        attachments=attachments,
        priority=PRIORITY.get(judged.decision, 3),
        deadline=facts.pack.deadline,
    )


def common_view(
    facts: LetterFacts, receipt: str, numbers: Iterable[str] = (), at: datetime | None = None
) -> dict[str, object]:
    """What every template may use: the call, the contact, how to write, the closing words.

    ``numbers`` give an item number for the examples; ``at`` is the time that counts against the deadline (null: the
    deadline is still to come).
    """
    pack = facts.pack
    example = next(filter(None, numbers), f"{pack.prefix}-0001")
    return {
        "receipt": receipt,
        "call": plain_line(pack.title),
        "short": plain_line(pack.short),
        "item_word": pack.item_word,
        "until": _until(pack, at),
        "contact": facts.contact_words,
        "mailbox": facts.own_address,
        "paper_duty": pack.paper_duty,
        "office": pack.office,
        "example": example,
        "in_time": in_time(pack, at),
        "ways": tuple(_ways(pack, at)),
        "commands": (
            ("查询", f"主题写“查询”，即得全部{pack.item_word}的当前状态。"),
            ("撤回", f"主题写“撤回 {example}”，撤回该{pack.item_word}。"),
            ("恢复", f"主题写“恢复 {example}”，截止时间前恢复已撤回或被误判替代的{pack.item_word}。"),
            ("预检", "主题写“预检”并附文件，先行检查，只告知结果，不作为正式报送。"),
        ),
    }


def _ways(pack: CallPack, at: datetime | None) -> Iterator[str]:
    """What a sender does next, in order."""
    if pack.deadline is not None and not pack.stays_open and in_time(pack, at):
        yield f"改正后的文件须于{until(pack.deadline)}前到达本邮箱，以邮件服务器收到的时间为准，逾期不予受理。"
    when = "" if pack.stays_open or pack.deadline is None else "截止时间前"
    yield f"同一{pack.item_word}多次报送的，以{when}最后收到的版本为准，位次不变。"
    yield "来件须为可编辑的 Word 版，直接作为附件发送，不要使用超大附件、网盘链接或加密文件。"
    yield "以下事项可随时发邮件自助办理，主题以相应词语开头即可："


def subject(title: str, receipt: str, unit: str) -> str:
    """The subject of a letter: 【补正通知】, receipt, unit."""
    return plain_line(" ".join(filter(None, (f"【{title}】{receipt}", unit))))


def addressee(judged: Judged) -> str:
    """Whom the letter greets: the unit, else nobody by name."""
    return _unit_named(judged) or "您好"


def _unit_named(judged: Judged) -> str:
    """The unit of the register that the letter counts for; a sender that stands for itself has no name."""
    unit = judged.checked.unit
    return unit.name if unit and unit.name != judged.checked.sender.address else ""


def addressee_in_subject(judged: Judged) -> str:
    """The unit for the subject line; strangers are told apart by their address."""
    if name := _unit_named(judged):
        return name
    return UNREGISTERED if any(f.code == "A001" for f in judged.findings + judged.checked.findings) else ""


def fitting(facts: LetterFacts) -> tuple[tuple[Attachment, ...], dict[str, object]]:
    """The files that fit on a letter, in order, and what it says of them all: with comments, as lists, left out."""
    room = facts.attachment_bytes
    attachments: list[Attachment] = []
    told: dict[str, list[str]] = {"attached": [], "listed": [], "left_out": []}
    for file in facts.annotated:
        name = plain_line(file.name, LONGEST_LINE)
        if len(file.content) > room:
            told["left_out"].append(name)
            continue
        room -= len(file.content)
        attachments.append((name, DOCX, file.content))
        told["attached" if file.commented else "listed"].append(name)
    return tuple(attachments), {**told}


def _until(pack: CallPack, at: datetime | None) -> str:
    """The deadline in words, ``""`` where there is none or a call that stays open is past it."""
    if pack.deadline is None or (pack.stays_open and at is not None and at >= pack.deadline):
        return ""
    return until(pack.deadline)


def in_time(pack: CallPack, at: datetime | None) -> bool:
    """Whether mended files can still come in time."""
    return at is None or pack.deadline is None or pack.stays_open or at < pack.deadline


# --------------------------------------------------------------------------- the parts of a verdict


def _opening_view(judged: Judged, facts: LetterFacts) -> dict[str, object]:
    absent = [f for f in judged.findings if f.code == "C004"][:1]
    timely = in_time(facts.pack, judged.checked.received.at)
    return {
        "title": TITLES[judged.decision] if judged.decision is not Decision.HELD else "待复核通知",
        "tone": judged.decision.value,
        "decision": judged.decision.value,
        "addressee": addressee(judged),
        "sender": judged.checked.submission.letter.sender,
        "received": moment(judged.checked.received.at),
        "outcome": _outcome(judged, facts.pack.item_word),
        "no_summary": "".join(plain_line(f.message + (f.fix if timely else ""), LONGEST_LINE) for f in absent),
        "advised": any(f.severity is Severity.WARNING and f.told for f in _all_findings(judged)),
    }


def _all_findings(judged: Judged) -> Iterator[Finding]:
    yield from (f for f in judged.findings if f.code != "C004")
    for demand in judged.demands:
        yield from demand.findings


def _outcome(judged: Judged, item_word: str) -> str:
    decisions = [d.decision for d in judged.demands]
    if decisions:
        return f"来件共有{item_word}{len(decisions)}项：{counted(decisions)}"
    if any(d.kind is Kind.SUMMARY for d in judged.checked.submission.documents):
        return f"来件为汇总表，没有附{item_word}的申报材料"
    return f"来件中没有能够审查的{item_word}申报材料"


def _findings_view(judged: Judged, pack: CallPack) -> dict[str, object]:
    files = judged.checked.submission.documents
    seen = visible(judged, (c.after for c in judged.changes))
    changes = [c for c in judged.changes if c.after in seen]
    return {
        "mail_parts": mail_parts(judged),
        "items": tuple(item_part(d, pack, files, file_findings(judged, d.document)) for d in judged.demands),
        "awaited": awaited(judged),
        "others": other_files(judged),
        "changes": tuple(changed_part(c) for c in changes),
        "mend_earlier": sum(c.after.decision is Decision.CORRECTION and not c.after.withdrawn for c in changes),
    }


def _state_view(judged: Judged, pack: CallPack) -> dict[str, object]:
    state = judged.state
    known = state.unit is not None or bool(state.demands)
    return {
        "state": state_facts(state, judged.quota, pack, judged.mended) if known else (),
        "open_rows": state_rows(d for d in visible(judged, current(state)) if d.decision in OPEN),
    }


def visible(judged: Judged, demands: Iterable[Demand]) -> tuple[Demand, ...]:
    """The demands that this sender may see: an address known only by its domain sees what it sent itself."""
    sender = judged.checked.sender
    return tuple(d for d in demands if not sender.by_domain or d.sender == sender.address)
