"""One file that holds database and mails, taken while the worker runs, and the list of those that were made.

A backup is a zip: ``manifest.json``, the configuration and the register, ``zhengji.db`` (SQLite's own backup: one
consistent moment), and ``files/<sha256>`` for every mail and attachment of that moment. What bears a secrecy marking
lies in quarantine and is never in it. The zip is written beside its place and put there whole; killed before that, an
unfinished hidden folder is left that a backup a day later clears away. It is noted before its first byte, so that
``purge`` can name every file that may still hold a letter.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from datetime import time as clock_time
from pathlib import Path
from tempfile import TemporaryDirectory

from store.books import BACKUP_ERROR
from store.database import Database as Store
from store.database import Row, StoreError, machine_faults, moment
from store.desk import Desk
from store.events import About, note
from store.files import digest
from store.keeping.erasing import Marks
from store.record import immediate
from store.setup.workspace import Workspace
from store.whole import flush_folder

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "zhengji.db", "files/"
FOLDER = "backups"
KEPT = 7  # so many of the worker's daily backups stay
BACKED_UP_ON = "backup made on"
AT = clock_time(3)  # not while officers wait for letters
MEGABYTE = 2**20
LEAST_LEFT = 500 * MEGABYTE
UNFINISHED = ".zhengji-backup-"
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: where it was put, when, and whether a file is still there."""

    path: Path
    at: datetime
    there: bool
    daily: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What a backup holds; ``missing`` are the SHA-256 of files that the database knows and the disk has not."""

    path: Path
    mails: int
    files: int
    size: int
    missing: tuple[str, ...]


def write_backup(desk: Desk, path: Path, *, daily: bool = False) -> Written:
    """Write database and mails into one new file, which only its owner can read; never over another file.

    Raises StoreError where there is a file already, the disk is full or may not be written.
    """
    path = path.absolute()
    if path.exists():
        raise StoreError(f"{path}：已经存在，不会覆盖；请换一个文件名")
    with immediate(desk.db):
        number = desk.db.insert("backups", path=str(path), begun_at=desk.db.stamp(), daily=daily)
    with _disk_faults(path), TemporaryDirectory(prefix=UNFINISHED, dir=_folder(path.parent)) as scratch:
        copy = Path(scratch) / DATABASE
        _copy_database(desk.db, copy)
        whole = Path(scratch) / path.name
        last, written = _write_zip(desk, copy, whole)
        _put(whole, path)
    with immediate(desk.db):
        desk.db.write("UPDATE backups SET ended_at = ?, last_mail = ? WHERE id = ?", desk.db.stamp(), last, number)
        note(desk.db, "backed_up", About(), detail={"files": written.files})
    return Written(path, written.mails, written.files, path.stat().st_size, written.missing)


def backup_if_due(desk: Desk) -> Path | None:
    """The worker's backup of the day into ``backups/``, in the night or when it is started; the last seven stay.

    The clock set back makes no second one for the same day; set forward, one for that day. One that fails is said in
    ``zhengji status`` and tried again the next day: a full disk is not to be filled further every minute.
    """
    now = desk.db.clock()
    today = now.date().isoformat()
    if now.time() < AT or desk.db.fact(BACKED_UP_ON) == today:
        return None
    path = desk.workspace.root / FOLDER / f"zhengji-{today}.zip"
    desk.db.remember(BACKED_UP_ON, today)
    try:
        _room_for(desk)
        if not path.exists():
            write_backup(desk, path, daily=True)
    except StoreError as error:
        desk.db.remember(BACKUP_ERROR, f"每日备份未做成：{error}")
        return None
    desk.db.remember(BACKUP_ERROR, None)
    for each in _daily(desk.db)[:-KEPT]:
        each.unlink(missing_ok=True)
    return path


def _room_for(desk: Desk) -> None:
    """Refuse to fill the disk with a backup: mails must still find room; raises StoreError."""
    files = sum(row["size"] for row in desk.db.rows("SELECT sum(size) AS size FROM mails HAVING size > 0"))
    needed = 2 * files + 2 * desk.db.path.stat().st_size + LEAST_LEFT  # attachments lie beside the mails
    if shutil.disk_usage(desk.workspace.root).free < needed:
        raise StoreError(f"磁盘剩余空间不足（约需 {needed // MEGABYTE} MB），请清理或改用 zhengji backup 备份到别处")


def holding(db: Store, marks: Marks) -> tuple[Backup, ...]:
    """The known backups that hold the mails that are to be purged, or may: those that are not where they were put.

    Of a mail with a secrecy marking none holds anything.
    """
    if any(row["secret"] for row in marks.mails):
        return ()
    rows = db.rows("SELECT * FROM backups WHERE last_mail IS NULL OR last_mail >= ? ORDER BY id", min(marks.mail_ids))
    known = [(_backup(row), row["ended_at"] is not None) for row in rows]
    sha256 = str(marks.mails[0]["sha256"])
    return tuple(b for b, ended in known if (_holds(b.path, sha256) if b.there else ended and not b.daily))


def _holds(path: Path, sha256: str) -> bool:
    """Whether a backup, or a database that was set aside, holds a mail; true where it cannot be looked into."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return FILES + sha256 in archive.namelist()
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            sql = "SELECT 1 FROM mails WHERE sha256 = ? AND purged_at IS NULL"
            return db.execute(sql, (sha256,)).fetchone() is not None
    except (OSError, zipfile.BadZipFile, sqlite3.Error):
        return True


