"""Findings on a terminal, and the report of a check; whoever checks one form does not wait for the store's reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from replies.wording import decision_word
from rules.model import Finding, Severity
from store.precheck import Outcome

WEIGHT_WORDS = {
    Severity.REFUSE: "不予受理",
    Severity.ERROR: "必须修改",
    Severity.REVIEW: "待复核",
    Severity.WARNING: "建议核对",
    Severity.INFO: "提示",
}


def report_of(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """The findings of a check, an input after the other."""
    for outcome in outcomes:
        yield f"{outcome.named.name}：{decision_word(outcome.decision)}"
        for finding in outcome.findings:
            yield from finding_lines(finding, "  ")
        for demand in outcome.demands:
            yield f"  需求“{demand.name or '（未填名称）'}”：{decision_word(demand.decision)}"
            for finding in demand.findings:
                if finding not in outcome.findings:
                    yield from finding_lines(finding, "    ")


def finding_lines(finding: Finding, indent: str) -> Iterator[str]:
    """What was found, how much it weighs and where, then how to mend it."""
    place = f"{finding.document} " if finding.document and finding.document not in finding.message else ""
    yield f"{indent}【{WEIGHT_WORDS[finding.severity]}】{finding.code} {place}{finding.where}：{finding.message}"
    if finding.fix:
        yield f"{indent}  {finding.fix}"
