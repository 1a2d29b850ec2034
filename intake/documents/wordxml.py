"""Word documents in one XML file (flat packages, Word 2003 XML), and plain text that is called a Word document."""

from __future__ import annotations

import base64
import binascii
import io
import re
import unicodedata
import zipfile

from lxml import etree

from intake.files.ooxml import XML_SHARE, WordDamaged, WordHostile, parse_xml
from intake.letters.names import decode_bytes
from intake.model import Limits, Paragraph, WordText

_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_MACROS = re.compile(rb"macrosPresent\s*=\s*[\"']yes|editdata\.mso", re.IGNORECASE)


def flat_package(data: bytes, limits: Limits) -> bytes | None:
    """A flat package (Word's “XML 文档”) as the .docx that it stands for, None where it is none.

    Raises WordDamaged, WordHostile.
    """
    if len(data) > limits.memory_bytes // XML_SHARE:
        raise WordHostile("内部结构异常庞大")
    root = parse_xml(data)
    if root.tag != f"{_PACKAGE}package":
        return None
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for part in root.iterchildren(f"{_PACKAGE}part"):
            archive.writestr((part.get(f"{_PACKAGE}name") or "").lstrip("/"), _content(part))
    return buffer.getvalue()


def _content(part: etree._Element) -> bytes:
    written = part.find(f"{_PACKAGE}xmlData")
    if written is not None:
        return etree.tostring(written[0], encoding="utf-8") if len(written) else b""
    try:
        return base64.b64decode("".join((part.findtext(f"{_PACKAGE}binaryData") or "").split()))
    except (binascii.Error, ValueError) as error:
        raise WordDamaged("文件已损坏，内容不完整") from error


def active_in_word_2003(data: bytes) -> tuple[str, ...]:
    """Name the macros of a Word 2003 XML document."""
    return ("宏",) if _MACROS.search(data) else ()


def plain_text(data: bytes) -> WordText:
    """Text as paragraphs, a line each."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        text = decode_bytes(data.removeprefix(b"\xef\xbb\xbf"))
    return WordText(tuple(Paragraph(line) for line in unicodedata.normalize("NFC", text).splitlines()))
