"""What the officers are told first, in the workbook and in the mail alike: the numbers, the changes, what waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from replies.wording import day, until
from rules.model import Decision
from rules.packs.call import CallPack
from store import books
from store.database import moment
from store.desk import Desk
from store.made.changes import ItemChange, changes_since, last_event
from store.made.figures import REPORTED, Figure, Figures
from store.made.overview import ChangeLine, Overview, Tile
from store.setup.workdays import workdays_until
from store.views.reports import NO_UNIT, standing

LAST = "last digest"  # a fact for each call
OLD_DAYS = 7  # what has waited so long is named
MOST_LINES = 6  # of errors, and of warnings
MOST_CHANGES = 15  # on the first sheet and in the mail; all of them are marked in 全部需求
SHEET_OF = {"受理": "汇总表", "需补正": "待补正", "待复核": "待复核", "不予受理": "全部需求", REPORTED: "报送情况"}


@dataclass(frozen=True, slots=True)
class LastDigest:
    """What the digest before told: when (as stamped), up to which line of the log, and the five numbers."""

    at: str
    event: int
    numbers: dict[str, int]


def last_digest(desk: Desk, pack: CallPack) -> LastDigest | None:
    """The digest before this one; null before the first."""
    text = desk.db.fact(f"{LAST} {pack.id}")
    return LastDigest(**json.loads(text)) if text else None


def remember_digest(desk: Desk, pack: CallPack) -> None:
    """Note what today's digest tells, within the running transaction."""
    numbers = {figure.name: figure.count for figure in Figures(desk, pack).five}
    told = {"at": desk.db.stamp(), "event": last_event(desk.db), "numbers": numbers}
    desk.db.remember(f"{LAST} {pack.id}", json.dumps(told, ensure_ascii=False))


def changes(figures: Figures, last: LastDigest | None) -> tuple[ItemChange, ...]:
    """What changed since the digest before; before the first, all is new."""
    return changes_since(figures.desk.db, figures.counted, last.event if last else 0)


def change_lines(changed: tuple[ItemChange, ...]) -> tuple[ChangeLine, ...]:
    """Changes as they are shown."""
    return tuple(
        ChangeLine(c.item.demand.number, c.item.unit or NO_UNIT, c.item.demand.name, c.words, standing(c.item.demand))
        for c in changed
    )


def overview(figures: Figures, changed: tuple[ItemChange, ...], last: LastDigest | None) -> Overview:
    """The first sheet."""
    return Overview(
        title=f"{figures.pack.short}日报",
        subtitle=countdown(figures),
        tiles=tuple(
            Tile(
                f.name,
                f.count if f.whole is None else number(f),
                compared(f, last, figures.now.date()) or "首次统计",
                SHEET_OF.get(f.name, "来信登记"),
            )
            for f in figures.five
        ),
        changes_title=changes_title(last),
        changes=change_lines(changed[:MOST_CHANGES]),
        more=max(0, len(changed) - MOST_CHANGES),
        sentences=(*attention(figures), account(figures.desk)),
        fields=figures.by_field,
        days=figures.days,
    )


def number(figure: Figure) -> str:
    """A number as it is shown: ``12``, or ``5 / 9`` of a whole."""
    return f"{figure.count}" if figure.whole is None else f"{figure.count} / {figure.whole}"


def compared(figure: Figure, last: LastDigest | None, today: date) -> str:
    """A number against the digest before: ``较昨日 +3``; ``""`` where there is nothing to compare with."""
    if last is None or figure.name not in last.numbers:
        return ""
    change = figure.count - last.numbers[figure.name]
    then = "昨日" if moment(last.at).date() == today - timedelta(days=1) else "上次"
    return f"较{then} {change:+d}" if change else f"与{then}持平"


def changes_title(last: LastDigest | None) -> str:
    """The heading over the changes: since when they are told."""
    return f"与昨日相比（上次日报 {moment(last.at):%m月%d日 %H:%M} 以来）" if last else "与昨日相比（首份日报）"


def countdown(figures: Figures) -> str:
    """The day, and how long the call is still open."""
    now, end = figures.now, figures.pack.deadline
    today = f"{day(now)} {now:%H:%M}"
    if end is None:
        return today
    if now >= end:
        return f"{today}　已于 {until(end)} 截止"
    officers = figures.desk.workspace.officers
    last = (end - timedelta(seconds=1)).date()
    left = workdays_until(now.date(), last, officers.extra_holidays, officers.extra_workdays)
    return f"{today}　距 {until(end)} 截止还有 {(last - now.date()).days} 天（{left} 个工作日）"


def attention(figures: Figures) -> Iterator[str]:
    """What wants an officer's eye, a sentence each."""
    for decision, words in ((Decision.HELD, "待复核"), (Decision.CORRECTION, "待补正")):
        old = [d for d in figures.having(decision) if figures.waiting_days(d.received) >= OLD_DAYS]
        if old:
            longest = figures.waiting_days(old[0].received)
            yield f"{words} {len(old)} 项已等待 {OLD_DAYS} 天以上，最久 {longest} 天。"
    questions = sum(bool(m["question"]) for m in figures.mails)
    if questions:
        yield f"登记单位来信咨询 {questions} 封，待人工答复（见“待复核”）。"
    waiting = sum(use.waiting for _, use in figures.quotas)
    if waiting:
        yield f"超出限额候补 {waiting} 项（见“限额使用”）。"
    yield from _first(books.errors(figures.desk.db))
    yield from _first(figures.desk.register_warnings)


def _first(lines: tuple[str, ...]) -> Iterator[str]:
    """As many lines as can be read at a glance."""
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"此类提醒还有 {len(lines) - MOST_LINES} 条，用 zhengji status 和 zhengji doctor 查看。"


def account(desk: Desk) -> str:
    """The balance of the books."""
    of = books.balance(desk.db)
    return (
        f"账目：共收到 {of.seen} 封，已办理 {of.handled} 封，无需处理 {of.ignored} 封，"
        f"重复投递 {of.duplicates} 封，未能处理 {of.failed} 封"
        + ("，账目相符。" if of.balances else f"，尚待审查 {of.waiting} 封。")
    )
