"""Archives that the first program does not unpack are unpacked by the second."""

from __future__ import annotations

import io

import py7zr
from test_unpack import DOCX, opened, problems, rarred

from intake.model import Problem

FILES = {"1/need1.docx": DOCX, "1/need2.docx": DOCX + b"2"}


def sevenzipped(*filters: int) -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", filters=[{"id": f} for f in filters]) as archive:
        for name, content in FILES.items():
            archive.writestr(content, name)
    return buffer.getvalue()


def solid() -> bytes:
    """A solid RAR 4 archive, as WinRAR makes them on demand."""
    return rarred(FILES, solid=True)


def test_a_solid_rar_archive_is_opened() -> None:
    assert [(p.path, p.data) for p in opened("a.rar", solid())] == [(f"a.rar/{n}", c) for n, c in FILES.items()]


def test_a_7z_archive_of_an_uncommon_method_is_opened() -> None:
    data = sevenzipped(py7zr.FILTER_BROTLI)
    assert [(p.path, p.data) for p in opened("a.7z", data)] == [(f"a.7z/{n}", c) for n, c in FILES.items()]


def test_the_limits_hold_for_the_second_program_too() -> None:
    for name, data in (("a.rar", solid()), ("a.7z", sevenzipped(py7zr.FILTER_BROTLI))):
        assert Problem.TOO_LARGE in problems(opened(name, data, unpacked_bytes=len(DOCX) + 1))
        assert Problem.TOO_LARGE in problems(opened(name, data, archive_files=1))


def test_what_neither_can_unpack_is_damaged() -> None:
    broken = bytearray(solid())
    broken[broken.index(b"need2") + 40] ^= 1
    assert Problem.DAMAGED in problems(opened("a.rar", bytes(broken)))
