"""The answers to requests: 查询, 撤回, 恢复, 预检."""

from __future__ import annotations

from intake.model import Kind
from replies.letters import LetterFacts, addressee, answer, common_view, fitting, visible
from replies.message import LONGEST_LINE, Reply, plain_line
from replies.views import file_findings, item_part, mail_parts, state_facts, state_rows
from replies.wording import counted, moment
from rules.model import Decision, Demand, Judged, Request, decide, worst

TITLES = {"查询": "查询结果", "撤回": "撤回确认", "恢复": "恢复确认"}


def request_letter(judged: Judged, receipt: str, facts: LetterFacts) -> Reply:
    """The answer to 查询, 撤回 or 恢复: what was done, or why not, and the state of the demands."""
    request = judged.checked.request or Request("查询")
    refused, done = refusals(judged, request, facts.pack.prefix), carried_out(judged, request)
    title = TITLES[request.kind] if done or not refused else f"{request.kind}未办理"
    whole = not judged.checked.sender.by_domain
    moved = [c.after for c in judged.changes if c.moved_up]
    view = {
        **common_view(facts, receipt, request.items, judged.checked.received.at),
        **_opening(judged, title),
        "kind": request.kind,
        "refused": refused,
        "done": state_rows(done),
        "parted": "、".join(d.number for d in done if d.number not in request.items),
        "moved_up": state_rows(moved),
        "files": brought(judged),
        "rows": state_rows(visible(judged, judged.state.demands)),
        "state": state_facts(judged.state, judged.quota, facts.pack) if whole else (),
    }
    return answer(judged, receipt, facts, ("request.j2", view, title))


def carried_out(judged: Judged, request: Request) -> tuple[Demand, ...]:
    """The demands for which 撤回 or 恢复 was done."""
    if request.kind == "查询":
        return ()
    undone = judged.refused_request
    return tuple(d for d in judged.demands if d.number not in undone and d.number not in judged.officer_needed)


def brought(judged: Judged) -> tuple[str, ...]:
    """The forms and 汇总表 that came with a request: they are not taken as sent."""
    documents = () if judged.checked.secret else judged.checked.submission.documents
    return tuple(f"「{plain_line(d.name)}」" for d in documents if d.kind in (Kind.FORM, Kind.SUMMARY))


def refusals(judged: Judged, request: Request, prefix: str) -> tuple[str, ...]:
    """Why a request, or part of it, was not carried out, a line each."""
    if request.kind == "查询":
        return ()
    if not request.items:
        return (f"来信主题没有写明编号。请以“{request.kind} {prefix}-0001”的格式写明编号后重新发送。",)
    if judged.checked.isolated:
        return ("来信的发件人身份需要核实，已转工作人员确认，暂未办理。",)
    return tuple(plain_line(line, LONGEST_LINE) for line in judged.refused_request.splitlines())


def trial_letter(judged: Judged, receipt: str, facts: LetterFacts) -> Reply:
    """The answer to 预检: all findings, and that nothing was recorded as submitted."""
    attachments, told = fitting(facts)
    files = judged.checked.submission.documents
    decisions = [d.decision for d in judged.demands]
    view = {
        **common_view(facts, receipt, (), judged.checked.received.at),
        **_opening(judged, "预检结果"),
        "outcome": f"共有{facts.pack.item_word}{len(decisions)}项：{counted(decisions)}" if decisions else "",
        "clean": worst({decide(judged.findings), *decisions}) is Decision.ACCEPTED,
        "mail_parts": mail_parts(judged),
        "items": tuple(item_part(d, facts.pack, files, file_findings(judged, d.document)) for d in judged.demands),
        **told,
    }
    return answer(judged, receipt, facts, ("trial.j2", view, "预检结果"), attachments=attachments)


def _opening(judged: Judged, title: str) -> dict[str, object]:
    return {
        "title": title,
        "tone": "plain",
        "addressee": addressee(judged),
        "sender": judged.checked.submission.letter.sender,
        "received": moment(judged.checked.received.at),
    }
