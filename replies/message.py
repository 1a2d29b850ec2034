"""A letter that is ready to go: its texts, its headers, and the bytes that are stored and sent.

Nothing from the mail that is answered reaches a header unfiltered: addresses and ids must be well-formed, all other
text loses its control characters.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr

MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,400}@[!-;=?-~]{1,400}>")
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
WIRE = policy.compat32.clone(linesep="\r\n", max_line_length=76)
SUBJECT_LENGTH = 120

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
        message = self._body()
        message["From"] = _from_header(sender)
        message["To"] = self.to
        message["Subject"] = Header(self.subject, "utf-8", maxlinelen=64, header_name="Subject").encode()
        message["Date"] = format_datetime(date)
        message["Message-ID"] = self.message_id
        for name, value in self.headers:
            message[name] = value
        return message.as_bytes(policy=WIRE)

    def _body(self) -> MIMEMultipart:
        texts = MIMEMultipart("alternative")
        texts.attach(MIMEText(self.text, "plain", "utf-8"))
        texts.attach(MIMEText(self.html, "html", "utf-8"))
        whole = texts
        if self.attachments:
            whole = MIMEMultipart("mixed")
            for part in (texts, *map(_part, self.attachments)):
                whole.attach(part)
        _fix_boundaries(whole, self.message_id)
        return whole


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
    headers = [("References", "\n ".join(known))]
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
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") else c for c in text)
    line = " ".join(kept.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def can_be_answered(address: str) -> bool:
    """Whether an address can stand in a To header and an SMTP envelope as it is."""
    return ADDRESS.fullmatch(address) is not None


def _from_header(sender: str) -> str:
    name, address = parseaddr(sender)
    return formataddr((Header(plain_line(name), "utf-8").encode(), address)) if name else address


def _part(attachment: Attachment) -> MIMEBase:
    name, mime, content = attachment
    main, _, sub = mime.partition("/")
    # Both spellings: RFC 2231 for who follows the standard, an encoded word in Content-Type for older Chinese clients.
    part = MIMEBase(main, sub, name=Header(name, "utf-8", maxlinelen=70).encode())
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part


def _fix_boundaries(whole: MIMEMultipart, message_id: str) -> None:
    """The same letter is the same bytes: boundaries come from its id, not from chance."""
    seed = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    for n, part in enumerate(p for p in whole.walk() if p.is_multipart()):
        part.set_boundary(f"=_zhengji_{seed}_{n}")
