"""A table as plain rows of text, whatever it came from: Word or a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.model import Block, Cell, Paragraph, Table, WordText, block_text

_BREAK = re.compile(r"(?<!\s)\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cell texts, as many columns as the widest row needs.

    ``joined`` holds the (row, column) of cells that only go on from above (a vertical merge) and bear its text;
    ``numbered`` is true where readers see row numbers (a spreadsheet); ``name`` is the sheet's; ``anchors`` holds the
    first paragraph of every cell of a Word table (-1: none), none at all for a spreadsheet.
    """

    rows: tuple[tuple[str, ...], ...]
    joined: frozenset[tuple[int, int]] = frozenset()
    numbered: bool = False
    name: str = ""
    anchors: tuple[tuple[int, ...], ...] = ()

    def anchor(self, row: int, column: int) -> int:
        """The first paragraph of a cell, -1 where it has none or nobody knows."""
        line = self.anchors[row] if row < len(self.anchors) else ()
        return line[column] if column < len(line) else -1


@dataclass(frozen=True, slots=True)
class Page:
    """What may hold a 汇总表: its lines of text outside tables, in order, and its tables."""

    lines: tuple[str, ...]
    grids: tuple[Grid, ...]


def page_of_word(text: WordText) -> Page:
    """The lines and tables of a Word document; nested tables stand beside the ones that hold them."""
    lines: list[str] = []
    grids: list[Grid] = []
    for block in _all_blocks(text.blocks):
        if isinstance(block, Table):
            grids.append(_grid(block))
        else:
            lines += [line.strip() for line in block_text(block).split("\n") if line.strip()]
    return Page(tuple(lines), tuple(grids))


def _all_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    yield from _all_blocks(tuple(b for b in cell.blocks if isinstance(b, Table)))


def _grid(table: Table) -> Grid:
    rows: list[list[str]] = []
    anchors: list[tuple[int, ...]] = []
    joined = set()
    for place, row in enumerate(table.rows):
        texts: list[str] = []
        anchors.append(tuple(a for cell in row for a in (_anchor(cell), *[-1] * (cell.span - 1))))
        for cell in row:
            above = rows[-1][len(texts)] if rows and len(texts) < len(rows[-1]) else ""
            if cell.continued:
                joined.add((place, len(texts)))
            texts += [above if cell.continued else one_line(_own_text(cell)), *[""] * (cell.span - 1)]
        rows.append(texts)
    return Grid(_even(rows), frozenset(joined), anchors=tuple(anchors))


def _anchor(cell: Cell) -> int:
    return next((b.anchor for b in cell.blocks if isinstance(b, Paragraph)), -1)


def _own_text(cell: Cell) -> str:
    """The text of a cell without the tables in it, which are grids of their own."""
    return "\n".join(block_text(b) for b in cell.blocks if not isinstance(b, Table))


def _even(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    width = max(map(len, rows), default=0)
    return tuple(tuple(row + [""] * (width - len(row))) for row in rows)


def one_line(text: str) -> str:
    """A cell's text as one line: breaks inside Chinese vanish, others become a space."""

    def joint(found: re.Match[str]) -> str:
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        return " " if before.isascii() and after.isascii() else ""

    text = text.strip()
    return _BREAK.sub(joint, text)
