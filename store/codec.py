"""Values of the other rooms as JSON text in a column, and back again without loss (money stays exact)."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from intake.model import Form, Summary, Trouble
from rules.model import Finding, OfficerDecision

FORM: TypeAdapter[Form] = TypeAdapter(Form)
SUMMARY: TypeAdapter[Summary] = TypeAdapter(Summary)
FINDINGS: TypeAdapter[tuple[Finding, ...]] = TypeAdapter(tuple[Finding, ...])
TROUBLES: TypeAdapter[tuple[Trouble, ...]] = TypeAdapter(tuple[Trouble, ...])
OFFICER: TypeAdapter[OfficerDecision] = TypeAdapter(OfficerDecision)
TEXTS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


def encode(adapter: TypeAdapter[Any], value: object) -> str:
    """A value as JSON text."""
    return adapter.dump_json(value).decode()


def scalar(value: object) -> str | None:
    """A number, a text or null as JSON text (null stays null)."""
    return None if value is None else json.dumps(value, ensure_ascii=False)


def of_scalar(text: str | None) -> Any:
    """What ``scalar`` wrote."""
    return None if text is None else json.loads(text)
