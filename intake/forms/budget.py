"""Sums of money in a table: each number with what its row and its column say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from intake.forms.sums import Source, Sum, cell_worth, declared_unit, is_cell_number, source_of

_UNIT = re.compile(r"([万亿千百]?元)")
_WHOLE = re.compile(r"合计|总计|小计|总额|共计|金额|总数")
_NO_MONEY = re.compile(r"序号|编号|比例|占比|比重|[%％]|数量|单价|人数|台套")
_YEAR = re.compile(r"20\d\d|年度?$|第[一二三四五\d][年期阶]|阶段")


def read_budget(text: str) -> list[Sum]:
    r"""Every sum in the table lines (cells parted by ``\t``) of a text, with its source and whether it is a part.

    The unit comes from the cell, its column's or row's label, or a 单位：万元 anywhere; without any it is no money.
    """
    unit = declared_unit(text)
    found: list[Sum] = []
    for table in _tables(text):
        found.extend(_table_sums(table, unit))
    return found


def _tables(text: str) -> Iterator[list[list[str]]]:
    rows: list[list[str]] = []
    for line in text.split("\n"):
        if "\t" in line:
            rows.append([cell.strip() for cell in line.split("\t")])
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _table_sums(rows: list[list[str]], unit: str) -> Iterator[Sum]:
    named = {m[1] for row in rows for cell in row if not is_cell_number(cell) and (m := _UNIT.search(cell))}
    unit = unit or (named.pop() if len(named) == 1 else "")
    heads: list[str] = [""] * max(map(len, rows))
    for row in rows:
        if not any(is_cell_number(cell) for cell in row):
            heads = [a + b for a, b in zip(heads, [*row, *[""] * (len(heads) - len(row))], strict=True)]
            continue
        label = ""
        for cell, head in zip(row, heads, strict=False):
            if not is_cell_number(cell):
                label = cell or label
            elif (item := _cell_sum(cell, label, head, unit)) is not None:
                yield item


def _cell_sum(cell: str, label: str, head: str, unit: str) -> Sum | None:
    if _NO_MONEY.search(head):
        return None
    named = _UNIT.search(head) or _UNIT.search(label)
    wan = cell_worth(cell, named[1] if named else unit)
    return None if wan is None else _placed(wan, label, head)


def _placed(wan: Decimal, label: str, head: str) -> Sum:
    """The sum with the source of its row or, where the row names none, of its column."""
    rows, columns = source_of(label), source_of(head)
    source = rows if rows is not Source.UNSAID else columns
    yearly = bool(_YEAR.search(head) or _YEAR.search(label)) and not _WHOLE.search(head)
    plain = source is Source.UNSAID
    if plain and _WHOLE.search(label):
        source = Source.TOTAL
    part = (
        yearly
        or (plain and source is Source.UNSAID)
        or (rows is Source.UNSAID and not _WHOLE.search(label) and bool(label))
    )
    return Sum(-1, -1, wan, source, part, yearly)
