"""Old and foreign text formats (.doc, .wps, .rtf, .odt), turned into .docx and read as such."""

from __future__ import annotations

import struct
import tempfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from intake.documents.office import NoConverter, find_office, to_docx
from intake.documents.webpage import read_mht, read_page
from intake.documents.word import read_word
from intake.documents.wordxml import active_in_word_2003, flat_package, plain_text
from intake.files.active import active_in_ole, active_in_package, active_in_rtf
from intake.files.ooxml import OLE, Package, WordDamaged, WordHostile, WordLocked, ole_trouble
from intake.model import Limits, WordText

__all__ = ["NoConverter", "converters", "read_legacy"]

# Warnings of the converter after which text may be missing or out of its place.
_LOSSY = frozenset(
    {
        "FLOATING_SHAPE_TYPES_DEFERRED",
        "HEADER_FOOTER_TABLE_MALFORMED",
        "INVALID_UTF16",
        "MAIN_TEXTBOX_TABLE_MALFORMED",
        "MALFORMED_TABLE_FLATTENED",
        "NUMBERING_TABLE_MALFORMED",
        "OFFICEART_MALFORMED",
        "STYLE_TABLE_MALFORMED",
        "TABLE_CELL_DEFINITION_MISMATCH",
        "TABLE_DEPTH_LIMITED",
        "TABLE_GRID_MISMATCH",
        "UNTERMINATED_FIELD",
    }
)
_STUMBLES = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RuntimeError, OSError, struct.error)


def read_legacy(data: bytes, type_: str, limits: Limits) -> WordText:
    """Read a .doc, .wps, .rtf, .odt, .mht, Word XML or text file, or a page of HTML.

    Raises NoConverter where no installed program reads it, WordDamaged, WordLocked, WordHostile.
    """
    if type_ == "doc":
        return replace(_read_doc(data, limits), active=active_in_ole(data))
    if type_ in ("html", "mht"):
        return read_page(data, limits) if type_ == "html" else read_mht(data, limits)
    if type_ == "txt":
        return plain_text(data)
    if type_ == "xml" and (package := flat_package(data, limits)) is not None:
        return read_word(package, limits)
    active: tuple[str, ...] = ()
    if type_ == "xml":
        active = active_in_word_2003(data)
    elif type_ == "rtf":
        active = active_in_rtf(data)
    elif type_ == "odt":
        active = _check_odt(data, limits)
    return replace(read_word(to_docx(data, type_, limits), limits), active=active)


def converters() -> list[tuple[str, str | None]]:
    """What reads old formats here: each program's name and path, None for one that is not installed."""
    library = find_spec("doc2docx")
    return [("msdoc2docx (.doc .wps)", library.origin if library else None), ("LibreOffice (.rtf .odt)", find_office())]


def _read_doc(data: bytes, limits: Limits) -> WordText:
    """Read Word's old binary format by the library, and by LibreOffice where that fails or loses something."""
    if not data.startswith(OLE):
        raise WordDamaged("文件内容与格式不符，无法打开")
    text, is_whole = _by_library(data, limits)
    if text is not None and is_whole:
        return text
    if text is None and isinstance(trouble := ole_trouble(data), WordLocked):
        raise trouble
    try:
        return read_word(to_docx(data, "doc", limits), limits)
    except (NoConverter, WordDamaged):
        if text is None:
            raise
        return text


def _by_library(data: bytes, limits: Limits) -> tuple[WordText | None, bool]:
    """The text, None if the library cannot read the file, and whether nothing was lost.

    Raises WordLocked.
    """
    from doc2docx import convert
    from doc2docx.cfb import CompoundFileLimits
    from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

    with tempfile.TemporaryDirectory(prefix="zhengji-") as folder:
        source, target = Path(folder, "in.doc"), Path(folder, "out.docx")
        source.write_bytes(data)
        size = CompoundFileLimits(max_input_bytes=limits.unpacked_bytes, max_stream_bytes=limits.memory_bytes // 8)
        try:
            report = convert(source, target, limits=size).report
            text = read_word(target.read_bytes(), limits)
        except EncryptedDocumentError as error:
            raise WordLocked("文件设有打开密码") from error
        except (Doc2DocxError, WordDamaged, *_STUMBLES):
            return None, False
    return text, not any(warning.code in _LOSSY for warning in report.warnings)


def _check_odt(data: bytes, limits: Limits) -> tuple[str, ...]:
    """Look at an .odt before LibreOffice does: its sizes, its password, entities; and what could act by itself."""
    package = Package(data, limits)
    if b"encryption-data" in (package.read("META-INF/manifest.xml") or b""):
        raise WordLocked("文件设有打开密码")
    if b"<!ENTITY" in (package.read("content.xml") or b""):
        raise WordHostile("内部含有实体声明")
    return active_in_package(package)
