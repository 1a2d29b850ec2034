"""What a letter says of findings: each in words, those of one weight under one title, and which an officer settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from replies.message import LONGEST_LINE, plain_line
from replies.wording import CURE_WORDS, GROUP_TITLES
from rules.model import Decision, Demand, Finding, Severity

BLOCKING = frozenset({Severity.REFUSE, Severity.ERROR, Severity.REVIEW})
SETTLED = "原审查意见，已由工作人员决定，不再要求改正"
ELSEWHERE = frozenset({"C001", "C004"})  # told in a section of their own and in the first paragraph


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding as read: where, what is and must be, how it is mended."""

    where: str
    message: str
    fix: str
    code: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """Findings of one weight under one title; ``tone`` is the severity, ``cure`` the word before what to do."""

    title: str
    tone: str
    cure: str
    findings: tuple[FindingView, ...]


def groups(findings: Iterable[Finding], settled: frozenset[Severity] = frozenset()) -> tuple[GroupView, ...]:
    """What the sender may read, the weightiest first, each finding once; what is ``settled`` asks nothing any more."""
    told = list(dict.fromkeys(f for f in findings if f.told and f.code not in ELSEWHERE))
    stands = tuple(
        GroupView(
            title, severity.value, CURE_WORDS[severity], tuple(finding_view(f) for f in told if f.severity is severity)
        )
        for severity, title in GROUP_TITLES.items()
        if severity not in settled and any(f.severity is severity for f in told)
    )
    past = tuple(replace(finding_view(f), fix="") for f in told if f.severity in settled)
    return (*stands, GroupView(SETTLED, Severity.INFO.value, "", past)) if past else stands


def settled_by_officer(demand: Demand) -> frozenset[Severity]:
    """The weights of which nothing is asked any more since an officer decided about the demand."""
    if demand.officer is None or demand.decision is Decision.HELD:
        return frozenset()
    asked = {Decision.CORRECTION: Severity.ERROR, Decision.REFUSED: Severity.REFUSE}.get(demand.decision)
    return BLOCKING - {asked} if asked else BLOCKING


def finding_view(finding: Finding) -> FindingView:
    """A finding in words that are safe to show."""
    return FindingView(
        plain_line(finding.where) or "来件",
        plain_line(finding.message, LONGEST_LINE),
        plain_line(finding.fix, LONGEST_LINE),
        finding.code,
    )
