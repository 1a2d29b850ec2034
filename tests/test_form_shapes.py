"""A demand is read the same, field by field and 字 by 字, whatever shape an office has given its form."""

from __future__ import annotations

from decimal import Decimal

import pytest
from builders import FIELDS
from form_shapes import ANSWERS, NUMERALS, SHAPES, TOP, answers, fields, lines
from word_parts import docx, paragraph, read

from intake.forms.form import read_forms
from intake.forms.wordcount import count_words
from intake.model import Form
from rules.packs.pack import load_pack

LAYOUT = load_pack("nm-gxjs-2027").layout


def form(body: str) -> Form:
    (found,) = read_forms(read(docx(body + paragraph())), (LAYOUT,))
    return found


def words(found: Form) -> dict[str, int]:
    return {name: section.words for name, section in found.sections.items()}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_read_the_same(shape: str) -> None:
    found = form(SHAPES[shape])
    assert dict(found.fields) == dict(FIELDS)
    assert words(found) == {name: count_words(text) for name, text in ANSWERS.items()}
    assert (found.money.amount, found.money.matching, found.months) == (800, 1600, 36)


@pytest.mark.parametrize(
    "parts",
    [
        {"经济社会效益": "（一）经济效益\n新增产值3亿元。\n（二）社会效益\n带动就业。"},
        {"背景及需求": "1.意义和必要性\n意义重大。\n2.国内外现状\n国外领先。\n3.发展趋势\n大型化。"},
        {"背景及需求": "项目名称：某示范工程。\n需求背景：产业规模大。\n1.背景\n能耗高。"},
        {"研发基础": "承担单位：某公司。\n推荐单位：某局。\n项目名称：国家重点研发计划。\n研究基础\n中试完成。"},
        {"考核指标": "经济效益：产值1亿元。\n研究目标：电耗4.0。\n（1）关键技术指标\n效率95%。"},
        {"实施周期": "3年。\n研究内容：方案设计。\n考核指标：样机1套。\n经济社会效益：完成评估。"},
        {"研发基础": "（一）研发团队\n团队强。\n（二）技术示范落地企业\n已建产线。\n3.研究基础\n好。"},
        {"考核指标": "1.目前行业最优指标\n4.3kWh。\n2.国标\nGB/T 37562-2019。\n3.本项目拟实现指标\n4.1kWh。"},
    ],
)
def test_headings_of_ones_own_in_an_answer_belong_to_it(parts: dict[str, str]) -> None:
    found = form(TOP + fields() + answers(**parts))
    assert words(found) == {name: count_words(text) for name, text in {**ANSWERS, **parts}.items()}


def test_headings_numbered_alike_tell_what_heads_a_section() -> None:
    parts = {"经济社会效益": "1.经济效益\n新增产值3亿元。", "研发基础": "研究基础：中试完成。\n团队强。"}
    reworded = answers(**parts).replace("）经济社会", "）项目经济社会").replace("）研发基础", "）现有研发基础")
    found = form(TOP + fields() + reworded)
    assert words(found) == {name: count_words(text) for name, text in {**ANSWERS, **parts}.items()}


@pytest.mark.parametrize("pattern", ["（{c}）{n}", "{n}"])
def test_a_point_of_another_answer_does_not_stand_for_a_missing_section(pattern: str) -> None:
    written = {**ANSWERS, "考核指标": None, "实施周期": "3年。\n考核指标：样机1套。\n第一阶段考核指标：完成设计。"}
    parts = [(pattern.format(c=NUMERALS[i], n=name), text) for i, (name, text) in enumerate(written.items()) if text]
    found = form(TOP + fields() + lines(*(line for head, text in parts for line in (head, *text.split("\n")))))
    assert "考核指标" not in found.sections
    assert found.sections["实施周期"].text == written["实施周期"]


def test_printed_labels_are_not_counted_but_ones_own_points_are() -> None:
    own = "研制电解槽。\n（1）关键技术研究\n开展试验。\n（2）考核指标体系\n建立指标。"
    written = own.replace("（1）", "2.研究内容\n（1）")
    found = form(TOP + fields() + answers(研究目标及研究内容=f"1.研究目标\n{written}"))
    assert words(found)["研究目标及研究内容"] == count_words(own)


@pytest.mark.parametrize(
    "text",
    [
        "申请财政资金800万，自筹1600万",
        "总投资2400万元，其中申请专项资金800万元，企业自筹1600万元",
        "申请财政经费8,000,000.00元，单位配套16,000,000.00元",
        "申请捌佰万元整，自筹壹仟陆佰万元整",
        "申请自治区财政资金800万元（大写：捌佰万元整），配套1600万元",
        "项目总投入0.24亿元，申请财政0.08亿元，自筹0.16亿元",
        "申请财政资金 ８００ 万元，配套比例1:2",
        "资金需求总额2400万元（财政800万元、配套1600万元）",
        "资金需求总额2400万元（其中申请财政800万元，企业自筹1600万元）",
        "自治区财政专项资金：800万元\n企业配套资金：1600万元\n合计：2400万元",
        "申请财政经费（万元）：800\n自筹经费（万元）：1600",
        "¥8000000元（财政），自筹¥16000000元",
        "1.申请财政专项资金：800万元；\n2.企业自筹：1600万元。\n其中财政资金用于设备费300万元、材料费200万元。",
        "总投资1.2亿元，其中研发投入2400万元：申请财政资金800万元，企业自筹1600万元。",
        "申请专项经费800万元，其中设备费500万元、材料费300万元；企业自筹1600万元，其中设备费1000万元、人员费600万元。",
    ],
)
def test_money_in_the_words_of_offices(text: str) -> None:
    found = form(TOP + fields() + answers(资金需求=text)).money
    assert (found.amount, found.matching) == (Decimal(800), Decimal(1600))


def test_a_line_to_be_stamped_at_the_end_is_no_field() -> None:
    found = form(TOP + fields() + answers() + paragraph("申报单位（盖章）：") + paragraph("归口管理部门（盖章）："))
    assert dict(found.fields) == dict(FIELDS)
    assert found.sections["实施周期"].text == "3年。"
