"""What letters themselves, or files of theirs beside the demands, still leave to be mended; for the officers' eyes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rules.judging.settling import awaited
from rules.packs.call import CallPack
from store.database import moment
from store.desk import Desk
from store.unitstate import load_state
from store.views.reports import officers_line

LISTED = "C001"  # the 汇总表 lists a demand that has not come: asked of the unit's state as it is today
MOST_NAMED = 10
_OPEN = """
WITH own AS (
  SELECT f.mail_id, f.code, f.message, f.id FROM findings f WHERE f.item_id IS NULL AND f.severity = 'error'
  AND NOT EXISTS (SELECT 1 FROM items i WHERE i.mail_id = f.mail_id AND f.scope = 'document'
                  AND i.document = f.document)
), told AS (
  SELECT m.*, coalesce((SELECT min(l.created_at) FROM letters l WHERE l.mail_id = m.id AND l.kind = 'answer'),
                       m.received) AS told_at
  FROM mails m WHERE m.state = 'judged' AND m.kind = 'submission' AND m.purged_at IS NULL AND m.call = ?
)
SELECT t.receipt, t.unit, t.subject, t.received, own.code, own.message FROM own JOIN told t ON t.id = own.mail_id
WHERE own.code = ? OR NOT EXISTS (
  SELECT 1 FROM told later WHERE coalesce(later.unit, later.sender) = coalesce(t.unit, t.sender)
  AND later.received > t.told_at AND later.id NOT IN (SELECT mail_id FROM own WHERE code <> ?)
) ORDER BY t.received, own.id
"""


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A letter that must be mended: whose, since when, and what is wrong, a line each."""

    receipt: str
    unit: str
    subject: str
    at: datetime
    problems: tuple[str, ...]


def open_letters(desk: Desk, pack: CallPack) -> tuple[OpenLetter, ...]:
    """The letters of a call with faults of their own, the oldest first.

    Nothing ties a file sent again to the one it stands for: a letter is taken as mended once its sender, told of its
    faults, has sent another that has none. Demands that a 汇总表 lists are awaited until they come.
    """
    rows = desk.db.rows(_OPEN, pack.id, LISTED, LISTED)
    last = {row["unit"]: row["receipt"] for row in rows if row["code"] == LISTED and row["unit"]}
    lines: dict[str, list[str]] = {}
    for row in rows:
        if row["code"] != LISTED:
            lines.setdefault(row["receipt"], []).append(officers_line(row["code"], row["message"]))
    for unit, receipt in last.items():
        lines.setdefault(receipt, []).extend(_awaited(desk, pack, unit))
    of = {row["receipt"]: row for row in rows}
    return tuple(
        OpenLetter(receipt, row["unit"] or "", row["subject"], moment(row["received"]), tuple(lines[receipt]))
        for receipt, row in of.items()
        if lines.get(receipt)
    )


def _awaited(desk: Desk, pack: CallPack, unit: str) -> Iterator[str]:
    """What the unit's 汇总表 lists and nobody has sent yet, in one line."""
    rows = awaited(load_state(desk.db, pack.id, desk.unit(unit, pack)), pack)
    if rows and pack.summary:
        names = "；".join(row.cell(pack.summary.name_column) for row in rows[:MOST_NAMED])
        rest = f"；其余 {len(rows) - MOST_NAMED} 项略" if len(rows) > MOST_NAMED else ""
        yield f"{LISTED} 汇总表列有而尚未收到的需求 {len(rows)} 项：{names}{rest}"
