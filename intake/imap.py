"""An IMAP account as a mailbox: everything by UID, nothing by text search, one body at a time."""

from __future__ import annotations

import email
import re
import ssl
import time
from collections.abc import Callable, Mapping, Set
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from imapclient import DELETED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from intake.arrivals import (
    After,
    Arrival,
    FolderRefused,
    MailboxUnreachable,
    MailGone,
    MailRefused,
    Probe,
    Seen,
    Source,
)
from intake.endpoint import Endpoint
from intake.imap_errors import login_refused, told, unreachable

T = TypeVar("T")

_CHINA = timezone(timedelta(hours=8))
_IDENTITY = {"name": "zhengji", "version": "1", "vendor": "zhengji"}
_NETEASE = re.compile(r"(^|\.)(163|126|188|yeah)\.(com|net)$")
_META_BATCH = 200
# One line of 50,000 ten-digit UIDs stays below the million bytes that imaplib reads as a line.
_SEARCH_WINDOW = 50_000
_CONNECTIONS = 4
_PAUSE_BEFORE_RECONNECT = 0.5
# Routers drop a silent connection unnoticed: a short IDLE finds out in time.
_IDLE_LONGEST = 300.0
_IDLE_SLICE = 1.0
_JUNK_NAMES = frozenset({"垃圾邮件", "垃圾箱"})
_SENT_NAMES = frozenset({"已发送", "已发送邮件", "Sent", "Sent Messages", "Sent Items"})


class _LostAgain(MailboxUnreachable):
    """The same command lost a second, new connection."""


