"""Whether a letter came back: what other servers reported as undeliverable, among the mail that was taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from intake.letters.letter import TooDeep, parse_message
from store.database import stamp
from store.desk import Desk
from store.letters import Letter


def came_back(desk: Desk, letters: tuple[Letter, ...]) -> frozenset[str]:
    """Which letters, by Message-ID, stand in a bounce that came after they were tried."""
    waiting = {letter.message_id.encode(): letter.message_id for letter in letters}
    since = min((letter.attempted_at for letter in letters if letter.attempted_at), default=None)
    if since is None:
        return frozenset()
    contents = (part for raw in _bounces(desk, since) for part in _parts(raw))
    return frozenset(known for content in contents for name, known in waiting.items() if name in content)


def _bounces(desk: Desk, since: datetime) -> Iterator[bytes]:
    rows = desk.db.rows(
        "SELECT sha256 FROM mails WHERE automatic LIKE '退信%' AND state = 'judged' AND journaled_at >= ?", stamp(since)
    )
    for row in rows:
        try:
            yield desk.files.get(row["sha256"])
        except OSError:
            continue  # it was purged, or cannot be read now; the next pass looks again


def _parts(raw: bytes) -> Iterator[bytes]:
    """The mail as it came, and its parts without their encoding: some servers pack what they send back in base64."""
    yield raw
    try:
        message = parse_message(raw)
    except TooDeep:
        return
    for part in message.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield content
