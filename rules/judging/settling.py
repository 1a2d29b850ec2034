"""Judge all current demands of a unit anew: 汇总表, places, decisions. Pure, and the same however often it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from rules.catalog.consistency import disagrees_with_row, incomplete_row, names_no_partner, not_listed
from rules.catalog.quota import no_place_left
from rules.judging.quota import quota_use, waiting
from rules.judging.tables import Row, Table, in_force, lacking_columns, match
from rules.model import Change, Decision, Demand, Finding, Severity, UnitState, decide
from rules.packs.call import CallPack
from rules.views import Standing

OF_THE_TABLE = "C"
CARRIED = "P"  # what a demand was found to replace or to be like stays with its version


def settle(state: UnitState, pack: CallPack) -> UnitState:
    """The state with every current demand under today's 汇总表, quota and officers' decisions."""
    table = in_force(state.summaries, pack)
    rows = match(table, state.demands).rows
    unqueued = [_standing(d, state, table, rows.get((d.number, d.version))) for d in state.demands]
    weighed = tuple(weigh(s.demand, (*_carried(s.demand), *consistency(s, pack))) for s in unqueued)
    return _placed(state, weighed)


def weigh(demand: Demand, further: Iterable[Finding]) -> Demand:
    """The demand with the findings of its letter and further ones, and the decision that they amount to."""
    findings = _each_once((*demand.base, *further))
    decided = decide(findings, own_failure=bool(demand.own_failure))
    return demand.with_(findings=findings, decision=demand.officer.decision if demand.officer else decided)


def consistency(standing: Standing, pack: CallPack) -> tuple[Finding, ...]:
    """What the 汇总表 says against a demand (C002, C003, C005, C007)."""
    incomplete = incomplete_row.findings(standing.row, pack) if standing.row else ()
    disagreeing = disagrees_with_row.findings(standing, pack)
    return (*incomplete, *disagreeing, *not_listed.findings(standing), *names_no_partner.findings(standing, pack))


def awaited(state: UnitState, pack: CallPack) -> tuple[Row, ...]:
    """The rows of the 汇总表 that no demand answers to, neither a current nor a late or withdrawn one.

    A row may belong to a demand whose name is kept secret: as many rows are let pass.
    """
    alone = match(in_force(state.summaries, pack), (*state.demands, *state.past)).alone
    secret = sum(d.secret for d in state.demands)
    return alone if len(alone) > secret else ()


def _standing(demand: Demand, state: UnitState, table: Table, row: Row | None) -> Standing:
    """A demand beside its row; nothing is asked of a withdrawn or a secret one."""
    asked = not demand.withdrawn and not demand.secret
    return Standing(demand, state.unit, row if asked else None, listed=asked and table.sent and table.named)


def _placed(state: UnitState, demands: tuple[Demand, ...]) -> UnitState:
    waits, quota = waiting(demands, state.unit), quota_use(demands, state.unit)
    placed = []
    for demand in demands:
        turn = waits.index(demand.number) + 1 if demand.number in waits else 0
        full = no_place_left.findings(Standing(demand, state.unit, turn=turn, quota=quota))
        placed.append(weigh(demand, (*demand.findings, *full)) if full else demand)
    return replace(state, demands=tuple(placed))


def _carried(demand: Demand) -> tuple[Finding, ...]:
    return tuple(f for f in demand.findings if f.code.startswith(CARRIED))


def _each_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))


def open_points(state: UnitState, pack: CallPack) -> Counter[tuple[str, str, str]]:
    """What a unit must mend today: every error of its demands in correction and of its 汇总表, by item, code and place.

    A point of the 汇总表 has no place of its own: its row may stand elsewhere in the next one.
    """
    corrected = [d for d in state.demands if d.decision is Decision.CORRECTION and not d.withdrawn]
    errors = ((d.number, f) for d in corrected for f in d.findings if f.severity is Severity.ERROR)
    points = Counter((number, f.code, "" if f.code.startswith(OF_THE_TABLE) else f.where) for number, f in errors)
    points.update((d.number, "", "") for d in corrected if d.officer and not any(n == d.number for n, _, _ in points))
    for row in awaited(state, pack):
        points.update(("", code, row.key) for code in ("C001", *(f.code for f in incomplete_row.findings(row, pack))))
    if state.summaries and pack.summary and lacking_columns(state.summaries[-1].summary, pack.summary):
        points["", "C006", ""] += 1
    return points


def changes(before: UnitState, after: UnitState) -> tuple[Change, ...]:
    """The versions on file in both states whose decision, or what is found against them, is another now."""
    known = {(d.number, d.version): d for d in before.demands}
    pairs = ((known[d.number, d.version], d) for d in after.demands if (d.number, d.version) in known)
    return tuple(Change(old, new) for old, new in pairs if _verdict(old) != _verdict(new))


def _verdict(demand: Demand) -> tuple[Decision, bool, frozenset[tuple[str, str]]]:
    return demand.decision, demand.withdrawn, frozenset((f.code, f.where) for f in demand.findings)
