"""What makes the daily workbook answerable: drop-downs, cells to fill in, hidden keys, and the token that knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from intake.tables import workbook
from store.made.sheets import TO_FILL
from store.officers.held import HeldRow

LONGEST_LIST = 255  # characters that Excel takes as a list written into the cell's rule
FIRST = 2  # the row below the header
HOW = "可从下拉框选择；未登记的发信人可填“登记为：归口管理部门名称”。"
DAY = "填写收到纸质正式文件的日期，例如 2026-06-20；只填“已收”的，按来信当日登记。"


def hide_keys(book: Workbook) -> None:
    """Keep the keys of 待复核 out of sight."""
    held = book[workbook.HELD_SHEET]
    held.column_dimensions[get_column_letter(_column(held, workbook.KEY))].hidden = True


def make_answerable(book: Workbook, token: str, rows: Iterable[HeldRow]) -> None:
    """Let the officer who gets this token fill in 待复核 and 报送情况; for the next one only the token is changed."""
    if workbook.MARK_SHEET not in book.sheetnames:
        held, units = book[workbook.HELD_SHEET], book[workbook.UNITS_SHEET]
        _offer_opinions(held, {row.key: row.offers for row in rows})
        _tint(held, workbook.OPINION, workbook.REMARK)
        _ask_for_days(units)
        _tint(units, workbook.PAPER)
        book.create_sheet(workbook.MARK_SHEET).sheet_state = "veryHidden"
    mark = book[workbook.MARK_SHEET]
    mark["A1"], mark["A2"] = workbook.MARK, token


def _column(sheet: Worksheet, heading: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def _offer_opinions(sheet: Worksheet, offers: Mapping[str, tuple[str, ...]]) -> None:
    """A drop-down for each row; whatever else is written is taken too, for a unit may be named freely."""
    key, opinion = _column(sheet, workbook.KEY), _column(sheet, workbook.OPINION)
    lists: dict[str, DataValidation] = {}
    for row in range(FIRST, sheet.max_row + 1):
        offered = ",".join(offers.get(str(sheet.cell(row, key).value), ()))
        if not offered or len(offered) > LONGEST_LIST:
            continue
        if offered not in lists:
            lists[offered] = DataValidation(
                type="list", formula1=f'"{offered}"', allow_blank=True, showErrorMessage=False
            )
            lists[offered].promptTitle, lists[offered].prompt = workbook.OPINION, HOW
            lists[offered].showInputMessage = True
            sheet.add_data_validation(lists[offered])
        lists[offered].add(sheet.cell(row, opinion))


def _ask_for_days(sheet: Worksheet) -> None:
    rule = DataValidation(showErrorMessage=False, showInputMessage=True, promptTitle=workbook.PAPER, prompt=DAY)
    letter = get_column_letter(_column(sheet, workbook.PAPER))
    rule.add(f"{letter}{FIRST}:{letter}{max(FIRST, sheet.max_row)}")
    sheet.add_data_validation(rule)


def _tint(sheet: Worksheet, *headings: str) -> None:
    for heading in headings:
        for row in range(FIRST, sheet.max_row + 1):
            cell = sheet.cell(row, _column(sheet, heading))
            cell.fill = TO_FILL
