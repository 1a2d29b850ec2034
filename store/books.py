"""The books: every mail one outcome, every letter one state, and in words whatever does not balance."""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.database import Database
from store.outbox import Outbox

LAST_POLL, POLL_ERROR, BACKUP_ERROR = "last_poll", "poll_error", "backup_error"  # facts


@dataclass(frozen=True, slots=True)
class Account:
    """Every mail that was ever met, by what became of it; ``waiting`` ones are journaled and not yet judged."""

    seen: int
    handled: int
    ignored: int
    duplicates: int
    failed: int
    waiting: int

    @property
    def balances(self) -> bool:
        """Whether every mail has its outcome: seen = handled + ignored + duplicates + failed."""
        return self.seen == self.handled + self.ignored + self.duplicates + self.failed


def polled(db: Database, error: str = "") -> None:
    """Note that the mailbox was looked into, and what went wrong (one Chinese line, ``""``: nothing)."""
    db.remember(LAST_POLL, db.stamp())
    db.remember(POLL_ERROR, error or None)


JOBS = {"poll": "收件", "send": "发信", "digest": "日报", "remind": "提醒", "back_up": "每日备份", "lift_stop": "启动"}
JOB_ERROR = "job failed: "


def job_ended(db: Database, job: str, error: str) -> None:
    """Note how one of the worker's jobs ended (one Chinese line, ``""``: well); a change alone is written."""
    line = f"{JOBS[job]}未能进行：{error}" if error else None
    if db.fact(JOB_ERROR + job) != line:
        db.remember(JOB_ERROR + job, line)


def balance(db: Database) -> Account:
    """The account of all mails."""
    row = db.row(
        "SELECT count(*) AS seen,"
        " count(*) FILTER (WHERE state = 'judged' AND decision <> 'ignored') AS handled,"
        " count(*) FILTER (WHERE state = 'judged' AND decision = 'ignored') AS ignored,"
        " count(*) FILTER (WHERE state = 'duplicate') AS duplicates,"
        " count(*) FILTER (WHERE state = 'failed') AS failed,"
        " count(*) FILTER (WHERE state = 'journaled') AS waiting FROM mails"
    )
    return Account(**dict(row)) if row else Account(0, 0, 0, 0, 0, 0)


def letters(db: Database) -> dict[str, int]:
    """How many letters are pending, sent, uncertain, failed; one that another carries counts with its carrier."""
    rows = db.rows(
        "SELECT coalesce(c.state, l.state) AS state, count(*) AS n FROM letters l"
        " LEFT JOIN letters c ON c.id = l.carrier_id GROUP BY 1"
    )
    counted = {row["state"]: row["n"] for row in rows}
    pending = counted.get("pending", 0) + counted.get("sending", 0)
    return {"pending": pending, **{state: counted.get(state, 0) for state in ("sent", "uncertain", "failed")}}


def errors(db: Database) -> tuple[str, ...]:
    """What an officer or the operator must look at, a Chinese line each: polling, backup, mails, letters, books."""
    jobs = (db.fact(JOB_ERROR + job) for job in JOBS)
    said = (db.fact(POLL_ERROR), *jobs, db.fact(BACKUP_ERROR), Outbox(db).paused_why())
    return (*filter(None, said), *_failed_mails(db), *_stuck_letters(db), *imbalances(db))


def imbalances(db: Database) -> tuple[str, ...]:
    """What is missing where the books do not balance; empty where every mail, item and answer is accounted for."""
    account = balance(db)
    waiting = (
        (f"账目：收到 {account.seen} 封，其中 {account.waiting} 封尚未审完，下一轮继续",) if account.waiting else ()
    )
    return (*waiting, *(f"账目：{words}" for words in (*_without_answer(db), *_without_place(db))))


def _failed_mails(db: Database) -> tuple[str, ...]:
    rows = db.rows(
        "SELECT id, sha256, attempts, error FROM mails WHERE state = 'failed' AND purged_at IS NULL ORDER BY id"
    )
    return tuple(
        f"来信 {row['id']}（SHA-256 {row['sha256'][:12]}）处理 {row['attempts']} 次均失败，已搁置："
        f"{where_it_failed(row['error'])}；排除故障后用 zhengji replay {row['id']} 重试"
        for row in rows
    )


def where_it_failed(traceback: str) -> str:
    """What kind of error it was, and at which line of ours.

    Never its message: that may quote the letter, and nobody knows yet whether it bears a secrecy marking.
    """
    place = tuple(re.finditer(r'^  File ".*?([^/\\]+)", line (\d+)', traceback, re.MULTILINE))[-1:]
    after = traceback[place[0].end() :] if place else traceback.partition("\n")[2]
    kind = re.search(r"^(?:\w+\.)*(\w+)(?::|$)", after, re.MULTILINE | re.ASCII)
    return "，".join([kind[1] if kind else "原因不明", *(f"{found[1]} 第 {found[2]} 行" for found in place)])


def _stuck_letters(db: Database) -> tuple[str, ...]:
    words = {"failed": "未能送达", "uncertain": "是否送达不明"}
    rows = db.rows(
        "SELECT id, receipt, recipient, state, error FROM letters WHERE state IN ('failed', 'uncertain')"
        " AND recipient <> '' ORDER BY id"  # of a purged mail nobody need hear more
    )
    return tuple(
        f"去信 {row['id']}（{row['receipt'] or '无受理号'}，致 {row['recipient']}）"
        f"{words[row['state']]}：{row['error']}"
        for row in rows
    )


def _without_answer(db: Database) -> tuple[str, ...]:
    """A verdict that was told to nobody, and no reason why."""
    rows = db.rows(
        "SELECT receipt FROM mails WHERE state = 'judged' AND decision <> 'ignored' AND answer_id = ''"
        " AND unanswered = '' ORDER BY id"
    )
    return tuple(f"{row['receipt']} 已有结论，但既没有回信，也没有不回信的理由" for row in rows)


def _without_place(db: Database) -> tuple[str, ...]:
    """Mails that no UID of the mailbox stands for, and demands with two current versions."""
    lost = db.rows("SELECT id FROM mails m WHERE NOT EXISTS (SELECT 1 FROM arrivals a WHERE a.mail_id = m.id)")
    twice = db.rows("SELECT number FROM items WHERE current = 1 GROUP BY number HAVING count(*) > 1")
    return (
        *(f"来信 {row['id']} 没有对应的邮箱记录" for row in lost),
        *(f"{row['number']} 有两个现行版本" for row in twice),
    )
