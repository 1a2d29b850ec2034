"""The official forms as files: the demand form (附件1) and the 汇总表 (附件2), blank or filled.

Pages follow GB/T 9704: A4, margins 37/35/28/26 mm, title in 小标宋, body in 仿宋. What is printed comes from the
call's layout, so that every call's blank forms are the ones that its reader knows.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.pack import CallPack

NUMERALS = "一二三四五六七八九十"
BODY_FONT, TITLE_FONT, HEADING_FONT = "仿宋_GB2312", "方正小标宋简体", "黑体"
SUMMARY_SPARE_ROWS = 5
WIDTHS = {"序号": 5, "报送单位": 16, "需求名称": 22, "联系人": 8, "联系电话": 13, "合作单位": 14, "备注": 7}
OTHER_WIDTH = 11
HEAD_ROWS = 5  # annex, title, unit, contact, header
TABLE_WIDTH = 245  # mm between the margins of A4 landscape


@dataclass(frozen=True, slots=True)
class FormPage:
    """A demand form as it is printed: labelled fields, then headed sections; a table where ``tabular``."""

    title: str
    fields: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, str], ...]
    subtitle: str = "（申报模板）"
    annex: str = "附件 1"
    notes: tuple[str, ...] = ()
    tabular: bool = False


@dataclass(frozen=True, slots=True)
class SummaryHead:
    """Who reports: the lines above the table of a 汇总表."""

    unit: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """A 汇总表 as it is printed; every row has one text a column."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    head: SummaryHead = field(default_factory=SummaryHead)
    annex: str = "附件 2"


# --------------------------------------------------------------------------- what the call prints


def blank_form(pack: CallPack) -> bytes:
    """The call's blank demand form as .docx, with what has only one answer filled in already."""
    preset = {f.name: f.choices[0].name for f in pack.fields if len(f.choices) == 1 and not f.others_allowed}
    return filled_form(pack, preset, {})


def blank_summary(pack: CallPack) -> bytes:
    """The call's blank 汇总表 as .docx, rows numbered beforehand as the notice prints them."""
    width = len(pack.summary.columns) if pack.summary else 0
    numbers = [*map(str, range(1, SUMMARY_SPARE_ROWS + 1)), "..."]
    return filled_summary(pack, SummaryHead(), ((n, *[""] * (width - 1)) for n in numbers))


def filled_form(pack: CallPack, fields: Mapping[str, str], sections: Mapping[str, str]) -> bytes:
    """A demand form as .docx with the given answers; what is not given stays blank."""
    return form_document(form_page(pack, fields, sections))


def filled_summary(pack: CallPack, head: SummaryHead, rows: Iterable[Sequence[str]]) -> bytes:
    """A 汇总表 as .docx; ``rows`` follow the official columns, 序号 included."""
    return summary_document(summary_page(pack, head, rows))


def filled_summary_sheet(pack: CallPack, head: SummaryHead, rows: Iterable[Sequence[str]]) -> bytes:
    """A 汇总表 as .xlsx; ``rows`` follow the official columns, 序号 included."""
    return summary_sheet(summary_page(pack, head, rows))


def form_page(pack: CallPack, fields: Mapping[str, str], sections: Mapping[str, str]) -> FormPage:
    """What a call's form prints: its labels and numbered headings with their hints, and the answers."""
    layout = pack.layout
    headings = (
        (heading(n, s.name, s.hint), sections.get(s.name) or _labels(s.labels)) for n, s in enumerate(layout.sections)
    )
    return FormPage(
        title=layout.titles[0],
        fields=tuple((f.name, fields.get(f.name, "") or _boxes(pack, f.name)) for f in layout.fields),
        sections=tuple(headings),
        notes=layout.notes,
        tabular=any(f.choice for f in layout.fields),
    )


def _labels(labels: Sequence[str]) -> str:
    return "\n".join(f"{n}.{label}" for n, label in enumerate(labels, 1))


def _boxes(pack: CallPack, name: str) -> str:
    """The check boxes that stand in a field to be ticked."""
    spec = pack.field_named(name)
    return "  ".join(f"□{c.name}" for c in spec.choices) if spec and spec.checkboxes else ""


def summary_page(pack: CallPack, head: SummaryHead, rows: Iterable[Sequence[str]]) -> SummaryPage:
    """What a call's 汇总表 prints.

    Raises:
        ValueError: the call has no 汇总表.
    """
    if pack.summary is None:
        raise ValueError(f"{pack.id} has no summary table")
    columns = tuple(c.heading for c in pack.summary.columns)
    return SummaryPage(pack.summary.title, columns, tuple(map(tuple, rows)), head)


