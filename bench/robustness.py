"""Whatever a folder holds, through the reader and the rules under the real limits: nothing crashes, hangs or swells.

``python bench/robustness.py DIR... [-o OUT.md]``: each file hangs on a mail of a registered unit; a file that is a mail
itself is also checked as it came. Every one must end in a decision within ten seconds a document; what does not is
named, and the exit code is 1. Files are only looked at, in the same worker processes as in the desk itself.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from intake.files.sniff import sniff  # noqa: E402
from intake.model import OWN_FAILURES, Limits, Problem  # noqa: E402
from intake.pool import Bench, open_bench  # noqa: E402
from rules.model import Unit  # noqa: E402
from rules.packs.pack import load_pack  # noqa: E402
from store.precheck import Named, Outcome, Terms, check_inputs  # noqa: E402

SENDER = "unit@example.cn"
MAIL_SUFFIXES = (".eml", ".msg", ".mbox", ".mail")
OLE = b"\xd0\xcf\x11\xe0"
SLOW_SECONDS = 10.0
AS_IT_CAME, ATTACHED = "mail as it came", "attached"
COLUMNS = ("read", "told to mend", "held", "let pass", "no converter", "bad")


@dataclass(frozen=True, slots=True)
class Tried:
    """One file tried one way: its real type, what became of it, the codes found, and the processor's seconds.

    ``bad`` says what must not be: the reader died or ran out of time, the whole took too long, something was raised.
    """

    path: Path
    type: str
    fate: str
    codes: tuple[str, ...] = ()
    seconds: float = 0.0
    bad: str = ""


def files_of(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in sorted(folder.rglob("*")) if p.is_file()) if folder.is_dir() else [folder]


def whole_mail(path: Path, data: bytes) -> bytes | None:
    """The mail that a file is, without the line that an mbox begins with; None for any other file."""
    begins = data.partition(b"\n")[2] if data.startswith(b"From ") else data
    looks = path.suffix.lower() in MAIL_SUFFIXES and not data.startswith(OLE)
    return begins if looks or sniff("", begins) == "eml" else None


def hung_on_a_mail(name: str, data: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, "desk@example.gov.cn", "report"
    message.set_content("附件为我单位推荐的创新需求，请查收。")
    message.add_attachment(data, "application", "octet-stream", filename=name)
    return message.as_bytes()


def try_mail(bench: Bench, raw: bytes, path: Path, type_: str, folder: Path, terms: Terms) -> Tried:
    """One mail from its bytes to its decision."""
    file = folder / "mail.eml"
    file.write_bytes(raw)
    began, before = time.monotonic(), bench.run(used)
    try:
        (outcome,) = check_inputs(bench, (Named(file, file.name),), terms)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not be
        return Tried(path, type_, "bad", bad=f"raised {error!r}"[:200])
    seconds = bench.run(used) - before
    if seconds < 0:  # another worker has taken over
        seconds = time.monotonic() - began
    crashed = [t.detail for d in outcome.documents for t in d.troubles if t.problem is Problem.CRASHED]
    slow = seconds > SLOW_SECONDS * max(1, len(outcome.documents))
    bad = crashed[0] if crashed else f"took {seconds:.1f} s" if slow else ""
    codes = {f.code for f in outcome.findings} | {f.code for d in outcome.demands for f in d.findings}
    return Tried(path, type_, "bad" if bad else fate(outcome), tuple(sorted(codes)), seconds, bad)


def used() -> float:
    """The processor's seconds that this worker and its converters have used: a machine may have other things to do."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def fate(outcome: Outcome) -> str:
    """What became of a mail, in the words of the table."""
    if any(d.has(*OWN_FAILURES) for d in outcome.documents):
        return "no converter"
    codes = {f.code for f in outcome.findings}
    if codes & {"F003", "F004", "F008", "F002"}:
        return "told to mend"
    if codes & {"S001", "S002", "S003", "A001", "A002", "A005"}:
        return "held"
    return "let pass" if codes & {"M001", "M002"} else "read"


