"""Show people in the mailbox what was taken: marked as read, or moved by decision, once the verdict is on disk."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator

from intake.post.mailbox import Arrival, FolderRefused, Mailbox, MailboxError, MailRefused
from store.desk import Desk
from store.journal import Unacknowledged
from store.record import make_durable

TOLD_TOGETHER = 50  # mails that one command marks as read
MOST_REFUSED = 10  # mails of a folder that the mailbox will not show as taken; then the others wait as well
SIDE_FOLDERS_BY_DECISION = {"accepted": "已受理", "correction": "需补正", "held": "待复核", "refused": "不予受理"}


def acknowledge(
    desk: Desk, mailbox: Mailbox, folders: Iterable[tuple[str, str]], stopping: Callable[[], bool] = lambda: False
) -> list[str]:
    """Show what was taken of these folders (name, UIDVALIDITY) as configured; returns what could not be shown, and why.

    What cannot be shown now is shown at the next pass.
    """
    how, errors = desk.workspace.mailbox.after, list[str]()
    if how == "leave":
        return errors
    at_once = TOLD_TOGETHER if how == "flag" else 1  # what was moved is gone, and cannot be asked for once more
    taken = (desk.journal.unacknowledged(*place) for place in sorted(folders))
    waiting = deque(each for mails in taken for each in _by_target(mails, at_once))
    if waiting:
        make_durable(desk.db)
    refused: Counter[tuple[str, str]] = Counter()  # one folder may be closed, or one target not to be made
    while waiting:
        target, mails = waiting.popleft()
        place = mails[0].folder, target
        if refused[place] >= MOST_REFUSED:
            continue
        try:
            mailbox.acknowledge([Arrival(e.folder, e.uidvalidity, e.uid, 0) for e in mails], how, target)
        except MailRefused as error:
            if len(mails) > 1:  # one of them stands in the way of the others
                waiting.extendleft((target, [each]) for each in reversed(mails))
                continue
            refused[place] += 1
            errors.append(str(error))
        except MailboxError as error:
            errors += [] if stopping() else [str(error)]
            if not isinstance(error, FolderRefused):
                return errors
            refused[place] = MOST_REFUSED
        else:
            desk.journal.acknowledged(mails)
    return errors


def _by_target(mails: Iterable[Unacknowledged], at_once: int) -> Iterator[tuple[str, list[Unacknowledged]]]:
    """The side folder of each decision, and the mails for it, a command's worth at a time."""
    targets: dict[str, list[Unacknowledged]] = {}
    for mail in mails:
        targets.setdefault(SIDE_FOLDERS_BY_DECISION.get(mail.decision, "其他来信"), []).append(mail)
    for target, some in targets.items():
        yield from ((target, some[start : start + at_once]) for start in range(0, len(some), at_once))
