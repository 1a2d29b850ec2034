"""Check one letter by itself: what it is, the demands in it, and what the rules find without any history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from intake.model import OWN_FAILURES, Document, Form, Submission
from rules.catalog import RULES, machines, senders
from rules.claims import claimed
from rules.engine import Subject, run
from rules.folding import fold, fold_name
from rules.letters import OPINIONS, asks, request_in
from rules.matter import SHEET_TYPES, Context, Matter
from rules.model import SECRET_NAME, Checked, CheckedItem, Finding, Request, Sender, Unit
from rules.packs.call import CallPack
from rules.senders import find_sender, names_unit

__all__ = ["Context", "check"]

OWN_WORDS = {
    "no_converter": "「{path}」需要转换程序才能读取，本机没有可用的：{detail}",
    "crashed": "读取「{path}」的程序出错或超时：{detail}",
}
FLOW_CODES = ("M001", "M002")
DIGEST = "征集日报"  # in the subject of every digest, and of every answer to one
KEPT_OF_A_SECRET = ("A", "D", "S001")


def check(submission: Submission, packs: tuple[CallPack, ...], context: Context) -> Checked:
    """What a letter is and what is found in it by the rules that need no history.

    ``packs`` are the open calls (at least one); the letter belongs to the one whose form it brings, else to the first
    (of an unregistered sender: the first that anybody may send to).
    """
    submission = claimed(submission, packs)
    case = _matter(submission, packs, context)
    checked = Checked("submission", submission, context.received, case.sender, case.unit, call=case.pack.id)
    if reasons := machines.automatic.findings(case):
        return replace(checked, kind="ignored", unit=None, findings=reasons)
    forgery = senders.forged.findings(case)
    if request := _opinions(case) or _request(case):
        call = _call_of(request, packs) or checked.call
        return _requested(case, replace(checked, kind="request", request=request, call=call), forgery)
    if reasons := machines.nothing_to_judge.findings(case):
        question = case.sender.registered and not forgery and asks(submission.letter)
        return replace(checked, kind="ignored", findings=reasons, question=question)
    return _judged_alone(case, checked)


def _matter(submission: Submission, packs: tuple[CallPack, ...], context: Context) -> Matter:
    forms = tuple(form for d in submission.documents for form in d.forms)
    by_id = {pack.id: pack for pack in packs}
    known = context.units if context.register_known else ()
    sender = find_sender(submission.letter.sender, known)
    open_to_all = next((p for p in packs if not p.recommended), packs[0])
    first = packs[0] if sender.registered or not context.register_known else open_to_all
    pack = next((by_id[form.call] for form in forms if form.call in by_id), first)
    case = Matter(submission, pack, packs, context, sender)
    return replace(case, unit=_unit(case, sender) or _sender_alone(case))


def _sender_alone(case: Matter) -> Unit | None:
    """An unregistered sender of a call that anybody may send to: a unit of its own, known by its address.

    So a mended file takes the place of the one before, as that of a registered unit does.
    """
    anybody = case.context.register_known and not case.pack.recommended and case.forms
    return Unit(case.sender.address) if anybody and case.sender.address else None


def _unit(case: Matter, sender: Sender) -> Unit | None:
    """The unit that the letter counts for; where several match, what its forms or its 汇总表 name decides."""
    if len(sender.units) < 2:
        return next(iter(sender.units), None)
    named = [form.value(case.pack.unit_field) for form in case.forms]
    named += [d.summary.unit for d in case.documents if d.summary]
    matching = (u for text in named for u in sender.units if names_unit(text, u, case.pack.alias_keys))
    return next(matching, sender.units[0])


def _opinions(case: Matter) -> Request | None:
    """An officer's mail about the daily workbook; with files but without the workbook it is one all the same.

    A workbook from anybody else is one too, so that it is looked into, unless there is something else to judge.
    """
    if case.from_officer:
        about = case.brings_workbook or (case.stranger and _brings_files_or_answers_digest(case))
    else:
        about = case.brings_workbook and not case.readable
    return Request(OPINIONS) if about else None


def _brings_files_or_answers_digest(case: Matter) -> bool:
    sheets = any(d.type in SHEET_TYPES for d in case.documents)
    return case.brings_something or sheets or DIGEST in case.submission.letter.subject


def _request(case: Matter) -> Request | None:
    """The request that the letter makes, if it is one that may be made.

    A letter that brings forms under 查询, or under 撤回 or 恢复 without a number, is a submission: nothing may be lost.
    """
    request = request_in(case.submission.letter.subject, tuple(pack.prefix for pack in case.packs))
    if request is None or case.stranger:
        return None
    numbered = request.kind in ("撤回", "恢复") and request.items
    return request if request.kind == "预检" or numbered or not case.readable else None


def _call_of(request: Request, packs: tuple[CallPack, ...]) -> str:
    """The call whose numbers a request names, ``""`` where it names none."""
    return next((p.id for p in packs for number in request.items[:1] if number.startswith(f"{p.prefix}-")), "")


def _requested(case: Matter, checked: Checked, forgery: tuple[Finding, ...]) -> Checked:
    """A request; 预检 is checked like a submission, of the others only a forgery is told (of officers: any doubt)."""
    if checked.request and checked.request.kind == OPINIONS:
        return replace(checked, unit=None, findings=(*forgery, *senders.foreign_domain.findings(case)))
    if checked.request and checked.request.kind == "预检":
        return _judged_alone(case, checked)
    return replace(checked, findings=forgery)


def _judged_alone(case: Matter, checked: Checked) -> Checked:
    rules = tuple(rule for rule in RULES if rule.code not in FLOW_CODES)
    findings = run(rules, Subject.MAIL, case)
    for document in case.documents:
        findings += run(rules, Subject.DOCUMENT, document, case)
    items = tuple(_item(case, document, form) for document, form in _demands(case))
    whole = replace(checked, items=items, findings=findings, own_failures=tuple(_own_failures(case)))
    return _concealed(whole) if any(f.code == "S001" for f in findings) else whole


def _item(case: Matter, document: Document, form: Form) -> CheckedItem:
    pack = next((p for p in case.packs if p.id == form.call), case.pack)
    findings = run(RULES, Subject.FORM, form, pack) + run(RULES, Subject.SENDER, form, case)
    return CheckedItem(pack.name_of(form), document.path, form, findings)


def _demands(case: Matter) -> Iterator[tuple[Document, Form]]:
    """The demands of the letter in order; of the same one twice the first, or the last if they differ."""
    kept: dict[tuple[str, str], tuple[Document, Form]] = {}
    for place, (document, form) in enumerate((d, f) for d in case.documents for f in d.forms):
        key = _identity(case, form) or ("", str(place))
        if key not in kept or _content(kept[key][1]) != _content(form):
            kept[key] = (document, form)
    yield from kept.values()


def _content(form: Form) -> tuple[object, ...]:
    """What a form says, wherever in its file it stands."""
    return dict(form.fields), {name: s.text for name, s in form.sections.items()}, form.money.asked, form.months


def _identity(case: Matter, form: Form) -> tuple[str, str] | None:
    name = fold_name(case.pack.name_of(form))
    return (name, fold(case.pack.applicant_of(form))) if name else None


def _own_failures(case: Matter) -> Iterator[str]:
    for document in case.submission.documents:
        for trouble in document.troubles:
            if trouble.problem in OWN_FAILURES:
                yield OWN_WORDS[trouble.problem].format(path=document.path, detail=trouble.detail or "原因不明")


def _concealed(checked: Checked) -> Checked:
    """A letter with secret material: nothing of its items goes on from here but which file each one lay in."""
    items = tuple(CheckedItem(SECRET_NAME, item.document, Form(item.form.call, {}, {})) for item in checked.items)
    kept = tuple(f for f in checked.findings if f.code.startswith(KEPT_OF_A_SECRET))
    hidden = ("有附件未能读取，原因见隔离文件",) if checked.own_failures else ()
    return replace(checked, items=items, findings=kept, own_failures=hidden, secret=True)
