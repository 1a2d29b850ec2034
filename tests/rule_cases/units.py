"""Cases of the C, Q and P codes: a demand or a letter beside the state of its unit."""

from __future__ import annotations

from dataclasses import replace

from intake.model import Form, Summary
from rule_cases import Case
from rule_cases.given import BAOTOU, PACK, RECEIVED, UNIVERSITY, form, pack
from rules.judging.tables import Row
from rules.model import Demand, Likeness, QuotaUse, Unit
from rules.views import LetterView, Replacement, Resemblance, Standing

COLUMNS = tuple(c.name for c in PACK.summary.columns) if PACK.summary else ()
CELLS = {
    "序号": "1",
    "报送单位": "包头北方制氢装备有限公司",
    "需求名称": "宽功率波动电解水制氢装备研制",
    "联系人": "包晓峰",
    "联系电话": "0472-5550000",
    "所属领域": "新能源领域",
    "申请财政经费": "800",
    "合作单位": "",
    "备注": "",
}
TABLE = Summary("科技重大创新需求汇总表", "包头市科学技术局", "包晓峰", "0472-5550000", COLUMNS)
ROW = Row(1, "宽功率波动电解水制氢装备研制", CELLS, COLUMNS)


def row(**cells: str) -> Row:
    return replace(ROW, cells=CELLS | cells)


def demand(whole: Form | None = None, **changes: object) -> Demand:
    known = Demand("GX2027-0001", 1, "GX2027-R0001", CELLS["需求名称"], "需求1.docx", whole or form(), RECEIVED, 1)
    return known.with_(**changes)


def beside(listed: Row | None = ROW, whole: Form | None = None, unit: Unit = BAOTOU) -> tuple[object, ...]:
    return Standing(demand(whole), unit, listed, listed=True), PACK


def of_university(listed: Row, applicant: str = "内蒙古科技大学") -> tuple[object, ...]:
    return beside(listed, form({"申报单位": applicant, "归口管理部门": UNIVERSITY.name}), UNIVERSITY)


def letter(*tables: Summary, alone: tuple[Row, ...] = (), sent: bool = True, brings: bool = True) -> LetterView:
    return LetterView(brings, tuple(("汇总表.xlsx", table) for table in tables), sent, alone)


def used(places: int, limit: int | None = 30, brings: bool = True) -> tuple[object, ...]:
    return (LetterView(brings, quota=QuotaUse(places, 0, limit)),)


def waiting(turn: int, limit: int | None = 30) -> tuple[object, ...]:
    return (Standing(demand(), BAOTOU, turn=turn, quota=QuotaUse(30, turn, limit)),)


def like(code: str) -> tuple[object, ...]:
    return (Resemblance(demand(), Likeness("GX2027-0001", code, 0.83, "兆瓦级制氢装备示范")),)


SECOND = demand(version=2)
LESS = replace(TABLE, columns=tuple(c for c in COLUMNS if c not in ("所属领域", "联系人")))

CASES = (
    Case("C001", "every row has its document", (), (letter(TABLE), PACK)),
    Case(
        "C001", "a row without a document", ("汇总表第1行",), (letter(TABLE, alone=(ROW,)), PACK), (CELLS["需求名称"],)
    ),
    Case("C001", "a later letter without a table", (), (letter(alone=(ROW,)), PACK)),
    Case("C002", "a listed demand", (), beside()[:1]),
    Case("C002", "a demand on no table", ("汇总表",), beside(None)[:1]),
    Case("C002", "no table yet: C004", (), (Standing(demand(), BAOTOU),)),
    Case("C003", "all the same", (), beside()),
    Case("C003", "another amount", ("汇总表第1行",), beside(row(申请财政经费="900")), ("900", "800")),
    Case("C003", "the same amount in words", (), beside(row(申请财政经费="800.0万元"))),
    Case("C003", "another field", ("汇总表第1行",), beside(row(所属领域="新材料领域"))),
    Case("C003", "the field in short", (), beside(row(所属领域="新能源"))),
    Case("C003", "the field in words that name none of the list", (), beside(row(所属领域="能源"))),
    Case("C003", "a field that is none of the list", ("汇总表第1行",), beside(row(所属领域="生物医药"))),
    Case("C003", "another applicant", ("汇总表第1行",), beside(row(报送单位="赤峰云杉有色金属有限公司"))),
    Case("C003", "the unit itself", (), beside(row(报送单位="包头市科技局"))),
    Case("C003", "the partner", (), beside(row(报送单位="草原煤炭有限公司", 合作单位="草原煤炭有限公司"))),
    Case("C004", "a table was sent", (), (letter(), PACK)),
    Case("C004", "no table yet", ("汇总表",), (letter(sent=False), PACK)),
    Case("C004", "a letter without a demand", (), (letter(sent=False, brings=False), PACK)),
    Case("C004", "a call without a table", (), (letter(sent=False), pack(summary=None))),
    Case("C005", "a full row", (), (ROW, PACK)),
    Case("C005", "columns that may be blank", (), (row(序号="", 合作单位="", 备注=""), PACK)),
    Case("C005", "no contact", ("汇总表第1行",), (row(联系人=""), PACK), ("联系人",)),
    Case("C005", "a telephone that cannot be one", ("汇总表第1行",), (row(联系电话="12345"), PACK), ("12345",)),
    Case("C005", "a mobile telephone", (), (row(联系电话="13912345678"), PACK)),
    Case("C006", "all columns", (), (letter(TABLE), PACK)),
    Case("C006", "two columns missing", ("汇总表",), (letter(LESS), PACK), ("联系人", "所属领域")),
    Case("C007", "a university with a partner", (), of_university(row(合作单位="草原煤炭有限公司"))),
    Case("C007", "a university without one", ("汇总表第1行",), of_university(ROW)),
    Case("C007", "a company of a city", (), beside()),
    Case("C007", "a company that a university recommends", (), of_university(ROW, "草原煤炭有限公司")),
    Case("C008", "a full head", (), (letter(TABLE),)),
    Case("C008", "no contact in the head", ("汇总表",), (letter(replace(TABLE, contact="")),), ("联系人",)),
    Case("Q001", "it has a place", (), waiting(0)),
    Case("Q001", "it waits", ("推荐限额",), waiting(1), ("30", "候补第 1 位")),
    Case("Q001", "no limit", (), waiting(1, None)),
    Case("Q002", "less than nine tenths", (), used(26)),
    Case("Q002", "exactly nine tenths", ("推荐限额",), used(27), on_the_limit=True),
    Case("Q002", "all places", ("推荐限额",), used(30)),
    Case("Q002", "no limit", (), used(99, None)),
    Case("P001", "a new version", ("创新需求名称",), (Replacement(demand(), SECOND),), ("GX2027-0001", "第 2 版")),
    Case("P001", "by likeness", ("创新需求名称",), (Replacement(demand(), SECOND, by_likeness=True),), ("名称相近",)),
    Case("P002", "like another unit's", ("全文",), like("P002")),
    Case("P002", "like something funded: P003", (), like("P003")),
    Case("P003", "like something funded", ("全文",), like("P003"), ("兆瓦级制氢装备示范",)),
    Case("P003", "like another unit's: P002", (), like("P002")),
)
