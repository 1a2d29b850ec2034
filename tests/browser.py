"""Pages in a real browser: how they are laid out in windows of several widths, and on paper."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK = """
<script>
const widths = WIDTHS, seen = [];
function look(frame, width) {
  const page = frame.contentDocument, root = page.documentElement;
  const boxes = [...page.querySelectorAll('body *')].map(e => [e, e.getBoundingClientRect()]);
  const shown = boxes.filter(([e, box]) => box.width && !e.closest('svg > *'));
  const named = e => e.tagName + ' ' + e.textContent.trim().slice(0, 30);
  const sections = [...page.querySelectorAll('header, .numbers, section, footer')].map(e => e.getBoundingClientRect());
  const before = (a, b) => a.bottom <= b.top + 1 || a.right <= b.left + 1;
  const apart = (a, b) => before(a, b) || before(b, a);
  return {
    width: width, needed: root.scrollWidth,
    outside: shown.filter(([e, box]) => box.left < -0.5 || box.right > width + 0.5).map(([e]) => named(e)),
    clipped: shown.filter(([e]) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(([e]) => named(e)),
    overlapping: sections.some((a, n) => sections.slice(n + 1).some(b => !apart(a, b))),
    smallest: Math.min(...shown.map(([e]) => parseFloat(frame.contentWindow.getComputedStyle(e).fontSize))),
    colours: Object.fromEntries([...page.querySelectorAll('svg.bar rect')].filter(e => e.getBoundingClientRect().width)
      .map(e => [e.getAttribute('class'), frame.contentWindow.getComputedStyle(e).fill])),
  };
}
for (const width of widths) {
  const frame = document.createElement('iframe');
  frame.width = width; frame.height = 900; frame.src = 'PAGE';
  frame.onload = () => {
    seen.push(look(frame, width));
    if (seen.length === widths.length) document.title = JSON.stringify(seen);
  };
  document.body.append(frame);
}
</script>
"""


@dataclass(frozen=True)
class Seen:
    """A page in a window so wide: how wide it would be, what stands outside it or is cut off, how small the print is.

    ``colours``: of the bars drawn, by class.
    """

    width: int
    needed: int
    outside: tuple[str, ...]
    clipped: tuple[str, ...]
    overlapping: bool
    smallest: float
    colours: dict[str, str]


class Browser:
    """Chromium without a window, each time with a profile of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder

    def looks_at(self, page: Path, widths: Sequence[int]) -> tuple[Seen, ...]:
        """The page in windows of these widths, narrowest first. Asserts that nothing was reported on the console."""
        shown = self.folder / "shown.html"
        script = _LOOK.replace("WIDTHS", json.dumps(list(widths))).replace("PAGE", page.as_uri())
        shown.write_text(f"<!DOCTYPE html><meta charset=utf-8><title></title><body>{script}", encoding="utf-8")
        more = ("--allow-file-access-from-files", "--enable-logging=stderr", "--virtual-time-budget=20000")
        done = self._run(*more, "--dump-dom", shown.as_uri())
        assert "CONSOLE" not in done.stderr, done.stderr
        title = re.search(r"<title>(.+?)</title>", done.stdout, re.DOTALL)
        assert title, done.stderr
        found = (
            Seen(**{k: tuple(v) if isinstance(v, list) else v for k, v in each.items()})
            for each in json.loads(html.unescape(title[1]))
        )
        return tuple(sorted(found, key=lambda seen: seen.width))

    def prints(self, page: Path) -> bytes:
        """The page on paper, as a PDF."""
        target = self.folder / "page.pdf"
        self._run(f"--print-to-pdf={target}", "--no-pdf-header-footer", page.as_uri())
        return target.read_bytes()

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        fixed = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.folder / 'profile'}")
        return subprocess.run(
            (self.program, *fixed, *arguments), capture_output=True, text=True, timeout=120, check=True
        )
