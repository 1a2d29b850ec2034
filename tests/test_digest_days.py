"""The digest comes once each workday, also across restarts; which days are workdays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from desks import OFFICER, write_desk
from mails import BEIJING
from store_builders import Clock

from store.desk import open_desk
from store.officers.morning import send_digest_if_due
from store.setup.workdays import is_workday, workdays_until
from store.setup.workspace import Workspace

FRIDAY = datetime(2026, 6, 5, 8, 30, tzinfo=BEIJING)


class Office:
    """A workspace through the days; every look at it is a restart."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.clock = Clock(FRIDAY)

    def at(self, when: datetime) -> bool:
        """Whether a digest is written now."""
        self.clock.at = when
        with open_desk(self.workspace, clock=self.clock) as desk:
            return send_digest_if_due(desk)

    def written(self) -> int:
        with open_desk(self.workspace, clock=self.clock) as desk:
            row = desk.db.row("SELECT count(*) AS n FROM letters WHERE kind = 'digest' AND recipient = ?", OFFICER)
            assert row is not None
            return int(row["n"])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(write_desk(tmp_path))


def test_one_digest_each_workday_also_across_restarts(office: Office, tmp_path: Path) -> None:
    assert not office.at(FRIDAY - timedelta(seconds=1))
    assert office.at(FRIDAY)
    assert not office.at(FRIDAY + timedelta(minutes=1))
    assert not office.at(FRIDAY + timedelta(hours=12))
    assert not office.at(FRIDAY + timedelta(days=1))  # Saturday
    assert not office.at(FRIDAY + timedelta(days=2))
    assert office.at(FRIDAY + timedelta(days=3, hours=5))  # the machine was off in the morning
    assert office.written() == 2
    names = sorted(path.name[:10] for path in (tmp_path / "out" / "digest").iterdir())
    assert names == ["2026-06-05", "2026-06-08"]


def test_the_digest_follows_the_holidays_and_the_days_worked_for_them(office: Office) -> None:
    assert not office.at(datetime(2026, 10, 1, 9, tzinfo=BEIJING))  # a Thursday, National Day
    assert office.at(datetime(2026, 10, 10, 9, tzinfo=BEIJING))  # a Saturday, worked for it


def test_the_officers_own_days_count_first(tmp_path: Path) -> None:
    own = {"extra_holidays": '["2026-06-05"]', "extra_workdays": '["2026-06-06"]'}
    office = Office(write_desk(tmp_path, officers=own))
    assert not office.at(FRIDAY)
    assert office.at(FRIDAY + timedelta(days=1))


def test_no_digest_for_nobody(tmp_path: Path) -> None:
    assert not Office(write_desk(tmp_path, officers={"addresses": "[]"})).at(FRIDAY)


def test_an_empty_digest_only_where_it_is_wanted(tmp_path: Path) -> None:
    office = Office(write_desk(tmp_path, officers={"empty_digest": "false"}))
    office.at(FRIDAY)
    first = office.written()
    office.at(FRIDAY + timedelta(days=3))
    assert office.written() == first


# --------------------------------------------------------------------------- workdays


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 6, 1), True),
        (date(2026, 6, 6), False),
        (date(2026, 2, 14), True),
        (date(2026, 2, 17), False),
        (date(2060, 6, 4), True),  # no data for that year: Monday to Friday
        (date(2060, 6, 5), False),
    ],
)
def test_workdays(day: date, worked: bool) -> None:
    assert is_workday(day) is worked


def test_workdays_left() -> None:
    assert workdays_until(date(2026, 6, 5), date(2026, 6, 8)) == 1
    assert workdays_until(date(2026, 6, 5), date(2026, 6, 8), workdays=(date(2026, 6, 7),)) == 2
    assert workdays_until(date(2026, 6, 8), date(2026, 6, 5)) == 0
