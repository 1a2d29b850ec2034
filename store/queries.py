"""What is asked of the store without changing it: the items, the state of the whole, the quota of each unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rules.judging.quota import quota_use
from rules.model import Decision, Demand, Finding, QuotaUse, Unit
from rules.packs.pack import CallPack
from store import books, unitstate
from store.books import LAST_POLL
from store.database import Database, moment
from store.registers import registry
from store.views.contract_json import VERSION, item_json

SHOWN = (Decision.ACCEPTED, Decision.CORRECTION, Decision.HELD, Decision.REFUSED)
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Item:
    """A version of a demand with its unit (null: unknown), its call and the findings that stand on its file."""

    demand: Demand
    unit: str | None
    call: str
    of_file: tuple[Finding, ...] = ()

    @property
    def counts(self) -> str:
        """Under what it is counted (contract, ``status``): its decision, ``withdrawn``, or ``""`` for not at all.

        Each demand counts once, by its current version; beside these, each version that was refused as late.
        """
        if self.demand.withdrawn:
            return WITHDRAWN if self.demand.current else ""
        late = self.demand.decision is Decision.REFUSED and any(f.code == "D001" for f in self.demand.findings)
        return self.demand.decision if self.demand.current or late else ""


def items(db: Database, *, everything: bool = True, unit: str = "", decision: str = "") -> tuple[Item, ...]:
    """The versions in the store by number and version.

    ``everything`` false: only current ones that are not withdrawn; ``unit`` and ``decision`` choose among them.
    """
    where, values = ["1 = 1"], list[object]()
    if not everything:
        where.append("i.current = 1 AND i.withdrawn = 0")
    for column, value in (("i.unit", unit), ("i.decision", decision)):
        if value:
            where.append(f"{column} = ?")
            values.append(value)
    condition = " AND ".join(where)
    rows = db.rows(f"SELECT i.number, i.version, i.unit, i.call FROM items i WHERE {condition}", *values)  # noqa: S608
    of = {(row["number"], row["version"]): row for row in rows}
    files = _findings_of_files(db)
    found = unitstate.demands(db, condition, *values)
    return tuple(_item(d, of[d.number, d.version]["unit"], of[d.number, d.version]["call"], files) for d in found)


def items_json(found: Iterable[Item]) -> dict[str, Any]:
    """``items --json``."""
    return {"version": VERSION, "items": [item_json(i.demand, i.unit, i.of_file) for i in found]}


def quotas_of(found: Iterable[Item], units: Iterable[Unit], call: str) -> tuple[tuple[str, QuotaUse], ...]:
    """The quota of each unit that holds or waits for a place under a call, in the register's order.

    A sender that stands for itself, where anybody may send, has none. ``found``: the current items that are not
    withdrawn; ``units`` with the limits that hold under the call.
    """
    of: dict[str, list[Demand]] = {}
    for item in found:
        if item.unit and item.unit != item.demand.sender and item.call == call:
            of.setdefault(item.unit, []).append(item.demand)
    register = {unit.name: unit for unit in units}
    known = [register[name] for name in register if name in of] + [Unit(name) for name in of if name not in register]
    uses = ((unit.name, quota_use(of[unit.name], unit)) for unit in known)
    return tuple((name, use) for name, use in uses if use is not None and use.used + use.waiting)


def status_json(db: Database, packs: Iterable[CallPack]) -> dict[str, Any]:
    """``status --json``: what came, what became of it, what left, and whether the books balance."""
    account, found = books.balance(db), items(db)
    counted = Counter(item.counts for item in found)
    units, last_poll = registry.registered(db), db.fact(LAST_POLL)
    current = [item for item in found if item.demand.current and not item.demand.withdrawn]
    return {
        "version": VERSION,
        "mails": {"handled": account.handled, "ignored": account.ignored,
                  "duplicates": account.duplicates, "failed": account.failed},
        "items": {name: counted[name] for name in (*SHOWN, WITHDRAWN)},
        "outbox": books.letters(db),
        "quota": [
            {"unit": name, "used": use.used, "waiting": use.waiting, "limit": use.limit}
            for pack in packs
            for name, use in quotas_of(current, registry.units_for(units, pack), pack.id)
        ],
        "last_poll": moment(last_poll).replace(microsecond=0).isoformat() if last_poll else None,
        "errors": list(books.errors(db)),
    }  # fmt: skip


def _findings_of_files(db: Database) -> dict[tuple[str, str], tuple[Finding, ...]]:
    """The findings that stand on files, by receipt and path."""
    found: dict[tuple[str, str], list[Finding]] = {}
    rows = db.rows(
        "SELECT f.*, m.receipt FROM findings f JOIN mails m ON m.id = f.mail_id"
        " WHERE f.item_id IS NULL AND f.scope = 'document' ORDER BY f.id"
    )
    for row in rows:
        found.setdefault((row["receipt"], row["document"]), []).append(unitstate.finding(row))
    return {key: tuple(findings) for key, findings in found.items()}


def _item(demand: Demand, unit: str | None, call: str, files: dict[tuple[str, str], tuple[Finding, ...]]) -> Item:
    return Item(demand, unit, call, files.get((demand.receipt, demand.document), ()) if demand.document else ())
