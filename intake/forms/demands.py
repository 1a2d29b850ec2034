"""What the lines of a form may be: titles, labels, headings; which of them head the sections of a demand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from intake.documents.lines import Answer, Foreign, Item, Line
from intake.forms.headings import Heading, Label, Vocabulary
from intake.forms.wording import is_bare_number, strip_label, take_bracket

_ANNEX = re.compile(r"附件\s*[\d一二三四五]?\s*[:：]?|附件\s*[\d一二三四五]?\s*[:：]?\s*\S{0,20}(?:汇总表|模板)")
_SIGNATURE = re.compile(
    r"[^，。；]{0,16}(?:单位|部门|负责人|代表人?|企业|公司)[^，。；]{0,6}[（(][^（()）]{0,4}(?:盖章|公章|签字|签章|签名)[^（()）]{0,4}[)）]"
    r"\s*[:：]?[^。]{0,30}$"
)
_SIGNED_OFF = re.compile(
    r"(?:填[表报]|申报)?(?:日期|时间)\s*[:：]|(?:联系人|联系电话|联系方式)\s*[:：]|20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$"
)
SERIES = 3  # headings numbered alike, each with its section's number, show how the form is numbered
_INSERIES = 50.0  # more than being worded exactly is worth


@dataclass(frozen=True, slots=True)
class Marked:
    """An item with what it may be: a title, a field's label, a section's heading."""

    item: Item
    title: bool = False
    label: Label | None = None
    heading: Heading | None = None

    @property
    def field(self) -> str:
        """The field that the item names for certain."""
        if isinstance(self.item, Answer):
            return self.item.name
        return self.label.name if self.label and self.label.sure else ""

    @property
    def text(self) -> str:
        """The words of the line, ``""`` where the item is none."""
        return self.item.text if isinstance(self.item, Line) else ""


def mark(items: Sequence[Item], words: Vocabulary) -> list[Marked]:
    """Say of each line what it may be."""
    return [_marked(item, words) for item in items]


def _marked(item: Item, words: Vocabulary) -> Marked:
    if not isinstance(item, Line) or item.table is not None or not item.text.strip():
        return Marked(item)
    heading = words.heading(item.text, item.number)
    label = words.label(item.text, near=True)
    if heading and heading.exact and not (label and label.sure):
        label = None
    elif label and label.sure:
        heading = None
    return Marked(item, words.is_title(item.text), label, heading)


def sections_of(lines: Sequence[Marked], words: Vocabulary) -> dict[int, Heading]:
    """The headings by their place: of each section the surest line of several, the first of equals."""
    best: dict[int, int] = {}
    series = _series(lines)
    for place, line in enumerate(lines):
        heading = line.heading
        old = best.get(heading.section) if heading else None
        if heading and _is_astray(heading, series):
            continue
        if heading and (old is None or _strength(line, series) > _strength(lines[old], series)):
            best[heading.section] = place
    found = _in_order({place: heading for place in best.values() if (heading := lines[place].heading)})
    return found | _labels_as_headings(lines, words, set(best), set(found))


def _series(lines: Sequence[Marked]) -> str:
    """How the headings of a demand are numbered, ``""`` if they are not: most of them tell where the others are."""
    numbered = {(h.section, h.style) for line in lines if (h := line.heading) and h.style and h.in_place}
    found = Counter(style for _, style in numbered).most_common(1)
    return found[0][0] if found and found[0][1] >= SERIES else ""


def _strength(line: Marked, series: str) -> float:
    if not line.heading:
        return 0.0
    in_series = series and line.heading.style == series and line.heading.in_place
    return line.heading.strength + (_INSERIES if in_series else 0.0)


def _in_order(found: dict[int, Heading]) -> dict[int, Heading]:
    """The headings without a line that goes on behind one and is out of order, where the others stand alone."""
    alone = {place for place, heading in found.items() if _is_alone(heading)}
    last = -1
    kept = {}
    for place, heading in sorted(found.items()):
        if len(alone) < SERIES or place in alone or heading.style or heading.section > last:
            kept[place] = heading
            last = max(last, heading.section)
    return kept


def _is_alone(heading: Heading) -> bool:
    """Whether nothing but a hint follows a heading on its line."""
    bracket = take_bracket(heading.rest)
    return not bracket or not bracket[1].strip()


def _is_astray(heading: Heading, series: str) -> bool:
    """Whether a line is no heading because the form's are numbered: 考核指标：完成样机 in a stage's plan."""
    return bool(series) and heading.style != series and not (heading.exact and _is_alone(heading))


def _labels_as_headings(
    lines: Sequence[Marked], words: Vocabulary, sections: set[int], heads: set[int]
) -> dict[int, Heading]:
    """A section without its heading begins at its first sub-heading label (研究目标), if that stands by itself."""
    found = {}
    for index, spec in enumerate(words.layout.sections):
        if index in sections or not spec.labels:
            continue
        for place, line in enumerate(lines):
            text = line.text.strip()
            if place not in heads and text and len(text) < 30 and not strip_label(text, spec):
                found[place] = Heading(index, "", 0.0, exact=False)
                break
    return found


def ends_answer(line: Marked, words: Vocabulary, last_section: bool) -> bool:
    """Whether a line closes the answer before it: another file's part, a signature, a printed end."""
    if isinstance(line.item, Foreign | Answer):
        return True
    text = line.text.strip()
    if not text or len(text) > 60:
        return False
    if line.title or words.is_summary_title(text) or _ANNEX.fullmatch(text) or _SIGNATURE.match(text):
        return True
    return last_section and bool(_SIGNED_OFF.match(text))


def is_stray_number(lines: Sequence[Marked], place: int, headings: set[int]) -> bool:
    """Whether a line holds only the number of the heading below it."""
    return place + 1 in headings and is_bare_number(lines[place].text)
