"""A letter that is ready to go: its texts, its headers, and the bytes that are stored and sent.

Nothing from the mail that is answered reaches a header unfiltered: addresses and ids must be well-formed, all other
text loses its control characters.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from base64 import encodebytes
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,400}@[!-;=?-~]{1,400}>")
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
SUBJECT_LENGTH = 120
LONGEST_LINE = 600  # in the text of a letter
LONGEST_NAME = 900  # a header line ends at 998
UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})

Attachment = tuple[str, str, bytes]


@dataclass(frozen=True, slots=True)
class Reply:
    """One letter to one address.

    ``headers`` are those beyond From, To, Subject, Date and Message-ID; ``kind`` names what it is (``answer``,
    ``moved_up``, ``alert``, …); ``decision`` is that of X-Zhengji-Decision or ``""``; ``attachments`` are (name, type,
    bytes); ``priority`` orders the outbox (lower goes first), then ``deadline``.
    """

    to: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    message_id: str
    kind: str
    decision: str = ""
    attachments: tuple[Attachment, ...] = ()
    priority: int = 5
    deadline: datetime | None = None

    def to_bytes(self, sender: str, date: datetime) -> bytes:
        """The letter as RFC 5322 bytes with CRLF; ``sender`` is the configured From, ``date`` carries its zone."""
        top = (
            ("From", _from_header(sender)),
            ("To", self.to),
            ("Subject", _encoded(self.subject, "Subject")),
            ("Date", format_datetime(date)),
            ("Message-ID", self.message_id),
            *self.headers,
            ("MIME-Version", "1.0"),
        )
        texts = (_text_part("plain", self.text), _text_part("html", self.html))
        body = self._multipart("alternative", texts)
        if self.attachments:
            body = self._multipart("mixed", (body, *map(_file_part, self.attachments)))
        return _lines(top) + body

    def _multipart(self, kind: str, parts: Iterable[bytes]) -> bytes:
        """Parts as one; the boundary comes from the id: the same letter is the same bytes."""
        boundary = f"=_{kind}_{hashlib.sha256(self.message_id.encode()).hexdigest()[:24]}"
        mark = b"--" + boundary.encode()
        inside = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
        return (
            _lines([("Content-Type", f'multipart/{kind};\r\n boundary="{boundary}"')])
            + b"\r\n"
            + inside
            + mark
            + b"--\r\n"
        )


def automatic_headers(receipt: str = "", decision: str = "", *, replied: bool = True) -> tuple[tuple[str, str], ...]:
    """The headers that every letter of ours bears; ``replied``: it answers a mail just come in."""
    headers = [
        ("Auto-Submitted", "auto-replied" if replied else "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    if receipt:
        headers.append(("X-Zhengji-Receipt", plain_line(receipt)))
    if decision:
        headers.append(("X-Zhengji-Decision", decision))
    return tuple(headers)


def thread_headers(parent: str, *earlier: str) -> tuple[tuple[str, str], ...]:
    """In-Reply-To ``parent``, References to ``earlier`` and ``parent``; nothing for ids that are not well-formed."""
    known = [i for i in dict.fromkeys((*earlier, parent)) if MESSAGE_ID.fullmatch(i)]
    if not known:
        return ()
    headers = [("References", "\r\n ".join(known))]
    if MESSAGE_ID.fullmatch(parent):
        headers.insert(0, ("In-Reply-To", parent))
    return tuple(headers)


def message_id_of(own_address: str, receipt: str, kind: str, decided: Iterable[object]) -> str:
    """The Message-ID fixed by a decision: the same receipt, kind and decided facts give the same id."""
    words = "\x1f".join([receipt, kind, *map(str, decided)])
    digest = hashlib.sha256(words.encode()).hexdigest()[:20]
    domain = own_address.rpartition("@")[2] or "localhost"
    local = ".".join(filter(None, (receipt.lower(), kind.replace("_", "-"), digest)))
    return f"<{local}@{domain}>"


def plain_line(text: str, length: int = SUBJECT_LENGTH) -> str:
    """Text fit for one header line or one line of a letter: no control or direction marks, blanks run together."""
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(c) in UNSEEN else c for c in text)
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def can_be_answered(address: str) -> bool:
    """Whether an address can stand in a To header and an SMTP envelope as it is."""
    return ADDRESS.fullmatch(address) is not None


def _from_header(sender: str) -> str:
    name, address = parseaddr(sender)
    return f"{_encoded(plain_line(name), 'From')} <{address}>" if name else address


# The bytes are put together here and not by ``email.generator``, which takes twenty times as long for the same lines;
# everything that needs judgement (encoded words, dates, base64) is the library's.


def _encoded(text: str, header: str) -> str:
    return Header(text, "utf-8", maxlinelen=64, header_name=header).encode(linesep="\r\n")


def _lines(headers: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")


def _text_part(kind: str, text: str) -> bytes:
    content = text.replace("\n", "\r\n").encode()
    return _part((("Content-Type", f'text/{kind}; charset="utf-8"'),), content)


def _file_part(attachment: Attachment) -> bytes:
    name, mime, content = attachment
    # Both spellings: RFC 2231 for who follows the standard, an encoded word in Content-Type for older Chinese clients.
    headers = (
        ("Content-Type", f'{mime};\r\n name="{_encoded(name, "Content-Type")}"'),
        ("Content-Disposition", f"attachment;\r\n {_file_name(name)}"),
    )
    return _part(headers, content)


def _file_name(name: str) -> str:
    """The name by RFC 2231, in one piece where a line can hold it, else in several."""
    quoted = quote(name, safe="")
    if len(quoted) <= LONGEST_NAME:
        return f"filename*=utf-8''{quoted}"
    pieces = [quote(name[i : i + 40], safe="") for i in range(0, len(name), 40)]
    pieces[0] = "utf-8''" + pieces[0]
    return ";\r\n ".join(f"filename*{n}*={piece}" for n, piece in enumerate(pieces))


def _part(headers: Iterable[tuple[str, str]], content: bytes) -> bytes:
    coded = encodebytes(content).replace(b"\n", b"\r\n")
    return _lines((*headers, ("Content-Transfer-Encoding", "base64"))) + b"\r\n" + coded
