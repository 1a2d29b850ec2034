"""Reading notices: what stands in them is found, what is doubtful says so, and the draft is a pack that loads."""

from __future__ import annotations

import io
import json
import re
import tomllib
from pathlib import Path

import docx
import pytest
from drafts import Measured, invented, measure, shipped, text_of
from hypothesis import given, settings
from hypothesis import strategies as st
from test_calls import plain_form

from cli import main
from intake.model import Limits
from rules.drafting.dates import read_deadline
from rules.drafting.limits import read_words
from rules.drafting.model import Draft
from rules.drafting.money import read_amount, read_matching
from rules.drafting.periods import read_period
from rules.drafting.read import draft_file, draft_of
from rules.drafting.to_json import draft_json
from rules.drafting.to_toml import draft_toml
from rules.packs.describe import validate
from rules.packs.pack import load_pack, undecided
from store.setup.workspace import load_workspace

NAMES = (*invented(), *shipped())
VALUES = (
    "title", "deadline", "mailbox", "phones", "contacts", "fields_allowed", "excluded", "quota", "amount_wan",
    "matching_ratio", "months", "form_fields", "sections", "summary_columns",
)  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), [*invented().items(), *shipped().items()], ids=NAMES)
def test_nine_of_ten_values_are_found_and_none_is_wrong_without_a_doubt(name: str, wanted: dict[str, object]) -> None:
    measured: Measured = measure(name, wanted)
    assert measured.wrong == ()
    assert measured.found >= 0.9 * measured.values


@pytest.mark.parametrize("name", NAMES)
def test_every_value_stands_with_a_sentence_of_the_notice(name: str) -> None:
    told = draft_json(draft_of(text_of(name)))
    assert tuple(told["values"]) == VALUES
    notice = re.sub(r"[\s*]", "", text_of(name))
    for value, held in told["values"].items():
        if held not in (None, [], {}, [None, None]):
            assert value in told["evidence"], value
    for value in told["evidence"]:
        for line in told["evidence"][value].split("\n"):
            assert re.sub(r"[\s|*]", "", line)[:20] in notice.replace("|", ""), value


@pytest.mark.parametrize("name", NAMES)
def test_the_draft_is_a_pack_that_loads_and_says_what_is_open(name: str, tmp_path: Path) -> None:
    draft = draft_of(text_of(name))
    path = tmp_path / "new-call.toml"
    path.write_text(draft_toml(draft, "new-call"), encoding="utf-8")
    pack = load_pack(str(path))
    assert pack.id == "new-call"
    assert (pack.deadline is None) == (not draft.deadline.value)
    assert [s.name for s in pack.sections][: len(draft.form.sections)] == [s.name for s in draft.form.sections]
    assert {q.category: q.limit for q in pack.quotas} == {q.category: q.limit for q in draft.quotas}
    open_ = "\n".join(undecided(str(path)))
    for doubt in draft.doubts():
        if doubt.value not in ("recommended", "stays_open"):
            assert doubt.why[:20] in open_, doubt
    unset = [p for p in validate(pack) if "尚未设定" in p]
    assert len(unset) == (not draft.deadline.value and not draft.stays_open.value) + (not draft.mailbox.value)


