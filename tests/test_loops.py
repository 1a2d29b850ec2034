"""Mail that answers by itself: a conversation of two machines ends after one answer, and nobody else is written to."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from builders import form_docx
from desks import DESK, OFFICER, Line, drop, letters_in, write_desk
from mails import SENDER, attached, mail

from intake.pool import Bench
from store import books

TURNS = 8
FAULTY = form_docx(sections={"背景及需求": "字" * 301})
Robot = Callable[[EmailMessage, int], bytes]


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Line:
    return Line(write_desk(tmp_path), readers)


def written_to(line: Line, address: str) -> list[EmailMessage]:
    return [letter for letter in letters_in(line.workspace.root) if str(letter["To"]) == address]


def converse(line: Line, robot: Robot, first: bytes, address: str = SENDER) -> list[EmailMessage]:
    """Let a machine answer every letter of ours; returns all that it was written."""
    drop(line.workspace.root, first, "first")
    answered = 0
    for turn in range(TURNS):
        line.run(minutes=2)
        letters = written_to(line, address)
        if len(letters) == answered:
            break
        for n in range(answered, len(letters)):
            drop(line.workspace.root, robot(letters[n], turn * 100 + n), f"{turn}.{n}")
        answered = len(letters)
    return written_to(line, address)


def reply(letter: EmailMessage, n: int, text: str, *, thread: bool = True, **more: object) -> bytes:
    headers = {"In-Reply-To": str(letter["Message-ID"]), "References": str(letter["Message-ID"])} if thread else {}
    headers |= more.pop("headers", {})  # type: ignore[arg-type]
    subject = more.pop("subject", f"Re: {letter['Subject']}")
    return mail(subject=str(subject), text=text, message_id=f"<{n}@robot.example.cn>", headers=headers, **more)  # type: ignore[arg-type]


SILENT: dict[str, Robot] = {
    "RFC 3834": lambda m, n: reply(m, n, "附件已收到。", headers={"Auto-Submitted": "auto-replied"}),
    "Precedence": lambda m, n: reply(m, n, "附件已收到。", headers={"Precedence": "auto_reply"}),
    "X-Autoreply": lambda m, n: reply(m, n, "附件已收到。", headers={"X-Autoreply": "yes"}),
    "subject": lambda m, n: reply(m, n, "附件已收到。", thread=False, subject=f"自动回复: {m['Subject']}"),
    "QQ vacation": lambda m, n: reply(m, n, "这是来自QQ邮箱的假期自动回复邮件。\n附件请查收。", thread=False),
    "list": lambda m, n: reply(m, n, "附件请查收。", headers={"List-Id": "<a.example.cn>"}),
    "bounce": lambda m, n: reply(m, n, "附件请查收。", subject="系统退信", sender="postmaster@example.cn"),
    "our own header": lambda m, n: reply(m, n, "附件请查收。", headers={"Auto-Submitted": "auto-generated"}),
    "receipt only": lambda m, n: reply(m, n, "您的来信已收到，我们会尽快处理。"),
    "query result": lambda m, n: reply(m, n, "收到。", subject="Re: 【查询结果】GX2027-R0001"),
}


@pytest.mark.parametrize("name", SILENT)
def test_a_machine_that_says_so_hears_one_answer(line: Line, name: str) -> None:
    first = mail(attachments=[attached("甲.docx", FAULTY)], message_id="<0@example.cn>")
    assert len(converse(line, SILENT[name], first)) == 1


UNMARKED: dict[str, Robot] = {
    "speaks of attachments": lambda m, n: reply(m, n, "您好，附件请查收。", thread=False, subject="来信回执"),
    "speaks of attachments in the thread": lambda m, n: reply(m, n, "您好，附件请查收。"),
    "sends the file back": lambda m, n: reply(m, n, f"第{n}封", attachments=[attached("甲.docx", FAULTY)]),
    "sends our file back": lambda m, n: reply(
        m,
        n,
        f"第{n}封",
        attachments=[attached(str(p.get_filename()), p.get_payload(decode=True)) for p in m.iter_attachments()]
        or [attached("甲.docx", FAULTY)],
    ),
}


@pytest.mark.parametrize("name", UNMARKED)
def test_a_machine_that_marks_nothing_gets_one_answer_to_what_it_says(line: Line, name: str) -> None:
    first = mail(attachments=[attached("甲.docx", FAULTY)], message_id="<0@example.cn>")
    letters = converse(line, UNMARKED[name], first)
    assert len(letters) == 2, "one for the report, one for the first thing that the machine said"
    told = [letter for letter in written_to(line, OFFICER) if "疑似自动往来" in str(letter["Subject"])]
    assert len(told) == 1
    with line.desk() as desk:
        assert books.imbalances(desk.db) == ()
        reasons = [row["unanswered"] for row in desk.db.rows("SELECT unanswered FROM mails WHERE unanswered <> ''")]
    assert reasons
    assert all("疑似自动往来" in reason for reason in reasons)


def test_a_machine_that_never_says_the_same_is_stopped_by_the_cap(line: Line) -> None:
    def robot(letter: EmailMessage, n: int) -> bytes:
        other = form_docx({"创新需求名称": f"编号{n}的研究"}, {"背景及需求": f"{n}" + "字" * 301})
        return reply(letter, n, f"第{n}封", attachments=[attached(f"{n}.docx", other)])

    drop(line.workspace.root, mail(attachments=[attached("甲.docx", FAULTY)], message_id="<0@example.cn>"), "first")
    line.run()
    [letter] = written_to(line, SENDER)
    for n in range(12):
        drop(line.workspace.root, robot(letter, n), str(n))
    line.run(minutes=2)
    assert len(written_to(line, SENDER)) == 11


def test_a_person_who_mends_and_answers_is_answered_every_time(line: Line) -> None:
    drop(line.workspace.root, mail(attachments=[attached("甲.docx", FAULTY)], message_id="<0@example.cn>"), "first")
    line.run()
    for n, words in enumerate(("字" * 320, "字" * 310, "字" * 200), 1):
        letter = written_to(line, SENDER)[-1]
        mended = form_docx(sections={"背景及需求": words})
        drop(
            line.workspace.root, reply(letter, n, "已修改，见附件。", attachments=[attached("甲.docx", mended)]), str(n)
        )
        line.run(minutes=30)
        assert len(written_to(line, SENDER)) == n + 1
    assert written_to(line, SENDER)[-1]["X-Zhengji-Decision"] == "accepted"


def test_a_person_who_sends_the_same_by_mistake_is_told_so_once(line: Line) -> None:
    raw = [attached("甲.docx", FAULTY)]
    drop(line.workspace.root, mail(attachments=raw, message_id="<0@example.cn>"), "first")
    line.run()
    drop(line.workspace.root, reply(written_to(line, SENDER)[0], 1, "已修改，见附件。", attachments=raw), "1")
    line.run(minutes=30)
    assert len(written_to(line, SENDER)) == 2


def test_a_report_sent_twice_without_answering_is_answered_twice(line: Line) -> None:
    for n in (1, 2):
        raw = mail(attachments=[attached("甲.docx", FAULTY)], message_id=f"<{n}@example.cn>", text=f"第{n}次报送")
        drop(line.workspace.root, raw, str(n))
        line.run(minutes=30)
    assert len(written_to(line, SENDER)) == 2


def test_our_own_mail_and_nobodys_mail_are_never_answered(line: Line) -> None:
    form = [attached("甲.docx", form_docx())]
    drop(line.workspace.root, mail(attachments=form, sender=DESK), "own")
    drop(line.workspace.root, mail(attachments=form, headers={"Auto-Submitted": "auto-generated"}), "machine")
    empty = mail(attachments=form, message_id="<3@example.cn>").replace(b"<bounce@example.cn>", b"<>")
    drop(line.workspace.root, empty, "null")
    line.run()
    assert [str(letter["To"]) for letter in letters_in(line.workspace.root) if letter["To"] != OFFICER] == []


def test_a_stranger_is_answered_once_a_day_whatever_it_sends(line: Line) -> None:
    def robot(letter: EmailMessage, n: int) -> bytes:
        other = form_docx({"创新需求名称": f"编号{n}的研究"})
        return reply(
            letter, n, f"第{n}封", sender="robot@other.example.org", attachments=[attached(f"{n}.docx", other)]
        )

    first = mail(sender="robot@other.example.org", attachments=[attached("甲.docx", form_docx())])
    letters = converse(line, robot, first, "robot@other.example.org")
    assert len(letters) == 1
