"""RAR and 7z: headers looked at first, contents streamed by libarchive under the same budget.

What libarchive does not unpack (solid RAR 4, some filters of 7z) is unpacked by unar and py7zr.
"""

from __future__ import annotations

import io
import lzma
import struct
import zlib
from collections.abc import Iterator
from typing import IO, cast

import libarchive
import py7zr
import rarfile
from libarchive.exception import ArchiveError as LibarchiveError
from libarchive.read import ArchiveRead

from intake.files.archive_limits import (
    VOLUME_DETAIL,
    ArchiveError,
    Budget,
    Member,
    check_path,
    damaged,
    hostile,
    locked,
    read_capped,
)
from intake.model import Problem, Trouble

_SPLIT = rarfile.RAR_FILE_SPLIT_BEFORE | rarfile.RAR_FILE_SPLIT_AFTER
_STUMBLES = (  # what the header readers let out on broken input
    OSError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


def packed_members(kind: str, data: bytes, budget: Budget) -> Iterator[Member]:
    """The files of a RAR or 7z archive in order; raises ArchiveError where it is not read as a whole."""
    names, declared = _rar_contents(data) if kind == "rar" else _sevenzip_contents(data)
    for name in names:
        check_path(name)
    budget.admit(len(names), declared, len(data))
    given = 0
    try:
        with libarchive.memory_reader(data, format_name=_format(kind, data)) as archive:
            for member in _stream(archive, names, len(data), budget):
                given += 1
                yield member
    except LibarchiveError as error:
        if _is_locked(error):
            raise locked() from error
        yield from _otherwise(kind, data, budget, given)


def _format(kind: str, data: bytes) -> str:
    """The one format to read: left to guess, the library takes a stored zip inside for the archive itself."""
    if kind == "7z":
        return "7zip"
    return "rar5" if data.startswith(b"Rar!\x1a\x07\x01") else "rar"


def _stream(archive: ArchiveRead, names: list[str], packed: int, budget: Budget) -> Iterator[Member]:
    """Members under the names that the headers gave: libarchive's own depend on the machine's locale."""
    files = (entry for entry in archive if not entry.isdir)
    for number, entry in enumerate(files):
        if entry.issym or entry.islnk or entry.isdev:
            raise hostile("压缩包内含链接或设备文件")
        budget.take_file()
        chunks = []
        for chunk in entry.get_blocks():
            budget.spend(len(chunk), packed)
            chunks.append(bytes(chunk))
        yield Member(names[number] if number < len(names) else str(entry.pathname), b"".join(chunks))


def _is_locked(error: LibarchiveError) -> bool:
    said = str(error).lower()
    return any(word in said for word in ("encrypt", "passphrase", "password", "crypt"))


def _otherwise(kind: str, data: bytes, budget: Budget, given: int) -> Iterator[Member]:
    """The files that libarchive did not give, by the second program for the format; ``given`` were given already."""
    try:
        yield from _by_unar(data, budget, given) if kind == "rar" else _by_py7zr(data, budget, given)
    except rarfile.RarCannotExec as error:
        raise ArchiveError(Trouble(Problem.NO_CONVERTER, "未安装 unar，无法解开此种 RAR 压缩包")) from error
    except rarfile.PasswordRequired as error:
        raise locked() from error
    except (rarfile.Error, py7zr.exceptions.ArchiveError, *_STUMBLES) as error:
        raise damaged() from error


def _by_unar(data: bytes, budget: Budget, given: int) -> Iterator[Member]:
    with rarfile.RarFile(io.BytesIO(data), errors="strict") as archive:
        for entry in [e for e in archive.infolist() if not e.is_dir()][given:]:
            budget.take_file()
            with archive.open(entry) as stream:
                yield Member(entry.filename, read_capped(stream, budget, len(data)))


def _by_py7zr(data: bytes, budget: Budget, given: int) -> Iterator[Member]:
    kept = py7zr.io.BytesIOFactory(max(budget.bytes, 1))
    with py7zr.SevenZipFile(io.BytesIO(data)) as archive:
        archive.extractall(factory=kept)
    for name, content in [*kept.products.items()][given:]:
        budget.take_file()
        yield Member(name, read_capped(cast("IO[bytes]", content), budget, len(data)))


def _rar_contents(data: bytes) -> tuple[list[str], int]:
    try:
        with rarfile.RarFile(io.BytesIO(data), part_only=True) as archive:
            entries = archive.infolist()
            is_locked = archive.needs_password()
    except rarfile.NeedFirstVolume as error:
        raise damaged(VOLUME_DETAIL) from error
    except rarfile.PasswordRequired as error:
        raise locked() from error
    except (rarfile.Error, *_STUMBLES) as error:
        raise damaged() from error
    if is_locked:
        raise locked()
    if any((e.flags or 0) & _SPLIT for e in entries):
        raise damaged(VOLUME_DETAIL)
    if any(e.is_symlink() for e in entries):
        raise hostile("压缩包内含符号链接")
    files = [e for e in entries if not e.is_dir()]
    if not files and not entries:
        raise damaged()
    return [e.filename for e in files], sum(e.file_size or 0 for e in files)


def _sevenzip_contents(data: bytes) -> tuple[list[str], int]:
    try:
        with py7zr.SevenZipFile(io.BytesIO(data)) as archive:
            if archive.needs_password():
                raise locked()
            entries = [e for e in archive.list() if not e.is_directory]
    except py7zr.PasswordRequired as error:
        raise locked() from error
    except (py7zr.exceptions.ArchiveError, *_STUMBLES) as error:
        raise damaged() from error
    return [e.filename for e in entries], sum(e.uncompressed or 0 for e in entries)
