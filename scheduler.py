"""One pass as a readable list of steps: fetch, read and judge, deliver, acknowledge, publish."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from intake.pool import Bench, BenchLost, Job
from intake.post.mailbox import Arrival, Mailbox, MailboxError, MailGone, MailRefused, open_mailbox
from replies.annotate import answer_file
from store import books
from store.acknowledge import acknowledge
from store.database import StoreError
from store.desk import Desk, open_desk
from store.dispatch import deliver
from store.journal import Journaled
from store.made.publish import publish
from store.record import make_durable
from store.recovery import recover
from store.setup.engine import open_engine
from store.setup.workspace import Workspace
from store.verdicts import settle_letter

log = structlog.get_logger()

Progress = Callable[[int, int], None]
LOAD_MAILS, LOAD_BYTES = 16, 8 << 20  # written down together


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
    mailbox: Mailbox | None = None  # while it is open
    unreachable: float | None = None  # the mailbox could not be read: the least seconds to wait before another try


def one_pass(desk: Desk, bench: Bench, course: Pass) -> Pass:
    """Fetch, read and judge, deliver, acknowledge, publish; killed at any line, the next pass goes on from the store.

    What one letter does wrong never stops the pass. Raises StoreError where the store itself cannot be written.
    """
    with ExitStack() as stack:
        mailbox = _open(stack, desk, course)
        if mailbox is not None:
            fetch(desk, mailbox, course)
        judge_waiting(desk, bench, course)
        recover(desk, mailbox)  # after what has come in, which may be a letter that came back
        delivered = deliver(desk, course.stopping)
        course.sent += delivered.sent
        course.errors += delivered.errors
        if mailbox is not None:
            course.errors += acknowledge(desk, mailbox, course.folders, course.stopping)
    publish(desk)
    return course


def _open(stack: ExitStack, desk: Desk, course: Pass) -> Mailbox | None:
    """The mailbox, or null where it cannot be reached now: what is journaled already is judged all the same."""
    try:
        mailbox = course.mailbox = stack.enter_context(open_mailbox(desk.source))
    except MailboxError as error:
        _poll_failed(desk, course, error)
        return None
    return mailbox


def _poll_failed(desk: Desk, course: Pass, error: MailboxError) -> None:
    if course.stopping():
        return  # we have hung up ourselves, perhaps
    log.warning("poll_failed", reason=str(error))
    desk.db.remember(books.POLL_ERROR, str(error))
    course.errors.append(str(error))
    course.unreachable = error.wait


# --------------------------------------------------------------------------- fetch


def fetch(desk: Desk, mailbox: Mailbox, course: Pass) -> None:
    """Write down every mail that was not met before, in order of arrival, a few at a time."""

    def seen(folder: str, uidvalidity: str) -> frozenset[str]:
        course.folders.add((folder, uidvalidity))
        return desk.journal.seen(folder, uidvalidity)

    try:
        new = mailbox.listing(seen)
        new += (each for each in mailbox.met_again if desk.journal.is_another(each))
        arrivals = sorted(new, key=lambda a: _order(a, desk))
    except MailboxError as error:
        _poll_failed(desk, course, error)
        return
    for mails in _loads(_fetched(desk, mailbox, arrivals, course)):
        _journal(desk, mails, course)
    if course.unreachable is None and not course.stopping():
        course.errors += mailbox.remarks
        books.polled(desk.db, "；".join(course.errors))  # what was not given now is asked for again


def _order(arrival: Arrival, desk: Desk) -> tuple[datetime, str]:
    return arrival.internal or desk.db.clock(), arrival.uid.zfill(20)


def _fetched(
    desk: Desk, mailbox: Mailbox, arrivals: Sequence[Arrival], course: Pass
) -> Iterator[tuple[Arrival, bytes]]:
    """The mails with their bytes; of one too large to fetch the header alone. Ends where the mailbox gives no more."""
    for done, arrival in enumerate(arrivals, start=1):
        if course.stopping():
            return
        too_large = arrival.size > desk.workspace.limits.mail_bytes
        try:
            yield arrival, mailbox.fetch_header(arrival) if too_large else mailbox.fetch(arrival)
        except MailGone:
            pass
        except MailRefused as error:
            course.errors.append(str(error))
        except MailboxError as error:
            _poll_failed(desk, course, error)
            return
        course.progress(done, len(arrivals))


def _loads(mails: Iterable[tuple[Arrival, bytes]]) -> Iterator[list[tuple[Arrival, bytes]]]:
    """As many mails at a time as are held in memory: the disk takes them in little more time than one."""
    load: list[tuple[Arrival, bytes]] = []
    for mail in mails:
        load.append(mail)
        if len(load) >= LOAD_MAILS or sum(len(raw) for _, raw in load) >= LOAD_BYTES:
            yield load
            load = []
    if load:
        yield load


def _journal(desk: Desk, mails: Sequence[tuple[Arrival, bytes]], course: Pass) -> None:
    """Write mails down. A full disk takes nothing, and says so."""
    try:
        desk.journal.write_all(mails)
    except OSError as error:
        raise StoreError(f"files/：邮件写不进磁盘（{error.strerror}），尚未收取，清理空间后会自动重收。") from error
    course.met += len(mails)
    for arrival, _ in mails:
        log.info("journaled", folder=arrival.folder, uid=arrival.uid, size=arrival.size)


# --------------------------------------------------------------------------- read and judge


def judge_waiting(desk: Desk, bench: Bench, course: Pass) -> None:
    """Read what waits in the worker processes, and judge it here in order of arrival.

    Where there are no workers to be had, it goes on waiting, and everything else of the pass is done.
    """
    try:
        for waiting in desk.journal.rounds():
            _judge(desk, bench, waiting, course)
    except BenchLost as error:
        log.error("bench_lost", reason=str(error))
        desk.db.remember(books.POLL_ERROR, str(error))
        course.errors.append(str(error))


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
        except (StoreError, BenchLost):
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
    log.error("letter_failed", mail=mail.id, error=books.where_it_failed(error))


# --------------------------------------------------------------------------- whole passes


def pass_once(workspace: Workspace, course: Pass) -> Pass:
    """One pass for ``zhengji once``, with workers of its own; the database is looked through first."""
    with open_engine(workspace) as bench, open_desk(workspace, check=True) as desk:
        return tried_pass(desk, bench, course)


def tried_pass(desk: Desk, bench: Bench, course: Pass) -> Pass:
    """One pass; where the disk is full or the store cannot be written, that is said and the rest is left to the next.

    Nothing is lost by it: a mail that was not written down is not yet taken, and is met again.
    """
    try:
        one_pass(desk, bench, course)
    except StoreError as error:
        log.error("pass_stopped", reason=str(error))
        course.errors.append(str(error))
        with suppress(StoreError):  # the disk may have no room for this either
            desk.db.remember(books.POLL_ERROR, "；".join(course.errors))
    return course


def judge_again(workspace: Workspace, mail_ids: Iterable[int]) -> Pass:
    """Judge mails anew that were judged before (an address was registered).

    A running worker need not stop for it: each letter is judged in one transaction, whoever does it.
    """
    wanted, course = tuple(mail_ids), Pass()
    if wanted:
        with open_engine(workspace) as bench, open_desk(workspace) as desk:
            _judge(desk, bench, tuple(desk.journal.one(mail_id) for mail_id in wanted), course)
            make_durable(desk.db)  # nobody judges them again should a power cut undo it
            publish(desk)
    return course
