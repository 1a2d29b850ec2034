"""A whole intake desk in a folder, at an hour that the test sets: configuration, register, mailbox and way out."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from mails import BEIJING, SENDER, UNIT
from servers import PASSWORD
from store_builders import Clock

from intake.pool import Bench
from rules.model import Unit
from scheduler import Pass, one_pass
from store.desk import Desk, open_desk
from store.registers.register_file import write_register
from store.setup.workspace import Workspace, load_workspace

CALL = "nm-gxjs-2027"
DESK, OFFICER = "desk@example.cn", "gaoxinchu@example.gov.cn"
UNITS = (
    Unit(UNIT, "呼包鄂", None, (SENDER,), (), "李娜", "0472-5550001"),
    Unit("赤峰市科学技术局", "盟市", None, ("kjj-chifeng@example.cn",), (), "王芳", "0476-5550002"),
)
MORNING = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)


def write_desk(
    folder: Path, inbox: str = "maildir:inbox", out: str = "maildir:outbox", **tables: Mapping[str, str]
) -> Workspace:
    """A workspace; ``tables`` add keys to the tables of its configuration, values as TOML has them."""
    for name in ("inbox/new", "inbox/cur", "inbox/tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    usual: dict[str, dict[str, str]] = {
        "mailbox": {"url": f'"{inbox}"', "password_file": '"secret"'},
        "outgoing": {"url": f'"{out}"', "from": f'"高新处征集受理 <{DESK}>"'},
        "officers": {"addresses": f'["{OFFICER}"]', "contact": '"刘百里 0471-6328607"'},
        "engine": {"workers": "1"},
    }
    for table, keys in tables.items():
        usual.setdefault(table, {}).update(keys)
    lines = [f'calls = ["{CALL}"]']
    for table, keys in usual.items():
        lines += [f"[{table}]", *(f"{key} = {value}" for key, value in keys.items())]
    (folder / "zhengji.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if not (folder / "registry.xlsx").exists():
        write_register(folder / "registry.xlsx", UNITS)
    return load_workspace(folder / "zhengji.toml")


def drop(folder: Path, raw: bytes, name: str = "1") -> None:
    """Put a mail into the workspace's Maildir."""
    (folder / "inbox" / "new" / name).write_bytes(raw)


def letters_in(folder: Path) -> list[EmailMessage]:
    """The letters that left into the workspace's Maildir, as a mail program reads them, oldest first."""
    paths = sorted((folder / "outbox" / "new").glob("*"), key=lambda p: p.stat().st_mtime_ns)
    return [parsed(path.read_bytes()) for path in paths]


def parsed(raw: bytes) -> EmailMessage:
    """A letter as a mail program reads it."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words(letter: EmailMessage) -> str:
    """The text part of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


class Line:
    """The desk's whole line: passes over a workspace, the clock in the test's hand."""

    def __init__(self, workspace: Workspace, bench: Bench) -> None:
        self.workspace = workspace
        self.clock = Clock(MORNING)
        self._bench = bench

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        with open_desk(self.workspace, clock=self.clock) as desk:
            yield desk

    def run(self, course: Pass | None = None, **later: float) -> Pass:
        """One pass, ``later`` than the last one."""
        self.clock.at += timedelta(**later)
        with self.desk() as desk:
            return one_pass(desk, self._bench, course or Pass())
