"""The sheets 待补正 and 报送情况: what is open today, with what is wrong; what each unit itself has sent."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from builders import form_docx, row, summary_xlsx
from desks import MORNING, Line, drop, write_desk
from mails import UNIT, attached, mail
from mornings import MENDED, MINE, TABLE, WORDY, first_day, second_day, send
from openpyxl import load_workbook

from intake.pool import Bench
from store.officers.morning import digest_bytes

SHEET, PROBLEM = "待补正", 4


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Line:
    return Line(write_desk(tmp_path), readers)


def open_now(line: Line) -> dict[str, str]:
    """What the sheet shows: the problem by number (of a demand, or of a letter)."""
    with line.desk() as desk:
        book = load_workbook(io.BytesIO(digest_bytes(desk, desk.packs[0])))
    rows = list(book[SHEET].iter_rows(min_row=2, values_only=True))
    return {str(cells[0]): str(cells[PROBLEM]) for cells in rows if cells[0] != "（无）"}


def test_a_mended_demand_leaves_nothing_open(line: Line) -> None:
    first_day(line)
    assert set(open_now(line)) == {"GX2027-0002"}
    second_day(line)
    assert open_now(line) == {}


def test_a_file_that_cannot_be_read_stays_until_a_letter_without_faults(line: Line) -> None:
    send(line, ("运输.docx", WORDY), ("尾矿.docx", form_docx({"创新需求名称": "铅锌尾矿研究"})[:900]))
    line.run()
    found = open_now(line)
    assert set(found) == {"GX2027-0001", "GX2027-R0001"}
    assert "F003" in found["GX2027-R0001"]
    line.clock.at = line.clock.at.replace(hour=15)
    send(line, ("运输.docx", MENDED), at=line.clock.at)
    line.run()
    assert open_now(line) == {}


def test_demands_that_the_table_lists_are_awaited_until_they_come(line: Line) -> None:
    send(line, ("汇总表.xlsx", TABLE), ("运输.docx", MENDED))
    line.run()
    found = open_now(line)
    assert "2 项" in found["GX2027-R0001"]
    assert MINE not in found["GX2027-R0001"]
    line.clock.at = line.clock.at.replace(hour=15)
    send(line, ("汇总表（更正）.xlsx", summary_xlsx([row(1, MINE)])), at=line.clock.at, subject="更正汇总表，以此为准")
    line.run()
    assert open_now(line) == {}


def test_what_bears_a_units_name_falsely_is_not_its(line: Line) -> None:
    failed = "mail.example.gov.cn; spf=fail smtp.mailfrom=example.cn; dmarc=fail header.from=example.cn"
    raw = mail(
        attachments=[attached("运输.docx", MENDED)], received=MORNING, headers={"Authentication-Results": failed}
    )
    drop(line.workspace.root, raw)
    line.run()
    with line.desk() as desk:
        book = load_workbook(io.BytesIO(digest_bytes(desk, desk.packs[0])))
    rows = {cells[0]: cells[2:9] for cells in book["报送情况"].iter_rows(min_row=2, values_only=True)}
    assert rows[UNIT] == ("未报送", 0, *[None] * 5)
    assert [row[0].value for row in book["待复核"].iter_rows(min_row=2)] == ["GX2027-0001"]
