"""One letter as the rules see it: what came in, from whom, under which calls."""

from __future__ import annotations

from dataclasses import dataclass

from intake.model import Document, Form, Kind, Problem, Submission
from rules.model import Received, Sender, Unit
from rules.packs.call import CallPack

WORD_TYPES = frozenset({"docx", "doc", "rtf", "odt", "wps", "html", "mht", "xml", "txt"})
PICTURE_TYPES = frozenset({"pdf", "ofd", "image"})
ARCHIVE_TYPES = frozenset({"zip", "rar", "7z", "tar"})
SHEET_TYPES = frozenset({"xlsx", "xls", "ods"})
INBOX = "INBOX"


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the letter.

    ``officers`` are the addresses of the office's own people; ``authentication`` is ``off``, ``when_present`` or
    ``required``; ``folder`` where the letter was found; ``register_known`` is false for a check without a workspace:
    then nothing is said about the sender.
    """

    units: tuple[Unit, ...]
    received: Received
    own_addresses: frozenset[str] = frozenset()
    officers: frozenset[str] = frozenset()
    authentication: str = "when_present"
    folder: str = INBOX
    register_known: bool = True


@dataclass(frozen=True, slots=True)
class Matter:
    """A letter with its sender and the call that it belongs to; ``packs`` are all calls that are open."""

    submission: Submission
    pack: CallPack
    packs: tuple[CallPack, ...]
    context: Context
    sender: Sender
    unit: Unit | None = None

    @property
    def documents(self) -> tuple[Document, ...]:
        """The files of the letter without the pictures of its body."""
        return tuple(d for d in self.submission.documents if not d.inline)

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every form in the letter, in order."""
        return tuple(form for d in self.documents for form in d.forms)

    @property
    def readable(self) -> bool:
        """Whether a form or a 汇总表 could be read."""
        return any(d.forms or d.kind is Kind.SUMMARY for d in self.documents)

    @property
    def by_hand(self) -> bool:
        """Whether these are files that their owner checks, not a letter."""
        return not self.context.register_known and not self.submission.letter.senders

    @property
    def stranger(self) -> bool:
        """Whether the calls are open to registered units only, and the sender is none of them."""
        closed = all(pack.recommended for pack in self.packs)
        return self.context.register_known and closed and not self.sender.registered

    @property
    def brings_something(self) -> bool:
        """Whether there is anything to judge: a Word file, 汇总表, PDF, picture, archive, cloud link or bad file."""
        return bool(self.submission.letter.cloud_links) or any(map(_counts, self.documents))

    @property
    def brings_workbook(self) -> bool:
        """Whether one of our daily workbooks has come back."""
        return any(d.returned for d in self.documents)

    @property
    def from_officer(self) -> bool:
        """Whether it is from one of the office's own people."""
        return self.submission.letter.sender in self.context.officers

    def having(self, *problems: Problem) -> tuple[Document, ...]:
        """The documents with any of the problems."""
        return tuple(d for d in self.submission.documents if d.has(*problems))


def _counts(document: Document) -> bool:
    types = WORD_TYPES | PICTURE_TYPES | ARCHIVE_TYPES
    return document.type in types or bool(document.troubles) or document.kind in (Kind.SUMMARY, Kind.FORM)
