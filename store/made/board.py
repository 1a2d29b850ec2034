"""``out/看板.html``: the page that shows how a call stands, made anew when something on it may have changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from replies.board import Bar, Board, BoardDay, BoardNumber, Waiting, board_page
from rules.model import Decision, Finding, QuotaUse, Severity
from store.made.briefing import OLD_DAYS, countdown, number
from store.made.figures import Figure, Figures, Standing
from store.officers.unmended import open_letters
from store.queries import SHOWN, Item
from store.views.reports import NO_LIMIT, NO_UNIT
from store.whole import write_whole

TONES = {"受理": "accepted", "需补正": "correction", "待复核": "held", "不予受理": "refused"}
WEEK = 7
MOST_ROWS = 20  # of a list on the page; the daily workbook has them all


def write_board(path: Path, figures: Figures) -> None:
    """Write the page of a call, in one step."""
    write_whole(path, board_page(board_of(figures)).encode())


def board_of(figures: Figures) -> Board:
    """What the page shows today: numbers and names of demands and units, no address, nothing secret."""
    pack, now = figures.pack, figures.now
    return Board(
        title=f"{pack.short}征集看板",
        subtitle=countdown(figures),
        updated=f"更新于 {now:%Y-%m-%d %H:%M}，每轮收件后有变化即更新",
        numbers=tuple(_number(figure) for figure in figures.five),
        pace=_pace(figures),
        days=tuple(BoardDay(d.day, d.total, d.accepted) for d in figures.days),
        today=now.date(),
        end=(pack.deadline - timedelta(seconds=1)).date() if pack.deadline else None,
        fields=_fields(figures),
        units=_units(figures),
        silent=tuple(s.unit.name for s in figures.standings if s.silent) if pack.recommended else (),
        corrections=_waiting(figures, Decision.CORRECTION, Severity.ERROR),
        held=_waiting(figures, Decision.HELD, Severity.REVIEW),
        waiting=(len(figures.having(Decision.CORRECTION)), len(figures.having(Decision.HELD))),
        letters=len(open_letters(figures.desk, pack)),
        old=OLD_DAYS,
        footer=f"{pack.office}　仅供处内工作使用",
    )


def _number(figure: Figure) -> BoardNumber:
    return BoardNumber(figure.name, number(figure), TONES.get(figure.name, "plain"))


def _pace(figures: Figures) -> str:
    """What came lately."""
    lately = [d for d in figures.days if (figures.now.date() - d.day).days < WEEK]
    return f"近 {WEEK} 天新报 {sum(d.new for d in lately)} 项，补报新版 {sum(d.mended for d in lately)} 项。"


def _fields(figures: Figures) -> tuple[Bar, ...]:
    most = max((sum(f.counts) for f in figures.by_field), default=0)
    return tuple(
        Bar(f.name, tuple((d.value, n) for d, n in zip(SHOWN, f.counts, strict=True)), most,
            f"{sum(f.counts)} 项" if sum(f.counts) else "—")
        for f in figures.by_field
    )  # fmt: skip


def _units(figures: Figures) -> tuple[Bar, ...]:
    """The units heard of: how much of its quota each uses, and what became of its demands."""
    uses = dict(figures.quotas)
    return tuple(_unit(s, uses.get(s.unit.name)) for s in figures.standings if not s.silent)


def _unit(standing: Standing, use: QuotaUse | None) -> Bar:
    used, waiting = (use.used, use.waiting) if use else (0, 0)
    limit = standing.unit.limit
    counts = "，".join(f"{word} {standing.counts[tone]}" for word, tone in TONES.items() if standing.counts[tone])
    return Bar(
        standing.unit.name,
        (("used", used), ("over", waiting)),
        0 if limit is None else max(limit, used + waiting),
        f"{used} / {limit}" if limit is not None else f"{used}（{NO_LIMIT}）",
        "；".join(
            filter(None, (f"候补 {waiting}" if waiting else "", counts, "" if standing.summary else "汇总表未报"))
        ),
    )


def _waiting(figures: Figures, decision: Decision, weight: Severity) -> tuple[Waiting, ...]:
    """The demands that wait under a decision, the oldest first."""
    found = [i for i in figures.current if i.demand.decision is decision and not i.demand.withdrawn]
    found.sort(key=lambda i: i.demand.received)
    return tuple(
        Waiting(i.demand.number, i.unit or NO_UNIT, i.demand.name, _why(i, weight),
                figures.waiting_days(i.demand.received))
        for i in found[:MOST_ROWS]
    )  # fmt: skip


def _why(item: Item, weight: Severity) -> str:
    """What it waits for: the places that the findings name, with their codes, in few words."""
    if item.demand.secret:
        return "涉密"
    failed = ("系统未能自行读取",) if item.demand.own_failure else ()
    return "；".join((*_places((*item.demand.findings, *item.of_file), weight), *failed))


def _places(findings: Iterable[Finding], weight: Severity) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{f.where}（{f.code}）" for f in findings if f.severity is weight))
