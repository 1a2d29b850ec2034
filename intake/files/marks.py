"""What a readable document bears besides its content: secrecy markings, and what in it could act by itself."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from intake.files.active import active_in_old_sheet, active_in_sheet
from intake.files.ooxml import OLE, Package
from intake.files.secrecy import lines_of, marked_lines
from intake.files.sniff import ole_stream
from intake.model import Limits, Problem, Trouble, WordText

_SHEET_MARGIN = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]{1,2000})<")
_MARGIN_CODE = re.compile(r"&(?:\"[^\"]*\"|[LCRPNDTAFZGBIUESXYOH]|K[0-9A-F]{6}|\d+)")


def marks_of_word(text: WordText) -> tuple[Trouble, ...]:
    """Markings in the body, headers and footers of a Word document, and its active content."""
    margins = (line for margin in text.margins for line in margin.splitlines())
    return (*_secret([*lines_of(text.blocks), *margins]), *_active(text.active))


def marks_of_sheet(data: bytes, kind: str, limits: Limits) -> tuple[Trouble, ...]:
    """Markings in the cells, headers and footers of a workbook (``xlsx``, ``xls``, ``ods``), and its macros.

    Raises WordDamaged, WordLocked, WordHostile.
    """
    from intake.tables.sheets import read_grids

    cells = [cell for grid in read_grids(data, kind, limits) for row in grid.rows for cell in row if cell]
    lines = [line for cell in cells for line in cell.splitlines()]
    margins = () if kind == "xls" else _sheet_margins(Package(data, limits))
    return (*_secret([*lines, *margins]), *macros_of_sheet(data, kind, limits))


def macros_of_sheet(data: bytes, kind: str, limits: Limits) -> tuple[Trouble, ...]:
    """The macros of a workbook, also of one that cannot be read otherwise; raises as ``marks_of_sheet``."""
    if kind == "xls":
        return tuple(_active(active_in_old_sheet(data, ole_stream(data, ("Workbook", "Book")))))
    return tuple(_active(active_in_sheet(Package(data, limits)))) if not data.startswith(OLE) else ()


def _secret(lines: Iterable[str]) -> tuple[Trouble, ...]:
    marked = next(iter(marked_lines(lines)), "")
    return (Trouble(Problem.SECRET, "文件带有密级或内部资料标志"),) if marked else ()


def _active(found: Iterable[str]) -> Iterator[Trouble]:
    return (Trouble(Problem.ACTIVE, what) for what in found)


def _sheet_margins(package: Package) -> Iterator[str]:
    for name in package.names:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            for found in _SHEET_MARGIN.finditer(package.read(name) or b""):
                written = html.unescape(found[1].decode("utf-8", "replace"))
                yield from _MARGIN_CODE.sub("\n", written).split("\n")
