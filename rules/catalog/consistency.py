"""Rules on the 汇总表: whether it and the demands of the unit say the same."""

from __future__ import annotations

from intake.model import Form
from rules.cells import amount_in, is_telephone
from rules.choices import chosen
from rules.engine import Hit, Hits, Measure, Subject, rule
from rules.enterprises import is_enterprise
from rules.folding import fold_subject, is_blank
from rules.judging.tables import Row, lacking_columns
from rules.model import Scope, Severity
from rules.names import organisations, same_organisation
from rules.packs.call import CallPack, SummarySpec
from rules.senders import alias_keys, names_unit
from rules.views import LetterView, Standing

PLACE = "汇总表"


@rule(
    "C001",
    Severity.ERROR,
    on=Subject.UNIT,
    scope=Scope.MAIL,
    title="汇总表列有未收到的需求",
    message="汇总表第 {line} 行列有「{name}」，但未收到该需求的申报材料。",
    fix="请报送该需求的 Word 版申报材料；如不再申报，请从汇总表中删去后重新报送。"
    "如分多封邮件报送，其余文件到达后本项自动消除。",
)
def listed_without_document(letter: LetterView, pack: CallPack) -> Hits:
    """汇总表列出的每一项需求都应附有申报材料。

    依据：通知“三、具体要求（五）将创新需求汇总表及相关材料报送”。只在带来汇总表的来信中判定；以后的来信不带汇总表时，
    只在全部情况中列出尚待报送的需求。已撤回、不予受理和逾期的需求视为已收到。
    """
    if letter.tables:
        for row in letter.alone:
            name = pack.summary.name_column if pack.summary else ""
            yield Hit(where=row.where, words={"line": row.line, "name": row.cell(name)}, document=letter.tables[-1][0])


@rule(
    "C002",
    Severity.WARNING,
    on=Subject.UNIT,
    scope=Scope.ITEM,
    title="需求未列入汇总表",
    message="贵单位的汇总表中没有列出「{name}」。",
    fix="请在汇总表中补列该需求后重新报送汇总表。",
)
def not_listed(standing: Standing) -> Hits:
    """单位报送过汇总表而其中没有本项需求时提醒补列；不影响受理。

    依据：通知附件2。单位还没有报送汇总表时不判（见 C004）。
    """
    if standing.listed and standing.row is None:
        yield Hit(where=PLACE, words={"name": standing.demand.name or "（未填写名称的需求）"})


@rule(
    "C003",
    Severity.ERROR,
    on=Subject.UNIT,
    scope=Scope.ITEM,
    title="需求与汇总表不一致",
    message="{where}的「{column}」为“{measured}”，申报材料中为“{limit}”，两者不一致。",
    fix="请核对后修改汇总表或申报材料，使两者一致，再重新报送改动的文件。",
)
def disagrees_with_row(standing: Standing, pack: CallPack) -> Hits:
    """汇总表的报送单位、所属领域、申请财政经费应与申报材料一致。

    依据：通知附件1、附件2。报送单位可以是申报单位、合作单位或归口管理部门，名称按简称、全称宽松比对；
    申报材料缺少相应内容时只按该处的问题处理，不重复判定。
    """
    row, spec = standing.row, pack.summary
    if row is None or spec is None:
        return
    form = standing.demand.form
    applicant, subject = pack.applicant_of(form), form.value(pack.subject_field)
    amount, asked = amount_in(row.cell(spec.amount_column)), form.money.amount
    if not _sent_by_unit(row, standing, pack) and not _sent_by_one_of(row, spec, form, pack):
        yield _differs(row, spec.applicant_column, row.cell(spec.applicant_column), applicant)
    listed = row.cell(spec.subject_column)
    if listed and not is_blank(subject) and not _same_subject(subject, listed, pack):
        yield _differs(row, spec.subject_column, listed, subject)
    if amount is not None and asked is not None and amount != asked:
        yield _differs(row, spec.amount_column, amount, asked)


@rule(
    "C004",
    Severity.WARNING,
    on=Subject.UNIT,
    scope=Scope.MAIL,
    title="尚未报送汇总表",
    message="贵单位尚未报送创新需求汇总表。",
    fix="请填写汇总表（Word 或 Excel 版），随需求一并报送或单独发送。",
)
def no_table_yet(letter: LetterView, pack: CallPack) -> Hits:
    """归口管理部门应报送创新需求汇总表；还没有收到时在来信的答复中提醒，不影响受理。

    依据：通知“三、具体要求（五）”。没有带来需求的来信不提醒。
    """
    if pack.summary and letter.brings_items and not letter.table_sent:
        yield Hit(where=PLACE)


