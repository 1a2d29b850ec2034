"""What `make fuzz` has found: each is an input that once stopped a reader, made here anew in its smallest form."""

from __future__ import annotations

import pytest
from builders import form_docx, row, summary_xlsx, with_parts, zipped
from states import PACK

from intake.letters.letter import parse_letter
from intake.model import Kind, Limits
from intake.reader import read_file, read_submission


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [("需求.docx", form_docx(), Kind.FORM), ("汇总表.xlsx", summary_xlsx([row()]), Kind.SUMMARY)],
)
def test_a_part_whose_name_begins_with_nul_and_so_is_none(name: str, data: bytes, kind: Kind) -> None:
    packed = with_parts(data, {"#nameless": b"x"}).replace(b"#nameless", b"\0nameless")
    (document,) = read_file(name, packed, (PACK.layout,), Limits())
    assert document.kind is kind


def test_a_charset_with_a_nul_in_it_is_none() -> None:
    raw = b"From: a@b.cn\r\nContent-Type: text/plain; charset=gb\0k\r\n\r\n" + "见附件".encode("gb18030")
    assert parse_letter(raw, ()).own_words == "见附件"


def test_a_file_of_a_zip_whose_name_begins_with_nul_is_read() -> None:
    packed = zipped({"#nameless": b"%PDF-1.4"}).replace(b"#nameless", b"\0nameless")
    (document,) = read_file("材料.zip", packed, (), Limits())
    assert (document.path, document.type) == ("材料.zip/nameless", "pdf")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Type: text/plain; charset=utf-7", "+2AA-"),
        ("Content-Type: text/plain; charset=raw_unicode_escape", "\\ud800"),
        ("Content-Type: text/plain; charset=utf-7\r\nno header", "Content-Type: x/y\r\n\r\n+2AA-\xff"),
        ("Content-Disposition: attachment; filename*=utf-7''=?utf-8?Q?+2AA-?=.docx", "x"),
    ],
)
def test_half_a_character_is_none(head: str, body: str) -> None:
    raw = f"From: a@b.cn\r\n{head}\r\n\r\n{body}".encode("latin-1")
    submission = read_submission(raw, (), Limits())
    submission.letter.own_words.encode()
    assert all(document.path.encode() for document in submission.documents)
