"""Automatic numbers of paragraphs, as Word draws them: （三）, 2.1, ①, 甲."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{W}val"
_DIGITS = "〇一二三四五六七八九"
_PLACES = "", "十", "百", "千"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_LEGAL = str.maketrans("〇一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_LEGAL_TRADITIONAL = str.maketrans("〇一二三四五六七八九十百千", "零壹貳參肆伍陸柒捌玖拾佰仟")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ENCLOSED = {  # format -> (first character, how many there are)
    "decimalEnclosedCircle": ("①", 20),
    "decimalEnclosedCircleChinese": ("①", 20),
    "decimalEnclosedParen": ("⑴", 20),
    "decimalEnclosedFullstop": ("⒈", 20),
    "ideographEnclosedCircle": ("㊀", 10),
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it starts, how its number is written, and the text around it (``（%1）``)."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False  # all numbers of the text in plain digits
    restart: int | None = None  # 0: never begins anew; n: only after level n (from 1); None: after any higher one
    style: str = ""


@dataclass(slots=True)
class _List:
    """An instance of a list (w:num): its definition, its own levels and the starts that it sets once."""

    definition: str
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, root: etree._Element | None) -> None:
        self._definitions: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        links: dict[str, str] = {}
        styled: dict[str, str] = {}
        for element in root if root is not None else ():
            key = element.get(f"{W}abstractNumId") or ""
            if element.tag == f"{W}abstractNum":
                self._definitions[key] = _levels(element)
                links[key] = _value(element, "numStyleLink")
                styled[_value(element, "styleLink")] = key
            elif element.tag == f"{W}num":
                self._lists[element.get(f"{W}numId") or ""] = self._list(element)
        for key, style in links.items():
            if style and style in styled:
                self._definitions[key] = self._definitions[styled[style]]

    def _list(self, element: etree._Element) -> _List:
        found = _List(_value(element, "abstractNumId"))
        for override in element.iterfind(f"{W}lvlOverride"):
            depth = _number(override.get(f"{W}ilvl"), 0)
            level = override.find(f"{W}lvl")
            if level is not None:
                found.levels[depth] = _level(level)
            start = override.find(f"{W}startOverride")
            if start is not None:
                found.starts[depth] = _number(start.get(_VAL), 1)
        return found

    def level_of_style(self, number_id: str, style: str) -> int | None:
        """The level that a paragraph style is tied to in a list, None where it is to none."""
        instance = self._lists.get(number_id)
        if instance is None:
            return None
        levels = {**self._definitions.get(instance.definition, {}), **instance.levels}
        return next((depth for depth, level in levels.items() if level.style == style), None)

    def draw(self, number_id: str, depth: int) -> str:
        """Count one paragraph of a list at a level (from 0) and give its number.

        It is ``""`` for bullets and for lists that are not defined.
        """
        instance = self._lists.get(number_id)
        if instance is None:
            return ""
        levels = {**self._definitions.get(instance.definition, {}), **instance.levels}
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(instance.definition, {})
        if depth in instance.starts:
            counts[depth] = instance.starts.pop(depth)  # only its first paragraph sets the count anew
        else:
            counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        _restart_deeper(counts, levels, depth)
        return _drawn(levels, counts, depth)


def _restart_deeper(counts: dict[int, int], levels: dict[int, Level], depth: int) -> None:
    for deeper in [d for d in counts if d > depth]:
        restart = levels[deeper].restart if deeper in levels else None
        if restart is None or (restart and depth < restart):
            del counts[deeper]


def _drawn(levels: dict[int, Level], counts: dict[int, int], depth: int) -> str:
    level = levels[depth]
    if level.form == "bullet":
        return ""

    def one(found: re.Match[str]) -> str:
        other = int(found.group(1)) - 1
        shown = levels.get(other, Level())
        form = "decimal" if level.legal else shown.form
        return format_number(counts.get(other, shown.start), form)

    return re.sub(r"%([1-9])", one, level.text)


def _levels(element: etree._Element) -> dict[int, Level]:
    return {_number(e.get(f"{W}ilvl"), 0): _level(e) for e in element.iterfind(f"{W}lvl")}


def _level(element: etree._Element) -> Level:
    restart = element.find(f"{W}lvlRestart")
    level = Level(
        start=_number(_value(element, "start"), 1),
        form=_form(element),
        text=_value(element, "lvlText"),
        legal=_is_on(element.find(f"{W}isLgl")),
        style=_value(element, "pStyle"),
    )
    return level if restart is None else replace(level, restart=_number(restart.get(_VAL), 0))


def _form(element: etree._Element) -> str:
    """The number format; newer ones (001, 002) stand in an alternative with an older one beside it."""
    direct = element.find(f"{W}numFmt")
    if direct is None:
        direct = next((e for e in element.iter(f"{W}numFmt") if e.get(_VAL) != "custom"), None)
    return "decimal" if direct is None else direct.get(_VAL) or "decimal"


def _value(element: etree._Element, name: str) -> str:
    found = element.find(W + name)
    return "" if found is None else found.get(_VAL) or ""


def _number(text: str | None, otherwise: int) -> int:
    try:
        return int(text or otherwise)
    except ValueError:
        return otherwise


def _is_on(element: etree._Element | None) -> bool:
    return element is not None and element.get(_VAL, "1") not in ("0", "false", "off")


def format_number(number: int, form: str) -> str:
    """A count in one of Word's number formats (ST_NumberFormat); plain digits for those that no one here uses."""
    if form == "none":
        return ""
    if form in _ENCLOSED:
        first, last = _ENCLOSED[form]
        return chr(ord(first) + number - 1) if 1 <= number <= last else str(number)
    if form.startswith("decimal"):
        return _decimal(number, form)
    if form.endswith("Letter"):
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 20 + 1)
        return letters.upper() if form.startswith("upper") else letters
    if form.endswith("Roman"):
        return _roman(number).upper() if form.startswith("upper") else _roman(number)
    return _chinese(number, form)


def _decimal(number: int, form: str) -> str:
    if form == "decimalZero":
        return f"{number:02d}"
    if form.startswith("decimalFullWidth"):
        return "".join(chr(ord(c) + 0xFEE0) for c in str(abs(number)))
    return str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        times, number = divmod(max(number, 0) % 10_000, value)
        written += letters * times
    return written


def _chinese(number: int, form: str) -> str:
    if form == "ideographTraditional" and 1 <= number <= len(_STEMS):
        return _STEMS[number - 1]
    if form == "ideographZodiac" and 1 <= number <= len(_BRANCHES):
        return _BRANCHES[number - 1]
    if form.startswith(("ideographDigital", "japaneseDigital", "taiwaneseDigital", "koreanDigital")):
        return "".join(_DIGITS[int(c)] for c in str(abs(number)))
    if form in ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"):
        return _counted(number).translate(_LEGAL if form == "chineseLegalSimplified" else _LEGAL_TRADITIONAL)
    if "Counting" in form or form.startswith("ideograph"):
        return _counted(number).removeprefix("一") if 10 <= number < 20 else _counted(number)
    return str(number)


def _counted(number: int) -> str:
    """A number below 10,000 in Chinese words: 一百零五."""
    if not 0 < number < 10_000:
        return "〇" if number == 0 else str(number)
    digits = str(number)
    words = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        words += "零" if digit == "0" else _DIGITS[int(digit)] + _PLACES[place]
    return re.sub("零+", "零", words).rstrip("零")
