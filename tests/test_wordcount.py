"""字数: the definition of the contract, mark by mark."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.forms.wordcount import count_characters, count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("我爱中国。", 5),
        ("ＡＢＣ", 3),
        ("　 \t\n", 0),
        ("PEM", 1),
        ("99.9%", 1),
        ("98.5 %", 1),
        ("2.5MW/h", 1),
        ("GB/T 19774-2005", 2),
        ("a,b,c", 1),
        (",", 0),
        ("电解水 , 制氢", 5),
        ("Python3.11版本", 3),
        ("don’t", 1),
        ("“十五五”规划", 7),
        ("采用“PEM”电解", 7),
        ("等……", 3),
        ("制氢——储氢", 6),
        ("3—5年", 2),
        ("阿·斯", 3),
        ("N·m", 1),
        ("kWh/Nm³", 1),
        ("①②③", 1),
        ("800万元，其中：", 7),
        ("（1）目标", 5),
        ("(1)目标", 3),
        ("한국어 단어", 2),
        ("かな カナ", 4),
        ("𠮷野家", 3),
        ("葛\U000e0100城", 2),
        ("零\u200b宽", 2),
        ("100㎡", 2),
    ],
)
def test_each_mark_counts_as_the_contract_says(text: str, words: int) -> None:
    assert count_words(text) == words


def test_characters_leave_out_blanks_only() -> None:
    assert count_characters("绿氢 PEM\t98.5%。\n　") == 11


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=200), st.text(max_size=200))
def test_lines_count_by_themselves(one: str, other: str) -> None:
    assert count_words(f"{one}\n{other}") == count_words(one) + count_words(other)


@settings(deadline=None, max_examples=80)
@given(st.text(alphabet="甲乙丙，。PEM9.%“”— \n", max_size=200))
def test_never_more_words_than_characters(text: str) -> None:
    assert 0 <= count_words(text) <= count_characters(text)
    assert count_words(text) >= sum(c in "甲乙丙，。" for c in text)
