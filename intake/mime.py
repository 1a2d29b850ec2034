"""The parts of a mail, whatever shape its program gave it: leaves, their bytes, and the body among them."""

from __future__ import annotations

import binascii
import copy
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from intake.body import SOURCE_CHARACTERS, TEXT_CHARACTERS, Body, html_text
from intake.names import attachment_name, decode_bytes, lenient_base64, parameters, raw_headers, unfold

_FIRST_BOUNDARY = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?$", re.MULTILINE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


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
    """The leaves of a mail in order, without recursion; a forwarded mail (``message/rfc822``) is one leaf."""
    stack: list[tuple[Message, bool, int]] = [(message, False, depth)]
    while stack:
        part, related, level = stack.pop()
        kind = content_type(part)
        if kind.startswith("multipart/"):
            children = _children(part)
            stack.extend((child, kind == "multipart/related", level + 1) for child in reversed(children))
        else:
            yield _leaf(part, kind, related, level)


def content_type(part: Message) -> str:
    """The content type in lower case; what is missing or malformed counts as text/plain."""
    value = next((unfold(v) for v in raw_headers(part, "content-type")), "")
    kind = re.split(r"[;\s]", value.strip(), maxsplit=1)[0].lower()
    return kind if re.fullmatch(r"[^/\s]+/[^/\s]+", kind) else part.get_default_type()


def _leaf(part: Message, kind: str, related: bool, depth: int) -> Leaf:
    name = attachment_name(part)
    disposition = next((unfold(v) for v in raw_headers(part, "content-disposition")), "")
    attached = bool(name) or disposition.lower().startswith("attachment") or not kind.startswith("text/")
    return Leaf(part, kind, name, attached or kind == "text/calendar", related, depth)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        return [child for child in payload if isinstance(child, Message)]
    return _rescued(part)


def _rescued(part: Message) -> list[Message]:
    """The parts of a multipart whose boundary is missing, misspelt or hidden under base64."""
    content = part_bytes(part)
    found = _FIRST_BOUNDARY.search(content)
    if not found:
        return []
    header = b'Content-Type: multipart/mixed; boundary="' + found[1].replace(b'"', b"") + b'"\r\n\r\n'
    try:
        again = email.message_from_bytes(header + content)
    except RecursionError:
        return []
    payload = again.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def part_bytes(part: Message) -> bytes:
    """The content of a part with its transfer encoding undone as far as it can be; never raises."""
    bare = copy.copy(part)  # without the header that the library would obey too narrowly
    del bare["content-transfer-encoding"]
    encoded = bare.get_payload(decode=True)
    if not isinstance(encoded, bytes):
        return b""
    value = next((unfold(v).lower() for v in raw_headers(part, "content-transfer-encoding")), "")
    if "base64" in value:
        return _from_base64(encoded)
    return binascii.a2b_qp(encoded) if "quoted-printable" in value else encoded


def _from_base64(encoded: bytes) -> bytes:
    try:
        return binascii.a2b_base64(encoded)
    except binascii.Error:
        return lenient_base64(encoded)


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
