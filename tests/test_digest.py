"""The daily workbook and its mail: what changed, what stands out, where links lead; and nothing secret anywhere."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from desks import OFFICER, Line, letters_in, words, write_desk
from mails import BEIJING, UNIT
from mornings import (
    CHIFENG_UNIT,
    GOOD,
    MINE,
    SECRET_APPLICANT,
    SECRET_NAME,
    SLOPE,
    TAILINGS,
    first_day,
    second_day,
    send,
)
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from intake.pool import Bench
from replies.wording import decision_word
from rules.model import Decision
from store.made import sheets
from store.made.figures import Figures
from store.officers.acts import Act, decide
from store.officers.morning import send_digest
from store.queries import status_json

ORDER = ("汇总表", "全部需求", "待补正", "待复核", "限额使用", "报送情况", "来信登记")


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory, readers: Bench) -> Iterator[Line]:
    """The third morning: a digest after each of two days."""
    line = Line(write_desk(tmp_path_factory.mktemp("desk")), readers)
    for day, happens in ((2, first_day), (3, second_day)):
        happens(line)
        line.clock.at = datetime(2026, 6, day, 8, 30, tzinfo=BEIJING)
        with line.desk() as desk:
            send_digest(desk)
        line.run()
    return line


def workbook(line: Line, day: int = 3) -> Path:
    (path,) = (line.workspace.out / "digest").glob(f"2026-06-{day:02} *.xlsx")
    return path


@pytest.fixture(scope="module")
def book(morning: Line) -> Workbook:
    return load_workbook(workbook(morning))


def rows(sheet: Worksheet, header: int = 1) -> list[dict[str, object]]:
    lines = list(sheet.iter_rows(min_row=header, values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell) for line in sheet.iter_rows(values_only=True) for cell in line if cell is not None]


# --------------------------------------------------------------------------- the workbook


def test_the_sheets_stand_in_their_order_after_the_overview(book: Workbook) -> None:
    assert book.sheetnames[0] == "概览"
    assert tuple(name for name in book.sheetnames if name in ORDER) == ORDER


@pytest.mark.parametrize("name", ORDER)
def test_every_sheet_can_be_read_filtered_and_printed(book: Workbook, name: str) -> None:
    sheet = book[name]
    header = 4 if name == "汇总表" else 1
    assert sheet.freeze_panes
    assert sheet.freeze_panes.endswith(str(header + 1))
    assert sheet.auto_filter.ref.startswith(f"A{header}:")
    assert sheet.print_area
    page, a3, a4 = sheet.page_setup, 8, 9
    assert (page.orientation, page.fitToWidth, page.fitToHeight) == ("landscape", 1, 0)
    assert int(page.paperSize) == (a3 if name == "全部需求" else a4)
    for cell in sheet[header]:
        assert sheet.column_dimensions[get_column_letter(cell.column)].width >= 6


def test_every_text_has_the_lines_it_needs(morning: Line) -> None:
    sheet = load_workbook(workbook(morning, 2))["待补正"]
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            width = sheet.column_dimensions[get_column_letter(cell.column)].width
            needed = sheets.lines(str(cell.value or ""), width) * 13
            assert sheet.row_dimensions[cell.row].height >= needed, cell.coordinate


def test_a_chinese_character_takes_two_places_and_a_line_break_a_line() -> None:
    assert [sheets.lines(text, 22) for text in ("", "需求" * 4, "需求" * 6, "a" * 15, "一\n二\n三")] == [1, 1, 2, 1, 3]


def test_the_first_sheet_shows_the_five_numbers_of_the_status(morning: Line, book: Workbook) -> None:
    with morning.desk() as desk:
        counted = status_json(desk.db, desk.packs)["items"]
    shown = texts(book["概览"])
    for decision in (Decision.ACCEPTED, Decision.CORRECTION, Decision.HELD, Decision.REFUSED):
        place = shown.index(decision_word(decision))
        assert shown[place + 5] == str(counted[decision])
    assert "2 / 2" in shown
    assert any("截止还有 27 天（18 个工作日）" in text for text in shown)


def test_the_first_sheet_tells_which_demands_changed_since_the_last_digest(book: Workbook) -> None:
    sheet = book["概览"]
    changed = {
        line[0]: line for line in sheet.iter_rows(values_only=True) if re.fullmatch(r"GX2027-\d{4}", str(line[0]))
    }
    told = {number: [cell for cell in line if cell is not None] for number, line in changed.items()}
    assert told == {
        "GX2027-0002": ["GX2027-0002", UNIT, MINE, "报来第 2 版，需补正 → 受理", "受理"],
        "GX2027-0005": ["GX2027-0005", CHIFENG_UNIT, TAILINGS, "新报送，待复核", "待复核"],
    }
    assert any("上次日报 06月02日 08:30 以来" in text for text in texts(sheet))
    marked = {(r["编号"], r["版本"]): r["变化"] for r in rows(book["全部需求"]) if r["变化"]}
    assert marked == {("GX2027-0002", 2): "报来第 2 版，需补正 → 受理", ("GX2027-0005", 1): "新报送，待复核"}


def test_the_first_digest_of_all_tells_everything_as_new(morning: Line) -> None:
    shown = texts(load_workbook(workbook(morning, 2))["概览"])
    assert [text for text in shown if text.startswith("新报送")] == [
        "新报送，受理", "新报送，需补正", "新报送，待复核", "新报送，待复核",
    ]  # fmt: skip
    assert shown.count("首次统计") == 5


def test_charts_survive_being_read_again_and_draw_from_filled_cells(book: Workbook) -> None:
    titles = {}
    for sheet in book.worksheets:
        for chart in sheet._charts:
            (paragraph,) = chart.title.tx.rich.p
            titles[paragraph.r[0].t] = chart
    assert set(titles) == {"报送进度（累计，项）", "各领域需求数（项）", "限额使用（项）"}
    for chart in titles.values():
        assert chart.x_axis.delete is False
        for series in chart.series:
            for reference in (series.val.numRef.f, (series.cat.numRef or series.cat.strRef).f):
                name, _, cells = reference.replace("'", "").partition("!")
                values = [cell.value for line in book[name][cells.replace("$", "")] for cell in line]
                assert len(values) >= 2, reference
    fields = book["概览"]
    totals = [line for line in fields.iter_rows(values_only=True) if line[0] == "新能源领域"]
    assert totals[0][2] == 2
    assert totals[0][6] == 2


def test_progress_counts_each_day(book: Workbook) -> None:
    days = [tuple(row.values())[1:] for row in rows(book["报送进度"])]
    assert days[:2] == [(4, 0, 4, 2), (1, 1, 5, 2)]


def test_an_item_leads_to_its_file(morning: Line, book: Workbook) -> None:
    sheet = book["全部需求"]
    column = [cell.value for cell in sheet[1]].index("文件")
    cell = sheet[2][column]
    assert cell.value == "制氢.docx"
    assert (workbook(morning).parent / cell.hyperlink.target).resolve().read_bytes() == GOOD


def test_nothing_secret_stands_in_the_workbook_nor_does_anything_lead_to_it(morning: Line, book: Workbook) -> None:
    hidden = [line for line in book["全部需求"].iter_rows(min_row=2) if line[4].value == "（涉密，未显示）"]
    assert len(hidden) == 1
    assert not any(cell.hyperlink for cell in hidden[0])
    with zipfile.ZipFile(workbook(morning)) as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist())
    for word in (SECRET_NAME, SECRET_APPLICANT, "机密材料", "quarantine"):
        assert word.encode() not in everything


def test_units_that_sent_nothing_stand_out(morning: Line, book: Workbook) -> None:
    before = load_workbook(workbook(morning, 2))["报送情况"]
    for sheet, silent in ((before, {CHIFENG_UNIT}), (book["报送情况"], set())):
        found = {line[0].value for line in sheet.iter_rows(min_row=2) if line[0].fill.fgColor.rgb == "00FCE4D6"}
        assert found == silent
    (chifeng,) = (row for row in rows(before) if row["归口管理部门"] == CHIFENG_UNIT)
    assert (chifeng["报送情况"], chifeng["来信（封）"]) == ("未报送", 0)
    (baotou, chifeng) = rows(book["报送情况"])
    assert (baotou["汇总表"], baotou["受理"], baotou["待复核"], chifeng["汇总表"]) == ("已报", 2, 2, "未报")


def test_the_legend_explains_every_colour(book: Workbook) -> None:
    shown = texts(book["概览"])
    for word in (*sheets.DECISION_FILLS, "未报送、等待已久", "汇总表缺项"):
        assert word in shown


def test_libreoffice_opens_the_workbook_with_its_charts(morning: Line, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = (
        "soffice",
        "--headless",
        profile,
        "--convert-to",
        "ods",
        "--outdir",
        str(tmp_path),
        str(workbook(morning)),
    )
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (converted,) = tmp_path.glob("*.ods")
    with zipfile.ZipFile(converted) as parts:
        charts = [name for name in parts.namelist() if re.fullmatch(r"Object \d+/content.xml", name)]
    assert len(charts) == 3


# --------------------------------------------------------------------------- the mail


def digests(line: Line) -> list[str]:
    return [
        words(letter) for letter in letters_in(line.workspace.root) if letter["To"] == OFFICER and _is_digest(letter)
    ]


def _is_digest(letter: object) -> bool:
    return "征集日报" in str(letter["Subject"])  # type: ignore[index]


def test_the_mail_shows_five_numbers_as_a_table_and_what_changed(morning: Line) -> None:
    letter = [letter for letter in letters_in(morning.workspace.root) if _is_digest(letter)][-1]
    part = letter.get_body(("html",))
    assert part is not None
    html = part.get_content()
    cells = re.findall(r"<td[^>]*>\s*<div[^>]*>([^<]+)</div>\s*<div[^>]*>([^<]+)</div>\s*<div[^>]*>([^<]+)</div>", html)
    assert cells == [
        ("受理", "2", "较昨日 +1"), ("需补正", "0", "较昨日 -1"), ("待复核", "3", "较昨日 +1"),
        ("不予受理", "0", "与昨日持平"), ("已报送单位", "2 / 2", "较昨日 +1"),
    ]  # fmt: skip
    assert MINE in html
    assert TAILINGS in html
    assert "需补正 → 受理" in html
    assert SECRET_NAME not in html
    assert SLOPE not in html


def test_a_morning_after_nothing_happened_is_one_line_or_no_mail(tmp_path: Path, readers: Bench) -> None:
    for wanted, mails in (("true", 2), ("false", 1)):
        line = Line(write_desk(tmp_path / wanted, officers={"empty_digest": wanted}), readers)
        send(line, ("制氢.docx", GOOD))
        line.run()
        for day in (2, 3):
            line.clock.at = datetime(2026, 6, day, 8, 30, tzinfo=BEIJING)
            with line.desk() as desk:
                send_digest(desk)
            line.run()
        told = digests(line)
        assert len(told) == mails
    quiet = [letter for letter in letters_in(tmp_path / "true") if "（无变化）" in str(letter["Subject"])]
    assert len(quiet) == 1
    said = [text for text in words(quiet[0]).splitlines() if text.startswith("　　")]
    assert said == [
        "　　自上次日报以来，2027年度高新技术领域重大科技创新需求没有新的来信，也没有变化；"
        "受理 1，需补正 0，待复核 0，不予受理 0，已报送单位 1 / 2。"
    ]


# --------------------------------------------------------------------------- what counts as a change


def changed(line: Line) -> dict[str, str]:
    from store.made.briefing import changes, last_digest

    with line.desk() as desk:
        pack = desk.packs[0]
        found = changes(Figures(desk, pack), last_digest(desk, pack))
        return {change.item.demand.number: change.words for change in found}


def test_every_kind_of_change_is_told_once(tmp_path: Path, readers: Bench) -> None:
    line = Line(write_desk(tmp_path), readers)
    first_day(line)
    with line.desk() as desk:
        send_digest(desk)
    assert changed(line) == {}
    with line.desk() as desk:
        decide(desk, Act("GX2027-0003", Decision.ACCEPTED, "同意", "李艳丽"))
    send(line, subject="撤回 GX2027-0001", text="请撤回。")
    line.run(hours=1)
    assert changed(line) == {"GX2027-0001": "受理 → 已撤回", "GX2027-0003": "待复核 → 受理（人工决定）"}
    with line.desk() as desk:
        send_digest(desk)
    assert changed(line) == {}
    line.clock.at = datetime(2026, 7, 1, 9, tzinfo=BEIJING)
    send(line, ("尾矿.docx", GOOD), at=line.clock.at, subject="补报")
    line.run()
    assert list(changed(line).values()) == ["逾期报来第 2 版，不予受理"]
