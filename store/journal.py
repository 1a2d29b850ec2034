"""Every mail is written down before anything else happens to it: its bytes on disk, then its row.

Order and what a kill at each line leaves:
bytes not yet renamed: nothing, the mail is fetched again; bytes there, row not committed: an orphan file that the
next fetch finds by its SHA-256; row committed: the mail is ours, and ``pending`` gives it out until it is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.post.arrivals import Arrival
from store.database import Database, Row, moment, stamp
from store.events import About, note
from store.files import Files, digest
from store.record import immediate

TRIES = 3
_MAILS = (
    "SELECT m.*, (SELECT internal FROM arrivals a WHERE a.mail_id = m.id ORDER BY id LIMIT 1) AS internal FROM mails m"
)


@dataclass(frozen=True, slots=True)
class Journaled:
    """A mail that waits to be judged; its bytes are ``files.get(sha256)``."""

    id: int
    sha256: str
    size: int
    folder: str
    inbox: bool
    arrived: datetime
    internal: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """A mail in the mailbox whose decision is committed and which is not yet flagged or moved there."""

    arrival_id: int
    mail_id: int
    folder: str
    uidvalidity: str
    uid: str
    decision: str
    state: str


@dataclass(frozen=True)
class Journal:
    """What was met in the mailbox, and what became of it."""

    db: Database
    files: Files

    def seen(self, folder: str, uidvalidity: str) -> frozenset[str]:
        """All UIDs of that folder and UIDVALIDITY that have a row; for a Maildir the unique names."""
        rows = self.db.rows("SELECT uid FROM arrivals WHERE folder = ? AND uidvalidity = ?", folder, uidvalidity)
        return frozenset(row["uid"] for row in rows)

    def is_another(self, met: Arrival) -> bool:
        """Whether the UID of a mail that was met names another mail by now: a mailbox was put back from a backup."""
        there = self._there(met)
        return there is not None and _differs(there, met)

    def write(self, met: Arrival, raw: bytes) -> int:
        """Write one mail down and return its id."""
        return self.write_all(((met, raw),))[0]

    def write_all(self, mails: Sequence[tuple[Arrival, bytes]]) -> tuple[int, ...]:
        """Write mails down, all or none, and return their ids.

        The same UID twice, or the same bytes after the folder got a new UIDVALIDITY, is one mail.
        A second mail of the same bytes gets a row of its own that points to the first (state ``duplicate``).
        The bytes are the whole mail, or the header alone where ``size`` is beyond what may be fetched.
        What was purged stays so: met again, its bytes are not kept.
        Raises StoreError (disk full …): then nothing is written down and the mails are met again at the next pass.
        """
        hashed = tuple((met, digest(raw), raw) for met, raw in mails)
        known = {sha256: self._first_of(sha256) for _, sha256, _ in hashed}
        self.files.put_all([raw for _, sha256, raw in hashed if known[sha256] is None])
        for _, sha256, raw in hashed:
            if (first := known[sha256]) is not None and not first["purged_at"]:
                self.files.put(raw, secret=bool(first["secret"]))
        with immediate(self.db):
            return tuple(self._row_for(met, sha256, len(raw)) for met, sha256, raw in hashed)

    def _row_for(self, met: Arrival, sha256: str, length: int) -> int:
        there = self._there(met)
        if there is not None and not _differs(there, met):
            return int(there["mail_id"])
        if there is not None:  # from now on the UID stands for this mail; that it stood for another stays known
            self.db.write("UPDATE arrivals SET uidvalidity = uidvalidity || ' until ' || ? WHERE id = ?",
                          self.db.stamp(), there["id"])  # fmt: skip
        mail_id = self._met_before(met, sha256) or self._new_mail(met, sha256, max(met.size, length))
        self.db.insert(
            "arrivals", mail_id=mail_id, folder=met.folder, uidvalidity=met.uidvalidity, uid=met.uid,
            internal=stamp(met.internal) if met.internal else None, size=met.size, seen_at=self.db.stamp(),
        )  # fmt: skip
        return mail_id

    def _there(self, met: Arrival) -> Row | None:
        return self.db.row(
            "SELECT id, mail_id, internal, size FROM arrivals WHERE folder = ? AND uidvalidity = ? AND uid = ?",
            met.folder, met.uidvalidity, met.uid,
        )  # fmt: skip

    def _met_before(self, met: Arrival, sha256: str) -> int | None:
        """The mail that this one is, where the server has only given its folder new UIDs."""
        row = self.db.row(
            "SELECT id FROM mails m WHERE sha256 = ? AND folder = ? AND NOT EXISTS"
            " (SELECT 1 FROM arrivals a WHERE a.mail_id = m.id AND a.folder = ? AND a.uidvalidity = ?) ORDER BY id",
            sha256, met.folder, met.folder, met.uidvalidity,
        )  # fmt: skip
        return None if row is None else int(row["id"])

    def _first_of(self, sha256: str) -> Row | None:
        return self.db.row(
            "SELECT id, secret, inbox, kind, purged_at FROM mails WHERE sha256 = ? AND state <> 'duplicate'"
            " ORDER BY id DESC",
            sha256,
        )

    def _new_mail(self, met: Arrival, sha256: str, size: int) -> int:
        first = self._first_of(sha256)
        if first is not None and met.inbox and not first["inbox"]:
            first = None if first["kind"] in (None, "ignored") else first
        at = self.db.stamp()
        mail_id = self.db.insert(
            "mails", sha256=sha256, size=size, folder=met.folder, inbox=met.inbox, journaled_at=at,
            arrived=stamp(met.internal) if met.internal else at,
            state="journaled" if first is None else "duplicate", duplicate_of=None if first is None else first["id"],
        )  # fmt: skip
        note(self.db, "journaled" if first is None else "duplicate", About(mail_id))
        if met.inbox and first is None:
            self._outrank(mail_id, sha256)
        return mail_id

    def _outrank(self, mail_id: int, sha256: str) -> None:
        """A copy in the inbox is judged by wider rules: one among the junk that still waits is a repetition of it."""
        waiting = "SELECT id FROM mails WHERE sha256 = ? AND inbox = 0 AND state IN ('journaled', 'failed')"
        for row in self.db.rows(waiting, sha256):
            self.db.write(
                "UPDATE mails SET state = 'duplicate', duplicate_of = ?1 WHERE ?2 IN (id, duplicate_of)",
                mail_id, row["id"],
            )  # fmt: skip

    def pending(self) -> tuple[Journaled, ...]:
        """The mails that wait to be judged, in order of arrival."""
        rows = self.db.rows(f"{_MAILS} WHERE state = 'journaled' ORDER BY arrived, id")
        return tuple(_journaled(row) for row in rows)

    def rounds(self) -> Iterator[tuple[Journaled, ...]]:
        """What waits, and then what judging it has caused to be judged again; each mail is given out once."""
        given: set[int] = set()
        while waiting := tuple(mail for mail in self.pending() if mail.id not in given):
            given |= {mail.id for mail in waiting}
            yield waiting

    def one(self, mail_id: int) -> Journaled:
        """A mail by its id, judged or not: to judge it again; raises KeyError where there is none."""
        row = self.db.row(f"{_MAILS} WHERE m.id = ?", mail_id)
        if row is None:
            raise KeyError(mail_id)
        return _journaled(row)

    def fail(self, mail_id: int, error: str) -> bool:
        """Count a failed attempt and keep its traceback; at the third the mail is set aside, and true is returned."""
        with immediate(self.db):
            self.db.write("UPDATE mails SET attempts = attempts + 1, error = ? WHERE id = ?", error, mail_id)
            set_aside = self.db.write(
                "UPDATE mails SET state = 'failed' WHERE id = ? AND state = 'journaled' AND attempts >= ?",
                mail_id,
                TRIES,
            )
            note(self.db, "set_aside" if set_aside else "attempt_failed", About(mail_id))
        return bool(set_aside)

    def replay(self, mail_id: int | None = None) -> int:
        """Let one mail that was set aside (or all of them) be tried again; returns how many there are."""
        with immediate(self.db):
            rows = self.db.rows(
                "SELECT id FROM mails WHERE state = 'failed' AND purged_at IS NULL AND (?1 IS NULL OR id = ?1)", mail_id
            )
            for row in rows:
                self.db.write("UPDATE mails SET state = 'journaled', attempts = 0 WHERE id = ?", row["id"])
                note(self.db, "replayed", About(row["id"]))
        return len(rows)

    def unacknowledged(self, folder: str, uidvalidity: str) -> tuple[Unacknowledged, ...]:
        """What is decided but not yet flagged or moved in that folder under that UIDVALIDITY.

        A duplicate bears the decision of the mail that it repeats; a mail that was set aside is left as it lies.
        """
        rows = self.db.rows(
            "SELECT a.id AS arrival_id, a.mail_id, a.folder, a.uidvalidity, a.uid, m.state,"
            " coalesce(m.decision, f.decision, '') AS decision FROM arrivals a JOIN mails m ON m.id = a.mail_id"
            " LEFT JOIN mails f ON f.id = m.duplicate_of WHERE a.folder = ? AND a.uidvalidity = ?"
            " AND a.acknowledged_at IS NULL AND (m.state = 'judged' OR f.state = 'judged') ORDER BY a.id",
            folder, uidvalidity,
        )  # fmt: skip
        return tuple(Unacknowledged(**dict(row)) for row in rows)

    def acknowledged(self, told: Iterable[Unacknowledged]) -> None:
        """Note that the mailbox was told; killed before this line, it is told again, which changes nothing."""
        with immediate(self.db, durable=False):
            for each in told:
                self.db.write("UPDATE arrivals SET acknowledged_at = ? WHERE id = ?", self.db.stamp(), each.arrival_id)


def _differs(there: Row, met: Arrival) -> bool:
    """Whether a server describes a mail otherwise than when its row was written; what it did not tell tells nothing."""
    told = ((there["size"], met.size), (there["internal"], stamp(met.internal) if met.internal else None))
    return any(then and now and then != now for then, now in told)


def judge_anew(db: Database, mail_id: int) -> None:
    """Let a judged mail wait to be judged again, within the running transaction: killed, the next pass does it."""
    db.write("UPDATE mails SET state = 'journaled', attempts = 0 WHERE id = ? AND state = 'judged'", mail_id)


def _journaled(row: Row) -> Journaled:
    return Journaled(
        id=row["id"],
        sha256=row["sha256"],
        size=row["size"],
        folder=row["folder"],
        inbox=bool(row["inbox"]),
        arrived=moment(row["arrived"]),
        internal=moment(row["internal"]) if row["internal"] else None,
        attempts=row["attempts"],
    )
