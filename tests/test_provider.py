"""What the provider's answers lead to, over hours and days: the right act at the right time, and never a loop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import form_docx
from desks import OFFICER, Line, parsed, write_desk
from mails import SENDER, attached, mail
from netease import NeteaseServer
from smtp_server import SmtpServer
from test_outbox import letter

from intake.pool import Bench
from store import books
from store.dispatch import deliver
from worker import Worker

TO = "kjj@unit.example.cn"


@pytest.fixture
def netease() -> Iterator[NeteaseServer]:
    server = NeteaseServer()
    yield server
    server.stop()


@pytest.fixture
def line(tmp_path: Path, readers: Bench, smtp_server: SmtpServer) -> Line:
    """A desk with three letters to leave, in the order in which they are named."""
    workspace = write_desk(tmp_path, "maildir:inbox", smtp_server.url, outgoing={"per_minute": "0"})
    line = Line(workspace, readers)
    with line.desk() as desk:
        for n in range(3):
            desk.outbox.add(letter(f"{n}", f"{n}{TO}", priority=n))
    return line


def rounds(line: Line, seconds: float, times: int) -> None:
    """So many rounds of delivery, so far apart."""
    for _ in range(times):
        with line.desk() as desk:
            deliver(desk)
        line.clock.pass_by(seconds=seconds)


def sent(smtp_server: SmtpServer) -> list[str]:
    return [each.recipient for each in smtp_server.letters if each.recipient != OFFICER]


def alerts(smtp_server: SmtpServer) -> list[str]:
    return [str(parsed(each.data)["Subject"]) for each in smtp_server.letters if each.recipient == OFFICER]


def attempts(smtp_server: SmtpServer, command: str) -> int:
    return smtp_server.script.get("seen", []).count(command)


def test_too_many_in_a_quarter_of_an_hour_rests_the_account_that_long(line: Line, smtp_server: SmtpServer) -> None:
    smtp_server.answer("MAIL", "450 MI:SFQ 163 smtp1,C9K")
    rounds(line, 30, 29)
    assert (attempts(smtp_server, "MAIL"), sent(smtp_server)) == (1, [])
    rounds(line, 60, 2)
    assert sent(smtp_server) == [f"0{TO}", f"1{TO}", f"2{TO}"]


def test_the_days_limit_waits_for_the_next_day_and_is_told_once(line: Line, smtp_server: SmtpServer) -> None:
    smtp_server.answer("MAIL", "554 MI:STC 163 smtp2,xyz")
    rounds(line, 600, 6 * 13)
    assert (attempts(smtp_server, "MAIL"), sent(smtp_server)) == (1, [])
    with line.desk() as desk:
        assert "发信暂停至 06月02日 00:05" in books.errors(desk.db)[0]
    rounds(line, 600, 8)
    assert len(sent(smtp_server)) == 3
    assert alerts(smtp_server) == ["【发信暂停】"]


def test_a_busy_address_is_left_alone_longer_each_time_and_told_once_a_day(line: Line, smtp_server: SmtpServer) -> None:
    smtp_server.answer("MAIL", *(f"550 HL:REP 163 smtp2,C9KowA{n}" for n in range(5)))
    rounds(line, 60, 60 * 12)
    assert attempts(smtp_server, "MAIL") == 5, "0:30, 1, 2 and 4 hours apart"
    rounds(line, 600, 6 * 12)
    assert len(sent(smtp_server)) == 3
    assert len(alerts(smtp_server)) == 1, "the server's words differ each time, the alert is one"


def test_a_login_that_is_refused_is_not_tried_over_and_over(line: Line, smtp_server: SmtpServer) -> None:
    smtp_server.answer("AUTH", *("535 Error: authentication failed" for _ in range(5)))
    rounds(line, 30, 120)
    assert attempts(smtp_server, "AUTH") <= 4
    rounds(line, 600, 30)
    assert len(sent(smtp_server)) == 3
    assert alerts(smtp_server) == ["【发信暂停】"]


def test_what_looks_like_spam_is_tried_once_more_after_two_minutes_and_then_told(
    line: Line, smtp_server: SmtpServer
) -> None:
    smtp_server.answer("DATA", "451 DT:SPM 163 smtp3,x1")
    rounds(line, 30, 3)
    assert sent(smtp_server) == [f"1{TO}", f"2{TO}"], "the next letters are not held up"
    smtp_server.answer("DATA", "451 DT:SPM 163 smtp3,x2")
    rounds(line, 30, 20)
    assert len(sent(smtp_server)) == 2
    assert alerts(smtp_server) == ["【一封通知未能送达】"]


@pytest.mark.parametrize(
    ("command", "answer"),
    [("DATA", "554 DT:SPM 163 smtp3"), ("RCPT", "550 Invalid User: 0kjj"), ("DATA", "552 Illegal Attachment")],
)
def test_what_will_never_be_taken_is_told_and_not_tried_again(
    line: Line, smtp_server: SmtpServer, command: str, answer: str
) -> None:
    smtp_server.answer(command, answer)
    rounds(line, 3600, 48)
    assert sent(smtp_server) == [f"1{TO}", f"2{TO}"]
    assert alerts(smtp_server) == ["【一封通知未能送达】"]


def test_no_letter_is_given_up_for_what_the_whole_account_waits_for(line: Line, smtp_server: SmtpServer) -> None:
    """Ten days without a way out: everything leaves afterwards."""
    smtp_server.answer("MAIL", *("450 MI:SFQ 163 smtp1" for _ in range(45)))
    rounds(line, 3600, 24 * 12)
    assert sent(smtp_server) == [f"0{TO}", f"1{TO}", f"2{TO}"]


def test_a_full_mailbox_is_given_up_in_the_end_and_told(line: Line, smtp_server: SmtpServer) -> None:
    smtp_server.answer("RCPT", "452 4.2.2 mailbox full")
    rounds(line, 60, 2)
    assert sent(smtp_server) == [f"1{TO}", f"2{TO}"]
    smtp_server.answer("RCPT", *("452 4.2.2 mailbox full" for _ in range(12)))
    rounds(line, 3600, 24 * 5)
    assert attempts(smtp_server, "RCPT") == 13 + 2 + 1
    assert alerts(smtp_server) == ["【一封通知未能送达】"]
    with line.desk() as desk:
        assert [each.recipient for each in desk.outbox.in_state("failed")] == [f"0{TO}"]


def test_a_whole_pass_over_netease_and_back(
    tmp_path: Path, readers: Bench, netease: NeteaseServer, smtp_server: SmtpServer
) -> None:
    netease.password = smtp_server.password
    raw = mail(attachments=[attached("甲.docx", form_docx())])
    netease.mails = {
        1320000001: raw,
        1320012345: mail(subject="咨询", text="请问何时截止？", message_id="<2@example.cn>"),
    }
    line = Line(write_desk(tmp_path, netease.url, smtp_server.url), readers)
    course = line.run()
    assert (course.met, course.errors) == (2, [])
    assert netease.flags == {1320000001: {"\\Seen"}, 1320012345: {"\\Seen"}}
    line.run(minutes=2)
    assert sent(smtp_server) == [SENDER]
    assert netease.searches == {"ALL"}


def test_a_mailbox_that_refuses_logins_is_asked_less_and_less_often(
    tmp_path: Path, readers: Bench, netease: NeteaseServer
) -> None:
    netease.password = "something else"
    worker = Worker(write_desk(tmp_path, netease.url))
    line = Line(worker._workspace, readers)
    asked = []
    for _ in range(60):  # two hours of polls
        with line.desk() as desk:
            worker._poll(desk, readers)
        asked.append(netease.connections)
        line.clock.pass_by(seconds=120)
    assert asked[0] == 1
    assert asked[-1] <= 5
    with line.desk() as desk:
        assert "授权码" in books.errors(desk.db)[0]


def test_a_connection_that_drops_backs_off_and_comes_back(
    tmp_path: Path, readers: Bench, netease: NeteaseServer
) -> None:
    netease.password = (write_desk(tmp_path, netease.url).root / "secret").read_text()
    worker = Worker(write_desk(tmp_path, netease.url))
    line = Line(worker._workspace, readers)
    netease.hang_up_at("LOGIN", times=3)
    polls = 0
    while netease.identified == 0 and polls < 100:
        with line.desk() as desk:
            worker._poll(desk, readers)
        polls += 1
    assert polls == 4 + (2 + 4 + 8), "each time twice as many are passed over"
    assert netease.connections == 4
    with line.desk() as desk:
        assert books.errors(desk.db) == ()
