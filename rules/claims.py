"""Which of several open calls a form is meant for, where they print the same form: its title and its values tell."""

from __future__ import annotations

from dataclasses import replace

from intake.model import Document, Form, Submission
from rules.choices import chosen
from rules.folding import fold_subject
from rules.packs.call import CallPack, FieldSpec

OF_SUBJECT, OF_ANOTHER_CHOICE, OF_TITLE = 2, 1, 2  # a listed value of the 所属领域 tells most


def claimed(submission: Submission, packs: tuple[CallPack, ...]) -> Submission:
    """The submission with every form under the call that it is meant for."""
    if not any(_rivals(pack, packs) for pack in packs):
        return submission
    return replace(submission, documents=tuple(_document(d, packs) for d in submission.documents))


def _document(document: Document, packs: tuple[CallPack, ...]) -> Document:
    if not document.forms:
        return document
    return replace(document, forms=tuple(replace(f, call=call_of(f, packs)) for f in document.forms))


def call_of(form: Form, packs: tuple[CallPack, ...]) -> str:
    """The id of the call that the form is meant for; the reader's choice (by the title) where the values tell nothing.

    Two calls that print the same form list different fields of research and types of demands. A form that bears the
    title of one call and a field that only the other lists is the other's.
    """
    read_as = next((pack for pack in packs if pack.id == form.call), None)
    rivals = _rivals(read_as, packs) if read_as else ()
    if read_as is None or not rivals:
        return form.call
    return max((read_as, *rivals), key=lambda pack: _agreement(form, pack)).id


def _rivals(pack: CallPack, packs: tuple[CallPack, ...]) -> tuple[CallPack, ...]:
    """The other calls that print the same labels and parts."""
    return tuple(p for p in packs if p.id != pack.id and _printed(p) == _printed(pack))


def _printed(pack: CallPack) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(f.name for f in pack.fields), frozenset(s.name for s in pack.sections)


def _agreement(form: Form, pack: CallPack) -> int:
    """How well the values of the form agree with what a call lists; a value word for word counts twice."""
    agreed = OF_TITLE if pack.id == form.call else 0
    for spec in pack.fields:
        weight = OF_SUBJECT if spec.name == pack.subject_field else OF_ANOTHER_CHOICE
        agreed += weight * _listed(form.value(spec.name), spec)
    return agreed


def _listed(value: str, spec: FieldSpec) -> int:
    """2 for a listed value as it is printed, 1 for another word for one, 0 for none."""
    choice = chosen(spec, value) if value and spec.choices else None
    if choice is None:
        return 0
    return 2 if fold_subject(choice.name) == fold_subject(value) else 1
