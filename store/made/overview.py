"""The first sheet of the daily workbook: the five numbers, what changed, what wants a hand, and the charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from store.made import charts, sheets
from store.made.figures import Day, FieldCount
from store.queries import SHOWN

COLUMNS = 10
WIDTH = 13.5  # of each of the ten columns, in half-width characters
NAME, SUBTITLE = Font(name="黑体", size=12), Font(name="仿宋", size=11, color="595959")
CHART_ROWS, FEW_CHANGES = 18, 0
CHANGE_SPANS = (1, 2, 4, 2, 1)
FIELD_SPANS = (2, 1, 1, 1, 1, 1)
ABOUT_LINKS = (
    "带下划线的文件名可以点开原件：须在存放工作目录的电脑上打开 out/digest/ 中的本工作簿；"
    "原件没有扩展名，用 Word 或 WPS 打开。"
)
NOTHING_NEW = "自上次日报以来，没有新的报送，也没有变化。"


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the five numbers: its name, the number as shown, the change as shown, the sheet that it leads to."""

    name: str
    number: int | str
    change: str
    sheet: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A demand that changed: number, unit, name, what happened, how it stands."""

    number: str
    unit: str
    name: str
    words: str
    standing: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first sheet shows; ``more`` changes are told by number only, ``sentences`` ask for attention."""

    title: str
    subtitle: str
    tiles: tuple[Tile, ...]
    changes_title: str
    changes: tuple[ChangeLine, ...]
    more: int
    sentences: tuple[str, ...]
    fields: tuple[FieldCount, ...]
    days: tuple[Day, ...]


def fill_overview(sheet: Worksheet, overview: Overview, days: Worksheet) -> None:
    """Lay out the first sheet; ``days`` is the sheet that holds the table day by day."""
    sheet.title = "概览"
    sheet.sheet_view.showGridLines = False
    sheets.widths(sheet, (WIDTH,) * COLUMNS)
    sheets.title(sheet, overview.title, COLUMNS)
    _merged(sheet, 2, (1, COLUMNS), overview.subtitle, SUBTITLE, sheets.CENTRED)
    sheet.row_dimensions[2].height = 20
    for place, tile in enumerate(overview.tiles):
        _tile(sheet, 4, 1 + 2 * place, tile)
    line = _sentences(sheet, 8, overview.sentences)
    line = _changes(sheet, line + 1, overview)
    last = _charts(sheet, line + 1, overview, days)
    _merged(sheet, last + 1, (1, COLUMNS), ABOUT_LINKS, SUBTITLE, sheets.LEFT)
    sheets.print_setup(sheet, 1, last + 1, COLUMNS)
    sheet.print_title_rows = None
    sheet.freeze_panes = "A3"


def _merged(sheet: Worksheet, row: int, span: tuple[int, int], value: object, font: Font, alignment: Alignment) -> None:
    """Write a value over the columns from ``span[0]`` to ``span[1]`` of a row."""
    cell = sheets.put(sheet, row, span[0], value)
    cell.font, cell.alignment = font, alignment
    if span[1] > span[0]:
        sheet.merge_cells(start_row=row, start_column=span[0], end_row=row, end_column=span[1])


def _tile(sheet: Worksheet, row: int, column: int, tile: Tile) -> None:
    """A number over its name and its change, two columns wide, in the colour of its decision."""
    fill = sheets.DECISION_FILLS.get(tile.name, PatternFill("solid", fgColor="EDEDED"))
    white = Side(style="thick", color="FFFFFF")
    parts: tuple[tuple[object, Font, int], ...] = (
        (sheets.Link(tile.name, f"#{tile.sheet}"), Font(name="黑体", size=12, color="1F4E79"), 24),
        (tile.number, Font(name="Arial", size=24, bold=True, color="1F2933"), 38),
        (tile.change, SUBTITLE, 20),
    )
    for line, (value, font, height) in enumerate(parts, start=row):
        for side in (0, 1):
            sheet.cell(line, column + side).fill = fill
            sheet.cell(line, column + side).border = Border(right=white if side else None)
        _merged(sheet, line, (column, column + 1), value, font, sheets.CENTRED)
        sheet.row_dimensions[line].height = height


def _heading(sheet: Worksheet, line: int, text: str) -> int:
    _merged(sheet, line, (1, COLUMNS), text, NAME, Alignment(vertical="center"))
    sheet.row_dimensions[line].height = 24
    return line + 1


