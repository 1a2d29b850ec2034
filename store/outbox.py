"""The outbox: every letter is a row from the commit that decided it until its delivery is known.

``pending`` → ``sending`` (committed before the first byte leaves) → ``sent``; back to ``pending`` when it is put off;
``failed`` when the server will never take it; ``uncertain`` when the connection or the program died between the last
byte and the answer; ``carried`` when one combined letter tells it. Killed while ``sending``: ``recover`` makes it
``uncertain`` at the next start; it is looked for before it is sent again, never sent again blindly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.database import Database, moment, stamp
from store.events import About, note
from store.letters import COLUMNS, Letter, NewLetter, letter, put
from store.record import immediate

PAUSED_UNTIL, PAUSED_WHY = "outgoing_paused_until", "outgoing_paused_why"
LONGEST_HOLD = timedelta(hours=25)  # nothing is put off further: what lies beyond was dated by a clock that was wrong


@dataclass(frozen=True)
class Outbox:
    """The letters that are to leave, and how each delivery ended."""

    db: Database

    def add(self, new: NewLetter) -> int | None:
        """Put a letter that belongs to no verdict (digest, reminder, alert) into the outbox; null if it is there."""
        with immediate(self.db):
            return put(self.db, new)

    def carry(self, letters: Iterable[Letter], combined: NewLetter) -> None:
        """Let one combined letter carry others: in one transaction it is written and they are settled with it."""
        with immediate(self.db):
            carrier = put(self.db, combined)
            for each in letters if carrier is not None else ():
                self._set(each.id, "carried", "state = 'carried', carrier_id = ?", carrier)

    def body(self, letter_id: int) -> bytes:
        """The bytes of a letter, as they were when it was decided; raises KeyError where there is no such letter."""
        row = self.db.row("SELECT body FROM letters WHERE id = ?", letter_id)
        if row is None:
            raise KeyError(letter_id)
        return bytes(row["body"])

    def sending(self, letter_id: int, *, durable: bool = True) -> bool:
        """Claim a letter just before its first byte leaves; false: it is no longer pending, leave it alone.

        ``durable`` false: a power cut may undo the claim, where the same letter handed over twice is one.
        """
        with immediate(self.db, durable=durable):
            claimed = self.db.write(
                "UPDATE letters SET state = 'sending', attempts = attempts + 1, attempted_at = ?"
                " WHERE id = ? AND state = 'pending'",
                self.db.stamp(), letter_id,
            )  # fmt: skip
        return bool(claimed)

    def sent(self, letter_id: int) -> None:
        """The server has taken it (or it was found among what was sent)."""
        with immediate(self.db, durable=False):  # forgotten in a power cut, it is uncertain and looked for
            self._set(letter_id, "sent", "state = 'sent', error = '', sent_at = ?", self.db.stamp())

    def defer(self, letter_id: int, until: datetime, reason: str) -> None:
        """The server said not now: it waits until then."""
        with immediate(self.db):
            self._set(letter_id, "deferred", "state = 'pending', not_before = ?, error = ?", stamp(until), reason)

    def fail(self, letter_id: int, reason: str, told: Iterable[NewLetter] = ()) -> None:
        """The server will never take it; the officers read why, in the letters that are written with it."""
        with immediate(self.db):
            self._set(letter_id, "failed", "state = 'failed', error = ?", reason)
            for new in told:
                put(self.db, new)

    def uncertain(self, letter_id: int, reason: str) -> None:
        """Nobody knows whether the server took it."""
        with immediate(self.db):
            self._set(letter_id, "uncertain", "state = 'uncertain', error = ?", reason)

    def again(self, letter_id: int) -> None:
        """It was looked for and not found, or an officer wants it: an uncertain or failed letter is pending again."""
        with immediate(self.db):
            self._set(letter_id, "again", "state = 'pending', not_before = NULL, error = ''")

    def recover(self) -> int:
        """At start, before any delivery: what a dead worker left as ``sending`` is uncertain; returns how many."""
        left = self.in_state("sending")
        for each in left:
            self.uncertain(each.id, "程序在投递途中中断，未知对方是否已收到")
        return len(left)

    def in_state(self, state: str) -> tuple[Letter, ...]:
        """All letters in a state, oldest first."""
        sql = f"SELECT {COLUMNS} FROM letters WHERE state = ? ORDER BY id"  # noqa: S608 - our own column names
        return tuple(letter(row) for row in self.db.rows(sql, state))

    def sent_between(self, since: str, until: str) -> frozenset[str]:
        """The Message-IDs of the letters that were taken in that time (stamps)."""
        rows = self.db.rows(
            "SELECT message_id FROM letters WHERE state = 'sent' AND sent_at BETWEEN ? AND ?", since, until
        )
        return frozenset(row["message_id"] for row in rows)

    def pause(self, until: datetime, reason: str) -> None:
        """The provider has shut the whole account for a while: nothing leaves until then."""
        with immediate(self.db):
            self.db.remember(PAUSED_UNTIL, stamp(until))
            self.db.remember(PAUSED_WHY, reason)
            note(self.db, "outgoing_paused", About(), detail={"until": stamp(until), "reason": reason})

    def paused_until(self) -> datetime | None:
        """Until when the account is paused, null if it is not."""
        text = self.db.fact(PAUSED_UNTIL)
        until = moment(text) if text else None
        now = self.db.clock()
        return until if until is not None and now < until <= now + LONGEST_HOLD else None

    def paused_why(self) -> str:
        """In a Chinese line until when and why nothing leaves, ``""`` where letters may leave."""
        until = self.paused_until()
        return f"发信暂停至 {until:%m月%d日 %H:%M}：{self.db.fact(PAUSED_WHY) or ''}" if until else ""

    def _set(self, letter_id: int, event: str, change: str, *values: object) -> None:
        """Change one letter and note it; ``change`` is SQL of this file."""
        self.db.write(f"UPDATE letters SET {change} WHERE id = ?", *values, letter_id)  # noqa: S608
        row = self.db.row("SELECT mail_id FROM letters WHERE id = ?", letter_id)
        if row is not None:
            note(self.db, f"letter_{event}", About(row["mail_id"], letter_id))
