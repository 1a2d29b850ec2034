"""What an IMAP server's refusals and silences mean, told to the operator in Chinese."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from intake.post.arrivals import (
    FolderRefused,
    LoginRefused,
    MailboxError,
    MailboxUnreachable,
    UnsafeLogin,
)
from intake.post.endpoint import Endpoint

# Trying a refused login again soon locks the account (NetEase, Tencent).
_WAIT_AFTER_LOGIN = 1800.0
_WAIT_WHEN_TOO_OFTEN = 900.0
_TOO_OFTEN = re.compile(r"frequen|too many|rate limit|频繁|limited", re.IGNORECASE)


@contextmanager
def told(endpoint: Endpoint, password: str | None) -> Iterator[None]:
    """Turn whatever the connection raises into a MailboxError; the password never gets into its text.

    A lost connection and a silence are MailboxUnreachable, a refused command is FolderRefused or UnsafeLogin.
    """
    try:
        yield
    except imaplib.IMAP4.readonly as error:
        raise _refused(endpoint, _words(error, password)) from error
    except imaplib.IMAP4.abort as error:
        raise _lost(endpoint, _words(error, password)) from error
    except imaplib.IMAP4.error as error:
        raise _refused(endpoint, _words(error, password)) from error
    except (OSError, EOFError) as error:
        raise unreachable(endpoint, error) from error


def login_refused(endpoint: Endpoint, error: BaseException, password: str | None) -> MailboxError:
    """What a failed LOGIN means; ``error`` bears the server's words."""
    words = _words(error, password)
    if "unsafe login" in words.lower():
        return _unsafe(endpoint, words)
    if _TOO_OFTEN.search(words):
        return LoginRefused(
            f"{endpoint.host} 认为登录过于频繁（{words}）。",
            "请加大 [schedule].poll_seconds，程序将隔一段时间再试。",
            _WAIT_WHEN_TOO_OFTEN,
        )
    return LoginRefused(
        f"{endpoint.host} 不接受 {endpoint.user} 的登录（{words}）。",
        "请核对账号，并确认填写的是客户端授权码而不是网页登录密码、邮箱已开启 IMAP 服务。",
        _WAIT_AFTER_LOGIN,
    )


def unreachable(endpoint: Endpoint, error: BaseException) -> MailboxUnreachable:
    """Why no connection stands, by the cause that the system names."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxUnreachable(
            f"{endpoint.place} 的证书无法通过校验（{error.verify_message}）。",
            "请核对主机名；单位自建证书须先加入本机信任列表。",
        )
    if isinstance(error, ssl.SSLError):
        return MailboxUnreachable(
            f"与 {endpoint.place} 建立加密连接失败（{error.reason or error}）。", "请核对端口与 imap/imaps 的写法。"
        )
    if isinstance(error, socket.gaierror):
        return MailboxUnreachable(f"找不到收信服务器 {endpoint.host}。", "请核对 [mailbox].url 的主机名和本机网络。")
    if isinstance(error, TimeoutError):
        return MailboxUnreachable(f"收信服务器 {endpoint.place} 长时间没有回应。", "程序稍后自动再试；请检查网络。")
    if isinstance(error, ConnectionRefusedError):
        return MailboxUnreachable(f"收信服务器 {endpoint.place} 拒绝连接。", "请核对 [mailbox].url 的主机和端口。")
    wait = _WAIT_WHEN_TOO_OFTEN if _TOO_OFTEN.search(str(error)) else 0.0
    return MailboxUnreachable(f"与收信服务器 {endpoint.place} 的连接中断（{error}）。", "程序稍后自动再试。", wait)


def _lost(endpoint: Endpoint, words: str) -> MailboxError:
    # NetEase may say its refusal in a BYE, which arrives as a lost connection.
    if "unsafe login" in words.lower():
        return _unsafe(endpoint, words)
    return unreachable(endpoint, OSError(words))


def _refused(endpoint: Endpoint, words: str) -> MailboxError:
    if "unsafe login" in words.lower():
        return _unsafe(endpoint, words)
    return FolderRefused(f"{endpoint.host} 没有接受操作（{words}）。", "请核对 [mailbox].url 与 also 中的文件夹名。")


def _unsafe(endpoint: Endpoint, words: str) -> UnsafeLogin:
    return UnsafeLogin(
        f"{endpoint.host} 以“不安全登录”为由不让打开邮箱（{words}）。",
        "请在网页邮箱“设置—POP3/SMTP/IMAP”中开启 IMAP/SMTP 服务并重新生成授权码。",
        _WAIT_AFTER_LOGIN,
    )


def _words(error: BaseException, password: str | None) -> str:
    """The server's words, which imaplib hands on as bytes or inside the text of an exception."""
    words = error.args[0] if error.args else ""
    return _hidden(words.decode("utf-8", errors="replace") if isinstance(words, bytes) else str(words), password)


def _hidden(words: str, password: str | None) -> str:
    return words.replace(password, "***") if password else words
