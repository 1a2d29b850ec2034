"""The table of the fault suite, for the docs: what was struck how often, and what the audit found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fault_plan import CUT_EDGES, EDGES, IMAP_LINES, LOCKED_AT, SMTP_COMMANDS
from stumbling import ALL_STEPS

HEAD = """\
# Kills, cuts, a full disk and a locked database

`make faults` works through a plan of faults in slices of about eight minutes (`make faults SLICE=480`), remembers in
`.cache/faults.json` how far it came, and writes this page. A part of it of less than a minute runs with every
`make test` (`tests/test_faults.py`).

The real program runs over a real Dovecot and a real SMTP server on loopback, through lines that can be cut at any
command. `bench/stumbling.py` starts it and kills it (SIGKILL) just before or after the n-th passing of a chosen step;
the program knows nothing of this. Every fault comes with new mail: demands, corrections, archives, strangers, automatic
mail, requests, the same bytes twice, letters marked as secret. Two faults in three are followed by kills at random
moments before the program has recovered.

After each fault the database must be whole, no mail decided twice and no Message-ID twice at the SMTP server. Then
hours pass, the program runs undisturbed (twice at most), and the books are held against what was put into the mailbox
and what the SMTP server kept: every mail there once with the verdict that it must have, every version of every demand,
receipts without a gap, each letter at the server exactly once, every mail flagged or moved, each file whole and
private, nothing half written left over, `status` without a complaint.

A letter whose delivery stayed unknown (death between its last byte and the written answer) is looked for in 已发送:
found, it counts as sent; not found at a provider that files everything it sends, it is sent again. Half of the desks
have such a provider. At the others it may stay `uncertain`, but then the officers must have been told of that letter.
"""


def report(progress: Mapping[str, Any]) -> str:
    """The whole page, from what ``.cache/faults.json`` holds."""
    return "\n".join([HEAD, *_sums(progress), *_kills(progress), *_cuts(progress), *_others(progress)]) + "\n"


def _sums(progress: Mapping[str, Any]) -> Iterator[str]:
    yield "## In all"
    yield ""
    yield f"- {progress['kills']} kills; {progress['audits']} faults, each followed by a recovery and a whole audit;"
    yield f"- {progress['slices']} slices, {progress['seconds'] / 60:.0f} minutes;"
    found = progress["findings"]
    yield f"- letters lost, decided twice or sent twice, books out of balance: {len(found) or 'none'}."
    yield ""
    for name, *lines in found:
        yield f"  - {name}: {'; '.join(lines)[:300]}"


def _kills(progress: Mapping[str, Any]) -> Iterator[str]:
    yield "## Kills at every step"
    yield ""
    yield "| step | killed just before | killed just after |"
    yield "| --- | ---: | ---: |"
    for step in ALL_STEPS:
        numbers = " | ".join(str(_count(progress, "kill", step, edge)) for edge in EDGES)
        yield f"| {step} | {numbers} |"
    yield ""
    yield "| at a random moment | kills |"
    yield "| --- | ---: |"
    yield f"| `zhengji once`, forked | {_count(progress, 'random', 'once', '')} |"
    yield f"| `zhengji run`, forked | {_count(progress, 'random', 'run', '')} |"
    yield f"| `zhengji once`, started as a user starts it | {_count(progress, 'real', 'once', '')} |"
    yield f"| `zhengji run`, started as a user starts it | {_count(progress, 'real', 'run', '')} |"
    yield ""


def _cuts(progress: Mapping[str, Any]) -> Iterator[str]:
    yield "## Connections cut at every command"
    yield ""
    yield "| command | before the server had it | in the middle of the answer | after the server did it, answer lost |"
    yield "| --- | ---: | ---: | ---: |"
    for place in (*(f"IMAP {name}" for name in IMAP_LINES), *(f"SMTP {name}" for name in SMTP_COMMANDS)):
        numbers = " | ".join(str(_count(progress, "cut", place, edge)) for edge in CUT_EDGES)
        yield f"| {place} | {numbers} |"
    yield ""


def _others(progress: Mapping[str, Any]) -> Iterator[str]:
    yield "## The machine"
    yield ""
    yield "| fault | times |"
    yield "| --- | ---: |"
    full = sum(count for key, count in progress["counts"].items() if key.startswith("disk|"))
    yield f"| disk full (a file system in memory with 0 to 800 KiB left) while letters come in | {full} |"
    for step in LOCKED_AT:
        yield f"| database locked by another process: before “{step}” | {_count(progress, 'lock', step, 'before')} |"


def _count(progress: Mapping[str, Any], sort: str, place: str, edge: str) -> int:
    return int(progress["counts"].get(f"{sort}|{place}|{edge}", 0))
