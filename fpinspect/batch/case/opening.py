"""A file to an open database: for writing, for reading, from media that cannot be written."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from fpinspect.batch.case import schema
from fpinspect.batch.case.values import CaseError


def for_writing(file: Path) -> sqlite3.Connection:
    """Open a case whose lock is held; its tables may be of an older version.

    Raises
    ------
    sqlite3.Error
        If it cannot be opened.
    """
    return schema.connect(file, read_only=False)


def for_reading(file: Path, at_close: contextlib.ExitStack) -> sqlite3.Connection:
    """Open a case without changing it, whoever writes to it meanwhile.

    A case in a folder that cannot be written is read as it is; one that was left there by a
    killed process, or that has the tables of an older version, is read from a copy.

    Parameters
    ----------
    file : pathlib.Path
        The case.
    at_close : contextlib.ExitStack
        Gets what must be done after the connection is closed.

    Raises
    ------
    CaseError
        If it is of a newer version.
    sqlite3.Error, OSError
        If it cannot be opened.
    """
    try:
        db = schema.connect(file, read_only=True)
    except sqlite3.OperationalError:
        log = file.with_name(file.name + "-wal")
        if log.exists() and log.stat().st_size:
            db = _copy(file, at_close)
        else:
            db = schema.connect(file, read_only=True, immutable=True)
    try:
        version = schema.version_of(db, file)
    except BaseException:
        db.close()
        raise
    if version == schema.VERSION:
        return db
    with contextlib.closing(db) as older:
        db = _copy(file, at_close, older)
    with contextlib.suppress(sqlite3.Error):
        db.execute("PRAGMA query_only = OFF")
        db.execute("BEGIN IMMEDIATE")
        raise_tables(db, version)
        db.execute("COMMIT")
    db.execute("PRAGMA query_only = ON")
    return db


def raise_tables(db: sqlite3.Connection, version: int) -> None:
    """Bring tables to the present version, in the transaction that is open."""
    for step in range(version, schema.VERSION):
        schema.run(db, schema.MIGRATIONS[step])
    db.execute(f"PRAGMA user_version = {schema.VERSION}")


def back_up(db: sqlite3.Connection, file: Path, version: int) -> Path:
    """Copy a case as it is before its tables are changed.

    Returns
    -------
    pathlib.Path
        ``NAME.v1-20260102-030405.fpcase``, beside the case.

    Raises
    ------
    CaseError
        If there is no room for it: the case is left as it is.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    target = file.with_name(f"{file.stem}.v{version}-{stamp}{file.suffix or schema.SUFFIX}")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with contextlib.closing(sqlite3.connect(part)) as copy:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        part.rename(target)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise CaseError(
            f"{file} is of an older version and was left as it is: its backup cannot be written "
            f"({schema.words(error, target)})"
        ) from error
    return target


def _copy(
    file: Path, at_close: contextlib.ExitStack, source: sqlite3.Connection | None = None
) -> sqlite3.Connection:
    """Open a copy of a case, in a folder that goes when the case is closed."""
    folder = Path(at_close.enter_context(tempfile.TemporaryDirectory(prefix="fpinspect-case-")))
    if source is not None:
        with contextlib.closing(sqlite3.connect(folder / file.name)) as copy:
            source.backup(copy)
    else:
        for end in ("", "-wal"):
            shutil.copyfile(file.with_name(file.name + end), folder / (file.name + end))
    db = schema.connect(folder / file.name, read_only=False)
    db.execute("PRAGMA query_only = ON")
    return db
