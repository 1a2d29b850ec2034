"""Texts made to keep a pattern busy: their length costs time, and not its square or worse."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from builders import form_docx, with_parts
from mails import mail

from intake.files.sniff import sniff
from intake.forms.amounts import read_money
from intake.letters.body import LINK_OPEN, without_links
from intake.letters.letter import parse_letter
from intake.model import Limits
from intake.reader import read_file
from intake.tables.grid import one_line
from rules.catalog.indicators import NUMBER
from rules.choices import speaks_of
from rules.folding import fold_name
from rules.model import Unit
from rules.senders import names_unit

SECONDS = 1.0  # of the processor; each took longer before, most of them more than five
NESTED = "".join(f"--{n}\r\nContent-Type: multipart/mixed\r\n\r\n" for n in range(3000))


@pytest.mark.parametrize(
    "read",
    [
        lambda: sniff("需求.doc", b"<!-- -->" * 500),
        lambda: parse_letter(mail(text=LINK_OPEN * 50_000), ()),
        lambda: without_links(LINK_OPEN * 50_000),
        lambda: parse_letter(mail(text="http://a/" + "mail.189.cn/x" * 4000), ()),
        lambda: parse_letter(f"From: a@b.cn\r\nContent-Type: text/plain\r\n\r\n{NESTED}".encode(), ()),
        lambda: read_money("_" * 5000 + "x"),
        lambda: fold_name("-" * 50_000 + "x"),
        lambda: names_unit("（" * 50_000, Unit("包头市科学技术局"), {}),
        lambda: NUMBER.search("一" * 50_000),
        lambda: speaks_of("非稀土" * 30_000, ("稀土",)),
        lambda: one_line("a" + " " * 50_000 + "a"),
    ],
    ids=[
        "comments",
        "marks",
        "links",
        "address",
        "parts",
        "blanks",
        "dashes",
        "brackets",
        "numerals",
        "subjects",
        "spaces",
    ],
)
def test_a_long_text_is_read_in_a_moment(read: Callable[[], object]) -> None:
    begun = time.process_time()
    read()
    assert time.process_time() - begun < SECONDS


def test_a_field_whose_code_is_cut_into_thousands_of_runs_is_read_in_a_moment() -> None:
    whole = zipfile.ZipFile(io.BytesIO(form_docx())).read("word/document.xml")
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    runs = "".join(f"<w:r><w:instrText>{n:0100}</w:instrText></w:r>" for n in range(60_000))
    field = f"<w:body><w:p>{mark.format('begin')}{runs}{mark.format('end')}</w:p>".encode()
    packed = with_parts(form_docx(), {"word/document.xml": whole.replace(b"<w:body>", field, 1)})
    begun = time.process_time()
    (document,) = read_file("需求.docx", packed, (), Limits(unpacked_bytes=10**9))
    assert not document.troubles
    assert time.process_time() - begun < 2 * SECONDS  # most of it for the XML
