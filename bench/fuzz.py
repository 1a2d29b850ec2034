"""Fuzzing of the readers: letter, word, summary, archive, by atheris (libFuzzer) guided by which lines are reached.

``make fuzz SLICE=480`` shares the seconds among the four, keeps corpus and counts in ``.cache/fuzz``, and writes
``docs/fuzz.md``; the next call goes on from there. With ``AT_ONCE=2`` two readers work side by side and the time of
each is counted. Documents and archives are zips: their parts are mutated and packed anew, so that the reader is reached
and not only the check sum. A finding is anything raised, an input that takes over 20 seconds, or more than 1.5 GB of
memory in the whole process, which would also show a leak.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fuzz_report import report

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache" / "fuzz"
STATE = CACHE / "state.json"
TABLE = ROOT / "docs" / "fuzz.md"
READERS = ("letter", "word", "summary", "archive")
NO_PROGRAMS = "/nonexistent"  # so that no converter is started
LONGEST_INPUT, HANG_SECONDS, MEMORY_MB = 300_000, 20, 1500


def main() -> None:
    arguments = argparse.ArgumentParser(description="Fuzz the readers of letter, word, summary and archive.")
    arguments.add_argument("--seconds", type=float, default=480.0, help="how long this slice works")
    arguments.add_argument("--only", choices=READERS, help="one reader alone")
    arguments.add_argument("--at-once", type=int, default=1, help="how many readers are fuzzed side by side")
    given = arguments.parse_args()
    state = json.loads(STATE.read_text(encoding="utf-8")) if STATE.exists() else {"slices": 0, "readers": {}}
    chosen = (given.only,) if given.only else READERS
    books = [state["readers"].setdefault(r, {"runs": 0, "seconds": 0.0, "corpus": 0, "findings": []}) for r in chosen]
    seconds = given.seconds * given.at_once / len(chosen)
    CACHE.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(given.at_once) as side_by_side:
        for _ in side_by_side.map(_slice, chosen, [seconds] * len(chosen), books):
            STATE.write_text(json.dumps(state, ensure_ascii=False, indent=1), encoding="utf-8")
    state["slices"] += 1
    STATE.write_text(json.dumps(state, ensure_ascii=False, indent=1), encoding="utf-8")
    TABLE.write_text(report(state), encoding="utf-8")
    found = sum(len(book["findings"]) for book in state["readers"].values())
    print({name: (book["runs"], len(book["findings"])) for name, book in state["readers"].items()})
    sys.exit(bool(found))


def _slice(reader: str, seconds: float, book: dict[str, Any]) -> None:
    """Fuzz one reader for so long; after a finding it goes on without stopping at the same again."""
    corpus = CACHE / reader
    corpus.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + seconds
    book["findings"] = [each for each in book["findings"] if _still_stops(reader, each)]
    while (left := int(until - time.monotonic())) > 0:
        began = time.monotonic()
        known = json.dumps([each["where"] for each in book["findings"]])
        done = _run(reader, known, corpus, f"-max_total_time={left}", "-print_final_stats=1")
        book["seconds"] += time.monotonic() - began
        book["runs"] += int((re.findall(r"number_of_executed_units:\s+(\d+)", done.stderr) or ["0"])[-1])
        book["corpus"] = len(list(corpus.iterdir()))
        if done.returncode == 0:
            continue
        finding = _finding(done.stderr)
        if not finding["where"]:
            raise RuntimeError(done.stderr[-2000:])
        book["findings"].append(finding)
        print(reader, book["findings"][-1], file=sys.stderr)


def _run(reader: str, known: str, corpus: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(Path(__file__).with_name("fuzz_reader.py")), reader, known, str(corpus),
         f"-max_len={LONGEST_INPUT}", f"-timeout={HANG_SECONDS}", f"-rss_limit_mb={MEMORY_MB}",
         f"-artifact_prefix={CACHE}/{reader}-", "-len_control=0", "-verbosity=0", *options],
        capture_output=True, text=True, errors="replace", cwd=ROOT, check=False,
        env={"PYTHONPATH": os.environ.get("PYTHONPATH", ""), "PYTHONUTF8": "1", "PATH": NO_PROGRAMS},
    )  # fmt: skip


def _still_stops(reader: str, finding: dict[str, str]) -> bool:
    """Whether the input that was kept of a finding stops the reader today as well."""
    kept = CACHE / finding["input"]
    if not finding["input"] or not kept.is_file():
        return True
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(kept, folder)
        return _run(reader, "[]", Path(folder), "-runs=0").returncode != 0


def _finding(said: str) -> dict[str, str]:
    where = (re.findall(r"^FOUND (.*)$", said, re.MULTILINE) or re.findall(r"ERROR: libFuzzer: (.*)", said))[-1:]
    kept = re.findall(r"Test unit written to (\S+)", said)[-1:]
    return {"where": "".join(where), "input": Path(kept[0]).name if kept else ""}


if __name__ == "__main__":
    main()
