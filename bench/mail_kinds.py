"""Mails of every kind that a desk meets, each with what must become of it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cache

from builders import SECTIONS, form_docx, row, secret_docx, summary_xlsx, with_parts, zipped
from mails import attached, mail

JUNK = "垃圾邮件"


@dataclass(frozen=True)
class Sent:
    """A mail that was put into the mailbox, and what must become of it."""

    raw: bytes
    decision: str  # "duplicate" where the same bytes were sent before
    demands: tuple[str, ...] = ()
    folder: str = "INBOX"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


NAME = "甲乙丙丁戊己庚辛壬癸"  # stands in for a demand's own name until it has one


@cache
def _blank(*, too_long: bool) -> bytes:
    sections = {"背景及需求": SECTIONS["背景及需求"] + "长" * 300} if too_long else {}
    return form_docx({"创新需求名称": NAME}, sections)


def _form(name: str, *, too_long: bool = False) -> bytes:
    return _named(_blank(too_long=too_long), name)


@cache
def _blank_table() -> bytes:
    return summary_xlsx([row(1, NAME)])


def _table(name: str) -> bytes:
    return _named(_blank_table(), name)


def _named(package: bytes, name: str) -> bytes:
    """A .docx or .xlsx with a name put in."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        contents = {part: parts.read(part) for part in parts.namelist()}
    for way in ("strict", "xmlcharrefreplace"):
        old, new = (text.encode("ascii" if way != "strict" else "utf-8", way) for text in (NAME, name))
        contents = {part: content.replace(old, new) for part, content in contents.items()}
    return with_parts(package, contents)


def _demand(number: int) -> str:
    """A name of its own for every demand, far enough from the others that none is taken for a new version."""
    digest = hashlib.sha256(f"demand {number}".encode()).digest()
    return "".join(chr(0x4E00 + byte * 7 % 2000) for byte in digest[:14]) + "装备研制"


def _accepted(number: int, _before: list[Sent]) -> Sent:
    name = _demand(number)
    files = (attached("需求.docx", _form(name)), attached("汇总表.xlsx", _table(name)))
    return Sent(mail(attachments=files, message_id=f"<{number}@example.cn>"), "accepted", (name,))


def _correction(number: int, _before: list[Sent]) -> Sent:
    name = _demand(number)
    files = (attached("需求.docx", _form(name, too_long=True)), attached("汇总表.xlsx", _table(name)))
    return Sent(mail(attachments=files, message_id=f"<{number}@example.cn>"), "correction", (name,))


def _mended(number: int, before: list[Sent]) -> Sent:
    """The corrected form of the last mail that had to be mended, or a new demand."""
    for each in reversed(before):
        if each.decision == "correction" and sum(each.demands[0] in m.demands for m in before) == 1:
            name = each.demands[0]
            files = (attached("需求（修订）.docx", _form(name)), attached("汇总表.xlsx", _table(name)))
            return Sent(mail(attachments=files, message_id=f"<{number}@example.cn>"), "accepted", (name,))
    return _correction(number, before)


def _archive(number: int, _before: list[Sent]) -> Sent:
    names = (_demand(number), _demand(-number))
    table = summary_xlsx([row(n, name) for n, name in enumerate(names, 1)])
    packed = zipped({**{f"{name}.docx": _form(name) for name in names}, "汇总表.xlsx": table}, windows=True)
    return Sent(
        mail(attachments=(attached("材料.zip", packed),), message_id=f"<{number}@example.cn>"), "accepted", names
    )


def _stranger(number: int, _before: list[Sent]) -> Sent:
    name = _demand(number)
    raw = mail(
        sender=f"someone{number}@example.net", sender_name="", attachments=(attached("需求.docx", _form(name)),),
        message_id=f"<{number}@example.net>",
    )  # fmt: skip
    return Sent(raw, "held", (name,))


def _vacation(number: int, _before: list[Sent]) -> Sent:
    raw = mail(
        subject="自动回复: 【受理通知】", text=f"我在休假。{number}", headers={"Auto-Submitted": "auto-replied"},
        message_id=f"<{number}@example.cn>",
    )  # fmt: skip
    return Sent(raw, "ignored")


def _query(number: int, _before: list[Sent]) -> Sent:
    return Sent(mail(subject="查询", text="请告知本单位需求状态。", message_id=f"<{number}@example.cn>"), "request")


def _secret(number: int, _before: list[Sent]) -> Sent:
    raw = mail(attachments=(attached("需求.docx", _secret_form(number)),), message_id=f"<{number}@example.cn>")
    return Sent(raw, "held", ("（涉密，未显示）",))


@cache
def _secret_form(_number: int) -> bytes:
    return secret_docx()


def _again(number: int, before: list[Sent]) -> Sent:
    """The same bytes once more, among the junk."""
    firsts = [each for each in before if each.decision not in ("duplicate", "ignored")]
    if not firsts:
        return _query(number, before)
    return Sent(firsts[-1].raw, "duplicate", (), JUNK if number % 2 else "INBOX")


KINDS = {
    "accepted": _accepted,
    "correction": _correction,
    "mended": _mended,
    "archive": _archive,
    "stranger": _stranger,
    "automatic": _vacation,
    "query": _query,
    "secret": _secret,
    "again": _again,
}
