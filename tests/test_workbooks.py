"""The workbooks that officers open: the running 汇总表 and the daily digest."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from builders import COLUMNS, NAME, form_docx, row, summary_xlsx
from desks import UNITS, Line, drop, write_desk
from mails import UNIT, attached, mail
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from intake.pool import Bench
from replies.forms import filled_form
from rules.packs.pack import load_pack
from store.made.ledger import LedgerHead, LedgerRow, write_ledger
from store.made.publish import ledger_head, ledger_path, publish
from store.officers.morning import digest_bytes
from store.sample.texts import demo_demands

HEAD = LedgerHead("科技重大创新需求汇总表", "各归口管理部门", "刘百里", "0471-6328607", COLUMNS)
PACK = load_pack("nm-gxjs-2027")


def ledger(folder: Path, *rows: LedgerRow) -> Workbook:
    write_ledger(folder / "汇总表.xlsx", HEAD, rows)
    return load_workbook(folder / "汇总表.xlsx")


def demand(**more: object) -> LedgerRow:
    usual = {"unit": UNIT, "applicant": "内蒙古测试氢能装备有限公司", "name": NAME, "field": "新能源领域",
             "amount": Decimal(800), "contact": "王建国", "phone": "13800000001"}  # fmt: skip
    return LedgerRow(**{**usual, **more})  # type: ignore[arg-type]


def cells(sheet: Worksheet, line: int) -> list[object]:
    return [cell.value for cell in sheet[line]]


# --------------------------------------------------------------------------- 汇总表


def test_the_table_is_laid_out_as_the_notice_prints_it(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, demand(), demand(name="另一项"))["汇总表"]
    assert cells(sheet, 1)[0] == "科技重大创新需求汇总表"
    assert str(cells(sheet, 2)[0]).startswith("归口管理部门：各归口管理部门")
    assert cells(sheet, 3)[0] == "联系人：刘百里    联系电话：0471-6328607"
    assert cells(sheet, 4) == list(COLUMNS)
    assert cells(sheet, 5) == [
        1, "内蒙古测试氢能装备有限公司", NAME, "王建国", "13800000001", "新能源领域", 800, None, None,
    ]  # fmt: skip
    assert cells(sheet, 6)[0] == 2
    assert "A1:I1" in [str(merged) for merged in sheet.merged_cells.ranges]


def test_the_table_prints_on_a4_landscape_with_its_head_on_every_page(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, *(demand(name=f"需求{n}") for n in range(60)))["汇总表"]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.print_area.replace("$", "").endswith("A1:I64")
    assert sheet.freeze_panes == "D5"


@pytest.mark.parametrize("text", ["=1+1", "+86 139", "-100", "@SUM(A1)", '=HYPERLINK("http://x","点此")', "\t=1"])
def test_no_cell_is_a_formula_whatever_a_letter_says(tmp_path: Path, text: str) -> None:
    sheet = ledger(tmp_path, demand(name=text, applicant=text, note=text, contact=text, unit=text))["汇总表"]
    for cell in (sheet["B5"], sheet["C5"], sheet["D5"], sheet["I5"]):
        assert (cell.data_type, str(cell.value).strip()) == ("s", text.strip())
        assert cell.quotePrefix


def test_what_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, demand(name="氢\x00能\x0b\x1f\ufffe装备", note="字" * 40_000))["汇总表"]
    assert sheet["C5"].value == "氢能装备"
    assert len(str(sheet["I5"].value)) <= 32_767


def test_what_only_the_units_own_table_could_tell_is_coloured(tmp_path: Path) -> None:
    sheet = ledger(tmp_path, demand(), demand(name="未列入", listed=False, contact="", phone=""))["汇总表"]
    coloured = [[cell.column for cell in sheet[n] if cell.fill.fill_type] for n in (5, 6)]
    assert coloured == [[], [4, 5, 8, 9]]


def test_amounts_are_numbers_and_missing_ones_blank(tmp_path: Path) -> None:
    rows = [demand(amount=Decimal("800.5")), demand(amount=None), demand(amount=Decimal("1000"))]
    sheet = ledger(tmp_path, *rows)["汇总表"]
    assert [sheet.cell(n, 7).value for n in (5, 6, 7)] == [800.5, None, 1000]


def test_several_units_are_told_apart_on_a_sheet_of_their_own(tmp_path: Path) -> None:
    assert ledger(tmp_path, demand()).sheetnames == ["汇总表"]
    book = ledger(tmp_path, demand(), demand(name="二"), demand(unit="赤峰市科学技术局", name="三"))
    index = book["按归口管理部门"]
    assert [cells(index, n) for n in (2, 3)] == [[UNIT, 2, "1—2"], ["赤峰市科学技术局", 1, "3"]]


def test_a_table_that_cannot_take_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "汇总表.xlsx").mkdir()
    with pytest.raises(OSError, match="汇总表"):
        ledger(tmp_path, demand())
    assert [path.name for path in tmp_path.iterdir()] == ["汇总表.xlsx"]


# --------------------------------------------------------------------------- from the store


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Line:
    """Two units: one demand each accepted, one to be mended, one unit's row beside its demand."""
    line = Line(write_desk(tmp_path), readers)
    wordy = form_docx({"创新需求名称": "=露天矿无人运输系统研究"}, {"背景及需求": "字" * 301})
    table = summary_xlsx([row(1), row(2, "=露天矿无人运输系统研究")])
    files = [attached("氢能.docx", form_docx()), attached("矿山.docx", wordy), attached("汇总表.xlsx", table)]
    feed = demo_demands()["feed"]
    theirs = filled_form(PACK, feed.fields(UNITS[1].name), feed.sections())
    drop(tmp_path, mail(sender=UNITS[1].addresses[0], attachments=[attached("饲料.docx", theirs)],
                        message_id="<2@example.cn>"), "1")  # fmt: skip
    drop(tmp_path, mail(attachments=files), "2")
    line.run()
    return line


