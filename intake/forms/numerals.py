"""Numbers as people write them in Chinese texts: ``800``, ``８００``, ``8,000,000``, ``八百``, ``捌佰``, ``1亿2千万``.

Own code instead of cn2an: that takes 190 ms to import (half of what a whole check may take), goes through ``float``,
and refuses ``俩``, ``零点零八`` and grouped digits.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_DIGITS = {
    c: i
    for i, cs in enumerate(("零〇○", "一壹", "二贰两俩", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in cs
}
_UNITS = (("亿億", 10**8), ("万萬", 10**4), ("千仟", 1000), ("百佰", 100), ("十拾", 10))

_CHINESE = "".join(_DIGITS) + "点十拾百佰千仟"
_ARABIC = r"\d{1,3}(?:[,，]\d{3}){1,5}(?:\.\d{1,6})?(?!\d)|\d{1,15}(?:\.\d{1,8})?"  # bounded: no text takes long
_SEGMENT = rf"(?:(?:{_ARABIC})(?:[十百佰千仟]\d{{0,4}}){{0,4}}|[{_CHINESE}]{{1,16}})"
NUMBER = rf"{_SEGMENT}(?:\s?[万萬亿億]{_SEGMENT}?){{0,3}}"  # a pattern to build upon; read_number() reads what it finds

_ABOUT = re.compile("(?:一[二两]|[二两]三|三[四五]|四五|五六|六七|七八|八九)$")  # 七八百: seven or eight hundred

_WIDE = {ord(full): ord(full) - 0xFEE0 for full in map(chr, range(0xFF01, 0xFF5F)) if full not in "，；！？（）"}
_WIDE |= {0x3000: ord(" "), 0x2236: ord(":"), 0xA0: ord(" ")}


def narrow(text: str) -> str:
    """The text with full-width digits, letters and signs made narrow, position by position.

    ``，；！？（）`` stay, as they end a clause and are no part of a number.
    """
    return text.translate(_WIDE)


@lru_cache(maxsize=1024)  # the numbers of headings and dates come again in every document
def read_number(text: str) -> Decimal | None:
    """The value of one number (``NUMBER``), exactly; null if the characters make no number."""
    text = re.sub(r"[\s,，]", "", narrow(text))
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return Decimal(text)
    return _value(text) if text else None


def _value(text: str) -> Decimal | None:
    for characters, size in _UNITS:
        cut = max(text.rfind(c) for c in characters)
        if cut >= 0:
            return _composed(text[:cut], size, text[cut + 1 :])
    return _plain(text)


def _composed(before: str, size: int, after: str) -> Decimal | None:
    """``before`` times ``size`` plus ``after``; a lone digit behind counts in the next place (一千五: 1500)."""
    if _ABOUT.search(before):
        return None
    head = _value(before) if before else (Decimal(1) if size < 10**4 else None)
    if head is None:
        return None
    if not after:
        return head * size
    tail = _value(after)
    if tail is None or tail >= size:
        return None
    colloquial = len(after) == 1 and after in _DIGITS and size > 10
    return head * size + (tail * size / 10 if colloquial else tail)


def _plain(text: str) -> Decimal | None:
    """Arabic digits, or Chinese ones place by place (二〇二七, 二点五, 零五)."""
    digits = "".join(str(_DIGITS[c]) if c in _DIGITS else "." if c == "点" else c for c in text)
    mixed = digits != text and re.search(r"[0-9]", text)
    return Decimal(digits) if re.fullmatch(r"\d+(\.\d+)?", digits) and not mixed else None
