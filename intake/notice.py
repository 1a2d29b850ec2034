"""The text of a notice from its file: a .docx, .doc or text file, tables as lines with tabs."""

from __future__ import annotations

from collections.abc import Iterator

from intake.files.ooxml import WordHostile, WordLocked, WordUnreadable
from intake.files.sniff import WORD_TYPES, sniff
from intake.letters.names import decode_bytes
from intake.model import Block, Cell, Limits, Paragraph, Problem, Table, Trouble, WordText

_PLAIN = (".txt", ".md", ".text")


def read_notice_text(name: str, data: bytes, limits: Limits) -> str | Trouble:
    """The text of a notice, paragraphs by lines and cells by tabs; a trouble where the file cannot be read."""
    type_ = sniff(name, data)
    if type_ in WORD_TYPES:
        return _of_word(data, type_, limits)
    if type_ == "other" and name.lower().endswith(_PLAIN):
        return decode_bytes(data)
    return Trouble(Problem.DAMAGED, "不是 .docx、.doc 或 .txt 文件；PDF 请先另存为 Word")


def _of_word(data: bytes, type_: str, limits: Limits) -> str | Trouble:
    from intake.documents.legacy import NoConverter, read_legacy
    from intake.documents.word import read_word

    try:
        text = read_word(data, limits) if type_ == "docx" else read_legacy(data, type_, limits)
    except WordLocked as error:
        return Trouble(Problem.PASSWORD, str(error))
    except WordHostile as error:
        return Trouble(Problem.HOSTILE, str(error))
    except WordUnreadable as error:
        return Trouble(Problem.DAMAGED, str(error))
    except NoConverter as error:
        return Trouble(Problem.NO_CONVERTER, str(error))
    return "\n".join(_lines(text))


def _lines(text: WordText) -> Iterator[str]:
    for block in text.blocks:
        yield from _of_block(block)


def _of_block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        for row in block.rows:
            yield "\t".join(_cell(cell) for cell in row) if len(row) > 1 else f"\t{_cell(row[0])}\n" if row else ""
        yield ""
    else:
        yield _numbered(block)


def _cell(cell: Cell) -> str:
    """A cell on one line; one that only continues the cell above is blank."""
    return "" if cell.continued else " ".join(cell.text.split())


def _numbered(paragraph: Paragraph) -> str:
    """A paragraph with its automatic number; tabs within are kept, those before it are an indent."""
    return f"{paragraph.number}{paragraph.text}".strip()