def test_a_vague_limit_waits_behind_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    path.write_text(draft_toml(draft_of(text_of("shandong")), "new"), encoding="utf-8")
    pack = load_pack(str(path))
    assert pack.section_named("考核指标").max_words is None
    assert pack.section_named("需求背景").max_words == 500
    assert any("300字左右" in point for point in undecided(str(path)))
    text = path.read_text(encoding="utf-8").replace("# max_words = 300", "max_words = 300")
    path.write_text(text, encoding="utf-8")
    assert load_pack(str(path)).section_named("考核指标").max_words == 300


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("请于11月30日前将电子版发送至邮箱。", "2026-11-30T24:00:00+08:00"),
        ("报送截止时间为2026年11月30日24时。", "2026-11-30T24:00:00+08:00"),
        ("请于11月30日17:30前报送。", "2026-11-30T17:30:00+08:00"),
        ("请于十一月三十日二十四时前报送电子版。", "2026-11-30T24:00:00+08:00"),
        ("请于二〇二六年十一月三十日十七时三十分前报送。", "2026-11-30T17:30:00+08:00"),
        ("征集截止日期：2026-11-30 18:00。", "2026-11-30T18:00:00+08:00"),
        ("申报时间为2026年11月1日至11月30日。", "2026-11-30T24:00:00+08:00"),
        ("请于11月30日（星期一）下午5点半前报送至我处。", "2026-11-30T17:30:00+08:00"),
        ("请于1月15日前报送。", "2027-01-15T24:00:00+08:00"),
        ("请于11月底前报送。", "2026-11-30T24:00:00+08:00"),
        ("本通知自2026年11月30日起施行。", ""),
        ("该办法于2020年3月1日印发。", ""),
        ("系统将于2026年11月30日17时自动关闭。", "2026-11-30T17:00:00+08:00"),
        ("征集长期有效，第一批截止时间为2026年11月30日24时。", "2026-11-30T24:00:00+08:00"),
        ("网上申报截至11月20日；推荐单位请于11月30日前汇总，11月30日18时前发送电子版。", "2026-11-30T18:00:00+08:00"),
    ],
)
def test_deadlines_in_every_notation(sentence: str, wanted: str) -> None:
    assert read_deadline((sentence,), "2026-10-12", "").value == wanted


@pytest.mark.parametrize(
    ("text", "low", "high", "doubtful"),
    [
        ("（300字以内）", None, 300, False),
        ("（不少于300字）", 300, None, False),
        ("（限1000字）", None, 1000, False),
        ("（300—500字）", 300, 500, False),
        ("字数控制在六百字以内", None, 600, False),
        ("（不少于200字，不超过500字）", 200, 500, False),
        ("（300字左右）", None, 300, True),
        ("（原则上不超过800字）", None, 800, True),
        ("（500字）", None, 500, True),
        ("（包括意义和必要性）", None, None, False),
        ("（1,000字以内）", None, 1000, False),
        ("（1.5万字以内）", None, 15000, False),
        ("（简述，<300字）", None, 300, False),
        ("建议方案（不超过300字）", None, 300, False),
    ],
)
def test_limits_in_every_notation(text: str, low: int | None, high: int | None, doubtful: bool) -> None:
    words, doubts = read_words(text)
    assert (words.low, words.high, bool(doubts)) == (low, high, doubtful)


@pytest.mark.parametrize(
    ("sentence", "ratio"),
    [
        ("若由企业牵头，配套资金不低于1:2或1:3。", 2),
        ("自筹资金与财政资金的比例不低于2:1。", 2),
        ("财政资金与企业自筹资金比例不高于1：3。", 3),
        ("项目承担单位按1:1以上配套自筹资金。", 1),
        ("自筹经费不低于申请财政经费的1.5倍。", 1.5),
        ("企业配套资金不低于财政资金的两倍。", 2),
        ("自筹资金不少于项目总投入的50%。", 1),
        ("企业等额配套。", 1),
        ("财政资金支持500万元。", None),
        ("自筹资金与财政资金比例不低于1.5。", 1.5),
        ("企业自筹比例不低于200%。", 2),
        ("自有资金承担的比例不低于悬赏金额的三分之二。", 2),
        ("申请财政资金不得高于自筹资金。", 1),
    ],
)
def test_matching_in_every_notation(sentence: str, ratio: float | None) -> None:
    assert read_matching((sentence,))[0].value == ratio


