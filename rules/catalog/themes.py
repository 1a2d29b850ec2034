"""T001–T004: is the demand within the call."""

from __future__ import annotations

from intake.model import Form
from rules.choices import chosen, speaks_of
from rules.engine import Hit, Hits, Subject, rule
from rules.enterprises import is_enterprise
from rules.folding import compact, is_blank
from rules.model import Scope, Severity
from rules.packs.call import CallPack


@rule(
    "T001",
    Severity.REFUSE,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="不在征集范围内",
    message="「{where}」现填“{measured}”，属于“{limit}”，不在此次征集范围内。",
    fix="通知已明确不征集此方向，本项不予受理；如填写有误，请更正「{where}」后重新发送。",
)
def field_excluded(form: Form, pack: CallPack) -> Hits:
    """通知明确排除的领域不予受理。2027：“稀土领域创新需求不在此次征集范围内”。

    只看该栏所填；前面有“无”“非”“不含”的不算。仅名称提及的由 T004 交处室复核。
    """
    for spec in pack.fields:
        value = form.value(spec.name)
        if subject := speaks_of(value, spec.excluded):
            yield Hit(spec.name, measured=value.strip(), limit=subject)


@rule(
    "T002",
    Severity.REVIEW,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="所填领域不在所列之中",
    message="「{where}」现填“{measured}”，不在通知所列重点领域之中，须由处室研判是否属于其他重点方向。",
    fix="如属于所列领域，请改填：{limit}；如确属其他重点方向，请由归口管理部门说明理由。",
)
def field_other(form: Form, pack: CallPack) -> Hits:
    """“归口管理部门研判确需攻关的其他重点方向也可提出”：所填领域不在所列之中的，不作错误，由处室研判。

    认通知中的其他叫法（新型化工即现代化工领域）；写了几个领域的以第一个所列的为准。
    """
    for spec in pack.fields:
        value = form.value(spec.name).strip()
        if not spec.others_allowed or is_blank(value) or chosen(spec, value) or speaks_of(value, spec.excluded):
            continue
        yield Hit(spec.name, measured=value, limit="、".join(c.name for c in spec.choices))


@rule(
    "T003",
    Severity.REVIEW,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="申报主体不符合要求",
    message="「{where}」现填“{measured}”，本次征集面向{limit}，须由处室复核。",
    fix="如申报单位符合要求，请写明单位全称及所在地区后重新发送。",
)
def applicant_of_another_kind(form: Form, pack: CallPack) -> Hits:
    """有的征集只面向本地区企业：名称不像企业，或所在地区不在其内的，由处室复核。空白由 F010 指出。"""
    spec, name = pack.applicant, pack.applicant_of(form)
    region = "、".join(spec.region[:1])
    wanted = f"{region}企业"
    if spec.kind == "enterprise" and not is_blank(name) and not is_enterprise(name):
        yield Hit(pack.applicant_field, measured=name.strip(), limit=wanted)
        return
    place = form.value(spec.region_field)
    if spec.region and not is_blank(place) and not any(compact(r) in compact(place) for r in spec.region):
        yield Hit(spec.region_field, measured=place.strip(), limit=wanted)


@rule(
    "T004",
    Severity.REVIEW,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="名称涉及征集范围以外的内容",
    message="名称“{measured}”涉及“{limit}”，而所填领域不是；“{limit}”不在此次征集范围内，须由处室复核。",
    fix="如内容不属于“{limit}”，请在回信中说明；否则本项不在征集范围内。",
)
def name_excluded(form: Form, pack: CallPack) -> Hits:
    """所填领域在范围以内，只有名称提到被排除的内容：不能只凭名称拒收，由处室判断。“无稀土”“非稀土”“不含稀土”不算。"""
    excluded = tuple(subject for spec in pack.fields for subject in spec.excluded)
    if any(speaks_of(form.value(spec.name), spec.excluded) for spec in pack.fields):
        return
    if subject := speaks_of(pack.name_of(form), excluded):
        yield Hit(pack.name_field, measured=pack.name_of(form), limit=subject)
