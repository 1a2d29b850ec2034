"""The official forms as files: what is printed, and that what is filled in is read back as it was written."""

from __future__ import annotations

import io

import pytest
from builders import COLUMNS, FIELDS, SECTIONS, UNIT, form_docx, row, summary_docx, summary_xlsx, zipped
from docx import Document
from docx.shared import Mm
from mails import NAMINGS, attached, mail
from openpyxl import load_workbook

from intake.forms.wordcount import count_words
from intake.model import Kind, Limits
from intake.reader import read_file, read_submission
from replies.forms import SummaryHead, blank_form, blank_summary, filled_form, filled_summary
from rules.packs.pack import load_pack, shipped_packs

PACK = load_pack("nm-gxjs-2027")
LAYOUTS = (PACK.layout,)


def lines(docx: bytes) -> list[str]:
    return [p.text for p in Document(io.BytesIO(docx)).paragraphs]


def test_blank_form_prints_what_the_notice_prints() -> None:
    printed = lines(blank_form(PACK))
    assert printed[:4] == ["附件 1", "高新技术领域2027年科技创新需求", "（申报模板）", "需求类型：科技重大专项"]
    assert "所属领域：" in printed
    assert "（二）研究目标及研究内容（300字以内）" in printed
    assert [line for line in printed if line.startswith(("1.", "2."))] == ["1.研究目标", "2.研究内容"]
    assert printed[-1].startswith("注意事项")


def test_blank_summary_prints_nine_columns_and_numbered_rows() -> None:
    document = Document(io.BytesIO(blank_summary(PACK)))
    (table,) = document.tables
    assert tuple(c.text for c in table.rows[0].cells) == COLUMNS
    assert [r.cells[0].text for r in table.rows[1:]] == ["1", "2", "3", "4", "5", "..."]
    assert [p.text for p in document.paragraphs][1:4] == [
        "科技重大创新需求汇总表",
        "归口管理部门：（加盖公章）",
        "联系人：　　　　联系电话：",
    ]
    assert "w:tblHeader" in table.rows[0]._tr.xml


def test_pages_are_those_of_an_official_document() -> None:
    section = Document(io.BytesIO(blank_form(PACK))).sections[0]
    sizes = section.page_width, section.page_height, section.top_margin, section.left_margin
    assert [round(s.mm) for s in sizes] == [210, 297, 37, 28]
    wide = Document(io.BytesIO(blank_summary(PACK))).sections[0]
    assert wide.page_width > wide.page_height > Mm(209)


@pytest.mark.parametrize("call", shipped_packs())
def test_every_call_has_forms_that_open(call: str) -> None:
    pack = load_pack(call)
    printed = Document(io.BytesIO(blank_form(pack)))
    text = "\n".join([p.text for p in printed.paragraphs] + [c.text for t in printed.tables for c in t._cells])
    assert all(f.name in text for f in pack.layout.fields)
    assert all(s.name in text for s in pack.layout.sections)
    if pack.summary is None:
        with pytest.raises(ValueError, match=call):
            blank_summary(pack)


@pytest.mark.parametrize("tabular", [False, True])
@pytest.mark.parametrize("hints", [True, False])
def test_what_is_filled_in_is_read_back(tabular: bool, hints: bool) -> None:
    (document,) = read_file("需求1.docx", form_docx(tabular=tabular, hints=hints), LAYOUTS, Limits())
    (form,) = document.forms
    assert document.kind is Kind.FORM
    assert dict(form.fields) == dict(FIELDS)
    assert {k: s.words for k, s in form.sections.items()} == {
        k: count_words(v.replace("1.研究目标", "").replace("2.研究内容", "")) for k, v in SECTIONS.items()
    }


def test_the_calls_own_form_is_read_back() -> None:
    (document,) = read_file("需求1.docx", filled_form(PACK, FIELDS, SECTIONS), LAYOUTS, Limits())
    assert dict(document.forms[0].fields) == dict(FIELDS)


@pytest.mark.parametrize(("name", "content"), [("汇总表.docx", summary_docx), ("汇总表.xlsx", summary_xlsx)])
def test_summary_is_read_back(name: str, content: object) -> None:
    (document,) = read_file(name, content([row(1), row(2, name="第二项")]), LAYOUTS, Limits())  # type: ignore[operator]
    assert document.summary is not None
    assert (document.summary.unit, document.summary.contact, document.summary.phone) == (UNIT, "李娜", "0472-5550001")
    assert [r.cells["需求名称"] for r in document.summary.rows] == [row()[2], "第二项"]


def test_a_cell_that_looks_like_a_formula_stays_text() -> None:
    sheet = load_workbook(io.BytesIO(summary_xlsx([row(name='=HYPERLINK("http://x")')]))).active
    cell = sheet["C6"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x")', "s")


def test_columns_of_a_filled_summary_are_as_wide_as_their_words() -> None:
    (table,) = Document(io.BytesIO(filled_summary(PACK, SummaryHead(UNIT), [row()]))).tables
    assert table.columns[2].width > table.columns[0].width * 3


@pytest.mark.parametrize("naming", NAMINGS)
def test_built_mails_carry_their_files_by_name(naming: str) -> None:
    name = "关于征集需求的汇总表（包头市科技局）.docx"
    read = read_submission(mail(attachments=[attached(name, form_docx(), naming)]), LAYOUTS, Limits())
    (document,) = read.documents
    assert document.forms
    assert document.name == name or naming == "none"


@pytest.mark.parametrize("windows", [True, False])
def test_built_archives_carry_their_files_by_name(windows: bool) -> None:
    packed = zipped({"材料/需求1.docx": form_docx(), "汇总表.xlsx": summary_xlsx([row()])}, windows=windows)
    documents = read_file("材料.zip", packed, LAYOUTS, Limits())
    assert [d.name for d in documents] == ["需求1.docx", "汇总表.xlsx"]
