"""Documents that are pages, Word XML or plain text inside, as office systems export them under the name .doc."""

from __future__ import annotations

import base64
import re
import zipfile
from io import BytesIO

import pytest
from builders import FIELDS, SECTIONS, TITLE, form_docx, row, summary_page
from hypothesis import given, settings
from hypothesis import strategies as st
from test_reader import problems, read

from intake.documents.legacy import read_legacy
from intake.files.ooxml import WordDamaged, WordHostile
from intake.files.sniff import sniff
from intake.forms.wordcount import count_words
from intake.model import Document, Kind, Limits, Paragraph, Problem, Table, block_text

LIMITS = Limits()


def page(body: str, charset: str = "gb2312", program: str = "word") -> bytes:
    head = (
        f'<html xmlns:o="urn:schemas-microsoft-com:office:{program}"><head><meta charset="{charset}"><style>p</style>'
    )
    return f"{head}<title>不见</title></head><body>{body}</body></html>".encode(
        "gb18030" if charset != "utf-8" else charset
    )


def blocks(body: str) -> list[Paragraph | Table]:
    return list(read_legacy(page(body), "html", LIMITS).blocks)


def form_page() -> str:
    fields = "".join(f"<tr><td>{k}</td><td colspan=3><span lang=EN-US>{v}</span></td></tr>" for k, v in FIELDS.items())
    parts = "".join(
        f"<p class=MsoNormal><span style='mso-list:Ignore'>（{'一二三四五六七八'[n]}）&nbsp;</span><b>{name}</b></p>"
        + "".join(f"<p>{line}<o:p></o:p></p>" for line in text.split("\n"))
        for n, (name, text) in enumerate(SECTIONS.items())
    )
    return f"<h1>{TITLE}</h1><table border=1>{fields}</table>{parts}"


def flat(docx: bytes) -> bytes:
    """The .docx as one XML file, as Word saves it under “XML 文档”."""
    parts = []
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith((".xml", ".rels")):
                text = re.sub(r"<\?xml[^>]*\?>", "", content.decode("utf-8-sig"))
                inside = f"<pkg:xmlData>{text}</pkg:xmlData>"
            else:
                inside = f"<pkg:binaryData>{base64.encodebytes(content).decode()}</pkg:binaryData>"
            parts.append(f'<pkg:part pkg:name="/{name}">{inside}</pkg:part>')
    names = 'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"'
    head = '<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?>'
    return f"{head}<pkg:package {names}>{''.join(parts)}</pkg:package>".encode()


def word_2003() -> bytes:
    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    lines = [TITLE, *(f"{k}：{v}" for k, v in FIELDS.items())]
    for name, text in SECTIONS.items():
        lines += [name, *text.split("\n")]
    body = "".join(map(paragraph, lines))
    root = '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">'
    head = '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>'
    return f"{head}{root}<w:body>{body}</w:body></w:wordDocument>".encode()


def mht(content: bytes, encoding: str = "base64") -> bytes:
    written = base64.encodebytes(content) if encoding == "base64" else content
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_X"\r\n\r\n------=_X\r\n'
    kind = f"Content-Transfer-Encoding: {encoding}\r\nContent-Type: text/html; charset=gb2312\r\n\r\n"
    return head + kind.encode() + written + b"\r\n------=_X--\r\n"


def text() -> bytes:
    lines = [TITLE, *(f"{k}：{v}" for k, v in FIELDS.items())]
    for n, (name, answer) in enumerate(SECTIONS.items()):
        lines += [f"（{'一二三四五六七八'[n]}）{name}", *answer.split("\n")]
    return "\r\n".join(lines).encode("gb18030")


FILES = {
    "html": page(form_page()),
    "mht": mht(page(form_page())),
    "xml": flat(form_docx()),
    "txt": text(),
}


def expect_form(document: Document) -> None:
    (form,) = document.forms
    assert dict(form.fields) == dict(FIELDS)
    labels = ("1.研究目标\n", "2.研究内容\n")
    plain = {name: re.sub("|".join(labels), "", answer) for name, answer in SECTIONS.items()}
    assert {n: s.words for n, s in form.sections.items()} == {n: count_words(a) for n, a in plain.items()}
    assert (form.money.amount, form.money.matching, form.months) == (800, 1600, 36)


@pytest.mark.parametrize("kind", FILES)
def test_a_form_exported_as_doc_is_read_and_its_real_type_told(kind: str) -> None:
    document = read("需求.doc", FILES[kind])
    assert (document.kind, document.type, problems(document)) == (Kind.FORM, kind, {Problem.MISNAMED})
    expect_form(document)


def test_word_2003_xml_is_read_by_libreoffice() -> None:
    document = read("需求.doc", word_2003())
    assert (document.type, problems(document)) == ("xml", {Problem.MISNAMED})
    expect_form(document)


@pytest.mark.parametrize(("name", "kind"), [("需求.xml", "xml"), ("需求.mht", "mht")])
def test_under_its_own_extension_nothing_is_misnamed(name: str, kind: str) -> None:
    document = read(name, FILES[kind])
    assert (document.kind, problems(document)) == (Kind.FORM, set())


