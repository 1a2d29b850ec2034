"""Which letters may leave now: the provider's caps, counted from the outbox so that a restart forgets nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.database import Row, midnight, stamp
from store.letters import COLUMNS, Letter, letter
from store.outbox import LONGEST_HOLD, Outbox

UNCAPPED_KINDS = ("alert", "digest", "reminder", "combined")  # never held back by the cap a sender and day
COMBINED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Throttle:
    """How many letters the provider lets us send; 0 is no cap."""

    per_minute: int = 0
    per_day: int = 0
    per_sender_day: int = 0


NO_THROTTLE = Throttle()


def due(outbox: Outbox, throttle: Throttle = NO_THROTTLE) -> tuple[Letter, ...]:
    """The letters that may leave now, in order: the lowest priority number first, then the nearest deadline."""
    room = _room(outbox, throttle)
    told = _told_today(outbox)
    chosen: list[Letter] = []
    for row in _waiting(outbox):
        if room is not None and len(chosen) >= room:
            break
        if throttle.per_sender_day and row["kind"] not in UNCAPPED_KINDS:
            told[row["recipient"]] += 1
            if told[row["recipient"]] > throttle.per_sender_day:
                continue
        chosen.append(letter(row))
    return tuple(chosen)


def overflow(outbox: Outbox, throttle: Throttle) -> tuple[tuple[Letter, ...], ...]:
    """For each recipient beyond the cap of the day: the letters that one combined letter should now carry.

    At most one such letter an hour: a recipient who was written one less than an hour ago is left out.
    """
    if not throttle.per_sender_day:
        return ()
    told, recent = _told_today(outbox), _combined_since(outbox, outbox.db.clock() - COMBINED_EVERY)
    beyond: dict[str, list[Letter]] = {}
    for row in _waiting(outbox):
        if row["kind"] in UNCAPPED_KINDS:
            continue
        told[row["recipient"]] += 1
        if told[row["recipient"]] > throttle.per_sender_day and row["recipient"] not in recent:
            beyond.setdefault(row["recipient"], []).append(letter(row))
    return tuple(tuple(letters) for letters in beyond.values())


def empty_at(outbox: Outbox, throttle: Throttle) -> datetime:
    """When the last waiting letter will have left at the throttle's pace (now, where nothing holds it back)."""
    start = outbox.paused_until() or outbox.db.clock()
    waiting = len(_waiting(outbox))
    days = waiting // throttle.per_day if throttle.per_day else 0
    rest = waiting - days * throttle.per_day
    minutes = rest // throttle.per_minute if throttle.per_minute else 0
    return start + timedelta(days=days, minutes=minutes)


def _room(outbox: Outbox, throttle: Throttle) -> int | None:
    """How many letters the throttle lets out now; null: as many as there are."""
    if outbox.paused_until() is not None:
        return 0
    at = outbox.db.clock()
    caps = ((throttle.per_minute, at - timedelta(minutes=1)), (throttle.per_day, midnight(at)))
    return min((max(0, cap - _attempts_since(outbox, since)) for cap, since in caps if cap), default=None)


def _attempts_since(outbox: Outbox, since: datetime) -> int:
    """Attempts, not successes: a refused letter counts with the provider too.

    What a clock that was wrong has dated into the future does not count: it would hold up every letter until then.
    """
    row = outbox.db.row(
        "SELECT count(*) AS n FROM letters WHERE attempted_at > ? AND attempted_at <= ?",
        stamp(since),
        outbox.db.stamp(),
    )
    return int(row["n"]) if row else 0


def _waiting(outbox: Outbox) -> list[Row]:
    return outbox.db.rows(
        f"SELECT {COLUMNS} FROM letters WHERE state = 'pending'"  # noqa: S608 - our own column names
        " AND (not_before IS NULL OR not_before <= ? OR not_before > ?)"
        " ORDER BY priority, deadline IS NULL, deadline, id",
        outbox.db.stamp(), stamp(outbox.db.clock() + LONGEST_HOLD),
    )  # fmt: skip


def _told_today(outbox: Outbox) -> Counter[str]:
    marks = ", ".join("?" * len(UNCAPPED_KINDS))
    rows = outbox.db.rows(
        "SELECT recipient, count(*) AS n FROM letters WHERE attempted_at >= ? AND attempted_at <= ?"  # noqa: S608
        f" AND state <> 'pending' AND kind NOT IN ({marks}) GROUP BY recipient",
        stamp(midnight(outbox.db.clock())), outbox.db.stamp(), *UNCAPPED_KINDS,
    )  # fmt: skip
    return Counter({row["recipient"]: row["n"] for row in rows})


def _combined_since(outbox: Outbox, since: datetime) -> frozenset[str]:
    rows = outbox.db.rows(
        "SELECT recipient FROM letters WHERE kind = 'combined' AND created_at > ? AND created_at <= ?",
        stamp(since), outbox.db.stamp(),
    )  # fmt: skip
    return frozenset(row["recipient"] for row in rows)
