"""A Word document read as a call's form: fields, sections, money and period of every demand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from intake.documents.lines import Line, to_items
from intake.forms.amounts import read_money
from intake.forms.answers import Answered, read_answer
from intake.forms.demands import Marked, ends_answer, is_stray_number, mark, sections_of
from intake.forms.fields import Fields, read_fields
from intake.forms.headings import Vocabulary, vocabulary
from intake.forms.numerals import NUMBER
from intake.forms.periods import read_months
from intake.forms.splitting import split_demands
from intake.model import Form, Layout, Money, WordText

_HEAD_UNIT = re.compile(r"[（(]\s*(?:单位[:：]?\s*)?(?P<unit>[万亿千]?元|个?月|年)\s*[)）]")

_BARE_NUMBER = re.compile(rf"\s*{NUMBER}\s*")


def read_forms(text: WordText, layouts: Sequence[Layout]) -> tuple[Form, ...]:
    """Every demand in a document, by the layout that fits it best; ``()`` if it is no form of any.

    A file may hold several demands. Blank forms count only where nothing else is there.
    """
    readings = [_Reading(text, layout) for layout in layouts]
    fitting = [r for r in readings if r.is_form]
    return max(fitting, key=lambda r: r.fit).forms() if fitting else ()


class _Reading:
    """One document under one layout."""

    def __init__(self, text: WordText, layout: Layout) -> None:
        self._layout = layout
        self._words = vocabulary(layout)
        self._lines = mark(to_items(text.blocks, self._words), self._words)
        self._titled = any(line.title for line in self._lines)
        self._sections = {h.section for line in self._lines if (h := line.heading)}
        self._exact = {h.section for line in self._lines if (h := line.heading) and h.exact}
        self._fields = {line.field for line in self._lines if line.field}

    @property
    def fit(self) -> tuple[float, float]:
        """How well the layout fits: what was found word for word, then what is near, of what the form prints."""
        printed = len(self._layout.sections) + len(self._layout.fields)
        return (
            (len(self._exact) + len(self._fields) + 3 * self._titled) / printed,
            len(self._sections) / printed,
        )

    @property
    def is_form(self) -> bool:
        """Whether enough of the form is there: its title and two labels, or a good part of its sections."""
        found = len(self._exact) + len(self._fields)
        half = len(self._layout.sections) / 2
        if self._titled and found >= 2:
            return True
        return found >= 4 and (len(self._exact) >= half or (bool(self._exact) and len(self._fields) >= 2))

    def forms(self) -> tuple[Form, ...]:
        demands = split_demands(self._lines, self._layout.name_field)
        read = [_Demand(lines, self._words).read() for lines in demands]
        filled = [f for f in read if _is_filled(f)]
        return tuple(_with_head(filled, len(self._layout.fields))) if filled else tuple(read[:1])


def _is_filled(form: Form) -> bool:
    """Whether somebody wrote into it: a printed 需求类型 or the page numbers of a contents list are nothing."""
    filled = sum(bool(v) for v in form.fields.values())
    return any(s.text.strip(".…· 0123456789") for s in form.sections.values()) or (bool(form.sections) and filled > 1)


def _with_head(forms: Sequence[Form], printed: int) -> list[Form]:
    """The forms of one file; one that lacks most labels takes what it does not say from the head of the file."""
    done: list[Form] = []
    for form in forms:
        if done and 2 * len(form.fields) < printed:
            done.append(_under(done[0], form))
        else:
            done.append(form)
    return done


def _under(head: Form, form: Form) -> Form:
    anchors = {**head.field_anchors, **form.field_anchors}
    return replace(form, fields={**head.fields, **form.fields}, field_anchors=anchors)


class _Demand:
    """The lines of one demand."""

    def __init__(self, lines: Sequence[Marked], words: Vocabulary) -> None:
        self._lines = lines
        self._words = words
        self._layout = words.layout
        self._headings = sections_of(lines, words)
        self._heads = set(self._headings)

    def read(self) -> Form:
        fields = read_fields(self._lines, self._words, self._heads)
        answers = self._answers(fields)
        months, quote = self._period(fields.values, answers)
        return Form(
            call=self._layout.call,
            fields=fields.values,
            sections={name: a.section for name, a in answers.items()},
            money=self._money(fields.values, answers),
            field_anchors=fields.anchors,
            months=months,
            period_quote=quote,
        )

    def _answers(self, fields: Fields) -> dict[str, Answered]:
        """Each section with its answer, in the order of the document."""
        answers = {}
        for order, place in enumerate(sorted(self._heads)):
            at = self._lines[place].item
            if isinstance(at, Line):
                below = self._below(place, fields.places, last=order == len(self._heads) - 1)
                answer = read_answer(self._headings[place], at, below, self._words, order)
                answers[answer.section.name] = answer
        return answers

    def _below(self, place: int, taken: frozenset[int], last: bool) -> list[Line]:
        """The lines of an answer: from its heading to the next one, a field, or whatever ends the form."""
        below: list[Line] = []
        for i in range(place + 1, len(self._lines)):
            line = self._lines[i]
            if i in self._heads or i in taken or ends_answer(line, self._words, last):
                break
            if isinstance(line.item, Line) and not is_stray_number(self._lines, i, self._heads):
                below.append(line.item)
        return below

    def _money(self, fields: Mapping[str, str], answers: Mapping[str, Answered]) -> Money:
        layout = self._layout
        text = self._sums_at(layout.amount_section, fields, answers)
        if layout.matching_section not in ("", layout.amount_section):
            text = f"{text}\n自筹：{self._sums_at(layout.matching_section, fields, answers)}"
        return read_money(text, layout.amount_of)

    def _sums_at(self, place: str, fields: Mapping[str, str], answers: Mapping[str, Answered]) -> str:
        """What a section or field says of money; a bare number in a field is in its printed unit, else in 万元."""
        if place in answers:
            unit = _HEAD_UNIT.search(answers[place].section.heading)
            head = f"单位：{unit['unit']}\n" if unit and unit["unit"].endswith("元") else ""
            return head + answers[place].ledger
        value = fields.get(place, "")
        if not _BARE_NUMBER.fullmatch(value):
            return value
        return f"{value}元" if value.strip()[-1] in "万亿" else f"{value}{self._unit(place) or '万元'}"

    def _unit(self, field: str) -> str:
        return next((f.unit for f in self._layout.fields if f.name == field), "")

    def _period(self, fields: Mapping[str, str], answers: Mapping[str, Answered]) -> tuple[int | None, str]:
        place = self._layout.period_section
        text, heading = fields.get(place, ""), ""
        if place in answers:
            text, heading = answers[place].ledger, answers[place].section.heading
        months, quote = read_months(text.replace("\t", " "))
        printed = _HEAD_UNIT.search(heading)
        unit = printed["unit"] if printed else self._unit(place)
        if months is None and unit and not unit.endswith("元"):
            months, quote = read_months(f"（{unit}）{text.strip()}")
        return months, quote
