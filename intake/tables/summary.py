"""A 汇总表 in Word or a spreadsheet as typed rows: any header row, numbered blanks and signatures passed over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from intake.model import Layout, Limits, Summary, SummaryRow, WordText
from intake.tables.grid import Grid, Page, page_of_word
from intake.tables.sheets import read_grids
from intake.tables.summary_head import is_title, parted_contact, read_head

_HEADER_ROWS = 40  # a header stands among the first rows of its table
_FEWEST_COLUMNS = 3
_HEAD_TABLE = 6  # rows
_LONGEST_LABEL = 20
_ALIKE = 85.0  # of 100: 需求名称 and 需求的名称 are the same, 联系人 and 联系电话 are not
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]?")
_NOTHING = re.compile(r"[.。…·⋯\s/／\\—–―－_-]*|无")
_SIGNATURE = re.compile(
    r"[^:：]{0,14}?(?:填表|填报|制表|审核|审批|复核|经办|负责人|联系人|联系电话|日期|时间|盖章|公章|签字|签章|说明|备注|注"
    r"|归口管理部门)[^:：]{0,8}[:：]|[（(]?(?:加盖公章|盖章|公章|签字|签章)[）)]?$|\d{4}年\d*月\d*日?$"
)
_CONTACT = re.compile(r"联系人(?:姓名)?[及和与、/及其（(]*(?:联系)?(?:电话|方式|手机)")  # two columns in one
_CONTACT_WORDS = ("联系人", "联系电话")
_SUMS = re.compile(r"合计|总计|小计|共计|(?:填写|填表)?示?例[:：]?$")
_MORE = re.compile("(?:名称|全称|姓名|号码|情况|金额|额度|数额)$")  # 报送单位名称, 申请财政经费金额
_IN_YUAN = re.compile(r"[（(]\s*(?:单位[:：]?)?\s*元\s*[）)]")
_BARE_NUMBER = re.compile(r"[\d,，.]+")

_Words = dict[str, str]  # a column's folded names and other names -> its official name


@dataclass(frozen=True, slots=True)
class _Found:
    """A table with its header: official column -> place, the header's rows, the columns whose amounts are in 元."""

    grid: Grid
    columns: dict[str, int]
    top: int
    bottom: int
    in_yuan: frozenset[str] = frozenset()


def read_summary_word(text: WordText, layouts: tuple[Layout, ...]) -> Summary | None:
    """The 汇总表 in a Word document, None where none of its tables is meant as one of any call."""
    return _read(page_of_word(text), layouts)


def read_summary_sheet(
    data: bytes, type_: str, layouts: tuple[Layout, ...], limits: Limits | None = None
) -> Summary | None:
    """The 汇总表 in a spreadsheet (``type_``: xlsx, xls, ods), None where no visible sheet is meant as one.

    Raises WordDamaged, WordLocked, WordHostile.
    """
    return _read(Page((), read_grids(data, type_, limits or Limits())), layouts)


def _read(page: Page, layouts: tuple[Layout, ...]) -> Summary | None:
    found = [s for layout in layouts if layout.summary_columns and (s := _read_as(page, layout)) is not None]
    return max(found, key=lambda summary: len(summary.columns), default=None)


def _read_as(page: Page, layout: Layout) -> Summary | None:
    """The page's tables of one call, as one 汇总表."""
    words = _words(layout)
    tables = [found for grid in page.grids if (found := _find(grid, words)) is not None]
    meant = _meant(tables, page, layout)
    if not meant:
        return None
    lines = (*page.lines, *_lines_before(page, meant[0]), *(line for found in meant for line in _lines_around(found)))
    names = (found.grid.name for found in meant if is_title(found.grid.name, ()))
    head = read_head((*lines, *names), layout.summary_titles)
    columns = tuple(name for name, _ in layout.summary_columns if all(name in found.columns for found in meant))
    rows = tuple(_all_rows(page, meant, words, layout))
    anchor = meant[0].grid.anchor(meant[0].top, 0)
    return Summary(head.title, head.unit, head.contact, head.phone, columns, rows, head.whole, anchor)


