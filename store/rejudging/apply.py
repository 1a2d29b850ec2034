"""Write down what judging again has changed, and the letters that tell it: everything in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from replies.compose import silence
from rules.judging.history import History
from rules.model import Demand
from store.database import Database, StoreError
from store.desk import Desk
from store.events import PROGRAM, About, note
from store.itemrows import Cause, Origin, change_item, insert_item
from store.letters import put
from store.record import LetterTransaction, immediate
from store.rejudging.letters import Annotate, Letters
from store.rejudging.rejudge import Moved, Rejudged, Reread, revision

OVERTAKEN = "重新审查期间又有新的处理，结果已不适用，什么都没有改动。请再运行一次 zhengji rejudge。"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written down: versions that stand otherwise, letters put into the outbox."""

    items: int
    letters: int


def write_down(desk: Desk, result: Rejudged, annotate: Annotate) -> Written:
    """Bring the store to what judging again has found; killed at any line, nothing of it is there.

    ``annotate`` makes a sender's file with comments. Raises StoreError where something was decided in between.
    """
    letters = tuple(Letters(desk, result, annotate, desk.db.stamp()).all())
    with immediate(desk.db):
        if revision(desk) != result.revision:
            raise StoreError(OVERTAKEN)
        for each in result.letters:
            _reread(desk, each)
        _bring(desk, result.moved)
        _likenesses(desk.db, result.histories.values())
        for mail_id in result.judged:
            pack = desk.pack(str(_call_of(desk.db, mail_id)))
            desk.db.write("UPDATE mails SET rules_hash = ? WHERE id = ?", pack.hash, mail_id)
        put_in = [put(desk.db, letter) for letter in letters]
        counts = {"mails": len(result.judged), "items": len(result.told), "letters": len(letters)}
        note(desk.db, "rejudged", About(), detail=counts)
    return Written(len(result.told), sum(letter is not None for letter in put_in))


def _call_of(db: Database, mail_id: int) -> object:
    row = db.row("SELECT call FROM mails WHERE id = ?", mail_id)
    return row["call"] if row else ""


def _reread(desk: Desk, each: Reread) -> None:
    judged, pack = each.judged, desk.pack(each.judged.checked.call)
    running = LetterTransaction(desk.db, desk.files, PROGRAM, each.mail["id"])
    unanswered = silence(judged, desk.facts(pack, folder=each.mail["folder"]))
    running.record_reading(judged, rules_hash=pack.hash, unanswered=unanswered)
    codes = sorted({f.code for f in judged.findings})
    running.note("judged", About(each.mail["id"]), {"decision": judged.decision, "codes": codes, "again": True})


def _bring(desk: Desk, moved: Iterable[Moved]) -> None:
    """Every version to what it is now; numbers are given up before they are taken, so that two may change places."""
    known: list[tuple[Demand | None, Moved]] = []
    for each in moved:
        before = each.before
        if before and each.after and (before.number, before.version) != (each.after.number, each.after.version):
            given_up = before.with_(number=f"~{before.number}-{before.version}")
            desk.db.write(
                "UPDATE items SET number = ? WHERE number = ? AND version = ?",
                given_up.number, before.number, before.version,
            )  # fmt: skip
            before = given_up
        known.append((before, each))
    for old, each in known:
        unit = each.unit.name if each.unit else None
        if old and each.after:
            change_item(desk.db, old, each.after, unit, Cause())
        elif old:
            change_item(desk.db, old, old.with_(current=False), each.unit_before, Cause())
        elif each.after:
            insert_item(desk.db, each.after, _origin(desk.db, each.after, unit))


def _origin(db: Database, demand: Demand, unit: str | None) -> Origin:
    mail = db.row("SELECT id, call FROM mails WHERE receipt = ?", demand.receipt)
    if mail is None:
        raise KeyError(demand.receipt)
    documents = db.rows("SELECT id, path FROM documents WHERE mail_id = ?", mail["id"])
    return Origin(mail["call"], unit, mail["id"], {row["path"]: row["id"] for row in documents})


def _likenesses(db: Database, histories: Iterable[History]) -> None:
    for history in histories:
        for number, found in history.likenesses.items():
            db.write("DELETE FROM likenesses WHERE number = ?", number)
            for like in found:
                db.write(
                    "INSERT OR IGNORE INTO likenesses (call, number, code, score, other, shared)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    history.pack.id, number, like.code, like.score, like.other, like.shared,
                )  # fmt: skip
