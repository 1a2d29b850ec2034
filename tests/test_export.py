"""What officers take away: the 汇总表 as an official document and as tables, the same rows in each."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from builders import COLUMNS, NAME
from desks import Line, write_desk
from docx import Document
from docx.oxml.ns import qn
from mails import UNIT
from mornings import MINE, first_day, second_day
from openpyxl import load_workbook

from intake.pool import Bench
from rules.packs.pack import load_pack
from store.made.export import NoSuchExport, export_items, export_ledger


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, readers: Bench) -> Line:
    line = Line(write_desk(tmp_path_factory.mktemp("desk")), readers)
    first_day(line)
    second_day(line)
    return line


def export(line: Line, path: Path, unit: str | None = None) -> Path:
    with line.desk() as desk:
        pack = desk.packs[0]
        export_ledger(desk, pack, desk.unit(unit, pack), path)
    return path


def test_every_format_holds_the_same_rows(line: Line, tmp_path: Path) -> None:
    sheet = load_workbook(export(line, tmp_path / "t.xlsx"))["汇总表"]
    (table,) = Document(str(export(line, tmp_path / "t.docx"))).tables
    of_csv = list(csv.reader(io.StringIO(export(line, tmp_path / "t.csv").read_text(encoding="utf-8-sig"))))
    of_json = json.loads(export(line, tmp_path / "t.json").read_text())
    of_xlsx = [["" if v is None else str(v) for v in row] for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert of_xlsx == [[cell.text for cell in row.cells] for row in table.rows[1:]] == of_csv[1:]
    assert of_csv[0] == list(COLUMNS)
    assert [row[2] for row in of_xlsx] == [row["name"] for row in of_json] == [NAME, MINE]
    assert of_xlsx[0][3:5] == ["王建国", "13800000001"]


def test_the_word_file_is_an_official_document_ready_for_the_seal(line: Line, tmp_path: Path) -> None:
    document = Document(str(export(line, tmp_path / "t.docx", UNIT)))
    page = document.sections[0]
    edges = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (297, 210)
    assert [round(edge.mm) for edge in edges] == [28, 26, 35, 37]  # the core of 156 × 225 mm, turned
    lines = [p.text for p in document.paragraphs if p.text]
    assert lines == [
        "附件 2", "科技重大创新需求汇总表", f"归口管理部门：{UNIT}（加盖公章）",
        "联系人：李娜　　　　联系电话：0472-5550001",
    ]  # fmt: skip
    title = document.paragraphs[1].runs[0]
    assert title._element.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    assert title.font.size.pt == 22
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert "PAGE" in page.footer._element.xml
    assert page.even_page_footer.paragraphs[0].text.startswith("— ")


def test_the_whole_table_names_the_office_and_its_telephone_apart(line: Line, tmp_path: Path) -> None:
    lines = [p.text for p in Document(str(export(line, tmp_path / "t.docx"))).paragraphs]
    assert "联系人：刘百里　　　　联系电话：0471-6328607" in lines


def test_items_of_one_unit_as_a_table(line: Line, tmp_path: Path) -> None:
    with line.desk() as desk:
        pack = desk.packs[0]
        assert export_items(desk, (pack,), desk.unit("赤峰市科学技术局", pack), tmp_path / "i.xlsx") == 1
    sheet = load_workbook(tmp_path / "i.xlsx")["全部需求"]
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.hyperlink]


def test_a_call_without_a_table_of_its_own_has_no_official_document(line: Line, tmp_path: Path) -> None:
    with line.desk() as desk, pytest.raises(NoSuchExport, match="没有印发汇总表"):
        export_ledger(desk, load_pack("sjtu-kjxm-2024"), None, tmp_path / "t.docx")
    with line.desk() as desk, pytest.raises(NoSuchExport, match="docx"):
        export_ledger(desk, desk.packs[0], None, tmp_path / "t.pdf")
    assert not list(tmp_path.iterdir())
