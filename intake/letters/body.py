"""What the writer of a letter says in his own words: its body as text, without quoted mail."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

SOURCE_CHARACTERS = 200_000  # of a longer HTML source only so much is looked at,
TEXT_CHARACTERS = 50_000  # and of its text
LINK_OPEN, LINK_CLOSE = "\ue000", "\ue001"  # private-use marks round the address of a link, after its words,
QUOTE_OPEN, QUOTE_CLOSE = "\ue002", "\ue003"  # and round a quoted block

_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "table", "hr", "ul", "ol", "pre", "td", "dd", "dt", "section", "article"}
    | {f"h{level}" for level in range(1, 7)}
)
_SKIPPED = frozenset({"script", "style", "head", "title", "noscript", "template"})
_QUOTE_CLASS = re.compile(r"gmail_quote|yahoo_quoted|moz-cite-prefix|isReplyContent", re.IGNORECASE)
_REPLY_MARK = re.compile(
    r"^[ \t>*_]*(?:"
    r"-{2,}\s*(?:原始邮件|原始信息|原邮件|回复的原邮件|回复的邮件|Original(?:\s+Message|\s+mail)?)\s*-{0,}"
    r"|-{4,}\s*$(?=\s*(?:发件人|From)\s*[:：])"
    r"|(?:在|At|于)\s*\d{4}.{0,80}(?:写道|wrote)\s*[:：]?\s*$"
    r"|On\s.{4,120}wrote\s*[:：]\s*$"
    r"|.{0,60}于\d{4}年.{0,40}写道\s*[:：]\s*$"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
_FORWARD_MARK = re.compile(
    r"^[ \t>*_]*-{2,}\s*(?:转发邮件信息|转发的邮件|转发邮件|Forwarded\s+(?:message|mail))\s*-{0,}",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_BLOCK = re.compile(
    r"^[ \t>*]*(?:发件人|From)[ \t*]*[:：].{0,200}\n(?:[ \t>*]*\n)?"
    r"[ \t>*]*(?:发送时间|发送日期|日期|时间|Sent|Date|收件人|To)[ \t*]*[:：]",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a letter: ``plain`` from its text part, ``rich`` from its HTML part, links and quotes marked."""

    plain: str = ""
    rich: str = ""

    @property
    def text(self) -> str:
        """The whole body as text, without the addresses of links."""
        return self.plain if self.plain.strip() else without_links(without_quotes(self.rich))

    @property
    def own_words(self) -> str:
        """The body without what it quotes or forwards."""
        return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", cut_quotes(self.text))


def without_links(text: str) -> str:
    """Marked text without the addresses of its links."""
    return re.sub(f"{LINK_OPEN}[^{LINK_OPEN}{LINK_CLOSE}]*{LINK_CLOSE}", "", text)


def without_quotes(text: str) -> str:
    """Marked text without its quoted blocks."""
    return re.sub(f"{QUOTE_OPEN}[^{QUOTE_CLOSE}]*{QUOTE_CLOSE}?", "", text)


def cut_quotes(text: str, *, forwards: bool = True) -> str:
    """Text up to the first mark of quoted mail, without lines that begin with ``>``; forwards are kept if asked."""
    end = len(text)
    for mark in (_REPLY_MARK, *((_FORWARD_MARK, _HEADER_BLOCK) if forwards else ())):
        if found := mark.search(text, 0, end):
            end = found.start()
    if not forwards and not _FORWARD_MARK.search(text, 0, end) and (found := _HEADER_BLOCK.search(text, 0, end)):
        end = found.start()
    lines = (line for line in text[:end].splitlines() if not line.lstrip().startswith(">"))
    return "\n".join(lines).strip()


def html_text(source: str) -> str:
    """The visible text of HTML with line breaks where blocks end and each link's address marked behind its words.

    Quoted blocks (``blockquote`` and the marks of the common programs) stand between marks. Never raises.
    """
    try:
        root = document_fromstring(_without_declaration(source[:SOURCE_CHARACTERS]))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return ""
    for element in _elements(root):
        if _is_left_out(element) and element.getparent() is not None:
            element.drop_tree()
    pieces: list[str] = []
    quotes = 0  # one in another
    for event, element in etree.iterwalk(root, events=("start", "end")):
        quoted = _is_quote(element)
        if event == "start":
            pieces.append((QUOTE_OPEN if quoted and not quotes else "") + _opening(element))
            quotes += quoted
        else:
            quotes -= quoted
            pieces.append((QUOTE_CLOSE if quoted and not quotes else "") + _closing(element))
    return re.sub(r"[ \t\u00a0]+", " ", "".join(pieces)).strip()


def _elements(root: HtmlElement) -> list[HtmlElement]:
    return list(root.iter())  # a list, for some of them are about to go


def _is_left_out(element: HtmlElement) -> bool:
    return not isinstance(element.tag, str) or element.tag in _SKIPPED


def _is_quote(element: HtmlElement) -> bool:
    named = f"{element.get('class', '')} {element.get('id', '')}"
    return element.tag == "blockquote" or bool(_QUOTE_CLASS.search(named))


def _opening(element: HtmlElement) -> str:
    title = element.get("title", "")
    spoken = f"（{title}）" if "到期" in title or "有效" in title else ""  # QQ tells the expiry date there alone
    return ("\n" if element.tag in _BLOCKS else "") + (element.text or "") + spoken


def _closing(element: HtmlElement) -> str:
    link = f"{LINK_OPEN}{element.get('href')}{LINK_CLOSE}" if element.tag == "a" and element.get("href") else ""
    return link + ("\n" if element.tag in _BLOCKS else "") + (element.tail or "")


def _without_declaration(source: str) -> str:
    """Lxml refuses text that declares an encoding of its own."""
    return re.sub(r"<\?xml[^>]*\?>", "", source.replace("\x00", ""), count=1)
