"""Runs the installed program in a child process and kills or halts it at a chosen line, without a word in the program.

``python bench/stumbling.py`` imports the program once and waits; each line of JSON on its standard input is one run:
it forks, wraps the chosen steps in the child, and calls the program's own ``cli.main``. The program itself knows
nothing of this: steps are found by name in its modules, SQL statements by a subclass of ``sqlite3.Connection``.
"""

from __future__ import annotations

import functools
import importlib
import json
import multiprocessing.forkserver
import os
import pkgutil
import select
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROGRAM = ("intake", "rules", "replies", "store", "scheduler", "worker", "commands", "cli")
# step: where it is found; the part after the colon is looked up in the module
STEPS = {
    "mailbox opened": "intake.post.imap_connection:_connect",
    "mailbox listed": "intake.post.imap:ImapMailbox.listing",
    "mail fetched": "intake.post.imap:ImapMailbox.fetch",
    "file written": "store.files:_write_whole",
    "file renamed": "os:replace",
    "file flushed": "os:fsync",
    "file into quarantine": "store.files:Files.quarantine",
    "mail journaled": "store.journal:Journal.write_all",
    "letter settled": "store.verdicts:settle_letter",
    "verdict recorded": "store.record:LetterTransaction.record",
    "letter into the outbox": "store.letters:put",
    "outbox recovered": "store.recovery:recover",
    "sent mail searched": "intake.post.imap:ImapMailbox.sent_since",
    "letter called uncertain": "store.outbox:Outbox.uncertain",
    "letter pending again": "store.outbox:Outbox.again",
    "letter claimed": "store.outbox:Outbox.sending",
    "SMTP connected": "replies.send:SmtpOutlet._connect",
    "letter handed over": "replies.send:SmtpOutlet.send",
    "letter noted as sent": "store.outbox:Outbox.sent",
    "mailbox told": "intake.post.imap:ImapMailbox.acknowledge",
    "mailbox told, noted": "store.journal:Journal.acknowledged",
    "汇总表 written": "store.made.ledger:write_ledger",
    "汇总表 published": "store.made.publish:publish",
    "fact remembered": "store.database:Database.remember",
}
IMAP_COMMANDS = ("login", "list_folders", "select_folder", "search", "fetch", "add_flags", "move", "logout")
SMTP_LINES = ("MAIL", "RCPT", "DATA", "text", "dot", "answer")
SQL = ("BEGIN", "COMMIT", "INSERT", "UPDATE", "DELETE")
ALL_STEPS = (
    *STEPS,
    *(f"IMAP {name}" for name in IMAP_COMMANDS),
    *(f"SMTP {name}" for name in SMTP_LINES),
    *(f"SQL {word}" for word in SQL),
)


