"""The register in the store: the officers' file, read again whenever it changes, and what they approved beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from rules.model import Unit
from rules.packs.pack import CallPack
from rules.senders import alias_keys, names_unit
from store import codec
from store.database import Database, Row
from store.events import About, note
from store.files import digest
from store.record import immediate
from store.registers.lists import ListError
from store.registers.register_file import ADDRESS, Register, quota_of, read_register, with_warnings, write_register
from store.whole import write_whole

REGISTER_HASH, REGISTER_WARNINGS = "register_sha256", "register_warnings"


@dataclass(frozen=True, slots=True)
class Approval:
    """An address that an officer assigned to a unit."""

    address: str
    unit: str
    officer: str
    at: str


def load_register(db: Database, path: Path, packs: Iterable[CallPack]) -> Register:
    """The register of today: the file (read only when its bytes changed) with the approved addresses laid over.

    The file is the officers' and the only master: the table is its copy, so that it can be queried.
    Raises ListError where the file cannot be used; the copy of before stays then.
    """
    packs = tuple(packs)
    content_hash = _hash_of(path)
    if db.fact(REGISTER_HASH) != content_hash:
        _keep(db, with_warnings(read_register(path), packs), content_hash)
    return Register(registered(db), tuple(json.loads(db.fact(REGISTER_WARNINGS) or "[]")))


def _hash_of(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError as error:
        raise ListError(f"{path.name}：登记册读不出来，请检查 [registry].file 所指的文件是否存在、能否读取") from error


def registered(db: Database) -> tuple[Unit, ...]:
    """The units as last read, in the register's order, with the approved addresses; 限额 as written (null: blank)."""
    approved: dict[str, list[str]] = {}
    for approval in approvals(db):
        approved.setdefault(approval.unit, []).append(approval.address)
    units = (_unit(row) for row in db.rows("SELECT * FROM units ORDER BY position"))
    return tuple(replace(u, addresses=tuple(dict.fromkeys((*u.addresses, *approved.get(u.name, ()))))) for u in units)


def units_for(units: Iterable[Unit], pack: CallPack) -> tuple[Unit, ...]:
    """The units with the limits that hold under a call."""
    return tuple(replace(unit, limit=quota_of(unit, pack)) for unit in units)


def find_unit(name: str, units: Iterable[Unit], packs: Iterable[CallPack]) -> Unit:
    """The unit that an officer names, by its name, a short form or an alias.

    Raises ListError with the nearest where there is none, and where several are named.
    """
    units = tuple(units)
    exact = next((unit for unit in units if unit.name == name), None)
    aliases = {key: unit for pack in packs for key, unit in alias_keys(pack.unit_aliases).items()}
    named = [exact] if exact else [unit for unit in units if names_unit(name, unit, aliases)]
    if len(named) > 1:
        raise ListError(f"“{name}”可指 {'、'.join(unit.name for unit in named)}，请只写其中一个的全称")
    found = next(iter(named), None)
    if found is None:
        near = get_close_matches(name, [unit.name for unit in units], n=3, cutoff=0.4)
        raise ListError(
            f"登记册中没有“{name}”" + (f"，是否应为 {'、'.join(near)}？" if near else "，请先把它加入登记册")
        )
    return found


def import_register(db: Database, source: Path, target: Path, packs: Iterable[CallPack]) -> Register:
    """Make a file the register of the workspace: checked first, the old one kept beside it as ``….bak``.

    A file of the same type is taken over as it is; any other is written anew in the type of ``target``.
    """
    register = with_warnings(read_register(source), packs)
    if target.exists():
        shutil.copyfile(target, target.with_name(f"{target.name}.bak"))
    if source.suffix.lower() == target.suffix.lower():
        write_whole(target, source.read_bytes())
    elif target.suffix.lower() == ".xlsx":
        write_register(target, register.units)
    else:
        raise ListError(
            f"{source.name}：与 [registry].file 的 {target.name} 类型不同，请另存为 {target.suffix} 后再导入"
        )
    _keep(db, register, digest(target.read_bytes()))
    return Register(registered(db), register.warnings)


def approve(db: Database, address: str, unit: Unit, officer: str) -> None:
    """Assign an address to a unit, within the running transaction; raises ListError where it is no address."""
    address = address.strip().lower()
    if not ADDRESS.fullmatch(address):
        raise ListError(f"“{address}”不是邮箱地址，请写完整地址，例如 kjj@example.cn")
    db.write(
        "INSERT INTO approvals VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", address, unit.name, officer, db.stamp()
    )
    note(db, "approved", About(), actor=officer or "officer", detail={"unit": unit.name})


def approvals(db: Database) -> tuple[Approval, ...]:
    """The addresses that officers assigned, oldest first."""
    rows = db.rows("SELECT address, unit, officer, at FROM approvals ORDER BY at, address")
    return tuple(Approval(**dict(row)) for row in rows)


def held_for(db: Database, address: str) -> tuple[int, ...]:
    """The mails from an address whose demands wait aside (A001, A005) until an officer decides, in order of arrival."""
    rows = db.rows(
        "SELECT id FROM mails WHERE sender = ? AND state = 'judged' AND isolated = 1 AND purged_at IS NULL"
        " ORDER BY received, id",
        address.strip().lower(),
    )
    return tuple(row["id"] for row in rows)


def note_paper(db: Database, call: str, unit: Unit, arrived: date, officer: str = "") -> None:
    """Note the day on which a unit's stamped paper arrived; a second note replaces the first."""
    with immediate(db):
        write_paper(db, call, unit, arrived, officer)


def write_paper(db: Database, call: str, unit: Unit, arrived: date, officer: str = "") -> None:
    """The same within the running transaction."""
    db.write(
        "INSERT INTO papers VALUES (?, ?, ?, ?, ?) ON CONFLICT (call, unit) DO UPDATE"
        " SET arrived = excluded.arrived, noted_at = excluded.noted_at, officer = excluded.officer",
        call, unit.name, arrived.isoformat(), db.stamp(), officer,
    )  # fmt: skip
    note(db, "paper", About(), actor=officer or "officer", detail={"unit": unit.name, "arrived": arrived.isoformat()})


def papers(db: Database, call: str) -> dict[str, date]:
    """The days on which the units' stamped papers arrived, by unit."""
    rows = db.rows("SELECT unit, arrived FROM papers WHERE call = ?", call)
    return {row["unit"]: date.fromisoformat(row["arrived"]) for row in rows}


def _keep(db: Database, register: Register, content_hash: str) -> None:
    """Replace the copy of the register in one transaction."""
    with immediate(db):
        db.write("DELETE FROM units")
        for position, unit in enumerate(register.units):
            db.insert(
                "units", name=unit.name, position=position, category=unit.category, quota=unit.limit,
                contact=unit.contact, phone=unit.phone, note=unit.note,
                addresses=codec.texts(unit.addresses), domains=codec.texts(unit.domains),
                aliases=codec.texts(unit.aliases),
            )  # fmt: skip
        db.remember(REGISTER_HASH, content_hash)
        db.remember(REGISTER_WARNINGS, json.dumps(register.warnings, ensure_ascii=False))
        note(db, "register_read", About(), detail={"sha256": content_hash, "units": len(register.units)})


def _unit(row: Row) -> Unit:
    plain = ("name", "category", "contact", "phone", "note")
    return Unit(
        **{name: row[name] for name in plain},
        addresses=codec.of_texts(row["addresses"]),
        domains=codec.of_texts(row["domains"]),
        aliases=codec.of_texts(row["aliases"]),
        limit=row["quota"],
    )
