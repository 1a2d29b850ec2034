"""One worker a workspace: a lock that the system itself lets go when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.database import StoreError

UNFINISHED = ("files/*/.*", "out/.*.tmp", "out/*/.*.tmp")
LONGEST_WRITING = 3600.0


@contextmanager
def only_worker(folder: Path) -> Iterator[None]:
    """Hold the workspace in ``folder`` for as long as the block runs, and clear away what a dead worker left behind.

    Killed in it: the lock goes with the process, the empty file ``zhengji.lock`` stays and means nothing.
    Raises StoreError where another worker holds it.
    """
    descriptor = os.open(folder / "zhengji.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _take(descriptor)
        except OSError as error:
            raise StoreError(f"{folder.name}：另一个 zhengji 正在处理这个工作目录，请等它结束或先停下它。") from error
        _clear_unfinished(folder)
        yield
    finally:
        os.close(descriptor)


def _clear_unfinished(folder: Path) -> None:
    """Delete files that were never written to their end; a young one may be another command's, at work now."""
    for pattern in UNFINISHED:
        for path in folder.glob(pattern):
            if time.time() - path.stat().st_mtime > LONGEST_WRITING:
                path.unlink(missing_ok=True)


if sys.platform == "win32":

    def _take(descriptor: int) -> None:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:

    def _take(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
