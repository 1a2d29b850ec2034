"""An open intake desk: the workspace with everything that a command or a pass needs at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cached_property

from intake.model import Layout
from intake.post.mailbox import Source
from replies.letters import LetterFacts
from replies.message import Reply
from rules.model import Unit
from rules.packs.call import CallPack
from store.database import Clock, Database, now, open_database
from store.files import Files
from store.journal import Journal
from store.letters import NewLetter, letter_of
from store.neighbours import Neighbours
from store.outbox import Outbox
from store.registers.registry import load_register, units_for
from store.setup.workspace import Workspace
from store.throttle import NO_THROTTLE, Throttle


@dataclass(frozen=True)
class Desk:
    """A workspace whose database is open; for one thread, for one pass or command."""

    workspace: Workspace
    db: Database

    @cached_property
    def files(self) -> Files:
        """Mails and attachments on disk."""
        return Files(self.workspace.files)

    @cached_property
    def journal(self) -> Journal:
        """What was met in the mailbox."""
        return Journal(self.db, self.files)

    @cached_property
    def outbox(self) -> Outbox:
        """What is to leave."""
        return Outbox(self.db)

    @cached_property
    def neighbours(self) -> Neighbours:
        """What new demands are compared with."""
        return Neighbours(self.db)

    @property
    def packs(self) -> tuple[CallPack, ...]:
        """The calls that are open."""
        return self.workspace.packs

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """How the forms of the open calls look."""
        return tuple(pack.layout for pack in self.packs)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The register of today, 限额 as written."""
        return load_register(self.db, self.workspace.register_file, self.packs).units

    def read_register_anew(self) -> None:
        """Forget the register as it was read: an officer has just registered an address."""
        for name in ("units", "_units_by_call"):
            self.__dict__.pop(name, None)

    @cached_property
    def register_warnings(self) -> tuple[str, ...]:
        """What is odd in the register, in Chinese."""
        return load_register(self.db, self.workspace.register_file, self.packs).warnings

    @cached_property
    def own_address(self) -> str:
        """The address of the configured From."""
        return parseaddr(self.workspace.sender)[1]

    @property
    def is_maildir(self) -> bool:
        """Whether mail comes from a folder of files: their Received lines tell the time, not the files."""
        return self.workspace.mailbox.url.startswith("maildir:")

    @property
    def throttle(self) -> Throttle:
        """The provider's caps; they hold for SMTP only."""
        out = self.workspace.outgoing
        if out.url.startswith("maildir:"):
            return NO_THROTTLE
        return Throttle(out.per_minute, out.per_day, out.per_sender_day)

    @property
    def source(self) -> Source:
        """The mailbox to read."""
        return source_of(self.workspace)

    def pack(self, call: str) -> CallPack:
        """An open call by its id, the first one where the id says nothing."""
        return next((p for p in self.packs if p.id == call), self.packs[0])

    def units_for(self, pack: CallPack) -> tuple[Unit, ...]:
        """The register with the limits that hold under a call."""
        return tuple(self._units_by_call.get(pack.id, {}).values())

    def unit(self, name: str | None, pack: CallPack) -> Unit | None:
        """A unit of the register by its exact name."""
        return self._units_by_call[pack.id].get(name or "")

    @cached_property
    def _units_by_call(self) -> dict[str, dict[str, Unit]]:
        return {pack.id: {unit.name: unit for unit in units_for(self.units, pack)} for pack in self.packs}

    def facts(self, pack: CallPack, **more: object) -> LetterFacts:
        """What every letter of a call must know."""
        return LetterFacts(
            pack=pack,
            own_address=self.own_address,
            contact=self.workspace.contact_for(pack),
            own_addresses=self.workspace.own_addresses,
            attachment_bytes=self.workspace.reply_bytes,
            **more,  # type: ignore[arg-type]
        )

    def letter(self, reply: Reply, receipt: str = "", items: tuple[str, ...] = ()) -> NewLetter:
        """A composed reply as the outbox keeps it."""
        return letter_of(reply, self.workspace.sender, self.db.clock(), receipt=receipt, items=items)


def source_of(workspace: Workspace) -> Source:
    """The mailbox of a workspace."""
    return Source(workspace.mailbox_url, workspace.mailbox_password(), workspace.mailbox.also)


@contextmanager
def open_desk(workspace: Workspace, *, clock: Clock = now, check: bool = False) -> Iterator[Desk]:
    """Open a workspace's database and close it at the end; ``check`` looks through the whole file first.

    Raises WorkspaceError, StoreError, ListError (from the register): one Chinese line each.
    """
    db = open_database(workspace.db, clock=clock, check=check)
    try:
        yield Desk(workspace, db)
    finally:
        db.close()
