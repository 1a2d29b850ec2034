"""What a letter shows of a verdict: items, files, findings and the unit's state as ready words.

Secrecy is kept here: of a demand marked secret nothing but its number and verdict ever reaches a template.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from intake.model import OWN_FAILURES, Document, Kind
from replies.message import LONGEST_LINE, plain_line
from replies.points import BLOCKING, GroupView, finding_view, groups, settled_by_officer
from replies.wording import AMOUNT_LABELS, DECISION_WORDS, GROUP_TITLES, counted, day, moment, wan
from rules.model import (
    SECRET_NAME,
    Change,
    Decision,
    Demand,
    Finding,
    Judged,
    QuotaUse,
    Scope,
    Severity,
    SummaryOnFile,
    UnitState,
)
from rules.packs.call import CallPack

STILL_TO_COME = "如分多封邮件报送，其余文件到达后本项自动消除。"
KIND_WORDS = {
    Kind.FORM: "申报表",
    Kind.SUMMARY: "汇总表",
    Kind.LETTER: "公函",
    Kind.OTHER: "其他文件",
    Kind.UNREADABLE: "未能读取",
}

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PartView:
    """A card: an item or a file with its facts and findings; ``tone`` is a decision or ``plain``."""

    title: str
    badge: str = ""
    tone: str = "plain"
    facts: Facts = ()
    groups: tuple[GroupView, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Awaited:
    """What the 汇总表 lists and has not come: one line a demand, and what to do."""

    weight: str
    lines: tuple[str, ...]
    fixes: tuple[str, ...]


# --------------------------------------------------------------------------- items


def item_part(
    demand: Demand,
    pack: CallPack,
    files: Iterable[Document] = (),
    more: Iterable[Finding] = (),
    *,
    alone: bool = False,
) -> PartView:
    """An item with its facts and its findings; ``more`` are those of its file.

    ``alone``: no part of the letter tells the findings of its mail, so they stand here too.
    """
    own = [f for f in demand.findings if alone or f.scope is not Scope.MAIL]
    shown = () if demand.secret else groups([*more, *own], settled_by_officer(demand))
    held_above = demand.decision is not Decision.ACCEPTED and not any(
        g.tone in ("refuse", "error", "review") for g in shown
    )
    return PartView(
        title=" ".join(filter(None, (demand.number, shown_name(demand)))),
        badge="已撤回" if demand.withdrawn else DECISION_WORDS[demand.decision],
        tone="plain" if demand.withdrawn else demand.decision.value,
        facts=() if demand.secret else item_facts(demand, pack, tuple(files)),
        groups=shown,
        note=_note(demand, held_above=held_above),
    )


def _note(demand: Demand, *, held_above: bool) -> str:
    if demand.officer is not None and demand.officer.reason:
        word = "须改正" if demand.decision is Decision.CORRECTION else "工作人员意见"
        return f"{word}：{plain_line(demand.officer.reason, LONGEST_LINE)}"
    if demand.own_failure:
        return "该文件由工作人员人工审阅，结果另行通知，无须重新报送。"
    return "原因见上文“来件整体情况”。" if held_above else ""


def shown_name(demand: Demand) -> str:
    """The demand's name as a letter may show it."""
    return SECRET_NAME if demand.secret else plain_line(demand.name) or "（未填写需求名称）"


def item_facts(demand: Demand, pack: CallPack, files: tuple[Document, ...]) -> Facts:
    """The facts of an item: applicant, amount, version, file and time."""
    facts = [
        (pack.applicant_field, plain_line(pack.applicant_of(demand.form)) or "未填写"),
        (AMOUNT_LABELS.get(pack.layout.amount_of, "金额"), wan(demand.form.money.amount)),
        ("文件", _file_line(demand, files)),
        ("收到时间", moment(demand.received)),
    ]
    if demand.number:
        facts.insert(2, ("版本", f"第{demand.version}版"))
    return tuple(facts)


def _file_line(demand: Demand, files: tuple[Document, ...]) -> str:
    file = next((d for d in files if d.path == demand.document), None)
    name = file.name if file else demand.document.rpartition("/")[2]
    digest = (file.sha256 if file else demand.sha256)[:12]
    return plain_line(name) + (f"（SHA-256：{digest}）" if digest else "")


# --------------------------------------------------------------------------- the letter as a whole and its files


def mail_parts(judged: Judged) -> tuple[PartView, ...]:
    """Cards for the letter as a whole and for each file that has findings of its own but no item."""
    paths = {d.path for d in judged.checked.submission.documents}
    whole = groups(f for f in judged.findings if f.scope is Scope.MAIL or f.document not in paths)
    parts = [PartView("来件整体情况", groups=whole)] if whole else []
    with_items = {d.document for d in judged.demands}
    for document in judged.checked.submission.documents:
        if document.path in with_items:
            continue
        shown = groups(file_findings(judged, document.path))
        note = "该文件由工作人员人工审阅，结果另行通知，无须重新报送。" if document.has(*OWN_FAILURES) else ""
        if shown or note:
            parts.append(PartView(f"文件：{file_line(document)}", groups=shown, note=note))
    return tuple(parts)


