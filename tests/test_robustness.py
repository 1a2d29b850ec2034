"""What collections of other people's files have found, in its smallest form; and the command that tries them."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

from builders import form_docx, ole_file
from mails import mail

from intake.model import Limits, Problem
from intake.reader import read_file

ROOT = Path(__file__).resolve().parent.parent


def _workbook(*records: tuple[int, bytes]) -> bytes:
    return ole_file({"Workbook": b"".join(struct.pack("<HH", n, len(c)) + c for n, c in records)})


def _number(row: int, column: int) -> tuple[int, bytes]:
    return 0x0203, struct.pack("<3Hd", row, column, 0, 1.0)


SHEET = (0x0809, bytes.fromhex("00061000bb0dcc07000000000600000000000000"[:32]))


def test_an_old_workbook_with_cells_far_apart_is_refused_before_it_is_laid_out() -> None:
    (document,) = read_file("汇总表.xls", _workbook(SHEET, _number(0, 0), _number(65535, 255)), (), Limits())
    assert document.has(Problem.HOSTILE)


def test_what_is_encrypted_is_not_taken_for_cells() -> None:
    (document,) = read_file("汇总表.xls", _workbook(SHEET, (0x002F, bytes(6)), _number(65535, 255)), (), Limits())
    assert not document.has(Problem.HOSTILE)


def test_a_sheet_of_old_macros_is_named() -> None:
    named = (0x0085, bytes(5) + b"\x01" + bytes(6))
    (document,) = read_file("汇总表.xls", _workbook(SHEET, named, (0x000A, b"")), (), Limits())
    assert document.has(Problem.ACTIVE)


def test_the_command_tells_what_became_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(form_docx())
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "c.eml").write_bytes(mail(text="谢谢"))
    order = [sys.executable, str(ROOT / "bench" / "robustness.py"), str(tmp_path)]
    done = subprocess.run(order, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3 files, 4 mails, none bad" in done.stdout
    assert "| docx | 1 | 1 |" in done.stdout
    assert "| zip | 1 |  | 1 |" in done.stdout
