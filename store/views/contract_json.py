"""Findings, forms and items as the JSON of the command line has them: the one place that knows those keys."""

from __future__ import annotations

from typing import Any

from intake.model import Form
from rules.model import Demand, Finding, wan

VERSION = 1


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "where": finding.where,
        "message": finding.message,
        "measured": finding.measured,
        "limit": finding.limit,
    }


def form_json(form: Form) -> dict[str, Any]:
    """What a form holds, as ``check --json`` tells it; amounts in 万元, the period in months."""
    return {
        "fields": dict(form.fields),
        "sections": {name: {"count": section.words} for name, section in form.sections.items()},
        "amount_wan": wan(form.money.amount),
        "matching_wan": wan(form.money.matching),
        "months": form.months,
    }


def item_json(demand: Demand, unit: str | None, of_file: tuple[Finding, ...] = ()) -> dict[str, Any]:
    """One version of a demand, as ``items --json`` tells it; ``of_file`` are the findings that stand on its file.

    A withdrawn version is not current, whatever place it still has in the history.
    """
    form = form_json(demand.form)
    findings = dict.fromkeys((*demand.findings, *of_file))
    return {
        "item": demand.number,
        "receipt": demand.receipt,
        "unit": unit,
        "name": demand.name,
        "version": demand.version,
        "decision": demand.decision,
        "findings": [finding_json(finding) for finding in findings],
        "fields": form["fields"],
        "sections": form["sections"],
        "amount_wan": form["amount_wan"],
        "received": demand.received.replace(microsecond=0).isoformat(),
        "current": demand.current and not demand.withdrawn,
        "withdrawn": demand.withdrawn,
    }
