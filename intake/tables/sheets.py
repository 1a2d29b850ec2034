"""Spreadsheets that units send (.xlsx, .xls, .et, .ods) as plain rows of text."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from intake.files.ooxml import Package, WordDamaged, WordHostile, WordLocked
from intake.files.sniff import ole_stream
from intake.model import Limits
from intake.tables.grid import Grid, one_line

MAX_CELLS = 2_000_000  # the reader lays out the whole rectangle between the first and the last filled cell
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Za-z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_SHEET_BEGINS, _ENCRYPTED = 0x0809, 0x002F
_CELL_RECORDS = frozenset({0x0006, 0x00BD, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})


class SheetStumble(WordDamaged):
    """The library gives a workbook up, which another program may read."""


def read_grids(data: bytes, type_: str, limits: Limits) -> tuple[Grid, ...]:
    """Every visible sheet of a workbook (``type_``: xlsx, xls, ods).

    Numbers are written as people would (``800``, not ``800.0``), days as ISO dates.
    Raises WordDamaged (SheetStumble where another program may do better), WordLocked, WordHostile.
    """
    import python_calamine as calamine

    if type_ in ("xlsx", "ods"):
        _check_package(Package(data, limits))
    else:
        _check_records(ole_stream(data, ("Workbook", "Book")))
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            shown = [s.name for s in book.sheets_metadata if s.visible == calamine.SheetVisibleEnum.Visible]
            return tuple(_grid(book.get_sheet_by_name(name)) for name in shown)
    except calamine.PasswordError as error:
        raise WordLocked("文件设有打开密码") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise SheetStumble("表格文件已损坏，无法打开") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the library's Rust, which has no class to name here
            raise
        raise SheetStumble("表格文件已损坏，无法打开") from error


def read_named(data: bytes, names: Collection[str] = ()) -> tuple[Grid, ...]:
    """The sheets of these names (none: all), hidden ones too, of a workbook that ``read_grids`` has let pass."""
    import python_calamine as calamine

    with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        return tuple(_grid(book.get_sheet_by_name(name)) for name in book.sheet_names if not names or name in names)


def _check_package(package: Package) -> None:
    """Refuse a workbook with a DOCTYPE, or with filled cells so far apart that laying them out takes gigabytes."""
    for name in package.names:
        if not name.endswith(".xml") or name.startswith(("basic/", "dialogs/")):  # macros, which bear a DOCTYPE
            continue
        part = package.read(name) or b""
        if b"<!DOCTYPE" in part:
            raise WordHostile("内部含有 DOCTYPE 声明")
        if name.startswith("xl/worksheets/"):
            _check_extent(part)


def _check_extent(sheet: bytes) -> None:
    columns: set[bytes] = set()
    last = 0
    for column, row in _FILLED_CELL.findall(sheet):
        columns.add(column.upper())
        last = max(last, int(row))
    if last * max(map(_column, columns), default=0) > MAX_CELLS:
        raise WordHostile("表格范围异常庞大")


def _check_records(book: bytes) -> None:
    """The same for an old workbook: each record has its number and length, a cell's then its row and column."""
    place, bottom, right = 0, 0, 0
    while place + 8 <= len(book):
        number, length, row, column = struct.unpack_from("<4H", book, place)
        if number == _ENCRYPTED:
            return
        if number == _SHEET_BEGINS:
            bottom = right = 0
        elif number in _CELL_RECORDS:
            bottom, right = max(bottom, row + 1), max(right, column + 1)
        if bottom * right > MAX_CELLS:
            raise WordHostile("表格范围异常庞大")
        place += 4 + length


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _grid(sheet: Any) -> Grid:
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise WordHostile("表格范围异常庞大")
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    joined = set()
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[row]):
                rows[row][left] = rows[top][left]
                joined.add((row, left))
    return Grid(tuple(map(tuple, rows)), frozenset(joined), numbered=True, name=sheet.name)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return str(value)
    return one_line(str(value))
