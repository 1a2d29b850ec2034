"""A call in words: the page that an officer reads and signs off, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rules.catalog import RULES
from rules.model import Severity
from rules.packs.call import CallPack, Term

HEADINGS = (
    ("征集", ("title", "short", "item_word", "office", "issued", "prefix")),
    ("时间与报送", ("deadline", "deadline_words", "grace_hours", "stays_open", "mailbox", "contact")),
    ("谁可以报送", ("recommended", "paper_duty", "units", "applicant", "quota")),
    ("申报表各栏", ("field",)),
    ("申报表各部分", ("section",)),
    ("资金、周期与指标", ("amount", "matching", "period", "indicators")),
    ("汇总表", ("summary",)),
)
CONCLUSIONS = {
    Severity.REFUSE: "不予受理",
    Severity.ERROR: "需补正（必须修改）",
    Severity.REVIEW: "待复核（由工作人员决定）",
    Severity.WARNING: "提醒（建议核对，不影响受理）",
}
CHINESE = "〇一二三四五六七八九十"
SETTINGS = {"deadline": "截止时间", "mailbox": "报送邮箱"}


def describe(pack: CallPack) -> str:
    """The rules of a call in Chinese, each with the sentence of the notice behind it, for an officer to sign off."""
    lines = [f"征集规则：{pack.title}", f"编号：{pack.id}　规则版本：{pack.hash[:12]}", ""]
    for place, (heading, keys) in enumerate(HEADINGS, start=1):
        terms = [t for t in pack.terms if t.place.partition(".")[0] in keys]
        if terms:
            lines += [f"{CHINESE[place]}、{heading}", *(_line(t) for t in terms), ""]
    lines += [
        f"{CHINESE[len(HEADINGS) + 1]}、审查发现与结论（一项有几种发现的，以靠前的为准）",
        *_conclusions(pack),
        "",
    ]
    lines += ["待确认事项", *_numbered(validate(pack)), "", "核定人：　　　　　　　　日期："]
    return "\n".join(lines) + "\n"


def validate(pack: CallPack) -> tuple[str, ...]:
    """What officers still have to set or confirm before or while the call runs, a line each."""
    unset = tuple(
        f'{SETTINGS[name]}：尚未设定，须在 zhengji.toml 的 [call."{pack.id}"] 中设定' for name in pack.unset()
    )
    return unset + pack.open_points() + tuple(_contradictions(pack))


def _conclusions(pack: CallPack) -> Iterator[str]:
    """What leads to which conclusion: the titles of all rules that this call can meet, with their codes."""
    for severity, words in CONCLUSIONS.items():
        met = [f"{r.title}（{r.code}）" for r in RULES if r.severity is severity and _can_be_met(r.code, pack)]
        yield f"  {words}：{'、'.join(met) or '（无）'}"


def _can_be_met(code: str, pack: CallPack) -> bool:
    """Whether the call has what a rule asks about; what it is silent about can never be found."""
    has = {
        "A001": pack.recommended,
        "A003": pack.recommended,
        "B001": pack.amount,
        "B002": pack.amount,
        "B003": pack.matching,
        "B004": pack.period,
        "B005": pack.period,
        "C": pack.summary,
        "D001": not pack.stays_open,
        "D004": not pack.stays_open,
        "F022": any(s.max_words for s in pack.sections),
        "F023": any(s.min_words for s in pack.sections),
        "F030": pack.indicators and pack.indicators.number,
        "F031": pack.indicators and pack.indicators.elements,
        "F032": any(s.must_name for s in pack.sections),
        "Q": pack.quotas,
        "T001": any(f.excluded for f in pack.fields),
        "T002": any(f.others_allowed for f in pack.fields),
        "T003": pack.applicant.kind or pack.applicant.region,
        "T004": any(f.excluded for f in pack.fields),
        "T005": pack.indicators and pack.indicators.papers_refused,
    }
    return bool(has.get(code, has.get(code[0], True)))


def _line(term: Term) -> str:
    marks = ("【处室设定】" if term.by_officers else "") + ("【拟定】" if term.drafted and not term.by_officers else "")
    source = "" if term.drafted or term.by_officers else f"\n    依据：{term.source}"
    return f"  {term.subject}：{term.words}{marks}{source}"


def _numbered(points: tuple[str, ...]) -> Iterator[str]:
    if not points:
        yield "  无。"
    for place, point in enumerate(points, start=1):
        yield f"  {place}. {point}"


def _contradictions(pack: CallPack) -> Iterator[str]:
    """Terms that cannot all hold."""
    ranges: list[tuple[str, Decimal | int | None, Decimal | int | None]] = [
        (f"部分：{spec.name}", spec.min_words, spec.max_words) for spec in pack.sections
    ]
    if pack.amount:
        ranges.append(("申请金额", pack.amount.minimum, pack.amount.maximum))
    if pack.period:
        ranges.append(("实施周期", pack.period.minimum, pack.period.maximum))
    for name, low, high in ranges:
        if low is not None and high is not None and low > high:
            yield f"{name}：下限 {low} 大于上限 {high}，请更正"
    if pack.recommended and not pack.unit_field:
        yield "报送渠道：只受理推荐，而申报表没有写归口管理部门的一栏（form.unit_field），无法核对推荐单位"
