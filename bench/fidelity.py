"""What this program and four others keep of the same generated files: ``make fidelity`` writes docs/fidelity.md.

Results are kept in a folder as they come in, by the bytes of each file: a run that was stopped goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from itertools import groupby, pairwise
from pathlib import Path

import builders
import fidelity_cases
import fidelity_tools
import mails
import summary_cases
import word_cases
import word_parts
from fidelity_cases import Case, cases
from fidelity_tools import ONE_BY_ONE, convert, libreoffice

SLICE = 15  # files handed to LibreOffice in one call; after each the results are saved
TOOLS = (*ONE_BY_ONE, "LibreOffice")
KEPT, CANNOT = "✓", "cannot open"
PROGRAMS = (("pandoc", "pandoc"), ("office", "soffice"))
EXPORTS = {"xml": "xml:MS Word 2003 XML", "html": "html:HTML (StarWriter)"}


def verdict(text: str, case: Case) -> str:
    """What became of a case's words in a text: all kept, or the first thing that is wrong."""
    text = unicodedata.normalize("NFC", text)
    whole = _squeezed(text)
    if any(_squeezed(word) in whole for word in case.unseen):
        return "leaks"
    expected = "\0".join(map(_squeezed, case.shown))
    counts = [(whole.count(w), expected.count(w)) for w in map(_squeezed, dict.fromkeys(case.shown))]
    if any(found < wanted for found, wanted in counts):
        return "loses"
    if any(found > wanted for found, wanted in counts):
        return "doubles"
    return _order(text, case.shown)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _order(text: str, shown: Sequence[str]) -> str:
    """Whether the words stand in order, and parted from one another as they are on the page."""
    places = []
    start = 0
    for word in shown:
        found = re.compile(r"\s*".join(map(re.escape, _squeezed(word)))).search(text, start)
        if found is None:
            return "misplaces"
        places.append(found.span())
        start = found.end()
    for (before, after), (left, right) in zip(pairwise(places), pairwise(shown), strict=True):
        if before[1] == after[0] and left[-1] not in "）.)、" and not left[-1].isdigit() and right:
            return "joins"
    return KEPT


class Results:
    """Verdicts by tool and file, saved after every addition."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}

    def get(self, tool: str, case: Case) -> str | None:
        """The verdict, None where it has not been measured."""
        return self._known.get(f"{tool} {case.file}")

    def put(self, tool: str, verdicts: Iterable[tuple[Case, str]]) -> None:
        """Add verdicts and save."""
        self._known |= {f"{tool} {case.file}": said for case, said in verdicts}
        self._path.write_text(json.dumps(self._known, indent=0, ensure_ascii=False))


def made_by() -> str:
    """A digest of the code that makes and reads the files: another one, and everything is measured anew.

    The files themselves bear the time at which they were zipped.
    """
    code = [m.__file__ or "" for m in (builders, mails, summary_cases, word_cases, word_parts, fidelity_cases)]
    return hashlib.sha256(b"".join(Path(f).read_bytes() for f in (*code, fidelity_tools.__file__))).hexdigest()[:12]


def written(case: Case, folder: Path) -> Path:
    """The file of a case, made once; old formats are made by LibreOffice."""
    target = folder / case.file
    if target.is_file():
        return target
    if not case.made_of:
        target.write_bytes(case.content)
        return target
    source = folder / f"source.{'xlsx' if b'xl/workbook.xml' in case.content else 'docx'}"
    source.write_bytes(case.content)
    convert([source], EXPORTS.get(case.made_of, case.made_of), folder)
    source.with_suffix(f".{case.made_of}").rename(target)
    return target


def best(texts: Sequence[str], case: Case) -> str:
    """The best verdict on several texts of one file."""
    said = [verdict(text, case) for text in texts]
    return KEPT if KEPT in said else next(iter(said), CANNOT)


def measure(results: Results, folder: Path) -> None:
    """Measure what has not been measured; this program always anew, for it may have changed."""
    everything = [(case, written(case, folder)) for case in cases()]
    results.put(TOOLS[0], [(case, _one(TOOLS[0], path, case)) for case, path in everything])
    for tool in TOOLS[1:-1]:
        for case, path in everything:
            if results.get(tool, case) is None:
                results.put(tool, [(case, _one(tool, path, case))])
    waiting = [(case, path) for case, path in everything if results.get(TOOLS[-1], case) is None]
    for start in range(0, len(waiting), SLICE):
        batch = waiting[start : start + SLICE]
        made = libreoffice([path for _, path in batch])
        results.put(TOOLS[-1], [(case, best(made[path], case)) for case, path in batch])


def _one(tool: str, path: Path, case: Case) -> str:
    try:
        return best(ONE_BY_ONE[tool](path), case)
    except Exception:  # noqa: BLE001 - whatever a program lets out of a file that it cannot read
        return CANNOT


HEAD = """# What is kept of what people send

Made by `make fidelity`; no part of the tests. Each row is one construct: a file is generated, and every program turns
it into text as well as it can. {kept} means that all words that Word shows are in the text, each as often as on the
page, in order and parted from one another, and none that Word does not show (deleted, hidden, field codes).
Otherwise the first fault is named: *loses*, *leaks*, *doubles*, *joins* (words run together), *misplaces* or
*cannot open*. Blanks and line ends do not count.

{rules}

| | {columns} |
| --- | {bars} |
"""
RULES = """- python-docx {docx}: `iter_inner_content`, each merged cell once. docx2txt {docx2txt}: as it comes.
- {pandoc}: to plain text and to HTML, {office}: to plain text and to HTML (sheets to CSV): the better of the two.
- The old formats are written by the same LibreOffice from the same form, which favours it. No file made by Word or WPS
  itself is among them.
- Mails and archives are no business of the other programs. They stand here because forms come in them."""


def table(results: Results) -> str:
    """The results as Markdown."""
    everything = cases()
    lines = []
    for group, members in groupby(everything, key=lambda case: case.group):
        lines.append(f"| **{group}** |{' |' * len(TOOLS)}")
        lines += [f"| {c.name} | {' | '.join(results.get(t, c) or '?' for t in TOOLS)} |" for c in members]
    whole = [sum(results.get(t, c) == KEPT for c in everything) for t in TOOLS]
    lines.append(f"| **kept of {len(everything)}** | {' | '.join(map(str, whole))} |")
    rules = RULES.format(docx=version("python-docx"), docx2txt=version("docx2txt"), **_versions())
    head = HEAD.format(kept=KEPT, rules=rules, columns=" | ".join(TOOLS), bars=" | ".join("---" for _ in TOOLS))
    return head + "\n".join(lines) + "\n"


def _versions() -> dict[str, str]:
    said = {n: subprocess.run([c, "--version"], capture_output=True, text=True, check=True).stdout for n, c in PROGRAMS}
    return {name: " ".join(text.split("\n")[0].split()[:2]) for name, text in said.items()}


def main(target: Path, kept_in: Path) -> int:
    """Measure, write the table; 1 where this program does not keep everything."""
    folder = kept_in / made_by()
    folder.mkdir(parents=True, exist_ok=True)
    results = Results(folder / "results.json")
    measure(results, folder)
    target.write_text(table(results))
    failed = [case.name for case in cases() if results.get(TOOLS[0], case) != KEPT]
    print(f"{target}: {'this program keeps everything' if not failed else 'not kept here: ' + ', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