class Stumble:
    """What happens where: at the n-th passing of a step, before or after it; and how often each step was passed."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._point = (order.get("step"), order.get("edge"), order.get("nth", 1))
        self._act = order.get("act", "kill")
        self._gate = Path(order["gate"]) if order.get("gate") else None
        self.counts: Counter[str] = Counter()

    def around(self, step: str, call: Callable[[], Any]) -> Any:
        self.counts[step] += 1
        number = self.counts[step]
        if self._point == (step, "before", number):
            self._fall()
        result = call()
        if self._point == (step, "after", number):
            self._fall()
        return result

    def _fall(self) -> None:
        if self._act == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        assert self._gate is not None
        self._gate.with_suffix(".reached").touch()
        while not self._gate.with_suffix(".open").exists():
            time.sleep(0.01)


def wrap_steps(stumble: Stumble) -> None:
    for step, place in STEPS.items():
        _wrap(place, lambda call, *_, step=step, **__: stumble.around(step, call))
    for name in IMAP_COMMANDS:
        _wrap(f"imapclient:IMAPClient.{name}", lambda call, *_, name=name, **__: stumble.around(f"IMAP {name}", call))
    _wrap("smtplib:SMTP.docmd", lambda call, _, command, *__: stumble.around(f"SMTP {command.split()[0]}", call))
    _wrap("smtplib:SMTP.getreply", lambda call, *_: stumble.around("SMTP answer", call))
    _wrap("smtplib:SMTP.send", lambda call, _, line: _sent_line(stumble, call, line))
    sqlite3.connect = _connector(stumble)


def _sent_line(stumble: Stumble, call: Callable[[], Any], line: bytes | str) -> Any:
    if line == b".\r\n":
        return stumble.around("SMTP dot", call)
    return stumble.around("SMTP text", call) if len(line) > 200 else call()


def _connector(stumble: Stumble) -> Callable[..., sqlite3.Connection]:
    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            word = sql.lstrip().split(" ", 1)[0].upper()
            run = super().execute
            return stumble.around(f"SQL {word}", lambda: run(sql, *values)) if word in SQL else run(sql, *values)

    real = sqlite3.connect
    return lambda *a, **k: real(*a, **{**k, "factory": Connection})


def _wrap(place: str, around: Callable[..., Any]) -> None:
    """Put a wrapper in place of what ``module:name`` or ``module:Class.name`` is, wherever the program holds it."""
    module_name, _, qualified = place.partition(":")
    owner: Any = importlib.import_module(module_name)
    *path, name = qualified.split(".")
    for part in path:
        owner = getattr(owner, part)
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return around(lambda: original(*args, **kwargs), *args, **kwargs)

    setattr(owner, name, wrapped)
    for module in [m for n, m in list(sys.modules.items()) if n.partition(".")[0] in PROGRAM]:
        for key, value in list(vars(module).items()):
            if value is original:
                setattr(module, key, wrapped)


# --------------------------------------------------------------------------- one run, in the child


def run(order: dict[str, Any]) -> int:
    """One run of the program in this (forked) process; returns its exit code."""
    sys.argv = ["zhengji", *order["arguments"]]
    os.chdir(order["folder"])
    for number, name in ((1, "out"), (2, "err")):
        descriptor = os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(descriptor, number)
    import cli
    import store.database
    import store.recovery

    stumble = Stumble(order)
    wrap_steps(stumble)
    if order.get("keeps_sent"):  # as at a provider that files a copy of everything it sends
        store.recovery.is_strict = lambda _host: True
    if "busy_seconds" in order:
        store.database.BUSY_SECONDS = order["busy_seconds"]
    try:
        cli.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it is, a user would have seen it
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    Path(order["out"] + ".counts").write_text(json.dumps(stumble.counts))
    return code


# --------------------------------------------------------------------------- the parent, which stays clean
#
# It also keeps the clean process from which workers are forked, so that not every run must start one of its own.


def serve() -> None:
    names = _import_program()
    server = multiprocessing.forkserver._forkserver  # type: ignore[attr-defined]
    server.set_forkserver_preload(
        [*(n for n in names if n.startswith("intake.")), "replies.annotate", "docx", "openpyxl"]
    )
    server.ensure_running()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        server.ensure_running()  # a run that was killed while it spoke to it may have taken it along
        child = os.fork()
        if child == 0:
            server.ensure_running = multiprocessing.forkserver.ensure_running = lambda: None
            server.set_forkserver_preload = lambda _names: None
            code = 70
            try:
                code = run(order)
            finally:
                os._exit(code)
        print(json.dumps({"status": _wait(child, order.get("after_seconds"), order.get("seconds", 120.0))}), flush=True)


def _import_program() -> list[str]:
    """Import all of the program, so that no run has to; returns the names of its modules."""
    names = [name for room in PROGRAM for name in _modules_of(room)]
    for name in (*names, "docx", "openpyxl", "jinja2", "lxml.etree", "python_calamine", "rapidfuzz.fuzz"):
        importlib.import_module(name)
    return names


def _modules_of(room: str) -> list[str]:
    package = importlib.import_module(room)
    found = pkgutil.walk_packages(getattr(package, "__path__", []), f"{room}.")
    return [room, *(each.name for each in found if not each.ispkg)]


def _wait(child: int, kill_after: float | None, longest: float) -> str:
    """Wait for a child, killing it at the given second; says ``exit N``, ``signal N`` or ``hung``."""
    descriptor = os.pidfd_open(child)
    try:
        limit = longest if kill_after is None else kill_after
        ended = select.select([descriptor], [], [], limit)[0]
        if not ended:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    finally:
        os.close(descriptor)
    if not ended and kill_after is None:
        return "hung"
    return f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"


if __name__ == "__main__":
    serve()
