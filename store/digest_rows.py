"""What the daily workbook shows, drawn from the store: every mail and every demand, each where its reader looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from replies.wording import decision_word
from rules.call import CallPack
from rules.choices import chosen
from rules.model import Decision, Demand, Finding, Severity, Unit
from store import books, queries
from store.database import Row, moment
from store.desk import Desk
from store.digest import DigestFacts, Overview
from store.publish import ledger_head, ledger_rows
from store.queries import Item
from store.registry import papers
from store.sheets import SheetRows

OTHER_FIELD = "（其他或未填）"
NO_LIMIT = "通知未规定"
LETTER_STATES = {
    "pending": "待发", "sending": "正在发", "sent": "已发", "carried": "并入合并答复", "uncertain": "是否送达不明",
    "failed": "未能送达",
}  # fmt: skip
WEIGHTY = (Severity.ERROR, Severity.REVIEW, Severity.REFUSE)


def digest_facts(desk: Desk, pack: CallPack, before: dict[str, int] | None = None) -> DigestFacts:
    """Everything that today's workbook of a call shows; ``before`` are the numbers of the last digest."""
    found = tuple(i for i in queries.items(desk.db) if i.call == pack.id)
    current = tuple(i for i in found if i.demand.current or i.demand.isolated)
    mails = desk.db.rows("SELECT * FROM mails WHERE purged_at IS NULL ORDER BY arrived, id")
    return DigestFacts(
        overview=_overview(desk, pack, current, before),
        head=ledger_head(desk, pack),
        ledger=tuple(ledger_rows(desk, pack)),
        sheets=(
            all_items(found, pack),
            _corrections(current, mails, pack, desk.db.clock()),
            _held(current, mails, pack),
            _quota(desk, pack),
            _units(desk, pack, current, mails),
            _register_of_mails(desk, mails),
        ),
    )


def numbers(desk: Desk, pack: CallPack) -> dict[str, int]:
    """The numbers that matter: demands by decision, mails, letters that wait."""
    counted = Counter(i.counts for i in queries.items(desk.db) if i.call == pack.id)
    account, letters = books.balance(desk.db), books.letters(desk.db)
    return {
        "受理": counted[Decision.ACCEPTED],
        "需补正": counted[Decision.CORRECTION],
        "待复核": counted[Decision.HELD],
        "不予受理": counted[Decision.REFUSED],
        "已撤回": counted[queries.WITHDRAWN],
        "来信（封）": account.seen,
        "待发通知（封）": letters["pending"],
        "未能处理的来信（封）": account.failed,
    }


def _overview(desk: Desk, pack: CallPack, current: tuple[Item, ...], before: dict[str, int] | None) -> Overview:
    now = numbers(desk, pack)
    return Overview(
        title=f"{pack.short}日报",
        day=desk.db.clock().date(),
        numbers=tuple((name, n, None if before is None else n - before.get(name, 0)) for name, n in now.items()),
        by_field=_by_field(current, pack),
        sentences=tuple(_sentences(desk, pack)),
    )


def _by_field(current: Iterable[Item], pack: CallPack) -> tuple[tuple[str, int, int], ...]:
    """Demands by 领域 in the notice's order: accepted ones, and those that are not (yet)."""
    spec = pack.field_named(pack.subject_field)
    names = [c.name for c in spec.choices] if spec else []
    accepted: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for item in current:
        if not item.demand.withdrawn:
            choice = chosen(spec, item.demand.form.value(spec.name)) if spec else None
            field = choice.name if choice else OTHER_FIELD
            (accepted if item.demand.decision is Decision.ACCEPTED else others)[field] += 1
    extra = [OTHER_FIELD] if accepted[OTHER_FIELD] + others[OTHER_FIELD] else []
    return tuple((name, accepted[name], others[name]) for name in (*names, *extra))


def _sentences(desk: Desk, pack: CallPack) -> Iterator[str]:
    account = books.balance(desk.db)
    yield (
        f"账目：共收到 {account.seen} 封，已办理 {account.handled} 封，无需处理 {account.ignored} 封，"
        f"重复投递 {account.duplicates} 封，未能处理 {account.failed} 封"
        + ("，账目相符。" if account.balances else f"，尚待审查 {account.waiting} 封。")
    )
    if pack.deadline:
        yield f"报送截止时间：{pack.deadline_words or pack.deadline}。"
    yield from books.errors(desk.db)
    yield from desk.register_warnings


