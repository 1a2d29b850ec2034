"""The 汇总表 that a notice encloses: its title and its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rules.drafting.model import DraftedSummary
from rules.drafting.notice import Annex, Notice, Row

_TITLE = re.compile(r"汇总表|一览表|推荐表|清单|统计表")
_NUMBER = re.compile(r"序\s*号|编\s*号|No\.?", re.I)
FEWEST = 4


def read_summary(notice: Notice) -> DraftedSummary | None:
    """The 汇总表 among the annexes; null where there is none."""
    for annex in notice.annexes:
        for place, row in enumerate(annex.rows):
            columns = _columns(_whole(annex.rows, place))
            if len(columns) >= FEWEST and (_NUMBER.fullmatch(columns[0]) or _TITLE.search(annex.title)):
                return DraftedSummary(_title(annex), columns, row.text)
    return None


def _title(annex: Annex) -> str:
    return annex.title or "汇总表"


def _whole(rows: Sequence[Row], place: int) -> Row:
    """A head that is broken within a cell (项目总投入 / （万元）) on one line."""
    row = rows[place]
    while place + 1 < len(rows) and rows[place + 1].cells[0].startswith(("（", "(")):
        place += 1
        first, *more = rows[place].cells
        row = Row((*row.cells[:-1], f"{row.cells[-1]}{first}", *more), True)
    return row


def _columns(row: Row) -> tuple[str, ...]:
    """The heads of a row in which every filled cell is short and none is a number."""
    cells = [re.sub(r"\s+", "", c) for c in row.cells]
    if len(cells) == 1 and _NUMBER.match(row.text):
        cells = re.split(r"[\s,，、；;]+", row.text)
    filled = tuple(_printed(c) for c in cells if c)
    plain = all(len(c) <= 24 and not re.fullmatch(r"[\d.…]+", c) and not c.endswith(("：", ":")) for c in filled)
    return filled if plain and _NUMBER.fullmatch(filled[0] if filled else "") else ()


def _printed(cell: str) -> str:
    return cell.replace("(", "（").replace(")", "）")
