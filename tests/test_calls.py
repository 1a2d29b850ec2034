"""The other calls, from a Word file to what is found in it: a table with check boxes, other sections, other money."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone

import docx
import pytest

from intake.model import Letter, Limits, Submission
from intake.reader import read_file
from rules.check import Context, check
from rules.model import Checked, Received
from rules.packs.pack import load_pack

CHINA = timezone(timedelta(hours=8))
ENTERPRISE_FORM = {
    "单位名称": "包头北方制氢装备有限公司",
    "单位地址": "包头市昆都仑区钢铁大街1号",
    "邮编": "014000",
    "所在地区": "包头市",
    "社会信用代码": "91350100M000100Y43",
    "技术攻关领域": "☑能源资源  □现代农牧业  □生态环境  □其他",
    "上年度产值规模": "2亿元",
    "人员规模": "300人",
    "经济性质": "□国有  □集体  ■私营  □其他",
    "法定代表人姓名": "张北辰",
    "法定代表人电话": "0472-5550000",
    "联系人姓名": "李晓峰",
    "联系人职务": "主任",
    "联系人手机": "13912345678",
    "联系人电子邮箱": "lixf@example.cn",
    "项目需求名称": "兆瓦级制氢装备宽功率运行技术",
    "项目合作方式": "☑委托研发  □技术改造（设备、研发生产条件）\n□技术购买  ☑共建中试、熟化基地  □其他",
    "时限要求": "2年",
    "项目拟总投入金额": "800万元",
}
LONG_CELLS = {
    "需求背景、国内外相关情况介绍（限1000字）": "区内制氢装备在波动工况下能耗偏高。",
    "需求内容描述（具体需求或技术痛点问题概述、技术解决的价值意义、产品目标和具体技术参数要求等，限3000字内）": (
        "直流电耗不高于4.0。"
    ),
    "现有基础情况（已开展的工作、所处阶段、投入资金和人力、仪器设备、生产条件等，限1000字）": "建有中试线一条。",
    "对揭榜方要求（希望与哪类单位开展合作，对合作方所属领域和水平的要求，限1000字）": "高校或科研院所。",
    "产权归属、利益分配等要求（限1000字）": "共同所有。",
    "实测要求（实测时间、地点、方法、指标等）": "第三方现场实测。",
}


def enterprise_form(values: dict[str, str], cells: dict[str, str]) -> bytes:
    """The table of 揭榜挂帅: five columns, merged as the notice prints them."""
    document = docx.Document()
    document.add_paragraph("内蒙古自治区“揭榜挂帅”项目需求表")
    table = document.add_table(0, 5)

    def row(*texts: str):
        new = table.add_row().cells
        spans = {1: [(0, 4)], 2: [(0, 0), (1, 4)], 4: [(0, 0), (1, 2), (3, 3), (4, 4)]}
        for (first, last), text in zip(spans.get(len(texts), [(i, i) for i in range(5)]), texts, strict=True):
            new[first].merge(new[last]).text = text
        return new

    def field(*names: str) -> None:
        row(*(text for name in names for text in (name, values[name])))

    row("企业（发榜方）基本情况")
    field("单位名称")
    field("单位地址", "邮编")
    field("所在地区", "社会信用代码")
    field("技术攻关领域")
    field("上年度产值规模", "人员规模")
    field("经济性质")
    row("法定代表人", "姓名", values["法定代表人姓名"], "电话", values["法定代表人电话"])
    upper = row("联系人", "姓名", values["联系人姓名"], "职务", values["联系人职务"])
    lower = row("", "手机", values["联系人手机"], "电子邮箱", values["联系人电子邮箱"])
    upper[0].merge(lower[0])
    row("二、项目需求信息")
    field("项目需求名称")
    field("项目合作方式")
    for heading, text in cells.items():
        row(heading)[0].add_paragraph(text)
    field("时限要求", "项目拟总投入金额")
    return saved(document)


def plain_form(title: str, fields: dict[str, str], sections: dict[str, str]) -> bytes:
    document = docx.Document()
    document.add_paragraph(title)
    for name, value in fields.items():
        document.add_paragraph(f"{name}：{value}")
    for place, (name, text) in enumerate(sections.items()):
        document.add_paragraph(f"（{'一二三四五六七八九'[place]}）{name}")
        document.add_paragraph(text)
    return saved(document)


def saved(document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def found_in(call: str, content: bytes, at: datetime) -> Checked:
    pack = load_pack(call)
    documents = read_file("需求.docx", content, (pack.layout,), Limits())
    context = Context((), Received(at), register_known=False)
    return check(Submission(Letter(()), documents), (pack,), context)


def told(checked: Checked) -> list[tuple[str, str]]:
    return [(f.code, f.where) for f in checked.findings] + [
        (f.code, f.where) for item in checked.items for f in item.findings
    ]


def enterprise(changed: dict[str, str] | None = None, cells: dict[str, str] | None = None) -> Checked:
    content = enterprise_form(ENTERPRISE_FORM | (changed or {}), LONG_CELLS | (cells or {}))
    return found_in("nm-jbgs-2021", content, datetime(2021, 8, 1, tzinfo=CHINA))


def test_a_full_table_of_an_enterprise() -> None:
    found = enterprise()
    assert told(found) == []
    (item,) = found.items
    assert item.name == "兆瓦级制氢装备宽功率运行技术"
    assert item.form.value("联系人手机") == "13912345678"
    assert item.form.value("经济性质") == "私营"
    assert item.form.value("项目合作方式") == "委托研发、共建中试、熟化基地"
    assert (item.form.money.amount, item.form.months) == (800, 24)


def test_every_cell_of_the_table_is_required() -> None:
    blank = {n: v.replace("☑", "□").replace("■", "□") if "□" in v else "" for n, v in ENTERPRISE_FORM.items()}
    assert told(enterprise(blank | {"单位名称": ENTERPRISE_FORM["单位名称"]})) == [
        ("F010", name) for name in ENTERPRISE_FORM if name != "单位名称"
    ]
    assert told(enterprise({"单位名称": ""})) == [("F010", "单位名称")]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("技术攻关领域", "☑能源资源  □现代农牧业  ☑生态环境  □其他", "F011"),
        ("社会信用代码", "91350100M000100Y4Z", "F011"),
        ("时限要求", "4年", "B005"),
        ("时限要求", "尽快", "B004"),
        ("项目拟总投入金额", "499万元", "B002"),
        ("单位名称", "内蒙古科技大学", "T003"),
        ("所在地区", "山西省大同市", "T003"),
        ("项目拟总投入金额", "待定", "F010"),
    ],
)
def test_what_an_enterprise_may_get_wrong(name: str, value: str, code: str) -> None:
    assert told(enterprise({name: value})) == [(code, name)]


@pytest.mark.parametrize("place", ["伊金霍洛旗", "赤峰市宁城县", "呼市赛罕区", "内蒙古"])
def test_a_place_of_the_region_by_any_of_its_names(place: str) -> None:
    assert told(enterprise({"所在地区": place})) == []


def test_a_long_cell_has_its_limit() -> None:
    heading = next(iter(LONG_CELLS))
    assert told(enterprise(cells={heading: "字" * 1000})) == []
    assert told(enterprise(cells={heading: "字" * 1001})) == [("F022", "需求背景")]
    assert told(enterprise(cells={heading: ""})) == [("F021", "需求背景")]


def test_after_the_batch_it_counts_for_the_next() -> None:
    content = enterprise_form(ENTERPRISE_FORM, LONG_CELLS)
    assert told(found_in("nm-jbgs-2021", content, datetime(2021, 8, 31, tzinfo=CHINA))) == [("D003", "收到时间")]


PROPOSAL = {
    "项目名称": "草原乳品益生菌发酵剂国产化",
    "项目类型": "关键技术类",
    "所属领域": "绿色农牧",
    "项目申报人": "王教授",
    "申报单位": "上海交通大学",
    "联系电话": "021-55500000",
    "合作单位": "内蒙古草原乳业有限公司",
}
PROPOSAL_SECTIONS = {
    "立项依据": "内蒙古草原乳业有限公司提出发酵剂国产化的技术需求。",
    "研究目标与研究内容": "筛选菌株，开发发酵剂。",
    "考核指标": "筛选菌株3株，建成生产线1条，申请专利2件，发表论文1篇。",
    "研究基础": "保藏菌株300株。",
    "经费预算": "申请经费60万元。",
    "实施周期": "2年。",
}


def proposal(fields: dict[str, str] | None = None, sections: dict[str, str] | None = None) -> list[tuple[str, str]]:
    content = plain_form("项目建议书", PROPOSAL | (fields or {}), PROPOSAL_SECTIONS | (sections or {}))
    return told(found_in("sjtu-kjxm-2024", content, datetime(2024, 6, 1, tzinfo=CHINA)))


def test_a_proposal_in_order() -> None:
    assert proposal() == []


@pytest.mark.parametrize(
    ("fields", "sections", "wanted"),
    [
        ({"项目类型": "基础研究类"}, {}, ("T001", "项目类型")),
        ({"项目类型": "平台建设类"}, {}, ("F011", "项目类型")),
        ({"所属领域": "航空航天"}, {}, ("F011", "所属领域")),
        ({"联系电话": ""}, {}, ("F010", "联系电话")),
        ({}, {"立项依据": "区内发酵剂依赖进口，亟待国产化。"}, ("F032", "立项依据")),
        ({}, {"考核指标": "发表SCI论文5篇。在核心期刊发表论文3篇。"}, ("T005", "考核指标")),
        ({}, {"经费预算": "按实际需要安排。"}, ("B001", "经费预算")),
    ],
)
def test_what_a_proposal_may_get_wrong(fields, sections, wanted) -> None:
    assert proposal(fields, sections) == [wanted]


BREAKTHROUGH = {
    "需求类型": "科技“突围”",
    "所属领域": "储能与新型电力系统",
    "申报单位": "鄂尔多斯市草原储能有限公司",
    "归口管理部门": "鄂尔多斯市科学技术局",
    "创新需求名称": "跨季节热化学储能系统研制",
}


@pytest.mark.parametrize(
    ("applicant", "money", "wanted"),
    [
        ("鄂尔多斯市草原储能有限公司", "申请财政专项资金800万元，企业自筹配套资金800万元。", []),
        ("鄂尔多斯应用技术学院", "申请财政专项资金800万元，自筹配套资金799万元。", [("B003", "资金需求")]),
        ("鄂尔多斯市草原储能有限公司", "申请财政专项资金1200万元，企业自筹配套资金1200万元。", [("B002", "资金需求")]),
    ],
)
def test_matching_of_one_to_one(applicant: str, money: str, wanted: list[tuple[str, str]]) -> None:
    names = [s.name for s in load_pack("ordos-tuwei-2025").sections]
    texts = dict.fromkeys(names, "研制储能系统。") | {
        "考核指标": "效率达到90%。" * 60,
        "资金需求": money,
        "实施周期": "3年。",
    }
    content = plain_form("科技创新需求", BREAKTHROUGH | {"申报单位": applicant}, texts)
    assert told(found_in("ordos-tuwei-2025", content, datetime(2025, 6, 1, tzinfo=CHINA))) == wanted
