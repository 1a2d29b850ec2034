"""Reminders before the deadline, where the officers switched them on: each unit once a stage, spread over the day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from replies.notices import Reminder, compose_reminder
from rules.judging.quota import quota_use
from rules.judging.settling import awaited
from rules.model import Decision, Demand, Unit, UnitState
from rules.packs.call import CallPack
from rules.senders import find_sender
from store.database import SHANGHAI
from store.desk import Desk
from store.letters import put
from store.record import immediate
from store.setup.workdays import is_workday, workdays_until
from store.unitstate import load_state

END_OF_DAY = time(17, 30)  # nobody reads a reminder after office hours
LEAST_WINDOW = timedelta(minutes=30)
SHARE = 2  # at most this part (1/2) of the provider's daily cap: answers must still leave


@dataclass(frozen=True, slots=True)
class Stage:
    """A round of reminders of a call: announced for ``workdays`` before the deadline, ``left`` really left today."""

    pack: CallPack
    workdays: int
    left: int

    @property
    def fact(self) -> str:
        """Under which name the store keeps which units are still to be written to."""
        return f"reminders {self.pack.id} {self.pack.deadline} {self.workdays}"


def send_reminders_if_due(desk: Desk) -> int:
    """Put the reminders that are due today into the outbox; returns how many.

    A stage whose day was missed is caught up until the next one begins. Which units it concerns is fixed when it
    begins; who has sent everything in the meantime is left out. Killed at any line, nobody is written to twice.
    """
    officers, now = desk.workspace.officers, desk.db.clock()
    workday = is_workday(now.date(), officers.extra_holidays, officers.extra_workdays)
    if not officers.reminders or not workday or not officers.digest_at <= now.time() < END_OF_DAY:
        return 0
    stages = (stage_now(desk, pack, now) for pack in desk.packs)
    return sum(_send_stage(desk, stage) for stage in stages if stage is not None)


def stage_now(desk: Desk, pack: CallPack, now: datetime) -> Stage | None:
    """The round of reminders that today belongs to, null where none is due yet, or the deadline has passed."""
    if pack.deadline is None or now >= pack.deadline:
        return None
    officers, last = desk.workspace.officers, last_day(pack.deadline)
    left = workdays_until(now.date(), last, officers.extra_holidays, officers.extra_workdays)
    due = [n for n in officers.reminders if n >= left]
    if not due or (left == 0 and 0 not in due):
        return None
    return Stage(pack, min(due), left)


def last_day(deadline: datetime) -> date:
    """The last day on which mails are in time: midnight belongs to the day before."""
    return (deadline.astimezone(SHANGHAI) - timedelta(seconds=1)).date()


def _send_stage(desk: Desk, stage: Stage) -> int:
    """One day's share of a stage: its letters, and the note of who is still to be written to, in one transaction."""
    waiting = _waiting(desk, stage)
    if not waiting:
        return 0
    units = {unit.name: unit for unit in desk.units_for(stage.pack)}
    today = waiting[: _most_today(desk, stage)]
    times = _spread(desk.db.clock(), len(today))
    with immediate(desk.db):
        states = (load_state(desk.db, stage.pack.id, units[name]) for name in today if name in units)
        written = sum(_remind(desk, stage, state, at) for state, at in zip(states, times, strict=False))
        rest = {"on": desk.db.clock().date().isoformat(), "units": waiting[len(today) :]}
        desk.db.remember(stage.fact, json.dumps(rest, ensure_ascii=False))
    return written


def _waiting(desk: Desk, stage: Stage) -> list[str]:
    """The units of a stage that are still to be written to today; all that are concerned where it begins today."""
    noted = desk.db.fact(stage.fact)
    if noted is not None:
        rest = json.loads(noted)
        return [] if rest["on"] == desk.db.clock().date().isoformat() else list(rest["units"])
    states = (load_state(desk.db, stage.pack.id, unit) for unit in desk.units_for(stage.pack))
    return [state.unit.name for state in states if state.unit and concerned(desk, state, stage.pack)]


def _most_today(desk: Desk, stage: Stage) -> int | None:
    """How many letters may leave today; null: all. On the last workdays nobody is left for a day that is too late."""
    cap = desk.throttle.per_day
    following = max((n for n in desk.workspace.officers.reminders if n < stage.workdays), default=0)
    return max(1, cap // SHARE) if cap and stage.left - following > 1 else None


def _spread(start: datetime, count: int) -> list[datetime]:
    """When each of a day's letters may leave: evenly from now to the end of the working day."""
    end = start.replace(hour=END_OF_DAY.hour, minute=END_OF_DAY.minute, second=0, microsecond=0)
    window = max(end - start, LEAST_WINDOW)
    return [start + window * n / max(1, count) for n in range(count)]


def _remind(desk: Desk, stage: Stage, state: UnitState, at: datetime) -> bool:
    """Write to one unit, if it still has something to do and an address; true where a letter was written."""
    to = address_of(desk, state.unit)
    if not to or not concerned(desk, state, stage.pack):
        return False
    reminder = Reminder(
        to, stage.left, state, quota_use(state.demands, state.unit), stage=stage.workdays,
        sent=has_sent(desk, state, stage.pack),
    )  # fmt: skip
    reply = compose_reminder(reminder, desk.facts(stage.pack))
    numbers = tuple(d.number for d in open_corrections(state))
    return put(desk.db, replace(desk.letter(reply, items=numbers), not_before=at)) is not None


# --------------------------------------------------------------------------- whom it concerns


def concerned(desk: Desk, state: UnitState, pack: CallPack) -> bool:
    """Whether a unit has sent nothing, or something of it must still be mended or sent."""
    if not has_sent(desk, state, pack):
        return True
    return bool(open_corrections(state) or awaited(state, pack)) or _last_mail_is_open(desk, state, pack)


def has_sent(desk: Desk, state: UnitState, pack: CallPack) -> bool:
    """Whether anything to judge has come from a unit, withdrawn and late demands included."""
    if state.demands or state.past or state.summaries:
        return True
    return _last_mail(desk, state.unit, pack) is not None


def open_corrections(state: UnitState) -> tuple[Demand, ...]:
    """The unit's demands that must be mended."""
    return tuple(d for d in state.demands if d.decision is Decision.CORRECTION and not d.withdrawn)


def _last_mail_is_open(desk: Desk, state: UnitState, pack: CallPack) -> bool:
    """Whether the unit's last mail brought no demand that could be read, and nothing has come since."""
    return not state.demands and _last_mail(desk, state.unit, pack) == Decision.CORRECTION


def _last_mail(desk: Desk, unit: Unit | None, pack: CallPack) -> str | None:
    row = desk.db.row(
        "SELECT decision FROM mails WHERE call = ? AND unit = ? AND kind = 'submission' AND isolated = 0"
        " ORDER BY received DESC, id DESC LIMIT 1",
        pack.id, unit.name if unit else None,
    )  # fmt: skip
    return str(row["decision"]) if row else None


def address_of(desk: Desk, unit: Unit | None) -> str:
    """Where to write to a unit: whence it last wrote, if that is still in the register, else its first address."""
    if unit is None:
        return ""
    rows = desk.db.rows(
        "SELECT sender FROM mails WHERE unit = ? AND isolated = 0 AND kind <> 'ignored'"
        " ORDER BY received DESC, id DESC",
        unit.name,
    )
    known: Iterable[str] = (row["sender"] for row in rows if find_sender(row["sender"], (unit,)).registered)
    return next(iter(known), unit.addresses[0] if unit.addresses else "")
