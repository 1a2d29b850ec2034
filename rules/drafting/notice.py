"""The text of a notice, laid out for reading: the paragraphs of its body, and its annexes as rows of cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from intake.forms.wording import strip_numbering
from rules.drafting.dates import DATE

WRAPPED = 22  # a line of the body at least this long that ends without a full stop goes on in the next one
ENDS = "。；：！？!?;:）)》”…"
LONGEST_LINE = 1_500  # a paragraph that is longer is cut: none of a notice is
MOST_PARAGRAPHS = 1_000
MOST_CHARACTERS = 100_000  # a notice is some pages; what comes after that is no notice any more
NUMBERED = re.compile(
    r"\s*(?:第[一二三四五六七八九十\d]+[章节条部]|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、"
    r"|\d{1,2}[.．、](?!\d)|[①-⑳]|[-•●▪◆◎※□☑]|附\s*件|附\s*表|联\s*系|电\s*话|邮\s*箱|电子邮|地\s*址|传\s*真)"
)
LABELLED = re.compile(r"[^，。；\s：:]{1,14}[：:]")
ANNEX = re.compile(
    r"附(?:\s*[件表录]|(?=\s*[:：]))\s*(?P<number>[一二三四五六七八九十\dA-H]{0,3})\s*(?P<colon>[:：.．、])?\s*(?P<title>.*)"
)
ANNEX_LIST = re.compile(r"[-\s]*附\s*件\s*[:：]")
FORM_TITLE = re.compile(
    r"[^。；：:，\t]{2,50}(?:表|模板|样表|建议书|申报书|征集书|需求书|一览|清单)\s*(?:[（(][^（()）]{0,20}[)）])?"
)
PUBLISHED = re.compile(rf"(?:发布|发文|成文|印发|信息)?(?:日\s*期|时\s*间)\s*[:：]\s*{DATE}")
SIGNED = re.compile(rf"(?P<office>[^，。；：:\d]{{0,40}}?)\s*(?P<date>{DATE})\s*(?:[（(]?此件.{{0,12}})?")


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or a row of a table: its cells, and whether it stands in a table."""

    cells: tuple[str, ...]
    table: bool = False

    @property
    def text(self) -> str:
        """The whole row on one line."""
        return " ".join(c for c in self.cells if c).strip()


@dataclass(frozen=True, slots=True)
class Annex:
    """An enclosed form, table or rule: its title and what follows."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice: the lines of its head, the paragraphs of its body, its annexes, the titles of those it lists.

    ``issued`` is the line that dates it, ``""`` for none.
    """

    head: tuple[str, ...]
    paragraphs: tuple[str, ...]
    annexes: tuple[Annex, ...] = ()
    listed: tuple[str, ...] = ()
    issued: str = ""

    def sentences(self) -> Iterator[str]:
        """The sentences of the body in order."""
        for paragraph in self.paragraphs:
            yield from sentences(paragraph)


def sentences(paragraph: str) -> Iterator[str]:
    """The sentences of a paragraph, each with its full stop."""
    yield from (s.strip() for s in re.findall(r"[^。！？!?]+[。！？!?]?[”’）)]?", paragraph) if s.strip())


def read_notice(text: str) -> Notice:
    """The parts of a notice; tables are lines with tabs, or cells that begin with one."""
    rows = tuple(_rows(_cleaned(text[:MOST_CHARACTERS])))
    signed = _signature(rows)
    first = _first_annex(rows, signed)
    body = [line for row in rows[:first] for line in _lines(row)]
    listed = tuple(_listed(body))
    return Notice(
        head=tuple(body[:16]),
        paragraphs=tuple(islice(_paragraphs(body), MOST_PARAGRAPHS)),
        annexes=tuple(_annexes(rows[first:], listed)),
        listed=listed,
        issued=rows[signed].text
        if signed is not None
        else next((line for line in body[:8] if PUBLISHED.search(line)), ""),
    )


