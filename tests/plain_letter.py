"""A short letter to send, and what the tests say about sending it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from smtp_server import SmtpServer

from replies.delivery import DeliveryError
from replies.send import Outgoing, Outlet

LETTER = (
    "Subject: =?utf-8?b?5Y+X55CG?=\r\nMessage-ID: <1@example.cn>\r\n\r\n.first\r\n..\r\n受理\r\n.\r\nlast\r\n".encode()
)
FROM = "desk@example.cn"
TO = "kjj@example.cn"


def out(server: SmtpServer, **changes: str) -> Outgoing:
    return Outgoing(changes.get("url", server.url), changes.get("password", server.password), timeout=10)


def error_of(act: Callable[[], None]) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        act()
    return caught.value


def send(outlet: Outlet, letter: bytes = LETTER) -> None:
    outlet.send(letter, FROM, TO)
