"""The archive: accepted files renamed and filed, receipts, 汇总表 and manifest; what may not be handed on stays out."""

from __future__ import annotations

import csv
import email
import hashlib
import io
import subprocess
import zipfile
from pathlib import Path

import pytest
from builders import NAME, form_docx, with_parts
from desks import Line, write_desk
from docx import Document
from mails import SENDER, UNIT
from mornings import GOOD, MENDED, MINE, SECRET_NAME, first_day, second_day, send
from openpyxl import load_workbook

from intake.pool import Bench
from rules.model import Decision
from store.made.archive import Archived, export_archive
from store.made.export import NoSuchExport
from store.officers.acts import Act, decide

FIELD = "新能源领域"
FIRST = f"{FIELD}/{UNIT}/GX2027-0001_内蒙古测试氢能装备有限公司_{NAME}.docx"
SECOND = f"{FIELD}/{UNIT}/GX2027-0002_内蒙古测试氢能装备有限公司_{MINE}.docx"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, readers: Bench) -> Line:
    """Two demands accepted (one in its second version), others held, one of them secret."""
    line = Line(write_desk(tmp_path_factory.mktemp("desk")), readers)
    first_day(line)
    second_day(line)
    return line


def archive(line: Line, path: Path, unit: str | None = None) -> Archived:
    with line.desk() as desk:
        pack = desk.packs[0]
        return export_archive(desk, pack, desk.unit(unit, pack), path)


@pytest.fixture(scope="module")
def files(line: Line, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = tmp_path_factory.mktemp("archive") / "归档.zip"
    assert archive(line, path).files == 2
    with zipfile.ZipFile(path) as made:
        assert made.testzip() is None
        return {name: made.read(name) for name in made.namelist()}


def manifest(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["清单.csv"].decode("utf-8-sig"))))


def test_every_accepted_file_is_filed_under_its_new_name_as_it_came(files: dict[str, bytes]) -> None:
    forms = {name: content for name, content in files.items() if name.startswith(FIELD)}
    assert forms == {FIRST: GOOD, SECOND: MENDED}


def test_the_manifest_tells_of_each_file_where_it_came_from_and_its_sum(files: dict[str, bytes]) -> None:
    first, second = manifest(files)
    assert (first["编号"], first["版本"], first["需求名称"], first["归档文件"]) == ("GX2027-0001", "1", NAME, FIRST)
    assert (second["版本"], second["来信编号"], second["说明"]) == ("2", "GX2027-R0003", "")
    for row in (first, second):
        assert row["SHA-256"] == hashlib.sha256(files[row["归档文件"]]).hexdigest()
        assert int(row["字节数"]) == len(files[row["归档文件"]])


