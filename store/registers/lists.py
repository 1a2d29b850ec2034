"""Lists that officers keep in Excel or CSV, as rows of texts that know their line: for errors with row and column."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.folding import fold
from store.database import StoreError

HEADER_WITHIN = 10  # rows that may stand above the header (a title, a remark)
# what openpyxl raises over a damaged workbook; a part that is no XML is a SyntaxError
_BROKEN = (KeyError, ValueError, OSError, SyntaxError, TypeError, AttributeError, IndexError)


class ListError(StoreError):
    """A list that cannot be used: file, row, column and cure in one Chinese line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as a reader counts, and its cells by the official names of their columns."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list: official names, which must be there, and other words for them."""

    names: tuple[str, ...]
    required: tuple[str, ...]
    aliases: Mapping[str, str]

    def official(self, heading: str) -> str:
        """The official name of a heading as it is written, ``""`` for one that we do not know."""
        folded = fold(heading)
        known = {fold(name): name for name in self.names} | {fold(a): name for a, name in self.aliases.items()}
        return known.get(folded, "")


def read_lines(path: Path, columns: Columns) -> tuple[Line, ...]:
    """The filled rows under the header of an .xlsx (its first sheet) or .csv (UTF-8 or GBK) file.

    Raises ListError: no such file, another type, no header, a required column missing.
    """
    rows = list(_rows(path))
    header = next((n for n, row in enumerate(rows[:HEADER_WITHIN]) if _is_header(row, columns)), None)
    if header is None:
        raise ListError(f"{path.name}：前 {HEADER_WITHIN} 行中没有表头，应有：{'、'.join(columns.names)}")
    official = [columns.official(cell) for cell in rows[header]]
    for name in columns.required:
        if name not in official:
            raise ListError(f"{path.name}：第 {header + 1} 行（表头）：缺少“{name}”列，请补上")
    filled = ((n, row) for n, row in enumerate(rows[header + 1 :], start=header + 2) if any(row))
    return tuple(Line(n, {name: cell for name, cell in zip(official, row, strict=False) if name}) for n, row in filled)


def _is_header(row: tuple[str, ...], columns: Columns) -> bool:
    """A header names the first column and at least one other."""
    official = {columns.official(cell) for cell in row} - {""}
    return columns.names[0] in official and len(official) > 1


def _rows(path: Path) -> Iterable[tuple[str, ...]]:
    readers = {".xlsx": _of_workbook, ".xlsm": _of_workbook, ".csv": _of_csv}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise ListError(f"{path.name}：只能读 .xlsx 或 .csv 文件，请另存为其中一种")
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ListError(f"{path.name}：没有这个文件，请检查路径") from error
    except OSError as error:
        raise ListError(f"{path.name}：读不出来，请检查文件权限，并关闭正打开它的程序") from error
    return read(path.name, content)


def _of_csv(name: str, content: bytes) -> Iterator[tuple[str, ...]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ListError(f"{name}：既不是 UTF-8 也不是 GBK 编码，请用 Excel 另存为“CSV UTF-8”")
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from (tuple(cell.strip() for cell in row) for row in rows)
    except csv.Error as error:
        raise ListError(f"{name}：第 {rows.line_num} 行读不出来，请用 Excel 打开检查后另存") from error


def _of_workbook(name: str, content: bytes) -> Iterator[tuple[str, ...]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
        sheet = book.worksheets[0]
    except (InvalidFileException, zipfile.BadZipFile, *_BROKEN) as error:
        raise ListError(f"{name}：不是完好的 Excel 文件，请用 Excel 打开后另存为 .xlsx") from error
    for row in sheet.iter_rows(values_only=True):
        yield tuple(_text(cell) for cell in row)


def _text(value: object) -> str:
    """A cell as it looks: whole numbers without a decimal point (Excel keeps 30 as 30.0)."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
