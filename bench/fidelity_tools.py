"""The programs that are compared: how each turns a file into text, at its best."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lxml import html

from intake.documents.legacy import read_legacy
from intake.documents.word import read_word
from intake.files.sniff import SHEET_TYPES, WORD_TYPES
from intake.files.unpack import Piece, open_file
from intake.model import Limits, Paragraph, WordText, block_text
from intake.tables.sheets import read_grids

SECONDS = 180
PANDOC_READS = (".docx", ".rtf", ".odt", ".html")
SHEETS = (".xlsx", ".xls", ".ods")
LIMITS = Limits()

Reader = Callable[[Path], Sequence[str]]  # one text, or several of which the best counts; raises where it cannot


def ours(path: Path) -> Sequence[str]:
    """This program: whatever the file is, what lies in it, opened as a letter's attachment is."""
    pieces = open_file(path.name, path.read_bytes(), LIMITS)
    return ["\n".join(_read(piece) for piece in pieces if not piece.troubles)]


def _read(piece: Piece) -> str:
    if piece.type in SHEET_TYPES:
        grids = read_grids(piece.data, piece.type, LIMITS)
        return "\n".join("\t".join(line) for grid in grids for line in grid.rows)
    if piece.type == "docx":
        return _lines(read_word(piece.data, LIMITS))
    return _lines(read_legacy(piece.data, piece.type, LIMITS)) if piece.type in WORD_TYPES else ""


def _lines(text: WordText) -> str:
    return "\n".join((b.number if isinstance(b, Paragraph) else "") + block_text(b) for b in text.blocks)


def python_docx(path: Path) -> Sequence[str]:
    """python-docx, walked as its documentation advises: paragraphs and tables in order, a merged cell once."""
    import docx

    return ["\n".join(_docx_lines(docx.Document(str(path))))]


def _docx_lines(holder: Any) -> list[str]:
    lines: list[str] = []
    for block in holder.iter_inner_content():
        if not hasattr(block, "rows"):
            lines.append(block.text)
            continue
        cells = {cell._tc: cell for line in block.rows for cell in line.cells}
        lines += [text for cell in cells.values() for text in _docx_lines(cell)]
    return lines


def docx2txt(path: Path) -> Sequence[str]:
    """docx2txt, which has one way."""
    import docx2txt as library  # type: ignore[import-not-found]

    return [library.process(str(path))]


def pandoc(path: Path) -> Sequence[str]:
    """pandoc to plain text and to HTML; whatever it has no reader for it would take for Markdown."""
    if path.suffix not in PANDOC_READS:
        raise ValueError(path.suffix)
    texts = []
    for form in ("plain", "html"):
        done = subprocess.run(
            ["pandoc", "--wrap=none", "-t", form, str(path)], capture_output=True, timeout=SECONDS, check=True
        )
        made = done.stdout.decode()
        texts.append(html.fromstring(made).text_content() if form == "html" and made.strip() else made)
    return texts


def convert(sources: Sequence[Path], to: str, folder: Path) -> None:
    """Let LibreOffice convert files in one call; what it cannot open has no file in the folder afterwards."""
    office = shutil.which("soffice")
    if office is None:
        raise FileNotFoundError("soffice: run this by make fidelity")
    with tempfile.TemporaryDirectory() as profile:
        order = [office, "--headless", f"-env:UserInstallation={Path(profile).as_uri()}", "--convert-to", to]
        order += ["--outdir", str(folder), *map(str, sources)]
        subprocess.run(order, capture_output=True, timeout=SECONDS, check=False)


def libreoffice(sources: Sequence[Path]) -> Mapping[Path, Sequence[str]]:
    """LibreOffice on many files: to plain text and to HTML, sheets to CSV; nothing where it made no file."""
    made: dict[Path, list[str]] = {path: [] for path in sources}
    words = [p for p in sources if p.suffix not in SHEETS]
    sheets = [p for p in sources if p.suffix in SHEETS]
    for batch, to in (
        (words, "txt:Text (encoded):UTF8"),
        (words, "html:HTML (StarWriter)"),
        (sheets, "csv:Text - txt - csv (StarCalc):44,34,76"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            if batch:
                convert(batch, to, Path(folder))
            for path in batch:
                found = Path(folder, f"{path.stem}.{to.partition(':')[0]}")
                if found.is_file():
                    made[path].append(_text_of(found))
    return made


def _text_of(path: Path) -> str:
    made = path.read_text("utf-8-sig", "replace")
    if path.suffix != ".html" or not made.strip():
        return made
    root = html.fromstring(made.encode(), parser=html.HTMLParser(encoding="utf-8"))
    for unseen in root.xpath("//head|//style|//script"):
        unseen.getparent().remove(unseen)
    return str(root.text_content())


ONE_BY_ONE: Mapping[str, Reader] = {
    "this program": ours,
    "python-docx": python_docx,
    "docx2txt": docx2txt,
    "pandoc": pandoc,
}
