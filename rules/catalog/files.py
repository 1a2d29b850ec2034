"""F001–F008: did the material arrive as files that can be read."""

from __future__ import annotations

from intake.model import Document, Kind, Problem
from rules.engine import Hit, Hits, Subject, rule
from rules.letters import says_sent
from rules.matter import ARCHIVE_TYPES, PICTURE_TYPES, WORD_TYPES, Matter
from rules.model import Scope, Severity

TYPE_NAMES = {
    "docx": "Word 文档（.docx）",
    "doc": "Word 97-2003 文档（.doc）",
    "rtf": "RTF 文档",
    "odt": "ODF 文档",
    "wps": "WPS 文档",
    "html": "网页（HTML）",
    "mht": "网页存档（.mht）",
    "xml": "Word XML 文档",
    "txt": "纯文本",
    "xlsx": "Excel 工作簿（.xlsx）",
    "xls": "Excel 97-2003 工作簿（.xls）",
    "ods": "ODF 表格",
    "pdf": "PDF 文件",
    "ofd": "OFD 文件",
    "image": "图片",
    "zip": "zip 压缩包",
    "rar": "rar 压缩包",
    "7z": "7z 压缩包",
    "tar": "tar 压缩包",
}

_UNREAD = (
    *(Problem.DAMAGED, Problem.PASSWORD, Problem.TOO_LARGE, Problem.HOSTILE),
    *(Problem.NO_CONVERTER, Problem.CRASHED),
)


@rule(
    "F001",
    Severity.ERROR,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    title="来信称有材料而没有附件",
    message="来信称报送材料，但没有收到可编辑的 Word 文档、汇总表或压缩包。",
    fix="请把需求申报表（Word）和汇总表作为普通附件重新发送。",
)
def material_missing(case: Matter) -> Hits:
    """登记单位在信中说附上了材料（附件、随信、报送、提交、电子版……），信里却没有。

    没有，是说没有 Word 文档、汇总表、压缩包或超大附件链接。
    引用的原信不算自己的话。只有 PDF 或图片时报 F002，不再报这一条；感谢、询问和预告“稍后报送”的信不算。
    """
    types = WORD_TYPES | ARCHIVE_TYPES | PICTURE_TYPES
    sent = any(d.type in types or d.kind in (Kind.SUMMARY, Kind.FORM) or _held(d) for d in case.documents)
    if not sent and not case.submission.letter.cloud_links and says_sent(case.submission.letter):
        yield Hit("附件")


def _held(document: Document) -> bool:
    """Whether a file is there that only could not be read."""
    return document.has(*_UNREAD)


@rule(
    "F002",
    Severity.ERROR,
    on=Subject.DOCUMENT,
    scope=Scope.DOCUMENT,
    title="只有 PDF 或图片，没有可编辑的文档",
    message="「{where}」是{kind}，没有可编辑的 Word 版。",
    fix="请报送可编辑的 Word 版（.docx 或 .doc）；盖章扫描件可以一并附上。",
)
def only_a_picture(document: Document, case: Matter) -> Hits:
    """“电子版(可编辑的 word 版)发送至指定邮箱”：申报表只有 PDF、OFD 或图片而没有可编辑的文档时，请补 Word 版。

    信中另有 Word 申报表的，PDF、图片只是附带，不算；读不出来的 Word 文档或压缩包由 F003、F004、F008 指出。
    信中有汇总表或其他 Word 文档时，只看名称像申报表的 PDF。
    """
    if document.type not in PICTURE_TYPES or document.has(*_UNREAD) or case.forms:
        return
    others = [d for d in case.documents if d.type not in PICTURE_TYPES]
    if any(d.type in WORD_TYPES | ARCHIVE_TYPES and d.kind is Kind.UNREADABLE for d in others):
        return
    if any(d.type in WORD_TYPES or d.kind is Kind.SUMMARY for d in others) and not _named_like_form(document):
        return
    yield Hit(document.path, words={"kind": TYPE_NAMES[document.type]}, document=document.path)


def _named_like_form(document: Document) -> bool:
    name = document.name.replace("汇总表", "")
    return any(word in name for word in ("申报", "需求", "模板", "附件1", "附件 1", "建议书")) and "函" not in name


@rule(
    "F003",
    Severity.ERROR,
    on=Subject.DOCUMENT,
    scope=Scope.DOCUMENT,
    title="文件损坏",
    message="「{where}」无法读取{detail}。",
    fix="请在本机打开确认内容完整，另存后重新发送该文件。",
)
def damaged(document: Document, case: Matter) -> Hits:  # noqa: ARG001
    """文档或压缩包损坏、是空的，或只是分卷中的一卷，读不出来。本机缺少转换程序或读取程序出错是我们的问题，从不算在来信单位头上。"""
    yield from _trouble(document, Problem.DAMAGED)


