"""The catalogue: every rule there is, in the order in which findings are told."""

from __future__ import annotations

from rules.catalog import (
    budget,
    consistency,
    files,
    forms,
    indicators,
    machines,
    quota,
    safety,
    senders,
    themes,
    time,
    versions,
)
from rules.engine import Rule

_HOMES = (machines, senders, time, safety, files, forms, indicators, budget, themes, consistency, quota, versions)

RULES: tuple[Rule, ...] = tuple(value for home in _HOMES for value in vars(home).values() if isinstance(value, Rule))
