"""What was read in a notice, as typed values: each with the sentence it came from and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, the sentence that it was read in, and why an officer should look at it (nothing: it is plain)."""

    value: T
    sentence: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """A range with both ends included; null: open."""

    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_open(self) -> bool:
        """Whether it says nothing."""
        return self.low is None and self.high is None


@dataclass(frozen=True, slots=True)
class DraftedField:
    """A label of the form with a blank beside it; ``options`` where it is printed as check boxes."""

    name: str
    sentence: str
    options: tuple[str, ...] = ()
    printed: str = ""  # what the notice filled in already


@dataclass(frozen=True, slots=True)
class DraftedSection:
    """A part of the form to be written: its short name, its printed heading and hint, its limits in 字."""

    name: str
    heading: str
    sentence: str
    hint: str = ""
    words: Range = Range()
    labels: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftedForm:
    """The form that the notice encloses; not ``enclosed``: only what its body says of one."""

    title: str = ""
    fields: tuple[DraftedField, ...] = ()
    sections: tuple[DraftedSection, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    enclosed: bool = True


@dataclass(frozen=True, slots=True)
class DraftedQuota:
    """How many demands a kind of unit may recommend."""

    category: str
    limit: int
    sentence: str
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftedSummary:
    """The 汇总表 that the notice encloses."""

    title: str
    columns: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """What an officer must decide: the place of the value (``sections.考核指标``) and why."""

    value: str
    why: str


NOTHING: Found[str] = Found("")


@dataclass(frozen=True)
class Draft:
    """Everything that was read in one notice. ``issued`` and ``deadline`` are ISO texts, ``""`` for none."""

    title: Found[str] = NOTHING
    issued: Found[str] = NOTHING
    deadline: Found[str] = NOTHING
    mailbox: Found[str] = NOTHING
    phones: Found[tuple[str, ...]] = field(default=Found(()))
    contacts: Found[tuple[str, ...]] = field(default=Found(()))
    subjects: Found[tuple[str, ...]] = field(default=Found(()))
    excluded: Found[tuple[str, ...]] = field(default=Found(()))
    quotas: tuple[DraftedQuota, ...] = ()
    amount: Found[Range] = field(default=Found(Range()))
    amount_of: str = "财政"
    matching: Found[Decimal | None] = field(default=Found(None))
    matching_of_enterprises: bool = False
    months: Found[Range] = field(default=Found(Range()))
    recommended: Found[bool] = field(default=Found(False))
    stays_open: Found[bool] = field(default=Found(False))
    form: DraftedForm = DraftedForm()
    summary: DraftedSummary | None = None

    def doubts(self) -> Iterator[Doubt]:
        """What an officer must decide, in the order of a notice."""
        for place, found in self.values():
            yield from (Doubt(place, why) for why in found.doubts)
        for quota in self.quotas:
            yield from (Doubt(f"quota.{quota.category}", why) for why in quota.doubts)
        yield from (Doubt("form_fields", why) for why in self.form.doubts)
        for section in self.form.sections:
            yield from (Doubt(f"sections.{section.name}", why) for why in section.doubts)

    def values(self) -> Iterator[tuple[str, Found[object]]]:
        """The single values by their names in the JSON."""
        named: tuple[tuple[str, Found[object]], ...] = (
            ("title", self.title),  # type: ignore[assignment]  # Found is read only: any value is an object
            ("deadline", self.deadline),
            ("mailbox", self.mailbox),
            ("phones", self.phones),
            ("contacts", self.contacts),
            ("fields_allowed", self.subjects),
            ("excluded", self.excluded),
            ("amount_wan", self.amount),
            ("matching_ratio", self.matching),
            ("months", self.months),
            ("recommended", self.recommended),
            ("stays_open", self.stays_open),
        )
        yield from named
