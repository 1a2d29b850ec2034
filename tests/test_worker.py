"""The worker as a process: new mail at once by IDLE, and a clean stop."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from builders import form_docx
from desks import write_desk
from mails import BEIJING, attached, mail
from netease import NeteaseServer
from servers import PASSWORD, Account
from smtp_server import SmtpServer

from store import books
from store.desk import Desk, open_desk
from store.setup.workspace import Workspace
from worker import Drift, Worker

ROOT = Path(__file__).parent.parent
LONG = 60.0  # far beyond what is needed: a machine may be busy


@contextmanager
def running(workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "cli", "run", "-c", str(workspace.config)]
    worker = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def wait_for(met: object, worker: subprocess.Popen[str]) -> None:
    until = time.monotonic() + LONG
    while not met() and time.monotonic() < until:  # type: ignore[operator]
        assert worker.poll() is None, worker.communicate()[1]
        time.sleep(0.05)
    assert met()  # type: ignore[operator]


def test_mail_is_answered_at_once_where_the_server_has_idle(
    tmp_path: Path, dovecot: Account, smtp_server: SmtpServer
) -> None:
    hourly = {"schedule": {"poll_seconds": "3600"}, "officers": {"addresses": "[]"}}
    workspace = write_desk(tmp_path, dovecot.url, smtp_server.url, **hourly)
    with running(workspace) as worker:
        for n in (1, 2):
            form = form_docx({"创新需求名称": f"第{'一二'[n - 1]}项储能技术研究"})
            dovecot.deliver(mail(attachments=[attached(f"{n}.docx", form)], message_id=f"<{n}@example.cn>"))
            wait_for(lambda n=n: len(smtp_server.letters) == n, worker)
        worker.send_signal(signal.SIGTERM)
        _, log = worker.communicate(timeout=LONG)
    assert worker.returncode == 0, log
    assert "Traceback" not in log


def test_told_to_stop_it_does_not_wait_for_a_mailbox_that_is_silent(tmp_path: Path) -> None:
    server = NeteaseServer()
    server.password, server.silent_at = PASSWORD, "SELECT"
    try:
        with running(write_desk(tmp_path, server.url)) as worker:
            wait_for(server.fell_silent.is_set, worker)
            worker.send_signal(signal.SIGTERM)
            _, log = worker.communicate(timeout=30)
        assert worker.returncode == 0
        assert "Traceback" not in log
    finally:
        server.stop()


def test_neither_new_mail_nor_a_job_in_line_holds_it_up_while_it_stops(tmp_path: Path) -> None:
    worker = Worker(write_desk(tmp_path))

    def _poll(_desk: Desk, _bench: object) -> None:
        worker._stop.set()
        time.sleep(0.2)  # meanwhile the worker waits for this job
        worker._pass_soon()

    worker._scheduler.start()
    worker._scheduler.add_job(worker._guarded, "interval", (_poll, None), seconds=60, id="poll")
    for _ in range(100):  # more than are passed over before it is the stopping worker's turn
        worker._scheduler.add_job(worker._guarded, "interval", (worker._digest, None), seconds=60)
    for job in worker._scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(BEIJING))
    assert worker._stop.wait(LONG)
    ending = threading.Thread(target=worker._come_to_rest, daemon=True)
    ending.start()
    ending.join(LONG)
    assert not ending.is_alive()


def test_a_job_that_fails_is_said_until_it_succeeds(tmp_path: Path) -> None:
    workspace = write_desk(tmp_path)
    worker = Worker(workspace)
    faults: list[Exception] = [ZeroDivisionError("words of a letter"), OSError(28, "No space left on device")]

    def _digest(_desk: Desk, _bench: object) -> None:
        if faults:
            raise faults.pop()

    said = []
    for _ in range(3):
        worker._guarded(_digest, None)  # type: ignore[arg-type]
        with open_desk(workspace) as desk:
            said.append(books.errors(desk.db))
    assert [len(lines) for lines in said] == [1, 1, 0]
    assert "日报未能进行" in said[0][0]
    assert "No space left" in said[0][0]
    assert "ZeroDivisionError，test_worker.py" in said[1][0]


def test_a_clock_that_is_set_is_noticed_in_both_directions() -> None:
    start = datetime(2026, 6, 1, 9, 0, tzinfo=BEIJING)
    drift = Drift(start, 100.0)
    assert drift.jumped(start + timedelta(seconds=61), 160.0) == 0, "a second of drift is no jump"
    assert drift.jumped(start - timedelta(days=1), 161.0) == pytest.approx(-86_462, abs=1)
    assert drift.jumped(start - timedelta(days=1) + timedelta(seconds=1), 162.0) == 0
    assert drift.jumped(start + timedelta(days=365), 163.0) > 86_400 * 300


def test_after_the_clock_is_set_back_no_job_waits_for_the_old_time(tmp_path: Path) -> None:
    worker = Worker(write_desk(tmp_path))
    scheduler = worker._scheduler
    scheduler.start(paused=True)
    try:
        scheduler.add_job(print, "interval", seconds=60, id="poll", next_run_time=datetime(2099, 1, 1, tzinfo=BEIJING))
        worker.mind_the_clock(0.0)
        assert scheduler.get_job("poll").next_run_time.year == 2099
        worker.mind_the_clock(-86_400.0)
        assert scheduler.get_job("poll").next_run_time <= datetime.now(BEIJING)
    finally:
        scheduler.shutdown(wait=False)
