"""Letters as their readers get them: the golden files, who is answered, headers, secrecy, both parts alike.

After a wanted change of wording write the golden files anew with ``ZHENGJI_GOLDEN=write pytest tests/test_letters.py``
and read the diff.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import lxml.html
import pytest
from letter_cases import CASES, OFFICER, RECEIPT, answered, correction, notice, secret
from mails import BEIJING, SENDER
from verdicts import (
    FACTS,
    FORGED,
    MARKED,
    NAMES,
    OWN,
    TOO_LONG,
    UNKNOWN,
    demand,
    finding,
    judged,
    letter,
    state,
)

from replies.alerts import alerts_of, compose_alert
from replies.compose import Owed, compose_answer, owed_letter
from replies.message import plain_line
from replies.notices import Cause
from replies.remarks import Returned
from replies.render import template_names
from rules.model import SECRET_NAME, Change, Judged, Request, Sender, Severity, Unit
from rules.packs.pack import load_pack, shipped_packs

GOLDEN = Path(__file__).parent / "golden"


def words(text: str) -> str:
    return re.sub(r"[\s　※]+", "", text)


# --------------------------------------------------------------------------- golden letters


@pytest.mark.parametrize("name", CASES)
def test_letter_is_the_golden_one(name: str) -> None:
    reply = CASES[name]()
    for ending, made in (("txt", f"Subject: {reply.subject}\n\n{reply.text}"), ("html", reply.html)):
        path = GOLDEN / f"{name}.{ending}"
        if os.environ.get("ZHENGJI_GOLDEN") == "write":
            path.parent.mkdir(exist_ok=True)
            path.write_text(made, encoding="utf-8", newline="\n")
        assert made == path.read_text(encoding="utf-8")


def test_no_golden_letter_is_left_over() -> None:
    assert {p.stem for p in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_html_says_all_that_the_text_says(name: str) -> None:
    reply = CASES[name]()
    shown = words(lxml.html.fromstring(reply.html.encode()).text_content())
    for line in re.split(r"[\n｜]", reply.text):
        told = words(re.sub(r"^[　\s]*\d+\. ", "", line)).strip("─")
        label, _, value = told.partition("：")
        piece = words(re.sub(r"（[A-Z]\d{3}）$|^\[.+?\]", "", told)).strip("（）")
        assert piece in shown or (label in shown and value in shown), line


@pytest.mark.parametrize("name", CASES)
def test_html_needs_nothing_from_outside(name: str) -> None:
    html = CASES[name]().html
    assert not re.search(r"<(script|link|img|style|iframe)|https?://|url\(", html)
    assert "max-width:720px" in html


def test_every_template_can_be_read() -> None:
    assert {"verdict.j2", "secret.j2", "stranger.j2", "skin.txt.j2", "skin.html.j2"} <= set(template_names())


# --------------------------------------------------------------------------- what a correction says


def test_correction_tells_everything_at_once() -> None:
    text = correction().text
    for told in (
        "GX2027-0001", NAMES[0], "内蒙古测试氢能装备有限公司", "800万元", "第1版", "需求1.docx",
        "SHA-256：099a8c4cb3e8",
        "2026年6月1日09:30:12", "需补正", "限 300 字，实有 412 字，超出 112 字", "请将「背景及需求」压缩到 300 字以内",
        "已占用3项，限额30项", "汇总表：尚未收到", "上次3处问题已改正2处", "2026年6月30日24:00前",
        "刘百里、李艳丽 0471-6328607、6328606", "查询", "撤回 GX2027-0001", "恢复 GX2027-0001", "预检",
        "以上仅为电子版形式审查结果，不代表立项或入选指南。请同时于6月30日前将加盖公章的正式文件、汇总表及相关材料报送至"
        "高新技术产业创新处。",
    ):  # fmt: skip
        assert told in text
    assert text.index("【必须修改】", text.index("GX2027-0001")) < text.index("1. 考核指标")


def test_missing_table_is_told_in_the_first_paragraph() -> None:
    first = correction().text.split("\n\n")[2]
    assert "贵单位尚未报送创新需求汇总表。" in first


def test_what_the_sender_may_not_read_is_not_told() -> None:
    hidden = finding("D002", Severity.INFO, "日期", "邮件日期不符", told=False)
    assert "邮件日期不符" not in answered(judged(demand(1, hidden))).text


def test_annotated_files_hang_on_the_letter_while_there_is_room() -> None:
    files = (Returned("甲（批注）.docx", b"x" * 60), Returned("乙（批注）.docx", b"x" * 60))
    reply = answered(judged(demand(1, TOO_LONG)), annotated=files, attachment_bytes=100)
    assert [name for name, _, _ in reply.attachments] == ["甲（批注）.docx"]
    assert "乙（批注）.docx未能随信附上" in reply.text


def test_mending_after_the_deadline_is_not_promised() -> None:
    late = datetime(2026, 7, 2, 9, tzinfo=BEIJING)
    text = answered(judged(demand(1, TOO_LONG), received=late)).text
    assert "报送截止时间（2026年6月30日24:00）已过" in text


def test_an_address_known_by_its_domain_sees_only_what_it_sent() -> None:
    unit = Unit("北疆工业大学", "高校", 20, (), ("example.edu",))
    mail = judged(
        request=Request("查询"), state=state(demand(1, sender="other@example.edu"), demand(2), unit=unit), unit=unit
    )
    sender = Sender(SENDER, (unit,), by_domain=True)
    text = answered(replace(mail, checked=replace(mail.checked, sender=sender))).text
    assert NAMES[1] in text
    assert NAMES[0] not in text


def test_nor_does_it_see_what_its_letter_changes_for_others() -> None:
    unit = Unit("北疆工业大学", "高校", 20, (), ("example.edu",))
    changes = tuple(Change(d, replace(d, findings=(TOO_LONG,))) for d in (demand(1, sender="x@example.edu"), demand(2)))
    mail = judged(unit=unit, state=state(unit=unit), changes=changes)
    text = answered(replace(mail, checked=replace(mail.checked, sender=Sender(SENDER, (unit,), by_domain=True)))).text
    assert [name in text for name in NAMES[:2]] == [False, True]


@pytest.mark.parametrize("call", shipped_packs())
def test_every_call_can_answer(call: str) -> None:
    pack = load_pack(call)
    whole = state(demand(1, TOO_LONG), unit=None)
    mail = judged(demand(1, TOO_LONG), unit=None, state=whole, quota=None)
    reply = answered(mail, pack=pack, contact="")
    assert plain_line(pack.title, 200) in reply.text
    assert ("汇总表：尚未收到" in reply.text) == (pack.summary is not None)
    assert (pack.paper_duty or reply.text) in reply.text
    assert "None" not in reply.text
    assert "：。" not in reply.text


def test_a_call_that_stays_open_asks_for_no_day_that_is_past() -> None:
    pack = load_pack("nm-jbgs-2021")
    text = answered(judged(demand(1, TOO_LONG), unit=None), pack=pack).text
    assert "请尽快将改正后的文件" in text
    assert "8月30日" not in text


# --------------------------------------------------------------------------- who is answered


def stranger(**more: object) -> Judged:
    mail = letter(senders=("someone@example.net",), return_path="someone@example.net")
    return judged(demand(1, UNKNOWN), findings=(UNKNOWN,), unit=None, mail=mail, **more)  # type: ignore[arg-type]


def automatic() -> Judged:
    made = judged()
    return replace(made, checked=replace(made.checked, kind="ignored"))


SILENT = {
    "automatic mail": (automatic(), {}),
    "marked automatic": (judged(mail=letter(automatic="Auto-Submitted")), {}),
    "null sender": (judged(mail=letter(return_path="")), {}),
    "forged": (judged(demand(1), findings=(FORGED,)), {}),
    "forged request": (judged(findings=(FORGED,), request=Request("撤回", ("GX2027-0001",))), {}),
    "no From": (judged(mail=letter(senders=())), {}),
    "two Froms": (judged(mail=letter(senders=(SENDER, "b@example.cn"))), {}),
    "ourselves": (judged(mail=letter(senders=(OWN,))), {}),
    "an address that no header can carry": (judged(mail=letter(senders=("a b\r\nBcc: c@d.cn",))), {}),
    "stranger in the junk folder": (stranger(), {"folder": "垃圾邮件"}),
    "stranger answered today": (stranger(), {"answered_today": True}),
}


@pytest.mark.parametrize("case", SILENT)
def test_never_answered(case: str) -> None:
    verdict, facts = SILENT[case]
    assert compose_answer(verdict, RECEIPT, replace(FACTS, **facts)) is None


@pytest.mark.parametrize(
    ("verdict", "owed"),
    [
        (judged(demand(1)), Owed.VERDICT),
        (stranger(), Owed.STRANGER),
        (judged(demand(1, MARKED, secret=True), findings=(MARKED,)), Owed.SECRET),
        (judged(request=Request("查询")), Owed.REQUEST),
        (judged(demand(1), request=Request("预检")), Owed.TRIAL),
        (judged(demand(1), mail=letter(return_path=None)), Owed.VERDICT),
    ],
)
def test_which_letter_is_owed(verdict: Judged, owed: Owed) -> None:
    assert owed_letter(verdict, FACTS) is owed


def test_a_registered_sender_in_the_junk_folder_is_answered() -> None:
    assert owed_letter(judged(demand(1)), replace(FACTS, folder="垃圾邮件")) is Owed.VERDICT


# --------------------------------------------------------------------------- what must not be said


def test_stranger_reads_nothing_of_content_or_state() -> None:
    reply = answered(stranger())
    for hidden in (*NAMES, "内蒙古测试氢能装备有限公司", "需求1.docx", "800", "包头", "限额"):
        assert hidden not in reply.text + reply.html + reply.subject


def test_secret_letter_shows_nothing_of_what_came_in() -> None:
    reply = secret()
    whole = reply.text + reply.html + reply.subject + str(reply.headers)
    for hidden in (*NAMES, "机密", "需求1.docx", "800", "内蒙古测试", "密级"):
        assert hidden not in whole
    assert "请勿通过互联网邮箱传送涉密材料，脱密后重新报送。" in reply.text


def test_secret_demand_is_named_nowhere_in_later_letters() -> None:
    hidden = demand(1, MARKED, secret=True)
    later = answered(judged(demand(2), state=state(hidden, demand(2)))).text
    told = notice(Cause.DECIDED, hidden).text
    assert SECRET_NAME in later
    assert SECRET_NAME in told
    for word in (NAMES[0], "需求1.docx"):
        assert word not in later + told


def test_secret_alert_holds_receipt_sender_and_time_only() -> None:
    verdict = judged(
        demand(1, MARKED, secret=True), findings=(MARKED,), mail=letter(subject="机密项目", own_words="密")
    )
    (alert,) = alerts_of(verdict, RECEIPT)
    assert dict(alert.facts).keys() == {"受理编号", "发件邮箱", "收到时间"}
    assert not alert.quoted


def test_forgery_is_told_with_the_units_telephone() -> None:
    (alert,) = alerts_of(judged(findings=(FORGED,)), RECEIPT)
    assert "0472-5550000" in compose_alert(alert, OFFICER, FACTS).text


# --------------------------------------------------------------------------- requests


def test_a_request_carried_out_in_part_says_both() -> None:
    said = "贵单位没有编号为 GX2027-0099 的需求，请核对编号。"
    request = Request("撤回", ("GX2027-0001", "GX2027-0099"))
    reply = answered(judged(demand(1, withdrawn=True), request=request, refused_request=said, state=state()))
    assert said in reply.text
    assert reply.text.index("已按来信撤回下列") < reply.text.index("GX2027-0001｜")
    assert reply.subject.startswith("【撤回确认】")


def test_a_request_that_only_an_officer_may_carry_out_is_not_called_done() -> None:
    said = "来信邮箱不是该需求的报送邮箱，也不是贵单位登记的邮箱，已转受理人员确认。"
    verdict = judged(demand(1), request=Request("撤回", ("GX2027-0001",)), refused_request=said, state=state())
    reply = answered(replace(verdict, officer_needed=("GX2027-0001",)))
    assert reply.subject.startswith("【撤回未办理】")
    assert "已按来信撤回" not in reply.text


@pytest.mark.parametrize("kind", ["撤回", "恢复"])
def test_a_request_without_a_number_is_told_how_to_write_it(kind: str) -> None:
    reply = answered(judged(request=Request(kind), state=state()))
    assert f"请以“{kind} GX2027-0001”的格式写明编号" in reply.text


def test_a_trial_without_errors_says_so() -> None:
    assert "未发现必须修改之处，可以正式报送" in answered(judged(demand(1), request=Request("预检"))).text


def test_what_is_still_awaited_is_repeated_as_a_reminder() -> None:
    text = answered(judged(demand(1), awaited=("草原生态智能监测装备研究",))).text
    assert "汇总表已列、尚未收到文件的创新需求【请留意】" in text
    assert "如分多封邮件报送，其余文件到达后本项自动消除。" in text
