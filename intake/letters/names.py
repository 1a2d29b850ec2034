"""Header text and file names as their senders meant them, whatever their mail program made of them."""

from __future__ import annotations

import binascii
import html
import re
import unicodedata
from email.message import Message
from itertools import groupby
from urllib.parse import unquote_to_bytes

_ENCODED_WORD = re.compile(r"=\?([^?\s]*)\?([BbQq])\?([^?]*)\?=")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.|"(?!\s*(?:;|$)))*)"|([^;]*))')
_CONTINUATION = re.compile(r"^(.+?)(?:\*(\d+))?(\*)?$")
_EXTENDED = re.compile(r"^\s*([A-Za-z][A-Za-z0-9_.-]*)?'[^']*'(.*)$", re.DOTALL)
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_NUMBERED_CHARACTERS = re.compile(r"&#\d{2,6};")
_FOLD = re.compile(r"\r?\n[ \t]*|\r[ \t]*")
_WINDOWS_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "x-gbk", "cp936", "ms936", "936", "euc-cn", "gb_2312-80"})
_LATIN = frozenset({"iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "ansi_x3.4-1968"})
_UTF8_CHINESE = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}[\x00-\x7f]*){2}")
_GB2312 = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xa9\xb0-\xf7][\xa1-\xfe])*(?:[\xb0-\xf7][\xa1-\xfe]){2}[\x00-\xff]*")
_HALVES = re.compile("[\ud800-\udfff]")  # halves of characters, which UTF-7 and its like let through
NAME_BYTES = 240  # what common file systems hold in one name, less a little for a suffix


def decode_bytes(raw: bytes, charset: str = "") -> str:
    """Bytes as text: by their label, else UTF-8, else GB18030; never an error.

    Every label of the GB family means GB18030, which contains them all: senders label GBK bytes gb2312. Chinese under a
    label that programs set without looking (GB over UTF-8, Latin over either) is read as what it is.
    """
    label = charset.strip().strip("\"'").lower()
    label = "gb18030" if label in _CHINESE else label
    for candidate in (*_rather(raw, label), label, "utf-8", "gb18030"):
        if candidate in ("", "us-ascii", "ascii", "unknown-8bit"):
            continue
        try:
            return _HALVES.sub("\ufffd", raw.decode(candidate))
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return raw.decode(label if label == "gb18030" else "utf-8", "replace")


def _rather(raw: bytes, label: str) -> tuple[str, ...]:
    """What to try before the label."""
    if label not in _LATIN and label != "gb18030":
        return ()
    utf8 = ("utf-8",) if _UTF8_CHINESE.search(raw[:2000]) else ()
    return (*utf8, "gb18030") if label in _LATIN and _GB2312.match(raw[:2000]) else utf8


def raw_headers(message: Message, name: str) -> tuple[str, ...]:
    """All headers of a name as they stand, raw 8-bit bytes read as UTF-8 or GB18030, folds kept."""
    wanted = name.lower()
    found = (value for key, value in message.raw_items() if key.lower() == wanted)
    return tuple(decode_bytes(str(value).encode("ascii", "surrogateescape")) for value in found)


def unfold(value: str) -> str:
    """A header value on one line: each fold becomes one space."""
    return _FOLD.sub(" ", value).strip()


def decode_words(value: str) -> str:
    """RFC 2047 words decoded; words that follow each other are joined as bytes first.

    Some programs cut a multi-byte character in two and put each half into a word of its own.
    """
    pieces: list[tuple[str, bytes | str]] = []
    end = 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[end : match.start()]
        if between.strip() or (between and not (pieces and isinstance(pieces[-1][1], bytes))):
            pieces.append(("", between))
        _append_word(pieces, match[1].split("*")[0].lower(), _word_bytes(match[2], match[3]))
        end = match.end()
    pieces.append(("", value[end:]))
    return "".join(part if isinstance(part, str) else decode_bytes(part, charset) for charset, part in pieces)


def _append_word(pieces: list[tuple[str, bytes | str]], charset: str, word: bytes) -> None:
    if pieces and pieces[-1][0] == charset and isinstance(pieces[-1][1], bytes):
        pieces[-1] = (charset, pieces[-1][1] + word)
    else:
        pieces.append((charset, word))


def _word_bytes(encoding: str, text: str) -> bytes:
    ascii_text = text.encode("utf-8", "surrogateescape")
    if encoding in "Qq":
        return binascii.a2b_qp(ascii_text.replace(b"_", b" "))
    return lenient_base64(ascii_text)


