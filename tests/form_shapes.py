"""One demand in the shapes that offices give it, as Word documents: tables, headings, hints, boxes, controls."""

from __future__ import annotations

from collections.abc import Mapping

from builders import FIELDS, HINTS, TITLE
from word_parts import cell, code, control, mark, paragraph, run, table, text_box

NUMERALS = "一二三四五六七八"
ANSWERS: Mapping[str, str] = {
    "背景及需求": "风电装机居首。弃风率5.6%。",
    "研究目标及研究内容": "研制电解槽。开展试验。",
    "拟突破的关键技术和先进性": "突破电极技术。",
    "考核指标": "电耗不高于4.1kWh。",
    "经济社会效益": "新增产值3亿元。",
    "研发基础": "团队累计投入3200万元，建成产线一条。",
    "资金需求": "申请自治区财政专项资金800万元，企业自筹1600万元。",
    "实施周期": "3年。",
}
TOP = paragraph("附件1") + paragraph(TITLE) + paragraph("(申报模板)")
_DOWN, _ON = "<w:vMerge w:val='restart'/>", "<w:vMerge/>"


def lines(*texts: str) -> str:
    return "".join(map(paragraph, texts))


def numbered(index: int, name: str, tail: str = "") -> str:
    return f"（{NUMERALS[index]}）{name}{tail}"


def box(text: str, width: int = 1, merge: str = "") -> str:
    return cell(lines(*text.split("\n")), f"<w:gridSpan w:val='{width}'/>{merge}")


def fields(**changes: str) -> str:
    return lines(*(f"{name}：{value}" for name, value in {**FIELDS, **changes}.items()))


def answers(**changes: str) -> str:
    """The sections in paragraphs, the printed hint in each heading."""
    parts = []
    for index, (name, text) in enumerate({**ANSWERS, **changes}.items()):
        parts += [numbered(index, name, f"（{HINTS[name]}）"), *text.split("\n")]
    return lines(*parts)


def headed(pattern: str) -> str:
    """The sections under headings of a pattern: ``{c}`` and ``{d}`` number them, ``{h}`` is the hint."""
    parts = []
    for index, (name, text) in enumerate(ANSWERS.items()):
        hint = HINTS[name]
        half = len(hint) // 2
        heading = pattern.format(
            c=NUMERALS[index], d=index + 1, n=name, s=" ".join(name), h=hint, a=hint[:half], b=hint[half:]
        )
        parts += [*heading.split("\n"), text] if "{t}" not in pattern else [heading]
    return lines(*parts)


def _pairs() -> list[str]:
    (a, b), (c, d), *rest = FIELDS.items()
    return [box(a) + box(b) + box(c) + box(d), *(box(k) + box(v, 3) for k, v in rest)]


def _goal_rows() -> list[str]:
    rows = [box(numbered(i, name)) + box(text, 3) for i, (name, text) in enumerate(ANSWERS.items())]
    goal = box("（二）研究目标及研究内容", merge=_DOWN) + box("1.研究目标") + box("研制电解槽。", 2)
    rows[1:2] = [goal, box("", merge=_ON) + box("2.研究内容") + box("开展试验。", 2)]
    return rows


def _grouped(word: str, pairs: Mapping[str, str]) -> list[str]:
    heads = [box(word, merge=_DOWN), *[box("", merge=_ON)] * (len(pairs) - 1)]
    return [head + box(name) + box(text, 2) for head, (name, text) in zip(heads, pairs.items(), strict=True)]


def _field_code(value: str) -> str:
    return mark("begin") + code(" FORMTEXT ") + mark("separate") + run(value) + mark("end")


