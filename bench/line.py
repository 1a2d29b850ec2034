"""How long and how large is a pass: over mails on a loopback Dovecot, against the floor of the same mails.

Usage: ``make bench`` or ``python bench/line.py [mails] [rounds]``. The floor is what cannot be left out: IMAPClient's
fetch, the e-mail parse, inflate and lxml-parse of document.xml, and one commit a mail. Floor and pass are measured in
turn in one process, and only their ratio means anything on a shared machine. Writes docs/bench.md.
"""

from __future__ import annotations

import email
import io
import logging
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import psutil  # noqa: E402
import structlog  # noqa: E402
from builders import form_docx  # noqa: E402
from lxml import etree  # noqa: E402
from mails import BEIJING, attached, mail  # noqa: E402
from servers import Account, DovecotServer  # noqa: E402

from intake.pool import open_bench  # noqa: E402
from scheduler import Pass, one_pass  # noqa: E402
from store.desk import open_desk  # noqa: E402
from store.setup.workspace import load_workspace  # noqa: E402

MAIL_BYTES = 60_000
FIRST = datetime(2026, 6, 1, 8, 0, tzinfo=BEIJING)
CONFIG = """calls = ["nm-gxjs-2027"]
[mailbox]
url = "{url}"
password_env = "BENCH_PASSWORD"
after = "flag"
[outgoing]
url = "maildir:outbox"
from = "征集受理 <zhengji@example.gov.cn>"
[registry]
file = "registry.csv"
"""
UNITS = 50


HAN = [chr(c) for c in range(0x4E00, 0x5E00)]


