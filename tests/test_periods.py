"""Periods as people write them, in months."""

from __future__ import annotations

import pytest
from chinese import WIDE, written
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.forms.periods import read_months

LENGTHS = ("{}个月", "{} 个月", "项目实施周期为{}个月。", "拟用{}个月完成", "共{}个月", "为期{}个月")
JOINS = ("—", "-", "–", "~", "至", "到", "起至", " — ")
DATES = (
    "{y}年{m}月{j}{v}年{n}月",
    "从 {y}年{m}月{j}{v}年{n}月",
    "自{y}年{m}月{j}{v}年{n}月止",
    "{y}.{m}{j}{v}.{n}",
    "{y}.{m:02}{j}{v}.{n:02}",
    "{y}/{m}{j}{v}/{n}",
    "{y}年{m}月1日{j}{v}年{n}月28日",
)


@settings(deadline=None, max_examples=80)
@given(st.integers(1, 72), st.sampled_from(LENGTHS), st.sampled_from(("plain", "wide", "chinese")))
def test_a_number_of_months_is_read_in_every_notation(months: int, form: str, digits: str) -> None:
    number = written(months) if digits == "chinese" else str(months)
    text = form.format(number)
    assert read_months(text.translate(WIDE) if digits == "wide" else text)[0] == months


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 9), st.booleans(), st.booleans())
def test_years_and_half_years_are_read(years: int, half: bool, chinese: bool) -> None:
    number = ("两" if years == 2 else written(years)) if chinese else str(years)
    assert read_months(f"项目周期{number}年{'半' if half else ''}")[0] == years * 12 + 6 * half


@settings(deadline=None, max_examples=150)
@given(st.integers(2026, 2030), st.integers(1, 12), st.integers(0, 60), st.sampled_from(JOINS), st.sampled_from(DATES))
def test_from_to_counts_both_end_months(year: int, month: int, further: int, join: str, form: str) -> None:
    last = year * 12 + month - 1 + further
    text = form.format(y=year, m=month, v=last // 12, n=last % 12 + 1, j=join)
    assert read_months(text)[0] == further + 1


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 8), st.integers(1, 3), st.sampled_from(("-", "～", "—", "至", "到", "~", "或")), st.booleans())
def test_a_range_is_no_length(years: int, more: int, join: str, chinese: bool) -> None:
    low, high = (written(years), written(years + more)) if chinese else (years, years + more)
    assert read_months(f"一般为{low}{join}{high}年")[0] is None


@settings(deadline=None, max_examples=100)
@given(st.text("0123456789.-—至年月日个半两二三十起止（）() 共周期", max_size=30))
def test_any_words_about_time_are_read_without_a_crash(text: str) -> None:
    months, quote = read_months(text)
    assert months is None or (months > 0 and quote)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("", None),
        ("待定", None),
        ("按任务书执行", None),
        ("一般为2-3年", None),
        ("两三年", None),
        ("24-36个月", None),
        ("2年", 24),
        ("两年", 24),
        ("叁年", 36),
        ("2.5年", 30),
        ("两年半", 30),
        ("2年零6个月", 30),
        ("半年", 6),
        ("3个年度", 36),
        ("从 2027年1月—2029年12月", 36),
        ("2027-2029年", 36),
        ("2027年至2029年", 36),
        ("二〇二七年一月至二〇二九年十二月", 36),
        ("2027年初至2029年底", 36),
        ("2027年上半年至2029年下半年", 36),
        ("2027年1月至12月", 12),
        ("2027年1月15日至2029年1月14日", 24),
        ("2年（2027年1月—2029年12月）", 24),  # length and dates differ: the length counts
        ("一般为2-3年：2027年1月至2029年12月", 36),
        ("项目周期3年，其中第一阶段12个月，第二阶段24个月", 36),
        ("第一阶段12个月，第二阶段24个月", 36),
        ("第一阶段（2027年1月-2027年12月）；第二阶段（2028年1月-2029年12月）", 36),
        ("近三年研发投入充足，项目周期24个月", 24),
        ("项目建设期2年，运行考核1年，总周期3年", 36),
        ("研发12个月，中试6个月，示范6个月", 24),
        ("建设周期24个月，考核期12个月，总计36个月", 36),
        ("立项后3年内完成", 36),
        ("（3）年", 36),
        ("36（个月）", 36),
        ("实施周期（年）：3", 36),
        ("30个自然月", 30),
        ("2027年1月启动，2028年6月完成中试，2029年12月完成验收", 36),
        ("开始时间：2027年1月\n结束时间：2029年12月", 36),
        ("2027Q1-2029Q4", 36),
        ("2027年1季度-2029年4季度", 36),
        ("2027年完成设计；2028年完成中试；2029年完成示范", 36),
        ("第一年：完成设计；第二年：完成中试；第三年：完成示范", 36),
        ("第1-6个月：方案设计；第7-18个月：样机研制；第19-36个月：示范", 36),
        ("2027、2028、2029三个年度", 36),
    ],
)
def test_what_people_write_about_periods(text: str, months: int | None) -> None:
    assert read_months(text)[0] == months


def test_the_words_read_are_quoted() -> None:
    assert read_months("项目实施周期为30个月，自2027年1月起。") == (30, "30个月")
    assert read_months("一般为2-3年") == (None, "2-3年")


def test_the_next_years_are_the_projects_where_no_other_length_is_told() -> None:
    assert read_months("在未来3年内完成。") == (36, "3年")
    assert read_months("实施周期2年，未来5年推广应用。")[0] == 24
