"""What an officer does at the desk: opens the morning's workbook, fills in cells, sends it back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime

from desks import OFFICER, Line
from mails import attached, mail
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from store.officers.morning import send_digest

HELD, UNITS = "待复核", "报送情况"
Filled = Mapping[str, tuple[str, str]]


def digest(line: Line, officer: str = OFFICER) -> bytes:
    """The workbook of a digest that is written now for that officer, out of its letter."""
    from desks import parsed

    with line.desk() as desk:
        send_digest(desk)
        row = desk.db.row(
            "SELECT body FROM letters WHERE kind = 'digest' AND recipient = ? ORDER BY id DESC LIMIT 1", officer
        )
    assert row is not None
    (part,) = parsed(bytes(row["body"])).iter_attachments()
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def sheet_rows(content: bytes, name: str = HELD) -> list[dict[str, object]]:
    """The rows of a sheet, each cell under its heading."""
    sheet = load_workbook(io.BytesIO(content))[name]
    lines = sheet.iter_rows(values_only=True)
    header = [str(cell) for cell in next(lines)]
    return [dict(zip(header, line, strict=True)) for line in lines]


def filled(content: bytes, opinions: Filled | None = None, papers: Mapping[str, object] | None = None) -> bytes:
    """The workbook with opinions and remarks by number, and days of the stamped papers by unit."""
    book = load_workbook(io.BytesIO(content))
    for number, (opinion, remark) in (opinions or {}).items():
        _fill(book[HELD], "编号", number, {"处理意见": opinion, "说明": remark})
    for unit, day in (papers or {}).items():
        _fill(book[UNITS], "归口管理部门", unit, {"纸质正式文件": day})
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Worksheet, key: str, value: str, cells: Mapping[str, object]) -> None:
    header = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[header.index(key)].value == value)
    for name, content in cells.items():
        row[header.index(name)].value = content


def sent_back(
    content: bytes, received: datetime, *, sender: str = OFFICER, n: int = 900, headers: Mapping[str, str] | None = None
) -> bytes:
    """An officer's mail with the workbook."""
    return mail(
        sender=sender,
        sender_name="高新处",
        subject="回复：【征集日报】",
        text="处理意见见附件。",
        attachments=[attached("日报.xlsx", content)],
        received=received,
        message_id=f"<{n}@example.gov.cn>",
        headers=headers,
    )
