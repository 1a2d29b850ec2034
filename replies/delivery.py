"""What a mail server's answer means for a letter: wait, give it up, ask a person, or stop.

The same cause comes under several reply codes at Chinese providers, so the words decide before the digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Scope = Literal["recipient", "account"]
Again = Literal["later", "tomorrow", "once", "anew"]
Stage = Literal["connect", "login", "sender", "recipient", "body"]
_Act = Literal["wait", "tomorrow", "anew", "once", "full", "refuse", "dead", "stop"]

_QUARTER = 900.0
_HALF_HOUR = 1800.0
_DAY = 86_400.0
_CHECK_LOGIN = "请核对账号和客户端授权码（不是网页登录密码），并确认邮箱已开启 SMTP 服务。"


class DeliveryError(Exception):
    """A letter was not, or perhaps not, handed over; ``reason`` says why in Chinese, on one line, without secrets."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Deferred(DeliveryError):
    """Surely not sent; to be tried again.

    ``until_seconds``: the least time to wait; ``scope``: whether this recipient waits or the whole account;
    ``alert``: officers should know; ``again``: ``tomorrow`` means not before the next day begins (``until_seconds``
    is then 24 hours), ``once`` that only one more try is worth making, ``anew`` that a new connection may do at once.
    """

    def __init__(
        self, until_seconds: float, reason: str, scope: Scope, *, alert: bool = False, again: Again = "later"
    ) -> None:
        super().__init__(reason)
        self.until_seconds = until_seconds
        self.scope = scope
        self.alert = alert
        self.again = again


class Refused(DeliveryError):
    """Surely not sent and not to be tried again as it is; ``recipient_dead``: the address takes no mail at all."""

    def __init__(self, reason: str, *, recipient_dead: bool = False, alert: bool = True) -> None:
        super().__init__(reason)
        self.recipient_dead = recipient_dead
        self.alert = alert


class Uncertain(DeliveryError):
    """The server had the whole letter and did not answer: it may have been sent. Never send it again blindly."""


class SendError(DeliveryError):
    """Nothing can be sent until the operator acts (login, certificate, sender address): stop, and tell the officers."""

    def __init__(self, message: str, cure: str) -> None:
        self.message = message
        self.cure = cure
        super().__init__(message + cure)


@dataclass(frozen=True, slots=True)
class _Row:
    """Words of an answer, what they mean, and what is done."""

    words: str
    meaning: str
    act: _Act
    seconds: float = 0.0
    alert: bool = False
    cure: str = ""
    stages: tuple[Stage, ...] = ()  # empty: at any stage
    codes: str = ""  # first digits of the reply code; empty: any

    def fits(self, code: int, text: str, stage: Stage) -> bool:
        """Whether an answer at this stage is meant."""
        if self.stages and stage not in self.stages:
            return False
        if self.codes and str(code)[:1] not in self.codes:
            return False
        return re.search(self.words, text, re.IGNORECASE) is not None


