"""Mails and attachments on disk, each under its SHA-256; what is secret lies apart in ``quarantine/``.

A file is written under a temporary name, flushed, and renamed: whoever kills the program at any line leaves either
no file of that name or the whole file. What lies there unknown to the database is harmless and is used again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from store.database import StoreError
from store.whole import flush_folder

QUARANTINE = "quarantine"
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
WRITERS = 8


def digest(content: bytes) -> str:
    """The SHA-256 of bytes, as lower-case hex."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Files:
    """The folder ``files/`` of a workspace: ``<first two>/<sha256>``; what is secret in ``quarantine/<sha256>``."""

    root: Path

    def put(self, content: bytes, *, secret: bool = False, durable: bool = True) -> str:
        """Keep bytes for good and return their SHA-256; what is there already is not written again.

        ``durable`` false: whole or not there if the program dies, but a power cut may cost it. What was kept so once
        and comes again as something durable (a mail that another mail had attached) is flushed then.
        Raises StoreError where the disk is full or may not be written.
        """
        name = digest(content)
        place = self._place(name, secret=secret)
        if not _is_there(place, len(content)):
            _write_whole(place, content, durable=durable)
        elif durable:
            _flush(place)
        return name

    def put_all(self, contents: Sequence[bytes]) -> None:
        """Keep several for good; side by side, for the disk flushes many in the time of one."""
        with ThreadPoolExecutor(max(1, min(len(contents), WRITERS))) as writers:
            for _ in writers.map(self.put, contents):
                pass

    def get(self, sha256: str) -> bytes:
        """The bytes of that SHA-256; raises FileNotFoundError where they are not kept (any more)."""
        return self.path(sha256).read_bytes()

    def path(self, sha256: str) -> Path:
        """Where a file lies now, in quarantine or not; it need not exist."""
        secret = self._place(sha256, secret=True)
        return secret if secret.exists() else self._place(sha256, secret=False)

    def quarantine(self, sha256: str) -> None:
        """Move a file into quarantine; done already or not there: nothing happens."""
        open_place, closed_place = self._place(sha256, secret=False), self._place(sha256, secret=True)
        if open_place.exists():
            _make_private(closed_place.parent)
            open_place.replace(closed_place)
            flush_folder(closed_place.parent)
            flush_folder(open_place.parent)

    def erase(self, sha256: str) -> None:
        """Delete a file for good, wherever it lies, and what a dead worker left of it half written."""
        for secret in (True, False):
            place = self._place(sha256, secret=secret)
            for each in (place, *place.parent.glob(f".{place.name}.*")):
                each.unlink(missing_ok=True)
            if place.parent.is_dir():
                flush_folder(place.parent)

    def _place(self, sha256: str, *, secret: bool) -> Path:
        return self.root / (QUARANTINE if secret else sha256[:2]) / sha256


def _is_there(place: Path, size: int) -> bool:
    """Whether the file is there whole: after a power cut one that was not flushed may be short."""
    try:
        return place.stat().st_size == size
    except FileNotFoundError:
        return False


def _write_whole(place: Path, content: bytes, *, durable: bool) -> None:
    """Write, flush, rename, flush the folder.

    Killed before the rename: a stray temporary file. Killed after it: the whole file, found by the next attempt.
    """
    unfinished = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        _make_private(place.parent)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        unfinished.replace(place)
    except OSError as error:
        unfinished.unlink(missing_ok=True)  # a full disk must not be filled further by halves
        raise StoreError(
            f"{place.parent.parent.name}/：文件写不进去（{error.strerror}）。请检查磁盘空间和权限，程序下一轮会接着做。"
        ) from error
    if durable:
        flush_folder(place.parent)


def _flush(place: Path) -> None:
    with place.open("rb+") as file:  # Windows flushes only what may be written
        os.fsync(file.fileno())
    flush_folder(place.parent)


def _make_private(folder: Path) -> None:
    for each in (folder.parent, folder):
        each.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
