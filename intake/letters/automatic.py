"""Whether a machine wrote a letter: bounces, automatic answers, lists (RFC 3834, and QQ, which marks nothing)."""

from __future__ import annotations

import re
from email.message import Message

from intake.letters.names import header_text, raw_headers

_ROBOTS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
_ANSWERED_BY_ITSELF = (
    r"(?:自动回[复覆]|自動回[覆復]|自动答复|自动应答"
    r"|auto[- ]?(?:reply|response)|automatic reply|out of (?:the )?office)"
)
_SUBJECT = re.compile(
    rf"^\s*(?:auto\s*:\s*)?(?:[\[【（(]\s*{_ANSWERED_BY_ITSELF}\s*[\]】）)]"
    rf"|(?:外出|假期|休假|离岗|出差|邮箱|系统|邮件)?{_ANSWERED_BY_ITSELF}\s*(?:[:：]|$|re\b)"
    r"|(?:已读|未读)(?:回执|通知)?\s*[:：]|(?:not )?read\s*:)",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"^\s*(系统退信|退信通知|undeliver(?:able|ed mail)"
    r"|(?:邮件)?(?:无法投递|投递失败|未(?:能)?送达)(?=\s*(?:[:：（(—-]|的?邮件|通知|报告|$))"
    r"|(?:mail )?delivery (?:status notification|failure|(?:has )?failed)|returned mail|failure notice)",
    re.IGNORECASE,
)
_QQ_SENTENCE = re.compile(r"这是来自.{2,10}邮箱的.{0,4}自动回复邮件")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_NOTHING = frozenset({"", "no", "false"})


def why_automatic(message: Message, sender: str, subject: str, body: str) -> str:
    """Why a letter is automatic mail, in Chinese words for a reader; ``""`` where a person wrote it.

    The order is that of trust: a bounce first, then the subject, then the headers, last QQ's sentence in the first
    512 bytes of the body.
    """
    if _is_bounce(message, sender, subject):
        return "退信"
    if _SUBJECT.match(subject):
        return "自动回复（主题）"
    if reason := _by_headers(message):
        return reason
    return "QQ邮箱假期自动回复" if _QQ_SENTENCE.search(body.encode()[:512].decode(errors="ignore")) else ""


def _is_bounce(message: Message, sender: str, subject: str) -> bool:
    if message.get_content_type() == "multipart/report" or sender.partition("@")[0] in _ROBOTS:
        return True
    return bool(_BOUNCE_SUBJECT.match(subject) or raw_headers(message, "x-failed-recipients"))


def _by_headers(message: Message) -> str:
    submitted = header_text(message, "auto-submitted").split(";")[0].split("(")[0].strip().lower()
    if submitted not in ("", "no"):
        return "自动提交的邮件（Auto-Submitted）"
    for name in ("x-autoreply", "x-autorespond", "x-auto-reply"):
        if header_text(message, name).lower() not in _NOTHING:
            return "自动回复（X-Autoreply）"
    if header_text(message, "precedence").lower() in _BULK:
        return "群发邮件（Precedence）"
    if header_text(message, "list-id") or header_text(message, "list-post"):
        return "邮件列表"
    if ["".join(v.split()) for v in raw_headers(message, "return-path")][:1] == ["<>"]:
        return "退信（空发件人）"
    return ""
