"""A draft as ``calls draft --json`` prints it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rules.drafting.model import Draft, Range

VERSION = 1


def draft_json(draft: Draft) -> dict[str, Any]:
    """The values, the sentence of each, and the doubts; a value that the notice does not hold is null or empty."""
    return {
        "version": VERSION,
        "values": _values(draft),
        "evidence": _evidence(draft),
        "doubts": [{"value": d.value, "why": d.why} for d in draft.doubts()],
    }


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title.value or None,
        "deadline": draft.deadline.value or None,
        "mailbox": draft.mailbox.value or None,
        "phones": list(draft.phones.value),
        "contacts": list(draft.contacts.value),
        "fields_allowed": list(draft.subjects.value),
        "excluded": list(draft.excluded.value),
        "quota": {q.category: q.limit for q in draft.quotas},
        "amount_wan": _range(draft.amount.value),
        "matching_ratio": number(draft.matching.value),
        "months": _range(draft.months.value),
        "form_fields": [f.name for f in draft.form.fields],
        "sections": {s.name: _range(s.words) for s in draft.form.sections},
        "summary_columns": list(draft.summary.columns) if draft.summary else None,
    }


def number(value: Decimal | None) -> int | float | None:
    """A number as JSON and TOML write it: whole ones without a point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _range(value: Range) -> list[int | float | None]:
    return [number(value.low), number(value.high)]


def _evidence(draft: Draft) -> dict[str, str]:
    """The sentence of every value, and of every part of those that have parts (``quota.盟市``)."""
    found = {place: value.sentence for place, value in draft.values() if place in _values(draft)}
    found["quota"] = _joined(q.sentence for q in draft.quotas)
    found["form_fields"] = _joined(f.sentence for f in draft.form.fields)
    found["sections"] = _joined(s.sentence for s in draft.form.sections)
    found["summary_columns"] = draft.summary.sentence if draft.summary else ""
    found |= {f"quota.{q.category}": q.sentence for q in draft.quotas}
    found |= {f"form_fields.{f.name}": f.sentence for f in draft.form.fields}
    found |= {f"sections.{s.name}": s.sentence for s in draft.form.sections}
    return {place: sentence for place, sentence in found.items() if sentence}


def _joined(sentences: Any) -> str:
    return "\n".join(dict.fromkeys(sentences))
