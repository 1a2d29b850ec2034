"""What a form says about money: the amount asked for and the matching funds, in 万元, from prose or a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from intake.forms.budget import read_budget
from intake.forms.numerals import NUMBER, narrow, read_number
from intake.forms.sums import Source, Sum, find_sums, in_wan
from intake.model import Money

_RATIO = re.compile(
    rf"(?<![\d.])(?<!\d:)(?P<left>{NUMBER})\s*(?:[:：]|比)\s*(?P<right>{NUMBER})(?!\.?\d|\s*[:：]\s*\d|比\d)(?P<or>\s*或)?"
)
_TIMES = re.compile(rf"(?P<times>{NUMBER})\s*(?:倍|(?P<percent>%|％))")
_ABOUT_MATCHING = re.compile(r"配套|匹配|自筹|自有|比例|之比|占比")
_OWN_FIRST = re.compile(
    r"(?:自筹|配套|自有|企业)[^，。；:：]{0,12}?[与和及同对:：/][^，。；]{0,8}?(?:财政|专项|申请|自治区)"
)
_SENTENCE = re.compile(r"[^。；;\n]+")
_ALL_FISCAL = re.compile(r"(?:全部|均|全额)[^，。；]{0,6}(?:财政|申请|专项|拨)")
_LONGEST = 5_000  # characters: nobody states an amount further down
_BARE = re.compile(rf"\s*({NUMBER})\s*")
_REST_OWN = re.compile(r"(?:其余|剩余|余下|不足|差额)[^，。；;\d]{0,12}?(?:自筹|配套|匹配|自有|企业|公司|单位)")
# Written around a number, and no part of it: 【600】万元, _600_万元, （600）万元, 600余万元, RMB600万元.
_AROUND = re.compile(
    rf"(?P<open>(?<![（(【\[_＿])[（(【\[_＿]+\s*)(?P<number>{NUMBER})(?P<close>\s*[)）】\]_＿]+)(?=\s*[万亿千]?元)"
    rf"|(?<=\d)(?P<more>[余多])(?=\s*[万亿])|(?P<currency>RMB|CNY)(?=\s*\d)"
)

_ASKED_OF = {"财政": (Source.FISCAL,), "申请经费": (Source.FISCAL,), "总投入": (Source.TOTAL,)}


def read_money(text: str, of: str = "财政") -> Money:
    r"""What a section (or field) about money states, in 万元.

    ``text`` is the answer without the printed hint, table rows as lines with cells parted by ``\t``; ``of`` is what
    the amount is asked of: ``财政``, ``总投入`` or ``申请经费``. Ranges as printed in the template are no amounts.
    """
    text = _AROUND.sub(_bare, narrow(text[:_LONGEST]))
    prose = "\n".join(line for line in text.split("\n") if "\t" not in line)
    sums = [*find_sums(prose), *_only_number(prose, of)]
    table = read_budget(text)
    asked = _asked([*sums, *table], of, prose)
    ratio = _read_ratio(prose.replace("\t", " "))
    matching = _matching([*sums, *table], asked)
    if matching is None and ratio is not None and len(asked) == 1:
        matching = in_wan(asked[0] * ratio, "万元")
    if matching is None and _REST_OWN.search(prose):
        matching = _rest([*sums, *table], asked)
    return Money(asked, matching, ratio, tuple(_quotes(prose, sums, (*asked, matching))))


def _bare(found: re.Match[str]) -> str:
    """The same number, as long, without what is written around it."""
    if not found["number"]:
        return " " * len(found.group())
    return " " * len(found["open"]) + found["number"] + " " * len(found["close"])


def _rest(sums: Sequence[Sum], asked: tuple[Decimal, ...]) -> Decimal | None:
    """What is left of the one total when the amount asked for is taken (其余由企业自筹)."""
    totals = _distinct(s.wan for s in sums if s.source is Source.TOTAL and not s.part)
    return totals[0] - asked[0] if len(totals) == len(asked) == 1 and totals[0] > asked[0] else None


def _only_number(text: str, of: str) -> list[Sum]:
    """A field for the total whose printed 万元 was overwritten holds a bare number."""
    found = _BARE.fullmatch(text)
    number = read_number(found[1]) if found and of == "总投入" else None
    if not found or number is None:
        return []
    unit = "元" if found[1][-1] in "万萬亿億" else "万元"  # 500万 overwrites the unit too
    return [Sum(0, len(text), in_wan(number, unit), Source.TOTAL)]


def _asked(sums: Sequence[Sum], of: str, prose: str) -> tuple[Decimal, ...]:
    """Each distinct amount that qualifies as asked for."""
    wanted = _ASKED_OF[of]
    whole = [s for s in sums if not s.part]
    values = _distinct(s.wan for s in whole if s.source in wanted)
    if not values:
        values = _sum_of_parts([s for s in sums if s.source in wanted])
    if not values:
        values = _unsaid(whole, "其中" in prose)
    if not values and of == "总投入":  # an enterprise may name its money only as its own
        values = _distinct(s.wan for s in whole if s.source is Source.OWN)
    totals = _distinct(s.wan for s in whole if s.source is Source.TOTAL)
    own = any(s.source is Source.OWN for s in sums)
    if not values and (_ALL_FISCAL.search(prose) or (of == "申请经费" and not own)):
        values = totals
    return _without_parts(tuple(filter(None, values)) or values)  # other funds: 0万元


def _unsaid(whole: Sequence[Sum], divided: bool) -> tuple[Decimal, ...]:
    """The one sum of which nothing is said: in a section about money it is the amount asked for.

    Not so where the text divides it (其中) and the unit's own money is inside: then it is the total.
    """
    values = _distinct(s.wan for s in whole if s.source is Source.UNSAID)
    own = [s for s in whole if s.source is Source.OWN]
    return () if len(values) == 1 and own and divided else values


def _sum_of_parts(sums: Sequence[Sum]) -> tuple[Decimal, ...]:
    """All years, stages or tasks together or, where there are none, all that is to be spent."""
    years = [s.wan for s in sums if s.part and s.yearly]
    parts = years or [s.wan for s in sums if s.part]
    return (sum(parts, Decimal(0)),) if len(parts) > bool(years) else ()


def _without_parts(values: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """One amount, where it is the sum of all the others."""
    largest = max(values, default=Decimal(0))
    return (largest,) if len(values) > 2 and 2 * largest == sum(values) else values


def _matching(sums: Sequence[Sum], asked: tuple[Decimal, ...]) -> Decimal | None:
    """The self-raised funds: one sum, the one that holds the others, or all of them together."""
    own = [s for s in sums if s.source is Source.OWN]
    values = _without_parts(_distinct(s.wan for s in own if not s.part))
    if not values:
        return next(iter(_sum_of_parts(own)), None)
    rest = {s.wan - asked[0] for s in sums if s.source is Source.TOTAL and not s.part} if len(asked) == 1 else set()
    fitting = [v for v in (*values, sum((s.wan for s in own if not s.part), Decimal(0))) if v in rest]
    return fitting[0] if fitting else in_wan(sum(values, Decimal(0)), "万元")


def _distinct(values: Iterable[Decimal]) -> tuple[Decimal, ...]:
    return tuple(dict.fromkeys(values))


def _read_ratio(text: str) -> Decimal | None:
    """How many times the fiscal money the matching funds are; null where no single ratio is stated.

    ``1:2`` is 财政:配套 unless the words before it name the unit's own money first; “1:2或1:3” as printed is none.
    """
    for sentence in _SENTENCE.findall(text):
        if not _ABOUT_MATCHING.search(sentence):
            continue
        found = _RATIO.search(sentence)
        if found and not found["or"]:
            return _divided(found, bool(_OWN_FIRST.search(sentence[: found.start()])))
        if not found and (times := _TIMES.search(sentence)) and "总" not in sentence[: times.start()]:
            value = read_number(times["times"])
            return value / 100 if value and times["percent"] else value
    return None


def _divided(found: re.Match[str], own_first: bool) -> Decimal | None:
    left, right = read_number(found["left"]), read_number(found["right"])
    if own_first:
        left, right = right, left
    return right / left if left and right else None


def _quotes(text: str, sums: Iterable[Sum], values: Iterable[Decimal | None]) -> Iterable[str]:
    """The words in which each value stands, for a reader."""
    by_value = {s.wan: s for s in reversed(list(sums)) if not s.part}
    for value in values:
        item = by_value.get(value) if value is not None else None
        if item:
            start = max(text.rfind(c, 0, item.start) for c in "，。；;\n") + 1
            yield text[start : item.end].strip()
