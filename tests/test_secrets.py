"""What must not be read: passwords anywhere, a letter with a secrecy marking in any output, our files by others."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from builders import form_docx, plain_docx, row, summary_xlsx, zipped
from click.testing import CliRunner
from desks import CALL, DESK, OFFICER, Line, drop, letters_in, words, write_desk
from mails import SENDER, attached, mail
from netease import NeteaseServer
from smtp_server import SmtpServer

import cli
from intake.pool import Bench
from replies.send import Outgoing, open_outgoing
from store.books import errors
from store.database import open_database
from store.desk import open_desk
from store.keeping.traces import letter_mentions, mentions
from store.registers.registry import import_register
from store.setup.workspace import Workspace

PASSWORD = "Qx7授权码-not-for-logs"
ASCII_PASSWORD = "XKCDQWERTYUIOPAS"
Program = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    said: str


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Done]]:
    """The program as a person starts it, in this process: its exit code and all that it said."""

    def run(workspace: Workspace, *arguments: str) -> Done:
        capsys.readouterr()
        code: object = 0
        try:
            cli.main([*arguments, "-c", str(workspace.config)])
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return Done(int(str(code or 0)), said.out + said.err)

    umask = os.umask(0)
    yield run
    os.umask(umask)
    structlog.reset_defaults()


def own_files(root: Path) -> Iterator[Path]:
    """What the program has written into a workspace."""
    for name in ("zhengji.db", "zhengji.db-wal", "zhengji.db-shm", "zhengji.lock", "registry.xlsx.bak"):
        if (root / name).exists():
            yield root / name
    for folder in ("files", "out", "backups", "outbox"):
        yield from ((root / folder), *(root / folder).rglob("*"))


# --------------------------------------------------------------------------- files


def test_nobody_else_can_read_what_is_written_whatever_the_umask(tmp_path: Path, program: Program) -> None:
    workspace = write_desk(tmp_path)
    drop(tmp_path, mail(attachments=[attached("甲.docx", form_docx()), attached("表.xlsx", summary_xlsx([row()]))]))
    for command in (["once"], ["digest"], ["backup", str(tmp_path / "backups" / "b.zip")], ["export"],
                    ["registry", "import", str(tmp_path / "registry.xlsx")]):  # fmt: skip
        os.umask(0)
        done = program(workspace, *command)
        assert done.code == 0, done.said
    wrong = [
        (str(p.relative_to(tmp_path)), oct(p.stat().st_mode)) for p in own_files(tmp_path) if p.stat().st_mode & 0o77
    ]
    assert wrong == []
    names = {p.name for p in own_files(tmp_path)}
    assert {"zhengji.db", "zhengji.lock", "registry.xlsx.bak", "汇总表.xlsx", "b.zip"} <= names


def test_the_journals_of_the_database_are_private_too_and_an_open_one_is_closed(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        (tmp_path / "zhengji.db").touch(0o666)
        db = open_database(tmp_path / "zhengji.db")
        db.remember("a", "b")
        modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.glob("zhengji.db*")}
        db.close()
    finally:
        os.umask(before)
    assert modes == {"zhengji.db": 0o600, "zhengji.db-wal": 0o600, "zhengji.db-shm": 0o600}


def test_the_old_register_is_kept_privately(tmp_path: Path) -> None:
    workspace = write_desk(tmp_path)
    before = os.umask(0o077)
    try:
        (tmp_path / "registry.xlsx").chmod(0o644)
        db = open_database(workspace.db)
        import_register(db, tmp_path / "registry.xlsx", workspace.register_file, workspace.packs)
        db.close()
    finally:
        os.umask(before)
    assert (tmp_path / "registry.xlsx.bak").stat().st_mode & 0o777 == 0o600


# --------------------------------------------------------------------------- passwords


@pytest.fixture
def netease() -> Iterator[NeteaseServer]:
    server = NeteaseServer()
    yield server
    server.stop()


def test_a_refused_password_is_in_no_output_no_process_list_and_no_file(
    tmp_path: Path,
    netease: NeteaseServer,
    smtp_server: SmtpServer,
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both servers are rude enough to repeat it."""
    monkeypatch.setenv("MAIL_WORD", ASCII_PASSWORD)
    netease.refuse_login(f"NO LOGIN {ASCII_PASSWORD} is wrong")
    coded = base64.b64encode(f"\0{smtp_server.user}\0{ASCII_PASSWORD}".encode()).decode()
    smtp_server.answer("AUTH", *(f"535 {ASCII_PASSWORD} {coded} is wrong" for _ in range(4)))
    tables = {"mailbox": {"password_env": '"MAIL_WORD"', "password_file": '""'}}
    workspace = write_desk(tmp_path, netease.url, smtp_server.url, **tables)
    with open_desk(workspace) as desk:
        from test_outbox import letter

        desk.outbox.add(letter("a"))
    outputs = [program(workspace, command) for command in ("once", "status", "doctor")]
    assert [done.code for done in outputs] == [1, 0, 1]
    said = "".join(done.said for done in outputs)
    assert "授权码" in said
    assert ASCII_PASSWORD not in said
    assert coded not in said
    for path in (p for p in own_files(tmp_path) if p.is_file()):
        assert ASCII_PASSWORD.encode() not in path.read_bytes(), path
        assert coded.encode() not in path.read_bytes(), path


