"""What the cells of a 汇总表 say: amounts in 万元 and telephone numbers. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from intake.forms.numerals import NUMBER, narrow, read_number

AMOUNT = re.compile(rf"({NUMBER})\s*(元)?")
REGION = "CN"
EXTENSION = re.compile(r"(?:转|分机|ext\.?|#)\s*\d+|(?<=\d{7})\s*[-—]\s*\d{1,5}(?!\d)", re.IGNORECASE)
PARTED = re.compile(r"[、，,；;/\n]|\s{2,}|或")
USUAL = re.compile(r"(?:(?:\+|00)?86)?(?:1[3-9]\d{9}|0[1-9]\d{1,2}[2-9]\d{6,7}|[2-9]\d{6,7})")


def amount_in(cell: str) -> Decimal | None:
    """The amount of a cell in 万元 (a bare number is in 万元, as the column's head says); null if it is none."""
    found = AMOUNT.search(narrow(cell))
    value = read_number(found[1]) if found else None
    if found is None or value is None:
        return None
    in_yuan = found[2] or re.search("[万萬亿億]", found[1])
    return value / 10000 if in_yuan else value


def is_telephone(cell: str) -> bool:
    """Whether a cell holds telephone numbers and no number that cannot be one."""
    parts = [p for p in PARTED.split(EXTENSION.sub("", narrow(cell))) if re.search(r"\d", p)]
    return bool(parts) and all(_can_be(p) or all(map(_can_be, p.split())) for p in parts)


def _can_be(part: str) -> bool:
    number = re.sub(r"[^\d+]", "", part)
    return bool(USUAL.fullmatch(number)) or _is_known_abroad(number)


def _is_known_abroad(number: str) -> bool:
    """Whether the numbering plans know it: service numbers, other countries. The tables take 0.1 s to load."""
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(number, REGION)))
    except phonenumbers.NumberParseException:
        return False
