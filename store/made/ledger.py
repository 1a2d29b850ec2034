"""The running 汇总表: the current accepted demands in the official layout, as a workbook that is replaced whole."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from store.made import sheets
from store.whole import write_whole

_WIDTHS = (6, 26, 38, 10, 15, 18, 13, 24, 14)
_INDEX_WIDTHS = (44, 8, 14)
_FROM_SUMMARY = ("联系人", "联系电话", "合作单位", "备注")
_HEAD_ROWS = 3  # title, unit, contact


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the 汇总表.

    ``unit`` is the recommending unit (for grouping, not an official column); ``amount`` in 万元; ``listed`` false
    where the unit's own 汇总表 has no row for the demand, so that what only that row could tell is coloured.
    """

    unit: str
    applicant: str
    name: str
    field: str
    amount: Decimal | None
    contact: str = ""
    phone: str = ""
    partners: str = ""
    note: str = ""
    listed: bool = True


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """What stands above the table."""

    title: str
    unit: str
    contact: str
    phone: str
    columns: tuple[str, ...]


def write_ledger(path: Path, head: LedgerHead, rows: Sequence[LedgerRow]) -> None:
    """Write ``out/汇总表.xlsx`` (or an export of it) anew; rows come in the order in which they shall stand."""
    write_whole(path, ledger_bytes(head, rows))


def ledger_bytes(head: LedgerHead, rows: Sequence[LedgerRow]) -> bytes:
    """The 汇总表 as the bytes of an .xlsx file."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    fill_ledger(sheet, head, rows)
    if len({row.unit for row in rows}) > 1:
        _fill_index(book.create_sheet("按归口管理部门"), rows)
    return book_bytes(book)


def save_whole(book: Workbook, path: Path) -> None:
    """Write a workbook in one step."""
    write_whole(path, book_bytes(book))


def book_bytes(book: Workbook) -> bytes:
    """A workbook as the bytes of an .xlsx file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def fill_ledger(sheet: Worksheet, head: LedgerHead, rows: Sequence[LedgerRow]) -> None:
    """Fill a sheet with the official table: title, unit, contact, header row, one row a demand."""
    columns = len(head.columns)
    sheet.title = "汇总表"
    sheets.title(sheet, head.title, columns)
    for line, text in (
        (2, f"归口管理部门：{head.unit}（加盖公章）"),
        (3, f"联系人：{head.contact}    联系电话：{head.phone}"),
    ):
        cell = sheets.put(sheet, line, 1, text)
        cell.font = sheets.BODY_FONT
        cell.alignment = Alignment(vertical="center")
        sheet.row_dimensions[line].height = 20
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=columns)
    header = _HEAD_ROWS + 1
    sheets.head(sheet, header, head.columns)
    cells = (ledger_cells(n, row) for n, row in enumerate(rows, start=1))
    last = sheets.body(sheet, header + 1, cells, _WIDTHS)
    for line, row in enumerate(rows, start=header + 1):
        if not row.listed:
            _colour_unlisted(sheet, line, head.columns)
    sheets.widths(sheet, _WIDTHS)
    sheets.print_setup(sheet, header, last, columns)
    sheets.filter_and_freeze(sheet, header, last, columns, fixed=3)


def ledger_cells(number: int, row: LedgerRow) -> tuple[object, ...]:
    """A row as it stands under the official columns, with its 序号."""
    amount = None if row.amount is None else _number(row.amount)
    return (number, row.applicant, row.name, row.contact, row.phone, row.field, amount, row.partners, row.note)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _colour_unlisted(sheet: Worksheet, line: int, columns: Sequence[str]) -> None:
    for column, name in enumerate(columns, start=1):
        if name in _FROM_SUMMARY:
            sheet.cell(row=line, column=column).fill = sheets.MISSING_FILL


def _fill_index(sheet: Worksheet, rows: Sequence[LedgerRow]) -> None:
    """Say which 序号 belong to which recommending unit: the official table has no column for it."""
    header = ("归口管理部门", "项数", "序号")
    sheets.head(sheet, 1, header)
    spans: dict[str, list[int]] = {}
    for number, row in enumerate(rows, start=1):
        spans.setdefault(row.unit, []).append(number)
    lines = [(u, len(n), f"{n[0]}—{n[-1]}" if len(n) > 1 else f"{n[0]}") for u, n in spans.items()]
    last = sheets.body(sheet, 2, lines, _INDEX_WIDTHS)
    sheets.widths(sheet, _INDEX_WIDTHS)
    sheets.print_setup(sheet, 1, last, len(header))
