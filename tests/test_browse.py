"""Looking at the store in a browser: the prepared queries answer over a real store, and only on this machine."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest
from desks import Line, write_desk
from mails import UNIT
from mornings import CHIFENG_UNIT, MINE, first_day, second_day

from intake.pool import Bench
from rules.packs.pack import load_pack
from store.database import StoreError
from store.views import browse

PACK = load_pack("nm-gxjs-2027")


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, readers: Bench) -> Line:
    line = Line(write_desk(tmp_path_factory.mktemp("desk")), readers)
    first_day(line)
    return line


def answers(line: Line, name: str, **values: str) -> list[dict[str, object]]:
    """What a prepared query tells of the store, opened as Datasette opens it: for reading only."""
    (query,) = (q for q in browse.queries(PACK) if q.title == name)
    connection = sqlite3.connect(f"file:{line.workspace.db}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(query.sql, values)]
    finally:
        connection.close()


def test_demands_by_unit_and_by_field(line: Line) -> None:
    (unit,) = answers(line, "按单位")
    assert unit == {
        "归口管理部门": UNIT, "受理": 1, "需补正": 1, "待复核": 2, "不予受理": 0, "已撤回": 0, "合计": 4,
    }  # fmt: skip
    assert {row["所属领域"]: row["合计"] for row in answers(line, "按领域")} == {
        "新能源领域": 2, "煤炭清洁高效利用领域": 1, "（未填）": 1,
    }  # fmt: skip


def test_open_corrections_say_what_must_be_mended(line: Line) -> None:
    (open_one,) = answers(line, "待补正")
    assert open_one["需求名称"] == MINE
    assert str(open_one["须改正"]).startswith("F022 ")


def test_a_letter_or_an_item_is_followed_from_its_arrival(line: Line) -> None:
    letter = [row["经过"] for row in answers(line, "来信全程", number=" gx2027-r0001 ")]
    assert letter[0] == "收到来信并登记"
    assert letter[-1] == "去信已送达对方邮件服务器"
    assert {row["结论"] for row in answers(line, "来信全程", number="GX2027-0002")} >= {"需补正"}
    second_day(line)
    course = answers(line, "来信全程", number="GX2027-0002")
    assert {(row["版本"], row["结论"]) for row in course if row["版本"]} >= {(1, "需补正"), (2, "受理")}
    assert [row["归口管理部门"] for row in answers(line, "按单位")] == [UNIT, CHIFENG_UNIT]


def test_only_who_holds_the_printed_address_may_look(line: Line) -> None:
    told = browse.metadata("zhengji", PACK)
    assert told["allow"] == {"id": "root"}
    assert set(told["databases"]["zhengji"]["queries"]) == {"units", "fields", "corrections", "course"}
    assert told["databases"]["_internal"] == {"allow": False}
    for query in browse.queries(PACK):  # the first page leads to each
        assert f'<a href="/zhengji/{query.name}">{query.title}</a>' in told["description_html"]
    tables = {row[0] for row in sqlite3.connect(line.workspace.db).execute("SELECT name FROM sqlite_master")}
    assert set(told["databases"]["zhengji"]["tables"]) <= tables


def test_without_datasette_one_line_says_how_to_get_it(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasette.cli", None)
    with pytest.raises(StoreError, match=r"pip install '\.\[browse\]'"):
        browse.browse(line.workspace, 8001, lambda: None)


def test_an_empty_workspace_has_nothing_to_browse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import ModuleType

    stand_in = ModuleType("datasette.cli")
    stand_in.cli = None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "datasette", ModuleType("datasette"))
    monkeypatch.setitem(sys.modules, "datasette.cli", stand_in)
    with pytest.raises(StoreError, match="zhengji once"):
        browse.browse(write_desk(tmp_path), 8001, lambda: None)
