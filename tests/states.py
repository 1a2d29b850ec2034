"""Letters as the check hands them to the judge, and a unit's state that takes one letter after the other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256

from intake.model import Document, Form, Kind, Letter, Money, Section, Submission, Summary, SummaryRow
from rules.judging.judge import judge
from rules.model import (
    Checked,
    CheckedItem,
    Demand,
    Finding,
    Judged,
    Likeness,
    Received,
    Request,
    Scope,
    Sender,
    Severity,
    Unit,
    UnitState,
)
from rules.packs.pack import load_pack

PACK = load_pack("nm-gxjs-2027")
CHINA = timezone(timedelta(hours=8))
MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=CHINA)
AFTER = datetime(2026, 7, 1, 0, 0, tzinfo=CHINA)
ADDRESS = "kjj@unit.example.cn"
COLUMNS = tuple(c.name for c in PACK.summary.columns)
APPLICANT = "内蒙古测试氢能装备有限公司"

TOO_LONG = Finding("F022", Severity.ERROR, "背景及需求", "超长", "压缩")
OUTSIDE = Finding("T001", Severity.REFUSE, "所属领域", "稀土", "")
ODD_PERIOD = Finding("B005", Severity.REVIEW, "实施周期", "4年", "")
LATE = Finding("D001", Severity.REFUSE, "收到时间", "逾期", "", "7月1日", "6月30日", scope=Scope.MAIL)
UNKNOWN = Finding("A001", Severity.REVIEW, "发件人", "未登记", scope=Scope.MAIL)
FORGED = Finding("A002", Severity.REVIEW, "发件人", "dmarc=fail", scope=Scope.MAIL, told=False)
MARKED = Finding("S001", Severity.REVIEW, "文件", "带有密级标志", scope=Scope.DOCUMENT)
DAMAGED = Finding("F003", Severity.ERROR, "坏.docx", "损坏", "重发", scope=Scope.DOCUMENT, document="坏.docx")


def unit(limit: int | None = 25, category: str = "盟市", name: str = "包头市科学技术局") -> Unit:
    return Unit(name, category, limit, (ADDRESS,))


def form(
    name: str, applicant: str = APPLICANT, amount: str = "800", subject: str = "新能源领域", text: str = ""
) -> Form:
    fields = {"所属领域": subject, "申报单位": applicant, "归口管理部门": "包头市科学技术局", "创新需求名称": name}
    sections = {"背景及需求": Section("背景及需求", "背景及需求", text or f"为了{name}。", 10)}
    return Form(PACK.id, fields, sections, Money((Decimal(amount),)))


def item(name: str, *findings: Finding, document: str = "", **of_form: str) -> CheckedItem:
    return CheckedItem(name, document or f"{name}.docx", form(name, **of_form), findings)


def row(name: str, line: int = 1, **cells: str) -> SummaryRow:
    usual = {
        "序号": str(line),
        "报送单位": APPLICANT,
        "需求名称": name,
        "联系人": "王立新",
        "联系电话": "13800001234",
        "所属领域": "新能源领域",
        "申请财政经费": "800",
        "合作单位": "",
        "备注": "",
    }
    return SummaryRow(line, {**usual, **cells})


def table(*rows: SummaryRow | str, columns: tuple[str, ...] = COLUMNS, whole: bool = False) -> Summary:
    made = tuple(row(r, n) if isinstance(r, str) else r for n, r in enumerate(rows, 1))
    kept = tuple(replace(r, cells={k: v for k, v in r.cells.items() if k in columns}) for r in made)
    return Summary("汇总表", "包头市科学技术局", "王立新", "0472-5550000", columns, kept, whole)


def letter(
    *items: CheckedItem,
    tables: tuple[Summary, ...] = (),
    findings: tuple[Finding, ...] = (),
    at: datetime = MONDAY,
    sender: str = ADDRESS,
    owner: Unit | None = None,
    subject: str = "报送需求",
) -> Checked:
    owner = owner or unit()
    paths = dict.fromkeys(i.document for i in items)
    files = [Document(p, p, "docx", Kind.FORM, sha256(p.encode()).hexdigest(), 9) for p in paths]
    files += [
        Document(f"表{n}.xlsx", f"表{n}.xlsx", "xlsx", Kind.SUMMARY, "", 9, summary=t) for n, t in enumerate(tables)
    ]
    return Checked(
        "submission",
        Submission(Letter((sender,), subject=subject), tuple(files)),
        Received(at),
        Sender(sender, (owner,)),
        owner,
        items=items,
        findings=findings,
        secret=any(f.code == "S001" for f in findings),
    )


def request(kind: str, *numbers: str, sender: Sender, at: datetime = MONDAY) -> Checked:
    said = Submission(Letter((sender.address,), subject=f"{kind} {' '.join(numbers)}"))
    return Checked("request", said, Received(at), sender, unit(), Request(kind, numbers))


@dataclass
class Desk:
    """A unit's state as letters come in, an hour apart."""

    unit: Unit = field(default_factory=unit)
    state: UnitState = field(init=False)
    now: datetime = MONDAY

    def __post_init__(self) -> None:
        self.state = UnitState(self.unit)

    def take(self, *items: CheckedItem, likenesses: tuple[Likeness, ...] = (), **of_letter: object) -> Judged:
        self.now += timedelta(hours=1)
        at = of_letter.pop("at", self.now)
        came = letter(*items, at=at, owner=self.unit, **of_letter)  # type: ignore[arg-type]
        self.state = replace(self.state, likenesses=likenesses)
        judged = judge(came, self.state, PACK, receipt=f"GX2027-R{len(self.state.past) + 1:04d}")
        self.state = judged.state
        return judged

    def ask(self, kind: str, *numbers: str, sender: Sender | None = None, at: datetime | None = None) -> Judged:
        self.now += timedelta(hours=1)
        who = sender or Sender(ADDRESS, (self.unit,))
        judged = judge(request(kind, *numbers, sender=who, at=at or self.now), self.state, PACK)
        self.state = judged.state
        return judged

    def demand(self, number: str) -> Demand:
        return next(d for d in self.state.demands if d.number == number)


def codes(of: Demand | Judged) -> list[str]:
    return [f.code for f in of.findings]
