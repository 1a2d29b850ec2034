"""Read the officers' daily workbook when it comes back. Runs in a worker, like every reader of files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from intake.tables.grid import Grid
from intake.tables.sheets import read_named
from intake.tables.workbook import (
    KEY,
    MARK,
    MARK_SHEET,
    NUMBER,
    OPINION,
    PAPER,
    REMARK,
    UNIT,
    Opinion,
    Returned,
)

LONGEST = 2000  # characters of one cell; more is no remark
MOST_ROWS = 20_000
HEADER_WITHIN = 10  # rows from the top


def read_returned(data: bytes) -> Returned | None:
    """The filled-in parts of a daily workbook, None where the file is none (it must have passed ``read_grids``).

    What to read is known by its headings: sheets may have been renamed or copied.
    """
    marks = [cell for grid in read_named(data, (MARK_SHEET,)) for row in grid.rows for cell in row]
    if marks[:1] != [MARK]:
        return None
    grids = read_named(data)
    return Returned(
        token=marks[1] if len(marks) > 1 else "",
        opinions=tuple(opinion for grid in grids for opinion in _opinions(grid)),
        papers=tuple(dict.fromkeys(paper for grid in grids for paper in _papers(grid))),
    )


def _opinions(grid: Grid) -> Iterator[Opinion]:
    for row in _rows(grid, OPINION, NUMBER):
        opinion = Opinion(*(row.get(name, "") for name in (KEY, NUMBER, OPINION, REMARK)))
        if opinion.opinion or opinion.remark:
            yield opinion


def _papers(grid: Grid) -> Iterator[tuple[str, str]]:
    for row in _rows(grid, PAPER, UNIT):
        if row.get(UNIT) and row.get(PAPER):
            yield row[UNIT], row[PAPER]


def _rows(grid: Grid, *wanted: str) -> Iterator[Mapping[str, str]]:
    """The rows below the header that names the columns wanted, each cell under its heading."""
    tops = (n for n, row in enumerate(grid.rows[:HEADER_WITHIN]) if {*wanted} <= {cell.strip() for cell in row})
    top = next(tops, None)
    if top is None:
        return
    names = [name.strip() for name in grid.rows[top]]
    for row in grid.rows[top + 1 : top + 1 + MOST_ROWS]:
        yield {name: cell.strip()[:LONGEST] for name, cell in zip(names, row, strict=False) if name}
