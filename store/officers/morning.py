"""The officers' digest: made on demand, and mailed once each workday, also across restarts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from replies.alerts import DigestLetter, DigestNumber, compose_digest_mail
from rules.packs.call import CallPack
from store import books
from store.desk import Desk
from store.letters import put
from store.made.briefing import (
    MOST_CHANGES,
    attention,
    change_lines,
    changes,
    changes_title,
    compared,
    countdown,
    last_digest,
    number,
    remember_digest,
)
from store.made.changes import happened_since
from store.made.digest import DigestFacts, digest_workbook, lay_out, saved
from store.made.digest_rows import digest_facts
from store.made.figures import Figures
from store.made.fillable import make_answerable
from store.officers.slips import issue
from store.record import immediate
from store.registers.registry import papers
from store.setup.workdays import is_workday
from store.whole import write_whole

SENT_ON, DAYS_KEPT = "digest sent on", 31
TONES = {"受理": "accepted", "需补正": "correction", "待复核": "held", "不予受理": "refused"}


def send_digest_if_due(desk: Desk) -> bool:
    """Put today's digest into the outbox if it is a workday, the hour has come, and it has not been written yet."""
    officers, now = desk.workspace.officers, desk.db.clock()
    workday = is_workday(now.date(), officers.extra_holidays, officers.extra_workdays)
    if not officers.addresses or not workday or now.time() < officers.digest_at:
        return False
    if now.date().isoformat() in _written_on(desk):
        return False
    send_digest(desk)
    return True


def send_digest(desk: Desk) -> tuple[Path, ...]:
    """Write today's digest of every call, keep it in ``out/digest/`` and put it into the outbox for every officer.

    One transaction with the note that today's was written: killed at any line, it is written once.
    """
    now = desk.db.clock()
    drawn = ((pack, digest_facts(desk, pack, last_digest(desk, pack))) for pack in desk.packs)
    made = tuple((pack, facts, lay_out(facts)) for pack, facts in drawn)
    paths = tuple(save_digest(desk, pack, saved(book)) for pack, _, book in made)
    with immediate(desk.db):
        for pack, facts, book in made:
            _post(desk, pack, facts, book)
            remember_digest(desk, pack)
        desk.db.remember(SENT_ON, " ".join([*_written_on(desk), now.date().isoformat()][-DAYS_KEPT:]))
    return paths


def _written_on(desk: Desk) -> list[str]:
    """The last days on which a digest was written: a clock set forward and back again must not write one twice."""
    return (desk.db.fact(SENT_ON) or "").split()


def digest_bytes(desk: Desk, pack: CallPack) -> bytes:
    """Today's workbook of a call."""
    return digest_workbook(digest_facts(desk, pack, last_digest(desk, pack)))


def save_digest(desk: Desk, pack: CallPack, content: bytes) -> Path:
    """Keep a workbook in ``out/digest/``, in one step."""
    path = desk.workspace.out / "digest" / digest_name(pack, desk.db.clock())
    write_whole(path, content)
    return path


def digest_name(pack: CallPack, at: datetime) -> str:
    """The file name of a day's digest."""
    return f"{at:%Y-%m-%d} {pack.short}日报.xlsx"


def _post(desk: Desk, pack: CallPack, facts: DigestFacts, book: Workbook) -> None:
    """Put the mail into the outbox, a workbook of his own for every officer; an empty one only if they want it."""
    letter = _letter(desk, pack)
    if letter.quiet and not desk.workspace.officers.empty_digest:
        return
    held, arrived = {row.key: row.fingerprint for row in facts.held}, papers(desk.db, pack.id)
    for officer in desk.workspace.officers.addresses:
        token = issue(desk.db, pack.id, officer, held, arrived)
        make_answerable(book, token, facts.held)
        workbook = (digest_name(pack, desk.db.clock()), saved(book))
        reply = compose_digest_mail(replace(letter, workbook=workbook, token=token), officer, desk.facts(pack))
        put(desk.db, desk.letter(reply))


def _letter(desk: Desk, pack: CallPack) -> DigestLetter:
    figures, last = Figures(desk, pack), last_digest(desk, pack)
    changed = changes(figures, last)
    return DigestLetter(
        day=figures.now.date(),
        numbers=tuple(
            DigestNumber(f.name, number(f), compared(f, last, figures.now.date()), TONES.get(f.name, "plain"))
            for f in figures.five
        ),
        attention=tuple(attention(figures)),
        changes=tuple((c.number, c.unit, c.name, c.words) for c in change_lines(changed[:MOST_CHANGES])),
        changes_title=changes_title(last),
        more=max(0, len(changed) - MOST_CHANGES),
        countdown=countdown(figures),
        quiet=last is not None and not happened_since(desk.db, last.event) and not books.errors(desk.db),
    )
