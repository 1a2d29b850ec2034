"""Cells, columns and print set-up shared by the workbooks: the one place where a value enters a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

# What XML 1.0 cannot hold; openpyxl refuses it, and a name from a letter may well contain it.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_CHARACTERS = 32_000  # a cell of Excel ends at 32,767

THIN = Side(style="thin", color="808080")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD_FILL = PatternFill("solid", fgColor="DDEBF7")
MISSING_FILL = PatternFill("solid", fgColor="FFE699")
TITLE_FONT = Font(name="方正小标宋简体", size=18, bold=True)
HEAD_FONT = Font(name="黑体", size=11)
BODY_FONT = Font(name="仿宋", size=11)
LINK_FONT = Font(name="仿宋", size=11, color="0563C1", underline="single")
TO_FILL = PatternFill("solid", fgColor="FFFFCC")
STANDS_OUT_FILL = PatternFill("solid", fgColor="FCE4D6")
DECISION_FILLS = {
    "受理": PatternFill("solid", fgColor="E2EFDA"),
    "需补正": PatternFill("solid", fgColor="FFF2CC"),
    "待复核": PatternFill("solid", fgColor="DDEBF7"),
    "不予受理": PatternFill("solid", fgColor="F8CBAD"),
    "已撤回": PatternFill("solid", fgColor="E7E6E6"),
}


WORD_FILLS = {**DECISION_FILLS, "未报送": STANDS_OUT_FILL, "未报": MISSING_FILL}
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
TAIL = 8  # characters at the end of a shortened file name: they tell （修订） and the kind of file
NARROW = 16  # half-width characters; what stands in a narrower column is centred
WIDEST = 270  # half-width characters that can still be read on A4 lying on its side
LINE, HIGHEST = 15.0, 400.0  # points; a row of Excel ends at 409


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere: a path relative to the workbook, or ``#sheet`` within it."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class SheetRows:
    """One sheet of rows: its name, header, column widths (half-width characters) and rows; ``fixed`` columns stay.

    ``standing_out`` are the numbers of rows (from 0) that must catch the eye, whole or in one column (from 0).
    """

    name: str
    header: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[object, ...], ...]
    fixed: int = 2
    standing_out: frozenset[int] = frozenset()
    standing_out_in: int | None = None


def fill(sheet: Worksheet, spec: SheetRows) -> None:
    """Fill a sheet with its header and rows, ready to be filtered and printed."""
    head(sheet, 1, spec.header)
    last = body(sheet, 2, spec.rows, spec.widths)
    if not spec.rows:
        put(sheet, 2, 1, "（无）").font = BODY_FONT
        last = 2
    for number in spec.standing_out:
        for place, cell in enumerate(sheet[number + 2][: len(spec.header)]):
            if spec.standing_out_in in (None, place):
                cell.fill = STANDS_OUT_FILL
    widths(sheet, spec.widths)
    filter_and_freeze(sheet, 1, last, len(spec.header), spec.fixed)
    print_setup(sheet, 1, last, len(spec.header))
    if sum(spec.widths) > WIDEST:
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A3


def put(sheet: Worksheet, row: int, column: int, value: Any) -> Cell:
    """Write one value so that it can only ever be shown: text is never a formula, whatever it begins with."""
    cell = sheet.cell(row=row, column=column)
    assert isinstance(cell, Cell)  # noqa: S101 - only merged ranges hold other cells, and they are made after writing
    if isinstance(value, Link):
        _lead(cell, value.target)
        value = value.text
    if isinstance(value, str):
        cell.value = _ILLEGAL.sub("", value)[:_MOST_CHARACTERS]
        cell.data_type = "s"
        if cell.value[:1] in "=+-@\t\r" and cell.value:
            cell.quotePrefix = True  # a person who edits the cell must not wake a formula either
    else:
        cell.value = value
    return cell


def _lead(cell: Cell, target: str) -> None:
    if target.startswith("#"):
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target[1:]}'!A1")
    else:
        cell.hyperlink = target


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
        cell.alignment = CENTRED
    sheet.row_dimensions[row].height = 34


def body(sheet: Worksheet, first: int, rows: Iterable[Sequence[Any]], characters: Sequence[float]) -> int:
    """Write rows from row ``first`` on into columns of those widths, each row as high as its text needs.

    Returns the last row written (``first - 1`` where there is none).
    """
    last, looks = first - 1, dict[_Look, StyleArray]()
    for last, values in enumerate(rows, start=first):
        most = 1
        for column, (value, width) in enumerate(zip(values, characters, strict=True), start=1):
            cell = put(sheet, last, column, _fitting(value, width))
            centred = not isinstance(value, str | Link) or width <= NARROW
            _dress(cell, value, centred, looks)
            most = max(most, lines(str(cell.value or ""), width))
        sheet.row_dimensions[last].height = min(HIGHEST, 6 + LINE * most)
    return last


def _fitting(value: Any, width: float) -> Any:
    """A link in one line: LibreOffice never wraps one."""
    return Link(shortened(value.text, width), value.target) if isinstance(value, Link) else value


def shortened(name: str, width: float) -> str:
    """A file's name in one line of a column so wide, left out in its middle what is too much."""
    if lines(name, width) == 1:
        return name
    head, tail = name[:-TAIL], name[-TAIL:]
    while head and lines(f"{head}…{tail}", width) > 1:
        head = head[:-1]
    return f"{head}…{tail}"


_Look = tuple[type, bool, bool, str]


def _dress(cell: Any, value: Any, centred: bool, looks: dict[_Look, StyleArray]) -> None:
    """Give a cell its look; one that was made before is copied, which takes a twentieth of the time."""
    word = value if isinstance(value, str) and value in WORD_FILLS else ""
    look = (type(value), centred, cell.quotePrefix, word)
    if look in looks:
        cell._style = copy(looks[look])
        return
    cell.font, cell.border = LINK_FONT if isinstance(value, Link) else BODY_FONT, GRID
    cell.alignment = CENTRED if centred else LEFT
    if word:
        cell.fill = WORD_FILLS[word]
    looks[look] = cell._style


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column so many half-width characters wide."""
    return sum(1 + int(max(0, _breadth(line) - 1) // max(1, width - 1.5)) for line in text.split("\n"))


def _breadth(line: str) -> float:
    """How broad a line is, in half-width characters."""
    return sum(2.1 if east_asian_width(c) in "WF" else 1.1 for c in line)


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
    for line, text in ((sheet.oddHeader, "&A"), (sheet.oddFooter, "第 &P 页，共 &N 页")):
        if line is not None and line.center is not None:
            line.center.text = text
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.75, bottom=0.7, header=0.35, footer=0.35)
    sheet.print_options.horizontalCentered = True


def filter_and_freeze(sheet: Worksheet, header_row: int, last_row: int, columns: int, fixed: int = 0) -> None:
    """Keep the header (and ``fixed`` columns) in sight and let the officers filter."""
    sheet.freeze_panes = f"{get_column_letter(fixed + 1)}{header_row + 1}"
    sheet.auto_filter.ref = f"A{header_row}:{get_column_letter(columns)}{max(last_row, header_row + 1)}"
