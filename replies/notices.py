"""Letters that come later than the answer: decisions of officers, places freed, verdicts judged anew, reminders.

A later notice bears our answer's id in In-Reply-To and both ids in References, and is ``auto-generated``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from intake.model import Document
from replies.letters import OPEN, PRIORITY, LetterFacts, common_view, fitting, subject
from replies.message import LONGEST_LINE, Reply, automatic_headers, message_id_of, plain_line, thread_headers
from replies.render import render
from replies.views import current, item_part, state_facts, state_rows
from replies.wording import TITLES
from rules.model import Decision, Demand, QuotaUse, UnitState, worst


class Cause(StrEnum):
    """Why a notice is sent after the answer."""

    DECIDED = "decided"  # an officer decided
    APPROVED = "approved"  # the address was entered in the register, what was held is judged
    MOVED_UP = "moved_up"  # a place was freed
    REJUDGED = "rejudged"  # rules, register or settings changed
    SUMMARY = "summary"  # a later 汇总表, or another letter of the unit, changed it
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told, to whom, and which letters it follows.

    ``receipt`` is that of the mail whose answer is followed; ``mail_id`` the mail's Message-ID, ``answer_id`` ours;
    ``demands`` as they stand now; ``reason`` the officer's words; ``occasion`` names the event (its time or number),
    so that the same act makes the same letter and another act another one; ``at`` is when it is told (null: before the
    deadline); ``documents`` serve for file names only.
    """

    cause: Cause
    to: str
    receipt: str
    demands: tuple[Demand, ...]
    state: UnitState
    quota: QuotaUse | None = None
    mail_id: str = ""
    answer_id: str = ""
    reason: str = ""
    occasion: str = ""
    at: datetime | None = None
    documents: tuple[Document, ...] = ()


SENTENCES = {
    Cause.DECIDED: "经工作人员复核，下列{items}的审查结论现已确定。",
    Cause.APPROVED: "贵单位邮箱已完成登记，此前待复核的来件现已审查，结果如下。",
    Cause.MOVED_UP: "因腾出推荐名额，下列候补{items}已依次递补，审查结论更新如下。",
    Cause.REJUDGED: "因审查口径或登记信息更新，下列{items}已重新审查，结论更新如下。",
    Cause.SUMMARY: "因贵单位后续报送的材料，下列{items}的审查结论更新如下。",
    Cause.WITHDRAWN: (
        "贵单位已通过邮件撤回下列{items}，不再占用推荐名额。如非贵单位意愿，请于截止时间前发邮件恢复，或联系工作人员。"
    ),
    Cause.RESTORED: "贵单位已通过邮件恢复或分别登记下列{items}。如非贵单位意愿，请联系工作人员。",
}
NO_VERDICT = frozenset({Cause.WITHDRAWN, Cause.RESTORED})


def compose_notice(notice: Notice, facts: LetterFacts) -> Reply:
    """The later notice to one address; an officer's reason and every finding that stands are told."""
    decision = worst({d.decision for d in notice.demands})
    title = _title(notice.cause, decision)
    unit = notice.state.unit.name if notice.state.unit else ""
    attachments, told = fitting(facts)
    view = {
        **common_view(facts, notice.receipt, [d.number for d in notice.demands], notice.at),
        "title": title,
        "tone": "plain" if notice.cause in NO_VERDICT else decision.value,
        "addressee": unit or "您好",
        "sentence": SENTENCES[notice.cause].format(items=facts.pack.item_word),
        "reason": "" if any(d.officer for d in notice.demands) else plain_line(notice.reason, LONGEST_LINE),
        "needs_mending": decision is Decision.CORRECTION and notice.cause not in NO_VERDICT,
        "items": tuple(item_part(d, facts.pack, notice.documents, alone=True) for d in notice.demands),
        "state": state_facts(notice.state, notice.quota, facts.pack) if notice.state.unit else (),
        "open_rows": state_rows(d for d in _seen_by(notice) if d.decision in OPEN),
        **told,
    }
    text, html = render("notice.j2", view)
    verdict = "" if notice.cause in NO_VERDICT else decision.value
    decided = ((d.number, d.version, d.decision.value, d.withdrawn) for d in notice.demands)
    return Reply(
        to=notice.to,
        subject=subject(title, notice.receipt, unit),
        text=text,
        html=html,
        headers=(
            *automatic_headers(notice.receipt, verdict, replied=False),
            *thread_headers(notice.answer_id, notice.mail_id),
        ),
        message_id=message_id_of(
            facts.own_address, notice.receipt, notice.cause.value, (notice.to, notice.occasion, *decided)
        ),
        kind=notice.cause.value,
        decision=verdict,
        attachments=attachments,
        priority=PRIORITY.get(decision, 3),
        deadline=facts.pack.deadline,
    )


def later_answer(answer: Reply, answer_id: str, mail_id: str) -> Reply:
    """The answer to a mail that was answered before and is judged again: a notice that follows the first answer."""
    kept = tuple(h for h in answer.headers if h[0] not in ("In-Reply-To", "References", "Auto-Submitted"))
    generated = tuple(h for h in automatic_headers(replied=False) if h[0] == "Auto-Submitted")
    headers = (*generated, *kept, *thread_headers(answer_id, mail_id))
    return replace(answer, headers=headers, kind=Cause.REJUDGED.value)


def _seen_by(notice: Notice) -> tuple[Demand, ...]:
    """The unit's demands that the addressee may see: who is known by the domain alone sees what it sent itself."""
    unit = notice.state.unit
    known = unit is not None and notice.to in unit.addresses
    return tuple(d for d in current(notice.state) if known or d.sender == notice.to)


def _title(cause: Cause, decision: Decision) -> str:
    return {Cause.WITHDRAWN: "撤回确认", Cause.RESTORED: "恢复确认"}.get(cause, TITLES[decision])


# --------------------------------------------------------------------------- reminders before the deadline


@dataclass(frozen=True, slots=True)
class Reminder:
    """A unit that has sent nothing or has open corrections, and how many workdays are left.

    ``stage`` names the round of reminders (null: by its workdays); ``sent``: something to judge has come from the unit.
    """

    to: str
    workdays: int
    state: UnitState
    quota: QuotaUse | None = None
    stage: int | None = None
    sent: bool = False


def compose_reminder(reminder: Reminder, facts: LetterFacts) -> Reply:
    """The reminder to one unit; the same unit, stage, deadline and call give the same letter."""
    unit = reminder.state.unit.name if reminder.state.unit else ""
    stage = reminder.workdays if reminder.stage is None else reminder.stage
    demands = current(reminder.state)
    view = {
        **common_view(facts, "", [d.number for d in demands]),
        "addressee": unit or "您好",
        "workdays": reminder.workdays,
        "nothing_sent": not demands and not reminder.sent,
        "rows": state_rows(d for d in demands if d.decision is Decision.CORRECTION),
        "state": state_facts(reminder.state, reminder.quota, facts.pack),
    }
    text, html = render("reminder.j2", view)
    return Reply(
        to=reminder.to,
        subject=plain_line(f"【报送提醒】{_left(reminder.workdays)} {unit}"),
        text=text,
        html=html,
        headers=automatic_headers(replied=False),
        message_id=message_id_of(facts.own_address, facts.pack.prefix, "reminder", (unit, stage, facts.pack.deadline)),
        kind="reminder",
        priority=6,
        deadline=facts.pack.deadline,
    )


def _left(workdays: int) -> str:
    return f"距截止还有{workdays}个工作日" if workdays else "今天截止"
