"""winmail.dat as Outlook writes it: the attachments come out under their names, whatever else is in it."""

from __future__ import annotations

import struct

from builders import ole_file
from hypothesis import given, settings
from hypothesis import strategies as st
from test_unpack import DOCX, opened, problems

from intake.model import Problem

NAME = "科技重大创新需求（包头市科技局）.docx"
BEGINS, TITLE, CONTENT, PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def record(level: int, key: int, content: bytes) -> bytes:
    return struct.pack("<BII", level, key, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)


def tagged(kind: int, name: int, value: bytes) -> bytes:
    """A property of one value of no fixed size."""
    return struct.pack("<HHII", kind, name, 1, len(value)) + padded(value)


def properties(*each: bytes) -> bytes:
    return record(2, PROPERTIES, struct.pack("<I", len(each)) + b"".join(each))


def winmail(*records: bytes) -> bytes:
    subject = record(1, 0x00078004, "报送2027年度创新需求".encode("gb18030") + b"\0")
    return b"\x78\x9f\x3e\x22\x01\x00" + subject + b"".join(records)


def attachment(short: str, *more: bytes) -> bytes:
    title = record(2, TITLE, short.encode("gb18030") + b"\0")
    return record(2, BEGINS, bytes(14)) + title + record(2, CONTENT, DOCX) + properties(*more)


LONG = tagged(0x1F, 0x3707, NAME.encode("utf-16-le") + b"\0\0")
NUMBER = struct.pack("<HHI", 0x03, 0x3705, 1)
NAMED = struct.pack("<HH", 0x1E, 0x8001) + bytes(16) + struct.pack("<II", 1, 6) + padded("键".encode("utf-16-le") * 3)
NAMED += struct.pack("<II", 1, 2) + b"x\0\0\0"


def test_the_long_chinese_name_counts() -> None:
    found = opened("winmail.dat", winmail(attachment("KEJIXU~1.DOC", NUMBER, NAMED, LONG), attachment("需求2.docx")))
    assert [(p.name, p.data) for p in found] == [(NAME, DOCX), ("需求2.docx", DOCX)]


def test_a_mail_attached_in_outlook_is_opened() -> None:
    inner = winmail(attachment("需求.docx"))
    data = winmail(record(2, BEGINS, bytes(14)) + properties(tagged(0x0D, 0x3701, MESSAGE + inner)))
    assert [(p.name, p.data) for p in opened("winmail.dat", data)] == [("需求.docx", DOCX)]


def test_a_document_keeps_its_last_zeros() -> None:
    document = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)
    data = winmail(record(2, BEGINS, bytes(14)) + properties(LONG, tagged(0x0D, 0x3701, bytes(16) + document)))
    assert [p.size for p in opened("winmail.dat", data)] == [len(document)]


def test_counts_beyond_the_file_are_damage() -> None:
    many = struct.pack("<HHI", 0x1003, 0x3705, 0xFFFFFFFF)
    assert problems(opened("winmail.dat", winmail(attachment("a.docx", many)))) == {Problem.DAMAGED}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=30), st.floats(0, 1))
def test_no_damage_leads_to_anything_but_a_clear_word(junk: bytes, where: float) -> None:
    good = winmail(attachment("需求.docx", NUMBER, NAMED, LONG))
    at = int(where * len(good))
    for piece in opened("winmail.dat", good[:at] + junk + good[at + len(junk) :]):
        assert piece.name


def test_a_mail_of_outlooks_own_is_opened() -> None:
    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    outlook = ole_file(
        {
            "__attach_version1.0_#00000000/__substg1.0_37010102": DOCX,
            "__attach_version1.0_#00000000/__substg1.0_3704001F": wide("XU~1.DOC"),
            "__attach_version1.0_#00000000/__substg1.0_3707001F": wide("需求申报表.docx"),
            "__attach_version1.0_#00000001/__substg1.0_37010102": b"%PDF-1.4",
            "__attach_version1.0_#00000001/__substg1.0_3704001E": "盖章.pdf".encode("gb18030"),
            "__properties_version1.0": b"",
        }
    )
    found = opened("转发.msg", outlook)
    assert [(p.path, p.type) for p in found] == [("转发.msg/需求申报表.docx", "docx"), ("转发.msg/盖章.pdf", "pdf")]
    assert found[0].data.startswith(DOCX)
    (broken,) = opened("转发.msg", outlook[:1500])
    assert broken.type == "other"
