"""Sums of money in a Chinese sentence: where they stand, what they are worth in 万元, and whose money they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from intake.forms.numerals import NUMBER, read_number


class Source(StrEnum):
    """Whose money a sum is."""

    FISCAL = "财政"
    OWN = "自筹"
    TOTAL = "总投入"
    PAST = "其他"  # spent before, or no money of the project at all (产值, 成本)
    UNSAID = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum as it stands in a text: its place, its worth in 万元, its source, and whether it is but a part.

    ``yearly`` parts are those of a year or a stage: together they make the whole.
    """

    start: int
    end: int
    wan: Decimal
    source: Source = Source.UNSAID
    part: bool = False
    yearly: bool = False


_BARE_UNIT = re.compile(r"(?:企业|公司|集团|单位)[:：（(]?\s*$")
_SOURCES = (
    # The order matters where two begin at the same place: what is spent already comes first, then whole phrases.
    (
        Source.PAST,
        r"已经?(?:累计)?(?:投入|投资|完成|获)|前期(?:已)?投|产值|收入|利[税润]|效益|营[业收]|销售|节[约省支]|成本|税收",
    ),
    (Source.FISCAL, r"申请[^，,。；;\d]{0,12}?总(?:经费|额|资金|预算)"),
    (
        Source.TOTAL,
        r"总投[入资]|总(?:经费|预算|概算|费用)|项目(?:总)?(?:投资|投入|预算|概算|经费)(?!来源)",
    ),
    (
        Source.OWN,
        r"(?:地方|盟市?|市级?|旗县|本级|园区)?(?:财政)?(?:配套|匹配)(?:财政)?(?:资金|经费)?|自[筹有投备]|自行(?:投入|筹\w)"
        r"|(?:企业|公司|单位|集团|厂|承担方|牵头方|[甲乙]方|合作方|院|校)[^，,。；;：:总已财申\d]{0,6}?"
        r"(?:投入|出资|投资|承担|支付|筹措|筹集|解决|负担|提供|落实)"
        rf"|{_BARE_UNIT.pattern}"  # （财政800万元，企业1600万元）
        r"|银行|贷款|社会(?:资本|资金)|其[他它](?:来源|渠道|资金|经费)|融资",
    ),
    (
        Source.FISCAL,
        r"财政|专项(?:资金|经费|支持)|科技经费|申请(?!单位|人|书|企业|方)|申报(?:资金|经费)|请求|拨[款付]|补助|资助|国拨"
        r"|(?:政府|自治区|科技厅|厅)(?:资金|经费|投入|支持)|支持(?:资金|经费)?",
    ),
)
_WORDS = re.compile("|".join(f"(?P<{s.name}{i}>{pattern})" for i, (s, pattern) in enumerate(_SOURCES)))
_WEAK_TOTAL = re.compile(r"共|合计|总计|总额|总[量共]|小计|总资金|所需资金|资金需求")
_PLANNED = re.compile(r"(?:计划|预计|拟)投[入资]")  # of the source that was spoken of, else of the whole project
_SAME_AGAIN = re.compile(r"\s*(?:[（(]\s*(?:大写|人民币|即|折合|计)?\s*[:：]?\s*|或者?)(?:人民币)?\s*")
_AT_MOST = re.compile(r"(?:不超过|不高于|最高|上限)[^，。；;、\d]{0,4}$")
_YEARLY = re.compile(
    r"20\d\d年|第[一二三四五12345][年期]|首年|次年|[一二三]期|阶段|每年|年均|逐年|(?:课题|任务|子项目)[一二三四五六\d]"
)
_PART_HEAD = re.compile(rf"(?:{_YEARLY.pattern})度?\s*[:：，,（(]")
_USE = re.compile(r"(?<!经)费(?!用?总|用?合计)|购[置买]|采购|用于|支出|租赁|基建|外协")
_SPENT = re.compile(r"用于[^，。；]*(?:费|购|采|建|制|改|研)")
_UNIT = r"(?P<unit>\s*(?:[（(]\s*(?:单位[:：]?\s*)?(?P<named>[万亿千百]?元)\s*[)）]|人民币|[元圆块]))"
_NO_PRICE = r"(?!\s*[/／](?!\s*(?:财政|申请|自筹|企业|配套))|每|左?右?每)"
_DECLARED = r"(?:[（(](?:单位[:：]?)?(?P<declared>[万亿千百]?元)[)）]\s*[:：]?\s*)?"
_MONEY = re.compile(rf"{_DECLARED}(?<![\d.A-Za-z])(?P<number>{NUMBER}){_UNIT}?{_NO_PRICE}")
_CELL = re.compile(rf"\s*[¥￥]?\s*(?P<number>{NUMBER}){_UNIT}?整?\s*")
_WHOLE_UNIT = re.compile(r"单位[:：]?\s*([万亿千百]?元)")
_SIZES = {"亿": Decimal(10**4), "万": Decimal(1), "百": Decimal("0.01"), "千": Decimal("0.1"), "元": Decimal("0.0001")}
_RANGE = re.compile(rf"(?<![\d.]){NUMBER}\s*[元圆]?\s*(?:[-–—―~～〜－]{{1,2}}|至|到)\s*{NUMBER}\s*[元圆]?")
_ENDS = re.compile(r"[。；;\n！!？?]")
_CLAUSE = re.compile(r"[，,]")
_LOOSE_END = re.compile(
    r"\s*(?:$|[，。；、;,.)）\n\t]|左右|整|以[上下内]|余|多|人民币|[的为由来是和与及]|[（(](?:占|大写|人民币|[其含])|财政|资金|经费|自筹|专项|配套)"
)


