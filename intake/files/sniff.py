"""What a file is, by its content; its name only breaks ties and warns."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from intake.letters.names import extension_of

WORD_TYPES = frozenset({"docx", "doc", "rtf", "odt", "wps", "html", "mht", "xml", "txt"})
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
    | {
        "bat",
        "cmd",
        "ps1",
        "vbs",
        "vbe",
        "vb",
        "js",
        "jse",
        "wsf",
        "wsh",
        "wsc",
        "hta",
        "sh",
        "msc",
        "xll",
        "msix",
        "appx",
    }
)
EXPECTED: dict[str, frozenset[str]] = {
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), frozenset({"docx"})),
    **dict.fromkeys(("doc", "dot"), frozenset({"doc"})),
    **dict.fromkeys(("wps", "wpt"), frozenset({"doc", "docx", "wps"})),
    **dict.fromkeys(("xlsx", "xlsm", "xltx"), frozenset({"xlsx"})),
    **dict.fromkeys(("et", "ett"), frozenset({"xls", "xlsx", "ods"})),
    **dict.fromkeys(("tar", "gz", "tgz", "bz2", "tbz", "xz", "txz"), frozenset({"tar"})),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "jfif"), frozenset({"image"})),
    **{same: frozenset({same}) for same in ("rtf", "odt", "xls", "ods", "pdf", "ofd", "zip", "rar", "7z", "eml")},
    "msg": frozenset({"msg", "eml"}),
    "txt": frozenset({"other", "eml"}),
    "xml": frozenset({"xml", "other"}),
    **dict.fromkeys(("mht", "mhtml"), frozenset({"mht", "eml"})),
}
_WORD_NAMES = frozenset({"docx", "docm", "dotx", "doc", "dot", "wps", "wpt", "rtf"})
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).){0,500}-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|div)\b",
    re.I | re.S,
)
_WORD_XML = (
    b"http://schemas.microsoft.com/office/word/2003/wordml",
    b"http://schemas.microsoft.com/office/2006/xmlPackage",
)
_TYPES = "[Content_Types].xml"
OLE_ERRORS = (OSError, ValueError, IndexError, TypeError, OverflowError, RecursionError)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_ANY_HEADER = re.compile(rb">?From |[A-Za-z][A-Za-z0-9-]*[ \t]*:")
_HEADER_LINE = re.compile(rb"^(received|return-path|from|date|message-id|mime-version|subject|delivered-to):", re.I)


def sniff(name: str, data: bytes) -> str:
    """The real type of a file (``docx doc rtf odt wps xlsx xls ods pdf ofd image zip rar 7z tar eml tnef other …``).

    ``html mht txt``: a page or plain text under the name of a Word document; ``xml``: Word's own XML.

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
    if written := _written_type(name, head):
        return written
    return "eml" if _is_mail(name, head) else "other"


def _is_mail(name: str, head: bytes) -> bool:
    """Whether a file is a mail, which under its own extension may begin with any header, or as in a mailbox file."""
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if extension_of(name) == "eml":
        return bool(_ANY_HEADER.match(begins))
    return extension_of(name) in ("mht", "txt", "") and bool(_HEADER_LINE.match(begins))


def _written_type(name: str, head: bytes) -> str:
    """The type of a Word document that is readable characters, by the name that it bears; ``""`` if it is none."""
    extension = extension_of(name)
    plain = head.replace(b"\0", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n")  # also of UTF-16
    if extension in _WORD_NAMES | {"xml"} and any(mark in plain for mark in _WORD_XML):
        return "xml"
    if extension in _WORD_NAMES | {"mht", "mhtml"} and _is_mht(plain):
        return "mht"
    if extension in _WORD_NAMES | {"xls", "et"} and _PAGE.match(plain):
        return "html"
    return "txt" if extension in _WORD_NAMES and _is_text(head) else ""


def _is_mht(head: bytes) -> bool:
    """Whether a file is a web page written as a mail, and no mail that somebody sent."""
    sent = re.search(rb"^(?:received|return-path|message-id|delivered-to):", head, re.I | re.M)
    page = re.search(rb"^content-type:\s*(?:multipart/related|text/html)", head, re.I | re.M)
    return bool(page) and not sent and bool(_HEADER_LINE.match(head))


def _is_text(head: bytes) -> bool:
    """Whether bytes are Chinese text, and not a piece of something else: nothing else is a form in plain text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace")
    elif _CONTROLS.search(head):
        return False
    else:
        text = next((t for e in ("utf-8", "gb18030") if "\ufffd" not in (t := head.decode(e, "replace"))[:-2]), "")
    return sum("\u4e00" <= c <= "\u9fff" for c in text) > 0.1 * len(text)


def _is_program(name: str, head: bytes) -> bool:
    if extension_of(name) in PROGRAM_EXTENSIONS or head.startswith(_PROGRAM_MAGIC):
        return True
    return head.startswith(b"MZ") and extension_of(name) not in ("txt", "eml")


def _zip_type(name: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {n.replace("\\", "/") for n in archive.namelist()[:5000]}
            mimetype = archive.open("mimetype").read(200) if "mimetype" in members else b""
            declared = archive.open(_TYPES).read(2**20) if _TYPES in members else b""
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, KeyError):
        return _broken_zip_type(name, data)
    return _package_type(members, mimetype, declared) or "zip"


def _package_type(members: set[str], mimetype: bytes, declared: bytes) -> str:
    """The type of a zip that some program wrote as its document, by the names of its parts; ``""`` for an archive."""
    folders = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "other"))
    beginnings = {m.lower().partition("/")[0] + "/" for m in members} if _is_package(members) else set()
    signs = (
        (b"opendocument.text" in mimetype, "odt"),
        (b"opendocument.spreadsheet" in mimetype, "ods"),
        *((folder in beginnings, kind) for folder, kind in folders),
        (b"wordprocessingml.document.main" in declared, "docx"),  # its parts may lie in any folder
        ("OFD.xml" in members, "ofd"),
        (any(m.endswith((".iwa", "index.apxl")) for m in members), "other"),  # Apple's programs
        ("META-INF/MANIFEST.MF" in members and any(m.endswith((".class", ".dex")) for m in members), "program"),
    )
    return next((kind for there, kind in signs if there), "")


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
    signs = (
        ("encryptedpackage" in streams, "xlsx" if expected & SHEET_TYPES else "docx"),
        ("worddocument" in streams, "doc"),
        (bool(streams & {"workbook", "book"}), "xls"),
        (any(stream.startswith("__properties_version1.0") for stream in streams), "msg"),
        ("contents" in streams and "wps" in extension_of(name), "wps"),
        (not streams, next((t for t in ("doc", "xls") if t in expected), "other")),
    )
    return next((kind for there, kind in signs if there), "other")


def ole_streams(data: bytes) -> frozenset[str]:
    """The lower-case names of the streams and storages in the root of an OLE file; none if it is damaged."""
    import olefile  # type: ignore[import-untyped] # only old Office formats need it

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return frozenset(entry[0].lower() for entry in ole.listdir(streams=True, storages=True))
    except OLE_ERRORS:
        return frozenset()


def ole_stream(data: bytes, names: tuple[str, ...]) -> bytes:
    """The first stream of an OLE file that has one of the names; nothing if there is none or it is damaged."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return next((ole.openstream(name).read() for name in names if ole.exists(name)), b"")
    except OLE_ERRORS:
        return b""


def is_misnamed(name: str, kind: str) -> bool:
    """Whether the extension of a name promises another type than the real one, where that is known."""
    expected = EXPECTED.get(extension_of(name))
    return expected is not None and kind not in expected | {"program", "other"}
