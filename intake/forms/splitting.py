"""Which lines of a document belong to which demand: one file may hold several forms."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from intake.documents.lines import Answer, Line
from intake.forms.demands import SERIES, Marked
from intake.forms.wording import fold, strip_numbering

_BETWEEN = re.compile(
    r"\s*(?:[（(]?第?[一二三四五六七八九十\d]+[)）]?[项个]?|(?:创新|技术)?(?:需求|项目)[一二三四五六七八九十\d]+|附件(?:\s*[：:\d一二三四五六七八九十].{0,11})?)\s*[:：、.．]?\s*"
)
_NAMED = re.compile(
    r"\s*(?:(?:创新|技术)?(?:需求|项目)\s*[一二三四五六七八九十\d]+|附件\s*\d[-—－]\d)\s*[:：、.．\s]\s*(?P<name>\S.{3,59})"
)
_NAME, _SHORTEST_NAME = 80, 5  # characters
_LEAST_TOLD = 8  # characters a part, below which it is a list of contents
_MOST_HANDED = 40  # lines
_AHEAD = 10  # lines within which further labels show that a repeated label begins a new form


def split_demands(marked: Sequence[Marked], name_field: str) -> list[list[Marked]]:
    """The lines of each demand, with those that announce it."""
    starts = list(_Splitter(marked).starts())
    parts = [list(marked[a:b]) for a, b in zip(starts, [*starts[1:], len(marked)], strict=True)]
    for part, following in pairwise(parts):
        _hand_on(part, following)
    return [_with_name(part, name_field) for part in parts]


class _Splitter:
    """Finds where demands begin: at a title, at labels that were there before, or where the sections begin anew."""

    def __init__(self, marked: Sequence[Marked]) -> None:
        self._marked = marked
        headed = [(place, h.section) for place, line in enumerate(marked) if (h := line.heading) and h.exact]
        runs = [headed[i] for i in range(len(headed)) if i == 0 or headed[i][1] != headed[i - 1][1]]
        self._places = [place for place, _ in runs]
        self._following = [section for _, section in runs]
        self._begin()

    def _begin(self) -> None:
        self._sections: set[int] = set()  # those of exact headings
        self._alike: set[int] = set()  # those of all headings
        self._fields: set[str] = set()
        self._told = 0  # characters behind the headings

    def starts(self) -> Iterator[int]:
        """The place at which each demand begins."""
        yield 0
        for place, line in enumerate(self._marked):
            titled = line.title and (self._sections or len(self._alike) >= SERIES)
            if titled or self._is_labelled_anew(place) or self._is_headed_anew(place):
                yield place
                self._begin()
            self._note(line)

    def _note(self, line: Marked) -> None:
        if line.field:
            self._fields.add(line.field)
        if not line.heading:
            self._told += len(line.text)
            return
        self._alike.add(line.heading.section)
        if line.heading.exact:
            self._sections.add(line.heading.section)

    def _next_section(self, place: int) -> int | None:
        """The section that is headed next behind a place, other than the one that the place stands in."""
        at = bisect_right(self._places, place)
        return self._following[at] if at < len(self._following) else None

    def _is_labelled_anew(self, place: int) -> bool:
        """Whether a label seen before begins another form: the sections begin anew behind it.

        Where none follow, it takes several labels: an answer may hold one (项目名称：… of an earlier project) too.
        """
        if not self._sections or self._marked[place].field not in self._fields:
            return False
        following = self._next_section(place)
        if following is not None:
            return following in self._sections or following < min(self._sections)
        return len({line.field for line in self._marked[place : place + _AHEAD]} - {""}) >= SERIES

    def _is_headed_anew(self, place: int) -> bool:
        """Whether the first heading comes again, with others behind it, after the parts of a demand were answered."""
        heading = self._marked[place].heading
        sections = self._sections
        if not heading or not heading.exact or len(sections) < SERIES or heading.section != min(sections):
            return False
        return self._told > _LEAST_TOLD * len(sections) and self._next_section(place) in sections


def _hand_on(lines: list[Marked], following: list[Marked]) -> None:
    """Give the next demand the lines that only announce it (附件1, 需求二：, its name)."""
    told = fold("".join(_words(line) for line in following[:_AHEAD]))
    kept, least = len(lines), max(0, len(lines) - _MOST_HANDED)
    while kept > least and _announces(lines[kept - 1], told):
        kept -= 1
    following[:0] = lines[kept:]
    del lines[kept:]


def _words(line: Marked) -> str:
    return line.item.value if isinstance(line.item, Answer) else line.text


def _announces(line: Marked, told: str) -> bool:
    if not isinstance(line.item, Line) or line.heading or line.label:
        return False
    text = line.text.strip()
    if not text or _BETWEEN.fullmatch(text) or _NAMED.fullmatch(text):
        return True
    name = fold(strip_numbering(text)[0]) if len(text) < _NAME else ""
    return len(name) >= _SHORTEST_NAME and name in told


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
