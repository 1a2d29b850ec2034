"""The form that a notice encloses: its labels and its parts, whether printed as paragraphs or as a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from intake.wording import strip_numbering
from rules.drafting.labels import (
    BOXES,
    PERSONAL,
    PLACEHOLDER,
    is_long,
    is_note,
    is_short,
    is_value,
    options_of,
    short_name,
    split_hint,
)
from rules.drafting.limits import has_words, read_words
from rules.drafting.model import DraftedField, DraftedForm, DraftedSection
from rules.drafting.notice import Annex, Notice, Row

_LABEL = re.compile(
    r"(?P<label>[^：:，。；、\t]{2,24}?(?:[（(][^（()）]{0,24}[)）])?)\s*[:：]\s*(?P<rest>[^：:]*?)(?=\s{1,}[^\s：:，。]{2,12}\s*[:：]|\t|$)"
)
_SEAL = re.compile(r"[（(][^（()）]{0,8}(?:盖\s*章|公\s*章)[^（()）]{0,4}[)）]")
_SIGNATURE = re.compile(r"盖\s*章|公\s*章|签\s*[字章名]|年\s*月\s*日|承诺|审核意见|推荐意见|填报日期|填表日期|申报日期")
_TIME_OR_MONEY = re.compile(r"周期|期限|时限|时间|金额|经费|投入|资金")
_MEASURE = re.compile(r"(?:单位\s*[:：]\s*)?(?:[万亿]?元|个?月|年)")
_AT_LENGTH = re.compile(r"来源|构成|明细|说明|概算|预算|安排|用途")
_GROUP = re.compile(r"基本(?:情况|信息)|需求信息|单位信息|企业信息|信息$|概况$|基本资料")
_MENTIONED = re.compile(r"(?:建议书|申报书|需求书|需求表|申报表)[^。]{0,6}[“「](?P<name>[^”」]{2,12})[”」]")
MOST_ROWS = 300  # of one annex; what is longer is no form
MOST = 80  # labels or parts of one form; beyond that it is a text


@dataclass(slots=True)
class _Reading:
    """What was read of a form so far."""

    fields: list[DraftedField] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    group: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading as it stands: its numbering style (``""``: a cell), its head and hint, its line."""

    style: str
    head: str
    hint: str
    line: str
    has_fields: bool = False

    @property
    def limited(self) -> bool:
        """Whether it says how it is to be written."""
        return bool(self.hint) or has_words(self.line)


def read_form(notice: Notice) -> DraftedForm:
    """The form among the annexes; an empty one, with a doubt, where the notice encloses none."""
    found = [_of_annex(a) for a in notice.annexes if not re.search(r"汇总表|一览表|登记册|名额|分配", a.title)]
    best = max(found, key=lambda f: len(f.fields) + 2 * len(f.sections), default=DraftedForm())
    if len(best.fields) + len(best.sections) >= 3:
        return best
    return _of_body(notice)


def _of_body(notice: Notice) -> DraftedForm:
    """What the body itself says of a form that it does not print: numbered points with limits, parts it names."""
    reading = _Reading()
    for paragraph in notice.paragraphs:
        if has_words(paragraph) and len(paragraph) < 200 and strip_numbering(paragraph)[1] is not None:
            _heading(paragraph, reading)
    sections = _sections(reading.parts)
    title = next((t for t in notice.listed if re.search(r"表|书|模板", t) and "汇总" not in t), "")
    if len(sections) >= 3:
        return DraftedForm(title, (), sections, doubts=("表格未随通知附上，各部分取自正文，请对照附件核对",))
    named = {m["name"]: s for s in notice.sentences() for m in _MENTIONED.finditer(s)}
    doubt = "通知只提到这一部分，没有附表，请对照附件核对"
    sections = tuple(DraftedSection(n, n, s, doubts=(doubt,)) for n, s in named.items())
    return DraftedForm(title, (), sections, doubts=("通知没有附申报表，字段和各部分须由处室拟定",))


