"""Word packages put together part by part, for what no library would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from intake.documents.word import read_word
from intake.model import Limits, Paragraph, WordText, block_text

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": W,
        "r": R,
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "v": "urn:schemas-microsoft-com:vml",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    }.items()
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def relations(*targets: tuple[str, str], external: bool = False) -> str:
    """A relations part of (kind, target) pairs."""
    mode = ' TargetMode="External"' if external else ""
    each = (
        f'<Relationship Id="r{i}" Type="{R}/{kind}" Target="{target}"{mode}/>'
        for i, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(each)}</Relationships>'


def part(name: str, inside: str) -> str:
    """A WordprocessingML part with this root (``w:hdr``) and content."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><{name} {NAMES}>{inside}</{name}>'


def document(body: str) -> str:
    """The main part with this body."""
    return part("w:document", f"<w:body>{body}<w:sectPr/></w:body>")


def docx(body: str, others: Mapping[str, str | bytes] | None = None) -> bytes:
    """A package with this body and these other parts; parts under ``word/`` are related by their names."""
    kinds = ("styles", "numbering", "footnotes", "endnotes", "header", "footer", "settings")
    related = [
        (kind, name.removeprefix("word/")) for name in others or {} for kind in kinds if name.startswith(f"word/{kind}")
    ]
    return package(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": relations(("officeDocument", "word/document.xml")),
            "word/document.xml": document(body),
            "word/_rels/document.xml.rels": relations(*related),
            **(others or {}),
        }
    )


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(text: str = "", inside: str = "", properties: str = "") -> str:
    """A paragraph with a run of text, then whatever else."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text) if text else ''}{inside}</w:p>"


def cell(inside: str, properties: str = "") -> str:
    """A table cell."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def row(inside: str) -> str:
    """A table row."""
    return f"<w:tr>{inside}</w:tr>"


def table(*rows: str) -> str:
    """A table of rows, each the XML of its cells."""
    return f"<w:tbl>{''.join(map(row, rows))}</w:tbl>"


def inserted(inside: str) -> str:
    """A tracked insertion."""
    return f"<w:ins w:id='1'>{inside}</w:ins>"


def deleted(text: str) -> str:
    """A tracked deletion; Word writes delText, some programs leave t."""
    return f"<w:del w:id='1'><w:r><w:delText>{text}</w:delText><w:t>{text}</w:t></w:r></w:del>"


def form_field(kind: str, inside: str) -> str:
    """An old form field: a check box or a list with its state."""
    begin = f"<w:fldChar w:fldCharType='begin'><w:ffData>{inside}</w:ffData></w:fldChar>"
    return f"<w:r>{begin}</w:r>{code(kind)}{mark('end')}"


def control(inside: str, properties: str = "") -> str:
    """A content control around whatever it holds."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def mark(kind: str) -> str:
    """A run with one mark of a field: begin, separate or end."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(text: str) -> str:
    """A run of field code."""
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def text_box(inside: str) -> str:
    """A run with a text box as Word writes it: new markup, and the same text again as a fallback."""
    content = f"<w:txbxContent>{inside}</w:txbxContent>"
    drawn = f"<w:drawing><a:graphic><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></a:graphic></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{drawn}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def numbering(levels: str, more: str = "") -> dict[str, str]:
    """The part that defines list 1 with these levels, and more definitions."""
    first = f"<w:abstractNum w:abstractNumId='0'>{levels}</w:abstractNum>{more}"
    lists = "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
    return {"word/numbering.xml": part("w:numbering", first + lists)}


def level(depth: int, form: str, text: str, more: str = "") -> str:
    """A level of a list."""
    inside = f"<w:start w:val='1'/><w:numFmt w:val='{form}'/>{more}<w:lvlText w:val='{text}'/>"
    return f"<w:lvl w:ilvl='{depth}'>{inside}</w:lvl>"


def item(text: str, depth: int = 0, number: int = 1) -> str:
    """A paragraph of a list."""
    return paragraph(text, properties=f"<w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='{number}'/></w:numPr>")


def read(data: bytes) -> WordText:
    """The document as the program reads it."""
    return read_word(data, Limits())


def lines(data: bytes) -> list[str]:
    """Its blocks as text; an automatic number stands before its paragraph."""
    return [
        f"{b.number}|{b.text}" if isinstance(b, Paragraph) and b.number else block_text(b) for b in read(data).blocks
    ]
