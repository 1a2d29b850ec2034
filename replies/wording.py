"""How times, money and decisions are said in a letter: short pure functions from values to Chinese words."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.model import WORST_FIRST, Decision, Severity

BEIJING = ZoneInfo("Asia/Shanghai")
NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")

DECISION_WORDS = {
    Decision.ACCEPTED: "受理",
    Decision.CORRECTION: "需补正",
    Decision.HELD: "待复核",
    Decision.REFUSED: "不予受理",
    Decision.IGNORED: "无需处理",
    Decision.REQUEST: "来信请求",
}
TITLES = {
    Decision.ACCEPTED: "受理通知",
    Decision.CORRECTION: "补正通知",
    Decision.HELD: "待复核",
    Decision.REFUSED: "不予受理",
}
GROUP_TITLES = {
    Severity.REFUSE: "不予受理原因",
    Severity.ERROR: "必须修改",
    Severity.REVIEW: "由工作人员复核",
    Severity.WARNING: "建议核对",
    Severity.INFO: "说明",
}
CURE_WORDS = {
    Severity.REFUSE: "说明",
    Severity.ERROR: "办法",
    Severity.REVIEW: "处理",
    Severity.WARNING: "办法",
    Severity.INFO: "说明",
}
AMOUNT_LABELS = {"财政": "申请财政经费", "总投入": "项目拟总投入", "申请经费": "申请经费"}


WORST_FIRST_VALUES = tuple(d.value for d in WORST_FIRST)


def decision_word(value: str) -> str:
    """The word for a decision as its header carries it, ``""`` for none."""
    return next((word for decision, word in DECISION_WORDS.items() if decision.value == value), "")


def moment(at: datetime) -> str:
    """A time to the second, as an official letter writes it: ``2026年6月1日09:30:12``."""
    here = at.astimezone(BEIJING)
    return f"{day(here)}{here:%H:%M:%S}"


def day(at: datetime) -> str:
    """A day: ``2026年6月1日``."""
    here = at.astimezone(BEIJING)
    return f"{here.year}年{here.month}月{here.day}日"


def until(deadline: datetime) -> str:
    """A deadline: midnight is 24:00 of the day before (``2026年6月30日24:00``)."""
    here = deadline.astimezone(BEIJING)
    if here.time() == time(0):
        return f"{day(here - timedelta(days=1))}24:00"
    return f"{day(here)}{here:%H:%M}"


def numeral(n: int) -> str:
    """A number from 1 to 99 as a heading counts: 一, 十, 十一, 二十三."""
    tens, ones = divmod(n, 10)
    digits = ("", *NUMERALS)
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + digits[ones]


def wan(amount: Decimal | None) -> str:
    """An amount: ``800万元``; 未能识别 where there is none."""
    if amount is None:
        return "未能识别"
    digits = f"{amount:f}"
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}万元"


def counted(decisions: list[Decision]) -> str:
    """How many of each decision: ``受理2项，需补正1项``."""
    order = (Decision.ACCEPTED, Decision.CORRECTION, Decision.HELD, Decision.REFUSED)
    return "，".join(f"{DECISION_WORDS[d]}{decisions.count(d)}项" for d in order if d in decisions)
