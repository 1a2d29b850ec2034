"""What the answers of mail providers mean for a letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_letter import error_of, out, send
from smtp_server import SmtpServer

from replies.delivery import judge_answer
from replies.send import Deferred, Refused, SendError, open_outgoing

ANSWERS = [
    # command, answer, class, what else must hold
    ("EHLO", "421 HL:ICC 163 smtp1", Deferred, {"until_seconds": 1800.0, "scope": "account", "alert": True}),
    ("MAIL", "450 MI:SFQ 163 smtp1,C9K", Deferred, {"until_seconds": 900.0, "scope": "account", "again": "later"}),
    ("RCPT", "550 RP:QRC 163 smtp1", Deferred, {"until_seconds": 900.0, "scope": "account"}),
    ("MAIL", "554 MI:STC 163 smtp2", Deferred, {"again": "tomorrow", "scope": "account", "alert": True}),
    ("RCPT", "451 RP:TRC 126 smtp2", Deferred, {"again": "tomorrow", "scope": "account", "alert": True}),
    ("RCPT", "550 RP:RCL 163 smtp2", Deferred, {"scope": "account"}),
    ("MAIL", "550 HL:REP 163 smtp2", Deferred, {"until_seconds": 1800.0, "scope": "account", "alert": True}),
    (
        ".",
        "451 DT:SPM 163 smtp3, http://mail.163.com/help/help_spam_16.htm",
        Deferred,
        {"until_seconds": 120.0, "scope": "recipient", "again": "once"},
    ),
    (".", "554 DT:SPM 163 smtp3", Refused, {"recipient_dead": False, "alert": True}),
    (".", "550 DT:SPM 126 smtp", Refused, {"recipient_dead": False, "alert": True}),
    ("MAIL", "554 DT:SUM 163 smtp10", SendError, {}),
    (".", "554 DT:SUM 163 smtp10", SendError, {}),
    ("RCPT", "550 Invalid User: kjj@example.cn", Refused, {"recipient_dead": True}),
    ("RCPT", "550 User suspended http://mail.163.com/help/help_spam_16.htm", Refused, {"recipient_dead": True}),
    ("RCPT", "550 5.1.1 The email account does not exist", Refused, {"recipient_dead": True}),
    ("RCPT", "550 5.7.1 Relaying denied", Refused, {"recipient_dead": False}),
    (".", "552 Illegal Attachment http://mail.163.com/help/help_spam_16.htm", Refused, {"recipient_dead": False}),
    (".", "552 Requested mail action aborted: exceeded mailsize limit", Refused, {"recipient_dead": False}),
    ("AUTH", "535 Error: authentication failed", SendError, {}),
    ("AUTH", "550 too much fail authentication", SendError, {}),
    ("AUTH", "535 Login Fail. login frequency limited", Deferred, {"scope": "account", "alert": True}),
    ("AUTH", "454 Temporary authentication failure", Deferred, {"scope": "account"}),
    ("MAIL", "553 authentication is required", SendError, {}),
    ("MAIL", "553 Mail from must equal authorized user", SendError, {}),
    ("RCPT", "450 4.2.1 greylisted, try again later", Deferred, {"scope": "recipient", "again": "later"}),
    ("RCPT", "452 4.2.2 mailbox full", Deferred, {"scope": "recipient", "until_seconds": 3600.0}),
    ("RCPT", "552 5.2.2 mailbox full", Refused, {"recipient_dead": False}),
    ("DATA", "451 4.3.0 local error", Deferred, {"scope": "recipient"}),
    (".", "500 no", Refused, {"recipient_dead": False}),
]


@pytest.mark.parametrize(
    ("command", "answer", "kind", "holds"), ANSWERS, ids=[f"{c} {a[:20]}" for c, a, _, _ in ANSWERS]
)
def test_each_answer_leads_to_its_act(smtp_server: SmtpServer, command: str, answer: str, kind, holds) -> None:
    smtp_server.answer(command, answer)
    with open_outgoing(out(smtp_server)) as outlet:
        error = error_of(lambda: send(outlet))
        assert type(error) is kind
        assert {name: getattr(error, name) for name in holds} == holds
        assert answer[4:15] in str(error), "the officers must see what the server said"
        assert smtp_server.letters == []
        send(outlet)
    assert len(smtp_server.letters) == 1, "a refused letter must not spoil the next"


@pytest.mark.parametrize("answer", ["450 MI:DMC 163 smtp1", "554 RP:DRC 163 smtp1", "421 closing, idle too long"])
def test_the_end_of_a_connection_is_answered_by_a_new_one(smtp_server: SmtpServer, answer: str) -> None:
    with open_outgoing(out(smtp_server)) as outlet:
        send(outlet)
        smtp_server.answer("MAIL", answer)
        send(outlet)
    assert len(smtp_server.letters) == 2
    assert smtp_server.connections == 2


def test_a_new_connection_that_is_at_its_end_at_once_is_left_for_later(smtp_server: SmtpServer) -> None:
    smtp_server.answer("MAIL", "450 MI:DMC 163 smtp1", "450 MI:DMC 163 smtp1")
    with open_outgoing(out(smtp_server)) as outlet:
        assert isinstance(error_of(lambda: send(outlet)), Deferred)
    assert smtp_server.connections == 1


@given(
    st.integers(400, 599),
    st.text(max_size=300),
    st.sampled_from(["connect", "login", "sender", "recipient", "body"]),
)
@settings(max_examples=200, deadline=None)
def test_any_answer_has_one_printable_meaning(code: int, text: str, stage) -> None:
    error = judge_answer(code, text, stage)
    assert isinstance(error, Deferred | Refused | SendError)
    assert str(error).isprintable() or not text.isprintable()
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in str(error))
    assert len(str(error)) < 400
    if isinstance(error, Deferred):
        assert error.until_seconds >= 60
