"""What a terminal tells of the store, as Chinese lines and rows; cleaned where it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from replies.wording import decision_word
from rules.model import Change, Decision, Demand, Unit
from store.database import Database, moment
from store.queries import Item
from store.views.findings import finding_lines
from store.views.story import Story

MAIL_COLUMNS = ("来信编号", "收到时间", "发件单位", "主题", "结论", "需求")
QUOTA_COLUMNS = ("归口管理部门", "已用", "候补", "限额")
ITEM_COLUMNS = ("编号", "版本", "归口管理部门", "需求名称", "结论", "发现")
OPEN_COLUMNS = ("编号", "归口管理部门", "需求名称", "结论", "收到时间", "发现")
UNIT_COLUMNS = ("归口管理部门", "类别", "邮箱", "限额", "联系人", "联系电话", "备注")
MAIL_STATES = {"duplicate": "重复投递", "failed": "未能处理", "journaled": "待审查"}
NO_UNIT, NO_LIMIT = "（未登记）", "通知未规定"


def officers_line(code: str, message: str) -> str:
    """A finding in one line as officers read it: what speaks to the unit speaks of it."""
    return f"{code} {message}".replace("贵单位", "该单位")


def status_lines(status: Mapping[str, Any]) -> Iterator[str]:
    """The whole at a glance."""
    mails, items, outbox = status["mails"], status["items"], status["outbox"]
    yield (
        f"来信：已办理 {mails['handled']}，无需处理 {mails['ignored']}，重复投递 {mails['duplicates']}，"
        f"未能处理 {mails['failed']}"
    )
    yield (
        f"需求：受理 {items['accepted']}，需补正 {items['correction']}，待复核 {items['held']}，"
        f"不予受理 {items['refused']}，已撤回 {items['withdrawn']}"
    )
    yield (
        f"通知：待发 {outbox['pending']}，已发 {outbox['sent']}，是否送达不明 {outbox['uncertain']}，"
        f"未能送达 {outbox['failed']}"
    )
    yield f"最近一次收件：{status['last_poll'] or '尚未收过'}"
    yield from (f"注意：{error}" for error in status["errors"])
    if not status["errors"]:
        yield "账目相符，没有需要处理的错误。"


def story_lines(story: Story) -> Iterator[str]:
    """A receipt or an item from its arrival to today."""
    yield f"{story.title}"
    for mail in story.mails:
        yield f"来信 {mail['receipt'] or '（重复投递）'}：{mail['sender'] or '（无发件人）'}，主题“{mail['subject']}”"
    for finding in story.findings:
        yield from finding_lines(finding, "  ")
    for demand, unit in story.versions:
        state = "已撤回" if demand.withdrawn else "现行" if demand.current else "非现行"
        yield (
            f"{demand.number} 第 {demand.version} 版（{state}）“{demand.name}”，{unit or '未登记'}，"
            f"{demand.received:%Y-%m-%d %H:%M} 收到：{decision_word(demand.decision)}"
        )
        if demand.officer:
            yield f"  人工决定（{demand.officer.officer or '工作人员'}）：{demand.officer.reason}"
        for finding in demand.findings:
            yield from finding_lines(finding, "  ")
    yield "经过："
    for step in story.steps:
        yield f"  {step.at:%Y-%m-%d %H:%M:%S} {step.text}"


def mail_rows(db: Database) -> list[tuple[object, ...]]:
    """Every mail with what became of it, in order of arrival."""
    names: dict[int, list[str]] = {}
    for row in db.rows("SELECT mail_id, name, decision FROM items ORDER BY id"):
        names.setdefault(row["mail_id"], []).append(f"{row['name']}：{decision_word(row['decision'])}")
    return [
        (m["receipt"] or "", f"{moment(m['received'] or m['arrived']):%m-%d %H:%M}", m["unit"] or m["sender"],
         m["subject"], MAIL_STATES.get(m["state"]) or decision_word(m["decision"]),
         "\n".join(names.get(m["id"], ())))
        for m in db.rows("SELECT * FROM mails ORDER BY arrived, id")
    ]  # fmt: skip


def item_rows(found: Iterable[Item]) -> list[tuple[object, ...]]:
    """Versions of demands, under ``ITEM_COLUMNS``."""
    return [
        (i.demand.number, i.demand.version, i.unit or NO_UNIT, i.demand.name, standing(i.demand), _codes(i))
        for i in found
    ]


def open_rows(found: Iterable[Item]) -> list[tuple[object, ...]]:
    """The demands that wait for their unit or for an officer, under ``OPEN_COLUMNS``."""
    return [
        (i.demand.number, i.unit or NO_UNIT, i.demand.name, standing(i.demand),
         f"{i.demand.received:%m-%d %H:%M}", _codes(i))
        for i in found
        if i.demand.decision in (Decision.CORRECTION, Decision.HELD) and not i.demand.withdrawn
    ]  # fmt: skip


def quota_rows(status: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """The quota of each unit that has sent something, under ``QUOTA_COLUMNS``; a limit of 0 is one."""
    limits = ((q, NO_LIMIT if q["limit"] is None else q["limit"]) for q in status["quota"])
    return [(q["unit"], q["used"], q["waiting"], limit) for q, limit in limits]


def unit_rows(units: Iterable[Unit]) -> list[tuple[object, ...]]:
    """The register, under ``UNIT_COLUMNS``."""
    return [
        (u.name, u.category, u.entries, NO_LIMIT if u.limit is None else u.limit,
         u.contact, u.phone, u.note)
        for u in units
    ]  # fmt: skip


def standing(demand: Demand) -> str:
    """The word for what a demand is now."""
    return "已撤回" if demand.withdrawn else decision_word(demand.decision)


def change_line(change: Change) -> str:
    """What an officer's decision changed."""
    return f"{change.after.number} {change.after.name}：{standing(change.before)} → {standing(change.after)}"


def _codes(item: Item) -> str:
    return " ".join(dict.fromkeys(f.code for f in (*item.demand.findings, *item.of_file)))
