"""Judge all current demands of a unit anew: 汇总表, places, decisions. Pure, and the same however often it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rules.call import CallPack
from rules.catalog.consistency import disagrees_with_row, incomplete_row, names_no_partner, not_listed
from rules.catalog.quota import no_place_left
from rules.model import Change, Decision, Demand, Finding, Severity, UnitState, decide
from rules.quota import quota_use, waiting
from rules.tables import Row, Table, in_force, match
from rules.views import Standing

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


def open_errors(demands: Iterable[Demand]) -> tuple[tuple[str, str, str], ...]:
    """What must be mended: number, code and place of every point of the demands in correction."""
    corrected = (d for d in demands if d.decision is Decision.CORRECTION and not d.withdrawn)
    return tuple((d.number, f.code, f.where) for d in corrected for f in d.findings if f.severity is Severity.ERROR)


def changes(before: UnitState, after: UnitState) -> tuple[Change, ...]:
    """The versions on file in both states whose decision, or what is found against them, is another now."""
    known = {(d.number, d.version): d for d in before.demands}
    pairs = ((known[d.number, d.version], d) for d in after.demands if (d.number, d.version) in known)
    return tuple(Change(old, new) for old, new in pairs if _verdict(old) != _verdict(new))


def _verdict(demand: Demand) -> tuple[Decision, bool, frozenset[tuple[str, str]]]:
    return demand.decision, demand.withdrawn, frozenset((f.code, f.where) for f in demand.findings)
