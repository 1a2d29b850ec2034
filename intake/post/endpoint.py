"""The address of a mail server or mail folder, taken apart."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_PORTS = {"imap": 143, "imaps": 993, "smtp": 25, "smtps": 465}


class BadAddress(ValueError):
    """The URL cannot be used; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and as whom to connect.

    ``path`` is the folder behind the host (IMAP; ``""``: none named) or the directory (Maildir);
    ``user`` is ``""`` where nobody logs in.
    """

    scheme: str
    host: str = ""
    port: int = 0
    user: str = ""
    path: str = ""

    @property
    def place(self) -> str:
        """Host and port as an operator reads them."""
        return f"{self.host}:{self.port}"

    @property
    def account(self) -> str:
        """Whose mails these are, whatever the port: ``user`` at ``host``."""
        return f"{self.user}@{self.host}" if self.user else self.host

    @property
    def encrypted(self) -> bool:
        """Whether TLS stands from the first byte (imaps, smtps)."""
        return self.scheme.endswith("s")

    @property
    def plain(self) -> bool:
        """Whether nothing is encrypted, which is allowed on this machine alone; elsewhere STARTTLS must follow."""
        return not self.encrypted and self._loopback

    @property
    def _loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_endpoint(url: str, schemes: tuple[str, ...]) -> Endpoint:
    """Take a mail URL apart: ``imaps://user%40host@server:port/folder`` or ``maildir:PATH``.

    Raises BadAddress for a scheme not in ``schemes``, a missing host, a wrong port, or a password in the URL.
    """
    scheme = url.partition(":")[0].lower()
    if scheme not in schemes:
        raise BadAddress(f"地址须以 {'、'.join(schemes)} 之一开头")
    if scheme == "maildir":
        path = url.partition(":")[2]
        if not path:
            raise BadAddress("maildir: 之后须写目录")
        return Endpoint(scheme, path=path)
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[scheme]
    except ValueError:
        raise BadAddress("主机或端口写法不对") from None
    if parts.password is not None:
        raise BadAddress("地址中不得写密码，请改用 password_env 或 password_file")
    if not parts.hostname:
        raise BadAddress("地址中没有服务器主机名")
    return Endpoint(scheme, parts.hostname, port, unquote(parts.username or ""), unquote(parts.path.strip("/")))
