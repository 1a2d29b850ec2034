"""A call from its first letter to today, judged under today's rules. Pure.

Letters are judged again in the order in which they were first judged; what officers decided and units asked for
happens again in between, and stands. Numbers, versions and places stay as far as the rules let them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from rules.judging.entering import newcomers, replace_current, standing
from rules.judging.judge import judge
from rules.judging.officers import decide_demand
from rules.judging.requests import Asked, restore, withdraw
from rules.judging.settling import settle
from rules.model import Checked, Decision, Demand, Judged, Likeness, Sender, Unit, UnitState
from rules.packs.call import CallPack

Source = tuple[str, str, str]  # receipt, path of the document, name: where a version came from, whatever its number


@dataclass(frozen=True, slots=True)
class Came:
    """A letter that is judged again: its receipt, the versions on file that it brought, and what they are like now."""

    receipt: str
    checked: Checked
    stored: tuple[Demand, ...] = ()
    likenesses: tuple[Likeness, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """A request of a unit that was carried out: it stays so, whatever the register says today of who asked."""

    unit: Unit
    kind: str
    number: str
    at: datetime


@dataclass
class History:
    """The states of all units as letter after letter is judged again; ``next_number`` is free for what is new."""

    pack: CallPack
    next_number: int
    states: dict[str, UnitState] = field(default_factory=dict)
    single: dict[Source, Demand] = field(default_factory=dict)  # isolated ones, and those of a call without units
    stored: dict[Source, Demand] = field(default_factory=dict)  # what is on file of each version that came again
    likenesses: dict[str, tuple[Likeness, ...]] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)  # those that were given to a version already

    def take(self, came: Came) -> Judged:
        """Judge a letter again against what its unit had on file when it came."""
        checked = came.checked
        unit = None if checked.isolated else checked.unit
        pairs = tuple(_paired(newcomers(checked, came.receipt), came.stored))
        self.stored.update({source_of(new): old for new, old in pairs})
        judged = judge(checked, self._before(unit, pairs, came.likenesses), self.pack, came.receipt)
        self.next_number = judged.state.next_number
        self.numbers.update(d.number for d in judged.demands)
        for demand in judged.demands:
            if demand.current:
                found = standing(demand, judged.state.likenesses)
                self.likenesses[demand.number] = tuple(replace(f, demand=demand.number, name="") for f in found)
        if unit:
            self._keep(judged.state)
        else:
            self.single.update({source_of(d): d for d in judged.demands})
        return judged

    def carry(self, unit: Unit | None, stored: Iterable[Demand]) -> None:
        """Let in the versions of a letter that cannot be judged again (erased, or lost) as they are on file."""
        for demand in stored:
            self.stored[source_of(demand)] = demand
            self.numbers.add(demand.number)
            if unit is None or demand.isolated:
                self.single[source_of(demand)] = demand
            else:
                self._keep(_with_version(self.states.get(unit.name) or UnitState(unit), demand))

    def ask(self, wish: Wish) -> None:
        """Carry out once more what a unit asked for."""
        state = self.states.get(wish.unit.name)
        if state is None:
            return
        carry_out = withdraw if wish.kind == "撤回" else restore
        asked = Asked(wish.number, Sender("", (wish.unit,)), wish.at)
        after = carry_out(asked, replace(state, unit=wish.unit, next_number=self.next_number), self.pack).state
        self._keep(replace(after, demands=tuple(map(self._as_numbered, after.demands))))
        self.next_number = after.next_number
        self.numbers.update(d.number for d in self.states[wish.unit.name].demands)

    def decide(self, stored: Demand, unit: Unit | None) -> None:
        """Let an officer's decision on a version stand again; nothing where there is no such version any more."""
        if stored.officer is None:
            return
        alone = next((d for source, d in self.single.items() if self.stored.get(source) == stored), None)
        if alone is not None:
            state = (self.states.get(unit.name) if unit else None) or UnitState(unit)
            held = {"aside": (alone,)} if alone.isolated else {"demands": (alone,)}
            self._decide(replace(state, **held), alone, stored)  # type: ignore[arg-type]
            return
        for state in tuple(self.states.values()):
            found = next((d for d in (*state.demands, *state.past) if self.stored.get(source_of(d)) == stored), None)
            if found is not None:
                self._decide(state, found, stored)
                return

    def finish(self) -> None:
        """Give every version its old place again and settle each unit; new ones stand behind, in order of arrival."""
        for state in tuple(self.states.values()):
            self._keep(settle(self._placed(state), self.pack))

    def all(self) -> Iterator[tuple[Unit | None, Demand]]:
        """Every version with its unit."""
        for state in self.states.values():
            yield from ((state.unit, d) for d in (*state.demands, *state.past))
        yield from ((None, d) for d in self.single.values())

    def _before(
        self, unit: Unit | None, pairs: tuple[tuple[Demand, Demand], ...], found: tuple[Likeness, ...]
    ) -> UnitState:
        free = ((new, old) for new, old in pairs if old.number not in self.numbers)
        kept = (old.with_(document=new.document, name=new.name) for new, old in free)
        known = (each for likes in self.likenesses.values() for each in likes)
        state = (self.states.get(unit.name) if unit else None) or UnitState(unit)
        return replace(state, unit=unit, next_number=self.next_number, aside=tuple(kept), likenesses=(*known, *found))

    def _keep(self, state: UnitState) -> None:
        if state.unit:
            self.states[state.unit.name] = replace(state, aside=(), likenesses=())

    def _as_numbered(self, demand: Demand) -> Demand:
        """A demand that was parted from another bears the number that it was given then."""
        old = self.stored.get(source_of(demand))
        is_new = old is not None and not {demand.number, old.number} & self.numbers
        return demand.with_(number=old.number) if old and is_new else demand

    def _decide(self, state: UnitState, demand: Demand, stored: Demand) -> None:
        if stored.officer is None:
            return
        if _came_in(demand, stored) and stored.officer.decision is not Decision.ACCEPTED:
            accepted = replace(stored.officer, decision=Decision.ACCEPTED)  # before it was decided otherwise
            state, (own, *_) = decide_demand(state, demand.number, accepted, self.pack, demand.version)
            demand = own.after
        after, (own, *_) = decide_demand(state, demand.number, stored.officer, self.pack, demand.version)
        source = source_of(demand)
        if source in self.single and (own.after.isolated or state.unit is None):
            self.single[source] = own.after
            return
        self.single.pop(source, None)
        self._keep(after)

    def _placed(self, state: UnitState) -> UnitState:
        old = {source_of(d): self.stored[source_of(d)].place for d in state.demands if source_of(d) in self.stored}
        new = [d for d in sorted(state.demands, key=lambda d: d.place) if not old.get(source_of(d))]
        last = max(old.values(), default=0)
        places = old | {source_of(d): last + n for n, d in enumerate(new, start=1)}
        return replace(state, demands=tuple(d.with_(place=places[source_of(d)]) for d in state.demands))