def is_heading(paragraph: str) -> bool:
    """Whether a paragraph is a short numbered line (二、征集领域; 第二条 条件) over others."""
    set_off = re.fullmatch(r"【[^】]{2,20}】", paragraph)
    return bool(set_off) or (
        len(paragraph) <= 30 and "。" not in paragraph and strip_numbering(paragraph)[1] is not None
    )


def compact(text: str) -> str:
    """The text without the blanks that typesetting leaves between Chinese characters and digits."""
    text = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", text.strip())
    return re.sub(r"\s+", " ", text)


def _cleaned(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"\[bookmark:[^\]]*\]|\*\*|[\x07\u200b]", "", text)
    text = re.sub(r"^[ \u3000]*\|(.*)\|[ \u3000]*$", lambda m: _piped(m[1]), text, flags=re.M)
    text = re.sub(r"^[^|\n]+(?: \| [^|\n]*){2,}$", lambda m: _piped(m[0]), text, flags=re.M)
    return re.sub(r"[\u3000\xa0]", " ", text).replace("\x0b", "\n").replace("\x0c", "\n")


def _piped(row: str) -> str:
    """A row of a table drawn with strokes, with tabs; the ruling under its head is nothing."""
    return "" if re.fullmatch(r"[\s|:\-]+", row) and "-" in row else "\t".join(c.strip() for c in row.split("|"))


# --------------------------------------------------------------------------- rows


def _rows(text: str) -> Iterator[Row]:
    """The rows: a line with tabs is one; lines that begin with a tab are its cells up to a blank line."""
    cells: list[str] = []
    for line in (whole[:LONGEST_LINE] for whole in text.split("\n")):
        tabs = line.count("\t")
        if line.startswith("\t") and tabs == 1:
            cells.append(line.strip())
        elif cells and cells[-1] and line.strip() and (not tabs or line.startswith(("（", "("))):
            first, *more = line.split("\t")
            cells[-1:] = [f"{cells[-1]}\n{first.strip()}", *(c.strip() for c in more)]
        else:
            if cells:
                yield Row(tuple(cells), True)
                cells = []
            if tabs and line.strip():
                yield Row(tuple(c.strip() for c in line.split("\t")), True)
            elif line.strip():
                yield Row((line.strip(),))
    if cells:
        yield Row(tuple(cells), True)


def _lines(row: Row) -> Iterator[str]:
    """A row of the body as lines: what a tab indents is a line, what stands in columns is one line."""
    filled = [c for c in row.cells if c]
    if row.table and len(filled) > 1 and all(len(c) < 40 for c in filled):
        yield "\t".join(filled)
    else:
        yield from (line.strip() for c in filled for line in c.split("\n") if line.strip())


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """The body with lines joined that a page's width has broken."""
    waiting = ""
    for line, after in zip(lines, (*lines[1:], ""), strict=False):
        office = SIGNED.fullmatch(after) and not re.search("[，。；：]", line)  # over the date that ends the letter
        if waiting and not office and _goes_on(waiting, line):
            waiting += line if not (waiting[-1].isascii() and line[0].isascii()) else f" {line}"
            continue
        if waiting:
            yield waiting
        waiting = line
    if waiting:
        yield waiting


def _goes_on(before: str, line: str) -> bool:
    last = before.rsplit("\n", 1)[-1]
    if (
        len(before) > LONGEST_LINE
        or "\t" in before
        or "\t" in line
        or last[-1] in ENDS
        or NUMBERED.match(line)
        or LABELLED.match(line)
    ):
        return False
    return len(last) >= WRAPPED and not re.search(r"\d{7}$", last) and not SIGNED.fullmatch(line)


# --------------------------------------------------------------------------- the parts


def _signature(rows: Sequence[Row]) -> int | None:
    """The row with nothing but the date (and the office) that ends the letter; a page number beside it is nothing."""
    dated = [i for i, row in enumerate(rows) if i > 1 and len(row.text) < 60 and SIGNED.fullmatch(row.text)]
    return dated[0] if dated else None


