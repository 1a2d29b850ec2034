"""The text of one paragraph as Word shows it: live changes in, deleted and hidden text and field codes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from intake.documents.numbering import W
from intake.documents.styles import is_on

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_R, _T, _PROPERTIES = f"{W}r", f"{W}t", f"{W}rPr"
_VAL = f"{W}val"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
ALTERNATIVES = f"{MC}AlternateContent"
TEXT_BOX = f"{W}txbxContent"
CONTROL = f"{W}sdt"
FIELD_MARK = f"{W}fldChar"
_CODE = f"{W}instrText"

# Wrappers whose content Word shows as if they were not there. Deletions (w:del, w:moveFrom) are not among them.
SHOWN_WRAPPERS = frozenset(
    W + name for name in ("ins", "moveTo", "hyperlink", "fldSimple", "smartTag", "customXml", "dir", "bdo")
)
_BREAKS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_NOTES = frozenset((f"{W}footnoteReference", f"{W}endnoteReference"))
_DRAWN = frozenset((f"{W}drawing", f"{W}pict", f"{W}object"))
_CODE_READ = 1_000  # characters of a field's code; one that lays a character over another is short
_OVERLAY = re.compile(
    r"\s*eq\s+\\o\s*(?:\\a[clr]\s*)?\((?P<under>[^,，;；()]*)[,，;；](?P<over>[^()]*)\)\s*", re.IGNORECASE
)
_PROMPT = re.compile(r"\s*(?:$|单击|点击|轻触|选择(?:一项|日期)|click|tap|choose an|enter )", re.IGNORECASE)
# Characters of the fonts that Word's own check boxes are drawn with.
_SYMBOLS = {
    "wingdings": {0xFE: "☑", 0xFD: "☒", 0xFC: "√", 0xFB: "×", 0xA8: "□", 0x6F: "□", 0x71: "□", 0x72: "□", 0x6E: "■"},
    "wingdings 2": {0x52: "☑", 0x54: "☑", 0x51: "☒", 0x53: "☒", 0x50: "√", 0x4F: "×", 0xA3: "□", 0x2A: "□", 0xA2: "■"},
}


@dataclass(slots=True)
class Line:
    """What a paragraph holds: its text, and the text boxes and notes (elements) that hang on it, in order."""

    text: str
    stories: list[etree._Element] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Context:
    """What a paragraph's own XML does not say.

    ``hidden_style`` tells whether a style hides its text, ``note`` finds a note by kind and id, ``loose`` holds the
    begin marks of fields that never end: Word shows what follows them. ``bare`` is true when no run of the part can
    be hidden or drawn in a symbol font, so that the properties of runs need no look.
    """

    hidden_style: Callable[[str], bool]
    note: Callable[[str, str], etree._Element | None]
    loose: frozenset[etree._Element] = frozenset()
    bare: bool = False


class LineReader:
    """Reads the paragraphs of one story in order; a field may begin in one and end in another."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._fields: list[bool] = []  # one for each open field: are we still in its code?
        self._in_code = False
        self._code = ""
        self._line = Line("")
        self._pieces: list[str] = []

    def read(self, paragraph: etree._Element) -> Line:
        """The text of a ``w:p`` and what hangs on it."""
        self._line, self._pieces = Line(""), []
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is None or not self._context.hidden_style(style.get(_VAL) or ""):
            self._inline(paragraph)
        self._line.text = "".join(self._pieces)
        return self._line

    def _inline(self, parent: etree._Element) -> None:
        for child in parent:
            tag = child.tag
            if tag == _R:
                self._run(child)
            elif tag in SHOWN_WRAPPERS:
                self._inline(child)
            elif tag == CONTROL:
                content = control_content(child)
                if content is not None and not is_prompt(child):
                    self._inline(content)
            elif tag == ALTERNATIVES:
                self._inline(chosen(child))
            elif tag in (f"{_M}oMath", f"{_M}oMathPara"):
                self._pieces += [t.text or "" for t in child.iter(f"{_M}t")]

    def _run(self, run: etree._Element) -> None:
        if self._context.bare:
            self._children(run, {})
            return
        properties = run.find(_PROPERTIES)
        symbols: dict[int, str] = {}
        if properties is not None:
            if self._is_hidden(properties):
                return
            symbols = _symbols_of(properties)
        self._children(run, symbols)

    def _is_hidden(self, properties: etree._Element) -> bool:
        own = properties.find(f"{W}vanish")
        if own is not None:
            return is_on(own)
        style = properties.find(f"{W}rStyle")
        return style is not None and self._context.hidden_style(style.get(_VAL) or "")

    def _children(self, parent: etree._Element, symbols: dict[int, str]) -> None:
        for child in parent:
            tag = child.tag
            if tag == _PROPERTIES:
                continue
            if tag == FIELD_MARK:
                self._mark(child)
                self._in_code = any(self._fields)
            elif self._in_code:
                self._code += (child.text or "") if tag == _CODE and len(self._code) < _CODE_READ else ""
            elif tag == _T:
                self._pieces.append(_text(child, symbols))
            elif tag in _BREAKS:
                self._pieces.append(_BREAKS[tag])
            else:
                self._object(child, symbols)

    def _object(self, child: etree._Element, symbols: dict[int, str]) -> None:
        tag = child.tag
        if tag in _DRAWN:
            self._line.stories += text_boxes(child)
        elif tag in _NOTES:
            note = self._context.note(tag, child.get(f"{W}id") or "")
            if note is not None:
                self._line.stories.append(note)
        elif tag == f"{W}sym":
            self._pieces.append(_symbol(child))
        elif tag == ALTERNATIVES:
            self._children(chosen(child), symbols)
        elif tag == f"{W}ruby":
            for base in child.iterfind(f"{W}rubyBase"):
                self._inline(base)

    def _mark(self, mark: etree._Element) -> None:
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin" and mark not in self._context.loose:
            if not any(self._fields):
                self._pieces.append(_form_field(mark))
                self._code = ""
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            drawn = _OVERLAY.fullmatch(self._code) if self._fields.pop() else None
            if drawn and not self._fields:
                self._pieces.append(f"{drawn['under']}{drawn['over']}".strip())


