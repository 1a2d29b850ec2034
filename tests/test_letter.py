"""What a letter is taken to be: who writes, what about, in whose words, by person or machine."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import RECEIVED, SENDER, mail

from intake.letters.letter import parse_letter
from intake.letters.names import decode_words, parameters, safe_name
from intake.model import CloudLink


def letter_of(**wishes: object):
    return parse_letter(mail(**wishes), ())  # type: ignore[arg-type]


def test_a_plain_letter() -> None:
    letter = letter_of(subject="报送材料", text="附件为我单位推荐的创新需求。")
    assert letter.sender == SENDER
    assert letter.sender_name == "包头市科学技术局"
    assert letter.subject == "报送材料"
    assert letter.own_words == "附件为我单位推荐的创新需求。"
    assert letter.received_header == RECEIVED
    assert letter.message_id == "<20260601.0001@example.cn>"
    assert not letter.automatic


@pytest.mark.parametrize(
    ("header", "senders"),
    [
        (b"From: a@b.cn\r\nFrom: c@d.cn", ("a@b.cn", "c@d.cn")),
        (b"From: a@b.cn\r\nFrom: a@b.cn", ("a@b.cn", "a@b.cn")),
        (b"From: kjj@gov.cn <evil@x.com>", ("kjj@gov.cn", "evil@x.com")),
        (b'From: "kjj@gov.cn" <evil@x.com>', ("evil@x.com",)),
        (b"From: (kjj@gov.cn) Evil@X.com", ("evil@x.com",)),
        ("From: 科技局,规划科 <a@b.cn>".encode(), ("a@b.cn",)),
        (b"From: " + b"(" * 50_000, ()),
        (b"From: undisclosed-recipients:;", ()),
        (b"To: a@b.cn", ()),
        ("From: 包头科技局 <a@b.cn>".encode("gb18030"), ("a@b.cn",)),
    ],
)
def test_senders_are_what_the_from_header_says(header: bytes, senders: tuple[str, ...]) -> None:
    assert parse_letter(header + b"\r\n\r\nx", ()).senders == senders


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("报送材料（镕）".encode("gb18030"), "报送材料（镕）"),
        ("报送材料".encode(), "报送材料"),
        (b"=?gb2312?B?6UY=?=", "镕"),  # a GBK character under a gb2312 label
        (b"=?GB18030?B?sajL?=\r\n =?GB18030?B?zQ==?=", "报送"),  # cut inside a character
        (b"=?x-unknown?B?5oql6YCB?=", "报送"),
        (b"=?utf-8?Q?=E6=8A=A5?= 1", "报 1"),
        (b"a\x07b\x1b[31m", "ab[31m"),
    ],
)
def test_subjects_in_every_writing(raw: bytes, subject: str) -> None:
    assert parse_letter(b"From: a@b.cn\r\nSubject: " + raw + b"\r\n\r\nx", ()).subject == subject


@pytest.mark.parametrize(
    "wrong", ["<[id]>", "<a b@c>", "no-brackets@x", "<a@b> <c@d>", "<>", "<a@b>\r\nMessage-ID: <c@d>"]
)
def test_a_malformed_message_id_is_none(wrong: str) -> None:
    raw = f"From: a@b.cn\r\nMessage-ID: {wrong}\r\nDate: Fri, 99 Foo 99999 99:99\r\n\r\nx".encode()
    letter = parse_letter(raw, ())
    assert letter.message_id == ""
    assert letter.date is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subject": "自动回复: 受理通知"}, "自动回复"),
        ({"subject": "Automatic reply: x"}, "自动回复"),
        ({"subject": "【自动回复】受理通知"}, "自动回复"),
        ({"subject": "外出自动回复"}, "自动回复"),
        ({"subject": "Auto: Out of Office Re: x"}, "自动回复"),
        ({"subject": "已读：受理通知"}, "自动回复"),
        ({"headers": {"Auto-Submitted": "auto-replied"}}, "自动"),
        ({"headers": {"X-Autoreply": "yes"}}, "自动回复"),
        ({"headers": {"precedence": "Bulk"}}, "群发"),
        ({"headers": {"List-Id": "<news.example.com>"}}, "邮件列表"),
        ({"sender": "PostMaster@qq.com"}, "退信"),
        ({"subject": "邮件投递失败：受理通知"}, "退信"),
        ({"headers": {"X-Failed-Recipients": "a@b.cn"}}, "退信"),
        ({"text": "这是来自QQ邮箱的假期自动回复邮件。您好，我在休假。"}, "QQ"),
        ({"text": "这是来自腾讯企业邮箱的自动回复邮件。附件已收到。"}, "自动回复"),
    ],
)
def test_automatic_mail_is_known(changes: dict[str, object], reason: str) -> None:
    assert reason in letter_of(**changes).automatic


def test_what_only_begins_like_a_bounce_is_a_letter() -> None:
    assert letter_of(subject="未送达材料补报").automatic == ""
    assert "退信" in letter_of(subject="未送达：受理通知").automatic


def test_a_null_sender_and_a_report_are_bounces() -> None:
    assert "退信" in parse_letter(b"Return-Path: < >\r\nFrom: a@b.cn\r\n\r\nx", ()).automatic
    assert "退信" in parse_letter(b"Return-Path: <>\r\nFrom: a@b.cn\r\n\r\nx", ()).automatic
    report = b"From: a@b.cn\r\nContent-Type: multipart/report; boundary=q\r\n\r\n--q\r\n\r\nx\r\n--q--\r\n"
    assert "退信" in parse_letter(report, ()).automatic


@pytest.mark.parametrize("subject", ["Re: 自动回复: x", "回复：受理通知", "关于自动回复系统的需求"])
def test_answers_of_people_are_not_automatic(subject: str) -> None:
    assert not letter_of(subject=subject, headers={"Auto-Submitted": "no"}).automatic


QUOTES = [
    "\n> 材料见附件\n",
    "\n------------------ 原始邮件 ------------------\n发件人: x\n材料见附件",
    "\n-----原始邮件-----\n发件人：x\n材料见附件",
    "\n在 2026-06-01 10:00:00，“高新处” <a@b.cn> 写道：\n材料见附件",
    "\nOn Mon, Jun 1, 2026 at 10:00 AM desk <a@b.cn> wrote:\n材料见附件",
    "\n发件人: 高新处\n发送时间: 2026年6月1日\n材料见附件",
    "\n---- 回复的原邮件 ----\n材料见附件",
]


@pytest.mark.parametrize("quote", QUOTES)
def test_own_words_end_where_the_quote_begins(quote: str) -> None:
    assert letter_of(text="收到，谢谢！\n" + quote).own_words == "收到，谢谢！"


@pytest.mark.parametrize(
    "quote", ["<blockquote>材料见附件</blockquote>", '<div class="gmail_quote">材料见附件</div>', "<!-- 材料见附件 -->"]
)
def test_own_words_of_html_leave_out_quoted_blocks(quote: str) -> None:
    raw = f"From: a@b.cn\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>收到，<b>谢谢</b>！</p>{quote}".encode()
    assert parse_letter(raw, ()).own_words == "收到，谢谢！"


def _links(html: str) -> tuple[CloudLink, ...]:
    return parse_letter(b"From: a@b.cn\r\nContent-Type: text/html\r\n\r\n" + html.encode(), ()).cloud_links


def test_a_netease_cloud_attachment_is_one_link_with_name_and_expiry() -> None:
    page = "https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&amp;file="
    found = _links(
        f'<div><a href="{page}A&amp;title=材料.zip">材料.zip</a>（168.5M，2026年7月5日到期）'
        f'<a href="{page}A">下载</a></div>'
    )
    assert found == (CloudLink("网易邮箱超大附件", "材料.zip", "2026年7月5日"),)


@pytest.mark.parametrize(
    ("html", "provider", "expires"),
    [
        (
            '<div class="bigatt_bt" title="文件大小：80M 到期时间：2026年06月30日 18:00">x</div>'
            '<a href="https://wx.mail.qq.com/ftn/download?func=3&key=1&code=2">需求.docx</a>',
            "QQ邮箱超大附件",
            "2026年06月30日 18:00",
        ),
        ('<a href="https://pan.baidu.com/s/1abc">链接</a>', "百度网盘", ""),
        (
            '<a href="http://download.mail.189.cn/x?expired=1782835200000">a.zip</a>',
            "189邮箱超大附件",
            "2026年7月1日 00:00",
        ),
        ("<p>从QQ邮箱发来的超大附件 需求.zip (80M, 无限期)</p>", "QQ邮箱超大附件", "无限期"),
        ("链接: https://www.alipan.com/s/abc 提取码: 1234", "阿里云盘", ""),
        ("材料较大，链接：https://pan.example.edu.cn/l/abc 提取码：1234", "网盘", ""),
    ],
)
def test_cloud_attachments_of_other_providers(html: str, provider: str, expires: str) -> None:
    (link,) = _links(html)
    assert link.provider == provider
    if expires:
        assert link.expires == expires


@pytest.mark.parametrize("above", [True, False])
def test_each_cloud_attachment_has_its_own_expiry(above: bool) -> None:
    def file(n: int) -> str:
        link = f'<div><a href="https://wx.mail.qq.com/ftn/download?func=3&key={n}">需求{n}.docx</a></div>'
        told = f"<p>到期时间：2026年7月{n}日</p>"
        return told + link if above else link + told

    assert [(link.name, link.expires) for link in _links(file(1) + file(2))] == [
        ("需求1.docx", "2026年7月1日"),
        ("需求2.docx", "2026年7月2日"),
    ]


def test_links_in_quoted_mail_and_plain_sites_are_none() -> None:
    assert not _links('<p>见官网 <a href="https://kjt.nmg.gov.cn/x.html">通知</a></p>')
    assert not _links('<p>已改</p><blockquote><a href="https://pan.baidu.com/s/1">x</a></blockquote>')


@pytest.mark.parametrize(("subject", "found"), [("转发：企业材料", 1), ("Fw: x", 1), ("回复：通知", 0)])
def test_a_link_in_a_letter_sent_on_counts_though_it_stands_under_the_words_of_a_quotation(
    subject: str, found: int
) -> None:
    text = "见下\n------------------ 原始邮件 ------------------\n发件人: 企业\nhttps://pan.baidu.com/s/1abc"
    assert len(letter_of(subject=subject, text=text).cloud_links) == found
    quoted = f"<blockquote><p>企业：<b>{text[-28:]}</b></p><blockquote>x</blockquote></blockquote>"
    html = f"<p>见下</p>{quoted}"
    letter = letter_of(subject=subject, text="", html=html)
    assert (len(letter.cloud_links), letter.own_words) == (found, "见下")


def test_our_own_letter_is_recognised_by_its_receipt() -> None:
    assert letter_of(headers={"X-Zhengji-Receipt": "GX2027-R0001"}).receipt_mentioned == "GX2027-R0001"


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("../../etc/需求.docx", "需求.docx"),
        ("C:\\桌面\\需求.docx", "需求.docx"),
        ("需求\u202excod.exe", "需求xcod.exe"),
        ("a\x00b\x1b[2J.docx", "ab[2J.docx"),
        ("con.docx", "_con.docx"),
        ("需求?.docx", "需求_.docx"),
        ("...", ""),
        ("需" * 300 + ".docx", "需" * 78 + ".docx"),
    ],
)
def test_file_names_are_made_safe(written: str, safe: str) -> None:
    assert safe_name(written) == safe


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_name_is_made_safe_once_and_for_all(name: str) -> None:
    safe = safe_name(name)
    assert safe_name(safe) == safe
    assert not set(safe) & set('/\\:*?"<>|\n\r\0')
    assert len(safe.encode()) <= 240


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_letter(raw: bytes) -> None:
    letter = parse_letter(raw, ())
    assert "\n" not in letter.subject


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_any_header_value_can_be_decoded(value: str) -> None:
    decode_words(value)
    parameters("x/y; " + value)
