"""What came in, as typed values: the words that the other rooms speak about a letter.

Everything here is frozen and picklable (it crosses from a worker process), knows no rule and no clock.
Texts are NFC; money is ``Decimal`` in 万元; times carry their zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from intake.tables.workbook import Returned

# --------------------------------------------------------------------------- limits


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a letter is read before it is called hostile or too large (sizes in bytes, times in seconds)."""

    attachment_bytes: int = 30 * 2**20
    archive_depth: int = 3
    archive_files: int = 500
    unpacked_bytes: int = 300 * 2**20
    mail_bytes: int = 100 * 2**20
    mime_parts: int = 1000
    mime_depth: int = 30
    seconds: float = 20.0
    memory_bytes: int = 2**30


# --------------------------------------------------------------------------- blocks of a Word document


@dataclass(frozen=True, slots=True)
class Paragraph:
    r"""One paragraph as Word shows it.

    ``text`` holds ``\\n`` for soft breaks and ``\\t`` for tabs; ``number`` is the automatic number that Word draws
    before it (``（三）``), never part of ``text``; ``anchor`` is the ordinal of its ``w:p`` in ``document.xml`` (in
    document order, all ``w:p`` counted), so that a comment can be set there.
    """

    text: str
    number: str = ""
    anchor: int = -1


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; ``span`` columns wide; ``continued`` when it only continues the cell above (vMerge)."""

    blocks: tuple[Block, ...]
    span: int = 1
    continued: bool = False

    @property
    def text(self) -> str:
        """The cell's paragraphs, joined by line breaks (nested tables by tabs)."""
        return "\n".join(block_text(b) for b in self.blocks).strip("\n")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as rows of cells."""

    rows: tuple[tuple[Cell, ...], ...]


Block = Paragraph | Table


def block_text(block: Block) -> str:
    """The visible text of a block, rows by line breaks and cells by tabs."""
    if isinstance(block, Paragraph):
        return block.text
    return "\n".join("\t".join(c.text for c in row if not c.continued) for row in block.rows)


@dataclass(frozen=True, slots=True)
class WordText:
    """A Word document as read: its body, its headers and footers, and what in it could act by itself.

    ``active`` names macros, embedded programs and external templates in words for a reader.
    """

    blocks: tuple[Block, ...]
    margins: tuple[str, ...] = ()
    active: tuple[str, ...] = ()


# --------------------------------------------------------------------------- how a call's form looks


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """A labelled field of the form: its name, and other words by which people label it."""

    name: str
    aliases: tuple[str, ...] = ()
    choice: bool = False  # printed as check boxes
    unit: str = ""  # the unit printed with the label (万元, 月): a bare number is in it


@dataclass(frozen=True, slots=True)
class SectionLayout:
    """A section of the form: its key, its printed heading, the printed hint and sub-heading labels (never counted)."""

    name: str
    aliases: tuple[str, ...] = ()
    hint: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What a reader must know to recognise one call's form and 汇总表."""

    call: str
    titles: tuple[str, ...]
    fields: tuple[FieldLayout, ...]
    sections: tuple[SectionLayout, ...]
    notes: tuple[str, ...] = ()  # printed notes (注意事项 …), never counted
    name_field: str = ""  # the field that names the demand
    amount_section: str = ""  # section (or field) that holds the amount asked for
    matching_section: str = ""  # section (or field) of its own that holds the matching funds
    amount_of: str = "财政"  # what the amount is asked of: 财政 | 总投入 | 申请经费
    period_section: str = ""
    summary_titles: tuple[str, ...] = ()
    summary_columns: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (official name, aliases)
    summary_number: str = "序号"  # the column of running numbers: printed before anything is filled in
    summary_name: str = "需求名称"  # the column that names the demand


