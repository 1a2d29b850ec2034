"""How many demands each kind of unit may recommend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from intake.forms.numerals import read_number
from intake.forms.wording import strip_numbering
from rules.drafting.model import DraftedQuota
from rules.drafting.notice import Row, is_heading, sentences

_RECOMMEND = re.compile(r"推荐|限提|限推|可报|建议|提报|限报|限额|名额|申报|报送|上报|提交|提出|填报|限项|征集")
_NUMBER = re.compile(
    r"(?P<about>约)?(?:1\s*[-—–~～－至]{1,2}\s*)?(?P<number>\d{1,3}|[一二两三四五六七八九十百]{1,4})\s*(?:项|个|条|件)(?P<tail>以内|左右|以下)?"
    r"(?!以上|技术攻关|标准|专利|方面|重点|领域|方向|工作日|环节|月)"
)
_UNIT = re.compile(
    r"市|州|盟|区|县|旗|厅|局|部门|高校|院校|大学|学院|院所|机构|企业|央企|国企|单位|园|院|研究所|集团|兵团|中心|公司|[处科]室|学会|协会|师|呼包鄂|归口|实验室"
)
_OTHER = re.compile(
    r"专利|论文|标准|引进|遴选|立项|拟支持|平台|研发投入|知识产权|(?:发布|公布|推出|形成|凝练|确定|编制)[^，。；]{0,10}榜单|榜单[^，。；]{0,4}(?:发布|公布)|示范(?:项目|工程|线)|成果|人以上|实施.{0,12}项目|布局|一式|复印件|份纸质"
)
_CAP = re.compile(
    r"不得?超过|不多于|不高于|至多|最多|限报|限推荐|可报|限额|名额|限项|以内|≤|限申报|可(?:推荐|申报|报送)|限|(?:推荐|报送|申报)\s*\d"
)
_CAPPED = re.compile(r"(?:不得?超过|不多于|至多|最多|限)\s*[\d一二三四五六七八九十]{1,3}\s*[项个条件]")
_PLACES = re.compile(r"[\u4e00-\u9fff、]{2,24}各?")  # places without a word for their kind: 沈阳、大连各
_HEADING = re.compile(
    r"名额|(?<!\S)[^，。]{0,4}数量$|限额|限项|(?:推荐|建议|申报|报送)(?:数量|数目|指标|项数)|数量(?:要求|限制)"
)
_VERBS = re.compile(
    r"(?:直接|自行|单独|本年度|当年|年度|原则上|一般|最多|至多|每年|本次|此次|可以?|只能|仅|限额?|应|须|择优|组织)*"
    r"(?:推荐|建议|提报|限报|限提|限推|可报|申报|报送|上报|提交|提出|填报|征集|推选|名额|限额|数量|总数|不得?超过|不多于|至多|最多|原则上).*$"
)
_EACH = re.compile(
    r"^(?:其中|对于|对|由|请|各|每[个家所]?|有关|相关|(?:其他|其它|其余)(?!(?:单位|各?市|区|县|企业|地区|市（州）|市州)(?:各|每|可|限|均|$))|同一|单个|等)+"
)
_TRAIL = re.compile(r"(?:[:：]|各?限|可|各|为|均|分别|合计|共|等|每家|每个|每所|数|总|不)+$")
_CITIES = re.compile(r"^(.{2,4})[两三四五六]市$")
_PER_APPLICANT = re.compile(r"^(?:同一|单个|每个?|每家|每一)")
# The words that a register of units of an autonomous region uses for its kinds of units.
_REGION_WORDS = {
    "高校": "高等院校",
    "高等学校": "高等院校",
    "院所": "科研院所",
    "科研机构": "科研院所",
} | dict.fromkeys(("行业归口管理部门", "行业主管部门", "自治区有关部门", "自治区各部门", "行业部门"), "自治区部门")


def read_quotas(paragraphs: Sequence[str], tables: Sequence[Row]) -> tuple[DraftedQuota, ...]:
    """The limits by kind of unit, in the notice's order; of the same kind the first counts."""
    region = any("自治区" in p for p in paragraphs) and any("盟" in p for p in paragraphs)
    found: dict[str, DraftedQuota] = {}
    for quota in (*_of_paragraphs(paragraphs), *_of_tables(tables)):
        name = _REGION_WORDS.get(quota.category, _CITIES.sub(r"\1", quota.category)) if region else quota.category
        found.setdefault(name, DraftedQuota(name, quota.limit, quota.sentence, quota.doubts))
    return tuple(found.values())


def _of_paragraphs(paragraphs: Sequence[str]) -> Iterator[DraftedQuota]:
    headed = False
    for paragraph in paragraphs:
        if is_heading(paragraph):
            headed = bool(_HEADING.search(paragraph))
        label = bool(_HEADING.search(paragraph[:10]))
        for sentence in sentences(paragraph):
            yield from _of_sentence(sentence, headed or label)


