"""A call from its pack: every value with its sentence, the officers' settings over it, and errors that help."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_cases.given import form

from rules.packs.build import read_deadline
from rules.packs.call import DRAFTED, PackError
from rules.packs.describe import describe, validate
from rules.packs.pack import load_pack, shipped_packs
from rules.packs.schema import check_pack

CALLS = Path(__file__).parent.parent / "rules" / "calls"
CALL = "nm-gxjs-2027"
CHINA = timezone(timedelta(hours=8))
MINIMAL = """
id = "test-2030"
prefix = { value = "T2030", source = "拟定" }
title = { value = "征集通知", source = "关于征集的通知" }
short = { value = "征集", source = "拟定" }
item_word = { value = "需求", source = "拟定" }
office = { value = "高新处", source = "高新处" }
deadline = { value = "", source = "拟定" }
deadline_words = { value = "", source = "拟定" }
grace_hours = { value = 0, source = "拟定" }
mailbox = { value = "", source = "拟定" }
contact = { value = "", source = "拟定" }
recommended = { value = false, source = "拟定" }
[form]
titles = ["需求表"]
name_field = "名称"
applicant_field = "单位"
source = "需求表"
[[field]]
name = "名称"
source = "名称"
[[field]]
name = "单位"
source = "单位"
[[section]]
name = "背景"
max_words = 300
source = "背景（限300字）"
"""


def written(folder: Path, text: str) -> str:
    path = folder / "call.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("call", shipped_packs())
def test_shipped_packs_are_of_the_strict_form(call: str) -> None:
    raw = tomllib.loads((CALLS / f"{call}.toml").read_text(encoding="utf-8"))
    check_pack(raw, f"{call}.toml")
    assert load_pack(call).id == call


def test_the_2027_call_says_what_the_notice_says() -> None:
    pack = load_pack(CALL)
    assert pack.deadline == datetime(2026, 7, 1, tzinfo=CHINA)
    assert pack.prefix == "GX2027"
    assert pack.recommended
    assert [(q.category, q.limit) for q in pack.quotas[:5]] == [
        ("呼包鄂", 30),
        ("盟市", 25),
        ("自治区部门", 25),
        ("高等院校", 20),
        ("科研院所", 20),
    ]
    limits = {s.name: (s.min_words, s.max_words) for s in pack.sections}
    assert limits["背景及需求"] == (None, 300)
    assert limits["拟突破的关键技术和先进性"] == (None, 100)
    assert limits["考核指标"] == (300, None)
    assert limits["经济社会效益"] == (None, 200)
    assert limits["研发基础"] == (None, None)
    assert pack.amount
    assert (pack.amount.minimum, pack.amount.maximum) == (Decimal(500), Decimal(1000))
    subjects = pack.field_named("所属领域")
    assert subjects
    assert len(subjects.choices) == 10
    assert len(pack.units) == 185
    assert pack.unit_aliases["包头市科技局"] == "包头市科学技术局"


@pytest.mark.parametrize(
    ("category", "limit"), [("高校", 20), ("部门", 25), ("园区", None), ("中央驻区企事业单位", None)]
)
def test_quota_by_another_word(category: str, limit: int | None) -> None:
    quota = load_pack(CALL).quota(category)
    assert quota
    assert quota.limit == limit


def test_what_the_notice_does_not_say_is_marked_open() -> None:
    pack = load_pack(CALL)
    drafted = {term.place for term in pack.terms if term.source == DRAFTED}
    assert {"grace_hours", "prefix", "quota.园区"} <= drafted
    assert len(validate(pack)) == len([t for t in pack.terms if t.drafted])
    assert pack.unset() == ()


@pytest.mark.parametrize(
    ("call", "unset", "recommended", "amount", "ratio", "months"),
    [
        ("nm-gxjs-2027", (), True, (500, 1000), 2, (24, 36)),
        ("sjtu-kjxm-2024", (), False, (None, None), None, (None, None)),
        ("nm-jbgs-2021", ("mailbox",), False, (500, None), None, (None, 36)),
        ("ordos-tuwei-2025", ("deadline", "mailbox"), False, (500, 1000), 1, (None, None)),
    ],
)
def test_what_differs_between_the_calls(call, unset, recommended, amount, ratio, months) -> None:
    pack = load_pack(call)
    assert pack.unset() == unset
    assert pack.recommended is recommended
    assert pack.amount
    assert (pack.amount.minimum, pack.amount.maximum) == amount
    assert (pack.matching.ratio if pack.matching else None) == ratio
    assert pack.period
    assert (pack.period.minimum, pack.period.maximum) == months
    assert bool(pack.summary) is bool(pack.quotas) is recommended
    assert "{" not in describe(pack)


def test_settings_replace_and_are_marked() -> None:
    pack = load_pack(
        CALL,
        {
            "deadline": "2026-07-05",
            "grace_hours": 4,
            "quota": {"园区": 5},
            "amount_wan": {"max": 1200},
            "months": {"max": 48},
            "matching_ratio": 1,
            "sections": {"背景及需求": {"max": 350}},
        },
    )
    assert pack.deadline == datetime(2026, 7, 6, tzinfo=CHINA)
    assert pack.deadline_words == "2026年7月5日"
    assert pack.grace_hours == 4
    assert pack.amount
    assert (pack.amount.minimum, pack.amount.maximum) == (500, 1200)
    assert pack.period
    assert pack.period.maximum == 48
    assert pack.matching
    assert pack.matching.ratio == 1
    section = pack.section_named("背景及需求")
    assert section
    assert section.max_words == 350
    assert {t.place for t in pack.terms if t.by_officers} == {
        "deadline",
        "grace_hours",
        "quota.园区",
        "amount",
        "period",
        "matching",
        "section.背景及需求",
    }
    assert "2026年7月5日 24:00（以邮件服务器收到的时间为准，该时刻及以后为逾期）【处室设定】" in describe(pack)


def test_the_hash_follows_pack_and_settings() -> None:
    same, again, moved = load_pack(CALL), load_pack(CALL, {}), load_pack(CALL, {"grace_hours": 1})
    assert same.hash == again.hash
    assert same.hash != moved.hash
    assert len(same.hash) == 64


@pytest.mark.parametrize(
    ("wrong", "place", "cure"),
    [
        ({"deadlin": "2026-07-05"}, '[call."nm-gxjs-2027"].deadlin', "是否为 deadline"),
        ({"deadline": "下周五"}, '[call."nm-gxjs-2027"].deadline', "2026-06-30"),
        ({"grace_hours": "四"}, '[call."nm-gxjs-2027"].grace_hours', "应为整数"),
        ({"grace_hours": -1}, '[call."nm-gxjs-2027"].grace_hours', "数字过小"),
        ({"quota": {"县区": 3}}, '[call."nm-gxjs-2027"].quota.县区', "呼包鄂"),
        ({"sections": {"背景": {"max": 3}}}, '[call."nm-gxjs-2027"].sections.背景', "背景及需求"),
        ({"amount_wan": {"maximum": 3}}, '[call."nm-gxjs-2027"].amount_wan.maximum', "没有这一项"),
    ],
)
def test_a_wrong_setting_is_named_with_its_cure(wrong: dict[str, object], place: str, cure: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(CALL, wrong)
    line = str(caught.value)
    assert line.startswith("zhengji.toml：")
    assert place in line
    assert cure in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "背景"', 'nam = "背景"', "section.第1项"),
        ("max_words = 300", 'max_words = "300"', "section.第1项.max_words：应为整数"),
        ('name_field = "名称"', 'name_field = "题目"', "form.name_field：“题目”不在"),
        ('source = "背景（限300字）"', 'source = ""', "section.第1项.source：不能为空"),
        ('prefix = { value = "T2030", source = "拟定" }', "", "prefix：缺少此项"),
        ('id = "test-2030"', 'id = "test-2030', "第2行"),
        ('value = "", source = "拟定" }\ndeadline_words', 'value = "月底", source = "拟定" }\ndeadline_words', "月底"),
    ],
)
def test_a_wrong_pack_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in MINIMAL
    with pytest.raises(PackError, match=r"^call\.toml：") as caught:
        load_pack(written(tmp_path, MINIMAL.replace(old, new, 1)))
    assert said in str(caught.value)


def test_an_unknown_call_names_those_there_are() -> None:
    with pytest.raises(PackError, match=CALL):
        load_pack("nm-gxjs-2028")


def test_a_pack_without_deadline_and_mailbox_cannot_run_yet(tmp_path: Path) -> None:
    path = written(tmp_path, MINIMAL)
    assert load_pack(path).unset() == ("deadline", "mailbox")
    assert validate(load_pack(path))[0].startswith("截止时间：尚未设定")
    assert load_pack(path, {"deadline": "2030-01-31", "mailbox": "a@example.cn"}).unset() == ()
    with pytest.raises(PackError, match="没有这方面的要求"):
        load_pack(path, {"matching_ratio": 2})


def test_terms_that_cannot_both_hold_are_an_open_point(tmp_path: Path) -> None:
    pack = load_pack(written(tmp_path, MINIMAL.replace("max_words = 300", "max_words = 300\nmin_words = 400")))
    assert any("下限 400 大于上限 300" in point for point in validate(pack))


@pytest.mark.parametrize(
    ("written_as", "at"),
    [
        ("2026-06-30T24:00:00+08:00", datetime(2026, 7, 1, tzinfo=CHINA)),
        ("2026-06-30", datetime(2026, 7, 1, tzinfo=CHINA)),
        ("2026-06-30T17:30", datetime(2026, 6, 30, 17, 30, tzinfo=CHINA)),
        ("2026-06-30T09:30:00Z", datetime(2026, 6, 30, 17, 30, tzinfo=CHINA)),
        (date(2026, 12, 31), datetime(2027, 1, 1, tzinfo=CHINA)),
        ("", None),
    ],
)
def test_deadlines(written_as: object, at: datetime | None) -> None:
    assert read_deadline(written_as, "x.toml", "deadline") == at


@given(st.dates(date(2000, 1, 1), date(2099, 12, 30)))
@settings(deadline=None, max_examples=50)
def test_a_day_runs_to_its_24th_hour(day: date) -> None:
    at = read_deadline(day.isoformat(), "x.toml", "deadline")
    assert at == read_deadline(f"{day}T24:00:00+08:00", "x.toml", "deadline")
    assert at
    assert at - timedelta(seconds=1) == datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=CHINA)


def test_an_officer_can_sign_the_page() -> None:
    page = describe(load_pack(CALL))
    for words in ("不超过 300 字（含本数）", "呼包鄂", "500—1000 万元", "稀土", "【拟定】", "待确认事项", "核定人"):
        assert words in page
    assert "依据：自治区财政专项资金支持500-1000万元" in page
    assert "{" not in page


def test_the_page_says_what_leads_to_which_conclusion_in_this_call() -> None:
    page = describe(load_pack(CALL))
    assert "不予受理：逾期（D001）、不在征集范围内（T001）" in page
    assert "（C001）" in page
    open_all_year = describe(load_pack("nm-jbgs-2021"))
    assert "不予受理：（无）" in open_all_year
    assert "（C001）" not in open_all_year


def test_a_form_is_read_through_its_call() -> None:
    pack = load_pack(CALL)
    assert pack.name_of(form()) == "宽功率波动电解水制氢装备研制"
    assert next(spec.name for _, spec in pack.sections_of(form(sections={"背景及需求": None}))) == "研究目标及研究内容"
