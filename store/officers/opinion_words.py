"""What officers write as an opinion, as the word that it means; and the days that they write for the stamped papers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from intake.tables.workbook import Opinion
from store.officers.held import ACCEPT, AGREE, CLOSE, KEEP, REFUSE, REGISTER, RETURN

WORDS = {
    ACCEPT: ("受理", "同意受理", "予以受理", "同意", "通过"),
    RETURN: ("退回补正", "退回", "补正", "需补正", "退回修改"),
    REFUSE: ("不予受理", "不受理", "不同意", "不通过"),
    KEEP: ("继续待核", "待核", "待复核", "继续复核", "暂缓"),
    AGREE: ("同意办理", "照办", "予以办理"),
    CLOSE: ("已办结", "办结", "已处理", "已答复", "已回复"),
}
MEANT = {word: canonical for canonical, words in WORDS.items() for word in words}
REGISTERED = re.compile(r"^(?:请)?登记(?:为|到|至|在)?\s*[:：]?\s*(?P<unit>.*)$")
PARTED = re.compile(r"^(?P<word>[^(:,;。]+)[(:,;。]\s*(?P<reason>.+)$", re.DOTALL)  # as _plain leaves the marks
ARRIVED = re.compile(r"^(?:已?(?:收|到|收到|送达|报送|交)|是|有|√|✓|☑|y|yes)$", re.IGNORECASE)
DAY = re.compile(
    r"(?:(?P<y>\d{4})\s*[-/.年]\s*)?(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?(?:[\sT(,;上下收到送交]|$)"
)
COMPACT = re.compile(r"^(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})$")
SERIAL = re.compile(r"^[4-6]\d{4}$")  # a day as Excel counts it, where the cell is not formatted as a date
SERIAL_START = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Meant:
    """An opinion understood: one of the words of ``held`` (``""``: none), the unit to register for, and why."""

    word: str
    unit: str = ""
    reason: str = ""


def meant(opinion: Opinion) -> Meant:
    """What a row says; 登记为 may stand in either column, alone or with the word 受理; a reason behind the opinion."""
    said, remark = _plain(opinion.opinion), opinion.remark.strip()
    if found := REGISTERED.match(said):
        return Meant(REGISTER, found["unit"].strip(), remark)
    word, reason = _word_and_reason(said)
    if word in ("", ACCEPT) and (found := REGISTERED.match(_plain(remark))) and (word or not said):
        return Meant(REGISTER, found["unit"].strip("。 "))
    return Meant(word, reason="；".join(filter(None, (reason, remark))))


def _word_and_reason(said: str) -> tuple[str, str]:
    """An opinion and what stands behind it (不予受理：与指南不符); ``("", "")`` where that may mean something else.

    Behind a yes anything may be a condition (同意，但须补正): it is never guessed at.
    """
    closed = "".join(said.split())
    if word := MEANT.get(closed.rstrip("。.!")):
        return word, ""
    parted = PARTED.match(said)
    word = MEANT.get("".join(parted["word"].split()), "") if parted else ""
    if not parted or word not in (RETURN, REFUSE, KEEP):
        return "", ""
    reason = parted["reason"].strip().removesuffix(")")
    others = {other for other, canonical in MEANT.items() if canonical != word}
    return ("", "") if any(other in reason for other in others) else (word, reason)


def day_meant(written: str, received: date) -> date | None:
    """The day that a cell of 纸质正式文件 means, null where it means none; 已收 and the like: the day of the mail."""
    text = _plain(written)
    if ARRIVED.match(text):
        return received
    if SERIAL.match(text):
        return SERIAL_START + timedelta(days=int(text))
    found = COMPACT.match(text) or DAY.search(text)
    if found is None:
        return None
    try:
        day = date(int(found["y"] or received.year), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    if found["y"] is None and day > received:
        return day.replace(year=day.year - 1)  # 12月30日, written in January
    return day


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