def test_a_table_exported_as_xls_is_a_summary() -> None:
    sheet = summary_page([row()])
    lines = [sheet.columns, *sheet.rows]
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
    document = read("汇总表.xls", page(f"<p>{sheet.title}</p><table>{body}</table>"))
    assert document.kind is Kind.SUMMARY
    assert document.summary is not None
    assert [r.cells["需求名称"] for r in document.summary.rows] == [row()[2]]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.html", FILES["html"], "other"),
        ("a.eml", FILES["mht"], "eml"),
        ("a.doc", b"TmV2ZXIgZ29ubmEgZ2l2ZSB5b3UgdXA=\r\n" * 40, "other"),
        ("a.doc", "需求".encode() + bytes(range(32)), "other"),
        ("a.doc", b"", "other"),
        ("a.doc", "\ufeff".encode("utf-16") + "创新需求名称".encode("utf-16-le"), "txt"),
        ("a.doc", b"\xef\xbb\xbf\n<!DOCTYPE html>\n<html>", "html"),
        ("a.doc", "<html>".encode("utf-16"), "html"),
        ("a.doc", b"Received: from x\r\nContent-Type: text/html\r\nMIME-Version: 1.0\r\n\r\n", "other"),
    ],
)
def test_only_what_bears_a_word_name_is_taken_for_a_document(name: str, data: bytes, kind: str) -> None:
    assert sniff(name, data) == kind


# ------------------------------------------------------------------ pages


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<p>甲<br>乙</p>丙<div>丁<p>戊</p>己</div>", ["甲\n乙", "丙", "丁", "戊", "己"]),
        ("<p>电解水\n  制氢 of   PEM\ncells&nbsp;2</p>", ["电解水制氢 of PEM cells 2"]),
        ("<p>新<ins>增</ins><del>旧</del><b>能</b><span>源</span></p>", ["新增能源"]),
        ("<p>见<span style='display:none'>不见</span><i style='mso-hide: all'>藏</i></p>", ["见"]),
        ("<p>领域：<input type=checkbox checked>新能源<input type=checkbox>新材料</p>", ["领域：☑新能源□新材料"]),
        ("<p>单位：<input value='甲公司'><select><option>一<option selected>二</select></p>", ["单位：甲公司二"]),
        ("<!--[if gte mso 9]><xml>不见</xml><![endif]--><p>甲</p><script>x</script>", ["甲"]),
        ("<pre>一\n二</pre>", ["一二"]),
    ],
)
def test_a_page_is_read_as_it_is_shown(body: str, lines: list[str]) -> None:
    assert [block_text(b) for b in blocks(body)] == lines


def test_a_line_broken_in_the_source_is_a_blank_but_where_word_breaks_chinese() -> None:
    body = "<p>资金需求\n自治区\x01财政</p>"
    for program, text in (("word", "资金需求自治区财政"), ("office", "资金需求 自治区财政")):
        found = read_legacy(page(body, program=program), "html", LIMITS).blocks
        assert [block_text(b) for b in found] == [text]


def test_automatic_numbers_of_a_page_stand_apart() -> None:
    assert blocks("<p><span style='mso-list:Ignore'>（一）<span>&nbsp; </span></span>背景</p>") == [
        Paragraph("背景", "（一）")
    ]


def test_cells_over_columns_and_rows_are_known_as_such() -> None:
    first = "<tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr>"
    (table,) = blocks(f"<table>{first}<tr><td>丙</td><td rowspan=9>丁</td></tr><tr><td colspan=2>戊</td></tr></table>")
    assert isinstance(table, Table)
    assert [[(c.text, c.span, c.continued) for c in line] for line in table.rows] == [
        [("甲", 1, False), ("乙", 2, False)],
        [("", 1, True), ("丙", 1, False), ("丁", 1, False)],
        [("戊", 2, False), ("", 1, True)],
    ]


def test_headers_of_a_page_stand_apart_and_macros_are_named() -> None:
    head = "<div style='mso-element:header'><p>机密★1年</p></div>"
    found = read_legacy(mht(page(f"{head}<p>正文</p>"), "8bit") + b"Content-Location: editdata.mso", "mht", LIMITS)
    assert [block_text(b) for b in found.blocks] == ["正文"]
    assert (found.margins, found.active) == (("机密★1年",), ("宏",))


def test_what_is_no_document_after_all_is_told() -> None:
    with pytest.raises(WordDamaged):
        read_legacy(b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", "mht", LIMITS)
    with pytest.raises(WordDamaged):
        read_legacy(b"<pkg:package", "xml", LIMITS)
    with pytest.raises(WordHostile):
        read_legacy(b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', "xml", LIMITS)
    with pytest.raises(WordHostile):
        read_legacy(b"<p>" * 500_000, "html", Limits(memory_bytes=2**20))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=40), st.floats(0, 1))
def test_no_damage_leads_to_anything_but_a_document(kind: str, junk: bytes, where: float) -> None:
    good = FILES[kind]
    at = int(where * len(good))
    read("需求.doc", good[:at] + junk + good[at + len(junk) :])


def test_pages_nested_without_end_are_borne() -> None:
    read("需求.doc", page("<div>" * 20_000 + "深" + "<table><tr><td>" * 2_000))
