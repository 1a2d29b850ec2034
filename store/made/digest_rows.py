"""What the daily workbook shows, drawn from the store: every mail and every demand, each where its reader looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from intake.tables.workbook import HELD_SHEET
from replies.wording import decision_word
from rules.model import Decision, Demand, Finding, Severity, Unit
from rules.packs.call import CallPack
from rules.similar.taxonomy import NO_TASK, tag_of
from store import queries
from store.database import Row
from store.desk import Desk
from store.files import Files
from store.made.briefing import OLD_DAYS, LastDigest, changes, overview
from store.made.digest import DAYS, QUOTA, DigestFacts
from store.made.figures import Figures, received
from store.made.publish import ledger_head, ledger_rows
from store.made.sheets import Link, SheetRows, shortened
from store.officers.alike import alike, alike_sheet
from store.officers.held import HEADER, WIDTHS, HeldRow, held_rows
from store.officers.unmended import open_letters
from store.queries import Item
from store.views.reports import MAIL_STATES, NO_LIMIT, NO_UNIT, officers_line, standing

LETTER_STATES = {
    "pending": "待发", "sending": "正在发", "sent": "已发", "carried": "并入合并答复", "uncertain": "是否送达不明",
    "failed": "未能送达",
}  # fmt: skip
WEIGHTY = (Severity.ERROR, Severity.REVIEW, Severity.REFUSE)
LATE = "D001"
TASK_HEADER, TASK_WIDTHS = ("对应专栏", "依据词"), (26, 30)
MOST_FILES, FILES_WIDTH = 4, 40  # of a letter, named in 来信登记
NOT_TO_OPEN = {"S002", "S003"}  # macros and hostile files: named, but nobody is led to them by a click


@dataclass(frozen=True, slots=True)
class Notes:
    """What the digest adds to the plain table of items: what changed, by number and version; where files lie."""

    changed: Mapping[tuple[str, int], str] = field(default_factory=dict)
    files: Files | None = None


def digest_facts(desk: Desk, pack: CallPack, last: LastDigest | None = None) -> DigestFacts:
    """Everything that today's workbook of a call shows; ``last`` is what the digest before told (null: the first)."""
    figures = Figures(desk, pack)
    changed = changes(figures, last)
    held = held_rows(desk, pack)
    resembling = alike(desk.db, call=pack.id)
    notes = Notes({(c.item.demand.number, c.item.demand.version): c.words for c in changed}, desk.files)
    return DigestFacts(
        overview=overview(figures, changed, last),
        head=ledger_head(desk, pack),
        ledger=tuple(ledger_rows(desk, pack)),
        sheets=(
            all_items(figures.items, pack, notes),
            _corrections(figures),
            _held(held, desk.files),
            _quota(figures),
            _units(figures),
            _register_of_mails(desk, figures.mails),
            _days(figures),
            *((alike_sheet(resembling),) if resembling else ()),
        ),
        held=held,
    )


# --------------------------------------------------------------------------- the sheets


def all_items(found: Iterable[Item], pack: CallPack, notes: Notes | None = None) -> SheetRows:
    """Every version of every demand; with ``notes`` also what changed, and a way to each file."""
    header = (
        "编号", "版本", "归口管理部门", "申报单位", "需求名称", "所属领域", "申请经费（万元）", "结论", "状态",
        "收到时间", "来信编号", "发现的问题", "文件",
    )  # fmt: skip
    widths = (14, 6, 18, 22, 30, 16, 17, 10, 13, 12, 15, 44, 24)
    ordered = sorted(found, key=lambda i: (i.demand.number, i.demand.version))
    if notes is None:
        plain = tuple((*_item_row(i, pack), *_task(i, pack)) for i in ordered)
        return SheetRows("全部需求", (*header, *TASK_HEADER), (*widths, *TASK_WIDTHS), plain)
    rows = tuple((*_item_row(i, pack)[:-1], *_noted(i, notes), *_task(i, pack)) for i in ordered)
    return SheetRows("全部需求", (*header, "变化", *TASK_HEADER), (*widths, 18, *TASK_WIDTHS), rows)


def _noted(item: Item, notes: Notes) -> tuple[str | Link, str]:
    """The way to an item's file, and what changed about it since the last digest."""
    return file_of(item, notes.files), notes.changed.get((item.demand.number, item.demand.version), "")


