"""The words of judging: severities, findings, decisions, and the state of a unit. Pure values, no I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from intake.model import Form, Submission, Summary

SECRET_NAME = "（涉密，未显示）"  # noqa: S105 - what is shown in place of a secret name


class Severity(StrEnum):
    """How much a finding weighs."""

    INFO = "info"
    WARNING = "warning"
    REVIEW = "review"
    ERROR = "error"
    REFUSE = "refuse"


class Decision(StrEnum):
    """What becomes of a mail or an item."""

    IGNORED = "ignored"
    REQUEST = "request"
    ACCEPTED = "accepted"
    HELD = "held"
    CORRECTION = "correction"
    REFUSED = "refused"


DECISION_OF = {
    Severity.REFUSE: Decision.REFUSED,
    Severity.ERROR: Decision.CORRECTION,
    Severity.REVIEW: Decision.HELD,
}
WORST_FIRST = (Decision.REFUSED, Decision.CORRECTION, Decision.HELD, Decision.ACCEPTED)


class Scope(StrEnum):
    """On what a finding stands."""

    MAIL = "mail"
    DOCUMENT = "document"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: stable code, weight, where it is, what is said and how it is mended.

    ``document`` is the path of the document for findings of a file; ``told`` is false for what the sender never
    reads; ``measured`` and ``limit`` are numbers, or null.
    """

    code: str
    severity: Severity
    where: str
    message: str
    fix: str = ""
    measured: int | float | str | None = None
    limit: int | float | str | None = None
    scope: Scope = Scope.ITEM
    document: str = ""
    told: bool = True


@dataclass(frozen=True, slots=True)
class Unit:
    """A recommending unit of the register; ``limit`` is its quota, null where none applies."""

    name: str
    category: str = ""
    limit: int | None = None
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def entries(self) -> str:
        """Its addresses and @domains, as column 邮箱 of the register has them."""
        return "；".join((*self.addresses, *(f"@{domain}" for domain in self.domains)))


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a letter is from, by the register.

    ``units`` are all that match (the form chooses among several); ``by_domain`` when only the domain is registered.
    """

    address: str
    units: tuple[Unit, ...] = ()
    by_domain: bool = False

    @property
    def registered(self) -> bool:
        """Whether the register knows the address."""
        return bool(self.units)


@dataclass(frozen=True, slots=True)
class Received:
    """When a letter counts as received, and the evidence: both times where they differ."""

    at: datetime
    internal: datetime | None = None
    header: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """One demand of a letter with what the letter alone says about it.

    ``document`` is the path of its file; ``findings`` are the item's own.
    """

    name: str
    document: str
    form: Form
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A letter that asks for something: 查询, 撤回, 恢复 or 预检, with the item numbers it names."""

    kind: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A letter judged by itself: what it is, its items, and the findings that stand on the mail and its files.

    ``kind`` is ``submission``, ``request`` or ``ignored``; ``unit`` the unit it counts for (null: none or unknown);
    ``own_failures`` what we could not do, for the officers, never told to the sender.
    """

    kind: str
    submission: Submission
    received: Received
    sender: Sender
    unit: Unit | None = None
    request: Request | None = None
    items: tuple[CheckedItem, ...] = ()
    findings: tuple[Finding, ...] = ()  # scope MAIL and DOCUMENT
    own_failures: tuple[str, ...] = ()
    secret: bool = False  # S001: nothing of its content may be shown
    question: bool = False  # M002 of a registered sender who asks something: 待人工答复
    call: str = ""  # the call that its forms belong to

    @property
    def isolated(self) -> bool:
        """Whether its demands stay outside the unit's state until an officer decides (A001, A002, A005)."""
        return any(f.code in ("A001", "A002", "A005") for f in self.findings)


