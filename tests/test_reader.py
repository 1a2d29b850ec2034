"""What a worker hands on of a letter: each document with its kind, what was read, and what is wrong with it."""

from __future__ import annotations

import io
import zipfile

import pytest
from builders import (
    form_docx,
    plain_docx,
    row,
    secret_docx,
    summary_docx,
    summary_xlsx,
    with_parts,
    zipped,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import attached, mail

from intake.files.secrecy import is_marking
from intake.model import Document, Kind, Limits, Problem
from intake.reader import read_file, read_submission
from rules.packs.pack import load_pack

LAYOUT = load_pack("nm-gxjs-2027").layout


def read(name: str, data: bytes, **limits: int) -> Document:
    (document,) = read_file(name, data, (LAYOUT,), Limits(**limits))
    return document


def problems(document: Document) -> set[Problem]:
    return {t.problem for t in document.troubles}


def encrypted(name: str) -> bytes:
    """An Office file under a password, as Word and Excel write it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(form_docx() if name.endswith("docx") else summary_xlsx([row()]))).encrypt("geheim", out)
    return out.getvalue()


def test_a_letter_is_read_whole() -> None:
    files = [
        ("需求.docx", form_docx()),
        ("汇总表.xlsx", summary_xlsx([row()])),
        ("报送函.docx", plain_docx("关于报送创新需求的函")),
    ]
    raw = mail(attachments=[attached(name, content) for name, content in files])
    submission = read_submission(raw, (LAYOUT,), Limits())
    assert [d.kind for d in submission.documents] == [Kind.FORM, Kind.SUMMARY, Kind.LETTER]
    assert [d.type for d in submission.documents] == ["docx", "xlsx", "docx"]
    form, summary, _ = submission.documents
    assert len(form.forms) == 1
    assert summary.summary is not None
    assert len(summary.summary.rows) == 1
    assert form.data == files[0][1]
    assert not any(d.troubles for d in submission.documents)


def test_automatic_mail_is_not_opened() -> None:
    raw = mail(attachments=[attached("a.docx", form_docx())], headers={"Auto-Submitted": "auto-replied"})
    assert read_submission(raw, (LAYOUT,), Limits()).documents == ()


def test_a_mail_beyond_the_limit_is_known_by_its_header() -> None:
    submission = read_submission(mail(text="很长" * 1000), (), Limits(mail_bytes=500))
    assert submission.letter.sender
    assert [problems(d) for d in submission.documents] == [{Problem.TOO_LARGE}]


@pytest.mark.parametrize(
    ("name", "data", "kind", "found"),
    [
        ("需求.docx", form_docx(), Kind.FORM, set()),
        ("需求.doc", form_docx(), Kind.FORM, {Problem.MISNAMED}),
        ("需求.wps", form_docx(), Kind.FORM, set()),
        ("需求", form_docx(), Kind.FORM, set()),
        ("汇总表.et", summary_xlsx([row()]), Kind.SUMMARY, set()),
        ("汇总表.xls", summary_xlsx([row()]), Kind.SUMMARY, {Problem.MISNAMED}),
        ("汇总表.docx", summary_docx([row()]), Kind.SUMMARY, set()),
        ("会议纪要.docx", plain_docx("会议纪要", "时间：6月1日"), Kind.OTHER, set()),
        ("推荐意见.docx", plain_docx("同意推荐。"), Kind.LETTER, set()),
        ("扫描件.pdf", b"%PDF-1.4 x", Kind.OTHER, set()),
        ("扫描件.docx", b"%PDF-1.4 x", Kind.OTHER, {Problem.MISNAMED}),
        ("需求.docx", b"", Kind.UNREADABLE, {Problem.DAMAGED}),
        ("需求.docx", form_docx()[:3000], Kind.UNREADABLE, {Problem.DAMAGED}),
        ("汇总表.xls", b"<html></html>", Kind.OTHER, {Problem.MISNAMED}),
        ("需求.docx", encrypted("a.docx"), Kind.UNREADABLE, {Problem.PASSWORD}),
        ("汇总表.xlsx", encrypted("a.xlsx"), Kind.UNREADABLE, {Problem.PASSWORD}),
        ("需求.docm", with_parts(form_docx(), {"word/vbaProject.bin": b"x"}), Kind.FORM, {Problem.ACTIVE}),
        (
            "汇总表.xlsx",
            with_parts(summary_xlsx([row()]), {"xl/macrosheets/sheet1.xml": b"x"}),
            Kind.SUMMARY,
            {Problem.ACTIVE},
        ),
        (
            "汇总表.xlsx",
            with_parts(summary_xlsx([row()]), {"xl/externalLinks/externalLink1.xml": b"<ddeLink/>"}),
            Kind.SUMMARY,
            {Problem.ACTIVE},
        ),
        ("汇总表.xlsm", with_parts(summary_xlsx([row()]), {"xl/vbaProject.bin": b"x"}), Kind.SUMMARY, {Problem.ACTIVE}),
        ("需求.docx", secret_docx(), Kind.FORM, {Problem.SECRET}),
    ],
)
def test_kinds_and_troubles(name: str, data: bytes, kind: Kind, found: set[Problem]) -> None:
    document = read(name, data)
    assert (document.kind, problems(document)) == (kind, found)


def test_a_zip_gives_a_document_a_member() -> None:
    data = zipped({"需求1.docx": form_docx(), "坏.docx": b"x"}, windows=True)
    good, bad = read_file("材料.zip", data, (LAYOUT,), Limits())
    assert (good.path, good.kind) == ("材料.zip/需求1.docx", Kind.FORM)
    assert problems(bad) == {Problem.DAMAGED}


def test_no_more_bytes_are_handed_on_than_a_mail_may_hold() -> None:
    data = zipped({f"{n}.txt": bytes(1000) for n in range(5)})
    documents = read_file("a.zip", data, (LAYOUT,), Limits(mail_bytes=2500))
    assert [len(d.data) for d in documents] == [1000, 1000, 0, 0, 0]
    assert {d.size for d in documents} == {1000}


def test_a_document_that_unpacks_beyond_the_limits_is_hostile() -> None:
    bomb = with_parts(form_docx(), {"word/media/a.bin": bytes(4 * 2**20)})
    assert Problem.HOSTILE in problems(read("需求.docx", bomb, unpacked_bytes=2**20))


def test_a_marking_in_a_sheet_and_its_margin_is_seen() -> None:
    sheet = summary_xlsx([row(备注="机密★5年")])
    assert Problem.SECRET in problems(read("汇总表.xlsx", sheet))
    plain = summary_xlsx([row()])
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        name = next(n for n in archive.namelist() if n.startswith("xl/worksheets/sheet"))
        part = archive.read(name)
    for written in ("内部资料", "&#20869;&#37096;&#36164;&#26009;"):
        header = f"<headerFooter><oddHeader>&amp;C&amp;14{written}</oddHeader></headerFooter></worksheet>".encode()
        marked = with_parts(plain, {name: part.replace(b"</worksheet>", header)})
        assert Problem.SECRET in problems(read("汇总表.xlsx", marked))
    assert Problem.SECRET not in problems(read("汇总表.xlsx", plain))


@pytest.mark.parametrize(
    "line",
    [
        "机密★10年", "秘密", "绝　密", "机密★", "秘密★长期", "密级：机密", "【秘密】", "机密 ☆ 2年  特急",
        "000001 机密★1年", "内部资料", "内部资料 注意保存", "内部文件，不得外传", "不得外传",
        "内部资料　妥善保管　用后收回", "機密", "內部資料",
    ],
)  # fmt: skip
def test_secrecy_markings(line: str) -> None:
    assert is_marking(line)


@pytest.mark.parametrize(
    "line",
    [
        "", "商业秘密保护", "涉及国家秘密：否", "密级：公开", "不涉密", "□绝密 □机密 □秘密", "密级（绝密/机密/秘密）",
        "机密计算关键技术", "秘密共享算法", "内部资料管理办法研究", "内部文件检索系统",
        "本项目不涉及国家秘密。", "形成技术秘密3项",
        "研发基础来自企业内部资料和公开文献，数据可靠，可供后续研究使用",
    ],
)  # fmt: skip
def test_lines_that_only_speak_of_secrets(line: str) -> None:
    assert not is_marking(line)


SOUND = {"需求.docx": form_docx(), "汇总表.xlsx": summary_xlsx([row()])}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SOUND)), st.floats(0, 1), st.binary(min_size=1, max_size=40))
def test_broken_documents_never_crash(name: str, where: float, junk: bytes) -> None:
    good = SOUND[name]
    at = int(where * len(good))
    for document in read_file(name, good[:at] + junk + good[at + len(junk) :], (LAYOUT,), Limits()):
        assert document.sha256
