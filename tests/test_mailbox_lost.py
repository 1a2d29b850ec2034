"""A line to a real Dovecot that breaks at every command."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from cutting_proxy import CuttingProxy
from plain_mail import mail, nothing, subjects
from servers import Account, DovecotServer

from intake.post.mailbox import (
    MailboxError,
    MailboxUnreachable,
    MailRefused,
    Source,
    open_mailbox,
)


@pytest.fixture
def proxy(dovecot_server: DovecotServer) -> Iterator[CuttingProxy]:
    line = CuttingProxy(dovecot_server.port)
    yield line
    line.stop()


def through(proxy: CuttingProxy, account: Account) -> Source:
    return Source(
        account.url.replace(str(account.server.port), str(proxy.port)), account.password, timeout=10, pause=0.0
    )


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("command", ["SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "UID MOVE"])
def test_a_connection_lost_once_at_any_command_is_made_anew(
    dovecot: Account, proxy: CuttingProxy, command: str, when
) -> None:
    dovecot.deliver_all([(mail(1), None), (mail(2), None)])
    with open_mailbox(through(proxy, dovecot)) as mailbox:
        proxy.cut_at(command, when)
        first, second = mailbox.listing(nothing)
        assert subjects(mailbox, [first, second]) == ["no. 1", "no. 2"]
        mailbox.acknowledge([first], "flag")
        mailbox.acknowledge([second], "move", "已受理")
    assert proxy.connections == 2
    assert dovecot.flags() == {1: {b"\\Seen"}}
    assert dovecot.folders()["已受理"] == 1


def test_a_line_that_dies_while_waiting_is_noticed_and_made_anew(dovecot: Account, proxy: CuttingProxy) -> None:
    dovecot.deliver(mail(1))
    with open_mailbox(through(proxy, dovecot)) as mailbox:
        mailbox.listing(nothing)
        later = threading.Timer(0.2, proxy.hang_up)
        later.start()
        with pytest.raises(MailboxUnreachable):
            mailbox.idle(60)
        later.join()
        assert subjects(mailbox, mailbox.listing(nothing)) == ["no. 1"]


@pytest.mark.parametrize("command", ["LOGIN", "CAPABILITY", " ID "])
def test_a_connection_lost_while_logging_in_is_unreachable_not_a_wrong_password(
    dovecot: Account, proxy: CuttingProxy, command: str
) -> None:
    proxy.cut_at(command, "before", times=9)
    with pytest.raises(MailboxUnreachable), open_mailbox(through(proxy, dovecot)):
        pass
    assert proxy.connections == 1, "logging in again at once would lock the account"


def test_a_mail_that_breaks_every_connection_does_not_hold_up_the_next(dovecot: Account, proxy: CuttingProxy) -> None:
    dovecot.deliver_all([(mail(1), None), (mail(2), None)])
    with open_mailbox(through(proxy, dovecot)) as mailbox:
        bad, good = mailbox.listing(nothing)
        proxy.cut_at(r"UID FETCH 1 ", "after", times=99)
        with pytest.raises(MailRefused):
            mailbox.fetch(bad)
        assert subjects(mailbox, [good]) == ["no. 2"]


def test_a_server_that_drops_everything_is_not_asked_for_ever(dovecot: Account, proxy: CuttingProxy) -> None:
    dovecot.deliver_all([(mail(n), None) for n in range(6)])
    with open_mailbox(through(proxy, dovecot)) as mailbox:
        arrivals = mailbox.listing(nothing)
        proxy.cut_at("UID FETCH", "before", times=99)
        for arrival in arrivals:
            with pytest.raises(MailboxError):
                mailbox.fetch(arrival)
    assert proxy.connections <= 4