def test_the_published_table_goes_by_the_registers_order_of_units(line: Line) -> None:
    sheet = load_workbook(line.workspace.out / "汇总表.xlsx")["汇总表"]
    assert [cells(sheet, n)[2] for n in (5, 6)] == [NAME, demo_demands()["feed"].name]
    assert cells(sheet, 5)[3:5] == ["王建国", "13800000001"]
    assert (cells(sheet, 6)[3], sheet["D6"].fill.fill_type) == (None, "solid")
    assert sheet.max_row == 6


def test_the_table_is_written_anew_only_when_something_changed(line: Line) -> None:
    with line.desk() as desk:
        assert publish(desk) == ()
        ledger_path(desk, desk.packs[0]).unlink()
        assert len(publish(desk)) == 1
        head = ledger_head(desk, desk.packs[0], desk.units[1])
    assert (head.unit, head.contact, head.phone) == (UNITS[1].name, "王芳", "0476-5550002")


@pytest.fixture
def digest(line: Line) -> Workbook:
    with line.desk() as desk:
        return load_workbook(io.BytesIO(digest_bytes(desk, desk.packs[0])))


def test_the_digest_has_the_sheets_that_officers_look_for(digest: Workbook) -> None:
    wanted = ["汇总表", "全部需求", "待补正", "待复核", "限额使用", "报送情况", "来信登记"]
    assert [name for name in digest.sheetnames if name in wanted] == wanted
    assert cells(digest["汇总表"], 4) == list(COLUMNS)
    a4, a3 = 9, 8
    for name in wanted:
        sheet = digest[name]
        assert sheet.page_setup.orientation == "landscape", name
        assert int(sheet.page_setup.paperSize) == (a3 if name == "全部需求" else a4), name  # unreadably small on A4
        assert sheet.print_title_rows, name


def test_each_question_has_its_answer_in_the_digest(digest: Workbook) -> None:
    def text(name: str) -> str:
        return "\n".join(str(c) for r in digest[name].iter_rows(values_only=True) for c in r if c is not None)

    assert text("全部需求").count("GX2027-000") == 3
    assert "F022" in text("待补正")
    assert "露天矿" in text("待补正")
    assert "GX2027" not in text("待复核")
    assert UNIT in text("限额使用")
    assert "30" in text("限额使用")
    assert "GX2027-R0002" in text("来信登记")
    sent = {str(r[0]): r for r in digest["报送情况"].iter_rows(values_only=True)}
    assert 1 in sent[UNIT]


def test_the_digest_draws_native_charts(digest: Workbook) -> None:
    assert sum(len(sheet._charts) for sheet in digest.worksheets) >= 1


def test_no_cell_of_the_digest_is_a_formula(digest: Workbook) -> None:
    of_letters = [c for s in digest.worksheets for r in s.iter_rows() for c in r if "露天矿无人运输" in str(c.value)]
    assert of_letters
    assert {cell.data_type for cell in of_letters} == {"s"}
