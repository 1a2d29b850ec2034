"""When a letter counts as received."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from mails import BEIJING

from intake.model import Letter
from rules.received import received_at

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=BEIJING)
NEVER = datetime(2000, 1, 1, tzinfo=BEIJING)


def minutes(n: float) -> datetime:
    return NOON + timedelta(minutes=n)


@pytest.mark.parametrize(
    ("header", "server", "at"),
    [
        (None, NOON, NOON),
        (NOON, NOON, NOON),
        (NOON, minutes(10), minutes(10)),
        (NOON, minutes(10.1), NOON),  # moved by hand: the earlier counts
        (minutes(600), NOON, NOON),
        (NOON, None, NOON),
        (None, None, minutes(-1)),
    ],
)
def test_the_servers_time_counts_unless_a_person_moved_the_mail(
    header: datetime | None, server: datetime | None, at: datetime
) -> None:
    found = received_at(Letter((), received_header=header, date=minutes(-1)), server, NEVER, is_file=False)
    assert (found.at, found.internal, found.header) == (at, server, header)


@pytest.mark.parametrize(
    ("header", "file", "date", "at"),
    [
        (NOON, minutes(600), minutes(-1), NOON),
        (None, minutes(600), minutes(-1), minutes(600)),
        (None, None, minutes(-1), minutes(-1)),
        (None, None, None, NEVER),
    ],
)
def test_of_a_file_its_received_line_counts_first(
    header: datetime | None, file: datetime | None, date: datetime | None, at: datetime
) -> None:
    assert received_at(Letter((), received_header=header, date=date), file, NEVER, is_file=True).at == at
