"""Numbers written out in Chinese, for tests that read them back."""

from __future__ import annotations

PLAIN = ("零一二三四五六七八九", "十百千", "万亿")
FORMAL = ("零壹贰叁肆伍陆柒捌玖", "拾佰仟", "万亿")
WIDE = str.maketrans("0123456789.:", "０１２３４５６７８９．：")


def written(number: int, formal: bool = False) -> str:
    """A whole number as a careful writer puts it: 8000000 is 八百万, or 捌佰万 where formal."""
    digits, units, large = FORMAL if formal else PLAIN
    if number == 0:
        return digits[0]
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        gap = text and group < 1000
        text += (digits[0] if gap else "") + _group(group, digits, units) + (large[place - 1] if place else "")
    return text if formal or not text.startswith("一十") else text[1:]


def _group(number: int, digits: str, units: str) -> str:
    text, waiting = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if waiting and text else "") + digits[digit] + (units[place - 1] if place else "")
            waiting = False
        else:
            waiting = True
    return text
