"""Workbooks that the library gives up: under Excel's own lock, or written oddly; and those that really are locked."""

from __future__ import annotations

import io
import zipfile

import pytest
from builders import row, summary_xlsx
from test_reader import problems, read

from intake.model import Kind, Problem

PLAIN = summary_xlsx([row()])


def locked(password: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(PLAIN)).encrypt(password, out)
    return out.getvalue()


def odd() -> bytes:
    """A workbook whose sheet gives its extent as nonsense, which Excel does not mind."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            at = part.find(b'<dimension ref="')
            target.writestr(
                name, part if at < 0 else part.replace(part[at : part.find(b"/>", at)], b'<dimension ref="A"')
            )
    return out.getvalue()


def names(data: bytes, name: str = "汇总表.xlsx") -> list[str]:
    summary = read(name, data).summary
    return [r.cells["需求名称"] for r in summary.rows] if summary else []


@pytest.mark.parametrize("data", [locked("VelvetSweatshop"), odd()], ids=["structure protected", "odd extent"])
def test_what_excel_opens_without_asking_is_read(data: bytes) -> None:
    assert names(data) == names(PLAIN) != []
    assert problems(read("汇总表.xlsx", data)) == set()


def test_a_workbook_under_a_password_is_told_as_locked() -> None:
    document = read("汇总表.xlsx", locked("geheim"))
    assert (document.kind, problems(document)) == (Kind.UNREADABLE, {Problem.PASSWORD})


def test_a_damaged_workbook_stays_damaged() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    for data in (PLAIN[:-400], ole):
        assert problems(read("汇总表.xls", data)) & {Problem.DAMAGED}