class ImapMailbox:
    """A logged-in IMAP connection; a lost one is made anew a few times, then MailboxUnreachable tells."""

    def __init__(self, source: Source, endpoint: Endpoint) -> None:
        self._source = source
        self._endpoint = endpoint
        self._inbox = endpoint.path or "INBOX"
        self._remarks: list[str] = []
        self._selected = ("", "")
        self._targets: dict[str, str] = {}
        self._connections = _CONNECTIONS
        self._client: IMAPClient | None = None
        self._connected()

    def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        client, self._client = self._client, None
        if client is not None:
            client.__exit__(None, None, None)

    @property
    def supports_idle(self) -> bool:
        """Whether the server announces IDLE (NetEase does not)."""
        return self._ask(lambda client: bool(client.has_capability("IDLE")))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Folders looked into besides that the server did not open."""
        return tuple(self._remarks)

    def listing(self, seen: Seen) -> list[Arrival]:
        """Every mail not seen yet, the inbox first, each folder by ascending UID."""
        self._remarks = []
        found = self._ask(lambda client: self._in_folder(client, self._inbox, seen))
        for folder in self._besides():
            try:
                found += self._in_folder_besides(folder, seen)
            except FolderRefused as error:
                self._remarks.append(f"文件夹“{folder}”未能查看：{error}")
        return found

    def _in_folder_besides(self, folder: str, seen: Seen) -> list[Arrival]:
        return self._ask(lambda client: self._in_folder(client, folder, seen))

    def _besides(self) -> list[str]:
        also = self._source.also
        if not also:
            return []
        junk = not _JUNK_NAMES.isdisjoint(also)  # QQ and others name it in English, but flag it
        return [
            name
            for name, last, flags in self._ask(_folders)
            if name != self._inbox and (name in also or last in also or (junk and b"\\Junk" in flags))
        ]

    def _in_folder(self, client: IMAPClient, folder: str, seen: Seen) -> list[Arrival]:
        uidvalidity, count = self._select(client, folder)
        known = seen(folder, uidvalidity)
        new = [uid for uid in _all_uids(client, count) if str(uid) not in known]
        found = []
        for start in range(0, len(new), _META_BATCH):
            for uid, meta in _sizes_and_times(client, new[start : start + _META_BATCH]).items():
                size, internal = _size_and_time(meta)
                found.append(Arrival(folder, uidvalidity, str(uid), size, internal, inbox=folder == self._inbox))
        return found

    def fetch(self, arrival: Arrival) -> bytes:
        """The whole mail by BODY.PEEK[], which leaves its flags alone."""
        return self._part(arrival, "BODY.PEEK[]", b"BODY[]")

    def fetch_header(self, arrival: Arrival) -> bytes:
        """The header block by BODY.PEEK[HEADER]."""
        return self._part(arrival, "BODY.PEEK[HEADER]", b"BODY[HEADER]")

    def _part(self, arrival: Arrival, item: str, key: bytes) -> bytes:
        uid = int(arrival.uid)

        def fetch(client: IMAPClient) -> Mapping[bytes, Any] | None:
            self._enter(client, arrival)
            try:
                answer: Mapping[bytes, Any] | None = client.fetch([uid], [item]).get(uid)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise _unreadable(arrival, str(error)) from error
            return answer

        try:
            answer = self._ask(fetch)
        except _LostAgain as error:  # this mail breaks the server's session: it must not hold up those behind it
            raise _unreadable(arrival, error.message) from error
        if answer is None:
            raise _gone(arrival)
        body = answer.get(key)
        if not isinstance(body, bytes):
            raise _unreadable(arrival, "服务器返回的内容为空")
        return body

    def acknowledge(self, arrival: Arrival, how: After, target: str = "") -> None:
        r"""Set \\Seen, or move by MOVE, else by COPY, \\Deleted and UID EXPUNGE of this one mail."""
        if how == "leave":
            return
        uid = int(arrival.uid)

        def act(client: IMAPClient) -> None:
            self._enter(client, arrival)
            if how == "flag":
                client.add_flags([uid], [SEEN], silent=True)
            else:
                _move(client, uid, self._target(client, target))

        try:
            self._ask(act)
        except MailGone:
            return

    def idle(self, seconds: float, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Wait in IDLE, at most five minutes at a time; returns at once where the server has none."""
        if not self.supports_idle:
            return False
        return self._attempt(lambda client: self._wait(client, min(seconds, _IDLE_LONGEST), stopped))

    def _wait(self, client: IMAPClient, seconds: float, stopped: Callable[[], bool]) -> bool:
        self._select(client, self._inbox)
        client.idle()
        try:
            until = time.monotonic() + seconds
            while not stopped() and (left := until - time.monotonic()) > 0:
                if any(b"EXISTS" in answer for answer in client.idle_check(timeout=min(left, _IDLE_SLICE))):
                    return True
        finally:
            client.idle_done()
        return False

    def sent_ids(self, wanted: Set[str], newest: int = 300) -> frozenset[str]:
        """Look into the folder flagged or named as sent mail, by UID and the Message-ID header."""

        def look(client: IMAPClient) -> frozenset[str]:
            sent = [name for name, last, flags in _folders(client) if b"\\Sent" in flags or last in _SENT_NAMES]
            found: set[str] = set()
            for folder in sent:
                _, count = self._select(client, folder)
                found |= _message_ids(client, _all_uids(client, count)[-newest:])
            return frozenset(found & wanted)

        return self._ask(look)

    def probe(self) -> list[Probe]:
        """Login (already done), ID, the folders, and how new mail is noticed and moved."""
        names = [name for name, _, _ in self._ask(_folders)]
        _, count = self._ask(lambda client: self._select(client, self._inbox))
        besides = self._besides()
        missing = [name for name in self._source.also if name not in {b.rpartition("/")[2] for b in besides}]
        offers = self._ask(lambda client: {c.decode() for c in client.capabilities()})
        return [
            Probe("IMAP 登录", good=True, detail=f"{self._endpoint.user or '（无须登录）'} @ {self._endpoint.place}"),
            Probe("IMAP ID", good=True, detail="已发送" if "ID" in offers else "服务器未要求"),
            Probe("收件夹", good=True, detail=f"{self._inbox}，现有 {count} 封；全部文件夹 {len(names)} 个"),
            Probe(
                "另查文件夹", good=True, detail=f"{'、'.join(besides) or '无'}；不存在：{'、'.join(missing) or '无'}"
            ),
            Probe("IDLE", good=True, detail="支持，来信即办" if "IDLE" in offers else "不支持，按间隔轮询"),
        ]

    def _target(self, client: IMAPClient, wanted: str) -> str:
        """The real name of the folder to move into, made once where it is missing."""
        if wanted not in self._targets:
            self._targets[wanted] = _made(client, wanted)
        return self._targets[wanted]

    # -------------------------------------------------------------- the connection

    def _ask(self, act: Callable[[IMAPClient], T]) -> T:
        """Let ``act`` speak to the server, once more over a new connection if the old one was lost."""
        self._connected()
        try:
            return self._attempt(act)
        except MailboxUnreachable:
            if self._connections == 0:
                raise
        time.sleep(_PAUSE_BEFORE_RECONNECT)
        self._connected()
        try:
            return self._attempt(act)
        except MailboxUnreachable as error:
            raise _LostAgain(error.message, error.cure, error.wait) from error

    def _attempt(self, act: Callable[[IMAPClient], T]) -> T:
        try:
            with told(self._endpoint, self._source.password):
                return act(self._connected())
        except MailboxUnreachable:
            self._drop()
            raise

    def _connected(self) -> IMAPClient:
        if self._client is None:
            if self._connections == 0:
                raise unreachable(self._endpoint, OSError("服务器屡次断开"))
            self._connections -= 1
            self._selected = ("", "")
            self._client = _connect(self._source, self._endpoint)
        return self._client

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            _hang_up(client)

    def _select(self, client: IMAPClient, folder: str) -> tuple[str, int]:
        """Open a folder anew (so that it shows what has come since); its UIDVALIDITY and number of mails."""
        self._selected = ("", "")
        answer = client.select_folder(folder)
        uidvalidity = str(answer.get(b"UIDVALIDITY", 0))
        self._selected = (folder, uidvalidity)
        return uidvalidity, int(answer[b"EXISTS"])

    def _enter(self, client: IMAPClient, arrival: Arrival) -> None:
        wanted = (arrival.folder, arrival.uidvalidity)
        if self._selected != wanted:
            self._select(client, arrival.folder)
        if self._selected != wanted:  # the folder was made anew: this UID may now be another mail
            raise _gone(arrival)


