"""The rule reference: every code with its weight, its reason, its words. ``python -m rules.reference`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rules.catalog import RULES
from rules.engine import Rule
from rules.model import Scope, Severity

PLACE = Path(__file__).parent.parent / "docs" / "rules.md"
FAMILIES = {
    "F": "文件与申报表",
    "B": "资金与周期",
    "D": "时间",
    "A": "发信人",
    "Q": "限额",
    "C": "汇总表",
    "P": "版本与重复",
    "S": "安全与保密",
    "T": "征集范围",
    "M": "无需审查的来信",
}
WEIGHTS = {
    Severity.REFUSE: "不予受理",
    Severity.ERROR: "须补正",
    Severity.REVIEW: "待复核",
    Severity.WARNING: "提醒，不影响受理",
    Severity.INFO: "记录，不影响受理",
}
PLACES = {Scope.MAIL: "整封来信", Scope.DOCUMENT: "所在文件", Scope.ITEM: "所在需求"}
HEAD = """# 审查规则

本页由 `python -m rules.reference` 从 `rules/catalog/` 生成，请勿手改。代码一经使用，含义不变。

`{…}` 是随来信而变的内容：`{where}` 在哪里，`{measured}` 现在是什么，`{limit}` 应当是什么。
"""


def reference() -> str:
    """The whole reference as Markdown: a table of all codes, then each with its words."""
    rules = sorted(RULES, key=lambda rule: (list(FAMILIES).index(rule.code[0]), rule.code))
    parts = [HEAD, *_table(rules)]
    family = ""
    for rule in rules:
        if rule.code[0] != family:
            family = rule.code[0]
            parts.append(f"\n## {family}　{FAMILIES[family]}\n")
        parts.extend(_entry(rule))
    return "\n".join(parts)


def _table(rules: list[Rule]) -> Iterator[str]:
    yield "| 代码 | 规则 | 结果 | 告知来信单位 |"
    yield "| --- | --- | --- | --- |"
    for rule in rules:
        told = "是" if rule.told else "否"
        yield f"| [{rule.code}](#{rule.code.lower()}) | {rule.title} | {WEIGHTS[rule.severity]} | {told} |"


def _entry(rule: Rule) -> Iterator[str]:
    told = "告知来信单位" if rule.told else "不告知来信单位"
    yield f'<a id="{rule.code.lower()}"></a>\n\n### {rule.code}　{rule.title}\n'
    yield f"{WEIGHTS[rule.severity]}；{told}；作用于{PLACES[rule.scope]}。\n"
    yield "\n".join(line.strip() for line in rule.doc.splitlines()) + "\n"
    for message, fix in ((rule.message, rule.fix), *rule.variants.values()):
        yield f"> {message}" + (f"\n> {fix}" if fix else "") + "\n"


if __name__ == "__main__":
    PLACE.write_text(reference(), encoding="utf-8")
