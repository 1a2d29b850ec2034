"""What is published after a pass: the running 汇总表 and the board, made anew whenever a verdict has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from rules.judging.tables import Row, in_force, match
from rules.model import Decision, Demand, Unit
from rules.packs.call import CallPack
from store.desk import Desk
from store.made.board import write_board
from store.made.figures import Figures
from store.made.ledger import LedgerHead, LedgerRow, write_ledger
from store.record import make_durable
from store.unitstate import load_state

PUBLISHED, BOARD = "published ledger", "published board"
COLUMNS = (  # of a call whose notice prints no 汇总表
    "序号", "报送单位", "需求名称", "联系人", "联系电话", "所属领域", "申请经费（万元）", "合作单位", "备注",
)  # fmt: skip


def publish(desk: Desk) -> tuple[Path, ...]:
    """Write each call's 汇总表 and board where what they show has changed; returns what was written.

    The board also each day: it tells how long is left, and how long things have waited. Killed before the note: it is
    written again at the next pass.
    """
    written = []
    today = f"{desk.db.clock():%Y-%m-%d}"
    for pack in desk.packs:
        revision = f"{_revision(desk)} {pack.hash}"
        for name, shown, path, write in (
            (PUBLISHED, revision, ledger_path(desk, pack), _write_ledger),
            (BOARD, f"{revision} {today}", board_path(desk, pack), _write_board),
        ):
            if path.exists() and desk.db.fact(f"{name} {pack.id}") == shown:
                continue
            make_durable(desk.db)  # no number is shown that a power cut could take back
            write(desk, pack, path)
            desk.db.remember(f"{name} {pack.id}", shown)
            written.append(path)
    return tuple(written)


def _write_ledger(desk: Desk, pack: CallPack, path: Path) -> None:
    write_ledger(path, ledger_head(desk, pack), tuple(ledger_rows(desk, pack)))


def _write_board(desk: Desk, pack: CallPack, path: Path) -> None:
    write_board(path, Figures(desk, pack))


def ledger_path(desk: Desk, pack: CallPack) -> Path:
    """Where a call's 汇总表 lies: ``out/汇总表.xlsx`` for the only or first call, else with the call's name."""
    return _path(desk, pack, "汇总表", "xlsx")


def board_path(desk: Desk, pack: CallPack) -> Path:
    """Where a call's board lies: ``out/看板.html`` for the only or first call, else with the call's name."""
    return _path(desk, pack, "看板", "html")


def _path(desk: Desk, pack: CallPack, name: str, suffix: str) -> Path:
    of = "" if pack.id == desk.packs[0].id else f"（{pack.short}）"
    return desk.workspace.out / f"{name}{of}.{suffix}"


def _revision(desk: Desk) -> int:
    """The last event that could have changed the table; letters on their way do not."""
    row = desk.db.row("SELECT coalesce(max(id), 0) AS last FROM events WHERE kind NOT LIKE 'letter%'")
    return int(row["last"]) if row else 0


def ledger_head(desk: Desk, pack: CallPack, unit: Unit | None = None) -> LedgerHead:
    """What stands above the table: of the whole call the office, of a unit its own head."""
    title = pack.summary.title if pack.summary else f"{pack.short}汇总表"
    columns = tuple(c.heading for c in pack.summary.columns) if pack.summary else COLUMNS
    if unit is None:
        people, phone = _people_and_phone(desk.workspace.contact_for(pack))
        return LedgerHead(title, "各归口管理部门（汇总）", people, phone, columns)
    return LedgerHead(title, unit.name, unit.contact, unit.phone, columns)


def _people_and_phone(contact: str) -> tuple[str, str]:
    """The officers' contact parted into names and numbers: ``刘百里、李艳丽 0471-6328607``."""
    digits = re.search(r"[+（(]?\d", contact)
    start = digits.start() if digits else len(contact)
    return contact[:start].strip(" 　，,：:"), contact[start:].strip()


def ledger_rows(desk: Desk, pack: CallPack, only: Unit | None = None) -> Iterator[LedgerRow]:
    """The current accepted demands by the register's order of units, then by number (``only``: those of one unit)."""
    for unit in (only,) if only else _units(desk, pack):
        state = load_state(desk.db, pack.id, unit)
        rows = match(in_force(state.summaries, pack), state.demands).rows
        for demand in sorted(accepted(state.demands), key=lambda d: d.number):
            yield _row(demand, unit, pack, rows.get((demand.number, demand.version)))


def accepted(demands: Iterable[Demand]) -> Iterator[Demand]:
    """The demands that stand in the 汇总表."""
    return (d for d in demands if d.decision is Decision.ACCEPTED and d.current and not d.withdrawn and not d.secret)


def _units(desk: Desk, pack: CallPack) -> Iterator[Unit]:
    """The units with demands in the register's order, then those that the register no longer has."""
    names = [r["unit"] for r in desk.db.rows("SELECT DISTINCT unit FROM items WHERE call = ? ORDER BY unit", pack.id)]
    register = desk.units_for(pack)
    yield from (unit for unit in register if unit.name in names)
    known = {unit.name for unit in register}
    yield from (Unit(name) for name in names if name and name not in known)


def _row(demand: Demand, unit: Unit, pack: CallPack, row: Row | None) -> LedgerRow:
    def cell(column: str) -> str:
        return row.cell(column) if row and column else ""

    spec = pack.summary
    return LedgerRow(
        unit=unit.name,
        applicant=pack.applicant_of(demand.form),
        name=demand.name,
        field=demand.form.value(pack.subject_field),
        amount=demand.form.money.amount,
        contact=cell(spec.contact_column) if spec else "",
        phone=cell(spec.phone_column) if spec else "",
        partners=cell(spec.partner_column) if spec else "",
        note=cell("备注"),
        listed=row is not None,
    )
