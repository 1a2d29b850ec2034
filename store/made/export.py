"""What officers take away: the official 汇总表, whole or a unit's, and all items as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from openpyxl import Workbook

from replies.forms import SummaryHead, filled_summary
from rules.model import Unit
from rules.packs.call import CallPack
from store import queries
from store.desk import Desk
from store.made import sheets
from store.made.digest_rows import all_items
from store.made.ledger import LedgerHead, LedgerRow, ledger_cells, save_whole, write_ledger
from store.made.publish import ledger_head, ledger_rows
from store.whole import write_whole

FORMATS = ("xlsx", "docx", "csv", "json")


class NoSuchExport(ValueError):
    """A format that this export has none of; ``str()`` is one Chinese line."""


def export_ledger(desk: Desk, pack: CallPack, unit: Unit | None, path: Path) -> int:
    """Write the 汇总表 to ``path`` in the format of its suffix; returns how many demands stand in it."""
    rows, head = tuple(ledger_rows(desk, pack, unit)), ledger_head(desk, pack, unit)
    cells = [ledger_cells(number, row) for number, row in enumerate(rows, start=1)]
    match path.suffix:
        case ".xlsx":
            write_ledger(path, head, rows)
        case ".docx" if pack.summary is None:
            raise NoSuchExport("本征集的通知没有印发汇总表，不能导出为 docx；可以导出为 xlsx、csv、json")
        case ".docx":
            write_whole(path, ledger_document(pack, head, cells))
        case ".csv":
            write_whole(path, csv_bytes(head.columns, _texts(cells)))
        case ".json":
            write_whole(path, _json([_named(row) for row in rows]))
        case _:
            raise NoSuchExport(f"{path.name}：汇总表可以导出为 {'、'.join(FORMATS)}，请改文件名或用 --format 指定")
    return len(rows)


def ledger_document(pack: CallPack, head: LedgerHead, cells: Sequence[Sequence[object]]) -> bytes:
    """The 汇总表 in the form of the notice's annex, ready for the seal."""
    return filled_summary(pack, SummaryHead(head.unit, head.contact, head.phone), _texts(cells))


def export_items(desk: Desk, packs: Sequence[CallPack], unit: Unit | None, path: Path) -> int:
    """Write every version of every demand of the calls to ``path`` in the format of its suffix; returns how many."""
    stored = tuple(queries.items(desk.db, unit=unit.name if unit else ""))
    of_calls = [(pack, tuple(i for i in stored if i.call == pack.id)) for pack in packs]
    found = tuple(item for _, items in of_calls for item in items)
    each = [all_items(items, pack) for pack, items in of_calls]
    sheet = replace(each[0], rows=tuple(row for one in each for row in one.rows))
    match path.suffix:
        case ".xlsx":
            book = Workbook()
            book.remove(book.worksheets[0])
            sheets.fill(book.create_sheet(sheet.name), sheet)
            save_whole(book, path)
        case ".csv":
            write_whole(path, csv_bytes(sheet.header, _texts(sheet.rows)))
        case ".json":
            write_whole(path, _json(queries.items_json(found)))
        case _:
            raise NoSuchExport("全部需求只能导出为 xlsx、csv 或 json；docx 仅用于汇总表")
    return len(found)


def _texts(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def _named(row: LedgerRow) -> dict[str, object]:
    return asdict(row) | {"amount": None if row.amount is None else float(row.amount)}


def csv_bytes(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, so that Excel opens it as it is; a cell that Excel would take as a formula is quoted off."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([name.replace("\n", "") for name in header])
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()
