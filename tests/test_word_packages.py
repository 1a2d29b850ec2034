"""Packages as other programs write them, and files that are damaged, locked or made to harm."""

from __future__ import annotations

import contextlib
import io
import zipfile

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_parts import (
    NAMES,
    W,
    cell,
    code,
    control,
    document,
    docx,
    item,
    level,
    lines,
    mark,
    numbering,
    package,
    paragraph,
    part,
    read,
    relations,
    run,
    table,
    text_box,
)

from intake.documents.word import WordDamaged, WordHostile, WordLocked, read_word
from intake.model import Limits, Paragraph

PACKAGED = "\x01Ole10Native".encode("utf-16-le")


def test_strict_documents_read_the_same() -> None:
    body = paragraph("严格", control(run("模式")))
    strict = document(body).replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert lines(docx("", {"word/document.xml": strict})) == ["严格模式"]


@pytest.mark.parametrize("kind", ["html", "mht"])
def test_a_page_that_word_takes_in_when_it_opens_the_file(kind: str) -> None:
    """Web systems export forms so: a document that holds nothing but a page."""
    page = "<html><body><p>申报单位：某公司</p><table><tr><td>甲</td><td>乙</td></tr></table></body></html>"
    head = "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    parts = {
        f"word/afchunk.{kind}": (head if kind == "mht" else "") + page,
        "word/_rels/document.xml.rels": relations(("aFChunk", f"afchunk.{kind}")),
    }
    assert lines(docx(paragraph("前") + "<w:altChunk r:id='r0'/>" + paragraph("后"), parts)) == [
        "前",
        "申报单位：某公司",
        "甲\t乙",
        "后",
    ]


def test_other_encodings_of_the_text() -> None:
    wide = document(paragraph("宽码")).replace("UTF-8", "UTF-16").encode("utf-16")
    assert lines(docx("", {"word/document.xml": wide})) == ["宽码"]


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": document(paragraph("文"))},
        {"WORD\\Document.xml": document(paragraph("文"))},
        {
            "_rels/.rels": relations(("officeDocument", "/Office/body.xml")),
            "office/body.xml": document(paragraph("文")),
        },
        {"_rels/.rels": relations(("officeDocument", "missing.xml")), "word/document.xml": document(paragraph("文"))},
        {
            "word/_rels/document.xml.rels": relations(("header", "gone.xml")),
            "word/document.xml": document(paragraph("文")),
        },
    ],
)
def test_missing_and_odd_relations(parts: dict[str, str]) -> None:
    assert lines(package(parts)) == ["文"]


def test_parts_are_found_without_relations() -> None:
    parts = {**numbering(level(0, "decimal", "%1.")), "word/header1.xml": part("w:hdr", paragraph("眉"))}
    text = read(package({"word/document.xml": document(item("甲")), **parts}))
    assert text.blocks == (Paragraph("甲", "1.", 0),)
    assert text.margins == ("眉",)


def test_what_python_docx_writes_is_read() -> None:
    made = python_docx.Document()
    made.add_heading("标题", 1)
    made.add_paragraph("正文", style="List Number")
    made.add_table(1, 2).cell(0, 1).text = "格"
    buffer = io.BytesIO()
    made.save(buffer)
    assert lines(buffer.getvalue()) == ["标题", "1.|正文", "\t格"]


# ------------------------------------------------------------------ what could act by itself


def _template(address: str) -> dict[str, str]:
    return {"word/_rels/settings.xml.rels": relations(("attachedTemplate", address), external=True)}


def _linked(kind: str) -> dict[str, str]:
    return {"word/_rels/document.xml.rels": relations((kind, "http://x.example/a"), external=True)}


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"word/vbaProject.bin": b"x"}, ("宏",)),
        (_template("http://x.example/t.dotm"), ("指向外部地址的模板",)),
        (_template("\\\\host\\t.dotm"), ("指向外部地址的模板",)),
        (_template("file://host/t.dotm"), ("指向外部地址的模板",)),
        (_template("file:\\\\host\\t.dotm"), ("指向外部地址的模板",)),
        (_template("file:///\\\\host\\t.dotm"), ("指向外部地址的模板",)),
        (_template("file:///C:\\t.dotm"), ()),
        (_template("C:\\t.dotm"), ()),
        (_linked("oleObject"), ("指向外部地址的嵌入对象",)),
        (_linked("hyperlink"), ()),
        ({"word/embeddings/o.bin": PACKAGED + b"\x02\x00setup.exe\x00"}, ("嵌入的程序",)),
        ({"word/embeddings/o.bin": PACKAGED + b"\x02\x00plan.pdf\x00"}, ()),
        ({"word/embeddings/sheet.xlsx": b"PK"}, ()),
    ],
)
def test_active_content_is_named(parts: dict[str, str | bytes], named: tuple[str, ...]) -> None:
    assert read(docx(paragraph("甲"), parts)).active == named


