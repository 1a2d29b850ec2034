"""``zhengji.toml`` as typed values: every key with its default, every other key an error that names it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from email.utils import parseaddr
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

MAIL_SCHEMES = ("imap", "imaps", "maildir")
POST_SCHEMES = ("smtp", "smtps", "maildir")
STRICT_HOSTS = ("163.com", "126.com", "yeah.net", "188.com", "qq.com")  # they lock accounts that log in too often
STRICT_POLL_SECONDS = 60


def _iso(kind: type[date] | type[time], example: str) -> BeforeValidator:
    """Dates and times may be written bare or as texts."""

    def read(value: object) -> object:
        try:
            return kind.fromisoformat(value) if isinstance(value, str) else value
        except ValueError as error:
            raise ValueError(f"“{value}”不对，应写成 {example}") from error

    return BeforeValidator(read)


Day = Annotated[date, _iso(date, "2027-01-01")]
Clock = Annotated[time, _iso(time, "08:30")]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]


class _Table(BaseModel):
    """A table of the file: no unknown keys, no silent conversions, frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class _Account(_Table):
    """A server, or a Maildir, and where its password is to be found."""

    url: str
    password_file: str = ""

    @property
    def user(self) -> str:
        """The user in the URL, ``""`` where there is none: then nothing is logged in to."""
        return unquote(urlsplit(self.url).username or "")

    @property
    def host(self) -> str:
        """The server's name in lower case, ``""`` for a Maildir."""
        return (urlsplit(self.url).hostname or "") if not self.url.startswith("maildir:") else ""


class MailboxSettings(_Account):
    """``[mailbox]``: where mails are taken from and what is done with them there."""

    password_env: str = "ZHENGJI_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
    after: Literal["flag", "move", "leave"] = "flag"
    also: tuple[str, ...] = ("垃圾邮件", "广告邮件", "订阅邮件")
    authserv: tuple[str, ...] = ()
    authentication: Literal["off", "when_present", "required"] = "when_present"

    @field_validator("url")
    @classmethod
    def _known_scheme(cls, url: str) -> str:
        return _checked_url(url, MAIL_SCHEMES)


class OutgoingSettings(_Account):
    """``[outgoing]``: how letters leave and how many; an empty ``password_env`` means the mailbox's password."""

    password_env: str = ""
    sender: str = Field(default="", alias="from")
    per_minute: Count = 10
    per_day: Count = 200
    per_sender_day: Count = 20

    @field_validator("url")
    @classmethod
    def _known_scheme(cls, url: str) -> str:
        return _checked_url(url, POST_SCHEMES)

    @field_validator("sender")
    @classmethod
    def _an_address(cls, sender: str) -> str:
        if sender and "@" not in parseaddr(sender)[1]:
            raise ValueError("应写成“名称 <地址>”或只写地址，例如 高新处征集受理 <nmgkjtgxjsc@163.com>")
        return sender


class RegistrySettings(_Table):
    """``[registry]``: the register of recommending units."""

    file: str = "registry.xlsx"


class OfficerSettings(_Table):
    """``[officers]``: who reads the digest, when, and whom units may call."""

    addresses: tuple[str, ...] = ()
    digest_at: Clock = time(8, 30)
    empty_digest: bool = True
    reminders: tuple[Count, ...] = ()
    extra_holidays: tuple[Day, ...] = ()
    extra_workdays: tuple[Day, ...] = ()
    contact: str = ""

    @field_validator("addresses")
    @classmethod
    def _addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            if "@" not in parseaddr(address)[1]:
                raise ValueError(f"“{address}”不是邮箱地址")
        return tuple(parseaddr(address)[1].lower() for address in addresses)


class ScheduleSettings(_Table):
    """``[schedule]``: how often the mailbox is looked into."""

    poll_seconds: Annotated[int, Field(ge=1)] = 120


class LimitSettings(_Table):
    """``[limits]``: what is read of a mail at most, and how large an answer may be."""

    attachment_mb: Positive = 30
    archive_depth: Count = 3
    archive_files: Annotated[int, Field(ge=1)] = 500
    unpacked_mb: Positive = 300
    reply_mb: Positive = 15


class EngineSettings(_Table):
    """``[engine]``: where documents are read."""

    kind: Literal["processes", "dask"] = "processes"
    workers: Count = 0
    address: str = ""


class Settings(_Table):
    """The whole file."""

    calls: Annotated[tuple[str, ...], Field(min_length=1)]
    mailbox: MailboxSettings
    outgoing: OutgoingSettings
    registry: RegistrySettings = RegistrySettings()
    officers: OfficerSettings = OfficerSettings()
    call: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    schedule: ScheduleSettings = ScheduleSettings()
    limits: LimitSettings = LimitSettings()
    engine: EngineSettings = EngineSettings()

    @model_validator(mode="after")
    def _not_too_often(self) -> Settings:
        if self.schedule.poll_seconds < STRICT_POLL_SECONDS and is_strict(self.mailbox.host):
            raise ValueError(
                f"[schedule].poll_seconds：{self.mailbox.host} 会锁定登录过于频繁的帐号，"
                f"不能小于 {STRICT_POLL_SECONDS}，建议 120 以上"
            )
        return self


def is_strict(host: str) -> bool:
    """Whether a host is a large Chinese provider's: they lock busy accounts, and keep a copy of what they send."""
    return any(host == strict or host.endswith(f".{strict}") for strict in STRICT_HOSTS)


def _checked_url(url: str, schemes: tuple[str, ...]) -> str:
    scheme, _, rest = url.partition(":")
    if scheme not in schemes or not rest:
        raise ValueError(f"应以 {'、'.join(s + (':' if s == 'maildir' else '://') for s in schemes)} 开头")
    if scheme != "maildir":
        _check_server(url)
    return url


def _check_server(url: str) -> None:
    parts = urlsplit(url)
    try:
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        port_is_good = False
    if not parts.hostname or not port_is_good:
        raise ValueError("服务器名或端口不对，应写成 imaps://用户名@服务器:端口/文件夹，用户名中的 @ 写作 %40")
    if parts.password is not None:
        raise ValueError("密码不能写在地址里，请用 password_env 或 password_file 给出")
