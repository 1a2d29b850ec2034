"""A draft as a pack file: every value with its sentence, every doubt as a comment for an officer to decide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from rules.drafting.model import Draft, DraftedField, DraftedQuota, DraftedSection, Found, Range
from rules.drafting.plan import (
    Plan,
    indicator_section,
    is_spare,
    item_word,
    plan_of,
    short_title,
    unit_of,
    year_of,
)
from rules.drafting.to_json import number
from rules.packs.call import DRAFTED, TO_DECIDE

HEAD = """\
# {title}
#
# 本文件由 zhengji calls draft 根据通知草拟，请对照通知逐项核对：
#   1. source 是该值所依据的通知原文；写着“拟定”的，通知没有写明，请确认或改正。
#   2. “# 待定：”开头的行，是程序拿不准的地方；决定后改好下面的值，并删去该行。
#   3. 行首有 # 的值暂不生效；要采用就去掉 #。
# 改完后运行 zhengji calls validate 本文件，会列出还没有定的事项。
"""
LONGEST_SOURCE = 400


def draft_toml(draft: Draft, call: str) -> str:
    """The pack file of a draft under the id ``call``; it can be loaded as it is."""
    plan = plan_of(draft)
    parts = (_head, _time_and_place, _quotas, _form, _fields, _sections, _money, _period, _indicators, _summary)
    lines = [HEAD.format(title=draft.title.value or "征集通知"), f"id = {_text(call)}"]
    lines += [line for part in parts for line in part(draft, plan)]
    return "\n".join(lines) + "\n"


def _head(draft: Draft, _plan: Plan) -> Iterator[str]:
    title = draft.title.value or "（请填写标题）"
    yield _value("prefix", f"ZJ{year_of(draft)}", "")
    yield from _decide(draft.title)
    yield _value("title", title, draft.title.sentence)
    yield _value("short", short_title(title), draft.title.sentence)
    yield _value("item_word", item_word(title), draft.title.sentence)
    office = re.match(r"[^，。]{2,30}?(?:厅|局|委员会|委|院|办公室|大学|中心)(?=关于|办公室关于|$)", title)
    yield _value("office", office[0] if office else "征集受理处室", draft.title.sentence if office else "")
    if draft.issued.value:
        yield _value("issued", draft.issued.value, draft.issued.sentence)
    yield ""


def _time_and_place(draft: Draft, _plan: Plan) -> Iterator[str]:
    yield from _decide(draft.deadline)
    yield _value("deadline", draft.deadline.value, draft.deadline.sentence if draft.deadline.value else "")
    yield _value("deadline_words", "", draft.deadline.sentence)
    if draft.stays_open.value:
        yield _value("stays_open", True, draft.stays_open.sentence)
    yield _value("grace_hours", 0, "")
    yield from _decide(draft.mailbox)
    yield _value("mailbox", draft.mailbox.value, draft.mailbox.sentence)
    yield from (*_decide(draft.contacts), *_decide(draft.phones))
    contact = " ".join(filter(None, ("、".join(draft.contacts.value), "、".join(draft.phones.value))))
    yield _value("contact", contact, _joined(draft.contacts.sentence, draft.phones.sentence))
    if draft.recommended.value:
        yield f"{TO_DECIDE}true 表示只受理登记的归口管理部门或推荐单位报送的；任何人都可以报送的改为 false"
    yield _value("recommended", draft.recommended.value, draft.recommended.sentence)


def _quotas(draft: Draft, _plan: Plan) -> Iterator[str]:
    for quota in draft.quotas:
        yield from ("", *_notes(quota.doubts), "[[quota]]", f"category = {_text(quota.category)}")
        yield from _quota_words(quota)
        yield f"limit = {quota.limit}"
        yield f"source = {_text(quota.sentence)}"


def _quota_words(quota: DraftedQuota) -> Iterator[str]:
    """Other words of registers for the same kind of unit."""
    same = (
        ("高等院校", "高校", "高等学校"),
        ("科研院所", "院所", "科研机构"),
        ("自治区部门", "部门", "行业归口管理部门"),
    )
    others = next(([w for w in words if w != quota.category] for words in same if quota.category in words), [])
    if others:
        yield f"aliases = {_list(others)}"


def _form(draft: Draft, plan: Plan) -> Iterator[str]:
    yield from ("", *_notes(draft.form.doubts), "[form]")
    titles = tuple(dict.fromkeys((draft.form.title, re.sub(r"[（(][^（()）]*[)）]", "", draft.form.title))))
    yield f"titles = {_list([t for t in titles if t] or [short_title(draft.title.value)])}"
    if draft.form.notes:
        yield f"notes = {_list(draft.form.notes)}"
    named = (("name_field", plan.name_field), ("applicant_field", plan.applicant_field))
    for key, name in (*named, ("unit_field", plan.unit_field), ("subject_field", plan.subject_field)):
        if name:
            yield f"{key} = {_text(name)}"
    yield f"source = {_text(draft.form.title)}"


def _fields(draft: Draft, plan: Plan) -> Iterator[str]:
    for field in plan.fields:
        yield from ("", "[[field]]", f"name = {_text(field.name)}")
        absent = draft.form.enclosed and not field.sentence
        if absent:
            yield f"{TO_DECIDE}附件的表中没有读到“{field.name}”一栏；请改成表中的叫法，确实没有的保持选填"
        yield f"required = {_bool(not is_spare(field.name) and not absent)}"
        if unit := unit_of(field.sentence, field.name):
            yield f"unit = {_text(unit)}"
        if "信用代码" in field.name:
            yield 'format = "uscc"'
        if field.name == plan.subject_field:
            yield from _subject(draft, field)
        elif field.options:
            yield from _boxes(field)
        elif field.printed:
            yield f"{TO_DECIDE}表上印有“{field.printed}”；只许填写这一项的，去掉下一行的 #"
            yield f"# choices = [{{ name = {_text(field.printed)} }}]"
        yield f"source = {_text(field.sentence)}"


def _boxes(field: DraftedField) -> Iterator[str]:
    yield "checkboxes = true"
    yield f"{TO_DECIDE}只许选一项的保持不动；可以多选的改为 single = false"
    yield "single = true"
    yield _choices(field.options)


def _subject(draft: Draft, field: DraftedField) -> Iterator[str]:
    yield from _decide(draft.subjects)
    if field.options:
        yield "checkboxes = true"
    if draft.subjects.value:
        yield f"# 依据：{_one_line(draft.subjects.sentence)}"
        yield _choices(draft.subjects.value)
    if any("“等”" in why for why in draft.subjects.doubts):
        yield "# others_allowed = true"
    yield from _decide(draft.excluded)
    if draft.excluded.value:
        yield f"excluded = {_list(draft.excluded.value)}"
        yield f"excluded_source = {_text(draft.excluded.sentence)}"


def _sections(_draft: Draft, plan: Plan) -> Iterator[str]:
    for section in plan.sections:
        yield from ("", "[[section]]", f"name = {_text(section.name)}")
        if section.heading != section.name:
            yield f"aliases = {_list([section.heading])}"
        if section.hint:
            yield f"hint = {_text(section.hint)}"
        if section.labels:
            yield f"labels = {_list(section.labels)}"
        yield from _words(section)
        yield f"source = {_text(section.sentence)}"


def _words(section: DraftedSection) -> Iterator[str]:
    """The limits; doubtful ones wait behind a # for an officer."""
    yield from _notes(section.doubts)
    mark = "# " if section.doubts else ""
    yield from _ends(section.words, "words", mark)