def _of_annex(annex: Annex) -> DraftedForm:
    reading = _Reading()
    for row in annex.rows[:MOST_ROWS]:
        if reading.notes or is_note(row.text):
            reading.notes.append(row.text)
        elif row.table and len(row.cells) > 1:
            _table_row(row, reading)
        else:
            for line in row.text.split("\n") if not row.table else row.cells:
                _line(line.strip(), reading, row.table)
    fields = tuple({f.name: f for f in reversed(reading.fields)}.values())[::-1]
    return DraftedForm(annex.title, fields[:MOST], _sections(reading.parts)[:MOST], tuple(reading.notes[:3]))


# --------------------------------------------------------------------------- paragraphs


def _line(line: str, reading: _Reading, cell: bool) -> None:
    """One line of a form, or a row of one cell."""
    if reading.parts and _SEAL.search(line):
        return
    printed, line = line, _SEAL.sub("", line).strip()
    if not line or (_SIGNATURE.search(line) and not has_words(line)):
        return
    if any(b in line for b in BOXES) and not re.search(r"[:：]", line.split(line[0])[0] or line):
        _boxes(line, reading)
        return
    labels = [replace(label, sentence=printed) for label in _labels(line)]
    if labels and not (strip_numbering(line)[1] is not None and is_long(line)) and not has_words(line):
        reading.fields += labels
        if reading.parts:
            reading.parts[-1] = replace(reading.parts[-1], has_fields=True)
        return
    if reading.parts and line[0] in "（(" and line[-1] in "）)" and strip_numbering(line)[1] is None:
        last = reading.parts[-1]
        reading.parts[-1] = replace(last, hint=last.hint or line[1:-1], line=f"{last.line}{line}")
        return
    if cell and (is_long(line) or len(split_hint(line)[1]) >= 6) and not _GROUP.search(split_hint(line)[0]):
        head, hint = split_hint(line)
        reading.parts.append(_Part("", head, hint, line))
    elif strip_numbering(line)[1] is not None or has_words(line) or _plain_heading(line):
        _heading(line, reading)
    elif len(spaced := re.split(r"\s{2,}", line)) > 1 and all(is_short(p) and len(p) < 14 for p in spaced):
        reading.fields += [DraftedField(p, line) for p in spaced]


def _plain_heading(line: str) -> bool:
    """A heading without number or limit: a short line of a part's words and nothing else."""
    return len(line) <= 16 and is_long(line) and not re.search(r"[，。；]", line)


def _boxes(line: str, reading: _Reading) -> None:
    """A line of check boxes goes on from the label before it."""
    if reading.fields:
        last = reading.fields[-1]
        reading.fields[-1] = replace(last, options=(*last.options, *options_of(line)))


def _labels(line: str) -> Iterator[DraftedField]:
    """The labels of a line with a blank, a short value or check boxes beside each."""
    for found in _LABEL.finditer(strip_numbering(line)[0]):
        label, rest = _bare(found["label"]), found["rest"].strip()
        boxes = options_of(rest)
        short = len(rest) <= 24 and not re.search(r"[，。；]", rest)
        if (boxes or short) and 2 <= len(label) <= 16 and not _SIGNATURE.search(found["label"]) and not has_words(rest):
            printed = "" if boxes or PLACEHOLDER.fullmatch(rest) or rest[:1] in "（(" else rest
            yield DraftedField(label, line, boxes, printed)


def _bare(label: str) -> str:
    """A label without its numbering, its unit in brackets, and the blanks between its characters."""
    text = re.sub(r"[（(][^（()）]*[)）]", "", strip_numbering(label.strip())[0])
    return re.sub(r"\s+|[*＊:：]", "", text)


def _heading(line: str, reading: _Reading) -> None:
    """A numbered line: a part to be written, or a label to fill in beside."""
    head, hint = split_hint(line)
    if not 2 <= len(head) <= 40:
        return
    blank = line.rstrip().endswith((":", "：")) or (_MEASURE.fullmatch(hint) and not _AT_LENGTH.search(head))
    if _GROUP.search(head) and not hint:
        reading.parts.append(_Part(_style(line), head, hint, line))
        return
    beside = blank and not has_words(line) and _TIME_OR_MONEY.search(head)
    written = any(p.limited and p.style == _style(line) for p in reading.parts) and not line.endswith(("：", ":"))
    if beside or (not hint and not is_long(line) and is_short(head) and not (written and _TIME_OR_MONEY.search(head))):
        reading.fields.append(DraftedField(_bare(head), line))
        return
    reading.parts.append(_Part(_style(line), head, hint, line))