@rule(
    "F004",
    Severity.ERROR,
    on=Subject.DOCUMENT,
    scope=Scope.DOCUMENT,
    title="文件有密码",
    message="「{where}」设有打开密码，无法读取。",
    fix="请取消密码后重新发送该文件（不要把密码写在信里）。",
)
def locked(document: Document, case: Matter) -> Hits:  # noqa: ARG001
    """文档或压缩包设有打开密码，读不出来；只设了编辑限制、可以打开的不算。"""
    yield from _trouble(document, Problem.PASSWORD)


@rule(
    "F005",
    Severity.ERROR,
    on=Subject.MAIL,
    scope=Scope.MAIL,
    title="以网盘或超大附件代替附件",
    message="材料是以{provider}的链接发来的{name}，本系统不从链接下载文件{expires}。",
    fix="请把文件作为普通附件重新发送；文件较大的，可压缩或分几封邮件发送。",
)
def behind_a_link(case: Matter) -> Hits:
    """正文中是 163/126/QQ/139/189 超大附件、中转站、网盘的链接，文件本身没有到达。

    链接会过期，也可能不安全，所以不下载。
    """
    for link in case.submission.letter.cloud_links:
        words = {
            "provider": link.provider or "网盘",
            "name": f"（{link.name}）" if link.name else "",
            "expires": f"，该链接 {link.expires} 失效" if link.expires else "",
        }
        yield Hit(link.name or "正文中的链接", words=words)


@rule(
    "F006",
    Severity.ERROR,
    on=Subject.DOCUMENT,
    scope=Scope.DOCUMENT,
    title="不是本次征集的文件",
    message="「{where}」既不是{forms}，也不是汇总表或公函。",
    fix="请使用通知所附模板填写，并以 Word 文档重新发送。",
    variants={
        "beside": (
            "「{where}」既不是{forms}，也不是汇总表或公函，未作为需求受理。",
            "如系附带材料可不必理会；如系需求申报表，请改用通知所附模板后重新发送。",
        ),
    },
)
def not_a_form(document: Document, case: Matter) -> Hits:
    """Word 文档认不出是申报表、汇总表或公函（函、推荐意见）。

    信中既没有申报表也没有汇总表的，须更正；否则只提醒。几个征集同时受理时，说明是哪几个。
    """
    if document.kind is not Kind.OTHER or document.type not in WORD_TYPES or _dangerous(document):
        return
    forms = "、".join(f"《{pack.short}》的申报表" for pack in case.packs)
    severity, wording = (Severity.WARNING, "beside") if case.readable else (Severity.ERROR, "")
    yield Hit(document.path, words={"forms": forms}, document=document.path, severity=severity, wording=wording)


def _dangerous(document: Document) -> bool:
    return document.has(Problem.HOSTILE, Problem.EXECUTABLE)


@rule(
    "F007",
    Severity.WARNING,
    on=Subject.DOCUMENT,
    scope=Scope.DOCUMENT,
    title="扩展名与文件类型不符",
    message="「{where}」实际是{kind}，与扩展名不符；已按实际类型读取。",
    fix="建议改用正确的扩展名保存，以免他人打不开。",
)
def misnamed(document: Document, case: Matter) -> Hits:  # noqa: ARG001
    """文件的真实类型和扩展名不一致（如 docx 存成 .doc）。照样读取，只提醒。"""
    kind = TYPE_NAMES.get(document.type, "另一种类型")
    yield from _trouble(document, Problem.MISNAMED, kind=kind)


@rule(
    "F008",
    Severity.ERROR,
    on=Subject.DOCUMENT,
    scope=Scope.DOCUMENT,
    title="附件过大或过多",
    message="「{where}」超出可接收的大小或数量{detail}，未能读取。",
    fix="请只保留申报表、汇总表等必要材料，压缩图片或分几封邮件重新发送。",
)
def too_large(document: Document, case: Matter) -> Hits:  # noqa: ARG001
    """附件、压缩包的层数、文件数或解开后的大小超出本系统的限度（设置中的 [limits]）。恶意的另报 S003。"""
    yield from _trouble(document, Problem.TOO_LARGE)


def _trouble(document: Document, problem: Problem, **words: object) -> Hits:
    found = next((t for t in document.troubles if t.problem is problem), None)
    if found:
        detail = f"（{found.detail}）" if found.detail else ""
        yield Hit(document.path, words={"detail": detail, **words}, document=document.path)
