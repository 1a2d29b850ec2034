"""The archive of a call: every accepted file renamed and filed by 领域 and unit, with 汇总表, receipts and manifest.

A zip where the path ends in ``.zip``, else a folder tree. What may not be handed on (macros, hostile files) stays out
and is named in the manifest; nothing secret is ever accepted, so none is here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from intake.letters.names import extension_of, safe_name
from rules.choices import chosen
from rules.model import Demand, Unit
from rules.packs.call import CallPack
from store.database import Row, moment
from store.desk import Desk
from store.made.export import NoSuchExport, csv_bytes, ledger_document
from store.made.figures import OTHER_FIELD, Figures
from store.made.ledger import ledger_bytes, ledger_cells
from store.made.publish import accepted, ledger_head, ledger_rows
from store.queries import Item
from store.views.reports import NO_UNIT
from store.whole import whole_file

KEPT_BACK = {"S002": "含宏、嵌入程序或外部模板，未放入", "S003": "可执行或有害，未放入"}
OURS = ("alert", "digest", "reminder", "combined")  # letters that are no receipts
MANIFEST, SUMS = "清单.csv", "SHA256SUMS.txt"
COLUMNS = (
    "编号", "版本", "所属领域", "归口管理部门", "申报单位", "需求名称", "归档文件", "SHA-256", "字节数", "收到时间",
    "来信编号", "说明",
)  # fmt: skip

Put = Callable[[str, bytes, datetime], None]  # name within the archive, content, time


@dataclass(frozen=True, slots=True)
class Archived:
    """What went into the archive, and which demands' files did not."""

    files: int
    kept_back: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """Where the file of a demand is filed and what it is; ``note`` why it is not (then without SHA-256 and size)."""

    item: Item
    field: str
    name: str
    sha256: str = ""
    size: int = 0
    note: str = ""


def export_archive(desk: Desk, pack: CallPack, unit: Unit | None, path: Path) -> Archived:
    """Write the archive of a call, or of one unit, to ``path``; one file at a time is in memory.

    Raises NoSuchExport where a folder of that name holds something already.
    """
    items = _accepted_items(desk, pack, unit)
    sums: list[tuple[str, str]] = []
    with (_zip if path.suffix == ".zip" else _folder)(path) as put:

        def keep(name: str, content: bytes, at: datetime) -> None:
            sums.append((hashlib.sha256(content).hexdigest(), name))
            put(name, content, at)

        filed = tuple(_file(desk, pack, item, keep) for item in items)
        _put_tables(desk, pack, unit, keep)
        for name, body, at in _receipts(desk, items):
            keep(f"回执/{name}", body, at)
        keep(MANIFEST, csv_bytes(COLUMNS, [_manifest_row(each, pack) for each in filed]), desk.db.clock())
        put(SUMS, "".join(f"{sha256}  {name}\n" for sha256, name in sums).encode(), desk.db.clock())
    return Archived(sum(not f.note for f in filed), tuple(f"{f.item.demand.number} {f.note}" for f in filed if f.note))


def _accepted_items(desk: Desk, pack: CallPack, unit: Unit | None) -> tuple[Item, ...]:
    """The items that stand in the 汇总表 (the unit's alone), by number."""
    items = (i for i in Figures(desk, pack).items if unit is None or i.unit == unit.name)
    return tuple(i for i in items if i.unit and not i.demand.isolated and tuple(accepted((i.demand,))))


def _file(desk: Desk, pack: CallPack, item: Item, keep: Put) -> Filed:
    """Put the file of one demand where it belongs."""
    demand = item.demand
    spec = pack.field_named(pack.subject_field)
    choice = chosen(spec, demand.form.value(spec.name)) if spec else None
    field = choice.name if choice else OTHER_FIELD
    filed = Filed(
        item, field, f"{_folder_name(field)}/{_folder_name(item.unit or NO_UNIT)}/{_name(desk, pack, demand)}"
    )
    codes = {f.code for f in (*demand.findings, *item.of_file)}
    kept_back = next((why for code, why in KEPT_BACK.items() if code in codes), "")
    if kept_back:
        return replace(filed, note=kept_back)
    try:
        content = desk.files.get(demand.sha256)
    except OSError:
        return replace(filed, note="原件已不在 files/ 中，未放入")
    keep(filed.name, content, demand.received)
    sha256 = hashlib.sha256(content).hexdigest()
    changed = "" if sha256 == demand.sha256 else "与收到时的 SHA-256 不符，请用备份核对"
    return replace(filed, sha256=sha256, size=len(content), note=changed)


