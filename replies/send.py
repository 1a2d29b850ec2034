"""The way out: letters to an SMTP server over one kept connection, or into a Maildir."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from intake.post.arrivals import Probe, one_line
from intake.post.endpoint import BadAddress, Endpoint, parse_endpoint
from replies.delivery import (
    Deferred,
    DeliveryError,
    Refused,
    SendError,
    Stage,
    Uncertain,
    judge_answer,
)
from replies.maildir import MaildirOutlet

__all__ = ["Deferred", "DeliveryError", "Outgoing", "Outlet", "Refused", "SendError", "Uncertain", "open_outgoing"]

_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
_NO_CONNECTION_WAIT = 60.0  # doubled each time: nothing was asked of the provider, so that nothing is counted
_LOST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Where letters go: its URL, its password, seconds until a silence is an error."""

    url: str
    password: str | None = None
    timeout: float = 60.0

    def __repr__(self) -> str:
        """Everything but the password."""
        return f"Outgoing(url={self.url!r}, timeout={self.timeout!r})"


class Outlet(Protocol):
    """An open way out."""

    @property
    def throttled(self) -> bool:
        """Whether the other side counts letters, so that the throttle holds (SMTP)."""

    @property
    def repeatable(self) -> bool:
        """Whether the same letter handed over twice is one letter, so that no claim need outlive a power cut."""

    def send(self, message: bytes, sender: str, to: str) -> None:
        """Hand one letter over: the bytes of the whole mail, the envelope's sender and its one recipient.

        Returns when the other side has taken it. Raises Deferred, Refused, Uncertain or SendError.
        """

    def probe(self) -> Probe:
        """Try the way out without sending (connect and log in), for ``doctor``."""


@contextmanager
def open_outgoing(outgoing: Outgoing) -> Iterator[Outlet]:
    """Open the way out; an SMTP connection is made by the first letter. Raises SendError for a URL of no use."""
    try:
        endpoint = parse_endpoint(outgoing.url, ("smtp", "smtps", "maildir"))
    except BadAddress as error:
        raise SendError(f"[outgoing].url 无法使用：{error}。", "请按 smtps://账号@服务器 的写法改正。") from error
    if endpoint.scheme == "maildir":
        yield MaildirOutlet(Path(endpoint.path))
        return
    outlet = SmtpOutlet(outgoing, endpoint)
    try:
        yield outlet
    finally:
        outlet.close()


