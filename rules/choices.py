"""Which of the call's listed values a field holds, as people write them."""

from __future__ import annotations

import re

from rules.folding import compact, fold, fold_subject
from rules.packs.call import Choice, FieldSpec

SEPARATORS = r"、，,；;/|()\[\]【】<>《》:：.·~_—–\-\""
PARTS = re.compile(rf"[^{SEPARATORS}]+")
LOOSER_PARTS = re.compile(rf"[^{SEPARATORS}和与及]+")
NEAR = 8  # characters; no word that takes a subject back is longer
NEGATED = re.compile(r"(?:无|非|不含|不含有|不涉及|不包括|不属于)(?:任何)?$")

EXCEPTED = re.compile(r"(?:领域|类|相关)?(?:除外|以外|之外)")


def chosen(spec: FieldSpec, value: str) -> Choice | None:
    """The listed value that stands in the field; of several the first."""
    if spec.checkboxes:
        return next(iter(ticked(spec, value)), None)
    wanted = {fold_subject(value), fold(value)}
    if whole := next((c for c in spec.choices if c.keys & wanted), None):
        return whole
    text = compact(value)
    places = [(place, c) for c in spec.choices if (place := _place(c, text)) >= 0]
    return min(places, key=lambda found: found[0])[1] if places else None


def ticked(spec: FieldSpec, value: str) -> tuple[Choice, ...]:
    """The listed options among those ticked, which the reader joins by 、; words may follow one (其他：水利)."""
    parts = [fold(part) for part in re.split(r"[、；;]", value)]
    begun = (c for part in parts for c in spec.choices if part and any(part.startswith(key) for key in c.keys))
    return tuple(dict.fromkeys(begun))


def speaks_of(text: str, subjects: tuple[str, ...]) -> str:
    """The first of the subjects that the text speaks of without 无, 非, 不含 before it; ``""`` for none."""
    plain = compact(text)
    for subject in subjects:
        for found in re.finditer(re.escape(compact(subject)), plain):
            start, end = found.span()
            if not NEGATED.search(plain, max(0, start - NEAR), start) and not EXCEPTED.match(plain, end):
                return subject
    return ""


def _place(choice: Choice, text: str) -> int:
    """Where the choice stands in the text: its full name anywhere, or another word for it between separators."""
    for parts in (PARTS, LOOSER_PARTS):
        for part in parts.finditer(text):
            if fold_subject(part[0]) in choice.keys:
                return part.start()
    return text.find(compact(choice.name)) if choice.name.endswith("领域") else -1
