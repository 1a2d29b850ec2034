"""Cases of B001–B005: amount, matching funds, period."""

from __future__ import annotations

from decimal import Decimal

from intake.model import Money
from rule_cases import Case
from rule_cases.given import PACK, form, money, pack
from rules.packs.call import MatchingSpec

EVERYBODY = pack(matching=MatchingSpec(Decimal(1), "all"))


def asking(*asked: str, matching: str | None = "3000", ratio: str | None = None) -> tuple[object, ...]:
    return form(money=money(asked, matching, ratio)), PACK


def from_(applicant: str, matching: str | None, amount: str = "800") -> tuple[object, ...]:
    return form({"申报单位": applicant}, money=money((amount,), matching)), PACK


def lasting(months: int | None, quote: str = "") -> tuple[object, ...]:
    return form(months=months, period_quote=quote), PACK


def without(section: str) -> tuple[object, ...]:
    return form(sections={section: None}, money=Money(), months=None), PACK


CASES = (
    Case("B001", "one amount", (), asking("800")),
    Case("B001", "no amount", ("资金需求",), asking()),
    Case("B001", "two that differ", ("资金需求",), asking("800", "900"), ("800万元", "900万元")),
    Case("B001", "the section is missing: F020", (), without("资金需求")),
    Case("B002", "within the range", (), asking("640")),
    Case("B002", "exactly 500", (), asking("500"), on_the_limit=True),
    Case("B002", "exactly 1000", (), asking("1000"), on_the_limit=True),
    Case("B002", "just below", ("资金需求",), asking("499.99"), ("499.99", "500—1000")),
    Case("B002", "just above", ("资金需求",), asking("1000.01"), ("1000.01",)),
    Case("B002", "an unclear amount is B001", (), asking("100", "200")),
    Case("B003", "three times as much", (), from_("包头北方制氢装备有限公司", "2400")),
    Case("B003", "exactly twice as much", (), from_("包头北方制氢装备有限公司", "1600"), on_the_limit=True),
    Case("B003", "less than twice", ("资金需求",), from_("包头北方制氢装备有限公司", "1599.9"), ("1599.9", "1600")),
    Case("B003", "not stated", ("资金需求",), from_("包头北方制氢装备有限公司", None), ("没有写明",)),
    Case("B003", "a group in brackets", ("资金需求",), from_("草原煤炭（集团）", None)),
    Case("B003", "a company that leads a university", ("资金需求",), from_("草原煤炭有限公司、内蒙古科技大学", None)),
    Case("B003", "a university", (), from_("内蒙古科技大学", None)),
    Case("B003", "a university before a company", (), from_("内蒙古科技大学、草原煤炭有限公司", None)),
    Case("B003", "an office whose name ends in 厅", (), from_("自治区工业和信息化厅", None)),
    Case("B003", "a blank applicant", (), from_("", None)),
    Case("B003", "no amount and no matching funds", ("资金需求",), asking(matching=None)),
    Case("B003", "no amount, the ratio is enough", (), asking(matching=None, ratio="2")),
    Case("B003", "the ratio is too low", ("资金需求",), asking(matching=None, ratio="1.5"), ("1:1.5", "1:2")),
    Case("B003", "the section is missing: F020", (), without("资金需求")),
    Case(
        "B003",
        "asked of everybody",
        ("资金需求",),
        (form({"申报单位": "内蒙古科技大学"}, money=money(("800",), "799")), EVERYBODY),
    ),
    Case("B004", "three years", (), lasting(36)),
    Case("B004", "the template's words", ("实施周期",), lasting(None, "2-3年"), ("2-3年",)),
    Case("B004", "nothing that could be read", ("实施周期",), lasting(None)),
    Case("B004", "the section is missing: F020", (), without("实施周期")),
    Case("B005", "thirty months", (), lasting(30)),
    Case("B005", "exactly two years", (), lasting(24), on_the_limit=True),
    Case("B005", "exactly three years", (), lasting(36), on_the_limit=True),
    Case("B005", "a month too long", ("实施周期",), lasting(37), ("37", "24—36")),
    Case("B005", "a month too short", ("实施周期",), lasting(23)),
    Case("B005", "an unclear one is B004", (), lasting(None)),
)