# --------------------------------------------------------------------------- the sheets


def all_items(found: Iterable[Item], pack: CallPack) -> SheetRows:
    """Every version of every demand."""
    header = (
        "编号", "版本", "归口管理部门", "申报单位", "需求名称", "所属领域", "申请经费（万元）", "结论", "状态",
        "收到时间", "来信编号", "发现的问题", "文件",
    )  # fmt: skip
    rows = tuple(_item_row(i, pack) for i in sorted(found, key=lambda i: (i.demand.number, i.demand.version)))
    return SheetRows("全部需求", header, (14, 6, 26, 28, 40, 20, 12, 10, 12, 18, 15, 60, 34), rows)


def _item_row(item: Item, pack: CallPack) -> tuple[object, ...]:
    d = item.demand
    amount = d.form.money.amount
    return (
        d.number, d.version, item.unit or "（未登记）", pack.applicant_of(d.form), d.name,
        d.form.value(pack.subject_field), None if amount is None else float(amount),
        "已撤回" if d.withdrawn else decision_word(d.decision), _standing(d), _time(d.received), d.receipt,
        _problems((*d.findings, *item.of_file)), f"{d.document}（{d.sha256[:12]}）" if d.document else "",
    )  # fmt: skip


def _standing(demand: Demand) -> str:
    if demand.withdrawn:
        return "已撤回"
    if demand.isolated:
        return "未登记，单列"
    return "现行" if demand.current else "历史版本"


def _corrections(current: Iterable[Item], mails: Iterable[Row], pack: CallPack, now: datetime) -> SheetRows:
    header = (
        "编号", "归口管理部门", "申报单位", "需求名称或来信", "须修改的内容", "收到时间", "已等待（天）", "来信编号",
    )  # fmt: skip
    rows = [
        (d.number, i.unit or "（未登记）", pack.applicant_of(d.form), d.name,
         _problems(d.findings, (Severity.ERROR,)), _time(d.received), (now - d.received).days, d.receipt)
        for i in current
        if (d := i.demand).decision is Decision.CORRECTION and not d.withdrawn
    ]  # fmt: skip
    told = {row[-1] for row in rows}
    for mail in mails:
        if mail["decision"] == Decision.CORRECTION and mail["receipt"] not in told:
            at = moment(mail["received"])
            what = "来信或其附件须补正，详见来信登记"
            rows.append((mail["receipt"], mail["unit"] or "（未登记）", "", f"来信：{mail['subject']}", what,
                         _time(at), (now - at).days, mail["receipt"]))  # fmt: skip
    return SheetRows("待补正", header, (14, 26, 28, 40, 70, 18, 12, 15), tuple(rows))


def _held(current: Iterable[Item], mails: Iterable[Row], pack: CallPack) -> SheetRows:
    header = ("编号", "归口管理部门", "申报单位", "需求名称或来信", "待复核的原因", "收到时间", "来信编号", "发件邮箱")
    rows = [
        (d.number, i.unit or "（未登记）", pack.applicant_of(d.form), d.name,
         "；".join(filter(None, (_problems(d.findings, (Severity.REVIEW,)), d.own_failure))),
         _time(d.received), d.receipt, d.sender)
        for i in current
        if (d := i.demand).decision is Decision.HELD and not d.withdrawn
    ]  # fmt: skip
    told = {row[-2] for row in rows}
    for mail in mails:
        if mail["receipt"] in told:
            continue
        if mail["decision"] == Decision.HELD or mail["question"] or mail["officer_needed"] not in ("", "[]"):
            why = "待人工答复" if mail["question"] else "来信待复核，详见来信登记"
            rows.append((mail["receipt"], mail["unit"] or "（未登记）", "", f"来信：{mail['subject']}", why,
                         _time(moment(mail["received"])), mail["receipt"], mail["sender"]))  # fmt: skip
    return SheetRows("待复核", header, (14, 26, 28, 40, 60, 18, 15, 28), tuple(rows))


