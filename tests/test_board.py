"""The board: what it shows; it needs nothing from outside, hides what is secret, and is made anew only on change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import lxml.etree
import lxml.html
import pytest
from builders import form_docx
from desks import OFFICER, Line, write_desk
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import BEIJING, SENDER, UNIT
from mornings import (
    CHIFENG,
    CHIFENG_UNIT,
    GOOD,
    MINE,
    SECRET_APPLICANT,
    SECRET_NAME,
    SLOPE,
    first_day,
    second_day,
    send,
)

from intake.pool import Bench
from replies.board import HEIGHT, WIDTH, BoardDay, curve
from store.queries import status_json


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, readers: Bench) -> Line:
    line = Line(write_desk(tmp_path_factory.mktemp("desk")), readers)
    first_day(line)
    return line


def page_of(line: Line) -> Path:
    return line.workspace.out / "看板.html"


@pytest.fixture(scope="module")
def html(line: Line) -> str:
    return page_of(line).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(html)


def told(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def section(page: lxml.html.HtmlElement, heading: str) -> lxml.html.HtmlElement:
    return next(s for s in page.iter("section") if told(s.find("h2")).startswith(heading))


def test_the_five_numbers_are_those_of_the_status(line: Line, page: lxml.html.HtmlElement) -> None:
    with line.desk() as desk:
        counted = status_json(desk.db, desk.packs)["items"]
    shown = {told(box).removesuffix(told(box.find("b"))): told(box.find("b")) for box in page.find_class("numbers")[0]}
    assert shown == {
        "受理": str(counted["accepted"]), "需补正": str(counted["correction"]), "待复核": str(counted["held"]),
        "不予受理": str(counted["refused"]), "已报送单位": "1 / 2",
    }  # fmt: skip


def test_what_waits_is_named_with_its_reason_and_its_age(line: Line) -> None:
    line.clock.at += timedelta(days=8)
    line.run()
    page = lxml.html.fromstring(page_of(line).read_text(encoding="utf-8"))
    correction = told(section(page, "待补正"))
    assert MINE in correction
    assert "背景及需求（F022）" in correction
    assert "8 天" in correction
    held = told(section(page, "待复核"))
    assert SLOPE in held
    assert "实施周期（B005）" in held
    assert "（涉密，未显示）" in held


def test_a_long_list_names_the_oldest_and_counts_the_rest(line: Line) -> None:
    from dataclasses import replace

    from replies.board import board_page
    from store.made.board import board_of
    from store.made.figures import Figures

    with line.desk() as desk:
        board = board_of(Figures(desk, desk.packs[0]))
    page = lxml.html.fromstring(board_page(replace(board, waiting=(1, 32))))
    assert "待复核 32 项" in told(section(page, "待复核"))
    assert "以上为等待最久的 2 项，其余 30 项见日报。" in told(section(page, "待复核"))
    assert "见日报" not in told(section(page, "待补正"))


def test_units_show_their_quota_and_those_that_sent_nothing_are_named(page: lxml.html.HtmlElement) -> None:
    units = section(page, "各单位报送和限额")
    assert f"{UNIT} 4 / 30" in told(units)
    assert f"尚未报送（1 个）： {CHIFENG_UNIT}" in told(units) or f"尚未报送（1 个）：{CHIFENG_UNIT}" in told(units)


def test_every_field_of_the_call_has_its_bar(page: lxml.html.HtmlElement) -> None:
    fields = section(page, "各领域需求")
    names = [told(row[0]) for row in fields.iter("tr")]
    assert names[:2] == ["现代装备制造领域", "新能源领域"]
    assert len(names) >= 10
    used = next(row for row in fields.iter("tr") if told(row[0]) == "新能源领域")
    assert [r.get("class") for r in used.iter("rect")] == ["rest", "accepted", "correction"]


def test_the_page_needs_nothing_from_outside_and_runs_nothing(html: str, page: lxml.html.HtmlElement) -> None:
    assert not [e.tag for e in page.iter("script", "img", "link", "iframe", "object", "form")]
    assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in html
    for element in page.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name in ("src", "href", "xlink:href")]
    assert "url(" not in html
    assert "@import" not in html


def test_drawings_are_well_formed(html: str) -> None:
    drawings = html.split("<svg")[1:]
    assert len(drawings) > 10
    for drawing in drawings:
        lxml.etree.fromstring("<svg" + drawing.partition("</svg>")[0] + "</svg>")


def test_nothing_secret_and_nobodys_address_is_shown(html: str) -> None:
    for word in (SECRET_NAME, SECRET_APPLICANT, "机密材料", SENDER, CHIFENG, OFFICER):
        assert word not in html


def test_the_page_is_made_anew_only_when_something_changed_or_a_day_has_passed(tmp_path: Path, readers: Bench) -> None:
    line = Line(write_desk(tmp_path), readers)
    first_day(line)

    def stamp() -> tuple[int, int]:
        found = page_of(line).stat()
        return found.st_ino, found.st_mtime_ns

    made = stamp()
    line.run(hours=1)
    line.run(hours=1)
    assert stamp() == made
    second_day(line)
    changed = stamp()
    assert changed != made
    line.run(days=1)
    assert stamp() != changed


def test_what_senders_write_is_shown_and_never_obeyed(tmp_path: Path, readers: Bench) -> None:
    line = Line(write_desk(tmp_path), readers)
    name = "<script>alert(1)</script>&研究"
    send(line, ("制氢.docx", form_docx({"创新需求名称": name}, {"背景及需求": "字" * 301})))
    line.run()
    page = lxml.html.fromstring(page_of(line).read_text(encoding="utf-8"))
    assert name in told(section(page, "待补正"))
    assert not list(page.iter("script"))


def test_an_empty_desk_has_a_board_that_says_so(tmp_path: Path, readers: Bench) -> None:
    line = Line(write_desk(tmp_path), readers)
    line.run()
    words = told(lxml.html.fromstring(page_of(line).read_text(encoding="utf-8")))
    for told_so in (
        "尚未收到需求。",
        "没有待复核的需求。",
        "没有待补正的需求。",
        "截止还有 29 天",
        f"{UNIT}、{CHIFENG_UNIT}",
    ):
        assert told_so in words


def test_after_the_deadline_the_board_says_that_the_call_has_ended(tmp_path: Path, readers: Bench) -> None:
    line = Line(write_desk(tmp_path), readers)
    send(line, ("制氢.docx", GOOD))
    line.clock.at = datetime(2026, 7, 2, 9, tzinfo=BEIJING)
    line.run()
    assert "已于 2026年6月30日24:00 截止" in page_of(line).read_text(encoding="utf-8")


@st.composite
def courses(draw: st.DrawFn) -> tuple[BoardDay, ...]:
    """Day by day, as demands come in."""
    first = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    steps = draw(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=60))
    total = accepted = 0
    made = []
    for n, (new, taken) in enumerate(steps):
        total, accepted = total + new, min(total + new, accepted + taken)
        made.append(BoardDay(first + timedelta(days=n), total, accepted))
    return tuple(made)


@settings(max_examples=60, deadline=None)
@given(courses(), st.integers(-30, 120), st.integers(-30, 120) | st.none())
def test_the_drawing_stays_within_its_frame(days: tuple[BoardDay, ...], today: int, end: int | None) -> None:
    first = days[0].day
    drawn = curve(days, first + timedelta(days=today), None if end is None else first + timedelta(days=end))
    points = [
        tuple(map(float, p.split(","))) for line in (drawn.total, drawn.accepted, drawn.area) for p in line.split()
    ]
    for x, y in (*points, drawn.last):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
    heights = [y for _, y in points[: len(days)]]
    assert heights == sorted(heights, reverse=True)
    assert 2 <= len(drawn.rows) <= 7
    assert 1 <= len(drawn.dates) <= 6
    assert all(0 <= place <= WIDTH for place in _marks(drawn.today, drawn.end))


def _marks(*places: float | None) -> Iterator[float]:
    return (place for place in places if place is not None)
