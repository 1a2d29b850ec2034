"""How much may be asked for, of whom, and what must be put beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from intake.forms.numerals import NUMBER, narrow, read_number
from rules.drafting.model import Found, Range

_N = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,9}(?:\.\d+)?|[一二两三四五六七八九十百千]{1,6}"
_UNIT = r"[百千]?[万亿]元|元|[万亿](?=[，,。；;、）)]|$)"
_BETWEEN = re.compile(
    rf"(?P<low>{_N})\s*(?P<unit1>{_UNIT}|万|亿)?\s*(?:[-—–~～－]{{1,2}}|至|到)\s*(?P<high>{_N})\s*(?P<unit2>{_UNIT})"
)
_ONE = re.compile(
    rf"(?P<number>{_N})\s*(?P<unit>{_UNIT})\s*(?:[（(]含[^（()）]{{0,6}}[)）])?\s*(?P<tail>及?以[内下上]|之内|起|封顶|左右)?"
)
_LEAD = re.compile(
    r"(?P<most>原则不超过|不得?超过|不高于|不多于|不大于|最高|至多|上限|控制在|限额|≤)"
    r"|(?P<least>不得?低于|不得?少于|至少|最低|不小于|≥|(?<!不)超过|(?<!不)高于)"
)
_SIZES = {
    "亿元": Decimal(10**4), "万元": Decimal(1), "元": Decimal("0.0001"), "千万元": Decimal(10**3),
    "百万元": Decimal(10**2), "百亿元": Decimal(10**6), "千亿元": Decimal(10**7),
}  # fmt: skip
_SOFT = re.compile(r"原则上?|一般|左右|约(?!定)|参考")
_NO_LIMIT = re.compile(r"(?:经费|资金|金额|预算)[^。；，]{0,8}(?:不设|不作|不限|没有)[^。；，]{0,4}(?:限|上限|额)")
_SUPPORT = re.compile(r"支持|资助|补助|财政|拨款|专项资金|专项经费|申请经费|申请资金|奖补|科技经费")
_INPUT = re.compile(r"投入|投资|总经费|总预算|总金额|(?:揭榜|榜单|张榜|悬赏)金额")
_EACH = re.compile(
    r"单个|每个|每项|单项|每一项|/\s*项|项目经费|资助(?:额|强度)|支持(?:额|强度)|补助(?:额|金额)|拟投入|项目(?:总)?投[入资]|需求.{0,6}投入|额度|经费|资金需求"
)
_OTHER = re.compile(
    r"营业|收入|产值|销售|注册资|利润|保证金|年度?研发投入|完成研发投入|总规模|罚|税|资产|固定|估值|奖励|特别重大|一事一议"
)
_AND = re.compile(r"[，,](?=(?:且|并|但|原则上)*(?:不得?超过|不得?低于|不高于|不少于|最高|最低|上限)[^，。；]{0,4}\d)")
_ELSE = re.compile(r"配套|自筹|自有资金")
_RATIO = re.compile(
    r"(\d+(?:\.\d+)?)\s*[:：∶比]\s*(\d+(?:\.\d+)?)(?:\s*或\s*(\d+(?:\.\d+)?)\s*[:：∶比]\s*(\d+(?:\.\d+)?))?"
)
_TIMES = re.compile(rf"({NUMBER})\s*倍|(?:比例|之比|比值)[^，。；\d]{{0,6}}(\d+(?:\.\d+)?)(?![\d.:：∶%])")
_SPOKEN = re.compile(r"([一二三四五六七八九])比([一二三四五六七八九])(?![重例较])")
_SHARE = re.compile(
    r"(?:不低于|不少于|不得低于|不得少于|达到|至少|占|按)[^，。；\d]{0,14}?"
    r"(?:(?P<percent>\d{1,3}(?:\.\d+)?)\s*%|百分之(?P<hundredths>[一二三四五六七八九十]{1,3})|(?P<of>[二三四五六七八九十])分之(?P<part>[一二三四五六七八九]))"
)
_WHOLE = re.compile(r"总(?:投[入资]|经费|预算|额)|项目(?:投资|经费|预算)|(?:悬赏|榜单|揭榜|张榜)金额")
_EQUAL = re.compile(
    r"等额|同等(?:比例|数额)|一比一|(?:财政|申请|补助|资助)[^，。；\d]{0,8}不得?(?:高于|超过|大于)(?:企业|单位)?自[筹有]"
    r"|不得?(?:少|低)于[^，。；\d]{0,8}(?:资助|财政|申请|支持|补助)[^，。；\d]{0,4}(?:金额|资金|经费|额度?)(?!的?\s*[\d一二两三])"
)
_MATCH = re.compile(
    r"配套|自筹|自有资金|匹配|(?:需求方|发榜方|企业|申报单位|承担单位|项目单位)[^，。；]{0,8}(?:投入|出资)"
)
_PUBLIC = re.compile(r"财政|专项资金|专项经费|申请(?:经费|资金)|支持资金|资助|省拨|市拨|拨款|补助")


@dataclass(frozen=True, slots=True)
class _Candidate:
    sentence: str
    found: Range
    of: str
    weight: int
    doubts: tuple[str, ...]


def read_amount(hints: Sequence[str], sentences: Sequence[str]) -> tuple[Found[Range], str]:
    """The range asked for in 万元, and of what (财政, 总投入, 申请经费); what the form itself says counts most.

    ``hints`` are the printed headings of the form, ``sentences`` those of the body.
    """
    place = next((h for h in hints if re.search(r"资金|经费|投入|金额|预算", h)), "")
    said = place and (re.search(r"总|金额", place) or not _INPUT.search(place))
    wanted = _kind(place) if said else ""  # 资金投入及来源 holds both kinds of money
    candidates = [c for h in hints for c in _candidates(h, 6)]
    candidates += [c for s in sentences for c in _candidates(s, 0)]
    open_ = next((s for s in sentences if _NO_LIMIT.search(s)), "")
    if not candidates:
        return Found(Range(), open_), wanted or ("申请经费" if open_ else "财政")
    best = max(candidates, key=lambda c: c.weight + 5 * (c.of == wanted))
    same = (best.sentence, best.of)
    others = [c for c in candidates if (c.sentence, c.of) != same and c.found != best.found and c.weight >= 1]
    more = tuple(f"通知另有“{_short(c.sentence)}”，请核对" for c in others[:2])
    return Found(best.found, best.sentence, (*best.doubts, *more)), best.of


def _kind(text: str) -> str:
    if _INPUT.search(text) and not re.search(r"财政|申请|补助|资助", text):
        return "总投入"
    return "财政" if re.search(r"财政|专项|支持|资助|补助", text) else "申请经费" if "经费" in text else "财政"


def _candidates(sentence: str, bonus: int) -> Iterator[_Candidate]:
    text = _AND.sub("、", narrow(sentence))
    for clause in re.split(r"[，；;。](?!\d{3})|,(?!\d{3})", text):
        if (
            not re.search(r"元|\d[万亿]", clause)
            or _OTHER.search(clause)
            or (_ELSE.search(clause) and not _SUPPORT.search(clause))
        ):
            continue
        found, doubts = _range(clause)
        if found.is_open or not (_SUPPORT.search(clause) or _INPUT.search(clause) or _EACH.search(clause)):
            continue
        support = bool(_SUPPORT.search(clause))
        weight = bonus + 2 * bool(_EACH.search(clause)) + 2 * support + bool(_INPUT.search(clause))
        weight += 2 * (found.low is not None and found.high is not None)
        yield _Candidate(sentence, found, "财政" if support else _kind(clause), weight, doubts)


def _range(clause: str) -> tuple[Range, tuple[str, ...]]:
    soft = _SOFT.search(clause)
    doubts = (f"“{soft[0]}”不是硬性规定，请确认是否照此审查",) if soft else ()
    if found := _BETWEEN.search(clause):
        unit = found["unit1"] or found["unit2"]
        low = _wan(found["low"], unit if unit.endswith("元") else f"{unit}元")
        return Range(low, _wan(found["high"], found["unit2"])), doubts
    low = high = plain = None
    start = 0
    for one in _ONE.finditer(clause):
        worth, tail = _wan(one["number"], one["unit"]), one["tail"] or ""
        leads = list(_LEAD.finditer(clause, start, one.start()))
        start = one.end()
        if tail.endswith(("以上", "起")) or (leads and leads[-1]["least"]):
            low = low or worth
        elif tail.endswith(("内", "以下", "封顶")) or leads:
            high = high or worth
        elif plain is None:
            plain = one
    if plain and high is None:
        high = _wan(plain["number"], plain["unit"])
        doubts = (*doubts, f"“{plain[0].strip()}”没有写明是上限还是下限，暂按上限，请确认")
    return Range(low, high), doubts


def _wan(number: str, unit: str) -> Decimal | None:
    value = read_number(number)
    worth = None if value is None else value * _SIZES[unit if unit.endswith("元") else f"{unit}元"]
    return worth.to_integral_value() if worth is not None and worth == worth.to_integral_value() else worth


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


# --------------------------------------------------------------------------- matching funds


def read_matching(sentences: Sequence[str]) -> tuple[Found[Decimal | None], bool]:
    """The least matching funds as a multiple of the amount, and whether only enterprises owe them."""
    for sentence in sentences:
        text = narrow(sentence)
        for clause in re.split(r"[。；;]", text):
            if not _MATCH.search(clause):
                continue
            ratio, doubts = _ratio(clause)
            if ratio is not None:
                only = bool(re.search(r"(?:若?由)?企业(?:牵头|申报|承担|为主)", clause))
                return Found(ratio, sentence, doubts), only
    return Found(None), False


def _ratio(clause: str) -> tuple[Decimal | None, tuple[str, ...]]:
    clause = _SPOKEN.sub(lambda m: f"{read_number(m[1])}:{read_number(m[2])}", clause)
    if found := _RATIO.search(clause):
        return _of_ratio(found, clause)
    if found := _TIMES.search(clause):
        return read_number(found[1] or found[2]), ()
    if _EQUAL.search(clause):
        return Decimal(1), ()
    found = _SHARE.search(clause)
    share = _share(found) if found else Decimal(0)
    if share > 1:
        return share.normalize(), ()
    based = _WHOLE.search(clause) or (re.search(r"自筹|配套", clause) and not _PUBLIC.search(clause))
    if found and share and based and share < 1:
        ratio = (share / (1 - share)).quantize(Decimal("0.01")).normalize()
        return ratio, (f"由“{found[0]}”折算为配套资金与申请金额之比，请确认",)
    return (share.normalize(), ()) if share and _PUBLIC.search(clause) else (None, ())


def _share(found: re.Match[str]) -> Decimal:
    """A share of the whole: 50%, 百分之五十, 三分之二."""
    if found["part"]:
        return (read_number(found["part"]) or Decimal(0)) / (read_number(found["of"]) or Decimal(1))
    return (read_number(found["percent"] or found["hundredths"]) or Decimal(0)) / 100


def _of_ratio(found: re.Match[str], clause: str) -> tuple[Decimal | None, tuple[str, ...]]:
    """A ratio as printed: in the order in which the two kinds of money are named, else the public money first."""
    first, second = Decimal(found[1]), Decimal(found[2])
    if not first or not second:
        return None, ()
    before = re.split(r"[，,；;]", clause[: found.start()])[-1]
    own, public = (_first(pattern, before) for pattern in (_MATCH, _PUBLIC))
    doubts: list[str] = []
    if own >= 0 and public >= 0 and re.search(r"比例|之比|比值|的比|与|和", before[min(own, public) :]):
        ratio = first / second if own < public else second / first
    elif first > second and first != 1:
        ratio = first / second
        doubts.append(f"“{found[0]}”没有写明哪一个是配套资金，暂按配套资金为 {ratio} 倍")
    else:
        ratio = second / first
    if found[3]:
        doubts.append(f"“{found[0]}”写了两个比例，暂按较低的一个")
        ratio = min(ratio, Decimal(found[4]) / Decimal(found[3]) if found[4] and Decimal(found[3]) else ratio)
    return Decimal(ratio).quantize(Decimal("0.0001")).normalize(), tuple(doubts)


def _first(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return found.start() if found else -1
