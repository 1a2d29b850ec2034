"""Letters to the officers: what must be known at once, and the mail that brings the digest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from replies.letters import LetterFacts, common_view
from replies.message import Reply, automatic_headers, message_id_of, plain_line
from replies.render import render
from replies.wording import moment
from rules.model import Judged

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_QUESTION = 4000


@dataclass(frozen=True, slots=True)
class Alert:
    """Something for the officers at once.

    ``kind``: ``forged secret failure question queue login``; ``facts`` are (label, value); ``advice`` what to do;
    ``quoted`` the words of a mail, where they may be shown; ``occasion`` sets alerts without a receipt apart.
    """

    kind: str
    title: str
    facts: tuple[tuple[str, str], ...]
    advice: str
    receipt: str = ""
    quoted: str = ""
    occasion: str = ""


def alerts_of(judged: Judged, receipt: str) -> tuple[Alert, ...]:
    """What a verdict makes known to the officers at once; of a secret letter nothing but receipt, sender and time."""
    codes = {f.code for f in (*judged.checked.findings, *judged.findings)}
    if judged.checked.secret:
        return (_secret(judged, receipt),)
    made = []
    if "A002" in codes:
        made.append(_forged(judged, receipt))
    failures = (*judged.checked.own_failures, *(d.own_failure for d in judged.demands if d.own_failure))
    if failures:
        made.append(_failure(judged, receipt, failures))
    if judged.checked.question and "A002" not in codes:
        made.append(_question(judged, receipt))
    return tuple(made)


def compose_alert(alert: Alert, officer: str, facts: LetterFacts) -> Reply:
    """An alert to one officer's address; it answers nothing and bears no decision."""
    view = {
        **common_view(facts, alert.receipt),
        "title": alert.title,
        "facts": tuple((label, plain_line(value, LONGEST_QUESTION)) for label, value in alert.facts),
        "advice": alert.advice,
        "quoted": "\n".join(
            plain_line(line, LONGEST_QUESTION) for line in alert.quoted[:LONGEST_QUESTION].splitlines()
        ),
    }
    text, html = render("alert.j2", view)
    return Reply(
        to=officer,
        subject=plain_line(f"【{alert.title}】{alert.receipt}"),
        text=text,
        html=html,
        headers=automatic_headers(alert.receipt, replied=False),
        message_id=message_id_of(
            facts.own_address, alert.receipt, f"alert.{alert.kind}", (officer, alert.occasion, alert.facts)
        ),
        kind="alert",
        priority=0,
    )


def _sent(judged: Judged) -> tuple[tuple[str, str], ...]:
    letter = judged.checked.submission.letter
    return (
        ("发件邮箱", "、".join(map(plain_line, letter.senders)) or "（无发件人）"),
        ("收到时间", moment(judged.checked.received.at)),
    )


def _whose(judged: Judged) -> tuple[tuple[str, str], ...]:
    units = (judged.checked.unit,) if judged.checked.unit else judged.checked.sender.units
    return tuple(("登记单位", f"{u.name}，联系人{u.contact or '未登记'}，电话{u.phone or '未登记'}") for u in units)


def _secret(judged: Judged, receipt: str) -> Alert:
    advice = (
        "来件带有密级标志，已单独隔离存放，未显示任何内容。请按保密规定处置；"
        "如需彻底清除，可由管理员执行 zhengji purge。"
    )
    return Alert("secret", "涉密来件告警", (("受理编号", receipt), *_sent(judged)), advice, receipt)


def _forged(judged: Judged, receipt: str) -> Alert:
    letter = judged.checked.submission.letter
    facts = (
        ("受理编号", receipt),
        *_sent(judged),
        *_whose(judged),
        ("认证结果", letter.authentication_detail or "未通过"),
        ("主题", letter.subject),
    )
    advice = "来件未通过发件人身份认证，疑似冒用。未作任何处理，也未答复。请电话与登记单位核实是否为其所发。"
    return Alert("forged", "疑似冒用发件人", facts, advice, receipt)


