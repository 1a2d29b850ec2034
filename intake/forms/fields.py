"""The labelled fields of one demand: values on the label's line, on the next one, or in the cell beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from intake.documents.lines import Answer, Line
from intake.forms.demands import Marked
from intake.forms.headings import Label, Vocabulary
from intake.forms.ticks import has_boxes, marked_options, ticked_options

_TRIM = " \t\n\u3000\xa0_＿"
_LABELLED = re.compile(r"[^:：，。]{1,12}[:：]|[一二三四五六七八九十]{1,2}、|第[一二三四五六七八九十]部分")
_PRINTED_UNIT = re.compile(r"\s*(?P<said>/|无|待定)?\s*[（(]?\s*[万亿]?元\s*[)）]?\s*")
_LATE_VALUE = 60  # characters; a label after the first section that is followed by more begins a sentence


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields by name, the paragraph of each label, and the places of the lines that they take up."""

    values: Mapping[str, str]
    anchors: Mapping[str, int]
    places: frozenset[int]


def read_fields(lines: Sequence[Marked], words: Vocabulary, heads: set[int]) -> Fields:
    """Every field whose label stands in a demand's lines; the first of several counts, unless it is blank.

    ``heads`` are the places of section headings: behind the first, only a printed label with a short value is one.
    """
    return _Reader(lines, words, heads).read()


class _Reader:
    def __init__(self, lines: Sequence[Marked], words: Vocabulary, heads: set[int]) -> None:
        self._lines = lines
        self._words = words
        self._heads = heads
        self._first_head = min(heads, default=len(lines))
        self._choices = {f.name for f in words.layout.fields if f.choice}
        self._values: dict[str, str] = {}
        self._anchors: dict[str, int] = {}
        self._places: set[int] = set()

    def read(self) -> Fields:
        for place, line in enumerate(self._lines):
            if isinstance(line.item, Answer):
                self._keep(line.item.name, line.item.value, line.item.anchor)
            elif line.label and isinstance(line.item, Line) and place not in self._heads and place not in self._places:
                self._labelled(place, line.item)
        return Fields(self._values, self._anchors, frozenset(self._places))

    def _labelled(self, place: int, item: Line) -> None:
        """A line that begins with a label; it may hold several (所属领域：…  申报单位：…)."""
        parts = self._parts(item.text)
        for number, part in enumerate(parts):
            label = self._words.label(part, near=place < self._first_head)
            if label is None or (place > self._first_head and not self._may_stand_late(label)):
                return
            value, taken = label.rest, {place}
            if number == len(parts) - 1:
                value, taken = self._continued(place, item, label.rest)
            self._places |= taken
            self._keep(label.name, value, item.anchor)

    def _parts(self, text: str) -> list[str]:
        """The line cut before each further label; the first one ends at its colon."""
        colon = min((i for c in ":：" if (i := text.find(c)) >= 0), default=len(text))
        cuts = [0, *(m.start() for m in self._words.next_label.finditer(text, colon)), len(text)]
        parts = [text[a:b].strip(_TRIM + "；;，,、") for a, b in pairwise(cuts)]
        return [p for p in parts if p]

    def _may_stand_late(self, label: Label) -> bool:
        return label.sure and label.name not in self._values and len(label.rest) <= _LATE_VALUE

    def _continued(self, place: int, item: Line, value: str) -> tuple[str, set[int]]:
        """The value with the lines that go on with it: soft breaks of its paragraph or, if blank, the next line."""
        taken = {place}
        for i in range(place + 1, len(self._lines)):
            line = self._lines[i]
            blank = not value.strip(_TRIM)
            if not self._is_plain(i) or (line.text.strip() and not self._goes_on(line, item, blank)):
                break
            if not line.text.strip() and not blank:
                break
            taken.add(i)
            value = f"{value}{line.text.strip()}"
        return (value, taken) if value.strip(_TRIM) else (value, {place})

    def _is_plain(self, place: int) -> bool:
        line = self._lines[place]
        return (
            isinstance(line.item, Line)
            and line.item.table is None
            and place not in self._heads
            and not line.title
            and not (line.label and (line.label.sure or place < self._first_head))
        )

    def _goes_on(self, line: Marked, item: Line, blank: bool) -> bool:
        same = isinstance(line.item, Line) and line.item.paragraph == item.paragraph
        return same or (blank and not _LABELLED.match(line.text.strip()))

    def _keep(self, name: str, value: str, anchor: int) -> None:
        value = self._cleaned(name, value)
        if name not in self._values or (value and not self._values[name]):
            self._values[name] = value
            self._anchors[name] = anchor

    def _cleaned(self, name: str, value: str) -> str:
        """The value as written, trimmed; of check boxes the ticked ones; a unit printed alone is blank."""
        if has_boxes(value):
            return ticked_options(value)
        value = " ".join(value.split("\n")).strip(_TRIM) if "\n" in value else value.strip(_TRIM)
        if name in self._choices:
            return marked_options(value)
        unit = _PRINTED_UNIT.fullmatch(value)
        return unit["said"] or "" if unit else value