@rule(
    "C005",
    Severity.ERROR,
    on=Subject.UNIT,
    scope=Scope.ITEM,
    title="汇总表内容不全",
    message="{where}没有填写：{measured}。",
    fix="请补填后重新报送汇总表。",
    variants={
        "phone": (
            "{where}的联系电话“{measured}”不是有效的电话号码。",
            "请填写手机号码或带区号的固定电话后重新报送汇总表。",
        )
    },
)
def incomplete_row(row: Row, pack: CallPack) -> Hits:
    """汇总表每一行的各栏都应填写，联系电话应是可以拨通的号码；序号、备注、合作单位可以空白。

    依据：通知附件2。整栏缺失时只按 C006 处理。
    """
    spec = pack.summary
    if spec is None:
        return
    empty = [c for c in spec.required if c in row.columns and not row.cell(c)]
    if empty:
        yield Hit(where=row.where, measured="、".join(empty))
    phone = row.cell(spec.phone_column)
    if phone and not is_telephone(phone):
        yield Hit(where=row.where, measured=phone, wording="phone")


@rule(
    "C006",
    Severity.ERROR,
    on=Subject.UNIT,
    scope=Scope.MAIL,
    title="汇总表缺少规定的栏目",
    message="汇总表缺少规定的栏目：{measured}。",
    fix="请使用通知附件2的汇总表格式，补齐各栏后重新报送。",
)
def lacks_columns(letter: LetterView, pack: CallPack) -> Hits:
    """汇总表应使用通知规定的格式，栏目齐全。

    依据：通知附件2。缺少的栏目只在这里指出，不再逐行指出栏内的问题。
    """
    for path, table in letter.tables:
        lacking = lacking_columns(table, pack.summary) if pack.summary else ()
        if lacking:
            yield Hit(where=PLACE, measured="、".join(lacking), document=path)


@rule(
    "C007",
    Severity.WARNING,
    on=Subject.UNIT,
    scope=Scope.ITEM,
    title="未列合作企业",
    message="{where}的「{column}」为空。",
    fix="高校、科研院所提出的需求请与合作企业充分沟通，并在汇总表中填写合作单位。",
)
def names_no_partner(standing: Standing, pack: CallPack) -> Hits:
    """高校、科研院所的需求应在汇总表中写明合作单位；只作提醒。

    依据：通知“三、具体要求（六）高校等需与合作企业充分沟通，确保项目可转化、可落地”。申报单位是企业的不提醒。
    """
    row, spec = standing.row, pack.summary
    if row is None or spec is None or spec.partner_column not in row.columns or row.cell(spec.partner_column):
        return
    quota = pack.quota(standing.unit.category) if standing.unit else None
    if quota and quota.partner and not is_enterprise(pack.applicant_of(standing.demand.form)):
        yield Hit(where=row.where, words={"column": spec.partner_column})


@rule(
    "C008",
    Severity.WARNING,
    on=Subject.UNIT,
    scope=Scope.MAIL,
    title="汇总表表头不全",
    message="汇总表表头没有填写：{measured}。",
    fix="请在汇总表表头补填后重新报送。",
)
def lacks_head(letter: LetterView) -> Hits:
    """汇总表表头应写明归口管理部门、联系人和联系电话；只作提醒。

    依据：通知附件2。
    """
    for path, table in letter.tables:
        head = (("归口管理部门", table.unit), ("联系人", table.contact), ("联系电话", table.phone))
        lacking = [label for label, value in head if is_blank(value)]
        if lacking:
            yield Hit(where=PLACE, measured="、".join(lacking), document=path)


def _differs(row: Row, column: str, listed: Measure, stated: Measure) -> Hit:
    return Hit(where=row.where, measured=listed, limit=stated, words={"column": column})


def _sent_by_unit(row: Row, standing: Standing, pack: CallPack) -> bool:
    sender = row.cells.get(pack.summary.applicant_column, "") if pack.summary else ""
    return standing.unit is not None and names_unit(sender, standing.unit, alias_keys(pack.unit_aliases))


def _sent_by_one_of(row: Row, spec: SummarySpec, form: Form, pack: CallPack) -> bool:
    """Whether the row's 报送单位 is one of those who may be named there; a blank on either side is no difference."""
    listed, applicant = organisations(row.cell(spec.applicant_column)), pack.applicant_of(form)
    if not listed or is_blank(applicant):
        return True
    may_be = (applicant, form.value(pack.unit_field), *organisations(row.cell(spec.partner_column)))
    return any(same_organisation(one, name) for one in listed for name in may_be)


def _same_subject(one: str, other: str, pack: CallPack) -> bool:
    """Whether two texts name the same field; where one names no listed one (冶金), whether one holds the other."""
    spec = pack.field_named(pack.subject_field)
    listed = (chosen(spec, one), chosen(spec, other)) if spec else (None, None)
    if all(listed):
        return listed[0] == listed[1]
    short, long = sorted((fold_subject(one), fold_subject(other)), key=len)
    return short in long
