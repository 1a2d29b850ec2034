"""F030–F032, T005: do the indicators measure, and does a section name what the call asks it to name."""

from __future__ import annotations

import re

from intake.model import Form
from rules.engine import Hit, Hits, Subject, rule
from rules.folding import without_numbering
from rules.model import Scope, Severity
from rules.packs.call import CallPack, Element
from rules.sections import stands, text_at

NUMERAL = "一二两三四五六七八九十百千万半几"
NUMBER = re.compile(rf"\d|[十百千万]分之|[{NUMERAL}](?:成(?![套本品果熟分型立效员功为像就份])|倍)")
COMPANY = re.compile(r"有限责任公司|股份有限公司|有限公司|集团公司|分公司|公司|集团|合作社|厂|煤矿|牧场|农场")
CLAUSES = re.compile(r"[，。；、,;：:\s“”\"与及同跟由被向对在以]|(?<!华)为|和(?!浩特|林格尔)|联合(?!社)|合作(?!社)")
GENERAL = re.compile(
    r"本|该|我|某|各|相关|有关|合作|意向|需求|龙头|区内|区外|国内|国外|地方|当地|多家|若干|大型|骨干|一些|部分|企业|其他|"
    r"跨国|外资|民营|国有|知名|头部|同类|上游|下游|配套|内蒙古|自治区|上市|科技|有限|责任|股份|集团|公司|工厂|厂|等|的|个|家|[一二两三四五六七八九十几多0-9]"
)
PAPERS = re.compile(r"论文|期刊|SCI|EI(?![A-Za-z])|核心刊物|专著|著作", re.IGNORECASE)
TEACHING = re.compile(r"培养|研究生|博士|硕士|学术会议|学术报告")  # goes with papers, is no result of its own
OTHER_RESULTS = re.compile(
    r"专利|样机|装置|设备|产品|工艺|示范|产线|生产线|中试|软件|系统|标准|规范|指南|品种|方案|材料|成本|能耗|效率|产值|"
    r"转化率|回收率|合格率|推广|应用|平台|报告|\d"
)


@rule(
    "F030",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="考核指标没有量化",
    message="「{where}」通篇没有数字，无法考核。",
    fix="请在「{where}」中写明可量化的指标值（如含量、效率、能耗、成本、规模等的具体数值）后重新发送。",
)
def no_number(form: Form, pack: CallPack) -> Hits:
    """考核指标要体现先进性并且可量化：至少有一个数字（全角、半角均可），或“百分之…”“…成”“…倍”。

    依据：通知“考核指标要体现先进性并且可量化”。空白的部分只报 F021。
    """
    spec = pack.indicators
    if spec and spec.number and stands(form, pack, spec.place) and not NUMBER.search(text_at(form, spec.place)):
        yield Hit(spec.place)


@rule(
    "F031",
    Severity.WARNING,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="考核指标缺少对照",
    message="「{where}」中没有看到：{missing}。",
    fix="通知要求写明{limit}，建议在「{where}」中补充。",
)
def element_missing(form: Form, pack: CallPack) -> Hits:
    """考核指标“需写明目前行业最优指标、国标以及本项目拟实现指标”。按用词判断，只提醒。

    拟制定的标准是成果，不是对照的标准，不算写明了国标。空白的部分只报 F021。
    """
    spec = pack.indicators
    if not spec or not stands(form, pack, spec.place):
        return
    text = text_at(form, spec.place)
    missing = [element.name for element in spec.elements if not _states(text, element)]
    if missing:
        wanted = "、".join(element.name for element in spec.elements)
        yield Hit(spec.place, measured="、".join(missing), limit=wanted, words={"missing": "、".join(missing)})


def _states(text: str, element: Element) -> bool:
    for pattern in element.ignore:
        text = re.sub(pattern, "", text)
    return any(re.search(pattern, text) for pattern in element.patterns)


@rule(
    "F032",
    Severity.ERROR,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="没有写明应写明的单位",
    message="「{where}」中没有写明技术需求企业或意向合作企业的名称。",
    fix="请在「{where}」中写明企业全称后重新发送。",
)
def name_missing(form: Form, pack: CallPack) -> Hits:
    """有的征集要求在某一部分列明技术需求企业或意向合作企业名称。泛指（“某公司”“相关企业”）不算。"""
    for section, spec in pack.sections_of(form):
        if spec.must_name == "enterprise" and stands(form, pack, spec.name) and not _names_company(section.text):
            yield Hit(spec.name)


def _names_company(text: str) -> bool:
    """Whether a company is named, not only companies spoken of (某公司, 相关企业)."""
    clauses = (clause for clause in CLAUSES.split(text) if clause)
    names = (clause[: found.start()] for clause in clauses for found in COMPANY.finditer(clause))
    return any(len(GENERAL.sub("", name)) >= 2 for name in names)


@rule(
    "T005",
    Severity.REVIEW,
    on=Subject.FORM,
    scope=Scope.ITEM,
    title="考核指标以论文为主",
    message="「{where}」以论文发表为主要内容；本次征集对以论文为主要考核指标的项目不予支持，须由处室复核。",
    fix="请补充新工艺、新技术、新产品、新材料、新设备等可考核的成果指标。",
)
def papers_only(form: Form, pack: CallPack) -> Hits:
    """通知不支持“以论文发表作为主要考核指标的项目”：写论文著作的分句多于写其他成果或指标的分句时，请处室判断。"""
    spec = pack.indicators
    if not spec or not spec.papers_refused or not stands(form, pack, spec.place):
        return
    text = re.sub(r"其中[^。；;，,\n]*", "", text_at(form, spec.place))
    sentences = [without_numbering(s) for s in re.split(r"[。；;，,\n]", text) if not TEACHING.search(s)]
    papers = sum(1 for s in sentences if PAPERS.search(s))
    others = sum(1 for s in sentences if OTHER_RESULTS.search(s) and not PAPERS.search(s))
    if papers > others:
        yield Hit(spec.place, measured=papers)
