"""Near-duplicates: found in any company, told only on the later one, and nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.similar.likeness import folded_text, grams, jaccard
from rules.similar.resemblance import (
    DemandIndex,
    Entry,
    Newcomer,
    ReferenceIndex,
    Text,
    likenesses,
    shared_passages,
)

LETTERS = [chr(c) for c in range(0x4E00, 0x4E00 + 2500)]


def sentences(seed: int, count: int = 30) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(LETTERS, k=chance.randint(15, 45))) for _ in range(count)]


def mixed(seed: int, pool: list[str], count: int = 30) -> list[str]:
    """Sentences of a common pool with a few of its own."""
    chance = random.Random(seed)
    return [s if chance.random() > 0.15 else "".join(chance.choices(LETTERS, k=30)) for s in chance.sample(pool, count)]


def changed(text: list[str], part: float, seed: int = 7) -> list[str]:
    chance = random.Random(seed)
    out = chance.sample(range(len(text)), int(part * len(text)))
    return ["".join(chance.choices(LETTERS, k=30)) if i in out else s for i, s in enumerate(text)]


@pytest.mark.parametrize("pooled", [False, True])
def test_planted_pairs_are_found_and_nothing_else(pooled: bool) -> None:
    pool = sentences(0, 120)
    texts = ["".join(mixed(n, pool) if pooled else sentences(n + 1)) for n in range(60)]
    for n in range(12):
        source = mixed(n, pool) if pooled else sentences(n + 1)
        texts.append("".join(changed(source, 0.05 + 0.02 * (n % 10))))
    index, found = DemandIndex(), set()
    for n, text in enumerate(texts):
        new = Text(f"{n:04d}", f"unit {n}", text)
        found |= {(int(other.number), n) for _, other in index.near(new)}
        index.add(new)
    sets = [grams(text) for text in texts]
    pairs = ((a, b) for b in range(len(texts)) for a in range(b))
    assert found == {(a, b) for a, b in pairs if len(sets[a] & sets[b]) >= 0.5 * len(sets[a] | sets[b])}
    assert {(n, 60 + n) for n in range(12)} <= found


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("风光氢储能电解槽", max_size=40), max_size=12))
def test_short_texts_are_compared_exactly(texts: list[str]) -> None:
    index, found = DemandIndex(), set()
    for n, text in enumerate(texts):
        new = Text(str(n), f"unit {n}", text)
        found |= {(int(other.number), n) for _, other in index.near(new)}
        index.add(new)
    assert found == {(a, b) for b in range(len(texts)) for a in range(b) if jaccard(texts[a], texts[b]) >= 0.5}


def test_own_demands_and_old_versions_are_no_duplicates() -> None:
    text = "".join(sentences(1))
    index = DemandIndex()
    index.add(Text("0001", "甲", text))
    assert index.near(Text("", "甲", text)) == ()
    assert [other.number for _, other in index.near(Text("", "乙", text))] == ["0001"]
    index.add(Text("0001", "甲", "".join(sentences(2))))
    assert index.near(Text("", "乙", text)) == ()
    index.remove("0001")
    assert index.near(Text("", "乙", "".join(sentences(2)))) == ()


@pytest.mark.parametrize("length", [1, 3, 12, 40])
def test_half_of_an_entry_is_enough(length: int) -> None:
    project = sentences(3, length * 2)
    other = [Entry(f"第{n}项", f"别的项目{n}", "".join(sentences(100 + n, 20))) for n in range(50)]
    index = ReferenceIndex.of([*other, Entry("某项目（2024年）", "", "".join(project))])
    inside = "".join(sentences(4, 10)) + "".join(project[: length + 1]) + "".join(sentences(5, 10))
    assert [entry.title for _, entry in index.near("新名称", inside)] == ["某项目（2024年）"]
    assert index.near("新名称", "".join(sentences(4, 40)) + project[0][:8]) == ()


def test_the_same_name_is_enough_however_it_is_written() -> None:
    index = ReferenceIndex.of([Entry("光伏组件（2025年）", "光伏组件银硅分离技术", "")])
    assert [share for share, _ in index.near("光伏组件 银硅分离技术（修订）", "全不相同的文字")] == [1.0]


def test_what_the_judge_is_told() -> None:
    text = "".join(sentences(1))
    index = DemandIndex()
    index.add(Text("GX2027-0001", "甲", text))
    lists = ReferenceIndex.of([Entry("某项目（2024年）", "某项目", text)])
    found = likenesses(Newcomer("需求1.docx", "我的需求", "乙", text), index, lists)
    assert [(f.code, f.demand, f.name, f.other) for f in found] == [
        ("P002", "需求1.docx", "我的需求", "GX2027-0001"),
        ("P003", "需求1.docx", "我的需求", "某项目（2024年）"),
    ]


def test_shared_passages_are_shown_as_written() -> None:
    one = "目前，兆瓦级 碱性电解槽（ＰＥＭ）在宽功率波动工况下能耗高。本单位另有一句。"
    other = "兆瓦级碱性电解槽(PEM)在宽功率波动工况下能耗高，各地都一样。"
    assert shared_passages(one, other) == ("兆瓦级 碱性电解槽（ＰＥＭ）在宽功率波动工况下能耗高",)
    assert shared_passages(one, "毫不相干的另外一段文字") == ()


@given(st.text(max_size=60))
def test_grams_are_the_windows_of_four(text: str) -> None:
    units = folded_text(text).encode("utf-16-le", "surrogatepass")
    windows = {units[i : i + 8] for i in range(0, len(units) - 7, 2)}
    assert len(grams(folded_text(text))) == len(windows)
