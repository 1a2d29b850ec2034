"""A Maildir as a mailbox: each mail a file in ``new`` or ``cur``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from intake.post.arrivals import After, Arrival, Filed, FolderRefused, MailGone, MailRefused, Probe, Seen

_CHINA = timezone(timedelta(hours=8))
# A colon cannot stand in a file name of Windows; "!" is what Maildir programs use there.
_MARK = "!" if os.name == "nt" else ":"
_HEADER_BYTES = 1 << 20


class MaildirMailbox:
    """The Maildir at ``path``; its inbox is the directory itself, ``.NAME`` in it is the folder ``NAME``."""

    supports_idle = False
    remarks: tuple[str, ...] = ()
    met_again: tuple[Arrival, ...] = ()  # a name is never given twice

    def __init__(self, path: str, also: tuple[str, ...] = ()) -> None:
        self._root = Path(path)
        self._also = also

    def listing(self, seen: Seen) -> list[Arrival]:
        """Every mail not seen yet, by the file's time, then name."""
        with self._faults():
            if not self._root.is_dir():
                raise FolderRefused(f"收件目录 {self._root} 不存在。", "请核对 [mailbox].url 中 maildir: 之后的路径。")
            folders = ["INBOX", *(name for name in self._also if self._directory(name).is_dir())]
            return [arrival for folder in folders for arrival in self._in_folder(folder, seen(folder, ""))]

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """What the disk refuses, as every mailbox tells it."""
        try:
            yield
        except OSError as error:
            place = error.filename or self._root
            raise FolderRefused(
                f"收件目录的 {place} 不能读写（{error.strerror}）。", "请检查权限和磁盘空间。"
            ) from error

    def _in_folder(self, folder: str, known: Set[str]) -> list[Arrival]:
        found = []
        for path in self._files(folder):
            uid = path.name.partition(f"{_MARK}2,")[0]
            if uid in known:
                continue
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue  # moved by another program since the directory was read: the next listing has it
            internal = datetime.fromtimestamp(stat.st_mtime, _CHINA)
            found.append(Arrival(folder, "", uid, stat.st_size, internal, inbox=folder == "INBOX"))
        return sorted(found, key=lambda a: (a.internal, a.uid))

    def fetch(self, arrival: Arrival) -> bytes:
        """The file as it is."""
        return self._read(arrival, -1)

    def fetch_header(self, arrival: Arrival) -> bytes:
        """The file up to its first empty line, at most 1 MiB."""
        start = self._read(arrival, _HEADER_BYTES)
        ends = [start.find(gap) + len(gap) for gap in (b"\r\n\r\n", b"\n\n") if gap in start]
        return start[: min(ends)] if ends else start

    def _read(self, arrival: Arrival, count: int) -> bytes:
        with self._faults():
            path = self._find(arrival)
        try:
            with path.open("rb") as file:
                return file.read(count)
        except FileNotFoundError:
            raise _gone(arrival) from None
        except OSError as error:
            raise MailRefused(
                f"邮件文件 {path} 无法读取（{error.strerror}）。", "请检查该文件的权限和所在磁盘。"
            ) from error

    def acknowledge(self, arrivals: Sequence[Arrival], how: After, target: str = "") -> None:
        """Move the files to ``cur`` as read, or into the folder ``target``."""
        for arrival in arrivals if how != "leave" else ():
            self._acknowledge(arrival, how, target)

    def _acknowledge(self, arrival: Arrival, how: After, target: str) -> None:
        try:
            with self._faults():
                self._mark(self._find(arrival), arrival, how, target)
        except MailGone:
            return

    def _mark(self, path: Path, arrival: Arrival, how: After, target: str) -> None:
        place = self._directory(target if how == "move" else arrival.folder)
        for name in ("tmp", "new", "cur"):
            (place / name).mkdir(parents=True, exist_ok=True)
        flags = set(path.name.partition(f"{_MARK}2,")[2]) | {"S"}
        path.replace(place / "cur" / f"{arrival.uid}{_MARK}2,{''.join(sorted(flags))}")

    def hang_up(self) -> None:
        """A directory is not waited for."""

    def idle(self, seconds: float, stopped: Callable[[], bool] = lambda: False) -> bool:  # noqa: ARG002 - Mailbox
        """A directory tells nothing by itself: returns at once."""
        return False

    def sent_since(self, moment: datetime) -> Filed:  # noqa: ARG002 - Mailbox
        """A Maildir keeps no sent mail."""
        return Filed()

    def probe(self) -> list[Probe]:
        """Whether the directory is there and its mails can be listed."""
        if not self._root.is_dir():
            return [Probe("收件目录", good=False, detail=f"{self._root} 不存在，请核对 [mailbox].url")]
        return [Probe("收件目录", good=True, detail=f"{self._root}，现有 {len(list(self._files('INBOX')))} 封")]

    def _directory(self, folder: str) -> Path:
        return self._root if folder == "INBOX" else self._root / f".{folder}"

    def _files(self, folder: str) -> Iterator[Path]:
        for name in ("new", "cur"):
            place = self._directory(folder) / name
            if place.is_dir():
                yield from (p for p in place.iterdir() if not p.name.startswith(".") and p.is_file())

    def _find(self, arrival: Arrival) -> Path:
        plain = self._directory(arrival.folder) / "new" / arrival.uid
        if plain.is_file():
            return plain
        for path in self._files(arrival.folder):
            if path.name.partition(f"{_MARK}2,")[0] == arrival.uid:
                return path
        raise _gone(arrival)


def _gone(arrival: Arrival) -> MailGone:
    return MailGone(f"邮件 {arrival.uid} 已不在收件目录中。", "如系人工移走，无须处理。")
