"""A request that its sender was not entitled to make, carried out because an officer agrees to it."""

from __future__ import annotations

import json

from replies.notices import Cause
from rules.judging.requests import Asked, Outcome, restore, senders_of, withdraw
from rules.model import Change, Sender
from store import codec
from store.database import Row, moment
from store.desk import Desk
from store.letters import NewLetter
from store.officers.telling import Occasion, told
from store.record import Transaction
from store.registers.lists import ListError

ACTS = {"撤回": (withdraw, Cause.WITHDRAWN), "恢复": (restore, Cause.RESTORED)}


def carry_out_request(desk: Desk, running: Transaction, mail: Row) -> tuple[NewLetter, ...]:
    """Do what a held 撤回 or 恢复 asks; the notices go to all who sent a version, and to who asked for it.

    Raises ListError where it cannot be done any more; nothing is changed then.
    """
    kind = json.loads(mail["request"])[0]
    carry, cause = ACTS[kind]
    pack = desk.pack(mail["call"])
    before = state = running.load_state(pack.id, desk.unit(mail["unit"], pack))
    copies: list[Change] = []
    for number in codec.of_texts(mail["officer_needed"]):
        senders = senders_of(state, number)
        carried = carry(Asked(number, Sender(next(iter(senders), "")), moment(mail["received"])), state, pack)
        if carried.outcome is not Outcome.DONE or carried.demand is None:
            raise ListError(carried.said or f"{number} 现在不能{kind}")
        state, demand = carried.state, carried.demand
        copies += [Change(demand, demand.with_(sender=to)) for to in dict.fromkeys((*senders, mail["sender"]))]
    running.apply(state)
    desk.neighbours.follow(pack.id, state)
    waited = {d.number: d for d in before.demands}
    moved = (Change(waited[d.number], d) for d in state.demands if d.number in waited and not d.withdrawn)
    return (
        *told(desk, Occasion(cause, state, pack, mail["receipt"]), copies),
        *told(desk, Occasion(Cause.MOVED_UP, state, pack, mail["receipt"]), (c for c in moved if c.moved_up)),
    )
