"""Fetching mail from a server that behaves as NetEase's does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from netease import NeteaseServer
from plain_mail import mail, nothing, only, subjects

from intake.post.mailbox import (
    LoginRefused,
    MailRefused,
    Source,
    UnsafeLogin,
    open_mailbox,
)


@pytest.fixture
def netease() -> Iterator[NeteaseServer]:
    server = NeteaseServer()
    yield server
    server.stop()


def test_netease_is_read_from_login_to_move(netease: NeteaseServer) -> None:
    netease.mails = {1320000001: mail(1), 1320000999: mail(2), 1320012345: mail(3)}
    with open_mailbox(Source(netease.url, netease.password, timeout=10, pause=0.0)) as mailbox:
        arrivals = mailbox.listing(only("1320000001"))
        assert [a.uid for a in arrivals] == ["1320000999", "1320012345"]
        assert arrivals[0].internal == netease.internaldate
        assert subjects(mailbox, arrivals) == ["no. 2", "no. 3"]
        assert not mailbox.supports_idle
        assert mailbox.idle(20) is False
        mailbox.acknowledge([arrivals[0]], "move", "征集/已受理")
        mailbox.acknowledge([arrivals[1]], "flag")
    assert list(netease.mails) == [1320000001, 1320012345]
    assert netease.moved == {"征集/已受理": [mail(2)]}
    assert netease.flags == {1320012345: {"\\Seen"}}
    assert netease.searches == {"ALL"}, "its text search finds nothing or everything"


def test_netease_is_told_who_we_are_on_every_connection(netease: NeteaseServer) -> None:
    netease.mails = {1320000001: mail(1)}
    netease.hang_up_at("UID FETCH", times=1)
    with open_mailbox(Source(netease.url, netease.password, timeout=10, pause=0.0)) as mailbox:
        assert subjects(mailbox, mailbox.listing(nothing)) == ["no. 1"]
    assert netease.connections == netease.identified == 2


def test_another_account_with_the_same_uidvalidity_and_uids_is_not_taken_for_read(netease: NeteaseServer) -> None:
    netease.mails = {1320000001: mail(1)}
    with open_mailbox(Source(netease.url, netease.password)) as mailbox:
        (old,) = mailbox.listing(nothing)
    netease.user = "other@163.example"
    journal = {(old.folder, old.uidvalidity): {old.uid}}
    with open_mailbox(Source(netease.url, netease.password)) as mailbox:
        assert len(mailbox.listing(lambda folder, uidvalidity: journal.get((folder, uidvalidity), set()))) == 1


def test_a_url_without_a_user_logs_in_to_nothing(netease: NeteaseServer) -> None:
    netease.mails = {1320000001: mail(1)}
    netease.needs_login = False
    url = netease.url.replace(netease.user.replace("@", "%40") + "@", "")
    with open_mailbox(Source(url)) as mailbox:
        assert subjects(mailbox, mailbox.listing(nothing)) == ["no. 1"]


def test_a_folder_besides_that_does_not_open_is_remarked_and_the_inbox_still_read(netease: NeteaseServer) -> None:
    netease.mails = {1320000001: mail(1)}
    netease.moved = {"垃圾邮件": []}
    netease.closed = {"垃圾邮件"}
    with open_mailbox(Source(netease.url, netease.password, ("垃圾邮件",))) as mailbox:
        assert [a.folder for a in mailbox.listing(nothing)] == ["INBOX"]
        assert "垃圾邮件" in mailbox.remarks[0]


@pytest.mark.parametrize("by_bye", [False, True])
def test_unsafe_login_tells_the_operator_what_to_switch_on(netease: NeteaseServer, by_bye: bool) -> None:
    netease.refuse_select(by_bye=by_bye)
    with pytest.raises(UnsafeLogin, match="IMAP") as caught:  # noqa: SIM117 - the listing is what raises
        with open_mailbox(Source(netease.url, netease.password, timeout=10, pause=0.0)) as mailbox:
            mailbox.listing(nothing)
    assert caught.value.wait >= 900


def test_too_many_logins_ask_for_patience(netease: NeteaseServer) -> None:
    netease.refuse_login("NO LOGIN login frequency limited")
    with pytest.raises(LoginRefused, match="频繁") as caught, open_mailbox(Source(netease.url, netease.password)):
        pass
    assert caught.value.wait >= 600


def test_one_mail_that_the_server_cannot_describe_or_give_leaves_the_others(netease: NeteaseServer) -> None:
    netease.mails = {1320000001: mail(1), 1320000002: mail(2)}
    netease.broken = {1320000001}
    with open_mailbox(Source(netease.url, netease.password, timeout=10, pause=0.0)) as mailbox:
        bad, good = mailbox.listing(nothing)
        assert (bad.size, bad.internal) == (0, None)
        with pytest.raises(MailRefused):
            mailbox.fetch(bad)
        assert subjects(mailbox, [good]) == ["no. 2"]