def find_sums(text: str) -> list[Sum]:
    """Every sum of money in a narrowed text, in order, with its source; ranges (500-1000万元) are no sums."""
    masked = _RANGE.sub(lambda m: "\u2588" * len(m.group()) if _is_range(m.group()) else m.group(), text)
    return _sourced(masked, list(_bare_sums(masked)))


def _is_range(text: str) -> bool:
    return bool(re.search(r"[万萬亿億元]\s*$", text))


def _bare_sums(text: str) -> Iterator[Sum]:
    unit = declared_unit(text)
    for found in _MONEY.finditer(text):
        worth = _worth(text, found, unit)
        if worth is not None:
            yield Sum(found.start("number"), found.end(), worth)


def is_cell_number(cell: str) -> bool:
    """Whether a table's cell holds nothing but a number, with or without a unit; a year is none."""
    return bool(_CELL.fullmatch(cell)) and not re.fullmatch(r"20\d\d", cell)


def cell_worth(cell: str, unit: str) -> Decimal | None:
    """The sum that a table's cell holds, in 万元; ``unit`` is that of its column or row, where it states none."""
    found = _CELL.fullmatch(cell)
    number = read_number(found["number"]) if found else None
    if not found or number is None:
        return None
    if found["named"]:
        return in_wan(number, found["named"])
    if found["unit"] or found["number"][-1] in "万萬亿億":
        return in_wan(number, "元")
    return in_wan(number, unit) if unit else None


def declared_unit(text: str) -> str:
    """The unit that a text states for all its numbers (单位：万元), ``""`` where it states none."""
    found = _WHOLE_UNIT.search(text)
    return found[1] if found else ""


def in_wan(number: Decimal, unit: str) -> Decimal:
    """A number of 元, 千元, 万元 … in 万元, without needless zeros."""
    wan = (number * _SIZES[unit[0]]).normalize()
    return wan.quantize(Decimal(1)) if wan == wan.to_integral_value() else wan


def _worth(text: str, found: re.Match[str], unit: str) -> Decimal | None:
    """The sum in 万元; null for a number that is no money (2027年, 800万吨)."""
    number = read_number(found["number"])
    if number is None or _listed(found["number"]):
        return None
    large = found["number"][-1] in "万萬亿億"
    ends = _LOOSE_END.match(text, found.end())
    if found["named"] and not large:
        return in_wan(number, found["named"])
    if found["unit"] or (large and ends):
        return in_wan(number, "元")
    unit = found["declared"] or (unit if re.search(r"[:：为\w]\s*$", text[: found.start()]) else "")
    return in_wan(number, unit) if unit and ends else None


def _listed(number: str) -> bool:
    """Whether ``500,600万`` lists two numbers: nobody asks for billions with digits grouped and 万 behind."""
    return bool(re.fullmatch(r"\d{3}[,，]\d{3}[万亿]", number))


def _sourced(text: str, sums: list[Sum]) -> list[Sum]:
    done: list[Sum] = []
    for index, item in enumerate(sums):
        begin = _window(text, item.start, done[-1].end if done else 0)
        until = _until(text, item.end, sums[index + 1].start if index + 1 < len(sums) else len(text))
        done.append(_source_one(text, item, (begin, until), done))
    return _without_bounds(text, _respectively(text, done))


def _without_bounds(text: str, sums: list[Sum]) -> list[Sum]:
    """The sums, where a bound (支持强度不超过1000万元) beside a plain sum of its source is but a part."""
    bounds = [bool(_AT_MOST.search(text[: s.start])) for s in sums]
    plain = {s.source for s, bound in zip(sums, bounds, strict=True) if not bound and not s.part}
    return [replace(s, part=s.part or (b and s.source in plain)) for s, b in zip(sums, bounds, strict=True)]


def _window(text: str, start: int, after: int) -> int:
    """Where the words that speak of a sum begin: behind the sum before it, or at the start of its sentence."""
    ends = [m.end() for m in _ENDS.finditer(text, after, start)]
    return ends[-1] if ends else after


def _until(text: str, end: int, before: int) -> int:
    stop = re.compile(r"[，,。；;、：:\n！!？?]").search(text, end, before)
    if stop:
        return stop.start()
    opened = max(text.rfind(c, end, before) for c in "（(")
    return before if opened < 0 or re.search(r"[）)]", text[opened:before]) else opened  # a bracket of the next sum


