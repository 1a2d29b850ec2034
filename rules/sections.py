"""Whether a part of a form was answered at all: what is missing or empty is said once, and nothing more of it."""

from __future__ import annotations

from intake.model import Form, Section
from rules.folding import is_blank
from rules.packs.call import CallPack


def empty(section: Section, pack: CallPack) -> bool:
    """Whether a section holds nothing, or only ``/``, 无 and their like.

    Where an amount or a period is asked for, 待定 is an answer that cannot be read (B001, B004), not an empty one.
    """
    if not any(c.isalnum() for c in section.text):
        return True
    asked = {spec.place for spec in (pack.amount, pack.period) if spec}
    return section.name not in asked and is_blank(section.text)


def stands(form: Form, pack: CallPack, place: str) -> bool:
    """Whether the section or field of that name is there and holds an answer."""
    if place in form.sections:
        return not empty(form.sections[place], pack)
    return not is_blank(form.value(place))


def text_at(form: Form, place: str) -> str:
    """What the section or field of that name holds, ``""`` where it is missing."""
    return form.sections[place].text if place in form.sections else form.value(place)
