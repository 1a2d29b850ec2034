"""The plan as taxonomy: demands of its own words get their 专栏, those of the ten fields one that officers accept."""

from __future__ import annotations

import pytest
from builders import form_docx
from plan_demands import OF_FIELDS, OUTSIDE, Wanted, of_own_words, titles

from intake.model import Limits
from intake.reader import read_file
from rules.packs.pack import load_pack
from rules.similar.taxonomy import Tag, tag_of, tag_texts


def number_of(tag: Tag | None) -> int:
    return tag.number if tag else 0


@pytest.mark.parametrize("number", sorted(titles()))
def test_demands_of_a_tasks_own_words_get_its_tag(number: int) -> None:
    demands = of_own_words()[number]
    right = [w for w in demands if number_of(tag_texts(w.name, w.subject, w.text)) == number]
    assert len(demands) == 20
    assert len(right) >= 19


@pytest.mark.parametrize("wanted", OF_FIELDS, ids=lambda w: w.name)
def test_demands_of_the_ten_fields_get_a_tag_that_an_officer_accepts(wanted: Wanted) -> None:
    assert number_of(tag_texts(wanted.name, wanted.subject, wanted.text)) in wanted.tasks


@pytest.mark.parametrize("wanted", OUTSIDE, ids=lambda w: w.name)
def test_what_serves_no_task_is_said_so(wanted: Wanted) -> None:
    assert tag_texts(wanted.name, wanted.subject, wanted.text) is None
    assert tag_texts("", "", "") is None


def test_the_words_that_decided_stand_in_the_demand() -> None:
    pack = load_pack("nm-gxjs-2027")
    document = read_file("氢能.docx", form_docx(), (pack.layout,), Limits())[0]
    tag = tag_of(document.forms[0], pack)
    assert tag is not None
    assert tag.name == "专栏3 氢能技术重点任务"
    whole = "".join([*document.forms[0].fields.values(), *(s.text for s in document.forms[0].sections.values())])
    assert tag.words
    assert all(word in whole.casefold() for word in tag.words)
    assert "制氢" in "".join(tag.words)
