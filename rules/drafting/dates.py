"""Dates in a notice: when it was issued, and until when demands may come."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from intake.forms.numerals import narrow, read_number
from rules.drafting.model import NOTHING, Found

_CN = "〇○零Ο一二三四五六七八九十"
_DAY = rf"(?:[0-3]?\d|[{_CN}]{{1,3}})"
_MONTH = rf"(?:[01]?\d|[{_CN}]{{1,2}})"
DATE = (
    rf"(?:(?:20\d\d|二[{_CN}]{{3}})\s*年\s*{_MONTH}\s*月\s*{_DAY}\s*[日号]"
    r"|20\d\d\s*[-./]\s*[01]?\d\s*[-./]\s*[0-3]?\d)"
)
_POINT = re.compile(
    rf"(?:(?P<year>20\d\d|二[{_CN}]{{3}})\s*年度?\s*)?(?<![\d{_CN}])(?P<month>{_MONTH})\s*月\s*"
    rf"(?:(?P<day>{_DAY})\s*[日号]|(?P<end>底|末))"
    r"|(?P<iso_year>20\d\d)\s*[-./]\s*(?P<iso_month>[01]?\d)\s*[-./]\s*(?P<iso_day>[0-3]?\d)(?!\d)"
)
_BESIDE = r"\s*(?:[（(]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[)）]?)?\s*[，,]?\s*"
_TIME = re.compile(
    rf"{_BESIDE}(?:下班)?前?\s*[（(]?\s*(?:工作日)?\s*(?P<half>上午|下午|晚上?|中午|北京时间|当[日天])?\s*"
    rf"(?:(?P<hour>\d{{1,2}})\s*:\s*(?P<minute>\d{{2}})(?::\d\d)?"
    rf"|(?P<oclock>\d{{1,2}}|[{_CN}]{{1,4}})\s*[时点](?!间)\s*(?:(?P<minutes>\d{{1,2}}|[{_CN}]{{1,3}})\s*分|(?P<thirty>半)|整)?)"
)
_THAT_DAY = re.compile(r"(?:截止|最后一?)[日天]?期?(?:当[日天]|的)?(?=\s*(?:上午|下午|晚上?)?\s*\d)")
_VAGUE = re.compile(rf"{_BESIDE}(下班)")
_CUE = re.compile(
    r"截[止至]|前(?!期|沿|景|提|述|款|来|往|列|瞻)|之前|以前|逾期|止(?!步)|为期|开放至|延[长至]"
    r"|(?:报送|申报|征集|受理|填报|提交|上报|推荐)(?:时间|期限|日期)|(?:报送|申报|征集|受理|填报|提交|推荐)(?:阶段)?\s*[:：]\s*20\d\d|即日起|日起\s*至|务必|请于|须于|关闭"
)
_DUTY = re.compile(
    r"报送|发送|发(?:至|到|邮箱)|关闭|提交|上报|申报|征集|受理|填报|推荐|投递|邮寄|寄送|反馈|报至|报自治区|报我|需求|截[止至]|即日起|止[。）)]?$"
)
_MAIL = re.compile(r"邮箱|邮件|电子版|e-?mail|@|电子文档|电子材料", re.I)
_PAPER = re.compile(r"纸质|正式文件|盖章|寄送|邮寄|一式")
_HEADING = re.compile(r"[^。；]{0,6}(?:征集|报送|申报|截止|填报|受理|提交|上报)[^。；]{0,6}(?:时间|日期|期限)[：:]?")
_OTHER = re.compile(
    r"开启|启动|开放申报|印发|施行|成立|注册|起施行|生效|工商|有效期|评审|答辩|公示|立项时间|在研|出生|以后|之后|执行期"
)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A date as it stands in a sentence: where, its parts (null: not said), the time of day."""

    start: int
    end: int
    year: int | None
    month: int
    day: int
    hour: int | None = None
    minute: int = 0
    vague: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    sentence: str
    moment: _Moment
    weight: int


def read_issued(line: str) -> Found[str]:
    """The day on which the notice is dated, as an ISO date."""
    found = next(_moments(line), None)
    if found is None or found.year is None:
        return NOTHING
    return Found(date(found.year, found.month, found.day).isoformat(), line)


def read_deadline(sentences: Sequence[str], issued: str, title: str) -> Found[str]:
    """The instant at which letters are late: a day runs to its 24:00; with doubts where the year or hour is a guess."""
    headed = zip(sentences, ("", *sentences), strict=False)
    candidates = [c for s, before in headed for c in _candidates(s, under=bool(_HEADING.fullmatch(before)))]
    if not candidates:
        return Found("", doubts=("通知没有写明截止时间，须由处室设定后才能运行",))
    best = max(candidates, key=lambda c: c.weight)
    best = _on_that_day(_with_hour(best, candidates), sentences)
    year, doubts = _year(best.moment, issued, title)
    if year is None:
        return Found("", best.sentence, ("截止日期没有年份，通知也没有落款日期，请填写",))
    doubts += _others(best, candidates) + _vagueness(best)
    return Found(_instant(best.moment, year), best.sentence, tuple(doubts))


def _with_hour(best: _Candidate, candidates: Sequence[_Candidate]) -> _Candidate:
    """Of the places that name the same day, the one that names an hour too."""
    same = [c for c in candidates if (c.moment.month, c.moment.day) == (best.moment.month, best.moment.day)]
    return next((c for c in same if c.moment.hour is not None), best) if best.moment.hour is None else best


