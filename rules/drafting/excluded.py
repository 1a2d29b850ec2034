"""Which subjects a call leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from intake.forms.wording import strip_numbering
from rules.drafting.model import Found

OUTSIDE = re.compile(
    r"不作为(?:本次|此次)?[^，。；]{0,8}(?:内容|范围|方向)|不在(?:本次|此次|本批|这次)?[^，。；、]{0,8}(?:范围(?:之?内)?|之列)|不列入[^，。；]{0,8}(?:范围)?|不(?:属于|纳入)(?:本次|此次)?[^，。；]{0,6}(?:征集|申报|支持|受理)?范围"
    r"|不予(?:支持|受理|征集|推荐|立项|考虑)|(?:不得|请勿|禁止|严禁)(?:报送|申报|提报|上报|填报)|不(?:再)?(?:支持|受理|接收|征集|包括|纳入)(?:(?:本次|此次)征集)?|除外|暂不(?:支持|受理|征集)"
)
_NO_SUBJECT = re.compile(
    r"[年月日]内|逾期|超时|超期|过期|已列入|已纳入|计划支持|已立项|已支持|已获|在研|单位|企业|行为|材料|重复|申报书|申请书|未经|不符合|个人|超过|多头|虚假|诚信|失信|手续|邮件|报送|推荐的|限项|超出|盖章|格式|截止|负责人|申报人|年龄|法人"
)
_KIND = re.compile(
    r"(?:领域|类|方面|方向|产业|行业)?(?:的)?(?:创新需求|技术需求|科技需求|需求|类?项目|研究项目|课题|技术|内容|选题|工作|建议|榜单|难题)?(?:等)?(?:均|也|一律|原则上|暂|将|本次|此次|本批)?$"
)
_HEADS = re.compile(
    r"^.{0,6}不[^，。；：]{1,12}(?:的)?(?:情形|情况|范围|内容|领域|类型|需求|项目)$"
)  # 三、不予征集的情形
_CONDITION = re.compile(
    r"已|不[清明]|为主|为目的|未|无|没有|成熟|尚|不符|不足|不具备"
)  # what a demand is like, no subject
_STEPS = re.compile(
    r"^(?:对于?|对|其中|单纯的?|一般的|仅|但|另外?|此外|凡|属于|涉及|以下|原则上|本次|此次|有关|关于|[（(][一二三四五六七八九十\d]+[)）]|\d+[.、．])+"
)


def read_excluded(sentences: Sequence[str]) -> Found[tuple[str, ...]]:
    """The subjects that the call leaves out; whole conditions in place of subjects are doubts."""
    names: dict[str, str] = {}
    doubts: list[str] = []
    for place, sentence in enumerate(sentences):
        for subject, clause in (*_left_out(sentence), *_listed_out(sentences, place)):
            if _NO_SUBJECT.search(subject):
                continue
            found = list(_subjects(subject))
            if found:
                names.update(dict.fromkeys(found, sentence))
            else:
                doubts.append(f"“{clause}”是否另设审查条件，请确认")
    used = tuple(dict.fromkeys(names.values()))
    return Found(tuple(names), "\n".join(used), tuple(doubts))


def _left_out(sentence: str) -> Iterator[tuple[str, str]]:
    """What a sentence leaves out, with the clause that does; 均 looks back to the clauses before it."""
    clauses = [strip_numbering(c)[0] for c in re.split(r"[，,；;。：:]", sentence)]
    for place, clause in enumerate(clauses):
        cue = OUTSIDE.search(clause)
        if not cue:
            continue
        before, after = clause[: cue.start()].strip(), clause[cue.end() :].strip()
        if _HEADS.search(re.split("[：:]", sentence)[0]):
            return
        if not before and after and place:
            yield after, clause.strip()
            continue
        if re.fullmatch(r"(?:(?:均|一律|也|都|暂|将|本次|此次)*|(?:有)?(?:以下|下列).*)", before):
            backwards = [] if re.search(r"以下|下列", before) else clauses[:place]
            yield from ((c, c) for c in backwards if not OUTSIDE.search(c))
            if backwards:
                continue
        if before and not re.search(r"以下|下列", before):
            yield before, clause.strip()
        elif after and re.match(r"不(?:支持|受理|接收|征集|包括)|不予|暂不", cue[0]):
            yield after, clause.strip()


def _listed_out(sentences: Sequence[str], place: int) -> Iterator[tuple[str, str]]:
    """The items behind 以下情形不予支持：, in the sentence or in the numbered ones after it."""
    head, _, items = sentences[place].partition("：")
    headed = re.search(r"(?:以下|下列)[^。；]{0,16}$", head) or _HEADS.search(head)
    if not (OUTSIDE.search(sentences[place]) and headed):
        return
    yield from ((item, item) for item in re.split("[；;。]", items) if item.strip())
    if not items:
        for sentence in sentences[place + 1 : place + 9]:
            item, number = strip_numbering(sentence)
            if number is None or number > 8 or len(item) > 40:
                return
            yield item.strip("；;。"), item.strip("；;。")


def _subjects(text: str) -> Iterator[str]:
    text = re.sub(r"(?:另行|另外)[^，。；]*$", "", text)
    bare = _STEPS.sub("", re.sub(r"[（(][^（()）]*[)）]|[“”\"]", "", text))
    for part in re.split(r"[、和及或与]|以及", bare):
        whole = _STEPS.sub("", re.sub(r"等[^等]*$", "", part.strip()))
        name = _KIND.sub("", whole)
        name = name if len(name) != 1 else re.sub(r"类.*$", "", whole)  # 软课题: its kind is its name
        name = re.sub(r"(?:类|领域|方面|性)$", "", name) if len(name) > 3 else name
        if 2 <= len(name) <= 10 and not _CONDITION.search(name):
            yield name
