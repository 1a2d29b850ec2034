"""The officers' digest: made on demand, and mailed once each workday, also across restarts."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from replies.alerts import DigestLetter, compose_digest_mail
from rules.call import CallPack
from store import books
from store.desk import Desk
from store.digest import digest_workbook
from store.digest_rows import digest_facts, numbers
from store.letters import put
from store.record import immediate
from store.workdays import is_workday

SENT_ON = "digest sent on"
LAST_NUMBERS = "digest numbers"


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
            if _worth_sending(desk, pack):
                _post(desk, pack, content)
            desk.db.remember(f"{LAST_NUMBERS} {pack.id}", json.dumps(numbers(desk, pack), ensure_ascii=False))
        desk.db.remember(SENT_ON, now.date().isoformat())
    return paths


def digest_bytes(desk: Desk, pack: CallPack) -> bytes:
    """Today's workbook of a call."""
    return digest_workbook(digest_facts(desk, pack, _before(desk, pack)))


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


def _before(desk: Desk, pack: CallPack) -> dict[str, int] | None:
    text = desk.db.fact(f"{LAST_NUMBERS} {pack.id}")
    return json.loads(text) if text else None


def _worth_sending(desk: Desk, pack: CallPack) -> bool:
    return desk.workspace.officers.empty_digest or _before(desk, pack) != numbers(desk, pack)


def _post(desk: Desk, pack: CallPack, content: bytes) -> None:
    before, now = _before(desk, pack), desk.db.clock()
    lines = tuple(
        (name, str(n), "—" if before is None else f"{n - before.get(name, 0):+d}")
        for name, n in numbers(desk, pack).items()
    )
    letter = DigestLetter(now.date(), lines, books.errors(desk.db), (digest_name(pack, now), content))
    for officer in desk.workspace.officers.addresses:
        put(desk.db, desk.letter(compose_digest_mail(letter, officer, desk.facts(pack))))
