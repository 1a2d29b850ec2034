"""Which fields of research a call is for, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.numerals import read_number
from intake.wording import strip_numbering
from rules.drafting.model import DraftedForm, Found

_TAIL = r"(?:领域|方向|点位|产业集群|产业链|产业|赛道|专题|板块|技术领域)"
_ITEM = r"[^、，。；;：:！？“”\"（）()\s]{2,24}?(?:[（(][^（()）]{1,30}[)）])?"
_LIST = re.compile(
    rf"(?:[：:“\"]\s*)?(?P<list>(?:{_ITEM}、\s*)+(?:{_ITEM}(?:[和及与以]|以及))?{_ITEM})[”\"]?(?P<etc>等)?"
    rf"(?:20\d\d年)?的?(?:(?P<count>[一二两三四五六七八九十\d]{{1,3}})\s*(?:个|大|类|项))?"
    rf"(?:新|重点|优势|特色|关键|主要|支柱|主导|战略性?|新兴|未来|传统|核心|技术|研究|产业|支持|征集|和|、)*(?P<tail>{_TAIL})"
)
_BARE_LIST = re.compile(
    r"(?P<list>(?:(?:(?!征集|围绕|需求|聚焦|支持)[^、，。；：\s]){2,14}(?:、|(?P<etc>等)?[。；]?$)){3,})"
)
_LEAD = re.compile(
    r".*(?:聚焦于?|围绕|面向|涵盖|包括|涉及|重点支持|支持|重点|瞄准|针对|立足|突出|锚定|启动|征集|限于|分为|属于|继续在|主要在|在|为|是|对|从)(?!料|学|业)"
)
_HEADED = re.compile(r"领域|方向|范围|点位|重点|专题|榜单")
_OPENING = re.compile(
    r"^(?:[^，。；]{0,6})?(?:聚焦|重点|围绕|包括|研究|开展|突破|针对|面向|支持|推动|发展|主要|加快|攻关|开发|突出|发展|涵盖|推进)"
)
_LINE = re.compile(
    r"^\s*(?P<number>(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、](?!\d)|[①-⑳]|专题[一二三四五六七八九十\d]+\s*[:：]?|方向[一二三四五六七八九十\d]+\s*[:：]?))\s*(?P<rest>\S.*)$",
    re.S,
)
_CHOSEN = re.compile(r"领域|专题|方向|点位|赛道|行业|产业")
_OUTSIDE = re.compile(
    r"不在(?:本次|此次|本批|这次)?[^，。；、]{0,8}范围(?:之?内)?|不(?:属于|纳入)(?:本次|此次)?[^，。；]{0,6}(?:征集|申报|支持|受理)?范围"
    r"|不予(?:支持|受理|征集|推荐|立项)|不(?:再)?(?:支持|受理|接收|征集|包括|纳入)|除外|暂不(?:支持|受理|征集)"
)
_NO_SUBJECT = re.compile(
    r"逾期|过期|已列入|已纳入|计划支持|已立项|已支持|已获|在研|单位|企业|行为|材料|重复|申报书|申请书|未经|不符合|个人|超过|多头|虚假|诚信|失信|手续|邮件|报送|推荐的|限项|超出|盖章|格式|截止|负责人|申报人|年龄|法人"
)
_KIND = re.compile(
    r"(?:领域|类|方面|方向|产业|行业)?(?:的)?(?:创新需求|技术需求|科技需求|需求|类?项目|研究项目|课题|技术|内容|选题|工作)?(?:等)?(?:均|也|一律|原则上|暂|将|本次|此次|本批)?$"
)
_STEPS = re.compile(
    r"^(?:对于?|对|其中|但|另外?|此外|凡|属于|涉及|以下|原则上|本次|此次|有关|关于|[（(][一二三四五六七八九十\d]+[)）]|\d+[.、．])+"
)


@dataclass(frozen=True, slots=True)
class _List:
    names: tuple[str, ...]
    sentence: str
    weight: int
    open_ended: bool = False


def read_subjects(paragraphs: Sequence[str], form: DraftedForm) -> Found[tuple[str, ...]]:
    """The fields that the call is for: the form's check boxes, else the numbered list, else a sentence's (等领域)."""
    for field in form.fields:
        if len(field.options) > 1 and _CHOSEN.search(field.name):
            other = [o for o in field.options if re.match(r"其[他它]", o)]
            doubts = tuple(f"表中有“{o}”一项，请确认其他领域是否接收" for o in other)
            return Found(field.options, field.sentence, doubts)
    numbered, inline = _numbered(paragraphs), _inline(paragraphs)
    wider = numbered is not None and inline is not None and set(numbered.names) < set(inline.names)
    found = inline if wider or numbered is None else numbered
    if found is None:
        return Found((), doubts=("没有读出征集领域，请对照通知填写",))
    doubts = ("原文在列举后有“等”字，请确认是否还接收其他领域",) if found.open_ended else ()
    return Found(found.names, found.sentence, doubts)


# --------------------------------------------------------------------------- a numbered list


def _numbered(paragraphs: Sequence[str]) -> _List | None:
    """The longest run of numbered lines of one style under a heading that speaks of fields."""
    best: _List | None = None
    heading = ""
    for i, paragraph in enumerate(paragraphs):
        above = _above(paragraphs, i, heading)
        heading = paragraph if _is_heading(paragraph) else heading
        if not _LINE.match(paragraph):
            continue
        run = _run(paragraphs, i)
        named, sure = bool(_HEADED.search(above)), bool(_CHOSEN.search(above))
        names = [_head_of(p) for p in run]
        fields = [n for n in names if n and (named or n.endswith(("领域", "方向", "产业", "点位")))]
        telling = sum(
            bool(n) and (bool(re.search(rf"{_TAIL}$", n)) or _tells(p)) for n, p in zip(names, run, strict=True)
        )
        enough = len(run) >= 2 and len(fields) == len(run) and (sure or telling * 2 >= len(run))
        if enough and (best is None or len(fields) > len(best.names)):
            best = _List(tuple(fields), "\n".join(run), 0)
    return best


def _is_heading(paragraph: str) -> bool:
    return len(paragraph) <= 30 and "。" not in paragraph and strip_numbering(paragraph)[1] is not None


def _above(paragraphs: Sequence[str], place: int, heading: str) -> str:
    """The heading above a list, or the sentence that opens it with a colon."""
    before = paragraphs[place - 1] if place else ""
    return before if before.endswith(("：", ":")) else heading


def _run(paragraphs: Sequence[str], start: int) -> list[str]:
    """The paragraphs of one numbering style that follow each other, other text between them allowed."""
    style = _style(paragraphs[start])
    run, between = [paragraphs[start]], 0
    for paragraph in paragraphs[start + 1 :]:
        kind = _style(paragraph)
        if kind == style and strip_numbering(paragraph)[1] == len(run) + 1:
            run.append(paragraph)
            between = 0
        elif kind == style or (kind and _rank(kind) < _rank(style)) or between > 4:
            break
        else:
            between += 1
    return run if strip_numbering(run[0])[1] == 1 else []


def _style(paragraph: str) -> str:
    found = _LINE.match(paragraph)
    return re.sub(r"[一二三四五六七八九十]+", "一", re.sub(r"\d+", "1", found["number"].strip())) if found else ""


def _rank(style: str) -> int:
    return next((i for i, s in enumerate(("一、", "（一）", "(一)", "1", "（1", "(1")) if style.startswith(s)), 6)


def _head_of(paragraph: str) -> str:
    """The name that opens a numbered line, ``""`` where it opens with a sentence."""
    found = _LINE.match(paragraph)
    rest = found["rest"] if found else ""
    head = re.split(r"[。：:；;\n]|[（(](?=包括|含|重点)", rest, maxsplit=1)[0].strip()
    opened = re.match(r"(?:重点)?(?:支持|聚焦|围绕)(.{2,16}(?:领域|方向|产业))$", head)
    head = opened[1] if opened else head
    comma = re.split(r"[，,]", head, maxsplit=1)[0]
    head = comma if len(head) > 20 else head
    plain = 2 <= len(head) <= 24 and not re.search(
        r"[，,？?]|是指|包括|应当?|必须|请|通知|单位|要求|征集需求|联系", head
    )
    return head if plain else ""


def _tells(paragraph: str) -> bool:
    """Whether the line goes on to say what the field is about."""
    rest = re.split(r"[。：:]", paragraph, maxsplit=1)
    return len(rest) > 1 and bool(_OPENING.match(rest[1].strip()) or len(rest[1]) > 20)


# --------------------------------------------------------------------------- a list in a sentence


def _inline(paragraphs: Sequence[str]) -> _List | None:
    lists: list[_List] = []
    heading = ""
    for paragraph in paragraphs:
        if _is_heading(paragraph):
            heading = paragraph
        for sentence in re.split(r"(?<=[。；！])", paragraph):
            found = _of_sentence(sentence.strip(), bool(_HEADED.search(heading)))
            if found:
                lists.append(found)
    return max(lists, key=lambda one: one.weight) if lists else None


def _of_sentence(sentence: str, headed: bool) -> _List | None:
    """All lists of one sentence together: 继续在甲、乙两个点位，启动丙、丁两个点位."""
    names: list[str] = []
    if headed and (bare := _BARE_LIST.fullmatch(re.sub(r"\s", "", sentence))):
        return _List(tuple(_split(bare["list"].rstrip("。；等"), None, "")), sentence, 12, bool(bare["etc"]))
    found = list(_LIST.finditer(re.sub(r"\s", "", sentence)))
    for each in found:
        names += _split(each["list"], each["count"], each["tail"])
    if len(names) < 2:
        return None
    plain = re.search(r"征集|申报|重点|支持|聚焦|围绕|点位", sentence)
    quoted = any(re.search(r"[“\"]", m[0][:1]) for m in found)
    weight = 3 * headed + 2 * bool(plain) + (found[0]["tail"] != "产业") + 2 * quoted + min(len(names), 8)
    weight += 3 * any(m["count"] for m in found) + 2 * bool(re.search(r"重点领域|征集(?:领域|方向|范围)", sentence))
    return _List(tuple(dict.fromkeys(names)), sentence, weight, any(m["etc"] for m in found))


def _split(text: str, count: str | None, tail: str) -> Iterator[str]:
    parts = [p.strip('“”" ') for p in text.split("、")]
    parts[0] = _LEAD.sub("", parts[0]) or parts[0]
    wanted = int(read_number(count) or 0) if count else 0
    last = re.fullmatch(r"(.{2,}?)(?:以及|及|和|与)(.{2,})", parts[-1])
    if last and (not wanted or len(parts) < wanted):
        parts[-1:] = [last[1], last[2]]
    del tail
    yield from (re.sub(r"20\d\d年的?$", "", p) for p in parts if len(p) >= 2)


# --------------------------------------------------------------------------- what is left out


def read_excluded(sentences: Sequence[str]) -> Found[tuple[str, ...]]:
    """The subjects that the call leaves out; whole conditions in place of subjects are doubts."""
    names: dict[str, str] = {}
    doubts: list[str] = []
    for sentence in sentences:
        for clause in (strip_numbering(c)[0] for c in re.split(r"[，,；;。]", sentence)):
            cue = _OUTSIDE.search(clause)
            before = clause[: cue.start()].strip() if cue else ""
            after = clause[cue.end() :].strip() if cue else ""
            subject = before or (after if cue and re.match(r"不(?:支持|受理|接收|征集|包括)|不予|暂不", cue[0]) else "")
            if not subject or _NO_SUBJECT.search(subject):
                continue
            found = list(_subjects(subject))
            if found:
                names.update(dict.fromkeys(found, sentence))
            else:
                doubts.append(f"“{clause.strip()}”是否另设审查条件，请确认")
    used = tuple(dict.fromkeys(names.values()))
    return Found(tuple(names), "\n".join(used), tuple(doubts))


def _subjects(text: str) -> Iterator[str]:
    bare = _STEPS.sub("", re.sub(r"[（(][^（()）]*[)）]|[“”\"]", "", text))
    for part in re.split(r"[、和及或与]|以及", bare):
        name = _KIND.sub("", _STEPS.sub("", re.sub(r"等[^等]*$", "", part.strip())))
        name = re.sub(r"(?:类|领域|方面|性)$", "", name) if len(name) > 3 else name
        if 2 <= len(name) <= 10:
            yield name
