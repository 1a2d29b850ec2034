"""The fault suite: kill, cut, fill and lock the desk at every step, and hold its books against what servers saw.

``make faults SLICE=480`` works through the plan for that long and remembers in ``.cache/faults.json``
how far it came; the next call goes on from there. ``docs/faults.md`` is written anew after every slice.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from desk_under_test import servers
from fault_bed import Bed, Outcome
from fault_plan import Fault, plan
from fault_report import report
from program import Program
from servers import PASSWORD

ROOT = Path(__file__).parent.parent
STATE = ROOT / ".cache" / "faults.json"
TABLE = ROOT / "docs" / "faults.md"


@dataclass
class Progress:
    """How far the plan was worked through, and what was found; kept between slices."""

    round: int = 0
    position: int = 0
    slices: int = 0
    seconds: float = 0.0
    audits: int = 0
    kills: int = 0
    counts: dict[str, int] = field(default_factory=dict)  # "sort|place|edge": how often it struck
    missed: dict[str, int] = field(default_factory=dict)  # likewise: the run ended before it got there
    findings: list[list[str]] = field(default_factory=list)

    def note(self, fault: Fault, outcome: Outcome) -> None:
        key = f"{fault.sort}|{fault.place}|{fault.edge}"
        book = self.counts if outcome.reached else self.missed
        book[key] = book.get(key, 0) + 1
        self.kills += outcome.kills
        self.audits += 1
        if outcome.found:
            self.findings.append([f"{fault.sort} {fault.name} {fault.nth} (round {self.round})", *outcome.found])


def load(path: Path) -> Progress:
    return Progress(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else Progress()


def save(path: Path, progress: Progress) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(progress), ensure_ascii=False, indent=1), encoding="utf-8")


def next_fault(progress: Progress) -> Fault:
    """The next of the plan; after its last, a new round in a new order."""
    faults = plan(progress.round)
    if progress.position >= len(faults):
        progress.round, progress.position = progress.round + 1, 0
        faults = plan(progress.round)
    progress.position += 1
    return faults[progress.position - 1]


def work(progress: Progress, seconds: float, only: str = "") -> int:
    """One slice; returns how many faults left something behind."""
    began, before = time.monotonic(), len(progress.findings)
    dice = random.Random(f"{progress.round} {progress.position}")
    program = Program(PASSWORD)
    with servers() as dovecot:
        bed = Bed(dovecot, program, dice)
        while time.monotonic() - began < seconds:
            fault = next_fault(progress)
            if only and only not in f"{fault.sort} {fault.name}":
                if progress.round > 50:
                    break
                continue
            progress.note(fault, bed.carry_out(fault))
            if progress.findings[before:]:
                print(*progress.findings[-1], sep="\n  ", file=sys.stderr)
                before = len(progress.findings)
        bed.close()
    program.close()
    progress.slices += 1
    progress.seconds += time.monotonic() - began
    return len(progress.findings)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Kill, cut, fill and lock the desk at every step.")
    arguments.add_argument("--seconds", type=float, default=480.0, help="how long this slice works")
    arguments.add_argument("--only", default="", help="only faults whose name holds this; nothing is remembered")
    given = arguments.parse_args()
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # the SMTP server frowns on logins without TLS
    progress = Progress() if given.only else load(STATE)
    found = work(progress, given.seconds, given.only)
    if not given.only:
        save(STATE, progress)
        TABLE.write_text(report(asdict(progress)), encoding="utf-8")
    print(f"{progress.audits} faults, {progress.kills} kills, {found} left something behind")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
