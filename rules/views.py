"""What the rules on a unit's state look at: a demand beside its row, and a letter beside the whole state."""

from __future__ import annotations

from dataclasses import dataclass

from intake.model import Summary
from rules.judging.tables import Row
from rules.model import Demand, Likeness, QuotaUse, Unit


@dataclass(frozen=True, slots=True)
class Standing:
    """A current demand as the unit's state shows it: its row of the 汇总表, if any, and whether it waits for a place.

    ``listed`` is true when the unit has sent a 汇总表 that names its demands; ``turn`` is its turn among those that
    wait (1: next; 0: it does not wait).
    """

    demand: Demand
    unit: Unit | None = None
    row: Row | None = None
    listed: bool = False
    turn: int = 0
    quota: QuotaUse | None = None


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter beside the unit's state: the 汇总表 it brings (path, content), and the rows that nobody answers to.

    ``table_sent``: the unit has sent one, in this letter or before.
    """

    brings_items: bool
    tables: tuple[tuple[str, Summary], ...] = ()
    table_sent: bool = False
    alone: tuple[Row, ...] = ()
    quota: QuotaUse | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new version of a demand and the version it takes the place of."""

    earlier: Demand
    later: Demand
    by_likeness: bool = False


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A demand and what it was found to be like."""

    demand: Demand
    likeness: Likeness
