"""Whether two names mean the same organisation, as people write them: short, long, or with a slip of the pen."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from rules.folding import is_blank
from rules.senders import unit_key

SEPARATORS = re.compile(r"[、，,；;/\n]|\s{2,}")
SLIP = 0.9  # from this likeness on, a difference is a slip of the pen
LEAST = 4  # characters that a short form must have


def same_organisation(one: str, other: str) -> bool:
    """Whether both names mean one organisation: short forms, legal forms and slips of the pen are no difference."""
    a, b = sorted((_core(one), _core(other)), key=len)
    if not a or a == b:
        return bool(a)
    if len(a) >= LEAST and a in b:
        return True
    return len(a) >= 2 * LEAST and Levenshtein.normalized_similarity(a, b) >= SLIP


def organisations(cell: str) -> tuple[str, ...]:
    """The organisations that one cell names, blanks left out."""
    return tuple(part.strip() for part in SEPARATORS.split(cell) if not is_blank(part))


def _core(name: str) -> str:
    """A name without its legal form and what people shorten."""
    key = unit_key(name)
    return key.replace("集团", "").removesuffix("公司") or key
