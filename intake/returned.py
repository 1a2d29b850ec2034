"""Read the officers' daily workbook when it comes back. Runs in a worker, like every reader of files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from intake.grid import Grid
from intake.sheets import read_named
from intake.workbook import (
    HELD_SHEET,
    KEY,
    MARK,
    MARK_SHEET,
    NUMBER,
    OPINION,
    PAPER,
    REMARK,
    UNIT,
    UNITS_SHEET,
    Opinion,
    Returned,
)

LONGEST = 2000  # characters of one cell; more is no remark
MOST_ROWS = 20_000
HEADER_WITHIN = 10  # rows from the top


def read_returned(data: bytes) -> Returned | None:
    """The filled-in parts of a daily workbook, None where the file is none (it must have passed ``read_grids``)."""
    grids = {grid.name: grid for grid in read_named(data, (MARK_SHEET, HELD_SHEET, UNITS_SHEET))}
    mark = [cell for row in grids[MARK_SHEET].rows for cell in row] if MARK_SHEET in grids else []
    if mark[:1] != [MARK]:
        return None
    held, units = grids.get(HELD_SHEET), grids.get(UNITS_SHEET)
    return Returned(
        token=mark[1] if len(mark) > 1 else "",
        opinions=tuple(_opinions(held)) if held else (),
        papers=tuple(_papers(units)) if units else (),
    )


def _opinions(grid: Grid) -> Iterator[Opinion]:
    for row in _rows(grid, OPINION):
        opinion = Opinion(*(row.get(name, "") for name in (KEY, NUMBER, OPINION, REMARK)))
        if opinion.opinion or opinion.remark:
            yield opinion


def _papers(grid: Grid) -> Iterator[tuple[str, str]]:
    for row in _rows(grid, PAPER):
        if row.get(UNIT) and row[PAPER]:
            yield row[UNIT], row[PAPER]


def _rows(grid: Grid, wanted: str) -> Iterator[Mapping[str, str]]:
    """The rows below the header that names the column wanted, each cell under its heading."""
    top = next((n for n, row in enumerate(grid.rows[:HEADER_WITHIN]) if wanted in map(str.strip, row)), None)
    if top is None:
        return
    names = [name.strip() for name in grid.rows[top]]
    for row in grid.rows[top + 1 : top + 1 + MOST_ROWS]:
        yield {name: cell.strip()[:LONGEST] for name, cell in zip(names, row, strict=False) if name}
