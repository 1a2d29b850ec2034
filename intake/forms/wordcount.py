"""字数 as Word counts them: how long an answer is, by the definition that the call's limits mean."""

from __future__ import annotations

import re
import unicodedata

# Each of these counts one: ideographs, kana, bopomofo, CJK punctuation, enclosed and squared CJK, full-width forms.
# U+3000 (a space), half-width Hangul and the Hangul syllables are not among them: Word counts Korean by words.
_CJK = (
    "\u2e80-\u2fdf\u2ff0-\u2fff\u3001-\u312f\u3190-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe10-\ufe1f\ufe30-\ufe4f\uff01-\uff9f\uffe0-\uffe6\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_MARKS = "“”‘’—―…·"  # one each beside CJK, nothing inside Latin

_EACH = re.compile(f"[{_CJK}]")
_MARK_RUN = re.compile(f"[{_MARKS}]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")


def count_words(text: str) -> int:
    """The 字数 of a text.

    Every ideograph, kana, full-width form and CJK mark is one; ``“ ” ‘ ’ — … ·`` are one each beside these; every
    longest run of other visible characters is one if it holds a letter or a digit. Blanks are none (contract, §5).
    """
    text = _INVISIBLE.sub("", text)
    each = len(_EACH.findall(text))
    text, marks = _without_marks(text)
    runs = _EACH.sub(" ", text).split()
    return each + marks + sum(any(map(str.isalnum, run)) for run in runs)


def count_characters(text: str) -> int:
    """The 字符数（不计空格）of a text: every visible character is one."""
    visible = "".join(text.split())
    if visible.isprintable():
        return len(visible)
    return sum(unicodedata.category(c) not in ("Cf", "Cc") for c in visible)


def _without_marks(text: str) -> tuple[str, int]:
    """The text with its marks beside CJK cut out (they end a Latin run), and how many there were."""
    counted = 0

    def cut(found: re.Match[str]) -> str:
        nonlocal counted
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        if not _EACH.match(before) and not _EACH.match(after):
            return found.group()
        counted += len(found.group())
        return " "

    return _MARK_RUN.sub(cut, text), counted
