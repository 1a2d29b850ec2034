"""The table of the fuzzing, for the docs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HEAD = """\
# Fuzzing of the readers

`make fuzz` mutates letters, Word documents, 汇总表 and archives for about eight minutes (`make fuzz SLICE=480`),
guided by which lines of the readers are reached (atheris, that is libFuzzer). It keeps the corpus in `.cache/fuzz`,
goes on from there the next time, and writes this page. Documents and archives are zips: their parts are mutated and
packed anew, nested ones included. A finding is anything that a reader raises, an input that takes over 20 seconds, and
more than 1.5 GB of memory in the whole process, which would also show a leak. What was found and mended stands as a
case in `tests/test_fuzz_findings.py`; the next slice tries its input again and drops it from the page. With `AT_ONCE=2`
two readers are fuzzed side by side, and the minutes of both are counted.

| reader | what is called | inputs run | minutes | corpus | open findings |
| --- | --- | ---: | ---: | ---: | ---: |
"""
CALLED = {
    "letter": "a mail, whole: headers, parts, names, authentication, links, its files",
    "word": "a `.docx`: package, text, numbering, marks, the form in it",
    "summary": "a 汇总表 as `.xlsx` or `.docx`",
    "archive": "an archive and every file in it",
}


def report(state: Mapping[str, Any]) -> str:
    """The whole page, from what ``.cache/fuzz/state.json`` holds."""
    lines = [
        f"| {name} | {CALLED[name]} | {book['runs']:,} | {book['seconds'] / 60:.0f} | {book['corpus']}"
        f" | {len(book['findings']) or 'none'} |"
        for name, book in state["readers"].items()
    ]
    open_ones = [f"- {name}: {each['where']}" for name, book in state["readers"].items() for each in book["findings"]]
    minutes = sum(book["seconds"] for book in state["readers"].values()) / 60
    return (
        HEAD
        + "\n".join([*lines, "", f"In all {minutes:.0f} minutes in {state['slices']} slices.", "", *open_ones]).rstrip()
        + "\n"
    )
