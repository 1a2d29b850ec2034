"""How long a project runs, in months, as people write it: 2年, 两年半, 24个月, 2027年1月—2029年12月."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from intake.forms.numerals import NUMBER, narrow, read_number

_CHINESE = "〇零○一二两俩三四五六七八九十"
_LONGEST = 3_000  # characters: nobody states a period further down
_DASH = r"\s*(?:[-–—―~～〜]{1,2}|至|到)\s*"

_LENGTH = re.compile(
    rf"(?<![\d.第近前每后上下{_CHINESE}])"
    rf"(?:(?P<years>{NUMBER})\s*个?(?:[周整]|自然|日历)?年[期度]?(?![初底末份级产均])(?:(?P<half>半)|\s*[零又加、]?\s*(?P<more>{NUMBER})\s*个月)?"
    rf"|(?P<halfyear>半年)"
    rf"|(?P<months>{NUMBER})\s*(?P<counted>个(?:自然|日历)?)?(?P<and_half>半)?月(?![\d日份底初]))"
)
_SMALL = rf"(?<![\d.])(?:\d{{1,2}}(?:\.\d)?|[{_CHINESE}]{{1,3}})"
_RANGE = re.compile(
    rf"{_SMALL}\s*(?:年|个月)?(?:{_DASH}|[或、，,]\s*){_SMALL}(?!\d)\s*(?:年|个月)(?!\s*\d)|(?<![二〇])[一二两三四五][两二三四五六]年"
)
_STAGE = re.compile(r"阶段|前期|[一二三]期|建设期|运行期?|示范期|验证|质保|其中|每|第[一二三四五\d]年")
_AHEAD = re.compile(r"未来")  # of the project where no other length is told, else of its market or its results
_ACTIVITY = re.compile(r"研[发究制]|[中小]试|示范|设计|试制|论证|[调测]试|考核|建设|开发|安装|试运行")
_WHOLE = re.compile(r"周期|期限|时限|工期|为期|历时|执行|实施|研究期|研发期|共|总|合计|拟用|计划|用时|需")
_TOTAL = re.compile(r"总|共|合计")
_CLAUSE_START = "，。；;、,（(\n"
_STATED_UNIT = re.compile(rf"[（(:：](?:单位[:：]?)?(个?月|年)[）)]?\s*[:：]?\s*({NUMBER})\s*$")

_EDGES = {"初": (1, 1), "底": (12, 12), "末": (12, 12), "内": (12, 12), "上半年": (1, 6), "下半年": (7, 12)}
_QUARTER = re.compile(r"([一二三四1-4])季度")


def _point(tag: str) -> str:
    """A pattern for a year, with or without month, day, or an 年底 and the like."""
    return (
        rf"(?P<{tag}_year>20\d\d)\s*(?:年度?\s*|[./-])?"
        rf"(?:(?P<{tag}_month>1[0-2]|0?[1-9])(?:\s*月份?|(?=[./-]\d{{1,2}}(?!\d))|(?![\d年个.季]))"
        rf"(?:(?:[./-]\s*|(?<=月)\s*)(?P<{tag}_day>[0-3]?\d)(?!\d)\s*日?)?)?"
        rf"(?P<{tag}_edge>[初底末内]|上半年|下半年|第?[一二三四1-4]季度)?"
    )


_FROM_TO = re.compile(
    rf"{_point('a')}\s*(?:起|开始)?\s*[，,]?{_DASH}(?:{_point('b')}|(?P<c_month>1[0-2]|0?[1-9])\s*月)"
)
_AFTER_START = re.compile(r"(?<=立项|签订|签署|批准|批复|下达|启动|获批|到位)之?后")
_FILLED_IN = re.compile(r"[（(【\[_]\s*(\d{1,2})\s*[)）】\]_]\s*(?=个?[年月])")
_UNIT_IN_BRACKETS = re.compile(r"(?<=\d)\s*[（(]\s*(年|个?月)\s*[)）]")
_QUARTER_SIGN = re.compile(r"(?<=20\d\d)\s*年?\s*[Qq]([1-4])(?!\d)")
_PLANNED_YEAR = re.compile(r"(?:^|(?<=[。；;\n]))\s*(20\d\d)年度?(?!\s*\d)")
_LISTED_YEARS = re.compile(r"20\d\d年?度?(?:\s*[、,，和及]\s*20\d\d年?度?)+")
_NTH_YEAR = re.compile(r"第([一二三四五六\d])个?年")
_NTH_MONTHS = re.compile(rf"第?\s*(\d{{1,2}})\s*{_DASH}第?\s*(\d{{1,2}})\s*个?月")
_BEGINS = re.compile(r"[自从由起始]|启动|开[工展]|立项|签订")
_FINISHES = re.compile(r"[止束终截]|完[成工]|竣工|验收|结题|投[产运]")
_STOPS = re.compile(r"[，。；;、,（()）\n]")
_CHINESE_YEAR = re.compile(r"(二[〇零○][〇零○一二三四五六七八九]{2})\s*(?=年|[./-])")
_CHINESE_MONTH = re.compile(r"(?<=年)\s*(十[一二]?|[一二三四五六七八九])\s*(?=月)")


_POINT = re.compile(_point("a"))


@dataclass(frozen=True, slots=True)
class _Span:
    """From a month to a month (counted from year 0), whole, or to the day where days are given."""

    first: int
    last: int
    words: str


def read_months(text: str) -> tuple[int | None, str]:
    """The length of the project in months, and the words that tell it; null where it cannot be read.

    A stated length counts before dates; from–to counts both end months; “2-3年” as printed is no length.
    """
    text = _plainly(_arabic_dates(narrow(text[:_LONGEST])))
    if stated := _STATED_UNIT.search(text):
        text = f"{stated[2]}{'年' if stated[1] == '年' else '个月'}"
    ranges = [m.group() for m in _RANGE.finditer(text)]
    plain = _RANGE.sub(lambda m: "\u2588" * len(m.group()), text)
    for months, words in (_length(plain), _from_to(_spans(text)), _stages(plain), _begin_and_end(text), _plan(text)):
        if months:
            return months, words
    return None, ranges[0].strip() if ranges else ""


def _arabic_dates(text: str) -> str:
    text = _CHINESE_YEAR.sub(lambda m: str(read_number(m[1])), text)
    return _CHINESE_MONTH.sub(lambda m: str(read_number(m[1])), text)


def _plainly(text: str) -> str:
    """The text with a few turns made plain: 立项后3年, （3）年, 36（个月）, 2027Q1."""
    text = _FILLED_IN.sub(r"\1", re.sub(r"[_＿]+", "_", text))
    text = _QUARTER_SIGN.sub(r"年\1季度", _UNIT_IN_BRACKETS.sub(r"\1", text))
    return _AFTER_START.sub("起", text)


def _begin_and_end(text: str) -> tuple[int | None, str]:
    """From a date that is said to begin to a later one that is said to end (2027年1月启动，2029年12月完成验收)."""
    points = list(_POINT.finditer(text))
    begun = next((p for p in points if _BEGINS.search(_around(text, p))), None)
    ended = next((p for p in reversed(points) if _FINISHES.search(_around(text, p))), None)
    if not begun or not ended or begun.start() >= ended.start():
        return None, ""
    first = int(begun["a_year"]) * 12 + _month(begun["a_month"], begun["a_edge"], end=False)
    last = int(ended["a_year"]) * 12 + _month(ended["a_month"], ended["a_edge"], end=True)
    return max(last - first + 1, 0), f"{begun.group().strip()}；{ended.group().strip()}"


def _around(text: str, point: re.Match[str]) -> str:
    """The clause in which a date stands, without the date."""
    before = _STOPS.split(text[: point.start()])[-1]
    return before + _STOPS.split(text[point.end() :])[0]


def _plan(text: str) -> tuple[int | None, str]:
    """All of a plan that tells what is done in each year or span of months (第一年：…；第二年：…)."""
    listed = _LISTED_YEARS.search(text)
    for years, words in (
        (_PLANNED_YEAR.findall(text), "{}年"),
        (re.findall(r"20\d\d", listed.group()) if listed else [], "{}年"),
        ([str(read_number(n) or "") for n in _NTH_YEAR.findall(text)], "第{}年"),
    ):
        numbers = list(dict.fromkeys(int(y) for y in years if y))
        if len(numbers) > 1 and numbers == list(range(numbers[0], numbers[-1] + 1)):
            return 12 * len(numbers), f"{words.format(numbers[0])}至{words.format(numbers[-1])}"
    months = _NTH_MONTHS.findall(text)
    if len(months) > 1 and months[0][0] == "1":
        return max(int(last) for _, last in months), f"第1至{max(int(last) for _, last in months)}个月"
    return None, ""


def _lengths(text: str) -> list[tuple[int, str, str]]:
    """Every length: months, its words, and the clause before it."""
    found = []
    for match in _LENGTH.finditer(text):
        months = _months_of(match)
        if months is not None and not re.match(r"后|前|以?来|以前", text[match.end() :]):
            start = max(text.rfind(c, 0, match.start()) for c in _CLAUSE_START) + 1
            found.append((months, match.group().strip(), text[start : match.start()]))
    return found


def _months_of(match: re.Match[str]) -> int | None:
    """The months of one match; null for what is a date (2027年, 3月) or absurd."""
    if match["halfyear"]:
        return 6
    number = read_number(match["years"] or match["months"])
    if number is None or number >= 1000 or (match["years"] and number >= 100):
        return None
    if match["years"]:
        more = read_number(match["more"]) if match["more"] else Decimal(6 if match["half"] else 0)
        return _whole(number * 12 + (more or 0))
    return _whole(number) if match["counted"] or number > 12 else None


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _length(text: str) -> tuple[int | None, str]:
    """The length that is said to be the total's or the whole's, else the first that is not a stage's."""
    lengths = _lengths(text)
    plain = [item for item in lengths if not _is_stage(item[2]) and not _AHEAD.search(item[2])]
    whole = [item for item in plain if _WHOLE.search(item[2])]
    total = max((item for item in whole if _TOTAL.search(item[2])), default=None)
    if total and total[0] >= max(months for months, _, _ in lengths):
        return total[:2]
    found = whole or plain or (lengths if len(lengths) == 1 and not _STAGE.search(lengths[0][2]) else [])
    return found[0][:2] if found else (None, "")


