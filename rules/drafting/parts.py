"""The parts of a form that are to be written: which of its headings are parts, which only head others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rules.drafting.labels import short_name
from rules.drafting.limits import has_words, read_words
from rules.drafting.model import DraftedSection

GROUP = re.compile(r"基本(?:情况|信息)|需求信息|单位信息|企业信息|信息$|概况$|基本资料")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading as it stands: its numbering style (``""``: a cell), its head and hint, its line."""

    style: str
    head: str
    hint: str
    line: str
    has_fields: bool = False

    @property
    def limited(self) -> bool:
        """Whether it says how it is to be written."""
        return bool(self.hint) or has_words(self.line)


def sections_of(parts: Sequence[Part]) -> tuple[DraftedSection, ...]:
    """The parts to be written: a heading over limited ones is none, unlimited ones under a limited one are labels."""
    kept: dict[str, DraftedSection] = {}
    for place, part in enumerate(parts):
        below = list(_children(parts, place))
        parent = _parent(parts, place)
        if not part.limited and (part.has_fields or GROUP.search(part.head)):
            continue
        if any(p.limited for p in below) and not has_words(part.line):
            continue
        if parent is not None and not part.limited:
            continue
        name = short_name(part.head)
        if name and name not in kept:
            kept[name] = _section(part, name, below)
    return tuple(kept.values())


def _section(part: Part, name: str, below: Sequence[Part]) -> DraftedSection:
    words, doubts = read_words(part.line)
    labels = tuple(p.head for p in below)
    return DraftedSection(name, part.head, part.line, part.hint, words, labels, doubts)


def _children(parts: Sequence[Part], place: int) -> Iterator[Part]:
    """The parts of a deeper numbering right below one."""
    for part in parts[place + 1 :]:
        if _depth(part.style, parts) <= _depth(parts[place].style, parts):
            return
        yield part


def _parent(parts: Sequence[Part], place: int) -> Part | None:
    """The nearest part above of a higher numbering that is itself to be written."""
    depth = _depth(parts[place].style, parts)
    for part in reversed(parts[:place]):
        if _depth(part.style, parts) < depth:
            group = part.has_fields or (GROUP.search(part.head) and not part.limited)
            below = list(_children(parts, parts.index(part)))
            return None if group or (any(p.limited for p in below) and not has_words(part.line)) else part
    return None


def _depth(style: str, parts: Iterable[Part]) -> int:
    """How deep a numbering style lies: in the order in which the styles first appear; cells lie on one level."""
    styles = list(dict.fromkeys(p.style for p in parts))
    return styles.index(style)
