"""Verdicts for the tests of letters, built in code as the judge would hand them over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from mails import RECEIVED, SENDER, UNIT

from intake.model import Document, Form, Kind, Letter, Money, Submission, Summary
from replies.compose import LetterFacts
from rules.model import (
    Checked,
    Demand,
    Finding,
    Judged,
    QuotaUse,
    Received,
    Request,
    Scope,
    Sender,
    Severity,
    SummaryOnFile,
    Unit,
    UnitState,
    decide,
    worst,
)
from rules.packs.pack import load_pack

PACK = load_pack("nm-gxjs-2027")
OWN = "zhengji@example.gov.cn"
FACTS = LetterFacts(PACK, OWN, "刘百里、李艳丽 0471-6328607、6328606", frozenset({OWN}))
BAOTOU = Unit(UNIT, "呼包鄂", 30, (SENDER,), (), "包晓峰", "0472-5550000")
NAMES = ("兆瓦级碱性电解水制氢装备关键技术研究", "大型露天矿无人驾驶协同作业技术研究", "退役风机叶片高值化利用技术研究")


def finding(code: str, severity: Severity, where: str, message: str, fix: str = "", **more: Any) -> Finding:
    return Finding(code, severity, where, message, fix, **more)


TOO_LONG = finding(
    "F022",
    Severity.ERROR,
    "背景及需求",
    "「背景及需求」限 300 字，实有 412 字，超出 112 字。",
    "请将「背景及需求」压缩到 300 字以内（含 300 字）后重新发送。",
    measured=412,
    limit=300,
)
BLANK = finding("F010", Severity.ERROR, "所属领域", "「所属领域」未填写。", "请填写「所属领域」后重新发送。")
NO_STANDARD = finding(
    "F031",
    Severity.WARNING,
    "考核指标",
    "「考核指标」中没有看到：国标。",
    "通知要求写明目前行业最优指标、国标以及本项目拟实现指标，建议在「考核指标」中补充。",
)
NO_SUMMARY = finding(
    "C004",
    Severity.WARNING,
    "汇总表",
    "贵单位尚未报送创新需求汇总表。",
    "请填写汇总表（Word 或 Excel 版），随需求一并报送或单独发送。",
    scope=Scope.MAIL,
)
UNKNOWN = finding("A001", Severity.REVIEW, "发件人", "发件邮箱不在登记名册内。", scope=Scope.MAIL)
FORGED = finding("A002", Severity.REVIEW, "发件人", "dmarc=fail", scope=Scope.MAIL, told=False)
MARKED = finding("S001", Severity.REVIEW, "文件", "文件带有密级标志。", scope=Scope.DOCUMENT)
LATE = finding(
    "D001",
    Severity.REFUSE,
    "收到时间",
    "来件于2026年7月1日00:00:05收到，晚于截止时间2026年6月30日24:00。",
    scope=Scope.MAIL,
)
DAMAGED = finding(
    "F003",
    Severity.ERROR,
    "需求3.docx",
    "文件已损坏，无法打开。",
    "请在 Word 中另存为新文件后重新发送。",
    scope=Scope.DOCUMENT,
    document="需求3.docx",
)


def document(name: str = "需求1.docx", kind: Kind = Kind.FORM, **more: Any) -> Document:
    return Document(name, name, "docx", kind, sha256(name.encode()).hexdigest(), 20_000, **more)


def form(name: str = NAMES[0], amount: str = "800") -> Form:
    fields = {"创新需求名称": name, "申报单位": "内蒙古测试氢能装备有限公司", "归口管理部门": UNIT}
    return Form("nm-gxjs-2027", fields, {}, Money((Decimal(amount),)))


def demand(n: int, *findings: Finding, **more: Any) -> Demand:
    made = Demand(
        number=f"GX2027-{n:04d}",
        version=1,
        receipt="GX2027-R0012",
        name=NAMES[(n - 1) % 3],
        document=f"需求{n}.docx",
        form=form(NAMES[(n - 1) % 3]),
        received=RECEIVED,
        place=n,
        base=findings,
        findings=findings,
        decision=decide(findings),
        sha256=sha256(f"需求{n}.docx".encode()).hexdigest(),
        sender=SENDER,
        reply_id=f"<answer.{n}@example.gov.cn>",
    )
    return replace(made, **more)


def letter(**more: Any) -> Letter:
    return Letter(**{"senders": (SENDER,), "message_id": "<20260601.0001@example.cn>", "return_path": SENDER, **more})


def state(*demands: Demand, summary: bool = False, unit: Unit | None = BAOTOU) -> UnitState:
    on_file = (SummaryOnFile("GX2027-R0003", RECEIVED - timedelta(days=3), Summary("汇总表", UNIT)),) if summary else ()
    return UnitState(unit, demands, on_file, 10, 10)


def judged(
    *demands: Demand,
    findings: tuple[Finding, ...] = (),
    documents: tuple[Document, ...] = (),
    unit: Unit | None = BAOTOU,
    mail: Letter | None = None,
    received: datetime = RECEIVED,
    request: Request | None = None,
    **more: Any,
) -> Judged:
    files = documents or tuple(document(d.document) for d in demands)
    sender = Sender((mail or letter()).sender, (unit,) if unit else ())
    checked = Checked(
        "request" if request else "submission",
        Submission(mail or letter(), files),
        Received(received),
        sender,
        unit,
        request,
        findings=findings,
        secret=any(f.code == "S001" for f in findings),
    )
    verdict = worst({decide(findings), *(d.decision for d in demands)})
    filled = {"state": state(*demands), "quota": QuotaUse(len(demands), 0, 30), **more}
    return Judged(verdict, checked, demands, findings, **filled)
