"""Judging every stored mail again: only what the rules change is changed, and only that is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import SECTIONS, form_docx, row, secret_docx, summary_docx
from desks import UNITS, Line, drop, letters_in, words, write_desk
from mails import RECEIVED, SENDER, UNIT, attached, mail

from intake.pool import Bench
from replies.annotate import answer_file
from rules.model import Unit
from store.database import StoreError
from store.officers.acts import MEANT, Act, decide
from store.queries import items
from store.registers.register_file import write_register
from store.rejudging.apply import Written, write_down
from store.rejudging.rejudge import Rejudged, rejudged
from store.rejudging.rows import rows_of
from store.setup.workspace import load_workspace

CHIFENG = "kjj-chifeng@example.cn"
STRANGER = "someone@example.org"
LATE = '[call."nm-gxjs-2027"]\ndeadline = "2026-06-01T09:00:00+08:00"\n'
NAMES = ("氢能装备研究", "露天矿无人运输研究", "固废掺配研究", "草原气象感知研究")


class Desk(Line):
    """A line from a Maildir to a Maildir whose letters come an hour apart."""

    def __init__(self, folder: Path, readers: Bench) -> None:
        super().__init__(write_desk(folder), readers)
        self.folder, self.count = folder, 0

    def send(self, *files: tuple[str, bytes], **more: object) -> None:
        self.count += 1
        at = RECEIVED + timedelta(hours=self.count)
        put = [attached(name, content) for name, content in files]
        usual = {"subject": "报送需求", "message_id": f"<{self.count}@example.cn>", "received": at}
        drop(self.folder, mail(attachments=put, **{**usual, **more}), f"{self.count:04d}")  # type: ignore[arg-type]
        self.run(hours=1)

    def settings(self, text: str = "", *units: Unit) -> None:
        """Change the rules of the workspace: further lines of its configuration, another register."""
        with (self.folder / "zhengji.toml").open("a", encoding="utf-8") as file:
            file.write(text)
        if units:
            write_register(self.folder / "registry.xlsx", units)
        self.workspace = load_workspace(self.folder / "zhengji.toml")

    def again(self) -> Rejudged:
        with self.desk() as desk:
            return rejudged(desk, self._bench)

    def apply(self) -> Written:
        with self.desk() as desk:
            written = write_down(desk, rejudged(desk, self._bench), lambda marked: answer_file(self._bench, marked))
        self.run(hours=1)
        return written

    def decide(self, number: str, word: str) -> None:
        with self.desk() as desk:
            decide(desk, Act(number, MEANT[word], "处务会议定", "张三"))

    def standing(self) -> dict[str, tuple[str, bool]]:
        """Decision and currency of each version, by number and version."""
        with self.desk() as desk:
            found = items(desk.db)
        return {f"{i.demand.number} v{i.demand.version}": (i.demand.decision.value, i.demand.current) for i in found}

    def rows(self) -> tuple[tuple[str, ...], ...]:
        result = self.again()
        with self.desk() as desk:
            return rows_of(desk.db, result)


def form(name: str, n: int = 0, unit: str = UNIT, **sections: str) -> tuple[str, bytes]:
    """A form whose text is like no other's."""
    own = {"研发基础": "".join(chr(0x4E00 + (n * 997 + i * i) % 20000) for i in range(1200)), **sections}
    fields = {"创新需求名称": name, "归口管理部门": unit}
    return f"{name}.docx", form_docx(fields, {**SECTIONS, **own})


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Desk:
    return Desk(tmp_path, readers)


def test_under_the_same_rules_nothing_changes(line: Desk) -> None:
    table = ("汇总表.docx", summary_docx([row(1, NAMES[0]), row(2, NAMES[1])]))
    line.send(form(NAMES[0], 1), form(NAMES[1], 2, 背景及需求="字" * 301), table)
    line.send(form(NAMES[1], 3))
    line.send(form(NAMES[2], 4), sender=STRANGER)
    line.send(("密.docx", secret_docx()))
    line.send(subject="撤回 GX2027-0001")
    line.decide("GX2027-0004", "refuse")
    line.send(form(NAMES[0], 5))
    result = line.again()
    assert len(result.judged) == 5
    assert (result.moved, result.letters) == ((), [])


def test_what_an_officer_refused_is_like_nothing_that_comes_later(line: Desk) -> None:
    line.send(form(NAMES[0], 1))
    line.decide("GX2027-0001", "refuse")
    line.send(form(NAMES[0], 1, UNITS[1].name), sender=CHIFENG)
    assert line.standing()["GX2027-0002 v1"] == ("accepted", True)
    assert line.again().moved == ()


