"""The bench of workers: every letter is read in a child process under limits of time and memory.

On Windows and macOS, where the system keeps no such limits, only the wall time holds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pebble import ProcessFuture, ProcessPool

from intake.files.unpack import Piece, open_file, whole_mail
from intake.letters.body import Body
from intake.letters.letter import letter_of, parse_head
from intake.model import Document, Layout, Letter, Limits, Problem, Submission
from intake.reader import open_submission, read_file, read_piece, read_submission, unreadable

TASKS_A_WORKER = 200  # then it is replaced, so that nothing that a library keeps can pile up
MOST_CRASHES = 3  # in one letter; what comes after them is not tried, or one letter could hold the pass for hours
OUT_OF_MEMORY = 77  # the exit code of a worker whose task took more than it may have
T = TypeVar("T")
_KEPT_ENVIRONMENT = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"}
    | {"PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH"}
)
STANDARD_ERROR = 2
_NEW_NETWORK = 0x40000000
_NEW_USER = 0x10000000


@dataclass(frozen=True, slots=True)
class Job:
    """A mail to read, or (with a name) a file; ``layouts`` and ``authserv`` as read_submission wants them.

    ``size``: how large the mail is where only its header was fetched, 0 otherwise.
    """

    raw: bytes
    layouts: tuple[Layout, ...]
    authserv: tuple[str, ...] = ()
    name: str = ""
    size: int = 0


class BenchLost(Exception):
    """No letter can be read now, through no fault of any letter; the text tells the operator what to mend."""


class Bench(Protocol):
    """Where letters are read: in processes of this machine, or on a cluster (``intake.cluster``)."""

    def read(self, jobs: Iterable[Job]) -> Iterator[Submission]:
        """The submissions of the jobs, in their order."""

    def run(self, function: Callable[..., T], *arguments: object) -> T:
        """One call in a worker under the same limits; raises what it raises, or what ended the worker."""


@contextmanager
def open_bench(workers: int, limits: Limits, *, quick: bool = False) -> Iterator[Bench]:
    """Workers that live as long as the context; 0 workers: as many as cores.

    ``quick`` starts them by fork where that is safe, for one short command that holds no secrets and no connections;
    otherwise they start clean, with nothing of this process in them.
    """
    bench = ProcessBench(workers or os.cpu_count() or 1, limits, _context(quick))
    try:
        yield bench
    finally:
        bench.close()


def _context(quick: bool) -> Any:
    methods = multiprocessing.get_all_start_methods()
    if quick and sys.platform == "linux":
        return multiprocessing.get_context("fork")
    if "forkserver" not in methods:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["intake.reader"])
    from multiprocessing import forkserver  # Windows has none

    with _silenced():
        forkserver.ensure_running()
    return context


@contextmanager
def _silenced() -> Iterator[None]:
    """What is started in here has no standard error: it would end in a traceback when this process is killed."""
    try:
        kept = os.dup(STANDARD_ERROR)
    except OSError:  # nor has this process
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STANDARD_ERROR)
        yield
    finally:
        os.dup2(kept, STANDARD_ERROR)
        os.close(kept)
        os.close(nowhere)


class ProcessBench:
    """A pool of workers that reads letters in order, holding only a few of them at a time."""

    def __init__(self, workers: int, limits: Limits, context: Any) -> None:
        self._workers = workers
        self._limits = limits
        self._context = context
        self._ahead = 2 * workers
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=TASKS_A_WORKER,
            initializer=_settle_in,
            initargs=[self._limits],
            context=self._context,
        )

    def close(self) -> None:
        """End the workers, whatever they are at."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def read(self, jobs: Iterable[Job]) -> Iterator[Submission]:
        """The submissions of the jobs, in their order; at most two jobs a worker are taken ahead.

        A worker that dies or runs out of time costs its letter a second try, document by document; what fails again
        is a document with the problem CRASHED, and everything else is read all the same.
        """
        waiting: deque[tuple[Job, ProcessFuture[Any]]] = deque()
        try:
            for job in jobs:
                waiting.append((job, self._schedule(_read_job, job, self._limits)))
                if len(waiting) >= self._ahead:
                    yield self._result(*waiting.popleft())
            while waiting:
                yield self._result(*waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()  # type: ignore[no-untyped-call]

    def run(self, function: Callable[..., T], *arguments: object) -> T:
        """One call in a worker under the same limits; raises what it raises, or what ended the worker."""
        result: T = self._schedule(function, *arguments).result()
        return result

    def _schedule(self, function: Callable[..., Any], *arguments: object) -> ProcessFuture[Any]:
        call = (function, self._limits.seconds, arguments)
        if not self._pool.active:  # a worker was struck down while it had nothing to do, which ends the whole pool
            self.close()
            self._pool = self._new_pool()
        return self._pool.schedule(_bounded, args=call, timeout=self._limits.seconds)

    def _result(self, job: Job, future: ProcessFuture[Any]) -> Submission:
        error = future.exception()
        if error is None:
            submission: Submission = future.result()
            return submission
        return self._second_try(job, error)

    def _second_try(self, job: Job, first: BaseException) -> Submission:
        opening = self._schedule(_open_job, job, self._limits)
        if error := opening.exception():
            return crashed_letter(job, error, self._limits)
        letter, pieces = opening.result()
        documents: list[Document] = []
        crashes = 0
        for piece in pieces:
            if crashes >= MOST_CRASHES:
                documents.append(self._crashed(piece, first))
                continue
            future = self._schedule(read_piece, piece, job.layouts, self._limits)
            error = future.exception()
            crashes += error is not None
            documents.append(future.result() if error is None else self._crashed(piece, error))
        return Submission(letter, tuple(documents))

    def _crashed(self, piece: Piece, error: BaseException) -> Document:
        return unreadable(piece, Problem.CRASHED, _reason(error, self._limits))


def _reason(error: BaseException, limits: Limits) -> str:
    if isinstance(error, FutureTimeout | TimeoutError):
        return f"读取超过 {limits.seconds:g} 秒，已中止"
    exit_code = getattr(error, "exitcode", None)
    if exit_code == OUT_OF_MEMORY:
        return "读取所需内存超过上限，已中止"
    return f"读取进程异常终止（{exit_code}）" if exit_code is not None else f"读取程序出错（{type(error).__name__}）"


def crashed_letter(job: Job, error: BaseException, limits: Limits) -> Submission:
    """A letter over which the workers died, known by its header alone."""
    letter = Letter(()) if job.name else letter_of(parse_head(job.raw), Body(), job.authserv)
    whole = whole_mail(job.name, job.raw)
    return Submission(letter, (unreadable(whole, Problem.CRASHED, _reason(error, limits)),))


# --------------------------------------------------------------------------- in the child


def _read_job(job: Job, limits: Limits) -> Submission:
    if job.name:
        return Submission(Letter(()), read_file(job.name, job.raw, job.layouts, limits))
    return read_submission(job.raw, job.layouts, limits, job.authserv, job.size)


def _open_job(job: Job, limits: Limits) -> tuple[Letter, tuple[Piece, ...]]:
    if job.name:
        return Letter(()), tuple(open_file(job.name, job.raw, limits))
    letter, pieces = open_submission(job.raw, limits, job.authserv, job.size)
    return letter, tuple(pieces)


def _bounded(function: Callable[..., Any], seconds: float, arguments: tuple[object, ...]) -> Any:
    """Run one task with processor time for itself: the system counts it over the worker's whole life."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 2, hard))
    try:
        return function(*arguments)
    except MemoryError:  # what is left of it would fail the next letter
        os._exit(OUT_OF_MEMORY)


def _settle_in(limits: Limits) -> None:
    """What a worker does first: no signals of the terminal, no secrets, little memory, no network."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for name in set(os.environ) - _KEPT_ENVIRONMENT:
        del os.environ[name]
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _leave_network()


def _leave_network() -> None:
    """Move into a network of its own with nothing in it, where the system lets us; best effort."""
    import ctypes

    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare and unshare(_NEW_NETWORK):
        unshare(_NEW_USER | _NEW_NETWORK)
