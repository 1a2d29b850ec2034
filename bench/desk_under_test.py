"""A desk on real servers for the fault suite: a workspace, a mailbox on Dovecot, an SMTP server, lines that can be cut.

``audit.py`` holds the program's books against what was delivered here and what the SMTP server kept.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cutting_proxy import CuttingProxy
from mail_kinds import JUNK, KINDS, Sent
from mails import RECEIVED, SENDER, UNIT
from servers import Account, DovecotServer
from smtp_server import SmtpServer

from rules.model import Unit
from store.registers.register_file import write_register

__all__ = ["JUNK", "OFFICER", "SENT", "DeskUnderTest", "servers"]

OFFICER = "gaoxinchu@example.gov.cn"
SENT = "已发送"
CONFIG = """
calls = ["nm-gxjs-2027"]
[mailbox]
url = "{mailbox}"
password_env = "ZHENGJI_MAIL_PASSWORD"
after = "{after}"
also = ["垃圾邮件"]
[outgoing]
url = "{outgoing}"
from = "高新处征集受理 <desk@example.cn>"
per_minute = 0
per_day = 0
per_sender_day = 0
[officers]
addresses = ["gaoxinchu@example.gov.cn"]
[schedule]
poll_seconds = 1
[engine]
workers = 1
"""
HOURS_AGO = "2026-06-01T00:00:00+08:00"


class KeepingSmtpServer(SmtpServer):
    """Files a copy of everything that it takes among the sent mail, as Coremail does, before it answers."""

    account: Account | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - named by aiosmtpd
        kept = len(self.letters)
        answer = await super().handle_DATA(server, session, envelope)
        if self.account is not None and len(self.letters) > kept:
            self.account.deliver(self.letters[-1].data, folder=SENT)
        return answer


@dataclass
class DeskUnderTest:
    """One workspace with its mailbox and its way out; ``keeps_sent``: the provider files a copy of what it sends.

    ``folder`` is made where it is not given.
    """

    account: Account
    after: str = "flag"
    keeps_sent: bool = False
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="zj-fault-")))
    mails: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.smtp = KeepingSmtpServer()
        self.smtp.user = self.account.name  # one account for both, as a provider has it
        self.smtp.account = self.account if self.keeps_sent else None
        self.smtp.start()
        if self.keeps_sent:
            with self.account.client() as client:
                client.create_folder(SENT)  # which such a provider's accounts always have
        self.line_in = CuttingProxy(self.account.server.port)
        self.line_out = CuttingProxy(self.smtp.port)
        (self.folder / "registry.xlsx").write_bytes(_register())
        mailbox = self.account.url.replace(f":{self.account.server.port}/", f":{self.line_in.port}/")
        outgoing = self.smtp.url.replace(f":{self.smtp.port}", f":{self.line_out.port}")
        self.config.write_text(CONFIG.format(mailbox=mailbox, outgoing=outgoing, after=self.after), encoding="utf-8")

    @property
    def config(self) -> Path:
        return self.folder / "zhengji.toml"

    @property
    def database(self) -> Path:
        return self.folder / "zhengji.db"

    def deliver(self, kind: str) -> None:
        """Put the next mail of that kind into the mailbox."""
        sent = KINDS[kind](len(self.mails) + 1, self.mails)
        self.account.deliver(sent.raw, RECEIVED, sent.folder)
        self.mails.append(sent)

    def let_time_pass(self) -> None:
        """Hours go by: what was put off is due, what was sent has been filed by the provider, no file is young."""
        for path in self.folder.glob("*/**/.*"):
            os.utime(path, (0, 0))
        if not self.database.exists():
            return  # killed before it was there
        with contextlib.closing(sqlite3.connect(self.database, isolation_level=None)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'facts'").fetchone():
                return
            db.execute("UPDATE letters SET not_before = NULL WHERE not_before IS NOT NULL")
            db.execute("UPDATE letters SET attempted_at = ? WHERE attempted_at IS NOT NULL", (HOURS_AGO,))
            db.execute("DELETE FROM facts WHERE name = 'outgoing_paused_until'")

    def close(self) -> None:
        for each in (self.smtp, self.line_in, self.line_out):
            each.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def _register() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.xlsx"
        write_register(path, (Unit(UNIT, "呼包鄂", None, (SENDER,)),))
        return path.read_bytes()


@contextlib.contextmanager
def servers() -> Iterator[DovecotServer]:
    """A Dovecot for as long as the block lasts."""
    server = DovecotServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
