"""Officers' decisions within a running transaction: the state after each, then one notice to each letter concerned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from replies.notices import Cause
from rules.judging.officers import NoSuchDemand, decide_demand
from rules.model import Change, Demand, OfficerDecision, Unit
from rules.packs.call import CallPack
from store.desk import Desk
from store.letters import NewLetter
from store.officers.telling import Occasion, told
from store.record import Transaction
from store.registers.lists import ListError


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an officer decides about one demand; without ``version`` the one is meant that waits for a decision."""

    number: str
    decided: OfficerDecision
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Ruled:
    """A decision that was carried out: every change that it made, the demand's own first."""

    ruling: Ruling
    changes: tuple[Change, ...]


def rule_on(desk: Desk, running: Transaction, ruling: Ruling) -> Ruled:
    """Carry out one decision; raises ListError where there is no such demand, and nothing is changed then."""
    pack, unit, isolated = _whose(desk, ruling.number)
    state = running.load_state(pack.id, unit, aside=(ruling.number,) if isolated else ())
    try:
        after, changes = decide_demand(state, ruling.number, ruling.decided, pack, ruling.version)
    except NoSuchDemand as error:
        raise ListError(f"{ruling.number} 现在没有可以决定的版本，可能已被清除") from error
    if changes[0].before.withdrawn:
        raise ListError(f"{ruling.number} 已由报送单位撤回，没有可以决定的；报送单位恢复或重新报送后再作决定")
    running.apply(after)
    desk.neighbours.follow(pack.id, after)
    return Ruled(ruling, changes)


def letters_after(desk: Desk, running: Transaction, done: Iterable[Ruled]) -> Iterator[NewLetter]:
    """The notices of decisions that were made together: one a letter concerned, telling how its demands stand now."""
    by_unit: dict[tuple[str, str], list[Ruled]] = {}
    for ruled in done:
        pack, unit, _ = _whose(desk, ruled.ruling.number)
        by_unit.setdefault((pack.id, unit.name if unit else ruled.ruling.number), []).append(ruled)
    for (call, _), together in by_unit.items():
        yield from _letters_of_unit(desk, running, desk.pack(call), together)


def moved_up(done: Iterable[Ruled]) -> tuple[Demand, ...]:
    """The demands that decisions let move up, without those that were decided themselves."""
    done = tuple(done)
    decided = {ruled.ruling.number for ruled in done}
    moved = (c.after for ruled in done for c in ruled.changes[1:] if c.moved_up and not c.after.withdrawn)
    return tuple({d.number: d for d in moved if d.number not in decided}.values())


def _letters_of_unit(desk: Desk, running: Transaction, pack: CallPack, together: list[Ruled]) -> Iterator[NewLetter]:
    _, unit, isolated = _whose(desk, together[0].ruling.number)
    aside = tuple(ruled.ruling.number for ruled in together) if isolated else ()
    state = running.load_state(pack.id, unit, aside=aside)
    now = {(d.number, d.version): d for d in (*state.aside, *state.past, *state.demands)}
    own = tuple(Change(c.before, now.get((c.after.number, c.after.version), c.after)) for c in map(_own, together))
    moved = {d.number: Change(d, now.get((d.number, d.version), d)) for d in moved_up(together)}
    act = together[0].ruling.decided
    name = f"{act.decision} {act.at.isoformat() if act.at else ''}"
    yield from told(desk, Occasion(Cause.DECIDED, state, pack, name, act.reason), own)
    yield from told(desk, Occasion(Cause.MOVED_UP, state, pack, name), moved.values())


def _own(ruled: Ruled) -> Change:
    return ruled.changes[0]


def _whose(desk: Desk, number: str) -> tuple[CallPack, Unit | None, bool]:
    """The call and the unit of a demand, and whether it stands outside the unit's state."""
    row = desk.db.row("SELECT call, unit, isolated FROM items WHERE number = ? ORDER BY version DESC", number)
    if row is None:
        raise ListError(f"没有编号为 {number} 的需求")
    pack = desk.pack(row["call"])
    return pack, desk.unit(row["unit"], pack) or _former(row["unit"]), bool(row["isolated"])


def _former(name: str | None) -> Unit | None:
    """A unit that the register no longer has: its demands stay, no limit applies."""
    return Unit(name) if name else None
