"""How well demands are tagged with the tasks of the plan: ``make taxonomy`` writes docs/taxonomy.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from plan_demands import OF_FIELDS, OUTSIDE, Wanted, of_own_words, titles

from rules.similar.taxonomy import NO_TASK, Tag, tag_texts

HEAD = """\
# 需求与规划专栏的对应

由 `make taxonomy` 生成。对应只供处室参考（日报“全部需求”表的“对应专栏”“依据词”两列），不作为任何审查结论的依据。

方法：取“十四五”科技创新规划专栏 1–20 的原文（`rules/calls/nm-plan-145.csv`，连同规划正文和拟定的近义词），
在需求的名称、所属领域和正文中寻找专栏里的词语；词语越长、出现它的专栏越少，分量越重。得分不足的写“{none}”。
"""


def _tag(wanted: Wanted) -> Tag | None:
    return tag_texts(wanted.name, wanted.subject, wanted.text)


def _number(tag: Tag | None) -> int:
    return tag.number if tag else 0


def _of_tasks() -> Iterator[str]:
    yield from (
        "## 用专栏自己的词语写成的需求，每个专栏二十项",
        "",
        "| 专栏 | 名称 | 对应正确 | 其余归入 |",
        "| --- | --- | --- | --- |",
    )
    right = 0
    for number, demands in of_own_words().items():
        found = [_number(_tag(w)) for w in demands]
        right += found.count(number)
        others = "、".join(f"专栏{n}" if n else NO_TASK for n in sorted({n for n in found if n != number}))
        yield f"| {number} | {titles()[number]} | {found.count(number)}/{len(found)} | {others} |"
    yield from ("", f"合计：{right}/{20 * len(titles())}。", "")


def _of_fields() -> Iterator[str]:
    yield from (
        "## 各领域的需求（虚构）",
        "",
        "| 所属领域 | 需求 | 对应专栏 | 依据词 | 可接受 |",
        "| --- | --- | --- | --- | --- |",
    )
    accepted = 0
    for wanted in (*OF_FIELDS, *OUTSIDE):
        tag = _tag(wanted)
        fits = _number(tag) in wanted.tasks
        accepted += fits
        name, words = (tag.name, "、".join(tag.words)) if tag else (NO_TASK, "")
        yield f"| {wanted.subject or '（其他）'} | {wanted.name} | {name} | {words} | {'是' if fits else '否'} |"
    yield from ("", f"处室可以接受的：{accepted}/{len(OF_FIELDS) + len(OUTSIDE)}。")


def main() -> None:
    """Write the page."""
    lines = [HEAD.format(none=NO_TASK), *_of_tasks(), *_of_fields()]
    Path(sys.argv[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
