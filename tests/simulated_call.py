"""A whole call as it might go: who sends what and when over six weeks, and what must come of it by hand-written rules.

Nothing here asks the program what is right: every act says what it changes in the truth and which letters it causes.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from builders import COLUMNS, form_docx, summary_xlsx, with_parts
from desks import OFFICER
from mails import BEIJING, attached, mail

from rules.model import Unit

FIRST_DAY, LAST_DAY = date(2026, 5, 18), date(2026, 7, 2)
DEADLINE = datetime(2026, 7, 1, tzinfo=BEIJING)
FIELDS = ("新能源领域", "新材料领域", "航空航天领域", "绿色冶金领域")
GLYPHS = (
    "风光储氢电解槽煤化工稀疏钢铝镁硅晶体网络算力数据模型传感控制检测装备材料工艺设计制造系统平台示范应用"
    "研究开发技术产业经济社会效益团队基础目标内容指标水平国内外现状趋势需求意义必要性突破关键先进性成果转"
    "化推广条件保障组织实施方案风险分析"
)
NUMBERS = "行业最优指标为95%，国家标准GB/T 37562-2019要求不低于90%，本项目拟实现指标不低于98%，连续运行8000小时。"
CROWDED = (1, 40)  # units with two places
PHONE = "0471-5550000"
REMINDERS = (date(2026, 6, 18), date(2026, 6, 25), date(2026, 6, 29))  # 7, 3 and 1 workdays before 30 June
Letter = tuple[str, str, str]  # recipient, title of the subject, the mail (or act) that it follows


@dataclass
class Demand:
    """One demand as its unit means it, and whether it must stand in the 汇总表 at the end."""

    unit: Unit
    title: str
    applicant: str
    field: str
    amount: int
    listed: bool = True  # in the unit's own 汇总表
    stands: bool = False
    number: str = ""

    def row(self) -> tuple[str, ...]:
        """Its row of the unit's 汇总表, without 序号."""
        contact, phone = f"联系{self.applicant[-6:-4]}", f"1380000{self.amount:04d}"
        return ("", self.applicant, self.title, contact, phone, self.field, str(self.amount), "内蒙古测试大学", "")


@dataclass
class Sent:
    """One mail: when it comes, how it is written once numbers are known, what it must cause."""

    at: datetime
    key: str
    raw: Callable[[], bytes]
    new: tuple[Demand, ...] = ()  # those that get numbers by it, in order
    letters: tuple[Letter, ...] = ()
    then: Callable[[], None] = lambda: None  # what it changes in the truth
    unit: Unit | None = None
    opens: tuple[str, ...] = ()  # titles that must be mended from now on
    closes: tuple[str, ...] = ()


@dataclass
class Opinion:
    """What the officer fills in for a demand, or a letter, on a day, and what it must cause."""

    day: date
    of: Demand | str  # a demand, or the key of a mail
    word: str
    remark: str = ""
    letters: tuple[Letter, ...] = ()
    then: Callable[[], None] = lambda: None
    opens: tuple[str, ...] = ()


@cache
def units() -> tuple[Unit, ...]:
    """The 14 盟市 and 60 others of the call's own list, each with an address; two have little room."""
    with (Path(__file__).parent.parent / "rules/calls/nm-units.csv").open(encoding="utf-8") as lines:
        listed = [(row["归口管理部门"], row["类别"]) for row in csv.DictReader(lines)]
    cities = [u for u in listed if u[1] in ("呼包鄂", "盟市")]
    others = [u for u in listed if u not in cities][::2][:60]
    return tuple(
        Unit(
            name,
            kind,
            2 if n in (1, 40) else None,
            (f"kj{n:02d}@unit{n:02d}.example.cn",),
            (),
            f"联络{n}",
            "0471-5550000",
        )
        for n, (name, kind) in enumerate([*cities, *others])
    )


def words(seed: str, length: int) -> str:
    """Text that is like no other: nothing here is a near-duplicate of anything."""
    chosen = random.Random(seed)
    return "".join(chosen.choice(GLYPHS) for _ in range(length))


TOKENS = {
    "背景及需求": 90, "研究目标及研究内容": 80, "拟突破的关键技术和先进性": 40, "考核指标": 310, "经济社会效益": 60,
    "研发基础": 60,
}  # fmt: skip