def _quota(desk: Desk, pack: CallPack) -> SheetRows:
    register = {u.name: u for u in desk.units_for(pack)}
    rows = tuple(
        (name, register.get(name, Unit(name)).category, use.used, use.waiting,
         NO_LIMIT if use.limit is None else use.limit,
         "" if use.limit is None else max(0, use.limit - use.used))
        for name, use in queries.quotas(desk.db, pack)
    )  # fmt: skip
    return SheetRows(
        "限额使用", ("归口管理部门", "类别", "已用", "候补", "限额", "剩余"), (40, 18, 8, 8, 14, 8), rows, 1
    )


def _units(desk: Desk, pack: CallPack, current: Iterable[Item], mails: Iterable[Row]) -> SheetRows:
    header = (
        "归口管理部门", "类别", "来信（封）", "汇总表", "受理", "需补正", "待复核", "不予受理", "纸质正式文件",
        "联系人", "联系电话", "备注",
    )  # fmt: skip
    sent = Counter(mail["unit"] for mail in mails if mail["unit"])
    tables = {r["unit"] for r in desk.db.rows("SELECT DISTINCT unit FROM summaries WHERE call = ?", pack.id)}
    counted: dict[str, Counter[str]] = {}
    for item in current:
        counted.setdefault(item.unit or "", Counter())[item.counts] += 1
    arrived = papers(desk.db, pack.id)
    rows = tuple(
        (u.name, u.category, sent[u.name] or "未报送", "已报" if u.name in tables else "未报",
         *(counted.get(u.name, Counter())[d] for d in queries.SHOWN),
         f"{arrived[u.name]:%Y-%m-%d}" if u.name in arrived else "", u.contact, u.phone, u.note)
        for u in desk.units_for(pack)
    )  # fmt: skip
    return SheetRows("报送情况", header, (40, 18, 10, 8, 8, 8, 8, 10, 16, 12, 18, 24), rows, 1)


def _register_of_mails(desk: Desk, mails: Iterable[Row]) -> SheetRows:
    header = ("来信编号", "收到时间", "发件邮箱", "归口管理部门", "主题", "结论", "附件", "发现的问题", "回信")
    names, found = _by_mail(desk, _FILES), _by_mail(desk, _FOUND)
    answers = {r["mail_id"]: LETTER_STATES[r["state"]] for r in desk.db.rows(_ANSWERS)}
    rows = tuple(
        (m["receipt"] or f"（第{m['id']}封）", _time(moment(m["received"] or m["arrived"])), m["sender"],
         m["unit"] or "", m["subject"], _outcome(m), names.get(m["id"], ""), found.get(m["id"], ""),
         answers.get(m["id"], m["unanswered"]))
        for m in mails
    )  # fmt: skip
    return SheetRows("来信登记", header, (16, 18, 30, 26, 44, 12, 50, 40, 24), rows)


_FILES = "SELECT mail_id, name AS words FROM documents WHERE inline = 0 ORDER BY mail_id, position"
_FOUND = "SELECT mail_id, trim(code || ' ' || place) AS words FROM findings WHERE item_id IS NULL ORDER BY id"
_ANSWERS = "SELECT mail_id, state FROM letters WHERE kind = 'answer' AND mail_id IS NOT NULL"


def _by_mail(desk: Desk, sql: str) -> dict[int, str]:
    words: dict[int, dict[str, None]] = {}
    for row in desk.db.rows(sql):
        words.setdefault(row["mail_id"], {})[row["words"]] = None
    return {mail_id: "；".join(each) for mail_id, each in words.items()}


def _outcome(mail: Row) -> str:
    states = {"duplicate": "重复投递", "failed": "未能处理", "journaled": "待审查"}
    return states.get(mail["state"]) or decision_word(mail["decision"]) or str(mail["decision"])


def _problems(findings: Iterable[Finding], weights: tuple[Severity, ...] = WEIGHTY) -> str:
    return "\n".join(dict.fromkeys(f"{f.code} {f.message}" for f in findings if f.severity in weights))


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
