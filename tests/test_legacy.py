"""Old and foreign formats read like the .docx that they were made from."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from summary_cases import BLANKS, FIRST, HEADER, LAYOUT, TITLE, UNIT, names, saved, word_table, workbook
from word_parts import deleted, docx, inserted, item, level, numbering, package, paragraph, read, run

from intake.documents.legacy import NoConverter, converters, read_legacy
from intake.documents.office import find_office
from intake.files.active import active_in_rtf
from intake.files.ooxml import WordDamaged, WordHostile, WordLocked
from intake.model import Limits, Paragraph, WordText, block_text
from intake.tables.summary import read_summary_sheet, read_summary_word

LIMITS = Limits()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# LibreOffice keeps only text boxes that have a size.
SIZED_BOX = (
    '<w:r><w:pict><v:rect style="position:absolute;width:120pt;height:40pt"><v:textbox>'
    f"<w:txbxContent>{paragraph('框内')}</w:txbxContent></v:textbox></v:rect></w:pict></w:r>"
)
FORM = docx(
    paragraph("高新技术领域2027年科技创新需求")
    + item("背景及需求")
    + paragraph("采用“PEM”电解，", inserted(run("效率98.5%")) + deleted("旧的"))
    + item("研究目标")
    + paragraph("第一行", "<w:r><w:br/><w:t>第二行</w:t></w:r>")
    + paragraph("框外", SIZED_BOX)
    + word_table([HEADER, FIRST, *BLANKS])
    + paragraph(TITLE)
    + paragraph(UNIT),
    numbering(level(0, "chineseCountingThousand", "（%1）")),
)

Converted = Callable[[str], bytes]


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """The form as .doc and a 汇总表 as .xls, written by LibreOffice once for all tests, both at the same time."""
    office = find_office()
    assert office, "LibreOffice is needed: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"
    folder = tmp_path_factory.mktemp("office")
    (folder / "form.docx").write_bytes(FORM)
    (folder / "table.xlsx").write_bytes(saved(workbook([(TITLE,), (UNIT,), HEADER, FIRST], ["A1:I1", "A2:I2"])))
    running = [
        subprocess.Popen(
            [office, "--headless", f"-env:UserInstallation={(folder / type_).as_uri()}", "--convert-to", type_, source],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for type_, source in (("doc", "form.docx"), ("xls", "table.xlsx"))
    ]
    assert [child.wait(timeout=120) for child in running] == [0, 0]
    return lambda name: Path(folder, name).read_bytes()


def _lines(text: WordText) -> list[str]:
    numbered = ((b.number if isinstance(b, Paragraph) else "", block_text(b)) for b in text.blocks)
    return [number + line for number, line in numbered if line]


def test_doc_reads_like_the_docx_that_it_was_made_from(converted: Converted) -> None:
    text = read_legacy(converted("form.doc"), "doc", LIMITS)
    assert _lines(text) == _lines(read(FORM))
    assert "采用“PEM”电解，效率98.5%" in _lines(text)
    assert names(read_summary_word(text, (LAYOUT,))) == ["电解水制氢"]
    assert text.active == ()


def test_doc_is_read_by_libreoffice_where_the_library_stumbles(converted: Converted) -> None:
    cut = converted("form.doc")[:-100]  # the last sector is incomplete
    assert _lines(read_legacy(cut, "doc", LIMITS)) == _lines(read(FORM))


def test_xls_reads_like_the_xlsx_that_it_was_made_from(converted: Converted) -> None:
    summary = read_summary_sheet(converted("table.xls"), "xls", (LAYOUT,))
    assert names(summary) == ["电解水制氢"]
    assert summary is not None
    assert (summary.title, summary.unit) == (TITLE, "包头市科学技术局")


def _rtf(*lines: str) -> bytes:
    written = "".join("\\par " + "".join(f"\\u{ord(c)}?" if ord(c) > 127 else c for c in line) for line in lines)
    return ("{\\rtf1\\ansi\\ansicpg936" + written + "}").encode("ascii")


def test_rtf() -> None:
    lines = ["申报单位：甲公司", "GB/T 19774-2005"]
    assert _lines(read_legacy(_rtf(*lines), "rtf", LIMITS)) == lines


ODT = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    "content.xml": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:text>'
    "<text:p>申报单位：甲公司</text:p></office:text></office:body></office:document-content>",
}


def test_odt() -> None:
    assert _lines(read_legacy(package(ODT), "odt", LIMITS)) == ["申报单位：甲公司"]


def test_odt_with_a_password_or_entities_is_refused_unopened() -> None:
    locked = ODT["META-INF/manifest.xml"].replace("/></manifest:manifest>", "><manifest:encryption-data/>")
    with pytest.raises(WordLocked):
        read_legacy(package({**ODT, "META-INF/manifest.xml": locked}), "odt", LIMITS)
    with pytest.raises(WordHostile):
        read_legacy(package({**ODT, "content.xml": '<!DOCTYPE x [<!ENTITY a "ha">]><x/>'}), "odt", LIMITS)
    with pytest.raises(WordHostile):
        read_legacy(package({**ODT, "Pictures/1.png": b"\0" * 5000}), "odt", Limits(unpacked_bytes=4000))


def test_damaged_and_locked_files(converted: Converted) -> None:
    whole = converted("form.doc")
    for data in (b"", b"plain text", whole[:2000]):
        with pytest.raises(WordDamaged):
            read_legacy(data, "doc", LIMITS)
    with pytest.raises(WordLocked):
        read_legacy(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "doc", LIMITS)
    fib = whole.index(b"\xec\xa5")
    encrypted = bytearray(whole)
    encrypted[fib + 11] |= 1  # fEncrypted
    with pytest.raises(WordLocked):
        read_legacy(bytes(encrypted), "doc", LIMITS)


def test_without_libreoffice_it_is_our_lack_and_not_the_senders(
    converted: Converted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _lines(read_legacy(converted("form.doc"), "doc", LIMITS))
    with pytest.raises(NoConverter, match="LibreOffice"):
        read_legacy(_rtf("甲"), "rtf", LIMITS)
    assert dict(converters())["LibreOffice (.rtf .odt)"] is None


def _has_ended(pid: int) -> bool:
    """Whether a process has ended, within a moment; nobody may have asked for its last word yet."""
    state = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        if not state.exists() or state.read_text().rpartition(") ")[2].startswith("Z"):
            return True
        time.sleep(0.02)
    return False


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "soffice").write_text("#!/bin/sh\n/bin/sleep 600 & echo $! > $HOME/../pid-$$\n/bin/sleep 600\n")
    (tmp_path / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(NoConverter, match="时间"):
        read_legacy(_rtf("甲"), "rtf", Limits(seconds=1))
    (pid,) = (int(path.read_text()) for path in tmp_path.glob("pid-*"))
    assert _has_ended(pid)
    assert not list(tmp_path.glob("zhengji-*"))


def test_a_program_that_breaks_down_is_our_lack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "soffice").write_text("#!/bin/sh\nkill -s SEGV $$\n")
    (tmp_path / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoConverter, match="异常"):
        read_legacy(_rtf("甲"), "rtf", LIMITS)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"_VBA_PROJECT", ("宏",)),
        (b"http://x.example/t.dot", ("指向外部地址的模板",)),
        (b"http://x.example/t.html", ()),
    ],
)
def test_active_content_of_old_files_is_named(converted: Converted, data: bytes, named: tuple[str, ...]) -> None:
    wide = data.decode().encode("utf-16-le")
    assert read_legacy(converted("form.doc") + wide, "doc", LIMITS).active == named


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        (rb"{\*\template http://x.example/t.dot}", ("指向外部地址的模板",)),
        (rb"{\*\template C:\\t.dot}", ()),
        (rb"{\field{\*\fldinst DDEAUTO c x}}", ("DDE 域代码",)),
        (b"{\\objdata " + b"..Package..setup.exe\0".hex().encode() + b"}", ("嵌入的程序",)),
        (b"{\\objdata " + b"..Equation.3..\0\0\0\0\0".hex().encode() + b"}", ()),
    ],
)
def test_active_content_of_rtf_is_named(inside: bytes, named: tuple[str, ...]) -> None:
    assert active_in_rtf(rb"{\rtf1 " + inside + b"}") == named
