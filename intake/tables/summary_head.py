"""What stands around the table of a 汇总表: its title, the 归口管理部门, the contact and the telephone."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNIT = "归口管理部门 归口管理单位 归口部门 归口单位 推荐单位 推荐部门 报送部门 填报单位 报送单位"
_CONTACT = "联系人及联系电话 联系人及联系方式 联系人及电话 联系人姓名 联系人"
_PHONE = "联系电话 联系方式 电话号码 手机号码 手机号 办公电话 电话 手机"
_STAMP = re.compile(
    r"[（(\[【]?\s*(?:请?加?\s*盖\s*(?:单\s*位\s*)?(?:公\s*)?章|公\s*章|签\s*章)\s*(?:处)?\s*[）)\]】]?"
)
_NUMBER = re.compile(r"\+?[(（]?\d[\d\s()（）—–－/、;；,，-]{4,}")
_WHOLE = re.compile("更正|全部|以此为准")
_TITLE = re.compile("汇总|需求(?:一览|清单|统计)")
TITLE_LENGTH = 45  # longer lines are prose that speaks of a 汇总表


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a 汇总表; what is not filled in is ``""``."""

    title: str = ""
    unit: str = ""
    contact: str = ""
    phone: str = ""
    whole: bool = False


def _spaced(words: str) -> str:
    """A pattern for any of the labels, blanks between their characters allowed (联 系 人)."""
    return "|".join(r"[ \u3000]*".join(word) for word in words.split())


_LABEL = re.compile(
    rf"(?:(?P<unit>{_spaced(_UNIT)})|(?P<contact>{_spaced(_CONTACT)})|(?P<phone>{_spaced(_PHONE)}))"
    r"[ \u3000]*(?:[（(][^（()）]{0,12}[）)])?[ \u3000]*(?:[:：]|(?=\t))"
)


def read_head(lines: tuple[str, ...], titles: tuple[str, ...]) -> Head:
    """Read the head from the lines around the table, in order; cells of one row are parted by tabs."""
    place = next((i for i, line in enumerate(lines) if is_title(line, titles)), None)
    title = "" if place is None else " ".join(lines[place].split())
    start = place or 0
    ordered = lines[start:] + lines[max(0, start - 5) : start]
    found: dict[str, str] = {}
    for line in ordered:
        for label, value in _labelled(line):
            if value and not found.get(label):
                found[label] = value
    contact, phone = _parted(found.get("contact", ""), found.get("phone", ""))
    short = (line for line in lines if len(line) <= 15 or "以此为准" in line)
    whole = any(_WHOLE.search(line) for line in (title, *short))
    return Head(title, found.get("unit", ""), contact, phone, whole)


def is_title(line: str, titles: tuple[str, ...]) -> bool:
    """Whether a line is the title of a 汇总表: one of the call's, or a short line that says so."""
    line = "".join(line.split())
    if len(line) > TITLE_LENGTH or line.endswith(("。", "；", "：", ":")):
        return False
    return any(title in line for title in titles if len(title) > 3) or bool(_TITLE.search(line))


def _labelled(line: str) -> list[tuple[str, str]]:
    """The labels of a line, each with what stands between it and the next."""
    marks = list(_LABEL.finditer(line))
    ends = [mark.start() for mark in marks[1:]] + [len(line)]
    return [(str(mark.lastgroup), _value(line[mark.end() : end])) for mark, end in zip(marks, ends, strict=False)]


def _value(text: str) -> str:
    text = _STAMP.sub("  ", text).strip(" \u3000\t_＿:：,，;；、")
    return re.split(r"\t|[ \u3000]{2,}", text)[0].strip("_＿ ") if text else ""


def _parted(contact: str, phone: str) -> tuple[str, str]:
    """Contact and telephone where both stand under one label (联系人及电话：张三 0471-…)."""
    return (contact, phone) if phone else parted_contact(contact)


def parted_contact(contact: str) -> tuple[str, str]:
    """The name and the telephone of a contact written in one (张三 0471-…)."""
    number = _NUMBER.search(contact)
    if number is None:
        return contact, ""
    return contact[: number.start()].strip(" \u3000,，/、:：（("), number.group().strip(" ,，;；、/")
