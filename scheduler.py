"""The worker: one pass as a readable list of steps, and which job runs when."""

from __future__ import annotations

import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from intake.mailbox import Arrival, Mailbox, MailboxError, MailGone, MailRefused, open_mailbox
from intake.pool import Bench, Job, open_bench
from replies.annotate import answer_file
from store import books
from store.database import SHANGHAI, StoreError
from store.desk import Desk, open_desk
from store.dispatch import deliver, recover
from store.journal import Journaled
from store.morning import send_digest_if_due
from store.publish import publish
from store.reminders import send_reminders_if_due
from store.verdicts import settle_letter
from store.workspace import Workspace

log = structlog.get_logger()

Progress = Callable[[int, int], None]
LONGEST_REST = 3600.0
SIDE_FOLDERS_BY_DECISION = {"accepted": "已受理", "correction": "需补正", "held": "待复核", "refused": "不予受理"}


@dataclass
class Pass:
    """One pass: what it may report to and be stopped by, and what came of it."""

    progress: Progress = lambda _done, _total: None
    stopping: Callable[[], bool] = lambda: False
    met: int = 0
    judged: int = 0
    failed: int = 0
    sent: int = 0
    errors: list[str] = field(default_factory=list)
    folders: set[tuple[str, str]] = field(default_factory=set)  # (folder, UIDVALIDITY) as they are now
    unreachable: float | None = None  # the mailbox could not be read: the least seconds to wait before another try


def one_pass(desk: Desk, bench: Bench, course: Pass) -> Pass:
    """Fetch, read and judge, deliver, acknowledge, publish; killed at any line, the next pass goes on from the store.

    What one letter does wrong never stops the pass. Raises StoreError where the store itself cannot be written.
    """
    with ExitStack() as stack:
        mailbox = _open(stack, desk, course)
        recover(desk, mailbox)
        if mailbox is not None:
            fetch(desk, mailbox, course)
        judge_waiting(desk, bench, course)
        delivered = deliver(desk, course.stopping)
        course.sent += delivered.sent
        course.errors += [delivered.stopped] if delivered.stopped else []
        if mailbox is not None:
            acknowledge(desk, mailbox, course)
    publish(desk)
    return course


def _open(stack: ExitStack, desk: Desk, course: Pass) -> Mailbox | None:
    """The mailbox, or null where it cannot be reached now: what is journaled already is judged all the same."""
    try:
        mailbox = stack.enter_context(open_mailbox(desk.source))
    except MailboxError as error:
        _poll_failed(desk, course, error)
        return None
    return mailbox


def _poll_failed(desk: Desk, course: Pass, error: MailboxError) -> None:
    log.warning("poll_failed", reason=str(error))
    desk.db.remember(books.POLL_ERROR, str(error))
    course.errors.append(str(error))
    course.unreachable = error.wait


# --------------------------------------------------------------------------- fetch


def fetch(desk: Desk, mailbox: Mailbox, course: Pass) -> None:
    """Write down every mail that was not met before, in order of arrival, one body at a time."""

    def seen(folder: str, uidvalidity: str) -> frozenset[str]:
        course.folders.add((folder, uidvalidity))
        return desk.journal.seen(folder, uidvalidity)

    try:
        arrivals = sorted(mailbox.listing(seen), key=lambda a: _order(a, desk))
        for done, arrival in enumerate(arrivals, start=1):
            if course.stopping():
                return
            _journal(desk, mailbox, arrival, course)
            course.progress(done, len(arrivals))
    except MailboxError as error:
        _poll_failed(desk, course, error)
        return
    course.errors += mailbox.remarks
    books.polled(desk.db, "；".join(course.errors))  # what was not given now is asked for again


def _order(arrival: Arrival, desk: Desk) -> tuple[datetime, str]:
    return arrival.internal or desk.db.clock(), arrival.uid.zfill(20)


def _journal(desk: Desk, mailbox: Mailbox, arrival: Arrival, course: Pass) -> None:
    """Journal one mail; one too large to fetch by its header alone. A full disk takes nothing, and says so."""
    too_large = arrival.size > desk.workspace.limits.mail_bytes
    try:
        raw = mailbox.fetch_header(arrival) if too_large else mailbox.fetch(arrival)
    except MailGone:
        return
    except MailRefused as error:
        course.errors.append(str(error))
        return
    try:
        desk.journal.write(arrival, raw)
    except OSError as error:
        raise StoreError(f"files/：邮件写不进磁盘（{error.strerror}），尚未收取，清理空间后会自动重收。") from error
    course.met += 1
    log.info("journaled", folder=arrival.folder, uid=arrival.uid, size=arrival.size)


# --------------------------------------------------------------------------- read and judge


def judge_waiting(desk: Desk, bench: Bench, course: Pass) -> None:
    """Read what waits in the worker processes, and judge it here in order of arrival."""
    for waiting in desk.journal.rounds():
        _judge(desk, bench, waiting, course)


