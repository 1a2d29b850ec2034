"""What a demand was found to be like, side by side with it: for officers alone, never for a letter to a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.model import Demand
from rules.similar.resemblance import shared_passages
from store import unitstate
from store.database import Database, Row
from store.made.sheets import SheetRows
from store.neighbours import title_of
from store.registers.reference_lists import entries

SHEET = "相近内容"
COLUMNS = (
    "编号", "归口管理部门", "需求名称", "相近于", "重合度", "部分", "本项内容", "对方内容", "相同之处",
)  # fmt: skip
WIDTHS = (14, 20, 26, 28, 8, 16, 50, 50, 40)
NOTHING_SHARED = "（没有八字以上相同的语句）"


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a demand beside what the other says there, and the passages that stand in both."""

    name: str
    own: str
    other: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """A demand and one that it is like: ``other`` names it (number, unit and name, or the entry of a list)."""

    demand: Demand
    unit: str
    other: str
    score: float
    parts: tuple[Part, ...]


def alike(db: Database, number: str = "", call: str = "") -> tuple[Alike, ...]:
    """What current demands were found to be like: one demand, or all of a call that are not withdrawn."""
    rows = db.rows(
        "SELECT l.*, i.version, coalesce(i.unit, i.sender) AS unit FROM likenesses l JOIN items i"
        " ON i.number = l.number AND i.current = 1 WHERE i.withdrawn = 0 AND i.secret = 0"
        " AND (?1 = '' OR l.number = ?1) AND (?2 = '' OR l.call = ?2) ORDER BY i.ordinal, l.score DESC",
        number, call,
    )  # fmt: skip
    return tuple(found for row in rows if (found := _alike(db, row)))


def _alike(db: Database, row: Row) -> Alike | None:
    (demand,) = unitstate.demands(db, "i.number = ? AND i.version = ?", row["number"], row["version"])
    if row["code"] == "P003":
        text = next((f"{e.name}\n{e.content}" for e in entries(db) if title_of(e) == row["other"]), "")
        parts = tuple(_parts(demand, {}, text))
        return Alike(demand, row["unit"], row["other"], row["score"], parts)
    versions = unitstate.demands(db, "i.number = ? AND i.secret = 0", row["other"])
    if not versions:
        return None
    other = next((d for d in versions if d.current), versions[-1])
    owner = db.row("SELECT coalesce(unit, sender) AS unit FROM items WHERE number = ?", row["other"])
    named = f"{other.number} {owner['unit'] if owner else ''}「{other.name}」"
    texts = {name: section.text for name, section in other.form.sections.items()}
    return Alike(demand, row["unit"], named, row["score"], tuple(_parts(demand, texts, "")))


def _parts(demand: Demand, texts: dict[str, str], whole: str) -> Iterator[Part]:
    """The sections that share something with the same one of the other, or with the whole text of an entry."""
    for name, section in demand.form.sections.items():
        other = texts.get(name, whole)
        shared = shared_passages(section.text, other)
        if shared:
            yield Part(name, section.text, other, shared)


def alike_lines(found: tuple[Alike, ...]) -> Iterator[str]:
    """The same for a terminal; a text is shown once."""
    for each in found:
        yield f"与{each.other}相近，重合度 {each.score:.0%}："
        if not each.parts:
            yield f"  {NOTHING_SHARED}"
        shown = ""
        for part in each.parts:
            yield f"  {part.name}"
            if part.own == part.other:
                yield f"    两者全文相同：{part.own}"
                continue
            yield f"    本项：{part.own}"
            if part.other != shown:
                yield f"    对方：{part.other}"
            yield f"    相同：{'／'.join(part.shared)}"
            shown = part.other


def alike_sheet(found: tuple[Alike, ...]) -> SheetRows:
    """The same for the daily workbook: a row for each part that both have in common."""
    rows: list[tuple[object, ...]] = []
    for each in found:
        head = (each.demand.number, each.unit, each.demand.name, each.other, f"{each.score:.0%}")
        rows += [(*head, p.name, p.own, p.other, "\n".join(p.shared)) for p in each.parts]
        if not each.parts:
            rows.append((*head, "", "", "", NOTHING_SHARED))
    return SheetRows(SHEET, COLUMNS, WIDTHS, tuple(rows))