def _came_in(demand: Demand, stored: Demand) -> bool:
    """Whether an officer must have accepted a version once: it came late, or aside, and is neither on file."""
    return (stored.current and not demand.current) or (demand.isolated and not stored.isolated)


def source_of(demand: Demand) -> Source:
    """Where a version came from: what tells it from all others when its number changes."""
    return demand.receipt, demand.document, demand.name


def _paired(new: Iterable[Demand], stored: Iterable[Demand]) -> Iterator[tuple[Demand, Demand]]:
    """Each newcomer beside the version on file that it was: by file and name, by file alone, else in their order."""
    left, waiting = list(stored), list(new)
    for alike in (_same_file_and_name, _same_file, _any):
        for demand in tuple(waiting):
            old = next((d for d in left if alike(demand, d)), None)
            if old is not None:
                left.remove(old)
                waiting.remove(demand)
                yield demand, old


def _same_file_and_name(one: Demand, other: Demand) -> bool:
    return (one.document, one.name) == (other.document, other.name)


def _same_file(one: Demand, other: Demand) -> bool:
    return one.document == other.document


def _any(one: Demand, other: Demand) -> bool:
    """Of a secret letter nothing is on file but how many demands it brought."""
    return one.secret or other.secret


def _with_version(state: UnitState, demand: Demand) -> UnitState:
    earlier = next((d for d in state.demands if d.number == demand.number), None)
    if not demand.current:
        return replace(state, past=(*state.past, demand))
    if earlier:
        return replace_current(state, earlier, demand)
    return replace(state, demands=(*state.demands, demand), next_place=max(state.next_place, demand.place + 1))