def _style(line: str) -> str:
    number = line[: len(line) - len(strip_numbering(line)[0])].strip()
    return re.sub(r"[一二三四五六七八九十]+", "一", re.sub(r"\d+", "1", number))


# --------------------------------------------------------------------------- tables


def _table_row(row: Row, reading: _Reading) -> None:
    """A row of labels and blanks; 姓名, 电话 … under a word that stands before them take it in front."""
    cells = [c.strip() for c in row.cells]
    filled = [c for c in cells if c]
    if not filled or (_SIGNATURE.search(filled[0]) and len(filled) < 3):
        return
    if len(filled) == 1 and (is_long(filled[0]) or _hinted(filled[0])):
        _line(filled[0], reading, cell=True)
        return
    if cells[0]:
        reading.group = ""
    place = 0
    while place < len(cells):
        place += _cell(cells, place, reading)


def _hinted(cell: str) -> bool:
    return len(split_hint(cell)[1]) >= 6 and not any(b in cell for b in BOXES)


def _cell(cells: Sequence[str], place: int, reading: _Reading) -> int:
    """Read the label at a place; returns how many cells were used."""
    cell = cells[place]
    following = cells[place + 1] if place + 1 < len(cells) else ""
    if not cell or is_value(cell):
        return 1
    label = _bare(cell)
    answered = place + 1 >= len(cells) or is_value(following)
    if not answered:
        if len(cell) <= 12:
            reading.group = label
        return 1
    if has_words(cell) or has_words(following) or (is_long(cell) and not _beside(cells)) or _hinted(cell):
        head, hint = split_hint(cell)
        more = "" if PLACEHOLDER.fullmatch(following) else following.strip("（()）")
        reading.parts.append(_Part("", head, hint or more, f"{cell}{following}"))
    elif 2 <= len(label) <= 20:
        named = f"{reading.group}{label}" if PERSONAL.fullmatch(label) and reading.group else label
        line = " ".join(c for c in cells if c) if named != label else f"{cell} {following}".strip()
        reading.fields.append(DraftedField(named, line, options_of(following)))
    return 2


def _beside(cells: Sequence[str]) -> bool:
    """Whether a row holds several labels: then each is to be filled in beside, none is to be written at length."""
    return sum(bool(c) and not is_value(c) for c in cells) > 1


# --------------------------------------------------------------------------- parts


def _sections(parts: Sequence[_Part]) -> tuple[DraftedSection, ...]:
    """The parts to be written: a heading over limited ones is none, unlimited ones under a limited one are labels."""
    kept: dict[str, DraftedSection] = {}
    for place, part in enumerate(parts):
        below = list(_children(parts, place))
        parent = _parent(parts, place)
        if not part.limited and (part.has_fields or _GROUP.search(part.head)):
            continue
        if any(p.limited for p in below) and not has_words(part.line):
            continue
        if parent is not None and not part.limited:
            continue
        name = short_name(part.head)
        if name and name not in kept:
            kept[name] = _section(part, name, below)
    return tuple(kept.values())


def _section(part: _Part, name: str, below: Sequence[_Part]) -> DraftedSection:
    words, doubts = read_words(part.line)
    labels = tuple(p.head for p in below)
    return DraftedSection(name, part.head, part.line, part.hint, words, labels, doubts)


def _children(parts: Sequence[_Part], place: int) -> Iterator[_Part]:
    """The parts of a deeper numbering right below one."""
    for part in parts[place + 1 :]:
        if _depth(part.style, parts) <= _depth(parts[place].style, parts):
            return
        yield part


def _parent(parts: Sequence[_Part], place: int) -> _Part | None:
    """The nearest part above of a higher numbering that is itself to be written."""
    depth = _depth(parts[place].style, parts)
    for part in reversed(parts[:place]):
        if _depth(part.style, parts) < depth:
            group = part.has_fields or (_GROUP.search(part.head) and not part.limited)
            below = list(_children(parts, parts.index(part)))
            return None if group or (any(p.limited for p in below) and not has_words(part.line)) else part
    return None


def _depth(style: str, parts: Iterable[_Part]) -> int:
    """How deep a numbering style lies: in the order in which the styles first appear; cells lie on one level."""
    styles = list(dict.fromkeys(p.style for p in parts))
    return styles.index(style)
