"""The sender's own Word file comes back with a comment at every place found; what cannot carry comments gets a list."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

import docx
from docx.document import Document as DocxDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.exceptions import PythonDocxError
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from intake.pool import Bench
from replies.remarks import Marked, Remark, marked_documents, remarks_on
from replies.table_remarks import marked_tables
from rules.call import CallPack
from rules.model import Judged

__all__ = [
    "Marked",
    "Remark",
    "annotate",
    "answer_file",
    "marked_documents",
    "marked_files",
    "remark_list",
    "remarks_on",
]

AUTHOR, INITIALS = "征集受理", "征"
# A package that Word mends silently and python-docx refuses, each in its own way; it has been read all the same.
_REFUSALS = (
    AttributeError, LookupError, OSError, TypeError, ValueError,
    PythonDocxError, etree.LxmlError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def marked_files(judged: Judged, pack: CallPack, at: datetime) -> tuple[Marked, ...]:
    """The files that a correction carries back: each in which something must be mended, with all that was found.

    ``at`` is the time that the comments bear.
    """
    forms = marked_documents(judged.checked.submission.documents, judged.demands, pack, at)
    return (*forms, *marked_tables(judged, pack, at))


def answer_file(bench: Bench, marked: Marked) -> bytes:
    """The file that goes back, made in a worker: with its comments, or where it cannot carry any, a list of them."""
    try:
        commented = bench.run(annotate, marked.data, marked.remarks, marked.at) if marked.type == "docx" else None
    except (
        OSError,
        RuntimeError,
        MemoryError,
    ):  # the worker died, or ran out of time or memory: its letter still gets an answer
        commented = None
    rows = [(r.where, r.text, r.fix) for r in marked.remarks]
    return commented or remark_list(f"{PurePosixPath(marked.name).stem}：审查意见", rows)


def annotate(data: bytes, remarks: Sequence[Remark], at: datetime) -> bytes | None:
    """Set the remarks as Word comments into a .docx; null where the file cannot carry them (then send a list).

    Nothing but the comments part, its relation and the anchors is added. ``at`` is the time that Word shows.
    """
    try:
        commented = _commented(data, remarks, at)
    except _REFUSALS:
        return None
    return _keep_untouched(data, commented) if commented else None


def _commented(data: bytes, remarks: Sequence[Remark], at: datetime) -> bytes | None:
    document = docx.Document(io.BytesIO(data))
    paragraphs = list(document.element.iter(qn("w:p")))
    if not all(0 <= remark.anchor < len(paragraphs) for remark in remarks):
        return None
    for remark in remarks:
        _comment(document, paragraphs[remark.anchor], remark.comment, at)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _keep_untouched(original: bytes, commented: bytes) -> bytes:
    """The commented package with the original's own bytes for every part that only the library's writing changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(original)) as before,
        zipfile.ZipFile(io.BytesIO(commented)) as after,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as result,
    ):
        old = set(before.namelist())
        for info in after.infolist():
            part = after.read(info)
            if info.filename in old and _same(before.read(info.filename), part):
                part = before.read(info.filename)
            result.writestr(zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _same(before: bytes, after: bytes) -> bool:
    try:
        return before == after or _canonical(before) == _canonical(after)
    except etree.XMLSyntaxError:
        return False


def _canonical(part: bytes) -> bytes:
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    return etree.tostring(root, method="c14n")


def _comment(document: DocxDocument, paragraph: CT_P, text: str, at: datetime) -> None:
    runs = list(paragraph.iter(qn("w:r"))) or [Paragraph(paragraph, document).add_run()._r]
    ends = [Run(runs[0], document), Run(runs[-1], document)]  # type: ignore[arg-type]
    comment = document.add_comment(ends, text=text, author=AUTHOR, initials=INITIALS)
    # Word shows w:date as it stands, without a zone: the sender's clock is Beijing's.
    comment._comment_elm.set(qn("w:date"), f"{at:%Y-%m-%dT%H:%M:%SZ}")


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
