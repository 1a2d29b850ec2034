"""How many near-duplicates are found among ten thousand demands, how many others are flagged, and how long it takes.

``python bench/likeness.py [OUT.md] [--demands N] [--planted N] [--entries N] [--rounds N]``: builds demands out of a
vocabulary and common sentences, plants copies with 5–25 % of the sentences replaced and words swapped elsewhere, and
compares each with all before it, as a pass does. Each measurement runs several times; medians and ratios are printed.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rules.similar.likeness import folded_text, grams  # noqa: E402
from rules.similar.resemblance import DemandIndex, Entry, ReferenceIndex, Text  # noqa: E402


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SUBJECTS = words(
    "风光制氢 碱性电解槽 构网型储能 煤化工装置 多晶硅还原 稀土永磁 锂电铝箔 退役叶片 光伏组件 氢燃料重卡 露天煤矿"
    " 无人运输 草原巡护 低空感知 算力中心 液冷散热 高炉喷吹 赤泥消纳 粉煤灰提铝 碳捕集 乳源活性肽 马铃薯种质 肉羊表型"
    " 蒙药质控 煤制烯烃 离子膜电解 镁合金压铸 特种石墨 碳纤维原丝 固体氧化物电堆 熔盐储热 风电齿轮箱 变流器 智能矿山"
)
PROBLEMS = words(
    "宽功率波动 能耗偏高 寿命衰减 结垢堵塞 界面失效 精度漂移 低温启动慢 密封泄漏 成本过高 一致性差 检测滞后 标准缺失"
    " 掺量偏低 应力集中 效率损失 调度冲突 数据孤岛 误报率高 腐蚀穿孔 膜层脱落"
)
METHODS = words(
    "多物理场仿真 梯度涂层 湿法浸出 微波裂解 数字孪生 边缘计算 强化学习调度 激光熔覆 低温热解 双极板流道优化 知识图谱"
    " 超声检测 电磁搅拌 自适应控制 模块化集成 光谱在线分析 迁移学习 催化剂定向合成 相变蓄热 碱激发胶凝"
)
SENTENCES = (
    "针对{a}存在的{p}问题，拟采用{m}路线开展攻关，使{b}的{q}得到明显改善",
    "目前国内{a}主要依赖进口装备，{p}造成的损失占比达到{n}%，亟需通过{m}予以突破",
    "研究{m}与{k}的匹配关系，揭示{a}在严寒大风条件下{p}的机理",
    "建成{n}套示范装置，连续运行不少于{n2}小时，{q}下降{n}个百分点",
    "申报单位在{a}方面已获授权专利{n}项，主持制定{b}相关标准{n3}项",
    "开发{a}数字化平台，接入{n2}个测点，实现{p}的提前预警与{m}的闭环",
    "突破{m}关键工艺，形成{b}成套技术规范，先进性体现在{q}与{p}的协同控制",
    "项目实施后预计新增产值{n2}万元，带动{b}上下游{n}家企业协同发展",
)
COMMON = (
    "本项目符合自治区高新技术领域发展方向",
    "项目完成后将在全区范围内推广应用，经济社会效益显著",
    "牵头单位具备完成本项目所需的人才、设备和资金条件",
    "项目执行期为三年，分三个阶段组织实施",
    "通过产学研协同攻关，形成具有自主知识产权的成套技术",
    "资金来源为财政经费与单位自筹相结合，配套比例不低于1:2",
)


def sentence(chance: random.Random) -> str:
    pick = chance.choice
    return pick(SENTENCES).format(
        a=pick(SUBJECTS), b=pick(SUBJECTS), p=pick(PROBLEMS), q=pick(PROBLEMS), m=pick(METHODS), k=pick(METHODS),
        n=chance.randint(2, 60), n2=chance.randint(100, 9000), n3=chance.randint(1, 9),
    )  # fmt: skip


def demand(chance: random.Random, length: int = 34) -> list[str]:
    own = [sentence(chance) for _ in range(length)]
    for common in chance.sample(COMMON, chance.randint(1, len(COMMON))):
        own.insert(chance.randrange(len(own)), common)
    return own


def copied(source: list[str], share: float, chance: random.Random) -> list[str]:
    """A copy with a share of the sentences replaced and a word swapped in every fourth of the others."""
    replaced = set(chance.sample(range(len(source)), round(share * len(source))))
    return [sentence(chance) if n in replaced else swapped(s, chance) for n, s in enumerate(source)]


def swapped(text: str, chance: random.Random) -> str:
    there = [w for w in (*SUBJECTS, *PROBLEMS, *METHODS) if w in text]
    if not there or chance.random() > 0.25:
        return text
    return text.replace(chance.choice(there), chance.choice(METHODS), 1)


def corpus(demands: int, planted: int, seed: int = 2027) -> tuple[list[str], set[tuple[int, int]]]:
    """Texts in order of arrival, and the planted pairs as (earlier, later)."""
    chance = random.Random(seed)
    texts = [demand(chance) for _ in range(demands - planted)]
    pairs = set()
    for n, source in enumerate(chance.sample(range(len(texts)), planted)):
        pairs.add((source, len(texts)))
        texts.append(copied(texts[source], 0.05 + 0.20 * n / max(1, planted - 1), chance))
    return ["。".join(text) for text in texts], pairs


def arrivals(texts: list[str]) -> set[tuple[int, int]]:
    """Each text as it arrives, compared with all before it: the pairs found, as (earlier, later)."""
    index, found = DemandIndex(), set()
    for n, text in enumerate(texts):
        new = Text(f"{n:06d}", f"unit {n}", text)
        found |= {(int(other.number), n) for _, other in index.near(new)}
        index.add(new)
    return found


def built(texts: list[str]) -> DemandIndex:
    index = DemandIndex()
    for n, text in enumerate(texts):
        index.add(Text(f"{n:06d}", f"unit {n}", text))
    return index


def folded(written: list[str]) -> int:
    """What an index that kept its grams in the database would save: folding, and cutting into grams."""
    return sum(len(grams(folded_text(text))) for text in written)


def memory() -> int:
    """Megabytes that this process holds now."""
    return psutil.Process().memory_info().rss // 2**20


def median(work: Callable[[], object], rounds: int) -> tuple[float, object]:
    """The median of the processor's seconds, and what the last round gave."""
    spent, result = [], None
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        spent.append(time.process_time() - start)
    return statistics.median(spent), result


