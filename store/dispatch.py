"""Letters leave: the outbox under the provider's caps, each letter claimed before its first byte.

Killed before the claim: the letter is pending and leaves at the next pass. Killed after it, before the server's
answer is written down: ``sending``, which the next start calls uncertain and looks for (``store/recovery.py``).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr

from replies.alerts import Alert, compose_alert
from replies.combined import compose_combined, withheld_letter
from replies.delivery import Deferred, DeliveryError, Refused, SendError, Uncertain
from replies.send import Outgoing, Outlet, open_outgoing
from store.database import midnight
from store.desk import Desk
from store.letters import Letter, NewLetter
from store.outbox import PAUSED_UNTIL
from store.record import make_durable
from store.throttle import due, empty_at, overflow

SOON = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 12
PAUSE_TOLD = "outgoing pause told"
STOPPED_LOGIN = "outgoing stopped with"
STOPS = "outgoing stopped"  # how often in a row the operator was needed
BREAKS = "outgoing broke off"  # how many rounds in a row ended in the middle
MOST_BREAKS = 2  # more of them, and the account rests: each may leave a letter of which nobody knows


@dataclass(frozen=True, slots=True)
class Delivered:
    """How a round of delivery ended; ``errors`` say in Chinese what a person must know or mend."""

    sent: int = 0
    errors: tuple[str, ...] = ()


def deliver(desk: Desk, stopping: Callable[[], bool] = lambda: False) -> Delivered:
    """Send what may leave now, and tell the officers where what may not will be late."""
    if desk.db.fact(STOPS) is not None and _login_was_changed(desk):
        lift_stop(desk)
    _combine(desk)
    waiting = due(desk.outbox, desk.throttle)
    if waiting:
        make_durable(desk.db)  # after they were read: whoever wrote them, what they tell stands
    delivered = _deliver(desk, waiting, stopping) if waiting else Delivered()
    _warn_of_queue(desk)
    return delivered


def _deliver(desk: Desk, waiting: tuple[Letter, ...], stopping: Callable[[], bool]) -> Delivered:
    """Send letters over one connection; a refusal of one never holds up the next, a broken way out ends the round."""
    sent, errors = 0, list[str]()
    try:
        with open_outgoing(Outgoing(desk.workspace.outgoing_url, desk.workspace.outgoing_password())) as outlet:
            for letter in waiting:
                if stopping() or desk.outbox.paused_until() is not None:
                    break
                if not desk.outbox.sending(letter.id, durable=not outlet.repeatable):
                    continue  # purged or carried in the meantime
                error = _send(desk, outlet, letter)
                sent += error is None
                if error is not None and _wants_a_hand(error):
                    errors.append(f"致 {letter.recipient} 的通知：{error}")
                if error is not None and _ends_the_round(error):
                    _broke_off(desk, error.reason)
                    break
    except SendError as error:
        _stopped(desk, error)
        errors.append(str(error))
    return Delivered(sent, tuple(errors))


def _stopped(desk: Desk, error: SendError) -> None:
    """Only the operator can mend it: each further try waits twice as long, for failed logins lock the account."""
    before, salt = int(desk.db.fact(STOPS) or 0), secrets.token_hex(8)
    desk.db.remember(STOPS, str(before + 1))
    desk.db.remember(STOPPED_LOGIN, f"{salt} {_mark_of_login(desk, salt)}")
    _pause(desk, min(SOON * 2 ** min(before, 10), LONGEST_WAIT), str(error), alert=True)


def _login_was_changed(desk: Desk) -> bool:
    salt, _, mark = (desk.db.fact(STOPPED_LOGIN) or "").partition(" ")
    return bool(mark) and mark != _mark_of_login(desk, salt)


def _mark_of_login(desk: Desk, salt: str) -> str:
    """Two bytes of a hash: enough to notice that the login was changed, too few to learn anything of it."""
    workspace = desk.workspace
    login = "\n".join((workspace.outgoing_url, workspace.sender, workspace.outgoing_password() or ""))
    return hashlib.blake2b(login.encode(), digest_size=2, salt=bytes.fromhex(salt)).hexdigest()


def lift_stop(desk: Desk) -> None:
    """Where the operator may have mended what stopped delivery (the worker starts, the login is another): try anew."""
    if desk.db.fact(STOPS) is not None:
        for each in (STOPS, STOPPED_LOGIN, PAUSED_UNTIL):
            desk.db.remember(each, None)


def _warn_of_queue(desk: Desk) -> None:
    """Tell the officers where the provider's caps will keep a letter until its reader can no longer act on it."""
    waiting = [letter for letter in desk.outbox.in_state("pending") if letter.deadline is not None]
    nearest = min((e.deadline for e in waiting if e.deadline and e.deadline > desk.db.clock()), default=None)
    if nearest is None or empty_at(desk.outbox, desk.throttle) <= nearest:
        return
    facts = (("截止时间", f"{nearest:%Y-%m-%d %H:%M}"), ("待发", "按邮箱的发信限额，截止前发不完"))
    advice = "请提高 [outgoing] 的发信限额，或电话告知尚未收到通知的单位；待发通知见 zhengji status。"
    tell_officers(desk, Alert("queue", "待发通知将误期", facts, advice, occasion=midnight(desk.db.clock()).isoformat()))


def _wants_a_hand(error: DeliveryError) -> bool:
    return not isinstance(error, Deferred) or error.scope == "account"


def _ends_the_round(error: DeliveryError) -> bool:
    return isinstance(error, Uncertain) or (isinstance(error, Deferred) and error.scope == "account")