@dataclass(frozen=True, slots=True)
class OfficerDecision:
    """What an officer decided about an item, and why."""

    decision: Decision
    reason: str
    officer: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """One version of one demand as the unit's state knows it.

    ``number`` is the item number; ``place`` its place in the unit's queue (lower is earlier); ``base`` the findings
    that the letter alone gave it, its own and those of the mail that hold for every item; ``findings`` all of today.
    """

    number: str
    version: int
    receipt: str
    name: str
    document: str
    form: Form
    received: datetime
    place: int
    base: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
    decision: Decision = Decision.ACCEPTED
    current: bool = True
    withdrawn: bool = False
    isolated: bool = False
    secret: bool = False
    officer: OfficerDecision | None = None
    own_failure: str = ""
    sha256: str = ""
    reply_id: str = ""  # Message-ID of our answer to the mail that brought it
    sender: str = ""
    likened: str = ""  # the name of the version before, where only likeness made them one demand (恢复 undoes it)

    def with_(self, **changes: object) -> Demand:
        """A copy with changes."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class SummaryOnFile:
    """A 汇总表 that the unit has sent in time, with the receipt that brought it; in order of arrival."""

    receipt: str
    received: datetime
    summary: Summary
    whole: bool = False  # its title or mail says that it replaces all before


@dataclass(frozen=True, slots=True)
class UnitState:
    """Everything on file for one unit and call, in order of arrival: what judging is done against.

    ``past`` holds every version that is not current (replaced, or late); ``aside`` the isolated demands that may come
    in now: those of the letter that is judged again, or the one that an officer decides.
    """

    unit: Unit | None
    demands: tuple[Demand, ...] = ()  # every current version, withdrawn ones included
    summaries: tuple[SummaryOnFile, ...] = ()
    next_number: int = 1  # the next free item number of the call
    next_place: int = 1
    likenesses: tuple[Likeness, ...] = ()
    past: tuple[Demand, ...] = ()
    aside: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """A near-duplicate that was found for a demand (P002, P003); ``other`` is for officers' eyes only.

    ``demand`` is its number, or the document path of a new one, then with ``name`` where the document holds several;
    ``other`` the number of the other demand (P002), or the title of the entry of a list (P003).
    """

    demand: str
    code: str
    score: float
    other: str
    shared: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A demand of an earlier letter whose verdict this one changes."""

    before: Demand
    after: Demand

    @property
    def moved_up(self) -> bool:
        """Whether it left the waiting list."""
        waiting = any(f.code == "Q001" for f in self.before.findings)
        return waiting and not any(f.code == "Q001" for f in self.after.findings)

    @property
    def redecided(self) -> bool:
        """Whether its decision changed, not only a finding that blocks nothing."""
        return self.before.decision is not self.after.decision


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """How much of its quota a unit uses; ``limit`` null: 通知未规定."""

    used: int
    waiting: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one letter: its decision, its demands with every finding, and what it changed elsewhere.

    ``replaced`` are versions that stopped being current; ``state`` is the unit's state after this letter.
    """

    decision: Decision
    checked: Checked
    demands: tuple[Demand, ...] = ()
    findings: tuple[Finding, ...] = ()  # scope MAIL and DOCUMENT, consistency included
    changes: tuple[Change, ...] = ()
    replaced: tuple[Demand, ...] = ()
    state: UnitState = field(default_factory=lambda: UnitState(None))
    quota: QuotaUse | None = None
    mended: tuple[int, int] | None = None  # (of how many open points, how many were mended) since the last letter
    awaited: tuple[str, ...] = ()  # demands that the 汇总表 on file lists and nobody has sent yet
    officer_needed: tuple[str, ...] = ()  # items of a request that only an officer may carry out for this sender
    refused_request: str = ""  # why a request was not carried out, in words for the sender


def decide(findings: tuple[Finding, ...], *, own_failure: bool = False) -> Decision:
    """The decision that findings amount to (contract, section 3): refused, correction, held, accepted."""
    decisions = {DECISION_OF[f.severity] for f in findings if f.severity in DECISION_OF}
    if own_failure:
        decisions.add(Decision.HELD)
    return worst(decisions)


def worst(decisions: set[Decision]) -> Decision:
    """The worst of several decisions, accepted where there is none."""
    return next((d for d in WORST_FIRST if d in decisions), Decision.ACCEPTED)


def wan(value: Decimal | None) -> float | None:
    """An amount in 万元 as JSON carries it."""
    return None if value is None else float(value)
