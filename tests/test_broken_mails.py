"""Mails that programs write against the standards: the file in them is found all the same, under its right name."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

import pytest
from builders import zipped
from mails import attached, mail

from intake.files.unpack import open_letter
from intake.letters.letter import parse_letter, parse_message
from intake.model import Limits

DOCX = zipped({"[Content_Types].xml": b"x", "word/document.xml": b"x"})
BASE64 = base64.encodebytes(DOCX).replace(b"\n", b"\r\n")
UU = b"begin 644 a.docx\r\n%s`\r\nend\r\n" % b"".join(
    binascii.b2a_uu(DOCX[i : i + 45]).replace(b"\n", b"\r\n") for i in range(0, len(DOCX), 45)
)
HEAD = b"From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
MIXED = b"Content-Type: multipart/mixed; boundary=q\r\n"
TEXT = b"--q\r\nContent-Type: text/plain\r\n\r\nsee file\r\n"
NAMED = b"Content-Disposition: attachment; filename=a.docx\r\n"
FILE = b"--q\r\n" + NAMED + b"Content-Type: application/msword\r\nContent-Transfer-Encoding: base64\r\n\r\n" + BASE64
END = b"--q--\r\n"
WHOLE = HEAD + MIXED + b"\r\n" + TEXT + FILE + END


def found(raw: bytes) -> list[tuple[str, bytes]]:
    return [(p.path, p.data) for p in open_letter(parse_message(raw), Limits())]


def part(head: bytes, content: bytes = BASE64) -> bytes:
    return HEAD + MIXED + b"\r\n" + TEXT + b"--q\r\n" + head + b"\r\n" + content + END


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + WHOLE,
        b"\r\n" + WHOLE,
        b">From a@b Mon Jun  1 09:00:00 2026\r\n" + WHOLE,
        WHOLE.replace(b"\r\n", b"\r\r\n"),
        WHOLE.replace(b"\r\n", b"\r"),
        WHOLE.replace(b"MIME", b"no header at all\r\nMIME"),
        WHOLE.replace(b"Content-Type:", b"Content-Type :").replace(b"Disposition:", b"Disposition :"),
        WHOLE.replace(b"--q\r\nContent-Disp", b"--q\r\nno header at all\r\nContent-Disp"),
        WHOLE.replace(MIXED, b""),
        WHOLE.replace(MIXED, b"Content-Type: text/plain\r\n"),
        WHOLE.replace(MIXED, b"Content-Type: multipart\r\n"),
        WHOLE.replace(b"--q\r\nContent-Type: text", b"--q\r\n" + MIXED + b"\r\n--q\r\nContent-Type: text").replace(
            b"see file\r\n", b"see file\r\n--q--\r\n"
        ),
    ],
    ids=range(12),
)
def test_what_stands_in_the_way_of_the_parts_is_passed(raw: bytes) -> None:
    assert found(raw) == [("a.docx", DOCX)]


ENCODED = b"Content-Transfer-Encoding: base64\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        part(NAMED + b"Content-Type: x/y\r\nContent-Transfer-Encoding: X-UUE\r\n", UU),
        part(NAMED + b"Content-Type: x/y\r\n"),
        part(NAMED + b"Content-Type: x/y\r\nContent-Transfer-Encoding: 7bit\r\n"),
        part(NAMED + ENCODED, b"\r\n".join(base64.b64encode(DOCX[i : i + 50]) for i in range(0, len(DOCX), 50))),
        part(NAMED + b"Content-Type: multipart/mixed\r\n" + ENCODED),
        part(NAMED + b"Content-Type: message/rfc822\r\n" + ENCODED),
    ],
    ids=["uuencode", "no label", "wrong label", "piece by piece", "called a multipart", "called a mail"],
)
def test_a_file_is_decoded_as_it_is_encoded_whatever_its_labels_say(raw: bytes) -> None:
    assert found(raw) == [("a.docx", DOCX)]


def test_a_file_without_type_and_name_is_no_text_of_the_letter() -> None:
    raw = part(ENCODED)
    assert found(raw) == [("未命名附件1.docx", DOCX)]
    assert parse_letter(raw, ()).own_words == "see file"


def test_what_a_mac_sends_beside_a_file_is_not_a_second_one() -> None:
    resources = base64.encodebytes(b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(40))
    raw = WHOLE.replace(FILE, part(NAMED + ENCODED, resources).partition(TEXT)[2].removesuffix(END) + FILE)
    assert found(raw) == [("a.docx", DOCX)]


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: b"\r\n\r\n" + raw,
        lambda raw: b"X-QQ-mid: 1\r\n" + raw,
        lambda raw: b"From a@b Mon Jun  1 09:00:00 2026\r\n" + raw,
    ],
)
def test_a_mail_sent_on_as_a_file_is_opened_however_it_begins(change: Callable[[bytes], bytes]) -> None:
    assert found(mail(attachments=[attached("报送.eml", change(WHOLE))])) == [("报送.eml/a.docx", DOCX)]


def test_a_forwarded_mail_under_quoted_printable_is_opened() -> None:
    head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    written = WHOLE.replace(b"=", b"=3D").replace(b"q\r\n", b"q=\r\n\r\n")
    assert found(part(head, written)) == [("x.eml/a.docx", DOCX)]


CHINESE = "高新处：需求申报表见附件，请查收。"


@pytest.mark.parametrize(
    ("label", "charset"),
    [
        ("iso-8859-1", "gb18030"),
        ("iso-8859-1", "utf-8"),
        ("gb2312", "utf-8"),
        ("hz-gb-2312", "hz"),
        ("utf-8", "gb18030"),
    ],
)
def test_text_is_read_as_what_it_is_under_labels_set_without_looking(label: str, charset: str) -> None:
    raw = HEAD + f"Content-Type: text/plain; charset={label}\r\n\r\n".encode() + CHINESE.encode(charset)
    assert parse_letter(raw, ()).own_words == CHINESE


def test_latin_text_under_its_own_label_stays() -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n" + "Jörg, naïveté: déjà vu".encode("latin-1")
    assert parse_letter(raw, ()).own_words == "Jörg, naïveté: déjà vu"


def test_a_mail_that_was_sent_in_pieces_is_told() -> None:
    raw = HEAD + b'Content-Type: message/partial; id="x@y"; number=1; total=3\r\n\r\n' + WHOLE
    (piece,) = open_letter(parse_message(raw), Limits())
    assert "拆" in piece.troubles[0].detail
