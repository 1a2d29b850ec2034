"""Transfer encodings undone: base64, quoted-printable and uuencode as they are written, also under no label."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from intake.letters.names import lenient_base64

_FILE_BEGINS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_BASE64_LINE = re.compile(rb"\s*([A-Za-z0-9+/]{24})")
_PADDED_MIDST = re.compile(rb"=\s*[^=\s]")
_UUENCODED = re.compile(
    rb"^begin [0-7]{3,4} (\S[^\r\n]*)\r?\n((?:[!-`][ -`]*\r?\n)*)(?:`?\s*\r?\n)?end\s*$", re.MULTILINE
)


def begins_file(data: bytes) -> bool:
    """Whether bytes are the beginning of a file that no text begins like: an Office document, a PDF, an archive."""
    return data.startswith(_FILE_BEGINS)


def undone(encoded: bytes, label: str) -> bytes:
    """The content behind a transfer encoding, undone as far as it can be; never raises.

    A file in base64 under no label, or under a wrong one (7bit), is known by how it begins.
    """
    if "base64" in label:
        return _from_base64(encoded)
    if "quoted-printable" in label:
        return binascii.a2b_qp(encoded)
    if "uu" in label:
        return next((content for _, content in uuencoded(encoded)), encoded)
    line = _BASE64_LINE.match(encoded[:200])
    return _from_base64(encoded) if line and begins_file(binascii.a2b_base64(line[1])) else encoded


def _from_base64(encoded: bytes) -> bytes:
    if _PADDED_MIDST.search(encoded):
        return lenient_base64(encoded)
    try:
        return binascii.a2b_base64(encoded)
    except binascii.Error:
        return lenient_base64(encoded)


def uuencoded(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names and contents of the files that an old program wrote into a text."""
    if b"\nend" not in text:
        return
    for found in _UUENCODED.finditer(text):
        try:
            yield found[1], b"".join(map(_uu_line, found[2].splitlines()))
        except binascii.Error:
            continue


def _uu_line(line: bytes) -> bytes:
    """One line decoded; what some encoders write behind its end is left aside."""
    length = (((line[0] - 32) & 63) * 4 + 5) // 3
    return binascii.a2b_uu(line[:length])
