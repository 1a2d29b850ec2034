"""The officers' daily workbook: an overview with the numbers that matter, the running 汇总表, and a sheet a question.

What stands in it is decided in ``digest_rows``; here it is only laid out.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from store.made import charts, sheets
from store.made.fillable import hide_keys
from store.made.ledger import LedgerHead, LedgerRow, fill_ledger
from store.made.overview import Overview, fill_overview
from store.officers.held import HeldRow

HOW = (
    "处理办法：在日报邮件所附的工作簿中，于“待复核”的“处理意见”栏选择，于“报送情况”的“纸质正式文件”栏填写收到日期，"
    "保存后作为附件回复日报邮件即可。"
)
QUOTA, DAYS = "限额使用", "报送进度"
LEAST_ROWS = 20  # of the chart of quotas
QUOTA_COLUMNS = (3, 4, 5)  # 已用, 候补, 剩余


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """Everything that one workbook shows; among the sheets are those named ``QUOTA`` and ``DAYS``."""

    overview: Overview
    head: LedgerHead
    ledger: tuple[LedgerRow, ...]
    sheets: tuple[sheets.SheetRows, ...]
    held: tuple[HeldRow, ...] = ()


def digest_workbook(facts: DigestFacts) -> bytes:
    """The workbook to look at, as the bytes of an .xlsx file."""
    return saved(lay_out(facts))


def saved(book: Workbook) -> bytes:
    """A workbook as the bytes of an .xlsx file; it may be saved again with another token."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def lay_out(facts: DigestFacts) -> Workbook:
    """The workbook laid out; ``make_answerable`` makes it one that can be filled in and sent back."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one
    fill_ledger(book.create_sheet(), facts.head, facts.ledger)
    for spec in facts.sheets:
        sheet = book.create_sheet(spec.name)
        sheets.fill(sheet, spec)
        if spec.name == QUOTA and spec.rows:
            _draw_quota(sheet, spec)
    fill_overview(first, replace(facts.overview, sentences=(*facts.overview.sentences, HOW)), book[DAYS])
    for sheet in book.worksheets:
        sheet.sheet_properties.tabColor = _TABS.get(sheet.title)
    hide_keys(book)
    return book


_TABS = {
    "概览": charts.INK,
    "汇总表": charts.GREEN,
    "待补正": charts.AMBER,
    "待复核": charts.BLUE,
    "报送情况": charts.RUST,
}


def _draw_quota(sheet: Worksheet, spec: sheets.SheetRows) -> None:
    """The units' quota as bars beside their table, printed with it."""
    most = max(sum(n for n in row[2:5] if isinstance(n, int)) for row in spec.rows)
    cells = charts.Range(sheet, 1, 1 + len(spec.rows), 1, QUOTA_COLUMNS)
    chart = charts.stacked(cells, "限额使用（项）", charts.QUOTA_COLOURS, most)
    last = max(LEAST_ROWS, len(spec.rows) + 4)
    charts.place(sheet, chart, (8, 15), (1, last))
    sheet.print_area = f"A1:P{last}"
