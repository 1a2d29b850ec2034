"""Word files that look like official documents: page, fonts and page numbers of GB/T 9704, a line, a table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

BODY_FONT, TITLE_FONT, HEADING_FONT = "仿宋_GB2312", "方正小标宋简体", "黑体"
TABLE_WIDTH = 225  # mm: the core of GB/T 9704 (156 × 225 mm) lying on its side
NARROW = 15.5  # parts of the whole; what stands in a narrower column is centred


def official_document(*, landscape: bool = False) -> Any:
    """An empty document of A4 pages with the margins and the font of GB/T 9704; lying pages are turned as a whole."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (Mm(28), Mm(26)) if landscape else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = (Mm(35), Mm(37)) if landscape else (Mm(28), Mm(26))
    set_font(document.styles["Normal"], BODY_FONT, 16)
    return document


def number_pages(document: Any) -> None:
    """Page numbers as ``— 1 —`` in 4号宋体 below the core, odd ones on the right, even ones on the left."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.footer_distance = Mm(14)
    document.settings.odd_and_even_pages_header_footer = True
    sides = ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT))
    for footer, side in sides:
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
        set_font(paragraph.add_run("— "), "宋体", 14)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        number = paragraph.add_run("1")
        set_font(number, "宋体", 14)
        field.append(number._element)
        paragraph._element.append(field)
        set_font(paragraph.add_run(" —"), "宋体", 14)


def write_line(
    document: Any, text: str, *, font: str = "", size: float = 0, centred: bool = False, indent: bool = False
) -> None:
    """Add a paragraph; ``size`` in points, 16 (3号) unless told."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(32 if size >= 22 else 28)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(32)
    run = paragraph.add_run(text)
    if font or size:
        set_font(run, font or BODY_FONT, size or 16)


def set_font(target: Any, name: str, size: float) -> None:
    """Give a run or a style a font for Western and Chinese letters alike; ``size`` in points."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    target.font.name, target.font.size = name, Pt(size)
    target._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def write_grid(document: Any, rows: Sequence[Sequence[str]], size: float = 12) -> Any:
    """Add a framed table with a text in every cell; line breaks become paragraphs."""
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    style = _cell_style(document, size).style_id
    for line, row in zip(rows, table.rows, strict=True):
        for text, cell in zip(line, row.cells, strict=True):
            paragraph = cell.paragraphs[0]
            for n, part in enumerate(text.split("\n")):
                paragraph = cell.add_paragraph() if n else paragraph
                paragraph._p.style = style  # by its id: python-docx would look the style up each time
                paragraph.add_run(part)
    return table


def _cell_style(document: Any, size: float) -> Any:
    """The style of what stands in tables: set once, not run by run (a province's table has thousands of cells)."""
    from docx.enum.style import WD_STYLE_TYPE

    style = document.styles.add_style(f"表中文字{size:g}", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    set_font(style, BODY_FONT, size)
    return style


def shape_summary(table: Any, widths: Sequence[float]) -> None:
    """Give columns their widths (in parts of the whole); rows stay whole, the header stands on every page."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _leave_room(table)
    measures = [Mm(TABLE_WIDTH * width / sum(widths)) for width in widths]
    for column, measure in zip(table.columns, measures, strict=True):
        column.width = measure
    for number, row in enumerate(table.rows):
        row.height = Mm(10)
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            if number == 0 or width <= NARROW:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for cell in table.rows[0].cells:
        for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
            run.bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _leave_room(table: Any) -> None:
    """Keep the words of full cells off the lines above and below."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "bottom"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")  # twentieths of a point: 1 mm
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription", "w:tblPrChange")


def saved(document: Any) -> bytes:
    """The document as .docx bytes."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
