"""The officers' daily workbook: an overview with the numbers that matter, the running 汇总表, and a sheet a question.

What stands in it is decided in ``digest_rows``; here it is only laid out.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from store import sheets
from store.ledger import LedgerHead, LedgerRow, fill_ledger


@dataclass(frozen=True, slots=True)
class Overview:
    """The first sheet: numbers as (what, now, since the last digest or null), demands by 领域, and plain sentences."""

    title: str
    day: date
    numbers: tuple[tuple[str, int, int | None], ...]
    by_field: tuple[tuple[str, int, int], ...]  # field, accepted, other current ones
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """Everything that one workbook shows."""

    overview: Overview
    head: LedgerHead
    ledger: tuple[LedgerRow, ...]
    sheets: tuple[sheets.SheetRows, ...]


def digest_workbook(facts: DigestFacts) -> bytes:
    """Lay out the workbook; returns the bytes of an .xlsx file."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one
    _fill_overview(first, facts.overview)
    fill_ledger(book.create_sheet(), facts.head, facts.ledger)
    for spec in facts.sheets:
        sheets.fill(book.create_sheet(spec.name), spec)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill_overview(sheet: Worksheet, overview: Overview) -> None:
    sheet.title = "概览"
    sheets.title(sheet, overview.title, 4)
    sheets.put(sheet, 2, 1, f"{overview.day:%Y年%m月%d日}").font = sheets.BODY_FONT
    sheets.head(sheet, 4, ("事项", "当前", "与上次日报相比"))
    numbers = [(what, now, "—" if change is None else f"{change:+d}") for what, now, change in overview.numbers]
    line = sheets.body(sheet, 5, numbers) + 2
    for sentence in overview.sentences:
        cell = sheets.put(sheet, line, 1, sentence)
        cell.font, cell.alignment = sheets.BODY_FONT, Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=4)
        sheet.row_dimensions[line].height = 18 * (1 + len(sentence) // 48)
        line += 1
    line = _legend(sheet, line + 1)
    last = _by_field(sheet, line + 1, overview.by_field)
    sheets.widths(sheet, (30, 12, 16, 40))
    sheets.print_setup(sheet, 4, last, 4)


def _legend(sheet: Worksheet, line: int) -> int:
    sheets.put(sheet, line, 1, "颜色说明").font = Font(name="黑体", size=11)
    for line_of, (word, fill) in enumerate(sheets.DECISION_FILLS.items(), start=line + 1):
        cell = sheets.put(sheet, line_of, 1, word)
        cell.font, cell.fill, cell.border = sheets.BODY_FONT, fill, sheets.GRID
    return line + 1 + len(sheets.DECISION_FILLS)


def _by_field(sheet: Worksheet, line: int, fields: Sequence[tuple[str, int, int]]) -> int:
    """The table of demands by 领域 and the chart that is drawn from it; returns the last row used."""
    sheets.head(sheet, line, ("所属领域", "受理", "其他（补正、复核等）"))
    last = sheets.body(sheet, line + 1, fields)
    if not fields:
        return line
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap = "bar", "stacked", 100
    chart.title, chart.style = "各领域需求数", 10
    chart.add_data(Reference(sheet, min_col=2, max_col=3, min_row=line, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=line + 1, max_row=last))
    chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    chart.x_axis.scaling.orientation = "maxMin"  # the first field on top, as in the notice
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorUnit, chart.y_axis.numFmt = 1 if max(a + b for _, a, b in fields) < 12 else None, "0"
    chart.legend.position = "b"
    chart.width, chart.height = 22, 2.5 + 0.9 * len(fields)
    sheet.add_chart(chart, "F4")
    return last
