"""From a letter or a file to what lies in it, read: the work that is done in a worker process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from intake.documents.word import read_word
from intake.files.marks import macros_of_sheet, marks_of_sheet, marks_of_word
from intake.files.ooxml import WordHostile, WordLocked, WordUnreadable
from intake.files.secrecy import lines_of
from intake.files.sniff import EXPECTED, SHEET_TYPES, WORD_TYPES, is_misnamed
from intake.files.unpack import Piece, forwarded_bodies, open_file, open_letter, too_deep
from intake.forms.form import read_forms
from intake.letters.body import Body
from intake.letters.letter import TooDeep, letter_of, parse_head, parse_message
from intake.letters.mime import body_of
from intake.letters.names import extension_of
from intake.model import (
    Block,
    Document,
    Form,
    Kind,
    Layout,
    Letter,
    Limits,
    Problem,
    Submission,
    Summary,
    Trouble,
    WordText,
    block_text,
)

_COVER_TITLE = re.compile(
    r"^.{0,80}(?:公函|推荐函|报送函|推荐(?:单位)?意见(?:书|表)?|推荐信|(?:的|便)函)$|^函$|^推荐意见"
)
_COVER_NAME = re.compile(r"公函|推荐函|报送函|推荐意见|推荐信|的函|便函|(?:^|[-_ 、.0-9])函(?:$|[-_ （(])")
_COVER_LINES = 12


def read_submission(
    raw: bytes, layouts: tuple[Layout, ...], limits: Limits, authserv: tuple[str, ...] = (), size: int = 0
) -> Submission:
    """A mail read whole: the letter and every document in it. Never raises for what the mail holds.

    ``size``: how large the mail is where ``raw`` is only its header.
    """
    letter, pieces = open_submission(raw, limits, authserv, size)
    documents = (read_piece(piece, layouts, limits) for piece in pieces)
    return Submission(letter, tuple(_kept(documents, limits)))


def open_submission(
    raw: bytes, limits: Limits, authserv: tuple[str, ...] = (), size: int = 0
) -> tuple[Letter, Iterable[Piece]]:
    """The letter and its pieces, not yet read; automatic mail is not opened, for nothing in it is judged."""
    size = max(size, len(raw))
    if size > limits.mail_bytes:
        return letter_of(parse_head(raw), Body(), authserv), (_oversized(size, limits),)
    try:
        message = parse_message(raw)
    except TooDeep:
        return letter_of(parse_head(raw), Body(), authserv), (too_deep(),)
    letter = letter_of(message, body_of(message), authserv, forwarded_bodies(message))
    return letter, () if letter.automatic else open_letter(message, limits)


def read_file(name: str, data: bytes, layouts: tuple[Layout, ...], limits: Limits) -> tuple[Document, ...]:
    """The documents of one file: itself, or the members of an archive."""
    documents = (read_piece(piece, layouts, limits) for piece in open_file(name, data, limits))
    return tuple(_kept(documents, limits))


def _kept(documents: Iterable[Document], limits: Limits) -> Iterator[Document]:
    """The documents with their bytes, as long as these are no more than a mail may hold; the mail itself is kept."""
    room = limits.mail_bytes
    for document in documents:
        room -= len(document.data)
        yield document if room >= 0 else replace(document, data=b"")


def read_piece(piece: Piece, layouts: tuple[Layout, ...], limits: Limits) -> Document:
    """One piece read as far as it can be; what is wrong with it stands in its troubles."""
    if piece.troubles:
        refused = any(t.problem is Problem.EXECUTABLE for t in piece.troubles)
        return _document(piece, Kind.OTHER if refused else Kind.UNREADABLE)
    if piece.type in WORD_TYPES:
        return _word_document(piece, layouts, limits)
    if piece.type in SHEET_TYPES:
        return _sheet_document(piece, layouts, limits)
    if EXPECTED.get(extension_of(piece.name), frozenset()) & (WORD_TYPES | SHEET_TYPES) and piece.type == "other":
        return unreadable(piece, Problem.DAMAGED, "文件内容已损坏，或并非其扩展名所示的格式")
    return _document(piece, Kind.OTHER)


def unreadable(piece: Piece, problem: Problem, detail: str) -> Document:
    """A document that could not be read, and why."""
    return _document(piece, Kind.UNREADABLE, Trouble(problem, detail))


def _oversized(size: int, limits: Limits) -> Piece:
    detail = f"邮件 {size / 2**20:.0f} MB，超过 {limits.mail_bytes / 2**20:.0f} MB 的上限"
    return replace(too_deep(), troubles=(Trouble(Problem.TOO_LARGE, detail),))


def _document(piece: Piece, kind: Kind, *troubles: Trouble) -> Document:
    misnamed = (Trouble(Problem.MISNAMED, piece.type),) if is_misnamed(piece.name, piece.type) else ()
    return Document(
        name=piece.name,
        path=piece.path,
        type=piece.type,
        kind=kind,
        sha256=piece.sha256,
        size=piece.size,
        data=piece.data,
        troubles=(*piece.troubles, *troubles, *misnamed),
        inline=piece.inline,
    )


# --------------------------------------------------------------------------- Word


def _word_document(piece: Piece, layouts: tuple[Layout, ...], limits: Limits) -> Document:
    text = _word_text(piece, limits)
    if isinstance(text, Trouble):
        return unreadable(piece, text.problem, text.detail)
    forms, summary = _contents(text, layouts)
    document = _document(piece, _kind(piece.name, text, forms, summary), *marks_of_word(text))
    return replace(document, forms=forms, summary=summary)


def _word_text(piece: Piece, limits: Limits) -> WordText | Trouble:
    from intake.documents.legacy import NoConverter, read_legacy  # most letters hold no old formats

    try:
        if piece.type == "docx":
            return read_word(piece.data, limits)
        return read_legacy(piece.data, piece.type, limits)
    except WordUnreadable as error:
        return _trouble(error)
    except NoConverter as error:
        return Trouble(Problem.NO_CONVERTER, str(error))


def _contents(text: WordText, layouts: tuple[Layout, ...]) -> tuple[tuple[Form, ...], Summary | None]:
    from intake.tables.summary import read_summary_word

    forms = read_forms(text, layouts)
    if forms and not any("汇总表" in line and len(line) < 60 for line in lines_of(text.blocks)):
        return forms, None
    return forms, read_summary_word(text, layouts)


def _kind(name: str, text: WordText, forms: tuple[Form, ...], summary: Summary | None) -> Kind:
    if forms:
        return Kind.FORM
    if summary is not None:
        return Kind.SUMMARY
    return Kind.LETTER if _is_cover(name, text.blocks) else Kind.OTHER


def _is_cover(name: str, blocks: tuple[Block, ...]) -> bool:
    """Whether a document is a covering letter by its title, or else by its file name."""
    lines = [re.sub(r"\s+", "", line) for block in blocks[:60] for line in block_text(block).splitlines()]
    first = [line for line in lines if line][:_COVER_LINES]
    return any(_COVER_TITLE.match(line) for line in first) or bool(_COVER_NAME.search(name.rpartition(".")[0]))


# --------------------------------------------------------------------------- sheets


def _sheet_document(piece: Piece, layouts: tuple[Layout, ...], limits: Limits) -> Document:
    try:
        return _sheet_read(piece, piece.data, piece.type, layouts, limits)
    except WordUnreadable as error:
        first = error
    from intake.documents.office import NoConverter
    from intake.tables.rescue import rescued

    try:
        data, kind = rescued(piece.data, piece.type, first, limits)
        document = _sheet_read(piece, data, kind, layouts, limits)
    except WordUnreadable as error:
        return _document(piece, Kind.UNREADABLE, _trouble(error))
    except NoConverter as error:
        return unreadable(piece, Problem.NO_CONVERTER, str(error))
    found = dict.fromkeys((*document.troubles, *macros_of_sheet(piece.data, piece.type, limits)))
    return replace(document, troubles=tuple(found))


def _sheet_read(piece: Piece, data: bytes, kind: str, layouts: tuple[Layout, ...], limits: Limits) -> Document:
    """The document of a piece by its bytes as the library can read them; raises WordUnreadable."""
    from intake.tables.returned import read_returned
    from intake.tables.summary import read_summary_sheet

    summary = read_summary_sheet(data, kind, layouts, limits)
    if returned := read_returned(data):
        return replace(_document(piece, Kind.OTHER), returned=returned)  # the 汇总表 in it is our own
    marks = marks_of_sheet(data, kind, limits)
    return replace(_document(piece, Kind.OTHER if summary is None else Kind.SUMMARY, *marks), summary=summary)


def _trouble(error: WordUnreadable) -> Trouble:
    problem = {WordLocked: Problem.PASSWORD, WordHostile: Problem.HOSTILE}.get(type(error), Problem.DAMAGED)
    return Trouble(problem, str(error))