def loose_fields(root: etree._Element) -> frozenset[etree._Element]:
    """The begin marks of fields that have no end mark."""
    open_marks: list[etree._Element] = []
    for mark in root.iter(FIELD_MARK):
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            open_marks.append(mark)
        elif kind == "end" and open_marks:
            open_marks.pop()
    return frozenset(open_marks)


def chosen(alternatives: etree._Element) -> etree._Element:
    """The one of several alternatives that Word shows: the first choice, else the fallback."""
    choice = alternatives.find(f"{MC}Choice")
    if choice is None:
        choice = alternatives.find(f"{MC}Fallback")
    return alternatives if choice is None else choice


def control_content(control: etree._Element) -> etree._Element | None:
    """What stands in a content control."""
    return control.find(f"{W}sdtContent")


def is_prompt(control: etree._Element) -> bool:
    """Whether a content control shows only Word's prompt (“单击此处输入文字”): its owner has written nothing.

    Programs that fill in forms leave the mark of a prompt on real answers, so the words must be a prompt's too.
    """
    if not is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr")):
        return False
    return bool(_PROMPT.match("".join(text.text or "" for text in control.iter(_T))))


def text_boxes(drawn: etree._Element) -> Iterator[etree._Element]:
    """The outermost text boxes of a drawing, once each though a drawing tells them twice (new and old markup)."""
    for child in chosen(drawn) if drawn.tag == ALTERNATIVES else drawn:
        if child.tag == TEXT_BOX:
            yield child
        else:
            yield from text_boxes(child)


def _text(element: etree._Element, symbols: dict[int, str]) -> str:
    text = element.text or ""
    if symbols:
        return "".join(symbols.get(ord(c) & 0xFF if ord(c) >> 8 in (0, 0xF0) else 0, c) for c in text)
    if (text[:1].isspace() or text[-1:].isspace()) and element.get(_SPACE) is None:
        return text.strip()
    return text.replace("\n", " ") if "\n" in text else text


def _symbols_of(properties: etree._Element) -> dict[int, str]:
    fonts = properties.find(f"{W}rFonts")
    return {} if fonts is None else _SYMBOLS.get((fonts.get(f"{W}ascii") or "").lower(), {})


def _symbol(element: etree._Element) -> str:
    """The character of a ``w:sym``; private-use codes of the check-box fonts become the boxes that they draw."""
    try:
        code = int(element.get(f"{W}char") or "", 16)
    except ValueError:
        return ""
    drawn = _SYMBOLS.get((element.get(f"{W}font") or "").lower(), {}).get(code & 0xFF)
    return drawn or (chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else "")


def _form_field(mark: etree._Element) -> str:
    """What an old form field draws by itself: the state of a check box, the chosen entry of a list."""
    box = mark.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        state = box.find(f"{W}checked")
        return "☒" if is_on(state if state is not None else box.find(f"{W}default")) else "☐"
    entries = mark.findall(f"{W}ffData/{W}ddList/{W}listEntry")
    if not entries:
        return ""
    choice = mark.find(f"{W}ffData/{W}ddList/{W}result")
    index = (choice.get(_VAL) or "0") if choice is not None else "0"
    position = int(index) if index.isdecimal() else 0
    return entries[position].get(_VAL) or "" if position < len(entries) else ""
