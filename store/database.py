"""The one SQLite connection of a store, how it is opened, and the clock that it writes by."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from store.schema import migrate

SHANGHAI = ZoneInfo("Asia/Shanghai")
BUSY_SECONDS = 30.0  # an officer's command waits this long for the worker's transaction

Clock = Callable[[], datetime]
Row = sqlite3.Row


class StoreError(Exception):
    """What the operator must mend before the store can be used; ``str()`` is one Chinese line with the cure."""


# What the machine does to us (disk full, file locked or damaged …), told from our own mistakes by SQLite's codes.
MACHINE_FAULTS = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB,
})  # fmt: skip


@contextmanager
def machine_faults(path: Path) -> Iterator[None]:
    """Turn what the machine did into a StoreError; our own mistakes pass as they are."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in MACHINE_FAULTS:
            raise StoreError(_in_words(path, error)) from error
        raise


def now() -> datetime:
    """This moment, in Asia/Shanghai."""
    return datetime.now(SHANGHAI)


def stamp(moment: datetime) -> str:
    """A time as the database keeps it: ISO 8601 in Asia/Shanghai, so that text order is order in time."""
    return moment.astimezone(SHANGHAI).isoformat()


def moment(text: str) -> datetime:
    """The time that ``stamp`` wrote."""
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


def midnight(at: datetime) -> datetime:
    """The beginning of that day in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Database:
    """An open database and the clock that stamps what is written into it.

    One thread alone may use it (SQLite's own check is left on): a second job opens a second one.
    """

    connection: sqlite3.Connection
    path: Path
    clock: Clock = now

    def rows(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query."""
        with machine_faults(self.path):
            found: list[Row] = self.connection.execute(sql, values).fetchall()
        return found

    def row(self, sql: str, *values: object) -> Row | None:
        """The first row of a query, or null."""
        with machine_faults(self.path):
            found: Row | None = self.connection.execute(sql, values).fetchone()
        return found

    def write(self, sql: str, *values: object) -> int:
        """Run one writing statement; returns how many rows it touched."""
        with machine_faults(self.path):
            return self.connection.execute(sql, values).rowcount

    def insert(self, table: str, **values: object) -> int:
        """Insert one row and return its id."""
        columns, marks = ", ".join(f'"{c}"' for c in values), ", ".join("?" * len(values))
        # Table and column names are our own identifiers, never input.
        cursor = self.connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))  # noqa: S608
        return int(cursor.lastrowid or 0)

    def stamp(self) -> str:
        """The present moment as it is written."""
        return stamp(self.clock())

    def fact(self, name: str) -> str | None:
        """A remembered fact (``last_poll``, ``paused_until`` …), or null."""
        found = self.row("SELECT value FROM facts WHERE name = ?", name)
        return None if found is None else str(found["value"])

    def remember(self, name: str, value: str | None) -> None:
        """Keep a fact in place of the one of that name; null forgets it."""
        if value is None:
            self.write("DELETE FROM facts WHERE name = ?", name)
            return
        self.write(
            "INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value
        )

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def open_database(path: Path, *, clock: Clock = now, check: bool = False) -> Database:
    """Open the database at ``path``, made and brought up to date where needed.

    ``check`` looks through all pages first (seconds on a large file): for the worker's start.
    Raises StoreError where it is no database of ours, damaged, or cannot be written.
    """
    try:
        _create_private(path)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        _set_up(connection)
        if check:
            _check(connection, path)
        migrate(connection)
    except sqlite3.Error as error:
        raise StoreError(_in_words(path, error)) from error
    except OSError as error:
        raise StoreError(
            f"{path.name}：数据库文件打不开（{error.strerror}）。请检查该文件及所在目录的读写权限。"
        ) from error
    return Database(connection, path, clock)


def _create_private(path: Path) -> None:
    """Make the file readable by its owner alone before SQLite writes into it (its journals take the same mode)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if os.name == "posix" and path.stat().st_mode & 0o077 and path.stat().st_uid == os.geteuid():
        path.chmod(0o600)  # copied here by hand, perhaps


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what purge erases leaves no trace in free pages


def _check(connection: sqlite3.Connection, path: Path) -> None:
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise StoreError(f"{path.name}：数据库已损坏（{verdict}）。请停止程序，用 zhengji restore 恢复最近的备份。")


def _in_words(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path.name}：数据库正被另一程序占用，请稍后再试。"
    if code == sqlite3.SQLITE_FULL:
        return f"{path.name}：磁盘已满，请清理空间后重试。"
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return f"{path.name}：读写失败（{error}），请检查磁盘和文件权限。"
    return f"{path.name}：不是可用的征集数据库（{error}）。请用 zhengji restore 恢复备份，或移走该文件后重试。"
