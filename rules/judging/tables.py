"""The unit's 汇总表 as one: later ones laid over earlier ones, and its rows beside the demands. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from intake.model import Summary
from rules.folding import fold_name, is_blank
from rules.judging.versions import differ_by_little, name_likeness
from rules.model import Demand, SummaryOnFile
from rules.packs.call import CallPack, SummarySpec


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the unit's 汇总表: its number for a reader, its name folded, its cells by official column.

    ``columns`` are the official columns that its table has.
    """

    line: int
    key: str
    cells: Mapping[str, str]
    columns: tuple[str, ...]

    def cell(self, column: str) -> str:
        """What stands in a column, ``""`` where it is blank, says nothing, or is not there."""
        value = self.cells.get(column, "").strip()
        return "" if is_blank(value) else value

    @property
    def where(self) -> str:
        """The row's place for a reader."""
        return f"汇总表第{self.line}行"


@dataclass(frozen=True, slots=True)
class Table:
    """The 汇总表 in force: its rows in order; ``sent`` when there is any; ``named`` when each has the names' column."""

    rows: tuple[Row, ...] = ()
    sent: bool = False
    named: bool = True


@dataclass(frozen=True, slots=True)
class Matched:
    """The demands' rows by number and version, and the rows that no demand answers to."""

    rows: Mapping[tuple[str, int], Row] = field(default_factory=dict)
    alone: tuple[Row, ...] = ()


def rows_of(summary: Summary, spec: SummarySpec) -> tuple[Row, ...]:
    """The filled rows of one 汇总表."""
    return tuple(
        Row(row.line, fold_name(row.cells.get(spec.name_column, "")), row.cells, summary.columns)
        for row in summary.rows
        if any(not is_blank(value) for value in row.cells.values())
    )


def in_force(summaries: Iterable[SummaryOnFile], pack: CallPack) -> Table:
    """The 汇总表 in force: each later one laid over the earlier ones row by row, or in their place.

    In their place if it says so (更正, 全部, 以此为准) or holds at least half of the earlier rows.
    """
    table = Table()
    if pack.summary is None:
        return table
    for entry in summaries:
        rows = rows_of(entry.summary, pack.summary)
        named = pack.summary.name_column in entry.summary.columns
        if not table.sent or entry.whole or entry.summary.whole or _holds_half(rows, table.rows):
            table = Table(_once(rows), sent=True, named=named)
        else:
            table = Table(_once((*table.rows, *rows)), sent=True, named=named and table.named)
    return table


def lacking_columns(summary: Summary, spec: SummarySpec) -> tuple[str, ...]:
    """The official columns that a 汇总表 does not have."""
    return tuple(column.name for column in spec.columns if column.name not in summary.columns)


def names_in(table: Table) -> frozenset[str]:
    """The folded names that the 汇总表 lists."""
    return frozenset(row.key for row in table.rows if row.key)


def match(table: Table, demands: Iterable[Demand]) -> Matched:
    """Each demand's row: by its folded name, else by a name that differs by little."""
    known = tuple(demands)
    by_key = {row.key: row for row in table.rows if row.key}
    rows = {(d.number, d.version): by_key[key] for d in known if not d.secret and (key := fold_name(d.name)) in by_key}
    taken = {row.key for row in rows.values()}
    for demand in known:
        near = _near(demand, [r for k, r in by_key.items() if k not in taken])
        if near and (demand.number, demand.version) not in rows:
            rows[demand.number, demand.version] = near
            taken.add(near.key)
    return Matched(rows, tuple(row for row in table.rows if row.key and row.key not in taken))


def _near(demand: Demand, rows: list[Row]) -> Row | None:
    name = "" if demand.secret else fold_name(demand.name)
    near = [row for row in rows if name and differ_by_little(name, row.key)]
    return max(near, key=lambda row: name_likeness(name, row.key), default=None)


def _holds_half(later: tuple[Row, ...], earlier: tuple[Row, ...]) -> bool:
    names = {row.key for row in later if row.key}
    held = sum(row.key in names for row in earlier)
    return 2 * held >= len(earlier)


def _once(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows, each name once: the later row stands in the place of the earlier one."""
    kept: dict[str, Row] = {}
    for ordinal, row in enumerate(rows):
        kept[row.key or f"\0{ordinal}"] = row
    return tuple(kept.values())
