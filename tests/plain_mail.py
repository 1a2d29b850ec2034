"""Short mails for the mailbox, and what a journal says of them."""

from __future__ import annotations

from intake.post.mailbox import Arrival, Mailbox, Seen


def mail(number: int) -> bytes:
    return (
        f"From: kjj@example.cn\r\nSubject: no. {number}\r\nMessage-ID: <{number}@example.cn>\r\n\r\nbody\r\n".encode()
    )


def nothing(folder: str, uidvalidity: str) -> frozenset[str]:
    return frozenset()


def only(*uids: str) -> Seen:
    """A journal that holds these UIDs of every folder."""
    return lambda _folder, _uidvalidity: set(uids)


def subjects(mailbox: Mailbox, arrivals: list[Arrival]) -> list[str]:
    return [mailbox.fetch(a).decode().split("Subject: ")[1].split("\r\n")[0] for a in arrivals]
