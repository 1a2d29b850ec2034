"""Native charts: each drawn from cells of the workbook, so that it follows whoever filters or corrects them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.axis import ChartLines, DateAxis
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

GREEN, AMBER, BLUE, RUST, GREY, INK = "70AD47", "F2B233", "5B9BD5", "C9572B", "D9D9D9", "1F4E79"
DECISION_COLOURS = (GREEN, AMBER, BLUE, RUST)  # in the order of ``queries.SHOWN``
QUOTA_COLOURS = (BLUE, RUST, GREY)  # used, waiting, left
Chart = BarChart | LineChart
FEW = 12  # an axis of small whole numbers counts by one


@dataclass(frozen=True, slots=True)
class Range:
    """Where the cells of a chart stand: the header row, the last row, the column of names, those of values."""

    sheet: Worksheet
    header: int
    last: int
    names: int
    values: tuple[int, ...]


def stacked(cells: Range, title: str, colours: Sequence[str], most: int) -> BarChart:
    """Lying bars, one a name, stacked by the values' columns; ``most`` is the longest bar."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "stacked", 100, 45
    _fill(chart, cells, colours)
    _titled(chart, title)
    chart.x_axis.scaling.orientation = "maxMin"  # the first name on top, as in the table
    chart.y_axis.crosses = "max"  # the numbers below
    names: Any = chart.x_axis
    names.tickLblSkip = 1  # every name is told
    _axes(chart, most)
    return chart


def progress(cells: Range, title: str, most: int) -> LineChart:
    """Lines over days, one a column of values."""
    chart = LineChart()
    chart.add_data(_values(cells, cells.values[0], cells.values[-1]), titles_from_data=True)
    chart.set_categories(_names(cells))
    for series, colour in zip(chart.series, (INK, GREEN), strict=True):
        series.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, w=28575))
        series.smooth, series.marker.symbol = False, "none"
    _titled(chart, title)
    chart.x_axis = DateAxis(crossAx=100, majorTimeUnit="days")
    chart.x_axis.number_format, chart.x_axis.majorUnit = "m/d", max(1, (cells.last - cells.header) // 7)
    chart.y_axis.crossAx = 500
    _axes(chart, most)
    return chart


def place(sheet: Worksheet, chart: Chart, columns: tuple[int, int], rows: tuple[int, int]) -> None:
    """Put a chart over the cells between columns and rows (from 1, the last ones included), room left for its words."""
    start = AnchorMarker(col=columns[0] - 1, row=rows[0] - 1)
    edge = min(0.13, 2.6 / (rows[1] - rows[0] + 1))  # for the title above, and for the legend below
    chart.layout = Layout(
        ManualLayout(xMode="edge", yMode="edge", layoutTarget="outer", x=0.02, y=edge, w=0.95, h=1 - 2 * edge)
    )
    anchored: Any = chart  # its anchor may be a cell's name, or two corners
    anchored.anchor = TwoCellAnchor(_from=start, to=AnchorMarker(col=columns[1], row=rows[1]))
    sheet.add_chart(chart)


def _titled(chart: Chart, title: str) -> None:
    words = CharacterProperties(sz=1200, b=True, solidFill="1F2933")
    run = RegularTextRun(rPr=words, t=title)
    chart.title = Title(tx=Text(rich=RichText(p=[Paragraph(r=[run])])), overlay=False)
    if chart.legend is not None:
        chart.legend.position = "b"


def _fill(chart: BarChart, cells: Range, colours: Sequence[str]) -> None:
    chart.add_data(_values(cells, cells.values[0], cells.values[-1]), titles_from_data=True)
    chart.set_categories(_names(cells))
    for series, colour in zip(chart.series, colours, strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
    chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)


def _values(cells: Range, first: int, last: int) -> Reference:
    return Reference(cells.sheet, min_col=first, max_col=last, min_row=cells.header, max_row=cells.last)


def _names(cells: Range) -> Reference:
    return Reference(cells.sheet, min_col=cells.names, min_row=cells.header + 1, max_row=cells.last)


def _axes(chart: Chart, most: int) -> None:
    """Both axes shown, faint lines, whole numbers."""
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format, chart.y_axis.scaling.min = "0", 0
    chart.y_axis.majorUnit = 1 if most < FEW else None
    for axis in (chart.x_axis, chart.y_axis):
        axis.txPr = RichText(
            p=[Paragraph(pPr=ParagraphProperties(defRPr=CharacterProperties(sz=900)), endParaRPr=None)]
        )
    lines = GraphicalProperties(ln=LineProperties(solidFill="E3E6EA"))
    chart.y_axis.majorGridlines = ChartLines(spPr=lines)
