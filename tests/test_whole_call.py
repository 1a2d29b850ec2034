"""Six weeks of a call in simulated time over real servers: at the end the 汇总表 is the truth, every letter there.

The plan (``simulated_call``) knows by itself what must come of each mail and of each opinion of the officer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from desks import OFFICER, Line, parsed, write_desk
from mails import BEIJING
from officers import filled, sent_back
from openpyxl import load_workbook
from servers import Account
from simulated_call import FIRST_DAY, LAST_DAY, REMINDERS, Call, Demand, Letter, Opinion, Sent, units
from smtp_server import SmtpServer

from intake.pool import Bench
from store.dispatch import deliver
from store.officers.morning import send_digest_if_due
from store.officers.reminders import send_reminders_if_due
from store.queries import status_json
from store.registers.register_file import write_register
from store.setup.workdays import is_workday
from store.views.story import story_of


class Season:
    """The weeks as they pass: mails come in, the worker's jobs run at their hours, the officer answers the digest."""

    def __init__(self, line: Line, mailbox: Account, out: SmtpServer) -> None:
        self.line, self.mailbox, self.out = line, mailbox, out
        self.call = Call()
        self.expected: Counter[Letter] = Counter()

    def pass_by(self) -> None:
        day = FIRST_DAY
        while day <= LAST_DAY:
            self._day(day)
            day += timedelta(days=1)

    def _day(self, day: date) -> None:
        night = datetime.combine(day, time(), BEIJING)
        mails = [s for s in self.call.sent if night <= s.at < night + timedelta(days=1)]
        opinions = [o for o in self.call.opinions if o.day == day]
        early = [s for s in mails if s.at.time() < time(8, 31)]
        if is_workday(day):
            self._morning(day, early)
            self._answer(opinions, night + timedelta(hours=9))
        late = [s for s in mails if s not in early or not is_workday(day)]
        if late or opinions:
            self._come(late)
            self._work_until_sent(night + timedelta(hours=23, minutes=59))

    def _morning(self, day: date, mails: list[Sent]) -> None:
        at = datetime.combine(day, time(8, 30), BEIJING)
        self.line.clock.at = at
        if mails:
            self._come(mails)
            self._work_until_sent(at)
        with self.line.desk() as desk:
            assert send_digest_if_due(desk)
            written = send_reminders_if_due(desk)
            assert (send_digest_if_due(desk), send_reminders_if_due(desk)) == (False, 0)
        reminded = self.call.reminded(day) if day in REMINDERS else set()
        assert written == len(reminded)
        self.expected.update((address, "报送提醒", "") for address in reminded)
        self.expected[OFFICER, "征集日报", ""] += 1
        with self.line.desk() as desk:
            deliver(desk)

    def _come(self, mails: list[Sent]) -> None:
        self.mailbox.deliver_all((sent.raw(), sent.at) for sent in mails) if mails else None
        for sent in mails:
            sent.then()
            self.expected.update(sent.letters)

    def _answer(self, opinions: list[Opinion], at: datetime) -> None:
        """The officer opens this morning's workbook, fills in what is planned for the day, and sends it back."""
        if not opinions:
            return
        to_officer = (parsed(letter.data) for letter in reversed(self.out.letters) if letter.recipient == OFFICER)
        (book,) = next(letter for letter in to_officer if "征集日报" in str(letter["Subject"])).iter_attachments()
        rows = {self._number(o): (o.word, o.remark) for o in opinions}
        content = filled(book.get_payload(decode=True), rows)  # type: ignore[arg-type]
        self.mailbox.deliver(sent_back(content, at, n=int(at.timestamp())), at)
        for opinion in opinions:
            opinion.then()
            self.expected.update(opinion.letters)
        self.expected[OFFICER, "办理结果", ""] += 1

    def _number(self, opinion: Opinion) -> str:
        if isinstance(opinion.of, Demand):
            return opinion.of.number
        with self.line.desk() as desk:
            row = desk.db.row("SELECT receipt FROM mails WHERE message_id = ?", opinion.of)
        assert row is not None
        return str(row["receipt"])

    def _work_until_sent(self, at: datetime) -> None:
        """A pass at that time, and delivery minute by minute while the throttle holds letters back."""
        self.line.clock.at = at
        assert self.line.run().errors == []
        with self.line.desk() as desk:
            while desk.db.row("SELECT 1 FROM letters WHERE state = 'pending' AND not_before IS NULL"):
                self.line.clock.pass_by(minutes=1)
                deliver(desk)

    def letters(self) -> Iterator[Letter]:
        """What left, in the words of the plan; a later notice follows the mail whose answer it refers to."""
        follows: dict[str, str] = {}
        for sent in self.out.letters:
            letter = parsed(sent.data)
            parent = str(letter["In-Reply-To"] or "")
            follows[str(letter["Message-ID"])] = follows.get(parent, parent)
            title = str(letter["Subject"]).partition("】")[0].removeprefix("【")
            yield sent.recipient, title, follows[str(letter["Message-ID"])]


@pytest.fixture
def season(tmp_path: Path, dovecot: Account, smtp_server: SmtpServer, readers: Bench) -> Season:
    write_register(tmp_path / "registry.xlsx", units())
    workspace = write_desk(tmp_path, dovecot.url, smtp_server.url, officers={"reminders": "[7, 3, 1]"})
    return Season(Line(workspace, readers), dovecot, smtp_server)


def test_six_weeks_of_a_call(season: Season) -> None:
    season.pass_by()
    sheet = load_workbook(season.line.workspace.out / "汇总表.xlsx")["汇总表"]
    rows = [tuple(cells) for cells in sheet.iter_rows(min_row=5, max_col=9, values_only=True)]
    assert rows == list(season.call.truth())
    came = Counter(season.letters())
    assert (came - season.expected, season.expected - came) == (Counter(), Counter())
    ids = [str(parsed(letter.data)["Message-ID"]) for letter in season.out.letters]
    assert len(set(ids)) == len(ids)
    _books_balance(season)
    _is_told_as_a_story(season)


def _books_balance(season: Season) -> None:
    with season.line.desk() as desk:
        status = status_json(desk.db, desk.packs)
    officer_mails = len({o.day for o in season.call.opinions})
    mails = status["mails"]
    assert sum(mails.values()) == len(season.call.sent) + officer_mails
    assert (mails["duplicates"], mails["failed"], status["errors"]) == (1, 0, [])
    assert status["items"]["accepted"] == sum(d.stands for d in season.call.demands)
    assert status["outbox"] == {"pending": 0, "sent": len(season.out.letters), "uncertain": 0, "failed": 0}


def _is_told_as_a_story(season: Season) -> None:
    """The late mended demand: to be mended, held as late, let in by the officer, each told to the unit, in order."""
    late = next(o for o in season.call.opinions if o.day == LAST_DAY)
    assert isinstance(late.of, Demand)
    with season.line.desk() as desk:
        story = story_of(desk.db, late.of.number)
    assert story is not None
    text = "\n".join(step.text for step in story.steps)
    order = ["需补正", "【补正通知】", "待复核", "【待复核】", "受理", "同意补正", "【受理通知】"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert OFFICER in {step.actor for step in story.steps}
