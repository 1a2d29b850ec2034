"""Which fields of research a call is for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from intake.forms.numerals import read_number
from intake.forms.wording import strip_numbering
from rules.drafting.excluded import OUTSIDE
from rules.drafting.model import DraftedForm, Found
from rules.drafting.notice import is_heading

_TAIL = r"(?:领域|方向|点位|产业集群|产业链|产业|赛道|专题|板块|技术领域|重大科技专项|专项)"
_ITEM = r"[^、，。；;：:！？“”\"（）()\s]{1,24}?(?:[（(][^（()）]{1,30}[)）])?"
_LIST = re.compile(
    rf"(?:[：:“\"]\s*)?(?P<list>(?:{_ITEM}、\s*)+(?:{_ITEM}(?:[和及与以]|以及))?{_ITEM})[”\"]?(?P<etc>等)?"
    rf"(?:20\d\d年)?的?[“\"]?(?:(?P<count>[一二两三四五六七八九十\d]{{1,3}})\s*(?:个|大|类|项|强|条))?[”\"]?"
    rf"(?:新|重点|优势|特色|关键|主要|支柱|主导|专业|战略性?|新兴|未来|传统|核心|技术|研究|产业|支持|征集|矿产|行业|和|、)*(?P<tail>{_TAIL})"
)
_BARE_LIST = re.compile(
    r"(?P<list>(?:(?:(?!征集|围绕|需求|聚焦|支持)[^、，。；：\s]){2,14}(?:、|(?P<etc>等)?[。；]?$)){3,})"
)
_BARE_LISTS = re.compile(rf"{_ITEM}(?:、{_ITEM})+(?:；{_ITEM}(?:、{_ITEM})+)+[。；]?")
_LABELLED_LIST = re.compile(
    r"(?:[^。；：:]{0,14})(?:领域|方向|范围|赛道|产业|专题|重点|征集内容)(?:主要)?(?:包括|为|是)?[：:]"
    r"(?P<list>[^。；：:]{2,16}(?:、[^、。；：:，]{2,16}){1,20})[。；]?$"
)
_LEAD = re.compile(
    r".*(?:聚焦于?|围绕|面向|涵盖|包括|涉及|重点支持|支持|重点|瞄准|针对|立足|突出|锚定|启动|征集|限于|分为|属于|继续在|主要在|在|为|是|对|从)(?!料|学|业)"
)
_LAST_TWO = re.compile(r"(.{2,}?)(?P<by>以及|及|和|与)(.{2,})")
_HEADED = re.compile(r"领域|方向|范围|点位|重点|专题|榜单")
_OPENING = re.compile(
    r"^(?:[^，。；]{0,6})?(?:聚焦|重点|围绕|包括|研究|开展|突破|针对|面向|支持|推动|发展|主要|加快|攻关|开发|突出|发展|涵盖|推进)"
)
_LINE = re.compile(
    r"^\s*(?P<number>(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、](?!\d)|\d{1,2}(?:[.．]\d{1,2})+[.．、]?(?=\s|[\u4e00-\u9fff])|[①-⑳]|(?:专题|方向|领域|板块|专项|赛道)[一二三四五六七八九十\d]+\s*[:：.．、]?))\s*(?P<rest>\S.*)$",
    re.S,
)
# The headings of the notice itself: 一、征集对象 二、征集时间.
_OF_LETTER = re.compile(
    r"(?:对象|时间|日期|(?:申报|报送|提交)材料|方式|要求|条件|程序|流程|事项|安排|步骤|联系人|说明)$"
)
_NAME_ALONE = re.compile(r"[^，。；：:、？?]{2,16}[。；]?")
_CHOSEN = re.compile(r"领域|专题|方向|点位|赛道|行业|产业")


@dataclass(frozen=True, slots=True)
class _List:
    names: tuple[str, ...]
    sentence: str
    weight: int
    open_ended: bool = False
    doubts: tuple[str, ...] = ()


def read_subjects(paragraphs: Sequence[str], form: DraftedForm) -> Found[tuple[str, ...]]:
    """The fields that the call is for: the form's check boxes, else the numbered list, else a sentence's (等领域)."""
    for field in form.fields:
        if len(field.options) > 1 and _CHOSEN.search(field.name):
            other = [o for o in field.options if re.match(r"其[他它]", o)]
            doubts = tuple(f"表中有“{o}”一项，请确认其他领域是否接收" for o in other)
            return Found(field.options, field.sentence, doubts)
    listed = tuple(line for p in paragraphs for line in re.split(r"(?<=[；;。：:])\s*(?=[（(]\d{1,2}[)）]|[②-⑳①])", p))
    numbered, inline = _numbered(listed) or _below_heading(paragraphs), _inline(paragraphs)
    wider = numbered is not None and inline is not None and set(numbered.names) < set(inline.names)
    found = inline if wider or numbered is None else numbered
    kinds = next((f for f in form.fields if len(f.options) > 1 and re.search(r"类别$|类型$", f.name)), None)
    if found is None and kinds and not re.search("单位|企业|机构", kinds.name):
        return Found(kinds.options, kinds.sentence, (f"取自表中的“{kinds.name}”，请确认是否就是征集领域",))
    if found is None:
        return Found((), doubts=("没有读出征集领域，请对照通知填写",))
    doubts = ("原文在列举后有“等”字，请确认是否还接收其他领域",) if found.open_ended else ()
    return Found(found.names, found.sentence, (*doubts, *found.doubts))


# --------------------------------------------------------------------------- a numbered list


def _numbered(paragraphs: Sequence[str]) -> _List | None:
    """The longest run of numbered lines of one style under a heading that speaks of fields."""
    best: _List | None = None
    heading = ""
    for i, paragraph in enumerate(paragraphs):
        above = _above(paragraphs, i, heading)
        heading = paragraph if is_heading(paragraph) else heading
        if not _LINE.match(paragraph):
            continue
        run = _run(paragraphs, i)
        named, sure = bool(_HEADED.search(above)), bool(_CHOSEN.search(above))
        names = [_head_of(p) for p in run]
        fields = [n for n in names if n and (named or n.endswith(("领域", "方向", "产业", "点位")))]
        telling = sum(
            bool(n) and (bool(re.search(rf"{_TAIL}$", n)) or _tells(p) or (named and _is_bare(p)))
            for n, p in zip(names, run, strict=True)
        )
        letter = any(_OF_LETTER.search(n) for n in names)
        enough = not letter and len(run) >= 2 and len(fields) == len(run) and (sure or telling * 2 >= len(run))
        if enough and (best is None or len(fields) > len(best.names)):
            best = _List(tuple(fields), "\n".join(run), 0)
    return best


def _below_heading(paragraphs: Sequence[str]) -> _List | None:
    """The bare lines, one name each and without numbers, right under a heading that speaks of fields."""
    for place, paragraph in enumerate(paragraphs):
        if is_heading(paragraph) and _CHOSEN.search(paragraph):
            plain = takewhile(lambda p: not is_heading(p) and _NAME_ALONE.fullmatch(p), paragraphs[place + 1 :])
            names = tuple(p.rstrip("；。") for p in plain)
            if len(names) > 2:
                return _List(names, "\n".join(names), 0)
    return None


def _is_bare(paragraph: str) -> bool:
    """Whether a numbered line holds a name and nothing else."""
    found = _LINE.match(paragraph)
    return bool(found and _NAME_ALONE.fullmatch(found["rest"].strip()))


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
        if kind == style and _count(paragraph) == len(run) + 1:
            run.append(paragraph)
            between = 0
        elif kind == style or (kind and _rank(kind) < _rank(style)) or between > 4:
            break
        else:
            between += 1
    return run if _count(run[0]) == 1 else []


def _count(paragraph: str) -> int | None:
    """The number of a line within its list: the last of 1.2, that of ② or 专题三."""
    found = _LINE.match(paragraph)
    said = re.findall(r"[①-⑳]|\d+|[一二三四五六七八九十]+", found["number"]) if found else []
    return int(unicodedata.numeric(said[-1])) if said and len(said[-1]) == 1 else _value(said)


def _value(said: Sequence[str]) -> int | None:
    value = read_number(said[-1]) if said else None
    return None if value is None else int(value)


def _style(paragraph: str) -> str:
    found = _LINE.match(paragraph)
    number = re.sub(r"[①-⑳]", "①", re.sub(r"\d+", "1", found["number"].strip())) if found else ""
    return re.sub(r"[一二三四五六七八九十]+", "一", number)


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
        if is_heading(paragraph):
            heading = paragraph
        under = bool(_HEADED.search(heading))
        for sentence in (
            (paragraph,) if under and _BARE_LISTS.fullmatch(paragraph) else re.split(r"(?<=[。；！])", paragraph)
        ):
            found = _of_sentence(sentence.strip(), under) if not OUTSIDE.search(sentence) else None
            if found:
                lists.append(found)
    return max(lists, key=lambda one: one.weight) if lists else None


def _of_sentence(sentence: str, headed: bool) -> _List | None:
    """All lists of one sentence together: 继续在甲、乙两个点位，启动丙、丁两个点位."""
    names: list[str] = []
    plain = re.sub(r"\s", "", strip_numbering(sentence)[0])
    outside = re.sub(r"[（(][^（()）]*、[^（()）]*[)）]", "", plain)
    plain = outside if outside.count("、") > 1 else plain
    if headed and _BARE_LISTS.fullmatch(plain):
        plain = re.sub(r"[（(][^（()）]*[)）]", "", plain).replace("；", "、").rstrip("、")
    bare = _LABELLED_LIST.fullmatch(plain) or (_BARE_LIST.fullmatch(plain) if headed else None)
    if bare:
        text, count, etc = _without_tail(bare["list"])
        names = list(_split(text, count))
        return _List(tuple(names), sentence, 12, etc, _split_doubts(text, names, count))
    found = list(_LIST.finditer(plain))
    doubts: tuple[str, ...] = ()
    for each in found:
        for text, count in _lists_in(each["list"], each["count"]):
            new = list(_split(text, count))
            names += new
            doubts += _split_doubts(text, new, count)
    if len(names) < 2:
        return None
    said = re.search(r"征集|申报|重点|支持|聚焦|围绕|点位", sentence)
    quoted = any(re.search(r"[“\"]", m[0][:1]) for m in found)
    weight = 3 * headed + 2 * bool(said) + (found[0]["tail"] != "产业") + 2 * quoted + min(len(names), 8)
    weight += 3 * any(m["count"] for m in found) + 2 * bool(re.search(r"重点领域|征集(?:领域|方向|范围)", sentence))
    return _List(tuple(dict.fromkeys(names)), sentence, weight, any(m["etc"] for m in found), doubts)


def _without_tail(text: str) -> tuple[str, str | None, bool]:
    """A list without 等七大领域 behind it, the number that it states, and whether it is open (等)."""
    found = re.search(
        rf"(?P<etc>等)?的?(?:(?P<count>[一二两三四五六七八九十\d]{{1,3}})\s*[个大类项])?(?:重点|主要|技术|产业)*{_TAIL}?(?:的(?:技术|科技)?需求)?[。；]?$",
        text,
    )
    head = text[: found.start()] if found and (found["etc"] or found["count"]) else text.rstrip("。；")
    count = found["count"] if found else None
    return head, count, bool(found and found["etc"] and not count)


def _lists_in(text: str, count: str | None) -> Iterator[tuple[str, str | None]]:
    """The lists in one: 甲、乙等3个优势产业和丙、丁(等3个新兴产业)."""
    inner = re.compile(
        rf"(?:等|这)?(?P<count>[一二两三四五六七八九十\d]{{1,3}})个[^、，]{{0,8}}?{_TAIL}(?:[和与及]|以及)?"
    )
    start = 0
    for found in inner.finditer(text):
        yield text[start : found.start()].strip("、"), found["count"]
        start = found.end()
    yield text[start:], count


def _split(text: str, count: str | None) -> Iterator[str]:
    parts = [p.strip('“”" ') for p in text.split("、")]
    parts[0] = re.sub(r"^(?:以及|及|和)", "", _LEAD.sub("", parts[0]) or parts[0])
    wanted = int(read_number(count) or 0) if count else 0
    last = _LAST_TWO.fullmatch(parts[-1])
    alike = any(re.search("[和与及]", p) for p in parts[:-1])  # 资源环境与海洋、社会事业与公共安全: one each
    if last and (len(parts) < wanted if wanted else not alike and last["by"] != "与"):
        parts[-1:] = [last[1], last[3]]
    yield from (re.sub(r"20\d\d年的?$", "", p) for p in parts if p)


def _split_doubts(text: str, names: Sequence[str], count: str | None) -> tuple[str, ...]:
    """A doubt where the last words of a list may be one name or two, and no number tells."""
    last = _LAST_TWO.fullmatch(text.rsplit("、", 1)[-1].strip('“”" '))
    if not last or (count and int(read_number(count) or 0) == len(names)):
        return ()
    return (f"“{last[0]}”是一个领域还是两个，请确认",)
