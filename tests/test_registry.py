"""The register of units and the reference lists: read exactly, errors with row and column."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from builders import plain_docx
from openpyxl import Workbook, load_workbook
from states import PACK
from store_builders import Bench

from rules.senders import find_sender
from store.record import act_transaction
from store.registers import registry
from store.registers.lists import ListError
from store.registers.reference_lists import Entry, entries, import_reference
from store.registers.register_file import quota_of, read_register, with_warnings, write_default_register, write_register

HEADER = "归口管理部门,类别,邮箱,限额,联系人,联系电话,备注"
BAOTOU = "包头市科学技术局,呼包鄂,kjj@baotou.example.cn,,王立新,0472-5550000,"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def register(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "registry.csv"
    path.write_bytes("\n".join((header, *rows)).encode(encoding))
    return path


def complaint(folder: Path, *rows: str, header: str = HEADER) -> str:
    with pytest.raises(ListError) as caught:
        read_register(register(folder, *rows, header=header))
    assert "\n" not in str(caught.value)
    return str(caught.value)


class TestReading:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
    def test_csv_in_every_usual_encoding(self, tmp_path: Path, encoding: str) -> None:
        (unit,) = read_register(register(tmp_path, BAOTOU, encoding=encoding)).units
        assert (unit.name, unit.category, unit.limit) == ("包头市科学技术局", "呼包鄂", None)
        assert (unit.contact, unit.phone) == ("王立新", "0472-5550000")

    def test_a_workbook_with_a_title_above_and_columns_in_another_order(self, tmp_path: Path) -> None:
        book = Workbook()
        sheet = book.worksheets[0]
        for row in (
            ["登记册"],
            [],
            ["类别", "归口管理部门", "限 额", "邮箱地址"],
            ["高校", "内蒙古大学", 12.0, "@IMU.edu.cn"],
        ):
            sheet.append(row)
        book.save(tmp_path / "r.xlsx")
        (unit,) = read_register(tmp_path / "r.xlsx").units
        assert (unit.name, unit.limit, unit.domains) == ("内蒙古大学", 12, ("imu.edu.cn",))

    @pytest.mark.parametrize("between", [";", "；", ",", "，", "、", "\n", " ；\n "])
    def test_addresses_are_split_by_every_usual_mark(self, tmp_path: Path, between: str) -> None:
        (unit,) = read_register(register(tmp_path, f'甲局,盟市,"A@x.cn{between}＠Y.cn",,,,')).units
        assert (unit.addresses, unit.domains) == (("a@x.cn",), ("y.cn",))

    def test_an_exact_address_wins_over_a_domain(self, tmp_path: Path) -> None:
        units = read_register(register(tmp_path, "甲局,盟市,@x.cn,,,,", "乙局,盟市,b@x.cn,,,,")).units
        assert [u.name for u in find_sender("B@X.cn", units).units] == ["乙局"]
        assert [u.name for u in find_sender("c@x.cn", units).units] == ["甲局"]
        assert not find_sender("c@sub.x.cn", units).registered

    def test_aliases_are_optional(self, tmp_path: Path) -> None:
        header = "归口管理部门,类别,邮箱,别名"
        (unit,) = read_register(register(tmp_path, "甲局,盟市,,甲科技局、老甲局", header=header)).units
        assert unit.aliases == ("甲科技局", "老甲局")

    def test_blank_rows_are_no_units(self, tmp_path: Path) -> None:
        assert len(read_register(register(tmp_path, "", BAOTOU, ",,,,,,")).units) == 1


class TestErrors:
    @pytest.mark.parametrize("domain", ["@163.com", "@QQ.com", "@vip.qq.com", "@foxmail.com", "@139.com"])
    def test_domains_of_public_mail_services_are_refused_with_the_row(self, tmp_path: Path, domain: str) -> None:
        line = complaint(tmp_path, BAOTOU, f"甲局,盟市,{domain},,,,")
        assert "registry.csv：第 3 行“邮箱”列" in line
        assert "公共邮箱" in line

    def test_an_address_there_is_allowed(self, tmp_path: Path) -> None:
        (unit,) = read_register(register(tmp_path, "甲局,盟市,jia@163.com,,,,")).units
        assert unit.addresses == ("jia@163.com",)

    @pytest.mark.parametrize(
        ("row", "place", "words"),
        [
            ("甲局,盟市,没有邮箱,,,,", "第 2 行“邮箱”列", "没有邮箱"),
            ("甲局,盟市,a@,,,,", "第 2 行“邮箱”列", "a@"),
            ("甲局,盟市,,三十,,,", "第 2 行“限额”列", "三十"),
            ("甲局,盟市,,-1,,,", "第 2 行“限额”列", "-1"),
            (",盟市,a@x.cn,,,,", "第 2 行“归口管理部门”列", "补上"),
        ],
    )
    def test_row_and_column_are_named(self, tmp_path: Path, row: str, place: str, words: str) -> None:
        line = complaint(tmp_path, row)
        assert place in line
        assert words in line

    def test_a_unit_twice_is_refused(self, tmp_path: Path) -> None:
        assert "第 3 行" in complaint(tmp_path, BAOTOU, BAOTOU)

    def test_a_missing_column_is_named(self, tmp_path: Path) -> None:
        assert "“邮箱”" in complaint(tmp_path, "甲局,盟市", header="归口管理部门,类别")

    def test_no_header_no_file_and_other_files(self, tmp_path: Path) -> None:
        assert "没有表头" in complaint(tmp_path, header="甲,乙")
        (tmp_path / "r.xlsx").write_bytes(b"PK no workbook")
        (tmp_path / "r.docx").write_bytes(b"")
        (tmp_path / "long.csv").write_text("归口管理部门,类别,邮箱\n" + "局" * 140_000 + ",盟市,\n", "utf-8")
        write_register(tmp_path / "whole.xlsx", ())
        with ZipFile(tmp_path / "whole.xlsx") as whole, ZipFile(tmp_path / "cut.xlsx", "w") as cut:
            for part in whole.namelist():
                cut.writestr(part, whole.read(part)[: 200 if "sheet1" in part else None])
        told = {"none.csv": "没有这个文件", "r.xlsx": "另存为", "cut.xlsx": "另存为", "r.docx": "只能读"}
        for name, words in (told | {"long.csv": "第 2 行"}).items():
            with pytest.raises(ListError, match=words):
                read_register(tmp_path / name)


class TestQuota:
    @pytest.mark.parametrize(
        ("category", "limit"),
        [
            ("呼包鄂", 30),
            ("盟市", 25),
            ("部门", 25),
            ("自治区部门", 25),
            ("高校", 20),
            ("高等院校", 20),
            ("科研院所", 20),
            ("中央驻区企事业单位", None),
            ("没有这一类", None),
        ],
    )
    def test_a_blank_limit_takes_the_calls_figure(self, tmp_path: Path, category: str, limit: int | None) -> None:
        (unit,) = read_register(register(tmp_path, f"甲局,{category},,,,,")).units
        assert quota_of(unit, PACK) == limit

    def test_a_limit_of_its_own_holds(self, tmp_path: Path) -> None:
        (unit,) = read_register(register(tmp_path, "甲局,盟市,,3项,,,")).units
        assert quota_of(unit, PACK) == 3

    def test_an_unknown_category_is_a_warning(self, tmp_path: Path) -> None:
        read = with_warnings(read_register(register(tmp_path, BAOTOU, "甲局,民企,,,,,")), [PACK])
        (warning,) = read.warnings
        assert "甲局" in warning
        assert "民企" in warning


class TestInTheStore:
    def test_it_is_read_again_when_it_changes_and_only_then(self, bench: Bench) -> None:
        path = register(bench.folder, BAOTOU)
        assert len(registry.load_register(bench.db, path, [PACK]).units) == 1
        register(bench.folder, BAOTOU, "甲局,民企,,,,,")
        for _ in range(2):
            read = registry.load_register(bench.db, path, [PACK])
            assert (len(read.units), len(read.warnings)) == (2, 1)
        reads = bench.db.row("SELECT count(*) AS n FROM events WHERE kind = 'register_read'")
        assert reads is not None
        assert reads["n"] == 2

    def test_a_spoilt_file_is_told_and_the_copy_of_before_stays(self, bench: Bench) -> None:
        path = register(bench.folder, BAOTOU)
        registry.load_register(bench.db, path, [PACK])
        register(bench.folder, "甲局,盟市,@qq.com,,,,")
        with pytest.raises(ListError):
            registry.load_register(bench.db, path, [PACK])
        assert [u.name for u in registry.registered(bench.db)] == ["包头市科学技术局"]

    def test_an_approved_address_belongs_to_its_unit_and_stays(self, bench: Bench) -> None:
        path = register(bench.folder, BAOTOU)
        units = registry.load_register(bench.db, path, [PACK]).units
        with act_transaction(bench.db, bench.files, "刘百里"):
            registry.approve(bench.db, " New@X.cn ", registry.find_unit("包头市科技局", units, [PACK]), "刘百里")
        register(bench.folder, BAOTOU + "改")
        units = registry.load_register(bench.db, path, [PACK]).units
        assert find_sender("new@x.cn", units).units[0].name == "包头市科学技术局"
        assert registry.approvals(bench.db)[0].officer == "刘百里"

    def test_a_unit_that_is_not_there_is_told_with_the_nearest(self, bench: Bench) -> None:
        units = registry.load_register(bench.db, register(bench.folder, BAOTOU), [PACK]).units
        with pytest.raises(ListError, match="是否应为 包头市科学技术局"):
            registry.find_unit("包头科学局", units, [PACK])

    def test_import_checks_first_keeps_the_old_one_and_takes_over(self, bench: Bench) -> None:
        target = bench.folder / "registry.xlsx"
        write_default_register(target, PACK)
        before = target.read_bytes()
        with pytest.raises(ListError):
            registry.import_register(bench.db, register(bench.folder, "甲局,盟市,@qq.com,,,,"), target, [PACK])
        assert target.read_bytes() == before
        registry.import_register(bench.db, register(bench.folder, BAOTOU, encoding="gbk"), target, [PACK])
        assert (bench.folder / "registry.xlsx.bak").read_bytes() == before
        (unit,) = registry.load_register(bench.db, target, [PACK]).units
        assert unit.addresses == ("kjj@baotou.example.cn",)

    def test_paper(self, bench: Bench) -> None:
        (unit,) = registry.load_register(bench.db, register(bench.folder, BAOTOU), [PACK]).units
        for day in (1, 2):
            registry.note_paper(bench.db, PACK.id, unit, date(2026, 6, day))
        assert registry.papers(bench.db, PACK.id) == {"包头市科学技术局": date(2026, 6, 2)}


def test_the_first_register_holds_the_units_of_the_notice(tmp_path: Path) -> None:
    path = tmp_path / "registry.xlsx"
    write_default_register(path, PACK)
    units = read_register(path).units
    assert len(units) == 185
    assert all(u.addresses == u.domains == () for u in units)
    noted = {u.name: u.note for u in units}
    assert (noted["呼和浩特市科学技术局"], noted["包头市科学技术局"]) == ("", "待核实")
    sheet = load_workbook(path).worksheets[0]
    assert [c.value for c in sheet[1]][:7] == HEADER.split(",")
    assert sheet.freeze_panes
    with pytest.raises(FileExistsError):
        write_default_register(path, PACK)


class TestReferenceLists:
    def test_a_list_is_stored_and_importing_it_again_changes_nothing(self, bench: Bench) -> None:
        path = bench.folder / "funded.csv"
        path.write_text("名称,年度,承担单位,内容\n电堆研制,2025,某公司,高温电堆\n", encoding="utf-8")
        assert [import_reference(bench.db, path, "funded") for _ in range(2)] == [1, 1]
        assert entries(bench.db, "funded") == (Entry("电堆研制", "2025", "某公司", "高温电堆"),)
        assert entries(bench.db, "guide") == ()

    def test_a_row_without_a_name_is_told(self, bench: Bench) -> None:
        path = bench.folder / "funded.csv"
        path.write_text("名称,年度\n甲,2025\n,2024\n", encoding="utf-8")
        with pytest.raises(ListError, match="第 3 行“名称”列"):
            import_reference(bench.db, path, "funded")

    def test_a_guide_in_word_gives_its_directions(self, bench: Bench) -> None:
        path = bench.folder / "guide.docx"
        lines = (
            "2026年度项目指南",
            "一、新能源领域",
            "1. 大功率电解槽",
            "研究大功率电解槽的关键技术。",
            "考核指标：若干。",
        )
        path.write_bytes(plain_docx(*lines, "2. 储能系统集成", "研究储能系统。"))
        assert import_reference(bench.db, path, "guide") == 2
        assert entries(bench.db) == (
            Entry("大功率电解槽", content="研究大功率电解槽的关键技术。\n考核指标：若干。"),
            Entry("储能系统集成", content="研究储能系统。"),
        )

    def test_a_file_that_is_no_word_document(self, bench: Bench) -> None:
        (bench.folder / "guide.docx").write_bytes(b"PK\x03\x04 broken")
        with pytest.raises(ListError, match="Word"):
            import_reference(bench.db, bench.folder / "guide.docx", "guide")