def _task(item: Item, pack: CallPack) -> tuple[str, str]:
    """The 专栏 of the plan that an accepted demand serves best, and the words that decided it; for officers alone."""
    demand = item.demand
    if demand.secret or demand.decision is not Decision.ACCEPTED:
        return "", ""
    tag = tag_of(demand.form, pack)
    return (tag.name, "、".join(tag.words)) if tag else (NO_TASK, "")


def _item_row(item: Item, pack: CallPack) -> tuple[object, ...]:
    d = item.demand
    amount = d.form.money.amount
    return (
        d.number, d.version, item.unit or NO_UNIT, pack.applicant_of(d.form), d.name,
        d.form.value(pack.subject_field), None if amount is None else float(amount),
        standing(d), _currency(d), _time(d.received), d.receipt,
        _problems((*d.findings, *item.of_file)), f"{d.document}（{d.sha256[:12]}）" if d.document else "",
    )  # fmt: skip


def file_of(item: Item, files: Files | None) -> str | Link:
    """The name of an item's file, leading to where it lies; to nothing secret, and to nothing that could harm."""
    demand = item.demand
    if demand.secret or not demand.document:
        return ""
    if NOT_TO_OPEN & {f.code for f in (*demand.findings, *item.of_file)}:
        return f"{demand.document}（含宏或外部内容，请勿直接打开）"
    place = files.path(demand.sha256) if files and demand.sha256 else None
    if files is None or place is None or not place.is_file():
        return demand.document
    return Link(
        demand.document.rpartition("/")[2], f"../../{files.root.name}/{place.relative_to(files.root).as_posix()}"
    )


def _currency(demand: Demand) -> str:
    if demand.withdrawn:
        return "已撤回"
    if demand.isolated:
        return "未登记，单列"
    if demand.current:
        return "现行"
    return "逾期" if any(f.code == LATE for f in demand.findings) else "历史版本"


def _corrections(figures: Figures) -> SheetRows:
    """What the units must still mend, the oldest first; what has waited long stands out."""
    header = (
        "编号", "归口管理部门", "申报单位", "需求名称或来信", "须修改的内容", "收到时间", "已等待（天）", "来信编号",
        "文件",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (d.number, i.unit or NO_UNIT, figures.pack.applicant_of(d.form), d.name,
         _problems((*d.findings, *i.of_file), (Severity.ERROR,)), _time(d.received),
         figures.waiting_days(d.received), d.receipt, file_of(i, figures.desk.files))
        for i in figures.current
        if (d := i.demand).decision is Decision.CORRECTION and not d.withdrawn
    ]  # fmt: skip
    rows += [
        (letter.receipt, letter.unit or NO_UNIT, "", f"来信：{letter.subject}", "\n".join(letter.problems),
         _time(letter.at), figures.waiting_days(letter.at), letter.receipt, "")
        for letter in open_letters(figures.desk, figures.pack)
    ]  # fmt: skip
    rows.sort(key=lambda row: str(row[5]))
    return SheetRows("待补正", header, (14, 18, 22, 30, 56, 12, 13, 15, 24), tuple(rows), 2, _old(rows, 6), 6)


def _old(rows: Iterable[tuple[object, ...]], column: int) -> frozenset[int]:
    return frozenset(
        n for n, row in enumerate(rows) if isinstance(row[column], int) and int(str(row[column])) >= OLD_DAYS
    )


def _held(rows: Iterable[HeldRow], files: Files) -> SheetRows:
    """What waits for an officer, with the columns to fill in and the hidden keys."""
    lines = tuple(
        (r.number, r.unit or NO_UNIT, r.applicant, r.name, r.why, "", "", _time(r.at), r.receipt, r.sender,
         file_of(r.item, files) if r.item else "", r.key)
        for r in rows
    )  # fmt: skip
    return SheetRows(HELD_SHEET, HEADER, WIDTHS, lines)


