"""The officers' daily workbook as it goes out and comes back: the names by which its reader finds what was filled in.

Its sheets are looked up by these names and its columns by their headings, so that rows may be sorted, filtered and
moved about without harm. A hidden sheet bears the token, a hidden column the key of each row.
"""

from __future__ import annotations

from dataclasses import dataclass

HELD_SHEET, UNITS_SHEET, MARK_SHEET = "待复核", "报送情况", "识别码"
NUMBER, OPINION, REMARK, KEY = "编号", "处理意见", "说明", "识别码"
UNIT, PAPER = "归口管理部门", "纸质正式文件"
MARK = "zhengji-digest"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an officer wrote beside one row: its key, the visible number, the opinion and the remark as written."""

    key: str
    number: str
    opinion: str
    remark: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A daily workbook that came back: its token, the rows with an opinion or a remark, and what each unit's 纸质 says.

    ``papers`` are (unit, cell as written), blank ones left out.
    """

    token: str
    opinions: tuple[Opinion, ...] = ()
    papers: tuple[tuple[str, str], ...] = ()
