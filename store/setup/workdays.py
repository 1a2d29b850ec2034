"""Chinese workdays: the State Council's calendar with 调休, the officers' own days over it; beyond it Monday–Friday."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY = 5


def is_workday(day: date, holidays: Collection[date] = (), workdays: Collection[date] = ()) -> bool:
    """Whether a day is worked; ``holidays`` and ``workdays`` are the officers' own and count first."""
    if day in workdays:
        return True
    if day in holidays:
        return False
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year for which the calendar has no data yet
        return day.weekday() < SATURDAY


def workdays_until(start: date, end: date, holidays: Collection[date] = (), workdays: Collection[date] = ()) -> int:
    """How many workdays lie after ``start`` up to and with ``end``; 0 where ``end`` is not later."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_workday(day, holidays, workdays) for day in days)
