"""F010–F025: is the form complete, and does each section keep its limits."""

from __future__ import annotations

from bisect import bisect_left

from intake.model import Form
from rules.choices import chosen, speaks_of, ticked
from rules.codes import is_uscc
from rules.engine import Hit, Hits, Subject, rule
from rules.folding import is_blank
from rules.model import Scope, Severity
from rules.packs.call import CallPack, FieldSpec
from rules.sections import empty, stands


@rule(
    "F010",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="必填字段缺失或空白",
    message="「{where}」未填写。",
    fix="请填写「{where}」后重新发送。",
    variants={
        "absent": ("表中没有「{where}」一栏。", "请使用通知所附模板，补上「{where}」并填写后重新发送。"),
        "filler": ("「{where}」现填“{measured}”，等同未填写。", "请如实填写「{where}」后重新发送。"),
    },
)
def field_missing(form: Form, pack: CallPack) -> Hits:
    """模板中的每个必填字段都要填写：缺少该栏、空白，或只写“/”“无”“待定”的，逐栏指出。

    依据：通知附件 1 所列各栏。复选框一项未勾的也算空白。选填字段不问。
    """
    for spec in pack.fields:
        if not spec.required or not is_blank(form.value(spec.name)):
            continue
        value = form.value(spec.name)
        wording = "absent" if spec.name not in form.fields else "filler" if value.strip() else ""
        yield Hit(spec.name, measured=value.strip() or None, wording=wording)


@rule(
    "F011",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="字段的值不在征集允许范围内",
    message="「{where}」现填“{measured}”，不在本次征集允许的范围内。",
    fix="请将「{where}」改填为：{limit}。",
    variants={
        "several": ("「{where}」勾选了多项（{measured}），此栏只能选一项。", "请在「{where}」中只勾选一项：{limit}。"),
        "uscc": (
            "「{where}」现填“{measured}”，不是有效的统一社会信用代码（18 位，末位为校验码）。",
            "请对照营业执照核对「{where}」后重新填写。",
        ),
    },
)
def value_not_allowed(form: Form, pack: CallPack) -> Hits:
    """限定取值的字段（如需求类型：科技重大专项）须填写通知所列的值；比较时不计空格、全半角和编号，认通知中的其他叫法。

    一栏写了几个所列的值，以第一个为准，不算错；复选框单选栏勾了两项则算错。可以提出其他方向的字段由 T002 处理，
    超出征集范围的由 T001 处理；空白由 F010 处理。
    """
    for spec in pack.fields:
        value = form.value(spec.name).strip()
        if not is_blank(value) and (hit := _not_allowed(spec, value)):
            yield hit


def _not_allowed(spec: FieldSpec, value: str) -> Hit | None:
    if spec.format == "uscc":
        return None if is_uscc(value) else Hit(spec.name, measured=value, limit="18 位代码", wording="uscc")
    if not spec.choices:
        return None
    listed = "、".join(c.name for c in spec.choices)
    if spec.checkboxes and spec.single and len(ticked(spec, value)) > 1:
        return Hit(spec.name, measured=value, limit=listed, wording="several")
    if spec.others_allowed or speaks_of(value, spec.excluded) or chosen(spec, value):
        return None
    return Hit(spec.name, measured=value, limit=listed)


@rule(
    "F020",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="缺少必需的部分",
    message="表中没有「{where}」这一部分。",
    fix="请按模板补上「{where}」及其内容后重新发送。",
)
def section_missing(form: Form, pack: CallPack) -> Hits:
    """模板的每个部分都要有。认标题时不计编号样式、全半角、空格和末尾冒号，措辞略有出入也认。

    依据：通知附件 1（一）至（八）。缺了的部分只报这一条，不再报其中应有的内容。
    """
    for spec in pack.sections:
        if spec.required and spec.name not in form.sections:
            yield Hit(spec.name)


@rule(
    "F021",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="部分空白",
    message="「{where}」没有填写内容（仅有标题、模板提示语或小标题的，视为未填写）。",
    fix="请在「{where}」下填写内容后重新发送。",
)
def section_empty(form: Form, pack: CallPack) -> Hits:
    """模板的每个部分都要填写；只留提示语、小标题（1.研究目标）或只写“/”“无”的，等于没有填写。

    空白的部分只报这一条，不再报字数、指标、金额等。资金和周期两部分写了“待定”的，由 B001、B004 指出。
    """
    for section, spec in pack.sections_of(form):
        if spec.required and empty(section, pack):
            yield Hit(spec.name)


@rule(
    "F022",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="部分超过字数上限",
    message="「{where}」限 {limit} 字，实有 {measured} 字，超出 {over} 字。",
    fix="请将「{where}」压缩到 {limit} 字以内（含 {limit} 字）后重新发送。",
)
def section_too_long(form: Form, pack: CallPack) -> Hits:
    """模板在部分标题中写明字数上限（如“300字以内”），含本数（民法典第一千二百五十九条）。

    字数按 Word 的“字数”统计；标题、模板提示语和小标题不计，表格和脚注计入。
    """
    for section, spec in pack.sections_of(form):
        if spec.max_words is not None and section.words > spec.max_words and not empty(section, pack):
            over = section.words - spec.max_words
            yield Hit(spec.name, measured=section.words, limit=spec.max_words, words={"over": over})


@rule(
    "F023",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="部分不足字数下限",
    message="「{where}」不少于 {limit} 字，实有 {measured} 字，尚缺 {short} 字。",
    fix="请将「{where}」充实到 {limit} 字以上（含 {limit} 字）后重新发送。",
)
def section_too_short(form: Form, pack: CallPack) -> Hits:
    """考核指标“不少于300字”，含本数。空白的部分只报 F021。"""
    for section, spec in pack.sections_of(form):
        if spec.min_words is not None and section.words < spec.min_words and not empty(section, pack):
            short = spec.min_words - section.words
            yield Hit(spec.name, measured=section.words, limit=spec.min_words, words={"short": short})


@rule(
    "F024",
    Severity.WARNING,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="各部分顺序与模板不一致",
    message="各部分的顺序与模板不一致：「{where}」的位置不对。",
    fix="建议按模板顺序调整：{limit}。",
)
def sections_out_of_order(form: Form, pack: CallPack) -> Hits:
    """各部分按模板的先后排列；缺少的部分不影响顺序。只提醒，不影响受理。"""
    present = [spec.name for _, spec in pack.sections_of(form)]
    moved = _moved([form.sections[name].order for name in present])
    if moved:
        yield Hit("、".join(present[i] for i in moved), limit="、".join(s.name for s in pack.sections))


def _moved(order: list[int]) -> list[int]:
    """The fewest positions that must be taken out for the rest to rise."""
    tails: list[int] = []
    rank: list[int] = []
    for value in order:
        at = bisect_left(tails, value)
        tails[at : at + 1] = [value]
        rank.append(at)
    kept: set[int] = set()
    wanted = len(tails) - 1
    for i in range(len(order) - 1, -1, -1):
        if rank[i] == wanted:
            kept.add(i)
            wanted -= 1
    return [i for i in range(len(order)) if i not in kept]


@rule(
    "F025",
    Severity.WARNING,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="模板提示语未删",
    message="「{where}」中还留有模板的提示语。",
    fix="建议删去「{where}」中的模板提示语。",
)
def hint_left(form: Form, pack: CallPack) -> Hits:
    """填写以后，单独成段的模板提示语应当删去；写在标题行里的不算。提示语从不计入字数。只提醒。"""
    for section, spec in pack.sections_of(form):
        if section.hints and stands(form, pack, spec.name):
            yield Hit(spec.name, measured=section.hints)
