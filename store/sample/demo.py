"""Write the sample workspace: configuration, register, and a Maildir of realistic mails. No network, no server."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from rules.packs.pack import load_pack
from store.registers.register_file import write_register
from store.sample.mails import DEMO_ADDRESS, UNITS, DemoMail, demo_mails
from store.setup.workspace import WorkspaceError

DEMO_CALL = "nm-gxjs-2027"
DEMO_OFFICER = "gaoxinchu@example.gov.cn"
MARK = "# 征集受理：演示工作区"
CONFIG = f"""{MARK}（zhengji demo 生成，再次运行会整个重建）
calls = ["{DEMO_CALL}"]

[mailbox]
url = "maildir:inbox"

[outgoing]
url = "maildir:outbox"
from = "高新处征集受理 <{DEMO_ADDRESS}>"

[registry]
file = "registry.xlsx"

[officers]
addresses = ["{DEMO_OFFICER}"]
contact = "刘百里、李艳丽 0471-6328607、6328606"
"""


def write_demo(folder: Path) -> Path:
    """Make the sample workspace in ``folder`` and return its configuration; an old sample there is made anew.

    Raises:
        WorkspaceError: the folder holds something that is no sample workspace.
    """
    config = folder / "zhengji.toml"
    if folder.exists() and any(folder.iterdir()):
        if not _is_demo(config):
            raise WorkspaceError(f"{folder}：不是演示工作区，不会改动，请另指定一个空文件夹")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config.write_text(CONFIG, encoding="utf-8")
    write_register(folder / "registry.xlsx", UNITS)
    for number, mail in enumerate(demo_mails(load_pack(DEMO_CALL)), 1):
        _deliver(folder / "inbox", mail, number)
    return config


def _is_demo(config: Path) -> bool:
    return config.is_file() and config.read_text(encoding="utf-8", errors="replace").startswith(MARK)


def _deliver(box: Path, mail: DemoMail, number: int) -> None:
    """Put a mail into a Maildir as a server would, bearing the time it came in."""
    for part in ("tmp", "new", "cur"):
        (box / part).mkdir(parents=True, exist_ok=True)
    at = mail.received.timestamp()
    name = f"{int(at)}.M{number:06d}.demo"
    temporary = box / "tmp" / name
    temporary.write_bytes(mail.raw)
    os.utime(temporary, (at, at))
    temporary.rename(box / "new" / name)