def _connect(source: Source, endpoint: Endpoint) -> IMAPClient:
    """Connect, encrypt, log in and say who we are: NetEase opens no folder to a client that has not sent ID."""
    context = ssl.create_default_context()
    timeout = SocketTimeout(connect=min(source.timeout, 30.0), read=source.timeout)
    with told(endpoint, source.password), ExitStack() as undo:
        client = IMAPClient(
            endpoint.host,
            endpoint.port,
            ssl=endpoint.encrypted,
            ssl_context=context if endpoint.encrypted else None,
            timeout=timeout,
        )
        undo.callback(_hang_up, client)
        client.normalise_times = False
        if not endpoint.encrypted and not endpoint.loopback:
            client.starttls(context)
        offers_id = client.has_capability("ID")
        if endpoint.user:
            _log_in(client, source, endpoint)
        if offers_id or client.has_capability("ID") or _NETEASE.search(endpoint.host):
            _identify(client)
        undo.pop_all()
    return client


def _log_in(client: IMAPClient, source: Source, endpoint: Endpoint) -> None:
    """LOGIN, never AUTHENTICATE PLAIN: NetEase, QQ and Sina announce that and reject it."""
    try:
        client.login(endpoint.user, source.password or "")
    except LoginError as error:
        lost = error.__context__
        if isinstance(lost, IMAPClientAbortError):
            raise lost from None
        raise login_refused(endpoint, str(error), source.password) from None
    except UnicodeEncodeError:
        raise login_refused(endpoint, "账号或授权码含有非英文字符", None) from None


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


def _all_uids(client: IMAPClient, count: int) -> list[int]:
    """Every UID of the open folder, ascending; asked for by ALL, in windows of a very large folder."""
    if count <= _SEARCH_WINDOW:
        return sorted(client.search("ALL"))
    uids: set[int] = set()
    for start in range(1, count + 1, _SEARCH_WINDOW):
        uids.update(client.search(f"{start}:{min(count, start + _SEARCH_WINDOW - 1)}"))
    return sorted(uids)


def _sizes_and_times(client: IMAPClient, uids: list[int]) -> dict[int, Mapping[bytes, Any]]:
    """What the server tells of each mail that is still there; of one that it cannot speak of, nothing."""
    wanted = ["RFC822.SIZE", "INTERNALDATE"]
    try:
        answer: dict[int, Mapping[bytes, Any]] = client.fetch(uids, wanted)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        if len(uids) == 1:
            return {uids[0]: {}}
        return {uid: meta for one in uids for uid, meta in _sizes_and_times(client, [one]).items()}
    return answer


def _size_and_time(meta: Mapping[bytes, Any]) -> tuple[int, datetime | None]:
    internal = meta.get(b"INTERNALDATE")
    return int(meta.get(b"RFC822.SIZE") or 0), internal.astimezone(_CHINA) if isinstance(internal, datetime) else None


def _folders(client: IMAPClient) -> list[tuple[str, str, frozenset[bytes]]]:
    """Each folder that can be opened: its name, the last part of it, its flags."""
    found = []
    for flags, delimiter, name in client.list_folders():
        if not {b"\\noselect", b"\\nonexistent"} & {flag.lower() for flag in flags}:
            found.append((name, name.rpartition((delimiter or b"/").decode())[2], frozenset(flags)))
    return found


def _made(client: IMAPClient, wanted: str) -> str:
    """Make the folder unless it is there; some servers keep all folders below a prefix such as ``INBOX.``."""
    prefix = ""
    delimiter = "/"
    if client.has_capability("NAMESPACE") and (personal := client.namespace().personal):
        prefix, delimiter = personal[0][0], personal[0][1] or "/"
    name = prefix + wanted.replace("/", delimiter)
    if not client.folder_exists(name):
        client.create_folder(name)
        client.subscribe_folder(name)
    return name


def _move(client: IMAPClient, uid: int, folder: str) -> None:
    if client.has_capability("MOVE"):
        client.move([uid], folder)
        return
    client.copy([uid], folder)
    client.add_flags([uid], [DELETED], silent=True)
    if client.has_capability("UIDPLUS"):  # a plain EXPUNGE would erase what a person has marked, too
        client.uid_expunge([uid])


def _message_ids(client: IMAPClient, uids: list[int]) -> set[str]:
    found = set()
    for start in range(0, len(uids), _META_BATCH):
        answers = client.fetch(uids[start : start + _META_BATCH], ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
        for answer in answers.values():
            header = next((value for value in answer.values() if isinstance(value, bytes)), b"")
            found.add(str(email.message_from_bytes(header)["Message-ID"] or "").strip())
    return found


def _gone(arrival: Arrival) -> MailGone:
    return MailGone(f"文件夹“{arrival.folder}”中已没有邮件 {arrival.uid}。", "如系人工移走，无须处理。")


def _unreadable(arrival: Arrival, words: str) -> MailRefused:
    return MailRefused(
        f"服务器不能给出文件夹“{arrival.folder}”中的邮件 {arrival.uid}（{words}）。",
        "请在网页邮箱中查看这封邮件，必要时请来信人重发。",
    )
