"""Folding: how texts are made alike before they are compared, and never otherwise."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# What stands for "nothing" in a field, once folded (contract, F010).
BLANK_WORDS = frozenset(
    {
        "",
        "无",
        "待定",
        "暂无",
        "暂定",
        "待填",
        "待补",
        "待补充",
        "未定",
        "略",
        "空",
        "没有",
        "na",
        "null",
        "none",
        "x",
        "xx",
    }
    | {"xxx", "请填写", "填写", "盖章", "加盖公章", "公章", "单位盖章", "请选择", "如实填写", "万元"}
)
LONGEST_BLANK = 60  # a line of underscores to write on, and the blank words
NUMBERING = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十0-9]{1,3}[)）、．.]|[（(][一二三四五六七八九十0-9]{1,3}[)）])\s*"
)
BRACKETED = re.compile(r"[（(【\[〔「《<]([^（(【\[〔「《<）)】\]〕」》>]{1,20})[）)】\]〕」》>]")
# What a mark is made of: words of revising, and what counts and dates them; 期, 型, 号 are in none of them.
REVISED = "修订|修改|更正|补正|订正|改正|重新报送|重报|新版|最终|终稿|终版|定稿|正式稿|正式版|为准"
CHANGED = "更新|完善|调整|替换"  # demands are named so too (设备更新): a mark among words of paperwork alone
REVISING = f"{REVISED}|{CHANGED}"
PAPERWORK = "[已经再次重新后的过按据照根要求通知意见内容名称版稿]"
SPOKEN_REVISION = re.compile(rf"[^0-9]{{0,6}}(?:{REVISED})[^0-9]{{0,6}}|{PAPERWORK}*(?:{CHANGED}){PAPERWORK}*")
COUNTED_REVISION = re.compile(
    rf"(?:{REVISING}|新|改|[后再已次第版稿本年月日v0-9一二三四五六七八九十.-])*?"
    rf"(?:{REVISING}|^新$|^改后?$|v\d|(?:第[0-9一二三四五六七八九十]+|[0-9.]+)[版稿])"
    rf"[后再已次第版稿本年月日v0-9一二三四五六七八九十.-]*"
)
TRAILING_REVISION = re.compile(r"(?:(?:修订|修改|更正|补正|最终|定|终)[稿版]|(?<=[\s_\-—])(?:修订|修改|更正|补正))\s*$")


def compact(text: str) -> str:
    """The text in one width, one case and without blanks: ``ＰＥＭ 电解`` becomes ``pem电解``."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=2048)  # the same names and values are compared again and again
def fold(text: str) -> str:
    """Only letters, digits and ``+``, in one width and case: what is left of a name for comparing."""
    return "".join(c for c in compact(text) if c == "+" or c.isalnum())


@lru_cache(maxsize=2048)
def fold_name(name: str) -> str:
    """A demand's name without spaces, punctuation, width and marks such as （修订）, 【更正】, （第2版）, 修改稿."""
    plain = BRACKETED.sub(_unmarked, unicodedata.normalize("NFKC", name))
    return fold(TRAILING_REVISION.sub("", plain)) or fold(name)


def _unmarked(bracket: re.Match[str]) -> str:
    inside = compact(bracket[1])
    marked = SPOKEN_REVISION.fullmatch(inside) or COUNTED_REVISION.fullmatch(inside)
    return "" if marked else bracket[0]


def is_blank(value: str) -> bool:
    """Whether a field's value says nothing: empty, ``/``, ``——``, 无, 待定 and their like."""
    return len(value) <= LONGEST_BLANK and fold(value) in BLANK_WORDS


def without_numbering(value: str) -> str:
    """The value without a leading （二）, 2. or 二、."""
    return NUMBERING.sub("", value.strip())


def fold_subject(value: str) -> str:
    """The name of a field of research, folded, without numbering and without a word like 领域 behind it."""
    folded = fold(without_numbering(value))
    return folded.removesuffix("领域").removesuffix("点位").removesuffix("方向") or folded