def _on_that_day(best: _Candidate, sentences: Sequence[str]) -> _Candidate:
    """The deadline with the hour that another sentence names: 截止日期当天22:00前."""
    told = next((m for s in sentences if (m := _THAT_DAY.search(narrow(s)))), None)
    if best.moment.hour is not None or told is None:
        return best
    return replace(best, moment=_with_time(replace(best.moment, end=told.end()), told.string))


def _candidates(sentence: str, *, under: bool) -> Iterator[_Candidate]:
    """The dates of a sentence that may be meant; ``under``: it stands under a heading that speaks of the time."""
    if not under and not (_CUE.search(sentence) and _DUTY.search(sentence)):
        return
    moments = list(_moments(sentence))
    for i, moment in enumerate(moments):
        clause = _clause(sentence, moment)
        after = sentence[moment.end : moment.end + 6]
        opens = i + 1 < len(moments) and re.match(rf"{_BESIDE}(?:起)?\s*[-—－~～至到]", after)
        if opens or re.match(r"\s*(?:起|开始|以来)", after):
            continue  # the first day of a span
        if _OTHER.search(clause) and not re.search(r"截[止至]|止", clause):
            continue
        weight = 4 * bool(re.search(r"截[止至]", clause)) + 3 * bool(_CUE.search(clause)) + bool(_DUTY.search(clause))
        weight += (
            3 * under + 5 * bool(_MAIL.search(clause)) + bool(_MAIL.search(sentence)) - bool(_PAPER.search(clause))
        )
        if _CUE.search(clause) or i == len(moments) - 1:
            yield _Candidate(sentence, moment, weight)


def _clause(sentence: str, moment: _Moment) -> str:
    """What stands around a date between commas."""
    start = max(sentence.rfind(c, 0, moment.start) for c in "，,；;\n") + 1
    ends = [p for c in "，,；;\n" if (p := sentence.find(c, moment.end)) >= 0]
    return sentence[start : min(ends, default=len(sentence))]


def _moments(text: str) -> Iterator[_Moment]:
    """Every date in a text; a later one without a year takes that of the one before it."""
    text, year = narrow(text), None
    for found in _POINT.finditer(text):
        stated = _number(found["year"] or found["iso_year"])
        year = stated or year
        month = _number(found["month"] or found["iso_month"])
        day = _number(found["day"] or found["iso_day"]) or (_last_day(month) if found["end"] else None)
        if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= _last_day(month)):
            continue
        yield _with_time(_Moment(found.start(), found.end(), year, month, day, vague=found["end"] or ""), text)


def _with_time(moment: _Moment, text: str) -> _Moment:
    found = _TIME.match(text, moment.end)
    if not found:
        vague = moment.vague or ("下班" if _VAGUE.match(text, moment.end) else "")
        return _Moment(moment.start, moment.end, moment.year, moment.month, moment.day, vague=vague)
    hour = _number(found["hour"] or found["oclock"]) or 0
    minute = 30 if found["thirty"] else _number(found["minute"] or found["minutes"]) or 0
    if found["half"] in ("下午", "晚", "晚上") and hour < 12:
        hour += 12
    if hour > 24 or minute > 59:
        return moment
    return _Moment(moment.start, found.end(), moment.year, moment.month, moment.day, hour, minute, moment.vague)


def _last_day(month: int | None) -> int:
    return {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(month or 1, 31)


def _number(text: str | None) -> int | None:
    value = read_number(text.replace("Ο", "〇")) if text else None
    return None if value is None else int(value)


def _year(moment: _Moment, issued: str, title: str) -> tuple[int | None, list[str]]:
    """The year of a deadline: as stated, else the first such day after the notice was issued."""
    if moment.year:
        return moment.year, []
    if issued:
        day = date.fromisoformat(issued)
        later = (moment.month, moment.day) < (day.month, day.day)
        return day.year + later, ["截止日期没有年份，按落款日期推定为次年"] if later else []
    said = re.search(r"20\d\d", title)
    return (int(said[0]), ["截止日期没有年份，按标题中的年份推定"]) if said else (None, [])


def _instant(moment: _Moment, year: int) -> str:
    day = min(moment.day, 28 if moment.month == 2 and year % 4 else moment.day)
    hour = 24 if moment.hour is None else moment.hour
    return f"{year}-{moment.month:02d}-{day:02d}T{hour:02d}:{moment.minute:02d}:00+08:00"


def _others(best: _Candidate, candidates: Sequence[_Candidate]) -> list[str]:
    """A doubt for other days that might be meant."""
    days = {(c.moment.month, c.moment.day): c for c in candidates if c.weight >= best.weight - 4}
    days.pop((best.moment.month, best.moment.day), None)
    said = "、".join(f"{month}月{day}日" for month, day in days)
    return [f"通知还写有 {said}，请核对哪一个是邮件报送的截止时间"] if said else []


def _vagueness(best: _Candidate) -> list[str]:
    if best.moment.vague == "下班":
        return ["“下班前”没有写明钟点，暂按当日 24 时"]
    return [f"“{best.moment.month}月{best.moment.vague}”按该月最后一天"] if best.moment.vague else []
