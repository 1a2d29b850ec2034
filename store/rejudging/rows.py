"""What judging again would change, as rows for officers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from replies.wording import decision_word
from rules.model import Demand, Finding
from store import unitstate
from store.database import Database
from store.rejudging.rejudge import FOUND, Moved, Rejudged
from store.views.reports import NO_UNIT, standing

COLUMNS = ("编号", "归口管理部门", "需求名称", "原结论", "现结论", "变化")
NOTHING = "—"


def rows_of(db: Database, result: Rejudged) -> tuple[tuple[str, ...], ...]:
    """A row for each version that stands otherwise and for each letter whose own verdict is another."""
    items = sorted(result.told, key=lambda m: _demand(m).number)
    return (*map(_item_row, items), *_letter_rows(db, result))


def _demand(moved: Moved) -> Demand:
    demand = moved.after or moved.before
    if demand is None:
        raise ValueError("a version that is neither on file nor found")
    return demand


def _item_row(moved: Moved) -> tuple[str, ...]:
    demand, before, after = _demand(moved), moved.before, moved.after
    unit = moved.unit.name if moved.unit else moved.unit_before
    return (
        f"{demand.number} 第{demand.version}版", unit or NO_UNIT, demand.name,
        standing(before) if before else NOTHING, standing(after) if after else NOTHING, "；".join(_changes(moved)),
    )  # fmt: skip


def _changes(moved: Moved) -> Iterator[str]:
    before, after = moved.before, moved.after
    if before is None or after is None:
        yield "新增" if before is None else "不再成立"
    if after is None:
        return
    yield from points(before.findings if before else (), after.findings, secret=after.secret)
    if before is None:
        return
    if (before.number, before.version) != (after.number, after.version):
        yield f"原为 {before.number} 第{before.version}版"
    if moved.unit_before != (moved.unit.name if moved.unit else None):
        yield f"原属{moved.unit_before or NO_UNIT}"
    if before.current != after.current:
        yield "成为现行版本" if after.current else "不再是现行版本"
    if before.name != after.name:
        yield f"原名“{before.name}”"


def points(before: Iterable[Finding], after: Iterable[Finding], *, secret: bool) -> Iterator[str]:
    """What was found then and no more, and what is found now only; of what is secret the codes alone."""
    was, now = ({f.code if secret else f"{f.code} {f.where}": None for f in found} for found in (before, after))
    yield from (f"不再有 {point}" for point in was if point not in now)
    yield from (f"新有 {point}" for point in now if point not in was)


def _letter_rows(db: Database, result: Rejudged) -> Iterator[tuple[str, ...]]:
    for each in result.letters:
        mail, judged = each.mail, each.judged
        known = [unitstate.finding(row) for row in db.rows(FOUND, mail["id"])]
        unit = judged.checked.unit.name if judged.checked.unit else mail["unit"]
        changed = points(known, judged.findings, secret=judged.checked.secret or bool(mail["secret"]))
        yield (
            mail["receipt"], unit or NO_UNIT, f"来信：{mail['subject']}", decision_word(mail["decision"]),
            decision_word(judged.decision), "；".join(changed),
        )  # fmt: skip
