"""A workspace: the folder with ``zhengji.toml``, what it says, and where everything lies."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from intake.model import Limits
from rules.packs.pack import CallPack, load_pack, shipped_packs
from store.setup.config_errors import settings_line, syntax_line
from store.setup.settings import (
    EngineSettings,
    MailboxSettings,
    OfficerSettings,
    OutgoingSettings,
    RegistrySettings,
    ScheduleSettings,
    Settings,
)

MEGABYTE = 2**20
DEFAULT_SENDER_NAME = "征集受理"


class WorkspaceError(Exception):
    """What the operator must mend in a workspace; ``str()`` is one Chinese line: file, place, cure."""


@dataclass(frozen=True)
class Workspace:
    """The folder of one intake desk and its settings; paths in the settings are relative to it."""

    config: Path
    settings: Settings

    @property
    def root(self) -> Path:
        """The folder itself."""
        return self.config.parent

    @property
    def db(self) -> Path:
        """The database."""
        return self.root / "zhengji.db"

    @property
    def files(self) -> Path:
        """Mails and attachments by SHA-256."""
        return self.root / "files"

    @property
    def out(self) -> Path:
        """What is published: 汇总表, digests, the page."""
        return self.root / "out"

    @property
    def register_file(self) -> Path:
        """The register of recommending units."""
        return self.root / self.settings.registry.file

    @property
    def mailbox(self) -> MailboxSettings:
        """``[mailbox]``."""
        return self.settings.mailbox

    @property
    def outgoing(self) -> OutgoingSettings:
        """``[outgoing]``."""
        return self.settings.outgoing

    @property
    def registry(self) -> RegistrySettings:
        """``[registry]``."""
        return self.settings.registry

    @property
    def officers(self) -> OfficerSettings:
        """``[officers]``."""
        return self.settings.officers

    @property
    def schedule(self) -> ScheduleSettings:
        """``[schedule]``."""
        return self.settings.schedule

    @property
    def engine(self) -> EngineSettings:
        """``[engine]``."""
        return self.settings.engine

    @property
    def calls(self) -> tuple[str, ...]:
        """The calls as they are written: ids, or paths to packs."""
        return self.settings.calls

    @property
    def limits(self) -> Limits:
        """``[limits]`` as the readers take them."""
        limits = self.settings.limits
        return Limits(
            attachment_bytes=int(limits.attachment_mb * MEGABYTE),
            archive_depth=limits.archive_depth,
            archive_files=limits.archive_files,
            unpacked_bytes=int(limits.unpacked_mb * MEGABYTE),
        )

    @property
    def reply_bytes(self) -> int:
        """How large an answer with attachments may be."""
        return int(self.settings.limits.reply_mb * MEGABYTE)

    @cached_property
    def packs(self) -> tuple[CallPack, ...]:
        """The calls that are open here, each under the officers' settings; raises WorkspaceError."""
        packs = tuple(self._pack(call) for call in self.calls)
        self._check_settings_of_calls(packs)
        self._check_prefixes(packs)
        return packs

    @cached_property
    def sender(self) -> str:
        """The From of every letter: as configured, else the account's own address, else the first call's mailbox."""
        if self.outgoing.sender:
            return self.outgoing.sender
        candidates = (self.outgoing.user, self.mailbox.user, self.packs[0].mailbox)
        address = next((c for c in candidates if "@" in c), "")
        if not address:
            raise WorkspaceError(
                self._line("[outgoing].from", "请填写发信地址，例如 高新处征集受理 <nmgkjtgxjsc@163.com>")
            )
        return f"{DEFAULT_SENDER_NAME} <{address}>"

    @property
    def own_addresses(self) -> frozenset[str]:
        """Our own addresses in lower case: a mail from one of them is our own."""
        accounts = (self.mailbox.user, self.outgoing.user, parseaddr(self.sender)[1])
        return frozenset(a.lower() for a in accounts if "@" in a)

    @property
    def contact(self) -> str:
        """Whom units may call."""
        return self.contact_for(self.packs[0])

    def contact_for(self, pack: CallPack) -> str:
        """Whom units may call about one of the calls."""
        return self.officers.contact or pack.contact

    @property
    def mailbox_url(self) -> str:
        """Where mail is read, a Maildir's path made absolute."""
        return self._located(self.mailbox.url)

    @property
    def outgoing_url(self) -> str:
        """Where letters go, a Maildir's path made absolute."""
        return self._located(self.outgoing.url)

    def _located(self, url: str) -> str:
        scheme, _, path = url.partition(":")
        return f"maildir:{(self.root / path).absolute()}" if scheme == "maildir" else url

    def mailbox_password(self, environment: Mapping[str, str] = os.environ) -> str | None:
        """The mailbox's password; null where the URL logs in to nothing."""
        box = self.mailbox
        if not box.user:
            return None
        return self._secret("mailbox", box.password_env, box.password_file, environment)

    def outgoing_password(self, environment: Mapping[str, str] = os.environ) -> str | None:
        """The outgoing account's password, the mailbox's where it names none; null where the URL logs in to nothing."""
        out, box = self.outgoing, self.mailbox
        if not out.user:
            return None
        if out.password_env or out.password_file:
            return self._secret("outgoing", out.password_env, out.password_file, environment)
        return self._secret("mailbox", box.password_env, box.password_file, environment)

    def check_ready(self) -> None:
        """Raise WorkspaceError where what a pass needs is lacking: a call's deadline or mailbox, a password."""
        for pack in self.packs:
            for name in pack.unset():
                raise WorkspaceError(self._line(f'[call."{pack.id}"].{name}', "通知未载明，须先在这里填写才能运行"))
        self.mailbox_password()
        self.outgoing_password()

    def _secret(self, table: str, variable: str, file: str, environment: Mapping[str, str]) -> str:
        if file:
            return self._secret_of_file(table, self.root / file)
        password = environment.get(variable, "")
        if not password:
            cure = f"环境变量 {variable} 没有设置，请先设为邮箱的授权码，或用 password_file 指定文件"
            raise WorkspaceError(self._line(f"[{table}].password_env", cure))
        return password

    def _secret_of_file(self, table: str, path: Path) -> str:
        place = f"[{table}].password_file"
        try:
            if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise WorkspaceError(self._line(place, f"{path.name} 其他用户也能读，请执行 chmod 600 {path.name}"))
            password = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise WorkspaceError(self._line(place, f"{path.name} 读不出来，请检查路径和权限")) from error
        if not password:
            raise WorkspaceError(self._line(place, f"{path.name} 是空的，请写入邮箱的授权码"))
        return password

    def _pack(self, call: str) -> CallPack:
        """A shipped pack, or one at a path; for a path the pack itself tells under which id its settings stand."""
        shipped = call in shipped_packs()
        place = call if shipped else str(self.root / call) if (self.root / call).is_file() else call
        if place == call and not shipped:
            known = "、".join(shipped_packs())
            raise WorkspaceError(
                self._line("calls", f"没有“{call}”这个征集，随程序提供的有：{known}；也可以写 .toml 文件的路径")
            )
        call_id = call if shipped else load_pack(place, None, self.config.name).id
        return load_pack(place, self.settings.call.get(call_id), self.config.name)

    def _check_settings_of_calls(self, packs: tuple[CallPack, ...]) -> None:
        ids = [pack.id for pack in packs]
        for call in self.settings.call:
            if call not in ids:
                near = get_close_matches(call, ids, n=1, cutoff=0.3) or ids
                raise WorkspaceError(self._line(f'[call."{call}"]', f"calls 中没有这个征集，是否应为 {near[0]}？"))

    def _check_prefixes(self, packs: tuple[CallPack, ...]) -> None:
        """Numbers tell calls apart by their prefix."""
        if len({pack.prefix for pack in packs}) < len(packs):
            raise WorkspaceError(self._line("calls", "有两个征集的编号前缀相同，或同一征集写了两次，请去掉一个"))

    def _line(self, place: str, cure: str) -> str:
        return f"{self.config.name}：{place}：{cure}"


def load_workspace(config: Path) -> Workspace:
    """Read ``zhengji.toml``; passwords are looked for only when they are asked for.

    Raises:
        WorkspaceError: no such file, no TOML, an unknown key, a wrong type or value: one line with file, place, cure.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(config.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise WorkspaceError(f"{config}：没有这个配置文件，请用 -c 指出，或先用 zhengji init 建立工作目录") from error
    except tomllib.TOMLDecodeError as error:
        raise WorkspaceError(syntax_line(config.name, error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{config.name}：读不出来，请检查文件权限，并以 UTF-8 编码保存") from error
    try:
        return Workspace(config.resolve(), Settings.model_validate(_frozen(raw)))
    except ValidationError as error:
        raise WorkspaceError(settings_line(config.name, error)) from error


def _frozen(value: Any) -> Any:
    """Lists as tuples: the settings are strict about types, and frozen."""
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
