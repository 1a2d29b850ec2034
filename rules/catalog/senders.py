"""A001–A005: who sent it, and may they."""

from __future__ import annotations

from intake.model import Authentication, Form
from rules.engine import Hit, Hits, Subject, rule
from rules.folding import is_blank
from rules.matter import Matter
from rules.model import Scope, Severity
from rules.senders import names_unit


@rule(
    "A001",
    Severity.REVIEW,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    title="发信地址未登记",
    message="发信地址 {measured} 不在归口管理部门登记名单中。",
    fix="本次征集只受理归口管理部门推荐：请通过归口管理部门报送，或由归口管理部门电话登记本邮箱。",
    variants={
        "nobody": (
            "来信没有写明（或写了不止一个）发信人，无法确认来自哪个单位。",
            "请用登记的邮箱重新发送。",
        ),
    },
)
def unknown_sender(case: Matter) -> Hits:
    """“科技厅只受理项目归口管理部门推荐的创新需求”：发信地址（或其域名）须在登记名单中，否则待处室核实。

    名单上待核实的单位从不据此拒收。没有发信人或有两个发信人的，待复核而不回信。任何人均可报送的征集不问登记。
    """
    if not case.context.register_known:
        return
    if not case.submission.letter.sender:
        yield Hit("发信人", wording="nobody")
    elif case.pack.recommended and not case.sender.registered:
        yield Hit("发信地址", measured=case.sender.address)


@rule(
    "A002",
    Severity.REVIEW,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    told=False,
    title="发信人系冒名",
    message="发信人疑为冒名：收信服务器认定来信并非出自 {measured}{detail}。未回信，请处室电话核实。",
    variants={
        "unproven": (
            "收信服务器没有证实来信出自 {measured}，而设置要求必须证实。未回信，请处室电话核实。",
            "",
        ),
    },
)
def forged(case: Matter) -> Hits:
    """收信服务器的 Authentication-Results（只认可信的那一份）对发信人域名判为 fail，且没有任何一项一致通过。

    不回信（以免打扰被冒名者），立即告知处室；发信地址有登记的，附上该单位电话。
    """
    if not case.context.register_known or case.context.authentication == "off":
        return
    letter = case.submission.letter
    if letter.authentication is Authentication.FAILED:
        detail = f"（{letter.authentication_detail}）" if letter.authentication_detail else ""
        yield Hit("发信人", measured=letter.sender, words={"detail": detail})
    elif case.context.authentication == "required" and letter.authentication is Authentication.UNVERIFIED:
        yield Hit("发信人", measured=letter.sender, wording="unproven")


@rule(
    "A003",
    Severity.ERROR,
    on=Subject.SENDER,
    scope=Scope.ITEM,
    title="归口管理部门与发信单位不一致",
    message="「{where}」现填“{measured}”，而来信邮箱登记的单位是“{limit}”。",
    fix="请由所填归口管理部门的登记邮箱报送；如填写有误，请将「{where}」更正为“{limit}”后重新发送。",
)
def another_unit(form: Form, case: Matter) -> Hits:
    """归口管理部门须是发信单位本身：各单位只推荐自己归口的需求，并占用自己的限额。

    单位名称按常用简称和别名比较（包头市科技局即包头市科学技术局）。空白由 F010 指出；未登记的发信人不问。
    """
    place = case.pack.unit_field
    named = form.value(place) if place else ""
    units = case.sender.units
    if is_blank(named) or not units or any(names_unit(named, u, case.pack.alias_keys) for u in units):
        return
    yield Hit(place, measured=named.strip(), limit="、".join(u.name for u in units))


@rule(
    "A004",
    Severity.INFO,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    told=False,
    title="发信人未能证实",
    message="收信服务器没有证实来信出自 {measured}。",
)
def unverified(case: Matter) -> Hits:
    """没有可信的认证结果，或结果既非通过也非 fail（softfail、permerror、none）：只作记录。"""
    if case.context.register_known and case.context.authentication == "when_present":
        letter = case.submission.letter
        if letter.authentication is Authentication.UNVERIFIED and letter.sender:
            yield Hit("发信人", measured=letter.sender)


@rule(
    "A005",
    Severity.REVIEW,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    title="认证通过的是别的域名",
    message="来信通过认证的不是 {measured} 的域名{detail}，须由处室核实。",
    fix="请用登记的邮箱直接发送；如由系统代发，请由归口管理部门电话说明。",
)
def foreign_domain(case: Matter) -> Hits:
    """可信的认证结果中，通过的都是别的域名而不是发信人的：可能是代发，也可能是冒名，由处室核实。

    没有写明发信人的，无从比较，由 A001 指出。
    """
    letter = case.submission.letter
    if not case.context.register_known or case.context.authentication == "off":
        return
    if letter.authentication is Authentication.FOREIGN and letter.sender:
        detail = f"（{letter.authentication_detail}）" if letter.authentication_detail else ""
        yield Hit("发信人", measured=letter.sender, words={"detail": detail})
