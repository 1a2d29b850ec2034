"""What styles.xml says of the two things that reading needs: automatic numbers and hidden text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from intake.documents.numbering import W

_VAL = f"{W}val"


@dataclass(frozen=True, slots=True)
class _Style:
    based_on: str
    number: str | None  # w:numId
    depth: int | None  # w:ilvl
    hidden: bool | None


class Styles:
    """The styles of one document, parsed when first asked for and only if they hold numbers or hidden text.

    Most documents carry hundreds of styles that change neither; looking at the bytes first saves the parse.
    """

    def __init__(self, read: Callable[[], bytes | None], parse: Callable[[bytes], etree._Element]) -> None:
        self._read = read
        self._parse = parse
        self._loaded: dict[str, _Style] | None = None

    def numbering(self, style: str) -> tuple[str, int | None] | None:
        """The list (w:numId) and level of a paragraph style or of those that it is based on."""
        chain = self._chain(style)
        number = next((s.number for s in chain if s.number is not None), None)
        depth = next((s.depth for s in chain if s.depth is not None), None)
        return None if number is None else (number, depth)

    def hidden(self, style: str) -> bool:
        """Whether text of a style is hidden."""
        return bool(next((s.hidden for s in self._chain(style) if s.hidden is not None), False))

    def _chain(self, style: str) -> list[_Style]:
        if self._loaded is None:
            self._loaded = self._load()
        found: list[_Style] = []
        while style in self._loaded and len(found) < 20:  # styles that are based on each other end here
            found.append(self._loaded[style])
            style = found[-1].based_on
        return found

    def _load(self) -> dict[str, _Style]:
        data = self._read()
        if data is None or (b"numPr" not in data and b"vanish" not in data):
            return {}
        return {e.get(f"{W}styleId") or "": _style(e) for e in self._parse(data).iterfind(f"{W}style")}


def _style(element: etree._Element) -> _Style:
    number = element.find(f"{W}pPr/{W}numPr/{W}numId")
    depth = element.find(f"{W}pPr/{W}numPr/{W}ilvl")
    based_on = element.find(f"{W}basedOn")
    hidden = element.find(f"{W}rPr/{W}vanish")
    level = (depth.get(_VAL) or "") if depth is not None else ""
    return _Style(
        based_on="" if based_on is None else based_on.get(_VAL) or "",
        number=None if number is None else number.get(_VAL),
        depth=int(level) if level.isdecimal() else None,
        hidden=None if hidden is None else is_on(hidden),
    )


def is_on(element: etree._Element | None) -> bool:
    """Whether a switch such as ``<w:vanish/>`` is there and not switched off."""
    return element is not None and element.get(_VAL, "1") not in ("0", "false", "off")
