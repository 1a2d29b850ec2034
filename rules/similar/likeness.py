"""Near-duplicates by content: how much of their 4-grams two texts share, and who is worth comparing. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from intake.model import Form

GRAM = 4
BYTES = 2 * GRAM  # a gram is four UTF-16 units, read as one 64-bit number
NOT_TEXT = re.compile(r"[\W_]+")


def folded_text(text: str) -> str:
    """The letters and digits of a text in one width and case."""
    return NOT_TEXT.sub("", unicodedata.normalize("NFKC", text).casefold())


def text_of(form: Form) -> str:
    """The folded text of a form's sections, by the sections' names, so that their order in the file is no matter."""
    return "\n".join(folded_text(form.sections[name].text) for name in sorted(form.sections))


@lru_cache(maxsize=8)  # one text is looked up among demands, then among lists, and then taken in
def grams(text: str) -> frozenset[int]:
    """The 4-grams of a folded text as numbers: every window of four UTF-16 units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    found: set[int] = set()
    for start in range(0, min(BYTES, max(0, len(raw) - BYTES + 1)), 2):
        end = start + (len(raw) - start) // BYTES * BYTES
        found.update(memoryview(raw[start:end]).cast("Q"))
    return frozenset(found)


def jaccard(one: str, other: str) -> float:
    """The 4-gram Jaccard of two folded texts; 0 where either is too short to have any."""
    return overlap(grams(one), grams(other))


def overlap(one: frozenset[int], other: frozenset[int]) -> float:
    """The Jaccard of two sets: the share of what both hold in what either holds; 0 where they share nothing."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0
