"""The worker: which job runs when, at once when mail comes in, and what a clock that jumps must not break."""

from __future__ import annotations

import logging
import signal
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from intake.pool import Bench
from intake.post.mailbox import Mailbox, MailboxError, open_mailbox
from scheduler import Pass, tried_pass
from store import books
from store.database import SHANGHAI, StoreError
from store.desk import Desk, open_desk, source_of
from store.dispatch import deliver, lift_stop
from store.keeping.backups import backup_if_due
from store.officers.morning import send_digest_if_due
from store.officers.reminders import send_reminders_if_due
from store.setup.engine import open_engine
from store.setup.settings import STRICT_POLL_SECONDS, is_strict
from store.setup.workspace import Workspace, WorkspaceError

log = structlog.get_logger()

LONGEST_REST = 3600.0
LEAST_REST = 60.0
IDLE_SECONDS = 300.0
TICK = 0.5
PATIENCE = 2.0
JUMP = 30.0  # seconds by which wall clock and time passed must part to be called a jump


class Drift:
    """Whether the wall clock was set since it was last looked at; ``ticks`` are seconds that no setting changes."""

    def __init__(self, wall: datetime, ticks: float) -> None:
        self._wall, self._ticks = wall, ticks

    def jumped(self, wall: datetime, ticks: float) -> float:
        """By how many seconds the clock was set, forwards or back; 0 where it was not."""
        by = (wall - self._wall).total_seconds() - (ticks - self._ticks)
        self._wall, self._ticks = wall, ticks
        return by if abs(by) >= JUMP else 0.0


