"""Everything that lies in a mail is found, in order and by its right name; what must not be opened is not."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import struct
import tarfile
import zipfile
import zlib

import py7zr
import pytest
from builders import zipped
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mails import NAMINGS, attached, forwarded, mail

from intake.files.unpack import Piece, open_file, open_letter
from intake.letters.letter import parse_message
from intake.model import Limits, Problem

DOCX = zipped({"[Content_Types].xml": b"x", "word/document.xml": b"x"})
NAME = "关于征集需求的汇总表（包头市科技局）.docx"


def pieces(raw: bytes, **limits: int) -> list[Piece]:
    return list(open_letter(parse_message(raw), Limits(**limits)))


def names(raw: bytes) -> list[str]:
    return [p.path for p in pieces(raw)]


def opened(name: str, data: bytes, **limits: int) -> list[Piece]:
    return list(open_file(name, data, Limits(**limits)))


def problems(found: list[Piece]) -> set[Problem]:
    return {t.problem for p in found for t in p.troubles}


# --------------------------------------------------------------------------- mails


@pytest.mark.parametrize("naming", [n for n in NAMINGS if n != "none"])
def test_every_way_of_writing_a_name_is_read(naming: str) -> None:
    assert names(mail(attachments=[attached(NAME, DOCX, naming)])) == [NAME]


@pytest.mark.parametrize(
    "header",
    [
        'filename*0="=?utf-8?B?5YWz5LqO6ZyA5rGC?="; filename*1=".docx"',
        "filename=关于需求.docx",
        'filename="%E5%85%B3%E4%BA%8E%E9%9C%80%E6%B1%82.docx"',
        "filename=\"UTF-8''%E5%85%B3%E4%BA%8E%E9%9C%80%E6%B1%82.docx\"",
        "filename*=''%E5%85%B3%E4%BA%8E%E9%9C%80%E6%B1%82.docx",
        'filename="C:\\\\表\\\\关于需求.docx"',
        "filename==?gb2312?B?udjT2tDox/M=?=.docx",
        "filename*0*=UTF-8''%E5%85%B3%E4%B; filename*1*=A%8E%E9%9C%80%E6%B1%82.docx",
        'filename="%B9%D8%D3%DA%D0%E8%C7%F3.docx"',
        'filename="&#20851;&#20110;&#38656;&#27714;.docx"',
        'filename="=?utf-8?B?PT9HQks/Qj91ZGpUMnREb3gvTT0/PS5kb2N4?="',
        "filename='关于需求.docx'",
        'filename="关于需求.docx',
    ],
)
def test_names_against_the_standard_are_read_too(header: str) -> None:
    raw = f"From: a@b.cn\r\nContent-Disposition: attachment; {header}\r\nContent-Type: x/y\r\n\r\n".encode() + DOCX
    assert names(raw) == ["关于需求.docx"]


def test_a_file_without_a_name_gets_one() -> None:
    assert names(mail(attachments=[attached("x", DOCX, "none")])) == ["未命名附件1.docx"]


@pytest.mark.parametrize("disposition", [None, "inline", "attachment"])
def test_inline_and_disposition_less_attachments_are_found(disposition: str | None) -> None:
    assert names(mail(attachments=[attached(NAME, DOCX, "encoded-word", disposition=disposition)])) == [NAME]


def test_files_of_one_name_have_paths_of_their_own() -> None:
    assert names(mail(attachments=[attached("a.docx", DOCX), attached("a.docx", DOCX)])) == ["a.docx", "a.docx（2）"]


def test_a_forwarded_mail_is_opened_also_under_base64() -> None:
    inner = mail(subject="报送", attachments=[attached(NAME, DOCX)])
    assert names(forwarded(inner)) == [f"报送.eml/{NAME}"]
    wrapped = (
        b"From: a@b.cn\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(inner)
    )
    assert names(wrapped) == [f"报送.eml/{NAME}"]
    assert names(mail(attachments=[attached("转发.eml", inner)])) == [f"转发.eml/{NAME}"]


def test_our_own_letter_sent_back_brings_no_files() -> None:
    ours = mail(attachments=[attached(NAME, DOCX)], headers={"X-Zhengji-Receipt": "GX2027-R0001"})
    assert names(forwarded(ours)) == []


def test_only_pictures_of_the_body_are_inline() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(20)
    html = '<p>见图<img src="cid:logo"></p>'
    shown, sent = (
        mail(html=html, attachments=[attached("a.png", picture)]),
        mail(attachments=[attached("a.png", picture)]),
    )
    shown = shown.replace(b"Content-Disposition: attachment", b"Content-ID: <logo>\r\nContent-Disposition: attachment")
    assert [p.inline for p in pieces(shown)] == [True]
    assert [p.inline for p in pieces(sent)] == [False]


@pytest.mark.parametrize(
    "shape",
    [
        b"Content-Type: multipart/mixed\r\n\r\n--q\r\n",  # no boundary
        b"Content-Type: multipart/mixed; boundary=wrong\r\n\r\n--q\r\n",
        b"Content-Type: multipart/related; boundary=q\r\n\r\n--q\r\n",
        b"Content-Type: multipart/x-unknown; boundary=q\r\n\r\npreamble\r\n--q\r\n",
    ],
)
def test_odd_multiparts_are_opened(shape: bytes) -> None:
    part = b"Content-Type: application/msword; name=a.docx\r\nContent-Transfer-Encoding: BASE64 \r\n\r\n"
    raw = b"From: a@b.cn\r\n" + shape + part + base64.encodebytes(DOCX) + b"\r\n--q--\r\n"
    assert [(p.name, p.data) for p in pieces(raw)] == [("a.docx", DOCX)]


def test_a_uuencoded_file_in_the_body_is_found() -> None:
    import binascii

    lines = b"".join(binascii.b2a_uu(DOCX[i : i + 45]) for i in range(0, len(DOCX), 45))
    raw = b"From: a@b.cn\r\n\r\nsee file\r\n\r\nbegin 644 a.docx\r\n" + lines.replace(b"\n", b"\r\n") + b"`\r\nend\r\n"
    assert [(p.name, p.data) for p in pieces(raw)] == [("a.docx", DOCX)]


@pytest.mark.parametrize("depth", [60, 1500])
def test_parts_nested_without_end_are_refused_with_a_word(depth: int) -> None:
    from intake.reader import read_submission

    raw = b"From: a@b.cn\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (i, i) for i in range(depth)
    )
    submission = read_submission(raw, (), Limits())
    assert submission.letter.sender == "a@b.cn"
    assert [t.problem for d in submission.documents for t in d.troubles] == [Problem.HOSTILE]


def test_more_parts_than_the_limit_are_not_opened() -> None:
    found = pieces(mail(attachments=[attached(f"{i}.docx", DOCX) for i in range(20)]), mime_parts=10)
    assert len(found) < 12
    assert found[-1].troubles[0].problem is Problem.HOSTILE


# --------------------------------------------------------------------------- files


@pytest.mark.parametrize("name", ["~$需求.docx", ".DS_Store", "Thumbs.db", "desktop.ini"])
def test_leftovers_of_systems_are_passed_over(name: str) -> None:
    assert opened("a.zip", zipped({name: b"x", f"__MACOSX/{name}": b"x", "a.docx": DOCX}))[0].name == "a.docx"
    assert opened(name, b"x") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("填表工具.exe", b"x"),
        ("需求.docx", b"MZ\x90\x00" + bytes(60)),
        ("a.bin", b"\x7fELF" + bytes(60)),
        ("a.txt", b"#!/bin/sh\n"),
        ("a.lnk", b"x"),
        ("a.JS", b"x"),
        ("需求.docx.scr", b"x"),
    ],
)
def test_programs_are_refused_by_content_and_by_extension(name: str, content: bytes) -> None:
    (found,) = opened(name, content)
    assert found.type == "program"
    assert found.data == b""
    assert problems([found]) == {Problem.EXECUTABLE}


def test_an_attachment_beyond_the_limit_is_not_read() -> None:
    (found,) = opened("a.pdf", b"%PDF-" + bytes(5000), attachment_bytes=1000)
    assert problems([found]) == {Problem.TOO_LARGE}
    assert found.data == b""


# --------------------------------------------------------------------------- archives


def tarred(files: dict[str, bytes], **odd: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            for key, value in odd.items():
                setattr(entry, key, value)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def sevenzipped(files: dict[str, bytes], password: str | None = None) -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password=password) as archive:
        for name, content in files.items():
            archive.writestr(content, name)
    return buffer.getvalue()


def rarred(files: dict[str, bytes], flags: int = 0x8000, *, solid: bool = False) -> bytes:
    """A RAR 4 archive whose files are stored; each but the first goes on from the one before it if ``solid``."""

    def block(kind: int, flags: int, rest: bytes) -> bytes:
        body = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
        return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body

    parts = [b"Rar!\x1a\x07\x00", block(0x73, 8 * solid, bytes(6))]
    for name, content in files.items():
        raw = name.encode()
        head = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 2, zlib.crc32(content), 0x58C20000, 29, 0x30, len(raw), 0x20
        )
        parts.append(block(0x74, flags | 0x10 * (solid and len(parts) > 2), head + raw) + content)
    return b"".join(parts) + block(0x7B, 0x4000, b"")


FILES = {"包头/需求1.docx": DOCX, "包头/需求2.docx": DOCX}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped(FILES)),
        ("a.zip", zipped(FILES, windows=True)),
        ("a.7z", sevenzipped(FILES)),
        ("a.tar", tarred(FILES)),
        ("a.tgz", gzip.compress(tarred(FILES))),
        ("a.tar.bz2", bz2.compress(tarred(FILES))),
    ],
)
def test_archives_are_opened_in_order_and_with_their_names(name: str, data: bytes) -> None:
    found = opened(name, data)
    assert [p.path for p in found] == [f"{name}/包头/需求1.docx", f"{name}/包头/需求2.docx"]
    assert [p.data for p in found] == [DOCX, DOCX]


def test_a_rar_archive_is_opened() -> None:
    found = opened("a.rar", rarred({"need1.docx": DOCX, "need2.docx": b"%PDF-1.4"}))
    assert [(p.name, p.type, p.data) for p in found] == [
        ("need1.docx", "docx", DOCX),
        ("need2.docx", "pdf", b"%PDF-1.4"),
    ]


def test_an_ofd_is_no_archive() -> None:
    ofd = zipped({"OFD.xml": b"x", "Doc_0/Document.xml": b"x"})
    assert [(p.path, p.type) for p in opened("需求.ofd", ofd)] == [("需求.ofd", "ofd")]


def test_a_zip_whose_flag_lies_about_utf8_is_opened() -> None:
    data = bytearray(zipped({"需求.docx": DOCX}, windows=True))
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.find(mark) + offset] |= 0x08
    assert [(p.name, p.data) for p in opened("a.zip", bytes(data))] == [("需求.docx", DOCX)]


def test_a_single_gzipped_file_is_opened() -> None:
    assert [(p.name, p.data) for p in opened("需求.docx.gz", gzip.compress(DOCX))] == [("需求.docx", DOCX)]


def test_archives_in_archives_are_opened_to_the_limit() -> None:
    data = DOCX
    for level in range(4):
        data = zipped({f"{level}.docx" if level == 0 else f"{level}.zip": data})
    assert [p.path for p in opened("a.zip", data, archive_depth=4)] == ["a.zip/3.zip/2.zip/1.zip/0.docx"]
    assert problems(opened("a.zip", data, archive_depth=3)) == {Problem.TOO_LARGE}


@pytest.mark.parametrize("member", ["../../etc/x.docx", "/etc/x.docx", "C:\\x.docx", "a/../../x.docx", "..\\x.docx"])
@pytest.mark.parametrize("packed", [zipped, tarred])
def test_paths_that_lead_out_are_hostile_and_nothing_is_read(member: str, packed: object) -> None:
    found = opened("a.zip", packed({"good.docx": DOCX, member: DOCX}))  # type: ignore[operator]
    assert [(p.name, p.data) for p in found] == [("a.zip", b"")]
    assert problems(found) == {Problem.HOSTILE}


def test_links_are_hostile() -> None:
    info = zipfile.ZipInfo("a.docx")
    info.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert problems(opened("a.zip", buffer.getvalue())) == {Problem.HOSTILE}
    link = tarred({"a.docx": b""}, type=tarfile.SYMTYPE, linkname="/etc/passwd")
    assert problems(opened("a.tar", link)) == {Problem.HOSTILE}


@pytest.mark.parametrize("packed", [zipped, sevenzipped, lambda files: gzip.compress(tarred(files))])
def test_a_bomb_is_too_large_and_hostile(packed: object) -> None:
    bomb = packed({"a.docx": bytes(8 * 2**20)})  # type: ignore[operator]
    assert problems(opened("a.zip", bomb, unpacked_bytes=2**20)) == {Problem.TOO_LARGE, Problem.HOSTILE}


def test_honest_files_beyond_the_limit_are_only_too_large() -> None:
    import random

    content = random.Random(1).randbytes(200_000)
    assert problems(opened("a.zip", zipped({"a.jpg": content}), unpacked_bytes=100_000)) == {Problem.TOO_LARGE}


def test_too_many_files_are_too_large_and_a_flood_is_hostile() -> None:
    assert problems(opened("a.zip", zipped({f"{i}.txt": b"" for i in range(60)}), archive_files=50)) == {
        Problem.TOO_LARGE
    }
    flood = zipped({f"{i}.txt": b"" for i in range(600)})
    assert problems(opened("a.zip", flood, archive_files=50)) == {Problem.TOO_LARGE, Problem.HOSTILE}


def locked_zip(*, some: bool = False) -> bytes:
    data = bytearray(zipped({"a.docx": DOCX, "b.docx": DOCX}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = -1 if some else data.find(mark, at + 4)
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.zip", locked_zip()), ("a.7z", sevenzipped(FILES, "geheim")), ("a.rar", rarred({"a.docx": DOCX}, 0x8004))],
)
def test_passwords_are_noticed(name: str, data: bytes) -> None:
    found = opened(name, data)
    assert [p.name for p in found] == [name]
    assert problems(found) == {Problem.PASSWORD}


def test_beside_a_locked_member_the_others_are_read() -> None:
    found = opened("a.zip", locked_zip(some=True))
    assert [(p.name, problems([p])) for p in found] == [("a.docx", {Problem.PASSWORD}), ("b.docx", set())]


@pytest.mark.parametrize("name", ["材料.part2.rar", "材料.z01", "材料.7z.002", "材料.zip.001"])
def test_a_volume_is_told_as_what_it_is(name: str) -> None:
    data = {"r": rarred(FILES), "7": sevenzipped(FILES)}.get(name.split(".")[1][0], zipped(FILES))
    (found,) = opened(name, rarred(FILES) if name.endswith("rar") else data)
    assert problems([found]) == {Problem.DAMAGED}
    assert "分卷" in found.troubles[0].detail


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.zip", zipped(FILES)[:-30]), ("a.7z", sevenzipped(FILES)[:-9]), ("a.rar", b"Rar!\x1a\x07\x00junk")],
)
def test_damaged_archives_are_told(name: str, data: bytes) -> None:
    assert problems(opened(name, data)) == {Problem.DAMAGED}


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.zip", zipped({}), "没有文件"),
        ("a.zip", zipped({".DS_Store": b"x", "__MACOSX/._a.docx": b"x"}), "没有文件"),
        ("a.zip", b"", "已损坏"),
        ("a.rar", b"what is this", "已损坏"),
        ("a.7z.002", b"what is this", "分卷"),
        ("a.cab", b"MSCF", "改用 zip"),
        ("a.pages", zipped({"Index/Document.iwa": b"x"}), "另存为 Word"),
    ],
)
def test_an_archive_that_gives_nothing_is_told(name: str, data: bytes, word: str) -> None:
    (found,) = opened(name, data)
    assert problems([found]) == {Problem.DAMAGED}
    assert word in found.troubles[0].detail


def test_an_archive_under_a_wrong_extension_is_opened_and_stands_beside_its_files() -> None:
    assert [p.path for p in opened("a.rar", zipped({"需求.docx": DOCX}))] == ["a.rar/需求.docx", "a.rar"]


def test_winmail_dat_is_opened() -> None:
    def attribute(level: int, key: int, content: bytes) -> bytes:
        return struct.pack("<BII", level, key, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)

    tnef = b"\x78\x9f\x3e\x22\x01\x00" + b"".join(
        (
            attribute(2, 0x00069002, bytes(14)),
            attribute(2, 0x00018010, "需求.docx".encode("gb18030") + b"\0"),
            attribute(2, 0x0006800F, DOCX),
        )
    )
    raw = mail(attachments=[attached("winmail.dat", tnef, mime="application/ms-tnef")])
    assert [(p.name, p.data) for p in pieces(raw)] == [("需求.docx", DOCX)]


CONTAINERS = {
    "a.zip": zipped(FILES),
    "a.rar": rarred(FILES),
    "a.7z": sevenzipped(FILES),
    "a.tgz": gzip.compress(tarred(FILES)),
    "winmail.dat": b"\x78\x9f\x3e\x22" + bytes(200),
    "a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
}


@settings(max_examples=80, deadline=None)
@example(name="a.zip", junk=bytes(8), where=0.796875)  # names flagged UTF-8 that are not, in a broken directory
@given(st.sampled_from(sorted(CONTAINERS)), st.binary(max_size=100), st.floats(0, 1))
def test_broken_containers_never_crash(name: str, junk: bytes, where: float) -> None:
    good = CONTAINERS[name]
    at = int(where * len(good))
    for piece in opened(name, good[:at] + junk + good[at + len(junk) :]):
        assert piece.name


def test_a_package_whose_parts_lie_in_other_folders_is_a_document() -> None:
    declared = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    files = {"[Content_Types].xml": declared, "_rels/.rels": b"x", "office/body.xml": b"x"}
    assert [p.type for p in opened("需求.docx", zipped(files))] == ["docx"]
