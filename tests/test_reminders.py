"""Reminders: only where switched on, on the right workdays, each unit once a stage, never more than may leave."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from builders import form_docx
from desks import Line, drop, write_desk
from mails import BEIJING, SENDER, UNIT, attached, mail

from intake.pool import Bench
from rules.model import Unit
from store.officers.reminders import send_reminders_if_due
from store.registers.register_file import write_register

MANY = tuple(Unit(f"第{n}科学技术局", "盟市", None, (f"kj@u{n}.example.cn",)) for n in range(8))
SILENT = Unit("无邮箱科学技术局", "盟市")


def desk_for(folder: Path, bench: Bench, units: tuple[Unit, ...], days: str = "[7, 3, 1]", **out: str) -> Line:
    write_register(folder / "registry.xlsx", units)
    line = Line(write_desk(folder, officers={"reminders": days}, outgoing=out), bench)
    line.clock.at = at(1)
    return line


def at(day: int, hour: int = 9) -> datetime:
    return datetime.combine(date(2026, 6, day), time(hour), BEIJING)


def remind(line: Line, day: int, hour: int = 9) -> int:
    line.clock.at = at(day, hour)
    with line.desk() as desk:
        return send_reminders_if_due(desk)


def subjects(line: Line) -> list[tuple[str, str]]:
    with line.desk() as desk:
        rows = desk.db.rows("SELECT recipient, subject FROM letters WHERE kind = 'reminder' ORDER BY id")
    return [(row["recipient"], row["subject"]) for row in rows]


def test_the_right_workdays_and_no_other(tmp_path: Path, readers: Bench) -> None:
    line = desk_for(tmp_path, readers, (MANY[0], SILENT))
    written = {day: remind(line, day) for day in range(12, 31)}
    assert {day for day, count in written.items() if count} == {18, 25, 29}  # the 19th is a holiday
    assert [subject.split()[0] for _, subject in subjects(line)] == [
        f"【报送提醒】距截止还有{left}个工作日" for left in (7, 3, 1)
    ]


def test_nobody_is_reminded_where_it_is_not_wanted(tmp_path: Path, readers: Bench) -> None:
    line = desk_for(tmp_path, readers, MANY, "[]")
    assert [remind(line, day) for day in (18, 25, 29)] == [0, 0, 0]


@pytest.mark.parametrize("hour", [7, 18])
def test_nobody_is_written_to_outside_office_hours(tmp_path: Path, readers: Bench, hour: int) -> None:
    assert remind(desk_for(tmp_path, readers, MANY), 18, hour) == 0


def test_a_day_that_was_missed_is_caught_up_once(tmp_path: Path, readers: Bench) -> None:
    line = desk_for(tmp_path, readers, MANY[:1])
    assert [remind(line, 22), remind(line, 22, 10), remind(line, 23)] == [1, 0, 0]
    assert subjects(line)[0][1].startswith("【报送提醒】距截止还有6个工作日")


def test_after_the_deadline_there_is_nothing_to_remind_of(tmp_path: Path, readers: Bench) -> None:
    line = desk_for(tmp_path, readers, MANY)
    line.clock.at = datetime(2026, 7, 1, 9, tzinfo=BEIJING)
    with line.desk() as desk:
        assert send_reminders_if_due(desk) == 0
    assert remind(line, 30) == 0  # the last day itself was not asked for


def test_they_are_spread_over_the_day_and_over_days(tmp_path: Path, readers: Bench) -> None:
    line = desk_for(tmp_path, readers, MANY, url='"smtp://127.0.0.1:9"', per_day="8")
    assert [remind(line, 18), remind(line, 18, 15), remind(line, 22), remind(line, 23)] == [4, 0, 4, 0]
    assert len({to for to, _ in subjects(line)}) == 8
    with line.desk() as desk:
        times = [row["not_before"][11:16] for row in desk.db.rows("SELECT not_before FROM letters ORDER BY id")]
    assert times[:4] == ["09:00", "11:07", "13:15", "15:22"]


def test_who_must_mend_is_reminded_of_what_and_who_has_sent_all_is_left_alone(tmp_path: Path, readers: Bench) -> None:
    units = (Unit(UNIT, "呼包鄂", None, (SENDER, "second@example.cn")), *MANY[:2])
    line = desk_for(tmp_path, readers, units)
    bad = form_docx(sections={"背景及需求": "字" * 301})
    drop(tmp_path, mail(attachments=[attached("需求.docx", bad)], message_id="<1@example.cn>"), "1")
    fields = {"归口管理部门": MANY[0].name, "创新需求名称": "露天矿无人运输系统研究"}
    good = mail(
        sender=MANY[0].addresses[0], attachments=[attached("矿.docx", form_docx(fields))], message_id="<2@x.cn>"
    )
    drop(tmp_path, good, "2")
    line.run()
    assert remind(line, 18) == 2
    assert [to for to, _ in subjects(line)] == [SENDER, MANY[1].addresses[0]]
    with line.desk() as desk:
        rows = desk.db.rows("SELECT items FROM letters WHERE kind = 'reminder' ORDER BY id")
    assert [row["items"] for row in rows] == ['["GX2027-0001"]', "[]"]
