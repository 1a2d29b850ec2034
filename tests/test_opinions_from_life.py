"""Workbooks as officers really send them back: renamed, copied and sorted sheets, other formats, their own words."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from desks import OFFICER, Line, drop, write_desk
from mails import SENDER, UNIT, attached, mail
from officers import HELD, digest, filled, sent_back
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from test_opinions import LONG, answer, last_to, report, states, to

from intake.pool import Bench
from intake.tables.workbook import Opinion
from rules.model import Unit
from store.officers.opinion_words import meant
from store.registers.register_file import write_register
from store.registers.registry import ListError, find_unit

FIRST, SECOND, THIRD = "GX2027-0001", "GX2027-0002", "GX2027-0003"


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Line:
    """Three demands wait."""
    write_register(tmp_path / "registry.xlsx", [Unit(UNIT, "呼包鄂", None, (SENDER,))])
    line = Line(write_desk(tmp_path), readers)
    for n in (1, 2, 3):
        report(line, n, **LONG)
    return line


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def written(sheet: Worksheet, opinions: dict[str, str], header: int = 1) -> None:
    """Write opinions beside numbers, wherever the columns stand."""
    names = [cell.value for cell in sheet[header]]
    for row in sheet.iter_rows(min_row=header + 1):
        if row[names.index("编号")].value in opinions:
            row[names.index("处理意见")].value = opinions[row[names.index("编号")].value]


@pytest.mark.parametrize(
    ("opinion", "remark", "word", "reason"),
    [
        (" 受 理 ", "", "受理", ""), ("同意受理！", "", "受理", ""), ("退回　补正", "周期", "退回补正", "周期"),
        ("不予受理：与指南方向不符", "", "不予受理", "与指南方向不符"),
        ("退回补正（写明周期）", "请尽快", "退回补正", "写明周期；请尽快"),
        ("受里", "", "", ""), ("同意，但须补正", "", "", ""), ("受理（补正后）", "", "", ""),
        ("不予受理，改退回补正", "", "", ""),
        ("", "同意受理", "", "同意受理"),
    ],
)  # fmt: skip
def test_opinions_as_people_write_them(opinion: str, remark: str, word: str, reason: str) -> None:
    found = meant(Opinion("", FIRST, opinion, remark))
    assert found.word == word
    assert found.reason == (reason if word else remark)


def test_what_is_not_understood_is_listed(line: Line) -> None:
    answer(line, filled(digest(line), {FIRST: ("受里", ""), SECOND: ("", "同意受理"), THIRD: ("受理", "")}))
    assert states(line) == {FIRST: "held", SECOND: "held", THIRD: "accepted"}
    told = last_to(line, OFFICER)
    assert "未办理（2项）" in told
    assert "受里｜处理意见为空或无法识别" in told


def test_the_number_counts_where_the_hidden_keys_were_left_behind(line: Line) -> None:
    """Sorted without the hidden column, every key stands beside another demand."""
    book = load_workbook(io.BytesIO(digest(line)))
    sheet = book[HELD]
    visible = [[cell.value for cell in row[:-1]] for row in sheet.iter_rows(min_row=2)]
    for row, values in enumerate(reversed(visible), start=2):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column).value = value
    written(sheet, {FIRST: "受理"})
    answer(line, saved(book))
    assert states(line) == {FIRST: "accepted", SECOND: "held", THIRD: "held"}


def test_renamed_and_copied_sheets_are_read_and_contradictions_left(line: Line) -> None:
    book = load_workbook(io.BytesIO(digest(line)))
    sheet = book[HELD]
    copy = book.copy_worksheet(sheet)
    sheet.title = "待复核（处长已阅）"
    sheet.delete_cols(sheet.max_column)  # the hidden keys
    sheet.insert_rows(1)
    sheet["A1"] = "请阅示"
    sheet.insert_cols(2)
    written(sheet, {FIRST: "受理", SECOND: "受理"}, header=2)
    written(copy, {SECOND: "继续待核", THIRD: "受理"})
    answer(line, saved(book))
    assert states(line) == {FIRST: "accepted", SECOND: "held", THIRD: "accepted"}
    assert "同一事项填了不同的处理意见" in last_to(line, OFFICER)


def test_an_old_excel_file_of_another_program_is_read(line: Line, tmp_path: Path) -> None:
    source = tmp_path / "日报.xlsx"
    source.write_bytes(filled(digest(line), {SECOND: ("受理", "")}))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ("soffice", "--headless", profile, "--convert-to", "xls", "--outdir", str(tmp_path), str(source))
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    answer(line, (tmp_path / "日报.xls").read_bytes())
    assert states(line) == {FIRST: "held", SECOND: "accepted", THIRD: "held"}


def test_two_workbooks_in_one_mail_are_both_looked_at(line: Line) -> None:
    old = filled(digest(line), {FIRST: ("受理", "")})
    stray = load_workbook(io.BytesIO(filled(digest(line), {SECOND: ("受理", "")})))
    stray["识别码"]["A2"] = "nobodys"
    books = [attached("昨日.xlsx", old), attached("别处.xlsx", saved(stray)),
             attached("今日.xlsx", filled(digest(line), {THIRD: ("受理", "")}))]  # fmt: skip
    drop(
        line.workspace.root, mail(sender=OFFICER, subject="Re: 日报", attachments=books, received=line.clock.at), "900"
    )
    line.run(minutes=5)
    assert states(line) == {FIRST: "accepted", SECOND: "held", THIRD: "accepted"}
    assert to(line, OFFICER) == ["【办理结果】GX2027-R0004 已办理2项，未办理1项"]
    assert "识别码无效" in last_to(line, OFFICER)


def test_a_workbook_in_an_archive_is_read(line: Line) -> None:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("日报.xlsx", filled(digest(line), {FIRST: ("受理", "")}))
    drop(line.workspace.root, sent_back(buffer.getvalue(), line.clock.at), "900")
    line.run(minutes=5)
    assert states(line)[FIRST] == "accepted"


def test_a_name_for_two_units_is_none() -> None:
    units = (Unit("包头市科学技术局", "呼包鄂", None), Unit("赤峰市科学技术局", "盟市", None))
    assert find_unit("包头科技局", units, ()) == units[0]
    with pytest.raises(ListError, match="包头市科学技术局、赤峰市科学技术局，请只写其中一个"):
        find_unit("包头市科技局、赤峰市科技局", units, ())