class SmtpOutlet:
    """One SMTP connection, kept over several letters and made anew where it was lost before a letter was complete."""

    throttled = True
    repeatable = False

    def __init__(self, outgoing: Outgoing, endpoint: Endpoint) -> None:
        self._outgoing = outgoing
        self._endpoint = endpoint
        self._smtp: smtplib.SMTP | None = None

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def send(self, message: bytes, sender: str, to: str) -> None:
        """Send one letter; once more over a new connection where the old one had come to its end."""
        if not _ADDRESS.fullmatch(sender):
            raise SendError(f"发件人地址“{sender}”无法用于发信。", "请核对 [outgoing].from。")
        recipient = _envelope(to)
        body = _on_the_wire(message)
        reused = self._smtp is not None
        try:
            self._deliver(body, sender, recipient)
        except Deferred as error:
            if not (error.again == "anew" and reused):
                raise
            self._drop()
            self._deliver(body, sender, recipient)

    def probe(self) -> Probe:
        """Connect and log in."""
        try:
            self._connected()
        except DeliveryError as error:
            return Probe("SMTP 登录", good=False, detail=error.reason)
        return Probe("SMTP 登录", good=True, detail=f"{self._endpoint.user or '（无须登录）'} @ {self._endpoint.place}")

    def _deliver(self, body: bytes, sender: str, recipient: str) -> None:
        smtp = self._connected()
        try:
            self._say(smtp, f"MAIL FROM:<{sender}>{_options(smtp, body)}", "sender")
            self._say(smtp, f"RCPT TO:<{recipient}>", "recipient")
            self._say(smtp, "DATA", "body")
            smtp.send(body)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            reason = f"发信途中与 {self._endpoint.place} 的连接中断（{error}）"
            raise Deferred(_LOST_WAIT, reason, "account", again="anew") from error
        # From the next byte on the letter is complete: only an answer tells whether it was taken.
        try:
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Uncertain(f"信件全文已交给 {self._endpoint.place}，但没有等到回执（{error}）") from error
        if 400 <= code < 600:
            raise self._refusal(code, text, "body")
        if not 200 <= code < 300:
            self._drop()
            words = f"{code} {self._hidden(_decoded(text))}"
            raise Uncertain(f"信件全文已交给 {self._endpoint.place}，但看不懂它的回执（{one_line(words)[:200]}）")

    def _say(self, smtp: smtplib.SMTP, command: str, stage: Stage) -> None:
        code, text = smtp.docmd(command)
        if code not in (250, 251, 354):
            raise self._refusal(code, text, stage)

    def _refusal(self, code: int, text: bytes, stage: Stage) -> DeliveryError:
        """What the answer means; the connection is left ready for the next letter, or dropped."""
        smtp = self._smtp
        try:
            if smtp is not None and smtp.rset()[0] != 250:
                self._drop()
        except (smtplib.SMTPException, OSError):
            self._drop()
        return judge_answer(code, self._hidden(_decoded(text)), stage)

    # -------------------------------------------------------------- the connection

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except smtplib.SMTPResponseException as error:
                stage: Stage = "login" if isinstance(error, smtplib.SMTPAuthenticationError) else "connect"
                raise judge_answer(error.smtp_code, self._hidden(_decoded(error.smtp_error)), stage) from None
            except smtplib.SMTPNotSupportedError as error:
                raise SendError(
                    f"发信服务器 {self._endpoint.place} 不支持加密（STARTTLS）或登录。", "请改用 smtps:// 或核对端口。"
                ) from error
            except ssl.SSLCertVerificationError as error:
                raise SendError(
                    f"发信服务器 {self._endpoint.place} 的证书无法通过校验（{error.verify_message}）。",
                    "请核对主机名；单位自建证书须先加入本机信任列表。",
                ) from error
            except (smtplib.SMTPException, OSError) as error:
                raise Deferred(_NO_CONNECTION_WAIT, _no_connection(self._endpoint, error), "account") from error
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        place = self._endpoint
        context = None if place.plain else ssl.create_default_context()
        # The literal saves a look-up of this machine's name, which may take long.
        name, timeout = "[127.0.0.1]", self._outgoing.timeout
        if place.encrypted:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(place.host, place.port, name, timeout=timeout, context=context)
        else:
            smtp = smtplib.SMTP(place.host, place.port, name, timeout=timeout)
        with ExitStack() as undo:
            undo.callback(smtp.close)
            # The closing dot goes out by itself; without this it waits for the acknowledgement of what went before.
            if smtp.sock is not None:
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._greet(smtp)
            if context is not None and not place.encrypted:
                smtp.starttls(context=context)
                self._greet(smtp)
            if place.user:
                self._log_in(smtp)
            undo.pop_all()
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        """EHLO; HELO to a server that does not know it. Any other answer is a refusal, and means what it says."""
        code, text = smtp.ehlo()
        if code in (500, 501, 502, 504) and not self._endpoint.user:
            code, text = smtp.helo()
        if not 200 <= code < 300:
            raise smtplib.SMTPHeloError(code, text)

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        """One attempt by one method: ``smtplib.login`` tries them all, and failures add up to a locked account."""
        smtp.user, smtp.password = self._endpoint.user, self._outgoing.password or ""
        if not f"{smtp.user}{smtp.password}".isascii():
            raise SendError("[outgoing] 的账号或授权码含有非英文字符。", "请核对后重新填写。")
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            smtp.auth("PLAIN", smtp.auth_plain)
        elif "LOGIN" in offered:
            smtp.auth("LOGIN", smtp.auth_login)
        else:
            raise smtplib.SMTPNotSupportedError("AUTH PLAIN and LOGIN")

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _hidden(self, text: str) -> str:
        """A server's words without the password, should it repeat it, as it is or as it was coded for it."""
        password, user = self._outgoing.password, self._endpoint.user
        if password:
            for said in (password, f"\0{user}\0{password}"):
                text = text.replace(said, "***").replace(b64encode(said.encode()).decode(), "***")
        return text


def _envelope(address: str) -> str:
    """The address as SMTP takes it, its domain in ASCII; Refused where it cannot be one."""
    if _ADDRESS.fullmatch(address):
        local, _, domain = address.rpartition("@")
        try:
            return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
        except UnicodeError:
            pass
    raise Refused("收件地址无法用于发信（含有不允许的字符）", recipient_dead=True)


def _on_the_wire(message: bytes) -> bytes:
    """Lines ended by CRLF, leading dots doubled; the closing dot is not in it."""
    body = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    body = re.sub(rb"(?m)^\.", b"..", body)
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _options(smtp: smtplib.SMTP, body: bytes) -> str:
    size = f" SIZE={len(body)}" if smtp.has_extn("size") else ""
    return size + (" BODY=8BITMIME" if smtp.has_extn("8bitmime") and not body.isascii() else "")


def _decoded(text: bytes | str) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("gb18030", errors="replace")


def _no_connection(place: Endpoint, error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return f"找不到发信服务器 {place.host}"
    if isinstance(error, TimeoutError):
        return f"发信服务器 {place.place} 长时间没有回应"
    if isinstance(error, ConnectionRefusedError):
        return f"发信服务器 {place.place} 拒绝连接，请核对 [outgoing].url 的主机和端口"
    return f"连不上发信服务器 {place.place}（{error}）"