def _name(desk: Desk, pack: CallPack, demand: Demand) -> str:
    """``GX2027-0001_申报单位_需求名称.docx``, safe on every system; the extension says what the file is."""
    row = desk.db.row(
        "SELECT d.type FROM items i JOIN documents d ON d.id = i.document_id WHERE i.number = ? AND i.version = ?",
        demand.number, demand.version,
    )  # fmt: skip
    written = extension_of(demand.document)
    kind = row["type"] if row else written
    ending = written if (kind, written) == ("doc", "wps") else kind or "docx"
    parts = (demand.number, pack.applicant_of(demand.form) or "未填申报单位", demand.name or "未填名称")
    return safe_name("_".join(part.replace("/", "-").replace("\\", "-") for part in parts)[:MOST_NAME] + f".{ending}")


MOST_NAME = 75  # characters: 225 bytes of UTF-8, and short enough for Windows' whole paths


def _folder_name(name: str) -> str:
    return safe_name(name.replace("/", "-").replace("\\", "-")[:MOST_NAME]) or "未填"


def _put_tables(desk: Desk, pack: CallPack, unit: Unit | None, keep: Put) -> None:
    rows, head, now = tuple(ledger_rows(desk, pack, unit)), ledger_head(desk, pack, unit), desk.db.clock()
    keep("汇总表.xlsx", ledger_bytes(head, rows), now)
    if pack.summary is not None:
        cells = [ledger_cells(number, row) for number, row in enumerate(rows, start=1)]
        keep("汇总表.docx", ledger_document(pack, head, cells), now)


def _receipts(desk: Desk, items: tuple[Item, ...]) -> Iterator[tuple[str, bytes, datetime]]:
    """The letters that told the units so: the answers to their mails, and notices of acceptance."""
    numbers, receipts = {i.demand.number for i in items}, {i.demand.receipt for i in items}
    told: dict[str, int] = {}
    for row in desk.db.rows("SELECT id, receipt, items, kind, decision, created_at FROM letters ORDER BY id"):
        if row["kind"] in OURS or not _is_receipt(row, numbers, receipts):
            continue
        body = desk.db.row("SELECT body FROM letters WHERE id = ? AND length(body) > 0", row["id"])
        if body is not None:
            named = row["receipt"] or "通知"
            told[named] = told.get(named, 0) + 1
            again = f"-{told[named]}" if told[named] > 1 else ""
            yield f"{named}{again}.eml", bytes(body["body"]), moment(row["created_at"])


def _is_receipt(row: Row, numbers: set[str], receipts: set[str]) -> bool:
    if row["kind"] == "answer" and row["receipt"] in receipts:
        return True
    return row["decision"] == "accepted" and any(f'"{number}"' in row["items"] for number in numbers)


def _manifest_row(filed: Filed, pack: CallPack) -> list[str]:
    d = filed.item.demand
    return [
        d.number, str(d.version), filed.field, filed.item.unit or "", pack.applicant_of(d.form), d.name,
        filed.name if filed.sha256 else "", filed.sha256, str(filed.size or ""), f"{d.received:%Y-%m-%d %H:%M:%S}",
        d.receipt, filed.note,
    ]  # fmt: skip


@contextmanager
def _zip(path: Path) -> Iterator[Put]:
    """A zip whose names every system reads; Word files are packed already and are stored as they are."""
    with whole_file(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: bytes, at: datetime) -> None:
            info = zipfile.ZipInfo(name, at.timetuple()[:6])
            packed = name.endswith((".docx", ".xlsx"))
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)

        yield put


@contextmanager
def _folder(path: Path) -> Iterator[Put]:
    """A folder tree that takes its place when it is whole."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise NoSuchExport(f"{path} 已有内容，不会覆盖；请另指定一个空文件夹，或以 .zip 结尾的文件名")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:40]}-"))

    def put(name: str, content: bytes, at: datetime) -> None:
        place = unfinished / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        os.utime(place, (at.timestamp(), at.timestamp()))

    try:
        yield put
        if path.exists():
            path.rmdir()
        unfinished.replace(path)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
