"""A letter beside what its unit has on file: consistency, places, decisions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from states import (
    AFTER,
    COLUMNS,
    DAMAGED,
    FORGED,
    LATE,
    MARKED,
    ODD_PERIOD,
    OUTSIDE,
    PACK,
    TOO_LONG,
    UNKNOWN,
    Desk,
    codes,
    item,
    letter,
    row,
    table,
    unit,
)

from intake.model import Document, Kind, Letter
from rules.cells import amount_in, is_telephone
from rules.judging.judge import judge
from rules.judging.named import check_many
from rules.judging.settling import settle
from rules.model import SECRET_NAME, Decision, Likeness, UnitState
from rules.names import same_organisation

A, B, C, D = "碱性电解槽宽功率波动制氢技术", "露天矿边坡智能监测装备", "退役风机叶片纤维再生", "低品位萤石浮选提质"


def test_a_good_demand_is_accepted_and_told_that_the_table_is_missing() -> None:
    judged = Desk().take(item(A))
    assert judged.decision is Decision.ACCEPTED
    assert [(d.number, d.version, d.decision) for d in judged.demands] == [("GX2027-0001", 1, Decision.ACCEPTED)]
    assert codes(judged) == ["C004"]
    assert judged.quota
    assert (judged.quota.used, judged.quota.waiting, judged.quota.limit) == (1, 0, 25)


def test_the_worst_of_items_and_files_decides_the_mail_but_not_the_other_items() -> None:
    judged = Desk().take(item(A), item(B, ODD_PERIOD), findings=(DAMAGED,))
    assert judged.decision is Decision.CORRECTION
    assert [d.decision for d in judged.demands] == [Decision.ACCEPTED, Decision.HELD]


def test_a_finding_of_the_file_holds_for_the_items_in_it_alone() -> None:
    macro = replace(DAMAGED, code="S002", severity=ODD_PERIOD.severity, document=f"{A}.docx")
    judged = Desk().take(item(A), item(B), findings=(macro,))
    assert [d.decision for d in judged.demands] == [Decision.HELD, Decision.ACCEPTED]


def test_own_failure_holds_the_mail_and_blames_nobody() -> None:
    judged = judge(replace(letter(item(A)), own_failures=("没有转换程序",)), UnitState(unit()), PACK)
    assert judged.decision is Decision.HELD
    assert judged.demands[0].decision is Decision.ACCEPTED


class TestTable:
    def test_row_without_document_is_told_and_clears_itself(self) -> None:
        desk = Desk()
        first = desk.take(item(A), tables=(table(A, B),))
        assert first.decision is Decision.CORRECTION
        assert codes(first) == ["C001"]
        assert first.awaited == (B,)
        second = desk.take(item(B))
        assert second.decision is Decision.ACCEPTED
        assert codes(second) == []
        assert (second.awaited, second.mended) == ((), (1, 1))

    def test_a_later_letter_without_table_only_repeats_what_is_awaited(self) -> None:
        desk = Desk()
        desk.take(item(A), tables=(table(A, B),))
        later = desk.take(item(C))
        assert later.decision is Decision.ACCEPTED
        assert later.awaited == (B,)
        assert "C001" not in codes(later)
        assert codes(later.demands[0]) == ["C002"]

    def test_a_table_that_comes_alone_is_judged_with_what_is_on_file(self) -> None:
        desk = Desk()
        desk.take(item(A), item(B))
        later = desk.take(tables=(table(row(A, 申请财政经费="900"), row(B, 2)),))
        assert later.decision is Decision.ACCEPTED
        (changed,) = later.changes
        assert (changed.before.decision, changed.after.decision) == (Decision.ACCEPTED, Decision.CORRECTION)
        assert codes(changed.after) == ["C003"]

    def test_later_rows_are_laid_over_the_earlier_ones(self) -> None:
        desk = Desk()
        desk.take(item(A), item(B), item(C), tables=(table(row(A, 联系电话="12345"), row(B, 2), row(C, 3)),))
        assert codes(desk.demand("GX2027-0001")) == ["C005"]
        desk.take(tables=(table(A),))
        assert [codes(desk.demand(f"GX2027-000{n}")) for n in (1, 2, 3)] == [[], [], []]

    @pytest.mark.parametrize("how", ["half", "title", "mail"])
    def test_a_table_that_stands_for_all_replaces_the_earlier_one(self, how: str) -> None:
        desk = Desk()
        desk.take(item(A), item(B), item(C), tables=(table(A, B, C),))
        rows = (A, B) if how == "half" else (A,)
        desk.take(tables=(table(*rows, whole=how == "title"),), subject="更正" if how == "mail" else "汇总表")
        assert codes(desk.demand("GX2027-0003")) == ["C002"]

    def test_missing_columns_are_told_alone(self) -> None:
        few = tuple(c for c in COLUMNS if c not in ("联系电话", "申请财政经费"))
        judged = Desk().take(item(A), tables=(table(A, columns=few),))
        assert codes(judged) == ["C006"]
        assert codes(judged.demands[0]) == []
        assert judged.decision is Decision.CORRECTION

    def test_without_the_names_column_nothing_is_said_of_rows(self) -> None:
        few = tuple(c for c in COLUMNS if c != "需求名称")
        judged = Desk().take(item(A), tables=(table(A, columns=few),))
        assert (codes(judged), codes(judged.demands[0])) == (["C006"], [])

    def test_blank_cells_and_head(self) -> None:
        bare = replace(table(row(A, 联系人="", 报送单位="/")), contact="", phone="")
        judged = Desk().take(item(A), tables=(bare,))
        assert codes(judged) == ["C008"]
        (found,) = judged.demands[0].findings
        assert (found.code, found.measured) == ("C005", "报送单位、联系人")

    def test_an_incomplete_row_that_nobody_answers_to_stands_on_the_letter(self) -> None:
        judged = Desk().take(item(A), tables=(table(row(A), row(B, 2, 联系电话="12345")),))
        assert sorted(codes(judged)) == ["C001", "C005"]

    @pytest.mark.parametrize(
        ("cells", "expected"),
        [
            ({"申请财政经费": "0.08亿元"}, []),
            ({"申请财政经费": "800万"}, []),
            ({"申请财政经费": "900"}, ["C003"]),
            ({"所属领域": "新能源"}, []),
            ({"所属领域": "新材料领域"}, ["C003"]),
            ({"报送单位": "测试氢能装备"}, []),
            ({"报送单位": "包头市科技局"}, []),
            ({"报送单位": "某科学院过程工程研究所", "合作单位": "某科学院过程工程研究所"}, []),
            ({"报送单位": "赤峰云杉有色金属有限责任公司"}, ["C003"]),
        ],
    )
    def test_row_and_form_must_agree(self, cells: dict[str, str], expected: list[str]) -> None:
        judged = Desk().take(item(A), tables=(table(row(A, **cells)),))
        assert codes(judged.demands[0]) == expected

    def test_universities_are_asked_for_a_partner(self) -> None:
        school = unit(20, "高校", "北疆工业大学")
        judged = Desk(school).take(item(A, applicant="北疆工业大学"), tables=(table(row(A, 报送单位="北疆工业大学")),))
        assert codes(judged.demands[0]) == ["C007"]
        judged = Desk(school).take(item(A), tables=(table(A),))
        assert codes(judged.demands[0]) == []

    def test_a_withdrawn_demand_may_stay_in_the_table(self) -> None:
        desk = Desk()
        desk.take(item(A), item(B))
        desk.ask("撤回", "GX2027-0002")
        assert codes(desk.take(tables=(table(A, B),))) == []

    def test_a_row_whose_file_could_not_be_read_is_told_once(self) -> None:
        came = letter(item(A), tables=(table(A, B),), findings=(replace(DAMAGED, document=f"2-{B}.docx"),))
        unread = Document(f"2-{B}.docx", f"2-{B}.docx", "docx", Kind.UNREADABLE, "", 9)
        documents = (*came.submission.documents, unread)
        came = replace(came, submission=replace(came.submission, documents=documents))
        assert codes(judge(came, UnitState(unit()), PACK)) == ["F003"]

    def test_a_late_table_is_not_used(self) -> None:
        desk = Desk()
        desk.take(item(A), tables=(table(A),))
        late = desk.take(item(B), tables=(table(row(A, 申请财政经费="900")),), findings=(LATE,), at=AFTER)
        assert late.decision is Decision.REFUSED
        assert codes(late) == ["D001"]
        assert codes(desk.demand("GX2027-0001")) == []


class TestQuota:
    def test_who_finds_no_place_waits_and_moves_up(self) -> None:
        desk = Desk(unit(2))
        judged = desk.take(item(A), item(B, TOO_LONG), item(C), item(D))
        assert [codes(d) for d in judged.demands] == [[], ["F022"], ["Q001"], ["Q001"]]
        assert [d.findings[-1].measured for d in judged.demands[2:]] == [1, 2]
        assert "Q002" in codes(judged)
        assert judged.quota
        assert (judged.quota.used, judged.quota.waiting) == (2, 2)
        (moved,) = desk.ask("撤回", "GX2027-0001").changes
        assert moved.after.number == "GX2027-0003"
        assert moved.moved_up
        assert moved.after.decision is Decision.ACCEPTED
        assert codes(desk.demand("GX2027-0004")) == ["Q001"]

    def test_a_new_version_keeps_the_place_and_a_refused_one_has_none(self) -> None:
        desk = Desk(unit(2))
        desk.take(item(A, TOO_LONG), item(B, OUTSIDE), item(C), item(D))
        assert [codes(desk.demand(f"GX2027-000{n}")) for n in (1, 2, 3, 4)] == [["F022"], ["T001"], [], ["Q001"]]
        desk.take(item(A))
        assert codes(desk.demand("GX2027-0001")) == ["P001"]
        desk.take(item(B))
        assert codes(desk.demand("GX2027-0002")) == ["P001", "Q001"]
        assert codes(desk.demand("GX2027-0003")) == []

    def test_no_limit_no_word(self) -> None:
        judged = Desk(unit(None)).take(*(item(n) for n in (A, B, C)))
        assert all(codes(d) == [] for d in judged.demands)
        assert judged.quota
        assert judged.quota.limit is None

    def test_nine_tenths_is_told(self) -> None:
        names = [f"{n}号矿山智能监测" for n in range(10)]
        assert "Q002" not in codes(Desk(unit(10)).take(*(item(n) for n in names[:8])))
        assert "Q002" in codes(Desk(unit(10)).take(*(item(n) for n in names[:9])))


class TestOutsideTheState:
    @pytest.mark.parametrize("found", [UNKNOWN, FORGED])
    def test_isolated_letters_touch_nothing(self, found) -> None:
        desk = Desk(unit(1))
        desk.take(item(A), tables=(table(A),))
        before = desk.state
        judged = desk.take(item(A), item(B), tables=(table(A, B, C),), findings=(found,))
        assert judged.decision is Decision.HELD
        assert [(d.number, d.version, d.isolated) for d in judged.demands] == [
            ("GX2027-0002", 1, True),
            ("GX2027-0003", 1, True),
        ]
        assert replace(judged.state, next_number=before.next_number) == before
        assert judged.changes == ()

    def test_nothing_of_a_secret_letter_is_kept(self) -> None:
        desk = Desk(unit(1))
        judged = desk.take(item(A, TOO_LONG), item(B), tables=(table(A, B),), findings=(MARKED,))
        assert judged.decision is Decision.HELD
        assert {d.name for d in judged.demands} == {SECRET_NAME}
        assert not any(text in repr(judged.state) for text in (A, B, "氢能装备", "背景"))
        assert codes(judged) == ["S001"]
        assert [codes(d) for d in judged.demands] == [["S001"], ["S001", "Q001"]]

    def test_secret_demands_are_never_versions_of_each_other(self) -> None:
        desk = Desk()
        desk.take(item(A), findings=(MARKED,))
        desk.take(item(A), findings=(MARKED,))
        assert [d.number for d in desk.state.demands] == ["GX2027-0001", "GX2027-0002"]


class TestLikeness:
    near = Likeness(f"{A}.docx", "P002", 0.73, "GX2027-0001", "共同的话")

    def test_the_later_one_is_held_and_the_other_never_named(self) -> None:
        desk = Desk()
        desk.state = replace(desk.state, next_number=7)
        judged = desk.take(item(A), likenesses=(self.near,))
        (found,) = judged.demands[0].findings
        assert found.code == "P002"
        assert judged.decision is Decision.HELD
        assert "GX2027-0001" not in found.message + found.fix + found.where
        assert desk.take(item(B)).demands[0].decision is Decision.ACCEPTED
        assert codes(desk.demand("GX2027-0007")) == ["P002"]

    def test_the_earlier_one_is_not_held_for_a_later_one(self) -> None:
        desk = Desk()
        desk.take(item(A))
        found = replace(self.near, other="GX2027-0005")
        told = Likeness("GX2027-0005", "P002", 0.73, "GX2027-0001")
        assert codes(desk.take(item(A), likenesses=(found, told)).demands[0]) == ["P001"]

    def test_who_copies_in_a_new_version_is_the_later_one(self) -> None:
        desk = Desk()
        desk.take(item(A))
        judged = desk.take(item(A), likenesses=(replace(self.near, other="GX2027-0005"),))
        assert codes(judged.demands[0]) == ["P001", "P002"]

    def test_how_many_others_there_are_is_not_told(self) -> None:
        desk = Desk()
        desk.state = replace(desk.state, next_number=7)
        judged = desk.take(item(A), likenesses=(self.near, replace(self.near, other="GX2027-0002", score=0.9)))
        assert [(f.code, f.measured) for f in judged.demands[0].findings] == [("P002", 0.9)]

    def test_a_funded_project_is_named(self) -> None:
        found = Likeness(f"{A}.docx", "P003", 0.8, "光伏组件银硅分离（2025年）")
        judged = Desk().take(item(A), likenesses=(found,))
        assert "光伏组件银硅分离（2025年）" in judged.demands[0].findings[0].message

    def test_a_new_version_is_judged_by_its_own_text(self) -> None:
        desk = Desk()
        desk.state = replace(desk.state, next_number=7)
        desk.take(item(A), likenesses=(self.near,))
        judged = desk.take(item(A), likenesses=(replace(self.near, demand="GX2027-0007"),))
        assert codes(judged.demands[0]) == ["P001"]


class TestNamed:
    def test_what_was_named_is_the_whole_state(self) -> None:
        forms, listed = letter(item(A), item(B)), letter(tables=(table(A, C),))
        first, second = check_many([forms, listed], PACK)
        assert [codes(d) for d in first.demands] == [[], ["C002"]]
        assert codes(first) == []
        assert codes(second) == ["C001"]
        assert (first.decision, second.decision) == (Decision.ACCEPTED, Decision.CORRECTION)

    def test_no_quota_and_no_history(self) -> None:
        small = unit(1)
        first, second = check_many([letter(item(A), item(B), owner=small), letter(item(A), owner=small)], PACK)
        assert codes(first) == ["C004"]
        assert [codes(d) for d in (*first.demands, *second.demands)] == [[], [], []]

    def test_a_file_that_nobody_has_mailed_yet_is_not_asked_for_its_table(self) -> None:
        mailed = letter(item(A))
        file = replace(mailed, submission=replace(mailed.submission, letter=Letter(())), unit=None)
        (judged,) = check_many([file], PACK)
        assert (codes(judged), judged.decision) == ([], Decision.ACCEPTED)

    def test_units_do_not_mix(self) -> None:
        other = unit(name="赤峰市科学技术局")
        first, second = check_many([letter(item(A), tables=(table(A),)), letter(item(B), owner=other)], PACK)
        assert (codes(first), codes(second)) == ([], ["C004"])


ITEMS = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from([None, TOO_LONG, OUTSIDE, ODD_PERIOD])), min_size=1, max_size=4
)
NAMES = [f"{c}种完全不同的需求{c * 3}" for c in "甲乙丙丁戊己庚辛"]


@settings(deadline=None, max_examples=150)
@given(limit=st.integers(0, 4), letters=st.lists(ITEMS, max_size=6), withdrawn=st.lists(st.integers(1, 8), max_size=3))
def test_places_are_never_more_than_the_limit_and_in_order(
    limit: int, letters: list[list[tuple[int, object]]], withdrawn: list[int]
) -> None:
    desk = Desk(unit(limit))
    for one in letters:
        desk.take(*(item(NAMES[n], *([f] if f else [])) for n, f in one))
    for n in withdrawn:
        desk.ask("撤回", f"GX2027-{n:04d}")
    queue = sorted((d for d in desk.state.demands if not d.withdrawn and "T001" not in codes(d)), key=lambda d: d.place)
    waits = ["Q001" in codes(d) for d in queue]
    assert waits == [False] * min(limit, len(queue)) + [True] * max(0, len(queue) - limit)
    assert len({d.place for d in desk.state.demands}) == len(desk.state.demands)
    assert len({d.number for d in desk.state.demands}) == len(desk.state.demands)
    assert settle(desk.state, PACK) == desk.state


@settings(deadline=None, max_examples=60)
@given(letters=st.lists(ITEMS, min_size=1, max_size=4), data=st.data())
def test_letters_of_other_units_make_no_difference(
    letters: list[list[tuple[int, object]]], data: st.DataObject
) -> None:
    alone, mixed, other = Desk(unit(3)), Desk(unit(3)), Desk(unit(2, name="赤峰市科学技术局"))
    for one in letters:
        items = [item(NAMES[n], *([f] if f else [])) for n, f in one]
        alone.take(*items)
        if data.draw(st.booleans()):
            other.take(item(NAMES[0]), item(NAMES[1]))
        mixed.take(*items)
    assert mixed.state == alone.state


@settings(deadline=None, max_examples=100)
@given(used=st.integers(1, 6), limit=st.integers(1, 4), out=st.integers(0, 5))
def test_withdrawing_frees_exactly_one_place(used: int, limit: int, out: int) -> None:
    desk = Desk(unit(limit))
    desk.take(*(item(n) for n in NAMES[:used]))
    waiting = [d.number for d in desk.state.demands if "Q001" in codes(d)]
    gone = f"GX2027-{out % used + 1:04d}"
    judged = desk.ask("撤回", gone)
    moved = [c.after.number for c in judged.changes if c.moved_up]
    assert moved == (waiting[:1] if gone not in waiting else [])


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("800", "800"),
        ("８００万元", "800"),
        ("0.08亿元", "800"),
        ("8,000,000元", "800"),
        ("八百万", "800"),
        ("待定", None),
    ],
)
def test_amounts_of_cells(cell: str, amount: str | None) -> None:
    assert amount_in(cell) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    "cell",
    [
        "13847112345",
        "138 4711 2345",
        "0471-6328607、6328606",
        "(0471)6328607转801",
        "0471-6328607-801",
        "+86 471 6328607",
        "王工13847112345",
    ],
)
def test_telephone_numbers(cell: str) -> None:
    assert is_telephone(cell)


@pytest.mark.parametrize("cell", ["12345", "138471123", "1384711234567", "王工", "0471-63286", "13847112345、12345"])
def test_what_cannot_be_a_telephone_number(cell: str) -> None:
    assert not is_telephone(cell)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("内蒙古蒙硅光电科技股份有限公司", "蒙硅光电科技", True),
        ("样例电力集团", "内蒙古样例电力（集团）有限责任公司", True),
        ("包头市科技局", "包头市科学技术局", True),
        ("内蒙古大学", "内蒙古工业大学", False),
        ("赤峰云杉有色金属有限责任公司", "赤峰青山矿业有限责任公司", False),
        ("", "", False),
    ],
)
def test_names_of_organisations(one: str, other: str, *, same: bool) -> None:
    assert same_organisation(one, other) is same
