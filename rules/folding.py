"""Folding: how texts are made alike before they are compared, and never otherwise."""

from __future__ import annotations

import re
import unicodedata

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
BRACKETED_REVISION = re.compile(
    r"[（(【\[〔][^（(【\[〔）)】\]〕]{0,6}(?:修订|修改|更正|更新|补正|订正|改正|最终|终稿|定稿|新版|重报|重新报送)"
    r"[^（(【\[〔）)】\]〕]{0,6}[）)】\]〕]"
)

TRAILING_REVISION = re.compile(r"[\s_\-—]*(?:修订|修改|更正|补正|最终|定)[稿版]\s*$")


def compact(text: str) -> str:
    """The text in one width, one case and without blanks: ``ＰＥＭ 电解`` becomes ``pem电解``."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def fold(text: str) -> str:
    """Only letters, digits and ``+``, in one width and case: what is left of a name for comparing."""
    return "".join(c for c in compact(text) if c == "+" or c.isalnum())


def fold_name(name: str) -> str:
    """A demand's name without spaces, punctuation, width and marks such as （修订）, 【更正】, 修改稿."""
    plain = BRACKETED_REVISION.sub("", unicodedata.normalize("NFKC", name))
    return fold(TRAILING_REVISION.sub("", plain)) or fold(name)


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
