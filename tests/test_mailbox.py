"""Fetching mail: what a real Dovecot, a lost connection, a strange server and a Maildir do to the intake."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

import pytest
from cutting_proxy import CuttingProxy
from hypothesis import given, settings
from hypothesis import strategies as st
from netease import NeteaseServer
from servers import Account, DovecotServer

from intake.endpoint import parse_endpoint
from intake.mailbox import (
    Arrival,
    BadSource,
    FolderRefused,
    LoginRefused,
    Mailbox,
    MailboxError,
    MailboxUnreachable,
    MailGone,
    MailRefused,
    Seen,
    Source,
    UnsafeLogin,
    open_mailbox,
)

CHINA = timezone(timedelta(hours=8))
MORNING = datetime(2026, 6, 1, 9, 30, tzinfo=CHINA)


def mail(number: int) -> bytes:
    return (
        f"From: kjj@example.cn\r\nSubject: no. {number}\r\nMessage-ID: <{number}@example.cn>\r\n\r\nbody\r\n".encode()
    )


def nothing(folder: str, uidvalidity: str) -> frozenset[str]:
    return frozenset()


def only(*uids: str) -> Seen:
    """A journal that holds these UIDs of every folder."""
    return lambda _folder, _uidvalidity: set(uids)


def source(account: Account, *also: str) -> Source:
    return Source(account.url, account.password, also, timeout=10, pause=0.0)


def subjects(mailbox: Mailbox, arrivals: list[Arrival]) -> list[str]:
    return [mailbox.fetch(a).decode().split("Subject: ")[1].split("\r\n")[0] for a in arrivals]


# ---------------------------------------------------------------- Dovecot


def test_a_mail_arrives_byte_for_byte_with_its_time_and_size(dovecot: Account) -> None:
    raw = mail(1).replace(b"body", b"\xc4\xda\xc3\xc9\xb9\xc5")  # raw 8-bit GBK
    dovecot.deliver(raw, MORNING)
    with open_mailbox(source(dovecot)) as mailbox:
        (arrival,) = mailbox.listing(nothing)
        assert (arrival.folder, arrival.size, arrival.internal) == ("INBOX", len(raw), MORNING)
        assert arrival.internal is not None
        assert arrival.internal.utcoffset() == timedelta(hours=8)
        assert mailbox.fetch(arrival) == raw
        assert mailbox.fetch_header(arrival) == raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert dovecot.flags() == {1: set()}, "fetching must not mark a mail as read"


def test_a_mail_that_a_person_has_read_is_still_new_and_a_journaled_one_is_not(dovecot: Account) -> None:
    dovecot.deliver_all([(mail(n), None) for n in range(5)])
    with dovecot.client() as person:
        person.select_folder("INBOX")
        person.add_flags([2, 3], [b"\\Seen"])
        person.delete_messages([4])
        person.expunge()
    with open_mailbox(source(dovecot)) as mailbox:
        new = mailbox.listing(only("1"))
        assert [a.uid for a in new] == ["2", "3", "5"]


def test_a_low_uid_that_was_never_journaled_is_found_below_the_highest_one(dovecot: Account) -> None:
    dovecot.deliver_all([(mail(n), None) for n in range(4)])
    with open_mailbox(source(dovecot)) as mailbox:
        assert [a.uid for a in mailbox.listing(only("1", "3", "4"))] == ["2"]


def test_more_mails_than_one_batch_all_come_in_order(dovecot: Account) -> None:
    dovecot.deliver_all([(mail(n), None) for n in range(230)])
    with open_mailbox(source(dovecot)) as mailbox:
        new = mailbox.listing(nothing)
        assert [a.uid for a in new] == [str(n) for n in range(1, 231)]
        assert subjects(mailbox, new[-1:]) == ["no. 229"]


def test_chinese_folders_besides_are_looked_into_and_missing_ones_are_not_missed(dovecot: Account) -> None:
    dovecot.deliver(mail(1))
    dovecot.deliver(mail(2), folder="垃圾邮件")
    dovecot.deliver(mail(3), folder="不看的")
    with open_mailbox(source(dovecot, "垃圾邮件", "广告邮件")) as mailbox:
        new = mailbox.listing(nothing)
        assert [(a.folder, a.inbox) for a in new] == [("INBOX", True), ("垃圾邮件", False)]
        assert subjects(mailbox, new) == ["no. 1", "no. 2"]
        assert mailbox.remarks == ()


def test_the_folder_of_the_url_is_the_inbox(dovecot: Account) -> None:
    dovecot.deliver(mail(1))
    dovecot.deliver(mail(2), folder="征集")
    url = dovecot.url.replace("/INBOX", "/%E5%BE%81%E9%9B%86")
    with open_mailbox(Source(url, dovecot.password)) as mailbox:
        assert [(a.folder, a.inbox) for a in mailbox.listing(nothing)] == [("征集", True)]


def test_each_folder_is_asked_for_with_its_own_uidvalidity(dovecot: Account) -> None:
    dovecot.deliver(mail(1))
    dovecot.deliver(mail(2), folder="垃圾邮件")
    with open_mailbox(source(dovecot, "垃圾邮件")) as mailbox:
        first = mailbox.listing(nothing)
        known = {(a.folder, a.uidvalidity): {a.uid} for a in first}
        assert len(known) == 2
        assert mailbox.listing(lambda folder, uidvalidity: known.get((folder, uidvalidity), set())) == []


def test_a_folder_made_anew_is_read_again_and_its_old_uids_are_never_mistaken(dovecot: Account) -> None:
    dovecot.deliver(mail(1), folder="征集")
    with open_mailbox(source(dovecot, "征集")) as mailbox:
        (old,) = mailbox.listing(nothing)
    with dovecot.client() as person:
        person.delete_folder("征集")
        time.sleep(1.1)  # UIDVALIDITY counts seconds
    dovecot.deliver(mail(2), folder="征集")
    with open_mailbox(source(dovecot, "征集")) as mailbox:
        with pytest.raises(MailGone):
            mailbox.fetch(old)
        mailbox.acknowledge(old, "flag")
        assert dovecot.flags("征集") == {1: set()}, "another mail has that UID now"
        seen = {old.uidvalidity: {old.uid}}
        (new,) = mailbox.listing(lambda _folder, uidvalidity: seen.get(uidvalidity, set()))
        assert (new.uid, new.uidvalidity == old.uidvalidity) == (old.uid, False)


def test_a_mail_taken_away_by_a_person_is_gone_and_needs_no_mark(dovecot: Account) -> None:
    dovecot.deliver_all([(mail(1), None), (mail(2), None)])
    with open_mailbox(source(dovecot)) as mailbox:
        gone, kept = mailbox.listing(nothing)
        with dovecot.client() as person:
            person.select_folder("INBOX")
            person.delete_messages([int(gone.uid)])
            person.expunge()
        with pytest.raises(MailGone):
            mailbox.fetch(gone)
        for how in ("flag", "move"):
            mailbox.acknowledge(gone, how, "征集/已受理")
        assert subjects(mailbox, [kept]) == ["no. 2"]


@pytest.mark.parametrize(
    ("how", "folders", "flags"),
    [
        ("leave", {"INBOX": 2}, {1: set(), 2: set()}),
        ("flag", {"INBOX": 2}, {1: {b"\\Seen"}, 2: set()}),
        ("move", {"INBOX": 1, "征集/已受理": 1}, {2: set()}),
    ],
)
def test_acknowledging_twice_shows_once(dovecot: Account, how, folders, flags) -> None:
    dovecot.deliver_all([(mail(1), None), (mail(2), None)])
    with open_mailbox(source(dovecot)) as mailbox:
        first = mailbox.listing(nothing)[0]
        mailbox.acknowledge(first, how, "征集/已受理")
        mailbox.acknowledge(first, how, "征集/已受理")
    with dovecot.client() as person:
        there = {name: count for name, count in dovecot.folders().items() if count}
        assert there == folders
        person.select_folder("INBOX")
    assert dovecot.flags() == flags


def test_new_mail_ends_the_waiting_at_once(dovecot: Account) -> None:
    dovecot.deliver(mail(1))
    with open_mailbox(source(dovecot)) as mailbox:
        assert mailbox.supports_idle
        mailbox.listing(nothing)
        assert mailbox.idle(0.2) is False
        later = threading.Timer(0.3, dovecot.deliver, [mail(2)])
        later.start()
        assert mailbox.idle(20) is True
        later.join()
        assert len(mailbox.listing(nothing)) == 2


def test_mail_that_came_before_the_waiting_began_is_not_slept_over(dovecot: Account) -> None:
    with open_mailbox(source(dovecot)) as mailbox:
        mailbox.listing(nothing)
        dovecot.deliver(mail(1))
        assert mailbox.idle(20) is True


def test_a_stop_ends_the_waiting(dovecot: Account) -> None:
    with open_mailbox(source(dovecot)) as mailbox:
        mailbox.listing(nothing)
        assert mailbox.idle(60, stopped=lambda: True) is False


def test_sent_letters_are_found_by_message_id(dovecot: Account) -> None:
    dovecot.deliver_all([(mail(n), None) for n in range(3)], folder="已发送")
    with open_mailbox(source(dovecot)) as mailbox:
        wanted = {"<1@example.cn>", "<9@example.cn>"}
        assert mailbox.sent_ids(wanted) == {"<1@example.cn>"}


def test_the_doctor_is_told_of_login_folders_and_idle(dovecot: Account) -> None:
    dovecot.deliver(mail(1), folder="垃圾邮件")
    with open_mailbox(source(dovecot, "垃圾邮件", "广告邮件")) as mailbox:
        told = {probe.name: probe.detail for probe in mailbox.probe()}
    assert "垃圾邮件；不存在：广告邮件" in told["另查文件夹"]
    assert "支持" in told["IDLE"]
    assert dovecot.name in told["IMAP 登录"]


# ---------------------------------------------------------------- what an operator gets wrong


def test_a_wrong_password_is_said_and_never_shown(dovecot: Account) -> None:
    with pytest.raises(LoginRefused) as caught, open_mailbox(Source(dovecot.url, "wrong-0815")):
        pass
    assert "授权码" in str(caught.value)
    assert "wrong-0815" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.wait >= 900


def test_a_password_never_shows_in_the_repr() -> None:
    assert "secret" not in repr(Source("imap://a@b/", "secret"))


def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot: Account) -> None:
    with pytest.raises(MailboxUnreachable, match="证书"), open_mailbox(Source(dovecot.tls_url, dovecot.password)):
        pass


def test_a_trusted_certificate_is_accepted(
    dovecot: Account, dovecot_server: DovecotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot_server.certificate))
    dovecot.deliver(mail(1))
    with open_mailbox(Source(dovecot.tls_url, dovecot.password)) as mailbox:
        assert subjects(mailbox, mailbox.listing(nothing)) == ["no. 1"]


def test_plain_imap_off_this_machine_is_encrypted_before_the_login(
    dovecot: Account, dovecot_server: DovecotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = dovecot.url.replace("127.0.0.1", "0.0.0.0")  # the same machine under a name that is not loopback's
    with pytest.raises(MailboxUnreachable, match="证书"), open_mailbox(Source(url, dovecot.password)):
        pass
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot_server.certificate))
    with open_mailbox(Source(url, dovecot.password)) as mailbox:
        assert mailbox.listing(nothing) == []


def test_a_folder_that_is_not_there_is_named(dovecot: Account) -> None:
    url = dovecot.url.replace("INBOX", "nowhere")
    with open_mailbox(Source(url, dovecot.password)) as mailbox, pytest.raises(FolderRefused, match="nowhere"):
        mailbox.listing(nothing)


@pytest.mark.parametrize(
    "url",
    ["", "pop3://a@b", "imaps://", "imap://host:port/", "imaps://user:secret@host/INBOX", "maildir:"],
)
def test_an_address_of_no_use_is_one_line_with_a_cure(url: str) -> None:
    with pytest.raises(BadSource) as caught, open_mailbox(Source(url)):
        pass
    assert "[mailbox].url" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.cure


def test_a_port_where_nobody_listens() -> None:
    with pytest.raises(MailboxUnreachable, match="拒绝连接"), open_mailbox(Source("imap://a@127.0.0.1:1/", "x")):
        pass


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"imap://a@127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(MailboxUnreachable, match="没有回应"), open_mailbox(Source(url, "x", timeout=0.2)):
            pass


@given(user=st.text(min_size=1), folder=st.text(min_size=1))
@settings(max_examples=100, deadline=None)
def test_any_account_and_folder_can_be_written_in_a_url(user: str, folder: str) -> None:
    folder = folder.strip("/") or "INBOX"
    endpoint = parse_endpoint(f"imaps://{quote(user, safe='')}@imap.163.com/{quote(folder, safe='')}", ("imaps",))
    assert (endpoint.user, endpoint.path, endpoint.host, endpoint.port) == (user, folder, "imap.163.com", 993)


# ---------------------------------------------------------------- lost connections


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
        mailbox.acknowledge(first, "flag")
        mailbox.acknowledge(second, "move", "已受理")
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


# ---------------------------------------------------------------- a server like NetEase's


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
        mailbox.acknowledge(arrivals[0], "move", "征集/已受理")
        mailbox.acknowledge(arrivals[1], "flag")
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


# ---------------------------------------------------------------- Maildir


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def put(path: Path, raw: bytes, when: datetime) -> None:
    path.write_bytes(raw)
    os.utime(path, (when.timestamp(), when.timestamp()))


def test_a_maildir_is_read_in_order_of_time(maildir: Path) -> None:
    put(maildir / "new" / "b.host", mail(2), MORNING + timedelta(hours=1))
    put(maildir / "cur" / "a.host:2,S", mail(1), MORNING)
    put(maildir / "new" / ".hidden", mail(3), MORNING)
    put(maildir / "tmp" / "half", mail(4), MORNING)
    with open_mailbox(Source(f"maildir:{maildir}")) as mailbox:
        arrivals = mailbox.listing(nothing)
        assert [(a.uid, a.uidvalidity, a.internal) for a in arrivals] == [
            ("a.host", "", MORNING),
            ("b.host", "", MORNING + timedelta(hours=1)),
        ]
        assert subjects(mailbox, arrivals) == ["no. 1", "no. 2"]
        assert mailbox.fetch_header(arrivals[0]) == mail(1).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        assert mailbox.idle(20) is False


def test_a_maildir_mail_keeps_its_name_when_it_is_read_or_moved(maildir: Path) -> None:
    put(maildir / "new" / "a.host", mail(1), MORNING)
    put(maildir / "cur" / "b.host:2,F", mail(2), MORNING)
    put(maildir / "new" / "c.host", mail(3), MORNING)
    with open_mailbox(Source(f"maildir:{maildir}")) as mailbox:
        first, second, third = mailbox.listing(nothing)
        for _ in range(2):
            mailbox.acknowledge(first, "flag")
            mailbox.acknowledge(second, "flag")
            mailbox.acknowledge(third, "move", "已受理")
        assert [a.uid for a in mailbox.listing(nothing)] == ["a.host", "b.host"]
        assert mailbox.listing(only("a.host", "b.host")) == []
    assert sorted(p.name for p in (maildir / "cur").iterdir()) == ["a.host:2,S", "b.host:2,FS"]
    assert (maildir / ".已受理" / "cur" / "c.host:2,S").read_bytes() == mail(3)


def test_a_maildir_that_is_not_there_is_named(tmp_path: Path) -> None:
    with open_mailbox(Source(f"maildir:{tmp_path}/none")) as mailbox:
        with pytest.raises(FolderRefused, match="none"):
            mailbox.listing(nothing)
        assert not mailbox.probe()[0].good


def test_a_maildir_file_that_vanished_is_gone(maildir: Path) -> None:
    put(maildir / "new" / "a.host", mail(1), MORNING)
    with open_mailbox(Source(f"maildir:{maildir}")) as mailbox:
        (arrival,) = mailbox.listing(nothing)
        (maildir / "new" / "a.host").unlink()
        with pytest.raises(MailGone):
            mailbox.fetch(arrival)
        mailbox.acknowledge(arrival, "flag")