def test_a_password_is_no_argument_and_no_key_of_the_configuration(tmp_path: Path) -> None:
    for table, keys in (("mailbox", {"password": f'"{PASSWORD}"'}), ("outgoing", {"url": f'"smtp://a:{PASSWORD}@h"'})):
        folder = tmp_path / table
        with pytest.raises(Exception, match="toml") as caught:
            write_desk(folder, **{table: keys})
        assert PASSWORD not in str(caught.value)
    assert not [p.name for command in cli.zhengji.commands.values() for p in command.params if "pass" in (p.name or "")]


def test_a_password_file_that_others_can_read_stops_everything_and_is_not_quoted(
    tmp_path: Path, program: Program
) -> None:
    workspace = write_desk(tmp_path, "imap://a@127.0.0.1:9/INBOX")
    (tmp_path / "secret").write_text(PASSWORD)
    (tmp_path / "secret").chmod(0o644)
    done = program(workspace, "once")
    assert done.code == 2
    assert "chmod 600" in done.said
    assert PASSWORD not in done.said


def test_an_error_while_sending_never_shows_the_password(smtp_server: SmtpServer) -> None:
    outgoing = Outgoing(smtp_server.url, ASCII_PASSWORD)
    assert ASCII_PASSWORD not in repr(outgoing)
    with open_outgoing(outgoing) as outlet:
        assert ASCII_PASSWORD not in outlet.probe().detail


# --------------------------------------------------------------------------- secrecy markings

MARKED = (
    "涉密主题甲乙",
    "涉密文件名丙丁",
    "涉密需求名称戊己",
    "涉密申报单位庚辛",
    "涉密正文壬癸",
    "涉密附言子丑",
    "8888.88",
)
FIELDS = {"创新需求名称": MARKED[2], "申报单位": MARKED[3]}


def marked_docx() -> bytes:
    from io import BytesIO

    from docx import Document

    form = form_docx(FIELDS, {"研发基础": MARKED[4], "资金需求": f"申请财政资金{MARKED[6]}万元"})
    document = Document(BytesIO(form))
    document.paragraphs[0].insert_paragraph_before("秘密★5年")
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.fixture
def secret_desk(tmp_path: Path, readers: Bench) -> Line:
    """A desk that took a good letter and, after it, two marked ones: plain, and inside an archive with a table."""
    line = Line(write_desk(tmp_path, officers={"empty_digest": "true"}), readers)
    drop(tmp_path, mail(attachments=[attached("甲.docx", form_docx())], message_id="<1@example.cn>"), "1")
    line.run()
    marked = marked_docx()
    table = summary_xlsx([row(1, MARKED[2], MARKED[3])])
    for n, files in enumerate(
        ({f"{MARKED[1]}.docx": marked}, {f"{MARKED[1]}.zip": zipped({f"{MARKED[1]}.docx": marked, "表.xlsx": table})}),
        2,
    ):
        attachments = [attached(name, content) for name, content in files.items()]
        attachments.append(attached(f"{MARKED[1]}函.docx", plain_docx("关于报送需求的函", MARKED[4])))
        drop(tmp_path, mail(attachments=attachments, subject=MARKED[0], text=f"附件请查收。{MARKED[5]}",
                            message_id=f"<{n}@example.cn>"), str(n))  # fmt: skip
    line.run(hours=1)
    return line


