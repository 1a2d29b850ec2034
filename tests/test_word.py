"""Word documents are read as Word shows them."""

from __future__ import annotations

import pytest
from word_cases import SHOWN
from word_parts import cell, docx, lines, paragraph, part, read, run, table, text_box

from intake.model import Paragraph, Table, block_text


@pytest.mark.parametrize(("body", "expected"), SHOWN.values(), ids=SHOWN)
def test_text_is_what_word_shows(body: str, expected: list[str]) -> None:
    assert lines(docx(body)) == expected


def test_hidden_by_style_is_hidden() -> None:
    styles = part(
        "w:styles",
        "<w:style w:type='character' w:styleId='H'><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:type='character' w:styleId='C'><w:basedOn w:val='H'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='P'><w:basedOn w:val='P2'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='P2'><w:basedOn w:val='P'/><w:rPr><w:vanish/></w:rPr></w:style>",
    )
    body = paragraph("甲", run("乙", "<w:rStyle w:val='C'/>")) + paragraph("丙", properties="<w:pStyle w:val='P'/>")
    assert lines(docx(body, {"word/styles.xml": styles})) == ["甲", ""]


def test_notes_stand_after_the_paragraph_that_refers_to_them() -> None:
    note = part("w:footnotes", f"<w:footnote w:id='2'>{paragraph('脚注文字')}</w:footnote>")
    end = part("w:endnotes", f"<w:endnote w:id='1'>{paragraph('尾注')}</w:endnote>")
    body = paragraph("正文", "<w:r><w:footnoteReference w:id='2'/><w:endnoteReference w:id='1'/></w:r>") + paragraph(
        "后"
    )
    assert lines(docx(body, {"word/footnotes.xml": note, "word/endnotes.xml": end})) == [
        "正文",
        "脚注文字",
        "尾注",
        "后",
    ]


def test_a_note_that_refers_to_itself_is_read_once() -> None:
    again = paragraph("注", "<w:r><w:footnoteReference w:id='2'/></w:r>")
    data = docx(again, {"word/footnotes.xml": part("w:footnotes", f"<w:footnote w:id='2'>{again}</w:footnote>")})
    assert lines(data) == ["注", "注"]


def test_headers_footers_and_watermarks_stand_apart() -> None:
    drawn = "<w:p><w:r><w:pict><v:shape><v:textpath string='内部资料'/></v:shape></w:pict></w:r></w:p>"
    parts = {
        "word/header1.xml": part("w:hdr", paragraph("机密★1年") + drawn),
        "word/footer1.xml": part("w:ftr", paragraph("第1页")),
    }
    text = read(docx(paragraph("正文"), parts))
    assert [block_text(b) for b in text.blocks] == ["正文"]
    assert text.margins == ("机密★1年\n\n内部资料", "第1页")


# ------------------------------------------------------------------ tables


def _cells(data: bytes) -> list[list[tuple[str, int, bool]]]:
    (found,) = [b for b in read(data).blocks if isinstance(b, Table)]
    return [[(c.text, c.span, c.continued) for c in row] for row in found.rows]


def test_merged_cells_bear_their_text_once() -> None:
    down = "<w:vMerge w:val='restart'/>"
    data = docx(
        table(
            cell(paragraph("标题"), "<w:gridSpan w:val='3'/>"),
            cell(paragraph("甲"), down) + cell(paragraph("乙")) + cell(paragraph("丙")),
            cell(paragraph(), "<w:vMerge/>") + cell(paragraph("丁")) + cell(paragraph("戊")),
        )
    )
    assert _cells(data) == [
        [("标题", 3, False)],
        [("甲", 1, False), ("乙", 1, False), ("丙", 1, False)],
        [("", 1, True), ("丁", 1, False), ("戊", 1, False)],
    ]


def test_a_merge_that_begins_nowhere_is_a_cell() -> None:
    assert _cells(docx(table(cell(paragraph("甲"), "<w:vMerge/>")))) == [[("甲", 1, False)]]


def test_old_sideways_merge_and_left_out_columns() -> None:
    first = cell(paragraph("甲"), "<w:hMerge w:val='restart'/>")
    row = f"<w:trPr><w:gridBefore w:val='1'/></w:trPr>{first}{cell(paragraph(), '<w:hMerge/>')}"
    assert _cells(docx(table(row))) == [[("", 1, False), ("甲", 2, False)]]


def test_anchors_count_every_paragraph_of_the_part() -> None:
    body = paragraph("甲", text_box(paragraph("框"))) + table(cell(paragraph("格"))) + paragraph("末")
    blocks = read(docx(body)).blocks
    assert [b.anchor for b in blocks if isinstance(b, Paragraph)] == [0, 1, 4]
