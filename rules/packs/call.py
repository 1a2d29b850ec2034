"""A call as the rules see it: every value that a pack gives, typed. Built by ``rules.packs.pack`` from TOML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from intake.model import Form, Layout, Section
from rules.folding import fold_subject
from rules.senders import alias_keys

DRAFTED = "拟定"  # the source of a value that the notice does not hold
TO_DECIDE = "# 待定："  # a comment in a pack file on which an officer must decide


class PackError(Exception):
    """A pack or a setting over it that cannot be used: the file, the place in it, and the cure, in Chinese."""

    def __init__(self, file: str, place: str, cure: str) -> None:
        super().__init__(f"{file}：{place}：{cure}" if place else f"{file}：{cure}")
        self.file, self.place, self.cure = file, place, cure


@dataclass(frozen=True)
class Choice:
    """A value that a field may have, and other words for it."""

    name: str
    aliases: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> frozenset[str]:
        """Its name and the other words, folded for comparing."""
        return frozenset(fold_subject(name) for name in (self.name, *self.aliases))


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of the form and what may stand in it.

    ``choices`` empty: anything; ``others_allowed``: a value beside the choices is for an officer to judge (T002), not
    an error (F011); ``excluded``: words that put a demand outside the call; ``single``: check boxes, one tick;
    ``format``: ``""`` or ``uscc`` (统一社会信用代码).
    """

    name: str
    required: bool = False
    choices: tuple[Choice, ...] = ()
    others_allowed: bool = False
    excluded: tuple[str, ...] = ()
    checkboxes: bool = False
    single: bool = True
    format: str = ""


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A section of the form: required or not, its limits in 字, and what it must name (``enterprise`` or nothing)."""

    name: str
    required: bool = True
    max_words: int | None = None
    min_words: int | None = None
    must_name: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many demands a unit of a category may recommend; ``limit`` null: the notice does not say.

    ``partner``: units of this category must name the enterprise they work with (C007).
    """

    category: str
    limit: int | None = None
    aliases: tuple[str, ...] = ()
    partner: bool = False


@dataclass(frozen=True, slots=True)
class AmountSpec:
    """Where the amount asked for stands, what it is asked of, and its range in 万元 (null: open)."""

    place: str
    of: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MatchingSpec:
    """The least matching funds as a multiple of the amount, and who owes them: ``enterprise`` or ``all``.

    ``place``: where they stand, ``""`` for where the amount does.
    """

    ratio: Decimal
    asked_of: str = "all"
    place: str = ""


@dataclass(frozen=True, slots=True)
class PeriodSpec:
    """Where the period stands and its usual range in months (null: open), with the notice's words for it."""

    place: str
    minimum: int | None = None
    maximum: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """Something that the indicators must state: recognised by ``patterns`` outside of what ``ignore`` matches."""

    name: str
    patterns: tuple[str, ...]
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorSpec:
    """What 考核指标 must hold: a number, the elements, and more than papers where ``papers_refused``."""

    place: str
    number: bool = False
    elements: tuple[Element, ...] = ()
    papers_refused: bool = False


@dataclass(frozen=True, slots=True)
class ApplicantSpec:
    """Who may apply: an ``enterprise``, of a region named by one of ``region`` in ``region_field``."""

    kind: str = ""
    region_field: str = ""
    region: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of the 汇总表: its official name, its printed heading, other words for it."""

    name: str
    heading: str
    aliases: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class SummarySpec:
    """The official 汇总表: its title, its columns, and which of them holds what (``""``: none does)."""

    title: str
    columns: tuple[ColumnSpec, ...]
    name_column: str
    applicant_column: str = ""
    contact_column: str = ""
    phone_column: str = ""
    subject_column: str = ""
    amount_column: str = ""
    partner_column: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """The columns whose cells must be filled."""
        return tuple(c.name for c in self.columns if c.required)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the call in words: what it is about, what holds, and the sentence of the notice behind it.

    ``by_officers`` when a setting of the workspace replaced what the pack says.
    """

    place: str
    subject: str
    words: str
    source: str
    by_officers: bool = False

    @property
    def drafted(self) -> bool:
        """Whether the notice does not hold it."""
        return self.source == DRAFTED


@dataclass(frozen=True)
class CallPack:
    """A call for demands with all its terms.

    ``deadline`` null: the officers must set one before it runs; ``stays_open``: letters after it count for the next
    batch (D003); ``recommended``: only registered units may send; ``units`` are (name, category, checked) of the
    units that the notice addresses; ``hash`` is the SHA-256 of the pack, the settings and the edition of the rules.
    """

    id: str
    prefix: str
    title: str
    short: str
    item_word: str
    office: str
    deadline: datetime | None
    deadline_words: str
    stays_open: bool
    grace_hours: int
    mailbox: str
    contact: str
    recommended: bool
    paper_duty: str
    layout: Layout
    fields: tuple[FieldSpec, ...]
    sections: tuple[SectionSpec, ...]
    name_field: str
    applicant_field: str
    unit_field: str
    subject_field: str
    quotas: tuple[Quota, ...] = ()
    amount: AmountSpec | None = None
    matching: MatchingSpec | None = None
    period: PeriodSpec | None = None
    indicators: IndicatorSpec | None = None
    applicant: ApplicantSpec = ApplicantSpec()
    summary: SummarySpec | None = None
    units: tuple[tuple[str, str, bool], ...] = ()
    unit_aliases: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    hash: str = ""

    @cached_property
    def alias_keys(self) -> Mapping[str, str]:
        """Other names of units, folded for comparing."""
        return alias_keys(self.unit_aliases)

    def field_named(self, name: str) -> FieldSpec | None:
        """The field of that name, if the call has it."""
        return next((f for f in self.fields if f.name == name), None)

    def section_named(self, name: str) -> SectionSpec | None:
        """The section of that name, if the call has it."""
        return next((s for s in self.sections if s.name == name), None)

    def sections_of(self, form: Form) -> Iterator[tuple[Section, SectionSpec]]:
        """The sections that stand in the form, each with its terms, in the call's order."""
        for spec in self.sections:
            if spec.name in form.sections:
                yield form.sections[spec.name], spec

    def quota(self, category: str) -> Quota | None:
        """The quota of a category by its name or another word for it."""
        return next((q for q in self.quotas if category == q.category or category in q.aliases), None)

    def name_of(self, form: Form) -> str:
        """The demand's name as its form gives it, ``""`` where it gives none."""
        return form.value(self.name_field)

    def applicant_of(self, form: Form) -> str:
        """Who applies, as the form gives it."""
        return form.value(self.applicant_field)

    def open_points(self) -> tuple[str, ...]:
        """What officers still have to settle or confirm, a line each."""
        return tuple(f"{t.subject}：{t.words or '（空）'}（拟定，通知未载明，请确认）" for t in self.terms if t.drafted)

    def unset(self) -> tuple[str, ...]:
        """What must be set before the call can run: the names of the settings."""
        wanted = (("deadline", self.deadline is not None or self.stays_open), ("mailbox", bool(self.mailbox)))
        return tuple(name for name, there in wanted if not there)
