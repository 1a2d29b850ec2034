"""What has changed since a moment of the log: which demands are new, which stand otherwise than they did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from replies.wording import decision_word
from store.database import Database
from store.events import Event, verdicts
from store.queries import Item


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A demand that is new or stands otherwise, and what happened to it, in a few Chinese words."""

    item: Item
    words: str


@dataclass(frozen=True, slots=True)
class _Was:
    """How a version stood."""

    version: int
    decision: str
    current: bool
    withdrawn: bool
    codes: frozenset[str]


def last_event(db: Database) -> int:
    """The number of the last line of the log: the moment from which changes can be told later; 0 before the first."""
    row = db.row("SELECT coalesce(max(id), 0) AS last FROM events")
    return int(row["last"]) if row else 0


def happened_since(db: Database, mark: int) -> bool:
    """Whether the log has more since line ``mark`` than letters on their way and the register read again."""
    row = db.row(
        "SELECT 1 FROM events WHERE id > ? AND kind NOT IN"
        " ('letter_written', 'letter_sent', 'letter_deferred', 'letter_carried', 'register_read') LIMIT 1",
        mark,
    )
    return row is not None


def changes_since(db: Database, counted: Iterable[Item], mark: int) -> tuple[ItemChange, ...]:
    """The demands among ``counted`` (``Figures.counted``) that the log has more of since line ``mark``, in order."""
    log = verdicts(db)
    before = _standing(e for e in log if e.id <= mark)
    officers = {e.item for e in log if e.id > mark and "officer" in e.detail}
    found = []
    for item in counted:
        words = _words(item, before.get(item.demand.number, {}))
        if words:
            by = "（人工决定）" if item.demand.number in officers and item.demand.officer else ""
            found.append(ItemChange(item, words + by))
    return tuple(found)


def _standing(log: Iterable[Event]) -> dict[str, dict[int, _Was]]:
    """How every version stood, by item and version, after a part of the log."""
    found: dict[str, dict[int, _Was]] = {}
    for event in log:
        found.setdefault(event.item, {})[event.version or 1] = _was(event.version or 1, event.detail)
    return found


def _was(version: int, detail: Any) -> _Was:
    codes = frozenset(detail.get("codes", ()))
    return _Was(version, detail["decision"], detail.get("current", True), bool(detail.get("withdrawn")), codes)


def _words(item: Item, before: dict[int, _Was]) -> str:
    """What happened to a demand; ``""`` where it stands as it did."""
    demand = item.demand
    was = before.get(demand.version)
    if not demand.current and not demand.isolated:  # it counts all the same: refused as late
        return (
            "" if was else f"逾期报来第 {demand.version} 版，不予受理" if demand.version > 1 else "逾期报来，不予受理"
        )
    then = max((w for w in before.values() if w.current), key=lambda w: w.version, default=None)
    now = "已撤回" if demand.withdrawn else decision_word(demand.decision)
    if then is None:
        return f"新报送，{now}"
    had = "已撤回" if then.withdrawn else decision_word(then.decision)
    turn = now if had == now else f"{had} → {now}"
    if then.version != demand.version:
        return f"报来第 {demand.version} 版，{turn}" if demand.version > then.version else f"改回第 {demand.version} 版"
    if had != now:
        return turn
    return "" if then.codes == frozenset(f.code for f in demand.findings) else f"仍{now}，发现的问题有变化"