_HINTED = [(numbered(i, n, f"（{HINTS[n]}）"), text) for i, (n, text) in enumerate(ANSWERS.items())]
SHAPES: Mapping[str, str] = {
    "paragraphs": TOP + fields() + answers(),
    "heading rows over answer rows": TOP + table(*_pairs(), *(box(x, 4) for pair in _HINTED for x in pair)),
    "heading and answer in one cell": TOP + table(*_pairs(), *(box("\n".join(pair), 4) for pair in _HINTED)),
    "goal and content in rows of their own": TOP + table(*_pairs(), *_goal_rows()),
    "headings without numbers": TOP + table(*_pairs(), *(box(k) + box(v, 3) for k, v in ANSWERS.items())),
    "a column of numbers": TOP
    + table(*(box(str(i)) + box(k) + box(v, 2) for i, (k, v) in enumerate({**FIELDS, **ANSWERS}.items(), 1))),
    "title in the table": table(box(TITLE, 4), *_pairs(), *(box(k) + box(v, 3) for k, v in ANSWERS.items())),
    "a column of group words": TOP + table(*_grouped("基本\n信息", FIELDS), *_grouped("需求\n内容", ANSWERS)),
    "notes behind labels": TOP
    + lines(
        *(
            f"{k}{note}：{v}"
            for (k, v), note in zip(FIELDS.items(), ("（填写）", "", "（盖章）", "(公章)", "（30字以内）"), strict=True)
        )
    )
    + answers(),
    "values on underlines": TOP + lines(*(f"{k}：   ____{v}____  " for k, v in FIELDS.items())) + answers(),
    "spaced labels and tabs": TOP + lines(*(f"{' '.join(k)}\t{v}" for k, v in FIELDS.items())) + answers(),
    "labels set off by brackets": TOP + lines(*(f"【{k}】{v}" for k, v in FIELDS.items())) + answers(),
    "labels numbered and set off": TOP
    + lines(*(f"{i}.【{k}】：{v}" for i, (k, v) in enumerate(FIELDS.items(), 1)))
    + answers(),
    "other words for labels": TOP
    + lines(
        *(
            f"{k}：{v}"
            for k, v in zip(("类型", "技术领域", "申报企业", "推荐单位", "需求题目"), FIELDS.values(), strict=True)
        )
    )
    + answers(),
    "content controls": TOP
    + "".join(paragraph(f"{k}：", control(run(v))) for k, v in FIELDS.items())
    + "".join(paragraph(head) + control(paragraph(text)) for head, text in _HINTED),
    "form fields": TOP + "".join(paragraph(f"{k}：", _field_code(v)) for k, v in FIELDS.items()) + answers(),
    "answers in text boxes": TOP
    + fields()
    + "".join(paragraph(head) + paragraph("", text_box(paragraph(text))) for head, text in _HINTED),
    "the whole form in a text box": paragraph("", text_box(TOP + fields() + answers())),
    "a table around a table and paragraphs": TOP
    + table(cell(table(*(box(k) + box(v) for k, v in FIELDS.items())) + paragraph()), cell(answers())),
    "each answer in a frame": TOP + fields() + "".join(paragraph(h) + table(box(t)) for h, t in _HINTED),
    "hints under headings": TOP + fields() + headed("（{c}）{n}\n{h}"),
    "hints before answers": TOP
    + fields()
    + lines(*(x for i, (n, text) in enumerate(ANSWERS.items()) for x in (numbered(i, n), f"（{HINTS[n]}）{text}"))),
    "answers behind headings": TOP
    + fields()
    + lines(*(f"{numbered(i, n)}。{t}" for i, (n, t) in enumerate(ANSWERS.items()))),
    **{
        f"heading {pattern}": TOP + fields() + headed(pattern)
        for pattern in (
            "{d} {n}",
            "2.{d} {n}",
            "第{c}部分　{n}",
            "（ {c} ） {s}",
            "【{n}】",
            "（{c}）【{n}】",
            "**（{c}）{n}**",
            "（{c}）{n}。",
            "{c}、{n}：",
            "（{c}）{n}（{h}）：",
            "（{c}）{n} {h}",
            "（{c}）{n}（{a}）",
            "（{c}）{n}（{b}）",
            "（{c}）{n}（300字以内）（必填）",
            "（{c}）{n}（300字以内）\n（{h}）",
            "（{c}）{n}({h})。",
            "“{n}”",
            "[{n}]",
            "★{n}",
            "■ {d}.{n}",
            "{c}{n}",
        )
    },
}
