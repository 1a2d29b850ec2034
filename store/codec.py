"""Values of the other rooms as JSON text in a column, and back again without loss (money stays exact).

What reads and writes a kind of value is built when it is first needed: commands that need none do not wait for it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from intake.model import Form, Summary, Trouble
from rules.model import Finding, OfficerDecision

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORM, SUMMARY, OFFICER = Form, Summary, OfficerDecision
FINDINGS = tuple[Finding, ...]
TROUBLES = tuple[Trouble, ...]

Value = TypeVar("Value")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def encode(kind: Any, value: object) -> str:
    """A value of that kind as JSON text."""
    return _adapter(kind).dump_json(value).decode()


def decode(kind: type[Value], text: str) -> Value:
    """What ``encode`` wrote."""
    hashable: Any = kind
    value: Value = _adapter(hashable).validate_json(text)
    return value


def texts(values: tuple[str, ...]) -> str:
    """A list of texts as JSON text."""
    return json.dumps(values, ensure_ascii=False)


def of_texts(text: str) -> tuple[str, ...]:
    """What ``texts`` wrote."""
    return tuple(json.loads(text))


def scalar(value: object) -> str | None:
    """A number, a text or null as JSON text (null stays null)."""
    return None if value is None else json.dumps(value, ensure_ascii=False)


def of_scalar(text: str | None) -> Any:
    """What ``scalar`` wrote."""
    return None if text is None else json.loads(text)
