"""From a draft to the tables of a pack: which label names the demand, which part holds the money, what is 拟定."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.drafting.labels import is_name
from rules.drafting.model import Draft, DraftedField, DraftedSection

_NAME = (r"(?:需求|项目|课题|选题|成果|榜单|技术|建议).{0,2}(?:名称|题目)", r"名称|题目")
_APPLICANT = (
    r"(?:申报|申请|需求|提出|建议|承担|发榜|填报).{0,3}(?:单位|企业)",
    r"(?:单位|企业|机构).{0,2}名称",
    r"单位$",
)
_UNIT = (r"归口|推荐单位|推荐部门|主管部门",)
_SUBJECT = (r"领域", r"方向|点位|集群|专题|赛道|专项|板块", r"行业|产业|矿种|^所属(?!地|区|市|州|旗|县)")
_OWN = (r"自筹|配套|自有资金|企业出资",)
_MONEY = (
    r"资金需求|经费需求|财政|(?:申请|省拨|市拨).{0,4}(?:经费|资金|补助)",
    r"(?<!自筹)(?:资金|经费|投入|金额|预算|概算|强度)",
)
_MONEY_OF_ALL = (r"总(?:投[入资]|经费|预算|金额)|(?:榜单|揭榜|张榜|悬赏)金额", *_MONEY)
_PERIOD = (r"周期|期限|时限|工期|年限", r"时间|进度")
_SPARE = re.compile(r"备注|传真|合作单位|合作企业|其[他它]|参与单位|联合")
DRAFTED_NAME = DraftedField("需求名称", "")
DRAFTED_APPLICANT = DraftedField("申报单位", "")
DRAFTED_SUBJECT = DraftedField("所属领域", "")
DRAFTED_BODY = tuple(DraftedSection(n, n, "") for n in ("背景及需求", "研究内容", "考核指标", "研究基础"))
DRAFTED_MONEY = DraftedSection("资金需求", "资金需求", "")
DRAFTED_PERIOD = DraftedSection("实施周期", "实施周期", "")


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts that a pack needs, picked from a draft; what the notice does not print is added as 拟定."""

    fields: tuple[DraftedField, ...]
    sections: tuple[DraftedSection, ...]
    name_field: str
    applicant_field: str
    unit_field: str
    subject_field: str
    money_place: str
    own_place: str
    period_place: str
    columns: dict[str, str]


def plan_of(draft: Draft) -> Plan:
    """Which of the drafted parts does what."""
    fields, sections = draft.form.fields, _all_sections(draft)
    name = _pick(_labels(fields), _NAME)
    applicant = _pick([f for f in _labels(fields) if f != name], _APPLICANT)
    subject = _pick([f for f in _labels(fields) if f not in (name, applicant) and not is_name(f)], _SUBJECT)
    added = (
        *(() if name else (DRAFTED_NAME,)),
        *(() if applicant else (DRAFTED_APPLICANT,)),
        *((DRAFTED_SUBJECT,) if draft.subjects.value and not subject else ()),
    )
    places = [*(s.name for s in sections), *_labels(fields)]
    money = _pick(places, _MONEY_OF_ALL if draft.amount_of == "总投入" else _MONEY)
    return Plan(
        fields=(*fields, *added),
        sections=sections,
        name_field=name or DRAFTED_NAME.name,
        applicant_field=applicant or DRAFTED_APPLICANT.name,
        unit_field=_pick(_labels(fields), _UNIT),
        subject_field=subject or (DRAFTED_SUBJECT.name if draft.subjects.value else ""),
        money_place=money,
        own_place=_pick([p for p in places if p != money], _OWN),
        period_place=_pick(places, _PERIOD),
        columns=_columns(draft.summary.columns if draft.summary else ()),
    )


def _all_sections(draft: Draft) -> tuple[DraftedSection, ...]:
    """The parts printed; where no form was enclosed, the usual ones are added."""
    printed = draft.form.sections
    if printed and draft.form.enclosed:
        return printed
    names = [*(s.name for s in printed), *_labels(draft.form.fields)]
    money = () if _pick(names, _MONEY) else (DRAFTED_MONEY,)
    period = () if _pick(names, _PERIOD) else (DRAFTED_PERIOD,)
    return (*(printed or DRAFTED_BODY), *money, *period)


def is_spare(name: str) -> bool:
    """Whether a label or column may stay blank by its nature."""
    return bool(_SPARE.search(name)) or name == "序号"


def unit_of(sentence: str, name: str) -> str:
    """The unit that the form prints with a label: 申请经费（万元）, 实施周期（月）."""
    found = re.search(rf"{re.escape(name)}\W{{0,2}}(?:单位[:：])?(?P<unit>[万亿]?元|个?月|年)[）)]", sentence)
    return found["unit"] if found else ""


def item_word(title: str) -> str:
    """What the call collects, by its title."""
    wanted = re.search(r"[^，。的征集关于领域年度大重]{0,4}(?:需求|选题|课题|难题|建议)", title)
    found = wanted or re.search(r"项目|成果", title)
    word = found[0] if found else "需求"
    asked = re.search(r"(?:技术|创新|科技|项目|攻关|企业|榜单)?(?:需求|选题|课题|难题)", word)
    known = asked or re.search(r"项目|成果|建议", word)
    return known[0] if known else word


def short_title(title: str) -> str:
    """The title without the office, 关于征集 and 的通知."""
    bare = re.sub(r"^.*?关于(?:公开|组织|开展|做好|面向\S{1,8}?)*(?:征集|申报)?", "", title)
    return re.sub(r"(?:征集(?:工作)?)?(?:工作)?的?(?:通知|公告|通告|函|启事)(?:[（(].*[)）])?$", "", bare) or title


def year_of(draft: Draft) -> str:
    """The year of the call: of its title, else of its deadline or date."""
    for text in (draft.title.value, draft.deadline.value, draft.issued.value):
        if found := re.search(r"20\d\d", text):
            return found[0]
    return "2000"


def indicator_section(sections: Sequence[DraftedSection]) -> DraftedSection | None:
    """The part whose text must hold numbers, if there is one."""
    return next((s for s in sections if "指标" in s.name), None)


def _labels(fields: Iterable[DraftedField]) -> list[str]:
    return [f.name for f in fields]


def _pick(names: Iterable[str], patterns: Sequence[str]) -> str:
    """The first name that fits the first pattern that any fits."""
    known = list(names)
    return next((n for p in patterns for n in known if re.search(p, n)), "")


def _columns(columns: Sequence[str]) -> dict[str, str]:
    """Which column holds what, as a pack names it."""
    wanted = {
        "name_column": _NAME,
        "applicant_column": (r"报送单位|申报单位|需求单位|提出单位|申请单位|企业名称|单位名称", r"单位$"),
        "contact_column": (r"^(?:项目)?联系人(?:姓名)?$", r"联系人|姓名"),
        "phone_column": (r"电话|手机|联系方式",),
        "subject_column": _SUBJECT,
        "amount_column": (r"申请.*(?:经费|资金)", r"经费|资金|金额|投入"),
        "partner_column": (r"合作",),
    }
    return {key: found for key, patterns in wanted.items() if (found := _pick(columns, patterns))}
