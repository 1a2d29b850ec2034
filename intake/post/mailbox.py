"""The mailbox that mails are fetched from: IMAP or Maildir, told apart by the URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from intake.post.arrivals import (
    After,
    Arrival,
    BadSource,
    Filed,
    FolderRefused,
    LoginRefused,
    Mailbox,
    MailboxError,
    MailboxUnreachable,
    MailGone,
    MailRefused,
    Probe,
    Seen,
    Source,
    UnsafeLogin,
)
from intake.post.endpoint import BadAddress, parse_endpoint

__all__ = [
    "After",
    "Arrival",
    "BadSource",
    "Filed",
    "FolderRefused",
    "LoginRefused",
    "MailGone",
    "MailRefused",
    "Mailbox",
    "MailboxError",
    "MailboxUnreachable",
    "Probe",
    "Seen",
    "Source",
    "UnsafeLogin",
    "open_mailbox",
]


@contextmanager
def open_mailbox(source: Source) -> Iterator[Mailbox]:
    """Open the mailbox, logged in where the URL names a user, and close it at the end.

    Raises BadSource, LoginRefused, MailboxUnreachable.
    """
    try:
        endpoint = parse_endpoint(source.url, ("imap", "imaps", "maildir"))
    except BadAddress as error:
        raise BadSource(f"[mailbox].url 无法使用：{error}。", "请按 imaps://账号@服务器/INBOX 的写法改正。") from error
    if endpoint.scheme == "maildir":
        from intake.post.maildir import MaildirMailbox

        yield MaildirMailbox(endpoint.path, source.also)
        return
    from intake.post.imap import ImapMailbox

    mailbox = ImapMailbox(source, endpoint)
    try:
        yield mailbox
    finally:
        mailbox.close()