def try_all(paths: Iterable[Path]) -> Iterator[tuple[str, Tried]]:
    """Every file, hung on a mail, and as a mail of its own where it is one."""
    packs = (load_pack("nm-gxjs-2027"),)
    registered = Terms(packs, (Unit("包头市科学技术局", addresses=(SENDER,)),))
    with open_bench(1, Limits(), quick=True) as bench, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in paths:
            data = path.read_bytes()
            type_ = sniff(path.name, data)
            yield ATTACHED, try_mail(bench, hung_on_a_mail(path.name, data), path, type_, folder, registered)
            if (raw := whole_mail(path, data)) is not None:
                yield AS_IT_CAME, try_mail(bench, raw, path, "eml", folder, Terms(packs))


HEAD = """\
# Files that others have gathered

Made by `python bench/robustness.py DIR... -o docs/robustness.md`; no part of the tests, and none of the files is kept
here. Each file hangs on a mail of a registered unit and goes through the reader and the rules under the limits of the
desk itself (20 seconds and 1 GB a document); a file that is a mail is also checked as it came. *Bad* would be a reader
that died or ran out of time, more than {slow:g} seconds of the processor a document, or anything raised.

{sources}
"""
TOLD = """
*Read*: opened as far as it can be, and judged by what it says (a Word file that is no form: F006; nothing that counts
as material: F001). *Told to mend*: F002, F003, F004, F008. *Held*: S001–S003. *Let pass*: M001, M002. *No converter*:
LibreOffice gave up or was not there, which is never put on the sender.

{files:,} files, {mails:,} mails, {bad} bad. The slowest took {slowest:.1f} s, half of them {median:.2f} s or less.
The largest process, converters included, held {memory:,.0f} MB.
"""


def report(tried: Sequence[tuple[str, Tried]], sources: Sequence[str]) -> str:
    """The page: what became of the files, by their real type."""
    lines = [HEAD.format(slow=SLOW_SECONDS, sources="\n".join(f"- {s}" for s in sources))]
    for way in (ATTACHED, AS_IT_CAME):
        counts: dict[str, Counter[str]] = {}
        for _, each in (t for t in tried if t[0] == way):
            counts.setdefault(each.type, Counter())[each.fate] += 1
        if counts:
            lines += [f"| {way} | files | {' | '.join(COLUMNS)} |", f"| --- |{' ---: |' * (len(COLUMNS) + 1)}"]
            lines += [_row(type_, fates) for type_, fates in sorted(counts.items(), key=lambda c: -c[1].total())]
            lines += [_row("**all**", sum(counts.values(), Counter())), ""]
    seconds = sorted(each.seconds for _, each in tried)
    told = TOLD.format(
        files=sum(way == ATTACHED for way, _ in tried),
        mails=len(tried),
        bad=sum(each.fate == "bad" for _, each in tried) or "none",
        slowest=seconds[-1],
        median=seconds[len(seconds) // 2],
        memory=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    )
    return "\n".join(lines).rstrip("\n") + "\n" + told


def _row(name: str, fates: Counter[str]) -> str:
    return f"| {name} | {fates.total():,} | {' | '.join(str(fates[c] or '') for c in COLUMNS)} |"


def main() -> int:
    arguments = argparse.ArgumentParser(description="Read every file of folders as the desk would.")
    arguments.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    arguments.add_argument("-o", dest="out", type=Path, help="write the table there, as Markdown")
    arguments.add_argument("--source", action="append", default=[], help="a line for the page: where files are from")
    arguments.add_argument("--each", type=Path, help="write a line for every file there")
    given = arguments.parse_args()
    tried: list[tuple[str, Tried]] = []
    for way, each in try_all(files_of(given.folders)):
        tried.append((way, each))
        line = f"{each.seconds:6.2f}  {each.fate:12}  {each.type:8} {way:15}  {','.join(each.codes)}  {each.path}"
        if given.each:
            with given.each.open("a", encoding="utf-8", errors="replace") as log:
                log.write(f"{line}  {each.bad}\n")
        if each.bad:
            print(f"{each.path} ({way}): {each.bad}", flush=True)
    if not tried:
        arguments.error("no files there")
    page = report(tried, given.source)
    print(page) if given.out is None else given.out.write_text(page, encoding="utf-8")
    return any(each.bad for _, each in tried)


if __name__ == "__main__":
    sys.exit(main())
