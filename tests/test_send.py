"""Sending letters: what a real SMTP server, its refusals and a lost connection do to a letter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cutting_proxy import CuttingProxy
from plain_letter import FROM, LETTER, TO, error_of, out, send
from servers import free_port, make_certificate
from smtp_server import SmtpServer

from replies.send import Deferred, Outgoing, Refused, SendError, Uncertain, open_outgoing

# ---------------------------------------------------------------- what goes well


def test_a_letter_arrives_byte_for_byte_over_one_kept_connection(smtp_server: SmtpServer) -> None:
    with open_outgoing(out(smtp_server)) as outlet:
        assert outlet.throttled
        for _ in range(3):
            send(outlet)
    assert [(d.sender, d.recipient, d.data) for d in smtp_server.letters] == [(FROM, TO, LETTER)] * 3
    assert smtp_server.connections == 1


def test_line_ends_of_a_file_become_those_of_mail(smtp_server: SmtpServer) -> None:
    with open_outgoing(out(smtp_server)) as outlet:
        send(outlet, b"Subject: x\n\nline\n.dot")
    assert smtp_server.letters[0].data == b"Subject: x\r\n\r\nline\r\n.dot\r\n"


def test_an_open_way_out_that_sends_nothing_does_not_log_in(smtp_server: SmtpServer) -> None:
    with open_outgoing(out(smtp_server)):
        pass
    assert smtp_server.connections == 0


def test_a_url_without_a_user_logs_in_to_nothing() -> None:
    server = SmtpServer(login=False)
    server.start()
    with open_outgoing(Outgoing(server.url)) as outlet:
        send(outlet)
    server.stop()
    assert "AUTH" not in server.script["seen"]
    assert len(server.letters) == 1


def test_the_doctor_logs_in_and_sends_nothing(smtp_server: SmtpServer) -> None:
    with open_outgoing(out(smtp_server)) as outlet:
        assert outlet.probe().good
    with open_outgoing(out(smtp_server, password="wrong-0815")) as outlet:
        probe = outlet.probe()
    assert not probe.good
    assert "授权码" in probe.detail
    assert smtp_server.letters == []


# ---------------------------------------------------------------- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("starttls", [False, True])
def test_certificates_are_checked(
    certificate: tuple[Path, Path], starttls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = SmtpServer(tls=certificate, starttls=starttls)
    server.start()
    # the same machine under a name that is not loopback's, so that STARTTLS is asked for
    outgoing = out(server, url=server.url.replace("127.0.0.1", "0.0.0.0"))
    with open_outgoing(outgoing) as outlet:
        assert "证书" in error_of(lambda: send(outlet)).reason
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with open_outgoing(outgoing) as outlet:
        send(outlet)
    server.stop()
    assert len(server.letters) == 1


def test_a_server_off_this_machine_that_cannot_encrypt_gets_no_password(smtp_server: SmtpServer) -> None:
    with open_outgoing(out(smtp_server, url=smtp_server.url.replace("127.0.0.1", "0.0.0.0"))) as outlet:
        error = error_of(lambda: send(outlet))
    assert isinstance(error, SendError)
    assert "AUTH" not in smtp_server.script["seen"]


# ---------------------------------------------------------------- what an operator gets wrong


def test_a_wrong_password_stops_all_and_is_tried_once(smtp_server: SmtpServer) -> None:
    with open_outgoing(out(smtp_server, password="wrong-0815")) as outlet:
        error = error_of(lambda: send(outlet))
    assert isinstance(error, SendError)
    assert "授权码" in error.cure
    assert "wrong-0815" not in str(error)
    assert smtp_server.script["seen"].count("AUTH") == 1, "each failure counts towards a locked account"


def test_a_password_of_chinese_characters_is_not_even_tried(smtp_server: SmtpServer) -> None:
    with open_outgoing(out(smtp_server, password="密码")) as outlet:
        assert isinstance(error_of(lambda: send(outlet)), SendError)
    assert "AUTH" not in smtp_server.script["seen"]


def test_a_password_never_shows_in_the_repr() -> None:
    assert "secret" not in repr(Outgoing("smtp://a@b", "secret"))


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "smtps://user:secret@host", "maildir:"])
def test_an_address_of_no_use_is_said_with_a_cure(url: str) -> None:
    with pytest.raises(SendError) as caught, open_outgoing(Outgoing(url)):
        pass
    assert "[outgoing].url" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_port_where_nobody_listens_is_tried_later() -> None:
    with open_outgoing(Outgoing(f"smtp://127.0.0.1:{free_port()}")) as outlet:
        error = error_of(lambda: send(outlet))
    assert isinstance(error, Deferred)
    assert (error.scope, error.until_seconds >= 60) == ("account", True)


@pytest.mark.parametrize(
    "to", ["", "kjj", "a@b@c", "a b@example.cn", "a@example.cn>\r\nRCPT TO:<x@y.cn", "名@example.cn"]
)
def test_an_address_that_smtp_cannot_carry_never_reaches_the_server(smtp_server: SmtpServer, to: str) -> None:
    with open_outgoing(out(smtp_server)) as outlet:
        error = error_of(lambda: outlet.send(LETTER, FROM, to))
    assert isinstance(error, Refused)
    assert error.recipient_dead
    assert smtp_server.letters == []


def test_a_chinese_domain_is_written_in_ascii(smtp_server: SmtpServer) -> None:
    with open_outgoing(out(smtp_server)) as outlet:
        outlet.send(LETTER, FROM, "kjj@科技局.中国")
    assert smtp_server.letters[0].recipient == "kjj@xn--dgt58lv2v.xn--fiqs8s"


# ---------------------------------------------------------------- lost connections


@pytest.fixture
def proxy(smtp_server: SmtpServer) -> Iterator[CuttingProxy]:
    line = CuttingProxy(smtp_server.port)
    yield line
    line.stop()


def through(proxy: CuttingProxy, server: SmtpServer) -> Outgoing:
    return out(server, url=server.url.replace(str(server.port), str(proxy.port)))


@pytest.mark.parametrize(
    ("command", "when"),
    [(c, w) for c in ("ehlo", "AUTH", "MAIL FROM", "RCPT TO", "^DATA") for w in ("before", "after")],
)
def test_a_connection_lost_before_the_letter_was_complete_is_surely_not_sent(
    smtp_server: SmtpServer, proxy: CuttingProxy, command: str, when
) -> None:
    proxy.cut_at(command, when, times=9)
    with open_outgoing(through(proxy, smtp_server)) as outlet:
        error = error_of(lambda: send(outlet))
    assert isinstance(error, Deferred)
    assert error.scope == "account"
    assert smtp_server.letters == []


def test_a_connection_lost_amid_a_large_letter_is_surely_not_sent(smtp_server: SmtpServer, proxy: CuttingProxy) -> None:
    proxy.cut_at("^Subject", "before")
    with open_outgoing(through(proxy, smtp_server)) as outlet:
        assert isinstance(error_of(lambda: send(outlet, LETTER + b"x" * 70 * 2**17)), Deferred)
    assert smtp_server.letters == []


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 1)])
def test_a_connection_lost_after_the_closing_dot_is_uncertain(
    smtp_server: SmtpServer, proxy: CuttingProxy, when, kept: int
) -> None:
    proxy.cut_at(r"^\.\r\n", when)
    with open_outgoing(through(proxy, smtp_server)) as outlet:
        assert isinstance(error_of(lambda: send(outlet)), Uncertain)
        assert len(smtp_server.letters) == kept
        send(outlet)
    assert len(smtp_server.letters) == kept + 1


@pytest.mark.parametrize("receipt", ["354 go ahead", "queued as 4711", "999 ?"])
def test_a_receipt_that_means_nothing_is_uncertain(smtp_server: SmtpServer, receipt: str) -> None:
    smtp_server.answer(".", receipt)
    with open_outgoing(out(smtp_server)) as outlet:
        assert isinstance(error_of(lambda: send(outlet)), Uncertain)
        send(outlet)
    assert len(smtp_server.letters) == 1


def test_a_kept_connection_that_died_in_between_is_made_anew(smtp_server: SmtpServer, proxy: CuttingProxy) -> None:
    with open_outgoing(through(proxy, smtp_server)) as outlet:
        send(outlet)
        proxy.cut_at("MAIL FROM", "before")
        send(outlet)
    assert len(smtp_server.letters) == 2
    assert proxy.connections == 2


# ---------------------------------------------------------------- Maildir


def test_a_letter_in_a_maildir_is_whole_private_and_shows_once(tmp_path: Path) -> None:
    with open_outgoing(Outgoing(f"maildir:{tmp_path}/outbox")) as outlet:
        assert not outlet.throttled
        assert outlet.probe().good
        send(outlet)
        send(outlet)
        (letter,) = (tmp_path / "outbox" / "new").iterdir()
        assert letter.read_bytes() == LETTER
        assert letter.stat().st_mode & 0o077 == 0
    letter.rename(tmp_path / "outbox" / "cur" / f"{letter.name}:2,S")
    with open_outgoing(Outgoing(f"maildir:{tmp_path}/outbox")) as outlet:
        send(outlet)
        send(outlet, LETTER + b"another")
    assert len(list((tmp_path / "outbox" / "new").iterdir())) == 1
    assert list((tmp_path / "outbox" / "tmp").iterdir()) == []


def test_a_maildir_that_cannot_be_written_is_tried_later_and_said(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in the way")
    with open_outgoing(Outgoing(f"maildir:{tmp_path}/outbox")) as outlet:
        error = error_of(lambda: send(outlet))
    assert isinstance(error, Deferred)
    assert error.alert
