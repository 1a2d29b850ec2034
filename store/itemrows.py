"""Versions of demands into the tables: new ones, and what a verdict changes on those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from intake.model import Form
from rules.model import SECRET_NAME, Change, Demand, Finding
from store import codec
from store.database import Database, stamp
from store.events import PROGRAM, About, note


def insert_item(
    db: Database, demand: Demand, *, call: str, unit: str | None, mail_id: int, documents: Mapping[str, int]
) -> int:
    """Write a version that is new; ``documents`` are the mail's document rows by path. Returns the row's id."""
    kept = conceal(demand) if demand.secret else demand
    item_id = db.insert(
        "items", call=call, number=kept.number, ordinal=ordinal_of(kept.number), version=kept.version,
        mail_id=mail_id, document_id=documents.get(demand.document), received=stamp(kept.received), unit=unit,
        form=codec.encode(codec.FORM, kept.form), sender=kept.sender, sha256=kept.sha256, **_mutable(kept),
    )  # fmt: skip
    insert_findings(db, kept.findings, mail_id=mail_id, item_id=item_id, documents=documents)
    _note_verdict(db, kept, mail_id)
    return item_id


def change_item(db: Database, change: Change, *, unit: str | None, by_mail: int | None, actor: str) -> None:
    """Bring the row of an earlier version to what a verdict made of it; a number that is not there raises KeyError.

    ``by_mail``: the letter that caused it; ``actor``: who did.
    """
    after = conceal(change.after) if change.after.secret else change.after
    row = db.row(
        "SELECT id, mail_id, unit FROM items WHERE number = ? AND version = ?",
        change.before.number,
        change.before.version,
    )
    if row is None:
        raise KeyError(f"{change.before.number} v{change.before.version}")
    values = _mutable(after) | {"number": after.number, "ordinal": ordinal_of(after.number), "version": after.version}
    values["unit"] = row["unit"] if after.isolated or unit is None else unit
    assignments = ", ".join(f'"{name}" = ?' for name in values)
    db.write(f"UPDATE items SET {assignments} WHERE id = ?", *values.values(), row["id"])  # noqa: S608 - our columns
    db.write("DELETE FROM findings WHERE item_id = ?", row["id"])
    documents = {
        r["path"]: r["id"] for r in db.rows("SELECT id, path FROM documents WHERE mail_id = ?", row["mail_id"])
    }
    insert_findings(db, after.findings, mail_id=row["mail_id"], item_id=row["id"], documents=documents)
    _note_verdict(db, after, row["mail_id"], actor=actor, by_mail=by_mail)


def replace_versions(db: Database, replaced: Iterable[Demand]) -> None:
    """Note that versions are no longer current; what was found in them stays as it was."""
    for demand in replaced:
        db.write("UPDATE items SET current = 0 WHERE number = ? AND version = ?", demand.number, demand.version)
        note(db, "replaced", About(item=demand.number, version=demand.version))


def insert_findings(
    db: Database, findings: Iterable[Finding], *, mail_id: int, item_id: int | None, documents: Mapping[str, int]
) -> None:
    """Write findings of an item (or, with a null ``item_id``, of the mail and its files)."""
    db.connection.executemany(
        "INSERT INTO findings (mail_id, item_id, document_id, code, severity, scope, place, message, fix, measured,"
        " bound, document, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                mail_id, item_id, documents.get(f.document), f.code, f.severity, f.scope, f.where, f.message, f.fix,
                codec.scalar(f.measured), codec.scalar(f.limit), f.document, f.told,
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
    """Findings of a secret letter: the code stays, every word that could quote the letter goes."""
    return tuple(
        f if f.code == "S001" and not f.document else
        replace(f, where=SECRET_NAME, message=SECRET_NAME, fix="", measured=None, limit=None, document="")
        for f in findings
    )  # fmt: skip


def ordinal_of(number: str) -> int:
    """The running number at the end of an item number: 12 for ``GX2027-0012``."""
    return int(number.rpartition("-")[2])


def _mutable(demand: Demand) -> dict[str, object]:
    """The columns that a later verdict may change."""
    return {
        "name": demand.name,
        "document": demand.document,
        "place": demand.place,
        "decision": demand.decision,
        "current": demand.current,
        "withdrawn": demand.withdrawn,
        "isolated": demand.isolated,
        "secret": demand.secret,
        "own_failure": demand.own_failure,
        "likened": demand.likened,
        "base": codec.encode(codec.FINDINGS, demand.base),
        "officer": codec.encode(codec.OFFICER, demand.officer) if demand.officer else None,
    }


def _note_verdict(
    db: Database, demand: Demand, mail_id: int, *, actor: str = PROGRAM, by_mail: int | None = None
) -> None:
    detail: dict[str, object] = {"decision": demand.decision, "codes": sorted({f.code for f in demand.findings})}
    for flag in ("withdrawn", "isolated"):
        if getattr(demand, flag):
            detail[flag] = True
    if demand.officer is not None:
        detail["officer"] = {"reason": demand.officer.reason, "name": demand.officer.officer}
    if by_mail is not None and by_mail != mail_id:
        detail["because_of_mail"] = by_mail
    note(db, "verdict", About(mail_id, item=demand.number, version=demand.version), actor=actor, detail=detail)
