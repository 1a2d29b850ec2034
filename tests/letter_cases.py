"""One letter of every kind, as the golden files hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from mails import BEIJING, SENDER, UNIT
from officer_letter_cases import CASES as OFFICER_CASES
from verdicts import (
    BLANK,
    DAMAGED,
    FACTS,
    FORGED,
    LATE,
    MARKED,
    NO_STANDARD,
    NO_SUMMARY,
    OWN,
    TOO_LONG,
    UNKNOWN,
    demand,
    document,
    finding,
    judged,
    letter,
    state,
)

from intake.model import Kind
from replies.alerts import DigestLetter, DigestNumber, alerts_of, compose_alert, compose_digest_mail
from replies.combined import compose_combined, withheld_letter
from replies.compose import Reply, compose_answer
from replies.message import thread_headers
from replies.notices import Cause, Notice, Reminder, compose_notice, compose_reminder
from replies.remarks import Returned
from rules.model import Change, Decision, OfficerDecision, QuotaUse, Request, Severity

RECEIPT = "GX2027-R0012"
OFFICER = "gaoxinchu@example.gov.cn"
WAITS = finding(
    "Q001",
    Severity.REVIEW,
    "推荐限额",
    "贵单位的推荐限额为 3 项，已全部用完，本项按收到的先后列入候补（候补第 1 位）。",
    "前面的需求撤回或不予受理后，本项自动递补，无需重新报送。",
    measured=1,
    limit=3,
)
AWAITED = finding(
    "C001",
    Severity.ERROR,
    "汇总表",
    "汇总表第 3 行列有「草原生态智能监测装备研究」，但未收到该需求的申报材料。",
    "请报送该需求的 Word 版申报材料；如不再申报，请从汇总表中删去后重新报送。"
    "如分多封邮件报送，其余文件到达后本项自动消除。",
)
DISAGREES = finding(
    "C003",
    Severity.ERROR,
    "汇总表第 2 行",
    "汇总表第 2 行的「申请财政经费（万元）」为“900”，申报材料中为“800”，两者不一致。",
    "请核对后修改汇总表或申报材料，使两者一致，再重新报送改动的文件。",
)
WARNED = OfficerDecision(Decision.ACCEPTED, "经电话核实，系独立提出。", "李艳丽", datetime(2026, 6, 8, tzinfo=BEIJING))


def answered(verdict: object, **facts: object) -> Reply:
    made = compose_answer(verdict, RECEIPT, replace(FACTS, **facts))  # type: ignore[arg-type]
    assert made is not None
    return made


def correction() -> Reply:
    files = (
        document(),
        document("需求2.docx"),
        document("需求3.docx", Kind.UNREADABLE),
        document("关于报送创新需求的函.docx", Kind.LETTER),
    )
    mail = judged(
        demand(1, TOO_LONG, BLANK, NO_STANDARD),
        demand(2),
        findings=(NO_SUMMARY, DAMAGED),
        documents=files,
        mended=(3, 2),
    )
    whole = state(*mail.demands, demand(3, TOO_LONG))
    notes = (Returned("需求1（批注）.docx", b"x"), Returned("需求2（修改清单）.docx", b"list", commented=False))
    return answered(replace(mail, state=whole, quota=QuotaUse(3, 0, 30)), annotated=notes)


def accepted() -> Reply:
    items = demand(1), demand(2, NO_STANDARD, version=2)
    return answered(judged(*items, state=state(*items, summary=True)))


def held() -> Reply:
    items = demand(1), demand(2, WAITS)
    return answered(judged(*items, state=state(*items, summary=True), quota=QuotaUse(3, 1, 3)))


def refused() -> Reply:
    late = demand(1, LATE, current=False)
    received = datetime(2026, 7, 1, 0, 0, 5, tzinfo=BEIJING)
    return answered(judged(late, findings=(LATE,), received=received, state=state(demand(2))))


def summary_of_several_mails() -> Reply:
    before, open_before = demand(2), demand(3, TOO_LONG)
    change = Change(before, replace(before, findings=(DISAGREES,), decision=Decision.CORRECTION))
    more = Change(open_before, replace(open_before, findings=(TOO_LONG, DISAGREES)))
    files = (document("附件2 科技重大创新需求汇总表.xlsx", Kind.SUMMARY),)
    after = state(change.after, more.after, summary=True)
    return answered(judged(findings=(AWAITED,), documents=files, changes=(change, more), state=after))


def stranger() -> Reply:
    mail = letter(senders=("someone@example.net",), return_path="someone@example.net", subject="报送氢能需求")
    return answered(judged(demand(1, UNKNOWN), findings=(UNKNOWN,), unit=None, mail=mail))


def secret() -> Reply:
    return answered(judged(demand(1, MARKED, secret=True), findings=(MARKED,), mail=letter(subject="机密项目")))


def status() -> Reply:
    items = demand(1, TOO_LONG), demand(2), demand(3, withdrawn=True)
    return answered(judged(request=Request("查询"), state=state(*items, summary=True), quota=QuotaUse(2, 0, 30)))


def withdrawal() -> Reply:
    gone = demand(1, withdrawn=True)
    risen = Change(demand(3, WAITS), demand(3))
    whole = state(gone, demand(2), risen.after, summary=True)
    request = Request("撤回", ("GX2027-0001",))
    return answered(judged(gone, request=request, changes=(risen,), state=whole, quota=QuotaUse(2, 0, 3)))


def parted() -> Reply:
    two = demand(1, TOO_LONG), demand(4)
    asked = Request("恢复", ("GX2027-0001",))
    return answered(judged(*two, request=asked, state=state(*two, summary=True), quota=QuotaUse(2, 0, 30)))


def withdrawal_refused() -> Reply:
    why = "贵单位没有编号为 GX2027-0009 的需求，请核对编号。"
    return answered(
        judged(request=Request("撤回", ("GX2027-0009",)), refused_request=why, state=state(demand(1), summary=True))
    )


def trial() -> Reply:
    return answered(judged(demand(1, TOO_LONG, number="", version=1), request=Request("预检"), state=state()))


def notice(cause: Cause, *demands: object, **more: object) -> Reply:
    told = Notice(
        cause,
        SENDER,
        RECEIPT,
        demands,  # type: ignore[arg-type]
        state(demand(1), *demands, summary=True),  # type: ignore[arg-type]
        QuotaUse(3, 0, 30),
        mail_id="<20260601.0001@example.cn>",
        answer_id="<answer.1@example.gov.cn>",
        **more,  # type: ignore[arg-type]
    )
    return compose_notice(told, FACTS)


def reminder() -> Reply:
    return compose_reminder(Reminder(SENDER, 3, state(demand(1, TOO_LONG), demand(2)), QuotaUse(2, 0, 30)), FACTS)


def combined() -> Reply:
    when = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)
    letters = (
        correction(),
        replace(accepted(), headers=(*accepted().headers[:4], *thread_headers("<second@example.cn>"))),
    )
    return compose_combined(tuple(withheld_letter(r.to_bytes(f"征集受理 <{OWN}>", when)) for r in letters), FACTS)


def alert(verdict: object) -> Reply:
    return compose_alert(alerts_of(verdict, RECEIPT)[0], OFFICER, FACTS)  # type: ignore[arg-type]


def forged_alert() -> Reply:
    return alert(judged(findings=(FORGED,), mail=letter(subject="报送材料", authentication_detail="dmarc=fail")))


def question_alert() -> Reply:
    mail = judged(mail=letter(subject="请问限额", own_words="请问我市推荐限额是多少？\n谢谢。"))
    return alert(replace(mail, checked=replace(mail.checked, kind="ignored", question=True)))


def failure_alert() -> Reply:
    return alert(judged(demand(1, own_failure="需求1.wps：没有可用的转换程序", decision=Decision.HELD)))


def digest(**more: object) -> Reply:
    numbers = (
        DigestNumber("受理", "30", "较昨日 +3", "accepted"),
        DigestNumber("需补正", "14", "较昨日 +2", "correction"),
        DigestNumber("待复核", "9", "与昨日持平", "held"),
        DigestNumber("不予受理", "2", "与昨日持平", "refused"),
        DigestNumber("已报送单位", "20 / 185", "较昨日 +4"),
    )
    sent = DigestLetter(
        day=date(2026, 6, 8),
        numbers=numbers,
        attention=("待复核 2 项已等待 7 天以上，最久 9 天。",),
        workbook=("日报.xlsx", b"book"),
        token="t0",
        changes=(("GX2027-0007", UNIT, "兆瓦级碱性电解水制氢装备关键技术研究", "需补正 → 受理"),),
        more=2,
        countdown="2026年6月8日 08:30　距 2026年6月30日24:00 截止还有 22 天（16 个工作日）",
    )
    return compose_digest_mail(replace(sent, **more), OFFICER, FACTS)


CASES: dict[str, Callable[[], Reply]] = {
    "补正": correction,
    "受理": accepted,
    "待复核-候补": held,
    "不予受理-逾期": refused,
    "补正-只有汇总表": summary_of_several_mails,
    "未登记邮箱": stranger,
    "涉密": secret,
    "查询": status,
    "撤回": withdrawal,
    "撤回未办理": withdrawal_refused,
    "预检": trial,
    "通知-复核决定": lambda: notice(Cause.DECIDED, demand(2, officer=WARNED), reason=WARNED.reason, occasion="1"),
    "通知-复核受理原有问题": lambda: notice(
        Cause.DECIDED, demand(2, TOO_LONG, NO_STANDARD, officer=WARNED), reason=WARNED.reason, occasion="3"
    ),
    "通知-退回补正": lambda: notice(Cause.DECIDED, demand(2, BLANK), reason="请补填所属领域。", occasion="2"),
    "通知-递补": lambda: notice(Cause.MOVED_UP, demand(3)),
    "恢复-分别登记": parted,
    "通知-撤回": lambda: notice(Cause.WITHDRAWN, demand(3, withdrawn=True)),
    "报送提醒": reminder,
    "合并答复": combined,
    "告警-冒用": forged_alert,
    "告警-涉密": lambda: alert(
        judged(demand(1, MARKED, secret=True), findings=(MARKED,), mail=letter(subject="机密项目"))
    ),
    "告警-咨询": question_alert,
    "告警-未能处理": failure_alert,
    "日报": digest,
    "日报-无变化": lambda: digest(quiet=True),
    **OFFICER_CASES,
}
