"""Automatic numbers: known for recognising headings, never part of the text."""

from __future__ import annotations

import pytest
from word_parts import docx, item, level, lines, numbering, paragraph, part

from intake.documents.numbering import format_number


def test_automatic_numbers_are_known_and_never_in_the_text() -> None:
    levels = level(0, "chineseCounting", "（%1）") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    body = item("背景") + item("细目", 1) + item("细目", 1) + item("目标") + item("细目", 1) + paragraph("正文")
    assert lines(docx(body, numbering(levels))) == [
        "（一）|背景",
        "1.1|细目",
        "1.2|细目",
        "（二）|目标",
        "2.1|细目",
        "正文",
    ]


def test_numbers_by_style_and_by_a_list_that_starts_anew() -> None:
    levels = level(0, "decimal", "%1.", "<w:pStyle w:val='T'/>")
    anew = (
        "<w:abstractNum w:abstractNumId='5'><w:numStyleLink w:val='L'/></w:abstractNum>"
        f"<w:abstractNum w:abstractNumId='6'><w:styleLink w:val='L'/>{level(0, 'upperRoman', '%1')}</w:abstractNum>"
        "<w:num w:numId='2'><w:abstractNumId w:val='0'/>"
        "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride></w:num>"
        "<w:num w:numId='3'><w:abstractNumId w:val='5'/></w:num>"
    )
    styles = part(
        "w:styles",
        "<w:style w:type='paragraph' w:styleId='T'><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='U'><w:basedOn w:val='T'/></w:style>",
    )
    by_style = paragraph("甲", properties="<w:pStyle w:val='T'/>") + paragraph("乙", properties="<w:pStyle w:val='U'/>")
    off = paragraph("无", properties="<w:pStyle w:val='T'/><w:numPr><w:numId w:val='0'/></w:numPr>")
    body = by_style + off + item("丙", number=2) + item("丁", number=2) + item("戊", number=3)
    parts = {**numbering(levels, anew), "word/styles.xml": styles}
    assert lines(docx(body, parts)) == ["1.|甲", "2.|乙", "无", "1.|丙", "2.|丁", "I|戊"]


def test_bullets_and_deleted_paragraphs_have_no_number() -> None:
    gone = item("").replace("<w:numPr>", "<w:rPr><w:del w:id='1'/></w:rPr><w:numPr>")
    levels = level(0, "decimal", "%1、") + level(1, "bullet", "\uf06c")
    assert lines(docx(item("甲") + gone + item("乙") + item("丙", 1), numbering(levels))) == [
        "1、|甲",
        "2、|乙",
        "丙",
    ]


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [
        (12, "decimal", "12"),
        (3, "decimalZero", "03"),
        (3, "decimalFullWidth", "３"),
        (10, "chineseCountingThousand", "十"),
        (15, "chineseCounting", "十五"),
        (20, "japaneseCounting", "二十"),
        (105, "chineseCountingThousand", "一百零五"),
        (110, "taiwaneseCountingThousand", "一百一十"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (12, "ideographDigital", "一二"),
        (3, "ideographTraditional", "丙"),
        (3, "ideographZodiac", "寅"),
        (2, "decimalEnclosedCircle", "②"),
        (21, "decimalEnclosedCircleChinese", "21"),
        (2, "decimalEnclosedParen", "⑵"),
        (2, "decimalEnclosedFullstop", "⒉"),
        (2, "ideographEnclosedCircle", "㊁"),
        (28, "lowerLetter", "bb"),
        (4, "upperRoman", "IV"),
        (4, "none", ""),
        (4, "hebrew1", "4"),
    ],
)
def test_number_formats(number: int, form: str, written: str) -> None:
    assert format_number(number, form) == written
