"""Let the demands of a letter into the unit's state: numbers, versions, places, and what each replaces. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from intake.model import Form
from rules.catalog.time import within_grace
from rules.catalog.versions import like_another_units, like_something_funded, replaces_earlier
from rules.engine import Hit
from rules.folding import fold_name
from rules.judging.quota import queues
from rules.judging.settling import weigh
from rules.judging.tables import in_force, names_in
from rules.judging.versions import Match, find_same, one_each
from rules.model import (
    SECRET_NAME,
    Checked,
    CheckedItem,
    Decision,
    Demand,
    Finding,
    Likeness,
    Scope,
    UnitState,
)
from rules.packs.call import CallPack
from rules.views import Replacement, Resemblance

HOLD_FOR_ALL = frozenset({"A001", "A002", "A005", "D001", "D003", "D004", "S001"})
LATE = frozenset({"D001", "D004"})
REFUSED_AS_LATE = "D001"


@dataclass(frozen=True, slots=True)
class Beside:
    """What a newcomer is compared with: the demands on file, and the sets of names that stand side by side."""

    demands: tuple[Demand, ...]
    names: tuple[frozenset[str], ...]

    def without(self, number: str) -> Beside:
        """The same without a demand that this letter already brought a version of."""
        return Beside(tuple(d for d in self.demands if d.number != number), self.names)


@dataclass(frozen=True, slots=True)
class Entered:
    """A state with one more version, that version, and the one it replaced."""

    state: UnitState
    demand: Demand
    replaced: Demand | None = None


def without_content(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What may be said of a letter with a secrecy marking: sender, time and the marking, no file."""
    return tuple(replace(f, document="") for f in findings if f.code in HOLD_FOR_ALL)


def is_late(checked: Checked) -> bool:
    """Whether the letter came after the deadline."""
    return any(f.code in LATE for f in checked.findings)


def newcomers(checked: Checked, receipt: str) -> tuple[Demand, ...]:
    """The demands of a letter as they come in: no number yet, version 1, with what the letter alone says of them.

    Of a letter with a secrecy marking only that they came: no name, no file, nothing of the form.
    """
    if checked.secret:
        came = (_newcomer(item, checked, receipt) for item in checked.items)
        return tuple(_concealed(demand, ordinal) for ordinal, demand in enumerate(came, start=1))
    return tuple(_newcomer(item, checked, receipt) for item in one_each(checked.items))


def beside(checked: Checked, state: UnitState, pack: CallPack) -> Beside:
    """What the newcomers of a letter are compared with."""
    letter = frozenset(fold_name(item.name) for item in checked.items)
    return Beside(_on_file(state), (letter, names_in(in_force(state.summaries, pack))))


def enter(state: UnitState, demand: Demand, known: Beside, pack: CallPack) -> Entered:
    """The state with a newcomer in it: a new version of a demand on file, or a new demand, last in the queue."""
    found = None if demand.secret else find_same(demand, known.demands, known.names, pack)
    numbered, state = _numbered(demand, found, state, pack)
    if any(f.code in LATE for f in demand.base):
        return _enter_late(state, numbered, found)
    if found and found.demand.current and found.demand.received > numbered.received:
        return _to_past(state, numbered)
    return _enter_in_time(state, numbered, found)


def set_aside(state: UnitState, demand: Demand, pack: CallPack) -> Entered:
    """An isolated demand: a number of its own, version 1, and nothing of the unit's state touched."""
    numbered, state = _numbered(demand, None, state, pack)
    return Entered(state, weigh(numbered.with_(isolated=True), ()))


def replace_current(state: UnitState, old: Demand, new: Demand) -> UnitState:
    """The state with ``new`` current in the place of ``old``, which goes to the past."""
    demands = tuple(new if d is old else d for d in state.demands)
    return replace(state, demands=demands, past=(*state.past, old.with_(current=False)))


def last_place(state: UnitState) -> tuple[int, UnitState]:
    """The last place of the queue, and the state in which it is taken."""
    return state.next_place, replace(state, next_place=state.next_place + 1)


def _newcomer(item: CheckedItem, checked: Checked, receipt: str) -> Demand:
    document = next((d for d in checked.submission.documents if d.path == item.document), None)
    return Demand(
        number="",
        version=1,
        receipt=receipt,
        name=item.name,
        document=item.document,
        form=item.form,
        received=checked.received.at,
        place=0,
        base=_base(item, checked),
        sha256=document.sha256 if document else "",
        sender=checked.submission.letter.sender or checked.sender.address,
    )


def _base(item: CheckedItem, checked: Checked) -> tuple[Finding, ...]:
    """The item's own findings, those of its file, and those of the letter that hold for every item."""
    of_file = (f for f in checked.findings if f.scope is Scope.DOCUMENT and f.document == item.document)
    of_all = (f for f in checked.findings if f.code in HOLD_FOR_ALL)
    return tuple(dict.fromkeys((*of_all, *of_file, *item.findings)))


