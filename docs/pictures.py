"""Make the README's pictures: a correction notice, the digest as mail and as workbook, the board on desk and phone.

Usage: ``make pictures``. The sample mails come in as they would have in June: a digest on one morning, another on a
later one, so that there is something to compare. Needs Chromium, LibreOffice, poppler (``pdftoppm``) and pngquant.
"""

from __future__ import annotations

import email
import email.policy
import logging
import mailbox
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import structlog

from intake.pool import open_bench
from scheduler import Pass, one_pass
from store.database import SHANGHAI
from store.desk import open_desk
from store.officers.morning import send_digest
from store.sample.demo import write_demo
from store.setup.workspace import Workspace, load_workspace

MORNINGS = (datetime(2026, 5, 27, 8, 30, tzinfo=SHANGHAI), datetime(2026, 6, 11, 8, 30, tzinfo=SHANGHAI))
CHROMIUM = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)
PHONE = 390  # CSS pixels; Chromium's own window is never narrower than 500, so the page is shown in a frame


@dataclass(frozen=True)
class Cut:
    """A part of a printed page of the digest: its sheet, which of its pages, how fine, how much from the top left."""

    name: str
    sheet: str
    page: int
    dots: int
    width: float
    height: float


PAPER = (11.69, 8.27)  # inches, A4 on its side
CUTS = (
    Cut("digest-1", "概览", 1, 90, 1, 0.74),
    Cut("digest-2", "概览", 2, 90, 1, 0.9),
    Cut("digest-3", "待复核", 1, 140, 0.682, 0.27),
)


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
        frame = f'<body style="margin:0"><iframe src="page.html" width="{width}" height="{height}" style="border:0">'
        shown.write_text(frame, encoding="utf-8")
        size, profile = f"--window-size={width},{height}", f"--user-data-dir={folder}/profile"
        command = (*CHROMIUM, profile, f"--screenshot={target}", size, shown.as_uri())
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def pictures_of_workbook(workbook: Path, target: Path) -> None:
    """Render the parts of a workbook that the README shows, as LibreOffice prints them."""
    with tempfile.TemporaryDirectory() as folder:
        office = ("soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf")
        subprocess.run((*office, "--outdir", folder, str(workbook)), check=True, capture_output=True, timeout=180)
        pdf = next(Path(folder).glob("*.pdf"))
        for cut in CUTS:
            page, (width, height) = page_of(pdf, cut), PAPER
            part = ("-W", str(round(cut.width * width * cut.dots)), "-H", str(round(cut.height * height * cut.dots)))
            made = ("pdftoppm", "-r", str(cut.dots), "-x", "0", "-y", "0", *part, "-png", "-singlefile")
            subprocess.run((*made, "-f", page, "-l", page, str(pdf), str(target / cut.name)), check=True, timeout=120)


def page_of(pdf: Path, cut: Cut) -> str:
    """The number of the page: each bears the name of its sheet in its first line."""
    text = subprocess.run(("pdftotext", "-layout", str(pdf), "-"), check=True, capture_output=True, text=True).stdout
    of_sheet = [n for n, page in enumerate(text.split("\f"), 1) if page.split()[:1] == [cut.sheet]]
    return str(of_sheet[cut.page - 1])


def make_small(folder: Path) -> None:
    """Reduce the pictures to the colours that they need."""
    pictures = [str(path) for path in sorted(folder.glob("*.png"))]
    subprocess.run(("pngquant", "--force", "--strip", "--ext", ".png", "64", "--", *pictures), check=True, timeout=120)


def main(target: Path) -> None:
    """Make all pictures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = staged(Path(folder) / "demo")
        sent = letters(workspace)
        correction = max((html_of(m) for m in sent if m["X-Zhengji-Decision"] == "correction"), key=len)
        picture_of_html(correction, target / "correction.png", 820, 1060)
        digest = max((m for m in sent if "征集日报" in m["Subject"]), key=lambda m: m["Date"].datetime)
        picture_of_html(html_of(digest), target / "digest-mail.png", 820, 1060)
        board = (workspace.out / "看板.html").read_text(encoding="utf-8")
        picture_of_html(board, target / "board.png", 1120, 1150)
        picture_of_html(board, target / "board-phone.png", PHONE, 1560)
        (workbook,) = digest.iter_attachments()
        path = Path(folder) / "digest.xlsx"
        path.write_bytes(workbook.get_content())
        pictures_of_workbook(path, target)
    make_small(target)


if __name__ == "__main__":
    main(Path(sys.argv[-1]))
