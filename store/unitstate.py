"""A unit's whole state out of the tables: what a letter is judged against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rules.model import Decision, Demand, Finding, Likeness, Scope, Severity, SummaryOnFile, Unit, UnitState
from store import codec
from store.database import Database, Row, moment

_ITEMS = (
    "SELECT i.*, m.receipt, m.answer_id FROM items i JOIN mails m ON m.id = i.mail_id"
    " WHERE {where} ORDER BY i.ordinal, i.version"
)


def load_state(db: Database, call: str, unit: Unit | None, *, aside: Iterable[str] = ()) -> UnitState:
    """Everything on file for a unit under a call, in order of arrival; of a null unit only the next free number.

    ``aside``: numbers of isolated demands that may come in now (a letter judged again, one that an officer decides).
    """
    name = unit.name if unit else None
    mine = demands(db, "i.call = ? AND i.unit = ? AND i.isolated = 0", call, name) if name else ()
    return UnitState(
        unit=unit,
        demands=tuple(d for d in mine if d.current),
        past=tuple(d for d in mine if not d.current),
        summaries=summaries(db, call, name) if name else (),
        next_number=_next(db, "SELECT max(ordinal) FROM items WHERE call = ?", call),
        next_place=_next(db, "SELECT max(place) FROM items WHERE call = ? AND unit IS ? AND isolated = 0", call, name),
        likenesses=_likenesses(db, call, name) if name else (),
        aside=tuple(d for number in aside for d in demands(db, "i.number = ? AND i.isolated = 1", number)),
    )


def demands(db: Database, where: str, *values: object) -> tuple[Demand, ...]:
    """The versions that a condition on ``items i`` (and ``mails m``) picks, by number and version, with findings."""
    rows = db.rows(_ITEMS.format(where=where), *values)
    found = findings_of(db, [row["id"] for row in rows])
    return tuple(_demand(row, tuple(found[row["id"]])) for row in rows)


def findings_of(db: Database, item_ids: list[int]) -> defaultdict[int, list[Finding]]:
    """The findings of items, by the item's row id, in the order in which they were made."""
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    marks = ", ".join("?" * len(item_ids))
    sql = f"SELECT * FROM findings WHERE item_id IN ({marks}) ORDER BY id"  # noqa: S608 - question marks only
    for row in db.rows(sql, *item_ids) if item_ids else ():
        found[row["item_id"]].append(finding(row))
    return found


def finding(row: Row) -> Finding:
    """A row of ``findings`` as a value."""
    return Finding(
        code=row["code"],
        severity=Severity(row["severity"]),
        where=row["place"],
        message=row["message"],
        fix=row["fix"],
        measured=codec.of_scalar(row["measured"]),
        limit=codec.of_scalar(row["bound"]),
        scope=Scope(row["scope"]),
        document=row["document"],
        told=bool(row["told"]),
    )


def _demand(row: Row, findings: tuple[Finding, ...]) -> Demand:
    plain = ("number", "version", "name", "document", "place", "own_failure", "sha256", "sender", "likened")
    return Demand(
        **{name: row[name] for name in plain},
        current=bool(row["current"]),
        withdrawn=bool(row["withdrawn"]),
        isolated=bool(row["isolated"]),
        secret=bool(row["secret"]),
        receipt=row["receipt"] or "",
        form=codec.decode(codec.FORM, row["form"]),
        received=moment(row["received"]),
        base=codec.decode(codec.FINDINGS, row["base"]),
        findings=findings,
        decision=Decision(row["decision"]),
        officer=codec.decode(codec.OFFICER, row["officer"]) if row["officer"] else None,
        reply_id=row["answer_id"],
    )


def summaries(db: Database, call: str, unit: str) -> tuple[SummaryOnFile, ...]:
    """The 汇总表 on file for a unit that count, in order of arrival."""
    rows = db.rows(
        "SELECT s.*, m.receipt FROM summaries s JOIN mails m ON m.id = s.mail_id WHERE s.call = ? AND s.unit = ?"
        " ORDER BY s.received, s.id",
        call, unit,
    )  # fmt: skip
    return tuple(
        SummaryOnFile(
            receipt=row["receipt"],
            received=moment(row["received"]),
            summary=codec.decode(codec.SUMMARY, row["summary"]),
            whole=bool(row["whole"]),
        )
        for row in rows
    )


def _likenesses(db: Database, call: str, unit: str) -> tuple[Likeness, ...]:
    """What the unit's demands are like, and which demands of others were found to be like them."""
    rows = db.rows(
        "WITH own AS (SELECT number FROM items WHERE call = ? AND unit = ?)"
        " SELECT * FROM likenesses WHERE number IN own OR (code = 'P002' AND other IN own) ORDER BY id",
        call, unit,
    )  # fmt: skip
    names = ("code", "score", "other", "shared")
    return tuple(Likeness(demand=row["number"], **{name: row[name] for name in names}) for row in rows)


def _next(db: Database, sql: str, *values: object) -> int:
    row = db.row(sql, *values)
    return 1 + int((row[0] if row else 0) or 0)
