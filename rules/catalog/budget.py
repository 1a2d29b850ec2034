"""B001–B005: the amount asked for, the matching funds, the period."""

from __future__ import annotations

from decimal import Decimal

from intake.model import Form, Money
from rules.engine import Hit, Hits, Subject, plain, rule
from rules.enterprises import is_enterprise
from rules.model import Scope, Severity
from rules.packs.call import CallPack, MatchingSpec
from rules.sections import stands

ASKED = {"财政": "申请财政资金", "总投入": "项目拟总投入", "申请经费": "申请经费"}


@rule(
    "B001",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="申请金额不明",
    message="「{where}」中没有找到可以辨认的{asked}金额。",
    fix="请在「{where}」中写明{asked}多少万元后重新发送。",
    variants={
        "differ": (
            "「{where}」中{asked}的金额前后不一致：{measured}。",
            "请在「{where}」中统一为一个金额后重新发送。",
        ),
    },
)
def amount_unclear(form: Form, pack: CallPack) -> Hits:
    """申请的金额要写得出来、认得出来，而且只有一个；两处写得不一样的，两处都引出来。

    认 800万元、八百万元、0.08亿元、8,000,000元、全角数字；项目总投入和自筹部分不算申请金额。
    """
    spec = pack.amount
    if not spec or not stands(form, pack, spec.place) or form.money.amount is not None:
        return
    words = {"asked": ASKED[spec.of]}
    if form.money.asked:
        both = "、".join(f"{plain(amount)}万元" for amount in form.money.asked)
        yield Hit(spec.place, measured=both, words=words, wording="differ")
    else:
        yield Hit(spec.place, words=words)


@rule(
    "B002",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="申请金额超出范围",
    message="「{where}」中{asked}为 {measured} 万元，通知要求{limit}。",
    fix="请将金额调整到{limit}（含本数）后重新发送{table}。",
)
def amount_out_of_range(form: Form, pack: CallPack) -> Hits:
    """金额须在征集规定的范围以内（含本数）。2027：“自治区财政专项资金支持500-1000万元”。"""
    spec, amount = pack.amount, form.money.amount
    if not spec or amount is None or not stands(form, pack, spec.place):
        return
    low, high = spec.minimum, spec.maximum
    if (low is not None and amount < low) or (high is not None and amount > high):
        words = {"asked": ASKED[spec.of], "table": "，并与汇总表保持一致" if pack.summary else ""}
        yield Hit(spec.place, measured=amount, limit=_range(low, high, "万元"), words=words)


@rule(
    "B003",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="配套资金不足或未写明",
    message="「{where}」配套资金 {measured} 万元，低于要求的 {limit} 万元（申请金额的 {ratio} 倍）。",
    fix="请将配套资金调整到 {limit} 万元以上（含）后重新发送。",
    variants={
        "unsaid": (
            "「{where}」没有写明配套资金；{whom}，配套资金应不低于申请金额的 {ratio} 倍。",
            "请在「{where}」中写明配套资金的金额或比例后重新发送。",
        ),
        "ratio": (
            "「{where}」配套比例为 1:{measured}，低于要求的 1:{limit}。",
            "请将配套比例调整到 1:{limit} 以上（含）后重新发送。",
        ),
    },
)
def matching_too_low(form: Form, pack: CallPack) -> Hits:
    """要求配套的，自筹或配套资金不低于申请金额的规定倍数（含本数）。

    2027：“若由企业牵头, 配套资金不低于1:2或1:3”，按 1:2。
    申报单位名称以公司、集团、厂、合作社等结尾的为企业；申报单位空白的不问。金额不明时只看所写的比例。
    """
    spec = pack.matching
    if not spec or not pack.amount or not stands(form, pack, pack.amount.place):
        return
    if spec.asked_of == "enterprise" and not is_enterprise(pack.applicant_of(form)):
        return
    hit = _short_of(spec, form.money, spec.place or pack.amount.place)
    if hit:
        yield hit


def _short_of(spec: MatchingSpec, money: Money, place: str) -> Hit | None:
    whom = "由企业牵头的" if spec.asked_of == "enterprise" else "按通知要求"
    words: dict[str, object] = {"ratio": plain(spec.ratio), "whom": whom}
    if money.matching is None and money.ratio is None:
        return Hit(place, limit=spec.ratio, words=words, wording="unsaid")
    amount = money.amount if money.amount is not None else min(money.asked, default=None)
    if money.matching is not None and amount is not None:
        least = amount * spec.ratio
        return Hit(place, measured=money.matching, limit=least, words=words) if money.matching < least else None
    if money.ratio is not None and money.ratio < spec.ratio:
        return Hit(place, measured=money.ratio, limit=spec.ratio, words=words, wording="ratio")
    return None


@rule(
    "B004",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="实施周期不明",
    message="「{where}」中没有找到可以辨认的周期{quoted}。",
    fix="请在「{where}」中写明几年或几个月（如“3年，2027年1月至2029年12月”）后重新发送。",
)
def period_unclear(form: Form, pack: CallPack) -> Hits:
    """周期要写得出来、认得出来：几年、几个月，或起止年月。照抄模板的“2-3年”不算写明。"""
    spec = pack.period
    if spec and form.months is None and stands(form, pack, spec.place):
        quoted = f"（现写“{form.period_quote}”）" if form.period_quote else ""
        yield Hit(spec.place, measured=form.period_quote or None, words={"quoted": quoted})


@rule(
    "B005",
    Severity.REVIEW,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="实施周期超出一般范围",
    message="「{where}」为 {measured} 个月，通知一般要求{limit}{words}，须由处室复核。",
    fix="如有特殊理由请说明；否则请调整到{limit}后重新发送。",
)
def period_unusual(form: Form, pack: CallPack) -> Hits:
    """周期超出通知所说的一般范围（含两端）时，由处室决定可否。2027：“一般为2-3年”。"""
    spec, months = pack.period, form.months
    if not spec or months is None or not stands(form, pack, spec.place):
        return
    low, high = spec.minimum, spec.maximum
    if (low is not None and months < low) or (high is not None and months > high):
        quoted = f"（“{spec.words}”）" if spec.words else ""
        yield Hit(spec.place, measured=months, limit=_range(low, high, "个月"), words={"words": quoted})


def _range(low: Decimal | int | None, high: Decimal | int | None, measure: str) -> str:
    if low is not None and high is not None:
        return f" {plain(low)}—{plain(high)} {measure}"
    return f"不低于 {plain(low)} {measure}" if low is not None else f"不超过 {plain(high)} {measure}"
