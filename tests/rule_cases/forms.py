"""Cases of F010–F025: fields and sections."""

from __future__ import annotations

from dataclasses import replace

from intake.model import Section
from rule_cases import Case
from rule_cases.given import PACK, form, pack
from rules.packs.call import Choice, FieldSpec, SectionSpec

TICKED = replace(
    PACK,
    fields=(
        FieldSpec("技术攻关领域", True, (Choice("能源资源"), Choice("生态环境"), Choice("其他")), checkboxes=True),
        FieldSpec("社会信用代码", True, format="uscc"),
    ),
)


def ticks(value: str, code: str = "91350100M000100Y43") -> tuple[object, ...]:
    return form({"技术攻关领域": value, "社会信用代码": code}), TICKED


def at_place(name: str, order: int) -> Section:
    return Section(name, name, "内容", 100 if name != "考核指标" else 300, order=order)


CASES = (
    Case("F010", "every field is filled", (), (form(), PACK)),
    Case("F010", "a blank field", ("申报单位",), (form({"申报单位": " 　"}), PACK), ("未填写",)),
    Case("F010", "a field left out", ("所属领域",), (form({"所属领域": None}), PACK), ("没有「所属领域」一栏",)),
    Case(
        "F010",
        "two blank fields are two",
        ("申报单位", "创新需求名称"),
        (form({"申报单位": "", "创新需求名称": ""}), PACK),
    ),
    Case("F010", "a stroke is blank", ("申报单位",), (form({"申报单位": "／"}), PACK), ("等同未填写",)),
    Case("F010", "无 is blank", ("归口管理部门",), (form({"归口管理部门": "无"}), PACK)),
    Case("F010", "待定 is blank", ("创新需求名称",), (form({"创新需求名称": "（待定）"}), PACK)),
    Case("F010", "only a line to write on", ("申报单位",), (form({"申报单位": "________"}), PACK)),
    Case("F010", "a name with 无 in it is none", (), (form({"创新需求名称": "无人矿卡编队运输"}), PACK)),
    Case("F010", "no box is ticked", ("技术攻关领域",), ticks("")),
    Case("F011", "the programme asked for", (), (form(), PACK)),
    Case("F011", "the programme in full width and brackets", (), (form({"需求类型": "（科技重大专项）"}), PACK)),
    Case("F011", "another programme", ("需求类型",), (form({"需求类型": "重点研发计划"}), PACK), ("重点研发计划",)),
    Case("F011", "a blank one is F010", (), (form({"需求类型": ""}), PACK)),
    Case("F011", "another field of research is T002", (), (form({"所属领域": "生物医药领域"}), PACK)),
    Case("F011", "one box ticked", (), ticks("生态环境")),
    Case("F011", "two boxes where one may be", ("技术攻关领域",), ticks("能源资源、其他"), ("勾选了多项",)),
    Case("F011", "a code with a wrong check digit", ("社会信用代码",), ticks("其他", "91350100M000100Y4Z")),
    Case("F011", "a code in full width", (), ticks("其他", "９１３５０１００Ｍ０００１００Ｙ４３")),
    Case("F020", "every section is there", (), (form(), PACK)),
    Case("F020", "a section left out", ("经济社会效益",), (form(sections={"经济社会效益": None}), PACK)),
    Case("F020", "an empty one is F021", (), (form(sections={"研发基础": ""}), PACK)),
    Case("F020", "one that need not be there", (), (form(), pack(sections=(SectionSpec("附件", required=False),)))),
    Case("F021", "every section is filled", (), (form(), PACK)),
    Case("F021", "an empty section", ("研发基础",), (form(sections={"研发基础": " \n　"}), PACK)),
    Case("F021", "a stroke", ("研发基础",), (form(sections={"研发基础": "/"}), PACK)),
    Case("F021", "无", ("经济社会效益",), (form(sections={"经济社会效益": "无"}), PACK)),
    Case("F021", "待定 for the money is B001", (), (form(sections={"资金需求": "待定", "实施周期": "待定"}), PACK)),
    Case("F022", "one below the limit", (), (form(sections={"背景及需求": 299}), PACK)),
    Case("F022", "exactly 300", (), (form(sections={"背景及需求": 300}), PACK), on_the_limit=True),
    Case("F022", "one too many", ("背景及需求",), (form(sections={"背景及需求": 301}), PACK), ("300", "301", "1 字")),
    Case("F022", "exactly 100", (), (form(sections={"拟突破的关键技术和先进性": 100}), PACK), on_the_limit=True),
    Case(
        "F022",
        "two sections",
        ("拟突破的关键技术和先进性", "经济社会效益"),
        (form(sections={"拟突破的关键技术和先进性": 101, "经济社会效益": 201}), PACK),
    ),
    Case("F022", "no limit is printed", (), (form(sections={"研发基础": 3000}), PACK)),
    Case("F023", "one above the minimum", (), (form(sections={"考核指标": 301}), PACK)),
    Case("F023", "exactly 300", (), (form(sections={"考核指标": 300}), PACK), on_the_limit=True),
    Case("F023", "one too few", ("考核指标",), (form(sections={"考核指标": 299}), PACK), ("300", "299", "1 字")),
    Case("F023", "an empty one is F021", (), (form(sections={"考核指标": ""}), PACK)),
    Case("F024", "in the order of the template", (), (form(), PACK)),
    Case("F024", "one left out is no disorder", (), (form(sections={"背景及需求": None}), PACK)),
    Case(
        "F024",
        "two neighbours changed places",
        ("拟突破的关键技术和先进性",),
        (
            form(
                sections={
                    "拟突破的关键技术和先进性": at_place("拟突破的关键技术和先进性", 3),
                    "考核指标": at_place("考核指标", 2),
                }
            ),
            PACK,
        ),
    ),
    Case(
        "F024",
        "the last one comes first",
        ("实施周期",),
        (form(sections={"实施周期": at_place("实施周期", -1)}), PACK),
    ),
    Case("F025", "no hint", (), (form(), PACK)),
    Case(
        "F025",
        "the hint is a paragraph of its own",
        ("背景及需求",),
        (form(sections={"背景及需求": replace(at_place("背景及需求", 0), hints=1)}), PACK),
    ),
    Case(
        "F025",
        "nothing but the hint is F021",
        (),
        (form(sections={"背景及需求": Section("背景及需求", "", "", 0, hints=1)}), PACK),
    ),
)
