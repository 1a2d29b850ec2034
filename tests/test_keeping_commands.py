"""``replay``, ``purge``, ``backup``, ``restore`` and a full disk, as the operator meets them: words and exit codes."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from builders import NAME, form_docx
from click.testing import CliRunner, Result
from desks import Line, drop, write_desk
from mails import attached, mail

import cli
from intake.pool import Bench
from scheduler import Pass, tried_pass
from store import books

Zhengji = Callable[..., Result]


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Line:
    line = Line(write_desk(tmp_path), readers)
    drop(tmp_path, mail(attachments=[attached("甲.docx", form_docx())]))
    line.run()
    return line


@pytest.fixture
def zhengji(line: Line) -> Zhengji:
    def run(*arguments: str) -> Result:
        done = CliRunner().invoke(cli.zhengji, [*arguments, "-c", str(line.workspace.config)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


def test_purge_says_what_went_what_stays_and_where_it_may_still_be(zhengji: Zhengji, tmp_path: Path) -> None:
    zhengji("backup", str(tmp_path / "b.zip"))
    done = zhengji("purge", "gx2027-r0001", "--reason", "来函要求删除", "--officer", "刘百里")
    assert done.exit_code == 0
    for words in ("已清除 GX2027-R0001", "GX2027-0001", "SHA-256", str(tmp_path / "b.zip"), "邮箱服务器上的原信"):
        assert words in done.output
    shown = zhengji("show", "GX2027-R0001").output
    assert "来函要求删除" in shown
    assert NAME not in shown + zhengji("items", "--all", "--json").output


def test_purge_wants_a_reason(zhengji: Zhengji) -> None:
    assert zhengji("purge", "GX2027-R0001", "--reason", " ").exit_code == 2


def test_backup_and_restore_tell_what_they_did(zhengji: Zhengji, tmp_path: Path) -> None:
    assert "1 封来信" in zhengji("backup", str(tmp_path / "b.zip")).output
    done = zhengji("restore", str(tmp_path / "b.zip"))
    assert done.exit_code == 0
    assert "原来的数据库另存为" in done.output
    assert "已有的文件未改动" in done.output
    assert "受理 1" in zhengji("status").output


def test_replay_takes_a_number_a_receipt_or_all(line: Line, zhengji: Zhengji) -> None:
    assert zhengji("replay").exit_code == 2
    assert zhengji("replay", "1", "--all").exit_code == 2
    assert "没有被搁置" in zhengji("replay", "GX2027-R0001").output
    assert zhengji("replay", "--all").output == "没有搁置的来信。\n"
    with line.desk() as desk:
        desk.db.write("UPDATE mails SET state = 'failed', attempts = 3 WHERE id = 1")
    assert "1 封来信" in zhengji("replay", "1").output
    line.run(hours=1)
    with line.desk() as desk:
        assert books.balance(desk.db).handled == 1


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_a_mail_is_not_yet_taken_and_that_is_said(line: Line, readers: Bench) -> None:
    big = mail(
        attachments=[attached("乙.docx", form_docx({"创新需求名称": "露天矿"}) + bytes(3_000_000))],
        message_id="<2@e.cn>",
    )
    drop(line.workspace.root, big, "2")
    with line.desk() as desk:
        with full_disk(2_000_000):
            course = tried_pass(desk, readers, Pass())
        assert course.met == 0
        assert "写不进" in course.errors[0]
        assert "写不进" in books.errors(desk.db)[0]
        assert books.balance(desk.db).seen == 1
    assert [path.name for path in (line.workspace.root / "inbox" / "new").iterdir()] == ["2"], (
        "it is not marked as read"
    )
    assert line.run(minutes=2).met == 1
    with line.desk() as desk:
        assert books.errors(desk.db) == ()


def test_a_backup_for_which_there_is_no_room_leaves_nothing(line: Line, zhengji: Zhengji, tmp_path: Path) -> None:
    with full_disk(20_000):
        done = CliRunner().invoke(cli.zhengji, ["backup", str(tmp_path / "b.zip"), "-c", str(line.workspace.config)])
    assert done.exit_code != 0
    assert not (tmp_path / "b.zip").exists()
    assert not list(tmp_path.glob(".zhengji-backup-*"))
    assert zhengji("backup", str(tmp_path / "b.zip")).exit_code == 0


def test_a_damaged_database_stops_the_pass_with_its_cure(line: Line, zhengji: Zhengji) -> None:
    content = bytearray(line.workspace.db.read_bytes())
    content[4096 : 4096 * 8] = bytes(4096 * 7)
    line.workspace.db.write_bytes(content)
    done = CliRunner().invoke(cli.zhengji, ["once", "-c", str(line.workspace.config)])
    assert done.exit_code != 0
    assert "zhengji restore" in str(done.exception) + done.output
