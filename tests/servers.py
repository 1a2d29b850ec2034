"""A real IMAP server on loopback for the tests: Dovecot."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient

PASSWORD = "secret-4711"

_DOVECOT_CONF = """
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
ssl = yes
auth_mechanisms = plain login
first_valid_uid = 0
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
mailbox_list_index = no
auth_failure_delay = 0
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  {chroot}
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  {chroot}
}}
"""
# Dovecot 2.4 gave many settings another name, and wants to be told which version its file is for.
_BEFORE_2_4 = """
protocols = imap
disable_plaintext_auth = no
mail_location = maildir:{root}/mail/%u
ssl_cert = <{certificate}
ssl_key = <{key}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
"""
_SINCE_2_4 = """
dovecot_config_version = {version}
dovecot_storage_version = {version}
protocols {{
  imap = yes
}}
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {root}/mail/%{{user}}
ssl_server_cert_file = {certificate}
ssl_server_key_file = {key}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {root}/mail/%{{user}}
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_certificate(root: Path) -> tuple[Path, Path]:
    """A self-signed certificate for localhost and the loopback addresses; (certificate, key)."""
    cert, key = root / "cert.pem", root / "key.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:0.0.0.0"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", names, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


class DovecotServer:
    """One Dovecot process for many accounts; needs root, or runs as the user it is started by."""

    def __init__(self) -> None:
        # Its sockets lie in there, and their paths must be short; the mails belong to another user.
        self.root = root = Path(tempfile.mkdtemp(prefix="zj-"))
        root.chmod(0o755)
        (root / "mail").mkdir()
        (root / "mail").chmod(0o777)
        self.port = free_port()
        self.tls_port = free_port()
        self.certificate, key = make_certificate(root)
        self._binary = _dovecot()
        self._config = root / "dovecot.conf"
        self._config.write_text(self._configuration(key))
        self._process: subprocess.Popen[bytes] | None = None

    def _configuration(self, key: Path) -> str:
        version = subprocess.run([self._binary, "--version"], check=True, capture_output=True, text=True).stdout
        number = version.split()[0].partition("-")[0]
        newer = tuple(int(part) for part in number.split(".")[:2]) >= (2, 4)
        head = _SINCE_2_4 if newer else _BEFORE_2_4  # the version must stand first
        as_root = os.geteuid() == 0
        user, group = ("dovecot", "dovecot") if as_root else _own_names()
        uid, gid = _mail_ids()
        return (head + _DOVECOT_CONF).format(
            version=number,
            root=self.root,
            password=PASSWORD,
            certificate=self.certificate,
            key=key,
            internal=user,
            group=group,
            login="dovenull" if as_root else user,
            uid=uid,
            gid=gid,
            chroot="" if as_root else "chroot =",
            port=self.port,
            tls_port=self.tls_port,
        )

    def start(self) -> None:
        # Its children keep inherited pipes open: none may be handed to it.
        self._process = subprocess.Popen(
            [self._binary, "-F", "-c", str(self._config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 15
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        log = self.root / "dovecot.log"
        raise RuntimeError("Dovecot did not start: " + (log.read_text() if log.exists() else "no log"))

    def stop(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)  # its own session; a clean stop takes seconds
            self._process.wait(timeout=15)
            self._process = None
        shutil.rmtree(self.root, ignore_errors=True)

    def account(self, name: str) -> Account:
        """The mailbox of that name, which the server makes when it is first used."""
        return Account(self, name)


@dataclass
class Account:
    """A fresh mailbox on the server."""

    server: DovecotServer
    name: str
    password: str = PASSWORD

    @property
    def url(self) -> str:
        return f"imap://{self.name.replace('@', '%40')}@127.0.0.1:{self.server.port}/INBOX"

    @property
    def tls_url(self) -> str:
        return f"imaps://{self.name.replace('@', '%40')}@127.0.0.1:{self.server.tls_port}/INBOX"

    def client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.server.port, ssl=False, timeout=30)
        client.normalise_times = False
        client.login(self.name, self.password)
        return client

    def deliver(self, raw: bytes, internaldate: datetime | None = None, folder: str = "INBOX") -> None:
        self.deliver_all([(raw, internaldate)], folder)

    def deliver_all(self, mails: Iterable[tuple[bytes, datetime | None]], folder: str = "INBOX") -> None:
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.multiappend(folder, [_appended(raw, internaldate) for raw, internaldate in mails])

    def flags(self, folder: str = "INBOX") -> dict[int, set[bytes]]:
        """The flags of each mail by UID, without \\Recent."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            return {uid: set(flags) - {b"\\Recent"} for uid, flags in client.get_flags(client.search()).items()}

    def folders(self) -> dict[str, int]:
        """Every folder with the number of its mails."""
        with self.client() as client:
            names = [name for flags, _, name in client.list_folders() if b"\\Noselect" not in flags]
            return {name: client.folder_status(name, ["MESSAGES"])[b"MESSAGES"] for name in names}


def _appended(raw: bytes, internaldate: datetime | None) -> dict[str, object]:
    return {"msg": raw} if internaldate is None else {"msg": raw, "date": internaldate}


def _dovecot() -> str:
    binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if binary is None:
        raise RuntimeError("The tests need a Dovecot IMAP server: apt-get install dovecot-imapd")
    return binary


def _own_names() -> tuple[str, str]:
    import grp  # these two are not there on Windows
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def _mail_ids() -> tuple[int, int]:
    """Dovecot gives no mailbox to root: the mails of a root-run server belong to nobody."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    import pwd

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid
