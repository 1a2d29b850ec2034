"""The installed program as the fault suite starts it: forked behind ``stumbling.py``, or for real as ``zhengji``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from desk_under_test import DeskUnderTest


class Program:
    """The installed program behind ``stumbling.py``: started once, forked for every run."""

    def __init__(self, password: str) -> None:
        self._out = Path(tempfile.mkdtemp(prefix="zj-out-"))
        self.environment = {**os.environ, "ZHENGJI_MAIL_PASSWORD": password}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("stumbling.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment,
        )  # fmt: skip
        self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the program's launcher died")
        return line

    def start(self, desk: DeskUnderTest, *arguments: str, **order: Any) -> None:
        """Begin one run; ``end`` waits for it."""
        self._text = {name: str(self._out / name) for name in ("out", "err")}
        for path in self._out.iterdir():
            path.unlink()
        full = {"arguments": [*arguments, "-c", str(desk.config)], "folder": str(desk.folder), **self._text}
        full["keeps_sent"] = desk.keeps_sent
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({**full, **order}) + "\n")
        self._process.stdin.flush()

    def end(self) -> str:
        """How the run ended: ``exit N``, ``signal N``, ``hung``."""
        return str(json.loads(self._line())["status"])

    def run(self, desk: DeskUnderTest, *arguments: str, **order: Any) -> str:
        """One run from its beginning to its end."""
        self.start(desk, *(arguments or ("once",)), **order)
        return self.end()

    @property
    def said(self) -> str:
        """What the last run wrote on its standard error."""
        path = self._out / "err"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    @property
    def counts(self) -> Counter[str]:
        """How often each step was passed in the last run, where it came to its end."""
        path = self._out / "out.counts"
        return Counter(json.loads(path.read_text())) if path.exists() else Counter()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
        shutil.rmtree(self._out, ignore_errors=True)
