"""How long a text may be, as a notice prints it: 300字以内, 不少于300字, 限1000字, 300—500字, 300字左右."""

from __future__ import annotations

import re
from decimal import Decimal

from intake.forms.numerals import narrow, read_number
from rules.drafting.model import Range

_N = r"(\d{1,3}(?:,\d{3})+|\d(?:\.\d)?\s?万|\d{2,5}|[一二两三四五六七八九十百千]{1,6})"
_ZI = r"\s*个?\s*(?:汉字|字符|字)(?!段|母|号|体|样|迹|典)"
_BETWEEN = re.compile(rf"{_N}\s*个?字?\s*(?:[-—–~～－]{{1,2}}|至|到)\s*{_N}{_ZI}(?P<tail>左右|以内|之间)?")
_ONE = re.compile(
    rf"(?P<lead>不少于|不低于|不得少于|至少|不短于|≥|>=|大于|多于|不超过|不得超过|不多于|不高于|不大于|至多|最多|控制在|"
    rf"限制在|限定?在?|≤|<=|<|少于|小于|约|大约|字数\s*[:：]?)?\s*{_N}{_ZI}\s*(?P<tail>左右|以内|之内|以下|内|以上|上下|为宜)?"
)
_AT_LEAST = ("不少于", "不低于", "不得少于", "至少", "不短于", "≥", ">=", "大于", "多于")
_SOFT = re.compile(r"原则上|一般|建议|尽量|宜")


def read_words(text: str) -> tuple[Range, tuple[str, ...]]:
    """The limits in 字 that a heading or hint states, and what is doubtful about them; an open range for none."""
    text = narrow(text)
    limit = _ONE.search(text)
    opened = 1 + max(text.rfind(c, 0, limit.start()) for c in "（(") if limit else 0
    soft = _SOFT.search(text, max(opened, limit.start() - 6), limit.end()) if limit else None
    doubts = [f"“{soft[0]}”不是硬性规定，请确认是否照此审查"] if soft else []
    between = _BETWEEN.search(text)
    if between:
        if between["tail"] == "左右":
            doubts.append(f"“{between[0].strip()}”不是确切的限制，请确认")
        return Range(_count(between[1]), _count(between[2])), tuple(doubts)
    low, high = None, None
    for found in _ONE.finditer(text):
        count = _count(found[2])
        if count is None or count < 10:
            continue
        if found["lead"] in _AT_LEAST or found["tail"] == "以上":
            low = low or count
            continue
        high = high or count
        if found["tail"] in ("左右", "上下", "为宜") or found["lead"] in ("约", "大约"):
            doubts.append(f"“{found[0].strip()}”不是确切的限制，暂按不超过 {count} 字，请确认")
        elif not found["tail"] and (not found["lead"] or found["lead"].startswith("字数")):
            doubts.append(f"“{found[0].strip()}”没有写明是上限还是下限，暂按不超过 {count} 字，请确认")
    return Range(low, high), tuple(doubts)


def has_words(text: str) -> bool:
    """Whether a text states a limit in 字."""
    return not read_words(text)[0].is_open


def _count(text: str) -> Decimal | None:
    return read_number(text)
