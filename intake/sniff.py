"""What a file is, by its content; its name only breaks ties and warns."""

from __future__ import annotations

import io
import re
import zipfile

from intake.names import extension_of

WORD_TYPES = frozenset({"docx", "doc", "rtf", "odt", "wps"})
SHEET_TYPES = frozenset({"xlsx", "xls", "ods"})
ARCHIVE_TYPES = frozenset({"zip", "rar", "7z", "tar"})

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "tar"),
    (b"BZh", "tar"),
    (b"\xfd7zXZ\x00", "tar"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x78\x9f\x3e\x22", "tnef"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAM_MAGIC = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
    b"#!",
)
PROGRAM_EXTENSIONS = frozenset(
    {"exe", "scr", "com", "pif", "msi", "msp", "cpl", "dll", "sys", "app", "apk", "jar", "chm", "lnk", "scf", "reg"}
    | {"bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "sh"}
)
EXPECTED: dict[str, frozenset[str]] = {
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), frozenset({"docx"})),
    **dict.fromkeys(("doc", "dot"), frozenset({"doc"})),
    **dict.fromkeys(("wps", "wpt"), frozenset({"doc", "docx", "wps"})),
    **dict.fromkeys(("xlsx", "xlsm", "xltx"), frozenset({"xlsx"})),
    **dict.fromkeys(("et", "ett"), frozenset({"xls", "xlsx", "ods"})),
    **dict.fromkeys(("tar", "gz", "tgz", "bz2", "tbz", "xz", "txz"), frozenset({"tar"})),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "jfif"), frozenset({"image"})),
    **{same: frozenset({same}) for same in ("rtf", "odt", "xls", "ods", "pdf", "zip", "rar", "7z", "eml")},
    "txt": frozenset({"other", "eml"}),
}
_HEADER_LINE = re.compile(rb"^(received|return-path|from|date|message-id|mime-version|subject|delivered-to):", re.I)


def sniff(name: str, data: bytes) -> str:
    """The real type of a file (``docx doc rtf odt wps xlsx xls ods pdf image zip rar 7z tar eml tnef program other``).

    An unknown content is ``other``, whatever the name promises; ``tar`` stands for the whole family of tar and gzip.
    """
    head = data[:4096]
    if _is_program(name, head):
        return "program"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_type(name, data)
    if head.startswith(_OLE):
        return _ole_type(name, data)
    return _plain_type(name, head, len(data))


def _plain_type(name: str, head: bytes, size: int) -> str:
    """The type of a file that is no container, by its first bytes."""
    if found := next((kind for magic, kind in _MAGIC if head.startswith(magic)), ""):
        return found
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head[257:262] == b"ustar":
        return "tar"
    bitmap = head.startswith(b"BM") and int.from_bytes(head[2:6], "little") == size
    if bitmap or head[4:12] in (b"ftypheic", b"ftypmif1") or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    is_mail = extension_of(name) in ("eml", "mht", "txt", "") and _HEADER_LINE.match(head)
    return "eml" if is_mail else "other"


def _is_program(name: str, head: bytes) -> bool:
    if extension_of(name) in PROGRAM_EXTENSIONS or head.startswith(_PROGRAM_MAGIC):
        return True
    return head.startswith(b"MZ") and extension_of(name) not in ("txt", "eml")


def _zip_type(name: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {n.replace("\\", "/") for n in archive.namelist()[:5000]}
            mimetype = archive.open("mimetype").read(200) if "mimetype" in members else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, KeyError):
        return _broken_zip_type(name, data)
    if b"opendocument.text" in mimetype:
        return "odt"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "other")):
        if any(m.lower().startswith(folder) for m in members) and _is_package(members):
            return kind
    if "META-INF/MANIFEST.MF" in members and any(m.endswith((".class", ".dex")) for m in members):
        return "program"
    return "zip"


def _is_package(members: set[str]) -> bool:
    lower = {m.lower() for m in members}
    return "[content_types].xml" in lower or "_rels/.rels" in lower or "word/document.xml" in lower


def _broken_zip_type(name: str, data: bytes) -> str:
    """A zip whose directory is gone still bears the names of its parts in their local headers."""
    for mark, kind in ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "other")):
        if mark in data and b"[Content_Types].xml" in data:
            return kind
    expected = EXPECTED.get(extension_of(name), frozenset())
    return next((t for t in ("docx", "xlsx", "odt", "ods") if t in expected), "zip")


def _ole_type(name: str, data: bytes) -> str:
    expected = EXPECTED.get(extension_of(name), frozenset())
    streams = ole_streams(data)
    if "encryptedpackage" in streams:
        return "xlsx" if expected & SHEET_TYPES else "docx"
    if "worddocument" in streams:
        return "doc"
    if streams & {"workbook", "book"}:
        return "xls"
    if "contents" in streams and "wps" in extension_of(name):
        return "wps"
    if not streams:
        return next((t for t in ("doc", "xls") if t in expected), "other")
    return "other"


def ole_streams(data: bytes) -> frozenset[str]:
    """The lower-case names of the streams and storages in the root of an OLE file; none if it is damaged."""
    import olefile  # type: ignore[import-untyped] # only old Office formats need it

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return frozenset(entry[0].lower() for entry in ole.listdir(streams=True, storages=True))
    except (OSError, ValueError, IndexError, TypeError, OverflowError, RecursionError):
        return frozenset()


def is_misnamed(name: str, kind: str) -> bool:
    """Whether the extension of a name promises another type than the real one, where that is known."""
    expected = EXPECTED.get(extension_of(name))
    return expected is not None and kind not in expected | {"program", "other"}