def _quota(figures: Figures) -> SheetRows:
    register = {s.unit.name: s.unit for s in figures.standings}
    rows = tuple(
        (name, register.get(name, Unit(name)).category, use.used, use.waiting or None,
         "" if use.limit is None else max(0, use.limit - use.used),
         NO_LIMIT if use.limit is None else use.limit)
        for name, use in figures.quotas
    )  # fmt: skip
    full = frozenset(n for n, row in enumerate(rows) if row[3] or row[4] == 0)
    return SheetRows(
        QUOTA, ("归口管理部门", "类别", "已用", "候补", "剩余", "限额"), (38, 14, 8, 8, 8, 14), rows, 1, full
    )


def _units(figures: Figures) -> SheetRows:
    """What each unit of the register has sent; those that sent nothing stand out."""
    header = (
        "归口管理部门", "类别", "报送情况", "来信（封）", "汇总表", "受理", "需补正", "待复核", "不予受理",
        "纸质正式文件", "联系人", "联系电话", "备注",
    )  # fmt: skip
    rows = tuple(
        (s.unit.name, s.unit.category, "未报送" if s.silent else "已报送", s.mails,
         "已报" if s.summary else "" if s.silent else "未报", *(s.counts[d] or "" for d in queries.SHOWN),
         f"{s.paper:%Y-%m-%d}" if s.paper else "", s.unit.contact, s.unit.phone, s.unit.note)
        for s in figures.standings
    )  # fmt: skip
    silent = frozenset(n for n, s in enumerate(figures.standings) if s.silent)
    widths = (38, 14, 10, 11, 9, 9, 9, 9, 10, 16, 12, 18, 24)
    return SheetRows("报送情况", header, widths, rows, 1, silent)


def _days(figures: Figures) -> SheetRows:
    rows = tuple((d.day, d.new, d.mended, d.total, d.accepted) for d in figures.days)
    return SheetRows(
        DAYS, ("日期", "当日新报", "当日补报新版", "累计报送", "其中已受理"), (14, 12, 14, 12, 12), rows, 1
    )


def _register_of_mails(desk: Desk, mails: Iterable[Row]) -> SheetRows:
    header = ("来信编号", "收到时间", "发件邮箱", "归口管理部门", "主题", "结论", "附件", "发现的问题", "回信")
    names, found = _by_mail(desk, _FILES), _by_mail(desk, _FOUND)
    answers = {r["mail_id"]: LETTER_STATES[r["state"]] for r in desk.db.rows(_ANSWERS)}
    rows = tuple(
        (m["receipt"] or f"（第{m['id']}封）", _time(received(m)), m["sender"],
         m["unit"] or "", m["subject"], _outcome(m), _files(names.get(m["id"], [])), "；".join(found.get(m["id"], ())),
         answers.get(m["id"], "由工作人员答复" if m["question"] else m["unanswered"]))
        for m in mails
    )  # fmt: skip
    return SheetRows("来信登记", header, (16, 12, 26, 18, 34, 11, FILES_WIDTH, 30, 16), rows)


_FILES = "SELECT mail_id, name AS words FROM documents WHERE inline = 0 ORDER BY mail_id, position"
_FOUND = "SELECT mail_id, trim(code || ' ' || place) AS words FROM findings WHERE item_id IS NULL ORDER BY id"
_ANSWERS = "SELECT mail_id, state FROM letters WHERE kind = 'answer' AND mail_id IS NOT NULL"


def _by_mail(desk: Desk, sql: str) -> dict[int, list[str]]:
    """The words of each mail, each once."""
    words: dict[int, dict[str, None]] = {}
    for row in desk.db.rows(sql):
        words.setdefault(row["mail_id"], {})[row["words"]] = None
    return {mail_id: list(each) for mail_id, each in words.items()}


def _files(names: list[str]) -> str:
    """As many files as can be read at a glance, a line each, the rest counted."""
    shown = names if len(names) <= MOST_FILES + 1 else names[:MOST_FILES]
    rest = [] if shown is names else [f"……共 {len(names)} 个文件"]
    return "\n".join((*(shortened(name, FILES_WIDTH) for name in shown), *rest))


def _outcome(mail: Row) -> str:
    return MAIL_STATES.get(mail["state"]) or decision_word(mail["decision"])


def _problems(findings: Iterable[Finding], weights: tuple[Severity, ...] = WEIGHTY) -> str:
    return "\n".join(dict.fromkeys(officers_line(f.code, f.message) for f in findings if f.severity in weights))


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