_BAD_LOGIN = "发信服务器不接受登录"
_TABLE = (
    _Row(r"MI:SFQ", "短时间内发信过多", "wait", _QUARTER),
    _Row(r"RP:QRC", "短时间内收件人过多", "wait", _QUARTER),
    _Row(r"MI:STC", "当日发信数量已达上限", "tomorrow", alert=True),
    _Row(r"RP:TRC", "当日收件人数量已达上限", "tomorrow", alert=True),
    _Row(r"RP:RCL|too (much|many) recipient", "一封信的收件人过多", "wait", _QUARTER),
    _Row(r"MI:DMC|RP:DRC", "本次连接发信数量已达上限", "anew", 60.0),
    _Row(r"HL:(ICC|IFC|ITC|REP|IHU)", "本机网络地址被发信服务器限制", "wait", _HALF_HOUR, alert=True),
    _Row(r"DT:SPM", "内容疑似垃圾邮件，服务器要求稍后再发", "once", 120.0, codes="4"),
    _Row(r"DT:SPM|spam|content denied", "内容被判为垃圾邮件", "refuse", codes="5", alert=True),
    _Row(
        r"DT:SUM",
        "发件人地址与登录账号不一致",
        "stop",
        cure="请把 [outgoing].from 的地址改为 [outgoing].url 中的账号。",
    ),
    _Row(r"too (much|many) fail\w* auth", f"{_BAD_LOGIN}（失败次数过多，已被锁定）", "stop", cure=_CHECK_LOGIN),
    _Row(r"frequen|limited|too many connections|频繁", "登录或发信过于频繁", "wait", _QUARTER, alert=True),
    _Row(r"", _BAD_LOGIN, "stop", cure=_CHECK_LOGIN, stages=("login",), codes="5"),
    _Row(r"auth\w* (is )?required|not authenticated|auth\w* first", _BAD_LOGIN, "stop", cure=_CHECK_LOGIN, codes="5"),
    _Row(r"illegal attachment", "附件类型不被发信服务器允许", "refuse", codes="5", alert=True),
    _Row(r"mail ?size|message size|too large|size (limit|exceed)|5\.3\.4", "邮件超过大小上限", "refuse", codes="5"),
    _Row(r"mailbox (is )?full|over ?quota|quota exceed|[45]\.2\.2", "收件人邮箱已满", "full", 3600.0),
    _Row(
        r"user suspended|(invalid|unknown|no such) (user|recipient|mailbox)|(user|mailbox|recipient|address).{0,20}"
        r"(not found|unknown|unavailable|not exist|doesn't exist|disabled|rejected: user)|5\.1\.(1|2|3|6|10)|5\.2\.1",
        "收件地址不存在或已停用",
        "dead",
        codes="5",
        stages=("recipient", "body"),
    ),
    _Row(
        r"",
        "发信服务器不接受发件人地址",
        "stop",
        cure="请核对 [outgoing].from 与登录账号。",
        codes="5",
        stages=("sender",),
    ),
    _Row(r"", "发信服务器拒绝了连接", "wait", _HALF_HOUR, codes="5", alert=True, stages=("connect",)),
    _Row(r"", "收件服务器拒绝了这个收件地址", "refuse", codes="5", stages=("recipient",), alert=True),
    _Row(r"", "收件服务器拒绝了这封信", "refuse", codes="5", stages=("body",), alert=True),
)


def judge_answer(code: int, text: str, stage: Stage) -> DeliveryError:
    """The error that an answer other than success stands for; ``text`` is the whole answer, ``code`` its number."""
    told = f"（{code} {_short(text)}）"
    words = re.sub(r"https?://\S+", "", text)  # NetEase's link to its help page has "spam" in it, whatever the cause
    for row in _TABLE:
        if row.fits(code, words, stage):
            return _meant(row, code, row.meaning + told)
    scope: Scope = "recipient" if stage in ("recipient", "body") and code != 421 else "account"
    return Deferred(300.0, f"服务器暂不受理{told}", scope, again="anew" if code == 421 else "later")


def _meant(row: _Row, code: int, reason: str) -> DeliveryError:
    if row.act == "stop":
        return SendError(reason + "。", row.cure)
    if row.act in ("dead", "refuse") or (row.act == "full" and code >= 500):
        return Refused(reason, recipient_dead=row.act == "dead", alert=row.alert)
    if row.act == "tomorrow":
        return Deferred(_DAY, reason, "account", alert=row.alert, again="tomorrow")
    scope: Scope = "account" if row.act in ("wait", "anew") else "recipient"
    again: Again = row.act if row.act in ("anew", "once") else "later"
    return Deferred(row.seconds, reason, scope, alert=row.alert, again=again)


def _short(text: str) -> str:
    """A server's words on one line, without control characters, at most 200 characters."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text).strip()[:200]
