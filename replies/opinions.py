"""The answer to an officer who sent the daily workbook back: what was done, row by row, and what was not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from replies.letters import LetterFacts, common_view
from replies.message import LONGEST_LINE, Reply, automatic_headers, message_id_of, plain_line
from replies.render import render
from replies.wording import moment

HEADER_DONE = ("编号", "需求名称或来信", "处理意见", "办理结果")
HEADER_LEFT = ("编号", "需求名称或来信", "处理意见", "未办理的原因")


@dataclass(frozen=True, slots=True)
class RowTold:
    """One row of the workbook: its number, its name, the opinion as written, and what came of it."""

    number: str
    name: str
    opinion: str
    outcome: str


@dataclass(frozen=True, slots=True)
class OpinionsReport:
    """What became of a workbook that an officer sent back.

    ``day`` is the digest's, null where it is none of ours; ``papers`` are (unit, day as noted), ``unclear_papers``
    (unit, cell as written); ``moved_up`` are lines of demands that moved up by it; ``refused`` says why nothing at all
    could be done (``""``: the rows were looked at).
    """

    sender: str
    received: datetime
    day: date | None = None
    done: tuple[RowTold, ...] = ()
    left: tuple[RowTold, ...] = ()
    papers: tuple[tuple[str, str], ...] = ()
    unclear_papers: tuple[tuple[str, str], ...] = ()
    moved_up: tuple[str, ...] = ()
    refused: str = ""

    @property
    def acts(self) -> int:
        """How many things were done."""
        return len(self.done) + len(self.papers)

    @property
    def undone(self) -> int:
        """How many things were left as they are."""
        return len(self.left) + len(self.unclear_papers)


def compose_opinions_answer(report: OpinionsReport, receipt: str, facts: LetterFacts) -> Reply:
    """The answer to the officer; like every letter to officers it bears neither In-Reply-To nor a decision."""
    view = {
        **common_view(facts, receipt),
        "sender": report.sender,
        "received": moment(report.received),
        "day": f"{report.day.month}月{report.day.day}日" if report.day else "",
        "refused": report.refused,
        "done": tuple(map(_cells, report.done)),
        "left": tuple(map(_cells, report.left)),
        "header_done": HEADER_DONE,
        "header_left": HEADER_LEFT,
        "papers": report.papers,
        "unclear": tuple((unit, plain_line(written)) for unit, written in report.unclear_papers),
        "moved_up": report.moved_up,
    }
    text, html = render("opinions.j2", view)
    return Reply(
        to=report.sender,
        subject=plain_line(f"【办理结果】{receipt} {_in_short(report)}"),
        text=text,
        html=html,
        headers=automatic_headers(receipt),
        message_id=message_id_of(facts.own_address, receipt, "answer", (report.sender,)),
        kind="answer",
        priority=2,
    )


def _in_short(report: OpinionsReport) -> str:
    if report.refused:
        return "处理意见未办理"
    done = f"已办理{report.acts}项" if report.acts else "没有办理事项"
    return f"{done}，未办理{report.undone}项" if report.undone else done


def _cells(row: RowTold) -> tuple[str, str, str, str]:
    return (
        row.number,
        plain_line(row.name) or "（未填写需求名称）",
        plain_line(row.opinion),
        plain_line(row.outcome, LONGEST_LINE),
    )
