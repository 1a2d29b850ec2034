"""Put a backup in the place of a workspace: checked whole before anything is touched, nothing overwritten silently.

The database that was there is set aside in ``backups/`` and stays readable; mails and attachments are added to those
that lie there; configuration and register are taken from the backup only where there are none. What was purged since
the backup is purged again. All of that is done beside it: killed before the last step, the old database stands.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from store.database import SHANGHAI, Clock, Row, StoreError, now, open_database, stamp
from store.desk import Desk
from store.events import About, note
from store.files import Files, digest
from store.keeping.backups import DATABASE, FILES, FOLDER, FORMAT, MANIFEST, UNFINISHED, file_sha256
from store.keeping.purge import purge
from store.letters import MAY_HAVE_LEFT, RESTORED_AT
from store.record import immediate
from store.schema import STEPS
from store.setup.lock import only_worker
from store.setup.workspace import load_workspace

JOURNALS = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: the backup's moment, what it brought, what was set aside, kept as it was, purged again."""

    made_at: str
    mails: int
    files: int
    set_aside: Path | None
    settings: tuple[str, ...]
    kept: tuple[str, ...]
    unsure: int
    purged: tuple[str, ...]


def restore(backup: Path, config: Path, *, clock: Clock = now) -> Restored:
    """Restore a backup into the workspace of ``config``, which need not exist yet.

    Raises StoreError where the file is no backup of ours, is damaged, comes from a newer program, or a worker runs;
    then nothing was changed.
    """
    root = config.absolute().parent
    with _opened(backup) as archive:
        with _damages(backup):
            manifest = _manifest(archive, backup)
            _check_files(archive, backup)
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with only_worker(root), TemporaryDirectory(prefix=UNFINISHED, dir=root) as scratch:
            with _damages(backup):
                fresh = _database(archive, manifest, Path(scratch), backup)
            written, kept = _settings(archive, root)
            before = _before(root / DATABASE)
            files = _files(archive, root / "files")
            aside = _set_aside(root, clock)
            unsure = _take_stock(fresh, before, aside, clock)  # or what it holds as pending might leave again
            purged = _purge_again(config, fresh, before.purged, clock)
            fresh.replace(root / DATABASE)
    made_at, mails = str(manifest["made_at"]), int(manifest["mails"])
    return Restored(made_at, mails, files, aside, written, kept, unsure, purged)


# --------------------------------------------------------------------------- what is checked first


