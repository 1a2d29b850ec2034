"""Near-duplicates on the way of a letter: told on the later one, never whose the other is, and no work for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import NAME, SECTIONS, form_docx
from desks import UNITS, Line, drop, letters_in, words, write_desk
from mails import SENDER, UNIT, attached, mail

from intake.pool import Bench
from rules.similar.resemblance import DemandIndex
from store.officers.acts import MEANT, Act, decide
from store.officers.alike import alike, alike_lines, alike_sheet
from store.queries import items
from store.registers.reference_lists import import_reference

CHIFENG, OTHER = UNITS[1].name, "kjj-chifeng@example.cn"


class Desk(Line):
    def __init__(self, folder: Path, readers: Bench) -> None:
        super().__init__(write_desk(folder), readers)
        self.folder, self.count = folder, 0

    def send(self, name: str = NAME, unit: str = UNIT, sender: str = SENDER, **sections: str) -> str:
        """A letter with one demand; returns the codes found on it."""
        self.count += 1
        form = form_docx({"创新需求名称": name, "归口管理部门": unit}, {**SECTIONS, **sections})
        raw = mail(
            sender=sender, sender_name=unit, attachments=[attached(f"{name}.docx", form)],
            message_id=f"<{self.count}@example.cn>", subject=f"报送{name}",
        )  # fmt: skip
        return self.drop(raw)

    def drop(self, raw: bytes) -> str:
        drop(self.folder, raw, f"{self.count:04d}")
        self.run(hours=1)
        with self.desk() as desk:
            last = desk.db.row("SELECT max(id) AS id FROM mails")
            codes = desk.db.rows("SELECT code FROM findings WHERE mail_id = ? AND item_id IS NOT NULL", last["id"])
        return " ".join(sorted(row["code"] for row in codes))

    def ask(self, subject: str, sender: str = SENDER) -> None:
        self.count += 1
        self.drop(mail(sender=sender, subject=subject, message_id=f"<{self.count}@example.cn>"))


@pytest.fixture
def line(tmp_path: Path, readers: Bench) -> Desk:
    return Desk(tmp_path, readers)


def test_the_later_unit_is_held_and_never_learns_whose_the_other_is(line: Desk) -> None:
    assert line.send() == ""
    assert line.send(unit=CHIFENG, sender=OTHER, 研发基础=SECTIONS["研发基础"] + "另有一句。") == "P002"
    first, second = letters_in(line.folder)
    assert first["X-Zhengji-Decision"] == "accepted"
    assert second["X-Zhengji-Decision"] == "held"
    told = words(second)
    assert "高度相近" in told
    assert all(secret not in told for secret in (UNIT, "GX2027-0001", SENDER))
    with line.desk() as desk:
        assert [tuple(r) for r in desk.db.rows("SELECT number, code, other FROM likenesses")] == [
            ("GX2027-0002", "P002", "GX2027-0001")
        ]


def test_a_new_version_is_compared_anew(line: Desk) -> None:
    line.send()
    assert line.send(unit=CHIFENG, sender=OTHER) == "P002"
    own = {name: f"另写的{name}" + "".join(chr(0x4E00 + 37 * n) for n in range(320)) for name in SECTIONS}
    kept = {name: SECTIONS[name] for name in ("资金需求", "实施周期")}
    assert "P002" not in line.send(unit=CHIFENG, sender=OTHER, **{**own, **kept})
    with line.desk() as desk:
        assert desk.db.rows("SELECT 1 FROM likenesses") == []
    assert line.send(研发基础=SECTIONS["研发基础"] + "又一句。") == "P001"


@pytest.mark.parametrize("gone", ["withdrawn", "refused"])
def test_what_is_withdrawn_or_refused_stands_in_nobodys_way(line: Desk, gone: str) -> None:
    line.send()
    if gone == "withdrawn":
        line.ask("撤回 GX2027-0001")
    else:
        with line.desk() as desk:
            decide(desk, Act("GX2027-0001", MEANT["refuse"], "重复", "张三"))
    assert line.send(unit=CHIFENG, sender=OTHER) == ""


def test_two_units_in_one_pass(line: Desk) -> None:
    for n, (unit, sender) in enumerate(((UNIT, SENDER), (CHIFENG, OTHER))):
        form = form_docx({"归口管理部门": unit})
        raw = mail(sender=sender, attachments=[attached("a.docx", form)], message_id=f"<{n}@example.cn>")
        drop(line.folder, raw, f"{n:04d}")
    line.run()
    with line.desk() as desk:
        found = sorted((i.demand.number, [f.code for f in i.demand.findings]) for i in items(desk.db))
    assert found == [("GX2027-0001", []), ("GX2027-0002", ["P002"])]


def test_a_funded_project_is_found_by_its_text(line: Desk, tmp_path: Path) -> None:
    text = SECTIONS["背景及需求"] + SECTIONS["研究目标及研究内容"]
    path = tmp_path / "清单.csv"
    path.write_text(f"名称,年度,承担单位,内容\n另一名称,2024,某公司,{text.replace(chr(10), '')}\n", encoding="utf-8")
    with line.desk() as desk:
        import_reference(desk.db, path, "funded")
    assert line.send() == "P003"
    assert "另一名称（2024年）" in words(letters_in(line.folder)[0])


def test_a_pass_without_a_demand_builds_no_index(line: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    line.send()
    built: list[object] = []
    monkeypatch.setattr(DemandIndex, "add", lambda _index, text: built.append(text))
    line.ask("查询")
    assert built == []


def test_what_was_withdrawn_and_restored_is_still_seen_beside_the_other(line: Desk) -> None:
    line.send()
    line.send(unit=CHIFENG, sender=OTHER)
    line.ask("撤回 GX2027-0002", OTHER)
    line.ask("恢复 GX2027-0002", OTHER)
    with line.desk() as desk:
        assert [found.demand.number for found in alike(desk.db, "GX2027-0002")] == ["GX2027-0002"]


def test_officers_see_both_texts_side_by_side(line: Desk) -> None:
    line.send()
    line.send(unit=CHIFENG, sender=OTHER, 研发基础="另写的一段基础。" + SECTIONS["研发基础"])
    with line.desk() as desk:
        (found,) = alike(desk.db, "GX2027-0002")
        assert alike(desk.db, "GX2027-0001") == ()
    assert UNIT in found.other
    assert "GX2027-0001" in found.other
    shown = "\n".join(alike_lines((found,)))
    assert "两者全文相同" in shown
    assert f"对方：{SECTIONS['研发基础']}" in shown
    sheet = alike_sheet((found,))
    assert {row[5] for row in sheet.rows} == set(SECTIONS)