def _money(draft: Draft, plan: Plan) -> Iterator[str]:
    amount, matching = draft.amount, draft.matching
    if not plan.money_place:
        yield from _homeless(amount, "申请金额", "amount")
        yield from _homeless(matching, "配套资金", "matching")
        return
    yield from ("", *_decide(amount), "[amount]", f"in = {_text(plan.money_place)}", f"of = {_text(draft.amount_of)}")
    yield from (f"{end} = {value}" for end, value in _both(amount.value))
    yield f"source = {_text(amount.sentence)}"
    apart = plan.money_place in {f.name for f in plan.fields} and not plan.own_place
    if matching.value is not None and (apart or draft.amount_of == "总投入"):
        yield from _homeless(matching, "配套资金", "matching")
    elif matching.value is not None:
        whom = "enterprise" if draft.matching_of_enterprises else "all"
        yield from ("", *_decide(matching), "[matching]", f"ratio = {number(matching.value)}")
        yield f"asked_of = {_text(whom)}"
        if plan.own_place:
            yield f"in = {_text(plan.own_place)}"
        yield f"source = {_text(matching.sentence)}"


def _homeless(found: Found[Range] | Found[Decimal | None], subject: str, table: str) -> Iterator[str]:
    """A value of which the form has no place: an officer must say where it stands."""
    if found.sentence:
        yield ""
        yield from _decide(found)
        yield f"{TO_DECIDE}{subject}：申报表中没有填写它的一栏，请补上后写 [{table}]。依据：{_one_line(found.sentence)}"


