"""Fixtures that several tests share: the real servers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import count

import pytest
from browser import Browser
from hypothesis import settings
from servers import Account, DovecotServer
from smtp_server import SmtpServer

from intake.model import Limits
from intake.pool import Bench, open_bench

# The same cases every time where a change is judged; chance is for the developer's machine and for `make fuzz`.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "servers: needs Dovecot or Chromium (where there is none: -m 'not servers')")


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    for item in items:
        if {"dovecot_server", "browser"} & set(item.fixturenames):
            item.add_marker("servers")


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[DovecotServer]:
    server = DovecotServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _account_numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def dovecot(dovecot_server: DovecotServer, _account_numbers: Iterator[int]) -> Account:
    """A fresh, empty mailbox on a real Dovecot."""
    return dovecot_server.account(f"desk{next(_account_numbers)}@example.cn")


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A real SMTP server that keeps what it accepts."""
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """Chromium, which shows pages as people see them."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "no Chromium: make test installs it; without it: pytest -m 'not servers'"
    return Browser(program, tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def readers() -> Iterator[Bench]:
    """One worker process for all tests that read letters as a pass does."""
    with open_bench(1, Limits()) as bench:
        yield bench
