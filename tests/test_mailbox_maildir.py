"""Fetching mail from a Maildir."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from plain_mail import mail, nothing, only, subjects

from intake.post.mailbox import (
    FolderRefused,
    MailGone,
    Source,
    open_mailbox,
)

CHINA = timezone(timedelta(hours=8))
MORNING = datetime(2026, 6, 1, 9, 30, tzinfo=CHINA)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def put(path: Path, raw: bytes, when: datetime) -> None:
    path.write_bytes(raw)
    os.utime(path, (when.timestamp(), when.timestamp()))


def test_a_maildir_is_read_in_order_of_time(maildir: Path) -> None:
    put(maildir / "new" / "b.host", mail(2), MORNING + timedelta(hours=1))
    put(maildir / "cur" / "a.host:2,S", mail(1), MORNING)
    put(maildir / "new" / ".hidden", mail(3), MORNING)
    put(maildir / "tmp" / "half", mail(4), MORNING)
    with open_mailbox(Source(f"maildir:{maildir}")) as mailbox:
        arrivals = mailbox.listing(nothing)
        assert [(a.uid, a.uidvalidity, a.internal) for a in arrivals] == [
            ("a.host", "", MORNING),
            ("b.host", "", MORNING + timedelta(hours=1)),
        ]
        assert subjects(mailbox, arrivals) == ["no. 1", "no. 2"]
        assert mailbox.fetch_header(arrivals[0]) == mail(1).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        assert mailbox.idle(20) is False


def test_a_maildir_mail_keeps_its_name_when_it_is_read_or_moved(maildir: Path) -> None:
    put(maildir / "new" / "a.host", mail(1), MORNING)
    put(maildir / "cur" / "b.host:2,F", mail(2), MORNING)
    put(maildir / "new" / "c.host", mail(3), MORNING)
    with open_mailbox(Source(f"maildir:{maildir}")) as mailbox:
        first, second, third = mailbox.listing(nothing)
        for _ in range(2):
            mailbox.acknowledge([first], "flag")
            mailbox.acknowledge([second], "flag")
            mailbox.acknowledge([third], "move", "已受理")
        assert [a.uid for a in mailbox.listing(nothing)] == ["a.host", "b.host"]
        assert mailbox.listing(only("a.host", "b.host")) == []
    assert sorted(p.name for p in (maildir / "cur").iterdir()) == ["a.host:2,S", "b.host:2,FS"]
    assert (maildir / ".已受理" / "cur" / "c.host:2,S").read_bytes() == mail(3)


def test_a_maildir_that_is_not_there_is_named(tmp_path: Path) -> None:
    with open_mailbox(Source(f"maildir:{tmp_path}/none")) as mailbox:
        with pytest.raises(FolderRefused, match="none"):
            mailbox.listing(nothing)
        assert not mailbox.probe()[0].good


def test_a_maildir_that_cannot_be_written_is_a_mailbox_error(maildir: Path) -> None:
    put(maildir / "new" / "a.host", mail(1), MORNING)
    (maildir / ".已受理").write_text("a file in the way")
    with open_mailbox(Source(f"maildir:{maildir}")) as mailbox:
        (arrival,) = mailbox.listing(nothing)
        with pytest.raises(FolderRefused, match="不能读写"):
            mailbox.acknowledge([arrival], "move", "已受理")


def test_a_maildir_file_that_vanished_is_gone(maildir: Path) -> None:
    put(maildir / "new" / "a.host", mail(1), MORNING)
    with open_mailbox(Source(f"maildir:{maildir}")) as mailbox:
        (arrival,) = mailbox.listing(nothing)
        (maildir / "new" / "a.host").unlink()
        with pytest.raises(MailGone):
            mailbox.fetch(arrival)
        mailbox.acknowledge([arrival], "flag")
