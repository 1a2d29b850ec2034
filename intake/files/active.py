"""What in an Office file could act by itself: macros, embedded programs, external templates. Looked at, never run."""

from __future__ import annotations

import posixpath
import re
import struct
from collections.abc import Iterator, Mapping

from lxml import etree

from intake.documents.numbering import W
from intake.files.ooxml import Package, Relation

MACROS, PROGRAM, TEMPLATE, DDE = "宏", "嵌入的程序", "指向外部地址的模板", "DDE 域代码"
_REMOTE = re.compile(
    r"^(https?:|ftp:|mhtml:|ms-\w+:|\\\\|//|file:/{2}(?!/|localhost/)[^/]|file:/{4,5}[^/]|file:/*\\\\)", re.IGNORECASE
)
_PROGRAM_NAME = re.compile(
    rb"[^\x00-\x1f\\/:*?\"<>|]{1,200}\.(?:exe|scr|com|pif|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|msi|jar|dll)\x00",
    re.IGNORECASE,
)
_PROGRAM_START = b"This program cannot be run in DOS mode"
_PACKAGED = "\x01Ole10Native".encode("utf-16-le")
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_OLE_TEMPLATE = re.compile(rb"(?:h\0t\0t\0p\0(?:s\0)?:\0/\0/\0|\\\0\\\0)(?:[^\0]\0){1,200}?\.\0[dD]\0[oO]\0[tT]\0")
_OLE_DDE = re.compile(rb"\x13 {0,2}DDE(?:AUTO)? |\x13\0(?: \0)*D\0D\0E\0")
_SHEET_NAMED, _MACRO_SHEET = 0x0085, 1
_DDE_CODE = re.compile(r"(?:^|[\s\"])DDE(?:AUTO)?[\s\"]", re.IGNORECASE)
_RTF_TEMPLATE = re.compile(rb"\\template\s+(?:https?:|ftp:|\\{2,4}[^\\]|//|file://[^/])", re.IGNORECASE)
_RTF_OBJECT = re.compile(rb"\\objdata([0-9a-fA-F\s]{20,})")
_RTF_DDE = re.compile(rb"\\fldinst[^}]{0,40}DDE", re.IGNORECASE)


def active_in_word(package: Package, relations: Mapping[str, Relation], root: etree._Element) -> tuple[str, ...]:
    """Name, in words for a reader, what in a .docx could act by itself (``root``: its main part)."""
    found = [*active_in_package(package), *_linked(relations)]
    settings = package.relations("word/settings.xml").values()
    if any(r.kind == "attachedTemplate" and r.external and _REMOTE.match(r.target) for r in settings):
        found.append(TEMPLATE)
    if any(_DDE_CODE.search(code) for code in _field_codes(root)):
        found.append(DDE)
    return tuple(dict.fromkeys(found))


def _field_codes(root: etree._Element) -> Iterator[str]:
    """The codes of all fields; one may be cut into several runs of its paragraph."""
    codes: dict[etree._Element | None, list[str]] = {}
    for code in root.iter(f"{W}instrText"):
        run = code.getparent()
        paragraph = run.getparent() if run is not None else None
        codes.setdefault(paragraph, []).append(code.text or "")
    yield from map("".join, codes.values())
    yield from (field.get(f"{W}instr", "") for field in root.iter(f"{W}fldSimple"))


def active_in_package(package: Package) -> tuple[str, ...]:
    """Name the macros and embedded programs of a package (OOXML or OpenDocument)."""
    programs = any(_is_program(package, name) for name in package.names if "/embeddings/" in name)
    return (*macros(package), *([PROGRAM] if programs else []))


def macros(package: Package) -> tuple[str, ...]:
    """Name the macros of a package, if it carries any."""
    parts = (posixpath.basename(name).startswith("vbaproject") for name in package.names)
    folders = (name.startswith(("basic/", "scripts/")) or "/macrosheets/" in name for name in package.names)
    return (MACROS,) if any(parts) or any(folders) else ()


def active_in_sheet(package: Package) -> tuple[str, ...]:
    """Name what in a workbook could act by itself: macros, embedded programs, and links that start a program."""
    links = (name for name in package.names if name.startswith("xl/externallinks/") and name.endswith(".xml"))
    starts = any(b"ddeLink" in (package.read(name) or b"") for name in links)
    return (*active_in_package(package), *([DDE] if starts else []))


def active_in_old_sheet(data: bytes, book: bytes) -> tuple[str, ...]:
    """The same of an old binary workbook; ``book`` is its main stream, a run of records."""
    found = {MACROS: _OLE_MACROS in data or _has_macro_sheet(book), PROGRAM: _is_packaged_program(data)}
    return tuple(name for name, there in found.items() if there)


def _has_macro_sheet(book: bytes) -> bool:
    place = 0
    while place + 10 <= len(book):
        number, length = struct.unpack_from("<HH", book, place)
        if number == _SHEET_NAMED and book[place + 9] == _MACRO_SHEET:
            return True
        place += 4 + length
    return False


def active_in_ole(data: bytes) -> tuple[str, ...]:
    """Name what in an old binary file (.doc, .xls) could act by itself, by the names that its directory holds."""
    found = {
        MACROS: _OLE_MACROS in data,
        PROGRAM: _is_packaged_program(data),
        TEMPLATE: bool(_OLE_TEMPLATE.search(data)),
        DDE: bool(_OLE_DDE.search(data)),
    }
    return tuple(name for name, there in found.items() if there)


def active_in_rtf(data: bytes) -> tuple[str, ...]:
    """Name what in an RTF file could act by itself."""
    found = {
        PROGRAM: any(_is_program_object(match[1]) for match in _RTF_OBJECT.finditer(data)),
        TEMPLATE: bool(_RTF_TEMPLATE.search(data)),
        DDE: bool(_RTF_DDE.search(data)),
    }
    return tuple(name for name, there in found.items() if there)


def _is_program(package: Package, name: str) -> bool:
    """Whether an embedded part is a program, bare or packed in an OLE object (a sheet or a formula is none)."""
    if name.endswith((".exe", ".scr", ".bat", ".cmd", ".js", ".vbs")):
        return True
    return name.endswith(".bin") and _is_packaged_program(package.read(name) or b"")


def _is_packaged_program(data: bytes) -> bool:
    """Whether an OLE file packs a file that is a program, by its name or its first words."""
    return _PACKAGED in data and bool(_PROGRAM_NAME.search(data) or _PROGRAM_START in data)


def _is_program_object(written: bytes) -> bool:
    digits = b"".join(written.split())
    data = bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    return b"Package" in data and bool(_PROGRAM_NAME.search(data) or _PROGRAM_START in data)


def _linked(relations: Mapping[str, Relation]) -> list[str]:
    """Objects and frames that Word would fetch from elsewhere when the document is opened."""
    kinds = ("oleObject", "frame", "subDocument")
    linked = (r for r in relations.values() if r.external and r.kind in kinds)
    return ["指向外部地址的嵌入对象" for r in linked if _REMOTE.match(r.target)]
