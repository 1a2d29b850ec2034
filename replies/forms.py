"""The official forms as files: the demand form (附件1) and the 汇总表 (附件2), blank or filled.

Pages follow GB/T 9704: A4, margins 37/35/28/26 mm, title in 小标宋, body in 仿宋. What is printed comes from the
call's layout, so that every call's blank forms are the ones that its reader knows.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from replies.official import (
    HEADING_FONT,
    TITLE_FONT,
    number_pages,
    official_document,
    saved,
    shape_summary,
    write_grid,
    write_line,
)
from rules.packs.pack import CallPack

NUMERALS = "一二三四五六七八九十"
SUMMARY_SPARE_ROWS = 5
WIDTHS = {"序号": 5, "报送单位": 17, "需求名称": 23, "联系人": 8, "联系电话": 15.5, "合作单位": 16, "备注": 6}
OTHER_WIDTH = 12
HEAD_ROWS = 5  # annex, title, unit, contact, header


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
    document = official_document()
    write_line(document, page.annex, font=HEADING_FONT)
    write_line(document, page.title, font=TITLE_FONT, size=22, centred=True)
    write_line(document, page.subtitle, centred=True)
    if page.tabular:
        write_grid(document, [*page.fields, *page.sections])
    else:
        for label, value in page.fields:
            write_line(document, f"{label}：{value}")
        for title, text in page.sections:
            write_line(document, title, font=HEADING_FONT)
            for line in text.split("\n") if text else ():
                write_line(document, line, indent=True)
    for note in page.notes:
        write_line(document, note, size=14)
    return saved(document)


def summary_document(page: SummaryPage) -> bytes:
    """A 汇总表 page as .docx bytes, A4 landscape, the header row repeated on every page."""
    document = official_document(landscape=True)
    number_pages(document)
    write_line(document, page.annex, font=HEADING_FONT)
    write_line(document, page.title, font=TITLE_FONT, size=22, centred=True)
    write_line(document, f"归口管理部门：{page.head.unit}（加盖公章）", size=14)
    write_line(document, f"联系人：{page.head.contact}　　　　联系电话：{page.head.phone}", size=14)
    table = write_grid(document, [page.columns, *page.rows], size=10.5)
    shape_summary(table, [WIDTHS.get(name, OTHER_WIDTH) for name in page.columns])
    document.add_paragraph()  # Word and LibreOffice both want a paragraph after a last table
    return saved(document)


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
