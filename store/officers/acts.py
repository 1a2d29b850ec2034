"""What officers do from outside the mail: decide on an item, register an address. Logged, and told to the sender."""

from __future__ import annotations

from dataclasses import dataclass

from rules.model import Change, Decision, OfficerDecision, Unit
from store.desk import Desk
from store.letters import put
from store.officers.decisions import Ruling, letters_after, rule_on
from store.record import act_transaction
from store.registers.lists import ListError
from store.registers.registry import approve, find_unit, held_for

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
    numbers = _numbers(desk, act.target)
    decided = OfficerDecision(act.decision, act.reason, act.officer, desk.db.clock())
    with act_transaction(desk.db, desk.files, act.officer) as running:
        done = tuple(rule_on(desk, running, Ruling(number, decided)) for number in numbers)
        for letter in letters_after(desk, running, done):
            put(desk.db, letter)
    return tuple(change for ruled in done for change in ruled.changes)


def _numbers(desk: Desk, target: str) -> tuple[str, ...]:
    target = target.strip().upper()
    rows = desk.db.rows(
        "SELECT DISTINCT i.number FROM items i JOIN mails m ON m.id = i.mail_id"
        " WHERE m.purged_at IS NULL AND (i.number = ? OR (m.receipt = ? AND NOT (i.current AND i.withdrawn)))"
        " ORDER BY i.number",
        target, target,
    )  # fmt: skip
    if not rows and desk.db.row("SELECT 1 FROM mails WHERE receipt = ? AND purged_at IS NULL", target):
        raise ListError(f"来信 {target} 没有带来需求，或者带来的均已撤回，没有可以决定的")
    if not rows:
        raise ListError(f"没有编号为 {target} 的需求或来信，或者已经清除；用 zhengji items --all 查看全部编号")
    return tuple(row["number"] for row in rows)


def approve_address(desk: Desk, address: str, unit_name: str, officer: str) -> tuple[Unit, tuple[int, ...]]:
    """Register an address for a unit; returns the unit and the mails that waited for it, to be judged anew.

    Raises ListError where the unit is not in the register or the address cannot be one.
    """
    unit = find_unit(unit_name, desk.units, desk.packs)
    with act_transaction(desk.db, desk.files, officer) as running:
        approve(running.db, address, unit, officer)
        waiting = held_for(running.db, address)
    return unit, waiting