@cache
def _blank() -> bytes:
    sections = {name: f"SECTION{n}X" for n, name in enumerate(TOKENS)}
    more = {
        "资金需求": "申请自治区财政专项资金AMOUNTX万元，企业自筹配套资金MATCHX万元。",
        "实施周期": "实施周期为YEARSX年。",
    }
    fields = {"所属领域": "FIELDX", "申报单位": "APPLICANTX", "归口管理部门": "UNITX", "创新需求名称": "TITLEX"}
    empty = b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    return with_parts(form_docx(fields, {**sections, **more}), {"word/stylesWithEffects.xml": empty})


def document(demand: Demand, *, years: int = 3, background: int = 90, unit: str = "") -> bytes:
    """The demand's form; more than 300 glyphs of ``background`` must be mended, four ``years`` be looked at."""
    values = {
        "AMOUNTX": str(demand.amount), "MATCHX": str(2 * demand.amount), "YEARSX": str(years), "FIELDX": demand.field,
        "APPLICANTX": demand.applicant, "UNITX": unit or demand.unit.name, "TITLEX": demand.title,
    }  # fmt: skip
    for n, (name, length) in enumerate(TOKENS.items()):
        size = background if name == "背景及需求" else length
        values[f"SECTION{n}X"] = words(f"{demand.title}{name}", size) + (NUMBERS if name == "考核指标" else "")
    text = _main_part()
    for token, value in values.items():
        text = text.replace(token, value)
    return with_parts(_blank(), {"word/document.xml": text.encode()})


@cache
def _main_part() -> str:
    import io
    import zipfile

    return zipfile.ZipFile(io.BytesIO(_blank())).read("word/document.xml").decode()


def table(unit: Unit, demands: list[Demand], **changed: str) -> bytes:
    """The unit's 汇总表; ``changed`` gives another amount for a demand by its title."""
    lines = []
    for n, demand in enumerate(demands, 1):
        cells = list(demand.row())
        cells[0], cells[6] = str(n), changed.get(demand.title, cells[6])
        lines.append(tuple(cells))
    return summary_xlsx(lines, unit.name, COLUMNS)


