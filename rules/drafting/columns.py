"""The 汇总表 that a notice encloses: its title and its columns."""

from __future__ import annotations

import re

from rules.drafting.model import DraftedSummary
from rules.drafting.notice import Annex, Notice, Row

_TITLE = re.compile(r"汇总表|一览表|推荐表|清单|统计表")
_NUMBER = re.compile(r"序\s*号|编\s*号|No\.?", re.I)
FEWEST = 4


def read_summary(notice: Notice) -> DraftedSummary | None:
    """The 汇总表 among the annexes; null where there is none."""
    for annex in notice.annexes:
        for row in annex.rows:
            columns = _columns(row)
            if len(columns) >= FEWEST and (_NUMBER.fullmatch(columns[0]) or _TITLE.search(annex.title)):
                return DraftedSummary(_title(annex), columns, row.text)
    return None


def _title(annex: Annex) -> str:
    return annex.title or "汇总表"


def _columns(row: Row) -> tuple[str, ...]:
    """The heads of a row in which every filled cell is short and none is a number."""
    cells = [re.sub(r"\s+", "", c) for c in row.cells]
    if len(cells) == 1 and _NUMBER.match(row.text):
        cells = row.text.split()
    filled = tuple(_printed(c) for c in cells if c)
    plain = all(len(c) <= 24 and not re.fullmatch(r"[\d.…]+", c) and not c.endswith(("：", ":")) for c in filled)
    return filled if plain and _NUMBER.fullmatch(filled[0] if filled else "") else ()


def _printed(cell: str) -> str:
    return cell.replace("(", "（").replace(")", "）")
