"""The answer to one section: its text without heading, hint, notes and printed labels, counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from intake.documents.lines import Line
from intake.forms.headings import Heading, Vocabulary
from intake.forms.wordcount import count_characters, count_words
from intake.forms.wording import Hint, has_limit, is_note, strip_label, take_bracket
from intake.model import Section, Table

_MARKER = re.compile(r"[\d一二三四五六七八九十]{1,3}|[a-zA-Z]")
_ANSWER_IN_BRACKETS = re.compile(r"[\d一二两三四五六七八九十].{0,40}$", re.S)
# What a template prints and nobody answers: 支持500-1000万元, 一般为2-3年 (2027-2029年 is an answer).
_RANGE_IN_BRACKETS = re.compile(
    r"(?<!\d)(?!20\d\d)\d{1,4}\s*(?:[-–—~～－]{1,2}|至|到)\s*\d{1,4}\s*(?:[万亿]元|年|个月)"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A section with the same text laid out for reading sums: each table row with a cell for every column."""

    section: Section
    ledger: str


def read_answer(heading: Heading, at: Line, lines: Sequence[Line], words: Vocabulary, order: int) -> Answered:
    """Read one section from the rest of its heading's line and the lines below it."""
    spec = words.layout.sections[heading.section]
    hint = words.hints[heading.section]
    rest, below, aside = _without_hint(heading.rest, lines, hint)
    kept, hints = _own_lines(Line(rest, paragraph=at.paragraph), below, heading.section, words)
    if not kept and aside:
        kept = [(aside, None)]  # the answer itself stands in brackets behind the heading: 实施周期（3年）
    text = "\n".join(words for words, _ in kept)
    printed = at.text.strip()
    section = Section(
        spec.name, printed, text, count_words(text), count_characters(text), hints, order=order, anchor=at.anchor
    )
    return Answered(section, "\n".join(_ledger(words, table) for words, table in kept))


def _without_hint(rest: str, lines: Sequence[Line], hint: Hint) -> tuple[str, Sequence[Line], str]:
    """What stands behind the hint of a heading line, the lines left, and a bracket that is no hint.

    A hint broken over several lines is joined as long as its bracket stays open.
    """
    taken = take_bracket(rest)
    used = 0
    whole = rest
    while taken is None and used < min(3, len(lines)) and lines[used].table is None:
        whole += lines[used].text.strip()
        used += 1
        taken = take_bracket(whole)
    if taken is None:
        return rest.lstrip("（([【〔"), lines, ""
    inside, behind = taken
    printed = hint.repeated_by(inside, bracketed=True) or has_limit(inside)
    if not printed and (used or _MARKER.fullmatch(inside.strip())):
        return rest, lines, ""  # （1）… : the answer has begun
    behind = behind.strip().lstrip(":：").removeprefix("。").strip()
    if hint.repeated_by(behind):
        behind = ""
    printed = printed or bool(_RANGE_IN_BRACKETS.search(inside))
    return behind, lines[used:], inside.strip() if _ANSWER_IN_BRACKETS.search(inside) and not printed else ""


def _own_lines(
    first: Line, lines: Iterable[Line], section: int, words: Vocabulary
) -> tuple[list[tuple[str, Table | None]], int]:
    """The sender's own words line by line, and how many paragraphs (but the heading's) repeat the hint."""
    spec, hint, hints = words.layout.sections[section], words.hints[section], 0
    kept: list[tuple[str, Table | None]] = []
    for line in _joined_brackets([first, *lines]):
        text = line.text.strip()
        if line.table is not None:
            kept.append((text, line.table))
        elif text and _is_hint(text, hint):
            hints += line.paragraph != first.paragraph
        elif text and not is_note(text, words.notes) and (own := strip_label(_behind_hint(text, hint), spec)):
            kept.append((own, None))
    return kept, hints


def _joined_brackets(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, where one that only opens a bracket is joined with the next ones until it closes."""
    held: list[Line] = []
    for line in lines:
        if line.table is None and (held or _opens(line.text)) and len(held) < 3:
            held.append(line)
            joined = "".join(h.text.strip() for h in held)
            if take_bracket(joined) is None:
                continue
            if has_limit(joined):
                yield Line(joined, "", held[0].anchor, held[0].paragraph)
            else:
                yield from held
            held = []
        else:
            yield from (*held, line)
            held = []
    yield from held


def _opens(text: str) -> bool:
    return take_bracket(text) is None and len(text) < 120


def _is_hint(text: str, hint: Hint) -> bool:
    inside = take_bracket(text)
    if inside and inside[0]:
        printed = hint.repeated_by(inside[0], bracketed=True)
        if printed or not inside[1].strip(" 。.：:"):
            return printed and not inside[1].strip(" 。.：:")
    return hint.repeated_by(text)


def _behind_hint(text: str, hint: Hint) -> str:
    """A line without the printed hint that it begins with."""
    taken = take_bracket(text)
    if taken and taken[0] and (hint.repeated_by(taken[0], bracketed=True) or has_limit(taken[0])):
        return taken[1].strip().lstrip(":：").strip()
    return text


def _ledger(words: str, table: Table | None) -> str:
    """A table's rows with an empty cell for each column that a merged cell covers."""
    if table is None:
        return words.replace("\t", " ")
    rows = []
    for row in table.rows:
        cells: list[str] = []
        for cell in row:
            cells.extend(["" if cell.continued else " ".join(cell.text.split()), *[""] * (cell.span - 1)])
        rows.append("\t".join(cells))
    return "\n".join(rows)
