"""``zhengji run`` in a workspace of its own: it takes mail as it comes, works alone, and stops when it is told."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import structlog
from builders import form_docx
from desks import drop, letters_in, write_desk
from mails import attached, mail

from cli import main
from store.database import StoreError
from store.desk import open_desk
from store.queries import status_json
from store.setup.lock import only_worker
from store.setup.workspace import Workspace, load_workspace

GOOD = form_docx()


@pytest.fixture
def own_signals() -> Iterator[None]:
    """The worker takes over signals and the log, as it may in a program of its own."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    structlog.reset_defaults()


def until(done: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


@pytest.mark.usefixtures("own_signals")
def test_told_to_stop_the_mail_in_hand_is_finished_or_untouched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_desk(tmp_path, schedule={"poll_seconds": "1"}, officers={"addresses": "[]"})

    def meanwhile() -> None:
        try:
            drop(tmp_path, mail(attachments=[attached("氢能.docx", GOOD)]))
            until(lambda: len(letters_in(tmp_path)) == 1)
            with pytest.raises(StoreError, match="另一个 zhengji"), only_worker(tmp_path):
                pass
            drop(tmp_path, mail(attachments=[attached("氢能.docx", GOOD)], message_id="<2@example.cn>"), "2")
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    with ThreadPoolExecutor(1) as beside:
        told = beside.submit(meanwhile)
        main(["run", "-c", str(tmp_path / "zhengji.toml")])
    told.result()
    said = capsys.readouterr().err
    assert '"event": "worker_stopped"' in said
    assert "Traceback" not in said
    _is_finished_or_untouched(load_workspace(tmp_path / "zhengji.toml"), letters=len(letters_in(tmp_path)))


def _is_finished_or_untouched(workspace: Workspace, letters: int) -> None:
    with only_worker(workspace.root), open_desk(workspace, check=True) as desk:
        found = status_json(desk.db, desk.packs)
        assert found["mails"]["handled"] + len(desk.journal.pending()) in (1, 2)
        assert desk.outbox.in_state("sending") == ()
    assert found["outbox"]["sent"] == letters