def file_findings(judged: Judged, path: str) -> list[Finding]:
    """The findings of one file."""
    return [f for f in judged.findings if f.scope is not Scope.MAIL and f.document == path]


def file_line(document: Document) -> str:
    """A file by name and the first 12 digits of its SHA-256."""
    return f"{plain_line(document.name)}（SHA-256：{document.sha256[:12]}）"


def awaited(judged: Judged) -> Awaited | None:
    """The demands on the 汇总表 whose documents have not come: as this letter's findings (C001), or as a reminder."""
    missing = [f for f in dict.fromkeys(judged.findings) if f.code == "C001"]
    if not missing:
        names = tuple(f"「{plain_line(name)}」" for name in judged.awaited)
        return Awaited("请留意", names, (STILL_TO_COME,)) if names else None
    views = [finding_view(f) for f in missing]
    title = GROUP_TITLES[Severity.ERROR] if any(f.severity is Severity.ERROR for f in missing) else "请留意"
    return Awaited(title, tuple(v.message for v in views), tuple(dict.fromkeys(v.fix for v in views if v.fix)))


def other_files(judged: Judged) -> tuple[str, ...]:
    """The files of the letter that hold no item and were spoken of nowhere else, and what each was taken for."""
    with_items = {d.document for d in judged.demands} | {f.document for f in judged.findings}
    return tuple(
        f"{KIND_WORDS[d.kind]}：{file_line(d)}"
        for d in judged.checked.submission.documents
        if d.path not in with_items and not d.inline and not d.has(*OWN_FAILURES)
    )


def changed_part(change: Change) -> PartView:
    """A demand of an earlier letter whose verdict this one changes."""
    after = change.after
    was, now = status_words(change.before), status_words(after)
    facts = [("变化", f"由“{was}”变为“{now}”" if was != now else f"仍为“{now}”，审查意见有更新")]
    if after.decision in (Decision.CORRECTION, Decision.HELD) and not after.withdrawn:
        facts.append(("尚待改正或复核", open_points(after)))
    return PartView(
        title=f"{after.number} {shown_name(after)}",
        badge=status_words(after),
        tone=after.decision.value,
        facts=tuple(facts),
        groups=() if after.secret else groups(f for f in after.findings if f not in change.before.findings),
    )


# --------------------------------------------------------------------------- the unit's state


def current(state: UnitState) -> tuple[Demand, ...]:
    """The demands that count today, by number."""
    return tuple(d for d in state.demands if d.current and not d.withdrawn)


def state_facts(
    state: UnitState, quota: QuotaUse | None, pack: CallPack, mended: tuple[int, int] | None = None
) -> Facts:
    """The whole unit in a few lines: verdicts, places, 汇总表 (where the call has one), what was mended."""
    demands = current(state)
    verdicts = f"（{counted([d.decision for d in demands])}）" if demands else ""
    facts = [(f"在报{pack.item_word}", f"{len(demands)}项{verdicts}")]
    if quota is not None:
        facts.append(("推荐限额", quota_words(quota)))
    if pack.summary is not None:
        facts.append(("汇总表", summary_words(state.summaries)))
    if mended is not None:
        facts.append(("改正情况", f"上次{mended[0]}处问题已改正{mended[1]}处"))
    return tuple(facts)


def quota_words(quota: QuotaUse) -> str:
    """Places used of the limit, and how many wait."""
    waiting = f"，另有{quota.waiting}项按收到顺序候补" if quota.waiting else ""
    if quota.limit is None:
        return f"通知未规定，已报送{quota.used}项{waiting}"
    return f"已占用{quota.used}项，限额{quota.limit}项{waiting}"


def summary_words(summaries: tuple[SummaryOnFile, ...]) -> str:
    """Whether the unit's 汇总表 has come, and when last."""
    return f"已收到（{day(summaries[-1].received)}）" if summaries else "尚未收到"


def state_rows(demands: Iterable[Demand]) -> tuple[tuple[str, ...], ...]:
    """A row a demand: number, name, version, verdict, what is open."""
    return tuple((d.number, shown_name(d), f"第{d.version}版", status_words(d), open_points(d)) for d in demands)


def status_words(demand: Demand) -> str:
    """The verdict, 已撤回 or 候补 in one word."""
    if demand.withdrawn:
        return "已撤回"
    if demand.decision is Decision.HELD and any(f.code == "Q001" for f in demand.findings):
        return "候补"
    return DECISION_WORDS[demand.decision]


def open_points(demand: Demand) -> str:
    """The places still to be mended or looked at, without repeating."""
    if demand.secret or demand.withdrawn:
        return "—"
    blocking = BLOCKING - settled_by_officer(demand)
    places = dict.fromkeys(plain_line(f.where) for f in demand.findings if f.told and f.severity in blocking)
    if demand.officer is not None and demand.decision is Decision.CORRECTION:
        places["工作人员意见"] = None
    return "；".join(filter(None, places)) or "—"
