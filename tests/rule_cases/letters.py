"""Cases of A001–A005, D001–D004, M001 and M002: sender, time, automatic mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from intake.model import Authentication, Kind, Problem
from rule_cases import Case
from rule_cases.given import DEADLINE, RECEIVED, context, document, form, form_file, letter, link, matter, pack
from rules.matter import Matter
from rules.packs.call import CallPack

SECOND = timedelta(seconds=1)
GRACE = pack(grace_hours=2)
ROLLING = pack(stays_open=True)
OPEN_TO_ALL = pack(recommended=False)
STRANGER = "someone@example.org"
JUNK = context(folder="垃圾邮件")
PICTURE = document("a.pdf")
FOREIGN = letter(authentication=Authentication.FOREIGN)


def sent(sender: str = "kjj@baotou.example.cn", call: CallPack | None = None, **changes: object) -> tuple[Matter]:
    mail = letter(sender, **changes)
    return (matter(form_file(), mail=mail, call=call or pack()),)


def believed(
    result: Authentication, rule: str = "when_present", sender: str = "kjj@baotou.example.cn"
) -> tuple[Matter]:
    return (matter(form_file(), mail=letter(sender, authentication=result), at=context(authentication=rule)),)


def naming(unit: str, sender: str = "kjj@baotou.example.cn") -> tuple[object, ...]:
    wanted = form({"归口管理部门": unit})
    return wanted, matter(form_file("a.docx", wanted), mail=letter(sender))


def at(moment: datetime, call: CallPack | None = None) -> tuple[Matter]:
    return (matter(form_file(), at=context(moment), call=call or pack()),)


def dated(off: timedelta | None) -> tuple[Matter]:
    return (matter(form_file(), mail=letter(date=None if off is None else RECEIVED - off)),)


CASES = (
    Case("A001", "a registered address", (), sent()),
    Case("A001", "another case of letters", (), sent("KJJ@Baotou.example.CN")),
    Case("A001", "a registered domain", (), sent("anybody@kj.example.cn")),
    Case("A001", "a domain below a registered one", ("发信地址",), sent("anybody@mail.kj.example.cn")),
    Case("A001", "a stranger", ("发信地址",), sent(STRANGER), (STRANGER,)),
    Case("A001", "no sender", ("发信人",), (matter(form_file(), mail=replace(letter(), senders=())),)),
    Case(
        "A001", "two senders", ("发信人",), (matter(form_file(), mail=replace(letter(), senders=("a@x.cn", "b@x.cn"))),)
    ),
    Case("A001", "a call for everybody", (), sent(STRANGER, OPEN_TO_ALL)),
    Case("A001", "no register at hand", (), (matter(form_file(), at=context(register_known=False)),)),
    Case("A002", "an aligned pass", (), believed(Authentication.ALIGNED)),
    Case("A002", "a fail", ("发信人",), believed(Authentication.FAILED)),
    Case("A002", "nothing proven is A004", (), believed(Authentication.UNVERIFIED)),
    Case("A002", "nothing proven where it must be", ("发信人",), believed(Authentication.UNVERIFIED, "required")),
    Case("A002", "not asked for", (), believed(Authentication.FAILED, "off")),
    Case("A003", "its own name", (), naming("包头市科学技术局")),
    Case("A003", "its short name", (), naming("包头市科技局（盖章）")),
    Case("A003", "an office of it", (), naming("包头市科学技术局高新科")),
    Case("A003", "another unit", ("归口管理部门",), naming("赤峰市科学技术局"), ("赤峰市", "包头市")),
    Case(
        "A003",
        "a college of the university",
        ("归口管理部门",),
        naming("内蒙古科技大学包头医学院", "kyc@imust.example.cn"),
    ),
    Case("A003", "a blank one is F010", (), naming("")),
    Case("A003", "a stranger is A001", (), naming("赤峰市科学技术局", STRANGER)),
    Case("A004", "an aligned pass", (), believed(Authentication.ALIGNED)),
    Case("A004", "nothing proven", ("发信人",), believed(Authentication.UNVERIFIED)),
    Case("A004", "where it must be proven it is A002", (), believed(Authentication.UNVERIFIED, "required")),
    Case("A005", "an aligned pass", (), believed(Authentication.ALIGNED)),
    Case("A005", "passes for others only", ("发信人",), believed(Authentication.FOREIGN)),
    Case("A005", "nobody to compare with is A001", (), (matter(form_file(), mail=replace(FOREIGN, senders=())),)),
    Case("A005", "not asked for", (), believed(Authentication.FOREIGN, "off")),
    Case("D001", "in time", (), at(RECEIVED)),
    Case("D001", "the last second", (), at(DEADLINE - SECOND), on_the_limit=True),
    Case("D001", "24:00 of the day", ("收到时间",), at(DEADLINE), ("2026年7月1日 00:00:00", "2026年6月30日 24:00")),
    Case("D001", "within the grace is D004", (), at(DEADLINE, GRACE)),
    Case("D001", "the grace is over", ("收到时间",), at(DEADLINE + timedelta(hours=2), GRACE), on_the_limit=True),
    Case("D001", "a call that stays open", (), at(DEADLINE + SECOND, ROLLING)),
    Case("D001", "no deadline", (), at(DEADLINE + SECOND, pack(deadline=None))),
    Case("D002", "an hour apart", (), dated(timedelta(hours=1))),
    Case("D002", "exactly a day apart", (), dated(timedelta(hours=24)), on_the_limit=True),
    Case("D002", "more than a day old", ("信头日期",), dated(timedelta(hours=24, seconds=1))),
    Case("D002", "more than a day ahead", ("信头日期",), dated(-timedelta(hours=25))),
    Case("D002", "no date", (), dated(None)),
    Case("D003", "in time", (), at(RECEIVED, ROLLING)),
    Case("D003", "the next batch", ("收到时间",), at(DEADLINE, ROLLING), on_the_limit=True),
    Case("D003", "a call that closes", (), at(DEADLINE)),
    Case("D004", "in time", (), at(DEADLINE - SECOND, GRACE)),
    Case("D004", "within the grace", ("收到时间",), at(DEADLINE, GRACE), on_the_limit=True),
    Case("D004", "the grace is over", (), at(DEADLINE + timedelta(hours=2), GRACE)),
    Case("D004", "no grace", (), at(DEADLINE)),
    Case("M001", "a person", (), sent()),
    Case("M001", "an automatic answer", ("来信",), sent(automatic="自动回复"), ("自动回复",)),
    Case("M001", "our own letter", ("来信",), sent("zhengji@example.cn")),
    Case("M001", "our own letter came back", ("来信",), sent(receipt_mentioned="GX2027-R0001"), ("GX2027-R0001",)),
    Case("M002", "a form", (), sent()),
    Case("M002", "a thank-you", ("来信",), (matter(mail=letter(subject="回复：受理通知", own_words="谢谢")),)),
    Case("M002", "material said to be there", (), (matter(mail=letter(own_words="见附件")),)),
    Case("M002", "a cloud attachment", (), (matter(mail=letter(subject="", cloud_links=(link(),))),)),
    Case("M002", "a stranger's form", (), sent(STRANGER)),
    Case("M002", "a stranger's picture", ("来信",), (matter(PICTURE, mail=letter(STRANGER)),)),
    Case(
        "M002",
        "a stranger's picture where all may send",
        (),
        (matter(document("a.pdf"), mail=letter(STRANGER), call=OPEN_TO_ALL),),
    ),
    Case(
        "M002",
        "a stranger's secret",
        (),
        (matter(document("a.docx", Kind.OTHER, Problem.SECRET), mail=letter(STRANGER)),),
    ),
    Case(
        "M002",
        "a stranger's form in the junk folder",
        ("来信",),
        (matter(form_file(), mail=letter(STRANGER), at=JUNK),),
    ),
    Case("M002", "a unit's form in the junk folder", (), (matter(form_file(), at=JUNK),)),
)
