"""What an operator gets wrong in the mailbox's address, password or certificate, and how he is told."""

from __future__ import annotations

import socket
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_mail import mail, nothing, subjects
from servers import Account, DovecotServer

from intake.post.endpoint import parse_endpoint
from intake.post.mailbox import (
    BadSource,
    FolderRefused,
    LoginRefused,
    MailboxUnreachable,
    Source,
    open_mailbox,
)


def test_a_wrong_password_is_said_and_never_shown(dovecot: Account) -> None:
    with pytest.raises(LoginRefused) as caught, open_mailbox(Source(dovecot.url, "wrong-0815")):
        pass
    assert "授权码" in str(caught.value)
    assert "wrong-0815" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.wait >= 900


def test_a_password_of_chinese_characters_is_a_wrong_one(dovecot: Account) -> None:
    with pytest.raises(LoginRefused) as caught, open_mailbox(Source(dovecot.url, "甲乙丙丁")):
        pass
    assert "甲乙丙丁" not in str(caught.value)


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