def _meant(tables: list[_Found], page: Page, layout: Layout) -> list[_Found]:
    """The tables that are meant as the 汇总表.

    Such have most of its columns, the demand's name among them; else one that is called so and has the name or most
    columns will do.
    """
    most = [found for found in tables if 2 * len(found.columns) > len(layout.summary_columns)]
    named = [found for found in tables if layout.summary_name in found.columns]
    both = [found for found in most if found in named]
    if both:
        return both
    return [found for found in most or named if _is_called_so(found, page, layout)][:1]


def _is_called_so(found: _Found, page: Page, layout: Layout) -> bool:
    lines = (*page.lines, found.grid.name, *_lines_around(found))
    return any(is_title(line, layout.summary_titles) for line in lines)


def _lines_before(page: Page, first: _Found) -> Iterator[str]:
    """The rows of small tables before the first one: its head may stand in cells of its own."""
    for grid in page.grids:
        if grid is first.grid:
            return
        if len(grid.rows) <= _HEAD_TABLE:
            yield from ("\t".join(cell for cell in row if cell) for row in grid.rows)


def _lines_around(found: _Found) -> Iterator[str]:
    """The rows of a grid that are not its table: title and contact rows above, signatures below."""
    for place, row in enumerate(found.grid.rows):
        if place < found.top or (place > found.bottom and _is_signature(row)):
            line = "\t".join(cell for cell in row if cell)
            if line:
                yield line


# --------------------------------------------------------------------------- header


def _words(layout: Layout) -> _Words:
    named = ((name, word) for name, others in reversed(layout.summary_columns) for word in (*others, name))
    return {_folded(word): name for name, word in named}


def _find(grid: Grid, words: _Words) -> _Found | None:
    """The best header among the first rows: one row, or two where its cells are split over both."""
    best: _Found | None = None
    rows = grid.rows[:_HEADER_ROWS]
    one = ((place, place) for place in range(len(rows)))
    two = ((place, place + 1) for place in range(len(rows) - 1))
    for top, bottom in (*one, *two):  # two only if they tell more than any one
        columns = _columns(rows[top], rows[bottom], words)
        if len(columns) > (len(best.columns) if best else _FEWEST_COLUMNS - 1):
            best = _Found(grid, columns, top, bottom)
    if best is None:
        return None
    heads = {name: rows[best.top][at] + rows[best.bottom][at] for name, at in best.columns.items()}
    return replace(best, in_yuan=frozenset(name for name, head in heads.items() if _IN_YUAN.search(head)))


def _columns(upper: tuple[str, ...], lower: tuple[str, ...], words: _Words) -> dict[str, int]:
    """Official column -> place, by two header rows (the same one twice: one row)."""
    found: dict[str, int] = {}
    for place, (above, below) in enumerate(zip(upper, lower, strict=True)):
        texts = (below,) if above == below else (below, above, above + below)
        both = _CONTACT.match("".join(texts[0].split())) and {_official(word, words) for word in _CONTACT_WORDS}
        names = both or {next((n for text in texts if (n := _official(text, words))), "")}
        found |= {name: place for name in names if name and name not in found}
    return found


def _official(text: str, words: _Words) -> str:
    """The official column that a header cell names, ``""`` for none."""
    word = _folded(text) if len(text) <= 3 * _LONGEST_LABEL else ""
    bare = _MORE.sub("", word)
    if word not in words and bare in words:
        return words[bare]
    if word in words or not 3 < len(word) <= _LONGEST_LABEL:
        return words.get(word, "")
    scored = ((fuzz.ratio(word, known), name) for known, name in words.items() if len(known) > 3)
    score, name = max(scored, default=(0.0, ""))
    return name if score >= _ALIKE else ""


def _folded(text: str) -> str:
    """A header's words without width, blanks and what stands in brackets."""
    bare = _BRACKETS.sub("", unicodedata.normalize("NFKC", text))
    return "".join(bare.split()).casefold().strip("*:,.、")


# --------------------------------------------------------------------------- rows


