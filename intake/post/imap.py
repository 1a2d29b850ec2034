"""An IMAP account as a mailbox: everything by UID, nothing by text search, one body at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.post.arrivals import (
    After,
    Arrival,
    Filed,
    FolderRefused,
    MailGone,
    MailRefused,
    Probe,
    Seen,
    Source,
)
from intake.post.endpoint import Endpoint
from intake.post.imap_commands import (
    all_uids,
    content,
    folders,
    made,
    message_ids,
    move,
    size_and_time,
    sizes_and_times,
)
from intake.post.imap_connection import (
    SEEN,
    IMAPClient,
    IMAPClientAbortError,
    IMAPClientError,
    ImapConnection,
    LostAgain,
)

_BATCH = 200
# Routers drop a silent connection unnoticed: a short IDLE finds out in time.
_IDLE_LONGEST = 300.0
_IDLE_SLICE = 1.0
_JUNK_NAMES = frozenset({"垃圾邮件", "垃圾箱"})
_SENT_NAMES = frozenset({"已发送", "已发送邮件", "Sent", "Sent Messages", "Sent Items"})


class ImapMailbox:
    """A logged-in IMAP account; a lost connection is made anew a few times, then MailboxUnreachable tells."""

    def __init__(self, source: Source, endpoint: Endpoint) -> None:
        self._source = source
        self._endpoint = endpoint
        self._inbox = "INBOX" if endpoint.path.upper() in ("", "INBOX") else endpoint.path  # its case has no meaning
        self._remarks: list[str] = []
        self._met_again: list[Arrival] = []
        self._targets: dict[str, str] = {}
        self._listed_to = 0
        self._connection = ImapConnection(source, endpoint)

    def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        self._connection.close()

    def hang_up(self) -> None:
        """Cut the connection and make no other."""
        self._connection.hang_up()

    @property
    def supports_idle(self) -> bool:
        """Whether the server announces IDLE (NetEase does not)."""
        return self._connection.ask(lambda client: bool(client.has_capability("IDLE")))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Folders looked into besides that the server did not open."""
        return tuple(self._remarks)

    @property
    def met_again(self) -> tuple[Arrival, ...]:
        """The newest of the mails that were seen before, as they are described now."""
        return tuple(self._met_again)

    def listing(self, seen: Seen) -> list[Arrival]:
        """Every mail not seen yet, the inbox first, each folder by ascending UID."""
        self._connection.renew()
        self._remarks, self._met_again = [], []
        found = self._in_folder(self._inbox, seen)
        self._listed_to = self._connection.uid_next
        for folder in self._besides():
            try:
                found += self._in_folder(folder, seen)
            except FolderRefused as error:
                self._remarks.append(f"文件夹“{folder}”未能查看：{error}")
        return found

    def _in_folder(self, folder: str, seen: Seen) -> list[Arrival]:
        def uids_now(client: IMAPClient) -> tuple[str, list[int]]:
            uidvalidity, count = self._connection.select(client, folder)
            return uidvalidity, all_uids(client, count)

        uidvalidity, uids = self._connection.ask(uids_now)
        known = seen(folder, uidvalidity)
        new = [uid for uid in uids if str(uid) not in known]
        found: list[Arrival] = []
        for start in range(0, len(new), _BATCH):
            found += self._described(folder, uidvalidity, new[start : start + _BATCH])
        if old := [uid for uid in uids if str(uid) in known][-_BATCH:]:
            self._met_again += self._described(folder, uidvalidity, old)
        return found

    def _described(self, folder: str, uidvalidity: str, uids: list[int]) -> list[Arrival]:
        def ask_for(client: IMAPClient) -> Mapping[int, Mapping[bytes, Any]]:
            if not self._connection.enter(client, folder, uidvalidity):
                return {}  # made anew since the UIDs were read: the next listing reads them again
            return sizes_and_times(client, uids)

        inbox = folder == self._inbox
        return [
            Arrival(folder, uidvalidity, str(uid), *size_and_time(meta), inbox=inbox)
            for uid, meta in self._connection.ask(ask_for).items()
        ]

    def _besides(self) -> list[str]:
        also = self._source.also
        if not also:
            return []
        junk = not _JUNK_NAMES.isdisjoint(also)  # QQ and others name it in English, but flag it
        return [
            name
            for name, last, flags in self._connection.ask(folders)
            if name != self._inbox and (name in also or last in also or (junk and b"\\Junk" in flags))
        ]

    def fetch(self, arrival: Arrival) -> bytes:
        """The whole mail by BODY.PEEK[], which leaves its flags alone."""
        return self._part(arrival, "BODY.PEEK[]", b"BODY[]")

    def fetch_header(self, arrival: Arrival) -> bytes:
        """The header block by BODY.PEEK[HEADER]."""
        return self._part(arrival, "BODY.PEEK[HEADER]", b"BODY[HEADER]")

    def _part(self, arrival: Arrival, item: str, key: bytes) -> bytes:
        uid = int(arrival.uid)

        def read(client: IMAPClient) -> bytes:
            self._enter(client, arrival)
            found = content(client, uid, item, key)
            if isinstance(found, str):
                # A mail that was taken away in another session may read as empty until the folder is opened anew.
                _, count = self._connection.select(client, arrival.folder)
                if uid not in all_uids(client, count):
                    raise _gone(arrival)
                found = content(client, uid, item, key)
            if isinstance(found, str):
                raise _unreadable(arrival, found)
            return found

        try:
            return self._connection.ask(read)
        except LostAgain as error:  # this mail breaks the server's session: it must not hold up those behind it
            raise _unreadable(arrival, error.message) from error

    def acknowledge(self, arrivals: Sequence[Arrival], how: After, target: str = "") -> None:
        r"""Set \\Seen on all at once, or move one by one by MOVE, else by COPY, \\Deleted and UID EXPUNGE.

        One by one, so that a connection lost between COPY and EXPUNGE leaves two copies of one mail at most.
        Raises MailRefused where the server will not have it of these mails, FolderRefused of any of the folder.
        """
        if how == "leave" or not arrivals:
            return
        uids = [int(arrival.uid) for arrival in arrivals]

        def act(client: IMAPClient) -> None:
            self._enter(client, arrivals[0])
            place = self._target(client, target) if how == "move" else ""
            try:
                if how == "flag":
                    client.add_flags(uids, [SEEN], silent=True)
                for uid in uids if how == "move" else ():
                    move(client, uid, place)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise _unmarked(arrivals[0], str(error)) from error

        try:
            self._connection.ask(act)
        except MailGone:
            return

    def idle(self, seconds: float, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Wait in IDLE, at most five minutes at a time; returns at once where the server has none."""
        if not self.supports_idle:
            return False
        return self._connection.ask_once(lambda client: self._wait(client, min(seconds, _IDLE_LONGEST), stopped))

    def _wait(self, client: IMAPClient, seconds: float, stopped: Callable[[], bool]) -> bool:
        self._connection.select(client, self._inbox)
        if self._connection.uid_next != self._listed_to:
            return True  # something came between the last listing and now
        client.idle()
        try:
            until = time.monotonic() + seconds
            while not stopped() and (now := time.monotonic()) < until:
                patience = min(until - now, _IDLE_SLICE)
                answers = client.idle_check(timeout=patience)
                if any(b"EXISTS" in answer for answer in answers):
                    return True
                if not answers and time.monotonic() - now < patience / 2:
                    break  # nothing to read although something was: the line is dead, and the farewell will tell
        finally:
            client.idle_done()
        return False

    def sent_since(self, moment: datetime) -> Filed:
        """Look into the folders flagged or named as sent mail, by UID and the Message-ID header, the newest first."""

        def look(client: IMAPClient) -> Filed:
            sent = [name for name, last, flags in folders(client) if b"\\Sent" in flags or last in _SENT_NAMES]
            found: set[str] = set()
            whole = bool(sent)
            for folder in sent:
                ids, complete = self._sent_in(client, folder, moment)
                found |= ids
                whole &= complete
            return Filed(frozenset(found), len(sent), whole)

        return self._connection.ask(look)

    def _sent_in(self, client: IMAPClient, folder: str, moment: datetime) -> tuple[set[str], bool]:
        try:
            _, count = self._connection.select(client, folder)
            return message_ids(client, all_uids(client, count), moment)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            return set(), False  # it does not open: nobody knows what lies in it

    def probe(self) -> list[Probe]:
        """Login (already done), ID, the folders, and how new mail is noticed and moved."""
        ask = self._connection.ask
        names = ask(folders)
        _, count = ask(lambda client: self._connection.select(client, self._inbox))
        offers = ask(lambda client: {name.decode() for name in client.capabilities()})
        there = {name for name, _, _ in names} | {last for _, last, _ in names}
        missing = "、".join(name for name in self._source.also if name not in there) or "无"
        besides = "、".join(self._besides()) or "无"
        return [
            Probe("IMAP 登录", good=True, detail=f"{self._endpoint.user or '（无须登录）'} @ {self._endpoint.place}"),
            Probe("IMAP ID", good=True, detail="已发送" if "ID" in offers else "服务器未要求"),
            Probe("收件夹", good=True, detail=f"{self._inbox}，现有 {count} 封；全部文件夹 {len(names)} 个"),
            Probe("另查文件夹", good=True, detail=f"{besides}；不存在：{missing}"),
            Probe("IDLE", good=True, detail="支持，来信即办" if "IDLE" in offers else "不支持，按间隔轮询"),
        ]

    def _enter(self, client: IMAPClient, arrival: Arrival) -> None:
        """Open the folder of a mail; MailGone where it was deleted or made anew."""
        try:
            same = self._connection.enter(client, arrival.folder, arrival.uidvalidity)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            if arrival.folder == self._inbox:
                raise
            same = False
        if not same:
            raise _gone(arrival)

    def _target(self, client: IMAPClient, wanted: str) -> str:
        """The real name of the folder to move into, made once where it is missing."""
        if wanted not in self._targets:
            self._targets[wanted] = made(client, wanted)
        return self._targets[wanted]


def _gone(arrival: Arrival) -> MailGone:
    return MailGone(f"文件夹“{arrival.folder}”中已没有邮件 {arrival.uid}。", "如系人工移走，无须处理。")


def _unmarked(arrival: Arrival, words: str) -> MailRefused:
    return MailRefused(
        f"服务器不让标记或移动文件夹“{arrival.folder}”中的邮件 {arrival.uid}（{words}）。",
        "不影响受理和答复；请在网页邮箱中查看这封邮件和邮箱的剩余空间。",
    )


def _unreadable(arrival: Arrival, words: str) -> MailRefused:
    return MailRefused(
        f"服务器不能给出文件夹“{arrival.folder}”中的邮件 {arrival.uid}（{words}）。",
        "请在网页邮箱中查看这封邮件，必要时请来信人重发。",
    )
