"""What officers do from outside the mail: decide on an item, register an address. Logged, and told to the sender."""

from __future__ import annotations

from dataclasses import dataclass

from replies.notices import Cause
from rules.model import Change, Decision, OfficerDecision, Unit
from rules.officers import NoSuchDemand, decide_demand
from store.desk import Desk
from store.lists import ListError
from store.record import act_transaction
from store.registry import approve, find_unit, held_for
from store.verdicts import Occasion, told

MEANT = {
    "accept": Decision.ACCEPTED,
    "return": Decision.CORRECTION,
    "refuse": Decision.REFUSED,
    "hold": Decision.HELD,
}


@dataclass(frozen=True, slots=True)
class Act:
    """An officer's decision: on which item or receipt, what, why, and who."""

    target: str
    decision: Decision
    reason: str
    officer: str


def decide(desk: Desk, act: Act) -> tuple[Change, ...]:
    """Carry out an officer's decision on an item, or on every item of a receipt, and put the notices into the outbox.

    Returns every change, those of other items included. Raises ListError where there is no such item or receipt.
    """
    changes: list[Change] = []
    for number in _numbers(desk, act.target):
        changes += _decide_one(desk, number, act)
    return tuple(changes)


def _numbers(desk: Desk, target: str) -> tuple[str, ...]:
    target = target.strip().upper()
    rows = desk.db.rows(
        "SELECT DISTINCT i.number FROM items i JOIN mails m ON m.id = i.mail_id"
        " WHERE i.number = ? OR m.receipt = ? ORDER BY i.number",
        target, target,
    )  # fmt: skip
    if not rows:
        raise ListError(f"没有编号为 {target} 的需求或来信；用 zhengji items --all 查看全部编号")
    return tuple(row["number"] for row in rows)


def _decide_one(desk: Desk, number: str, act: Act) -> tuple[Change, ...]:
    row = desk.db.row("SELECT call, unit, isolated FROM items WHERE number = ? ORDER BY version DESC", number)
    if row is None:
        raise ListError(f"没有编号为 {number} 的需求")
    pack = desk.pack(row["call"])
    unit = desk.unit(row["unit"], pack)
    at = desk.db.clock()
    with act_transaction(desk.db, desk.files, act.officer) as running:
        state = running.load_state(pack.id, unit, aside=(number,) if row["isolated"] else ())
        decided = OfficerDecision(act.decision, act.reason, act.officer, at)
        try:
            after, changes = decide_demand(state, number, decided, pack)
        except NoSuchDemand as error:
            raise ListError(f"{number} 现在没有可以决定的版本，可能已被清除") from error
        own, others = changes[:1], tuple(c for c in changes[1:] if c.moved_up)
        name = f"{act.decision} {at.isoformat()}"
        letters = (
            *told(desk, Occasion(Cause.DECIDED, after, pack, name, act.reason), own),
            *told(desk, Occasion(Cause.MOVED_UP, after, pack, name), others),
        )
        running.apply(after, letters)
    return changes


def approve_address(desk: Desk, address: str, unit_name: str, officer: str) -> tuple[Unit, tuple[int, ...]]:
    """Register an address for a unit; returns the unit and the mails that waited for it, to be judged anew.

    Raises ListError where the unit is not in the register or the address cannot be one.
    """
    unit = find_unit(unit_name, desk.units, desk.packs)
    with act_transaction(desk.db, desk.files, officer) as running:
        approve(running.db, address, unit, officer)
        waiting = held_for(running.db, address)
    return unit, waiting