@pytest.mark.parametrize(
    "field",
    [
        mark("begin") + code('DDEAUTO c:\\x "y"') + mark("end"),
        mark("begin") + code(" DD") + code("E c:\\x") + mark("end"),
        '<w:fldSimple w:instr=" DDE Excel x"><w:r><w:t>1</w:t></w:r></w:fldSimple>',
    ],
)
def test_a_field_that_starts_a_program_is_named(field: str) -> None:
    assert read(docx(paragraph("甲", field))).active == ("DDE 域代码",)


def test_a_part_that_declares_entities_is_refused_though_nobody_reads_it() -> None:
    with pytest.raises(WordHostile):
        read(docx(paragraph("甲"), {"word/theme/theme1.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///x">]><a/>'}))


# ------------------------------------------------------------------ refused


def test_damaged_files_are_said_to_be_damaged() -> None:
    whole = docx(paragraph("正文") * 200)
    broken = bytearray(whole)
    start = whole.index(b"word/document.xml") + 40
    broken[start : start + 40] = b"\0" * 40
    for data in (b"", b"PK\x03\x04", whole[: len(whole) // 2], bytes(broken), package({"a.txt": "x"})):
        with pytest.raises(WordDamaged):
            read(data)
    for body in ("<w:document>", document("").replace("w:body", "w:other"), "\0"):
        with pytest.raises(WordDamaged):
            read(package({"word/document.xml": body}))


def test_locked_files_are_said_to_be_locked() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    with pytest.raises(WordLocked):
        read(ole + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(WordDamaged):
        read(ole)
    flagged = bytearray(docx(paragraph("甲")))
    for found in (i for i in range(len(flagged)) if flagged[i : i + 4] == b"PK\x01\x02"):
        flagged[found + 8] |= 1
    with pytest.raises(WordLocked):
        read(bytes(flagged))


def test_bombs_are_refused_by_their_declared_size() -> None:
    zeros = b"\0" * 2**20
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document(paragraph("甲")))
        for number in range(12):
            archive.writestr(f"word/media/{number}.png", zeros)
    with pytest.raises(WordHostile):
        read_word(buffer.getvalue(), Limits(unpacked_bytes=10 * 2**20))
    long = docx("", {"word/document.xml": document("<w:p/>" + " " * 2**20)})
    with pytest.raises(WordHostile):
        read_word(long, Limits(memory_bytes=16 * 2**20))


@pytest.mark.parametrize(
    "name", ["word/document.xml", "word/header1.xml", "word/_rels/document.xml.rels", "_rels/.rels"]
)
def test_a_doctype_is_refused_in_every_part_that_is_read(name: str) -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    outside = "<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"
    body = "<w:body><w:p><w:r><w:t>&lt;</w:t></w:r></w:p></w:body>"
    for doctype in (entities, outside):
        text = f"{doctype}<w:document {NAMES}>{body}</w:document>"
        for written in (text.encode(), ("\ufeff" + text).encode("utf-16-be")):
            with pytest.raises(WordHostile):
                read(docx(paragraph("甲"), {"word/header1.xml": part("w:hdr", ""), name: written}))


def test_deep_nesting_ends_in_a_word_and_not_in_a_crash() -> None:
    deep = paragraph("底")
    for _ in range(300):
        deep = table(cell(deep))
    with pytest.raises(WordDamaged):
        read(docx(deep))
    assert "底" in lines(docx("".join(["<w:ins>"] * 150) + paragraph("底") + "</w:ins>" * 150))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_damage_to_a_file_leads_to_anything_but_a_clear_word(data: st.DataObject) -> None:
    whole = docx(paragraph("正文", text_box(paragraph("框"))) + table(cell(paragraph("格"))))
    place = data.draw(st.integers(0, len(whole) - 1))
    size = data.draw(st.integers(0, 40))
    torn = whole[:place] + data.draw(st.binary(max_size=size)) + whole[place + size :]
    with contextlib.suppress(WordDamaged, WordLocked, WordHostile):
        read(torn)
