"""What in an Office file could act by itself: macros, embedded programs, external templates. Looked at, never run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from lxml import etree

from intake.numbering import W
from intake.ooxml import Package, Relation

_REMOTE = re.compile(
    r"^(https?:|ftp:|mhtml:|ms-\w+:|\\\\|//|file:/{2}(?!/|localhost/)[^/]|file:/{4,5}[^/])", re.IGNORECASE
)
_PACKAGED = "\x01Ole10Native".encode("utf-16-le")
_PROGRAM_NAME = re.compile(
    rb"[^\x00-\x1f\\/:*?\"<>|]{1,200}\.(?:exe|scr|com|pif|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|msi|jar|dll)\x00",
    re.IGNORECASE,
)
_PROGRAM_START = b"This program cannot be run in DOS mode"


def active_in_word(package: Package, relations: Mapping[str, Relation], root: etree._Element) -> tuple[str, ...]:
    """Name, in words for a reader, what in a Word package could act by itself."""
    found = [*macros(package), *_embedded(package), *_linked(relations)]
    template = _template(package)
    if template:
        found.append(template)
    if any(_is_dde(code.text or "") for code in root.iter(f"{W}instrText")):
        found.append("DDE 域代码")
    return tuple(dict.fromkeys(found))


def macros(package: Package) -> list[str]:
    """Whether a Word or Excel package carries macros."""
    names = (posixpath.basename(n) for n in package.names)
    return ["宏"] if any(n.startswith("vbaproject") or n == "macros" for n in names) else []


def _embedded(package: Package) -> list[str]:
    """Programs packed into the document as OLE objects (an embedded sheet or formula is none)."""
    found = []
    for name in package.names:
        if "/embeddings/" not in name:
            continue
        bare = name.endswith((".exe", ".scr", ".bat", ".cmd", ".js", ".vbs"))
        if bare or (name.endswith(".bin") and is_packaged_program(package.read(name) or b"")):
            found.append("嵌入的程序")
    return found


def is_packaged_program(data: bytes) -> bool:
    """Whether an OLE object is a packaged file that is a program, by its name or its first words."""
    return _PACKAGED in data and bool(_PROGRAM_NAME.search(data) or _PROGRAM_START in data)


def _linked(relations: Mapping[str, Relation]) -> list[str]:
    """Objects and frames that Word would fetch from elsewhere when the document is opened."""
    kinds = ("oleObject", "frame", "subDocument", "attachedTemplate")
    linked = (r for r in relations.values() if r.external and r.kind in kinds)
    return ["指向外部地址的嵌入对象" for r in linked if _REMOTE.match(r.target)]


def _template(package: Package) -> str:
    """The external template of the document, where it is on another machine; a local path is harmless."""
    settings = package.relations("word/settings.xml")
    targets = (r.target for r in settings.values() if r.kind == "attachedTemplate" and r.external)
    return "指向外部地址的模板" if any(_REMOTE.match(target) for target in targets) else ""


def _is_dde(code: str) -> bool:
    return code.lstrip().upper().startswith(("DDE ", "DDEAUTO"))
