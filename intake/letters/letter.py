"""From the bytes of a mail to a Letter: who writes, when, what about, and whether a machine wrote it."""

from __future__ import annotations

import email.feedparser
import email.parser
import email.utils
import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from intake.letters.authentication import authenticate
from intake.letters.automatic import why_automatic
from intake.letters.body import Body
from intake.letters.links import cloud_links
from intake.letters.mending import HEAD_BYTES, mended
from intake.letters.mime import body_of
from intake.letters.names import clean_text, decode_words, header_text, raw_headers, unfold
from intake.model import CloudLink, Letter

_ADDRESS = re.compile(r"^[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\".]+$")
_MESSAGE_ID = re.compile(r"<[^<>\s\[\]@]{1,200}@[^<>\s@]{1,200}>", re.ASCII)
_CHUNK = 64 * 1024
_FORWARDED = re.compile(r"\s*(?:转发|轉發|fwd?)\s*[:：]", re.IGNORECASE)
OWN_WORDS = 20_000
FROM_CHARACTERS = 2_000


class TooDeep(Exception):
    """A mail whose parts are nested so deep that the parser gives up."""


def parse_message(raw: bytes) -> Message:
    """The MIME tree of a mail; raises TooDeep for one that is nested beyond what the parser bears."""
    raw = mended(raw)
    parser = email.feedparser.BytesFeedParser()
    try:
        for start in range(0, len(raw), _CHUNK):  # the library's shorter way takes six times the memory of the mail
            parser.feed(raw[start : start + _CHUNK])
        return parser.close()
    except RecursionError as error:
        raise TooDeep from error


def parse_head(raw: bytes) -> Message:
    """The header alone of a mail, whatever its body holds."""
    return email.parser.BytesParser().parsebytes(mended(raw[:HEAD_BYTES]), headersonly=True)


def parse_letter(raw: bytes, authserv: tuple[str, ...]) -> Letter:
    """A mail as a Letter; never raises, a mail nested too deep is judged by its header.

    ``authserv`` names further hosts whose Authentication-Results are believed.
    """
    try:
        message = parse_message(raw)
    except TooDeep:
        return letter_of(parse_head(raw), Body(), authserv)
    return letter_of(message, body_of(message), authserv)


def letter_of(message: Message, body: Body, authserv: tuple[str, ...], further: tuple[Body, ...] = ()) -> Letter:
    """The Letter of a parsed mail; ``further`` are bodies of mails forwarded in it, looked at for cloud links."""
    senders, name = _senders(message)
    sender = senders[0] if len(senders) == 1 else ""
    subject = header_text(message, "subject")
    authentication, detail = authenticate(message, sender, authserv)
    return Letter(
        senders=senders,
        sender_name=name,
        subject=subject,
        message_id=_message_id(message),
        references=_references(message),
        date=_when(header_text(message, "date")),
        received_header=_received(message),
        return_path=_return_path(message),
        automatic=why_automatic(message, sender, subject, body.text),
        authentication=authentication,
        authentication_detail=detail,
        own_words=body.own_words[:OWN_WORDS],
        cloud_links=_links(body, further, forwarded=_FORWARDED.match(subject) is not None),
        receipt_mentioned=header_text(message, "x-zhengji-receipt"),
    )


def _links(body: Body, further: tuple[Body, ...], *, forwarded: bool) -> tuple[CloudLink, ...]:
    return cloud_links(body, forwarded=forwarded) + tuple(link for inner in further for link in cloud_links(inner))


def _senders(message: Message) -> tuple[tuple[str, ...], str]:
    """The addresses of every From header, lower case, and the first display name; what is no address is left out."""
    try:
        pairs = _addresses([unfold(v)[:FROM_CHARACTERS] for v in raw_headers(message, "from")[:10]])
    except RecursionError:  # comments in comments without end
        return (), ""
    good = [(name, address.strip().lower()) for name, address in pairs if _is_address(address)]
    name = clean_text(decode_words(good[0][0])) if good else ""
    return tuple(address for _, address in good), name


def _addresses(headers: list[str]) -> list[tuple[str, str]]:
    """Every address with its name; newer Pythons would drop all of a header over one comma too many in a name."""
    if getattr(email.utils, "supports_strict_parsing", False):
        return getaddresses(headers, strict=False)
    return getaddresses(headers)


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.match(text.strip())) and "=?" not in text


def _message_id(message: Message) -> str:
    values = [unfold(v) for v in raw_headers(message, "message-id")]
    return values[0] if len(values) == 1 and _MESSAGE_ID.fullmatch(values[0]) else ""


def _references(message: Message) -> tuple[str, ...]:
    texts = (*raw_headers(message, "references"), *raw_headers(message, "in-reply-to"))
    return tuple(dict.fromkeys(m[0] for text in texts for m in _MESSAGE_ID.finditer(text)))[:100]


def _received(message: Message) -> datetime | None:
    top = raw_headers(message, "received")
    return _when(unfold(top[0]).rpartition(";")[2]) if top else None


def _return_path(message: Message) -> str | None:
    values = [unfold(v) for v in raw_headers(message, "return-path")]
    return values[0].strip("<> ").lower() if values else None


def _when(text: str) -> datetime | None:
    """A mail date with its zone (UTC where it names none); nothing where it cannot be read."""
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return moment
