"""What is asked of an IMAP server, command by command; each takes the connected client."""

from __future__ import annotations

import email
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from intake.post.imap_connection import DELETED, IMAPClient, IMAPClientAbortError, IMAPClientError

_CHINA = timezone(timedelta(hours=8))
_BATCH = 200
_MOST_SENT = 5_000
# One line of 50,000 ten-digit UIDs stays below the million bytes that imaplib reads as a line.
_SEARCH_WINDOW = 50_000


def all_uids(client: IMAPClient, count: int) -> list[int]:
    """Every UID of the open folder, ascending; asked for by ALL, in windows of a very large folder."""
    if count <= _SEARCH_WINDOW:
        return sorted(client.search("ALL"))
    uids: set[int] = set()
    for start in range(1, count + 1, _SEARCH_WINDOW):
        uids.update(client.search(f"{start}:{min(count, start + _SEARCH_WINDOW - 1)}"))
    return sorted(uids)


def sizes_and_times(client: IMAPClient, uids: list[int]) -> dict[int, Mapping[bytes, Any]]:
    """What the server tells of each mail that is still there; of one that it cannot speak of, nothing."""
    wanted = ["RFC822.SIZE", "INTERNALDATE"]
    try:
        answer: dict[int, Mapping[bytes, Any]] = client.fetch(uids, wanted)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        if len(uids) == 1:
            return {uids[0]: {}}
        return {uid: meta for one in uids for uid, meta in sizes_and_times(client, [one]).items()}
    return answer


def content(client: IMAPClient, uid: int, item: str, key: bytes) -> bytes | str:
    """What ``item`` asks of one mail, found under ``key`` in the answer; else, in words, why there is nothing."""
    try:
        body = client.fetch([uid], [item]).get(uid, {}).get(key)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        return str(error)
    return body if isinstance(body, bytes) else "服务器返回的内容为空"


def size_and_time(meta: Mapping[bytes, Any]) -> tuple[int, datetime | None]:
    """Size in bytes (0: not told) and INTERNALDATE at +08:00 (None: not told, or no date)."""
    internal = meta.get(b"INTERNALDATE")
    return int(meta.get(b"RFC822.SIZE") or 0), internal.astimezone(_CHINA) if isinstance(internal, datetime) else None


def folders(client: IMAPClient) -> list[tuple[str, str, frozenset[bytes]]]:
    """Each folder that can be opened: its name, the last part of it, its flags."""
    found = []
    for flags, delimiter, name in client.list_folders():
        if not {b"\\noselect", b"\\nonexistent"} & {flag.lower() for flag in flags}:
            found.append((name, name.rpartition((delimiter or b"/").decode())[2], frozenset(flags)))
    return found


def made(client: IMAPClient, wanted: str) -> str:
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


def move(client: IMAPClient, uid: int, folder: str) -> None:
    r"""Move one mail by MOVE, else by COPY, \\Deleted and UID EXPUNGE; without UIDPLUS it stays, marked as deleted."""
    if client.has_capability("MOVE"):
        client.move([uid], folder)
        return
    client.copy([uid], folder)
    client.add_flags([uid], [DELETED], silent=True)
    if client.has_capability("UIDPLUS"):  # a plain EXPUNGE would erase what a person has marked, too
        client.uid_expunge([uid])


def message_ids(client: IMAPClient, uids: list[int], since: datetime) -> tuple[set[str], bool]:
    """The Message-IDs of the mails of the open folder since a moment, read from their headers, the newest first.

    Also whether it got so far: of a very large folder only the newest are looked at.
    """
    found: set[str] = set()
    for end in range(len(uids), max(0, len(uids) - _MOST_SENT), -_BATCH):
        wanted = ["INTERNALDATE", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]
        answers = client.fetch(uids[max(0, end - _BATCH) : end], wanted).values()
        for answer in answers:
            header = next((value for value in answer.values() if isinstance(value, bytes)), b"")
            found.add(str(email.message_from_bytes(header)["Message-ID"] or "").strip())
        times = [size_and_time(answer)[1] for answer in answers]
        if times and all(at is not None and at < since for at in times):  # all: a person may have filed an old one
            return found, True
    return found, len(uids) <= _MOST_SENT