class Call:
    """The whole plan: mails in order of arrival, the officer's opinions by day, the demands of the truth."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.opinions: list[Opinion] = []
        self.demands: list[Demand] = []
        for n, unit in enumerate(units()):
            self._of_unit(n, unit)
        self._strangers_and_machines()
        self.sent.sort(key=lambda s: s.at)
        numbers = iter(range(1, 1000))
        for each in self.sent:
            for demand in each.new:
                demand.number = f"GX2027-{next(numbers):04d}"

    # ---------------------------------------------------------------- what each unit does

    def _of_unit(self, n: int, unit: Unit) -> None:
        if n % 10 == 7:
            return  # sends nothing at all
        count = 4 if unit.limit else 1 + n % 2
        mine = [self._demand(unit, f"{n:02d}-{k}", 500 + (7 * n + k) % 500) for k in range(count)]
        start = self._moment(FIRST_DAY + timedelta(days=(n * 5) % 38), 9 * 60 + n)
        plan = {1: self._crowded, 40: self._crowded, 3: self._long, 33: self._long, 53: self._long}.get(n)
        if plan is not None:
            plan(unit, mine, start)
        elif n == 12:
            self._late(unit, mine)
        elif n == 22:
            self._late_mending(unit, mine)
        elif n % 10 in (4, 9):
            self._mended(unit, mine, start, never=n == 44)
        elif n % 10 == 6:
            self._table_mended(unit, mine, start)
        elif n == 10:
            self._withdrawn_and_restored(unit, mine, start)
        elif n == 15:
            self._newer_version(unit, mine, start)
        else:
            self._good(unit, mine, start, twice=n == 20)

    def _demand(self, unit: Unit, name: str, amount: int) -> Demand:
        title = words(f"title{name}", 14) + "研究"
        made = Demand(unit, title, f"内蒙古{words(f'who{name}', 4)}有限公司", FIELDS[len(self.demands) % 4], amount)
        self.demands.append(made)
        return made

    def _moment(self, day: date, minutes: int) -> datetime:
        return datetime.combine(day, time(), BEIJING) + timedelta(minutes=minutes)

    def _files(self, unit: Unit, demands: list[Demand], **odd: dict[str, int]) -> list[tuple[str, bytes]]:
        files = [(f"{d.title}.docx", document(d, **odd.get(d.title, {}))) for d in demands]
        return [*files, ("汇总表.xlsx", table(unit, demands))]

    def _mail(self, at: datetime, unit: Unit, files: Callable[[], list[tuple[str, bytes]]], **more: object) -> Sent:
        """A mail of a unit; ``more`` are the fields of ``Sent``, and ``subject`` and ``title`` (of our answer)."""
        key = f"<{len(self.sent)}@{unit.addresses[0].rpartition('@')[2]}>"
        subject = str(more.pop("subject", f"{unit.name}报送创新需求"))
        title, extra = str(more.pop("title", "受理通知")), tuple(more.pop("letters", ()))  # type: ignore[arg-type]
        made = Sent(
            at, key, lambda: _written(unit.addresses[0], unit.name, subject, files(), at, key), unit=unit,
            letters=((unit.addresses[0], title, key), *extra), **more,  # type: ignore[arg-type]
        )  # fmt: skip
        self.sent.append(made)
        return made

    def _good(self, unit: Unit, mine: list[Demand], at: datetime, *, twice: bool = False) -> None:
        first = self._mail(at, unit, lambda: self._files(unit, mine), new=tuple(mine), then=lambda: stand(*mine))
        if twice:  # the very same bytes once more: no second answer
            first.raw = cache(first.raw)
            self.sent.append(Sent(at + timedelta(minutes=1), first.key, first.raw, unit=unit))

    def _mended(self, unit: Unit, mine: list[Demand], at: datetime, *, never: bool) -> None:
        bad = mine[0]
        self._mail(
            at, unit, lambda: self._files(unit, mine, **{bad.title: {"background": 320}}), new=tuple(mine),
            title="补正通知", then=lambda: stand(*mine[1:]), opens=(bad.title,),
        )  # fmt: skip
        if not never:
            later = min(at + timedelta(days=3, hours=2), DEADLINE - timedelta(seconds=1))
            self._mail(
                later, unit, lambda: [(f"{bad.title}（修订）.docx", document(bad))], subject="Re: 补正材料",
                then=lambda: stand(bad), closes=(bad.title,),
            )  # fmt: skip

    def _table_mended(self, unit: Unit, mine: list[Demand], at: datetime) -> None:
        """The 汇总表 names another amount; a mended one comes alone and lets the demand in."""
        bad = mine[-1]
        odd = table(unit, mine, **{bad.title: "499"})
        self._mail(
            at, unit, lambda: [*self._files(unit, mine)[:-1], ("汇总表.xlsx", odd)], new=tuple(mine), title="补正通知",
            then=lambda: stand(*mine[:-1]), opens=(bad.title,),
        )  # fmt: skip
        self._mail(
            at + timedelta(days=2), unit, lambda: [("汇总表（更正）.xlsx", table(unit, mine))], subject="更正汇总表",
            then=lambda: stand(bad), closes=(bad.title,),
        )  # fmt: skip

    def _crowded(self, unit: Unit, mine: list[Demand], at: datetime) -> None:
        """Two places, four demands: two wait; one is withdrawn and one moves up; the officer lets the last one in."""
        to = unit.addresses[0]
        first = self._mail(
            at, unit, lambda: self._files(unit, mine), new=tuple(mine), title="待复核", then=lambda: stand(*mine[:2])
        )
        gone = self._mail(
            at + timedelta(days=2), unit, list, title="撤回确认", letters=((to, "受理通知", first.key),),
            then=lambda: (fall(mine[0]), stand(mine[2])),
        )  # fmt: skip
        gone.raw = lambda: _written(to, unit.name, f"回复：【撤回】 {mine[0].number}", [], gone.at, gone.key)
        self.opinions.append(
            Opinion(
                workday(at.date() + timedelta(days=4)), mine[3], "受理", "原则上同意增加一项",
                letters=((to, "受理通知", first.key),), then=lambda: stand(mine[3]),
            )
        )  # fmt: skip

    def _long(self, unit: Unit, mine: list[Demand], at: datetime) -> None:
        """Four years: the officer lets it in, refuses it, or sends it back."""
        held, to = mine[0], unit.addresses[0]
        first = self._mail(
            at, unit, lambda: self._files(unit, mine, **{held.title: {"years": 4}}), new=tuple(mine), title="待复核",
            then=lambda: stand(*mine[1:]),
        )  # fmt: skip
        word, told = [("受理", "受理通知"), ("不予受理", "不予受理"), ("退回补正", "补正通知")][len(self.opinions) % 3]
        self.opinions.append(
            Opinion(
                workday(at.date() + timedelta(days=1)), held, word, "" if word == "受理" else "实施周期一般为2至3年",
                letters=((to, told, first.key),), then=lambda: stand(held) if word == "受理" else None,
                opens=(held.title,) if word == "退回补正" else (),
            )
        )  # fmt: skip
        if word == "退回补正":
            self._mail(
                at + timedelta(days=6), unit, lambda: [(f"{held.title}.docx", document(held))],
                then=lambda: stand(held), closes=(held.title,),
            )  # fmt: skip

    def _late(self, unit: Unit, mine: list[Demand]) -> None:
        """At the very instant of the deadline: too late."""
        self._mail(DEADLINE, unit, lambda: self._files(unit, mine), new=tuple(mine), title="不予受理")

    def _late_mending(self, unit: Unit, mine: list[Demand]) -> None:
        """In time but to be mended, mended a minute too late: held, and the officer lets it in."""
        bad, to = mine[0], unit.addresses[0]
        self._mail(
            DEADLINE - timedelta(hours=2), unit,
            lambda: self._files(unit, mine, **{bad.title: {"background": 320}}), new=tuple(mine), title="补正通知",
            then=lambda: stand(*mine[1:]), opens=(bad.title,),
        )  # fmt: skip
        second = self._mail(
            DEADLINE + timedelta(minutes=1), unit, lambda: [(f"{bad.title}.docx", document(bad))], title="待复核"
        )
        self.opinions.append(
            Opinion(
                date(2026, 7, 2),
                bad,
                "受理",
                "截止前已报，同意补正",
                ((to, "受理通知", second.key),),
                lambda: stand(bad),
            )
        )

    def _withdrawn_and_restored(self, unit: Unit, mine: list[Demand], at: datetime) -> None:
        self._good(unit, mine, at)
        for days, kind in ((1, "撤回"), (2, "恢复")):
            asked = self._mail(
                at + timedelta(days=days), unit, list, title=f"{kind}确认",
                then=lambda kind=kind: stand(mine[0]) if kind == "恢复" else fall(mine[0]),
            )  # fmt: skip
            asked.raw = lambda kind=kind, asked=asked: _written(
                unit.addresses[0], unit.name, f"{kind}：{mine[0].number}", [], asked.at, asked.key
            )
        self._mail(at + timedelta(days=3), unit, list, subject="Re：查询", title="查询结果")

    def _newer_version(self, unit: Unit, mine: list[Demand], at: datetime) -> None:
        """A new version with another amount, with its 汇总表."""
        self._good(unit, mine, at)

        def change() -> list[tuple[str, bytes]]:
            mine[0].amount = 999
            return [*self._files(unit, mine)[:1], ("汇总表.xlsx", table(unit, mine))]

        self._mail(at + timedelta(days=4), unit, change)

    # ---------------------------------------------------------------- and others

    def _strangers_and_machines(self) -> None:
        all_units = units()
        self._stranger("qiye@factory.example.com", all_units[5], date(2026, 5, 28), "登记为")
        self._stranger("geren@home.example.com", all_units[6], date(2026, 6, 2), "不予受理")
        robot = Sent(self._moment(date(2026, 6, 3), 600), "<robot@example.cn>", lambda: mail(
            sender=all_units[0].addresses[0], subject="自动回复：受理通知", message_id="<robot@example.cn>",
            received=self._moment(date(2026, 6, 3), 600), headers={"Auto-Submitted": "auto-replied"},
        ))  # fmt: skip
        self.sent.append(robot)
        self._forged(all_units[8], date(2026, 6, 4))
        self._question(all_units[11], date(2026, 6, 5))

    def _stranger(self, address: str, unit: Unit, day: date, word: str) -> None:
        demand = self._demand(unit, address, 640)
        at, key = self._moment(day, 615), f"<1@{address.rpartition('@')[2]}>"
        self.sent.append(
            Sent(
                at, key, lambda: _written(address, "企业", "申报需求", [("需求.docx", document(demand))], at, key),
                new=(demand,), letters=((address, "待复核", key),),
            )
        )  # fmt: skip
        demand.listed = False
        register = word == "登记为"
        self.opinions.append(
            Opinion(
                workday(day + timedelta(days=1)), demand, f"登记为：{unit.name}" if register else word,
                "" if register else "请通过归口管理部门报送",
                letters=((address, "受理通知" if register else "不予受理", key),),
                then=lambda: stand(demand) if register else None,
            )
        )  # fmt: skip

    def _forged(self, unit: Unit, day: date) -> None:
        demand = Demand(unit, words("forged", 14), "内蒙古冒名有限公司", FIELDS[0], 700)
        at, key = self._moment(day, 1300), "<forged@example.com>"
        failed = "mail.example.gov.cn; spf=fail smtp.mailfrom={0}; dmarc=fail header.from={0}"
        domain = unit.addresses[0].rpartition("@")[2]
        self.sent.append(
            Sent(
                at, key,
                lambda: mail(
                    sender=unit.addresses[0], attachments=[attached("需求.docx", document(demand))], received=at,
                    message_id=key, headers={"Authentication-Results": failed.format(domain)},
                ),
                new=(demand,), letters=((OFFICER, "疑似冒用发件人", ""),),
            )
        )  # fmt: skip

    def _question(self, unit: Unit, day: date) -> None:
        at, key = self._moment(day, 640), "<question@example.cn>"
        text = "请问汇总表需要几份纸质件？"
        self.sent.append(
            Sent(
                at, key,
                lambda: mail(sender=unit.addresses[0], subject="咨询", text=text, received=at, message_id=key),
                letters=((OFFICER, "待人工答复", ""),),
            )
        )  # fmt: skip
        self.opinions.append(Opinion(workday(day + timedelta(days=3)), key, "已办结", "已电话答复"))

    # ---------------------------------------------------------------- what must come of it

    def truth(self) -> Iterator[tuple[object, ...]]:
        """The rows of the 汇总表 at the end: the register's order of units, then the numbers; 序号 runs through."""
        order = {unit.name: n for n, unit in enumerate(units())}
        standing = sorted((d for d in self.demands if d.stands), key=lambda d: (order[d.unit.name], d.number))
        for n, d in enumerate(standing, 1):
            _, applicant, title, contact, phone, subject, _, partner, _ = d.row()
            own = (contact, phone, partner) if d.listed else (None, None, None)
            yield n, applicant, title, own[0], own[1], subject, d.amount, own[2], None

    def reminded(self, day: date) -> set[str]:
        """The addresses that must be reminded on a day: who has sent nothing, or has something to mend."""
        at = self._moment(day, 8 * 60 + 30)
        silent = {u.name for u in units()} - {s.unit.name for s in self.sent if s.unit and s.at < at}
        open_ = {t: s.unit for s in self.sent if s.at < at for t in s.opens}
        for opinion in self.opinions:
            if opinion.day < day:
                open_ |= {t: opinion.of.unit for t in opinion.opens if isinstance(opinion.of, Demand)}
        for title in (t for s in self.sent if s.at < at for t in s.closes):
            open_.pop(title, None)
        names = silent | {u.name for u in open_.values() if u}
        return {u.addresses[0] for u in units() if u.name in names}


def stand(*demands: Demand) -> None:
    for demand in demands:
        demand.stands = True


def fall(demand: Demand) -> None:
    demand.stands = False


def workday(day: date) -> date:
    """That day, or the next on which the officer is at the desk (19 June is a holiday)."""
    while day.weekday() >= 5 or day == date(2026, 6, 19):
        day += timedelta(days=1)
    return day


def _written(sender: str, name: str, subject: str, files: list[tuple[str, bytes]], at: datetime, key: str) -> bytes:
    text = "现报送材料，请查收附件。" if files else "请予办理。"
    files_of_mail = [attached(*file) for file in files]
    return mail(
        sender=sender,
        sender_name=name,
        subject=subject,
        text=text,
        attachments=files_of_mail,
        received=at,
        message_id=key,
    )
