"""One letter, from what was read of it to what is recorded: checked, judged, answered, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from intake.model import Submission
from replies.alerts import alerts_of, compose_alert, conversation_alert
from replies.annotate import Marked, Returned, marked_files
from replies.compose import LetterFacts, Reply, compose_answer, owed_letter, silence
from replies.notices import Cause, later_answer
from replies.requests import carried_out
from rules.check import Context, check
from rules.judging.judge import judge
from rules.judging.named import check_many
from rules.judging.requests import senders_of
from rules.letters import OPINIONS
from rules.model import Change, Checked, Decision, Judged
from rules.received import received_at
from store.conversations import Turn, keep_turn, turn_of, why_it_ends
from store.database import stamp
from store.desk import Desk
from store.journal import Journaled
from store.letters import NewLetter
from store.officers.officer_mail import settle_officer_mail
from store.officers.telling import Occasion, told
from store.record import LetterTransaction, letter_transaction

Annotate = Callable[[Marked], Returned]
TRIAL = "预检"
CONFIRMED = {"撤回": Cause.WITHDRAWN, "恢复": Cause.RESTORED}


def settle_letter(desk: Desk, mail: Journaled, submission: Submission, annotate: Annotate) -> Judged:
    """Judge one journaled letter, write down the verdict and the letters that tell it; nothing is sent yet.

    ``annotate`` makes the sender's file with comments (in a worker). Whatever is raised leaves nothing behind.
    """
    checked = checked_as_today(desk, mail, submission)
    if checked.request is not None and checked.request.kind == OPINIONS:
        return settle_officer_mail(desk, mail, checked)
    pack = desk.pack(checked.call)
    with letter_transaction(desk.db, desk.files, mail.id) as running:
        receipt = running.receipt(pack.prefix)
        judged, turn = _judged(desk, running, checked, receipt), turn_of(desk.db, checked)
        facts = _facts(desk, mail, judged, turn, annotate)
        letters = tuple(_letters(desk, judged, receipt, facts))
        kept = replace(judged, demands=()) if _is_trial(checked) else judged
        running.record(kept, letters, rules_hash=pack.hash, unanswered=silence(judged, facts))
        keep_turn(desk.db, turn, mail.id)
    desk.neighbours.follow(pack.id, judged.state)
    return judged


def checked_as_today(desk: Desk, mail: Journaled, submission: Submission) -> Checked:
    """What a mail says by itself under today's calls, settings and register."""
    received = received_at(submission.letter, mail.internal, mail.arrived, is_file=desk.is_maildir)
    context = Context(
        units=desk.units,
        received=received,
        own_addresses=desk.workspace.own_addresses,
        authentication=desk.workspace.mailbox.authentication,
        folder=mail.folder,
        officers=frozenset(desk.workspace.officers.addresses),
    )
    checked = check(submission, desk.packs, context)
    if checked.unit is None or not checked.sender.registered:  # a sender of no unit stands for itself
        return checked
    return replace(checked, unit=desk.unit(checked.unit.name, desk.pack(checked.call)))


def _judged(desk: Desk, running: LetterTransaction, checked: Checked, receipt: str) -> Judged:
    pack = desk.pack(checked.call)
    state = running.load_state(pack.id, None if checked.isolated else checked.unit)
    if not _is_trial(checked):
        found = desk.neighbours.near(checked, pack.id)
        return judge(checked, replace(state, likenesses=(*state.likenesses, *found)), pack, receipt)
    # A trial is judged as ``check`` does, as if nothing were on file, and leaves the state as it is.
    (alone,) = check_many([replace(checked, kind="submission", request=None)], pack)
    return replace(alone, checked=checked, decision=Decision.REQUEST, changes=(), replaced=(), state=state)


def _is_trial(checked: Checked) -> bool:
    return checked.request is not None and checked.request.kind == TRIAL


# --------------------------------------------------------------------------- the letters that tell it


def _facts(desk: Desk, mail: Journaled, judged: Judged, turn: Turn, annotate: Annotate) -> LetterFacts:
    pack, checked = desk.pack(judged.checked.call), judged.checked
    ended = why_it_ends(desk.db, checked, turn, mail.id)
    facts = desk.facts(pack, folder=mail.folder, answered_today=_answered_that_day(desk, checked), ended=ended)
    if not checked.sender.registered or checked.isolated or owed_letter(judged, facts) is None:
        return facts
    marked = marked_files(judged, pack, checked.received.at)
    return replace(facts, annotated=tuple(map(annotate, marked)))


def _answered_that_day(desk: Desk, checked: Checked) -> bool:
    """Whether this address was already answered on the day on which the letter came (A001: once a day)."""
    midnight = checked.received.at.replace(hour=0, minute=0, second=0, microsecond=0)
    row = desk.db.row(
        "SELECT 1 FROM letters l JOIN mails m ON m.id = l.mail_id WHERE l.kind = 'answer' AND l.recipient = ?"
        " AND m.received >= ? AND m.received <= ?",
        checked.submission.letter.sender, stamp(midnight), stamp(checked.received.at),
    )  # fmt: skip
    return row is not None


def _letters(desk: Desk, judged: Judged, receipt: str, facts: LetterFacts) -> Iterable[NewLetter]:
    answer = compose_answer(judged, receipt, facts)
    if answer is not None:
        yield desk.letter(_after_the_first(desk, answer, receipt), receipt, tuple(d.number for d in judged.demands))
    yield from notices_of(desk, judged, receipt)
    ended = (conversation_alert(judged, facts.ended),) if facts.ended and silence(judged, facts) == facts.ended else ()
    for alert in (*alerts_of(judged, receipt), *ended):
        for officer in desk.workspace.officers.addresses:
            yield desk.letter(compose_alert(alert, officer, facts), receipt)


def _after_the_first(desk: Desk, answer: Reply, receipt: str) -> Reply:
    """The answer as it is, or as a later notice where the mail was answered otherwise before."""
    mail = desk.db.row("SELECT message_id, answer_id FROM mails WHERE receipt = ? AND answer_id <> ''", receipt)
    if mail is None or mail["answer_id"] == answer.message_id:
        return answer
    return later_answer(answer, mail["answer_id"], mail["message_id"])


def notices_of(desk: Desk, judged: Judged, receipt: str) -> Iterable[NewLetter]:
    """The later notices that a verdict causes: who moved up is told, and every address that sent what was withdrawn."""
    pack = desk.pack(judged.checked.call)
    moved = tuple(c for c in judged.changes if c.moved_up and not c.after.withdrawn)
    at = judged.checked.received.at
    yield from told(desk, Occasion(Cause.MOVED_UP, judged.state, pack, receipt, at=at), moved)
    request = judged.checked.request
    cause = CONFIRMED.get(request.kind) if request else None
    if request is None or cause is None:
        return
    for demand in carried_out(judged, request):
        others = (a for a in senders_of(judged.state, demand.number) if a != judged.checked.sender.address)
        copies = tuple(Change(demand, demand.with_(sender=address)) for address in others)
        yield from told(desk, Occasion(cause, judged.state, pack, receipt, at=at), copies)
