"""Make the README's pictures: a correction notice, the digest as mail and as workbook, the board on desk and phone.

Usage: ``make pictures``. The sample mails come in as they would have in June: a digest on one morning, another on a
later one, so that there is something to compare. Needs Chromium, LibreOffice and poppler (``pdftoppm``).
"""

from __future__ import annotations

import email
import email.policy
import logging
import mailbox
import subprocess
import sys
import tempfile
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import structlog

from intake.pool import open_bench
from scheduler import Pass, one_pass
from store.database import SHANGHAI
from store.demo import write_demo
from store.desk import open_desk
from store.morning import send_digest
from store.workspace import Workspace, load_workspace

MORNINGS = (datetime(2026, 5, 27, 8, 30, tzinfo=SHANGHAI), datetime(2026, 6, 11, 8, 30, tzinfo=SHANGHAI))
CHROMIUM = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)
PAGES = (1, 2, 4, 6, 7)  # of the printed digest: 概览, its charts, 全部需求, 待复核, 限额使用
PHONE = 390  # CSS pixels; Chromium's own window is never narrower than 500, so the page is shown in a frame


def staged(folder: Path) -> Workspace:
    """The sample workspace as it stood on the last of ``MORNINGS``, a digest sent on each."""
    workspace = load_workspace(write_demo(folder))
    inbox, later = folder / "inbox" / "new", folder / "later"
    inbox.rename(later)
    inbox.mkdir()
    with open_bench(0, workspace.limits) as bench:
        for morning in MORNINGS:
            for path in sorted(later.iterdir()):
                if path.stat().st_mtime <= morning.timestamp():
                    path.rename(inbox / path.name)
            with open_desk(workspace, clock=lambda at=morning: at) as desk:
                one_pass(desk, bench, Pass())
                send_digest(desk)
                one_pass(desk, bench, Pass())
    return workspace


def letters(workspace: Workspace) -> list[EmailMessage]:
    """What lies in the outbox."""
    box = mailbox.Maildir(str(workspace.root / "outbox"))
    found = (email.message_from_bytes(bytes(m), policy=email.policy.default) for m in box)
    return [letter for letter in found if isinstance(letter, EmailMessage)]


def html_of(letter: EmailMessage) -> str:
    """The HTML part of a letter."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def picture_of_html(html: str, target: Path, width: int, height: int) -> None:
    """Render a page as a mail client or a browser would show it; a phone's width in a frame."""
    with tempfile.TemporaryDirectory() as folder:
        page, shown = Path(folder) / "page.html", Path(folder) / "shown.html"
        page.write_text(html, encoding="utf-8")
        frame = (
            '<body style="margin:0;background:#b9c0c7;text-align:center">'
            f'<iframe src="page.html" width="{width}" height="{height}" style="border:0">'
        )
        shown.write_text(frame, encoding="utf-8")
        size = f"--window-size={max(width, 500)},{height}"
        profile = f"--user-data-dir={folder}/profile"
        command = (*CHROMIUM, profile, f"--screenshot={target}", size, shown.as_uri())
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def pictures_of_workbook(workbook: Path, target: Path) -> None:
    """Render the pages of a workbook that the README shows as LibreOffice prints them: target-1.png, …."""
    with tempfile.TemporaryDirectory() as folder:
        office = ("soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf")
        subprocess.run((*office, "--outdir", folder, str(workbook)), check=True, capture_output=True, timeout=180)
        pdf = next(Path(folder).glob("*.pdf"))
        for number, page in enumerate(PAGES, start=1):
            cut = ("pdftoppm", "-r", "80", "-png", "-singlefile", "-f", str(page), "-l", str(page))
            subprocess.run((*cut, str(pdf), f"{target}-{number}"), check=True, timeout=120)


def main(target: Path) -> None:
    """Make all pictures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = staged(Path(folder) / "demo")
        sent = letters(workspace)
        correction = max((html_of(m) for m in sent if m["X-Zhengji-Decision"] == "correction"), key=len)
        picture_of_html(correction, target / "correction.png", 820, 1500)
        digest = max((m for m in sent if "征集日报" in m["Subject"]), key=lambda m: m["Date"].datetime)
        picture_of_html(html_of(digest), target / "digest-mail.png", 820, 1000)
        board = (workspace.out / "看板.html").read_text(encoding="utf-8")
        picture_of_html(board, target / "board.png", 1120, 1420)
        picture_of_html(board, target / "board-phone.png", PHONE, 2200)
        (workbook,) = digest.iter_attachments()
        path = Path(folder) / "digest.xlsx"
        path.write_bytes(workbook.get_content())
        pictures_of_workbook(path, target / "digest")


if __name__ == "__main__":
    main(Path(sys.argv[-1]))
