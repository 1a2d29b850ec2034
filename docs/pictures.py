"""Make the README's pictures from the demo workspace: a correction notice and the digest's first sheets.

Usage: ``make pictures``. Needs Chromium, LibreOffice and poppler (``pdftoppm``) on the machine.
"""

from __future__ import annotations

import email
import email.policy
import mailbox
import subprocess
import sys
import tempfile
from email.message import EmailMessage
from pathlib import Path

CHROMIUM = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)


def correction_notice(demo: Path) -> str:
    """The HTML of the longest correction notice in the demo's outbox."""
    letters = [
        email.message_from_bytes(bytes(m), policy=email.policy.default) for m in mailbox.Maildir(str(demo / "outbox"))
    ]
    corrections = [m for m in letters if m["X-Zhengji-Decision"] == "correction"]
    return max((_html(m) for m in corrections), key=len)


def _html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def picture_of_html(html: str, target: Path, width: int, height: int) -> None:
    """Render a page as a mail client would show it."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html, encoding="utf-8")
        size = f"--window-size={width},{height}"
        profile = f"--user-data-dir={folder}/profile"
        command = (*CHROMIUM, profile, f"--screenshot={target}", size, page.as_uri())
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def pictures_of_workbook(workbook: Path, target: Path, pages: int) -> None:
    """Render the first pages of a workbook as LibreOffice prints them: target-1.png, target-2.png, …."""
    with tempfile.TemporaryDirectory() as folder:
        office = ("soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf")
        subprocess.run((*office, "--outdir", folder, str(workbook)), check=True, capture_output=True, timeout=180)
        pdf = next(Path(folder).glob("*.pdf"))
        subprocess.run(
            ("pdftoppm", "-r", "80", "-png", "-l", str(pages), str(pdf), str(target)), check=True, timeout=120
        )


def main(demo: Path, target: Path) -> None:
    """Make all pictures."""
    target.mkdir(parents=True, exist_ok=True)
    picture_of_html(correction_notice(demo), target / "correction.png", 820, 1500)
    digest = max((demo / "out" / "digest").glob("*.xlsx"))
    pictures_of_workbook(digest, target / "digest", 3)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
