"""Which form is a new version of which demand, and what becomes of the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from states import AFTER, LATE, MONDAY, PACK, TOO_LONG, Desk, codes, item, letter, row, table

from rules.folding import fold_name
from rules.judging.judge import judge
from rules.judging.versions import differ_by_little
from rules.model import Decision

NAME = "碱性电解槽宽功率波动制氢关键技术研究"


def test_a_mended_form_alone_is_enough() -> None:
    desk = Desk()
    first = desk.take(item(NAME, TOO_LONG), item("露天矿边坡监测"), tables=(table(NAME, "露天矿边坡监测"),))
    assert first.decision is Decision.CORRECTION
    second = desk.take(item(NAME))
    assert second.decision is Decision.ACCEPTED
    assert codes(second) == []
    (demand,) = second.demands
    assert (demand.number, demand.version, codes(demand)) == ("GX2027-0001", 2, ["P001"])
    (old,) = second.replaced
    assert (old.version, old.current, codes(old)) == (1, False, ["F022"])
    assert second.mended == (1, 1)
    assert [d.number for d in second.state.demands] == ["GX2027-0001", "GX2027-0002"]


@pytest.mark.parametrize(
    "written",
    [
        "碱性电解槽 宽功率波动制氢关键技术研究",
        "碱性电解槽宽功率波动制氢关键技术研究（修订）",
        "碱性电解槽宽功率波动制氢关键技术研究（修改稿）",
        "“碱性电解槽”宽功率波动制氢关键技术研究。",
        "碱性电解槽宽功率波动制氢关键技术研究【更正】",
    ],
)
def test_the_same_name_however_it_is_written(written: str) -> None:
    desk = Desk()
    desk.take(item(NAME))
    judged = desk.take(item(written, applicant="另一家公司"))
    assert (judged.demands[0].number, judged.demands[0].version) == ("GX2027-0001", 2)


def test_a_point_whose_row_moved_is_not_mended() -> None:
    desk = Desk()
    desk.take(item(NAME), tables=(table(row(NAME, 申请财政经费="900")),))
    later = desk.take(tables=(table("露天矿边坡监测", row(NAME, 2, 申请财政经费="900")),))
    assert later.mended == (1, 0)
    assert desk.take(tables=(table(row(NAME, 联系电话="12345"), "露天矿边坡监测"),)).mended == (2, 1)


def test_a_name_that_differs_by_little_is_told_with_both_names() -> None:
    desk = Desk()
    desk.take(item(NAME))
    judged = desk.take(item("碱性电解槽宽功率波动制氢关键技术攻关"))
    (demand,) = judged.demands
    assert (demand.number, demand.version) == ("GX2027-0001", 2)
    told = demand.findings[0]
    assert all(text in told.message + told.fix for text in (NAME, "关键技术攻关", "恢复 GX2027-0001"))


@pytest.mark.parametrize(
    "other",
    [
        "碱性电解槽宽功率波动制氢关键技术研究二期",
        "碱性电解槽宽功率波动制氢关键技术研究2",
        "PEM电解槽宽功率波动制氢关键技术研究",
    ],
)
def test_a_telling_difference_makes_another_demand(other: str) -> None:
    desk = Desk()
    desk.take(item(NAME))
    assert desk.take(item(other)).demands[0].number == "GX2027-0002"


def test_another_applicant_makes_another_demand() -> None:
    desk = Desk()
    desk.take(item(NAME))
    judged = desk.take(item("碱性电解槽宽功率波动制氢关键技术攻关", applicant="赤峰云杉有色金属有限责任公司"))
    assert judged.demands[0].number == "GX2027-0002"


@pytest.mark.parametrize("where", ["letter", "table"])
def test_two_names_side_by_side_are_two_demands(where: str) -> None:
    near = "碱性电解槽宽功率波动制氢关键技术攻关"
    desk = Desk()
    if where == "letter":
        judged = desk.take(item(NAME), item(near))
        assert [d.number for d in judged.demands] == ["GX2027-0001", "GX2027-0002"]
        assert [d.version for d in desk.take(item(NAME), item(near)).demands] == [2, 2]
    else:
        desk.take(item(NAME), tables=(table(NAME, near),))
        assert desk.take(item(near)).demands[0].number == "GX2027-0002"


def test_twice_in_one_letter_is_one_item() -> None:
    judged = Desk().take(item(NAME, document="1.docx"), item(NAME + "（修订）", document="2.docx"))
    assert [(d.number, d.document) for d in judged.demands] == [("GX2027-0001", "2.docx")]


def test_forms_that_name_nothing_are_told_apart_by_their_text() -> None:
    desk = Desk()
    text = "宽功率波动工况下电解槽能耗高、寿命短，需要研制适应风光波动电源的装备并建成示范线。"
    judged = desk.take(
        item("", document="1.docx", text=text), item("", document="2.docx", text="露天矿边坡位移监测精度不足。")
    )
    assert [d.number for d in judged.demands] == ["GX2027-0001", "GX2027-0002"]
    again = desk.take(item(NAME, text=text))
    assert (again.demands[0].number, again.demands[0].version) == ("GX2027-0001", 2)


class TestLate:
    def test_a_late_version_changes_nothing(self) -> None:
        desk = Desk()
        desk.take(item(NAME))
        judged = desk.take(item(NAME), findings=(LATE,), at=AFTER)
        assert judged.decision is Decision.REFUSED
        (late,) = judged.demands
        assert (late.number, late.version, late.current, codes(late)) == ("GX2027-0001", 2, False, ["D001"])
        assert (desk.demand("GX2027-0001").version, desk.state.past) == (1, (late,))

    def test_the_mended_version_of_a_correction_is_for_an_officer(self) -> None:
        desk = Desk()
        desk.take(item(NAME, TOO_LONG))
        judged = desk.take(item(NAME), findings=(LATE,), at=AFTER)
        assert judged.decision is Decision.HELD
        assert (codes(judged), codes(judged.demands[0])) == (["D004", "C004"], ["D004"])
        assert desk.demand("GX2027-0001").decision is Decision.CORRECTION

    def test_beside_a_mended_version_a_new_demand_is_refused(self) -> None:
        desk = Desk()
        desk.take(item(NAME, TOO_LONG))
        judged = desk.take(item(NAME), item("露天矿边坡监测"), findings=(LATE,), at=AFTER)
        assert judged.decision is Decision.REFUSED
        assert [d.decision for d in judged.demands] == [Decision.HELD, Decision.REFUSED]
        assert [(d.number, d.current) for d in judged.demands] == [("GX2027-0001", False), ("GX2027-0002", False)]

    def test_a_new_demand_within_grace_waits_for_an_officer(self) -> None:
        grace = replace(LATE, code="D004", severity=TOO_LONG.severity.REVIEW)
        desk = Desk()
        judged = desk.take(item(NAME), findings=(grace,), at=AFTER)
        assert (judged.decision, judged.demands[0].current) == (Decision.HELD, True)
        assert judged.quota
        assert judged.quota.used == 1

    def test_late_twice(self) -> None:
        desk = Desk()
        desk.take(item(NAME), findings=(LATE,), at=AFTER)
        judged = desk.take(item(NAME), findings=(LATE,), at=AFTER)
        assert (judged.demands[0].number, judged.demands[0].version) == ("GX2027-0001", 2)


def test_a_letter_that_was_received_before_the_current_version_does_not_replace_it() -> None:
    desk = Desk()
    desk.take(item(NAME), at=MONDAY + timedelta(days=2))
    judged = desk.take(item(NAME, TOO_LONG), at=MONDAY)
    assert (judged.demands[0].version, judged.demands[0].current) == (2, False)
    assert desk.demand("GX2027-0001").decision is Decision.ACCEPTED


def test_an_isolated_letter_that_is_judged_again_keeps_its_numbers() -> None:
    desk = Desk()
    unknown = replace(LATE, code="A001", severity=TOO_LONG.severity.REVIEW)
    aside = judge(letter(item(NAME), findings=(unknown,)), desk.state, PACK).demands
    desk.state = replace(desk.state, aside=aside, next_number=5)
    judged = desk.take(item(NAME))
    assert (judged.demands[0].number, judged.state.next_number, judged.state.aside) == (aside[0].number, 5, ())


MARKS = [
    *("", "（修订）", "(修改稿)", "【更正】", " ", "。", "（第二次修订）", "（2026年6月修订）", "（修订稿20260601）"),
    *("（第2版）", "（V2.0）", "（新）", "（以此为准）", "《修订》", "_修订", "终稿"),
    *("（已按意见完善）", "（更新）", "（内容调整）"),
]
OTHERS = [
    "（二期）",
    "（B型）",
    "（2号）",
    "（二）",
    "（示范）",
    "（新工艺）",
    "（改性）",
    "（2026）",
    "（设备更新）",
    "（国产替换）",
]


@given(st.sampled_from(MARKS), st.integers(0, len(NAME)))
def test_marks_and_spaces_are_folded(mark: str, place: int) -> None:
    assert fold_name(NAME[:place] + " " + NAME[place:] + mark) == fold_name(NAME)


@pytest.mark.parametrize("mark", OTHERS)
def test_what_stands_in_brackets_otherwise_belongs_to_the_name(mark: str) -> None:
    assert fold_name(NAME + mark) != fold_name(NAME)


@given(st.text("甲风电一二12AB期号型氢", min_size=8, max_size=20), st.integers(0, 19), st.sampled_from("一廿3Aβ期号型"))
def test_a_difference_in_a_telling_character_is_never_little(name: str, place: int, sign: str) -> None:
    place = min(place, len(name))
    assert not differ_by_little(name, name[:place] + sign + name[place:])


@given(st.text("甲乙风电氢能技术", max_size=20), st.text("甲乙风电氢能技术", max_size=20))
def test_likeness_of_names_has_no_direction(one: str, other: str) -> None:
    assert differ_by_little(one, other) == differ_by_little(other, one)
