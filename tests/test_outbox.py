"""The outbox: each letter leaves once, in the right order, no faster than the provider allows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from states import MONDAY
from store_builders import Bench

from store import books
from store.letters import NewLetter
from store.throttle import Throttle, due, empty_at, overflow

TO = "kjj@unit.example.cn"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def letter(name: str, to: str = TO, kind: str = "answer", **more: object) -> NewLetter:
    return NewLetter(f"<{name}@desk.example.cn>", "desk@example.cn", to, name, kind, name.encode(), **more)  # type: ignore[arg-type]


def fill(bench: Bench, count: int, to: str = TO) -> None:
    for n in range(count):
        bench.outbox.add(letter(f"{to}{n}", to))


def names(bench: Bench, throttle: Throttle) -> list[str]:
    return [each.subject for each in due(bench.outbox, throttle)]


def send_all(bench: Bench, throttle: Throttle) -> int:
    """A round of delivery in which everything is taken; returns how many left."""
    waiting = due(bench.outbox, throttle)
    for each in waiting:
        assert bench.outbox.sending(each.id)
        bench.outbox.sent(each.id)
    return len(waiting)


def test_the_same_letter_is_there_once(bench: Bench) -> None:
    assert bench.outbox.add(letter("a")) is not None
    assert bench.outbox.add(letter("a")) is None
    assert names(bench, Throttle()) == ["a"]


def test_what_is_stored_is_what_is_sent(bench: Bench) -> None:
    bench.outbox.add(letter("整封信"))
    assert bench.outbox.body(due(bench.outbox)[0].id) == "整封信".encode()


def test_a_letter_can_be_claimed_once(bench: Bench) -> None:
    bench.outbox.add(letter("a"))
    (first,) = due(bench.outbox)
    assert bench.outbox.sending(first.id)
    assert not bench.outbox.sending(first.id)
    assert due(bench.outbox) == ()


def test_low_priority_numbers_then_near_deadlines_then_age(bench: Bench) -> None:
    near, far = MONDAY + timedelta(days=1), MONDAY + timedelta(days=9)
    for name, priority, deadline in (("old", 5, None), ("far", 1, far), ("near", 1, near), ("none", 1, None)):
        bench.outbox.add(letter(name, priority=priority, deadline=deadline))
    assert names(bench, Throttle()) == ["near", "far", "none", "old"]


def test_a_dead_worker_leaves_uncertainty_not_a_second_letter(bench: Bench) -> None:
    bench.outbox.add(letter("a"))
    bench.outbox.sending(due(bench.outbox)[0].id)
    bench.reopen()
    assert bench.outbox.recover() == 1
    assert due(bench.outbox) == ()
    (lost,) = bench.outbox.in_state("uncertain")
    assert "是否送达不明" in books.errors(bench.db)[0]
    bench.outbox.sent(lost.id)
    assert books.letters(bench.db) == {"pending": 0, "sent": 1, "uncertain": 0, "failed": 0}


def test_uncertain_and_not_found_goes_out_again(bench: Bench) -> None:
    bench.outbox.add(letter("a"))
    (first,) = due(bench.outbox)
    bench.outbox.sending(first.id)
    bench.outbox.uncertain(first.id, "连接中断")
    bench.outbox.again(first.id)
    assert names(bench, Throttle()) == ["a"]


def test_a_deferred_letter_waits_and_holds_up_nobody(bench: Bench) -> None:
    fill(bench, 2)
    first, second = due(bench.outbox)
    bench.outbox.sending(first.id)
    bench.outbox.defer(first.id, bench.clock.at + timedelta(minutes=15), "450 MI:SFQ")
    assert [each.id for each in due(bench.outbox)] == [second.id]
    bench.clock.pass_by(minutes=15)
    again = next(each for each in due(bench.outbox) if each.id == first.id)
    assert (again.attempts, again.error) == (1, "450 MI:SFQ")


def test_a_refused_letter_is_told_and_never_tried_again(bench: Bench) -> None:
    bench.outbox.add(letter("a"))
    bench.outbox.fail(due(bench.outbox)[0].id, "550 收件人不存在")
    bench.clock.pass_by(days=30)
    assert due(bench.outbox) == ()
    assert "550 收件人不存在" in books.errors(bench.db)[0]


def test_per_minute(bench: Bench) -> None:
    fill(bench, 25)
    throttle = Throttle(per_minute=10, per_day=200)
    assert [send_all(bench, throttle), send_all(bench, throttle)] == [10, 0]
    bench.clock.pass_by(seconds=61)
    assert send_all(bench, throttle) == 10


def test_per_day_begins_anew_at_midnight_in_china(bench: Bench) -> None:
    fill(bench, 30)
    throttle = Throttle(per_day=12)
    assert send_all(bench, throttle) == 12
    bench.clock.at = MONDAY.replace(hour=23, minute=59)
    assert send_all(bench, throttle) == 0
    bench.clock.pass_by(minutes=2)
    bench.reopen()
    assert send_all(bench, throttle) == 12


def test_attempts_that_were_refused_count_with_the_provider_too(bench: Bench) -> None:
    fill(bench, 3)
    first = due(bench.outbox)[0]
    bench.outbox.sending(first.id)
    bench.outbox.defer(first.id, bench.clock.at, "450")
    assert len(due(bench.outbox, Throttle(per_day=2))) == 1


def test_maildir_knows_no_throttle(bench: Bench) -> None:
    fill(bench, 50)
    assert len(due(bench.outbox)) == 50


def test_a_paused_account_sends_nothing_until_then(bench: Bench) -> None:
    fill(bench, 2)
    bench.outbox.pause(bench.clock.at + timedelta(hours=1), "550 MI:STC")
    assert due(bench.outbox) == ()
    bench.clock.pass_by(hours=1)
    assert len(due(bench.outbox)) == 2


class TestCapOfASender:
    CAP = Throttle(per_sender_day=2)

    def test_beyond_it_letters_wait_for_a_combined_one_and_others_are_not_held_up(self, bench: Bench) -> None:
        fill(bench, 5)
        bench.outbox.add(letter("other", "x@other.example.cn"))
        bench.outbox.add(letter("alert", kind="alert"))
        assert len(due(bench.outbox, self.CAP)) == 4
        ((*held,),) = overflow(bench.outbox, self.CAP)
        assert len(held) == 3

    def test_one_combined_letter_an_hour_settles_what_it_carries(self, bench: Bench) -> None:
        fill(bench, 4)
        send_all(bench, self.CAP)
        (held,) = overflow(bench.outbox, self.CAP)
        bench.outbox.carry(held, letter("combined", kind="combined"))
        assert names(bench, self.CAP) == ["combined"]
        send_all(bench, self.CAP)
        assert books.letters(bench.db) == {"pending": 0, "sent": 5, "uncertain": 0, "failed": 0}
        bench.outbox.add(letter("later"))
        assert overflow(bench.outbox, self.CAP) == ()
        bench.clock.pass_by(hours=1, seconds=1)
        assert len(overflow(bench.outbox, self.CAP)) == 1

    def test_a_combined_letter_is_carried_out_once(self, bench: Bench) -> None:
        fill(bench, 4)
        send_all(bench, self.CAP)
        (held,) = overflow(bench.outbox, self.CAP)
        for _ in range(2):
            bench.outbox.carry(held, letter("combined", kind="combined"))
        assert len(bench.outbox.in_state("carried")) == 2

    def test_the_next_day_they_may_leave(self, bench: Bench) -> None:
        fill(bench, 4)
        send_all(bench, self.CAP)
        bench.clock.pass_by(days=1)
        assert send_all(bench, self.CAP) == 2


def test_when_the_queue_will_be_empty(bench: Bench) -> None:
    fill(bench, 45)
    assert empty_at(bench.outbox, Throttle()) == bench.clock.at
    assert empty_at(bench.outbox, Throttle(per_minute=10, per_day=20)) == bench.clock.at + timedelta(days=2)
