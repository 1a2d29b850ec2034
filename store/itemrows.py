"""Versions of demands into the tables: new ones, and what a verdict changes on those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from intake.model import Form
from rules.model import SECRET_NAME, Demand, Finding
from store import codec
from store.database import Database, stamp
from store.events import PROGRAM, About, note

Key = tuple[str, int]  # item number, version


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a new version comes from: its call, its unit, the row of its mail, the mail's documents by path."""

    call: str
    unit: str | None
    mail_id: int
    documents: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changes a verdict, and by which letter (null: by none)."""

    actor: str = PROGRAM
    mail_id: int | None = None


def key_of(demand: Demand) -> Key:
    """What tells a version from all others."""
    return demand.number, demand.version


def insert_item(db: Database, demand: Demand, origin: Origin) -> None:
    """Write a version that is new."""
    kept = conceal(demand) if demand.secret else demand
    item_id = db.insert(
        "items", call=origin.call, unit=origin.unit, mail_id=origin.mail_id, sender=kept.sender, sha256=kept.sha256,
        document_id=origin.documents.get(kept.document), **_mutable(kept),
    )  # fmt: skip
    insert_findings(db, kept.findings, Origin(origin.call, origin.unit, origin.mail_id, origin.documents), item_id)
    _note_verdict(db, kept, origin.mail_id, Cause(mail_id=origin.mail_id))


def change_item(db: Database, before: Demand, after: Demand, unit: str | None, cause: Cause) -> None:
    """Bring the row of a version to what it is now; its number may change (two demands parted, or made one).

    ``unit``: the one whose state it belongs to. Raises KeyError where there is no such version.
    """
    row = db.row("SELECT id, mail_id, call, unit FROM items WHERE number = ? AND version = ?", *key_of(before))
    if row is None:
        raise KeyError(key_of(before))
    kept = conceal(after) if after.secret else after
    values = _mutable(kept) | {"unit": row["unit"] if kept.isolated else unit}
    assignments = ", ".join(f'"{name}" = ?' for name in values)
    db.write(f"UPDATE items SET {assignments} WHERE id = ?", *values.values(), row["id"])  # noqa: S608 - our columns
    if kept.findings != before.findings:
        db.write("DELETE FROM findings WHERE item_id = ?", row["id"])
        origin = Origin(row["call"], unit, row["mail_id"], _documents(db, row["mail_id"]))
        insert_findings(db, kept.findings, origin, row["id"])
    if _verdict(before) != _verdict(kept):
        _note_verdict(db, kept, row["mail_id"], cause)


def insert_findings(db: Database, findings: Iterable[Finding], origin: Origin, item_id: int | None = None) -> None:
    """Write findings of an item (or, with a null ``item_id``, of the mail and its files)."""
    db.connection.executemany(
        "INSERT INTO findings (mail_id, item_id, document_id, code, severity, scope, place, message, fix, measured,"
        " bound, document, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                origin.mail_id, item_id, origin.documents.get(f.document), f.code, f.severity, f.scope, f.where,
                f.message, f.fix, codec.scalar(f.measured), codec.scalar(f.limit), f.document, f.told,
            )
            for f in findings
        ],
    )  # fmt: skip


def conceal(demand: Demand) -> Demand:
    """A demand of a letter with a secrecy marking as the store may know it: no name, no values, no file name."""
    return replace(
        demand,
        name=SECRET_NAME,
        document="",
        likened="",
        form=Form(call=demand.form.call, fields={}, sections={}),
        base=conceal_findings(demand.base),
        findings=conceal_findings(demand.findings),
    )


def conceal_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings of a secret letter: the code stays, every word that could quote the letter or its files goes."""
    return tuple(
        replace(f, where=SECRET_NAME, message=SECRET_NAME, fix="", measured=None, limit=None, document="")
        for f in findings
    )


def ordinal_of(number: str) -> int:
    """The running number at the end of an item number: 12 for ``GX2027-0012``."""
    return int(number.rpartition("-")[2])


def _mutable(demand: Demand) -> dict[str, object]:
    """The columns that a later verdict may change."""
    return {
        "number": demand.number,
        "ordinal": ordinal_of(demand.number),
        "version": demand.version,
        "name": demand.name,
        "document": demand.document,
        "received": stamp(demand.received),
        "place": demand.place,
        "decision": demand.decision,
        "current": demand.current,
        "withdrawn": demand.withdrawn,
        "isolated": demand.isolated,
        "secret": demand.secret,
        "own_failure": demand.own_failure,
        "likened": demand.likened,
        "form": codec.encode(codec.FORM, demand.form),
        "base": codec.encode(codec.FINDINGS, demand.base),
        "officer": codec.encode(codec.OFFICER, demand.officer) if demand.officer else None,
    }


def _documents(db: Database, mail_id: int) -> dict[str, int]:
    return {row["path"]: row["id"] for row in db.rows("SELECT id, path FROM documents WHERE mail_id = ?", mail_id)}


def _verdict(demand: Demand) -> tuple[object, ...]:
    """What of a version is worth a line in the log when it changes."""
    codes = frozenset((f.code, f.where) for f in demand.findings)
    flags = (demand.current, demand.withdrawn, demand.isolated)
    return (key_of(demand), demand.decision, codes, flags, demand.officer)


def _note_verdict(db: Database, demand: Demand, mail_id: int, cause: Cause) -> None:
    detail: dict[str, object] = {"decision": demand.decision, "codes": sorted({f.code for f in demand.findings})}
    detail |= {flag: True for flag in ("withdrawn", "isolated") if getattr(demand, flag)}
    if not demand.current:
        detail["current"] = False
    if demand.officer is not None:
        detail["officer"] = {"name": demand.officer.officer, "reason": demand.officer.reason}
    if cause.mail_id is not None and cause.mail_id != mail_id:
        detail["because_of_mail"] = cause.mail_id
    about = About(mail_id, item=demand.number, version=demand.version)
    note(db, "verdict", about, actor=cause.actor, detail=detail)
