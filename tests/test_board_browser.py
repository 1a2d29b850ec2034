"""The board in a real browser: on a desk, a phone and on paper, with names that leave no room; letters on a phone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from browser import Browser
from desks import Line, write_desk
from mornings import first_day

from intake.pool import Bench
from replies.board import Bar, Board, BoardDay, BoardNumber, Waiting, board_page
from store.made.board import board_of
from store.made.figures import Figures

PHONES, DESKS = (320, 390), (768, 1280)
LONG = "面向高比例可再生能源并网的多时间尺度协同控制与储能优化配置关键技术研究及产业化应用示范" * 3
ONE_WORD = "Co2" * 60  # nowhere to break
GREEN, AMBER, BLUE, RED = "rgb(46, 139, 87)", "rgb(217, 154, 0)", "rgb(63, 127, 191)", "rgb(181, 72, 58)"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, readers: Bench) -> Line:
    line = Line(write_desk(tmp_path_factory.mktemp("desk")), readers)
    first_day(line)
    return line


def crowded(board: Board) -> Board:
    """A board after sixty days of a large call, every name far too long."""
    names = (LONG, ONE_WORD, "短")
    waiting = tuple(Waiting(f"GX2027-{n:04d}", names[n % 3], names[(n + 1) % 3], LONG[:60], 5 * n) for n in range(20))
    units = tuple(Bar(names[n % 3], (("used", n), ("over", 9)), n + 9, f"{n} / 30", LONG[:40]) for n in range(74))
    days = tuple(BoardDay(date(2026, 5, 1) + timedelta(days=n), 190 * n, 120 * n) for n in range(60))
    numbers = tuple(BoardNumber(n.name, "12345" if n.tone != "plain" else "185 / 185", n.tone) for n in board.numbers)
    return replace(
        board, title=LONG, numbers=numbers, days=days, units=units, silent=names, corrections=waiting, held=waiting,
        waiting=(999, 999), letters=12,
    )  # fmt: skip


def test_the_page_fits_every_window_and_every_decision_has_its_colour(line: Line, browser: Browser) -> None:
    for seen in browser.looks_at(line.workspace.out / "看板.html", (*PHONES, *DESKS)):
        assert (seen.outside, seen.clipped, seen.overlapping) == ((), (), False), seen.width
        assert seen.needed <= seen.width
        assert seen.smallest >= 12
        drawn = {name: seen.colours[name] for name in ("accepted", "correction", "held", "used")}
        assert drawn == {"accepted": GREEN, "correction": AMBER, "held": BLUE, "used": BLUE}


def test_nothing_is_too_long_for_the_page(line: Line, browser: Browser, tmp_path: Path) -> None:
    with line.desk() as desk:
        board = crowded(board_of(Figures(desk, desk.packs[0])))
    page = tmp_path / "看板.html"
    page.write_text(board_page(board), encoding="utf-8")
    for seen in browser.looks_at(page, (*PHONES, *DESKS)):
        assert (seen.outside, seen.clipped, seen.overlapping) == ((), (), False), seen.width
        assert seen.needed <= seen.width
        assert seen.colours["over"] == RED


def test_the_page_prints_on_a4(line: Line, browser: Browser) -> None:
    paper = browser.prints(line.workspace.out / "看板.html")
    sizes = {tuple(float(n) for n in found.split()) for found in re.findall(rb"/MediaBox \[([^\]]+)\]", paper)}
    assert [tuple(round(n) for n in size) for size in sizes] == [(0, 0, 595, 842)]
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2


@pytest.mark.parametrize("letter", ["日报", "查询"])
def test_the_tables_of_a_letter_fit_a_phone(letter: str, browser: Browser) -> None:
    (seen,) = browser.looks_at(Path(__file__).parent / "golden" / f"{letter}.html", (390,))
    assert (seen.outside, seen.clipped) == ((), ())
    assert seen.needed <= seen.width
