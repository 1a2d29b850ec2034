"""What a command opens: a workspace, its desk, a call, the log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.packs.call import CallPack
from rules.packs.pack import load_pack
from store.setup.workspace import Workspace, load_workspace

if TYPE_CHECKING:
    from store.desk import Desk


def ready_workspace(config: Path) -> Workspace:
    """A workspace in which a pass can run: calls complete, secrets there, the register readable."""
    from store.registers.register_file import read_register

    workspace = load_workspace(config)
    workspace.check_ready()
    read_register(workspace.register_file)
    start_log()
    return workspace


@contextmanager
def open_desk_at(config: Path) -> Iterator[Desk]:
    """The desk of a workspace, open for as long as the block runs."""
    from store.desk import open_desk

    with open_desk(load_workspace(config)) as desk:
        yield desk


def pack_named(name: str, config: Path | None) -> CallPack:
    """A call by its id or path: as the workspace has it where one is named and has it, else as it is shipped."""
    of_workspace = load_workspace(config).packs if config else ()
    return next((pack for pack in of_workspace if pack.id == name), None) or load_pack(name)


def unit_named(desk: Desk, unit: str) -> str:
    """The register's name of the unit that is meant, ``""`` for all."""
    from store.registers.registry import find_unit

    return find_unit(unit, desk.units, desk.packs).name if unit else ""


def start_log(*, quiet: bool = False) -> None:
    """Readable lines on a terminal, JSON lines elsewhere; always on stderr, never a control character from a letter."""
    import structlog

    on_terminal = sys.stderr.isatty()
    last: Any = structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer(ensure_ascii=True)
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=False), last],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # stderr as it is when a line is written
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if on_terminal or quiet else logging.INFO),
    )