def _is_stage(before: str) -> bool:
    return bool(_STAGE.search(before)) or bool(_ACTIVITY.search(before) and not _WHOLE.search(before))


def _stages(text: str) -> tuple[int | None, str]:
    """All stages together, where nothing else is said."""
    stages = [(m, words) for m, words, _ in _lengths(text)]
    return (sum(m for m, _ in stages), "、".join(w for _, w in stages)) if len(stages) > 1 else (None, "")


def _spans(text: str) -> list[_Span]:
    return [span for match in _FROM_TO.finditer(text) if (span := _span(match)) is not None]


def _span(match: re.Match[str]) -> _Span | None:
    first = int(match["a_year"]) * 12 + _month(match["a_month"], match["a_edge"], end=False)
    if match["c_month"]:
        last = int(match["a_year"]) * 12 + int(match["c_month"])
    else:
        last = int(match["b_year"]) * 12 + _month(match["b_month"], match["b_edge"], end=True)
    if match["a_day"] and match["b_day"] and int(match["b_day"]) <= int(match["a_day"]):
        last -= 1  # 2027年1月15日至2029年1月14日 is two years, not 25 months
    return _Span(first, last, match.group().strip()) if last >= first else None


def _month(month: str | None, edge: str | None, *, end: bool) -> int:
    if month:
        return int(month)
    if edge and (quarter := _QUARTER.search(edge)):
        number = int(read_number(quarter[1]) or 0)
        return number * 3 if end else number * 3 - 2
    return _EDGES[edge][end] if edge else (12 if end else 1)


def _from_to(spans: Sequence[_Span]) -> tuple[int | None, str]:
    """From the first month of all dates given to the last, both counted."""
    if not spans:
        return None, ""
    months = max(s.last for s in spans) - min(s.first for s in spans) + 1
    return months, "；".join(s.words for s in spans)
