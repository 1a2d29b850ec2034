"""What an archive may cost and what makes it refused: the words that every kind of archive is opened with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO

from intake.model import Limits, Problem, Trouble

BOMB_RATIO = 100  # unpacked to packed; documents and pictures stay far below it
VOLUME_DETAIL = "这是分卷压缩包中的一卷，请改为不分卷的单个压缩包"
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; ``name`` is its path inside as the archive says it."""

    name: str
    data: bytes = b""
    trouble: Trouble | None = None


class ArchiveError(Exception):
    """An archive that is not read, with what is wrong with it."""

    def __init__(self, *troubles: Trouble) -> None:
        super().__init__("; ".join(t.detail for t in troubles))
        self.troubles = troubles


@dataclass(slots=True)
class Budget:
    """What may still be unpacked from one mail: files and real bytes. Counted down as archives are read."""

    limits: Limits
    files: int
    bytes: int

    @classmethod
    def of(cls, limits: Limits) -> Budget:
        """A fresh budget for one mail."""
        return cls(limits, limits.archive_files, limits.unpacked_bytes)

    def admit(self, count: int, size: int, packed: int) -> None:
        """Refuse an archive by what it declares, before anything is unpacked."""
        if count > self.files:
            raise too_large(f"压缩包内有 {count} 个文件，超过上限", hostile=count > 10 * self.limits.archive_files)
        if size > self.bytes:
            mb = size // 2**20
            raise too_large(f"压缩包解开后有 {mb} MB，超过上限", hostile=size > BOMB_RATIO * max(packed, 1))

    def spend(self, size: int, packed: int) -> None:
        """Count bytes that were really unpacked."""
        self.bytes -= size
        if self.bytes < 0:
            raise too_large("压缩包解开后超过大小上限", hostile=size > BOMB_RATIO * max(packed, 1))

    def take_file(self) -> None:
        """Count one more file."""
        self.files -= 1
        if self.files < 0:
            raise too_large("压缩包内文件过多，超过上限", hostile=False)


def too_large(detail: str, *, hostile: bool) -> ArchiveError:
    """Beyond the limits; beyond all reason it is hostile as well."""
    troubles = (Trouble(Problem.TOO_LARGE, detail),)
    return (
        ArchiveError(*troubles, Trouble(Problem.HOSTILE, f"疑似压缩炸弹：{detail}"))
        if hostile
        else ArchiveError(*troubles)
    )


def hostile(detail: str) -> ArchiveError:
    """What no honest archive holds."""
    return ArchiveError(Trouble(Problem.HOSTILE, detail))


def damaged(detail: str = "压缩包已损坏，无法打开") -> ArchiveError:
    """It cannot be read."""
    return ArchiveError(Trouble(Problem.DAMAGED, detail))


def locked() -> ArchiveError:
    """It asks for a password."""
    return ArchiveError(Trouble(Problem.PASSWORD, "压缩包设有密码"))


def check_path(name: str) -> None:
    """Refuse a name that leads out of the archive."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or re.match(r"^[A-Za-z]:", name):
        raise hostile("压缩包内的文件名指向包外路径")


def read_capped(stream: IO[bytes], budget: Budget, packed: int) -> bytes:
    """Everything a stream gives, counted while it is read."""
    chunks: list[bytes] = []
    total = 0
    while chunk := stream.read(_CHUNK):
        total += len(chunk)
        if total > budget.bytes:
            budget.spend(total, packed)
        chunks.append(chunk)
    budget.spend(total, packed)
    return b"".join(chunks)
