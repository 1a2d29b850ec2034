"""How a database becomes what the program needs: migrations that are only ever added to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

from store.tables import APPEND_ONLY, INDEXES, TABLES

if TYPE_CHECKING:
    from sqlite_utils import Database


def migrations() -> Migrations:
    """All migrations in order; one that has been released is never changed, only followed by another."""
    steps = Migrations("zhengji")

    @steps(name="0001 first tables")
    def first_tables(db: Database) -> None:
        for statement in (*TABLES, *INDEXES, *APPEND_ONLY):
            db.execute(statement)

    return steps


def migrate(db: Database) -> None:
    """Bring a database up to date: each step is one transaction with the note that it was done."""
    steps = migrations()
    if steps.pending(db):
        steps.apply(db)