def _concealed(demand: Demand, ordinal: int) -> Demand:
    form = Form(call=demand.form.call, fields={}, sections={})
    base = without_content(demand.base)
    return demand.with_(name=SECRET_NAME, document=f"附件{ordinal}", form=form, base=base, secret=True)


def _on_file(state: UnitState) -> tuple[Demand, ...]:
    """The demands that a form may be a version of: the current ones, and those of which only late versions came."""
    current = {d.number for d in state.demands}
    latest = {d.number: d for d in state.past if d.number not in current and not d.isolated}
    return (*state.demands, *latest.values())


def _numbered(demand: Demand, found: Match | None, state: UnitState, pack: CallPack) -> tuple[Demand, UnitState]:
    """The demand with its number, and the state in which it stands no longer aside."""
    kept = next((d for d in state.aside if (d.document, d.name) == (demand.document, demand.name)), None)
    state = replace(state, aside=tuple(d for d in state.aside if d is not kept))
    if found:
        number = found.demand.number
        version = 1 + max(d.version for d in (*state.demands, *state.past) if d.number == number)
        return demand.with_(number=number, version=version), state
    if kept:
        return demand.with_(number=kept.number), state
    number = f"{pack.prefix}-{state.next_number:04d}"
    return demand.with_(number=number), replace(state, next_number=state.next_number + 1)


def _enter_late(state: UnitState, demand: Demand, found: Match | None) -> Entered:
    """A late version never replaces one in time: it stays in the history until an officer lets it in."""
    earlier = found.demand if found else None
    if earlier and earlier.current and not earlier.withdrawn and earlier.decision is Decision.CORRECTION:
        demand = demand.with_(base=_held_as_late(demand.base))
    refused = any(f.code == REFUSED_AS_LATE for f in demand.base)
    if earlier or refused:
        return _to_past(state, demand)
    return _to_queue(state, _stamped(demand, state))


def _held_as_late(base: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings with D004 in the place of D001: a mended version of a demand that is in correction."""
    return tuple(_mending(f) if f.code == REFUSED_AS_LATE else f for f in base)


def _mending(late: Finding) -> Finding:
    return within_grace.finding(Hit(late.where, measured=late.measured, limit=late.limit, wording="mending"))


def _enter_in_time(state: UnitState, demand: Demand, found: Match | None) -> Entered:
    if found is None or not found.demand.current:
        return _to_queue(state, _stamped(demand, state))
    earlier = found.demand
    place, state = (earlier.place, state) if queues(earlier) else last_place(state)
    later = demand.with_(place=place, likened=earlier.name if found.by_likeness else "")
    told = replaces_earlier.findings(Replacement(earlier, later, found.by_likeness))
    later = _stamped(later.with_(findings=told), state)
    return Entered(replace_current(state, earlier, later), later, earlier.with_(current=False))


def _to_queue(state: UnitState, demand: Demand) -> Entered:
    place, state = last_place(state)
    placed = demand.with_(place=place)
    return Entered(replace(state, demands=(*state.demands, placed)), placed)


def _to_past(state: UnitState, demand: Demand) -> Entered:
    demand = weigh(demand.with_(current=False), ())
    return Entered(replace(state, past=(*state.past, demand)), demand)


def standing(demand: Demand, likenesses: Iterable[Likeness]) -> tuple[Likeness, ...]:
    """The likenesses that stand on a demand that has just come in; none on a secret one or one that is not current.

    Of two demands only one is told to be like the other: not this one, if the other was told so before.
    """
    if demand.secret or not demand.current:
        return ()
    known = tuple(likenesses)
    told = {(each.demand, each.other) for each in known if each.code == "P002"}
    return tuple(each for each in known if _speaks_of(each, demand) and (each.other, demand.number) not in told)


def _stamped(demand: Demand, state: UnitState) -> Demand:
    """The demand with what it was found to be like: the likest demand of others (P002), every entry of lists (P003)."""
    near = [Resemblance(demand, each) for each in _told(standing(demand, state.likenesses))]
    rules = (like_another_units, like_something_funded)
    further = tuple(finding for each in near for rule in rules for finding in rule.findings(each))
    return demand.with_(findings=(*demand.findings, *further))


def _told(found: tuple[Likeness, ...]) -> tuple[Likeness, ...]:
    """One of all demands that this one is like: how many there are is not the sender's to know."""
    others = [each for each in found if each.code == "P002"]
    likest = max(others, key=lambda each: each.score, default=None)
    return tuple(each for each in found if each.code != "P002" or each is likest)


def _speaks_of(likeness: Likeness, demand: Demand) -> bool:
    """Whether a likeness is this version's; what is on file under the number was found for an earlier one."""
    return likeness.demand == demand.document and likeness.name in ("", demand.name)
