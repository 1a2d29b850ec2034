"""Which 专栏 of the “十四五” plan (1–20) a demand serves best, and by which words; for the officers' eyes alone.

No dictionary of words is needed: the plan's own stretches of characters are looked for in the demand, the longest
first, and those that stand in few 专栏 tell most.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from intake.model import Form
from rules.folding import compact
from rules.packs.call import CallPack

PLAN = Path(__file__).parent.parent / "calls" / "nm-plan-145.csv"
NO_TASK = "无明显对应"
SHORTEST, LONGEST = 2, 10  # characters of a stretch that is looked for
# What a stretch of the 专栏 weighs, one of the text around it, a near word:
OF_TASK, OF_PROSE, OF_NEAR_WORD = 1.0, 0.35, 3.0
NAME, SUBJECT, TEXT = 4.0, 3.0, 1.0  # what a stretch in the demand's name, its 所属领域, its text weighs
READ = 700  # characters of the text that are looked at: a demand says at its beginning what it is about
LEAST = 8.0  # a demand that agrees less than this with every 专栏 serves none
MOST_WORDS = 6
LONG_ENOUGH = 5  # a stretch of common words that is this long is the plan's own phrase all the same
_CUT = re.compile(
    r"[^\w+]+|关键技术|技术|研究|开展|研发|开发|应用|示范|重点|支持|推进|推动|加强|发展|装备|产业|领域|内蒙古|自治区|项目|实现|提升"
    r"|利用|加快|进行|建设|聚焦|探索|围绕|制备|生产|产品|设备|工程|体系|系统|集成|综合|关键|相关|[及与和等的为在对以]"
)
_COMMON = re.compile(  # words that tell nothing about a subject alone, only with others: 云平台, 智能电网
    r"全?过程|平台|水平|效率|协同|直接|强度|组织|任务|转型|一体化|环节|行业|升级|规模|国内外?|国际|形成|作用|重要|国家|核心|主要|解决|现代"
    r"|质量|先进|有效|优化|性能|运行|方面|场景|提供|科研|创新|突破|重大|攻关|构建|建立|完善|全流程|深度|计算|调节|控制|处置|提质"
    r"|维护|寿命|分散|智能化?|数字化|信息化|大型|新型|高端|高效|基础|目标|特色|优势|能力|模式|方法|部件|取得|典型|经济|安全|实施"
    r"|需求|环境|支撑|推广|下游|传统|工艺|改造|绿色|成本|保障|适应|能源|资源|流程|依靠|试点|合成|加工"
)


@dataclass(frozen=True, slots=True)
class Tag:
    """The 专栏 that a demand serves best: its number and title, and the words of both that decided it."""

    number: int
    title: str
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """As a table prints it."""
        return f"专栏{self.number} {self.title}"


@dataclass(frozen=True)
class _Plan:
    """The 专栏 by number, what each stretch of characters weighs for each of them, and how the stretches begin."""

    titles: Mapping[int, str]
    weights: Mapping[str, Mapping[int, float]]
    starts: frozenset[str]


def tag_of(form: Form, pack: CallPack) -> Tag | None:
    """The 专栏 of a demand by its name, its 所属领域 and its text; null where none is plainly served."""
    text = " ".join(section.text for section in form.sections.values())
    subject = form.value(pack.subject_field) if pack.subject_field else ""
    return tag_texts(pack.name_of(form), subject, text)


def tag_texts(name: str, subject: str, text: str) -> Tag | None:
    """As ``tag_of``, for plain texts."""
    plan = _plan()
    scores: Counter[int] = Counter()
    words: dict[int, Counter[str]] = {}
    for part, weight in ((name, NAME), (subject, SUBJECT), (text[:READ], TEXT)):
        for stretch in _stretches(compact(part), plan):
            for number, worth in plan.weights[stretch].items():
                scores[number] += worth * weight  # type: ignore[assignment]  # a Counter may count in floats
                words.setdefault(number, Counter())[stretch] += worth * weight  # type: ignore[assignment]
    best = max(scores, key=lambda n: (scores[n], -n), default=0)
    if scores[best] < LEAST:
        return None
    return Tag(best, plan.titles[best], tuple(_telling(words[best])))


def _telling(words: Counter[str]) -> Iterator[str]:
    """The words that decided, the weightiest first, none within another."""
    kept: list[str] = []
    for word, _ in words.most_common():
        if not any(word in other or other in word for other in kept):
            kept.append(word)
    return islice(iter(kept), MOST_WORDS)


def _stretches(text: str, plan: _Plan) -> Iterator[str]:
    """The longest known stretches of a text from left to right, each once."""
    seen: set[str] = set()
    place = 0
    while place < len(text):
        if text[place : place + SHORTEST] not in plan.starts:  # at most places nothing begins
            place += 1
            continue
        lengths = range(LONGEST, SHORTEST - 1, -1)
        longest = next((text[place : place + n] for n in lengths if text[place : place + n] in plan.weights), "")
        if longest and longest not in seen:
            seen.add(longest)
            yield longest
        place += max(len(longest) - 1, 1)


# --------------------------------------------------------------------------- the plan


@cache
def _plan() -> _Plan:
    """The weights, from the texts of the plan; the same for a whole run."""
    rows = list(csv.reader(PLAN.read_text(encoding="utf-8").splitlines()))[1:]
    worth: dict[str, dict[int, float]] = {}
    for number, title, task, prose, near in rows:
        _add(worth, int(number), _of_text(f"{title}。{task}"), OF_TASK)
        _add(worth, int(number), _of_text(prose), OF_PROSE)
        _add(worth, int(number), map(compact, near.split()), OF_NEAR_WORD)
    weights = {s: _weighed(s, by) for s, by in worth.items()}
    return _Plan({int(r[0]): r[1] for r in rows}, weights, frozenset(s[:SHORTEST] for s in weights))


def _add(worth: dict[str, dict[int, float]], number: int, stretches: Iterable[str], weight: float) -> None:
    for stretch in stretches:
        by_number = worth.setdefault(stretch, {})
        by_number[number] = max(by_number.get(number, 0.0), weight)


def _weighed(stretch: str, by_number: Mapping[int, float]) -> dict[int, float]:
    """Longer stretches and those of few 专栏 weigh more."""
    rarity = math.log(21 / len(by_number)) ** 1.5
    length = (len(stretch) - 1) ** 1.3
    return {number: weight * rarity * length / 5 for number, weight in by_number.items()}


def _of_text(text: str) -> Iterator[str]:
    """Every stretch between the plan's filling words that cuts no common word and says more than one."""
    for part in _CUT.split(compact(text)):
        common = [found.span() for found in _COMMON.finditer(part)]
        inside = {place for start, end in common for place in range(start + 1, end)}
        for start in range(len(part)):
            for end in range(start + SHORTEST, min(start + LONGEST, len(part)) + 1):
                if start not in inside and end not in inside and _tells(part[start:end]):
                    yield part[start:end]


def _tells(stretch: str) -> bool:
    own = len(_COMMON.sub("", stretch))
    return len(stretch) >= LONG_ENOUGH or own > 1 or (own == 1 and len(stretch) > SHORTEST)
