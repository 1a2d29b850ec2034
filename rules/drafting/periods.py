"""How long a project may run, in months: 一般为2-3年, 不超过36个月, 原则上为两年."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from intake.forms.numerals import narrow, read_number
from intake.forms.periods import read_months
from rules.drafting.model import Found, Range

_N = r"(\d{1,2}(?:\.5)?|[一二两三四五六七八九十]{1,3})"
_UNIT = r"\s*(周?年|个月|月)(?!\d|度|[初底末份日])"
_CUE = re.compile(
    r"周\s*期|期\s*限|实施期|执行期|研究期|研发期|攻关期|项目期|时\s*限|完成时间|实施时间|研究时间|起止|年限|执行时间"
    r"|(?<![近前第\d])\d{1,2}(?:年|个月)(?:以?内|之内)"
    r"(?=[^，。；]{0,4}(?:完成|取得|实现|解决|突破|攻克|形成|产业化|结题|见效))"
)
_RANGE = re.compile(rf"{_N}\s*(?:年|个月)?\s*(?:[-—–~～－]{{1,2}}|至|到|[或、])\s*{_N}{_UNIT}")
_ONE = re.compile(
    rf"(?P<lead>不得?超过|不多于|不长于|最长|最多|至多|控制在|≤|少于|不少于|不低于|至少|最短|不短于|≥)?(?:为|是|在)?\s*(?<![第\d近前.年]){_N}{_UNIT}"
    r"\s*(?:[（(]含[^（()）]{0,4}[)）])?\s*(?P<tail>以内|之内|内|以下|以上|左右)?"
)
_SOFT = re.compile(r"一般|原则上?|通常|建议")
_OTHER = re.compile(
    r"注册|成立|近[一二两三\d]|前[一二两三\d]年|在研|失信|年龄|满\s*\d|有效期|公示|工作日|学历|纳税|连续|以上的?(?:企业|单位)"
)
_SPAN = re.compile(
    r"20\d\d\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?\s*(?:[-—–~～－]{1,2}|至|到)\s*20\d\d\s*年\s*\d{1,2}\s*月"
)


def read_period(sentences: Sequence[str]) -> Found[Range]:
    """The usual length in months; with doubts where the notice says 一般 or names one length only."""
    for before, sentence in zip(("", *sentences), sentences, strict=False):
        headed = len(before) <= 14 and _CUE.search(before) and not _CUE.search(sentence)
        for clause in _clauses(f"{before}：{sentence}" if headed else sentence):
            found = _of_clause(clause)
            if found:
                months, doubts = found
                soft = _SOFT.search(clause)
                why = (f"“{soft[0]}”不是硬性规定：超出的待复核（B005），请确认",) if soft else ()
                return Found(months, sentence, (*why, *doubts))
    return Found(Range())


def _clauses(sentence: str) -> Iterator[str]:
    """The clauses that speak of a period; what follows the word belongs to it (实施周期：…，一般…)."""
    for found in _CUE.finditer(sentence):
        end = re.search(r"[。；;]", sentence[found.end() :])
        begin = max((sentence.rfind(c, 0, found.start()) + 1 for c in "，,。；;"), default=0)
        clause = sentence[max(begin, found.start() - 8) : found.end() + (end.start() if end else 60)]
        clause = re.sub(r"[，,]?(?:特殊|重大|个别|确需)[^，。；]{0,12}?(?:可|不超过|最长|延)[^，。；]*", "", clause)
        if not _OTHER.search(clause[:50]):
            yield narrow(clause)[:80]


def _of_clause(clause: str) -> tuple[Range, tuple[str, ...]] | None:
    if (span := _SPAN.search(clause)) and not any(m["lead"] for m in _ONE.finditer(_SPAN.sub("", clause))):
        months, words = read_months(span[0])
        if months:
            return Range(Decimal(months), Decimal(months)), (f"“{words}”按 {months} 个月计，请确认是否必须一致",)
    if found := _RANGE.search(clause):
        low, high = (_months(found[i], found[3]) for i in (1, 2))
        return (Range(low, high), ()) if low and high and low <= high else None
    low = high = None
    plain: list[tuple[Decimal, str]] = []
    clause = re.sub(rf"{_N}\s*年半", lambda m: f"{(read_number(m[1]) or 0) * 12 + 6}个月", clause)
    for found in _ONE.finditer(clause):
        months_of = _months(found[2], found[3])
        if months_of is None:
            continue
        if (found["lead"] or "") in ("不少于", "不低于", "至少", "最短", "不短于", "≥") or found["tail"] == "以上":
            low = low or months_of
        elif found["lead"] or found["tail"] in ("以内", "之内", "内", "以下"):
            high = high or months_of
        else:
            plain.append((months_of, found[0].strip()))
    if low or high or not plain:
        return (Range(low, high), ()) if low or high else None
    if len(plain) > 1:
        return Range(min(plain)[0], max(plain)[0]), (f"写有“{'、'.join(w for _, w in plain)}”，请确认",)
    return Range(plain[0][0], plain[0][0]), (f"只写明“{plain[0][1]}”一个期限，请确认长短都不接受",)


def _months(number: str, unit: str) -> Decimal | None:
    value = read_number(number)
    if value is None or not 0 < value < 120:
        return None
    return value * 12 if unit.endswith("年") else value