@contextmanager
def _opened(backup: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(backup) as archive:
            yield archive
    except FileNotFoundError as error:
        raise StoreError(f"{backup}：没有这个文件") from error
    except zipfile.BadZipFile as error:
        raise _damaged(backup, "不是完整的备份文件") from error


@contextmanager
def _damages(backup: Path) -> Iterator[None]:
    """Whatever a spoilt zip makes of itself while it is looked through."""
    try:
        yield
    except (zipfile.BadZipFile, EOFError, zlib.error, KeyError, NotImplementedError, sqlite3.DatabaseError) as error:
        raise _damaged(backup, "备份文件已损坏") from error


def _manifest(archive: zipfile.ZipFile, backup: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        known = manifest["format"] == FORMAT and {"made_at", "mails", "database_sha256"} <= set(manifest)
    except (KeyError, ValueError, TypeError) as error:
        raise StoreError(f"{backup}：不是 zhengji backup 做的备份") from error
    if not known:
        raise StoreError(f"{backup}：备份的格式比本程序新，请先升级程序再恢复")
    return manifest


def _database(archive: zipfile.ZipFile, manifest: dict[str, Any], scratch: Path, backup: Path) -> Path:
    """The database of the backup, whole and of a kind that this program knows."""
    fresh = scratch / DATABASE
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, archive.open(DATABASE) as source:
        while block := source.read(2**20):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    if file_sha256(fresh) != manifest["database_sha256"]:
        raise _damaged(backup, "数据库与备份时不一致")
    with closing(sqlite3.connect(fresh)) as db:
        if db.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok" or db.execute(_STRAYS).fetchone():
            raise _damaged(backup, "数据库未通过完整性检查")
        steps = {row[0] for row in db.execute("SELECT name FROM _sqlite_migrations")}
    if not steps <= set(STEPS):
        raise StoreError(f"{backup}：备份出自更新的程序版本，请先升级程序再恢复")
    return fresh


_STRAYS = "SELECT 1 FROM pragma_foreign_key_check LIMIT 1"


def _check_files(archive: zipfile.ZipFile, backup: Path) -> None:
    for name in _file_names(archive):
        if digest(archive.read(name)) != name.removeprefix(FILES):
            raise _damaged(backup, f"其中的文件 {name} 与备份时不一致")


def _file_names(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.startswith(FILES)]


def _damaged(backup: Path, words: str) -> StoreError:
    return StoreError(f"{backup}：{words}，什么也没有改动；请换一份备份")


# --------------------------------------------------------------------------- what is put in place


def _settings(archive: zipfile.ZipFile, root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Configuration, register and packs where there are none; returns what was written and what stayed."""
    written, kept = [], []
    for name in archive.namelist():
        if name in (MANIFEST, DATABASE) or name.startswith(FILES):
            continue
        place = root / name
        if not place.resolve().is_relative_to(root.resolve()):
            continue  # our own backups hold no such name
        if place.exists():
            kept.append(name)
            continue
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(archive.read(name))
        written.append(name)
    return tuple(written), tuple(kept)


def _files(archive: zipfile.ZipFile, folder: Path) -> int:
    """Add the mails and attachments to those that lie there; each bears its own checksum for a name."""
    files, names = Files(folder), _file_names(archive)
    for name in names:
        files.put(archive.read(name), durable=False)
    if hasattr(os, "sync"):
        os.sync()  # once for all: a power cut after the database is in place must not cost a mail
    return len(names)


def _set_aside(root: Path, clock: Clock) -> Path | None:
    """Let the database that is there stand beside the backups too; null where there is none.

    A damaged one may leave its journal: that goes along, for it must never be read into another database.
    """
    there = root / DATABASE
    if not there.exists():
        return None
    folder = root / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    aside = folder / f"replaced-{clock().astimezone(SHANGHAI):%Y%m%d-%H%M%S-%f}.db"
    for ending in JOURNALS:
        if (journal := Path(f"{there}{ending}")).exists():
            journal.replace(f"{aside}{ending}")
    try:
        os.link(there, aside)
    except OSError:  # a disk that knows no links
        shutil.copyfile(there, aside)
        aside.chmod(0o600)
    return aside


# --------------------------------------------------------------------------- what the old database still tells


@dataclass(frozen=True, slots=True)
class _Before:
    """What the replaced database knew that must not be forgotten: purged mails, backups that were made."""

    purged: tuple[tuple[str, str, str], ...] = ()  # SHA-256, officer, reason
    backups: tuple[Row, ...] = ()


def _before(path: Path) -> _Before:
    """What can be read of it; nothing where there is none or it is damaged. Its journal is written back into it."""
    if not path.exists():
        return _Before()
    try:
        db = open_database(path)
    except StoreError:
        return _Before()
    try:
        rows = db.rows(
            "SELECT m.sha256, e.actor, e.detail FROM events e JOIN mails m ON m.id = e.mail_id"
            " WHERE e.kind = 'purged' ORDER BY e.id"
        )
        purged = {row["sha256"]: (row["actor"], json.loads(row["detail"])["officer"]["reason"]) for row in rows}
        backups = tuple(db.rows("SELECT path, begun_at, ended_at, last_mail, daily FROM backups ORDER BY id"))
        db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (StoreError, sqlite3.Error):
        return _Before()
    finally:
        db.close()
    return _Before(tuple((sha256, *told) for sha256, told in purged.items()), backups)


def _take_stock(path: Path, before: _Before, aside: Path | None, clock: Clock) -> int:
    """Bring the restored database up to today; returns how many letters must be looked for before they leave.

    What was pending then may have left since; so may the answers to mails that will be met again.
    """
    db = open_database(path, clock=clock)
    try:
        with immediate(db):
            known = {row["path"] for row in db.rows("SELECT path FROM backups")}
            for row in before.backups:
                if row["path"] not in known:
                    db.insert("backups", **dict(row))
            if aside is not None:
                db.insert("backups", path=str(aside), begun_at=db.stamp(), ended_at=db.stamp())
            unsure = db.write(
                "UPDATE letters SET state = 'uncertain', error = ? WHERE state IN ('pending', 'sending')", MAY_HAVE_LEFT
            )
            db.write("DELETE FROM facts WHERE name LIKE 'published%' OR name LIKE 'outgoing%'")
            db.remember(RESTORED_AT, stamp(clock()))
            note(db, "restored", About(), detail={"unsure": unsure})
    finally:
        db.close()
    return unsure


def _purge_again(config: Path, path: Path, purged: tuple[tuple[str, str, str], ...], clock: Clock) -> tuple[str, ...]:
    """Erase again what the backup has brought back; returns the receipts."""
    if not purged:
        return ()
    done = []
    with closing(open_database(path, clock=clock)) as db:
        desk = Desk(load_workspace(config), db)
        for sha256, officer, reason in purged:
            row = desk.db.row("SELECT id FROM mails WHERE sha256 = ? AND purged_at IS NULL", sha256)
            if row is not None:
                done.append(purge(desk, str(row["id"]), reason, officer).name)
    return tuple(done)