def _period(draft: Draft, plan: Plan) -> Iterator[str]:
    if not plan.period_place:
        yield from _homeless(draft.months, "实施周期", "period")
        return
    yield from ("", *_decide(draft.months), "[period]", f"in = {_text(plan.period_place)}")
    yield from (f"{end}_months = {value}" for end, value in _both(draft.months.value))
    yield f"source = {_text(draft.months.sentence)}"


def _indicators(_draft: Draft, plan: Plan) -> Iterator[str]:
    section = indicator_section(plan.sections)
    if section:
        yield from ("", f"{TO_DECIDE}要求指标写明数字的，保持 number = true；不要求的删去这一组")
        yield from (
            "[indicators]",
            f"in = {_text(section.name)}",
            "number = true",
            f"source = {_text(section.sentence)}",
        )


def _summary(draft: Draft, plan: Plan) -> Iterator[str]:
    if draft.summary is None or "name_column" not in plan.columns:
        return
    yield from ("", "[summary]", f"titles = {_list(dict.fromkeys((draft.summary.title, '汇总表')))}")
    yield from (f"{key} = {_text(name)}" for key, name in plan.columns.items())
    yield f"source = {_text(draft.summary.sentence)}"
    for column in draft.summary.columns:
        yield from ("", "[[summary.column]]", f"name = {_text(column)}")
        bare = re.sub(r"[（(][^（()）]*[)）]", "", column)
        if bare != column:
            yield f"aliases = {_list([bare])}"
        yield f"required = {_bool(not is_spare(column))}"


# --------------------------------------------------------------------------- writing


def _value(key: str, value: str | bool | int, sentence: str) -> str:
    written = (
        json.dumps(_one_line(value), ensure_ascii=False)
        if isinstance(value, str)
        else _bool(value)
        if isinstance(value, bool)
        else str(value)
    )
    source = _one_line(sentence) if sentence and value != "" else DRAFTED
    return f"{key} = {{ value = {written}, source = {json.dumps(source, ensure_ascii=False)} }}"


def _text(text: str) -> str:
    return json.dumps(_one_line(text) or DRAFTED, ensure_ascii=False)


def _one_line(text: str) -> str:
    line = re.sub(r"[_＿]{3,}", "", " ".join(text.split())).strip()
    return line if len(line) <= LONGEST_SOURCE else f"{line[:LONGEST_SOURCE]}……"


def _list(items: Iterable[str]) -> str:
    return json.dumps([_one_line(i) for i in items], ensure_ascii=False)


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _choices(names: tuple[str, ...]) -> str:
    return "choices = [\n" + "".join(f"  {{ name = {_text(n)} }},\n" for n in names) + "]"


def _decide(found: Found[Any]) -> Iterator[str]:
    yield from _notes(found.doubts)


def _notes(doubts: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{TO_DECIDE}{_one_line(why)}" for why in doubts)


def _both(value: Range) -> Iterator[tuple[str, int | float]]:
    for end, bound in (("min", number(value.low)), ("max", number(value.high))):
        if bound is not None:
            yield end, bound


def _ends(value: Range, unit: str, mark: str) -> Iterator[str]:
    yield from (f"{mark}{end}_{unit} = {bound}" for end, bound in _both(value))


def _joined(*sentences: str) -> str:
    return "\n".join(dict.fromkeys(s for s in sentences if s))
