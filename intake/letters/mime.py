"""The parts of a mail, whatever shape its program gave it: leaves, their bytes, and the body among them."""

from __future__ import annotations

import copy
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from intake.letters.body import SOURCE_CHARACTERS, TEXT_CHARACTERS, Body, html_text
from intake.letters.mending import payload_of, with_late_headers
from intake.letters.names import attachment_name, decode_bytes, parameters, raw_headers, unfold
from intake.letters.transfer import begins_file, undone
from intake.model import Limits

_FIRST_BOUNDARY = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=[A-Za-z][\w-]*:|\r?\n)", re.MULTILINE)
_PARTS_IN_TEXT = re.compile(rb"^--([^\s]{1,200})\r?\n(?=Content-[A-Za-z-]+:)", re.MULTILINE | re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)

_DEEPEST = Limits().mime_depth  # levels; what lies deeper is refused, and taking it apart reads it all again each time


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds content: its type, its name (``""``: none), whether it is an attachment, how deep it lies."""

    part: Message
    type: str
    name: str
    attached: bool
    related: bool
    depth: int

    @property
    def content_id(self) -> str:
        """The Content-ID by which HTML refers to it, without brackets."""
        return next((unfold(v).strip("<> ") for v in raw_headers(self.part, "content-id")), "")


def leaves(message: Message, depth: int = 0) -> Iterator[Leaf]:
    """The leaves of a mail in order, without recursion; a forwarded mail (``message/rfc822``) is one leaf.

    What is called a multipart and has no parts is text, or the file that its name or its content says; text that
    holds the parts of a multipart is one.
    """
    stack: list[tuple[Message, bool, int]] = [(message, False, depth)]
    while stack:
        part, related, level = stack.pop()
        part = with_late_headers(part)
        kind = content_type(part)
        if level <= _DEEPEST and (children := _children(part, kind)):
            stack.extend((child, kind == "multipart/related", level + 1) for child in reversed(children))
        else:
            yield _leaf(part, "text/plain" if kind.startswith("multipart/") else kind, related, level)


def content_type(part: Message) -> str:
    """The content type in lower case; what is missing or malformed counts as text/plain."""
    value = next((unfold(v) for v in raw_headers(part, "content-type")), "")
    kind = re.split(r"[;\s]", value.strip(), maxsplit=1)[0].lower()
    return kind if re.fullmatch(r"[^/\s]+/[^/\s]+", kind) else part.get_default_type()


def _leaf(part: Message, kind: str, related: bool, depth: int) -> Leaf:
    name = attachment_name(part)
    disposition = next((unfold(v) for v in raw_headers(part, "content-disposition")), "")
    attached = bool(name) or disposition.lower().startswith("attachment") or not kind.startswith("text/")
    attached = attached or kind == "text/calendar" or begins_file(part_bytes(part))
    return Leaf(part, kind, name, attached, related, depth)


def _children(part: Message, kind: str) -> list[Message]:
    payload = payload_of(part)
    if kind.startswith("multipart/"):
        if not isinstance(payload, list):
            return _parts_in(part_bytes(part), _FIRST_BOUNDARY)
        behind = (part.epilogue or "").encode("utf-8", "surrogateescape")  # an inner multipart of the same boundary
        return [child for child in payload if isinstance(child, Message)] + _parts_in(behind, _PARTS_IN_TEXT)
    if kind == "text/plain" and isinstance(payload, str) and "\n--" in payload and not attachment_name(part):
        return _parts_in(part_bytes(part), _PARTS_IN_TEXT)
    return []


def _parts_in(content: bytes, boundary: re.Pattern[bytes]) -> list[Message]:
    """The parts that lie in bytes by the first boundary found: of a multipart whose own one is missing or misspelt."""
    found = boundary.search(content)
    if not found:
        return []
    header = b'Content-Type: multipart/mixed; boundary="' + found[1].replace(b'"', b"") + b'"\r\n\r\n'
    try:
        again = email.message_from_bytes(header + content)
    except RecursionError:
        return []
    payload = payload_of(again)
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def part_bytes(part: Message) -> bytes:
    """The content of a part with its transfer encoding undone as far as it can be; never raises."""
    bare = copy.copy(part)  # without the header that the library would obey too narrowly
    del bare["content-transfer-encoding"]
    encoded = bare.get_payload(decode=True)
    if not isinstance(encoded, bytes):
        return b""
    label = next((unfold(v).lower() for v in raw_headers(part, "content-transfer-encoding")), "")
    return undone(encoded, label)


def leaf_text(leaf: Leaf) -> str:
    """The text of a text part by its charset label, or by that of its HTML, or by guess."""
    content = part_bytes(leaf.part)[: 4 * SOURCE_CHARACTERS]
    label = next((parameters(v).get("charset", "") for v in raw_headers(leaf.part, "content-type")), "")
    if not label and leaf.type == "text/html" and (meta := _META_CHARSET.search(content[:2048])):
        label = meta[1].decode("ascii", "ignore")
    return decode_bytes(content, label)[:SOURCE_CHARACTERS]


def body_of(message: Message, most: int = 1000) -> Body:
    """What the letter itself says: its text parts and its HTML parts, attachments and forwarded mails left out."""
    plain: list[str] = []
    rich: list[str] = []
    for number, leaf in enumerate(leaves(message)):
        if number >= most:
            break
        if not leaf.attached and leaf.type == "text/html":
            rich.append(html_text(leaf_text(leaf)))
        elif not leaf.attached:
            plain.append(leaf_text(leaf))
    return Body("\n".join(plain)[:TEXT_CHARACTERS], "\n".join(rich)[:TEXT_CHARACTERS])
