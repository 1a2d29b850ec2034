"""A clock that is set forwards or back: nothing stalls until the wrong time comes, nothing is sent twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import form_docx
from desks import Line, drop, letters_in, write_desk
from mails import BEIJING, attached, mail
from smtp_server import SmtpServer
from store_builders import Bench as StoreBench
from test_outbox import fill, names, send_all

from intake.pool import Bench
from scheduler import Pass, one_pass
from store import books
from store.dispatch import deliver
from store.officers.morning import send_digest_if_due
from store.throttle import Throttle, due

THROTTLE = Throttle(per_minute=10, per_day=200, per_sender_day=20)
TUESDAY = datetime(2026, 6, 2, 9, 0, tzinfo=BEIJING)


@pytest.fixture
def outbox(tmp_path: Path) -> StoreBench:
    return StoreBench(tmp_path)


def test_letters_sent_under_a_clock_that_was_fast_hold_up_nobody(outbox: StoreBench) -> None:
    fill(outbox, 15)
    outbox.clock.pass_by(days=30)
    assert send_all(outbox, THROTTLE) == 10
    outbox.clock.pass_by(days=-30)
    assert send_all(outbox, THROTTLE) == 5


def test_a_clock_that_was_slow_does_not_open_the_gate(outbox: StoreBench) -> None:
    """Within one day set back and right again: the day's letters are counted all the same."""
    fill(outbox, 30)
    throttle = Throttle(per_day=12)
    outbox.clock.pass_by(hours=-2)
    assert send_all(outbox, throttle) == 12
    outbox.clock.pass_by(hours=2)
    assert send_all(outbox, throttle) == 0


def test_what_was_put_off_by_a_fast_clock_leaves_when_it_is_right_again(outbox: StoreBench) -> None:
    fill(outbox, 2)
    outbox.clock.pass_by(days=365)
    first = due(outbox.outbox)[0]
    outbox.outbox.sending(first.id)
    outbox.outbox.defer(first.id, outbox.clock.at + timedelta(minutes=15), "450 MI:SFQ")
    outbox.outbox.pause(outbox.clock.at + timedelta(hours=3), "450 MI:SFQ")
    assert due(outbox.outbox) == ()
    outbox.clock.pass_by(days=-365)
    assert outbox.outbox.paused_until() is None
    assert len(due(outbox.outbox)) == 2


def test_a_pause_is_kept_where_the_clock_is_right(outbox: StoreBench) -> None:
    fill(outbox, 1)
    outbox.outbox.pause(outbox.clock.at + timedelta(hours=24), "554 MI:STC")
    assert names(outbox, THROTTLE) == []
    assert "发信暂停至" in books.errors(outbox.db)[0]
    outbox.clock.pass_by(hours=24, minutes=1)
    assert len(names(outbox, THROTTLE)) == 1
    assert books.errors(outbox.db) == ()


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Line:
    return Line(write_desk(tmp_path, officers={"digest_at": '"08:30"'}), readers)


def digests(line: Line, at: datetime) -> int:
    """How many digests there are in all after a look at the clock at that moment."""
    line.clock.at = at
    with line.desk() as desk:
        send_digest_if_due(desk)
        deliver(desk)
    return sum("日报" in str(letter["Subject"]) for letter in letters_in(line.workspace.root))


def test_the_digest_goes_out_once_a_day_however_the_clock_jumps(line: Line) -> None:
    assert digests(line, TUESDAY.replace(hour=8, minute=29)) == 0
    assert digests(line, TUESDAY) == 1
    assert digests(line, TUESDAY.replace(hour=8, minute=0)) == 1, "set back before the hour"
    assert digests(line, TUESDAY) == 1
    assert digests(line, TUESDAY + timedelta(days=7)) == 2, "set forward by a week"
    assert digests(line, TUESDAY + timedelta(minutes=5)) == 2, "and right again: today's has been sent"
    assert digests(line, TUESDAY + timedelta(days=1)) == 3


def test_a_digest_that_was_missed_at_its_hour_is_made_up_for_the_same_day(line: Line) -> None:
    assert digests(line, TUESDAY.replace(hour=17)) == 1


def test_the_received_time_is_the_servers_whatever_our_clock_says(line: Line) -> None:
    """Years off, the letter is still in time and answered once."""
    raw = mail(attachments=[attached("甲.docx", form_docx())])
    drop(line.workspace.root, raw)
    line.clock.at = datetime(2031, 1, 1, tzinfo=BEIJING)
    line.run()
    line.clock.at = datetime(2020, 1, 1, tzinfo=BEIJING)
    line.run()
    [answer] = [letter for letter in letters_in(line.workspace.root) if letter["In-Reply-To"]]
    assert answer["X-Zhengji-Decision"] == "accepted"


def test_an_uncertain_letter_is_looked_for_after_the_clock_was_set_back(
    tmp_path: Path, readers: Bench, smtp_server: SmtpServer
) -> None:
    workspace = write_desk(tmp_path, "maildir:inbox", smtp_server.url)
    line = Line(workspace, readers)
    drop(tmp_path, mail(attachments=[attached("甲.docx", form_docx())]))
    smtp_server.answer(".", None)
    line.run()
    line.clock.pass_by(days=-400)
    with line.desk() as desk:
        one_pass(desk, readers, Pass())
        told = [letter.kind for letter in desk.outbox.in_state("sent")]
        assert [letter.kind for letter in desk.outbox.in_state("uncertain")] == ["answer"]
    assert "alert" in told, "officers are told; it is not sent again blindly"
    assert len([letter for letter in smtp_server.letters if b"GX2027-R0001" in letter.data]) >= 1
