"""Who holds a place of a unit's quota, and who waits for one (contract, section 5, "Quota places"). Pure."""

from __future__ import annotations

from collections.abc import Iterable

from rules.model import Decision, Demand, QuotaUse, Unit, decide

FULL = "Q001"


def queue(demands: Iterable[Demand]) -> tuple[Demand, ...]:
    """The demands that hold or wait for a place, in order of their places."""
    return tuple(sorted((d for d in demands if queues(d)), key=lambda d: d.place))


def queues(demand: Demand) -> bool:
    """Whether a demand holds or waits for a place: current, in the unit's state, not withdrawn, not refused."""
    return demand.current and not demand.withdrawn and not demand.isolated and not _refused(demand)


def waiting(demands: Iterable[Demand], unit: Unit | None) -> tuple[str, ...]:
    """The numbers of those for whom there is no place, the next one first; none where no limit applies.

    Whom an officer let in beyond the limit does not wait.
    """
    if unit is None or unit.limit is None:
        return ()
    return tuple(d.number for d in queue(demands)[unit.limit :] if not _let_in(d))


def quota_use(demands: Iterable[Demand], unit: Unit | None) -> QuotaUse | None:
    """How much of its quota a unit uses; null without a unit."""
    if unit is None:
        return None
    known = tuple(demands)
    waits = len(waiting(known, unit))
    return QuotaUse(used=len(queue(known)) - waits, waiting=waits, limit=unit.limit)


def _refused(demand: Demand) -> bool:
    if demand.officer:
        return demand.officer.decision is Decision.REFUSED
    return decide(tuple(f for f in demand.findings if f.code != FULL)) is Decision.REFUSED


def _let_in(demand: Demand) -> bool:
    return demand.officer is not None and demand.officer.decision is Decision.ACCEPTED