def _backup(row: Row) -> Backup:
    path = Path(row["path"])
    return Backup(path, moment(row["begun_at"]), path.exists(), bool(row["daily"]))


def _daily(db: Store) -> list[Path]:
    """The worker's own backups that are still there, in the order in which they were made, whatever the clock said."""
    rows = db.rows("SELECT path FROM backups WHERE daily = 1 ORDER BY id")
    return [path for row in rows if (path := Path(row["path"])).exists()]


def _copy_database(db: Store, copy: Path) -> None:
    """One consistent moment of the database, in one step: the worker may go on writing meanwhile."""
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT, 0o600))
    with machine_faults(copy), closing(sqlite3.connect(copy)) as target:
        db.connection.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, without a journal beside it


def _write_zip(desk: Desk, copy: Path, whole: Path) -> tuple[int, Written]:
    """Everything into one zip; returns the last mail that the copy knows, and what was written."""
    with closing(sqlite3.connect(copy)) as db:
        last, mails = db.execute("SELECT coalesce(max(id), 0), count(*) FROM mails").fetchone()
        wanted = [row[0] for row in db.execute(_FILES_OF)]
    missing: list[str] = []
    os.close(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(copy, DATABASE)
        for name, path in settings_files(desk.workspace).items():
            archive.write(path, name)
        for sha256 in wanted:
            content = _content(desk, sha256)
            if content is None:
                missing.append(sha256)
            else:
                archive.writestr(FILES + sha256, content)
        archive.writestr(MANIFEST, json.dumps(_manifest(desk, copy, mails, len(wanted) - len(missing)), indent=1))
    return last, Written(whole, mails, len(wanted) - len(missing), 0, tuple(missing))


# Every mail and every attachment that was kept, but for those of letters with a secrecy marking.
_FILES_OF = """
SELECT sha256 FROM mails WHERE secret = 0 AND purged_at IS NULL UNION
SELECT d.sha256 FROM documents d JOIN mails m ON m.id = d.mail_id
WHERE d.stored = 1 AND m.secret = 0 AND m.purged_at IS NULL ORDER BY 1
"""


def _content(desk: Desk, sha256: str) -> bytes | None:
    """A file as it must be, or null where it is gone, spoilt, or lies in quarantine by now."""
    path = desk.files.path(sha256)
    if path.parent.name == "quarantine":
        return None
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    return content if digest(content) == sha256 else None


def _manifest(desk: Desk, copy: Path, mails: int, files: int) -> dict[str, object]:
    return {
        "format": FORMAT,
        "made_at": desk.db.stamp(),
        "database_sha256": file_sha256(copy),
        "mails": mails,
        "files": files,
    }


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def settings_files(workspace: Workspace) -> dict[str, Path]:
    """The files by which the workspace is set up, under their names in a backup; passwords are in none of them."""
    names = {workspace.config.name, workspace.settings.registry.file, *workspace.calls}
    inside = {name: workspace.root / name for name in sorted(names)}
    return {
        name: path
        for name, path in inside.items()
        if path.is_file() and path.resolve().is_relative_to(workspace.root.resolve())
    }


def _folder(folder: Path) -> Path:
    """The folder of a backup, cleared of what a backup that was killed left in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f"{UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > DAY:
            shutil.rmtree(left, ignore_errors=True)
    return folder


def _put(whole: Path, path: Path) -> None:
    """Flush a finished file and show it under its name."""
    with whole.open("rb") as file:
        os.fsync(file.fileno())
    whole.replace(path)
    flush_folder(path.parent)


@contextmanager
def _disk_faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}：备份写不进去（{error.strerror}），未留下文件；请检查磁盘空间和权限") from error
