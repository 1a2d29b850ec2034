"""Judge what was named on a command line: it is the whole state; no quota, no history. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rules.judging.entering import is_late, newcomers
from rules.judging.judge import letter_findings, mail_decision, with_tables
from rules.judging.settling import awaited, settle, weigh
from rules.model import Checked, Decision, Demand, Judged, Unit, UnitState
from rules.packs.call import CallPack


def check_many(checked: Sequence[Checked], pack: CallPack) -> tuple[Judged, ...]:
    """The verdicts on several inputs, in their order; those of one unit are judged against each other's 汇总表.

    Inputs whose unit is not known count for the one unit that is, or for each other.
    """
    units = {c.unit.name: c.unit for c in checked if c.unit}
    only = next(iter(units)) if len(units) == 1 else ""
    owners = [c.unit.name if c.unit else only for c in checked]
    verdicts: dict[int, Judged] = {}
    for owner in dict.fromkeys(owners):
        places = [i for i, name in enumerate(owners) if name == owner]
        group = _judged_together([checked[i] for i in places], units.get(owner), pack)
        verdicts.update(zip(places, group, strict=True))
    return tuple(verdicts[i] for i in range(len(checked)))


def _judged_together(group: Sequence[Checked], unit: Unit | None, pack: CallPack) -> Iterable[Judged]:
    demands = [_numbered(c, ordinal) if c.kind == "submission" else () for ordinal, c in enumerate(group)]
    state = UnitState(unit=replace(unit, limit=None) if unit else None)
    for one in group:
        state = with_tables(state, one)
    state = replace(
        state,
        demands=tuple(d for ds in demands for d in ds if d.current),
        past=tuple(d for ds in demands for d in ds if not d.current and not d.isolated),
    )
    settled = settle(state, pack)
    known = {d.number: d for d in settled.demands}
    for one, ds in zip(group, demands, strict=True):
        yield _verdict(one, tuple(known.get(d.number, d) for d in ds), settled, pack)


def _numbered(checked: Checked, ordinal: int) -> tuple[Demand, ...]:
    """The demands of one input under passing numbers; late and isolated ones stay outside of the state."""
    outside = checked.isolated or is_late(checked)
    return tuple(
        weigh(d.with_(number=f"{ordinal}-{n}", place=n, current=not outside, isolated=checked.isolated), ())
        for n, d in enumerate(newcomers(checked, ""))
    )


def _verdict(checked: Checked, demands: tuple[Demand, ...], state: UnitState, pack: CallPack) -> Judged:
    if checked.kind != "submission":
        decision = Decision.IGNORED if checked.kind == "ignored" else Decision.REQUEST
        return Judged(decision, checked, findings=checked.findings, state=state)
    findings = (*checked.findings, *letter_findings(checked, state, awaited(state, pack), pack))
    return Judged(mail_decision(checked, findings, demands), checked, demands, findings, state=state)
