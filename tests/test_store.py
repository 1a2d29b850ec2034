"""The store: nothing lost, nothing twice, and what is read back is what was judged."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from states import AFTER, LATE, MARKED, PACK, TOO_LONG, UNKNOWN, item, letter, table, unit
from store_builders import Bench, answer, same_state

from intake.model import Document, Kind, Submission
from rules.judging.officers import decide_demand
from rules.model import SECRET_NAME, Decision, Likeness, OfficerDecision
from store import books, events
from store.database import StoreError, open_database
from store.queries import items, items_json, status_json
from store.record import act_transaction, letter_transaction
from store.registers.registry import load_register
from store.views.story import story_json, story_of


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


class TestJournal:
    def test_a_mail_is_kept_byte_for_byte_and_waits(self, bench: Bench) -> None:
        mail_id = bench.arrive("To: 高新处\r\n\r\n你好".encode("gb18030"))
        (waiting,) = bench.journal.pending()
        assert waiting.id == mail_id
        assert bench.files.get(waiting.sha256) == "To: 高新处\r\n\r\n你好".encode("gb18030")

    def test_the_same_uid_again_is_the_same_mail(self, bench: Bench) -> None:
        first = bench.arrive(b"a", uid="7")
        assert bench.arrive(b"a", uid="7") == first
        assert bench.journal.seen("INBOX", "1") == {"7"}
        assert bench.journal.seen("INBOX", "2") == frozenset()

    def test_uids_begun_anew_are_known_again_by_their_bytes(self, bench: Bench) -> None:
        ids = [bench.arrive(b"a"), bench.arrive(b"b")]
        assert [bench.arrive(raw, uidvalidity="2") for raw in (b"a", b"b")] == ids
        assert len(bench.journal.pending()) == 2

    def test_new_mail_under_a_used_uid_is_not_taken_for_the_old_one(self, bench: Bench) -> None:
        first = bench.arrive(b"a", uid="1")
        assert bench.arrive(b"b", uid="1", uidvalidity="2") != first

    def test_a_second_mail_of_the_same_bytes_is_a_duplicate(self, bench: Bench) -> None:
        bench.arrive(b"a")
        bench.arrive(b"a")
        bench.arrive(b"a", folder="垃圾邮件", inbox=False)
        assert len(bench.journal.pending()) == 1
        assert books.balance(bench.db).duplicates == 2

    def test_what_was_passed_over_among_the_junk_is_judged_when_a_person_puts_it_into_the_inbox(
        self, bench: Bench
    ) -> None:
        junk = bench.arrive(b"a", folder="垃圾邮件", inbox=False)
        bench.settle(junk, replace(letter(), kind="ignored", items=()))
        rescued = bench.arrive(b"a")
        assert [mail.id for mail in bench.journal.pending()] == [rescued]

    def test_the_copy_in_the_inbox_counts_though_one_among_the_junk_was_met_first_and_waits(self, bench: Bench) -> None:
        bench.arrive(b"a", folder="垃圾邮件", inbox=False)
        bench.arrive(b"a", folder="垃圾邮件", inbox=False)
        counts = bench.arrive(b"a")
        assert [(mail.id, mail.inbox) for mail in bench.journal.pending()] == [(counts, True)]
        bench.settle(counts, letter(item("甲")))
        account = books.balance(bench.db)
        assert (account.handled, account.duplicates, account.balances) == (1, 2, True)

    def test_pending_is_in_order_of_arrival_not_of_meeting(self, bench: Bench) -> None:
        later = bench.arrive(b"later")
        bench.clock.pass_by(hours=-2)
        earlier = bench.arrive(b"earlier")
        assert [mail.id for mail in bench.journal.pending()] == [earlier, later]

    def test_three_failures_set_a_mail_aside_and_replay_takes_it_up(self, bench: Bench) -> None:
        mail_id = bench.arrive()
        assert [bench.journal.fail(mail_id, "Traceback\nValueError: 坏") for _ in range(3)] == [False, False, True]
        assert bench.journal.pending() == ()
        assert "ValueError" in books.errors(bench.db)[0]
        assert bench.journal.replay() == 1
        assert len(bench.journal.pending()) == 1

    def test_the_mailbox_is_told_only_of_what_is_decided(self, bench: Bench) -> None:
        bench.arrive(b"a")
        bench.arrive(b"a")
        assert bench.journal.unacknowledged("INBOX", "1") == ()
        bench.settle(1, letter(item("甲")))
        told = bench.journal.unacknowledged("INBOX", "1")
        assert [(t.uid, t.decision) for t in told] == [("1", "accepted"), ("2", "accepted")]
        bench.journal.acknowledged(told[:1])
        assert [t.uid for t in bench.journal.unacknowledged("INBOX", "1")] == ["2"]

    def test_a_full_disk_leaves_the_mail_to_be_met_again(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="磁盘空间"):
            bench.arrive(b"a", uid="9")
        assert bench.journal.seen("INBOX", "1") == frozenset()
        assert [p for p in (bench.folder / "files").rglob("*") if p.is_file()] == []


class TestRecord:
    def test_receipts_and_numbers_run_without_gaps(self, bench: Bench) -> None:
        first, second = bench.take(item("甲"), item("乙")), bench.take(item("丙"))
        assert [d.number for d in (*first.demands, *second.demands)] == ["GX2027-0001", "GX2027-0002", "GX2027-0003"]
        assert second.demands[0].receipt == "GX2027-R0002"

    def test_an_error_undoes_everything_and_frees_the_receipt(self, bench: Bench) -> None:
        mail_id = bench.arrive()

        def break_off() -> None:
            with letter_transaction(bench.db, bench.files, mail_id) as running:
                assert running.receipt("GX2027") == "GX2027-R0001"
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            break_off()
        assert len(bench.journal.pending()) == 1
        assert bench.take(item("甲")).demands[0].receipt == "GX2027-R0001"

    def test_attachments_are_kept_by_their_hash_and_private(self, bench: Bench) -> None:
        mail_id = bench.arrive()
        came = letter(item("甲"))
        document = replace(came.submission.documents[0], data=b"the form")
        bench.settle(mail_id, replace(came, submission=Submission(came.submission.letter, (document,))))
        kept = next(p for p in (bench.folder / "files").rglob("*") if p.is_file() and p.read_bytes() == b"the form")
        if os.name == "posix":
            assert stat.S_IMODE(kept.stat().st_mode) == 0o600
            assert stat.S_IMODE((bench.folder / "zhengji.db").stat().st_mode) == 0o600

    def test_one_answer_a_letter_however_often_it_is_recorded(self, bench: Bench) -> None:
        mail_id = bench.arrive()
        for _ in range(2):
            bench.settle(mail_id, letter(item("甲")))
        assert len(bench.outbox.in_state("pending")) == 1

    def test_the_answers_id_comes_back_with_the_demand(self, bench: Bench) -> None:
        bench.take(item("甲"))
        assert bench.state().demands[0].reply_id == "<gx2027-r0001.answer@example.cn>"

    def test_versions_tables_withdrawal_and_return_read_back_as_judged(self, bench: Bench) -> None:
        bench.owner = unit(limit=2)
        steps = (
            bench.take(item("甲", TOO_LONG), item("乙"), item("丙"), tables=(table("甲", "乙"),)),
            bench.take(item("甲")),
            bench.take(item("丁"), item("丁"), at=AFTER, findings=(LATE,)),
            bench.ask("撤回", "GX2027-0001"),
            bench.ask("恢复", "GX2027-0001"),
            bench.take(item("戊"), tables=(table("戊", whole=True),)),
        )
        assert steps[3].changes[0].moved_up
        assert same_state(bench.state(), steps[-1].state)

    def test_two_demands_that_likeness_made_one_are_parted_again(self, bench: Bench) -> None:
        bench.take(item("高效电解水制氢装备关键技术研究与示范应用工程"))
        bench.take(item("高效电解水制氢装备关键技术研究及示范应用工程"))
        parted = bench.ask("恢复", "GX2027-0001")
        assert same_state(bench.state(), parted.state)
        assert sorted((i.demand.number, i.demand.version) for i in items(bench.db)) == [
            ("GX2027-0001", 1),
            ("GX2027-0002", 1),
        ]

    def test_an_officer_lets_a_late_version_in(self, bench: Bench) -> None:
        bench.take(item("甲", TOO_LONG))
        bench.take(item("甲"), at=AFTER, findings=(LATE,))
        decided = OfficerDecision(Decision.ACCEPTED, "已电话说明", "刘百里", bench.clock.at)
        with act_transaction(bench.db, bench.files, "刘百里") as running:
            state, changes = decide_demand(running.load_state(PACK.id, bench.owner), "GX2027-0001", decided, PACK)
            running.apply(state, [answer("notice")])
        current = next(d for d in bench.state().demands if d.number == "GX2027-0001")
        assert (current.version, current.decision, current.officer) == (2, Decision.ACCEPTED, decided)
        story = story_of(bench.db, "gx2027-0001")
        assert story
        assert any("已电话说明" in step.text and step.actor == "刘百里" for step in story.steps)
        assert len(changes) > 0

    def test_a_stranger_touches_nothing_until_the_address_is_registered(self, bench: Bench) -> None:
        stranger = letter(item("甲"), findings=(UNKNOWN,))
        mail_id = bench.arrive()
        bench.settle(mail_id, replace(stranger, unit=None))
        assert bench.state().demands == ()
        bench.settle(mail_id, letter(item("甲")))
        (demand,) = bench.state().demands
        assert (demand.number, demand.isolated, demand.receipt) == ("GX2027-0001", False, "GX2027-R0001")
        assert len(items(bench.db)) == 1

    def test_what_a_demand_is_like_is_kept_under_its_number_for_the_officers(self, bench: Bench) -> None:
        like = Likeness("甲.docx", "P003", 0.7, "已资助项目", "相同的话", name="甲")
        judged = bench.settle(bench.arrive(), letter(item("甲"), item("乙")), (like,))
        assert judged.demands[0].decision is Decision.HELD
        assert bench.state().likenesses == (replace(like, demand="GX2027-0001", name=""),)
        bench.take(item("丙"))
        assert [d.decision for d in bench.state().demands] == [Decision.HELD, Decision.ACCEPTED, Decision.ACCEPTED]

    def test_a_demand_on_no_file_cannot_be_changed(self, bench: Bench) -> None:
        judged = bench.take(item("甲"))
        ghost = replace(judged.state, demands=(judged.demands[0].with_(number="GX2027-0099", receipt=""),))
        with pytest.raises(KeyError), act_transaction(bench.db, bench.files, "某人") as running:
            running.apply(ghost)

    def test_the_log_cannot_be_changed(self, bench: Bench) -> None:
        bench.take(item("甲"))
        for statement in ("UPDATE events SET actor = 'x'", "DELETE FROM events"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                bench.db.write(statement)


NAMES = st.lists(st.sampled_from("甲乙丙丁"), min_size=1, max_size=3, unique=True).map(tuple)
LETTERS = st.tuples(st.just("take"), NAMES, st.booleans(), st.booleans())
REQUESTS = st.tuples(st.sampled_from(["撤回", "恢复"]), st.integers(1, 4))


@settings(max_examples=12, deadline=None)
@given(st.lists(st.one_of(LETTERS, REQUESTS), min_size=1, max_size=6))
def test_the_store_and_the_judge_agree_after_any_letters(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), owner=unit(limit=2))
        for step in steps:
            if step[0] == "take":
                _, names, error, listed = step
                found = (TOO_LONG,) if error else ()
                judged = bench.take(*(item(n, *found) for n in names), tables=(table(*names),) if listed else ())
            else:
                judged = bench.ask(str(step[0]), f"GX2027-{step[1]:04d}")
            assert same_state(bench.state(), judged.state)
        assert books.imbalances(bench.db) == ()
        bench.db.close()


class TestSecrecy:
    SECRET = "某型装备材料"

    def secret(self, bench: Bench) -> None:
        mail_id = bench.arrive(b"raw secret mail")
        document = Document(f"{self.SECRET}.docx", f"{self.SECRET}.docx", "docx", Kind.FORM, "ab" * 32, 6, b"secret")
        came = letter(item(self.SECRET, TOO_LONG, document=document.path), findings=(MARKED,), subject=self.SECRET)
        came = replace(came, submission=Submission(came.submission.letter, (document,)))
        bench.settle(mail_id, came)

    def test_nothing_of_a_marked_letter_is_in_the_database(self, bench: Bench) -> None:
        self.secret(bench)
        bench.db.write("PRAGMA wal_checkpoint(TRUNCATE)")
        content = (bench.folder / "zhengji.db").read_bytes()
        assert self.SECRET.encode() not in content

    def test_its_files_lie_in_quarantine_alone(self, bench: Bench) -> None:
        self.secret(bench)
        kept = [p for p in (bench.folder / "files").rglob("*") if p.is_file()]
        assert {p.read_bytes() for p in kept} == {b"raw secret mail", b"secret"}
        assert {p.parent.name for p in kept} == {"quarantine"}

    def test_the_same_bytes_again_go_to_quarantine_too(self, bench: Bench) -> None:
        self.secret(bench)
        bench.arrive(b"raw secret mail")
        assert {p.parent.name for p in (bench.folder / "files").rglob("*") if p.is_file()} == {"quarantine"}

    def test_it_keeps_its_place_and_shows_nothing(self, bench: Bench) -> None:
        self.secret(bench)
        (shown,) = items_json(items(bench.db))["items"]
        assert (shown["name"], shown["fields"], shown["sections"], shown["amount_wan"]) == (SECRET_NAME, {}, {}, None)
        assert [f["code"] for f in shown["findings"]] == ["S001"]
        assert status_json(bench.db, [PACK])["quota"][0]["used"] == 1
        assert self.SECRET not in str(story_json(story_of(bench.db, "GX2027-R0001")))


class TestKilled:
    """SIGKILL at every statement of a pass over one letter: afterwards it is done once, whole."""

    @staticmethod
    def child(folder: Path, at: int) -> int:
        """Take a letter and die at the given statement; returns the wait status."""
        pid = os.fork()
        if pid:
            return os.waitpid(pid, 0)[1]
        bench, statements = Bench(folder), 0

        def count(_: str) -> None:
            nonlocal statements
            statements += 1
            if statements == at:
                os.kill(os.getpid(), signal.SIGKILL)

        bench.db.connection.set_trace_callback(count)
        bench.take(item("甲", TOO_LONG), tables=(table("甲"),))
        os._exit(0)

    def test_every_statement(self, tmp_path: Path) -> None:
        Bench(tmp_path / "empty").db.close()
        at, died = 0, True
        while died:
            at += 1
            with tempfile.TemporaryDirectory() as folder:
                shutil.copytree(tmp_path / "empty", folder, dirs_exist_ok=True)
                died = os.WIFSIGNALED(self.child(Path(folder), at))
                bench = Bench(Path(folder))
                done = books.balance(bench.db)
                assert done.seen in (0, 1)
                assert done.handled + done.waiting == done.seen
                assert len(bench.outbox.in_state("pending")) == len(items(bench.db)) == done.handled
                if not done.handled:
                    bench.take(item("甲", TOO_LONG), tables=(table("甲"),))
                    assert (len(items(bench.db)), len(bench.state().summaries)) == (1, 1)
                bench.db.close()
        assert at > 20


class TestQueries:
    def test_status_counts_as_the_contract_says(self, bench: Bench) -> None:
        bench.owner = unit(limit=2)
        register = bench.folder / "registry.csv"
        register.write_text("归口管理部门,类别,邮箱,限额\n包头市科学技术局,盟市,,2\n", encoding="utf-8")
        load_register(bench.db, register, [PACK])
        bench.take(item("甲"), item("乙", TOO_LONG), item("丙"))
        bench.take(item("乙"), item("丁"), at=AFTER, findings=(LATE,))
        bench.ask("撤回", "GX2027-0001")
        bench.settle(bench.arrive(), replace(letter(item("戊"), findings=(UNKNOWN,)), unit=None))
        bench.settle(bench.arrive(), replace(letter(), kind="ignored"))
        bench.arrive(b"mail 1")
        status = status_json(bench.db, [PACK])
        assert status["mails"] == {"handled": 4, "ignored": 1, "duplicates": 1, "failed": 0}
        assert status["items"] == {"accepted": 1, "correction": 1, "held": 1, "refused": 1, "withdrawn": 1}
        assert status["quota"] == [{"unit": bench.owner.name, "used": 2, "waiting": 0, "limit": 2}]
        assert status["outbox"]["pending"] == 5
        assert status["errors"] == []

    def test_items_have_exactly_the_keys_of_the_contract(self, bench: Bench) -> None:
        bench.take(item("甲", TOO_LONG))
        (shown,) = items_json(items(bench.db, everything=False))["items"]
        assert list(shown) == [
            "item", "receipt", "unit", "name", "version", "decision", "findings", "fields", "sections", "amount_wan",
            "received", "current", "withdrawn",
        ]  # fmt: skip
        assert shown["sections"] == {"背景及需求": {"count": 10}}
        assert shown["received"] == "2026-06-01T10:00:00+08:00"
        assert list(shown["findings"][0]) == ["code", "severity", "where", "message", "measured", "limit"]

    def test_items_are_chosen_by_unit_and_decision(self, bench: Bench) -> None:
        bench.take(item("甲", TOO_LONG), item("乙"))
        assert [i.demand.name for i in items(bench.db, decision="accepted")] == ["乙"]
        assert len(items(bench.db, unit=bench.owner.name)) == 2
        assert items(bench.db, unit="别的单位") == ()

    def test_only_current_ones_unless_all_are_asked_for(self, bench: Bench) -> None:
        bench.take(item("甲", TOO_LONG))
        bench.take(item("甲"))
        assert [i.demand.version for i in items(bench.db, everything=False)] == [2]
        shown = items_json(items(bench.db))["items"]
        assert [(i["version"], i["current"]) for i in shown] == [(1, False), (2, True)]
        bench.ask("撤回", "GX2027-0001")
        shown = items_json(items(bench.db))["items"]
        assert [(i["current"], i["withdrawn"]) for i in shown] == [(False, False), (False, True)]

    def test_a_waiting_mail_is_named_as_what_is_missing(self, bench: Bench) -> None:
        bench.arrive()
        assert "1 封尚未审完" in books.errors(bench.db)[0]

    def test_the_story_of_a_receipt_is_in_order(self, bench: Bench) -> None:
        bench.take(item("甲", TOO_LONG))
        bench.take(item("甲"))
        story = story_of(bench.db, "GX2027-0001")
        assert story is not None
        assert [m["receipt"] for m in story.mails] == ["GX2027-R0001", "GX2027-R0002"]
        texts = [step.text for step in story.steps]
        corrected, replaced = (
            next(n for n, text in enumerate(texts) if words in text) for words in ("需补正", "第 2 版")
        )
        assert corrected < replaced
        assert [step.at for step in story.steps] == sorted(step.at for step in story.steps)
        assert story_of(bench.db, "GX2027-0009") is None


class TestOpening:
    def test_no_database_of_ours_is_one_line_with_the_cure(self, tmp_path: Path) -> None:
        (tmp_path / "zhengji.db").write_bytes(b"this is no database, but long enough to look at" * 30)
        with pytest.raises(StoreError, match=r"zhengji\.db.*restore") as caught:
            open_database(tmp_path / "zhengji.db")
        assert "\n" not in str(caught.value)

    def test_a_damaged_database_is_found_at_start(self, bench: Bench) -> None:
        for n in range(30):
            bench.take(item(f"需求{n}号"))
        bench.db.close()
        path = bench.folder / "zhengji.db"
        content = bytearray(path.read_bytes())
        content[4096 * 3 : 4096 * 30] = b"\xff" * (4096 * 27)
        path.write_bytes(bytes(content))
        with pytest.raises(StoreError):
            open_database(path, check=True)

    def test_a_store_that_another_program_holds_is_said_and_nothing_is_lost(self, bench: Bench) -> None:
        holder = sqlite3.connect(bench.folder / "zhengji.db", isolation_level=None)
        bench.db.connection.execute("PRAGMA busy_timeout = 10")
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="占用"):
            bench.arrive(b"a", uid="1")
        holder.execute("ROLLBACK")
        holder.close()
        bench.arrive(b"a", uid="1")
        assert len(bench.journal.pending()) == 1

    def test_a_disk_that_fills_up_undoes_the_letter_and_says_so(self, bench: Bench) -> None:
        mail_id = bench.arrive()
        pages = bench.db.connection.execute("PRAGMA page_count").fetchone()[0]
        bench.db.connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="磁盘已满"):
            bench.settle(mail_id, letter(*(item(f"第{n}项需求" * 20) for n in range(40))))
        bench.db.connection.execute("PRAGMA max_page_count = 1000000")
        assert (items(bench.db), len(bench.journal.pending())) == ((), 1)
        bench.settle(mail_id, letter(item("甲")))

    def test_reopening_changes_nothing(self, bench: Bench) -> None:
        judged = bench.take(item("甲"))
        bench.reopen()
        assert same_state(bench.state(), judged.state)
        assert events.of_item(bench.db, "GX2027-0001")[0].kind == "verdict"
