"""Carry out an officer's decision on a demand: it overrides, and others may move up by it. Pure."""

from __future__ import annotations

from dataclasses import replace

from rules.judging.entering import last_place, replace_current
from rules.judging.quota import queues
from rules.judging.settling import changes, settle, weigh
from rules.judging.versions import find_same
from rules.model import Change, Decision, Demand, OfficerDecision, UnitState
from rules.packs.call import CallPack


class NoSuchDemand(LookupError):
    """The state holds no version of that number."""


def decide_demand(
    state: UnitState, number: str, decided: OfficerDecision, pack: CallPack, version: int | None = None
) -> tuple[UnitState, tuple[Change, ...]]:
    """The state under an officer's decision, and every change: the demand's own first, then what it changes for others.

    ``version`` chooses among the versions; without it the newest late one that is held is meant, or, to accept, one
    that was refused as late while the current one is not held; else the current version. Accepting a late version
    makes it current; accepting an isolated demand (A001, A002, A005) lets it into the unit's state.

    Raises:
        NoSuchDemand: no version of that number is on file.
    """
    before = _chosen(state, number, decided.decision, version)
    after, placed = _decided(state, before, before.with_(officer=decided), pack)
    settled = settle(placed, pack)
    own = next((d for d in (*settled.demands, *settled.past, *settled.aside) if _is(d, after)), after)
    others = (c for c in changes(state, settled) if not _is(c.after, own))
    return settled, (Change(before, own), *_replaced(state, settled, before), *others)


def _chosen(state: UnitState, number: str, decision: Decision, version: int | None) -> Demand:
    known = [d for d in (*state.past, *state.aside, *state.demands) if d.number == number]
    if version is not None:
        known = [d for d in known if d.version == version]
    if not known:
        raise NoSuchDemand(number)
    current = next((d for d in known if d.current or d.isolated), None)
    late = max((d for d in known if not d.current and _late(d)), key=lambda d: d.version, default=None)
    if late and (current is None or (late.version > current.version and _means_late(late, current, decision))):
        return late
    return current or max(known, key=lambda d: d.version)


def _means_late(late: Demand, current: Demand, decision: Decision) -> bool:
    if late.decision is Decision.HELD:
        return True
    return decision is Decision.ACCEPTED and current.decision is not Decision.HELD


def _late(demand: Demand) -> bool:
    return any(f.code in ("D001", "D004") for f in demand.base)


def _decided(state: UnitState, old: Demand, new: Demand, pack: CallPack) -> tuple[Demand, UnitState]:
    """The decided version, and the state in which it stands where the decision puts it."""
    accepted = new.officer is not None and new.officer.decision is Decision.ACCEPTED
    if old.isolated and accepted and state.unit is not None:
        return _let_in(state, old, new, pack)
    if not old.current and not old.isolated and accepted:
        return _made_current(state, old, new)
    if old in state.demands:
        placed, state = _requeued(state, old, new)
        return placed, replace(state, demands=tuple(placed if d is old else d for d in state.demands))
    weighed = weigh(new, ())
    return weighed, replace(
        state,
        past=tuple(weighed if d is old else d for d in state.past),
        aside=tuple(weighed if d is old else d for d in state.aside),
    )


def _requeued(state: UnitState, old: Demand, new: Demand) -> tuple[Demand, UnitState]:
    """A demand that was refused held no place: let in again, it is last in the queue."""
    if queues(old) or not queues(new):
        return new, state
    place, state = last_place(state)
    return new.with_(place=place), state


def _made_current(state: UnitState, old: Demand, new: Demand) -> tuple[Demand, UnitState]:
    """A late version takes the place of the current one of its number; the only one goes last in the queue."""
    state = replace(state, past=tuple(d for d in state.past if d is not old))
    current = next((d for d in state.demands if d.number == old.number), None)
    if current and queues(current):
        placed = new.with_(current=True, place=current.place)
        return placed, replace_current(state, current, placed)
    place, state = last_place(state)
    placed = new.with_(current=True, place=place)
    if current:
        return placed, replace_current(state, current, placed)
    return placed, replace(state, demands=(*state.demands, placed))


def _let_in(state: UnitState, old: Demand, new: Demand, pack: CallPack) -> tuple[Demand, UnitState]:
    """An isolated demand comes into the unit's state, in the place of the demand that it is a version of, if any."""
    state = replace(state, aside=tuple(d for d in state.aside if d is not old))
    found = None if new.secret else find_same(new, state.demands, (), pack)
    if found and queues(found.demand):
        placed = new.with_(isolated=False, place=found.demand.place)
        return placed, replace_current(state, found.demand, placed)
    place, state = last_place(state)
    placed = new.with_(isolated=False, place=place)
    return placed, replace(state, demands=(*state.demands, placed))


def _replaced(before: UnitState, after: UnitState, decided: Demand) -> tuple[Change, ...]:
    """The version that stopped being current by the decision."""
    now = {(d.number, d.version): d for d in after.past}
    gone = (d for d in before.demands if (d.number, d.version) in now and not _is(d, decided))
    return tuple(Change(d, now[d.number, d.version]) for d in gone)


def _is(one: Demand, other: Demand) -> bool:
    return (one.number, one.version) == (other.number, other.version)
