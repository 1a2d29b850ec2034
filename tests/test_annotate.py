"""The sender's own file comes back with comments, and nothing else in it is changed."""

from __future__ import annotations

import io
import os
import signal
import zipfile
from collections.abc import Iterator
from datetime import datetime

import pytest
from builders import form_docx, form_page, joined_docx, plain_docx, with_parts
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from mails import BEIJING
from word_parts import docx

from intake.documents.word import read_word
from intake.model import Limits
from intake.pool import Bench
from intake.reader import read_file
from replies.annotate import Marked, Remark, annotate, answer_file, remarks_on
from rules.engine import Finding
from rules.model import Scope, Severity
from rules.packs.pack import load_pack

AT = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)
PACK = load_pack("nm-gxjs-2027")
ORDER = tuple(section.name for section in PACK.layout.sections)
TOUCHED = {"word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
WORDS = "「背景及需求」限 300 字，实有 301 字"


def parts(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return {name: package.read(name) for name in package.namelist()}


def finding(code: str, where: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, severity, where, WORDS, "请压缩。", scope=Scope.ITEM)


def commented(file: bytes, *findings: Finding) -> bytes:
    [document] = read_file("需求.docx", file, (PACK.layout,), Limits())
    made = annotate(file, remarks_on(document.forms[0], findings, ORDER), AT)
    assert made is not None
    return made


def places(docx: bytes) -> Iterator[tuple[str, str]]:
    """Each comment with the words of the paragraph at which it begins."""
    document = Document(io.BytesIO(docx))
    texts = {comment.comment_id: comment.text for comment in document.comments}
    for mark in document.element.iter(qn("w:commentRangeStart")):
        paragraph = next(mark.iterancestors(qn("w:p")))
        yield texts[int(mark.get(qn("w:id")))], "".join(t.text or "" for t in paragraph.iter(qn("w:t")))


def test_nothing_but_the_comments_and_their_anchors_is_added() -> None:
    before = form_docx()
    after = commented(before, finding("F022", "背景及需求"))
    old, new = parts(before), parts(after)
    assert set(new) - set(old) == {"word/comments.xml"}
    assert {name for name in old if old[name] != new[name]} == TOUCHED - {"word/comments.xml"}
    assert _without_marks(new["word/document.xml"]) == _without_marks(old["word/document.xml"])
    assert read_word(after, Limits()).blocks == read_word(before, Limits()).blocks


def _without_marks(part: bytes) -> bytes:
    root = etree.fromstring(part)
    for tag in ("w:commentRangeStart", "w:commentRangeEnd"):
        for mark in list(root.iter(qn(tag))):
            mark.getparent().remove(mark)
    for mark in list(root.iter(qn("w:commentReference"))):
        run = mark.getparent()
        run.getparent().remove(run)
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("tabular", [False, True])
def test_each_comment_stands_where_the_sender_will_look(tabular: bool) -> None:
    docx = form_docx({"所属领域": ""}, tabular=tabular)
    after = commented(docx, finding("F022", "背景及需求"), finding("F010", "所属领域"), finding("C004", "汇总表"))
    found = dict(enumerate(places(after)))
    assert len(found) == 3
    where = [place for _, place in found.values()]
    assert any("背景及需求" in place for place in where)
    assert any("所属领域" in place for place in where)


def test_a_comment_tells_weight_finding_and_cure_in_our_name() -> None:
    after = commented(form_docx(), finding("F022", "背景及需求"))
    [comment] = Document(io.BytesIO(after)).comments
    assert (comment.author, comment.initials) == ("征集受理", "征")
    assert comment.text == f"【必须修改】{WORDS}\n请压缩。"
    assert b'w:date="2026-06-01T10:00:00Z"' in parts(after)["word/comments.xml"]


def test_a_missing_section_is_remarked_where_it_should_follow() -> None:
    after = commented(form_docx(sections={"考核指标": None}), finding("F020", "考核指标"))
    [(_, place)] = places(after)
    assert "拟突破的关键技术和先进性" in place


def test_what_only_the_officers_read_or_the_table_mends_is_no_comment() -> None:
    [document] = read_file("需求.docx", form_docx(), (PACK.layout,), Limits())
    untold = Finding("D002", Severity.INFO, "来信", "x", "", scope=Scope.ITEM)
    assert remarks_on(document.forms[0], [untold, finding("C005", "汇总表"), finding("C007", "汇总表")], ORDER) == ()


def test_of_several_demands_each_has_its_own_comments() -> None:
    pages = [form_page({"创新需求名称": name}) for name in ("露天矿无人运输", "草原无人机巡护")]
    docx = joined_docx(*pages)
    [document] = read_file("需求.docx", docx, (PACK.layout,), Limits())
    anchors = [form.sections["背景及需求"].anchor for form in document.forms]
    remarks = [r for form in document.forms for r in remarks_on(form, [finding("F022", "背景及需求")], ORDER)]
    assert [remark.anchor for remark in remarks] == anchors
    made = annotate(docx, remarks, AT)
    assert made is not None
    assert len(list(places(made))) == 2


ODD_RUNS = {
    "deleted": '<w:del w:id="9" w:author="a"><w:r><w:delText>旧</w:delText></w:r></w:del>',
    "moved away": '<w:moveFrom w:id="9" w:author="a"><w:r><w:t>移走</w:t></w:r></w:moveFrom>',
    "ruby": "<w:r><w:ruby><w:rubyBase><w:r><w:t>注</w:t></w:r></w:rubyBase></w:ruby></w:r>",
    "link": '<w:hyperlink w:anchor="x"><w:r><w:t>见此</w:t></w:r></w:hyperlink>',
    "text box": "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>旁注</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
}


@pytest.mark.parametrize("odd", ODD_RUNS)
@pytest.mark.parametrize("place", ["before", "behind", "alone"])
def test_the_marks_stand_in_the_paragraph_itself(odd: str, place: str) -> None:
    plain = "<w:r><w:t>正文</w:t></w:r>"
    inside = {"before": ODD_RUNS[odd] + plain, "behind": plain + ODD_RUNS[odd], "alone": ODD_RUNS[odd]}[place]
    made = annotate(docx(f"<w:p><w:pPr/>{inside}</w:p>"), [Remark(0, "正文", "x", "y")], AT)
    assert made is not None
    (paragraph,) = etree.fromstring(parts(made)["word/document.xml"]).iterfind(f".//{qn('w:body')}/{qn('w:p')}")
    tags = [etree.QName(child).localname for child in paragraph]
    assert (tags[:2], tags[-2:]) == (["pPr", "commentRangeStart"], ["commentRangeEnd", "r"])


def test_what_stands_in_a_text_box_is_remarked_at_the_paragraph_that_bears_it() -> None:
    made = annotate(docx(f"<w:p>{ODD_RUNS['text box']}</w:p>"), [Remark(1, "正文", "x", "y")], AT)
    assert made is not None
    root = etree.fromstring(parts(made)["word/document.xml"])
    assert [next(root.iter(qn("w:commentRangeStart"))).getparent()] == root.findall(f".//{qn('w:body')}/{qn('w:p')}")


def test_a_strict_package_stays_strict() -> None:
    names = (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
        b"http://purl.oclc.org/ooxml/wordprocessingml/",
    )
    before = {name: part.replace(*names) for name, part in parts(form_docx()).items()}
    after = parts(commented(with_parts(form_docx(), before), finding("F022", "背景及需求")))
    assert {name for name in before if before[name] != after[name]} == TOUCHED - {"word/comments.xml"}
    for name in ("word/document.xml", "word/comments.xml"):
        assert [n in after[name] for n in names] == [False, True]


def test_a_docm_goes_back_as_what_its_new_name_says() -> None:
    types = parts(form_docx())["[Content_Types].xml"]
    usual = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macros = types.replace(usual, b"application/vnd.ms-word.document.macroEnabled.main+xml")
    after = commented(with_parts(form_docx(), {"[Content_Types].xml": macros}), finding("F022", "背景及需求"))
    assert usual in parts(after)["[Content_Types].xml"]


def test_a_file_with_comments_of_its_own_keeps_them() -> None:
    document = Document(io.BytesIO(form_docx()))
    document.add_comment(document.paragraphs[0].runs, text="校对过", author="张三", initials="张")
    stream = io.BytesIO()
    document.save(stream)
    after = commented(stream.getvalue(), finding("F022", "背景及需求"))
    assert [comment.author for comment in Document(io.BytesIO(after)).comments] == ["张三", "征集受理"]


def test_an_empty_paragraph_can_bear_a_comment() -> None:
    made = annotate(plain_docx("", "正文"), [Remark(0, "正文", "缺少标题", "")], AT)
    assert made is not None
    assert [text for text, _ in places(made)] == ["缺少标题"]


@pytest.mark.parametrize(
    "broken",
    [
        b"no package",
        with_parts(plain_docx("x"), {"word/document.xml": b"<w:document>"}),
        with_parts(plain_docx("x"), {"_rels/.rels": b"<Relationships xmlns='http://x'/>"}),
        with_parts(plain_docx("x"), {"[Content_Types].xml": b"<Types/>"}),
    ],
)
def test_what_cannot_carry_comments_is_said(broken: bytes) -> None:
    assert annotate(broken, [Remark(0, "正文", "x", "y")], AT) is None


def test_a_place_that_is_not_there_is_said() -> None:
    assert annotate(plain_docx("x"), [Remark(99, "正文", "x", "y")], AT) is None


def test_a_doc_and_a_broken_file_get_a_list(readers: Bench) -> None:
    remarks = (
        Remark(0, "背景及需求", "【必须修改】" + WORDS, "请压缩。"),
        Remark(3, "考核指标", "【建议核对】缺国标", ""),
    )
    for type_, data in (("doc", b"\xd0\xcf\x11\xe0"), ("docx", b"no package")):
        made = answer_file(readers, Marked(f"需求.{type_}", type_, data, remarks, AT))
        assert (made.name, made.commented) == ("需求（修改清单）.docx", False)
        [table] = Document(io.BytesIO(made.content)).tables
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        assert rows[1] == ["1", "背景及需求", "【必须修改】" + WORDS, "请压缩。"]
        assert len(rows) == 3


def test_a_file_that_takes_its_worker_down_gets_a_list(readers: Bench) -> None:
    marked = Marked("需求.docx", "docx", plain_docx("x"), (_Deadly(0, "背景及需求", WORDS, "请压缩。"),), AT)
    [table] = Document(io.BytesIO(answer_file(readers, marked).content)).tables
    assert table.rows[1].cells[2].text == WORDS


class _Deadly(Remark):
    """A remark over which a worker dies."""

    __slots__ = ()

    @property
    def comment(self) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""
