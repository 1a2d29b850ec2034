"""Mails as broken programs write them, made so that the standard parser reads on where it would stop."""

from __future__ import annotations

import email
import re
from email.message import Message

HEAD_BYTES = 256 * 1024
_BEFORE = re.compile(rb"\A(?:\xef\xbb\xbf|[ \t]*\r?\n)*(?:>?From [^\r\n]*\r?\n)?")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n|\r\r|\Z")
_HEADER = re.compile(rb"[!-9;-~]+:")
_SPACED = re.compile(rb"([A-Za-z][A-Za-z0-9-]*)[ \t]+:")
_NAMED = re.compile(rb"[A-Za-z][A-Za-z0-9-]*[ \t]*:")
_LATE_HEADER = re.compile(
    r"\A(?:(?!--)[^\r\n]{1,500}\r?\n){0,9}Content-(?:Type|Transfer-Encoding|Disposition)[ \t]*:", re.IGNORECASE
)


def mended(raw: bytes) -> bytes:
    """A mail without what stands before its header, and with a header that the parser reads to its end.

    The parser takes a line that is no header for the beginning of the body, also ``From :``, whose blank the old
    standard allows.
    """
    if b"\r\r\n" in raw[:2000]:
        raw = raw.replace(b"\r\r\n", b"\r\n")
    raw = raw[before.end() :] if (before := _BEFORE.match(raw)) else raw
    end = _END_OF_HEAD.search(raw, 0, HEAD_BYTES)
    head = raw[: end.start()] if end else b""
    mended_head = _mended_head(head)
    return raw if mended_head == head else mended_head + raw[len(head) :]  # a large mail is not copied for nothing


def _mended_head(head: bytes) -> bytes:
    lines = [_SPACED.sub(rb"\1:", line, count=1) if _SPACED.match(line) else line for line in head.split(b"\n")]
    last = max((n for n, line in enumerate(lines) if _NAMED.match(line)), default=-1)
    return b"\n".join(line for n, line in enumerate(lines) if n > last or _is_header(line))


def _is_header(line: bytes) -> bool:
    return line.startswith((b" ", b"\t")) or _HEADER.match(line) is not None


def payload_of(part: Message) -> object:
    """What the parser holds of a part: its parts, its text, or None where its charset is not even a name."""
    try:
        return part.get_payload()
    except ValueError:
        return None


def with_late_headers(part: Message) -> Message:
    """A part whose header goes on behind a line that is none; the part itself where its header is whole."""
    text = payload_of(part)
    if not isinstance(text, str) or not _LATE_HEADER.match(text):
        return part
    head = "".join(f"{name}: {value}\r\n" for name, value in part.raw_items())
    try:
        written = (head + text).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # the parser has decoded it, by a charset that makes no characters
        return part
    again = email.message_from_bytes(mended(written))
    return again if len(again.keys()) > len(part.keys()) else part