@pytest.mark.parametrize(
    ("sentence", "low", "high"),
    [
        ("单个项目财政支持资金500—1000万元。", 500, 1000),
        ("每个项目资助不超过300万元。", None, 300),
        ("单项支持额度50万元至100万元。", 50, 100),
        ("项目总投入不低于0.1亿元。", 1000, None),
        ("项目研发总投入1000万元以上。", 1000, None),
        ("财政资金支持额度不低于500万元，不超过3000万元。", 500, 3000),
        ("企业上年度营业收入不低于2000万元。", None, None),
        ("项目经费预算不设限额。", None, None),
        ("支持经费500万～1500万。", 500, 1500),
        ("支持额度一般在1000万元左右，最高不超过2000万元。", None, 2000),
        ("榜单金额不低于1000万元，财政资助不超过榜单金额的30%，最高500万元。", None, 500),
    ],
)
def test_amounts_in_every_notation(sentence: str, low: int | None, high: int | None) -> None:
    found = read_amount((), (sentence,))[0].value
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("sentence", "low", "high", "doubtful"),
    [
        ("实施周期2-3年。", 24, 36, False),
        ("实施周期一般为2-3年。", 24, 36, True),
        ("项目执行期不超过24个月。", None, 24, False),
        ("研发周期原则上为两年。", 24, 24, True),
        ("执行期限为2027年1月至2028年12月。", 24, 24, True),
        ("企业成立满3年。", None, None, False),
        ("项目周期不少于1年，不超过3年。", 12, 36, False),
        ("近3年无失信记录，执行期不超过2年。", None, 24, False),
        ("项目期限最长为五年。", None, 60, False),
    ],
)
def test_periods_in_every_notation(sentence: str, low: int | None, high: int | None, doubtful: bool) -> None:
    found = read_period((sentence,))
    assert (found.value.low, found.value.high, bool(found.doubts)) == (low, high, doubtful)


def word_notice() -> bytes:
    """A notice as a Word file: paragraphs, and an annex that is a table."""
    document = docx.Document()
    for line in text_of("henan").partition("附件\n")[0].splitlines():
        document.add_paragraph(line.strip())
    document.add_paragraph("附件")
    document.add_paragraph("2026年度河南省重大科技专项指南建议表")
    table = document.add_table(0, 4)
    for cells in (("建议名称", "", "建议单位", ""), ("联系人", "", "手机", "")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    for heading in ("一、必要性分析（国内外现状、产业需求，800字以内）", "二、考核指标（500字以内）"):
        row = table.add_row().cells
        row[0].merge(row[3]).text = heading
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_notice_in_word_is_read_as_its_text_is() -> None:
    draft = draft_file("通知.docx", word_notice(), Limits())
    assert isinstance(draft, Draft)
    told, plain = draft_json(draft)["values"], draft_json(draft_of(text_of("henan")))["values"]
    same = [n for n in VALUES if n not in ("form_fields", "sections")]
    assert {n: told[n] for n in same} == {n: plain[n] for n in same}
    assert told["form_fields"] == ["建议名称", "建议单位", "联系人", "手机"]
    assert told["sections"] == {"必要性分析": [None, 800], "考核指标": [None, 500]}


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        st.sampled_from("第一章（）()、，。：:\t\n□附件表1230前月日万元字不超过限项推荐市联系人电话@."), max_size=400
    )
)
def test_whatever_is_no_notice_still_gives_a_pack(text: str) -> None:
    draft = draft_of(text)
    tomllib.loads(draft_toml(draft, "x"))
    json.dumps(draft_json(draft))