def test_the_sums_are_those_that_sha256sum_checks(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    command = ("sha256sum", "--strict", "--check", "SHA256SUMS.txt")
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert checked.stdout.count(": OK") == len(files) - 1


def test_the_receipts_are_the_letters_that_told_the_units(files: dict[str, bytes]) -> None:
    receipts = {name: email.message_from_bytes(content) for name, content in files.items() if name.startswith("回执/")}
    assert set(receipts) == {"回执/GX2027-R0001.eml", "回执/GX2027-R0003.eml"}
    assert {str(letter["To"]) for letter in receipts.values()} == {SENDER}
    assert receipts["回执/GX2027-R0003.eml"]["X-Zhengji-Decision"] == "accepted"


def test_the_tables_lie_beside(files: dict[str, bytes]) -> None:
    sheet = load_workbook(io.BytesIO(files["汇总表.xlsx"]))["汇总表"]
    named = [line[2] for line in sheet.iter_rows(min_row=5, values_only=True)]
    (table,) = Document(io.BytesIO(files["汇总表.docx"])).tables
    assert named == [row.cells[2].text for row in table.rows[1:]] == [NAME, MINE]


def test_nothing_secret_and_nothing_held_is_in_it(files: dict[str, bytes]) -> None:
    everything = "\n".join(files) + files["清单.csv"].decode()
    assert SECRET_NAME not in everything
    assert "GX2027-0003" not in everything


def test_one_units_archive_holds_its_own_alone(line: Line, tmp_path: Path) -> None:
    with line.desk() as desk:
        decide(desk, Act("GX2027-0005", Decision.ACCEPTED, "同意", ""))
    line.run()
    assert archive(line, tmp_path / "all.zip").files == 3
    assert archive(line, tmp_path / "one.zip", "赤峰市科学技术局").files == 1
    with zipfile.ZipFile(tmp_path / "one.zip") as made:
        names = made.namelist()
    assert sum(name.startswith("矿产资源开发利用领域/赤峰市科学技术局/GX2027-0005_") for name in names) == 1
    assert not any(UNIT in name for name in names)
    assert [name for name in names if name.startswith("回执/")] == ["回执/GX2027-R0004.eml", "回执/GX2027-R0004-2.eml"]


def test_without_zip_it_is_a_folder_tree_and_a_full_folder_is_left_alone(line: Line, tmp_path: Path) -> None:
    target = tmp_path / "归档"
    archive(line, target)
    assert (target / FIRST).read_bytes() == GOOD
    assert {p.name for p in tmp_path.iterdir()} == {"归档"}
    (target / "我的.txt").write_text("mine")
    with pytest.raises(NoSuchExport, match="已有内容"):
        archive(line, target)
    assert (target / "我的.txt").read_text() == "mine"


def test_names_are_safe_on_every_system(tmp_path: Path, readers: Bench) -> None:
    line = Line(write_desk(tmp_path), readers)
    wild = "../../氢/电:耦合\\系统*研究?" + "很长的名称" * 40
    send(line, ("制氢.docx", form_docx({"创新需求名称": wild, "申报单位": "CON<内蒙古>|公司"})))
    line.run()
    with line.desk() as desk:
        decide(desk, Act("GX2027-0001", Decision.ACCEPTED, "同意", ""))
    archive(line, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        (name,) = (n for n in made.namelist() if n.endswith(".docx") and "GX2027" in n)
    assert name.count("/") == 2
    assert not set('\\:*?"<>|') & set(name)
    assert ".." not in name.split("/")
    assert name.rsplit("/", 1)[1].startswith("GX2027-0001_CON")
    assert name.endswith(".docx")
    assert max(len(part.encode()) for part in name.split("/")) <= 255


def test_a_file_with_macros_stays_out_even_when_an_officer_accepts_the_demand(tmp_path: Path, readers: Bench) -> None:
    line = Line(write_desk(tmp_path), readers)
    send(line, ("制氢.docx", with_parts(GOOD, {"word/vbaProject.bin": b"macro"})))
    line.run()
    with line.desk() as desk:
        decide(desk, Act("GX2027-0001", Decision.ACCEPTED, "同意", ""))
    made = archive(line, tmp_path / "a.zip")
    assert (made.files, made.kept_back) == (0, ("GX2027-0001 含宏、嵌入程序或外部模板，未放入",))
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        assert not any("GX2027-0001" in name for name in opened.namelist())
        (row,) = manifest({"清单.csv": opened.read("清单.csv")})
    assert (row["归档文件"], row["SHA-256"], row["说明"]) == ("", "", "含宏、嵌入程序或外部模板，未放入")


def test_a_lost_file_is_named_and_does_not_stop_the_others(tmp_path: Path, readers: Bench) -> None:
    line = Line(write_desk(tmp_path), readers)
    first_day(line)
    with line.desk() as desk:
        (item,) = desk.db.rows("SELECT sha256 FROM items WHERE number = 'GX2027-0001'")
        desk.files.path(item["sha256"]).unlink()
    assert archive(line, tmp_path / "a.zip").kept_back == ("GX2027-0001 原件已不在 files/ 中，未放入",)
