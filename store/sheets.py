"""Cells, columns and print set-up shared by the workbooks: the one place where a value enters a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

# What XML 1.0 cannot hold; openpyxl refuses it, and a name from a letter may well contain it.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_CHARACTERS = 32_000  # a cell of Excel ends at 32,767

THIN = Side(style="thin", color="808080")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD_FILL = PatternFill("solid", fgColor="DDEBF7")
MISSING_FILL = PatternFill("solid", fgColor="FFF2CC")
TITLE_FONT = Font(name="方正小标宋简体", size=18, bold=True)
HEAD_FONT = Font(name="黑体", size=11)
BODY_FONT = Font(name="仿宋", size=11)
DECISION_FILLS = {
    "受理": PatternFill("solid", fgColor="E2EFDA"),
    "需补正": PatternFill("solid", fgColor="FFF2CC"),
    "待复核": PatternFill("solid", fgColor="DDEBF7"),
    "不予受理": PatternFill("solid", fgColor="F8CBAD"),
    "已撤回": PatternFill("solid", fgColor="E7E6E6"),
}


@dataclass(frozen=True, slots=True)
class SheetRows:
    """One sheet of rows: its name, header, column widths (half-width characters) and rows; ``fixed`` columns stay."""

    name: str
    header: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[object, ...], ...]
    fixed: int = 2


def fill(sheet: Worksheet, spec: SheetRows) -> None:
    """Fill a sheet with its header and rows, ready to be filtered and printed."""
    head(sheet, 1, spec.header)
    last = body(sheet, 2, spec.rows)
    if not spec.rows:
        put(sheet, 2, 1, "（无）").font = BODY_FONT
        last = 2
    widths(sheet, spec.widths)
    filter_and_freeze(sheet, 1, last, len(spec.header), spec.fixed)
    print_setup(sheet, 1, last, len(spec.header))


def put(sheet: Worksheet, row: int, column: int, value: Any) -> Cell:
    """Write one value so that it can only ever be shown: text is never a formula, whatever it begins with."""
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, Cell)  # noqa: S101 - only merged ranges hold other cells, and they are made after writing
    if isinstance(value, str):
        cell.value = _ILLEGAL.sub("", value)[:_MOST_CHARACTERS]
        cell.data_type = "s"
        if cell.value[:1] in "=+-@\t\r" and cell.value:
            cell.quotePrefix = True  # a person who edits the cell must not wake a formula either
    else:
        cell.value = value
    return cell


def title(sheet: Worksheet, text: str, columns: int) -> None:
    """Write the sheet's title over all its columns, in row 1."""
    cell = put(sheet, 1, 1, text)
    cell.font, cell.alignment = TITLE_FONT, Alignment(horizontal="center", vertical="center")
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
    sheet.row_dimensions[1].height = 34


def head(sheet: Worksheet, row: int, names: Sequence[str]) -> None:
    """Write the header row."""
    for column, name in enumerate(names, start=1):
        cell = put(sheet, row, column, name)
        cell.font, cell.fill, cell.border = HEAD_FONT, HEAD_FILL, GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = 32


def body(sheet: Worksheet, first: int, rows: Iterable[Sequence[Any]]) -> int:
    """Write rows from row ``first`` on; returns the last row written (``first - 1`` where there is none)."""
    last = first - 1
    for last, values in enumerate(rows, start=first):
        for column, value in enumerate(values, start=1):
            cell = put(sheet, last, column, value)
            cell.font, cell.border = BODY_FONT, GRID
            centred = isinstance(value, int | float) or column == 1
            cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=True)
            if isinstance(value, str) and value in DECISION_FILLS:
                cell.fill = DECISION_FILLS[value]
    return last


def widths(sheet: Worksheet, characters: Sequence[float]) -> None:
    """Set the columns' widths, in half-width characters (a Chinese character takes two)."""
    for column, width in enumerate(characters, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def print_setup(sheet: Worksheet, header_row: int, last_row: int, columns: int) -> None:
    """A4 landscape, one page wide, the header row on every page, page numbers below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.print_area = f"A1:{get_column_letter(columns)}{max(last_row, header_row)}"
    footer = sheet.oddFooter.center if sheet.oddFooter else None
    if footer is not None:
        footer.text = "第 &P 页，共 &N 页"
    sheet.print_options.horizontalCentered = True


def filter_and_freeze(sheet: Worksheet, header_row: int, last_row: int, columns: int, fixed: int = 0) -> None:
    """Keep the header (and ``fixed`` columns) in sight and let the officers filter."""
    sheet.freeze_panes = f"{get_column_letter(fixed + 1)}{header_row + 1}"
    sheet.auto_filter.ref = f"A{header_row}:{get_column_letter(columns)}{max(last_row, header_row + 1)}"
