"""Registered codes that a form may ask for."""

from __future__ import annotations

import unicodedata


def is_uscc(value: str) -> bool:
    """Whether a value is a 统一社会信用代码 with the right check digit (GB 32100-2015)."""
    from stdnum.cn import uscc

    return bool(uscc.is_valid("".join(unicodedata.normalize("NFKC", value).split())))
