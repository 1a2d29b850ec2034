"""Mails of a few days at the desk, and what the officers find in the morning."""

from __future__ import annotations

from datetime import datetime

from builders import form_docx, row, secret_docx, summary_xlsx
from desks import MORNING, Line, drop
from mails import SENDER, attached, mail

CHIFENG, CHIFENG_UNIT = "kjj-chifeng@example.cn", "赤峰市科学技术局"
GOOD = form_docx()
MINE, SLOPE, TAILINGS = "露天矿无人运输系统研究", "露天矿边坡智能监测装备研究", "铅锌尾矿综合回收技术研究"
WORDY = form_docx({"创新需求名称": MINE}, {"背景及需求": "字" * 301})
MENDED = form_docx({"创新需求名称": MINE})
LONG = form_docx({"创新需求名称": SLOPE, "所属领域": "煤炭清洁高效利用领域"}, {"实施周期": "5年。"})
OF_CHIFENG = form_docx({"创新需求名称": TAILINGS, "归口管理部门": CHIFENG_UNIT, "所属领域": "矿产资源开发利用领域"})
SECRET_NAME, SECRET_APPLICANT = "高能密度储能材料研究", "内蒙古某保密单位"
SECRET = secret_docx(form=form_docx({"创新需求名称": SECRET_NAME, "申报单位": SECRET_APPLICANT}))
TABLE = summary_xlsx([row(1), row(2, MINE), row(3, SLOPE, 所属领域="煤炭清洁高效利用领域")])


def send(line: Line, *files: tuple[str, bytes], at: datetime = MORNING, **more: str) -> None:
    """A mail comes in: to the Maildir, at that time."""
    n = len(list((line.workspace.root / "inbox").rglob("*@*"))) + 1
    attachments = [attached(name, content) for name, content in files]
    raw = mail(**{"attachments": attachments, "received": at, "message_id": f"<{n}@example.cn>", **more})  # type: ignore[arg-type]
    drop(line.workspace.root, raw, f"{n}@desk")


def first_day(line: Line) -> None:
    """包头 sends three demands (accepted, to be mended, held) with their 汇总表, and one with a secrecy marking."""
    files = [("制氢.docx", GOOD), ("运输.docx", WORDY), ("边坡.docx", LONG), ("汇总表.xlsx", TABLE)]
    send(line, *files)
    send(line, ("机密材料.docx", SECRET), sender=SENDER, subject=f"报送{SECRET_NAME}")
    line.run()


def second_day(line: Line) -> None:
    """包头 mends its second demand, 赤峰 sends its first."""
    line.clock.at = line.clock.at.replace(hour=15)
    send(line, ("运输（修订）.docx", MENDED), at=line.clock.at)
    send(line, ("尾矿.docx", OF_CHIFENG), at=line.clock.at, sender=CHIFENG, subject="报送创新需求")
    line.run()
