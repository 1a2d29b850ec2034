"""The bytes that go out: headers, ids, encodings, and that nothing a sender writes can break them."""

from __future__ import annotations

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letter_cases import CASES, OFFICER, RECEIPT, answered, correction, notice
from mails import BEIJING, SENDER
from verdicts import BLANK, FACTS, OWN, demand, document, finding, judged, letter

from replies.combined import compose_combined, withheld_letter
from replies.compose import Reply
from replies.message import can_be_answered, plain_line
from replies.notices import Cause
from rules.model import Decision, Request, Severity, Unit

SENT = datetime(2026, 6, 1, 9, 31, tzinfo=BEIJING)
FROM = f"高新处征集受理 <{OWN}>"


def read(reply: Reply) -> EmailMessage:
    """The letter as a mail program reads it."""
    raw = reply.to_bytes(FROM, SENT)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def test_headers_of_an_answer() -> None:
    message = read(correction())
    assert message["Subject"] == "【补正通知】GX2027-R0012 包头市科学技术局"
    assert message["To"] == SENDER
    assert message["From"] == FROM
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Zhengji-Receipt"] == RECEIPT
    assert message["X-Zhengji-Decision"] == "correction"
    assert message["In-Reply-To"] == message["References"] == "<20260601.0001@example.cn>"
    assert message["Cc"] is message["Bcc"] is message["Reply-To"] is None
    assert message.get_body(("plain",)).get_content().startswith("补正通知")  # type: ignore[union-attr]


def test_headers_of_a_later_notice() -> None:
    message = read(notice(Cause.MOVED_UP, demand(3)))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Zhengji-Decision"] == "accepted"
    assert message["In-Reply-To"] == "<answer.1@example.gov.cn>"
    assert message["References"].split() == ["<20260601.0001@example.cn>", "<answer.1@example.gov.cn>"]


@pytest.mark.parametrize("kind", ["查询", "撤回", "恢复", "预检"])
def test_answers_to_requests_bear_no_decision(kind: str) -> None:
    message = read(answered(judged(request=Request(kind, ("GX2027-0001",)))))
    assert message["X-Zhengji-Decision"] is None
    assert message["In-Reply-To"] == "<20260601.0001@example.cn>"


@pytest.mark.parametrize("name", ["告警-冒用", "告警-涉密", "告警-咨询", "日报"])
def test_letters_to_officers_answer_nothing(name: str) -> None:
    message = read(CASES[name]())
    assert message["To"] == OFFICER
    assert message["In-Reply-To"] is message["References"] is message["X-Zhengji-Decision"] is None
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("bad", ["", "no brackets", "<a@b", "<a b@c>", "<a@b>\r\nBcc: x@y.cn", "<é@b>"])
def test_a_malformed_message_id_is_not_repeated(bad: str) -> None:
    message = read(answered(judged(demand(1), mail=letter(message_id=bad))))
    assert message["In-Reply-To"] is message["References"] is message["Bcc"] is None


def test_a_long_message_id_stays_whole() -> None:
    long = f"<{'A' * 90}@{'b' * 60}.prod.outlook.com>"
    raw = answered(judged(demand(1), mail=letter(message_id=long))).to_bytes(FROM, SENT)
    assert raw.count(long.encode()) == 2


def test_the_same_decision_makes_the_same_letter() -> None:
    assert correction().to_bytes(FROM, SENT) == correction().to_bytes(FROM, SENT)


def test_another_decision_has_another_id() -> None:
    ids = {
        answered(judged(demand(1))).message_id,
        answered(judged(demand(1, BLANK))).message_id,
        answered(judged(demand(1), mail=letter(message_id="<other@example.cn>"))).message_id,
        notice(Cause.DECIDED, demand(1), occasion="1").message_id,
        notice(Cause.DECIDED, demand(1), occasion="2").message_id,
    }
    assert len(ids) == 5


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200))
def test_nothing_that_a_sender_writes_breaks_a_letter(text: str) -> None:
    unit = Unit(text or "单位", "盟市", 25, (SENDER,))
    odd = finding("F011", Severity.ERROR, text, text, text)
    reply = answered(
        judged(demand(1, odd, name=text, document=f"{text}.docx"), documents=(document(f"{text}.docx"),), unit=unit)
    )
    message = read(reply)
    assert set(message.keys()) == set(read(correction()).keys())
    assert message["X-Zhengji-Decision"] == Decision.CORRECTION.value
    assert message["Subject"].startswith("【补正通知】GX2027-R0012")
    lxml.html.fromstring(reply.html.encode())


def test_markup_in_a_name_stays_text() -> None:
    reply = answered(judged(demand(1, name="<script>alert(1)</script>&<b>")))
    assert "<script>" not in reply.html
    assert "<script>alert(1)</script>&<b>" in reply.text


@given(text=st.text(max_size=300))
def test_a_plain_line_is_one_line_and_can_be_encoded(text: str) -> None:
    line = plain_line(text)
    assert len(line) <= 120
    assert line.isprintable() or not line
    line.encode()


@pytest.mark.parametrize("address", ["a@b", "kjj-baotou@example.cn", "x.y+z@sub.example.com"])
def test_addresses_that_can_be_answered(address: str) -> None:
    assert can_be_answered(address)


@pytest.mark.parametrize("address", ["", "a", "@b", "a@", "a@b@c", "a b@c.cn", "a@b.cn\n", "科技局@b.cn", "<a@b.cn>"])
def test_addresses_that_cannot(address: str) -> None:
    assert not can_be_answered(address)


def test_both_parts_arrive_as_they_were_written() -> None:
    reply = correction()
    message = read(reply)
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == reply.text  # type: ignore[union-attr]
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n") == reply.html  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["需求1（批注）.docx", "碱性电解水" * 30 + "（批注）.docx", 'a"b;c.docx'])
def test_attachments_arrive_by_name_and_content(name: str) -> None:
    files = ((name, "application/zip", b"\0" * 99),)
    reply = Reply(SENDER, "s", "t", "<p>t</p>", (), "<a@b>", "answer", attachments=files)
    (part,) = read(reply).iter_attachments()
    assert part.get_filename() == name
    assert part.get_content() == b"\0" * 99


def test_a_combined_letter_drops_nothing() -> None:
    first = correction()
    second = answered(judged(demand(2), mail=letter(message_id="<second@example.cn>")))
    made = compose_combined(tuple(withheld_letter(r.to_bytes(FROM, SENT)) for r in (first, second)), FACTS)
    message = read(made)
    assert [p.get_filename() for p in message.iter_attachments()] == ["需求1（批注）.docx", "需求2（修改清单）.docx"]
    assert message["References"].split() == ["<20260601.0001@example.cn>", "<second@example.cn>"]
    assert message["X-Zhengji-Decision"] == "correction"
    for told in (
        first.subject,
        second.subject,
        *filter(None, first.text.split("\n")),
        *filter(None, second.text.split("\n")),
    ):
        assert told in made.text
