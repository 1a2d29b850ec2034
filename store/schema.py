"""How a database becomes what the program needs: migrations that are only ever added to.

A database that has them all is told by one query; sqlite-utils (and what it brings along) is loaded only for one that
has not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from store.keeping_tables import KEEPING, SIZES
from store.slip_tables import SLIP_TABLES
from store.tables import APPEND_ONLY, INDEXES, TABLES

if TYPE_CHECKING:
    from sqlite_utils import Database

SET = "zhengji"


def _first_tables(db: Database) -> None:
    for statement in (*TABLES, *INDEXES, *APPEND_ONLY):
        db.execute(statement)


def _slips(db: Database) -> None:
    for statement in SLIP_TABLES:
        db.execute(statement)


def _keeping(db: Database) -> None:
    for statement in KEEPING:
        db.execute(statement)


def _sizes(db: Database) -> None:
    for statement in SIZES:
        db.execute(statement)


# In order. One that was released is never changed, only followed by another.
STEPS: Mapping[str, Callable[[Database], None]] = {
    "0001 first tables": _first_tables,
    "0002 workbooks that come back": _slips,
    "0003 backups, and conversations of machines": _keeping,
    "0004 sizes of arrivals": _sizes,
}


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database up to date: each step is one transaction with the note that it was done."""
    if is_current(connection):
        return
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    steps = Migrations(SET)
    for name, step in STEPS.items():
        steps(name=name)(step)
    steps.apply(Database(connection, execute_plugins=False))


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether every step was done."""
    noted = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    if noted is None:
        return False
    done = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET,))
    return set(STEPS) <= {row["name"] for row in done}
