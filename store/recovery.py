"""What became of letters that were left in the middle: looked for before any of them leaves again."""

from __future__ import annotations

from datetime import datetime, timedelta

from intake.post.mailbox import Filed, Mailbox, MailboxError
from replies.alerts import Alert
from store.bounces import came_back
from store.database import moment, stamp
from store.desk import Desk
from store.dispatch import about, facts_of, give_up, to_officers
from store.events import About, note
from store.letters import Letter, put
from store.record import immediate
from store.setup.settings import is_strict

CAME_BACK = "投递后被对方服务器退回"
KEPT_IN_SENT = timedelta(minutes=2)  # so long may a provider take to file a copy of what it sent
LOOKED_FOR = timedelta(days=3)  # and then left to the officers, who were told
DAY = timedelta(days=1)  # by which the provider's clock and ours may differ
TOLD = "letter_uncertain_told"


def recover(desk: Desk, mailbox: Mailbox | None) -> None:
    """Before any delivery: what a dead worker left half sent is uncertain, and is looked for before it leaves again.

    A file is written under a name of its own content, so that writing it again is no second letter. A letter sent by
    SMTP is looked for in bounces, and among what the provider keeps as sent: found there, it is sent; not found where
    everything is kept, it never left. Elsewhere it stays uncertain, and the officers decide.
    """
    desk.outbox.recover()
    for letter in desk.outbox.in_state("uncertain"):
        if desk.workspace.outgoing.url.startswith("maildir:"):
            desk.outbox.again(letter.id)
    letters = tuple(e for e in desk.outbox.in_state("uncertain") if not _is_closed(desk, e))
    if not letters:
        return
    since = min(_first_chance(desk, letter) for letter in letters) - DAY
    try:
        filed = mailbox.sent_since(since) if mailbox else Filed()
    except MailboxError:
        return  # not to be told now; they stay uncertain until the next pass
    back, keeps = came_back(desk, letters), _keeps_all(desk, filed, stamp(since))
    for letter in letters:
        if letter.message_id in back:
            give_up(desk, letter, CAME_BACK)
        elif letter.message_id in filed.ids:
            desk.outbox.sent(letter.id)
        elif (filed.folders or mailbox is None) and _is_young(desk, letter):
            continue  # the copy may still be on its way
        elif keeps:
            desk.outbox.again(letter.id)
        else:
            _tell(desk, letter)


def _first_chance(desk: Desk, letter: Letter) -> datetime:
    """Since when a letter may have left: one that is written anew after a restore, since its mail came in."""
    if letter.attempted_at is not None:
        return letter.attempted_at
    mail = desk.db.row("SELECT arrived FROM mails WHERE id = ?", letter.mail_id)
    return min(letter.created_at, moment(mail["arrived"])) if mail else letter.created_at


def _keeps_all(desk: Desk, filed: Filed, since: str) -> bool:
    """Whether what is not found among the sent mail never left.

    Other letters of that time tell: they were taken, so that a provider that keeps copies has them. Where there are
    none, what is known of the provider must do.
    """
    others = desk.outbox.sent_between(since, stamp(desk.db.clock() - KEPT_IN_SENT))
    return filed.whole and (not filed.ids.isdisjoint(others) if others else _is_known_to_keep(desk))


def _is_known_to_keep(desk: Desk) -> bool:
    """Whether letters leave by the account that is read, at a provider that keeps a copy of what it sends."""
    read, way_out = desk.workspace.mailbox, desk.workspace.outgoing
    return is_strict(read.host) and read.user.lower() == way_out.user.lower()


def _is_young(desk: Desk, letter: Letter) -> bool:
    return (
        letter.attempted_at is not None and abs(desk.db.clock() - letter.attempted_at) < KEPT_IN_SENT
    )  # set back, too


def _is_closed(desk: Desk, letter: Letter) -> bool:
    """Whether a letter was looked for long enough, and the officers know."""
    tried = letter.attempted_at or letter.created_at
    return abs(desk.db.clock() - tried) > LOOKED_FOR and _is_told(desk, letter)


def _is_told(desk: Desk, letter: Letter) -> bool:
    return desk.db.row("SELECT 1 FROM events WHERE kind = ? AND letter_id = ?", TOLD, letter.id) is not None


def _tell(desk: Desk, letter: Letter) -> None:
    if _is_told(desk, letter):
        return
    advice = "投递时连接中断，不能确定对方是否已收到。为免重复，未再发出。请与对方核实，或在已发送文件夹中查找。"
    alert = Alert("uncertain", "一封通知是否送达不明", facts_of(letter, letter.error), advice)
    with immediate(desk.db):
        for each in to_officers(desk, about(letter, alert)):
            put(desk.db, each)
        note(desk.db, TOLD, About(letter.mail_id, letter.id))
