"""Which lines of a document belong to which demand: one file may hold several forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from intake.headings import Heading, Label, Vocabulary
from intake.lines import Answer, Foreign, Item, Line
from intake.wording import fold, is_bare_number, strip_label, strip_numbering, take_bracket

_BETWEEN = re.compile(
    r"\s*(?:[（(]?第?[一二三四五六七八九十\d]+[)）]?[项个]?|(?:创新|技术)?(?:需求|项目)[一二三四五六七八九十\d]+|附件(?:\s*[：:\d一二三四五六七八九十].{0,11})?)\s*[:：、.．]?\s*"
)
_NAMED = re.compile(
    r"\s*(?:(?:创新|技术)?(?:需求|项目)\s*[一二三四五六七八九十\d]+|附件\s*\d[-—－]\d)\s*[:：、.．\s]\s*(?P<name>\S.{3,59})"
)
_ANNEX = re.compile(r"附件\s*[\d一二三四五]?\s*[:：]?|附件\s*[\d一二三四五]?\s*[:：]?\s*\S{0,20}(?:汇总表|模板)")
_SIGNATURE = re.compile(
    r"[^，。；]{0,16}(?:单位|部门|负责人|代表人?|企业|公司)[^，。；]{0,6}[（(][^（()）]{0,4}(?:盖章|公章|签字|签章|签名)[^（()）]{0,4}[)）]"
    r"\s*[:：]?[^。]{0,30}$"
)
_SIGNED_OFF = re.compile(
    r"(?:填[表报]|申报)?(?:日期|时间)\s*[:：]|(?:联系人|联系电话|联系方式)\s*[:：]|20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$"
)
_NAME, _SHORTEST_NAME = 80, 5  # characters
_LEAST_TOLD = 8  # characters a part, below which it is a list of contents
_SERIES = 3  # headings numbered alike, each with its section's number, show how the form is numbered
_IN_SERIES = 50.0  # more than being worded exactly is worth
_AHEAD = 10  # lines within which a second label shows that a repeated label begins a new form


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


def split_demands(marked: Sequence[Marked], name_field: str) -> list[list[Marked]]:
    """The lines of each demand: a new one begins at a title or at labels that were there before."""
    starts = [0]
    sections: set[int] = set()
    alike: set[int] = set()
    fields: set[str] = set()
    for place, line in enumerate(marked):
        again = sections and line.field in fields and _begins(marked, place, sections)
        titled = line.title and (sections or len(alike) >= _SERIES)
        if titled or again or _restarts(marked, starts[-1], place, sections):
            starts.append(place)
            sections, alike, fields = set(), set(), set()
        if line.field:
            fields.add(line.field)
        if line.heading:
            alike.add(line.heading.section)
        if line.heading and line.heading.exact:
            sections.add(line.heading.section)
    parts = [list(marked[a:b]) for a, b in zip(starts, [*starts[1:], len(marked)], strict=True)]
    for part, following in pairwise(parts):
        _hand_on(part, following)
    return [_with_name(part, name_field) for part in parts]


def _restarts(marked: Sequence[Marked], start: int, place: int, sections: set[int]) -> bool:
    """Whether the first heading comes again, with others behind it, after the parts of a demand were answered."""
    heading = marked[place].heading
    if not heading or not heading.exact or len(sections) < _SERIES or heading.section != min(sections):
        return False
    told = sum(len(line.text) for line in marked[start:place] if not line.heading)
    following = next((h for line in marked[place + 1 :] if (h := line.heading) and h.exact), None)
    return told > _LEAST_TOLD * len(sections) and following is not None and following.section in sections


def _begins(marked: Sequence[Marked], place: int, sections: set[int]) -> bool:
    """Whether a label seen before begins another form: the sections begin anew behind it.

    Where none follow, it takes several labels: an answer may hold one (项目名称：… of an earlier project) too.
    """
    here = next((h.section for line in reversed(marked[:place]) if (h := line.heading) and h.exact), -1)
    others = (h.section for line in marked[place + 1 :] if (h := line.heading) and h.exact and h.section != here)
    following = next(others, None)
    if following is not None:
        return following in sections or following < min(sections)
    return len({line.field for line in marked[place : place + _AHEAD]} - {""}) >= _SERIES


def _hand_on(lines: list[Marked], following: list[Marked]) -> None:
    """Give the next demand the lines that only announce it (附件1, 需求二：, its name)."""
    told = [line.item.value if isinstance(line.item, Answer) else line.text for line in following[:_AHEAD]]
    while lines and _announces(lines[-1], fold("".join(told))):
        following.insert(0, lines.pop())


def _announces(line: Marked, told: str) -> bool:
    if not isinstance(line.item, Line):
        return False
    text = line.text.strip()
    if not text or _BETWEEN.fullmatch(text) or _NAMED.fullmatch(text):
        return True
    name = fold(strip_numbering(text)[0])
    return len(text) < _NAME and len(name) >= _SHORTEST_NAME and name in told


def _with_name(lines: list[Marked], name_field: str) -> list[Marked]:
    """The lines of a demand, its announcement (需求二：…) taken for its name where no label gives one."""
    if any(line.field == name_field for line in lines):
        return lines
    head = next((place for place, line in enumerate(lines) if line.heading), len(lines))
    for place in range(head - 1, -1, -1):
        line = lines[place]
        if (found := _NAMED.fullmatch(line.text)) and isinstance(line.item, Line):
            named = Marked(Answer(name_field, found["name"].strip(), line.item.anchor))
            return [*lines[:place], named, *lines[place + 1 :]]
    return lines


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
    return found[0][0] if found and found[0][1] >= _SERIES else ""


def _strength(line: Marked, series: str) -> float:
    if not line.heading:
        return 0.0
    in_series = series and line.heading.style == series and line.heading.in_place
    return line.heading.strength + (_IN_SERIES if in_series else 0.0)


def _in_order(found: dict[int, Heading]) -> dict[int, Heading]:
    """The headings without a line that goes on behind one and is out of order, where the others stand alone."""
    alone = {place for place, heading in found.items() if _is_alone(heading)}
    last = -1
    kept = {}
    for place, heading in sorted(found.items()):
        if len(alone) < _SERIES or place in alone or heading.style or heading.section > last:
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
