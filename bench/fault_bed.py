"""Carries out one fault of the plan on a desk, lets the program recover, and hands back what the audit found."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from audit import audit_always, audit_settled
from desk_under_test import DeskUnderTest
from fault_plan import AFTER_A_KILL, NEEDS_MAIL, Fault, pattern_of
from mail_kinds import KINDS
from program import Program
from servers import DovecotServer

MOST_MAILS = 14  # then a fresh desk: the audit stays quick, and no unit reaches its limit
FLAGGING, MOVING = ("add_flags", "STORE"), ("IMAP move", "UID MOVE", "CREATE", "SUBSCRIBE")
DISK_BYTES = 24 << 20
TRACEBACK = "Traceback (most recent call last)"


@dataclass
class Outcome:
    """What came of one fault: how many kills it took, whether the point was reached, what the audit found."""

    kills: int = 0
    reached: bool = True
    found: list[str] = field(default_factory=list)


@dataclass
class Bed:
    """The servers, the program, and the desks in use."""

    dovecot: DovecotServer
    program: Program
    dice: random.Random
    desks: dict[tuple[str, bool], DeskUnderTest] = field(default_factory=dict)
    count: int = 0

    def carry_out(self, fault: Fault) -> Outcome:
        """One fault and the recovery from it."""
        if fault.sort == "disk":
            with self._small_disk() as folder:
                desk = self._new_desk("flag", keeps_sent=True, folder=folder)
                try:
                    return self._recovered(desk, self._full_disk(desk, fault))
                finally:
                    desk.close()
        desk = self._desk_for(fault)
        act = {
            "kill": self._kill,
            "random": self._random_kill,
            "real": self._real_kill,
            "cut": self._cut,
            "lock": self._lock,
        }
        outcome = act[fault.sort](desk, fault)
        outcome.found += audit_always(desk)
        while fault.sort != "real" and not outcome.found and self.dice.random() < 2 / 3:
            again = self._random_kill(desk, fault)  # dead again before it has recovered
            outcome.kills += again.kills
            outcome.found += [*again.found, *audit_always(desk)]
        outcome = self._recovered(desk, outcome)
        if outcome.found:
            self._keep(desk, fault)
        return outcome

    def close(self) -> None:
        for desk in self.desks.values():
            desk.close()

    # -------------------------------------------------------------- desks

    def _desk_for(self, fault: Fault) -> DeskUnderTest:
        after = "flag" if fault.place.endswith(FLAGGING) else "move" if fault.place.endswith(MOVING) else ""
        after = after or self.dice.choice(("flag", "move"))
        keeps_sent = self._needs_uncertain(fault) or self.dice.random() < 0.5
        desk = self.desks.get((after, keeps_sent))
        if desk is not None and len(desk.mails) >= MOST_MAILS:
            desk.close()
            desk = None
        if desk is None or fault.place in ("IMAP CREATE", "IMAP SUBSCRIBE"):
            desk = self._new_desk(after, keeps_sent=keeps_sent)
            self.desks[after, keeps_sent] = desk
        return desk

    def _new_desk(self, after: str, *, keeps_sent: bool, folder: Path | None = None) -> DeskUnderTest:
        self.count += 1
        account = self.dovecot.account(f"desk{os.getpid()}.{self.count}@example.cn")
        place = {"folder": folder} if folder else {}
        return DeskUnderTest(account, after, keeps_sent, **place)

    def _keep(self, desk: DeskUnderTest, fault: Fault) -> None:
        """Leave a desk on which something was found for a person to look at; the next fault gets a new one."""
        print(f"{fault.name}: kept {desk.folder}", file=sys.stderr)
        self.desks = {key: each for key, each in self.desks.items() if each is not desk}

    def _mails(self, desk: DeskUnderTest, count: int, kind: str = "") -> None:
        for _ in range(count):
            desk.deliver(kind or self.dice.choice(tuple(KINDS)))

    @staticmethod
    def _needs_uncertain(fault: Fault) -> bool:
        return fault.place in AFTER_A_KILL or fault.place == "IMAP UID FETCH Message-ID"

    def _leave_uncertain(self, desk: DeskUnderTest, fault: Fault) -> int:
        """A letter whose delivery an earlier death left unknown."""
        if not self._needs_uncertain(fault):
            return 0
        self._mails(desk, 1, "query")
        step, edge = AFTER_A_KILL.get(fault.place, ("SMTP dot", "after"))
        killed = self.program.run(desk, step=step, edge=edge) == "signal 9"
        desk.let_time_pass()
        return int(killed)

    # -------------------------------------------------------------- faults

    def _kill(self, desk: DeskUnderTest, fault: Fault) -> Outcome:
        kills = self._leave_uncertain(desk, fault)
        self._mails(desk, min(fault.nth, 3), NEEDS_MAIL.get(fault.place, "accepted" if fault.nth == 1 else ""))
        status = self.program.run(desk, step=fault.place, edge=fault.edge, nth=fault.nth)
        reached = status == "signal 9"
        return Outcome(kills + reached, reached, self._complaints(status))

    def _random_kill(self, desk: DeskUnderTest, fault: Fault) -> Outcome:
        self._mails(desk, self.dice.randint(0, 2))
        mode = "run" if fault.place == "run" else "once"
        seconds = self.dice.uniform(0.02, 2.0 if mode == "run" else 0.9)
        status = self.program.run(desk, mode, after_seconds=seconds)
        return Outcome(int(status == "signal 9"), status == "signal 9", self._complaints(status))

    def _real_kill(self, desk: DeskUnderTest, fault: Fault) -> Outcome:
        """The program as its users start it; killed a random time after it has begun its work."""
        self._mails(desk, self.dice.randint(1, 3))
        command = [str(Path(sys.executable).with_name("zhengji")), fault.place, "-c", str(desk.config)]
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(command, env=self.program.environment, stdout=out, stderr=out, cwd=desk.folder)
            until = time.monotonic() + 60
            while not _is_locked(desk.folder / "zhengji.lock") and process.poll() is None and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(self.dice.uniform(0.0, 2.5))
            alive = process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.wait()
            out.seek(0)
            said = out.read().decode("utf-8", errors="replace")
        return Outcome(int(alive), alive, [said[-600:]] if TRACEBACK in said else [])

    def _cut(self, desk: DeskUnderTest, fault: Fault) -> Outcome:
        kills = self._leave_uncertain(desk, fault)
        self._mails(desk, fault.nth, "accepted")
        protocol, pattern = pattern_of(fault)
        line = desk.line_in if protocol == "IMAP" else desk.line_out
        line.cut_at(pattern, fault.edge, skip=fault.nth - 1)
        status = self.program.run(desk)
        reached = line.leave_whole() == 0
        return Outcome(kills, reached, self._complaints(status))

    def _lock(self, desk: DeskUnderTest, fault: Fault) -> Outcome:
        """Another process holds the database from this step on, longer than the program waits."""
        self._mails(desk, 1, "accepted")
        gate = desk.folder / "gate"
        self.program.start(
            desk, "once", step=fault.place, edge=fault.edge, act="halt", gate=str(gate), busy_seconds=0.2
        )
        reached = _appears(gate.with_suffix(".reached"))
        with contextlib.closing(sqlite3.connect(desk.database, isolation_level=None, timeout=5)) as other:
            other.execute("BEGIN IMMEDIATE")
            gate.with_suffix(".open").touch()
            status = self.program.end()
            other.execute("ROLLBACK")
        for suffix in (".reached", ".open"):
            gate.with_suffix(suffix).unlink(missing_ok=True)
        return Outcome(0, reached, self._complaints(status))

    def _full_disk(self, desk: DeskUnderTest, fault: Fault) -> Outcome:
        room = int(fault.place.split()[0]) << 10
        self._mails(desk, 1, "accepted")
        self.program.run(desk)
        self._mails(desk, 3)
        self._mails(desk, 1, "secret")
        ballast = desk.folder / "ballast"
        statistics = os.statvfs(desk.folder)
        with ballast.open("wb") as file:
            file.write(bytes(max(0, statistics.f_bavail * statistics.f_frsize - room)))
        status = self.program.run(desk)
        ballast.unlink()
        return Outcome(0, True, self._complaints(status))

    @contextlib.contextmanager
    def _small_disk(self) -> Iterator[Path]:
        """A file system of a few megabytes in memory; only root may mount one."""
        folder = Path(tempfile.mkdtemp(prefix="zj-disk-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)], check=True)
        try:
            yield folder / "desk"
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
            folder.rmdir()

    # -------------------------------------------------------------- recovery

    def _complaints(self, status: str) -> list[str]:
        """What no run may show, whatever befell it."""
        if status in ("hung", "exit 70") or TRACEBACK in self.program.said:
            return [f"{status}: {self.program.said[-1500:]}"]
        return []

    def _recovered(self, desk: DeskUnderTest, outcome: Outcome) -> Outcome:
        """Hours pass and the program runs undisturbed, twice at most, then everything must be in order."""
        for _ in range(2):
            desk.let_time_pass()
            status = self.program.run(desk)
            outcome.found += self._complaints(status)
            left = audit_settled(desk)
            if not left:
                break
        outcome.found += left
        return outcome


def _appears(path: Path, seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.exists():
            return True
        time.sleep(0.01)
    return False


def _is_locked(path: Path) -> bool:
    """Whether a worker holds the workspace."""
    import fcntl

    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
