"""The sender's own Word file comes back with a comment at every place found; what cannot carry comments gets a list."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from lxml import etree

from intake.files.ooxml import WordUnreadable
from intake.pool import Bench
from replies.comments import CannotCarry, Comment, with_comments
from replies.remarks import Marked, Remark, Returned, marked_documents, remarks_on
from replies.table_remarks import marked_tables
from rules.model import Judged
from rules.packs.call import CallPack

__all__ = [
    "Marked",
    "Remark",
    "Returned",
    "annotate",
    "answer_file",
    "marked_documents",
    "marked_files",
    "remark_list",
    "remarks_on",
]

_REFUSALS = (
    CannotCarry, WordUnreadable, etree.LxmlError, LookupError, OSError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def marked_files(judged: Judged, pack: CallPack, at: datetime) -> tuple[Marked, ...]:
    """The files that a correction carries back: each in which something must be mended, with all that was found.

    ``at`` is the time that the comments bear.
    """
    forms = marked_documents(judged.checked.submission.documents, judged.demands, pack, at)
    return (*forms, *marked_tables(judged, pack, at))


def answer_file(bench: Bench, marked: Marked) -> Returned:
    """The file that goes back, made in a worker: with its comments, or where it cannot carry any, a list of them."""
    stem = PurePosixPath(marked.name).stem
    try:
        commented = bench.run(annotate, marked.data, marked.remarks, marked.at) if marked.type == "docx" else None
    except (OSError, RuntimeError, MemoryError):  # the worker died or had too little: its letter still gets an answer
        commented = None
    if commented:
        return Returned(f"{stem}（批注）.docx", commented)
    rows = [(r.where, r.text, r.fix) for r in marked.remarks]
    return Returned(f"{stem}（修改清单）.docx", remark_list(f"{stem}：修改清单", rows), commented=False)


def annotate(data: bytes, remarks: Sequence[Remark], at: datetime) -> bytes | None:
    """Set the remarks as Word comments into a .docx; null where the file cannot carry them (then send a list).

    Nothing but the comments part, its relation and the anchors is added. ``at`` is the time that Word shows.
    """
    try:
        return with_comments(data, [Comment(remark.anchor, remark.comment) for remark in remarks], at)
    except _REFUSALS:
        return None


def remark_list(title: str, rows: Sequence[tuple[str, str, str]]) -> bytes:
    """A one-page list as .docx for what cannot carry comments: rows of (where, what was found, how to mend it)."""
    document = docx.Document()
    plain = document.styles["Normal"]
    plain.font.size, plain.font.name = Pt(11), "FangSong"
    plain.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    document.add_heading(title, level=1)
    table = document.add_table(rows=1, cols=4, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, text in zip(table.rows[0].cells, ("序号", "位置", "问题", "如何修改"), strict=True):
        cell.text = text
    for number, row in enumerate(rows, start=1):
        for cell, text in zip(table.add_row().cells, (str(number), *row), strict=True):
            cell.text = text
    for column, width in zip(table.columns, (1.2, 3.4, 6.2, 6.2), strict=True):
        for cell in column.cells:
            cell.width = Cm(width)
    document.add_paragraph()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