class Worker:
    """The pass on a schedule, letters, digest and backup in between, until it is told to stop.

    All jobs run in one thread, so that none overlaps another; a job that was missed runs once, not as often as missed.
    A second thread waits in IDLE, where the server has it, and only calls for a pass.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._told = False
        self._course = Pass()
        self._stop = threading.Event()
        self._at_work = threading.Lock()  # held by the job in hand
        self._failures = 0  # polls in a row that could not read the mailbox
        self._resting = 0  # polls that are passed over until the next try
        self._called = False  # new mail came in since the last pass began
        self._polled_at = -LONGEST_REST
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=SHANGHAI,
        )

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; the mail in hand is finished or untouched."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a job waits for another is as it should be
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        with open_engine(self._workspace) as bench:
            self._schedule(bench)
            self._scheduler.start()
            watch = threading.Thread(target=self._watch, name="idle", daemon=True)
            watch.start()
            log.info("worker_started", workspace=str(self._workspace.root))
            drift = Drift(datetime.now(SHANGHAI), time.monotonic())
            while not self._told:
                time.sleep(TICK)
                self.mind_the_clock(drift.jumped(datetime.now(SHANGHAI), time.monotonic()))
            log.info("stopping")
            self._stop.set()
            self._come_to_rest()
            watch.join(timeout=5.0)
        log.info("worker_stopped")

    def _come_to_rest(self) -> None:
        """Let the job in hand end; a mailbox that keeps it waiting is left, for there is nothing half done in it."""
        if not self._at_work.acquire(timeout=PATIENCE):
            if (mailbox := self._course.mailbox) is not None:
                mailbox.hang_up()
            self._at_work.acquire()
        self._at_work.release()  # the jobs behind it must find that it is too late, or the scheduler waits for them
        self._scheduler.shutdown(wait=True)  # not before: it holds the locks that a job needs to call for a pass

    def _schedule(self, bench: Bench) -> None:
        seconds = self._workspace.schedule.poll_seconds
        add = self._scheduler.add_job
        at_once = datetime.now(SHANGHAI)
        self._guarded(self._lift_stop, bench)
        add(self._guarded, "interval", (self._poll, bench), seconds=seconds, id="poll", next_run_time=at_once)
        add(self._guarded, "interval", (self._send, bench), seconds=30, id="deliver")
        for daily in (self._digest, self._remind, self._back_up):  # apart: none waits for what ails another
            add(self._guarded, "interval", (daily, bench), seconds=60, id=daily.__name__)

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._told = True  # no more: whatever takes a lock may find it held by the line that was interrupted

    def mind_the_clock(self, jumped: float) -> None:
        """After the clock was set, let every job run now: set back, each would sleep until the old time comes again."""
        if not jumped:
            return
        log.warning("clock_set", seconds=round(jumped))
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(SHANGHAI))

    def _guarded(self, job: Callable[[Desk, Bench], None], bench: Bench) -> None:
        """Run one job, unless it is too late for any."""
        with self._at_work:
            if not self._stop.is_set():
                self._run(job, bench)

    def _run(self, job: Callable[[Desk, Bench], None], bench: Bench) -> None:
        """Run one job with a desk of its own; what it cannot do now is said, and tried again next time."""
        try:
            with open_desk(self._workspace) as desk:
                reason = _tried(job, desk, bench)
                books.job_ended(desk.db, job.__name__.strip("_"), reason)
        except (StoreError, WorkspaceError, OSError) as error:
            reason = str(error)
        if reason:
            log.error("job_failed", job=job.__name__, reason=reason)

    def _poll(self, desk: Desk, bench: Bench) -> None:
        """One pass; where the mailbox cannot be read, each further try waits twice as long: providers lock accounts."""
        if self._resting > 0:
            self._resting -= 1
            return
        self._called, self._polled_at = False, time.monotonic()
        self._course = course = Pass(stopping=self._stop.is_set)
        tried_pass(desk, bench, course)
        if self._called:
            self._pass_soon()  # it came too late for this pass's look into the mailbox
        log.info("pass", met=course.met, judged=course.judged, failed=course.failed, sent=course.sent)
        if course.unreachable is None:
            self._failures = 0
            return
        self._failures += 1
        seconds = self._workspace.schedule.poll_seconds
        wait = max(course.unreachable, seconds * 2.0 ** min(self._failures, 10))
        self._resting = int(min(wait, LONGEST_REST) // seconds)

    def _send(self, desk: Desk, _bench: Bench) -> None:
        deliver(desk, self._stop.is_set)

    def _lift_stop(self, desk: Desk, _bench: Bench) -> None:
        lift_stop(desk)

    def _digest(self, desk: Desk, _bench: Bench) -> None:
        send_digest_if_due(desk)

    def _remind(self, desk: Desk, _bench: Bench) -> None:
        send_reminders_if_due(desk)

    def _back_up(self, desk: Desk, _bench: Bench) -> None:
        backup_if_due(desk)

    # ------------------------------------------------------------------ new mail, at once

    def _watch(self) -> None:
        """Wait in IDLE for new mail and call for a pass; ends where the server has none: then polling must do."""
        rest = LEAST_REST
        while not self._stop.is_set():
            try:
                with open_mailbox(source_of(self._workspace)) as mailbox:
                    if not mailbox.supports_idle:
                        return
                    rest = LEAST_REST
                    self._wait_for_mail(mailbox)
            except (MailboxError, StoreError, WorkspaceError, OSError) as error:
                log.warning("idle_lost", reason=str(error), again_in=rest)
                self._stop.wait(max(rest, getattr(error, "wait", 0.0)))
                rest = min(rest * 2, LONGEST_REST)

    def _wait_for_mail(self, mailbox: Mailbox) -> None:
        """Call for a pass once for each mail that is met first here, however long the pass takes to fetch it."""
        told: dict[tuple[str, str], set[str]] = {}

        def seen(folder: str, uidvalidity: str) -> frozenset[str]:
            with open_desk(self._workspace) as desk:
                return desk.journal.seen(folder, uidvalidity) | told.get((folder, uidvalidity), set())

        while not self._stop.is_set():
            for arrival in (arrivals := mailbox.listing(seen)):
                told.setdefault((arrival.folder, arrival.uidvalidity), set()).add(arrival.uid)
            if arrivals:
                self._pass_soon()
            mailbox.idle(IDLE_SECONDS, self._stop.is_set)

    def _pass_soon(self) -> None:
        """The next pass now, or right after the one that runs; where logins are counted, a minute after the last."""
        self._called = True
        least = float(STRICT_POLL_SECONDS) if is_strict(self._workspace.mailbox.host) else 0.0
        wait = max(0.0, self._polled_at + least - time.monotonic())
        with suppress(JobLookupError):  # it is stopping: there is no next pass
            self._scheduler.modify_job("poll", next_run_time=datetime.now(SHANGHAI) + timedelta(seconds=wait))


def _tried(job: Callable[[Desk, Bench], None], desk: Desk, bench: Bench) -> str:
    """Run a job; in Chinese why it failed, ``""`` where it did not. The worker outlives whatever a job does."""
    try:
        job(desk, bench)
    except (StoreError, WorkspaceError, OSError) as error:
        return str(error)
    except Exception:  # noqa: BLE001 - the one place: what was not foreseen must not end the other jobs
        return books.where_it_failed(traceback.format_exc())
    return ""
