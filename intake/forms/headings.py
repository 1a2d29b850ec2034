"""The printed words of one call's form, ready to be looked for: its headings, its field labels, its titles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from intake.forms.numerals import read_number
from intake.forms.wording import (
    NEAR,
    fold,
    fold_name,
    heading_likeness,
    hint_of,
    likeness,
    spaced,
    strip_numbering,
    take_bracket,
    unwrapped,
)
from intake.model import FieldLayout, Layout, SectionLayout

_STEM = re.compile(r"(?P<stem>[^（(【〔\[:：\t，,。；;]{2,26}?)\s*(?P<tail>$|[（(【〔\[:：\t].*)", re.S)
_ATTACHED = re.compile(r"[一二三四五六七八九十]{1,2}(?=\D)|\d{1,2}(?=[^\d.%％])")  # 五经济社会效益
_SIGNED = re.compile(r"盖章|公章|签字|签章|签名")
_LABEL_NOTE = r"(?P<note>[（(][^（()）]{0,30}[）)])?\s*"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that may head a section: which, what follows on the line, and how surely (the surest one counts)."""

    section: int
    rest: str
    strength: float
    exact: bool
    style: str = ""  # how it is numbered: （一）, 1.
    in_place: bool = False  # its number is that of its section


@dataclass(frozen=True, slots=True)
class Label:
    """A field's label and what follows it on the line; ``sure`` if it is the printed word with a colon."""

    name: str
    rest: str
    sure: bool


class Vocabulary:
    """What one call's form looks like, compiled once for a document."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._sections = [(i, n) for i, s in enumerate(layout.sections) for n in _names(s)]
        self._fields = [(f.name, n) for f in layout.fields for n in _names(f)]
        self._section_folds = tuple(fold_name(n) for _, n in self._sections)
        self._field_folds = tuple(fold(n) for _, n in self._fields)
        self.hints = [hint_of(s) for s in layout.sections]
        self.notes = [fold(n) for n in layout.notes]
        self._titles = [fold(t) for t in layout.titles]
        self._summary_titles = [fold(t) for t in layout.summary_titles]
        self._columns = {fold(n) for official, more in layout.summary_columns for n in (official, *more)}
        self._sub_headings = [{fold_name(label) for label in s.labels} for s in layout.sections]
        self._heading = _alternatives(self._sections, "s")
        self._label = _alternatives(self._fields, "f")
        labels = "|".join(re.escape(n) for _, n in self._fields) or r"(?!)"
        self.next_label = re.compile(rf"(?<=[\s\t；;，,、]){_wrap(labels)}{_LABEL_NOTE}[:：]")

    def heading(self, text: str, number: str = "") -> Heading | None:
        """The section that a line may head, however it is numbered, spaced or reworded; null if none."""
        body, typed = strip_numbering(unwrapped(text))
        body = unwrapped(body)
        ordinal = strip_numbering(number)[1] if number else typed
        heading = self._exact_heading(body, ordinal)
        attached = _ATTACHED.match(body) if heading is None and ordinal is None else None
        if attached and (without := self._exact_heading(body[attached.end() :], int(read_number(attached[0]) or 0))):
            return without
        heading = heading or self._near_heading(body, ordinal)
        if heading is None or ordinal is None:
            return heading
        drawn = "".join((number or text.strip()[: len(text.strip()) - len(body)]).split())
        style = re.sub(r"[一二三四五六七八九十]+", "一", re.sub(r"\d+", "1", drawn))
        return replace(heading, style=style, in_place=ordinal == heading.section + 1)

    def _exact_heading(self, body: str, ordinal: int | None) -> Heading | None:
        found = self._heading.match(body) if body else None
        if found and found.lastgroup:
            (index, name), rest = self._sections[int(found.lastgroup[1:])], body[found.end() :]
            worth = 120 if name == self.layout.sections[index].name else 115
            strength = _tail_strength(rest, found.group()[-1:].isspace(), ordinal is not None)
            if strength is not None:
                return Heading(index, _without_colon(rest), worth + strength + _by_order(ordinal, index), True)
        return None

    def _near_heading(self, body: str, ordinal: int | None) -> Heading | None:
        stem = _STEM.fullmatch(body)
        if not stem:
            return None
        folded = fold_name(stem["stem"])
        score, place = _nearest(folded, self._section_folds, heading_likeness)
        index = self._sections[place][0]
        if folded in self._sub_headings[index]:
            return None
        if score < (NEAR if ordinal is not None or stem["tail"][:1] in "（(" else NEAR + 4):
            return None
        behind = take_bracket(stem["tail"])
        if ordinal is None and behind and _without_colon(behind[1]):
            return None  # 经济效益：新增产值… is a point of an answer
        strength = _tail_strength(stem["tail"], False, False) or 0
        return Heading(index, _without_colon(stem["tail"]), score + strength + _by_order(ordinal, index), False)

    def label(self, text: str, near: bool = False) -> Label | None:
        """The field that a line begins with; ``near``: also if its label is only like the printed one."""
        body = unwrapped(strip_numbering(unwrapped(text))[0])
        found = self._label.match(body) or self._label.match(text.strip())
        if found and found.lastgroup:
            parts = re.match(rf"{_LABEL_NOTE}(?P<colon>[:：])?(?P<rest>.*)", body[found.end() :], re.S)
            signed = bool(parts and _SIGNED.search(parts["note"] or ""))
            if parts and (not signed or parts["rest"].strip()):  # with nothing behind it is a line to be stamped
                blank = found.group()[-1:].isspace() or not parts["rest"]
                if parts["colon"] or blank:
                    sure = bool(parts["colon"]) and not signed
                    return Label(self._fields[int(found.lastgroup[1:])][0], parts["rest"].strip(), sure)
        return self._near_label(body) if near else None

    def _near_label(self, body: str) -> Label | None:
        stem = re.match(r"(?P<stem>[^:：\s，。；]{3,12})\s*[:：](?P<rest>.*)", body, re.S)
        name = self.field_named(stem["stem"], near=True) if stem and not _SIGNED.search(stem["stem"]) else ""
        return Label(name, stem["rest"].strip(), False) if stem and name else None

    def field_named(self, text: str, near: bool = False) -> str:
        """The field whose label a whole cell is, ``""`` if none."""
        bare = re.sub(r"[（(][^（()）]*[）)]\s*[:：]?\s*$", "", strip_numbering(text)[0])
        folded = fold(bare)
        if not folded or len(folded) > 24 or _SIGNED.search(text):
            return ""
        score, place = _nearest(folded, self._field_folds, likeness)
        name = self._fields[place][0]
        return name if score == 100 or (near and score >= NEAR and len(folded) >= 4) else ""

    def group_of(self, text: str) -> str:
        """The word that stands before several labels at once (法定代表人 over 姓名 and 电话), ``""`` if it is none."""
        folded = fold(text)
        grouped = [n for n in self._field_folds if folded and n.startswith(folded) and n != folded]
        return folded if len(grouped) > 1 and len(folded) >= 2 else ""

    def is_title(self, text: str) -> bool:
        """Whether a line is the form's title."""
        folded = fold(text) if len(text) < 80 else ""
        return bool(folded) and any(likeness(folded, t) >= 88 for t in self._titles)

    def is_summary_title(self, text: str) -> bool:
        """Whether a line is the title of the 汇总表 that may follow in the same file."""
        folded = fold(text[:80])
        return len(folded) < 40 and (folded.endswith("汇总表") or folded in self._summary_titles)

    def is_summary_head(self, cells: Sequence[str]) -> bool:
        """Whether a row holds the column heads of the 汇总表."""
        return len({fold(c) for c in cells} & self._columns) >= 5


