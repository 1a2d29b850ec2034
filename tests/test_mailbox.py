"""Fetching mail from a real Dovecot: what is new, what was taken away, and how people see that it was taken."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone

import pytest
from plain_mail import mail, nothing, only, subjects
from servers import Account

from intake.post.mailbox import (
    Filed,
    MailGone,
    Source,
    open_mailbox,
)

CHINA = timezone(timedelta(hours=8))
MORNING = datetime(2026, 6, 1, 9, 30, tzinfo=CHINA)


def source(account: Account, *also: str) -> Source:
    return Source(account.url, account.password, also, timeout=10, pause=0.0)


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


def test_the_inbox_has_one_name_however_it_is_written(dovecot: Account) -> None:
    dovecot.deliver(mail(1))
    for written in ("", "/", "/inbox"):
        with open_mailbox(Source(dovecot.url.replace("/INBOX", written), dovecot.password)) as mailbox:
            assert [a.folder for a in mailbox.listing(nothing)] == ["INBOX"]


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
        mailbox.acknowledge([old], "flag")
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
            mailbox.acknowledge([gone], how, "征集/已受理")
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
        mailbox.acknowledge([first], how, "征集/已受理")
        mailbox.acknowledge([first], how, "征集/已受理")
    with dovecot.client() as person:
        there = {name: count for name, count in dovecot.folders().items() if count}
        assert there == folders
        person.select_folder("INBOX")
    assert dovecot.flags() == flags


@pytest.mark.parametrize(("how", "left"), [("flag", {1, 2, 3}), ("move", {2})])
def test_many_are_acknowledged_at_once_and_the_others_left(dovecot: Account, how, left) -> None:
    dovecot.deliver_all([(mail(n), None) for n in (1, 2, 3)])
    with open_mailbox(source(dovecot)) as mailbox:
        first, _, third = mailbox.listing(nothing)
        mailbox.acknowledge([first, third], how, "征集/已受理")
    assert set(dovecot.flags()) == left
    assert dovecot.flags()[2] == set()
    assert dovecot.folders().get("征集/已受理", 0) == 3 - len(left)


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
    with open_mailbox(source(dovecot)) as mailbox:
        assert mailbox.sent_since(MORNING) == Filed()
    long_ago = MORNING - timedelta(days=9)
    dovecot.deliver_all([(mail(n), long_ago if n else MORNING) for n in range(3)], folder="已发送")
    with open_mailbox(source(dovecot)) as mailbox:
        assert mailbox.sent_since(MORNING) == Filed(frozenset(f"<{n}@example.cn>" for n in range(3)), 1, whole=True)


def test_the_doctor_is_told_of_login_folders_and_idle(dovecot: Account) -> None:
    dovecot.deliver(mail(1), folder="垃圾邮件")
    with open_mailbox(source(dovecot, "垃圾邮件", "广告邮件")) as mailbox:
        told = {probe.name: probe.detail for probe in mailbox.probe()}
    assert "垃圾邮件；不存在：广告邮件" in told["另查文件夹"]
    assert "支持" in told["IDLE"]
    assert dovecot.name in told["IMAP 登录"]
