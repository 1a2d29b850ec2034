"""A real SMTP server on loopback for the tests: aiosmtpd, which can be told to refuse and to hang up."""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from servers import PASSWORD, free_port


@dataclass
class Delivered:
    """A letter as the SMTP server took it."""

    sender: str
    recipient: str
    data: bytes


class _ScriptedSMTP(SMTP):
    """Answers a command by the next line of the script for it, or hangs up where that is None."""

    script: dict[str, list[str | None]]

    async def _scripted(self, command: str) -> bool:
        self.script.setdefault("seen", []).append(command)
        if not self.script.get(command):
            return False
        answer = self.script[command].pop(0)
        if answer is None:
            self.transport.abort()
        else:
            await self.push(answer)
        return True

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - named by aiosmtpd
        if not await self._scripted("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        if not await self._scripted("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        if not await self._scripted("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        if not await self._scripted("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if not await self._scripted("DATA"):
            await super().smtp_DATA(arg)


class SmtpServer:
    """An SMTP server that keeps what it accepts and can be told to refuse or to hang up.

    ``user`` and PASSWORD must be given where ``login`` is true; ``tls`` is a (certificate, key): from the first byte,
    or by STARTTLS where ``starttls`` is true.
    """

    def __init__(self, *, login: bool = True, tls: tuple[Path, Path] | None = None, starttls: bool = False) -> None:
        self.user = "desk@example.cn"
        self.password = PASSWORD
        self.letters: list[Delivered] = []
        self.script: dict[str, list[str | None]] = {}
        self._login = login
        self._starttls = starttls
        self._context = None
        if tls is not None:
            self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._context.load_cert_chain(*tls)
        direct = self._context if not starttls else None
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), ssl_context=direct)
        self._controller.factory = self._make  # type: ignore[method-assign]

    def _make(self) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # it dislikes a login without TLS, which on loopback is as the contract says
            server = _ScriptedSMTP(
                self,
                hostname="mx.example.cn",
                authenticator=self._authenticate,
                auth_required=self._login,
                auth_require_tls=False,
                tls_context=self._context if self._starttls else None,
            )
        server.script = self.script
        return server

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        good = (data.login, data.password) == (self.user.encode(), self.password.encode())
        return AuthResult(success=good, handled=good)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        lines = self.script.get(".")
        answer = lines.pop(0) if lines else "250 OK"
        if answer is None or answer.startswith("250"):
            self.letters.append(Delivered(envelope.mail_from or "", envelope.rcpt_tos[0], content))
        if answer is None:
            server.transport.abort()
            return "250 never read"
        return answer

    def answer(self, command: str, *replies: str | None) -> None:
        """Answer the next MAIL, RCPT, DATA, ``.`` … so; None hangs up (at ``.`` after the letter was kept)."""
        self.script.setdefault(command, []).extend(replies)

    @property
    def connections(self) -> int:
        """How many times a client has greeted."""
        return self.script.get("seen", []).count("EHLO")

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def url(self) -> str:
        scheme = "smtps" if self._context and not self._starttls else "smtp"
        user = self.user.replace("@", "%40") + "@" if self._login else ""
        return f"{scheme}://{user}127.0.0.1:{self.port}"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()