# --------------------------------------------------------------------------- what was read


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a filled form.

    ``text`` is the answer alone (no heading, hint or printed label); ``words`` its 字数; ``characters`` the count
    without blanks; ``hints`` how many paragraphs repeat the printed hint; ``order`` its place in the document;
    ``anchor`` where its heading stands.
    """

    name: str
    heading: str
    text: str
    words: int
    characters: int = 0
    hints: int = 0
    order: int = 0
    anchor: int = -1


@dataclass(frozen=True, slots=True)
class Money:
    """What a form says about money, in 万元.

    ``asked``: each distinct amount that qualifies as asked for (one: clear; none: not found; more: they differ);
    ``matching``: self-raised or matching funds, stated or ``ratio`` times the amount; ``quotes``: the words read.
    """

    asked: tuple[Decimal, ...] = ()
    matching: Decimal | None = None
    ratio: Decimal | None = None
    quotes: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal | None:
        """The amount asked for, if the form states exactly one."""
        return self.asked[0] if len(self.asked) == 1 else None


@dataclass(frozen=True, slots=True)
class Form:
    """One demand as its sender filled it in.

    ``fields`` holds every label that stands in the document with its value as written, trimmed (blank: ``""``);
    a label that is not there is not in it. ``field_anchors`` tells the paragraph of each label.
    """

    call: str
    fields: Mapping[str, str]
    sections: Mapping[str, Section]
    money: Money = Money()
    months: int | None = None
    period_quote: str = ""
    field_anchors: Mapping[str, int] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The value of a field, ``""`` where it is blank or missing."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One filled row of a 汇总表: official column -> text as written; ``line`` is the row's number for a reader.

    ``anchors`` tells the paragraph of each cell (of a Word file; see ``Paragraph``), and is no part of what it says.
    """

    line: int
    cells: Mapping[str, str]
    anchors: Mapping[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Summary:
    """A 汇总表: its head, the official columns it has, and its filled rows.

    ``whole`` is true when its title says that it replaces all before it (更正, 全部, 以此为准); ``anchor`` is the
    paragraph of its header's first cell (of a Word file; see ``Paragraph``), and no part of what it says.
    """

    title: str = ""
    unit: str = ""
    contact: str = ""
    phone: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[SummaryRow, ...] = ()
    whole: bool = False
    anchor: int = field(default=-1, compare=False)


class Kind(StrEnum):
    """What a document is, as far as it could be read."""

    FORM = "form"
    SUMMARY = "summary"
    LETTER = "letter"
    OTHER = "other"
    UNREADABLE = "unreadable"


class Problem(StrEnum):
    """A fact about a document that a rule may speak about."""

    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105 - a kind of problem, not a secret
    TOO_LARGE = "too_large"
    HOSTILE = "hostile"  # bomb, path traversal, links, external entity
    EXECUTABLE = "executable"
    ACTIVE = "active"  # macros, embedded programs, external template
    MISNAMED = "misnamed"  # its real type is not what its extension says
    SECRET = "secret"  # noqa: S105 - a secrecy marking
    NO_CONVERTER = "no_converter"  # our own failure: no program here reads this type
    CRASHED = "crashed"  # our own failure: the reader died or ran out of time


OWN_FAILURES = frozenset({Problem.NO_CONVERTER, Problem.CRASHED})


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem and, in Chinese words for a reader, what exactly was met."""

    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a letter: an attachment, or a member of an archive or of a forwarded letter.

    ``name`` is safe to show and to write; ``path`` tells where it lay (``材料.zip/需求1.docx``); ``type`` is the real
    type by content, as ``intake.files.sniff`` names it (``docx``, ``pdf``, ``zip``, ``other`` …);
    ``editable`` is false for pictures and PDF. ``data`` is empty where the file may not be kept in memory.
    """

    name: str
    path: str
    type: str
    kind: Kind
    sha256: str
    size: int
    data: bytes = b""
    troubles: tuple[Trouble, ...] = ()
    forms: tuple[Form, ...] = ()
    summary: Summary | None = None
    inline: bool = False  # a picture that belongs to the body
    returned: Returned | None = None  # the officers' daily workbook, come back

    def has(self, *problems: Problem) -> bool:
        """Whether any of the problems was met."""
        return any(t.problem in problems for t in self.troubles)


@dataclass(frozen=True, slots=True)
class CloudLink:
    """A cloud attachment that stands in place of a file; ``expires`` as the mail states it."""

    provider: str
    name: str = ""
    expires: str = ""


class Authentication(StrEnum):
    """What the believed Authentication-Results say of the From address (contract, section 5)."""

    ALIGNED = "aligned"
    FAILED = "failed"
    FOREIGN = "foreign"  # passes for other domains only
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is meant: who, when, what about, and whether a machine wrote it.

    ``senders`` are the addresses of From, lower case (none or two: nobody in particular); ``own_words`` the body as
    text without quoted mail; ``automatic`` says why it is automatic mail (``""``: a person wrote it);
    ``received_header`` the date of the topmost Received line; ``message_id`` only if well-formed.
    """

    senders: tuple[str, ...]
    sender_name: str = ""
    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    date: datetime | None = None
    received_header: datetime | None = None
    return_path: str | None = None
    automatic: str = ""
    authentication: Authentication = Authentication.UNVERIFIED
    authentication_detail: str = ""
    own_words: str = ""
    cloud_links: tuple[CloudLink, ...] = ()
    receipt_mentioned: str = ""  # X-Zhengji-Receipt: one of our own letters came back

    @property
    def sender(self) -> str:
        """The one From address, ``""`` where there is none or more than one."""
        return self.senders[0] if len(self.senders) == 1 else ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A letter with everything that lay in it, read: what a worker hands to the rules."""

    letter: Letter
    documents: tuple[Document, ...] = ()