def _first_annex(rows: Sequence[Row], signed: int | None) -> int:
    """The row at which the annexes begin; the end where there are none."""
    for i, row in enumerate(rows):
        found = ANNEX.fullmatch(row.text)
        after = signed is not None and i > signed
        unsigned = signed is None and i > 4 and i + 1 < len(rows) and _is_label(rows[i + 1])
        if found and (after or unsigned or not (ANNEX_LIST.match(row.text) or found["title"])):
            return i
        if (after or unsigned) and (row.table or "：" not in row.text) and _is_form_title(row.text):
            return i
    return len(rows)


def _is_label(row: Row) -> bool:
    """Whether a row begins a form: a row of a table, or a label with nothing behind its colon."""
    return row.table or bool(re.search(r"[:：][\s_＿]*$", row.text))


def _is_form_title(text: str) -> bool:
    return bool(FORM_TITLE.fullmatch(text)) and not text.startswith("附") and "通知" not in text


def _listed(body: Iterable[str]) -> Iterator[str]:
    """The titles of the annexes that the body lists (附件：1.… 2.…)."""
    listing = False
    for line in body:
        begun = re.match(r"[-\s]*附\s*件\s*(?:[一二三四五六七八九十\d]{0,2})\s*[:：]\s*(.+)", line)
        if begun:
            listing = True
            yield from _titles(begun[1])
        elif listing and re.match(r"\s*\d{1,2}\s*[.．、]\s*\S", line) and len(line) < 80:
            yield from _titles(line)
        else:
            listing = False


def _titles(line: str) -> Iterator[str]:
    parts = re.split(r"(?:^|\s+|(?<=\D))\d{1,2}\s*[.．、]\s*", line)
    yield from (compact(p) for p in parts if p.strip())


def _annexes(rows: Sequence[Row], listed: tuple[str, ...]) -> Iterator[Annex]:
    """The annexes, each from its 附件 line to the next."""
    starts = [i for i, row in enumerate(rows) if i == 0 or _begins_annex(row)]
    for start, end in pairwise((*starts, len(rows))):
        found = ANNEX.fullmatch(rows[start].text)
        titles, content = ([found["title"]], rows[start + 1 : end]) if found else ([], rows[start:end])
        if not titles or not titles[0]:
            taken = _title_rows(content)
            titles, content = [row.text for row in content[:taken]], content[taken:]
        number = int(found["number"]) if found and found["number"].isdigit() else 0
        name = compact("".join(titles)) or (listed[number - 1] if 0 < number <= len(listed) else "")
        yield Annex(name, tuple(content))


def _begins_annex(row: Row) -> bool:
    found = ANNEX.fullmatch(row.text)
    if found and len(found["title"]) < 50 and not ANNEX_LIST.match(row.text):
        return bool(found["number"] or not found["title"])
    return not row.table and _is_form_title(row.text) and bool(re.search(r"汇总表|一览表|清单", row.text))


def _title_rows(rows: Sequence[Row]) -> int:
    """How many rows the title takes: lines that are no label, no number and no table."""
    taken = 0
    for row in rows[:3]:
        plain = not row.table and len(row.text) < 50 and not re.search(r"[：:□☑]", row.text)
        if not plain or NUMBERED.match(row.text) or (taken and re.match(r"[（(]", row.text) and "模板" not in row.text):
            break
        taken += 1
        if re.search(r"(?:表|模板|书|清单)\s*(?:[（(][^（()）]*[)）])?$", row.text) and not _title_goes_on(rows, taken):
            break
    return taken


def _title_goes_on(rows: Sequence[Row], taken: int) -> bool:
    """Whether the next row is a bracket under the title: （申报模板）."""
    return taken < len(rows) and bool(re.fullmatch(r"[（(][^（()）]{1,12}[)）]", rows[taken].text))
