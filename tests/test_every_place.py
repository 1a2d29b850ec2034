"""The other calls, place by place: every field blank, every part missing, empty, at its limit and beyond it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from test_calls import (
    CHINA,
    ENTERPRISE_FORM,
    LONG_CELLS,
    PROPOSAL,
    PROPOSAL_SECTIONS,
    enterprise,
    enterprise_form,
    found_in,
    plain_form,
    proposal,
    told,
)

from cli import main
from rules.packs.pack import load_pack

TABLE, ESSAY = load_pack("nm-jbgs-2021"), load_pack("sjtu-kjxm-2024")
CELLS = tuple(zip(LONG_CELLS, TABLE.sections, strict=True))


def without(cell: str) -> list[tuple[str, str]]:
    cells = {heading: text for heading, text in LONG_CELLS.items() if heading != cell}
    content = enterprise_form(ENTERPRISE_FORM, cells)
    return told(found_in(TABLE.id, content, datetime(2021, 8, 1, tzinfo=CHINA)))


@pytest.mark.parametrize("name", ENTERPRISE_FORM)
def test_each_cell_of_the_table_left_blank(name: str) -> None:
    value = ENTERPRISE_FORM[name]
    blanks = [value.replace("☑", "□").replace("■", "□")] if "□" in value else ["", "/", "待定"]
    for blank in blanks:
        assert told(enterprise({name: blank})) == [("F010", name)]


@pytest.mark.parametrize(("heading", "spec"), CELLS, ids=lambda one: getattr(one, "name", ""))
def test_each_long_cell(heading: str, spec) -> None:
    assert without(heading) == [("F020", spec.name)]
    assert told(enterprise(cells={heading: ""})) == [("F021", spec.name)]
    if spec.max_words is None:
        assert told(enterprise(cells={heading: "字" * 5000})) == []
    else:
        assert told(enterprise(cells={heading: "字" * spec.max_words})) == []
        assert told(enterprise(cells={heading: "字" * (spec.max_words + 1)})) == [("F022", spec.name)]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("项目拟总投入金额", "500万元", []),
        ("项目拟总投入金额", "499.99万元", ["B002"]),
        ("项目拟总投入金额", "0.08亿元", []),
        ("项目拟总投入金额", "若干万元", ["B001"]),
        ("时限要求", "3年", []),
        ("时限要求", "37个月", ["B005"]),
        ("时限要求", "2021年9月至2024年8月", []),
        ("时限要求", "2021年9月至2024年9月", ["B005"]),
        ("时限要求", "2-3年", ["B004"]),
        ("社会信用代码", "91350100M000100Y4", ["F011"]),
        ("经济性质", "□国有  ☑集体  ☑私营  □其他", ["F011"]),
        ("经济性质", "□国有  √集体  □私营  □其他", []),
        ("经济性质", "□国有  □集体√  □私营  □其他", []),
        ("技术攻关领域", "□能源资源  □现代农牧业  □生态环境  ☑其他：水利", []),
        ("技术攻关领域", "☒能源资源  □现代农牧业  □生态环境  □其他", []),
        ("单位名称", "包头市科学技术局", ["T003"]),
        ("所在地区", "内蒙古自治区鄂尔多斯市准格尔旗", []),
    ],
)
def test_what_may_stand_in_a_cell(name: str, value: str, wanted: list[str]) -> None:
    assert told(enterprise({name: value})) == [(code, name) for code in wanted]


@pytest.mark.parametrize("spec", ESSAY.fields, ids=lambda s: s.name)
def test_each_field_of_a_proposal(spec) -> None:
    assert proposal({spec.name: ""}) == ([("F010", spec.name)] if spec.required else [])
    for choice in spec.choices:
        assert proposal({spec.name: choice.name}) == []


@pytest.mark.parametrize("name", PROPOSAL_SECTIONS)
def test_each_part_of_a_proposal(name: str) -> None:
    assert proposal(sections={name: ""}) == [("F021", name)]
    kept = {n: text for n, text in PROPOSAL_SECTIONS.items() if n != name}
    content = plain_form("项目建议书", PROPOSAL, kept)
    assert told(found_in(ESSAY.id, content, datetime(2024, 6, 1, tzinfo=CHINA))) == [("F020", name)]


def test_check_under_a_call_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "需求表.docx"
    path.write_bytes(enterprise_form(ENTERPRISE_FORM | {"邮编": ""}, LONG_CELLS))
    with pytest.raises(SystemExit) as ended:
        main(["check", str(path), "--call", TABLE.id, "--received", "2021-08-30T23:59:59+08:00", "--json"])
    told_ = json.loads(capsys.readouterr().out)
    (item,) = told_["inputs"][0]["items"]
    assert (ended.value.code, told_["call"], item["decision"]) == (1, TABLE.id, "correction")
    assert [f["code"] for f in item["findings"]] == ["F010"]
    assert list(item["sections"]) == [s.name for s in TABLE.sections]
    assert item["fields"]["项目合作方式"] == "委托研发、共建中试、熟化基地"
    assert (item["amount_wan"], item["matching_wan"], item["months"]) == (800.0, None, 24)
