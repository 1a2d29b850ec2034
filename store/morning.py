"""The officers' digest: made on demand, and mailed once each workday, also across restarts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from replies.alerts import DigestLetter, DigestNumber, compose_digest_mail
from rules.call import CallPack
from store import books
from store.briefing import (
    MOST_CHANGES,
    attention,
    change_lines,
    changes,
    compared,
    countdown,
    last_digest,
    number,
    remember_digest,
)
from store.changes import happened_since
from store.desk import Desk
from store.digest import digest_workbook
from store.digest_rows import digest_facts
from store.figures import Figures
from store.letters import put
from store.record import immediate
from store.workdays import is_workday

SENT_ON = "digest sent on"
TONES = {"受理": "accepted", "需补正": "correction", "待复核": "held", "不予受理": "refused"}


def send_digest_if_due(desk: Desk) -> bool:
    """Put today's digest into the outbox if it is a workday, the hour has come, and it has not been written yet."""
    officers, now = desk.workspace.officers, desk.db.clock()
    workday = is_workday(now.date(), officers.extra_holidays, officers.extra_workdays)
    if not officers.addresses or not workday or now.time() < officers.digest_at:
        return False
    if desk.db.fact(SENT_ON) == now.date().isoformat():
        return False
    send_digest(desk)
    return True


def send_digest(desk: Desk) -> tuple[Path, ...]:
    """Write today's digest of every call, keep it in ``out/digest/`` and put it into the outbox for every officer.

    One transaction with the note that today's was written: killed at any line, it is written once.
    """
    now = desk.db.clock()
    made = tuple((pack, digest_bytes(desk, pack)) for pack in desk.packs)
    paths = tuple(save_digest(desk, pack, content) for pack, content in made)
    with immediate(desk.db):
        for pack, content in made:
            _post(desk, pack, content)
            remember_digest(desk, pack)
        desk.db.remember(SENT_ON, now.date().isoformat())
    return paths


def digest_bytes(desk: Desk, pack: CallPack) -> bytes:
    """Today's workbook of a call."""
    return digest_workbook(digest_facts(desk, pack, last_digest(desk, pack)))


def save_digest(desk: Desk, pack: CallPack, content: bytes) -> Path:
    """Keep a workbook in ``out/digest/``, in one step."""
    folder = desk.workspace.out / "digest"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / digest_name(pack, desk.db.clock())
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path


def digest_name(pack: CallPack, at: datetime) -> str:
    """The file name of a day's digest."""
    return f"{at:%Y-%m-%d} {pack.short}日报.xlsx"


def _post(desk: Desk, pack: CallPack, content: bytes) -> None:
    """Put the mail into the outbox for every officer; where nothing happened, only if they want to hear that."""
    letter = _letter(desk, pack, content)
    if letter.quiet and not desk.workspace.officers.empty_digest:
        return
    for officer in desk.workspace.officers.addresses:
        put(desk.db, desk.letter(compose_digest_mail(letter, officer, desk.facts(pack))))


def _letter(desk: Desk, pack: CallPack, content: bytes) -> DigestLetter:
    figures, last = Figures(desk, pack), last_digest(desk, pack)
    changed = changes(figures, last)
    return DigestLetter(
        day=figures.now.date(),
        numbers=tuple(
            DigestNumber(f.name, number(f), compared(f, last), TONES.get(f.name, "plain")) for f in figures.five
        ),
        attention=tuple(attention(figures)),
        workbook=(digest_name(pack, figures.now), content),
        changes=tuple((c.number, c.unit, c.name, c.words) for c in change_lines(changed[:MOST_CHANGES])),
        more=max(0, len(changed) - MOST_CHANGES),
        countdown=countdown(figures),
        quiet=last is not None and not happened_since(desk.db, last.event) and not books.errors(desk.db),
    )
