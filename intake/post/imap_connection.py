"""One IMAP connection: made, kept, and made anew where it was lost; everything else asks through it."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TypeVar

from imapclient import DELETED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from intake.post.arrivals import BadSource, MailboxUnreachable, Source
from intake.post.endpoint import Endpoint
from intake.post.imap_errors import login_refused, told, unreachable

__all__ = ["DELETED", "SEEN", "IMAPClient", "IMAPClientAbortError", "IMAPClientError", "ImapConnection", "LostAgain"]

T = TypeVar("T")

_IDENTITY = {"name": "zhengji", "version": "1", "vendor": "zhengji"}
_NETEASE = re.compile(r"(^|\.)(163|126|188|yeah)\.(com|net)$")
_RECONNECTS = 3


class LostAgain(MailboxUnreachable):
    """The same command lost a second, new connection."""


class ImapConnection:
    """A logged-in connection and the folder that is open in it.

    A lost one is made anew at most three times between two calls of ``renew``: a provider that drops every
    connection must not be asked for ever. Raises MailboxError only.
    """

    def __init__(self, source: Source, endpoint: Endpoint) -> None:
        self._source = source
        self._endpoint = endpoint
        self._open = ("", "")  # folder and UIDVALIDITY
        self.uid_next = 0  # the UID that the next mail of the open folder will have, as the server foretold
        self._reconnects = _RECONNECTS
        self._ended = False
        self._client: IMAPClient | None = _connect(source, endpoint)

    def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        client, self._client = self._client, None
        if client is not None:
            client.__exit__(None, None, None)

    def hang_up(self) -> None:
        """Cut the connection, from any thread, and make no other: a server that is silent need not be waited for."""
        self._ended = True
        client = self._client
        if client is not None:
            with suppress(OSError):  # past TLS, which is not made for two threads
                socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)

    def renew(self) -> None:
        """Allow reconnecting again: a new pass begins."""
        self._reconnects = _RECONNECTS

    def ask(self, act: Callable[[IMAPClient], T]) -> T:
        """Let ``act`` speak to the server, once more over a new connection if the old one was lost.

        ``act`` may therefore run twice. Raises LostAgain where the new one is lost, too.
        """
        self._connected()
        try:
            return self.ask_once(act)
        except MailboxUnreachable:
            if self._reconnects == 0 or self._ended:
                raise
        time.sleep(self._source.pause)
        self._connected()
        try:
            return self.ask_once(act)
        except MailboxUnreachable as error:
            raise LostAgain(error.message, error.cure, error.wait) from error

    def ask_once(self, act: Callable[[IMAPClient], T]) -> T:
        """Let ``act`` speak to the server; a connection that gets lost is given up."""
        client = self._connected()
        try:
            with told(self._endpoint, self._source.password):
                return act(client)
        except MailboxUnreachable:
            self._client = None
            _hang_up(client)
            raise

    def select(self, client: IMAPClient, folder: str) -> tuple[str, int]:
        """Open a folder anew (so that it shows what has come since): its UIDVALIDITY and its number of mails."""
        self._open = ("", "")
        answer = client.select_folder(folder)
        # NetEase gives the inbox of every account UIDVALIDITY 1: the account tells its UIDs from another's.
        uidvalidity = f"{answer.get(b'UIDVALIDITY', 0)} {self._endpoint.account}"
        self._open = (folder, uidvalidity)
        self.uid_next = int(answer.get(b"UIDNEXT", 0))
        return uidvalidity, int(answer.get(b"EXISTS", 0))

    def enter(self, client: IMAPClient, folder: str, uidvalidity: str) -> bool:
        """Open a folder unless it is open; false where it was made anew, so that its UIDs name other mails now."""
        if self._open != (folder, uidvalidity):
            self.select(client, folder)
        return self._open == (folder, uidvalidity)

    def _connected(self) -> IMAPClient:
        if self._client is None:
            if self._reconnects == 0 or self._ended:
                raise unreachable(self._endpoint, OSError("程序正在停止" if self._ended else "服务器屡次断开"))
            self._reconnects -= 1
            self._open = ("", "")
            self._client = _connect(self._source, self._endpoint)
        return self._client


def _connect(source: Source, endpoint: Endpoint) -> IMAPClient:
    """Connect, encrypt, log in and say who we are: NetEase opens no folder to a client that has not sent ID."""
    # Reading all of the system's certificates takes longer than a login on loopback, which needs none.
    context = None if endpoint.plain else ssl.create_default_context()
    timeout = SocketTimeout(connect=min(source.timeout, 30.0), read=source.timeout)
    with told(endpoint, source.password), ExitStack() as undo:
        try:
            client = IMAPClient(
                endpoint.host, endpoint.port, ssl=endpoint.encrypted, ssl_context=context, timeout=timeout
            )
        except IMAPClientError as error:  # it greeted with a BYE, or is no IMAP server
            raise unreachable(endpoint, OSError(str(error))) from error
        undo.callback(_hang_up, client)
        client.normalise_times = False
        # IMAPClient has imaplib write every answer out for its debug log, whole mails included: three times slower.
        client._imap.debug = 0
        if context is not None and not endpoint.encrypted:
            if not client.has_capability("STARTTLS"):
                raise BadSource(f"收信服务器 {endpoint.place} 不支持 STARTTLS 加密。", "请改用 imaps:// 地址。")
            client.starttls(context)
        offers_id = client.has_capability("ID")
        if endpoint.user:
            _log_in(client, source, endpoint)
        else:  # whether a mailbox may be opened without a login is for the server to say, not for imaplib
            client._imap.state = "AUTH"
        if offers_id or client.has_capability("ID") or _NETEASE.search(endpoint.host):
            _identify(client)
        undo.pop_all()
    return client


def _log_in(client: IMAPClient, source: Source, endpoint: Endpoint) -> None:
    """LOGIN, never AUTHENTICATE PLAIN: NetEase, QQ and Sina announce that and reject it."""
    try:
        client.login(endpoint.user, source.password or "")
    except LoginError as error:
        cause = error.__context__ or error
        if isinstance(cause, IMAPClientAbortError):
            raise cause from None
        raise login_refused(endpoint, cause, source.password) from None
    except UnicodeEncodeError:
        raise login_refused(endpoint, ValueError("账号或授权码含有非英文字符"), None) from None


def _identify(client: IMAPClient) -> None:
    send = IMAPClient.id_.__wrapped__  # without the look at the capabilities: NetEase wants it whatever it announces
    try:
        send(client, _IDENTITY)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        return  # some servers reject any ID; whether they open the folder, SELECT will tell


def _hang_up(client: IMAPClient) -> None:
    try:
        client.shutdown()
    except (IMAPClientError, OSError):
        return  # it was lost already
