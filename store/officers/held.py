"""What waits for an officer: held demands and letters, as 待复核 shows them and as its rows are carried out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.tables import workbook
from rules.model import Decision, Demand, Severity
from rules.packs.call import CallPack
from rules.senders import unit_named
from store import codec, queries
from store.database import Database, Row, moment
from store.desk import Desk
from store.queries import Item
from store.views.reports import officers_line

ACCEPT, RETURN, REFUSE, KEEP, CLOSE, AGREE = "受理", "退回补正", "不予受理", "继续待核", "已办结", "同意办理"
REGISTER = "登记为："
CLOSED = "closed"  # the event by which an officer closes a letter
UNKNOWN_SENDER = "A001"
HEADER = (
    workbook.NUMBER, "归口管理部门", "申报单位", "需求名称或来信", "待复核的原因", workbook.OPINION, workbook.REMARK,
    "收到时间", "来信编号", "发件邮箱", "文件", workbook.KEY,
)  # fmt: skip
WIDTHS = (14, 18, 22, 30, 46, 16, 30, 12, 15, 24, 24, 18)


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row of 待复核: a version of a demand (``version`` from 1) or a letter (``version`` 0).

    ``key`` tells it from all others; ``fingerprint`` changes when anything changes that an officer decides upon;
    ``offers`` are the opinions that can be carried out; ``stranger``: its sender is not in the register.
    """

    key: str
    number: str
    version: int
    receipt: str
    unit: str
    applicant: str
    name: str
    why: str
    at: datetime
    sender: str
    offers: tuple[str, ...]
    fingerprint: str
    stranger: bool = False
    item: Item | None = None


def held_rows(desk: Desk, pack: CallPack) -> tuple[HeldRow, ...]:
    """Everything under a call that waits for an officer, demands first, each by number."""
    found = tuple(i for i in queries.items(desk.db) if i.call == pack.id)
    return (*_demands(desk, pack, found), *_letters(desk, pack))


# --------------------------------------------------------------------------- demands


def _demands(desk: Desk, pack: CallPack, found: tuple[Item, ...]) -> Iterator[HeldRow]:
    newest = {i.demand.number: i.demand.version for i in found}
    for item in found:
        demand = item.demand
        waits = demand.current or demand.isolated or (_late(demand) and demand.version == newest[demand.number])
        if demand.decision is Decision.HELD and not demand.withdrawn and waits:
            yield _demand_row(desk, pack, item)


def _late(demand: Demand) -> bool:
    return any(f.code == "D004" for f in demand.findings)


def _demand_row(desk: Desk, pack: CallPack, item: Item) -> HeldRow:
    d = item.demand
    reasons = dict.fromkeys(officers_line(f.code, f.message) for f in d.findings if f.severity is Severity.REVIEW)
    stranger = any(f.code == UNKNOWN_SENDER for f in d.findings)
    return HeldRow(
        key=f"{d.number}/{d.version}",
        number=d.number,
        version=d.version,
        receipt=d.receipt,
        unit=item.unit or "",
        applicant=pack.applicant_of(d.form),
        name=d.name,
        why="\n".join((*reasons, *filter(None, (d.own_failure,)))),
        at=d.received,
        sender=d.sender,
        offers=_offers(desk, pack, d, stranger=stranger),
        fingerprint=fingerprint(d),
        stranger=stranger,
        item=item,
    )


def _offers(desk: Desk, pack: CallPack, demand: Demand, *, stranger: bool) -> tuple[str, ...]:
    """The opinions on a demand; of a stranger's the registering comes first, with the unit that its form names."""
    if demand.secret:
        return RETURN, REFUSE, KEEP  # what nobody may be shown cannot stand in the 汇总表
    if not stranger:
        return ACCEPT, RETURN, REFUSE, KEEP
    named = unit_named(demand.form.value(pack.unit_field), desk.units, pack.alias_keys) if pack.unit_field else None
    return f"{REGISTER}{named.name if named else ''}", RETURN, REFUSE, KEEP


def fingerprint(demand: Demand) -> str:
    """A short hash of how a version stands: another as soon as its verdict or what is found against it changes."""
    codes = sorted({f"{f.code} {f.where}" for f in demand.findings})
    officer = codec.encode(codec.OFFICER, demand.officer) if demand.officer else ""
    flags = (demand.current, demand.withdrawn, demand.isolated)
    return _hash([demand.number, demand.version, demand.decision, flags, codes, demand.own_failure, officer])


def _hash(facts: list[object]) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:16]


# --------------------------------------------------------------------------- letters


def _letters(desk: Desk, pack: CallPack) -> Iterator[HeldRow]:
    """Letters that wait by themselves: a question, a file that only a person can judge, a request not entitled to."""
    rows = desk.db.rows(
        "SELECT * FROM mails m WHERE state = 'judged' AND call = ? AND purged_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM events e WHERE e.mail_id = m.id AND e.kind = ?) ORDER BY received, id",
        pack.id, CLOSED,
    )  # fmt: skip
    reviews = _reviews(desk.db)
    for mail in rows:
        found = reviews.get(mail["id"], {})
        why = "\n".join(dict.fromkeys((*_own_reasons(mail), *(officers_line(*each) for each in found.items()))))
        if why:
            yield _letter_row(mail, why, stranger=UNKNOWN_SENDER in found)


def _own_reasons(mail: Row) -> Iterator[str]:
    if mail["question"]:
        yield "登记单位来信咨询，待人工答复（直接回复发件邮箱或电话答复即可）"
    needed = codec.of_texts(mail["officer_needed"] or "[]")
    if needed:
        asked = json.loads(mail["request"])[0] if mail["request"] else "办理"
        yield f"来信请求{asked} {'、'.join(needed)}，发信人不是报送人，须核实"
    yield from codec.of_texts(mail["own_failures"] or "[]")


def _reviews(db: Database) -> dict[int, dict[str, str]]:
    """What is held about letters and files beside their demands: by mail, code and message."""
    rows = db.rows(
        "SELECT f.mail_id, f.code, f.message FROM findings f WHERE f.item_id IS NULL AND f.severity = 'review'"
        " AND NOT EXISTS (SELECT 1 FROM items i WHERE i.mail_id = f.mail_id"
        " AND (f.scope = 'mail' OR i.document = f.document OR i.secret = 1)) ORDER BY f.id"
    )
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["mail_id"], {}).setdefault(row["code"], row["message"])
    return found


def _letter_row(mail: Row, why: str, *, stranger: bool) -> HeldRow:
    return HeldRow(
        key=mail["receipt"],
        number=mail["receipt"],
        version=0,
        receipt=mail["receipt"],
        unit=mail["unit"] or "",
        applicant="",
        name=f"来信：{mail['subject']}",
        why=why,
        at=moment(mail["received"]),
        sender=mail["sender"],
        offers=(*_first_offer(mail, stranger=stranger), CLOSE, KEEP),
        fingerprint=_hash([mail["receipt"], mail["decision"], why]),
        stranger=stranger,
    )


def _first_offer(mail: Row, *, stranger: bool) -> tuple[str, ...]:
    """What can be done about a letter beside closing it: register its sender, or do what it was not entitled to ask."""
    if stranger:
        return (REGISTER,)
    return (AGREE,) if codec.of_texts(mail["officer_needed"] or "[]") else ()
