"""The plan of the fault suite: every step with a kill before and after it, random kills, cuts, a full disk, a lock."""

from __future__ import annotations

import random
from dataclasses import dataclass

from stumbling import ALL_STEPS, SQL

EDGES = ("before", "after")
CUT_EDGES = ("before", "within", "after")
IMAP_LINES = {
    "LOGIN": r" LOGIN ",
    "CAPABILITY": r" CAPABILITY\r",
    "ID": r" ID \(",
    "LIST": r" LIST ",
    "SELECT": r" SELECT ",
    "UID SEARCH": r"UID SEARCH",
    "UID FETCH sizes": r"UID FETCH \S+ \(RFC822.SIZE",
    "UID FETCH body": r"UID FETCH \S+ \(BODY.PEEK\[\]",
    "UID FETCH Message-ID": r"UID FETCH \S+ \(INTERNALDATE BODY.PEEK\[HEADER.FIELDS",
    "UID STORE": r"UID STORE",
    "UID MOVE": r"UID MOVE",
    "CREATE": r" CREATE ",
    "SUBSCRIBE": r" SUBSCRIBE ",
    "LOGOUT": r" LOGOUT",
}
SMTP_COMMANDS = {
    "EHLO": r"^EHLO",
    "AUTH": r"^AUTH",
    "MAIL": r"^MAIL",
    "RCPT": r"^RCPT",
    "DATA": r"^DATA\r",
    "text": r"^Message-ID:",
    "dot": r"^\.\r\n$",
    "QUIT": r"^QUIT",
}
LOCKED_AT = (
    "mailbox listed", "mail journaled", "letter settled", "letter claimed", "letter handed over",
    "letter noted as sent", "mailbox told", "mailbox told, noted", "fact remembered", "汇总表 published",
)  # fmt: skip
# What must have happened in an earlier run for a step to be reached at all.
AFTER_A_KILL = {
    "letter called uncertain": ("SMTP dot", "before"),
    "sent mail searched": ("SMTP dot", "after"),
    "letter pending again": ("SMTP DATA", "before"),
}
NEEDS_MAIL = {"file into quarantine": "secret"}
STATEMENTS = 16  # so many of each kind of SQL statement are stopped at in one run
PASSINGS = 3
RANDOM_KILLS, RANDOM_REAL_KILLS = 60, 8
DISK_ROOM = (0, 4, 16, 40, 64, 100, 150, 200, 300, 400, 600, 800)  # KiB left on the disk


@dataclass(frozen=True)
class Fault:
    """One fault: its sort, where (step, command), on which edge, at which passing."""

    sort: str  # kill | random | real | cut | disk | lock
    place: str
    edge: str = ""
    nth: int = 1

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.place, self.edge)))


def plan(round_number: int) -> list[Fault]:
    """All faults of one round, in an order of its own that is always the same for that round."""
    faults = [*_kills(), *_others()]
    random.Random(round_number).shuffle(faults)
    return faults


def _kills() -> list[Fault]:
    return [
        Fault("kill", step, edge, nth)
        for step in ALL_STEPS
        for edge in EDGES
        for nth in range(1, _passings(step) + 1)
    ]  # fmt: skip


def _passings(step: str) -> int:
    if step.removeprefix("SQL ") in SQL:
        return STATEMENTS
    return 1 if step in AFTER_A_KILL or step in NEEDS_MAIL else PASSINGS


def _others() -> list[Fault]:
    cuts = [Fault("cut", f"IMAP {name}", edge, nth) for name in IMAP_LINES for edge in CUT_EDGES for nth in (1, 2)]
    cuts += [Fault("cut", f"SMTP {name}", edge, nth) for name in SMTP_COMMANDS for edge in CUT_EDGES for nth in (1, 2)]
    random_ones = [Fault("random", mode) for mode in ("once", "run") for _ in range(RANDOM_KILLS)]
    real = [Fault("real", mode) for mode in ("once", "run") for _ in range(RANDOM_REAL_KILLS)]
    disk = [Fault("disk", f"{room} KiB left") for room in DISK_ROOM]
    return [*cuts, *random_ones, *real, *disk, *(Fault("lock", step, "before") for step in LOCKED_AT)]


def pattern_of(fault: Fault) -> tuple[str, str]:
    """The line to cut (``IMAP`` or ``SMTP``) and the pattern of the command at which it is cut."""
    protocol, _, command = fault.place.partition(" ")
    return protocol, (IMAP_LINES if protocol == "IMAP" else SMTP_COMMANDS)[command]