def measured(given: argparse.Namespace) -> dict[str, object]:
    written, pairs = corpus(given.demands, given.planted)
    texts = [folded_text(text) for text in written]
    quarter = texts[: len(texts) // 4]
    all_arrive, found = median(lambda: arrivals(texts), given.rounds)
    some_arrive, _ = median(lambda: arrivals(quarter), given.rounds)
    before = memory()
    building, index = median(lambda: built(texts), 1)
    held = memory() - before
    cutting, _ = median(lambda: folded(written), given.rounds)
    listing, lists = median(
        lambda: ReferenceIndex.of(Entry(f"项目{n}", f"项目{n}", t) for n, t in enumerate(texts[: given.entries])),
        given.rounds,
    )
    assert isinstance(found, set)
    assert isinstance(index, DemandIndex)
    assert isinstance(lists, ReferenceIndex)
    looked_up, _ = median(lambda: [index.near(Text("", "new", t)) for t in texts[-50:]], given.rounds)
    listed, _ = median(lambda: [lists.near("名称", t) for t in texts[-50:]], given.rounds)
    return {
        "demands": given.demands,
        "characters of one, median": int(statistics.median(map(len, texts))),
        "planted pairs": len(pairs),
        "planted pairs found": len(pairs & found),
        "others flagged": len({later for _, later in found - pairs}),
        "all arrive one after another, s": round(all_arrive, 2),
        "a quarter of them, s": round(some_arrive, 2),
        "four times as many take, times": round(all_arrive / some_arrive, 2),
        "index of all built at once, s": round(building, 2),
        "memory that it takes, MB": held,
        "folding all texts, which comes before, s": round(cutting, 2),
        "one demand looked up among all, ms": round(1000 * looked_up / 50, 2),
        "entries of lists": min(given.entries, len(texts)),
        "index of the lists built, s": round(listing, 2),
        "one demand looked up in the lists, ms": round(1000 * listed / 50, 2),
    }


HEAD = """# Near-duplicates among ten thousand demands

Made by `make likeness` (bench/likeness.py); no part of the tests. Demands are built out of a vocabulary and common
sentences, so that two of them share a fifth of their 4-grams by chance. The planted ones are copies with 5–25 % of
the sentences replaced and a word swapped in every fourth of the others. All arrive one after another, each compared
with all before it, as in a pass. Seconds are the processor's own, the median of {rounds} rounds on {machine}.

| measured | |
| --- | ---: |
"""
FOOT = """
**What is kept.** Only the forms themselves, which the store holds anyway. The index is built when a pass first meets a
demand and follows the verdicts from there; a pass without a new demand builds none. Grams kept in the database would
save only the folding above, and would have to be read back.

**How.** A demand is known by a sample of 256 or more of its 4-grams (of up to 511: by all), spread over 65,521 buckets;
a bucket's owners are the bits of one long integer. Adding up the integers of a demand's buckets counts for every other
demand at once how much both share; only those within reach of one half are compared in full. A demand of Jaccard one
half escapes the sample once in some millions; nothing is estimated in the verdict: P002 is the exact Jaccard of the
4-grams, P003 the exact share of the entry.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, nargs="?", help="where the table is written")
    parser.add_argument("--demands", type=int, default=10_000)
    parser.add_argument("--planted", type=int, default=200)
    parser.add_argument("--entries", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    result = measured(given)
    lines = [f"| {name} | {value:,} |" for name, value in result.items()]
    print("\n".join(lines))
    if given.out:
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        head = HEAD.format(rounds=given.rounds, machine=machine)
        given.out.write_text(head + "\n".join(lines) + "\n" + FOOT, encoding="utf-8")
    missed = result["planted pairs"] != result["planted pairs found"]
    sys.exit(missed or int(str(result["others flagged"])) > given.demands // 1000)


if __name__ == "__main__":
    main()