def test_a_late_version_that_was_let_in_and_then_returned_stays_so(line: Desk) -> None:
    line.settings(LATE)
    for n in (1, 2):
        line.send(form(NAMES[0], n))
        line.decide("GX2027-0001", "accept")
    line.decide("GX2027-0001", "return")
    assert line.standing() == {"GX2027-0001 v1": ("accepted", False), "GX2027-0001 v2": ("correction", True)}
    assert line.again().moved == ()
    line.run(hours=1)
    told = [words(letter) for letter in letters_in(line.folder)]
    assert any("报送截止时间（2026年6月1日09:00）已过，改正后的文件请先" in text for text in told)


def test_a_dry_run_lists_what_would_change_and_changes_nothing(line: Desk) -> None:
    line.send(form(NAMES[0], 1))
    before = line.standing()
    line.settings(LATE)
    (item, letter) = line.rows()
    assert item[0] == "GX2027-0001 第1版"
    assert item[2:5] == (NAMES[0], "受理", "不予受理")
    assert "新有 D001" in item[5]
    assert letter[0] == "GX2027-R0001"
    assert line.standing() == before
    assert len(letters_in(line.folder)) == 1


def test_what_changed_is_applied_and_told_once(line: Desk) -> None:
    line.send(form(NAMES[0], 1))
    line.send(form(NAMES[1], 2, unit=UNITS[1].name), sender=CHIFENG)
    line.settings("", replace(UNITS[0], limit=0), UNITS[1])
    written = line.apply()
    assert (written.items, written.letters) == (1, 1)
    assert line.standing() == {"GX2027-0001 v1": ("held", True), "GX2027-0002 v1": ("accepted", True)}
    answer, _, notice = letters_in(line.folder)
    assert (notice["To"], notice["X-Zhengji-Decision"]) == (SENDER, "held")
    assert notice["Auto-Submitted"] == "auto-generated"
    assert notice["In-Reply-To"] == answer["Message-ID"]
    assert "已重新审查" in words(notice)
    assert "候补第 1 位" in words(notice)
    assert line.apply() == Written(0, 0)
    assert len(letters_in(line.folder)) == 3


def test_a_correction_found_anew_carries_the_file_with_comments(line: Desk) -> None:
    line.send(form(NAMES[0], 1, 资金需求="申请自治区财政专项资金800万元，企业自筹配套资金1600万元。"))
    line.settings("", replace(UNITS[0], name="乌海市科学技术局"))
    line.apply()
    notice = letters_in(line.folder)[-1]
    assert notice["X-Zhengji-Decision"] == "correction"
    assert "A003" in words(notice)
    assert [part.get_filename() for part in notice.iter_attachments()] == [f"{NAMES[0]}（批注）.docx"]


def test_who_is_registered_now_comes_in_under_the_number_that_was_given(line: Desk) -> None:
    line.send(form(NAMES[0], 1), sender=STRANGER)
    line.send(form(NAMES[1], 2))
    line.settings("", replace(UNITS[0], addresses=(SENDER, STRANGER), limit=1), UNITS[1])
    line.apply()
    assert line.standing() == {"GX2027-0001 v1": ("held", True), "GX2027-0002 v1": ("accepted", True)}
    assert line.apply() == Written(0, 0)


def test_what_officers_decided_stays(line: Desk) -> None:
    line.send(form(NAMES[0], 1))
    line.send(form(NAMES[1], 2))
    line.decide("GX2027-0001", "accept")
    line.settings(LATE)
    line.apply()
    standing = line.standing()
    assert standing["GX2027-0001 v1"] == ("accepted", True)
    assert standing["GX2027-0002 v1"][0] == "refused"


def test_an_extended_deadline_lets_the_latest_version_in(line: Desk) -> None:
    line.settings(LATE)
    line.send(form(NAMES[0], 1))
    assert line.standing() == {"GX2027-0001 v1": ("refused", False)}
    path = line.folder / "zhengji.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-06-01T09", "2026-06-20T00"), encoding="utf-8")
    line.settings()
    assert line.apply().letters == 1
    assert line.standing() == {"GX2027-0001 v1": ("accepted", True)}


def test_what_is_erased_or_lost_stands_as_it_was(line: Desk) -> None:
    line.send(form(NAMES[0], 1))
    line.send(form(NAMES[1], 2))
    with line.desk() as desk:
        desk.files.erase(desk.db.rows("SELECT sha256 FROM mails ORDER BY id")[0]["sha256"])
    line.settings(LATE)
    result = line.again()
    assert [m.after.number for m in result.told if m.after] == ["GX2027-0002"]


def test_a_decision_made_meanwhile_is_not_overrun(line: Desk) -> None:
    line.send(form(NAMES[0], 1))
    line.settings(LATE)
    with line.desk() as desk:
        result = rejudged(desk, line._bench)
    line.decide("GX2027-0001", "hold")
    with line.desk() as desk, pytest.raises(StoreError, match="又有新的处理"):
        write_down(desk, result, lambda marked: answer_file(line._bench, marked))
    assert line.standing() == {"GX2027-0001 v1": ("held", True)}
