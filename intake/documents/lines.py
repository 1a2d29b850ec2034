"""A Word document as the lines that a form is read from, with the answers of its label cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from intake.forms.headings import Vocabulary
from intake.forms.wording import take_bracket
from intake.model import Block, Cell, Paragraph, Table, block_text


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands: of a paragraph (``paragraph`` numbers them) or a whole cell.

    ``table`` is set for a table that belongs to an answer: ``text`` is then all its cells.
    """

    text: str
    number: str = ""
    anchor: int = -1
    paragraph: int = 0
    in_cell: bool = False
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A field of a table form: the label's cell and the value in the cell beside or below it."""

    name: str
    value: str
    anchor: int


@dataclass(frozen=True, slots=True)
class Foreign:
    """A 汇总表 that stands in the same file: no part of the form."""


Item = Line | Answer | Foreign

_SUMMARY_HEAD = 12  # lines
_HEADING = 120  # characters; a heading with its hint is no longer
_MOST = 4  # labels and headings that make a table a form again, though all of them were there before


def to_items(blocks: Sequence[Block], words: Vocabulary) -> list[Item]:
    """The document in reading order; a table is either part of the form (labels in cells) or of an answer."""
    flow = _Flow(words)
    for block in blocks:
        flow.add(block)
    return flow.items


class _Flow:
    """The items of a document so far, and the labels and headings among them.

    A table inside an answer may have a column 项目名称 or 考核指标 too: only labels that are still to come, or most of
    the form at once, make a table part of the form.
    """

    def __init__(self, words: Vocabulary) -> None:
        self.items: list[Item] = []
        self._words = words
        self._ordinals = count()
        self._seen: set[object] = set()
        self._looked = 0

    def add(self, block: Block, in_cell: bool = False) -> None:
        if isinstance(block, Paragraph):
            self.items.extend(_lines(block, next(self._ordinals), in_cell))
        elif _is_summary(block, self._words):
            self._drop_summary_head()
            self.items.append(Foreign())
        elif self._is_form(block):
            _FormTable(block, self._words, self).read()
        elif all(len(row) <= 1 for row in block.rows):  # a frame around an answer
            for inner in (inner for row in block.rows for cell in row for inner in cell.blocks):
                self.add(inner, in_cell=True)
        else:
            self.items.append(Line(block_text(block), "", _anchor(block), next(self._ordinals), in_cell, block))

    def _drop_summary_head(self) -> None:
        """Take out the lines from the title of the 汇总表 to its table: its 归口管理部门 is no field of a form."""
        for back, item in enumerate(reversed(self.items[-_SUMMARY_HEAD:]), 1):
            if not isinstance(item, Line) or item.table is not None:
                return
            if self._words.is_summary_title(item.text):
                del self.items[-back:]
                return

    def whole_line(self, cell: Cell, text: str) -> None:
        """Add a cell's paragraphs as one line."""
        number = next((b.number for b in cell.blocks if isinstance(b, Paragraph) and b.text.strip()), "")
        self.items.append(Line(text, number, _cell_anchor(cell), next(self._ordinals), in_cell=True))

    def _is_form(self, table: Table) -> bool:
        self._look()
        names = {name for row in table.rows for cell in row for name in _names_in(cell, self._words)}
        new = names - self._seen
        first = next((c for row in table.rows for c in row if c.text.strip()), None)
        narrow = max(map(len, table.rows), default=0) <= 2
        if len(new) > 1 or (narrow and first is not None and _cell_name(first, self._words) in new):
            self._seen |= names
            return True
        again = len(names) >= _MOST
        self._seen = names if again else self._seen
        return again

    def _look(self) -> None:
        """Note the labels and headings of the lines since the last table; a title begins anew."""
        for item in self.items[self._looked :]:
            if isinstance(item, Line) and item.table is None and item.text.strip():
                if self._words.is_title(item.text):
                    self._seen.clear()
                elif (name := _line_name(item.text, item.number, self._words)) is not None:
                    self._seen.add(name)
        self._looked = len(self.items)


def _lines(paragraph: Paragraph, ordinal: int, in_cell: bool) -> Iterator[Line]:
    number = paragraph.number
    for text in paragraph.text.split("\n"):
        yield Line(text, number, paragraph.anchor, ordinal, in_cell)
        number = ""


def _is_summary(table: Table, words: Vocabulary) -> bool:
    return any(words.is_summary_head([c.text for c in row]) for row in table.rows[:6])


def _names_in(cell: Cell, words: Vocabulary) -> Iterator[object]:
    """The fields and sections that a cell names: itself, or the tables and the numbered headings that stand in it."""
    if (name := _cell_name(cell, words)) is not None:
        yield name
    for block in cell.blocks:
        if isinstance(block, Table):
            yield from (name for row in block.rows for inner in row for name in _names_in(inner, words))
        elif len(cell.blocks) > 1 and len(block.text) < _HEADING and (h := words.heading(block.text, block.number)):
            yield from [h.section] if h.exact and h.in_place else []