# An answer right behind its heading: （八）实施周期3年
_SUM_OR_SPAN = re.compile(r"[约共]?(?:\d[\d,.]*|[一二两三四五六七八九十百千]{1,5})\s*(?:[万亿]元?|元|年|个?月)")


@lru_cache(maxsize=16)
def vocabulary(layout: Layout) -> Vocabulary:
    """The compiled words of a layout; kept, as a worker reads thousands of documents under the same few."""
    return Vocabulary(layout)


@lru_cache(maxsize=1024)  # the printed lines of a form come again in every document
def _nearest(folded: str, names: tuple[str, ...], alike: Callable[[str, str], float]) -> tuple[float, int]:
    """How alike the most alike of the names is, and its place; the first of equals."""
    scores = [alike(folded, name) for name in names]
    best = max(scores, default=0.0)
    return best, scores.index(best) if scores else 0


def _names(item: FieldLayout | SectionLayout) -> Iterable[str]:
    return (item.name, *item.aliases)


def _wrap(pattern: str) -> str:
    return f"(?:{pattern})"


def _alternatives(names: Sequence[tuple[object, str]], tag: str) -> re.Pattern[str]:
    """One pattern over all names, the longest first; its group tells which name it was."""
    ordered = sorted(range(len(names)), key=lambda i: -len(names[i][1]))
    return re.compile("|".join(f"(?P<{tag}{i}>{spaced(names[i][1])})" for i in ordered) or r"(?!)", re.I)


def _tail_strength(rest: str, blank: bool, numbered: bool) -> float | None:
    """How much what follows a name makes it a heading; null where it goes on as a sentence."""
    more = 10.0 if numbered else 0.0
    if not rest.strip():
        return more + 8
    if rest.lstrip()[0] in "（([【〔":
        return more + 8
    if rest.lstrip()[0] in ":：":
        return more + (5 if _without_colon(rest) else 7)
    if rest[0] == "。" and (numbered or len(rest) == 1):
        return more + 3
    if blank or rest[0].isspace() or (numbered and _SUM_OR_SPAN.match(rest)):
        return more + 2
    return more - 8 if numbered and len(rest) > 10 and rest[0] not in "的为是及和与、，" else None


def _by_order(ordinal: int | None, index: int) -> float:
    return 6.0 if ordinal == index + 1 else 0.0


def _without_colon(rest: str) -> str:
    return rest.strip().lstrip(":：").removeprefix("。").strip()