def test_from_a_notice_to_a_pack_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notice, pack = tmp_path / "通知.txt", tmp_path / "henan-2026.toml"
    notice.write_text(text_of("henan"), encoding="gb18030")
    main(["calls", "draft", str(notice), "-o", str(pack)])
    assert str(pack) in capsys.readouterr().out
    main(["calls", "validate", str(pack)])
    assert "待定：" in capsys.readouterr().out
    main(["calls", "draft", str(notice), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"version", "values", "evidence", "doubts"}
    assert all(set(d) == {"value", "why"} for d in told["doubts"])
    with pytest.raises(SystemExit) as ended:
        main(["calls", "draft", str(notice), "-o", str(pack)])
    assert ended.value.code == 2
    assert "不会覆盖" in capsys.readouterr().err


def test_a_drafted_call_judges_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack, form = tmp_path / "gansu.toml", tmp_path / "需求.docx"
    pack.write_text(draft_toml(draft_of(text_of("gansu")), "gansu"), encoding="utf-8")
    fields = {
        "需求名称": "镍钴湿法冶炼短流程技术", "技术领域": "有色冶金领域", "提出单位": "甘肃样例镍业有限公司",
        "推荐单位": "金昌市科技局", "联系人及电话": "马国强 0931-8881234",
    }  # fmt: skip
    texts = {s.name: "研究短流程工艺。" for s in load_pack(str(pack)).sections} | {
        "技术指标与考核指标": "回收率达到98%。" * 80,
        "经费概算": "申请省级财政资金500万元，企业配套资金750万元。",
        "进度安排": "实施周期2年。",
    }
    for changed, codes in (
        ({}, []),
        ({"立项背景与意义": "字" * 601}, ["F022"]),
        ({"经费概算": "按需安排。"}, ["B001", "B003"]),
    ):
        form.write_bytes(plain_form("甘肃省科技重大专项技术需求申报书", fields, texts | changed))
        with pytest.raises(SystemExit):
            main(["check", str(form), "--call", str(pack), "--json"])
        (item,) = json.loads(capsys.readouterr().out)["inputs"][0]["items"]
        assert [f["code"] for f in item["findings"]] == codes


@pytest.mark.parametrize(
    ("asked", "own", "codes"),
    [
        ("1500", "2250", []),
        ("1500", "2249", ["B003"]),
        ("999", "3000", ["B002"]),
        ("1500万", "0.3亿元", []),
        ("", "1", ["F010"]),
    ],
)
def test_money_in_fields_of_its_own(
    asked: str, own: str, codes: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, form = tmp_path / "sichuan.toml", tmp_path / "需求.docx"
    pack.write_text(draft_toml(draft_of(text_of("sichuan")), "sichuan"), encoding="utf-8")
    fields = {
        "需求名称": "钒钛磁铁矿高效利用", "所属专项": "钒钛稀土", "提出单位": "样例钒钛有限公司", "单位性质": "企业",
        "联系人": "向阳", "联系电话": "028-86670001", "申请财政经费（万元）": asked, "自筹经费（万元）": own,
    }  # fmt: skip
    names = ("需求背景", "研究内容", "考核指标", "应用前景")
    texts = dict.fromkeys(names, "研究工艺。") | {"考核指标": "回收率达到98%。"}
    form.write_bytes(plain_form("重大科技专项项目需求表", fields, texts))
    with pytest.raises(SystemExit):
        main(["check", str(form), "--call", str(pack), "--json"])
    (item,) = json.loads(capsys.readouterr().out)["inputs"][0]["items"]
    assert [f["code"] for f in item["findings"]] == codes


def test_a_workspace_holds_its_own_copy_of_a_drafted_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGJI_MAIL_PASSWORD", "secret")
    pack = tmp_path / "gansu.toml"
    pack.write_text(draft_toml(draft_of(text_of("gansu")), "gansu"), encoding="utf-8")
    main(["init", str(tmp_path / "desk"), "--call", str(pack)])
    pack.unlink()
    workspace = load_workspace(tmp_path / "desk" / "zhengji.toml")
    assert [p.id for p in workspace.packs] == ["gansu"]
    workspace.check_ready()


@pytest.mark.parametrize(("name", "content"), [("通知.pdf", b"%PDF-1.7"), ("通知.docx", b"PK\x03\x04broken")])
def test_what_cannot_be_read_is_said_in_one_line(
    name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        main(["calls", "draft", str(tmp_path / name)])
    said = capsys.readouterr().err
    assert (ended.value.code, said.count("\n")) == (2, 1)
    assert name in said
