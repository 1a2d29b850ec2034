"""The whole line on real servers: a mail comes in by IMAP, its verdict is stored, its letter leaves by SMTP."""

from __future__ import annotations

import itertools
import json
import os
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from builders import NAME, form_docx, row, secret_docx, summary_xlsx
from desks import DESK, OFFICER, Line, drop, letters_in, parsed, words, write_desk
from mails import BEIJING, RECEIVED, SENDER, UNIT, attached, mail
from openpyxl import load_workbook
from servers import Account, free_port
from smtp_server import SmtpServer

from intake.pool import Bench
from intake.post.mailbox import open_mailbox
from scheduler import Pass, fetch
from store.keeping.backups import write_backup
from store.keeping.restore import restore
from store.queries import items, status_json
from store.setup.workspace import load_workspace

GOOD = form_docx()
WORDY = form_docx(sections={"背景及需求": "字" * 301}, fields={"创新需求名称": "露天矿无人运输系统研究"})
TABLE = summary_xlsx([row(1), row(2, "露天矿无人运输系统研究")])
OTHER = "kjj-chifeng@example.cn"


def report(*files: tuple[str, bytes], n: int = 1, **more: object) -> bytes:
    attachments = [attached(name, content) for name, content in files]
    return mail(attachments=attachments, message_id=f"<{n}@example.cn>", **more)  # type: ignore[arg-type]


def of_chifeng(n: int, **more: str) -> bytes:
    name = f"赤峰市第{n}项需求研究"
    fields = {"归口管理部门": "赤峰市科学技术局", "创新需求名称": name, **more}
    return report((f"{name}.docx", form_docx(fields)), n=n, sender=OTHER, subject=f"报送{name}")


@pytest.fixture
def line(tmp_path: Path, dovecot: Account, smtp_server: SmtpServer, readers: Bench) -> Line:
    return Line(write_desk(tmp_path, dovecot.url, smtp_server.url), readers)


@pytest.fixture
def files(tmp_path: Path, readers: Bench) -> Line:
    """A line from a Maildir to a Maildir."""
    return Line(write_desk(tmp_path), readers)


def status(line: Line) -> dict[str, object]:
    with line.desk() as desk:
        return status_json(desk.db, desk.packs)


def ledger_rows(line: Line) -> list[tuple[object, ...]]:
    sheet = load_workbook(line.workspace.out / "汇总表.xlsx")["汇总表"]
    return [tuple(cells) for cells in sheet.iter_rows(min_row=5, values_only=True)]


# --------------------------------------------------------------------------- a letter goes the whole way


def test_from_the_mailbox_to_the_answer_and_the_table(line: Line, dovecot: Account, smtp_server: SmtpServer) -> None:
    dovecot.deliver(report(("氢能.docx", GOOD), ("矿山.docx", WORDY), ("汇总表.xlsx", TABLE)), RECEIVED)
    course = line.run()
    assert (course.met, course.judged, course.sent, course.errors) == (1, 1, 1, [])
    sent = smtp_server.letters[0]
    assert (sent.sender, sent.recipient) == (DESK, SENDER)
    letter = parsed(sent.data)
    _bears_the_headers_of_an_answer(letter)
    assert "「背景及需求」限 300 字，实有 301 字" in words(letter)
    assert letter.get_body(("html",)) is not None
    assert [part.get_filename() for part in letter.iter_attachments()] == ["矿山（批注）.docx"]
    assert [r[:3] for r in ledger_rows(line)] == [(1, "内蒙古测试氢能装备有限公司", NAME)]
    assert ledger_rows(line)[0][3:8] == ("王建国", "13800000001", "新能源领域", 800, "内蒙古测试大学")
    assert dovecot.flags() == {1: {b"\\Seen"}}


