"""Keeping and erasing: backup, restore, purge, replay, as an operator runs them."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from builders import APPLICANT, NAME, form_docx, row, secret_docx, summary_xlsx
from desks import Line, drop, letters_in, write_desk
from mails import SENDER, attached, mail

from intake.pool import Bench
from store import books, queries
from store.database import StoreError
from store.keeping.backups import backup_if_due, write_backup
from store.keeping.purge import Purged, purge
from store.keeping.restore import restore
from store.keeping.traces import mentions
from store.made.export import export_items
from store.officers.morning import send_digest
from store.registers.lists import ListError
from store.views.story import story_of

OTHER = "露天矿无人运输系统研究"
SHARED = form_docx({"创新需求名称": OTHER})


def report(*files: tuple[str, bytes], n: int = 1, **more: object) -> bytes:
    attachments = [attached(name, content) for name, content in files]
    return mail(attachments=attachments, message_id=f"<{n}@example.cn>", **more)  # type: ignore[arg-type]


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Line:
    """Two letters were taken: the first with two demands and a 汇总表, the second with one of the two files again."""
    line = Line(write_desk(tmp_path / "desk"), readers)
    table = summary_xlsx([row(1), row(2, OTHER)])
    drop(line.workspace.root, report(("甲.docx", form_docx()), ("乙.docx", SHARED), ("表.xlsx", table)), "1")
    line.run()
    drop(line.workspace.root, report(("乙.docx", SHARED), n=2, text="重报乙项，以此为准。附件请查收。"), "2")
    line.run(hours=1)
    return line


def erase(line: Line, receipt: str = "GX2027-R0001") -> Purged:
    with line.desk() as desk:
        return purge(desk, receipt, "来函要求删除", "刘百里")


def everything(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a workspace but what its mailbox and its way out hold."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.relative_to(root).parts[0] not in ("inbox", "outbox"):
            yield path, path.read_bytes()


# --------------------------------------------------------------------------- purge


def test_a_purged_letter_is_nowhere_any_more(line: Line) -> None:
    with line.desk() as desk:
        send_digest(desk)
        export_items(desk, desk.packs, None, line.workspace.out / "全部需求.xlsx")
    raw = next((line.workspace.root / "inbox").rglob("1*")).read_bytes()
    assert any(mentions(content, [NAME]) for _, content in everything(line.workspace.root))
    purged = erase(line)
    assert purged.unswept == ""
    assert purged.items == ("GX2027-0001", "GX2027-0002")
    sought = [NAME, NAME.encode("unicode-escape").decode()]
    left = [path.name for path, content in everything(line.workspace.root) if mentions(content, sought)]
    assert left == []
    assert raw not in [content for _, content in everything(line.workspace.root)]
    assert len(purged.removed) == 2, "the digest and the export are named"


def test_what_proves_that_it_came_and_went_stays(line: Line) -> None:
    erase(line)
    with line.desk() as desk:
        story = story_of(desk.db, "GX2027-R0001")
        mail_row = desk.db.row("SELECT * FROM mails WHERE receipt = 'GX2027-R0001'")
        assert books.balance(desk.db).balances
        assert books.errors(desk.db) == ()
    assert story is not None
    assert mail_row is not None
    assert len(mail_row["sha256"]) == 64
    assert (mail_row["sender"], mail_row["decision"]) == ("", "accepted")
    assert "刘百里" in story.steps[-1].text
    assert "来函要求删除" in story.steps[-1].text


def test_a_file_that_another_letter_brought_too_stays_with_it(line: Line) -> None:
    purged = erase(line)
    assert purged.shared == 1
    with line.desk() as desk:
        found = queries.items(desk.db, everything=False)
        assert [(i.demand.number, i.demand.version, i.demand.name) for i in found] == [("GX2027-0002", 2, OTHER)]
        assert desk.files.get(found[0].demand.sha256) == SHARED


def test_a_purged_letter_that_is_met_again_is_not_taken_again(line: Line) -> None:
    raw = next((line.workspace.root / "inbox").rglob("1*")).read_bytes()
    erase(line)
    drop(line.workspace.root, raw, "again")
    line.run(hours=1)
    with line.desk() as desk:
        assert books.balance(desk.db).duplicates == 1
        assert books.balance(desk.db).balances
    assert raw not in [content for _, content in everything(line.workspace.root)]


def test_the_unit_may_send_it_again_and_no_number_is_used_twice(line: Line) -> None:
    erase(line)
    drop(line.workspace.root, report(("甲.docx", form_docx()), n=3), "3")
    line.run(hours=1)
    with line.desk() as desk:
        names = {i.demand.number: i.demand.name for i in queries.items(desk.db, everything=False)}
    assert names == {"GX2027-0002": OTHER, "GX2027-0003": NAME}


def test_a_letter_that_has_not_left_never_does(line: Line) -> None:
    drop(line.workspace.root, report(("丙.docx", form_docx({"创新需求名称": "草原遥感"})), n=3), "3")
    with line.desk() as desk:
        desk.outbox.pause(line.clock.at.replace(hour=23), "450 MI:SFQ")
    before = len(letters_in(line.workspace.root))
    line.run()
    erase(line, "GX2027-R0003")
    with line.desk() as desk:
        desk.db.remember("outgoing_paused_until", None)
    line.run(minutes=5)
    assert len(letters_in(line.workspace.root)) == before


def test_purging_says_which_backups_still_hold_it(line: Line, tmp_path: Path) -> None:
    with line.desk() as desk:
        write_backup(desk, tmp_path / "前.zip")
    first = erase(line)
    with line.desk() as desk:
        write_backup(desk, tmp_path / "后.zip")
    assert [b.path.name for b in first.backups] == ["前.zip"]
    with zipfile.ZipFile(tmp_path / "后.zip") as archive:
        assert not mentions(archive.read("zhengji.db"), [NAME])
    (tmp_path / "前.zip").unlink()
    again = erase(line)
    assert [(b.path.name, b.there) for b in again.backups] == [("前.zip", False)], "it may have been carried elsewhere"


def test_places_that_come_free_move_others_up(tmp_path: Path, readers: Bench) -> None:
    line = Line(write_desk(tmp_path), readers)
    with line.desk() as desk:
        assert desk.units
        desk.db.write("UPDATE units SET quota = 1")
    for n, name in enumerate(("甲烷裂解制氢研究", "稀薄煤层气提纯研究"), 1):
        drop(tmp_path, report((f"{n}.docx", form_docx({"创新需求名称": name})), n=n), str(n))
        line.run(hours=1)
    erase(line)
    with line.desk() as desk:
        (second,) = queries.items(desk.db, everything=False)
        assert "Q001" not in {f.code for f in second.demand.findings}
        assert [letter.kind for letter in desk.outbox.in_state("pending")] == ["moved_up"]


def test_what_stops_in_the_middle_is_finished_by_doing_it_again(line: Line) -> None:
    with line.desk() as desk:
        row = desk.db.row("SELECT sha256 FROM mails WHERE receipt = 'GX2027-R0001'")
        assert row is not None
        place = desk.files.path(row["sha256"])
    content = place.read_bytes()
    place.unlink()
    place.mkdir()  # no file can be deleted here
    with pytest.raises(OSError, match=place.name):
        erase(line)
    place.rmdir()
    place.write_bytes(content)
    assert erase(line).files >= 1
    assert content not in [kept for _, kept in everything(line.workspace.root)]


def test_a_database_that_another_reads_is_swept_later_and_that_is_said(line: Line) -> None:
    with line.desk() as reader:
        reader.db.connection.execute("BEGIN")
        reader.db.rows("SELECT count(*) FROM mails")
        with line.desk() as desk:
            desk.db.connection.execute("PRAGMA busy_timeout = 50")
            assert "另一程序" in purge(desk, "GX2027-R0001", "来函要求删除", "").unswept
        reader.db.connection.execute("COMMIT")
    assert erase(line).unswept == ""


def test_no_such_letter(line: Line) -> None:
    with pytest.raises(ListError, match="GX2027-R9999"):
        erase(line, "GX2027-R9999")


# --------------------------------------------------------------------------- backup and restore


def test_a_backup_holds_database_and_mails_and_nothing_secret(line: Line, tmp_path: Path) -> None:
    drop(line.workspace.root, report(("密.docx", secret_docx()), n=3, subject="绝不外传的主题"), "3")
    line.run(hours=1)
    with line.desk() as desk:
        written = write_backup(desk, tmp_path / "b.zip")
        secret = desk.db.row("SELECT sha256 FROM mails WHERE secret = 1")
    assert (written.mails, written.missing) == (3, ())
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert secret is not None
        assert f"files/{secret['sha256']}" not in archive.namelist()
        assert not any(mentions(archive.read(name), ["绝不外传的主题", "机密★10年"]) for name in archive.namelist())
        assert {"zhengji.toml", "registry.xlsx", "zhengji.db", "manifest.json"} <= set(archive.namelist())
        assert "secret" not in archive.namelist(), "the password's file is not kept"


def test_a_backup_is_taken_while_another_writes(line: Line, tmp_path: Path) -> None:
    with line.desk() as writer, line.desk() as desk:
        writer.db.connection.execute("BEGIN IMMEDIATE")
        writer.db.write("UPDATE facts SET value = value")
        writer.db.connection.execute("COMMIT")
        assert write_backup(desk, tmp_path / "b.zip").mails == 2


def test_a_workspace_that_is_lost_comes_back_whole_and_nothing_is_answered_twice(line: Line, tmp_path: Path) -> None:
    with line.desk() as desk:
        write_backup(desk, tmp_path / "b.zip")
        before = queries.items_json(queries.items(desk.db))
    for name in ("zhengji.db", "zhengji.toml", "registry.xlsx"):
        (line.workspace.root / name).unlink()
    answered = len(letters_in(line.workspace.root))
    restored = restore(tmp_path / "b.zip", line.workspace.config, clock=line.clock)
    assert (restored.mails, restored.set_aside) == (2, None)
    assert set(restored.settings) == {"zhengji.toml", "registry.xlsx"}
    (line.workspace.root / "secret").write_text("x")
    assert line.run(hours=1).met == 0
    with line.desk() as desk:
        assert queries.items_json(queries.items(desk.db)) == before
    assert len(letters_in(line.workspace.root)) == answered


def test_what_is_there_is_set_aside_and_readable(line: Line, tmp_path: Path) -> None:
    with line.desk() as desk:
        write_backup(desk, tmp_path / "b.zip")
    drop(line.workspace.root, report(("丙.docx", form_docx({"创新需求名称": "草原遥感"})), n=3), "3")
    line.run(hours=1)
    restored = restore(tmp_path / "b.zip", line.workspace.config, clock=line.clock)
    assert restored.kept == ("registry.xlsx", "zhengji.toml")
    assert restored.set_aside is not None
    with closing(sqlite3.connect(restored.set_aside)) as old:
        assert old.execute("SELECT count(*) FROM mails").fetchone() == (3,)
    assert line.run(hours=1).met == 1, "the letter since then is met again"


def test_what_was_purged_since_is_purged_again(line: Line, tmp_path: Path) -> None:
    with line.desk() as desk:
        write_backup(desk, tmp_path / "b.zip")
    erase(line)
    restored = restore(tmp_path / "b.zip", line.workspace.config, clock=line.clock)
    assert restored.purged == ("GX2027-R0001",)
    kept = [content for path, content in everything(line.workspace.root) if "backups" not in path.parts]
    assert not any(mentions(content, [NAME]) for content in kept)


def test_what_waited_then_may_have_left_and_is_looked_for_first(line: Line, tmp_path: Path) -> None:
    with line.desk() as desk:
        desk.db.write("UPDATE letters SET state = 'pending', sent_at = NULL WHERE id = 1")
        write_backup(desk, tmp_path / "b.zip")
    assert restore(tmp_path / "b.zip", line.workspace.config, clock=line.clock).unsure == 1
    with line.desk() as desk:
        assert [letter.id for letter in desk.outbox.in_state("uncertain")] == [1]


@pytest.mark.parametrize("spoil", ["cut", "byte", "text", "newer", "database"])
def test_a_backup_of_no_use_changes_nothing(line: Line, tmp_path: Path, spoil: str) -> None:
    good, bad = tmp_path / "b.zip", tmp_path / "bad.zip"
    with line.desk() as desk:
        write_backup(desk, good)
    content = bytearray(good.read_bytes())
    if spoil == "cut":
        bad.write_bytes(content[: len(content) // 2])
    elif spoil == "byte":
        content[len(content) // 2] ^= 0xFF
        bad.write_bytes(content)
    elif spoil == "text":
        bad.write_text("这不是备份")
    else:
        with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
            for name in old.namelist():
                part = old.read(name)
                if (spoil, name) == ("newer", "manifest.json"):
                    part = part.replace(b'"format": 1', b'"format": 2')
                if (spoil, name) == ("database", "zhengji.db"):
                    part = part[:-4096]
                new.writestr(name, part)
    before = {path: content for path, content in everything(line.workspace.root) if path.name != "zhengji.lock"}
    with pytest.raises(StoreError, match=r"bad\.zip"):
        restore(bad, line.workspace.config)
    after = {path: content for path, content in everything(line.workspace.root) if path.name != "zhengji.lock"}
    assert after == before


def test_no_file_is_ever_overwritten_by_a_backup(line: Line, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("mine")
    with line.desk() as desk, pytest.raises(StoreError, match="已经存在"):
        write_backup(desk, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "mine"


def test_the_daily_backups_are_seven_and_one_a_day_whatever_the_clock_does(line: Line) -> None:
    made = []
    for _ in range(9):
        line.clock.pass_by(days=1)
        with line.desk() as desk:
            made.append(backup_if_due(desk))
            line.clock.pass_by(hours=-2)
            assert backup_if_due(desk) is None
            line.clock.pass_by(hours=2)
    there = sorted((line.workspace.root / "backups").iterdir())
    assert there == made[-7:]


def test_no_backup_in_the_evening_of_a_day_that_has_one_but_at_night(line: Line) -> None:
    with line.desk() as desk:
        line.clock.at = line.clock.at.replace(hour=2)
        assert backup_if_due(desk) is None
        line.clock.pass_by(hours=2)
        assert backup_if_due(desk) is not None


# --------------------------------------------------------------------------- replay


def test_a_letter_that_was_set_aside_is_tried_again_by_its_number(line: Line) -> None:
    raw = report(("丙.docx", form_docx({"创新需求名称": "草原遥感"})), n=3)
    drop(line.workspace.root, raw, "3")
    with line.desk() as desk:
        for path in (line.workspace.root / "inbox" / "new").iterdir():
            path.unlink()
        from intake.post.arrivals import Arrival

        mail_id = desk.journal.write(Arrival("INBOX", "", "3", len(raw), line.clock.at), raw)
        for _ in range(3):
            desk.journal.fail(mail_id, "Traceback …\nValueError: 不认识的表格")
        assert f"zhengji replay {mail_id}" in books.errors(desk.db)[0]
        assert desk.journal.replay(mail_id) == 1
    line.run()
    with line.desk() as desk:
        assert books.balance(desk.db).failed == 0
        assert books.errors(desk.db) == ()


def test_the_applicant_of_a_purged_letter_is_gone_too(line: Line) -> None:
    erase(line)
    erase(line, "GX2027-R0002")
    assert not any(mentions(content, [APPLICANT, SENDER]) for path, content in everything(line.workspace.root)
                   if path.name not in ("registry.xlsx", "zhengji.db"))  # fmt: skip
    with line.desk() as desk:
        forms = [item["form"] for item in desk.db.rows("SELECT form FROM items")]
    assert not any(APPLICANT in form for form in forms)
