"""What a power cut must not take back: nothing is shown to anyone before it was forced to the disk."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import form_docx
from desks import Line, drop, write_desk
from mails import attached, mail
from store_builders import Bench as Store

from intake.pool import Bench
from intake.post.mailbox import open_mailbox
from scheduler import Pass, fetch, judge_waiting
from store.acknowledge import acknowledge
from store.desk import Desk
from store.dispatch import deliver
from store.files import Files
from store.keeping.backups import write_backup
from store.made.publish import publish

SHOWN = re.compile(r"(outbox/new|inbox/cur|out)/[^/]+$")


def tell_the_mailbox(desk: Desk) -> None:
    with open_mailbox(desk.source) as mailbox:
        acknowledge(desk, mailbox, [("INBOX", "")])


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Line:
    """A line from a Maildir to a Maildir, in which one mail waits."""
    line = Line(write_desk(tmp_path), readers)
    drop(tmp_path, mail(attachments=[attached("需求.docx", form_docx())]))
    return line


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was forced to the disk, as it happens."""
    names: list[str] = []
    force = os.fsync

    def fsync(descriptor: int) -> None:
        names.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        force(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return names


@pytest.mark.parametrize("show", [deliver, tell_the_mailbox, publish])
def test_whatever_shows_a_verdict_forces_it_to_the_disk_first(
    line: Line, readers: Bench, monkeypatch: pytest.MonkeyPatch, show: Callable[[Desk], object]
) -> None:
    """Each by itself: what comes before it in a pass may have failed, and other jobs and commands show, too."""
    done: list[str] = []
    replace = os.replace

    def recorded(old: os.PathLike[str] | str, new: os.PathLike[str] | str) -> None:
        done.append(Path(new).as_posix())
        replace(old, new)

    monkeypatch.setattr(os, "replace", recorded)
    with line.desk() as desk, open_mailbox(desk.source) as mailbox:
        desk.db.connection.set_trace_callback(done.append)
        fetch(desk, mailbox, Pass())
        judge_waiting(desk, readers, Pass())
        show(desk)
    verdict = next(at for at, each in enumerate(done) if each.startswith("INSERT INTO items"))
    shown = next(at for at, each in enumerate(done) if SHOWN.search(each))
    modes = [each for each in done[verdict:shown] if each.startswith("PRAGMA synchronous") or each == "COMMIT"]
    assert modes[0] == "COMMIT", "the verdict itself"
    assert ["PRAGMA synchronous = FULL", "COMMIT"] in [modes[at : at + 2] for at in range(len(modes))]


def test_a_mail_that_lay_there_as_an_attachment_is_forced_to_the_disk_when_it_is_written_down(
    tmp_path: Path, flushed: list[str]
) -> None:
    store = Store(tmp_path)
    name = store.files.put(b"a mail", durable=False)
    assert flushed == []
    store.arrive(b"a mail")
    assert flushed[:2] == [name, name[:2]]


def test_a_backup_and_an_erasure_are_there_for_good_before_they_are_told(
    line: Line, tmp_path: Path, flushed: list[str]
) -> None:
    with line.desk() as desk:
        write_backup(desk, tmp_path / "kept" / "b.zip")
    assert flushed == ["b.zip", "kept"]
    files = Files(tmp_path / "files")
    name = files.put(b"a letter")
    flushed.clear()
    files.erase(name)
    assert name[:2] in flushed
