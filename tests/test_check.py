"""One letter by itself: what it is, what lies in it, whose it is, and what is kept back of a secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_cases.given import (
    BAOTOU,
    CHINA,
    DEADLINE,
    PACK,
    UNIVERSITY,
    context,
    document,
    form,
    form_file,
    letter,
    link,
    pack,
    table_file,
)

from intake.model import Authentication, Document, Kind, Letter, Problem, Submission, Trouble
from rules.check import Context, check
from rules.model import SECRET_NAME, Checked, Request, Severity, Unit
from rules.packs.call import CallPack
from rules.senders import find_sender, names_unit, unit_named

STRANGER = "someone@example.org"


def checked(*documents: Document, mail: Letter | None = None, at: Context | None = None) -> Checked:
    return check(Submission(mail or letter(), documents), (PACK,), at or context())


def codes(of: Checked) -> set[str]:
    return {f.code for f in of.findings} | {f.code for item in of.items for f in item.findings}


# ------------------------------------------------------------------ what a letter is


def test_a_form_in_order_is_a_submission_without_findings() -> None:
    found = checked(form_file())
    assert found.kind == "submission"
    assert found.unit == BAOTOU
    assert found.call == PACK.id
    assert [item.name for item in found.items] == ["宽功率波动电解水制氢装备研制"]
    assert codes(found) == set()


@pytest.mark.parametrize(
    ("mail", "code", "question"),
    [
        (letter(automatic="自动回复"), "M001", False),
        (letter("zhengji@example.cn"), "M001", False),
        (letter(subject="回复：受理通知", own_words="收到，谢谢！"), "M002", False),
        (letter(subject="咨询", own_words="请问汇总表可以后补吗？"), "M002", True),
        (letter(subject="关于撤回需求的申请", own_words="我局不再申报 GX2027-0001。"), "M002", True),
        (letter(subject="", own_words="撤回 GX2027-0001"), "M002", True),
        (letter(STRANGER, own_words="请问如何报送？"), "M002", False),
        (letter(subject="咨询", own_words="如何报送？", authentication=Authentication.FAILED), "M002", False),
    ],
)
def test_letters_with_nothing_to_judge_are_ignored(mail: Letter, code: str, question: bool) -> None:
    found = checked(mail=mail)
    assert found.kind == "ignored"
    assert [f.code for f in found.findings] == [code]
    assert found.question is question
    assert found.items == ()


def test_an_automatic_letter_is_ignored_even_with_a_form() -> None:
    assert checked(form_file(), mail=letter(automatic="自动回复")).kind == "ignored"


def test_a_stranger_with_a_form_is_held_and_belongs_to_no_unit() -> None:
    found = checked(form_file(), mail=letter(STRANGER))
    assert codes(found) == {"A001"}
    assert found.unit is None
    assert found.isolated
    assert len(found.items) == 1


def test_without_a_register_nothing_is_said_about_the_sender() -> None:
    mail = letter(STRANGER, authentication=Authentication.FAILED)
    found = checked(form_file(), mail=mail, at=context(register_known=False))
    assert codes(found) == set()
    assert found.unit is None


def test_a_file_that_came_by_no_mail_is_judged_by_its_content() -> None:
    found = checked(form_file(), mail=Letter(()), at=context(register_known=False))
    assert found.kind == "submission"
    assert codes(found) == set()


def test_late_letters_are_refused_with_all_their_items() -> None:
    undated = letter(date=None)
    found = checked(form_file(), mail=undated, at=context(DEADLINE))
    assert [(f.code, f.severity) for f in found.findings] == [("D001", Severity.REFUSE)]
    assert codes(checked(form_file(), mail=undated, at=context(DEADLINE - timedelta(seconds=1)))) == set()


def test_a_good_form_beside_a_damaged_one_stays_good() -> None:
    found = checked(form_file(), document("需求2.docx", Kind.UNREADABLE, Problem.DAMAGED))
    assert [(f.code, f.document) for f in found.findings] == [("F003", "需求2.docx")]
    assert found.items[0].findings == ()


def test_our_own_failure_is_not_put_on_the_sender() -> None:
    broken = replace(document("a.doc", Kind.UNREADABLE), troubles=(Trouble(Problem.NO_CONVERTER, "没有 LibreOffice"),))
    found = checked(broken)
    assert codes(found) == set()
    assert found.own_failures == ("「a.doc」需要转换程序才能读取，本机没有可用的：没有 LibreOffice",)


def test_pictures_of_the_body_are_no_files() -> None:
    assert checked(document("image001.png", inline=True), mail=letter(subject="", own_words="谢谢")).kind == "ignored"


def test_a_cloud_link_from_a_unit_is_told() -> None:
    assert codes(checked(mail=letter(cloud_links=(link(),)))) == {"F005"}


# ------------------------------------------------------------------ demands of a letter


def test_the_same_demand_twice_is_one_item() -> None:
    found = checked(form_file("需求.docx"), form_file("需求.doc"))
    assert [item.document for item in found.items] == ["需求.docx"]


def test_of_two_differing_copies_the_last_counts() -> None:
    mended = form({"创新需求名称": "宽功率波动电解水制氢装备研制（修订）"}, {"背景及需求": 200})
    found = checked(form_file("旧.docx", form(sections={"背景及需求": "旧"})), form_file("新.docx", mended))
    assert [item.document for item in found.items] == ["新.docx"]


def test_several_demands_of_one_document_are_several_items() -> None:
    found = checked(
        form_file("需求.docx", form(), form({"创新需求名称": "露天矿无人运输"}), form({"创新需求名称": ""}))
    )
    assert [item.name for item in found.items] == ["宽功率波动电解水制氢装备研制", "露天矿无人运输", ""]


def test_demands_without_a_name_are_not_the_same() -> None:
    nameless = form({"创新需求名称": ""})
    assert len(checked(form_file("a.docx", nameless), form_file("b.docx", nameless)).items) == 2


# ------------------------------------------------------------------ several calls


def other_call() -> CallPack:
    return pack(id="other-2030", prefix="OT2030", short="另一个征集", recommended=False, deadline=None)


def test_the_form_decides_which_call_a_letter_belongs_to() -> None:
    whole = replace(form(), call="other-2030")
    mail = letter(STRANGER, date=None)
    found = check(Submission(mail, (form_file("a.docx", whole),)), (PACK, other_call()), context(DEADLINE))
    assert found.call == "other-2030"
    assert codes(found) == set()


def test_a_form_of_no_open_call_names_those_that_are() -> None:
    found = check(Submission(letter(), (document("其他.docx"),)), (PACK, other_call()), context())
    assert found.findings[0].code == "F006"
    assert PACK.short in found.findings[0].message
    assert "另一个征集" in found.findings[0].message


# ------------------------------------------------------------------ secrets


def test_nothing_of_a_secret_letter_goes_on() -> None:
    secret = replace(
        form_file("某型装备.docx", form(sections={"背景及需求": 999})), troubles=(Trouble(Problem.SECRET),)
    )
    found = checked(
        secret, document("附件二.docx", Kind.UNREADABLE, Problem.DAMAGED), mail=letter(date=None), at=context(DEADLINE)
    )
    assert found.secret
    assert {f.code for f in found.findings} == {"S001", "D001"}
    assert [(i.name, dict(i.form.fields), dict(i.form.sections), i.findings) for i in found.items] == [
        (SECRET_NAME, {}, {}, ())
    ]
    told = "".join(f.where + f.message + f.fix + f.document for f in found.findings)
    assert "某型" not in told
    assert "附件二" not in told


def test_the_owner_of_a_secret_file_is_told_which_it_is() -> None:
    secret = document("某型装备.docx", Kind.OTHER, Problem.SECRET)
    found = checked(secret, form_file(), mail=Letter(()), at=context(register_known=False))
    assert [(f.code, f.where, f.document) for f in found.findings] == [("S001", "某型装备.docx", "某型装备.docx")]


def test_a_strangers_secret_is_not_ignored() -> None:
    found = checked(document("a.docx", Kind.OTHER, Problem.SECRET), mail=letter(STRANGER))
    assert found.kind == "submission"
    assert codes(found) == {"A001", "S001"}


# ------------------------------------------------------------------ requests

SHAPES = ("{}", "Re: {}", "回复：{}", "RE:Re：{}", "转发: {}", " 【{}】", "［{}］", "（{}）", "　{}", "Fwd: 「{}」")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["查询", "撤回", "恢复", "预检"])
def test_requests_in_every_shape(shape: str, kind: str) -> None:
    found = checked(mail=letter(subject=shape.format(f"{kind} GX2027-0001")))
    assert found.kind == "request"
    assert found.request == Request(kind, ("GX2027-0001",))


@pytest.mark.parametrize(
    ("subject", "items"),
    [
        ("撤回 GX2027-0001", ("GX2027-0001",)),
        ("撤回GX2027-0001、GX2027-0003", ("GX2027-0001", "GX2027-0003")),
        ("撤回：gx2027－０００１，0002和0003", ("GX2027-0001", "GX2027-0002", "GX2027-0003")),
        ("撤回 GX2027—0001 GX2027-0001", ("GX2027-0001",)),
        ("【撤回】GX20270012", ("GX2027-0012",)),
        ("撤回 GX2027-0001 2026年6月1日", ("GX2027-0001",)),
        ("撤回 XX2027-0001", ()),
        ("撤回 GX2027-0001至0003", ("GX2027-0001", "GX2027-0002", "GX2027-0003")),
        ("撤回 GX2027-0008 ~ GX2027-0010", ("GX2027-0008", "GX2027-0009", "GX2027-0010")),
        ("撤回 GX2027-0001 - 2026-06-01", ("GX2027-0001",)),
        ("撤回GX2027-0001/0002", ("GX2027-0001", "GX2027-0002")),
        ("撤回 0001、0002", ("GX2027-0001", "GX2027-0002")),
        ("撤 回：第0012号", ("GX2027-0012",)),
        ("撤回 2027年需求", ()),
        ("申请撤回 GX2027-0001", ("GX2027-0001",)),
        ("关于撤回GX2027-0001的函", ("GX2027-0001",)),
        ("回复：撤销 GX2027-0001", ("GX2027-0001",)),
    ],
)
def test_numbers_in_a_request(subject: str, items: tuple[str, ...]) -> None:
    assert checked(mail=letter(subject=subject)).request == Request("撤回", items)


@given(
    st.lists(st.integers(1, 9999), min_size=1, max_size=6, unique=True), st.sampled_from(["、", "，", " ", "；", "和"])
)
@settings(deadline=None, max_examples=60)
def test_any_list_of_numbers_is_read_back(numbers: list[int], between: str) -> None:
    wanted = tuple(f"GX2027-{n:04d}" for n in numbers)
    found = checked(mail=letter(subject=f"撤回 {between.join(wanted)}"))
    assert found.request == Request("撤回", wanted)


@pytest.mark.parametrize(
    "subject", ["关于查询的函", "Re: 【查询结果】GX2027", "预检测技术攻关需求", "恢复力评价", "报送需求（撤回旧版）"]
)
def test_what_is_no_request(subject: str) -> None:
    assert checked(form_file(), mail=letter(subject=subject)).kind == "submission"


@pytest.mark.parametrize("subject", ["关于撤回的咨询", "申请撤回一项需求", "撤销"])
def test_politely_without_a_number_is_no_request(subject: str) -> None:
    assert checked(form_file(), mail=letter(subject=subject)).kind == "submission"


@pytest.mark.parametrize(
    ("subject", "kind"),
    [("查詢", "查询"), ("查 询", "查询"), ("預檢", "预检"), ("恢復 0001", "恢复"), ("请预检", "预检")],
)
def test_the_words_as_people_also_write_them(subject: str, kind: str) -> None:
    request = checked(mail=letter(subject=subject)).request
    assert request is not None
    assert request.kind == kind


def test_a_number_tells_which_call_is_meant() -> None:
    other = replace(PACK, id="other", prefix="QT2027")
    found = check(Submission(letter(subject="撤回 QT2027-0004"), ()), (PACK, other), context())
    assert (found.call, found.request) == ("other", Request("撤回", ("QT2027-0004",)))


def test_a_strangers_request_is_a_letter_with_nothing_to_judge() -> None:
    assert checked(mail=letter(STRANGER, subject="查询")).kind == "ignored"


def test_a_forged_request_is_recognised_with_its_forgery() -> None:
    found = checked(mail=letter(subject="撤回 GX2027-0001", authentication=Authentication.FAILED))
    assert found.kind == "request"
    assert codes(found) == {"A002"}


def test_a_trial_is_checked_like_a_submission() -> None:
    found = checked(form_file("a.docx", form({"申报单位": ""})), mail=letter(subject="预检：创新需求"))
    assert found.kind == "request"
    assert codes(found) == {"F010"}
    assert codes(checked(mail=letter(subject="预检"))) == {"F001"}


def test_forms_under_another_request_are_not_lost() -> None:
    assert checked(form_file(), mail=letter(subject="Re: 查询")).kind == "submission"
    assert checked(form_file(), mail=letter(subject="撤回说明及重新报送")).kind == "submission"


# ------------------------------------------------------------------ whose it is


def test_an_exact_address_wins_over_a_domain() -> None:
    domain = Unit("包头市能源局", domains=("baotou.example.cn",))
    assert find_sender("KJJ@baotou.example.cn", (domain, BAOTOU)).units == (BAOTOU,)
    by_domain = find_sender("x@baotou.example.cn", (domain, BAOTOU))
    assert (by_domain.units, by_domain.by_domain) == ((domain,), True)
    assert not find_sender("x@sub.baotou.example.cn", (domain, BAOTOU)).registered
    assert not find_sender("", (domain, BAOTOU)).registered


def test_of_several_units_the_form_chooses() -> None:
    shared = replace(UNIVERSITY, addresses=BAOTOU.addresses)
    wanted = form({"归口管理部门": "内蒙古科技大学（盖章）"})
    found = checked(form_file("a.docx", wanted), at=replace(context(), units=(BAOTOU, shared)))
    assert found.unit == shared
    assert codes(found) == set()
    by_table = checked(table_file(unit="内蒙古科技大学"), at=replace(context(), units=(BAOTOU, shared)))
    assert by_table.unit == shared


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("包头市科技局", "包头市科学技术局"),
        ("包头科技局", "包头市科学技术局"),
        ("包头市科学技术局（盖章）", "包头市科学技术局"),
        ("锡林郭勒盟科技局", "锡林郭勒盟科学技术局"),
        ("自治区工信厅", "内蒙古自治区工业和信息化厅"),
        ("内蒙古工业和信息化厅", "内蒙古自治区工业和信息化厅"),
        ("自治区国资委", "内蒙古自治区人民政府国有资产监督管理委员会"),
        ("满洲里市工业和信息化科技局", "满洲里市工信和科技局"),
        ("包头医学院", "内蒙古科技大学包头医学院"),
        ("赤峰大学", "赤峰学院"),
        ("北疆工业大学", "北疆工业大学（样例）"),
        ("草原电力集团", "草原电力（集团）有限责任公司"),
        ("昆都仑区科技局、包头市科技局", "包头市科学技术局"),
    ],
)
def test_units_by_the_names_people_use(text: str, unit: str) -> None:
    assert names_unit(text, Unit(unit), PACK.alias_keys)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("赤峰市科学技术局", "包头市科学技术局"),
        ("内蒙古科技大学包头医学院", "内蒙古科技大学"),
        ("内蒙古科技大学", "内蒙古科技大学包头医学院"),
        ("内蒙古大学", "内蒙古农业大学"),
        ("", "包头市科学技术局"),
    ],
)
def test_units_that_only_look_alike(text: str, unit: str) -> None:
    assert not names_unit(text, Unit(unit), PACK.alias_keys)


def test_every_unit_of_the_call_is_found_by_its_own_name_alone() -> None:
    units = [Unit(name, category) for name, category, _ in PACK.units]
    for unit in units:
        assert unit_named(unit.name, units, PACK.alias_keys) == unit


def test_every_alias_of_the_call_leads_to_its_unit() -> None:
    units = {name: Unit(name) for name, _, _ in PACK.units}
    for alias, name in PACK.unit_aliases.items():
        assert names_unit(alias, units.get(name, Unit(name)), PACK.alias_keys), alias


def test_a_date_far_off_is_noted_but_never_told() -> None:
    found = checked(form_file(), mail=letter(date=datetime(2026, 5, 20, tzinfo=CHINA)))
    assert [(f.code, f.told) for f in found.findings] == [("D002", False)]
