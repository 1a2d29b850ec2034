"""The later notices: to every sender whose demands stand otherwise by what somebody else did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from replies.message import can_be_answered
from replies.notices import Cause, Notice, compose_notice
from replies.remarks import Returned
from rules.judging.quota import quota_use
from rules.model import Change, Decision, Demand, UnitState
from rules.packs.call import CallPack
from store.desk import Desk
from store.letters import NewLetter


@dataclass(frozen=True, slots=True)
class Occasion:
    """What caused later notices: why, the state after it, the call, its name (it fixes the letters' ids), a reason.

    ``annotated``: the senders' own files with comments, by the receipt that brought them; ``at`` is when
    it is told (null: now).
    """

    cause: Cause
    state: UnitState
    pack: CallPack
    name: str
    reason: str = ""
    annotated: Mapping[str, tuple[Returned, ...]] = field(default_factory=dict)
    at: datetime | None = None


def told(desk: Desk, occasion: Occasion, changes: Iterable[Change]) -> Iterable[NewLetter]:
    """A notice for each mail whose demands changed, to who sent it; none to whom no letter may be written."""
    by_mail: dict[tuple[str, str], list[Demand]] = {}
    for change in changes:
        by_mail.setdefault((change.after.receipt, change.after.sender), []).append(change.after)
    for (receipt, sender), demands in by_mail.items():
        mail = desk.db.row("SELECT id, message_id, answer_id FROM mails WHERE receipt = ?", receipt)
        if mail is None or not can_be_told(desk, sender, demands):
            continue
        state = occasion.state
        notice = Notice(
            occasion.cause, sender, receipt, tuple(demands), state, quota_use(state.demands, state.unit),
            mail_id=mail["message_id"], answer_id=mail["answer_id"], reason=occasion.reason, occasion=occasion.name,
            at=occasion.at or desk.db.clock(),
        )  # fmt: skip
        reply = compose_notice(notice, desk.facts(occasion.pack, annotated=occasion.annotated.get(receipt, ())))
        yield replace(desk.letter(reply, receipt, tuple(d.number for d in demands)), mail_id=mail["id"])


def can_be_told(desk: Desk, sender: str, demands: Iterable[Demand]) -> bool:
    """Whether a notice may be written to an address: of a forged name only about what an officer found genuine."""
    forged = any(f.code == "A002" for d in demands if d.decision is not Decision.ACCEPTED for f in d.findings)
    return can_be_answered(sender) and sender not in desk.workspace.own_addresses and not forged
