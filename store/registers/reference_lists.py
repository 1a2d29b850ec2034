"""Lists of what demands must not repeat: funded projects, published guides (P003)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from intake.model import Limits, Paragraph, Table
from rules.folding import fold
from store.database import Database
from store.events import About, note
from store.record import immediate
from store.registers.lists import Columns, ListError, read_lines

Kind = Literal["funded", "guide"]
COLUMNS = Columns(
    names=("名称", "年度", "承担单位", "内容"),
    required=("名称",),
    aliases={
        "项目名称": "名称",
        "需求名称": "名称",
        "指南名称": "名称",
        "方向": "名称",
        "年份": "年度",
        "立项年度": "年度",
        "项目承担单位": "承担单位",
        "牵头单位": "承担单位",
        "研究内容": "内容",
        "主要内容": "内容",
        "简介": "内容",
    },
)
# A guide's directions are numbered: 方向1、(一)、1.、1.1 …; what follows belongs to the direction above it.
HEADING = re.compile(
    r"^\s*(?:方向\s*[0-9一二三四五六七八九十]+|[（(][0-9一二三四五六七八九十]+[)）]|[0-9]+(?:[.．][0-9]+)*|[一二三四五六七八九十]+)"
    r"\s*[、.．：:）)]?\s*(?=[^\s0-9])"
)
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: a funded project or a direction of a guide."""

    name: str
    year: str = ""
    holder: str = ""
    content: str = ""


def import_reference(db: Database, path: Path, kind: Kind) -> int:
    """Add a list to the store; an entry that is there already is brought up to date. Returns how many were read.

    Raises ListError: the file cannot be read, or there is no entry in it.
    """
    entries = read_entries(path)
    if not entries:
        raise ListError(f"{path.name}：没有读到任何条目，请检查文件内容")
    with immediate(db):
        db.connection.executemany(
            "INSERT INTO reference_entries (kind, name, year, holder, content, source, imported_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, name, year, holder) DO UPDATE"
            " SET content = excluded.content, source = excluded.source, imported_at = excluded.imported_at",
            [(kind, e.name, e.year, e.holder, e.content, path.name, db.stamp()) for e in entries],
        )
        note(db, "reference_imported", About(), detail={"kind": kind, "entries": len(entries), "file": path.name})
    return len(entries)


def entries(db: Database, kind: Kind | None = None) -> tuple[Entry, ...]:
    """The entries on file, of one kind or of both, in the order of their import."""
    rows = db.rows(
        "SELECT name, year, holder, content FROM reference_entries WHERE ?1 IS NULL OR kind = ?1 ORDER BY id", kind
    )
    return tuple(Entry(**dict(row)) for row in rows)


def read_entries(path: Path) -> tuple[Entry, ...]:
    """The entries of a list (.xlsx, .csv with 名称, 年度, 承担单位, 内容) or of a guide (.docx)."""
    return tuple(_of_guide(path) if path.suffix.lower() == ".docx" else _of_list(path))


def _of_list(path: Path) -> Iterator[Entry]:
    for line in read_lines(path, COLUMNS):
        name = line.cells.get("名称", "")
        if not name:
            raise ListError(f"{path.name}：第 {line.number} 行“名称”列：没有填写，请补上或删去这一行")
        cells = (line.cells.get(column, "") for column in ("年度", "承担单位", "内容"))
        yield Entry(name, *cells)


def _of_guide(path: Path) -> Iterator[Entry]:
    """Each numbered direction of a guide with the text under it, or each row of a table that has our columns."""
    name, text = "", list[str]()
    for block in _blocks(path):
        if isinstance(block, Table):
            yield from _of_table(block)
            continue
        heading = _heading(block)
        if heading:
            if name and text:
                yield Entry(name, content="\n".join(text))
            name, text = heading, []
        elif block.text.strip():
            text.append(block.text.strip())
    if name and text:
        yield Entry(name, content="\n".join(text))


def _blocks(path: Path) -> tuple[Paragraph | Table, ...]:
    from intake.documents.word import read_word
    from intake.files.ooxml import WordUnreadable

    try:
        return read_word(path.read_bytes(), Limits()).blocks
    except FileNotFoundError as error:
        raise ListError(f"{path.name}：没有这个文件，请检查路径") from error
    except (OSError, WordUnreadable) as error:
        raise ListError(f"{path.name}：不是能打开的 Word 文件，请去掉密码或另存为 .docx") from error


def _heading(paragraph: Paragraph) -> str:
    """The direction that a paragraph names, ``""`` where it names none."""
    text = paragraph.text.strip()
    printed = HEADING.match(text)
    name = text[printed.end() :] if printed else text if paragraph.number else ""
    return name.rstrip("。：:") if fold(name) and len(name) <= LONGEST_NAME else ""


def _of_table(table: Table) -> Iterator[Entry]:
    rows = [[cell.text.strip() for cell in row if not cell.continued] for row in table.rows]
    header = [COLUMNS.official(cell) for cell in rows[0]] if rows else []
    if "名称" not in header:
        return
    for row in rows[1:]:
        cells = {name: cell for name, cell in zip(header, row, strict=False) if name}
        if cells.get("名称"):
            yield Entry(cells["名称"], cells.get("年度", ""), cells.get("承担单位", ""), cells.get("内容", ""))
