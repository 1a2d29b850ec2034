"""A Maildir as the way out: each letter a file in ``new``."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from pathlib import Path

from intake.post.arrivals import Probe
from replies.delivery import Deferred

_WAIT = 60.0
_SUFFIX = ".zhengji"


class MaildirOutlet:
    """Letters as files: the same letter written twice is one file, so that a repeated delivery shows once."""

    throttled = False
    repeatable = True

    def __init__(self, root: Path) -> None:
        self._root = root

    def send(self, message: bytes, sender: str, to: str) -> None:  # noqa: ARG002 - Outlet
        """Write to ``tmp``, force it to the disk, then show it in ``new``."""
        name = f"{hashlib.sha256(message).hexdigest()[:32]}{_SUFFIX}"
        try:
            for part in ("tmp", "new", "cur"):
                (self._root / part).mkdir(parents=True, exist_ok=True, mode=0o700)
            if name in self._read:
                return
            draft = self._root / "tmp" / name
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._root / "new" / name)
            _sync_directory(self._root / "new")
        except OSError as error:
            raise Deferred(
                _WAIT, f"发件目录 {self._root} 无法写入（{error.strerror}）", "account", alert=True
            ) from error

    @cached_property
    def _read(self) -> frozenset[str]:
        """The letters that a reader has seen when the first is written; Maildir flags stand behind the name."""
        return frozenset(f"{name.partition(_SUFFIX)[0]}{_SUFFIX}" for name in os.listdir(self._root / "cur"))

    def probe(self) -> Probe:
        """Whether the directory can be written to."""
        place = self._root if self._root.exists() else self._root.parent
        good = os.access(place, os.W_OK)
        return Probe("发件目录", good=good, detail=f"{self._root}{'' if good else ' 不可写，请核对 [outgoing].url'}")


def _sync_directory(path: Path) -> None:
    """Make a rename last through a power cut; Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
