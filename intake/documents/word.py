"""A .docx as typed blocks, as Word shows it (contract, section 5: text as Word shows it)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from intake.documents.numbering import Numbering, W
from intake.documents.runs import (
    ALTERNATIVES,
    CONTROL,
    SHOWN_WRAPPERS,
    Context,
    LineReader,
    chosen,
    control_content,
    is_prompt,
    loose_fields,
)
from intake.documents.styles import Styles, is_on
from intake.files.active import active_in_word
from intake.files.ooxml import Package, WordDamaged, WordHostile, WordLocked, WordUnreadable, parse_xml
from intake.model import Block, Cell, Limits, Paragraph, Table, WordText

__all__ = ["WordDamaged", "WordHostile", "WordLocked", "WordUnreadable", "read_word"]

CHUNK = f"{W}altChunk"
_VAL = f"{W}val"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NOTE_KINDS = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"


def read_word(data: bytes, limits: Limits) -> WordText:
    """Read a .docx (or .docm, .dotx) package.

    Raises WordDamaged, WordLocked, or WordHostile (sizes and DOCTYPE are looked at before anything is unpacked).
    """
    package = Package(data, limits)
    package.check_declarations()
    return _Document(package, limits).read()


@dataclass(frozen=True, slots=True)
class _Open:
    """A paragraph whose mark is deleted or hidden: the next paragraph goes on in the same line."""

    text: str
    number: str
    anchor: int


class _Document:
    """One package while it is read."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._relations = package.relations(package.main)
        self._styles = Styles(lambda: package.read(self._part("styles")), parse_xml)
        self._numbers: Numbering | None = None
        self._notes: dict[str, dict[str, etree._Element]] = {}
        self._anchors: dict[etree._Element, int] = {}
        self._context = Context(self._styles.hidden, self._note)

    def read(self) -> WordText:
        source = self._package.read(self._package.main) or b""
        root = self._package.parse(source)
        bodies = root.findall(f"{W}body")
        if not bodies:
            raise WordDamaged("文件不完整，缺少正文")
        self._anchors = {p: place for place, p in enumerate(root.iter(f"{W}p"))}
        self._context = replace(self._context, loose=loose_fields(root), bare=_runs_are_bare(source))
        blocks = tuple(block for body in bodies for block in self._story(body))
        self._context = replace(self._context, bare=False)
        margins = tuple(self._margins())
        return WordText(blocks, margins, active_in_word(self._package, self._relations, root))

    def _part(self, kind: str) -> str:
        """The part of a kind, by relation, or by its usual name where the relation is missing."""
        named = (r.target for r in self._relations.values() if r.kind == kind and not r.external)
        return next(named, f"word/{kind}.xml")

    def _margins(self) -> Iterator[str]:
        """The text of each header and footer."""
        kinds = ("header", "footer")
        parts = [r.target for r in self._relations.values() if r.kind in kinds and not r.external]
        parts = parts or [n for n in self._package.names if n.startswith(("word/header", "word/footer"))]
        for part in dict.fromkeys(parts):
            root = self._package.xml(part)
            if root is None:
                continue
            marks = [e.get("string") or "" for e in root.iter(_TEXT_PATH)]  # a watermark is drawn text
            text = "\n".join([*(_plain(b) for b in self._story(root)), *dict.fromkeys(marks)]).strip()
            if text:
                yield text

    def _note(self, reference: str, key: str) -> etree._Element | None:
        kind = _NOTE_KINDS[reference]
        if kind not in self._notes:
            root = self._package.xml(self._part(kind))
            self._notes[kind] = {e.get(f"{W}id") or "": e for e in root} if root is not None else {}
        return self._notes[kind].pop(key, None)  # once: a note that refers to itself must not go round

    # ------------------------------------------------------------------ blocks

    def _story(self, parent: etree._Element, anchor: int = -1) -> tuple[Block, ...]:
        """The blocks of a body, cell, text box or note; ``anchor`` is where its paragraphs stand if nowhere else."""
        reader = LineReader(self._context)
        return tuple(self._blocks(parent, reader, anchor))

    def _blocks(self, parent: etree._Element, reader: LineReader, anchor: int) -> Iterator[Block]:
        waiting: _Open | None = None
        for element, _ in flow(parent):
            if element.tag == f"{W}p":
                line = reader.read(element)
                place = self._anchors.get(element, anchor)
                joined = self._open(element, line.text, place, waiting)
                waiting = joined if _mark_is_gone(element) else None
                if waiting is None:
                    yield Paragraph(joined.text, joined.number, joined.anchor)
                for story in line.stories:
                    yield from self._story(story, place)
            elif element.tag == f"{W}tbl":
                yield from _flushed(waiting)
                waiting = None
                yield self._table(element, reader, anchor)
            elif element.tag == CHUNK:
                yield from _flushed(waiting)
                waiting = None
                yield from self._chunk(element)
        yield from _flushed(waiting)

    def _chunk(self, element: etree._Element) -> tuple[Block, ...]:
        """A page that Word takes in when it opens the file (``w:altChunk``): so do web systems export forms."""
        relation = self._relations.get(element.get(_RELATION) or "")
        data = self._package.read(relation.target) if relation and not relation.external else None
        if data is None:
            return ()
        from intake.documents.webpage import read_mht, read_page

        is_mail = b"mime-version" in data[:2048].lower() and b"<" not in data[:20]
        return (read_mht if is_mail else read_page)(data, self._limits).blocks if b"<" in data else ()

    def _open(self, element: etree._Element, text: str, place: int, before: _Open | None) -> _Open:
        text = text if text.isascii() else unicodedata.normalize("NFC", text)
        if before is not None and before.text:
            return _Open(before.text + text, before.number, before.anchor)
        counts = text or not _mark_is_gone(element)
        return _Open(text, self._number(element) if counts else "", place)

    def _number(self, paragraph: etree._Element) -> str:
        """The automatic number of a paragraph, by its own properties or its style's."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return ""
        own = properties.find(f"{W}numPr")
        style = _attribute(properties, "pStyle")
        inherited = self._styles.numbering(style) if style else None
        number = _attribute(own, "numId") or (inherited[0] if inherited else "")
        if not number or number == "0":
            return ""
        if self._numbers is None:
            self._numbers = Numbering(self._package.xml(self._part("numbering")))
        depth = _attribute(own, "ilvl")
        if depth.isdecimal():
            return self._numbers.draw(number, int(depth))
        tied = self._numbers.level_of_style(number, style) if style else None
        if tied is None and inherited:
            tied = inherited[1]
        return self._numbers.draw(number, tied or 0)

    # ------------------------------------------------------------------ tables

    def _table(self, table: etree._Element, reader: LineReader, anchor: int) -> Table:
        rows = []
        above: frozenset[int] = frozenset()  # columns whose cell may go on below
        for row, _ in flow(table):
            properties = row.find(f"{W}trPr")
            if row.tag != f"{W}tr" or _is_gone(properties):
                continue
            cells, above = self._row(row, above, reader, anchor)
            rows.append(cells)
        return Table(tuple(rows))

    def _row(
        self, row: etree._Element, above: frozenset[int], reader: LineReader, anchor: int
    ) -> tuple[tuple[Cell, ...], frozenset[int]]:
        """The cells of a row, and the columns at which a vertical merge is open after it."""
        skipped = _integer(_attribute(row.find(f"{W}trPr"), "gridBefore"))
        cells = [Cell((), span=skipped)] if skipped else []
        column = skipped
        merged = set()
        for element, prompt in flow(row):
            properties = element.find(f"{W}tcPr")
            if element.tag != f"{W}tc" or _has(properties, "cellDel"):
                continue
            span = max(1, _integer(_attribute(properties, "gridSpan")))
            if cells and _attribute(properties, "hMerge", "continue") == "continue":
                cells[-1] = replace(cells[-1], span=cells[-1].span + span)
                column += span
                continue
            merge = _attribute(properties, "vMerge", "continue")
            if merge:
                merged.add(column)
            continued = merge == "continue" and column in above
            blocks = () if prompt or continued else tuple(self._blocks(element, reader, anchor))
            cells.append(Cell(blocks, span, continued))
            column += span
        return tuple(cells), frozenset(merged)


def flow(parent: etree._Element, prompt: bool = False) -> Iterator[tuple[etree._Element, bool]]:
    """The paragraphs, tables, rows or cells of an element, through whatever wraps them.

    The second value tells whether they stand in a content control that shows only its prompt; paragraphs and tables
    of such are left out, rows and cells must stay.
    """
    for child in parent:
        tag = child.tag
        if tag in (f"{W}tr", f"{W}tc") or (tag in (f"{W}p", f"{W}tbl", CHUNK) and not prompt):
            yield child, prompt
        elif tag == CONTROL:
            content = control_content(child)
            if content is not None:
                yield from flow(content, prompt or is_prompt(child))
        elif tag == ALTERNATIVES:
            yield from flow(chosen(child), prompt)
        elif tag in SHOWN_WRAPPERS:
            yield from flow(child, prompt)


def _runs_are_bare(source: bytes) -> bool:
    """Whether a part's bytes show that no run in it is hidden, has a style or a symbol font; most are so."""
    return b"\0" not in source[:8] and not any(
        word in source for word in (b"vanish", b"rStyle", b"ingdings", b"noteRef")
    )