def _all_rows(page: Page, meant: list[_Found], words: _Words, layout: Layout) -> Iterator[SummaryRow]:
    """The filled rows of all tables; a table without a header that follows one goes on with its columns."""
    with_header = {id(found.grid): found for found in meant}
    before: _Found | None = None
    done = 0
    for grid in page.grids:
        found = with_header.get(id(grid))
        if found is None and before is not None and _goes_on(grid, before.grid):
            found = replace(before, grid=grid, top=-1, bottom=-1)
        if found is not None:
            yield from _rows(found, words, layout, done)
            done += len(grid.rows) - found.bottom - 1
        before = found


def _goes_on(grid: Grid, before: Grid) -> bool:
    """Whether a table is the rest of the one before it: as wide, and it begins with a running number."""
    return bool(grid.rows) and len(grid.rows[0]) == len(before.rows[0]) and grid.rows[0][0].strip().isdecimal()


def _rows(found: _Found, words: _Words, layout: Layout, done: int) -> Iterator[SummaryRow]:
    """The filled rows below a header, each demand once."""
    pending: SummaryRow | None = None
    for place, columns in _table_rows(found, words):
        cells = _cells(found, place, columns)
        filled = {name for name, text in cells.items() if not _NOTHING.fullmatch(text)}
        if filled <= {layout.summary_number} or (len(filled) == 1 and layout.summary_name not in filled):
            continue  # blank, or a word that heads a group of rows (新能源领域)
        if pending is not None and (place, columns.get(layout.summary_name, -1)) in found.grid.joined:
            pending = _with_more(pending, cells)
            continue
        if pending is not None:
            yield pending
        line = place + 1 if found.grid.numbered else done + place - found.bottom
        pending = SummaryRow(line, cells, {name: found.grid.anchor(place, at) for name, at in columns.items()})
    if pending is not None:
        yield pending


def _table_rows(found: _Found, words: _Words) -> Iterator[tuple[int, dict[str, int]]]:
    """The rows that may name a demand, each with the columns that hold for it.

    Signatures end the table; a header that comes again (on a new page, for a second table) opens it anew.
    """
    columns, is_open = found.columns, True
    for place in range(found.bottom + 1, len(found.grid.rows)):
        row = found.grid.rows[place]
        again = _columns(row, row, {word: name for word, name in words.items() if name in found.columns})
        if len(again) >= max(_FEWEST_COLUMNS, len(columns) // 2):
            columns, is_open = again, True
        elif _is_signature(row):
            is_open = False
        elif is_open and not _counts_columns(row) and not any(_SUMS.match("".join(cell.split())) for cell in row[:3]):
            yield place, columns


def _counts_columns(row: tuple[str, ...]) -> bool:
    """Whether a row below the header only numbers the columns: 1, 2, 3 … or （1）, （2） …"""
    numbers = [cell.strip("（()） ") for cell in row if cell.strip()]
    return len(numbers) > _FEWEST_COLUMNS and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def _cells(found: _Found, place: int, columns: dict[str, int]) -> dict[str, str]:
    """The cells of a row by column; one that two columns share is parted into the contact and the telephone."""
    row = found.grid.rows[place]
    cells = {name: _cell(row[at], name in found.in_yuan) for name, at in columns.items()}
    shared = [name for name, at in columns.items() if list(columns.values()).count(at) > 1]
    if len(shared) == len(_CONTACT_WORDS):
        parted = parted_contact(cells[shared[0]])
        cells |= {name: parted["电话" in name] for name in shared}
    return cells


def _cell(text: str, in_yuan: bool) -> str:
    """A cell as written; a bare amount under a head that says 元 keeps that word, for the column's unit is 万元."""
    text = text.strip()
    return f"{text}元" if in_yuan and _BARE_NUMBER.fullmatch(text) else text


def _with_more(row: SummaryRow, cells: dict[str, str]) -> SummaryRow:
    """A row with what a second line of the same demand adds (a second 合作单位)."""
    texts = {name: (text, cells.get(name, "")) for name, text in row.cells.items()}
    joined = {name: "、".join(dict.fromkeys(filter(None, both))) for name, both in texts.items()}
    return SummaryRow(row.line, joined, row.anchors)


def _is_signature(row: tuple[str, ...]) -> bool:
    """Whether a row holds signatures, a date or a note instead of a demand."""
    first = next(("".join(cell.split()) for cell in row if cell.strip()), "")
    return bool(_SIGNATURE.match(first))
