"""The answers to requests: 查询, 撤回, 恢复, 预检."""

from __future__ import annotations

from replies.letters import LetterFacts, addressee, answer, common_view, fitting, visible
from replies.message import Reply, plain_line
from replies.views import LONGEST_LINE, file_findings, item_part, mail_parts, state_facts, state_rows
from replies.wording import counted, moment
from rules.model import Decision, Judged, Request

TITLES = {"查询": "查询结果", "撤回": "撤回确认", "恢复": "恢复确认"}


def request_letter(judged: Judged, receipt: str, facts: LetterFacts) -> Reply:
    """The answer to 查询, 撤回 or 恢复: what was done, or why not, and the state of the demands."""
    request = judged.checked.request or Request("查询")
    refused = plain_line(judged.refused_request, LONGEST_LINE)
    title = f"{request.kind}未办理" if refused else TITLES[request.kind]
    whole = not judged.checked.sender.by_domain
    changed = [c.after for c in judged.changes]
    moved = [c.after for c in judged.changes if c.moved_up]
    view = {
        **common_view(facts, receipt, request.items, judged.checked.received.at),
        **_opening(judged, title),
        "kind": request.kind,
        "refused": refused,
        "done": state_rows(d for d in changed if d.number in request.items),
        "moved_up": state_rows(moved),
        "rows": state_rows(visible(judged, judged.state.demands)),
        "state": state_facts(judged.state, judged.quota) if whole else (),
    }
    return answer(judged, receipt, facts, ("request.j2", view, title))


def trial_letter(judged: Judged, receipt: str, facts: LetterFacts) -> Reply:
    """The answer to 预检: all findings, and that nothing was recorded as submitted."""
    attachments, left_out = fitting(facts)
    files = judged.checked.submission.documents
    decisions = [d.decision for d in judged.demands]
    view = {
        **common_view(facts, receipt, (), judged.checked.received.at),
        **_opening(judged, "预检结果"),
        "outcome": f"共有{facts.pack.item_word}{len(decisions)}项：{counted(decisions)}" if decisions else "",
        "clean": judged.decision is Decision.ACCEPTED,
        "mail_parts": mail_parts(judged),
        "items": tuple(item_part(d, facts.pack, files, file_findings(judged, d.document)) for d in judged.demands),
        "attached": tuple(name for name, _, _ in attachments),
        "left_out": left_out,
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
