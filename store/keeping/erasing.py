"""What purging does to the rows: everything that a letter said goes, what proves that it came and went stays."""

from __future__ import annotations

from dataclasses import dataclass

from intake.model import Form
from rules.model import SECRET_NAME
from store import codec
from store.database import Database, Row

ERASED = "（已清除）"
UNSENT = "来信已清除，此通知不再发出"


@dataclass(frozen=True, slots=True)
class Marks:
    """What is erased: the mails (all of the same bytes), their items, and the words by which others speak of them.

    ``words`` are the names of the demands; ``numbers`` the receipts and item numbers, which may stay known.
    """

    mails: tuple[Row, ...]
    items: tuple[Row, ...]
    words: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def mail_ids(self) -> tuple[int, ...]:
        """The rows of ``mails``."""
        return tuple(row["id"] for row in self.mails)

    @property
    def since(self) -> str:
        """When the first of them was written down."""
        return min(str(row["journaled_at"]) for row in self.mails)


def marks_of(db: Database, sha256: str) -> Marks:
    """Everything in the store that came in as these bytes."""
    mails = db.rows("SELECT * FROM mails WHERE sha256 = ? ORDER BY id", sha256)
    ids = [row["id"] for row in mails]
    items = _of(db, "SELECT * FROM items WHERE mail_id IN ({})", ids)
    words = tuple(dict.fromkeys(row["name"] for row in items if row["name"] not in ("", ERASED, SECRET_NAME)))
    numbers = [*(row["receipt"] for row in mails if row["receipt"]), *(row["number"] for row in items)]
    return Marks(tuple(mails), tuple(items), words, tuple(dict.fromkeys(numbers)))


def files_of(db: Database, marks: Marks) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The SHA-256 of all files that came with these mails: those that no other mail has, and those that one has."""
    ids = list(marks.mail_ids)
    own = {row["sha256"] for row in _of(db, "SELECT sha256 FROM documents WHERE mail_id IN ({})", ids)}
    own |= {row["sha256"] for row in marks.mails}
    kept = {
        row["sha256"]
        for row in _of(
            db,
            "SELECT d.sha256 FROM documents d JOIN mails m ON m.id = d.mail_id WHERE m.purged_at IS NULL"
            " AND d.mail_id NOT IN ({0}) UNION SELECT sha256 FROM mails WHERE purged_at IS NULL AND id NOT IN ({0})",
            ids,
        )
    }
    return tuple(sorted(own - kept)), tuple(sorted(own & kept))


def erase_rows(db: Database, marks: Marks) -> None:
    """Empty the rows of mails, documents, items, findings and tables, within the running transaction."""
    ids = list(marks.mail_ids)
    for item in marks.items:
        _erase_item(db, item)
    for table in ("findings", "summaries"):
        _run(db, f"DELETE FROM {table} WHERE mail_id IN ({{}})", ids)  # noqa: S608 - our own table names
    _run(db, f"UPDATE documents SET name = '{ERASED}', path = '{ERASED} ' || id, troubles = '[]',"  # noqa: S608
             " stored = 0 WHERE mail_id IN ({})", ids)  # fmt: skip
    _run(
        db,
        f"UPDATE mails SET subject = '{ERASED}', sender = '', message_id = '', error = '', request = '',"  # noqa: S608
        " automatic = '', own_failures = '[]', officer_needed = '[]', question = 0, brought = '',"
        f" purged_at = '{db.stamp()}' WHERE id IN ({{}})",
        ids,
    )


def _erase_item(db: Database, item: Row) -> None:
    """Empty a version, which from now on is no longer current; what later versions and others say of it goes, too."""
    empty = codec.encode(codec.FORM, Form(call=item["call"], fields={}, sections={}))
    db.write(
        "UPDATE items SET name = ?, document = '', sender = '', form = ?, base = '[]', likened = '',"
        " own_failure = '', current = 0 WHERE id = ?",
        ERASED, empty, item["id"],
    )  # fmt: skip
    db.write("DELETE FROM likenesses WHERE number = ?1 OR other = ?1", item["number"])
    later = db.rows(
        "SELECT id FROM items WHERE number = ? AND version > ? AND likened <> ''", item["number"], item["version"]
    )
    for row in later:
        db.write("UPDATE items SET likened = '' WHERE id = ?", row["id"])
        db.write("UPDATE findings SET message = ?, fix = '' WHERE item_id = ? AND code = 'P001'", ERASED, row["id"])


def _of(db: Database, sql: str, ids: list[int]) -> list[Row]:
    """Rows of a query of this file in which ``{}`` stands for a list of ids (numbers of ours)."""
    listed = ", ".join(map(str, ids))
    return db.rows(sql.format(listed))


def _run(db: Database, sql: str, ids: list[int]) -> None:
    db.write(sql.format(", ".join(map(str, ids))))
