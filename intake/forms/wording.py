"""How a form's printed words are known again: labels and headings reworded, hints left in, whatever the numbering."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import partial_ratio, ratio

from intake.forms.numerals import read_number
from intake.model import SectionLayout

NEAR = 75.0  # below this two wordings are two things (考核指标 and 绩效指标 are 50, 研发基础 and 研究基础 are 75)

_CHINESE = "一二三四五六七八九十"
_NUMBERING = re.compile(
    rf"\s*(?:第\s*(?P<part>[{_CHINESE}\d]+)\s*(?:部分|[章节条项])[、.．:：\s]*"
    rf"|[（(【\[]\s*(?P<ringed>[{_CHINESE}]{{1,3}}|\d{{1,2}}|[a-zA-Z])\s*[)）】\]][、.．]?"
    rf"|(?:[A-H][.．])?(?P<dotted>(?:[{_CHINESE}]{{1,3}}|\d{{1,2}})(?:[.．]\d{{1,2}})*)\s*(?:[、.．,，)）]|(?=[\s\t])|[:：](?=\D))"
    r"|(?P<sign>[①-⑳㈠-㈩⑴-⒛➀-➓●•▪◆◇◎■□★☆※§▶➢\-*]))\s*"
)
_OPEN, _CLOSE = "（([【〔", "）)]】〕"
_LIMIT = re.compile(
    r"[（(\[【〔]?\s*(?:限|控制在|不超过|不少于|不低于|不多于|约)?\s*\d{2,4}\s*[-—~～至]?\s*\d{0,4}\s*字"
    r"(?:以内|以上|左右|之内|内)?\s*[）)\]】〕]?[。.；;]?"
)
_SET_OFF = re.compile(
    r"\s*(?:【(?P<inside>[^】]{3,60})】|\*\*(?P<starred>[^*]{3,60})\*\*|[“《「〔\[](?P<quoted>[^”》」〕\]]{3,30})[”》」〕\]]$)(?P<rest>.*)",
    re.S,
)
_JOINERS = re.compile("以及|[及与和]")
_NOT_WORD = re.compile(r"[^\w+]|_")


def fold(text: str) -> str:
    """A text for comparing: width, case, blanks and punctuation make no difference."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text)).casefold()


def fold_name(text: str) -> str:
    """A heading for comparing: 和, 与, 及 make no difference either."""
    return _JOINERS.sub("", fold(text))


def likeness(one: str, other: str) -> float:
    """How alike two folded names are, 0 to 100; the same characters in another order are nearly the same."""
    if one == other:
        return 100.0
    if len(one) == len(other) and sorted(one) == sorted(other):
        return 95.0
    return ratio(one, other)


def heading_likeness(one: str, other: str) -> float:
    """As ``likeness``, for headings: a few words more around the printed one make little difference."""
    within = len(other) >= 4 and other in one and len(one) <= len(other) + 5
    return max(likeness(one, other), 85.0 if within else 0.0)


def spaced(name: str) -> str:
    """A pattern for a printed name, however it is spaced and joined (背 景 与 需 求)."""
    return "".join(
        r"(?:以及|[及与和、]|\s)*"
        if _JOINERS.fullmatch(c)
        else rf"[{c}{_wide(c)}]\s*"
        if c in "+/"
        else re.escape(c) + r"\s*"
        for c in name
        if not c.isspace()
    )


def _wide(character: str) -> str:
    return chr(ord(character) + 0xFEE0)


def strip_numbering(text: str) -> tuple[str, int | None]:
    """The text without the number typed before it, and that number (0: a bullet; null: none)."""
    found = _NUMBERING.match(text)
    if not found:
        return text.strip(), None
    number = found["part"] or found["ringed"] or (found["dotted"] or "").split(".")[0]
    value = read_number(number) if number else None
    rest = text[found.end() :].strip()
    if found["sign"] and (numbered := _NUMBERING.match(rest)) and not numbered["sign"]:
        return strip_numbering(rest)  # ■ 1. …
    return rest, int(value) if value is not None else 0


def unwrapped(text: str) -> str:
    """A heading without what it is set off by: 【背景及需求】, **背景及需求**."""
    found = _SET_OFF.match(text)
    return f"{found['inside'] or found['starred'] or found['quoted']} {found['rest']}".strip() if found else text


def is_bare_number(text: str) -> bool:
    """Whether a line holds nothing but a number, whose heading stands on the next line."""
    return bool(text.strip()) and not strip_numbering(text.strip() + " ")[0]


def take_bracket(text: str) -> tuple[str, str] | None:
    """What the bracket at the start of a text holds (``""``: there is none) and what follows it; null if it stays open.

    Round brackets of both widths close each other; brackets within are kept.
    """
    body = text.lstrip()
    if not body or body[0] not in _OPEN:
        return "", text
    depth = 0
    for place, character in enumerate(body):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth == 0:
            return body[1:place], body[place + 1 :]
    return None


@dataclass(frozen=True, slots=True)
class Hint:
    """A section's printed hint, folded for comparing."""

    folded: str

    def repeated_by(self, text: str, bracketed: bool = False) -> bool:
        """Whether a text is the printed hint or, in brackets, a part of it; a word limit alone is one as well."""
        if len(text) > 2 * len(self.folded) + 40:  # an answer: not worth folding
            return False
        if _LIMIT.fullmatch(text.strip()):
            return True
        folded = fold(text)
        if not folded or not self.folded:
            return False
        if ratio(folded, self.folded) >= 80:
            return True
        if len(folded) < 6 or len(folded) > 1.5 * len(self.folded):
            return False
        near = partial_ratio(folded, self.folded) >= 90
        return near and (bracketed or len(folded) >= 0.6 * len(self.folded))


def hint_of(section: SectionLayout) -> Hint:
    """The hint of a section for comparing."""
    return Hint(fold(section.hint))


def has_limit(text: str) -> bool:
    """Whether a bracket speaks of a number of characters, as only printed hints do."""
    return bool(re.search(r"\d+\s*字(?:以内|以上|左右|之内|内)?|需写明|简要叙述|^\s*(?:\d{3,4}|必填|选填)\s*$", text))


def is_note(text: str, notes: Sequence[str]) -> bool:
    """Whether a line is one of the form's printed notes (注意事项; ``notes`` are folded), or a part of one."""
    if text.lstrip().startswith("注意事项"):
        return True
    if len(text) < 10 or not notes:
        return False
    begins, ends = fold(text[:14]), fold(text[-14:])
    known = any((begins and begins in note) or (ends and ends in note) for note in notes)
    return known and any(partial_ratio(fold(text), note) >= 90 for note in notes)


def strip_label(text: str, section: SectionLayout) -> str:
    """A line without the printed sub-heading label that it begins with (``1.研究目标：…``).

    Only a label that ends there, at a colon, a blank or a full stop, is one: 研究目标是… is the sender's sentence.
    """
    body, _ = strip_numbering(text)
    for label in section.labels:
        found = re.match(rf"{spaced(label)}(?:[（(][^（()）]*字[^（()）]*[)）])?\s*(?P<end>[:：。.]+|(?<=\s)|$)", body)
        if found:
            return body[found.end() :].strip()
    return text.strip()
