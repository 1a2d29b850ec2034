"""A real store in a folder, fed with letters whose reading is built in code and whose verdict is the judge's own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from states import ADDRESS, MONDAY, PACK, letter, request, unit

from intake.post.arrivals import Arrival
from rules.judging.judge import judge
from rules.model import Checked, CheckedItem, Demand, Judged, Likeness, Sender, Unit, UnitState
from store.database import Database, open_database
from store.files import Files
from store.journal import Journal
from store.letters import NewLetter
from store.outbox import Outbox
from store.record import LetterTransaction, letter_transaction


@dataclass
class Clock:
    """A clock that tests set."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Bench:
    """A store with one unit; every letter goes through journal, judge and record as in a pass."""

    folder: Path
    owner: Unit = field(default_factory=unit)
    clock: Clock = field(default_factory=Clock)
    count: int = 0

    def __post_init__(self) -> None:
        self.db: Database = open_database(self.folder / "zhengji.db", clock=self.clock)
        self.files = Files(self.folder / "files")
        self.journal = Journal(self.db, self.files)
        self.outbox = Outbox(self.db)

    def reopen(self) -> None:
        self.db.close()
        self.__post_init__()

    def arrive(self, raw: bytes | None = None, **place: object) -> int:
        """A mail is met and journaled; returns its id."""
        self.count += 1
        here = {"folder": "INBOX", "uidvalidity": "1", "uid": str(self.count), "internal": self.clock.at, "size": 0}
        return self.journal.write(Arrival(**{**here, **place}), raw or f"mail {self.count}".encode())

    def settle(self, mail_id: int, checked: Checked, likenesses: tuple[Likeness, ...] = ()) -> Judged:
        """Judge and record one journaled letter and answer it."""
        with letter_transaction(self.db, self.files, mail_id) as running:
            receipt = running.receipt(PACK.prefix)
            state = running.load_state(PACK.id, None if checked.isolated else checked.unit)
            state = replace(state, likenesses=(*state.likenesses, *likenesses))
            judged = judge(replace(checked, call=PACK.id), state, PACK, receipt)
            self.write(running, judged, receipt)
        return judged

    @staticmethod
    def write(running: LetterTransaction, judged: Judged, receipt: str) -> None:
        numbers = tuple(demand.number for demand in judged.demands)
        running.record(judged, [answer(receipt, items=numbers, decision=judged.decision)], rules_hash="h")

    def take(self, *items: CheckedItem, **of_letter: object) -> Judged:
        """A letter comes an hour later and is settled."""
        self.clock.pass_by(hours=1)
        mail_id = self.arrive()
        return self.settle(mail_id, letter(*items, **{"at": self.clock.at, "owner": self.owner, **of_letter}))

    def ask(self, kind: str, *numbers: str) -> Judged:
        """A request of the unit comes an hour later."""
        self.clock.pass_by(hours=1)
        asked = request(kind, *numbers, sender=Sender(ADDRESS, (self.owner,)), at=self.clock.at)
        return self.settle(self.arrive(), replace(asked, unit=self.owner))

    def state(self) -> UnitState:
        from store.unitstate import load_state

        return load_state(self.db, PACK.id, self.owner)


def answer(receipt: str, to: str = ADDRESS, **more: object) -> NewLetter:
    """An answer as the composer would hand it over."""
    return NewLetter(
        f"<{receipt}.answer@example.cn>".lower(), "desk@example.cn", to, f"【通知】{receipt}", "answer",
        b"the whole letter", receipt=receipt, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def by_key(demands: tuple[Demand, ...]) -> dict[tuple[str, int], Demand]:
    """Demands by number and version, without what only the store knows (the answer's id)."""
    return {(d.number, d.version): replace(d, reply_id="") for d in demands}


def same_state(one: UnitState, other: UnitState) -> bool:
    """Whether two states of a unit hold the same."""
    demands = (by_key(one.demands), by_key(one.past)) == (by_key(other.demands), by_key(other.past))
    return demands and sorted_summaries(one) == sorted_summaries(other)


def sorted_summaries(state: UnitState) -> list[tuple[str, str]]:
    return sorted((s.receipt, repr(s.summary) + str(s.whole)) for s in state.summaries)
