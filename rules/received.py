"""When a letter counts as received, from the times that the server and the letter tell (contract, section 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from intake.model import Letter
from rules.model import Received

MOVED_BY_HAND = timedelta(minutes=10)


def received_at(letter: Letter, server: datetime | None, fallback: datetime, *, is_file: bool) -> Received:
    """The time of receipt with its evidence.

    ``server`` is IMAP's INTERNALDATE or, with ``is_file``, the time of the file; ``fallback`` holds where nothing
    tells. A server's time over ten minutes later than the topmost Received line means that a person moved the mail:
    the earlier one counts. Of a file the Received line counts, else its own time, else Date.
    """
    header = letter.received_header
    if is_file:
        at = header or server or letter.date or fallback
    elif server and header and server - header > MOVED_BY_HAND:
        at = header
    else:
        at = server or header or letter.date or fallback
    return Received(at, server, header)