def _bears_the_headers_of_an_answer(letter: EmailMessage) -> None:
    assert letter["To"] == SENDER
    assert str(letter["From"]) == f"高新处征集受理 <{DESK}>"
    assert letter["Subject"] == f"【补正通知】GX2027-R0001 {UNIT}"
    assert (letter["In-Reply-To"], letter["References"]) == ("<1@example.cn>", "<1@example.cn>")
    assert (letter["Auto-Submitted"], letter["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert (letter["X-Zhengji-Receipt"], letter["X-Zhengji-Decision"]) == ("GX2027-R0001", "correction")
    assert [letter[name] for name in ("Cc", "Bcc", "Reply-To")] == [None] * 3


def test_a_second_pass_changes_nothing(line: Line, dovecot: Account, smtp_server: SmtpServer) -> None:
    dovecot.deliver(report(("氢能.docx", GOOD)), RECEIVED)
    line.run()
    table, before = line.workspace.out / "汇总表.xlsx", status(line)
    made = table.stat().st_ino
    course = line.run(minutes=2)
    assert (course.met, course.judged, course.sent) == (0, 0, 0)
    assert len(smtp_server.letters) == 1
    assert table.stat().st_ino == made
    assert {**before, "last_poll": ""} == {**status(line), "last_poll": ""}
    assert before["mails"] == {"handled": 1, "ignored": 0, "duplicates": 0, "failed": 0}
    assert before["errors"] == []


def test_the_same_mail_twice_is_answered_once(line: Line, dovecot: Account, smtp_server: SmtpServer) -> None:
    raw = report(("氢能.docx", GOOD))
    dovecot.deliver_all([(raw, RECEIVED), (raw, RECEIVED)])
    line.run()
    assert len(smtp_server.letters) == 1
    assert status(line)["mails"] == {"handled": 1, "ignored": 0, "duplicates": 1, "failed": 0}
    assert dovecot.flags() == {1: {b"\\Seen"}, 2: {b"\\Seen"}}


def test_mails_are_moved_by_decision(tmp_path: Path, dovecot: Account, smtp_server: SmtpServer, readers: Bench) -> None:
    line = Line(write_desk(tmp_path, dovecot.url, smtp_server.url, mailbox={"after": '"move"'}), readers)
    robot = mail(subject="自动回复", headers={"Auto-Submitted": "auto-replied"}, message_id="<2@example.cn>")
    dovecot.deliver_all([(report(("氢能.docx", GOOD)), RECEIVED), (robot, RECEIVED)])
    line.run()
    assert dovecot.folders() == {"INBOX": 0, "已受理": 1, "其他来信": 1}
    assert line.run(minutes=2).met == 0


def test_mails_are_left_as_they_lie(tmp_path: Path, dovecot: Account, smtp_server: SmtpServer, readers: Bench) -> None:
    line = Line(write_desk(tmp_path, dovecot.url, smtp_server.url, mailbox={"after": '"leave"'}), readers)
    dovecot.deliver(report(("氢能.docx", GOOD)), RECEIVED)
    line.run()
    assert dovecot.flags() == {1: set()}
    assert line.run(minutes=2).met == 0
    assert len(smtp_server.letters) == 1


def test_of_a_side_folder_only_what_registered_units_submit(
    line: Line, dovecot: Account, smtp_server: SmtpServer
) -> None:
    stranger = report(("需求.docx", GOOD), n=2, sender="someone@example.com")
    dovecot.deliver_all([(report(("氢能.docx", GOOD)), RECEIVED), (stranger, RECEIVED)], "垃圾邮件")
    line.run()
    assert [letter.recipient for letter in smtp_server.letters] == [SENDER]
    assert status(line)["mails"] == {"handled": 1, "ignored": 1, "duplicates": 0, "failed": 0}


def test_a_stranger_is_answered_once_a_day(files: Line, tmp_path: Path) -> None:
    for n in (1, 2):
        drop(tmp_path, report(("需求.docx", GOOD), n=n, sender="someone@example.com"), str(n))
    files.run()
    [letter] = letters_in(tmp_path)
    assert (letter["To"], letter["X-Zhengji-Decision"]) == ("someone@example.com", "held")
    assert NAME not in words(letter)
    assert status(files)["errors"] == []
    assert status(files)["items"]["held"] == 2  # type: ignore[index]


def test_what_is_secret_is_shown_nowhere(files: Line, tmp_path: Path) -> None:
    drop(tmp_path, report(("某型装备.docx", secret_docx()), subject="某型装备需求"))
    files.run()
    raw = sorted((tmp_path / "files" / "quarantine").iterdir())
    assert raw
    assert {path.stat().st_mode & 0o777 for path in raw} == {0o600}
    with files.desk() as desk:
        everything = json.dumps(status_json(desk.db, desk.packs), ensure_ascii=False)
        everything += "".join(str(i.demand) for i in items(desk.db))
    letters = {str(letter["To"]): letter for letter in letters_in(tmp_path)}
    assert set(letters) == {SENDER, OFFICER}
    everything += "".join(str(letter["Subject"]) + words(letter) for letter in letters.values())
    assert "某型" not in everything
    assert NAME not in everything
    assert "请勿通过互联网邮箱传送涉密材料" in words(letters[SENDER])


# --------------------------------------------------------------------------- bad input never stops the pass


def test_damaged_mails_never_stop_the_pass(line: Line, dovecot: Account, smtp_server: SmtpServer) -> None:
    bad = [
        b"no header, no body\r\n",
        report(("破损.docx", b"PK\x03\x04 not a package"), n=2),
        b"From: =?utf-8?b?////?=\r\nContent-Type: multipart/mixed\r\n\r\n\xff\xfe",
        report(("氢能.docx", GOOD[: len(GOOD) // 2]), n=4, sender=OTHER),
    ]
    dovecot.deliver_all([*((raw, RECEIVED) for raw in bad), (report(("氢能.docx", GOOD), n=5), RECEIVED)])
    course = line.run()
    assert (course.met, course.judged, course.failed, course.errors) == (5, 5, 0, [])
    decisions = [parsed(each.data)["X-Zhengji-Decision"] for each in smtp_server.letters]
    assert sorted(decisions) == ["accepted", "correction", "correction"]
    found = status(line)
    assert found["mails"] == {"handled": 3, "ignored": 2, "duplicates": 0, "failed": 0}
    assert found["errors"] == []


def test_a_letter_that_fails_three_times_is_set_aside_and_seen(files: Line, tmp_path: Path) -> None:
    drop(tmp_path, report(("氢能.docx", GOOD)), "1")
    drop(tmp_path, report(("矿山.docx", WORDY), n=2), "2")
    with files.desk() as desk:  # a fault that only this one letter meets
        when = f"BEFORE INSERT ON items WHEN new.name = '{NAME}'"
        desk.db.write(f"CREATE TRIGGER fault {when} BEGIN SELECT raise(ABORT, 'bad'); END")
    assert [files.run(minutes=2).failed for _ in range(4)] == [1, 1, 1, 0]
    [letter] = letters_in(tmp_path)
    assert letter["In-Reply-To"] == "<2@example.cn>"
    found = status(files)
    assert found["mails"] == {"handled": 1, "ignored": 0, "duplicates": 0, "failed": 1}
    [error] = found["errors"]  # type: ignore[misc]
    assert "处理 3 次均失败，已搁置" in error
    with files.desk() as desk:
        desk.db.write("DROP TRIGGER fault")
        desk.journal.replay()
    assert files.run().judged == 1
    assert status(files)["errors"] == []


def test_a_mail_whose_bytes_are_lost_does_not_hold_up_the_next(files: Line, tmp_path: Path) -> None:
    drop(tmp_path, report(("氢能.docx", GOOD)), "1")
    drop(tmp_path, report(("矿山.docx", WORDY), n=2), "2")
    with files.desk() as desk, open_mailbox(desk.source) as mailbox:
        fetch(desk, mailbox, Pass())
        desk.files.path(desk.journal.pending()[0].sha256).unlink()
    course = files.run()
    assert (course.judged, course.failed) == (1, 1)
    assert "处理失败" in course.errors[0]


def test_a_mail_too_large_is_taken_by_its_header_alone(files: Line, tmp_path: Path) -> None:
    drop(tmp_path, report(("氢能.docx", GOOD)))
    os.truncate(tmp_path / "inbox" / "new" / "1", 101 * 2**20)
    files.run()
    kept = [path.stat().st_size for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert max(kept) < 4096
    [letter] = letters_in(tmp_path)
    assert letter["X-Zhengji-Decision"] == "correction"
    assert "101 MB" in words(letter)


def test_a_disk_that_takes_nothing_leaves_the_mail_for_the_next_pass(files: Line, tmp_path: Path) -> None:
    drop(tmp_path, report(("氢能.docx", GOOD)))
    (tmp_path / "files").write_bytes(b"in the way")
    with pytest.raises(Exception, match="files/"):
        files.run()
    (tmp_path / "files").unlink()
    assert files.run().judged == 1


# --------------------------------------------------------------------------- servers that do not play along


def test_what_is_journaled_is_judged_though_the_mailbox_is_out_of_reach(
    files: Line, tmp_path: Path, readers: Bench
) -> None:
    drop(tmp_path, report(("氢能.docx", GOOD)))
    with files.desk() as desk, open_mailbox(desk.source) as mailbox:
        fetch(desk, mailbox, Pass())
    away = Line(write_desk(tmp_path, f"imap://127.0.0.1:{free_port()}/INBOX"), readers)
    course = away.run()
    assert (course.judged, course.sent) == (1, 1)
    assert course.unreachable is not None
    assert "127.0.0.1" in status(away)["errors"][0]  # type: ignore[index]


def test_a_pass_that_is_told_to_stop_leaves_the_rest_untouched(files: Line, tmp_path: Path) -> None:
    for n in range(3):
        drop(tmp_path, of_chifeng(n), str(n))
    asked = itertools.count()
    stop = Pass(stopping=lambda: next(asked) > 0)
    files.run(stop)
    assert (stop.met, stop.judged) == (1, 0)
    course = files.run()
    assert (course.met, course.judged) == (2, 3)


def test_refusals_lead_to_their_acts_and_hold_up_no_other_letter(
    line: Line, dovecot: Account, smtp_server: SmtpServer
) -> None:
    dovecot.deliver_all([(of_chifeng(n), RECEIVED) for n in range(1, 4)])
    smtp_server.answer("RCPT", "550 Invalid User", "450 4.2.1 greylisted")
    course = line.run()
    assert course.sent == 1
    assert ["收件地址不存在" in line for line in course.errors] == [True], "a letter put off is no error"
    assert status(line)["outbox"] == {"pending": 2, "sent": 1, "uncertain": 0, "failed": 1}
    line.run(minutes=10)
    by_receiver = [each.recipient for each in smtp_server.letters]
    assert sorted(by_receiver) == sorted([OTHER, OTHER, OFFICER])
    alert = next(parsed(each.data) for each in smtp_server.letters if each.recipient == OFFICER)
    assert "收件地址已失效" in words(alert)
    assert "未能送达" in status(line)["errors"][0]  # type: ignore[index]


def test_a_letter_that_may_have_arrived_is_not_sent_again(
    line: Line, dovecot: Account, smtp_server: SmtpServer
) -> None:
    dovecot.deliver(of_chifeng(1), RECEIVED)
    smtp_server.answer(".", None)
    line.run()
    assert status(line)["outbox"]["uncertain"] == 1  # type: ignore[index]
    for _ in range(3):
        line.run(minutes=10)
    told = [each.recipient for each in smtp_server.letters]
    assert sorted(told) == sorted([OTHER, OFFICER])


def test_a_letter_found_among_what_was_sent_is_sent(line: Line, dovecot: Account, smtp_server: SmtpServer) -> None:
    dovecot.deliver(of_chifeng(1), RECEIVED)
    smtp_server.answer(".", None)
    line.run()
    dovecot.deliver(smtp_server.letters[0].data, folder="已发送")
    line.run(minutes=10)
    assert status(line)["outbox"] == {"pending": 0, "sent": 1, "uncertain": 0, "failed": 0}


@pytest.mark.parametrize("kept", [True, False])
def test_a_letter_that_is_not_among_what_was_sent_leaves_again_only_where_the_others_are_kept(
    line: Line, dovecot: Account, smtp_server: SmtpServer, kept: bool
) -> None:
    dovecot.deliver_all([(of_chifeng(n), RECEIVED) for n in (1, 2)])
    smtp_server.answer(".", "250 taken", None)
    line.run()
    dovecot.deliver(smtp_server.letters[0].data if kept else b"Message-ID: <1@elsewhere.cn>\r\n\r\n", folder="已发送")
    line.run(minutes=1)
    assert status(line)["outbox"]["uncertain"] == 1, "the copy may still be on its way"  # type: ignore[index]
    for _ in range(2):
        line.run(minutes=5)
    assert status(line)["outbox"] == {"pending": 0, "sent": 2, "uncertain": 0 if kept else 1, "failed": 0}
    assert (OFFICER in [each.recipient for each in smtp_server.letters]) is not kept


@pytest.mark.parametrize("by_the_same_account", [True, False])
def test_where_no_other_letter_tells_only_the_account_that_is_read_is_known_to_keep_them(
    tmp_path: Path, dovecot: Account, smtp_server: SmtpServer, readers: Bench, monkeypatch: pytest.MonkeyPatch,
    by_the_same_account: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr("store.recovery.is_strict", lambda _host: True)
    smtp_server.user = dovecot.name if by_the_same_account else "relay@example.cn"
    line = Line(write_desk(tmp_path, dovecot.url, smtp_server.url), readers)
    dovecot.deliver(of_chifeng(1), RECEIVED)
    dovecot.deliver(b"Message-ID: <1@elsewhere.cn>\r\n\r\n", folder="已发送")
    smtp_server.answer(".", None)
    line.run()
    line.run(minutes=10)
    assert status(line)["outbox"]["uncertain"] == (0 if by_the_same_account else 1)  # type: ignore[index]


def test_a_letter_written_anew_after_a_restore_is_looked_for_since_its_mail_came(
    line: Line, dovecot: Account, smtp_server: SmtpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.post.imap_commands._BATCH", 2)  # as if between them hundreds were sent
    with line.desk() as desk:
        write_backup(desk, tmp_path / "b.zip")
    dovecot.deliver(of_chifeng(1), RECEIVED)
    line.run()
    sent, later = smtp_server.letters[0].data, RECEIVED + timedelta(days=2)
    others = [(f"Message-ID: <{n}@elsewhere.cn>\r\n\r\n".encode(), later) for n in range(5)]
    dovecot.deliver_all([(sent, line.clock.at), *others], "已发送")
    line.clock.pass_by(days=5)
    restore(tmp_path / "b.zip", line.workspace.config, clock=line.clock)
    assert line.run(minutes=2).judged == 1
    assert status(line)["outbox"] == {"pending": 0, "sent": 1, "uncertain": 0, "failed": 0}
    assert len(smtp_server.letters) == 1


def test_a_line_that_breaks_ends_the_round_and_at_the_third_time_rests(
    line: Line, dovecot: Account, smtp_server: SmtpServer
) -> None:
    dovecot.deliver_all([(of_chifeng(n), RECEIVED) for n in range(1, 8)])
    smtp_server.answer(".", *[None] * 9)
    doubtful = []
    for _ in range(5):
        line.run(seconds=1)
        doubtful.append(status(line)["outbox"]["uncertain"])  # type: ignore[index]
    assert doubtful == [1, 2, 3, 3, 3]
    assert "发信暂停" in str(status(line)["errors"])


@pytest.mark.parametrize("packed", ["8bit", "base64"])
def test_a_letter_that_came_back_is_known_to_have_left_and_the_officers_are_told(
    line: Line, dovecot: Account, smtp_server: SmtpServer, packed: str
) -> None:
    dovecot.deliver(of_chifeng(1), RECEIVED)
    smtp_server.answer(".", None)
    line.run()
    bounce = EmailMessage()
    bounce["From"], bounce["Subject"] = "PostMaster@qq.example.com", "系统退信"
    bounce.set_content("您的邮件被退回到收件箱")
    bounce.add_attachment(smtp_server.letters[0].data.decode(), cte=packed)
    dovecot.deliver(bounce.as_bytes(), RECEIVED)
    for minutes in (1, 10, 10):
        line.run(minutes=minutes)
    assert status(line)["outbox"] == {"pending": 0, "sent": 1, "uncertain": 0, "failed": 1}
    assert "投递后被对方服务器退回" in words(parsed(smtp_server.letters[-1].data))
    assert len(smtp_server.letters) == 2


def test_a_refused_login_stops_the_letters_and_is_tried_less_and_less_often(
    line: Line, dovecot: Account, smtp_server: SmtpServer
) -> None:
    dovecot.deliver(of_chifeng(1), RECEIVED)
    smtp_server.answer("AUTH", *["535 Error: authentication failed"] * 3)
    assert "授权码" in line.run().errors[0]
    tries = []
    for minutes in range(1, 31):
        before = smtp_server.connections
        line.run(minutes=1)
        tries += [minutes] * (smtp_server.connections - before)
    assert tries[:2] == [5, 15]
    line.run(minutes=30)
    assert sorted(each.recipient for each in smtp_server.letters) == sorted([OTHER, OFFICER])


def test_a_login_that_was_mended_is_tried_at_once(
    line: Line, dovecot: Account, smtp_server: SmtpServer, readers: Bench
) -> None:
    dovecot.deliver(of_chifeng(1), RECEIVED)
    smtp_server.password = "another"
    line.run()
    assert line.run(seconds=1).errors == []
    assert smtp_server.connections == 1
    (line.workspace.root / "new secret").write_text("another")
    (line.workspace.root / "new secret").chmod(0o600)
    text = line.workspace.config.read_text()
    line.workspace.config.write_text(text.replace("[outgoing]", '[outgoing]\npassword_file = "new secret"'))
    assert Line(load_workspace(line.workspace.config), readers).run().sent == 2


def test_the_providers_caps_hold_letters_back_and_lose_none(
    tmp_path: Path, dovecot: Account, smtp_server: SmtpServer, readers: Bench
) -> None:
    caps = {"per_minute": "2", "per_sender_day": "3"}
    line = Line(write_desk(tmp_path, dovecot.url, smtp_server.url, outgoing=caps), readers)
    dovecot.deliver_all([(of_chifeng(n), RECEIVED) for n in range(1, 7)])
    assert [line.run().sent, line.run(seconds=30).sent, line.run(seconds=31).sent] == [2, 0, 2]
    line.run(minutes=2)
    letters = [parsed(each.data) for each in smtp_server.letters]
    assert len(letters) == 4
    combined = next(letter for letter in letters if "合并答复" in letter["Subject"])
    assert all(f"GX2027-R{n:04d}" in words(combined) for n in (4, 5, 6))
    assert status(line)["outbox"] == {"pending": 0, "sent": 7, "uncertain": 0, "failed": 0}


def test_officers_are_told_when_the_queue_will_outlast_the_deadline(
    tmp_path: Path, dovecot: Account, smtp_server: SmtpServer, readers: Bench
) -> None:
    line = Line(write_desk(tmp_path, dovecot.url, smtp_server.url, outgoing={"per_day": "1"}), readers)
    line.clock.at = datetime(2026, 6, 29, 10, tzinfo=BEIJING)
    dovecot.deliver_all([(of_chifeng(n), line.clock.at) for n in range(1, 5)])
    for _ in range(3):
        line.run(minutes=2)
    with line.desk() as desk:
        told = desk.db.rows("SELECT subject FROM letters WHERE recipient = ?", OFFICER)
    assert [row["subject"] for row in told] == ["【待发通知将误期】"]


def test_a_letter_that_is_put_off_for_ever_is_given_up_and_told(
    line: Line, dovecot: Account, smtp_server: SmtpServer
) -> None:
    dovecot.deliver(of_chifeng(1), RECEIVED)
    smtp_server.answer("RCPT", *["450 4.2.1 greylisted"] * 13)
    for _ in range(20):
        line.run(hours=7)
    assert [each.recipient for each in smtp_server.letters] == [OFFICER]
    assert status(line)["outbox"] == {"pending": 0, "sent": 1, "uncertain": 0, "failed": 1}
