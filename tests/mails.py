"""Mails for the tests, built in code: every way of writing a name, bodies, headers, forwarded mails."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from urllib.parse import quote

BEIJING = timezone(timedelta(hours=8))
RECEIVED = datetime(2026, 6, 1, 9, 30, 12, tzinfo=BEIJING)
UNIT = "包头市科学技术局"
SENDER = "kjj-baotou@example.cn"
MAILBOX = "zhengji@example.gov.cn"


@dataclass(frozen=True)
class Attached:
    """A file of a mail and how its name is written: see ``NAMINGS``."""

    name: str
    content: bytes
    naming: str = "rfc2231"
    mime: str = "application/octet-stream"
    disposition: str | None = "attachment"


def attached(name: str, content: bytes, naming: str = "rfc2231", **more: str | None) -> Attached:
    """A file as it hangs on a mail."""
    return Attached(name, content, naming, **more)  # type: ignore[arg-type]


def mail(
    *,
    sender: str = SENDER,
    sender_name: str = UNIT,
    subject: str = "包头市科学技术局报送2027年度重大科技创新需求",
    text: str = "高新处：\n现报送我单位推荐的创新需求，电子版见附件，请查收。\n",
    attachments: Sequence[Attached] = (),
    received: datetime = RECEIVED,
    message_id: str | None = "<20260601.0001@example.cn>",
    headers: Mapping[str, str] | None = None,
    html: str = "",
) -> bytes:
    """A mail as a server would store it (CRLF, Received on top); ``headers`` are added as they stand."""
    body: MIMEBase = MIMEText(text, "plain", "utf-8")
    if html:
        both = MIMEMultipart("alternative")
        both.attach(body)
        both.attach(MIMEText(html, "html", "utf-8"))
        body = both
    message: MIMEBase = body
    if attachments:
        message = MIMEMultipart("mixed")
        message.attach(body)
        for file in attachments:
            message.attach(_part(file))
    message["Date"] = format_datetime(received - timedelta(seconds=30))
    message["From"] = f"{Header(sender_name, 'utf-8').encode()} <{sender}>" if sender_name else sender
    message["To"] = MAILBOX
    message["Subject"] = Header(subject, "utf-8").encode()
    if message_id:
        message["Message-ID"] = message_id
    for name, value in (headers or {}).items():
        message[name] = value
    raw = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for file in attachments:
        raw = raw.replace(_marker(file).encode(), raw_name(file))
    return _received(received).encode() + raw


def forwarded(raw: bytes, **more: object) -> bytes:
    """A mail that carries another as message/rfc822."""
    inner = MIMEMessage(message_from_bytes(raw))
    outer = MIMEMultipart("mixed")
    outer.attach(MIMEText("转发，请查收附件。", "plain", "utf-8"))
    outer.attach(inner)
    outer["From"] = str(more.get("sender", SENDER))
    outer["To"], outer["Subject"], outer["Message-ID"] = MAILBOX, "Fwd: report", "<fwd.1@example.cn>"
    return _received(RECEIVED).encode() + outer.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _received(at: datetime) -> str:
    return (
        "Return-Path: <bounce@example.cn>\r\n"
        "Received: from mx.example.cn (mx.example.cn [192.0.2.1]) by mail.example.gov.cn with ESMTPS id 1;\r\n"
        f"\t{format_datetime(at)}\r\n"
    )


def encoded_word(name: str, charset: str) -> str:
    """One encoded word, however long."""
    return f"=?{charset.upper()}?B?{base64.b64encode(name.encode(charset)).decode()}?="


def _part(file: Attached) -> MIMEBase:
    main, _, sub = file.mime.partition("/")
    part = MIMEApplication(file.content, sub) if main == "application" else MIMEBase(main, sub)
    if main != "application":
        part.set_payload(base64.encodebytes(file.content).decode())
        part["Content-Transfer-Encoding"] = "base64"
    name = NAMINGS[file.naming](file.name)
    if file.disposition:
        part["Content-Disposition"] = f"{file.disposition};\n {name}" if name else file.disposition
    elif name:
        part.replace_header("Content-Type", f"{file.mime};\n {name.replace('filename', 'name', 1)}")
    return part


def _continued(name: str) -> str:
    quoted = quote(name)
    pieces = [quoted[i : i + 60] for i in range(0, len(quoted), 60)]
    return ";\n ".join(f"filename*{i}*={'UTF-8' + chr(39) * 2 if i == 0 else ''}{p}" for i, p in enumerate(pieces))


def _split_word(name: str) -> str:
    """GB18030 cut in the middle of a character, two words folded: what common clients do."""
    content = name.encode("gb18030")
    middle = len(content) // 2 | 1
    words = [f"=?gb18030?B?{base64.b64encode(p).decode()}?=" for p in (content[:middle], content[middle:])]
    return f'filename="{words[0]}\n {words[1]}"'


def _marker_of(name: str) -> str:
    return "RAWNAME" + base64.b32encode(name.encode()).decode().rstrip("=")


def _marker(file: Attached) -> str:
    return _marker_of(file.name)


def raw_name(file: Attached) -> bytes:
    """The eight-bit bytes of a name that was put into the header unencoded."""
    return file.name.encode("gb18030" if file.naming == "raw-gbk" else "utf-8")


NAMINGS = {
    "rfc2231": lambda n: f"filename*=UTF-8''{quote(n)}",
    "rfc2231-gbk": lambda n: f"filename*=GBK''{quote(n.encode('gb18030'))}",
    "rfc2231-split": _continued,
    "encoded-word": lambda n: f'filename="{encoded_word(n, "utf-8")}"',
    "encoded-word-gbk": lambda n: f'filename="{encoded_word(n, "gb18030")}"',
    "encoded-word-split": _split_word,
    "raw-gbk": lambda n: f'filename="{_marker_of(n)}"',
    "raw-utf8": lambda n: f'filename="{_marker_of(n)}"',
    "none": lambda _: "",
}