def test_a_marked_letter_is_quoted_in_no_output(secret_desk: Line, capsys: pytest.CaptureFixture[str]) -> None:
    root, config = secret_desk.workspace.root, ["-c", str(secret_desk.workspace.config)]
    commands = [
        ["status"], ["status", "--json"], ["items", "--all"], ["items", "--all", "--json"],
        *(["show", n, *j] for n in ("GX2027-R0002", "GX2027-R0003", "GX2027-0002") for j in ([], ["--json"])),
        *(["export", "--what", what, "--format", f, "-o", str(root / "out" / f"{what}.{f}")]
          for what, formats in (("汇总表", ("xlsx", "docx", "csv", "json")), ("all", ("xlsx", "csv", "json")))
          for f in formats),
        ["digest", "--send"], ["decide", "GX2027-0002", "hold", "--reason", "待核"],
        ["backup", str(root / "out" / "b.zip")], ["registry", "list"], ["doctor"],
        ["purge", "GX2027-R0003", "--reason", "涉密"],
    ]  # fmt: skip
    runner, said = CliRunner(), []
    for command in commands:
        done = runner.invoke(cli.zhengji, [*command, *config])
        assert done.exception is None or isinstance(done.exception, SystemExit), (command, done.exception)
        said.append(done.output)
    secret_desk.run(hours=1)
    log = capsys.readouterr()
    assert not mentions("".join((*said, log.out, log.err)).encode(), MARKED)
    for letter in letters_in(root):
        assert not letter_mentions(letter.as_bytes(), MARKED), letter["Subject"]
    for path in (p for p in own_files(root) if p.is_file() and "quarantine" not in p.parts):
        assert not mentions(path.read_bytes(), MARKED), path
        escaped = [word.encode("unicode-escape").decode() for word in MARKED[:-1]]
        assert not mentions(path.read_bytes(), escaped), path


def test_it_is_kept_apart_and_told_once_to_each_side(secret_desk: Line) -> None:
    root = secret_desk.workspace.root
    kept = list((root / "files" / "quarantine").iterdir())
    assert any(mentions(path.read_bytes(), [MARKED[2]]) for path in kept if path.read_bytes()[:2] == b"PK")
    assert {oct(path.stat().st_mode & 0o777) for path in kept} == {"0o600"}
    told = [letter for letter in letters_in(root) if "R0002" in str(letter["Subject"])]
    assert sorted(str(letter["To"]) for letter in told) == sorted([OFFICER, SENDER])
    assert "脱密后重新报送" in "".join(words(letter) for letter in told)
    assert {str(letter["From"]).rpartition("<")[2].strip(">") for letter in told} == {DESK}
    assert CALL


def test_a_letter_that_fails_shows_where_and_never_what_it_said(tmp_path: Path, readers: Bench) -> None:
    """Nobody knows yet whether it bears a marking."""
    line = Line(write_desk(tmp_path), readers)
    drop(tmp_path, mail())
    with line.desk() as desk:
        from intake.post.arrivals import Arrival

        mail_id = desk.journal.write(Arrival("INBOX", "", "9", 1, line.clock.at), b"x")
        place = '  File "/opt/rules/judge.py", line 7, in judge\n    return known[name]\n'
        trace = f"Traceback (most recent call last):\n{place}KeyError: {MARKED[2]}\n{MARKED[3]}\n"
        for _ in range(3):
            desk.journal.fail(mail_id, trace)
        (error,) = errors(desk.db)
    assert not mentions(error.encode(), MARKED)
    assert "KeyError，judge.py 第 7 行" in error