def _judge(desk: Desk, bench: Bench, waiting: tuple[Journaled, ...], course: Pass) -> None:
    started: deque[Journaled] = deque()

    def jobs() -> Iterator[Job]:
        for mail in waiting:
            if course.stopping():
                return
            try:
                raw = desk.files.get(mail.sha256)
            except OSError:
                _set_aside(desk, mail, course)
                continue
            started.append(mail)
            yield Job(raw, desk.layouts, desk.workspace.mailbox.authserv, size=mail.size)

    for done, submission in enumerate(bench.read(jobs()), start=1):
        mail = started.popleft()
        try:
            judged = settle_letter(desk, mail, submission, lambda marked: answer_file(bench, marked))
            course.judged += 1
            log.info("judged", mail=mail.id, decision=judged.decision.value)
        except StoreError:
            raise  # the machine is at fault: nothing is counted against the letter
        except Exception:  # noqa: BLE001 - the one place: whatever a letter does, the next one is judged
            _set_aside(desk, mail, course)
        course.progress(done, len(waiting))
        if course.stopping():
            return


def _set_aside(desk: Desk, mail: Journaled, course: Pass) -> None:
    """Count a failed attempt with its traceback; at the third the letter waits for a person, and stays visible."""
    error = traceback.format_exc()
    desk.journal.fail(mail.id, error)
    course.failed += 1
    course.errors.append(f"来信 {mail.id} 处理失败，已记录，详情见 zhengji status")
    log.error("letter_failed", mail=mail.id, error=error)


# --------------------------------------------------------------------------- acknowledge


def acknowledge(desk: Desk, mailbox: Mailbox, course: Pass) -> None:
    """Show people in the mailbox what was taken, as configured; what cannot be shown now is shown at the next pass."""
    how = desk.workspace.mailbox.after
    if how == "leave":
        return
    waiting = (each for place in sorted(course.folders) for each in desk.journal.unacknowledged(*place))
    for each in waiting:
        arrival = Arrival(each.folder, each.uidvalidity, each.uid, 0)
        target = SIDE_FOLDERS_BY_DECISION.get(each.decision, "其他来信")
        try:
            mailbox.acknowledge(arrival, how, target)
        except MailboxError as error:
            course.errors.append(str(error))
            return
        desk.journal.acknowledged(each.arrival_id)


# --------------------------------------------------------------------------- the worker


class Worker:
    """The pass on a schedule, letters and digest in between, until it is told to stop.

    All jobs run in one thread, so that none overlaps another; a job that was missed runs once, not as often as missed.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._stop = threading.Event()
        self._failures = 0  # polls in a row that could not read the mailbox
        self._resting = 0  # polls that are passed over until the next try
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=SHANGHAI,
        )

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; the mail in hand is finished or untouched."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        with open_bench(self._workspace.engine.workers, self._workspace.limits) as bench:
            self._schedule(bench)
            self._scheduler.start()
            log.info("worker_started", workspace=str(self._workspace.root))
            while not self._stop.wait(1.0):
                pass
            self._scheduler.shutdown(wait=True)
        log.info("worker_stopped")

    def _schedule(self, bench: Bench) -> None:
        seconds = self._workspace.schedule.poll_seconds
        add = self._scheduler.add_job
        at_once = datetime.now(SHANGHAI)
        add(self._guarded, "interval", (self._poll, bench), seconds=seconds, id="poll", next_run_time=at_once)
        add(self._guarded, "interval", (self._send, bench), seconds=30, id="deliver")
        add(self._guarded, "interval", (self._morning, bench), seconds=60, id="digest")

    def _told_to_stop(self, number: int, _frame: FrameType | None) -> None:
        log.info("stopping", signal=number)
        self._stop.set()

    def _guarded(self, job: Callable[[Desk, Bench], None], bench: Bench) -> None:
        """Run one job with a desk of its own; what it cannot do now is said in the log and tried again next time."""
        if self._stop.is_set():
            return
        try:
            with open_desk(self._workspace) as desk:
                job(desk, bench)
        except (StoreError, OSError) as error:
            log.error("job_failed", job=job.__name__, reason=str(error))

    def _poll(self, desk: Desk, bench: Bench) -> None:
        """One pass; where the mailbox cannot be read, each further try waits twice as long: providers lock accounts."""
        if self._resting > 0:
            self._resting -= 1
            return
        course = one_pass(desk, bench, Pass(stopping=self._stop.is_set))
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

    def _morning(self, desk: Desk, _bench: Bench) -> None:
        send_digest_if_due(desk)
        send_reminders_if_due(desk)


def pass_once(workspace: Workspace, course: Pass) -> Pass:
    """One pass for ``zhengji once``, with workers of its own."""
    with open_bench(workspace.engine.workers, workspace.limits) as bench, open_desk(workspace) as desk:
        return one_pass(desk, bench, course)


def judge_again(workspace: Workspace, mail_ids: Iterable[int]) -> Pass:
    """Judge mails anew that were judged before (an address was registered).

    A running worker need not stop for it: each letter is judged in one transaction, whoever does it.
    """
    wanted, course = tuple(mail_ids), Pass()
    if wanted:
        with open_bench(workspace.engine.workers, workspace.limits) as bench, open_desk(workspace) as desk:
            _judge(desk, bench, tuple(desk.journal.one(mail_id) for mail_id in wanted), course)
            publish(desk)
    return course
