"""Ways in which other desks lost letters, over the whole line; docs/failures.md lists all of them with their tests."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import FIELDS, form_docx
from desks import Line, drop, letters_in, write_desk
from mails import RECEIVED, attached, mail
from netease import NeteaseServer
from servers import PASSWORD, Account
from smtp_server import SmtpServer

from intake.pool import Bench
from intake.post.mailbox import Source, open_mailbox
from store.files import Files
from store.queries import status_json
from store.setup.lock import only_worker


@pytest.fixture
def line(tmp_path: Path, dovecot: Account, smtp_server: SmtpServer, readers: Bench) -> Line:
    return Line(write_desk(tmp_path, dovecot.url, smtp_server.url), readers)


@pytest.fixture
def files(tmp_path: Path, readers: Bench) -> Line:
    return Line(write_desk(tmp_path), readers)


@pytest.fixture
def netease() -> Iterator[NeteaseServer]:
    server = NeteaseServer()
    yield server
    server.stop()


def report(n: int, message_id: str | None = None, **more: object) -> bytes:
    """A mail with a demand of its own."""
    form = form_docx({**FIELDS, "创新需求名称": f"第{n}号装备关键技术研究"})
    return mail(attachments=[attached("需求.docx", form)], message_id=message_id or f"<{n}@example.cn>", **more)  # type: ignore[arg-type]


def mails_of(line: Line) -> dict[str, int]:
    with line.desk() as desk:
        found: dict[str, int] = status_json(desk.db, desk.packs)["mails"]
    return found


def test_a_mail_that_fails_is_not_marked_as_read_until_it_is_judged(line: Line, dovecot: Account) -> None:
    dovecot.deliver(report(1), RECEIVED)
    with line.desk() as desk:
        desk.db.write("CREATE TRIGGER fault BEFORE INSERT ON items BEGIN SELECT raise(ABORT, 'bad'); END")
    assert line.run().failed == 1
    assert dovecot.flags() == {1: set()}
    with line.desk() as desk:
        desk.db.write("DROP TRIGGER fault")
    assert line.run(minutes=2).judged == 1
    assert dovecot.flags() == {1: {b"\\Seen"}}


def test_a_mailbox_made_anew_is_read_again_by_content_and_answers_nobody_twice(
    tmp_path: Path, dovecot: Account, smtp_server: SmtpServer, readers: Bench
) -> None:
    line = Line(write_desk(tmp_path, dovecot.url.replace("/INBOX", "/Intake"), smtp_server.url), readers)
    first, second, new = (report(n) for n in (1, 2, 3))
    dovecot.deliver_all([(first, RECEIVED), (second, RECEIVED)], "Intake")
    line.run()
    with dovecot.client() as client:
        client.delete_folder("Intake")
    dovecot.deliver_all([(new, RECEIVED), (second, RECEIVED), (first, RECEIVED)], "Intake")
    assert line.run(minutes=2).met == 3
    assert len(smtp_server.letters) == 3
    assert mails_of(line) == {"handled": 3, "ignored": 0, "duplicates": 0, "failed": 0}


def test_a_mailbox_put_back_from_a_backup_gives_its_uids_a_second_time(
    tmp_path: Path, netease: NeteaseServer, readers: Bench
) -> None:
    netease.password = PASSWORD
    line = Line(write_desk(tmp_path, netease.url), readers)
    netease.mails = {1320000000 + n: report(n) for n in (1, 2, 3)}
    assert [line.run().met, line.run(minutes=2).met] == [3, 0]
    netease.mails = {1320000001: report(1), 1320000002: report(3), 1320000003: report(1234)}
    assert line.run(minutes=2).judged == 1
    assert line.run(minutes=2).met == 0
    assert mails_of(line) == {"handled": 4, "ignored": 0, "duplicates": 0, "failed": 0}
    assert len(letters_in(tmp_path)) == 4


def test_a_folder_that_is_closed_keeps_no_other_mail_from_being_marked(
    tmp_path: Path, netease: NeteaseServer, readers: Bench
) -> None:
    netease.password = PASSWORD
    line = Line(write_desk(tmp_path, netease.url, mailbox={"after": '"move"'}), readers)
    netease.uncreated = {"其他来信"}
    netease.mails = {1: mail(subject="查询", text="请告知。", message_id="<q@example.cn>"), 2: report(2), 3: report(3)}
    assert len(line.run().errors) == 1
    assert list(netease.mails) == [1]


@pytest.mark.parametrize("after", ["flag", "move"])
def test_a_mail_that_is_not_to_be_marked_keeps_no_other_from_it(
    tmp_path: Path, netease: NeteaseServer, readers: Bench, after: str
) -> None:
    netease.password = PASSWORD
    line = Line(write_desk(tmp_path, netease.url, mailbox={"after": f'"{after}"'}), readers)
    netease.mails, netease.stubborn = {n: report(n) for n in range(1, 5)}, {1, 3}
    assert [re.findall(r"邮件 (\d)", each) for each in line.run().errors] == [["1"], ["3"]]
    taken = netease.flags if after == "flag" else {1, 2, 3, 4} - set(netease.mails)
    assert set(taken) == {2, 4}
    netease.stubborn = set()
    assert line.run(minutes=2).errors == []
    assert set(netease.flags) == ({1, 2, 3, 4} if after == "flag" else set())
    assert len(letters_in(tmp_path)) == 4


def test_one_message_id_over_two_contents_is_two_letters(files: Line, tmp_path: Path) -> None:
    for n in (1, 2):
        drop(tmp_path, report(n, "<the-same@example.cn>"), str(n))
    files.run()
    assert mails_of(files) == {"handled": 2, "ignored": 0, "duplicates": 0, "failed": 0}


@pytest.mark.parametrize(
    "header", [b"", b"Message-ID: \r\n", b"Message-ID: <[1@example.cn]>\r\n", b"Message-ID: <\r\n"]
)
def test_a_message_id_that_is_none_stops_neither_its_mail_nor_the_next(
    files: Line, tmp_path: Path, header: bytes
) -> None:
    drop(tmp_path, report(1).replace(b"Message-ID: <1@example.cn>\r\n", header), "1")
    drop(tmp_path, report(2), "2")
    assert [files.run(minutes=2).judged for _ in range(2)] == [2, 0]


@pytest.mark.parametrize("date", [b"Date: 32 Foo 2026 99:99\r\n", b"Date: \xb6\xfe\xc1\xe3\r\n", b""])
def test_a_date_that_is_none_holds_up_nobody(files: Line, tmp_path: Path, date: bytes) -> None:
    raw = report(1)
    start = raw.index(b"Date: ")
    drop(tmp_path, raw[:start] + date + raw[raw.index(b"\r\n", start) + 2 :], "1")
    drop(tmp_path, report(2), "2")
    course = files.run()
    assert (course.judged, course.failed) == (2, 0)


def test_a_mail_without_attachments_is_fetched_once(line: Line, dovecot: Account) -> None:
    dovecot.deliver(mail(subject="你好", text="请问何时截止？"), RECEIVED)
    assert [line.run(minutes=2).met for _ in range(3)] == [1, 0, 0]


def test_sixty_thousand_mails_in_one_folder_are_compared_and_the_new_one_is_found(netease: NeteaseServer) -> None:
    netease.mails = {1320000000 + n * 7: b"Subject: x\r\n\r\n" for n in range(60_000)}
    known = frozenset(str(uid) for uid in sorted(netease.mails)[:-1])
    with open_mailbox(Source(netease.url, netease.password, timeout=20)) as mailbox:
        (new,) = mailbox.listing(lambda _folder, _uidvalidity: known)
    assert new.uid == str(max(netease.mails))


def test_moving_one_mail_never_expunges_what_a_person_has_marked(netease: NeteaseServer) -> None:
    netease.mails = {1: b"Subject: 1\r\n\r\n", 2: b"Subject: 2\r\n\r\n"}
    netease.flags = {1: {"\\Deleted"}}
    with open_mailbox(Source(netease.url, netease.password, timeout=10)) as mailbox:
        _, second = mailbox.listing(lambda _folder, _uidvalidity: frozenset())
        mailbox.acknowledge([second], "move", "已受理")
    assert list(netease.mails) == [1]


def test_what_a_dead_worker_left_half_written_is_cleared_away_and_purged(tmp_path: Path) -> None:
    kept = Files(tmp_path / "files")
    name = kept.put(b"a letter")
    half = kept.path(name).with_name(f".{name}.0a1b2c3d")
    young, table = half.with_name(f".{'f' * 64}.0a1b2c3d"), tmp_path / "out" / ".汇总表-x.tmp"
    table.parent.mkdir()
    for path in (half, young, table):
        path.write_bytes(b"a let")
    os.utime(table, (0, 0))
    with only_worker(tmp_path):
        assert [path.exists() for path in (half, young, table)] == [True, True, False], "it may be at work now"
    kept.erase(name)
    assert not half.exists()
    os.utime(young, (0, 0))
    with only_worker(tmp_path):
        assert not young.exists()


def test_every_test_that_the_page_names_is_there() -> None:
    page = (Path(__file__).parent.parent / "docs" / "failures.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)(\.py)?`", page)
    file, missing = "", []
    for name, is_file in named:
        if is_file:
            file = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        elif f"def {name}(" not in file:
            missing.append(name)
    assert len(named) > 50
    assert missing == []