def _cell_name(cell: Cell, words: Vocabulary) -> object:
    """The field (its name) or the section (its index) that a cell begins with; null if none."""
    joined = _joined(cell)
    if field := words.field_named(joined):
        return field
    first = next((b for b in cell.blocks if isinstance(b, Paragraph) and b.text.strip()), Paragraph(""))
    line = first.text.strip().split("\n")[0]
    whole = _line_name(joined, first.number, words) if len(joined) < 60 else None
    return whole if whole is not None else _line_name(line, first.number, words)


def _line_name(text: str, number: str, words: Vocabulary) -> object:
    """The field or section that a line begins with; null if none."""
    if (label := words.label(text)) and label.sure:
        return label.name
    heading = words.heading(text, number)
    return heading.section if heading else None


def _joined(cell: Cell) -> str:
    """A cell's text on one line: labels in narrow cells are broken anywhere."""
    return "".join(cell.text.split("\n")).strip()


def _anchor(block: Block) -> int:
    """The first paragraph of a block."""
    if isinstance(block, Paragraph):
        return block.anchor
    return next((a for row in block.rows for c in row for b in c.blocks if (a := _anchor(b)) >= 0), -1)


def _cell_anchor(cell: Cell) -> int:
    return next((a for b in cell.blocks if (a := _anchor(b)) >= 0), -1)


class _FormTable:
    """A table of the form while it is read, row by row."""

    def __init__(self, table: Table, words: Vocabulary, flow: _Flow) -> None:
        self._rows = table.rows
        self._words = words
        self._flow = flow
        self._used: set[tuple[int, int]] = set()
        self._group = ""

    def read(self) -> None:
        for r, row in enumerate(self._rows):
            if not any(c.continued for c in row):
                self._group = ""
            for c, cell in enumerate(row):
                if not cell.continued and (r, c) not in self._used:
                    self._cell(r, c)

    def _cell(self, r: int, c: int) -> None:
        cell = self._rows[r][c]
        joined = _joined(cell)
        if name := self._field(joined):
            place = self._value_place(r, c)
            self._used.add(place or (r, c))
            value = self._rows[place[0]][place[1]].text if place else ""
            self._flow.items.append(Answer(name, value, _cell_anchor(cell)))
        elif group := self._words.group_of(joined):
            self._group = group
        elif self._is_whole_heading(joined) and not self._is_answered(cell):
            self._flow.whole_line(cell, joined)
        else:
            for block in cell.blocks:
                self._flow.add(block, in_cell=True)

    def _field(self, joined: str) -> str:
        """The field that a cell labels: under the word that heads its row, as printed, or nearly so."""
        grouped = self._words.field_named(self._group + joined) if self._group and joined else ""
        exact = grouped or self._words.field_named(joined)
        return exact or ("" if self._words.group_of(joined) else self._words.field_named(joined, near=True))

    def _value_place(self, r: int, c: int) -> tuple[int, int] | None:
        """The cell that answers a label: the next one, or the one below where the row holds labels only."""
        row = self._rows[r]
        if c + 1 < len(row) and not self._is_label(row[c + 1]):
            return r, c + 1
        labels_only = len(row) > 1 and all(self._is_label(cell) for cell in row)
        if r + 1 < len(self._rows) and (labels_only or len(row) == 1):
            below = self._at_column(r + 1, sum(cell.span for cell in row[:c]))
            if below is not None and not self._is_label(self._rows[r + 1][below]):
                return (r + 1, below) if labels_only or len(self._rows[r + 1]) == 1 else None
        return None

    def _is_label(self, cell: Cell) -> bool:
        joined = _joined(cell)
        heading = self._words.heading(joined) if joined and len(joined) < 120 else None
        return bool(self._field(joined)) or bool(heading and heading.exact)

    def _at_column(self, r: int, column: int) -> int | None:
        start = 0
        for index, cell in enumerate(self._rows[r]):
            if start == column:
                return index
            start += cell.span
        return None

    def _is_answered(self, cell: Cell) -> bool:
        """Whether a cell holds a heading on its first line and a word of answer under it (实施周期 / 24个月)."""
        first, *rest = [line.strip() for line in cell.text.split("\n") if line.strip()]
        heading = self._words.heading(first) if rest else None
        return bool(heading and heading.exact and not heading.rest and rest[0][0] not in "（([【〔")

    def _is_whole_heading(self, joined: str) -> bool:
        heading = self._words.heading(joined) if len(joined) < 200 else None
        bracket = take_bracket(heading.rest) if heading else None
        return bracket is not None and not bracket[1].strip()
