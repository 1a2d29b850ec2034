"""LibreOffice as an outside program that turns old formats into new ones, held by limits in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from intake.files.ooxml import WordDamaged
from intake.model import Limits

_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:\\Program Files\\LibreOffice\\program\\soffice.exe",
)
# Named, or LibreOffice takes any garbage for plain text.
_FILTERS = {
    "doc": "MS Word 97",
    "rtf": "Rich Text Format",
    "odt": "writer8",
    "wps": "MS_Works",
    "xml": "MS Word 2003 XML",
    "xls": "MS Excel 97",
    "xlsx": "Calc MS Excel 2007 XML",
    "ods": "calc8",
}
_MEMORY_KB = 4 * 2**20  # address space, most of it never touched; below 1 GB it does not start everywhere
# Units of the shell: 512 bytes for files, kilobytes for memory, seconds for the processor. The watchman in the
# background ends the whole family even if the worker that started it has been killed.
_WATCHMAN = '(sleep "$3" && kill -s KILL -- "-$$") &'
_HELD = f'ulimit -S -f "$1"; ulimit -S -v "$2"; ulimit -S -t "$3"; {_WATCHMAN} shift 3; exec "$@"'
_PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")


class NoConverter(Exception):
    """No program that is installed here reads this format: our own lack, never the sender's fault."""


def find_office() -> str | None:
    """The path of LibreOffice, None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def to_docx(data: bytes, type_: str, limits: Limits) -> bytes:
    """Let LibreOffice write a file (``type_``: doc, rtf, odt, wps, xml) as .docx.

    Raises NoConverter where it is not installed, breaks down or runs out of time, WordDamaged where it cannot open
    the file.
    """
    return _converted(data, type_, "docx:MS Word 2007 XML", limits)


def to_xlsx(data: bytes, type_: str, limits: Limits) -> bytes:
    """Let LibreOffice write a workbook (``type_``: xls, xlsx, ods) as .xlsx; raises as ``to_docx``."""
    return _converted(data, type_, "xlsx:Calc MS Excel 2007 XML", limits)


def _converted(data: bytes, type_: str, to: str, limits: Limits) -> bytes:
    office = find_office()
    if office is None:
        raise NoConverter(f"未安装 LibreOffice，无法读取 .{type_} 文件")
    with tempfile.TemporaryDirectory(prefix="zhengji-") as folder:
        source = Path(folder, f"in.{type_}")
        source.write_bytes(data)
        made = str(Path(folder, "made"))  # in and out may be of one type
        profile = Path(folder, "profile").as_uri()
        order = [office, "--headless", "--norestore", f"-env:UserInstallation={profile}"]
        _run(
            [
                *order,
                f"--infilter={_filter(data, type_)}",
                "--convert-to",
                to,
                "--outdir",
                made,
                str(source),
            ],
            folder,
            limits,
        )
        target = Path(made, f"in.{to.partition(':')[0]}")
        if not target.is_file():
            raise WordDamaged("文件已损坏，无法打开")
        return target.read_bytes()


def _filter(data: bytes, type_: str) -> str:
    """LibreOffice's name of a format; Word 6 and 95 lack the mark that later files bear at the head of a sector."""
    later = any(data.startswith(b"\xec\xa5", place) for place in range(512, len(data), 512))
    return "MS WinWord 6.0" if type_ == "doc" and not later else _FILTERS[type_]


def _run(order: list[str], folder: str, limits: Limits) -> None:
    """Run under limits; the whole family of processes ends with it, or when its time is up."""
    seconds = limits.seconds * 0.8  # to end before the worker's own time does
    if sys.platform != "win32":
        held = (limits.unpacked_bytes // 512, _MEMORY_KB, int(seconds) + 1)
        order = ["/bin/sh", "-c", _HELD, "sh", *map(str, held), *order]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {"HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}
    child = subprocess.Popen(
        order,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        status = child.wait(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise NoConverter("LibreOffice 未能在规定时间内读完文件") from error
    finally:
        _end(child)
    if status < 0 or status >= 128:  # ended by a signal: by our limits, or by a fault of its own
        raise NoConverter("LibreOffice 读取文件时异常退出")


def _end(child: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        child.kill()
    else:
        with contextlib.suppress(ProcessLookupError):  # all of them may be gone
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