def _of_sentence(sentence: str, headed: bool) -> Iterator[DraftedQuota]:
    """The limits of a sentence; ``headed``: it stands under a word for them (推荐名额), else it must say so itself."""
    capped = len(_CAPPED.findall(sentence))
    each = bool(re.search(r"(?:每[个家所]|各)[^，。；]{1,12}\d{1,3}\s*[项个条件](?:以内|以下)", sentence))
    said = capped > 1 or each or (_RECOMMEND.search(sentence) and _CAP.search(sentence))
    if not (said or headed):
        return
    start = 0
    several = headed or len(_NUMBER.findall(sentence)) > 2
    for found in _NUMBER.finditer(sentence):
        if re.search(r"(?:不得?少于|不得?低于|至少)\s*$", sentence[start : found.start()]):
            continue
        if _OTHER.search(_point(sentence, found)):
            start = found.end()
            continue
        before = re.split(
            r"[，,；;。：:]|(?:不得?少于|不得?低于|至少)\s*\d+\s*[项个条件]、?|(?<=[)）])(?=[各其高])|\t",
            sentence[start : found.start()],
        )
        start = found.end()
        who = next((part for part in reversed(before) if _UNIT.search(part)), "")
        places = _PLACES.fullmatch(before[-1].strip()) if several else None
        if places and not _UNIT.search(before[-1]) and not _CAP.search(before[-1]):
            who = before[-1].strip()
        if who:
            yield from _quotas(who, found, sentence, places=bool(places))


def _point(sentence: str, found: re.Match[str]) -> str:
    """What stands around a number between semicolons."""
    begin = max(sentence.rfind(c, 0, found.start()) for c in "；;") + 1
    end = re.search("[；;]", sentence[found.end() :])
    return sentence[begin : found.end() + end.start() if end else len(sentence)]


def _quotas(who: str, found: re.Match[str], sentence: str, *, places: bool) -> Iterator[DraftedQuota]:
    limit = read_number(found["number"])
    doubts = []
    if found["about"] or found["tail"] == "左右":
        doubts.append(f"“{found[0]}”不是确切的限额，请确认")
    if soft := re.search(r"原则上|一般", who):
        doubts.append(f"“{soft[0]}”不是硬性规定：超出的待复核（Q001），请确认")
    if other := re.search(r"其[他它余][^，。；、]{1,8}", who):
        doubts.append(f"“{other[0].rstrip('各')}”指哪些单位，请确认")
    bare = strip_numbering(who)[0]
    if _PER_APPLICANT.match(bare) and re.search(r"企业|单位|申报人|团队|负责人", bare):
        doubts.append("这是对每个申报单位的限项，不是推荐单位的限额，请确认是否采用")
    for name in _names(bare, places=places):
        if limit is not None and limit > 0:
            yield DraftedQuota(name, int(limit), sentence, tuple(doubts))


def _names(who: str, *, places: bool = False) -> Iterator[str]:
    """The kinds of units in a phrase, without what is done, 各 or 有关; of ``places`` each, whatever its word."""
    who = _VERBS.sub("", re.sub(r"[（(][^（()）]{5,}[)）]", "", who).strip())
    several = places or bool(_UNIT.search(who))
    who = re.sub(r"(?<![^各个、])([市州盟县区旗])、(?=[市州盟县区旗](?![\u4e00-\u9fff]{0,2}[区市县]))", r"\1/", who)
    for part in re.split(r"(?:[、和及与]|以及)(?![^（(]*[)）])", who):
        name = _EACH.sub("", _TRAIL.sub("", _EACH.sub("", part.strip())))
        name = name.replace("/", "、")
        name = name.strip("（()") if name.count("（") != name.count("）") else name
        known = 2 <= len(name) <= 20 and (_UNIT.search(name) or (several and len(name) <= 6))
        if known or re.fullmatch("[市州盟县区旗]", name):
            yield name


def _of_tables(tables: Sequence[Row]) -> Iterator[DraftedQuota]:
    """Rows of a table of limits under a head that names them: 类别 | 推荐名额."""
    column = None
    for row in tables:
        head = [i for i, c in enumerate(row.cells) if re.search(r"名额|限额|推荐数|限报|申报数", c)]
        if head and not re.search(r"\d", row.cells[head[0]]):
            column = head[0]
            continue
        if column is None or len(row.cells) <= column:
            continue
        number = re.fullmatch(r"(?:不超过|限)?\s*(\d{1,3})\s*[项个条]?", row.cells[column])
        names = [c for c in row.cells[:column] if _UNIT.search(c)]
        if number and names:
            for name in _names(names[-1]):
                yield DraftedQuota(name, int(number[1]), row.text)