def _send(desk: Desk, outlet: Outlet, letter: Letter) -> DeliveryError | None:
    """Send one claimed letter and write down how it ended: taken (null), or what came in between."""
    try:
        outlet.send(desk.outbox.body(letter.id), parseaddr(letter.sender)[1], letter.recipient)
    except DeliveryError as error:
        _not_sent(desk, letter, error)
        return error
    desk.outbox.sent(letter.id)
    for troubles in (STOPS, BREAKS):
        if desk.db.fact(troubles) is not None:
            desk.db.remember(troubles, None)
    return None


def _broke_off(desk: Desk, reason: str) -> None:
    """A line that keeps breaking is left alone for longer each time: what it breaks in may be sent or not."""
    times = int(desk.db.fact(BREAKS) or 0) + 1
    desk.db.remember(BREAKS, str(times))
    if times > MOST_BREAKS and desk.outbox.paused_until() is None:
        _pause(desk, min(SOON * 2 ** min(times - MOST_BREAKS - 1, 10), LONGEST_WAIT), reason, alert=True)


def _not_sent(desk: Desk, letter: Letter, error: DeliveryError) -> None:
    """What a failed delivery of one letter leads to."""
    match error:
        case Uncertain():
            desk.outbox.uncertain(letter.id, error.reason)
        case Refused():
            give_up(desk, letter, error.reason, recipient_dead=error.recipient_dead)
        case Deferred() if _was_the_last_try(letter, error):
            give_up(desk, letter, error.reason)
        case Deferred():
            until = _until(desk, letter, error)
            desk.outbox.defer(letter.id, until, error.reason)
            if error.scope == "account" and error.again != "anew":
                _pause(desk, until - desk.db.clock(), error.reason, alert=error.alert)
        case _:
            desk.outbox.defer(letter.id, desk.db.clock(), error.reason)  # what holds it is the pause of the account
            raise error


def _was_the_last_try(letter: Letter, error: Deferred) -> bool:
    """Whether a letter that is put off again is given up; never for what the whole account is made to wait for."""
    if error.again == "once":
        return _meaning(letter.error) == _meaning(error.reason)
    return letter.attempts >= MOST_TRIES and (error.scope == "recipient" or error.again == "anew")


def _meaning(reason: str) -> str:
    """What an answer means, without the server's own words: those differ from one time to the next."""
    return reason.partition("（")[0]


def _until(desk: Desk, letter: Letter, error: Deferred) -> datetime:
    """When to try again: as the server's answer demands, later each time, never before the next day if it says so."""
    at = desk.db.clock()
    if error.again == "tomorrow":
        return midnight(at) + timedelta(days=1, minutes=5)
    least = timedelta(seconds=error.until_seconds)
    longer: timedelta = least * 2 ** min(letter.attempts, 6)
    return at + max(least, min(longer, LONGEST_WAIT))


def _pause(desk: Desk, wait: timedelta, reason: str, *, alert: bool) -> None:
    """Let the whole account rest; the officers are told once a day and reason."""
    desk.outbox.pause(desk.db.clock() + wait, reason)
    told = f"{desk.db.clock():%Y-%m-%d} {_meaning(reason)}"
    if alert and desk.db.fact(PAUSE_TOLD) != told:
        facts = (("原因", reason),)
        advice = "待发信件均已保存，恢复后按顺序自动发出，无须重发。如系账号或授权码问题，请联系系统维护人员。"
        tell_officers(desk, Alert("queue", "发信暂停", facts, advice, occasion=told))
        desk.db.remember(PAUSE_TOLD, told)


def tell_officers(desk: Desk, alert: Alert) -> None:
    """Put an alert to every officer into the outbox; the same alert twice is one."""
    for letter in to_officers(desk, alert):
        desk.outbox.add(letter)


def to_officers(desk: Desk, alert: Alert) -> tuple[NewLetter, ...]:
    """An alert as letters, one to every officer."""
    facts, officers = desk.facts(desk.packs[0]), desk.workspace.officers.addresses
    return tuple(desk.letter(compose_alert(alert, officer, facts), alert.receipt) for officer in officers)


def _combine(desk: Desk) -> None:
    """Where an address has had its letters of the day, one letter an hour carries what waits for it."""
    for letters in overflow(desk.outbox, desk.throttle):
        withheld = tuple(withheld_letter(desk.outbox.body(letter.id)) for letter in letters)
        desk.outbox.carry(letters, desk.letter(compose_combined(withheld, desk.facts(desk.packs[0]))))


def give_up(desk: Desk, letter: Letter, reason: str, *, recipient_dead: bool = False) -> None:
    """The addressee will never get it: in one transaction that is written down and the officers are told.

    A letter to the officers themselves would tell nobody.
    """
    advice = "该通知未能送达，系统不再重发。"
    advice += "收件地址已失效，请电话告知该单位，并更新登记册。" if recipient_dead else "请电话告知该单位。"
    alert = Alert("undelivered", "一封通知未能送达", facts_of(letter, reason), advice)
    to_officer = letter.recipient in desk.workspace.officers.addresses
    desk.outbox.fail(letter.id, reason, () if to_officer else to_officers(desk, about(letter, alert)))


def about(letter: Letter, alert: Alert) -> Alert:
    """An alert that is about a letter: one of each kind, however often it is raised."""
    return replace(alert, receipt=letter.receipt, occasion=f"letter {letter.id}")


def facts_of(letter: Letter, reason: str) -> tuple[tuple[str, str], ...]:
    """What an officer must know of a letter, and what happened to it."""
    labels = ("受理编号", "收件人", "主题", "原因")
    return tuple(zip(labels, (letter.receipt, letter.recipient, letter.subject, reason), strict=True))
