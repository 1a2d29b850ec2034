"""Erase one letter for good: its bytes, attachments, texts and values, in the database, on disk and in what was made.

What stays proves that it was there: receipt and item numbers, SHA-256, times, decision, unit, and who erased it when
and why. Killed in the middle: the transaction is whole or not there; run again, it erases what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from replies.notices import Cause
from rules.judging.settling import changes, settle
from rules.model import Unit
from store.database import Row, StoreError, machine_faults
from store.desk import Desk
from store.events import About
from store.keeping.backups import Backup, holding
from store.keeping.erasing import Marks, erase_rows, files_of, marks_of
from store.keeping.traces import erase_letters, erase_published
from store.made.publish import publish
from store.officers.telling import Occasion, told
from store.record import Transaction, act_transaction
from store.registers.lists import ListError


@dataclass(frozen=True, slots=True)
class Purged:
    """What was erased, and where the letter may still be.

    ``shared`` files also came with other letters and stay; ``waiting`` letters to others must leave first;
    ``unswept`` says why the database still has free pages that were not written over (``""``: it has not).
    """

    name: str
    sha256: str
    items: tuple[str, ...]
    files: int
    shared: int
    letters: int
    waiting: int
    removed: tuple[Path, ...]
    backups: tuple[Backup, ...]
    unswept: str


def purge(desk: Desk, target: str, reason: str, officer: str) -> Purged:
    """Erase the letter with that receipt (or number of ``zhengji status``, where it never got one).

    Raises ListError where there is no such letter.
    """
    row = find_mail(desk, target)
    marks = marks_of(desk.db, row["sha256"])
    backups = holding(desk.db, marks)  # before the rows say that it is gone
    gone, shared = files_of(desk.db, marks)
    removed = erase_published(desk.workspace.out, marks)  # while the names are still known
    with act_transaction(desk.db, desk.files, officer) as running:
        letters, waiting = erase_letters(desk.db, marks)
        erase_rows(desk.db, marks)
        _settle(desk, running, marks, row["receipt"] or "")
        for mail_id in marks.mail_ids:
            running.note("purged", About(mail_id), {"officer": {"name": officer, "reason": reason}})
    for sha256 in gone:
        desk.files.erase(sha256)
    publish(desk)
    items = tuple(dict.fromkeys(item["number"] for item in marks.items))
    return Purged(
        row["receipt"] or f"来信 {row['id']}", row["sha256"], items, len(gone), len(shared), letters, waiting,
        tuple(path for path in removed if not path.exists()), backups, sweep(desk),
    )  # fmt: skip


def find_mail(desk: Desk, target: str) -> Row:
    """The row of a letter by its receipt, or by its number in ``zhengji status``; raises ListError."""
    target = target.strip().upper()
    by_id = int(target) if target.isdecimal() and target.isascii() and len(target) < 16 else -1
    row = desk.db.row("SELECT * FROM mails WHERE upper(receipt) = ? OR id = ?", target, by_id)
    if row is None:
        raise ListError(f"没有受理编号或来信序号为 {target} 的来信；用 zhengji status 或 zhengji items --all 查看")
    return row


def _settle(desk: Desk, running: Transaction, marks: Marks, name: str) -> None:
    """What the loss changes for the unit's other demands: places come free, a 汇总表 no longer counts."""
    for call, unit_name in {(row["call"], row["unit"]) for row in marks.mails if row["unit"] and not row["isolated"]}:
        pack = desk.pack(call)
        state = running.load_state(call, desk.unit(unit_name, pack) or Unit(unit_name))
        after = settle(state, pack)
        moved = tuple(change for change in changes(state, after) if change.moved_up and not change.after.withdrawn)
        running.apply(after, told(desk, Occasion(Cause.MOVED_UP, after, pack, f"purge {name}"), moved))


def sweep(desk: Desk) -> str:
    """Write the database anew without free pages and empty its journal; returns in Chinese what kept it from that."""
    try:
        with machine_faults(desk.db.path):
            desk.db.connection.execute("VACUUM")
            busy = desk.db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except StoreError as error:
        return str(error)
    return "数据库正被另一程序使用" if busy else ""
