"""The tables of a case, and how a file becomes an open database."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from pathlib import Path

from fpinspect.batch.case.values import CaseError

SUFFIX = ".fpcase"
APPLICATION = 0x46504353
"""SQLite's application id of a case: "FPCS"."""
VERSION = 2
"""Version of the tables that this fpinspect writes (SQLite's user version)."""
SYNCHRONOUS = "FULL"
"""How each change reaches the disk, in SQLite's words; the tests turn it off."""
_MAGIC = b"SQLite format 3\0"

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path NOT NULL,              -- text, or bytes where the name is no valid Unicode
    sha256 TEXT,
    bytes INTEGER,
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL,
    inspection INTEGER          -- the current one
);
CREATE INDEX items_by_hash ON items (sha256);
CREATE INDEX items_by_path ON items (path);
CREATE TABLE inspections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item INTEGER NOT NULL REFERENCES items (id),
    record TEXT NOT NULL,       -- the JSON line
    record_sha256 TEXT NOT NULL,
    made_with TEXT NOT NULL,    -- JSON: params, versions, weights
    arrays_sha256 TEXT,
    at TEXT NOT NULL,
    by TEXT NOT NULL
);
CREATE INDEX inspections_by_item ON inspections (item);
CREATE TABLE arrays (
    inspection INTEGER PRIMARY KEY REFERENCES inspections (id),
    npz BLOB NOT NULL,
    preview BLOB NOT NULL,
    thumbnail BLOB NOT NULL
);
CREATE TABLE bookmarks (
    item INTEGER PRIMARY KEY REFERENCES items (id),
    status TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL,
    by TEXT NOT NULL
);
CREATE TABLE tags (
    item INTEGER NOT NULL REFERENCES items (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (item, tag)
) WITHOUT ROWID;
CREATE TABLE audit (
    chain INTEGER NOT NULL,     -- 0: the case's own
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL,       -- canonical JSON
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
) WITHOUT ROWID;
"""

CHAINS = """
CREATE TABLE chains (
    chain INTEGER PRIMARY KEY,  -- as in audit; the own is not listed
    case_id TEXT NOT NULL,
    title TEXT NOT NULL,
    head TEXT NOT NULL,
    records INTEGER NOT NULL,
    merged_at TEXT NOT NULL
);
"""

MIGRATIONS = {1: CHAINS}
"""Version of the tables to what makes the next of them."""
TABLES += CHAINS


def words(error: Exception, path: Path | str) -> str:
    """Say in plain words why a case could not be read or written."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = getattr(error, "errno", None)
    if code == sqlite3.SQLITE_FULL or number in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return (
            f"the disk is full: the last change to {path} was not stored; everything before it is "
            "safe. Make room and go on"
        )
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return f"{path} is damaged: restore it from a backup ({error})"
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"{path} is being written by another program: try again"
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM} or isinstance(error, PermissionError):
        return f"{path} cannot be written: the file or its folder is write-protected"
    if code == sqlite3.SQLITE_IOERR:
        return f"{path} cannot be read or written ({error}): is the disk full or gone?"
    text = getattr(error, "strerror", None) or str(error)
    return f"{path} cannot be used: {text}"


def is_case(path: Path) -> bool:
    """Tell whether a file is a case, of whatever version."""
    try:
        check_is_case(path)
    except CaseError:
        return False
    return True


def check_is_case(path: Path) -> None:
    """Refuse what is no case before SQLite touches it.

    Raises
    ------
    CaseError
        In plain words.
    """
    try:
        if path.is_dir():
            raise CaseError(f"{path} is a folder, not a case")
        with path.open("rb") as stream:
            head = stream.read(72)
    except FileNotFoundError:
        raise CaseError(f"there is no case {path}") from None
    except (OSError, ValueError) as error:
        raise CaseError(f"{path} cannot be read: {getattr(error, 'strerror', error)}") from error
    application = int.from_bytes(head[68:72], "big")
    if not head.startswith(_MAGIC) or application != APPLICATION:
        raise CaseError(f"{path} is not a case of fpinspect")


def connect(
    path: Path, *, read_only: bool, immutable: bool = False, wal: bool = True
) -> sqlite3.Connection:
    """Open the database of a case.

    Parameters
    ----------
    path : pathlib.Path
        The file; made if it does not exist and may be written.
    read_only : bool
        Nothing can be changed.
    immutable : bool
        Nobody changes it meanwhile: for media that cannot be written.
    wal : bool
        Of a case that may be written: keep a write-ahead log beside it, as is right for all but
        one that is being made.

    Raises
    ------
    sqlite3.Error
        If it cannot be opened.
    """
    mode = "rwc"
    if read_only:
        # Where it can, a reader that is the last to leave tidies the log away, like a writer.
        tidy = not immutable and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        mode = "rw" if tidy else "ro"
    uri = f"{path.resolve().as_uri()}?mode={mode}" + ("&immutable=1" if immutable else "")
    db = sqlite3.connect(uri, uri=True, timeout=10.0, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cell_size_check = ON")
        db.execute("PRAGMA foreign_keys = ON")
        if read_only:
            db.execute("PRAGMA query_only = ON")
        else:
            # In WAL a reader never waits, and a killed writer leaves whole transactions. FULL:
            # what was stored survives the loss of power too.
            db.execute(f"PRAGMA journal_mode = {'WAL' if wal else 'DELETE'}")
            db.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def create_tables(db: sqlite3.Connection) -> None:
    """Make the tables of a new case, in the transaction that is open."""
    run(db, TABLES)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def run(db: sqlite3.Connection, script: str) -> None:
    """Run statements, one a paragraph, without ending the transaction that is open."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


def version_of(db: sqlite3.Connection, path: Path) -> int:
    """Return the version of a case's tables.

    Raises
    ------
    CaseError
        If it is newer than this fpinspect, or none that ever was.
    """
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise CaseError(
            f"{path} was written by a newer fpinspect (case schema {version}; this one, which "
            f"reads up to {VERSION}, would misread it): update fpinspect"
        )
    if version < 1:
        raise CaseError(f"{path} is not a case of fpinspect")
    return version


def check_tables(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a database whose tables are others, or that would run code of its own.

    Raises
    ------
    CaseError
        In plain words.
    """
    plain = sqlite3.connect(":memory:")
    with contextlib.closing(plain):
        create_tables(plain)
        query = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        expected = set(plain.execute(query))
    found = set(db.execute(query))
    if found != expected:
        odd = sorted(name for _, name in found ^ expected)
        raise CaseError(f"{path} is not a case as fpinspect writes it (tables: {odd[:5]})")
