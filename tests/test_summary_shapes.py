"""汇总表 as offices arrange them: headers over two rows, rows that head a group, sums, odd telephones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from summary_cases import CONTACT, FIRST, HEADER, SECOND, TITLE, UNIT, Row, in_sheet, in_word, names

TOP: Sequence[Row] = [(TITLE,), (UNIT,), (CONTACT,)]
EMPTY = [""] * 7
BROAD = (*HEADER[:3], "联系人信息", "", *HEADER[5:])
MERGED = ["D4:E4", *(f"{c}4:{c}5" for c in "ABCFGHI")]
SHAPES: dict[str, tuple[Sequence[Row], Sequence[str]]] = {
    "header over two rows": ([BROAD, ("", "", "", "联系人", "联系电话", *[""] * 4), FIRST, SECOND], MERGED),
    "other words in the second row": ([BROAD, ("", "", "", "姓名", "电话", *[""] * 4), FIRST, SECOND], MERGED),
    "groups over the whole row": (
        [HEADER, ("一、企业", "", *EMPTY), FIRST, ("二、高校", "", *EMPTY), SECOND],
        ["A5:I5", "A7:I7"],
    ),
    "groups in a column": ([HEADER, ("", "新能源领域", *EMPTY), FIRST, ("", "新材料领域", *EMPTY), SECOND], []),
    "sums between": ([HEADER, FIRST, ("小计", "", "", "", "", "", "800", "", ""), SECOND, ("合计", "", *EMPTY)], []),
    "header again": ([HEADER, FIRST, HEADER, SECOND], []),
    "blank rows": ([HEADER, FIRST, [""] * 9, [""] * 9, SECOND], []),
    "an example": ([HEADER, ("示例", "某公司", "某技术", "张某", "138", "新能源", "800", "", ""), FIRST, SECOND], []),
    "notes in the header": ([tuple(f"{name}\n（按通知填写）" for name in HEADER), FIRST, SECOND], []),
    "numbers of the columns": ([HEADER, tuple(f"（{n}）" for n in range(1, 10)), FIRST, SECOND], []),
    "longer words in the header": ([("序号", "报送单位名称", "需求名称", *HEADER[3:]), FIRST, SECOND], []),
    "contact and telephone in one": (
        [
            (*HEADER[:3], "联系人及联系电话", *HEADER[5:]),
            *((*r[:3], f"{r[3]} {r[4]}", *r[5:]) for r in (FIRST, SECOND)),
        ],
        [],
    ),
    "letters one below another": ([tuple("\n".join(name) for name in HEADER), FIRST, SECOND], []),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_arrangement_is_read_the_same(shape: str) -> None:
    rows, merged = SHAPES[shape]
    summary = in_sheet([*TOP, *rows], merged)
    assert summary is not None
    expected = [dict(zip((HEADER[:6]), line[:6], strict=True)) for line in (FIRST, SECOND)]
    assert [{k: r.cells[k] for k in HEADER[:6]} for r in summary.rows] == expected
    assert [r.cells["申请财政经费"] for r in summary.rows] == ["800", "650"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (15000001001, "15000001001"),
        ("0472-1234567转8001", "0472-1234567转8001"),
        ("15000001001\n0472-1234567", "15000001001 0472-1234567"),
    ],
)
def test_telephones_are_kept_as_written(written: object, read: str) -> None:
    summary = in_sheet([*TOP, HEADER, (*FIRST[:4], written, *FIRST[5:])])
    assert summary is not None
    assert summary.rows[0].cells["联系电话"] == read


def test_a_row_that_names_its_demand_alone_is_kept() -> None:
    assert names(in_sheet([*TOP, HEADER, FIRST, ("", "", "铜箔轧制", *[""] * 6)])) == ["电解水制氢", "铜箔轧制"]


def test_the_head_may_stand_in_a_small_table_of_its_own() -> None:
    head = [("归口管理部门", "包头市科学技术局", "联系人", "张三", "联系电话", "0472-1234567")]
    summary = in_word([TITLE], head, [HEADER, FIRST])
    assert summary is not None
    assert (summary.unit, summary.contact, summary.phone) == ("包头市科学技术局", "张三", "0472-1234567")