def _sentences(sheet: Worksheet, line: int, sentences: Sequence[str]) -> int:
    line = _heading(sheet, line, "请关注")
    for sentence in sentences:
        _merged(sheet, line, (1, COLUMNS), f"• {sentence}", sheets.BODY_FONT, sheets.LEFT)
        sheet.row_dimensions[line].height = 18 * sheets.lines(sentence, COLUMNS * WIDTH)
        line += 1
    return line


def _changes(sheet: Worksheet, line: int, overview: Overview) -> int:
    line = _heading(sheet, line, overview.changes_title)
    if not overview.changes:
        _merged(sheet, line, (1, COLUMNS), NOTHING_NEW, sheets.BODY_FONT, sheets.LEFT)
        return line + 1
    _row(sheet, line, CHANGE_SPANS, ("编号", "归口管理部门", "需求名称", "变化", "现结论"), head=True)
    for change in overview.changes:
        line += 1
        values = (change.number, change.unit, change.name, change.words, change.standing)
        _row(sheet, line, CHANGE_SPANS, values)
        most = max(sheets.lines(str(v), span * WIDTH) for v, span in zip(values, CHANGE_SPANS, strict=True))
        sheet.row_dimensions[line].height = 6 + sheets.LINE * most
    if overview.more:
        line += 1
        text = f"其余 {overview.more} 项见“全部需求”，按“变化”一列筛选。"
        _merged(sheet, line, (1, COLUMNS), sheets.Link(text, "#全部需求"), sheets.LINK_FONT, sheets.LEFT)
    return line + 1


def _row(sheet: Worksheet, line: int, spans: Sequence[int], values: Sequence[object], *, head: bool = False) -> None:
    """A row of a table whose columns are each several columns of the sheet wide."""
    column = 1
    for span, value in zip(spans, values, strict=True):
        for place in range(column, column + span):
            cell = sheet.cell(line, place)
            cell.border = sheets.GRID
            if head:
                cell.fill = sheets.HEAD_FILL
            elif isinstance(value, str) and value in sheets.DECISION_FILLS:
                cell.fill = sheets.DECISION_FILLS[value]
        centred = head or isinstance(value, int) or span == 1
        font = sheets.HEAD_FONT if head else sheets.BODY_FONT
        _merged(sheet, line, (column, column + span - 1), value, font, sheets.CENTRED if centred else sheets.LEFT)
        column += span
    if head:
        sheet.row_dimensions[line].height = 24


def _charts(sheet: Worksheet, line: int, overview: Overview, days: Worksheet) -> int:
    """Progress and 领域 side by side, the table of the latter, and what colours mean; returns the last row."""
    if not overview.days:
        return _legend(sheet, line, 1)
    if len(overview.changes) > FEW_CHANGES:
        sheet.row_breaks.append(Break(id=line - 1))  # on paper the charts have a page of their own
    line = _heading(sheet, line, "报送进度和各领域需求")
    top, table = line, line + CHART_ROWS
    _row(sheet, table, FIELD_SPANS, ("所属领域", *list(sheets.DECISION_FILLS)[: len(SHOWN)], "合计"), head=True)
    last = table
    for last, field in enumerate(overview.fields, start=table + 1):
        _row(sheet, last, FIELD_SPANS, (field.name, *(n or None for n in field.counts), sum(field.counts)))
        sheet.row_dimensions[last].height = 18
    highest = max(day.total for day in overview.days)
    cells = charts.Range(days, 1, 1 + len(overview.days), 1, (4, 5))
    charts.place(sheet, charts.progress(cells, "报送进度（累计，项）", highest), (1, 5), (top, table - 2))
    if overview.fields:
        most = max(sum(field.counts) for field in overview.fields)
        cells = charts.Range(sheet, table, last, 1, (3, 4, 5, 6))
        chart = charts.stacked(cells, "各领域需求数（项）", charts.DECISION_COLOURS, most)
        charts.place(sheet, chart, (6, 10), (top, table - 2))
    return max(last, _legend(sheet, table, 9))


def _legend(sheet: Worksheet, line: int, column: int) -> int:
    """What the colours of all sheets mean, two columns wide; returns the last row."""
    meanings = (
        *sheets.DECISION_FILLS.items(),
        ("未报送、等待已久", sheets.STANDS_OUT_FILL),
        ("汇总表缺项", sheets.MISSING_FILL),
        ("请在此填写", sheets.TO_FILL),
    )
    for row, (word, fill) in enumerate((("颜色说明", sheets.HEAD_FILL), *meanings), start=line):
        for place in (column, column + 1):
            sheet.cell(row, place).fill, sheet.cell(row, place).border = fill, sheets.GRID
        _merged(sheet, row, (column, column + 1), word, sheets.BODY_FONT, sheets.CENTRED)
    return line + len(meanings)
