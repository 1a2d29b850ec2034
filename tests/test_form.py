"""Forms as people fill them in: in tables and paragraphs, renumbered, reworded, hints left in, several in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from builders import FIELDS, HINTS, TITLE
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.forms.form import read_forms
from intake.forms.wordcount import count_words
from intake.model import Block, Cell, FieldLayout, Form, Layout, Paragraph, SectionLayout, Table, WordText
from rules.packs.pack import load_pack

LAYOUT = load_pack("nm-gxjs-2027").layout
NAMES = tuple(HINTS)
NUMERALS = "一二三四五六七八"
MONEY = "申请自治区财政专项资金800万元，企业自筹1600万元。"
PERIOD = "3年（2027年1月至2029年12月）。"
LABELS = ("研究目标", "研究内容")
REWORDED = (
    "背景与需求",
    "研究目标和研究内容",
    "拟突破关键技术及先进性",
    "主要考核指标",
    "社会经济效益",
    "研究基础",
    "资金需求及来源",
    "项目实施周期",
)
NUMBERINGS = ("（{c}）", "({c}) ", "{c}、", "{d}.", "{d}、", "（{d}）", "第{c}部分 ", "", "auto")
SENTENCES = (
    "内蒙古风电装机规模居全国首位，弃风弃光率仍有5.6%。",
    "1.国内外现状：国外已有PEM电解槽产品。",
    "（2）发展趋势",
    "申报单位长期从事氢能装备研发，累计投入3200万元。",
    "考核指标完成情况由第三方检测，出具报告（加盖公章）。",
    "按照GB/T 37562-2019，电耗不高于4.6kWh；本项目为4.1kWh。",
    "研究目标是实现直流电耗降低8%",
    "实施周期短、见效快。",
    "研发“十五五”所需的成套装备——含电极与隔膜……",
    "附件材料齐全",
)


def paragraph(text: str, number: str = "") -> Paragraph:
    return Paragraph(text, number)


def cell(*lines: str | Block) -> Cell:
    return Cell(tuple(paragraph(x) if isinstance(x, str) else x for x in lines))


def table(*rows: Sequence[str | Cell]) -> Table:
    return Table(tuple(tuple(c if isinstance(c, Cell) else cell(c) for c in row) for row in rows))


def read(*blocks: Block | str, layouts: tuple[Layout, ...] = (LAYOUT,)) -> tuple[Form, ...]:
    return read_forms(WordText(tuple(paragraph(b) if isinstance(b, str) else b for b in blocks)), layouts)


def field_blocks(style: str) -> list[Block]:
    pairs = list(FIELDS.items())
    match style:
        case "next line":
            return [paragraph(x) for label, value in pairs for x in (f"{label}：", value)]
        case "soft breaks":
            return [paragraph("\n".join(f"{label}：{value}" for label, value in pairs))]
        case "two a line":
            (a, b), (c, d), *rest = (f"{label}：{value}" for label, value in pairs[:2]), pairs[2:4], *pairs[4:]
            return [
                paragraph(f"{a}    {b}"),
                paragraph(f"{c[0]}：{c[1]}\t{d[0]}：{d[1]}"),
                *(paragraph(f"{label}：{value}") for label, value in rest),
            ]
        case "table":
            return [table(*pairs)]
        case "wide table":
            return [table((*pairs[0], *pairs[1]), (*pairs[2], *pairs[3]), pairs[4])]
        case "labels above values":
            return [table([label for label, _ in pairs], [value for _, value in pairs])]
        case "numbered":
            return [paragraph(f"{i}.{label}:{value}") for i, (label, value) in enumerate(pairs, 1)]
        case "spaced":
            return [paragraph(f"{' '.join(label)}： {value}　") for label, value in pairs]
        case _:
            return [paragraph(f"{label}：{value}") for label, value in pairs]


FIELD_STYLES = (
    "plain",
    "next line",
    "soft breaks",
    "two a line",
    "table",
    "wide table",
    "labels above values",
    "numbered",
    "spaced",
)


@dataclass(frozen=True)
class Shape:
    """How one form is laid out."""

    fields: str = "plain"
    numbering: str = "（{c}）"
    reworded: bool = False
    hint: str = "none"  # none | line | narrow | own | split
    place: str = "below"  # below | inline | beside | cell | one column
    labels: str = "own"  # none | own | behind


shapes = st.builds(
    Shape,
    fields=st.sampled_from(FIELD_STYLES),
    numbering=st.sampled_from(NUMBERINGS),
    reworded=st.booleans(),
    hint=st.sampled_from(("none", "line", "narrow", "own", "split")),
    place=st.sampled_from(("below", "inline", "beside", "cell", "one column")),
    labels=st.sampled_from(("none", "own", "behind")),
)
texts = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), min_size=6, max_size=6)


def answers(six: Sequence[Sequence[str]]) -> list[list[str]]:
    return [*map(list, six), [MONEY], [PERIOD]]


def with_labels(lines: list[str], style: str) -> list[str]:
    goal, content = lines[:1], lines[1:] or ["开展试验。"]
    if style == "own":
        return ["1.研究目标", *goal, "2.研究内容", *content]
    if style == "behind":
        return [f"1、研究目标：{goal[0]}", f"（2）研究内容：{content[0]}", *content[1:]]
    return lines


def section_blocks(index: int, lines: list[str], shape: Shape) -> list[Block]:
    number = "" if shape.numbering == "auto" else shape.numbering.format(c=NUMERALS[index], d=index + 1)
    drawn = f"（{NUMERALS[index]}）" if shape.numbering == "auto" else ""
    printed, hint = (REWORDED if shape.reworded else NAMES)[index], HINTS[NAMES[index]]
    tail = {"line": f"（{hint}）", "narrow": f" ({hint})", "split": f"（{hint[:4]}"}.get(shape.hint, "")
    head = paragraph(f"{number}{printed}{tail}", drawn)
    aside = {"own": [f"（{hint}）"], "split": [f"{hint[4:]}）"]}.get(shape.hint, [])
    body = [paragraph(x) for x in (*aside, *lines)]
    match shape.place:
        case "inline" if not aside and len(lines) == 1:
            return [paragraph(f"{head.text}：{lines[0]}", drawn)]
        case "beside":
            return [table((cell(head), cell(*body)))]
        case "cell":
            return [table((cell(head, *body),))]
        case "one column":
            return [table((cell(head),), (cell(*body),))]
        case _:
            return [head, *body]


def form_blocks(shape: Shape, six: Sequence[Sequence[str]]) -> list[Block]:
    blocks: list[Block] = [paragraph(TITLE), paragraph("(申报模板)"), *field_blocks(shape.fields)]
    for index, lines in enumerate(answers(six)):
        blocks.extend(section_blocks(index, with_labels(lines, shape.labels) if index == 1 else lines, shape))
    return blocks


def expected_words(shape: Shape, six: Sequence[Sequence[str]]) -> dict[str, int]:
    words = [sum(map(count_words, lines)) for lines in answers(six)]
    if shape.labels != "none" and len(six[1]) == 1:
        words[1] += count_words("开展试验。")
    return dict(zip(NAMES, words, strict=True))


SIX = [["背景。"], ["目标。", "内容。"], ["技术。"], ["指标8%。"], ["效益。"], ["基础。"]]


@settings(deadline=None, max_examples=100)
@given(shapes, texts)
def test_a_form_is_read_whatever_its_shape(shape: Shape, six: list[list[str]]) -> None:
    (form,) = read(*form_blocks(shape, six))
    assert dict(form.fields) == dict(FIELDS)
    assert {name: s.words for name, s in form.sections.items()} == expected_words(shape, six)
    assert (form.money.amount, form.money.matching, form.months) == (800, 1600, 36)
    assert [s.order for s in form.sections.values()] == list(range(8))


@settings(deadline=None, max_examples=25)
@given(shapes, shapes)
def test_several_demands_in_one_file_are_told_apart(first: Shape, second: Shape) -> None:
    forms = read(*form_blocks(first, SIX), *form_blocks(second, SIX))
    assert [dict(f.fields) for f in forms] == [dict(FIELDS)] * 2
    assert all({n: s.words for n, s in f.sections.items()} == expected_words(first, SIX) for f in forms)


def test_a_second_demand_without_a_title_takes_the_head_of_the_file() -> None:
    rest = [b for i, lines in enumerate(answers(SIX)) for b in section_blocks(i, lines, Shape())]
    forms = read(*form_blocks(Shape(), SIX), "", "需求二：", "创新需求名称：另一项需求", *rest)
    assert [f.value("创新需求名称") for f in forms] == [FIELDS["创新需求名称"], "另一项需求"]
    assert forms[1].value("申报单位") == FIELDS["申报单位"]
    assert forms[0].sections["实施周期"].text == PERIOD


@pytest.mark.parametrize(
    ("announced", "labels"),
    [
        (["需求二：另一项需求"], []),
        (["附件1-2 另一项需求"], []),
        (["二、另一项需求"], ["创新需求名称：另一项需求", "所属领域：新材料领域"]),
        (["（二）"], ["创新需求名称：另一项需求"]),
    ],
)
def test_a_second_demand_is_told_by_its_parts_or_its_announcement(announced: list[str], labels: list[str]) -> None:
    six = [["背景是这样的，需要攻关。"], *SIX[1:]]
    rest = [b for i, lines in enumerate(answers(six)) for b in section_blocks(i, lines, Shape())]
    forms = read(*form_blocks(Shape(), six), *announced, *labels, *rest)
    assert [f.value("创新需求名称") for f in forms] == [FIELDS["创新需求名称"], "另一项需求"]
    assert [f.value("归口管理部门") for f in forms] == [FIELDS["归口管理部门"]] * 2
    assert [f.sections["实施周期"].text for f in forms] == [PERIOD] * 2


def test_the_unit_of_a_summary_before_the_form_is_no_field() -> None:
    columns = [name for name, _ in LAYOUT.summary_columns]
    before = (
        "科技重大创新需求汇总表",
        "归口管理部门：另一个局（加盖公章）",
        "联系人：",
        table(columns, ["1", *["某"] * 8]),
    )
    (form,) = read(*before, *form_blocks(Shape(), SIX))
    assert dict(form.fields) == dict(FIELDS)


def test_hints_left_in_are_told_but_not_counted() -> None:
    (own,) = read(*form_blocks(Shape(hint="own"), SIX))
    (line,) = read(*form_blocks(Shape(hint="line"), SIX))
    assert [s.hints for s in own.sections.values()] == [1] * 8
    assert [s.hints for s in line.sections.values()] == [0] * 8
    assert own.sections["背景及需求"].text == "背景。"


def test_a_section_that_holds_only_the_hint_or_labels_is_empty() -> None:
    labels = ("（二）研究目标及研究内容", "1.研究目标", "2.研究内容：")
    (form,) = read(TITLE, *field_blocks("plain"), *labels, "（三）拟突破的关键技术和先进性", "(100字以内)")
    assert form.sections["研究目标及研究内容"].text == ""
    assert form.sections["拟突破的关键技术和先进性"].text == ""
    assert form.sections["拟突破的关键技术和先进性"].hints == 1


def test_missing_sections_and_fields_are_not_made_up() -> None:
    blocks = [b for b in form_blocks(Shape(), SIX) if not (isinstance(b, Paragraph) and b.text.startswith("所属领域"))]
    place = next(i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and "经济社会效益" in b.text)
    (form,) = read(*blocks[:place], *blocks[place + 2 :])
    assert "经济社会效益" not in form.sections
    assert "所属领域" not in form.fields
    assert form.sections["考核指标"].text == "指标8%。"


@pytest.mark.parametrize(("written", "value"), [("/", "/"), ("无", "无"), ("待定", "待定"), ("____", ""), ("", "")])
def test_blank_values_are_kept_as_written(written: str, value: str) -> None:
    blocks = form_blocks(Shape(), SIX)
    changed = [
        paragraph(f"申报单位：{written}") if isinstance(b, Paragraph) and b.text.startswith("申报单位") else b
        for b in blocks
    ]
    (form,) = read(*changed)
    assert form.fields["申报单位"] == value


def test_printed_notes_signatures_and_a_summary_behind_the_form_are_not_counted() -> None:
    columns = [name for name, _ in LAYOUT.summary_columns]
    (form,) = read(
        *form_blocks(Shape(), SIX),
        "注意事项：",
        LAYOUT.notes[0].removeprefix("注意事项:"),
        "申报单位（盖章）：",
        "2026年6月1日",
        "附件2",
        "科技重大创新需求汇总表",
        "归口管理部门：另一个局",
        table(columns, ["1", *["某"] * (len(columns) - 1)]),
    )
    assert form.sections["实施周期"].text == PERIOD
    assert dict(form.fields) == dict(FIELDS)


def test_a_table_inside_an_answer_is_counted_and_read_for_money() -> None:
    budget = table(("资金来源", "金额（万元）"), ("自治区财政专项资金", "800"), ("企业自筹", "1600"), ("合计", "2400"))
    projects = table(("序号", "项目名称", "项目类型"), ("1", "电解槽研制", "重点研发"))
    blocks = form_blocks(Shape(), SIX)
    money = next(i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and b.text == MONEY)
    blocks[money : money + 1] = [budget]
    blocks[money - 1 : money - 1] = [projects]
    (form,) = read(*blocks)
    assert (form.money.amount, form.money.matching) == (800, 1600)
    assert form.sections["研发基础"].words == count_words("基础。序号 项目名称项目类型 1 电解槽研制重点研发")
    assert dict(form.fields) == dict(FIELDS)


def test_labels_broken_in_narrow_cells_and_a_column_of_group_words_are_understood() -> None:
    rows = [
        (Cell((paragraph("基本情况"),), continued=False), cell("需求\n类型"), cell("科技重大专项")),
        *((Cell((), continued=True), cell(k[:2], k[2:]), cell(v)) for k, v in list(FIELDS.items())[1:]),
    ]
    body = [(cell(NAMES[i][:2], NAMES[i][2:]), cell(*lines)) for i, lines in enumerate(answers(SIX))]
    (form,) = read(TITLE, table(*rows), table(*body))
    assert dict(form.fields) == dict(FIELDS)
    assert {n: s.words for n, s in form.sections.items()} == expected_words(Shape(labels="none"), SIX)


def test_a_unit_or_an_answer_in_the_heading_line_is_read() -> None:
    blocks = form_blocks(Shape(), SIX)[:-4]
    (form,) = read(*blocks, "（七）资金需求（万元）", "申请财政资金：800，自筹：1600", "（八）实施周期（3年）")
    assert (form.money.amount, form.money.matching, form.months) == (800, 1600, 36)
    assert form.sections["实施周期"].words == 2


def test_a_contents_page_and_a_blank_template_before_the_form_are_no_demands() -> None:
    contents = [f"（{NUMERALS[i]}）{name}\t{i + 1}" for i, name in enumerate(NAMES)]
    blank = [*(f"{label}：" for label in FIELDS), *(f"{name}（{hint}）" for name, hint in HINTS.items())]
    (form,) = read(TITLE, *contents, TITLE, *blank, *form_blocks(Shape(), SIX))
    assert form.sections["背景及需求"].text == "背景。"


def test_a_blank_form_alone_is_a_form() -> None:
    (form,) = read(TITLE, *(f"{label}：" for label in FIELDS), *(f"{n}（{h}）" for n, h in HINTS.items()))
    assert set(form.fields.values()) == {""}
    assert {s.words for s in form.sections.values()} == {0}


@pytest.mark.parametrize(
    "lines",
    [
        ["关于报送2027年度创新需求的函", "自治区科技厅：", "归口管理部门：包头市科学技术局", "联系人：张三"],
        ["科技成果转化项目申报书", "项目名称：智慧停车", "一、立项背景", "二、技术方案", "三、经费预算"],
        ["会议纪要", "时间：2026年5月20日", "会议研究了科技创新工作安排。"],
    ],
)
def test_other_documents_are_no_forms(lines: list[str]) -> None:
    assert read(*lines) == ()


BOX_LAYOUT = Layout(
    call="boxes",
    titles=("“揭榜挂帅”项目需求表",),
    fields=(
        FieldLayout("单位名称"),
        FieldLayout("技术攻关领域", choice=True),
        FieldLayout("法定代表人姓名"),
        FieldLayout("法定代表人电话"),
        FieldLayout("联系人姓名"),
        FieldLayout("联系人手机"),
        FieldLayout("项目需求名称"),
        FieldLayout("时限要求"),
        FieldLayout("项目拟总投入金额"),
    ),
    sections=(
        SectionLayout("需求背景", ("需求背景、国内外相关情况介绍",), "限1000字"),
        SectionLayout("产权归属", ("产权归属、利益分配等要求",), "限1000字"),
    ),
    name_field="项目需求名称",
    amount_section="项目拟总投入金额",
    amount_of="总投入",
    period_section="时限要求",
)


def box_form(choice: str, amount: str) -> Form:
    (form,) = read(
        "“揭榜挂帅”项目需求表",
        table(
            ("单位名称", "北疆化工有限公司"),
            ("技术攻关领域", choice),
            ("法定代表人", "姓名", "张三", "电话", "13800000000"),
            ("联系人", "姓名", "李四"),
            (Cell((), continued=True), "手机", "13900000000"),
            ("二、项目需求信息",),
            ("项目需求名称", "煤焦油加氢"),
            (cell("需求背景、国内外相关情况介绍（限1000字）", "背景一段。"),),
            (cell("产权归属、利益分配等要求（限1000字）", "归企业。"),),
            ("时限要求", "24个月", "项目拟总投入金额", amount),
        ),
        layouts=(LAYOUT, BOX_LAYOUT),
    )
    return form


def test_a_table_form_of_another_call_is_read_by_its_own_layout() -> None:
    form = box_form("☑能源资源  □现代农牧业  □其他 ", "1200万元 ")
    assert form.call == "boxes"
    assert dict(form.fields) == {
        "单位名称": "北疆化工有限公司",
        "技术攻关领域": "能源资源",
        "法定代表人姓名": "张三",
        "法定代表人电话": "13800000000",
        "联系人姓名": "李四",
        "联系人手机": "13900000000",
        "项目需求名称": "煤焦油加氢",
        "时限要求": "24个月",
        "项目拟总投入金额": "1200万元",
    }
    assert {n: s.text for n, s in form.sections.items()} == {"需求背景": "背景一段。", "产权归属": "归企业。"}
    assert (form.money.amount, form.months) == (1200, 24)


@pytest.mark.parametrize(
    ("choice", "ticked"),
    [
        ("□能源资源 □现代农牧业 □其他", ""),
        ("☑能源资源 ☒现代农牧业 □其他", "能源资源、现代农牧业"),
        ("□能源资源\n■现代农牧业", "现代农牧业"),
        ("□√能源资源 □其他", "能源资源"),
        ("□能源资源√ □其他", "能源资源"),
        ("(√)能源资源 □其他", "能源资源"),
        ("□能源资源 ☑其他：生物医药", "其他：生物医药"),
        ("能源资源√  其他", "能源资源"),
        ("能源资源", "能源资源"),
        ("（√）能源资源 （ ）生态环境 （ ）其他", "能源资源"),
        ("能源资源（ ） 生态环境（√） 其他（ ）", "生态环境"),
        ("能源资源□ 生态环境☑ 其他□", "生态环境"),
        ("（ ）能源资源 （ ）其他", ""),
        ("水利（节水）", "水利（节水）"),
    ],
)
def test_ticked_options_are_the_value(choice: str, ticked: str) -> None:
    assert box_form(choice, "1200").fields["技术攻关领域"] == ticked


@pytest.mark.parametrize(("written", "value"), [("  万元 ", ""), ("待定 万元", "待定"), ("/万元", "/")])
def test_a_printed_unit_alone_is_a_blank_amount(written: str, value: str) -> None:
    form = box_form("☑其他", written)
    assert form.fields["项目拟总投入金额"] == value
    assert form.money.asked == ()


def test_a_sum_or_a_span_right_behind_its_heading_is_the_answer() -> None:
    (form,) = read(
        TITLE, "所属领域：新能源", "（一）背景及需求", "背景。", "（七）资金需求800万元", "（八）实施周期3年"
    )
    assert (form.sections["资金需求"].text, form.sections["实施周期"].text) == ("800万元", "3年")


def test_a_short_answer_under_its_heading_in_one_cell() -> None:
    rows = (["所属领域", "新能源"], [cell("考核指标", "效率95%")], [cell("实施周期", "24个月")])
    (form,) = read(TITLE, table(*rows))
    assert (form.sections["考核指标"].text, form.months) == ("效率95%", 24)


def test_every_section_and_field_tells_where_it_stands() -> None:
    lines = [TITLE, *(f"{k}：{v}" for k, v in FIELDS.items()), "（一）背景及需求", "背景。"]
    blocks = [Paragraph(text, anchor=i) for i, text in enumerate(lines)]
    (form,) = read(*blocks)
    assert list(form.field_anchors.values()) == [1, 2, 3, 4, 5]
    assert form.sections["背景及需求"].anchor == 6


def test_a_file_of_hundreds_of_demands_is_read_in_no_time() -> None:
    """Fails by hanging: what one demand hands on to the next was once handed on from all to all."""
    one = ("（一）背景及需求", "创新需求名称：某", "（二）研究目标及研究内容", "申报单位：某")
    assert len(read(*one * 400)) > 300