def heading(index: int, name: str, hint: str = "") -> str:
    """The printed heading of the section at ``index``: ``（一）背景及需求（300字以内）``."""
    inside = hint.strip("（）()")
    return f"（{NUMERALS[index]}）{name}" + (f"（{inside}）" if inside else "")


# --------------------------------------------------------------------------- Word


def form_document(page: FormPage) -> bytes:
    """A form page as .docx bytes."""
    document = _document()
    _line(document, page.annex, font=HEADING_FONT)
    _line(document, page.title, font=TITLE_FONT, size=22, centred=True)
    _line(document, page.subtitle, centred=True)
    if page.tabular:
        _grid(document, [*page.fields, *page.sections])
    else:
        for label, value in page.fields:
            _line(document, f"{label}：{value}")
        for title, text in page.sections:
            _line(document, title, font=HEADING_FONT)
            for line in text.split("\n") if text else ():
                _line(document, line, indent=True)
    for note in page.notes:
        _line(document, note, size=14)
    return _saved(document)


def summary_document(page: SummaryPage) -> bytes:
    """A 汇总表 page as .docx bytes, A4 landscape, the header row repeated on every page."""
    document = _document(landscape=True)
    _line(document, page.annex, font=HEADING_FONT)
    _line(document, page.title, font=TITLE_FONT, size=22, centred=True)
    _line(document, f"归口管理部门：{page.head.unit}（加盖公章）", size=14)
    _line(document, f"联系人：{page.head.contact}　　　　联系电话：{page.head.phone}", size=14)
    table = _grid(document, [page.columns, *page.rows], size=10.5)
    _as_summary(table, page.columns)
    document.add_paragraph()  # Word and LibreOffice both want a paragraph after a last table
    return _saved(document)


def _document(*, landscape: bool = False) -> Any:
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (Mm(28), Mm(26)) if landscape else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = (Mm(26), Mm(26)) if landscape else (Mm(28), Mm(26))
    _font(document.styles["Normal"], BODY_FONT, 16)
    return document


def _line(
    document: Any, text: str, *, font: str = "", size: float = 0, centred: bool = False, indent: bool = False
) -> None:
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
        _font(run, font or BODY_FONT, size or 16)


def _font(target: Any, name: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    target.font.name, target.font.size = name, Pt(size)
    target._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _grid(document: Any, rows: Sequence[Sequence[str]], size: float = 12) -> Any:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for line, row in zip(rows, table.rows, strict=True):
        for text, cell in zip(line, row.cells, strict=True):
            paragraph = cell.paragraphs[0]
            for n, part in enumerate(text.split("\n")):
                paragraph = cell.add_paragraph() if n else paragraph
                _font(paragraph.add_run(part), BODY_FONT, size)
    return table


def _as_summary(table: Any, columns: Sequence[str]) -> None:
    """Columns as wide as what stands in them, rows high enough to write in, the header repeated on every page."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = [WIDTHS.get(name, OTHER_WIDTH) for name in columns]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(TABLE_WIDTH * width / sum(widths))
    for row in table.rows:
        row.height = Mm(10)
        for cell in row.cells:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for cell in table.rows[0].cells:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.paragraphs[0].runs[0].bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


# --------------------------------------------------------------------------- Excel


def summary_sheet(page: SummaryPage) -> bytes:
    """A 汇总表 page as .xlsx bytes; texts that begin like a formula stay texts."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "汇总表"
    lines = [
        (page.annex,),
        (page.title,),
        (f"归口管理部门：{page.head.unit}（加盖公章）",),
        (f"联系人：{page.head.contact}    联系电话：{page.head.phone}",),
        page.columns,
        *page.rows,
    ]
    for r, line in enumerate(lines, 1):
        for c, text in enumerate(line, 1):
            sheet.cell(r, c, text).data_type = "s"
    _as_printed(sheet, page.columns)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _as_printed(sheet: Any, columns: Sequence[str]) -> None:
    """The look of the printed 汇总表: one page wide, title centred, cells framed."""
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    thin = Side(style="thin")
    for r in range(1, HEAD_ROWS):
        sheet.merge_cells(start_row=r, start_column=1, end_row=r, end_column=len(columns))
    sheet.cell(2, 1).font = Font(size=18, bold=True)
    sheet.cell(2, 1).alignment = Alignment(horizontal="center")
    for cells in sheet.iter_rows(min_row=HEAD_ROWS):
        sheet.row_dimensions[cells[0].row].height = 32
        for cell in cells:
            cell.border = Border(thin, thin, thin, thin)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.font = Font(bold=cell.row == HEAD_ROWS)
    for c, name in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(c)].width = WIDTHS.get(name, OTHER_WIDTH) * 1.6
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEAD_ROWS}:{HEAD_ROWS}"
