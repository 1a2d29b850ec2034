"""The worker: it stops cleanly, works alone, and sends the digest once each workday."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from builders import form_docx
from desks import OFFICER, drop, letters_in, write_desk
from mails import BEIJING, attached, mail
from store_builders import Clock

from store.database import StoreError
from store.desk import open_desk
from store.lock import only_worker
from store.morning import send_digest_if_due
from store.queries import status_json
from store.workdays import is_workday, workdays_until
from store.workspace import Workspace, load_workspace

ROOT = Path(__file__).parent.parent
FRIDAY = datetime(2026, 6, 5, 8, 30, tzinfo=BEIJING)


def until(done: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are POSIX's")
def test_the_worker_takes_mail_as_it_comes_and_stops_when_told(tmp_path: Path) -> None:
    write_desk(tmp_path, schedule={"poll_seconds": "1"}, officers={"addresses": "[]"})
    command = [sys.executable, "-m", "cli", "run", "-c", str(tmp_path / "zhengji.toml")]
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        drop(tmp_path, mail(attachments=[attached("氢能.docx", form_docx())]))
        until(lambda: len(letters_in(tmp_path)) == 1)
        with pytest.raises(StoreError, match="另一个 zhengji"), only_worker(tmp_path):
            pass
        drop(tmp_path, mail(attachments=[attached("氢能.docx", form_docx())], message_id="<2@example.cn>"), "2")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=60) == 0
    finally:
        worker.kill()
        worker.wait()
    said = (tmp_path / "log").read_text()
    assert '"event": "worker_stopped"' in said
    assert "Traceback" not in said
    _is_finished_or_untouched(load_workspace(tmp_path / "zhengji.toml"), letters=len(letters_in(tmp_path)))


def _is_finished_or_untouched(workspace: Workspace, letters: int) -> None:
    with only_worker(workspace.root), open_desk(workspace, check=True) as desk:
        found = status_json(desk.db, desk.packs)
        waiting = len(desk.journal.pending())
        assert desk.outbox.in_state("sending") == ()
    assert found["mails"]["handled"] + waiting in (1, 2)
    assert found["outbox"]["sent"] == letters


# --------------------------------------------------------------------------- the digest


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
