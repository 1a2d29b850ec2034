"""The audit of a desk: the program's books against what was put into its mailbox and what the SMTP server kept.

Each function says in words what is wrong; nothing said is nothing lost, nothing decided twice, nothing sent twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser

from desk_under_test import JUNK, OFFICER, SENT, DeskUnderTest

from store import queries
from store.desk import open_desk
from store.setup.workspace import load_workspace

UNCERTAIN = "是否送达不明"


def audit_always(desk: DeskUnderTest) -> list[str]:
    """What must hold at any moment, the program killed a moment ago or not."""
    found = list(_sent_twice(desk))
    return [*found, *_database_whole(desk), *_decided_twice(desk)] if desk.database.exists() else found


def audit_settled(desk: DeskUnderTest) -> list[str]:
    """What must hold once a pass has run to its end: everything above, nothing lost, and the books balance."""
    found = audit_always(desk)
    with _read(desk) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'arrivals'").fetchone():
            return [*found, "the database is empty"]
        found += [*_lost_mails(desk, db), *_wrong_verdicts(desk, db), *_lost_letters(desk, db), *_files(desk, db)]
    return [*found, *_books(desk), *_mailbox(desk), *_ledger(desk)]


@contextlib.contextmanager
def _read(desk: DeskUnderTest) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(desk.database)) as db:
        db.row_factory = sqlite3.Row
        yield db


def _sent_twice(desk: DeskUnderTest) -> Iterator[str]:
    letters = [_header(letter.data) for letter in list(desk.smtp.letters)]
    for message_id, times in Counter(str(m["Message-ID"]) for m in letters).items():
        if times > 1:
            yield f"letter {message_id} was sent {times} times"
    answers = Counter(str(m["In-Reply-To"]) for m in letters if m["Auto-Submitted"] == "auto-replied" and _to_unit(m))
    yield from (f"mail {each} was answered {n} times" for each, n in answers.items() if n > 1 and each != "None")


def _database_whole(desk: DeskUnderTest) -> Iterator[str]:
    with _read(desk) as db:
        verdict = db.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            yield f"database: {verdict}"
        yield from (f"foreign key of {r[0]} broken" for r in db.execute("PRAGMA foreign_key_check"))


def _decided_twice(desk: DeskUnderTest) -> Iterator[str]:
    with _read(desk) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            return
        judged = db.execute(
            "SELECT mail_id, count(*) AS n FROM events WHERE kind = 'judged' GROUP BY mail_id HAVING n > 1"
        )
        yield from (f"mail {r['mail_id']} was decided {r['n']} times" for r in judged)
        rows = db.execute("SELECT state, sha256 FROM mails").fetchall()
        met = Counter(r["sha256"] for r in rows)
        delivered = Counter(each.sha256 for each in desk.mails)
        yield from (f"mail {sha[:12]} is there {n} times" for sha, n in met.items() if n > delivered[sha])
        first = Counter(r["sha256"] for r in rows if r["state"] == "judged")
        yield from (f"mail {sha[:12]} was judged under {n} rows" for sha, n in first.items() if n > 1)
        uids = db.execute("SELECT uid, count(*) AS n FROM arrivals GROUP BY folder, uidvalidity, uid HAVING n > 1")
        yield from (f"UID {r['uid']} has {r['n']} rows" for r in uids)


def _lost_mails(desk: DeskUnderTest, db: sqlite3.Connection) -> Iterator[str]:
    met = Counter(r["sha256"] for r in db.execute("SELECT sha256 FROM arrivals JOIN mails m ON m.id = mail_id"))
    delivered = Counter(each.sha256 for each in desk.mails)
    for sha256, times in (delivered - met).items():
        yield f"{times} mail(s) {sha256[:12]} lost"
    for sha256, times in (met - delivered).items():
        yield f"{times} mail(s) {sha256[:12]} too many"
    rows = db.execute("SELECT id, state, error FROM mails WHERE state IN ('journaled', 'failed')")
    yield from (f"mail {r['id']} is {r['state']}: {r['error'][-300:]}" for r in rows)


def _wrong_verdicts(desk: DeskUnderTest, db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute("SELECT sha256, coalesce(decision, state) AS decision FROM mails ORDER BY id").fetchall()
    found, wanted = (
        Counter((r["sha256"], r["decision"]) for r in rows),
        Counter((m.sha256, m.decision) for m in desk.mails),
    )
    yield from (f"mail {sha[:12]}: {decision} by mistake" for sha, decision in (found - wanted).elements())
    versions = Counter(r["name"] for r in db.execute("SELECT name FROM items"))
    demands = Counter(name for each in desk.mails for name in each.demands)
    yield from (f"{name}: {n} version(s) too many" for name, n in (versions - demands).items())
    yield from (f"{name}: {n} version(s) missing" for name, n in (demands - versions).items())
    rows = db.execute("SELECT number, group_concat(version) AS v, sum(current) AS c FROM items GROUP BY number")
    for r in rows:
        if sorted(map(int, r["v"].split(","))) != list(range(1, len(r["v"].split(",")) + 1)) or r["c"] != 1:
            yield f"{r['number']}: versions {r['v']}, {r['c']} current"
    receipts = [r["receipt"] for r in db.execute("SELECT receipt FROM mails WHERE state = 'judged' ORDER BY receipt")]
    if receipts != [f"GX2027-R{n:04d}" for n in range(1, len(receipts) + 1)]:
        yield f"receipts have gaps: {receipts}"


def _lost_letters(desk: DeskUnderTest, db: sqlite3.Connection) -> Iterator[str]:
    kept = {str(_header(letter.data)["Message-ID"]) for letter in desk.smtp.letters}
    rows = db.execute("SELECT id, message_id, subject, state, error FROM letters").fetchall()
    alerted = sum(UNCERTAIN in r["subject"] for r in rows)
    uncertain = [r for r in rows if r["state"] == "uncertain"]
    for r in rows:
        if r["state"] == "sent" and r["message_id"] not in kept:
            yield f"letter {r['message_id']} is called sent, the server has none"
        elif r["state"] not in ("sent", "uncertain"):
            yield f"letter {r['message_id']} is {r['state']}: {r['error']}"
    yield from (f"letter {each} left without a row" for each in kept - {r["message_id"] for r in rows})
    if uncertain and desk.keeps_sent:
        yield f"{len(uncertain)} letter(s) uncertain although the provider keeps what it sends"
    if len(uncertain) > alerted:
        yield f"{len(uncertain)} letter(s) uncertain, the officers were told of {alerted}"
    owed = db.execute(
        "SELECT receipt FROM mails WHERE state = 'judged' AND unanswered = '' AND decision <> 'ignored' AND"
        " NOT EXISTS (SELECT 1 FROM letters l WHERE l.message_id = answer_id)"
    )
    yield from (f"{r['receipt']}: no answer and no reason" for r in owed)


def _files(desk: DeskUnderTest, db: sqlite3.Connection) -> Iterator[str]:
    store = desk.folder / "files"
    there = {p.name: p for p in store.rglob("*") if p.is_file()}
    for r in db.execute("SELECT DISTINCT sha256, secret FROM mails WHERE state = 'judged'"):
        path = there.get(r["sha256"])
        if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != r["sha256"]:
            yield f"the bytes of mail {r['sha256'][:12]} are gone or wrong"
        elif bool(r["secret"]) != (path.parent.name == "quarantine"):
            yield f"mail {r['sha256'][:12]} lies in {path.parent.name}"
    leftovers = [p for p in desk.folder.glob("*/**/.*") if p.is_file()]
    yield from (f"leftover file {p.relative_to(desk.folder)}" for p in leftovers)
    private = [*desk.folder.glob("zhengji.db*"), *there.values()]
    yield from (f"{p.name} can be read by others" for p in private if p.stat().st_mode & 0o077)


def _books(desk: DeskUnderTest) -> Iterator[str]:
    workspace = load_workspace(desk.config)
    with open_desk(workspace) as opened:
        status = queries.status_json(opened.db, opened.packs)
    mails = status["mails"]
    if sum(mails.values()) != len(desk.mails):
        yield f"status counts {mails}, {len(desk.mails)} were delivered"
    yield from (f"status says: {line}" for line in status["errors"] if UNCERTAIN not in line)


def _mailbox(desk: DeskUnderTest) -> Iterator[str]:
    folders = {n: c for n, c in desk.account.folders().items() if n != SENT}
    if sum(folders.values()) != len(desk.mails):
        yield f"the mailbox holds {folders}, {len(desk.mails)} were delivered"
    if desk.after == "move" and folders["INBOX"] + folders.get(JUNK, 0):
        yield f"not moved: {folders}"
    if desk.after == "flag":
        unread = [uid for uid, flags in desk.account.flags().items() if b"\\Seen" not in flags]
        if unread:
            yield f"not flagged: {unread}"


def _ledger(desk: DeskUnderTest) -> Iterator[str]:
    path = desk.folder / "out" / "汇总表.xlsx"
    try:
        with zipfile.ZipFile(path) as book:
            broken = book.testzip()
    except (OSError, zipfile.BadZipFile) as error:
        yield f"汇总表.xlsx: {error}"
    else:
        if broken:
            yield f"汇总表.xlsx: {broken} is damaged"


def _to_unit(message: Message) -> bool:
    return OFFICER not in str(message["To"])


def _header(raw: bytes) -> Message:
    return BytesHeaderParser().parsebytes(raw.partition(b"\r\n\r\n")[0])
