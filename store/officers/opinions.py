"""An officer's workbook that came back: each row carried out once, in the one transaction of its mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.tables.workbook import Opinion
from replies.opinions import RowTold
from replies.wording import DECISION_WORDS
from rules.model import Decision, OfficerDecision
from store import unitstate
from store.database import Row
from store.desk import Desk
from store.events import About
from store.journal import judge_anew
from store.letters import NewLetter
from store.officers.agreed import carry_out_request
from store.officers.decisions import Ruled, Ruling, rule_on
from store.officers.held import ACCEPT, AGREE, CLOSE, CLOSED, KEEP, REFUSE, REGISTER, RETURN, HeldRow, held_rows
from store.officers.opinion_words import Meant, meant
from store.officers.slips import Slip, carried_out, note_carried_out
from store.officers.telling import can_be_told
from store.record import LetterTransaction
from store.registers.lists import ListError
from store.registers.registry import approve, find_unit, held_for

NEVER = "-"  # no row was carried out by it
DECISIONS = {ACCEPT: Decision.ACCEPTED, RETURN: Decision.CORRECTION, REFUSE: Decision.REFUSED}


class NotDone(Exception):
    """Why a row was left as it is, in Chinese for the officer."""


@dataclass
class Course:
    """One workbook being carried out: what waits now, what was done with it before, and what has been done so far.

    ``now`` and ``before`` are as things stood before its first row: one row may change what another shows.
    """

    desk: Desk
    running: LetterTransaction
    slip: Slip
    now: Mapping[str, HeldRow]
    before: Mapping[str, str]
    ruled: list[Ruled] = field(default_factory=list)
    registered: dict[str, str] = field(default_factory=dict)  # address -> unit
    done: list[RowTold] = field(default_factory=list)
    left: list[RowTold] = field(default_factory=list)
    letters: list[NewLetter] = field(default_factory=list)


def carry_out_rows(desk: Desk, running: LetterTransaction, slip: Slip, opinions: tuple[Opinion, ...]) -> Course:
    """Carry out every row that still stands as the workbook showed it; the others are left and listed."""
    now = {row.key: row for row in held_rows(desk, desk.pack(slip.call))}
    course = Course(desk, running, slip, now, carried_out(desk.db, slip))
    for key, written in _by_row(slip, opinions).items():
        wanted = meant(written[0])
        if len(written) > 1 or course.before.get(key, NEVER) != wanted.word:  # else it says nothing new
            _one_row(course, key, written, wanted)
    return course


def _by_row(slip: Slip, opinions: tuple[Opinion, ...]) -> dict[str, tuple[Opinion, ...]]:
    """What is written for each row, by its key; a row that was copied says the same twice, or contradicts itself."""
    rows: dict[str, dict[Meant, Opinion]] = {}
    for place, opinion in enumerate(opinions):
        key = _key_of(slip, opinion) or f"?{place}"
        rows.setdefault(key, {}).setdefault(meant(opinion), opinion)
    return {key: tuple(written.values()) for key, written in rows.items()}


def _key_of(slip: Slip, opinion: Opinion) -> str:
    """Which row of the workbook is meant (``""``: none can be told).

    What the officer read counts, the number: the hidden key may have been lost, or left behind when rows were sorted.
    It only tells two versions of one number apart.
    """
    if not opinion.number:
        return opinion.key
    rows = [key for key in slip.held if _number(key) == opinion.number]
    if opinion.key in rows:
        return opinion.key
    return rows[0] if len(rows) == 1 else ""


def _one_row(course: Course, key: str, written: tuple[Opinion, ...], wanted: Meant) -> None:
    opinion = written[0]
    number, word = opinion.number or opinion.key, f"{wanted.word}{wanted.unit}" or opinion.opinion or "（未填）"
    try:
        row = _as_it_went_out(course, key)
        if len(written) > 1:
            raise NotDone("同一事项填了不同的处理意见，请只保留一种")
        outcome = _carried_out(course, row, wanted)
    except (NotDone, ListError) as error:
        course.left.append(RowTold(number, _name_of(course, key), word, str(error)))
        return
    note_carried_out(course.desk.db, course.slip, row.key, wanted.word, course.running.mail_id)
    course.done.append(RowTold(row.number, row.name, word, outcome))


def _as_it_went_out(course: Course, key: str) -> HeldRow:
    """The row as it waits now, if that is how the workbook showed it."""
    shown, row = course.slip.held.get(key), course.now.get(key)
    if key in course.before:
        raise NotDone(f"此行已按“{course.before[key]}”办理过；如需更改，请在下一份日报中填写")
    if shown is None:
        raise NotDone("不是该日报列出的事项，请勿增加行，也勿改动“编号”列和隐藏的“识别码”列")
    if row is None or row.fingerprint != shown:
        raise NotDone(f"日报发出后情况已有变化，{_how_it_stands(course.desk, key)}")
    return row


def _carried_out(course: Course, row: HeldRow, wanted: Meant) -> str:
    """Do what the opinion says; returns what came of it, in words for the officer."""
    match wanted.word:
        case "":
            raise NotDone("处理意见为空或无法识别，请从下拉框中选择一种，理由写在“说明”列")
        case word if word == REGISTER:
            return _registered(course, row, wanted.unit)
        case word if word == KEEP:
            return _noted(course, row, "kept", wanted.reason, "继续待核，未通知报送单位")
        case word if word == AGREE and AGREE in row.offers:
            course.letters += carry_out_request(course.desk, course.running, _mail(course, row))
            return _noted(course, row, CLOSED, wanted.reason, "已按来信办理，并通知有关发件人")
        case word if word == CLOSE and not row.version:
            return _noted(course, row, CLOSED, wanted.reason, "已办结，不再列入日报")
        case _:
            return _decided(course, row, wanted)


def _decided(course: Course, row: HeldRow, wanted: Meant) -> str:
    if wanted.word not in DECISIONS or not row.version:
        raise NotDone(f"此项不能填“{wanted.word}”，可填：{'、'.join(row.offers)}")
    if row.item and row.item.demand.secret and wanted.word == ACCEPT:
        raise NotDone("来件带有密级标志，不能受理；请通知报送单位脱密（或删去误标的密级标志）后重新报送")
    if row.stranger and wanted.word == ACCEPT:
        raise NotDone(f"发件邮箱未登记，不能直接受理；请填“{REGISTER}归口管理部门名称”，登记后自动重新审查")
    if wanted.word in (RETURN, REFUSE) and not wanted.reason:
        raise NotDone("请在“说明”列写明理由，将随通知告知报送单位")
    act = OfficerDecision(DECISIONS[wanted.word], wanted.reason, course.running.actor, course.desk.db.clock())
    ruled = rule_on(course.desk, course.running, Ruling(row.number, act, row.version))
    course.ruled.append(ruled)
    told = can_be_told(course.desk, row.sender, [ruled.changes[0].after])
    return f"{DECISION_WORDS[act.decision]}，{'已通知报送单位' if told else '发件人身份存疑，未发通知'}"


def _noted(course: Course, row: HeldRow, kind: str, reason: str, outcome: str) -> str:
    """Write an act into the log that changes no verdict."""
    item = row.number if row.version else ""
    about = About(_mail(course, row)["id"], item=item, version=row.version or None)
    course.running.note(kind, about, {"reason": reason})
    return outcome


def _mail(course: Course, row: HeldRow) -> Row:
    found = course.desk.db.row("SELECT * FROM mails WHERE receipt = ?", row.receipt)
    assert found is not None  # noqa: S101 - the row was made from it in this very transaction
    return found


def _registered(course: Course, row: HeldRow, named: str) -> str:
    """Register the row's sender for a unit; all that was held for the address is judged again after this."""
    if not row.stranger or not row.sender:
        raise NotDone(f"此项的发件人不是未登记的邮箱，不能登记；可填：{'、'.join(row.offers)}")
    if not named:
        raise NotDone(f"没有写明归口管理部门，请填“{REGISTER}归口管理部门名称”")
    unit = find_unit(named, course.desk.units, course.desk.packs)
    known = course.registered.setdefault(row.sender, unit.name)
    if known != unit.name:
        raise NotDone(f"同一邮箱在本表中已登记为{known}，未再登记")
    approve(course.desk.db, row.sender, unit, course.running.actor)
    waiting = held_for(course.desk.db, row.sender)
    for mail_id in waiting:
        course.running.note("registered", About(mail_id), {"unit": unit.name})
        judge_anew(course.desk.db, mail_id)
    again = f"，该邮箱的 {len(waiting)} 封来信随即重新审查并通知" if waiting else "，该邮箱的来信随上一行重新审查"
    return f"{row.sender} 已登记为{unit.name}的邮箱{again}"


def _name_of(course: Course, key: str) -> str:
    row = course.now.get(key)
    if row is not None:
        return row.name
    found = course.desk.db.row("SELECT name FROM items WHERE number = ? ORDER BY version DESC", _number(key))
    return str(found["name"]) if found else ""


def _how_it_stands(desk: Desk, key: str) -> str:
    """What a demand, or a letter, is by now."""
    versions = unitstate.demands(desk.db, "i.number = ?", _number(key))
    if not versions:
        return "此事项已不在待复核之列"
    demand = next((d for d in versions if d.current or d.isolated), versions[-1])
    state = "已撤回" if demand.withdrawn else DECISION_WORDS[demand.decision]
    by = "（已人工决定）" if demand.officer else ""
    return f"现为第{demand.version}版“{state}”{by}"


def _number(key: str) -> str:
    return key.partition("/")[0]
