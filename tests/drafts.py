"""What a notice says, value by value, beside what was read of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from rules.drafting.read import draft_of
from rules.drafting.to_json import draft_json
from rules.packs.call import DRAFTED, CallPack
from rules.packs.pack import load_pack

NOTICES = Path(__file__).parent / "notices"
EMPTY: tuple[object, ...] = (None, "", [], {}, [None, None])


@dataclass(frozen=True)
class Measured:
    """How many values there are, those found, and those wrong without a doubt beside them."""

    values: int
    found: int
    wrong: tuple[tuple[str, object, object], ...]


def invented() -> dict[str, dict[str, Any]]:
    """The values that the invented notices hold, by the names of their files."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(NOTICES.glob("*.json"))}


def shipped() -> dict[str, dict[str, Any]]:
    """The values of the shipped packs that their notices hold."""
    return {path.stem: _of_pack(load_pack(path.stem)) for path in sorted((NOTICES / "shipped").glob("*.txt"))}


def text_of(name: str) -> str:
    path = NOTICES / f"{name}.txt"
    return (path if path.exists() else NOTICES / "shipped" / f"{name}.txt").read_text(encoding="utf-8")


def measure(name: str, wanted: Mapping[str, Any]) -> Measured:
    """Compare value by value; of quotas, sections each one."""
    read = draft_json(draft_of(text_of(name)))
    doubted = {part for d in read["doubts"] for part in (d["value"], d["value"].partition(".")[0])}
    expected, got = dict(_leaves(wanted)), dict(_leaves({k: read["values"][k] for k in wanted}))
    names = [n for n in {**expected, **got} if expected.get(n) not in EMPTY or got.get(n) not in EMPTY]
    wrong = [n for n in names if got.get(n) not in EMPTY and got.get(n) != expected.get(n)]
    unmarked = [n for n in wrong if n not in doubted and n.partition(".")[0] not in doubted]
    found = sum(n in got and got[n] == expected.get(n) for n in names)
    return Measured(len(names), found, tuple((n, expected.get(n), got.get(n)) for n in unmarked))


def _leaves(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{part}", one if one != [None, None] else "there") for part, one in value.items())
        else:
            yield name, value


def _of_pack(pack: CallPack) -> dict[str, Any]:
    """The values of a pack; what is 拟定 there stands in no notice."""
    said = {t.place for t in pack.terms if t.source != DRAFTED}
    subject = pack.field_named(pack.subject_field)
    printed = all(f"section.{s.name}" in said for s in pack.sections)
    names, _, phones = pack.contact.partition(" ")
    form = {
        "form_fields": [f.name for f in pack.fields],
        "sections": {s.name: [s.min_words, s.max_words] for s in pack.sections},
    }
    return {
        "title": pack.title,
        "deadline": _until(pack.deadline),
        "mailbox": pack.mailbox or None,
        "contacts": [n for n in names.split("、") if phones and "领域" not in n],
        "fields_allowed": [c.name for c in subject.choices] if subject else [],
        "excluded": list(subject.excluded) if subject else [],
        "quota": {q.category: q.limit for q in pack.quotas if q.limit is not None},
        "amount_wan": [_int(pack.amount.minimum), _int(pack.amount.maximum)] if pack.amount else [None, None],
        "matching_ratio": _int(pack.matching.ratio) if pack.matching else None,
        "months": [pack.period.minimum, pack.period.maximum] if pack.period else [None, None],
        "summary_columns": [c.heading for c in pack.summary.columns] if pack.summary else None,
        **(form if printed else {}),
    }


def _until(at: datetime | None) -> str | None:
    """The last instant as a notice says it: midnight is 24:00 of the day before."""
    if at is None or at.time() != time():
        return at and at.isoformat()
    return f"{(at - timedelta(days=1)).date()}T24:00:00+08:00"


def _int(value: object) -> int | None:
    return None if value is None else int(value)  # type: ignore[call-overload,no-any-return]
