"""汇总表 are read whatever row their header stands on and whatever surrounds it."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from summary_cases import (
    BLANKS,
    COLUMNS,
    CONTACT,
    FIRST,
    HEADER,
    LAYOUT,
    SECOND,
    TITLE,
    UNIT,
    in_sheet,
    in_word,
    names,
    of_word,
    saved,
    word_table,
    workbook,
)
from word_parts import cell, paragraph, table

from intake.files.ooxml import WordDamaged, WordHostile, WordLocked
from intake.model import Layout, Limits
from intake.tables.summary import read_summary_sheet

FILLED = dict(zip(COLUMNS, FIRST, strict=True))


def test_the_official_table_in_word() -> None:
    summary = in_word(["附件 2", TITLE, UNIT, CONTACT], [HEADER, FIRST, SECOND, *BLANKS], after=["填表日期：2026年6月"])
    assert summary is not None
    assert (summary.title, summary.unit, summary.contact, summary.phone) == (
        TITLE,
        "包头市科学技术局",
        "张三",
        "0472-1234567",
    )
    assert summary.columns == COLUMNS
    assert [(row.line, row.cells["需求名称"]) for row in summary.rows] == [(1, "电解水制氢"), (2, "铜箔轧制")]
    assert dict(summary.rows[0].cells) == FILLED
    assert not summary.whole


def test_the_official_table_in_a_workbook() -> None:
    head = [(TITLE,), (UNIT,), (CONTACT,)]
    signed = [(), ("填表人（签字）：", *[""] * 5, "审核人（签字）："), ("日期：2026年6月    日",)]
    rows = [*head, HEADER, (1, *FIRST[1:4], 15000001001, FIRST[5], 800.0), SECOND, *BLANKS, *signed]
    summary = in_sheet(rows, ["A1:I1", "A2:I2", "A3:I3"])
    assert summary is not None
    assert (summary.unit, summary.contact, summary.phone) == ("包头市科学技术局", "张三", "0472-1234567")
    assert [(row.line, row.cells["需求名称"]) for row in summary.rows] == [(5, "电解水制氢"), (6, "铜箔轧制")]
    assert dict(summary.rows[0].cells) == FILLED


@pytest.mark.parametrize(
    ("lines", "unit", "contact", "phone"),
    [
        (["归口管理部门(加盖公章)：  ", "联系人：    联系电话："], "", "", ""),
        (["归口管理部门：(加盖公章)"], "", "", ""),
        (["推荐单位：内蒙古大学 （盖章）", "联 系 人：张三  电 话：13900001111"], "内蒙古大学", "张三", "13900001111"),
        (["归口管理部门（盖章）：内蒙古大学    联系人及电话：张三 0471-6328607"], "内蒙古大学", "张三", "0471-6328607"),
        (["归口管理部门：内蒙古大学；联系人：张三；手机：13900001111"], "内蒙古大学", "张三", "13900001111"),
    ],
)  # fmt: skip
def test_head_lines_in_every_dress(lines: list[str], unit: str, contact: str, phone: str) -> None:
    summary = in_word([TITLE, *lines], [HEADER, FIRST])
    assert summary is not None
    assert (summary.unit, summary.contact, summary.phone) == (unit, contact, phone)


def test_head_in_cells_of_the_table_itself() -> None:
    merged = "<w:gridSpan w:val='9'/>"
    head = cell(paragraph(TITLE), merged)
    unit = cell(paragraph("归口管理部门"), "<w:gridSpan w:val='2'/>") + cell(
        paragraph("内蒙古大学"), "<w:gridSpan w:val='7'/>"
    )
    body = table(head, unit, *("".join(cell(paragraph(text)) for text in row) for row in (HEADER, FIRST)))
    summary = of_word(body + paragraph())
    assert summary is not None
    assert (summary.title, summary.unit, names(summary)) == (TITLE, "内蒙古大学", ["电解水制氢"])


def test_header_cells_split_by_breaks_and_in_other_words() -> None:
    header = (
        "序\n号",
        "报 送\n单位",
        "项目\n名称",
        "姓名",
        "电话",
        "所属领域",
        "申请资金\n（万元）",
        "合作单位*",
        "备 注",
    )
    breaks = "<w:r><w:br/></w:r>"
    cells = "".join(
        cell(paragraph(inside=breaks.join(f"<w:r><w:t>{t}</w:t></w:r>" for t in word.split("\n")))) for word in header
    )
    summary = of_word(table(cells, "".join(cell(paragraph(text)) for text in FIRST)) + paragraph())
    assert summary is not None
    assert summary.columns == COLUMNS
    assert dict(summary.rows[0].cells) == FILLED


def test_header_over_two_rows() -> None:
    upper = (*HEADER[:3], "联系方式", "", *HEADER[5:])
    lower = ("", "", "", "姓名", "电话", "", "", "", "")
    summary = in_sheet([(TITLE,), upper, lower, FIRST], ["A1:I1", "D2:E2", "A2:A3", "B2:B3"])
    assert summary is not None
    assert summary.columns == COLUMNS
    assert dict(summary.rows[0].cells) == FILLED


def test_a_name_broken_over_lines_is_one_name() -> None:
    summary = in_sheet([HEADER, ("1", "甲公司", "电解水\n制氢", *FIRST[3:]), ("2", "乙", "PEM\nfuel cell", *FIRST[3:])])
    assert names(summary) == ["电解水制氢", "PEM fuel cell"]


def test_cells_merged_downwards() -> None:
    same_unit = [HEADER, FIRST, ("2", "", "第二项", *SECOND[3:])]
    summary = in_sheet(same_unit, ["B2:B3"])
    assert summary is not None
    assert [row.cells["报送单位"] for row in summary.rows] == ["甲公司", "甲公司"]
    two_partners = [HEADER, (*FIRST[:7], "某大学", ""), (*[""] * 7, "某研究院", "")]
    summary = in_sheet(two_partners, ["A2:A3", "B2:B3", "C2:C3"])
    assert names(summary) == ["电解水制氢"]
    assert summary is not None
    assert summary.rows[0].cells["合作单位"] == "某大学、某研究院"


def test_rows_that_are_no_demands_are_passed_over() -> None:
    rows = [
        HEADER,
        ("例", "某公司", "示例名称"),
        FIRST,
        ("合计", "", "", "", "", "", "800"),
        ("3", "/", "/", "无"),
        ("……",),
    ]
    notes = [("注：本表可加行",), ("联系人：张三", "", "", "联系电话：13900001111")]
    summary = in_sheet([*rows, *notes])
    assert names(summary) == ["电解水制氢"]
    assert summary is not None
    assert (summary.contact, summary.phone) == ("张三", "13900001111")


def test_a_unit_whose_name_begins_like_a_signature_is_listed() -> None:
    summary = in_sheet([HEADER, ("", "注塑机械有限公司", *FIRST[2:]), ("", "日期仪表厂", "乙", *FIRST[3:])])
    assert names(summary) == ["电解水制氢", "乙"]


def test_amounts_in_yuan_keep_their_unit() -> None:
    header = (*HEADER[:6], "申请财政经费（元）", *HEADER[7:])
    summary = in_sheet([header, (*FIRST[:6], 8000000, "", ""), (*SECOND[:6], "650万元", "", "")])
    assert summary is not None
    assert [row.cells["申请财政经费"] for row in summary.rows] == ["8000000元", "650万元"]


def test_numbers_and_days_are_written_as_people_write_them() -> None:
    summary = in_sheet([HEADER, (1, "甲", "乙", "丙", 15248123456, "丁", 566.7, date(2026, 6, 1), True)])
    assert summary is not None
    assert list(summary.rows[0].cells.values()) == [
        "1",
        "甲",
        "乙",
        "丙",
        "15248123456",
        "丁",
        "566.7",
        "2026-06-01",
        "是",
    ]


# ------------------------------------------------------------------ several tables


def test_two_tables_in_one_file() -> None:
    assert names(in_word([TITLE], [HEADER, FIRST], [HEADER, SECOND])) == ["电解水制氢", "铜箔轧制"]
    assert names(in_word([TITLE], [HEADER, FIRST], [SECOND, *BLANKS])) == ["电解水制氢", "铜箔轧制"]
    stacked = [HEADER, FIRST, ("填表人：",), (), (TITLE,), HEADER, SECOND]
    assert names(in_sheet(stacked)) == ["电解水制氢", "铜箔轧制"]


def test_a_table_beside_it_does_not_count() -> None:
    experts = [("序号", "姓名", "联系电话", "专业"), ("1", "赵六", "13900001111", "化工")]
    summary = in_word([TITLE], [HEADER, FIRST], experts)
    assert summary is not None
    assert (summary.columns, names(summary)) == (COLUMNS, ["电解水制氢"])


def test_two_sheets_and_a_hidden_one() -> None:
    book = workbook([HEADER, FIRST])
    for row in (HEADER, SECOND):
        sheet = book["more"] if "more" in book.sheetnames else book.create_sheet("more")
        sheet.append(list(row))
    hidden = book.create_sheet("old")
    hidden.append(list(HEADER))
    hidden.append(["1", "旧", "旧需求"])
    hidden.sheet_state = "hidden"
    assert names(read_summary_sheet(saved(book), "xlsx", (LAYOUT,))) == ["电解水制氢", "铜箔轧制"]


def test_nested_in_the_cell_of_a_frame() -> None:
    frame = table(cell(paragraph(TITLE) + word_table([HEADER, FIRST]) + paragraph()))
    assert names(of_word(frame + paragraph())) == ["电解水制氢"]


# ------------------------------------------------------------------ meant or not


def test_a_table_meant_as_one_keeps_the_columns_it_has() -> None:
    without = [name for name in COLUMNS if name not in ("联系电话", "申请财政经费")]
    summary = in_word([TITLE], [without, ("1", "甲", "乙", "丙", "丁", "", "")])
    assert summary is not None
    assert summary.columns == tuple(without)
    short = in_word(["创新需求汇总表"], [("序号", "项目名称", "姓名"), ("1", "甲", "乙")])
    assert short is not None
    assert (short.columns, names(short)) == (("序号", "需求名称", "联系人"), ["甲"])


def test_other_tables_are_none() -> None:
    assert in_word([TITLE], [("年度", "产值", "利润"), ("2025", "1", "2")]) is None
    assert in_word([], [("序号", "项目名称", "姓名"), ("1", "甲", "乙")]) is None
    assert in_word(["通讯录"], [("序号", "报送单位", "姓名", "电话", "备注"), ("1", "甲", "乙", "1", "")]) is None
    assert in_word(["我们报送了汇总表，详见附件。"], [("序号", "项目名称", "姓名"), ("1", "甲", "乙")]) is None
    assert in_sheet([]) is None
    assert read_summary_sheet(saved(workbook([HEADER, FIRST])), "xlsx", (Layout("x", (), (), ()),)) is None


@pytest.mark.parametrize(
    ("title", "whole"),
    [(TITLE, False), (f"{TITLE}（更正）", True), (f"{TITLE}（全部）", True), (f"{TITLE}（以此为准）", True)],
)
def test_a_title_may_say_that_it_replaces_all(title: str, whole: bool) -> None:
    summary = in_word([title], [HEADER, FIRST])
    assert summary is not None
    assert summary.whole is whole


# ------------------------------------------------------------------ refused


def test_damaged_and_locked_workbooks() -> None:
    whole = saved(workbook([HEADER, FIRST]))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    for data, type_ in ((whole[:3000], "xlsx"), (b"no sheet", "xlsx"), (ole, "xls"), (b"no sheet", "xls")):
        with pytest.raises(WordDamaged):
            read_summary_sheet(data, type_, (LAYOUT,))
    with pytest.raises(WordLocked):
        read_summary_sheet(ole + "EncryptedPackage".encode("utf-16-le"), "xlsx", (LAYOUT,))


def _with_sheet(inside: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(saved(workbook([HEADER])))) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, inside if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return buffer.getvalue()


@pytest.mark.parametrize("doctype", ["", '<!DOCTYPE x [<!ENTITY a "ha">]>'])
def test_hostile_workbooks_are_refused_before_they_are_laid_out(doctype: str) -> None:
    far = '<c r="XFD1048576"><v>1</v></c>' if not doctype else ""
    sheet = (
        f'{doctype}<worksheet xmlns="x"><sheetData><row r="1"><c r="A1"><v>1</v></c>{far}</row></sheetData></worksheet>'
    )
    with pytest.raises(WordHostile):
        read_summary_sheet(_with_sheet(sheet), "xlsx", (LAYOUT,))
    with pytest.raises(WordHostile):
        read_summary_sheet(saved(workbook([HEADER])), "xlsx", (LAYOUT,), Limits(unpacked_bytes=1000))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.text(alphabet="序号需求名称12:：（）章 \n", max_size=6), max_size=5), max_size=6))
def test_any_table_is_read_without_a_crash(rows: list[list[str]]) -> None:
    summary = in_sheet([(TITLE,), HEADER, *rows])
    assert summary is not None
    assert summary.columns == COLUMNS