def lenient_base64(encoded: bytes) -> bytes:
    """What can be had from base64 with blanks, foreign characters or missing padding; never an error.

    Padding in the midst ends one piece and begins another: some programs encode a file piece by piece.
    """
    return b"".join(map(_piece_of_base64, re.sub(rb"[^A-Za-z0-9+/=]", b"", encoded).split(b"=")))


def _piece_of_base64(clean: bytes) -> bytes:
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def header_text(message: Message, name: str) -> str:
    """The first header of a name as clean NFC text, ``""`` where there is none."""
    values = raw_headers(message, name)
    return clean_text(decode_words(unfold(values[0]))) if values else ""


def clean_text(text: str) -> str:
    """One line of NFC text without control, formatting (bidi) or surrogate characters."""
    spaced = re.sub(r"[\r\n\t\v\f]+", " ", text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return unicodedata.normalize("NFC", kept).strip()


def parameters(value: str) -> dict[str, str]:
    """The parameters of a structured header by lower-case name: RFC 2231 pieces joined, RFC 2047 words decoded."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(";" + unfold(value).partition(";")[2]):
        text = re.sub(r'\\(["\\])', r"\1", match[2]) if match[2] is not None else match[3].strip().lstrip('"')
        parts = _CONTINUATION.match(match[1])
        if parts:
            pieces.setdefault(parts[1].lower(), []).append((int(parts[2] or -1), bool(parts[3]), text))
    return {name: _join(sorted(found, key=lambda p: p[0])) for name, found in pieces.items()}


def _join(found: list[tuple[int, bool, str]]) -> str:
    extended = [p for p in found if p[1]]
    if not extended:
        numbered = [p for p in found if p[0] >= 0]
        return _decode_plain("".join(p[2] for p in numbered) if numbered else found[0][2])
    numbered = [p for p in found if p[0] >= 0] if any(p[0] >= 0 and p[1] for p in found) else extended[:1]
    charset, first = "", numbered[0][2]
    if head := _EXTENDED.match(first):
        charset, first = head[1] or "", head[2]
    texts = [(numbered[0][1], first), *((p[1], p[2]) for p in numbered[1:])]
    joined = ((star, "".join(t for _, t in run)) for star, run in groupby(texts, key=lambda t: t[0]))
    raw = b"".join(unquote_to_bytes(t) if star else t.encode("utf-8", "surrogateescape") for star, t in joined)
    return decode_words(decode_bytes(raw, charset))


def _decode_plain(text: str) -> str:
    """A value without the RFC 2231 star, which some programs percent-encode all the same."""
    if (head := _EXTENDED.match(text)) and head[1] and _PERCENT.search(head[2]):
        return decode_bytes(unquote_to_bytes(head[2]), head[1])
    text = decode_words(decode_words(text.strip("'") if text[:1] == text[-1:] == "'" else text))  # some encode twice
    if text.isascii() and _PERCENT.search(text):
        decoded = decode_bytes(unquote_to_bytes(text))
        return text if decoded.isascii() or "\ufffd" in decoded else decoded
    return html.unescape(text) if _NUMBERED_CHARACTERS.search(text) else text


def attachment_name(part: Message) -> str:
    """The file name of a MIME part as its sender meant it, made safe; ``""`` where it bears none."""
    candidates = []
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        candidates += [parameters(value).get(key, "") for value in raw_headers(part, header)[:1]]
    names = [c for c in candidates if c.strip()]
    readable = [c for c in names if "\ufffd" not in c]
    return safe_name((readable or names or [""])[0])


def safe_name(name: str) -> str:
    """A file name that can be shown and written anywhere: its last component, cleaned; ``""`` if nothing is left."""
    last = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    cleaned = re.sub(r'[:*?"<>|\ufffd]', "_", clean_text(last)).strip(". ")
    if _WINDOWS_RESERVED.match(cleaned):
        cleaned = "_" + cleaned
    return _shorten(cleaned)


def _shorten(name: str) -> str:
    if len(name.encode()) <= NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 16:
        stem, dot, extension = name, "", ""
    room = NAME_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + dot + extension


def extension_of(name: str) -> str:
    """The lower-case extension of a file name without its dot, ``""`` where there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.strip().lower() if dot and stem else ""
