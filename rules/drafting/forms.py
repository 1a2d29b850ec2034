"""The form that a notice encloses: its labels and its parts, whether printed as paragraphs or as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from intake.forms.wording import strip_numbering
from rules.drafting.labels import (
    BOXES,
    PERSONAL,
    PLACEHOLDER,
    bare_label,
    has_blanks,
    is_hinted,
    is_long,
    is_name,
    is_note,
    is_plain_heading,
    is_short,
    is_value,
    options_of,
    slashed,
    split_hint,
)
from rules.drafting.limits import has_words
from rules.drafting.model import DraftedField, DraftedForm, DraftedSection
from rules.drafting.notice import Annex, Notice, Row
from rules.drafting.parts import GROUP, Part, sections_of

_LABEL = re.compile(
    r"(?P<label>[^：:，。；、\t]{2,24}?(?:[（(][^（()）]{0,24}[)）])?)\s*[:：]\s*(?P<rest>[^：:]*?)(?=\s{1,}[^\s：:，。]{2,20}\s*[:：]|\t|$)"
)
_SEAL = re.compile(r"[（(][^（()）]{0,8}(?:盖\s*章|公\s*章)[^（()）]{0,4}[)）]")
_SIGNATURE = re.compile(
    r"盖\s*章|公\s*章|签\s*[字章名]|年\s*月\s*日|承诺|意\s*见[:：]?$|审核意见|推荐意见|填报日期|填表日期|申报日期"
)
_TIME_OR_MONEY = re.compile(r"周期|期限|时限|时间|年限|金额|经费|投入|资金|强度|额度")
_MEASURE = re.compile(r"(?:单位\s*[:：]\s*)?(?:[万亿]?元|个?月|年)")
_UNIT_ALONE = re.compile(r"[\s_＿]*(?:[万亿]元|年\s*月?|个?月)[\s_＿]*")
_AT_LENGTH = re.compile(r"来源|构成|明细|说明|安排|用途")
_NUMBERED_HEAD = re.compile(r"序\s*号$")  # the head of a form whose rows are numbered
_CHOICE = re.compile(r"(?:方式|方向|类型|领域|类别|性质|行业|阶段|规模|等级|级别|形式)$")  # one of a few words
_MENTIONED = re.compile(r"(?:建议书|申报书|需求书|需求表|申报表)[^。]{0,6}[“「](?P<name>[^”」]{2,12})[”」]")
MOST_ROWS = 300  # of one annex; what is longer is no form
MOST = 80  # labels or parts of one form; beyond that it is a text


@dataclass(slots=True)
class _Reading:
    """What was read of a form so far."""

    fields: list[DraftedField] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)  # heads that may be a label or a part
    group: str = ""
    bare: str = ""  # the last line without a colon


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
    sections = sections_of(reading.parts)
    title = next((t for t in notice.listed if re.search(r"表|书|模板", t) and "汇总" not in t), "")
    if len(sections) >= 3:
        return DraftedForm(
            title, (), sections, doubts=("表格未随通知附上，各部分取自正文，请对照附件核对",), enclosed=False
        )
    named = {m["name"]: s for s in notice.sentences() for m in _MENTIONED.finditer(s)}
    doubt = "通知只提到这一部分，没有附表，请对照附件核对"
    sections = tuple(DraftedSection(n, n, s, doubts=(doubt,)) for n, s in named.items())
    return DraftedForm(title, (), sections, doubts=("通知没有附申报表，字段和各部分须由处室拟定",), enclosed=False)


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
    fields = {f.name: f for f in (*reading.fields, *reversed(reading.fields))}  # each where it first stands
    sections, notes = sections_of(reading.parts[: 2 * MOST])[:MOST], tuple(reading.notes[:3])
    why = {head: f"“{head}”是只填一个数或日期的一栏，还是要写一段的部分，请确认" for head in reading.unsure}
    sections = tuple(replace(s, doubts=(*s.doubts, why[s.heading])) if s.heading in why else s for s in sections)
    return DraftedForm(annex.title, tuple(fields.values())[:MOST], sections, notes, tuple(why.values()))


# --------------------------------------------------------------------------- paragraphs


def _line(line: str, reading: _Reading, cell: bool) -> None:
    """One line of a form, or a row of one cell."""
    if reading.parts and _SEAL.search(line):
        return
    printed, line = line, _SEAL.sub("", line).strip()
    if not line or (_SIGNATURE.search(line) and not has_words(line) and (reading.parts or reading.fields)):
        return
    if any(b in line for b in BOXES) and not re.search(r"[:：]", line.split(line[0])[0] or line):
        _boxes(line, reading)
        return
    labels = [replace(label, sentence=printed) for label in _labels(line)]
    headed = strip_numbering(line)[1] is not None and is_long(line) and len(labels) < 2
    unnumbered = bool(reading.parts) and reading.parts[-1].limited and reading.parts[-1].style == _style(line) == ""
    if labels and not headed and not has_words(line) and not (unnumbered and _AT_LENGTH.search(line)):
        reading.fields += labels
        if reading.parts:
            reading.parts[-1] = replace(reading.parts[-1], has_fields=True)
        return
    if line[0] in "（(" and line[-1] in "）)" and strip_numbering(line)[1] is None and _hint_below(line, reading):
        return
    _no_label(line, reading, cell, unnumbered)


def _hint_below(line: str, reading: _Reading) -> bool:
    """A line in brackets belongs to the heading above it; with a limit it makes a part of a bare label."""
    above = reading.fields[-1] if reading.fields else None
    if above and above.sentence == reading.bare and has_words(line):
        reading.fields.pop()
        reading.parts.append(Part("", above.name, line[1:-1], f"{above.sentence}{line}"))
    elif reading.parts:
        last = reading.parts[-1]
        reading.parts[-1] = replace(last, hint=last.hint or line[1:-1], line=f"{last.line}{line}")
    return bool(reading.parts)


def _no_label(line: str, reading: _Reading, cell: bool, unnumbered: bool) -> None:
    """A line without labels and blanks: the heading of a part, or bare labels."""
    reading.bare = line
    if cell and (is_long(line) or len(split_hint(line)[1]) >= 6) and not GROUP.search(split_hint(line)[0]):
        _whole_row(line, reading)
    elif strip_numbering(line)[1] is not None or has_words(line) or is_plain_heading(line) or unnumbered:
        _heading(line, reading)
    elif (options := slashed(split_hint(line)[1])) and is_short(split_hint(line)[0]):
        reading.fields.append(DraftedField(bare_label(split_hint(line)[0]), line, options))
    elif (names := _bare_labels(line)) and (len(names) > 1 or not reading.parts):
        reading.fields += [DraftedField(name, line) for name in names]  # a label alone only above what is to be written


def _whole_row(line: str, reading: _Reading) -> None:
    """A row of one cell: a part to be written, or a sum or a span to fill in beside (资金需求（万元）)."""
    head, hint = split_hint(line)
    if _MEASURE.fullmatch(hint) and not _AT_LENGTH.search(head):
        reading.fields.append(DraftedField(bare_label(head), line))
    else:
        reading.parts.append(Part("", head, hint, line))


def _bare_labels(line: str) -> list[str]:
    """The labels of a line without colons, parted by wide blanks; none where it holds anything else."""
    spaced = re.split(r"\s{2,}", line)
    labels = all(is_short(p) and len(p) < 14 and not GROUP.search(p) for p in spaced)
    return [bare_label(p) for p in spaced] if labels else []


def _boxes(line: str, reading: _Reading) -> None:
    """A line of check boxes goes on from the label before it."""
    if reading.fields:
        last = reading.fields[-1]
        reading.fields[-1] = replace(last, options=(*last.options, *options_of(line)))


def _labels(line: str) -> Iterator[DraftedField]:
    """The labels of a line with a blank, a short value or check boxes beside each."""
    for found in _LABEL.finditer(strip_numbering(line)[0]):
        label, rest = bare_label(found["label"]), found["rest"].strip()
        boxes = options_of(rest)
        short = len(rest) <= 24 and not re.search(r"[，。；]", rest)
        if (boxes or short) and 2 <= len(label) <= 16 and not _SIGNATURE.search(found["label"]) and not has_words(rest):
            printed = "" if boxes or PLACEHOLDER.fullmatch(rest) or rest[:1] in "（(" else rest
            yield DraftedField(label, line, boxes, printed)


def _heading(line: str, reading: _Reading) -> None:
    """A numbered line: a part to be written, or a label to fill in beside."""
    head, hint = split_hint(line)
    if not 2 <= len(head) <= 40:
        return
    if is_name(head):
        reading.fields.append(DraftedField(bare_label(head), line))
        return
    measured = bool(_MEASURE.fullmatch(hint)) and not _AT_LENGTH.search(head)
    if GROUP.search(head) and not hint:
        reading.parts.append(Part(_style(line), head, hint, line))
        return
    same = _beside_it(reading.parts, _style(line))
    colons = bool(same) and all(p.line.rstrip().endswith(("：", ":")) for p in same)
    blank = measured or (line.rstrip().endswith((":", "：")) and not colons)
    if _TIME_OR_MONEY.search(head) and not hint and not blank and same:
        reading.unsure.append(head)
    beside = not has_words(line) and bool(_CHOICE.search(head) or (blank and _TIME_OR_MONEY.search(head)))
    written = bool(same) and (colons or not line.endswith(("：", ":")))
    if beside or (not hint and not is_long(line) and is_short(head) and not (written and _TIME_OR_MONEY.search(head))):
        reading.fields.append(DraftedField(bare_label(head), line, slashed(hint)))
        if reading.parts:
            reading.parts[-1] = replace(reading.parts[-1], has_fields=True)
        return
    if not hint and not is_long(line) and not is_long(head):
        reading.unsure.append(head)
    reading.parts.append(Part(_style(line), head, hint, line))


def _beside_it(parts: Sequence[Part], style: str) -> list[Part]:
    """The limited parts of the same numbering under the same heading."""
    styles = list(dict.fromkeys((*(p.style for p in parts), style)))
    found: list[Part] = []
    for part in reversed(parts):
        if styles.index(part.style) < styles.index(style):
            break
        found += [part] if part.style == style and part.limited else []
    return found


def _style(line: str) -> str:
    number = line[: len(line) - len(strip_numbering(line)[0])].strip()
    return re.sub(r"[一二三四五六七八九十]+", "一", re.sub(r"\d+", "1", number))


# --------------------------------------------------------------------------- tables


def _table_row(row: Row, reading: _Reading) -> None:
    """A row of labels and blanks; 姓名, 电话 … under a word that stands before them take it in front."""
    cells = [c.strip() for c in row.cells]
    filled = [c for c in cells if c]
    if not reading.parts:
        cells = [_SEAL.sub("", c).strip() for c in cells]
        filled = [c for c in cells if c]
    if not filled or _NUMBERED_HEAD.match(filled[0]) or (_SIGNATURE.search(filled[0]) and len(filled) < 3):
        return
    if len(filled) == 1 and not is_name(split_hint(filled[0])[0]) and (is_long(filled[0]) or is_hinted(filled[0])):
        _line(filled[0], reading, cell=True)
        return
    if cells[0]:
        reading.group = ""
    place = 0
    while place < len(cells):
        place += _cell(cells, place, reading)


def _cell(cells: Sequence[str], place: int, reading: _Reading) -> int:
    """Read the label at a place; returns how many cells were used."""
    cell = cells[place]
    following = cells[place + 1] if place + 1 < len(cells) else ""
    if not cell or is_value(cell):
        return 1
    if has_words(cell) and strip_numbering(cell)[1] is not None and has_words(following):  # parts in one cell: 1.… 2.…
        reading.parts.append(Part("", *split_hint(cell), cell))
        return 1
    label = bare_label(cell)
    answered = place + 1 >= len(cells) or is_value(following)
    if not answered:
        if len(cell) <= 12:
            reading.group = "" if GROUP.search(label) else label
        return 1
    printed = bool(_MEASURE.fullmatch(split_hint(cell)[1])) and not _AT_LENGTH.search(cell)
    measured = (printed or bool(_UNIT_ALONE.fullmatch(following) or has_blanks(following))) and not has_words(cell)
    numbered = strip_numbering(cell)[1] is not None
    long = (is_long(cell) and not _beside(cells)) or is_hinted(cell) or (numbered and _AT_LENGTH.search(cell))
    if numbered and _TIME_OR_MONEY.search(cell) and not is_hinted(cell) and not has_words(cell):
        reading.unsure.append(split_hint(cell)[0])
    if not is_name(split_hint(cell)[0]) and (has_words(cell) or has_words(following) or (long and not measured)):
        head, hint = split_hint(cell)
        more = "" if PLACEHOLDER.fullmatch(following) else following.strip("（()）")
        reading.parts.append(Part("", head, hint or more, f"{cell}{following}"))
    elif 2 <= len(label) <= 20:
        named = f"{reading.group}{label}" if PERSONAL.fullmatch(label) and reading.group else label
        line = " ".join(c for c in cells if c) if named != label else f"{cell} {following}".strip()
        reading.fields.append(DraftedField(named, line, options_of(following)))
    return 2


def _beside(cells: Sequence[str]) -> bool:
    """Whether a row holds several labels: then each is to be filled in beside, none is to be written at length."""
    return sum(bool(c) and not is_value(c) for c in cells) > 1