def _flushed(waiting: _Open | None) -> Iterator[Paragraph]:
    if waiting is not None and waiting.text:
        yield Paragraph(waiting.text, waiting.number, waiting.anchor)


def _mark_is_gone(paragraph: etree._Element) -> bool:
    """Whether the paragraph's end is deleted, moved away or hidden, so that the next one goes on in its line."""
    properties = paragraph.find(f"{W}pPr/{W}rPr")
    return (
        _has(properties, "del")
        or _has(properties, "moveFrom")
        or (properties is not None and is_on(properties.find(f"{W}vanish")))
    )


def _is_gone(row: etree._Element | None) -> bool:
    return _has(row, "del") or (row is not None and is_on(row.find(f"{W}hidden")))


def _has(properties: etree._Element | None, name: str) -> bool:
    return properties is not None and properties.find(W + name) is not None


def _attribute(properties: etree._Element | None, name: str, otherwise: str = "") -> str:
    """The value of a property, ``otherwise`` if it is there without one, ``""`` if it is not there."""
    found = None if properties is None else properties.find(W + name)
    return "" if found is None else found.get(_VAL) or otherwise


def _integer(text: str) -> int:
    return min(int(text), 1000) if text.isdecimal() else 0


def _plain(block: Block) -> str:
    if isinstance(block, Paragraph):
        return block.text
    return "\n".join(cell.text for row in block.rows for cell in row)
