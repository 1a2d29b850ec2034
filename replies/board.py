"""The board: one page that shows how a call stands, as self-contained HTML with drawings inside and no script.

Every word and number comes in ready; here lengths and positions are computed and the template is filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from replies.render import render_page

WIDTH, HEIGHT = 480, 230  # of the drawing of progress, in its own units
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 14, 30
MOST_STEPS, MOST_DATES = 5, 5


@dataclass(frozen=True, slots=True)
class BoardNumber:
    """One of the five numbers; ``tone`` is a decision's value or ``plain``."""

    name: str
    number: str
    tone: str


@dataclass(frozen=True, slots=True)
class BoardDay:
    """How many demands had come by the end of a day, and how many of them are accepted."""

    day: date
    total: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A named bar: its parts as (tone, count), the whole that it is measured against, and a word after it."""

    name: str
    parts: tuple[tuple[str, int], ...]
    whole: int
    word: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A demand that waits: for its unit to mend it, or for an officer; ``days`` since it came."""

    number: str
    unit: str
    name: str
    why: str
    days: int


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows. ``end`` null: the call stays open; ``old`` days are long, twice as many very long.

    ``corrections`` and ``held`` list those that have waited longest, ``waiting`` says how many there are of each;
    ``letters`` must be mended themselves, or files of theirs.
    """

    title: str
    subtitle: str
    updated: str
    numbers: tuple[BoardNumber, ...]
    pace: str
    days: tuple[BoardDay, ...]
    today: date
    end: date | None
    fields: tuple[Bar, ...]
    units: tuple[Bar, ...]
    silent: tuple[str, ...]
    corrections: tuple[Waiting, ...]
    held: tuple[Waiting, ...]
    waiting: tuple[int, int]
    letters: int
    old: int
    footer: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The drawing of progress: polylines as SVG points, ticks as (place, word), marks as places (null: outside)."""

    total: str
    accepted: str
    area: str
    rows: tuple[tuple[float, str], ...]
    dates: tuple[tuple[float, str], ...]
    today: float | None
    end: float | None
    last: tuple[float, float]
    last_total: int


def board_page(board: Board) -> str:
    """The whole page."""
    view = {
        "board": board,
        "curve": curve(board.days, board.today, board.end) if board.days else None,
        "size": {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "top": TOP,
                 "bottom": HEIGHT - BOTTOM},
        "longest": max((w.days for w in (*board.corrections, *board.held)), default=1) or 1,
    }  # fmt: skip
    return render_page("board.html.j2", view)


def curve(days: Sequence[BoardDay], today: date, end: date | None) -> Curve:
    """Where the lines of progress run: from the first day to the last, or to the call's end if that is later."""
    first, last = days[0].day, max(days[-1].day, end or days[-1].day)
    span = max(1, (last - first).days)
    step = _step(max(1, days[-1].total))
    top = step * -(-max(1, days[-1].total) // step)

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    def y(count: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / top, 1)

    total = " ".join(f"{x(d.day)},{y(d.total)}" for d in days)
    return Curve(
        total=total,
        accepted=" ".join(f"{x(d.day)},{y(d.accepted)}" for d in days),
        area=f"{x(first)},{y(0)} {total} {x(days[-1].day)},{y(0)}",
        rows=tuple((y(n), str(n)) for n in range(0, top + 1, step)),
        dates=tuple((x(d), f"{d.month}月{d.day}日") for d in _dates(first, span)),
        today=x(today) if first <= today <= last else None,
        end=x(end) if end and first <= end <= last else None,
        last=(x(days[-1].day), y(days[-1].total)),
        last_total=days[-1].total,
    )


def _step(most: int) -> int:
    """A round step that counts to ``most`` in few lines: 1, 2, 5, 10, 20, 50, …."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most <= step * MOST_STEPS:
                return step
        size *= 10


def _dates(first: date, span: int) -> tuple[date, ...]:
    every = max(1, -(-span // MOST_DATES))
    return tuple(first + timedelta(days=n) for n in range(0, span + 1, every))
