"""A mail about the daily workbook: whose it is, whether the workbook is the one that went out, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from intake.tables.workbook import Returned
from replies.alerts import Alert, compose_alert
from replies.message import can_be_answered
from replies.opinions import OpinionsReport, RowTold, compose_opinions_answer
from replies.wording import moment
from rules.model import Checked, Decision, Judged, UnitState
from store.desk import Desk
from store.journal import Journaled
from store.letters import NewLetter
from store.officers.decisions import letters_after, moved_up
from store.officers.opinion_words import day_meant
from store.officers.opinions import carry_out_rows
from store.officers.slips import Doubt, Slip, recognise
from store.record import LetterTransaction, letter_transaction
from store.registers.registry import papers, write_paper

NOT_PROVEN = "来信未通过发件人身份认证"
NOT_AN_OFFICER = "发件邮箱不是处内工作人员的邮箱"
NO_WORKBOOK = (
    "来信没有附系统日报的工作簿，未作任何处理。请打开日报邮件所附的工作簿，在“待复核”表中填写处理意见，"
    "保存后作为附件发回。转来的申报材料未予登记，请由归口管理部门用登记邮箱报送。"
)
REFUSALS = {
    Doubt.UNKNOWN: "所附工作簿的识别码无效，不是系统发出的日报，未作任何处理。请使用日报邮件所附的工作簿填写后发回。",
    Doubt.ANOTHERS: "所附工作簿是发给另一位工作人员的，识别码只对收件人本人有效，未作任何处理。"
    "请使用发给您本人的日报工作簿填写后发回。",
    Doubt.EXPIRED: "所附工作簿已超过七日有效期，未作任何处理。请使用最近一份日报的工作簿填写后发回。",
}
ADVICE = "该工作簿中的处理意见一律未执行。请与发件人当面或电话核实；如非本人所发，请注意日报邮件的保管。"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a mail: the report for its officer (null: nobody is answered), what officers are told, notices."""

    report: OpinionsReport | None
    alarm: str = ""
    letters: tuple[NewLetter, ...] = ()


def settle_officer_mail(desk: Desk, mail: Journaled, checked: Checked) -> Judged:
    """Carry out the workbook of an officer's mail, or refuse it; one transaction, answered to the officer alone."""
    sender = checked.submission.letter.sender
    pack = desk.pack(checked.call)
    with letter_transaction(desk.db, desk.files, mail.id, sender) as running:
        receipt = running.receipt(pack.prefix)
        outcome = _outcome(desk, running, checked)
        letters = (*outcome.letters, *_letters(desk, checked, outcome, receipt))
        judged = Judged(Decision.REQUEST, checked, findings=checked.findings, state=UnitState(None))
        silent = "" if outcome.report else f"{outcome.alarm}，未作处理，已告知工作人员"
        running.record(judged, letters, rules_hash=pack.hash, unanswered=silent)
    desk.read_register_anew()
    return judged


def _outcome(desk: Desk, running: LetterTransaction, checked: Checked) -> Outcome:
    sender = checked.submission.letter.sender
    if sender not in desk.workspace.officers.addresses:
        return Outcome(None, NOT_AN_OFFICER)
    if checked.findings:  # A002, A005: only these are looked for in an officer's mail
        return Outcome(None, NOT_PROVEN)
    report = OpinionsReport(sender, checked.received.at)
    books = [d.returned for d in checked.submission.documents if d.returned]
    if not books:
        return Outcome(replace(report, refused=NO_WORKBOOK))
    known = [(book, *recognise(desk.db, book.token, sender, checked.received.at)) for book in books]
    good = [(slip, book) for book, slip, doubt in known if slip and not doubt]
    doubts = [doubt or Doubt.UNKNOWN for _, slip, doubt in known if doubt or not slip]
    if not good:
        refused = REFUSALS[doubts[0]]
        return Outcome(
            replace(report, refused=refused), "" if doubts[0] is Doubt.EXPIRED else refused.partition("，")[0]
        )
    left = tuple(RowTold("—", "所附的另一份工作簿", "—", REFUSALS[doubt]) for doubt in doubts)
    told = replace(report, left=left, day=good[0][0].made_at.date())
    letters: tuple[NewLetter, ...] = ()
    for slip, book in good:  # one a call; the same one twice does nothing more
        told, further = _carried_out(desk, running, slip, book, told)
        letters += further
    return Outcome(told, letters=letters)


def _carried_out(
    desk: Desk, running: LetterTransaction, slip: Slip, book: Returned, report: OpinionsReport
) -> tuple[OpinionsReport, tuple[NewLetter, ...]]:
    """Carry out one workbook; returns the report with what came of it, and the notices."""
    course = carry_out_rows(desk, running, slip, book.opinions)
    noted, unclear = _papers(desk, running, slip, book, report.received.date())
    letters = (*course.letters, *letters_after(desk, running, course.ruled))
    told = replace(
        report,
        done=(*report.done, *course.done),
        left=(*report.left, *course.left),
        papers=(*report.papers, *noted),
        unclear_papers=(*report.unclear_papers, *unclear),
        moved_up=(*report.moved_up, *(f"{d.number} {d.name}" for d in moved_up(course.ruled))),
    )
    return told, letters


Pairs = tuple[tuple[str, str], ...]


def _papers(desk: Desk, running: LetterTransaction, slip: Slip, book: Returned, today: date) -> tuple[Pairs, Pairs]:
    """Note the arrivals that the officer wrote; returns them, and the cells that no day could be read from."""
    noted, unclear = [], []
    units = {unit.name: unit for unit in desk.units}
    known = papers(desk.db, slip.call)
    for name, written in book.papers:
        shown = slip.papers.get(name)
        if shown and written == shown.isoformat():
            continue  # as it went out
        day = day_meant(written, today)
        if day is None or day > today or name not in units:
            unclear.append((name, written))
        elif known.get(name) != day:
            write_paper(desk.db, slip.call, units[name], day, running.actor)
            noted.append((name, f"{day.year}年{day.month}月{day.day}日"))
    return tuple(noted), tuple(unclear)


# --------------------------------------------------------------------------- the letters


def _letters(desk: Desk, checked: Checked, outcome: Outcome, receipt: str) -> Iterator[NewLetter]:
    """The answer to the officer, and to all others an alert where the mail is not what it should be."""
    facts = desk.facts(desk.pack(checked.call))
    if outcome.report and can_be_answered(outcome.report.sender):
        yield desk.letter(compose_opinions_answer(outcome.report, receipt, facts), receipt)
    if outcome.alarm:
        answered = outcome.report.sender if outcome.report else ""
        alert = _alert(checked, outcome.alarm, receipt)
        for officer in desk.workspace.officers.addresses:
            if officer != answered:
                yield desk.letter(compose_alert(alert, officer, facts), receipt)


def _alert(checked: Checked, why: str, receipt: str) -> Alert:
    letter = checked.submission.letter
    facts = (
        ("受理编号", receipt),
        ("发件邮箱", "、".join(letter.senders) or "（无发件人）"),
        ("收到时间", moment(checked.received.at)),
        ("主题", letter.subject),
        ("未执行的原因", why),
        *((("认证结果", letter.authentication_detail),) if letter.authentication_detail else ()),
    )
    return Alert("opinions", "日报工作簿未执行", facts, ADVICE, receipt)
