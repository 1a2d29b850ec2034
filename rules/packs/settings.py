"""Lay the officers' settings over a pack: what they set replaces what the pack says, and is marked."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from rules.packs.call import PackError

BY_OFFICERS = "处室设定"
PLAIN = ("deadline", "deadline_words", "grace_hours", "mailbox", "contact", "paper_duty")


def lay_over(raw: Mapping[str, Any], settings: Mapping[str, Any], config: str) -> tuple[dict[str, Any], frozenset[str]]:
    """The pack's raw tables under the settings, and the places that were set (``deadline``, ``section.考核指标`` …).

    Raises:
        PackError: a setting for a section or a table that the call does not have.
    """
    table = copy.deepcopy(dict(raw))
    changed: set[str] = set()
    for key in PLAIN:
        if key in settings:
            table[key] = {"value": _as_text(settings[key]), "source": BY_OFFICERS}
            changed.add(key)
    if "deadline" in changed and "deadline_words" not in changed:
        table["deadline_words"] = {"value": "", "source": BY_OFFICERS}
    for key, write in RANGES.items():
        if key in settings:
            place = f'[call."{table["id"]}"].{key}'
            changed |= write(table, settings[key], config, place)
    return table, frozenset(changed)


def _as_text(value: Any) -> Any:
    """A day or time that is written without quotes, as a pack writes it."""
    return value.isoformat() if isinstance(value, date) else value


def _amount(table: dict[str, Any], wanted: Mapping[str, Any], config: str, place: str) -> set[str]:
    _table(table, "amount", config, place).update(wanted)
    return {"amount"}


def _months(table: dict[str, Any], wanted: Mapping[str, Any], config: str, place: str) -> set[str]:
    period = _table(table, "period", config, place)
    period.update({f"{end}_months": int(value) for end, value in wanted.items()})
    period["words"] = ""
    return {"period"}


def _ratio(table: dict[str, Any], wanted: float, config: str, place: str) -> set[str]:
    _table(table, "matching", config, place)["ratio"] = wanted
    return {"matching"}


def _quota(table: dict[str, Any], wanted: Mapping[str, int], config: str, place: str) -> set[str]:
    for category, limit in wanted.items():
        _named(table.get("quota", []), "category", category, config, place)["limit"] = limit
    return {f"quota.{category}" for category in wanted}


def _sections(table: dict[str, Any], wanted: Mapping[str, Any], config: str, place: str) -> set[str]:
    for name, ends in wanted.items():
        section = _named(table["section"], "name", name, config, place)
        section.update({f"{end}_words": int(value) for end, value in ends.items()})
    return {f"section.{name}" for name in wanted}


RANGES: Mapping[str, Callable[..., set[str]]] = {
    "amount_wan": _amount,
    "months": _months,
    "matching_ratio": _ratio,
    "quota": _quota,
    "sections": _sections,
}


def _table(table: dict[str, Any], key: str, config: str, place: str) -> dict[str, Any]:
    if key not in table:
        raise PackError(config, place, f"征集“{table['id']}”没有这方面的要求，请删去此项")
    found: dict[str, Any] = table[key]
    return found


def _named(tables: list[dict[str, Any]], key: str, name: str, config: str, place: str) -> dict[str, Any]:
    for found in tables:
        if found[key] == name:
            return found
    raise PackError(config, f"{place}.{name}", f"没有“{name}”，可用的有：{'、'.join(t[key] for t in tables)}")
