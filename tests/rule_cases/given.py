"""Forms, letters and calls for the cases: the defaults are in order, a case changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from intake.model import (
    Authentication,
    CloudLink,
    Document,
    Form,
    Kind,
    Letter,
    Money,
    Problem,
    Section,
    Submission,
    Summary,
    Trouble,
)
from rules.matter import Context, Matter
from rules.model import Received, Sender, Unit
from rules.packs.call import CallPack
from rules.packs.pack import load_pack
from rules.senders import find_sender

CHINA = timezone(timedelta(hours=8))
PACK = load_pack("nm-gxjs-2027")
BAOTOU = Unit("包头市科学技术局", "呼包鄂", 30, addresses=("kjj@baotou.example.cn",), domains=("kj.example.cn",))
UNIVERSITY = Unit("内蒙古科技大学", "高等院校", 20, addresses=("kyc@imust.example.cn",))
UNITS = (BAOTOU, UNIVERSITY)
DEADLINE = datetime(2026, 7, 1, tzinfo=CHINA)
RECEIVED = datetime(2026, 6, 1, 9, 30, tzinfo=CHINA)
INDICATORS = (
    "目前行业最优指标为直流电耗4.3千瓦时；国家标准GB/T 37562-2019规定限值为4.6千瓦时；本项目拟实现指标为4.0千瓦时。"
)


def pack(**changes: Any) -> CallPack:
    """The 2027 call with changes."""
    return replace(PACK, **changes)


def form(
    fields: dict[str, str | None] | None = None,
    sections: dict[str, str | int | Section | None] | None = None,
    **changes: Any,
) -> Form:
    """A form in order but for the changes; ``None`` leaves a field or section out, a number sets its 字数."""
    values: dict[str, str | None] = {
        "需求类型": "科技重大专项",
        "所属领域": "新能源领域",
        "申报单位": "包头北方制氢装备有限公司",
        "归口管理部门": "包头市科学技术局",
        "创新需求名称": "宽功率波动电解水制氢装备研制",
    }
    values |= fields or {}
    standing = {s.name: _section(s.name, 100 if s.name != "考核指标" else 300, n) for n, s in enumerate(PACK.sections)}
    for name, wanted in (sections or {}).items():
        standing[name] = _changed(standing[name], wanted)
    money = Money((Decimal(800),), Decimal(1600), Decimal(2), ("800万元",))
    kept = {name: s for name, s in standing.items() if s is not None}
    whole = Form(PACK.id, {k: v for k, v in values.items() if v is not None}, kept, money, 36, "3年")
    return replace(whole, **changes)


def _section(name: str, words: int, order: int) -> Section:
    text = INDICATORS if name == "考核指标" else "制氢装备研制" * 3
    return Section(name, name, text, words, words, order=order)


def _changed(section: Section, wanted: str | int | Section | None) -> Section | None:
    if wanted is None or isinstance(wanted, Section):
        return wanted
    if isinstance(wanted, int):
        return replace(section, words=wanted)
    return replace(section, text=wanted, words=len(wanted))


def money(asked: tuple[str, ...] = ("800",), matching: str | None = "1600", ratio: str | None = None) -> Money:
    """What a form says about money, in 万元."""
    return Money(
        tuple(Decimal(a) for a in asked),
        None if matching is None else Decimal(matching),
        None if ratio is None else Decimal(ratio),
    )


def document(name: str = "需求1.docx", kind: Kind = Kind.OTHER, *problems: Problem, **changes: Any) -> Document:
    """A file of a letter; its type is its extension unless said otherwise."""
    extension = name.rpartition(".")[2]
    kind_of_file = {"jpg": "image", "png": "image", "exe": "program"}.get(extension, extension)
    troubles = tuple(Trouble(problem, "") for problem in problems)
    return replace(Document(name, name, kind_of_file, kind, "0" * 64, 1000, troubles=troubles), **changes)


def form_file(name: str = "需求1.docx", *forms: Form) -> Document:
    """A Word file with forms, one in order if none is given."""
    return document(name, Kind.FORM, forms=forms or (form(),))


def table_file(name: str = "汇总表.xlsx", **changes: Any) -> Document:
    """A file with a 汇总表."""
    return document(name, Kind.SUMMARY, summary=replace(Summary(title="科技重大创新需求汇总表"), **changes))


def letter(sender: str = "kjj@baotou.example.cn", subject: str = "报送创新需求", **changes: Any) -> Letter:
    """A letter of a registered unit, verified."""
    senders = (sender,) if sender else ()
    return replace(Letter(senders, subject=subject, date=RECEIVED, authentication=Authentication.ALIGNED), **changes)


def context(received: datetime = RECEIVED, **changes: Any) -> Context:
    """What is known beside the letter."""
    whole = Context(UNITS, Received(received), frozenset({"zhengji@example.cn"}))
    return replace(whole, **changes)


def matter(
    *documents: Document,
    mail: Letter | None = None,
    at: Context | None = None,
    call: CallPack = PACK,
    others: tuple[CallPack, ...] = (),
) -> Matter:
    """A letter as the rules see it."""
    mail, at = mail or letter(), at or context()
    sender = find_sender(mail.sender, at.units) if at.register_known else Sender(mail.sender)
    unit = next(iter(sender.units), None)
    return Matter(Submission(mail, documents), call, (call, *others), at, sender, unit)


def link(name: str = "材料.zip", expires: str = "") -> CloudLink:
    """A cloud attachment."""
    return CloudLink("163 超大附件", name, expires)
