"""What every mailbox offers, whatever kind it is: its words and its errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

After = Literal["flag", "move", "leave"]
Seen = Callable[[str, str], Set[str]]


@dataclass(frozen=True, slots=True)
class Source:
    """The mailbox to read: its URL, its password, and further folders to look into, where they exist.

    ``timeout``: seconds until a silence is an error; ``pause``: seconds before a lost connection is made anew.
    """

    url: str
    password: str | None = None
    also: tuple[str, ...] = ()
    timeout: float = 60.0
    pause: float = 0.5

    def __repr__(self) -> str:
        """Everything but the password."""
        return f"Source(url={self.url!r}, also={self.also!r}, timeout={self.timeout!r})"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that lies in a folder, before its body is fetched.

    Its identity is (``folder``, ``uidvalidity``, ``uid``), of which the second also names the account; ``size`` in
    bytes (0: the server did not tell); ``internal`` the time at which the server took it, +08:00 (None: the server did
    not tell); ``inbox`` is false in a folder that is looked into besides.
    """

    folder: str
    uidvalidity: str
    uid: str
    size: int
    internal: datetime | None = None
    inbox: bool = True


@dataclass(frozen=True, slots=True)
class Filed:
    """What a provider has kept of what was sent: the Message-IDs, from how many folders.

    ``whole``: all since the moment that was asked for was looked through, and there is such a folder.
    """

    ids: frozenset[str] = frozenset()
    folders: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that was tried for ``doctor``: its name, whether it works, and what was met, in Chinese."""

    name: str
    good: bool
    detail: str


class MailboxError(Exception):
    """The mailbox cannot be used: ``message`` says what was met, ``cure`` what to do (Chinese, one line together).

    ``wait`` is the least number of seconds before another try is worth making (a provider that is asked too often
    locks the account). Never holds the password.
    """

    def __init__(self, message: str, cure: str, wait: float = 0.0) -> None:
        self.message = one_line(message)
        self.cure = one_line(cure)
        self.wait = wait
        super().__init__(self.message + self.cure)


class BadSource(MailboxError):
    """The configured address cannot be used."""


class LoginRefused(MailboxError):
    """The server does not accept user and password, or not so often."""


class UnsafeLogin(MailboxError):
    """NetEase refuses to open a folder: IMAP is not switched on, or it did not like how the client named itself."""


class FolderRefused(MailboxError):
    """The folder does not exist or the server does not open it."""


class MailboxUnreachable(MailboxError):
    """No connection, no trustworthy certificate, or the connection was lost; a later try may succeed."""


class MailGone(MailboxError):
    """The mail is no longer where it lay (moved or deleted by a person, or the folder was made anew)."""


class MailRefused(MailboxError):
    """The server does not give, mark or move this one mail; with others it may still."""


class Mailbox(Protocol):
    """An open mailbox. Every method raises MailboxError only."""

    @property
    def supports_idle(self) -> bool:
        """Whether ``idle`` waits; where it does not, the mailbox must be polled."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the last ``listing`` could not look into, in Chinese; the inbox itself raises instead."""

    def listing(self, seen: Seen) -> list[Arrival]:
        r"""Every mail whose uid is not in ``seen(folder, uidvalidity)``: the inbox first, each folder by ascending uid.

        All uids are compared each time: neither ``\\Seen`` nor a highest uid nor a text search decides.
        """

    @property
    def met_again(self) -> tuple[Arrival, ...]:
        """The newest of those that the last ``listing`` left out as seen, as the server describes them now.

        A mailbox that was put back from a backup gives UIDs a second time.
        """

    def fetch(self, arrival: Arrival) -> bytes:
        """The whole mail, byte for byte, its flags left as they are; MailGone, MailRefused."""

    def fetch_header(self, arrival: Arrival) -> bytes:
        """The header block of a mail whose body is too large to be fetched; MailGone, MailRefused."""

    def acknowledge(self, arrivals: Sequence[Arrival], how: After, target: str = "") -> None:
        """Show people that mails of one folder were taken: mark them read, move them to ``target``, or leave them.

        May be repeated; mails that are gone need no mark. The target is made where it is missing. Where MailRefused
        is raised for several, one of them stands in the way.
        """

    def hang_up(self) -> None:
        """End whatever waits for the server, from any thread; nothing can be asked for afterwards."""

    def idle(self, seconds: float, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Wait until something new lies in the inbox (True), the time is over or ``stopped()`` (False)."""

    def sent_since(self, moment: datetime) -> Filed:
        """The Message-IDs among the sent mail since then (read from the headers)."""

    def probe(self) -> list[Probe]:
        """Try what a pass needs, for ``doctor``."""


def one_line(text: str) -> str:
    """The text in one line without control characters: a server's words may go to a terminal or a log."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text).strip()