def _source_one(text: str, item: Sum, span: tuple[int, int], done: list[Sum]) -> Sum:
    """A sum with its source: of the nearest clause before it that names one, else of the words just behind it."""
    if done and _SAME_AGAIN.fullmatch(text, done[-1].end, item.start):
        return replace(done[-1], start=item.start, end=item.end, wan=item.wan)
    clauses = _CLAUSE.split(text[span[0] : item.start])
    behind = text[item.end : span[1]]
    near = clauses[-1]
    parent = _headline(done)
    inner = "其中" in "".join(clauses) or _inside(text, item, done)
    yearly = bool(_YEARLY.search(near)) or _in_part(text, item, done)
    source = _spoken_of(clauses, behind, _parts_before(text, item, done))
    if source is Source.OWN and inner and parent and parent.source is Source.FISCAL and _BARE_UNIT.search(near):
        source = Source.FISCAL  # 申请财政资金600万元，其中高校200万元、企业400万元
    if source is Source.UNSAID and (inner or yearly):
        source = (parent or done[-1]).source if done else source
    part = yearly or _is_use(near, behind) or bool(inner and parent and parent.source is source)
    return replace(item, source=source, part=part, yearly=yearly)


def _spoken_of(clauses: list[str], behind: str, parts: set[Source]) -> Source:
    """The source that the clauses before a sum name, the nearest first; ``parts`` are those of parts just listed."""
    near = clauses[-1]
    source = source_of(near)
    if source is Source.UNSAID and _WEAK_TOTAL.search(near):
        source = _total_of({s for s in map(source_of, clauses[:-1]) if s is not Source.UNSAID} or parts)
    if source is Source.UNSAID and _PLANNED.search(near):
        source = _total_of({s for s in map(source_of, clauses[:-1]) if s is not Source.UNSAID}) or Source.TOTAL
    if source is Source.UNSAID:
        source = source_of(behind)
    earlier = (s for clause in reversed(clauses[:-1]) if (s := source_of(clause)) is not Source.UNSAID)
    return next(earlier, source) if source is Source.UNSAID else source


def _in_part(text: str, item: Sum, done: list[Sum]) -> bool:
    """Whether a sum goes on with the year, stage or task that heads its part of the text (2027年：财政…，自筹…)."""
    begin = max((m.end() for m in _ENDS.finditer(text, 0, item.start)), default=0)
    told = text[begin : item.start]
    return bool(
        done and done[-1].start >= begin and _PART_HEAD.match(told.lstrip()) and len(_YEARLY.findall(told)) == 1
    )


def _parts_before(text: str, item: Sum, done: list[Sum]) -> set[Source]:
    """The sources of the parts listed before a sum in its sentence (企业每年自筹400万元，共计1200万元)."""
    begin = max((m.end() for m in _ENDS.finditer(text, 0, item.start)), default=0)
    return {s.source for s in done if s.yearly and s.start >= begin and s.source is not Source.UNSAID}


def source_of(words: str) -> Source:
    """The source that words name last; a 总额 behind 财政 is 财政's, one behind several sources is all of theirs."""
    named = [Source[m.lastgroup[:-1]] for m in _WORDS.finditer(words) if m.lastgroup]
    if not named:
        return Source.UNSAID
    both = {Source.FISCAL, Source.OWN} <= set(named)
    weak = [m.end() for m in _WEAK_TOTAL.finditer(words)]
    last = max(m.end() for m in _WORDS.finditer(words))
    return Source.TOTAL if both and weak and weak[-1] >= last else named[-1]


def _total_of(named: set[Source]) -> Source:
    """Whose total a bare 共计 is: of the one source that the sentence named, else of the whole project."""
    return (Source.TOTAL if len(named) > 1 else next(iter(named))) if named else Source.UNSAID


def _is_use(near: str, behind: str) -> bool:
    """Whether words say what a sum is spent on, and no source of it."""
    if source_of(near) in (Source.FISCAL, Source.OWN, Source.TOTAL):
        return bool(_SPENT.search(near, max(m.end() for m in _WORDS.finditer(near))))
    return bool(_USE.search(near) or _USE.search(behind))


def _headline(done: list[Sum]) -> Sum | None:
    return next((s for s in reversed(done) if not s.part), None)


def _inside(text: str, item: Sum, done: list[Sum]) -> bool:
    """Whether a 其中 opened since the last whole sum still holds, in the same sentence."""
    parent = _headline(done)
    words = text[parent.end : item.start] if parent else ""
    return "其中" in words and not re.search(r"[。\n]", words)


def _respectively(text: str, sums: list[Sum]) -> list[Sum]:
    """Sums of a list behind 分别为 take their sources one by one (财政资金和自筹资金分别为800万元和1600万元)."""
    for index, item in enumerate(sums):
        sentence = text[_window(text, item.start, sums[index - 1].end if index else 0) : item.start]
        named = [Source[m.lastgroup[:-1]] for m in _WORDS.finditer(sentence) if m.lastgroup]
        kinds = list(dict.fromkeys(k for k in named if k is not Source.PAST))
        if "分别" in sentence and len(kinds) > 1 and len(sums) >= index + len(kinds):
            for place, kind in enumerate(kinds):
                old = sums[index + place]
                sums[index + place] = Sum(old.start, old.end, old.wan, kind)
    return sums
