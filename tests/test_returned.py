"""The officers' daily workbook when it comes back: found by its hidden mark, whatever was sorted, moved or saved as."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from builders import row, summary_xlsx
from mails import attached, mail
from openpyxl import Workbook

from intake.model import Kind, Limits
from intake.reader import read_submission
from intake.tables.workbook import Opinion, Returned
from rules.packs.pack import load_pack

LAYOUTS = (load_pack("nm-gxjs-2027").layout,)
HELD = ("编号", "需求名称或来信", "处理意见", "说明", "识别码")
UNITS = ("归口管理部门", "纸质正式文件")


def workbook(
    held: Sequence[Sequence[object]], units: Sequence[Sequence[object]] = (), *, token: str = "t0", mark: bool = True
) -> bytes:
    book = Workbook()
    book.active.title = "汇总表"
    for name, header, rows in (("待复核", HELD, held), ("报送情况", UNITS, units)):
        sheet = book.create_sheet(name)
        for line in (header, *rows):
            sheet.append(list(line))
    if mark:
        sheet = book.create_sheet("识别码")
        sheet["A1"], sheet["A2"], sheet.sheet_state = "zhengji-digest", token, "veryHidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def returned(content: bytes) -> Returned | None:
    submission = read_submission(mail(attachments=[attached("日报.xlsx", content)]), LAYOUTS, Limits())
    (document,) = submission.documents
    assert document.summary is None
    return document.returned


def test_only_what_was_filled_in_is_read() -> None:
    rows = [
        ("GX2027-0001", "甲", "受理", None, "GX2027-0001/1"),
        ("GX2027-0002", "乙", None, None, "GX2027-0002/1"),
        ("GX2027-0003", "丙", " 退回补正 ", "请补充\n指标", "GX2027-0003/2"),
    ]
    found = returned(workbook(rows, [("包头市科学技术局", "2026-06-20"), ("通辽市科学技术局", None)]))
    assert found == Returned(
        "t0",
        (
            Opinion("GX2027-0001/1", "GX2027-0001", "受理", ""),
            Opinion("GX2027-0003/2", "GX2027-0003", "退回补正", "请补充指标"),
        ),
        (("包头市科学技术局", "2026-06-20"),),
    )


def test_rows_that_were_moved_down_are_found() -> None:
    book = workbook(
        [("说明：请办理", None, None, None, None), ("GX2027-0009", "丁", "不予受理", "重复", "GX2027-0009/1")]
    )
    found = returned(book)
    assert found is not None
    assert [o.key for o in found.opinions] == ["GX2027-0009/1"]


@pytest.mark.parametrize(
    "content", [workbook([], mark=False), summary_xlsx([row()])], ids=["no mark", "a unit's table"]
)
def test_a_workbook_without_the_mark_is_none(content: bytes) -> None:
    submission = read_submission(mail(attachments=[attached("日报.xlsx", content)]), LAYOUTS, Limits())
    assert [d.returned for d in submission.documents] == [None]


def test_the_table_in_a_returned_workbook_is_no_table_of_a_unit() -> None:
    submission = read_submission(mail(attachments=[attached("日报.xlsx", workbook([]))]), LAYOUTS, Limits())
    assert submission.documents[0].kind is Kind.OTHER
    assert submission.documents[0].returned == Returned("t0")
