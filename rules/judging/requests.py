"""Carry out what a unit asks by letter: 撤回 and 恢复 (contract, section 6, "Requests"). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rules.judging.entering import last_place
from rules.judging.settling import changes, settle
from rules.model import Change, Demand, Sender, UnitState
from rules.packs.call import CallPack


class Outcome(StrEnum):
    """What became of a request."""

    DONE = "done"
    UNKNOWN = "unknown"  # no such item in the unit's state
    NOT_ENTITLED = "not_entitled"  # an officer decides
    ALREADY = "already"  # it is withdrawn, or there is nothing to undo
    TOO_LATE = "too_late"  # after the deadline


SAID = {
    Outcome.UNKNOWN: "贵单位没有编号为 {number} 的需求，请核对编号。",
    Outcome.NOT_ENTITLED: "来信邮箱不是 {number} 的报送邮箱，也不是贵单位登记的邮箱，已转工作人员确认，暂未办理。",
    Outcome.ALREADY: "{number} 无需办理：{state}。",
    Outcome.TOO_LATE: "征集已截止，{number} 不能恢复。",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what to be done with an item, and when the letter was received."""

    number: str
    sender: Sender
    at: datetime


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a request: the state after it, the item, what changed for others, and who must be told.

    ``parted`` is the demand that got a number of its own by it; ``confirm_to`` are the addresses that sent a version of
    the item; ``said`` why it was not carried out, for the sender (``""`` when it was).
    """

    number: str
    outcome: Outcome
    state: UnitState
    demand: Demand | None = None
    changes: tuple[Change, ...] = ()
    confirm_to: tuple[str, ...] = ()
    said: str = ""
    parted: Demand | None = None


def withdraw(asked: Asked, state: UnitState, pack: CallPack) -> Carried:
    """Take an item out of the unit's state: its place is free, and the first that waits moves up."""
    demand = _current(state, asked.number)
    refusal = _refusal(asked, state, demand)
    if demand is None or refusal:
        return _not_done(refusal or Outcome.UNKNOWN, asked, state)
    if demand.withdrawn:
        return _not_done(Outcome.ALREADY, asked, state, "已经撤回")
    return _done(asked, state, _with(state, demand, demand.with_(withdrawn=True)), pack)


def restore(asked: Asked, state: UnitState, pack: CallPack) -> Carried:
    """Undo a withdrawal, or part two demands that only likeness made one; before the deadline, last in the queue."""
    demand = _current(state, asked.number)
    refusal = _refusal(asked, state, demand)
    if demand is None or refusal:
        return _not_done(refusal or Outcome.UNKNOWN, asked, state)
    if pack.deadline is not None and not pack.stays_open and asked.at >= pack.deadline:
        return _not_done(Outcome.TOO_LATE, asked, state)
    if demand.withdrawn:
        place, placed = last_place(state)
        return _done(asked, state, _with(placed, demand, demand.with_(withdrawn=False, place=place)), pack)
    if demand.likened:
        done = _done(asked, state, _parted(state, demand, pack), pack)
        return replace(done, parted=done.state.demands[-1])
    return _not_done(Outcome.ALREADY, asked, state, "没有撤回，也没有被名称相近的版本替换")


def senders_of(state: UnitState, number: str) -> tuple[str, ...]:
    """The addresses that sent a version of an item, each once, in order of the versions."""
    versions = sorted((d for d in (*state.demands, *state.past) if d.number == number), key=lambda d: d.version)
    return tuple(dict.fromkeys(d.sender for d in versions if d.sender))


def entitled(sender: Sender, state: UnitState, number: str) -> bool:
    """Whether an address may withdraw an item: it sent it, or is itself in the register under the item's unit."""
    if sender.address and sender.address in senders_of(state, number):
        return True
    return state.unit is not None and not sender.by_domain and state.unit.name in {u.name for u in sender.units}


def _refusal(asked: Asked, state: UnitState, demand: Demand | None) -> Outcome | None:
    if demand is None:
        return Outcome.UNKNOWN
    return None if entitled(asked.sender, state, asked.number) else Outcome.NOT_ENTITLED


def _current(state: UnitState, number: str) -> Demand | None:
    return next((d for d in state.demands if d.number == number), None)


def _with(state: UnitState, old: Demand, new: Demand) -> UnitState:
    return replace(state, demands=tuple(new if d is old else d for d in state.demands))


def _parted(state: UnitState, later: Demand, pack: CallPack) -> UnitState:
    """The earlier version current again in its place, the later one a demand of its own, last in the queue."""
    versions = [d for d in state.past if d.number == later.number and d.version < later.version]
    earlier = next(d for d in reversed(versions) if d.name == later.likened)
    place, state = last_place(state)
    number = f"{pack.prefix}-{state.next_number:04d}"
    findings = tuple(f for f in later.findings if f.code != "P001")
    own = later.with_(number=number, version=1, place=place, likened="", findings=findings)
    demands = (*(earlier.with_(current=True) if d is later else d for d in state.demands), own)
    past = tuple(d for d in state.past if d is not earlier)
    return replace(state, demands=demands, past=past, next_number=state.next_number + 1)


def _done(asked: Asked, before: UnitState, after: UnitState, pack: CallPack) -> Carried:
    settled = settle(after, pack)
    others = tuple(c for c in changes(before, settled) if c.after.number != asked.number)
    return Carried(
        asked.number,
        Outcome.DONE,
        settled,
        _current(settled, asked.number),
        others,
        confirm_to=senders_of(before, asked.number),
    )


def _not_done(outcome: Outcome, asked: Asked, state: UnitState, why: str = "") -> Carried:
    said = SAID[outcome].format(number=asked.number, state=why)
    return Carried(asked.number, outcome, state, _current(state, asked.number), said=said)
