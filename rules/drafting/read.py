"""From the text of a notice to a draft of its call."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.model import Limits, Trouble
from intake.notice import read_notice_text
from rules.drafting.columns import read_summary
from rules.drafting.contacts import read_contacts, read_mailbox, read_phones
from rules.drafting.dates import read_deadline, read_issued
from rules.drafting.excluded import read_excluded
from rules.drafting.forms import read_form
from rules.drafting.model import Draft, DraftedForm, DraftedQuota, Found
from rules.drafting.money import read_amount, read_matching
from rules.drafting.notice import Notice, Row, compact, read_notice
from rules.drafting.periods import read_period
from rules.drafting.quotas import read_quotas
from rules.drafting.subjects import read_subjects

_TITLE_END = re.compile(r"(?:通知|公告|通告|启事|方案|指南|函|细则|办法|公开信|倡议书)(?:[（(][^（()）]{0,16}[)）])?$")
_OFFICE = re.compile(r"(?:厅|局|院|委员会|办公室|大学|委|政府|中心|集团|公司|学院|部|处|基金会|管委会)$")
_LETTERHEAD = re.compile(
    r"文件$|^(?:索\s*引|发文|文\s*号|主题词|成文|来源|发布|信息)|[〔\[（(]20\d\d[〕\])）].{0,8}号|^\d+$|^[-—\s\d]+$"
)
_RECOMMENDED = re.compile(
    r"(?:只|仅|统一由|须由|应由|由)[^，。；]{0,24}(?:推荐|归口管理部门)[^，。；]{0,16}|推荐单位|归口管理部门(?:推荐|审核)|择优推荐|推荐的"
)
_OPEN = re.compile(
    r"常年|长期(?:有效|开放|征集|受理)|全年(?:开放|受理)|不设截止|分批次?(?:凝练|受理)|随时(?:报送|申报)"
)


def draft_file(name: str, content: bytes, limits: Limits) -> Draft | Trouble:
    """The draft of a notice in a .docx, .doc or text file; for a worker. A trouble where it cannot be read."""
    text = read_notice_text(name, content, limits)
    return text if isinstance(text, Trouble) else draft_of(text)


def draft_of(text: str) -> Draft:
    """Everything that a notice says about its call, each value with its sentence and its doubts."""
    notice = read_notice(text)
    sentences = tuple(notice.sentences())
    title = _title(notice)
    issued = read_issued(notice.issued)
    form = read_form(notice)
    hints = tuple(s.sentence for s in form.sections) + tuple(f.sentence for f in form.fields)
    quotas = read_quotas(notice.paragraphs, _tables(notice))
    amount, amount_of = read_amount(tuple(h for h in hints if "元" in h or _is_money(h)), sentences)
    matching, of_enterprises = read_matching((*hints, *sentences))
    return Draft(
        title=title,
        issued=issued,
        deadline=read_deadline(sentences, issued.value, title.value),
        mailbox=read_mailbox(sentences),
        phones=read_phones(notice.paragraphs),
        contacts=read_contacts(notice.paragraphs),
        subjects=read_subjects(notice.paragraphs, form),
        excluded=read_excluded(sentences),
        quotas=quotas,
        amount=amount,
        amount_of=amount_of,
        matching=matching,
        matching_of_enterprises=of_enterprises,
        months=read_period((*_period_hints(form), *sentences)),
        recommended=_recommended(sentences, quotas),
        stays_open=_said(sentences, _OPEN),
        form=form,
        summary=read_summary(notice),
    )


def _is_money(hint: str) -> bool:
    return bool(re.search(r"资金|经费|金额|预算", hint))


def _period_hints(form: DraftedForm) -> tuple[str, ...]:
    labels = (*((s.heading, s.sentence) for s in form.sections), *((f.name, f.sentence) for f in form.fields))
    return tuple(sentence for name, sentence in labels if re.search(r"周期|期限|时限|时间", name))


def _tables(notice: Notice) -> tuple[Row, ...]:
    lines = (Row(tuple(p.split("\t")), True) for p in notice.paragraphs if "\t" in p)
    return (*lines, *(row for annex in notice.annexes for row in annex.rows if row.table))


def _said(sentences: Sequence[str], pattern: re.Pattern[str]) -> Found[bool]:
    """Whether the notice says a thing, with the sentence that does."""
    sentence = next((s for s in sentences if pattern.search(s)), "")
    return Found(bool(sentence), sentence)


def _recommended(sentences: Sequence[str], quotas: Sequence[DraftedQuota]) -> Found[bool]:
    """Whether demands must be recommended: the notice says so, or it limits what units may recommend."""
    limited = next((q.sentence for q in quotas if not any("每个申报单位" in why for why in q.doubts)), "")
    return Found(True, limited) if limited else _said(sentences, _RECOMMENDED)


def _title(notice: Notice) -> Found[str]:
    """The title over the notice, with the office in front of 关于 where it stands on the line above."""
    lines = [line for line in notice.head if not _LETTERHEAD.search(line)]
    for i, line in enumerate(lines):
        if "。" in line or len(line) > 90:
            continue
        for last in range(i, min(i + 4, len(lines))):
            whole = "".join(lines[i : last + 1])
            if "。" in whole or "：" in whole or "，各" in whole or len(whole) > 120:
                break
            if _TITLE_END.search(whole.strip()) and ("关于" in whole or last == i):
                return _with_office(lines, i, last)
    return Found("", doubts=("没有读出标题，请填写",))


def _with_office(lines: Sequence[str], first: int, last: int) -> Found[str]:
    start = first
    if first and lines[first].startswith("关于") and _OFFICE.search(lines[first - 1]) and len(lines[first - 1]) < 40:
        start = first - 1
    parts = lines[start : last + 1]
    whole = compact("".join(parts))
    twice = re.fullmatch(r"(?P<office>.{4,30}?)(?P=office)(?P<rest>关于.+)", whole)
    return Found(f"{twice['office']}{twice['rest']}" if twice else whole, "\n".join(parts))
