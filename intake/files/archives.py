"""Archives opened in memory under limits: names made right, sizes counted as they really unpack."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from intake.files.archive_limits import (
    VOLUME_DETAIL,
    Budget,
    Member,
    check_path,
    damaged,
    hostile,
    locked,
    read_capped,
)
from intake.files.sniff import ARCHIVE_TYPES, EXPECTED
from intake.letters.names import decode_bytes, extension_of
from intake.model import Problem, Trouble

_UNICODE_PATH = 0x7075
_OTHER_FORMATS = frozenset(
    {"iso", "cab", "lzh", "lha", "arj", "ace", "zst", "zipx", "wim", "uue", "dmg", "img", "z", "lz"}
)
_OTHER_OFFICES = frozenset({"pages", "numbers", "uot", "uof", "uos"})  # Apple's, and the old Chinese standard's
_VOLUME = re.compile(r"\.part\d+\.rar$|\.r\d\d$|\.z\d\d$|\.(?:7z|zip|rar|tar)\.\d{3}$", re.IGNORECASE)


def open_archive(kind: str, name: str, data: bytes, budget: Budget) -> Iterator[Member]:
    """The files of an archive in the order of its directory; ``kind`` is ``zip``, ``rar``, ``7z`` or ``tar``.

    Raises ArchiveError when the archive as a whole is not read: damaged, locked, hostile or beyond the limits.
    """
    if _VOLUME.search(name) and not re.search(r"\.part0*1\.rar$", name, re.IGNORECASE):
        raise damaged(VOLUME_DETAIL)
    if kind == "zip":
        yield from _zip(data, budget)
    elif kind == "tar":
        yield from _tar(name, data, budget)
    else:
        from intake.files.packed import packed_members  # libarchive is only loaded for RAR and 7z

        yield from packed_members(kind, data, budget)


def unknown_detail(name: str) -> str:
    """What to say of a file that by its name is an archive or a foreign document and was not known by its content.

    ``""`` for any other name.
    """
    extension = extension_of(name)
    if extension in _OTHER_OFFICES:
        return "文件格式不支持，请另存为 Word 文档（.docx）或 Excel 工作簿（.xlsx）"
    if extension == "p7m":
        return "邮件经加密或签名封装（S/MIME），请以普通邮件重新发送"
    if _VOLUME.search(name):
        return VOLUME_DETAIL
    if extension in _OTHER_FORMATS:
        return "压缩格式不支持，请改用 zip 格式"
    return "压缩包已损坏，无法打开" if EXPECTED.get(extension, frozenset()) & ARCHIVE_TYPES else ""


# --------------------------------------------------------------------------- zip


def _opened_zip(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except UnicodeDecodeError:  # names flagged UTF-8 that are not
        return zipfile.ZipFile(io.BytesIO(_without_utf8_flag(data)))


def _zip(data: bytes, budget: Budget) -> Iterator[Member]:
    try:
        archive = _opened_zip(data)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, struct.error) as error:
        raise damaged() from error
    with archive:
        files = [(zip_name(i), i) for i in archive.infolist() if not i.filename.endswith("/")]
        for name, info in files:
            check_path(name)
            if stat.S_ISLNK(info.external_attr >> 16):
                raise hostile("压缩包内含符号链接")
        budget.admit(len(files), sum(i.file_size for _, i in files), len(data))
        if files and all(i.flag_bits & 1 for _, i in files):
            raise locked()
        for name, info in files:
            yield _zip_member(archive, name, info, budget)


def _without_utf8_flag(data: bytes) -> bytes:
    """The same zip with the UTF-8 flag of its entries cleared, in the directory and before each file."""
    cleared = bytearray(data)
    for mark, flags in ((b"PK\x01\x02", 9), (b"PK\x03\x04", 7)):
        at = data.find(mark)
        while at >= 0 and at + flags < len(cleared):
            cleared[at + flags] &= 0xF7
            at = data.find(mark, at + 4)
    return bytes(cleared)


def zip_name(info: zipfile.ZipInfo) -> str:
    """A member's name as it was meant: flagged or extra UTF-8, else strict UTF-8, else GB18030."""
    if unicode_path := _unicode_path(info.extra):
        return unicode_path
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return decode_bytes(info.orig_filename.encode("cp437")).replace("\\", "/")
    except UnicodeEncodeError:
        return info.filename


def _unicode_path(extra: bytes) -> str:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH and size > 5:
            return extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return ""


def _zip_member(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo, budget: Budget) -> Member:
    budget.take_file()
    if info.flag_bits & 1:
        return Member(name, trouble=Trouble(Problem.PASSWORD, "压缩包内的文件设有密码"))
    try:
        with archive.open(info) as stream:
            content = read_capped(stream, budget, info.compress_size)
    except NotImplementedError:
        return Member(name, trouble=Trouble(Problem.DAMAGED, "压缩方式不支持，请用普通 zip 格式重新压缩"))
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError):
        return Member(name, trouble=Trouble(Problem.DAMAGED, "压缩包内的文件已损坏"))
    return Member(name, content)


# --------------------------------------------------------------------------- tar, gzip and their kin


def _tar(name: str, data: bytes, budget: Budget) -> Iterator[Member]:
    content = _decompressed(data, budget)
    budget.bytes += len(content) if content is not data else 0  # the tar's own members are what counts
    if content[257:262] == b"ustar" or content is data:
        yield from _tar_members(content, budget)
        return
    budget.take_file()
    budget.spend(len(content), len(data))
    yield Member(re.sub(r"\.(?:gz|bz2|xz)$", "", name, flags=re.IGNORECASE), content)


def _tar_members(content: bytes, budget: Budget) -> Iterator[Member]:
    try:
        with tarfile.open(
            fileobj=io.BytesIO(content), mode="r:", encoding="utf-8", errors="surrogateescape"
        ) as archive:
            entries = archive.getmembers()
            _check_entries(entries)
            files = [e for e in entries if e.isfile()]
            budget.admit(len(files), 0, 0)
            for entry in files:
                budget.take_file()
                stream = archive.extractfile(entry)
                # a sparse file gives more than its archive holds
                unpacked = read_capped(stream, budget, entry.size) if stream else b""
                yield Member(_tar_name(entry), unpacked)
    except (tarfile.TarError, ValueError, OSError, EOFError, zlib.error) as error:
        raise damaged() from error


def _tar_name(entry: tarfile.TarInfo) -> str:
    return decode_bytes(entry.name.encode("utf-8", "surrogateescape"))


def _check_entries(entries: list[tarfile.TarInfo]) -> None:
    for entry in entries:
        check_path(_tar_name(entry))
        if entry.issym() or entry.islnk() or entry.isdev():
            raise hostile("压缩包内含链接或设备文件")


def _decompressed(data: bytes, budget: Budget) -> bytes:
    openers: dict[bytes, Callable[[IO[bytes]], IO[bytes]]]
    openers = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}  # type: ignore[dict-item]
    opener = openers.get(data[:2])
    if opener is None:
        return data
    try:
        with opener(io.BytesIO(data)) as stream:
            return read_capped(stream, budget, len(data))
    except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
        raise damaged() from error
