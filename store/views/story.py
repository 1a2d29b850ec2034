"""One receipt or one item as a story: everything that was done to it, in order, a sentence each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.model import Demand, Finding
from store import events, unitstate
from store.database import Database, Row
from store.events import Event
from store.letters import COLUMNS, Letter, letter
from store.views.contract_json import VERSION, finding_json, item_json
from store.views.words import sentence


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done: when, by whom, and a Chinese sentence."""

    at: datetime
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """A receipt or an item with all that belongs to it.

    ``mails`` are the mails that brought it (rows of ``mails``), ``versions`` every version with its unit, ``findings``
    those that stand on the mails and their files, ``letters`` all that were written about it.
    """

    title: str
    mails: tuple[Row, ...]
    versions: tuple[tuple[Demand, str | None], ...]
    findings: tuple[Finding, ...]
    letters: tuple[Letter, ...]
    steps: tuple[Step, ...]


def story_of(db: Database, number: str) -> Story | None:
    """The story of a receipt (``GX2027-R0001``) or an item (``GX2027-0001``), null where there is none.

    Case does not matter.
    """
    number = number.strip().upper()
    mail = db.row("SELECT * FROM mails WHERE upper(receipt) = ?", number)
    if mail is not None:
        return _of_mail(db, mail)
    versions = unitstate.demands(db, "upper(i.number) = ?", number)
    return _of_item(db, versions) if versions else None


def story_json(story: Story) -> dict[str, Any]:
    """``show --json``."""
    return {
        "version": VERSION,
        "number": story.title,
        "mails": [_mail_json(row) for row in story.mails],
        "items": [item_json(demand, unit) for demand, unit in story.versions],
        "findings": [finding_json(finding) for finding in story.findings],
        "letters": [_letter_json(each) for each in story.letters],
        "events": [{"at": step.at.isoformat(), "actor": step.actor, "text": step.text} for step in story.steps],
    }


def _of_mail(db: Database, mail: Row) -> Story:
    versions = unitstate.demands(db, "i.mail_id = ?", mail["id"])
    copies = db.rows("SELECT * FROM mails WHERE duplicate_of = ? ORDER BY id", mail["id"])
    log = [event for row in (mail, *copies) for event in events.of_mail(db, row["id"])]
    return Story(
        title=mail["receipt"],
        mails=(mail, *copies),
        versions=_with_units(db, versions),
        findings=_of_mails(db, [mail["id"]]),
        letters=_letters(db, "mail_id = ?", mail["id"]),
        steps=_steps(db, log),
    )


def _of_item(db: Database, versions: tuple[Demand, ...]) -> Story:
    number = versions[0].number
    mails = db.rows(
        "SELECT * FROM mails WHERE id IN (SELECT mail_id FROM items WHERE number = ?) ORDER BY received, id", number
    )
    ids = [row["id"] for row in mails]
    of_mails = [e for mail_id in ids for e in events.of_mail(db, mail_id) if not e.item]
    named = f'%"{number}"%'
    return Story(
        title=number,
        mails=tuple(mails),
        versions=_with_units(db, versions),
        findings=_of_mails(db, ids),
        letters=_letters(db, "mail_id IN (SELECT mail_id FROM items WHERE number = ?) OR items LIKE ?", number, named),
        steps=_steps(db, [*of_mails, *events.of_item(db, number), *events.of_letters_about(db, number)]),
    )


def _steps(db: Database, log: Iterable[Event]) -> tuple[Step, ...]:
    """Every event once, in order; that a letter was written stands in the log of its mail and of each item it tells."""
    once = {(event.kind, event.letter_id) if event.kind == "letter_written" else event.id: event for event in log}
    subjects = {row["id"]: row for row in db.rows("SELECT id, recipient, subject FROM letters")} if once else {}
    return tuple(
        Step(event.at, event.actor, sentence(event, subjects.get(event.letter_id)) + _because(db, event))
        for event in sorted(once.values(), key=lambda event: event.id)
    )


def _because(db: Database, event: Event) -> str:
    """Which other letter caused a verdict: a 撤回, a 汇总表, a place freed by another demand."""
    mail = db.row("SELECT receipt, sender, request FROM mails WHERE id = ?", event.detail.get("because_of_mail"))
    if mail is None or not mail["receipt"]:
        return ""
    asked = json.loads(mail["request"])[0] if mail["request"] else ""
    return f"（因来信 {mail['receipt']}，{'，'.join(filter(None, (mail['sender'], asked)))}）"


def _with_units(db: Database, versions: tuple[Demand, ...]) -> tuple[tuple[Demand, str | None], ...]:
    rows = db.rows("SELECT number, version, unit FROM items")
    units = {(row["number"], row["version"]): row["unit"] for row in rows}
    return tuple((demand, units[demand.number, demand.version]) for demand in versions)


def _of_mails(db: Database, ids: list[int]) -> tuple[Finding, ...]:
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT * FROM findings WHERE item_id IS NULL AND mail_id IN ({marks}) ORDER BY id"  # noqa: S608 - marks
    return tuple(unitstate.finding(row) for row in db.rows(sql, *ids))


def _letters(db: Database, where: str, *values: object) -> tuple[Letter, ...]:
    sql = f"SELECT {COLUMNS} FROM letters WHERE {where} ORDER BY id"  # noqa: S608 - our own conditions
    return tuple(letter(row) for row in db.rows(sql, *values))


def _mail_json(row: Row) -> dict[str, Any]:
    plain = ("receipt", "state", "kind", "decision", "sender", "unit", "subject", "received", "sha256", "unanswered")
    return {name: row[name] for name in plain}


def _letter_json(each: Letter) -> dict[str, Any]:
    return {
        "to": each.recipient,
        "subject": each.subject,
        "kind": each.kind,
        "decision": each.decision,
        "state": each.state,
        "message_id": each.message_id,
        "created": each.created_at.isoformat(),
        "sent": each.sent_at.isoformat() if each.sent_at else None,
        "error": each.error,
    }
