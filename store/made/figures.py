"""The figures of a call as officers ask for them: how many, of which 领域, on which day, from which unit.

Digest and board draw from here, so that they can never tell different numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from rules.choices import chosen
from rules.model import Decision, Demand, QuotaUse, Unit
from rules.packs.call import CallPack
from store import queries
from store.database import Row, moment
from store.desk import Desk
from store.queries import SHOWN, Item
from store.registers.registry import papers

OTHER_FIELD = "（其他或未填）"
REPORTED = "已报送单位"
MAILS = "来信"


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the five numbers: its name, how many, of how many (null: of no whole), its measure word."""

    name: str
    count: int
    whole: int | None = None
    measure: str = "项"


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How many demands of a 领域 stand under each decision of ``queries.SHOWN``, in its order."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What came on a day, and how many demands had come by its end; ``accepted`` of these are accepted today."""

    day: date
    new: int
    mended: int
    total: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a unit has sent: mails, submissions among them, a 汇总表 or none, its demands by decision, its paper."""

    unit: Unit
    mails: int
    submissions: int
    summary: bool
    counts: Counter[str]
    paper: date | None

    @property
    def silent(self) -> bool:
        """Whether it has sent nothing that could count."""
        return self.submissions == 0


@dataclass(frozen=True)
class Figures:
    """Everything on file for one call, read once from the store."""

    desk: Desk
    pack: CallPack

    @cached_property
    def now(self) -> datetime:
        """The moment for which the figures hold."""
        return self.desk.db.clock()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every version of every demand, by number and version."""
        found = (i for i in queries.items(self.desk.db) if i.call == self.pack.id)
        return tuple(sorted(found, key=lambda i: (i.demand.number, i.demand.version)))

    @cached_property
    def counted(self) -> tuple[Item, ...]:
        """The versions that count: current ones, and those refused as late."""
        return tuple(i for i in self.items if i.counts)

    @cached_property
    def current(self) -> tuple[Item, ...]:
        """The versions that hold today, isolated ones with them."""
        return tuple(i for i in self.items if i.demand.current or i.demand.isolated)

    @cached_property
    def mails(self) -> list[Row]:
        """The rows of all mails that were not erased, in order of arrival."""
        return self.desk.db.rows("SELECT * FROM mails WHERE purged_at IS NULL ORDER BY arrived, id")

    def having(self, decision: Decision) -> tuple[Demand, ...]:
        """The current demands under a decision, withdrawn ones left out, the oldest first."""
        found = (i.demand for i in self.current if i.demand.decision is decision and not i.demand.withdrawn)
        return tuple(sorted(found, key=lambda d: d.received))

    @cached_property
    def five(self) -> tuple[Figure, ...]:
        """The five numbers that matter: demands by decision, and the units heard of (else the mails)."""
        counts = Counter(i.counts for i in self.items)
        words = zip(("受理", "需补正", "待复核", "不予受理"), SHOWN, strict=True)
        return (*(Figure(word, counts[decision]) for word, decision in words), self._heard())

    def _heard(self) -> Figure:
        if not self.pack.recommended or not self.standings:
            return Figure(MAILS, len(self.mails), measure="封")
        return Figure(REPORTED, sum(not s.silent for s in self.standings), len(self.standings), "个")

    @cached_property
    def by_field(self) -> tuple[FieldCount, ...]:
        """Demands by 领域 in the notice's order; what belongs to none of them last."""
        spec = self.pack.field_named(self.pack.subject_field)
        counts: dict[str, Counter[str]] = {c.name: Counter() for c in (spec.choices if spec else ())}
        for item in self.counted:
            choice = chosen(spec, item.demand.form.value(spec.name)) if spec else None
            counts.setdefault(choice.name if choice else OTHER_FIELD, Counter())[item.counts] += 1
        rows = (FieldCount(name, tuple(found[d] for d in SHOWN)) for name, found in counts.items())
        return tuple(row for row in rows if row.name != OTHER_FIELD or any(row.counts))

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """Day by day from the first demand to the last (or to today while the call is open); empty before the first."""
        first: dict[str, Demand] = {}
        for item in self.items:
            first.setdefault(item.demand.number, item.demand)
        new = Counter(d.received.date() for d in first.values())
        mended = Counter(i.demand.received.date() for i in self.items if i.demand is not first[i.demand.number])
        standing = {i.demand.number for i in self.counted if i.counts == Decision.ACCEPTED}
        accepted = Counter(d.received.date() for d in first.values() if d.number in standing)
        return tuple(_days((new, mended, accepted), self._last_day)) if new else ()

    @property
    def _last_day(self) -> date:
        """Today while the call is open; after it the day on which it ended."""
        end = self.pack.deadline
        return self.now.date() if end is None else min(self.now, end - timedelta(seconds=1)).date()

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """What each unit of the register has sent, in the register's order."""
        own = [m for m in self.mails if m["unit"] and not m["isolated"]]  # what bears a unit's name falsely is not its
        mails = Counter(m["unit"] for m in own)
        sent = Counter(m["unit"] for m in own if m["kind"] == "submission")
        sql = "SELECT DISTINCT unit FROM summaries WHERE call = ?"
        tables = {r["unit"] for r in self.desk.db.rows(sql, self.pack.id)}
        arrived = papers(self.desk.db, self.pack.id)
        counts: dict[str, Counter[str]] = {}
        for item in self.counted:
            if not item.demand.isolated:
                counts.setdefault(item.unit or "", Counter())[item.counts] += 1
        return tuple(
            Standing(u, mails[u.name], sent[u.name], u.name in tables, counts.get(u.name, Counter()),
                     arrived.get(u.name))
            for u in self.desk.units_for(self.pack)
        )  # fmt: skip

    @cached_property
    def quotas(self) -> tuple[tuple[str, QuotaUse], ...]:
        """The quota of each unit that holds or waits for a place, in the register's order."""
        standing = (i for i in self.items if i.demand.current and not i.demand.withdrawn)
        return queries.quotas_of(standing, self.desk.units_for(self.pack), self.pack.id)

    def waiting_days(self, since: datetime) -> int:
        """How many days have passed since."""
        return max(0, (self.now.date() - since.date()).days)


def _days(counts: tuple[Counter[date], Counter[date], Counter[date]], last: date) -> Iterable[Day]:
    new, mended, accepted = counts
    day, end = min(new), max(last, *new, *mended)
    total = standing = 0
    while day <= end:
        total, standing = total + new[day], standing + accepted[day]
        yield Day(day, new[day], mended[day], total, standing)
        day += timedelta(days=1)


def received(mail: Row) -> datetime:
    """When a mail counts as received (before it was judged: when it arrived)."""
    return moment(mail["received"] or mail["arrived"])
