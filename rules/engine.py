"""One rule: a code, its reason, its wording, and the function that finds it. The catalogue is made of these.

A rule is written as a function under ``@rule(...)``, which turns it into a frozen ``Rule``; nothing is registered
anywhere: the catalogue collects the ``Rule`` values of its modules (``rules.catalog.RULES``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from rules.model import Finding, Scope, Severity

Number = int | float | Decimal
Measure = Number | str | None


class Subject(StrEnum):
    """What a rule looks at, and so which arguments its function takes."""

    FORM = "form"  # (form: Form, pack: CallPack)
    DOCUMENT = "document"  # (document: Document, case: Case)
    MAIL = "mail"  # (case: Case)
    SENDER = "sender"  # (item of a registered sender: Form, case: Case)
    UNIT = "unit"  # against the state of a unit; the judge calls these


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule is met.

    ``words`` are further values for the rule's templates; ``wording`` chooses one of its ``variants``; ``severity``
    replaces the rule's own where the contract lets it vary (F006); ``document`` is the path of the file it stands on.
    """

    where: str
    measured: Measure = None
    limit: Measure = None
    words: Mapping[str, object] = field(default_factory=dict)
    wording: str = ""
    severity: Severity | None = None
    document: str = ""


Hits = Iterable[Hit]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue: what it finds, how much it weighs, what is said, how it is mended."""

    code: str
    severity: Severity
    on: Subject
    scope: Scope
    told: bool
    title: str
    message: str
    fix: str
    variants: Mapping[str, tuple[str, str]]
    doc: str
    find: Callable[..., Hits]

    def finding(self, hit: Hit) -> Finding:
        """The finding that a hit amounts to, in the rule's own words."""
        message, fix = self.variants[hit.wording] if hit.wording else (self.message, self.fix)
        values = {"where": hit.where, "measured": plain(hit.measured), "limit": plain(hit.limit), **hit.words}
        return Finding(
            code=self.code,
            severity=hit.severity or self.severity,
            where=hit.where,
            message=message.format(**values),
            fix=fix.format(**values),
            measured=_json(hit.measured),
            limit=_json(hit.limit),
            scope=self.scope,
            document=hit.document,
            told=self.told,
        )

    def findings(self, *subject: object) -> tuple[Finding, ...]:
        """All findings of this rule on its subject; the arguments are those of its ``Subject``."""
        return tuple(self.finding(hit) for hit in self.find(*subject))


def rule(  # noqa: PLR0913 - the one place where everything about a rule is said, by keyword
    code: str,
    severity: Severity,
    *,
    on: Subject,
    scope: Scope,
    title: str,
    message: str,
    fix: str = "",
    told: bool = True,
    variants: Mapping[str, tuple[str, str]] | None = None,
) -> Callable[[Callable[..., Hits]], Rule]:
    """Make a function into a rule; its docstring is the rule's documentation.

    ``message`` and ``fix`` are Chinese templates over ``where``, ``measured``, ``limit`` and the hit's ``words``;
    ``variants`` are other pairs of them by name; ``title`` names the rule in a few words.
    """

    def made(find: Callable[..., Hits]) -> Rule:
        doc = (find.__doc__ or "").strip()
        return Rule(code, severity, on, scope, told, title, message, fix, dict(variants or {}), doc, find)

    return made


def run(rules: Iterable[Rule], on: Subject, *subject: object) -> tuple[Finding, ...]:
    """The findings of every rule on this kind of subject, in the order of the catalogue."""
    return tuple(finding for each in rules if each.on is on for finding in each.findings(*subject))


def plain(value: Measure) -> str:
    """A number as a letter shows it (``800``, ``1.5``, never ``8E+2``); ``""`` for nothing."""
    if value is None:
        return ""
    if isinstance(value, str | int):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _json(value: Measure) -> int | float | str | None:
    return float(value) if isinstance(value, Decimal) else value