def _failure(judged: Judged, receipt: str, failures: Iterable[str]) -> Alert:
    reasons = (("未能处理", reason) for reason in dict.fromkeys(failures))
    facts = (("受理编号", receipt), *_sent(judged), *_whose(judged), *reasons)
    advice = "系统未能自行读取上述文件，已转待复核，未计为报送单位的问题。请人工打开审阅后用 zhengji decide 作出决定。"
    return Alert("failure", "需人工审阅的文件", facts, advice, receipt)


def _question(judged: Judged, receipt: str) -> Alert:
    letter = judged.checked.submission.letter
    facts = (*_sent(judged), *_whose(judged), ("主题", letter.subject))
    advice = "登记单位来信咨询，系统未答复，请直接向发件邮箱回复或电话答复。"
    return Alert("question", "待人工答复", facts, advice, receipt, letter.own_words.strip(), letter.message_id)


def conversation_alert(judged: Judged, why: str) -> Alert:
    """A conversation, as it seems with a machine, that was ended; one alert a day and address."""
    address, day = judged.checked.submission.letter.sender, f"{judged.checked.received.at:%Y-%m-%d}"
    facts = (("发件邮箱", address), *_whose(judged), ("原因", why), ("日期", day))
    advice = "系统已停止自动答复这类来信，来信均已登记，见日报“来信登记”。如确系人工来信，请直接答复。"
    return Alert("loop", "疑似自动往来", facts, advice, occasion=day)


# --------------------------------------------------------------------------- the digest


@dataclass(frozen=True, slots=True)
class DigestNumber:
    """One of the numbers that matter, as it is shown: ``tone`` is a decision's value or ``plain``."""

    name: str
    number: str
    change: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class DigestLetter:
    """What the mail of the digest says beside its workbook.

    ``changes`` are (number, unit, name, what happened), ``more`` of them are only in the workbook; ``attention`` lines
    that want an officer's hand; ``countdown`` how long the call is still open; ``quiet``: nothing happened, one line.
    """

    day: date
    numbers: tuple[DigestNumber, ...]
    attention: tuple[str, ...] = ()
    workbook: tuple[str, bytes] | None = None
    token: str = ""
    changes: tuple[tuple[str, str, str, str], ...] = ()
    changes_title: str = "与昨日相比"
    more: int = 0
    countdown: str = ""
    quiet: bool = False


def compose_digest_mail(digest: DigestLetter, officer: str, facts: LetterFacts) -> Reply:
    """The day's digest to one officer's address, with its workbook."""
    words = f"{digest.day.year}年{digest.day.month}月{digest.day.day}日"
    view = {
        **common_view(facts, ""),
        "day": words,
        "numbers": digest.numbers,
        "summary": "，".join(f"{n.name} {n.number}" for n in digest.numbers),
        "changes": tuple(tuple(map(plain_line, change)) for change in digest.changes),
        "changes_title": digest.changes_title,
        "more": digest.more,
        "attention": digest.attention,
        "countdown": digest.countdown,
        "quiet": digest.quiet,
        "answerable": bool(digest.token and digest.workbook) and not digest.quiet,
        "workbook": digest.workbook[0] if digest.workbook else "",
    }
    text, html = render("digest.j2", view)
    occasion = (officer, digest.day, digest.token)
    return Reply(
        to=officer,
        subject=plain_line(f"【征集日报】{words} {facts.pack.short}{'（无变化）' if digest.quiet else ''}"),
        text=text,
        html=html,
        headers=automatic_headers(replied=False),
        message_id=message_id_of(facts.own_address, facts.pack.prefix, "digest", occasion),
        kind="digest",
        attachments=((digest.workbook[0], SHEET, digest.workbook[1]),) if digest.workbook else (),
        priority=3,
    )
