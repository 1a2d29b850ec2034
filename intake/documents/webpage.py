"""Word documents that are web pages inside: what office systems export as .doc, and Word's own .mht."""

from __future__ import annotations

import email
import re
import unicodedata
from email.message import Message

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from intake.files.ooxml import MAX_TAGS, XML_SHARE, WordDamaged, WordHostile
from intake.letters.mime import part_bytes
from intake.letters.names import decode_bytes
from intake.model import Block, Cell, Limits, Paragraph, Table, WordText, block_text

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_BLOCKS = frozenset(
    {"p", "div", "li", "tr", "td", "th", "ul", "ol", "dl", "dt", "dd", "hr", "pre", "center", "form", "section"}
    | {"article", "body", "html"}
    | {f"h{level}" for level in range(1, 7)}
)
_SKIPPED = frozenset({"head", "script", "style", "title", "noscript", "template", "del", "option"})
_UNSEEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden|mso-element\s*:\s*comment", re.I)
_MARGIN = re.compile(r"mso-element\s*:\s*(?:header|footer)", re.I)
_NUMBER = re.compile(r"mso-list\s*:\s*ignore", re.I)
_BETWEEN_CHINESE = re.compile(r"(?<=[^\x00-\u2fff])[ \t\r]*\n\s*(?=[^\x00-\u2fff])")  # where Word breaks its source
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MOST_SPAN = 100
_MACROS = re.compile(rb"editdata\.mso|ActiveMime|QWN0aXZlTWltZQ", re.IGNORECASE)


def read_page(data: bytes, limits: Limits) -> WordText:
    """Read an HTML page as a document: paragraphs, tables, automatic numbers apart from the text.

    Raises WordDamaged for what is no page, WordHostile for a monstrous one.
    """
    if len(data) > limits.memory_bytes // XML_SHARE or data.count(b"<") > MAX_TAGS:
        raise WordHostile("网页结构异常庞大")
    label = found[1].decode("ascii") if (found := _CHARSET.search(data[:4096])) else ""
    return _text_of(_decoded(data, label), data)


def read_mht(data: bytes, limits: Limits) -> WordText:
    """Read a web page kept in one file as a mail is (.mht); raises WordDamaged, WordHostile."""
    try:
        message = email.message_from_bytes(data)
        page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    except RecursionError as error:
        raise WordHostile("网页结构异常庞大") from error
    if page is None:
        raise WordDamaged("文件不完整，缺少正文")
    text = read_page(_with_charset(page), limits)
    return WordText(text.blocks, text.margins, _active(data))


def _with_charset(page: Message) -> bytes:
    """The page's bytes with the charset of its part, which a page without one of its own needs."""
    content = part_bytes(page)
    label = page.get_content_charset()
    own = _CHARSET.search(content[:4096])
    return content if own or not label else f'<meta charset="{label}">'.encode() + content


def _decoded(data: bytes, label: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return decode_bytes(data.removeprefix(b"\xef\xbb\xbf"), "" if label.lower().startswith("utf-16") else label)


def _active(data: bytes) -> tuple[str, ...]:
    return ("宏",) if _MACROS.search(data) else ()


def _text_of(source: str, data: bytes) -> WordText:
    source = re.sub(r"<\?xml[^>]*\?>", "", _CONTROLS.sub("", source), count=1)
    if b"urn:schemas-microsoft-com:office:word" in data:
        source = _BETWEEN_CHINESE.sub("", source)
    try:
        parser = HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        root: HtmlElement = document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise WordDamaged("文件已损坏，内容不完整") from error
    margins = []
    elements: list[HtmlElement] = list(root.iter())
    for element in elements:
        if isinstance(element.tag, str) and _MARGIN.search(element.get("style") or "") and element is not root:
            margins.append("\n".join(block_text(b) for b in _Flow().story(element)).strip())
            element.drop_tree()
    return WordText(_Flow().story(root), tuple(m for m in margins if m), _active(data))


class _Flow:
    """The blocks of a page, cell or margin while it is walked."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._pieces: list[str] = []
        self._number = ""

    def story(self, element: HtmlElement) -> tuple[Block, ...]:
        """The blocks of an element."""
        self._inside(element)
        self._close()
        return tuple(self._blocks)

    def _inside(self, element: HtmlElement) -> None:
        self._add(element.text)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED and not _is_unseen(child):
                self._child(child)
            self._add(child.tail)

    def _child(self, child: HtmlElement) -> None:
        tag = child.tag
        if tag == "br":
            self._pieces.append("\v")
        elif tag == "table":
            self._close()
            self._blocks.append(_table(child))
        elif tag in _BLOCKS:
            self._close()
            self._inside(child)
            self._close()
        elif tag in ("input", "select"):
            self._pieces.append(_entered(child))
        elif _NUMBER.search(child.get("style") or ""):
            self._number = _BLANKS.sub(" ", child.text_content().replace("\xa0", " ")).strip()
        else:
            self._inside(child)

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)

    def _close(self) -> None:
        """End the paragraph: blanks and line breaks of the source are one blank, ``br`` is a soft break."""
        lines = [_BLANKS.sub(" ", line).strip().replace("\xa0", " ") for line in "".join(self._pieces).split("\v")]
        text = unicodedata.normalize("NFC", "\n".join(lines).strip("\n"))
        if text.strip() or self._number:
            self._blocks.append(Paragraph(text, self._number))
        self._pieces, self._number = [], ""


def _is_unseen(element: HtmlElement) -> bool:
    return bool(_UNSEEN.search(element.get("style") or "")) or "hidden" in element.attrib


def _entered(element: HtmlElement) -> str:
    """What a person put into a control of the page."""
    if element.tag == "select":
        options = element.findall(".//option")
        chosen = [o for o in options if "selected" in o.attrib] or options[:1]
        return "、".join(str(o.text_content()).strip() for o in chosen)
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑" if "checked" in element.attrib else "□"
    return element.get("value") or "" if kind == "text" else ""


def _table(table: HtmlElement) -> Table:
    """A table; a cell that goes on over rows continues below."""
    rows: list[tuple[Cell, ...]] = []
    open_cells: dict[int, tuple[int, int]] = {}  # column -> how many rows a cell still goes on for, and its width
    for row in table.iterchildren("tr", "tbody", "thead", "tfoot"):
        for line in [row] if row.tag == "tr" else row.iterchildren("tr"):
            cells, open_cells = _row(line, open_cells)
            rows.append(cells)
    return Table(tuple(rows))


def _row(row: HtmlElement, above: dict[int, tuple[int, int]]) -> tuple[tuple[Cell, ...], dict[int, tuple[int, int]]]:
    cells: list[Cell] = []
    below = {column: (left - 1, span) for column, (left, span) in above.items() if left > 1}
    column = 0
    for element in [*row.iterchildren("td", "th"), None]:
        while column in above:  # also behind the last cell of the row
            cells.append(Cell((), above[column][1], continued=True))
            column += above[column][1]
        if element is None:
            break
        span = _span(element, "colspan")
        cells.append(Cell(_Flow().story(element), span))
        if (height := _span(element, "rowspan")) > 1:
            below[column] = (height - 1, span)
        column += span
    return tuple(cells), below


def _span(cell: HtmlElement, name: str) -> int:
    written = (cell.get(name) or "").strip()
    return max(1, min(int(written), _MOST_SPAN)) if written.isascii() and written.isdecimal() else 1
