"""汇总表 as units make them, in Word and in workbooks."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
from word_parts import cell, docx, paragraph, read, table

from intake.model import Layout, Summary
from intake.tables.summary import read_summary_sheet, read_summary_word

COLUMNS = ("序号", "报送单位", "需求名称", "联系人", "联系电话", "所属领域", "申请财政经费", "合作单位", "备注")
ALIASES = {
    "需求名称": ("项目名称",),
    "联系人": ("姓名",),
    "联系电话": ("电话", "联系方式"),
    "申请财政经费": ("申请资金",),
}
LAYOUT = Layout(
    call="test",
    titles=(),
    fields=(),
    sections=(),
    summary_titles=("科技重大创新需求汇总表",),
    summary_columns=tuple((name, ALIASES.get(name, ())) for name in COLUMNS),
)
TITLE = "科技重大创新需求汇总表"
UNIT = "归口管理部门：包头市科学技术局（加盖公章）"
CONTACT = "联系人：张三    联系电话：0472-1234567"
HEADER = (*COLUMNS[:6], "申请财政经费（万元）", *COLUMNS[7:])
FIRST = ("1", "甲公司", "电解水制氢", "李四", "15000001001", "新能源领域", "800", "", "")
SECOND = ("2", "乙公司", "铜箔轧制", "王五", "15000001002", "新材料领域", "650", "某大学", "")
BLANKS = tuple((number, *[""] * 8) for number in ("3", "4", "..."))

Row = Sequence[object]


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """A Word table of plain cells."""
    return table(*("".join(cell(paragraph(text)) for text in row) for row in rows))


def in_word(lines: Sequence[str], *tables: Sequence[Sequence[str]], after: Sequence[str] = ()) -> Summary | None:
    """The 汇总表 read from a Word document of lines, tables and more lines."""
    body = "".join(map(paragraph, lines)) + paragraph().join(map(word_table, tables)) + "".join(map(paragraph, after))
    return of_word(body + paragraph())


def of_word(body: str) -> Summary | None:
    """The 汇总表 read from the body of a Word document."""
    return read_summary_word(read(docx(body)), (LAYOUT,))


def workbook(rows: Sequence[Row], merged: Sequence[str] = (), name: str = "Sheet1") -> openpyxl.Workbook:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for place in merged:
        sheet.merge_cells(place)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook as the bytes of its file."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def in_sheet(rows: Sequence[Row], merged: Sequence[str] = ()) -> Summary | None:
    """The 汇总表 read from a workbook of one sheet."""
    return read_summary_sheet(saved(workbook(rows, merged)), "xlsx", (LAYOUT,))


def names(summary: Summary | None) -> list[str]:
    """The demands that a 汇总表 lists."""
    return [] if summary is None else [row.cells["需求名称"] for row in summary.rows]
