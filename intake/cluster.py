"""The bench beyond one machine: each worker of a Dask cluster reads letters in limited child processes of its own.

Dask carries letters there and submissions back; the limits of time and memory are kept by the bench of each machine.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from intake.model import Limits, Submission
from intake.pool import Bench, BenchLost, Job, crashed_letter, open_bench
from intake.post.arrivals import Probe

CONNECT_SECONDS = 15
PATIENCE = 900.0  # a letter takes a minute at the worst; what takes longer has been lost with its cluster
READER = "zhengji-reader"
MISSING = "[engine].kind：没有安装 dask，请运行 pip install 'zhengji[cluster]'，或改为 kind = \"processes\""
NO_CHILDREN = "工作进程不能再开子进程，请以 DASK_DISTRIBUTED__WORKER__DAEMON=False 启动 dask worker"
T = TypeVar("T")


@contextmanager
def open_cluster(address: str, workers: int, limits: Limits) -> Iterator[ClusterBench]:
    """A bench on the cluster of the scheduler at ``address``; ``""``: on this machine alone, with so many workers.

    It is connected to when the first letter is read, and again when it was lost. Raises BenchLost without Dask.
    """
    try:
        import distributed  # noqa: F401 - only asked whether it is there
    except ImportError as error:
        raise BenchLost(MISSING) from error
    for name in ("distributed", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what it has to say is said by BenchLost
    bench = ClusterBench(address, workers, limits)
    try:
        yield bench
    finally:
        bench.close()


class ClusterBench:
    """Reads letters in order on a cluster, holding two a thread of it at a time."""

    def __init__(self, address: str, workers: int, limits: Limits) -> None:
        self._address = address
        self._workers = workers
        self._limits = limits
        self._opened = ExitStack()
        self._known: Any = None

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        self._opened.close()
        self._known = None

    def read(self, jobs: Iterable[Job]) -> Iterator[Submission]:
        """The submissions of the jobs, in their order; raises BenchLost where the cluster is out of reach.

        A letter over which worker after worker of the cluster died is unreadable by our own failure.
        """
        waiting: deque[tuple[Job, Any]] = deque()
        try:
            for job in jobs:
                waiting.append((job, self._submit(_read_there, job)))
                if len(waiting) >= 2 * self._threads():
                    yield self._result(*waiting.popleft())
            while waiting:
                yield self._result(*waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()

    def run(self, function: Callable[..., T], *arguments: object) -> T:
        """One call on the cluster under the same limits; raises what it raises, or what ended its worker."""
        from distributed import KilledWorker

        future = self._submit(_run_there, function, arguments)
        try:
            result: T = future.result(PATIENCE)
        except KilledWorker as error:
            raise RuntimeError(str(error)) from error  # as where a worker died beside us
        except CancelledError as error:
            raise BenchLost(self._lost(error)) from error
        return result

    def probe(self) -> Probe:
        """How many threads of how many workers read letters here."""
        workers = self._client().scheduler_info(n_workers=-1)["workers"]
        words = f"{self._address or '本机'}：{len(workers)} 个工作进程，{self._threads()} 个线程"
        return Probe("Dask 集群", good=True, detail=words)

    def _result(self, job: Job, future: Any) -> Submission:
        from distributed import KilledWorker

        try:
            submission: Submission = future.result(PATIENCE)
        except KilledWorker as error:
            return crashed_letter(job, error, self._limits)
        except Exception as error:  # whatever else Dask may raise is its own trouble: reading raises nothing
            self.close()
            raise BenchLost(self._lost(error)) from error
        return submission

    def _submit(self, function: Callable[..., Any], *arguments: object) -> Any:
        return self._client().submit(function, *arguments, pure=False)

    def _threads(self) -> int:
        threads: int = sum(self._client().nthreads().values())
        return max(1, threads)

    def _client(self) -> Any:
        if self._known is None or self._known.status != "running":
            self.close()
            try:
                self._known = self._connected()
            except Exception as error:  # a refused line, a name that is none, a worker that cannot begin: one cure
                self.close()
                raise BenchLost(self._lost(error)) from error
        return self._known

    def _connected(self) -> Any:
        import dask
        from distributed import Client, LocalCluster

        calm = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}  # a letter may hold large attachments
        self._opened.enter_context(dask.config.set(calm))
        place: Any = self._address
        if not place:
            count = self._workers or multiprocessing.cpu_count()
            place = LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=count, threads_per_worker=1, processes=False, dashboard_address=None
            )
            self._opened.enter_context(place)
        client = Client(place, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
        self._opened.enter_context(client)
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        client.register_plugin(_reader_plugin(self._limits), name=READER)
        return client

    def _lost(self, error: Exception) -> str:
        why = str(error).partition("\n")[0] or type(error).__name__
        return f"[engine].address：Dask 集群 {self._address or '（本机）'} 用不上（{why}），信件留待下一轮处理"


# --------------------------------------------------------------------------- on the workers of the cluster


def _reader_plugin(limits: Limits) -> Any:
    from distributed import WorkerPlugin

    class Reader(WorkerPlugin):
        """Keeps a bench of limited processes beside a worker of the cluster, as many as the worker has threads."""

        def setup(self, worker: Any) -> None:
            if multiprocessing.current_process().daemon:
                raise RuntimeError(NO_CHILDREN)
            self._stack = ExitStack()
            self.bench = self._stack.enter_context(open_bench(worker.state.nthreads, limits))

        def teardown(self, worker: Any) -> None:  # noqa: ARG002 - the signature is Dask's
            self._stack.close()

    return Reader()


def _bench_here() -> Bench:
    from distributed import get_worker

    plugin: Any = get_worker().plugins[READER]
    bench: Bench = plugin.bench
    return bench


def _read_there(job: Job) -> Submission:
    return next(iter(_bench_here().read([job])))


def _run_there(function: Callable[..., T], arguments: tuple[object, ...]) -> T:
    return _bench_here().run(function, *arguments)