def prose(chance: random.Random, words: int) -> str:
    """Sentences of chance characters: no two demands are alike, as in life."""
    return "".join("".join(chance.choices(HAN, k=19)) + "。" for _ in range(words // 20))


def bench_mail(number: int) -> bytes:
    """A mail of about 60 kB with one filled form, another demand each time, from one of fifty units."""
    unit, chance = f"样例科技局{number % UNITS:02d}", random.Random(number)
    name = f"{prose(chance, 20)[:12]}关键技术研究"
    lengths = {
        "背景及需求": 280,
        "研究目标及研究内容": 260,
        "拟突破的关键技术和先进性": 80,
        "经济社会效益": 180,
        "研发基础": 240,
    }
    texts = {section: prose(chance, words) for section, words in lengths.items()}
    texts["考核指标"] = (
        prose(chance, 280) + "目前行业最优水平为95%，国家标准GB/T 1234-2020要求90%，本项目拟实现指标98%。"
    )
    form = form_docx(fields={"创新需求名称": name, "归口管理部门": unit}, sections=texts)
    missing = max(0, MAIL_BYTES * 3 // 4 - len(form))
    padded = io.BytesIO(form)
    with zipfile.ZipFile(padded, "a", zipfile.ZIP_STORED) as package:
        package.writestr("word/media/image1.png", random.Random(number).randbytes(missing))
    at = FIRST + timedelta(minutes=number)
    files = [attached(f"需求{number}.docx", padded.getvalue())]
    return mail(
        sender=f"unit{number % UNITS:02d}@example.cn", sender_name=unit, attachments=files, received=at,
        message_id=f"<bench.{number}@example.cn>",
    )  # fmt: skip


def floor(account: Account, folder: Path) -> tuple[float, float]:
    """Seconds for what no program can leave out, and of those the processor's."""
    db = sqlite3.connect(folder / "floor.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY, subject TEXT, size INTEGER)")
    started, spent = time.perf_counter(), processor()
    with account.client() as client:
        client.select_folder("INBOX")
        for uid in client.search("ALL"):
            raw = client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
            message = email.message_from_bytes(raw)
            for part in message.walk():
                content = part.get_payload(decode=True)
                if content and content[:2] == b"PK":
                    etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml"))
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO mails (subject, size) VALUES (?, ?)", (message["Subject"], len(raw)))
            db.execute("COMMIT")
    db.close()
    return time.perf_counter() - started, processor() - spent


def a_pass(account: Account, folder: Path) -> tuple[float, float, float]:
    """Seconds of a whole pass with workers alive, of those the processor's, and the megabytes by which all grew."""
    folder.mkdir()
    lines = ["归口管理部门,类别,邮箱,限额,联系人,联系电话,备注"]
    lines += [f"样例科技局{n:02d},盟市,unit{n:02d}@example.cn,,,," for n in range(UNITS)]
    (folder / "registry.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "zhengji.toml").write_text(CONFIG.format(url=account.url), encoding="utf-8")
    workspace = load_workspace(folder / "zhengji.toml")
    with open_bench(0, workspace.limits) as bench, open_desk(workspace) as desk:
        for _ in range(4):
            bench.run(len, b"")  # the workers are there before the clock starts
        idle = memory()
        started, spent = time.perf_counter(), processor()
        course = one_pass(desk, bench, Pass())
        seconds, spent = time.perf_counter() - started, processor() - spent
        grown = memory() - idle
    if course.failed or course.errors:
        raise SystemExit(f"the pass failed: {course.errors[:3]}")
    return seconds, spent, grown


def memory() -> float:
    """Megabytes of this process and its workers together."""
    return sum(p.memory_info().rss for p in processes()) / 2**20


def processor() -> float:
    """The processor's seconds of this process and its workers together."""
    return sum(t.user + t.system for t in (p.cpu_times() for p in processes()))


def processes() -> list[psutil.Process]:
    """This process and its workers, without the mail server."""
    me = psutil.Process()
    return [me, *(p for p in me.children(recursive=True) if "dovecot" not in p.name())]


def measure(count: int, rounds: int) -> list[tuple[float, ...]]:
    """Floor and its processor's time, pass and its processor's time, growth, of each round."""
    server = DovecotServer()
    server.start()
    found: list[tuple[float, ...]] = []
    try:
        account = server.account("bench@example.cn")
        os.environ["BENCH_PASSWORD"] = account.password
        account.deliver_all((bench_mail(n), FIRST + timedelta(minutes=n)) for n in range(count))
        with tempfile.TemporaryDirectory() as folder:
            floor(account, Path(folder))  # warm caches
            for turn in range(rounds):
                least = floor(account, Path(folder))
                found.append((*least, *a_pass(account, Path(folder) / f"desk{turn}")))
    finally:
        server.stop()
    return found


def table(count: int, found: list[tuple[float, ...]]) -> str:
    """The result as it stands in docs/bench.md."""
    least, least_spent, seconds, spent = (statistics.median(r[n] for r in found) * 1000 / count for n in range(4))
    ratio, of_processor = (statistics.median(r[n + 2] / r[n] for r in found) for n in (0, 1))
    grown = max(r[4] for r in found)
    times = f"{least:.1f} | {seconds:.1f} | **{ratio:.1f}** | {least_spent:.1f} | {spent:.1f} | {of_processor:.1f}"
    return f"| {count} | {len(found)} | {times} | {grown:.0f} |\n"


HEAD = """# A pass against its floor

Made by `make bench`. Mails of 60 kB with one form each on a loopback Dovecot; two shared cores, so that only the
ratio is worth quoting. Floor: IMAPClient fetch, e-mail parse, inflate and parse of document.xml, one commit a mail.
Pass: all of that, and the journal on disk, reading, judging, the letter, its delivery, the mailbox flag, the 汇总表.

The processor's time is that of the program and its two workers together, which other work on the machine moves less.

| mails | rounds | floor, ms a mail | pass, ms | ratio | floor, processor | pass, processor | ratio | memory grown, MB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Measure a few sizes, so that what is not linear shows."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sizes = [int(sys.argv[1])] if len(sys.argv) > 1 else [100, 200, 500]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    rows = [table(count, measure(count, rounds)) for count in sizes]
    text = HEAD + "".join(rows)
    print(text)
    if len(sys.argv) == 1:
        (ROOT / "docs" / "bench.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
