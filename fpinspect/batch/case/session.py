"""An open database: who may write, and one transaction with its record for every change."""

from __future__ import annotations

import contextlib
import getpass
import socket
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fpinspect.batch.case import schema
from fpinspect.batch.case.audit import Chain, Record
from fpinspect.batch.case.items import clean
from fpinspect.batch.case.lock import WriterLock
from fpinspect.batch.case.values import CaseError


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is under way: one time and one account for all that belongs to it.

    Attributes
    ----------
    db : sqlite3.Connection
        In its transaction.
    at, by : str
        When (ISO 8601, UTC) and by whom.
    chain : Chain
        That gets its records.
    """

    db: sqlite3.Connection
    at: str
    by: str
    chain: Chain

    def log(self, action: str, detail: Mapping[str, Any]) -> Record:
        """Append a record to the audit chain."""
        return self.chain.append(action, detail, at=self.at, by=self.by)


class Session:
    """What `fpinspect.batch.case.store.Case` stands on.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    db : sqlite3.Connection
        Open.
    lock : WriterLock or None
        Held; None: read-only.
    user : str
        Who acts; the account of the system by default.
    """

    def __init__(
        self, path: Path, db: sqlite3.Connection, lock: WriterLock | None, *, user: str = ""
    ) -> None:
        self.path = path
        self.why_read_only = ""
        self.user = clean(user or account())
        self._db = db
        self._lock = lock
        self._mutex = threading.RLock()
        self._at_close = contextlib.ExitStack()

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed."""
        return self._lock is None

    def close(self) -> None:
        """Close the case; doing it twice is harmless."""
        with self._mutex:
            with contextlib.suppress(sqlite3.Error):
                self._db.close()
            if self._lock:
                self._lock.release()
            self._at_close.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def chain(self) -> Chain:
        """The audit chain: ``chain.head.hash`` is what a report prints."""
        return Chain(self._db, self.reading)

    def _meta(self, name: str) -> str:
        with self.reading():
            row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def _set_meta(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    @property
    def db(self) -> sqlite3.Connection:
        """The database, for the modules of this room; use it within `reading`."""
        return self._db

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Keep other threads out while something is read; errors become `CaseError`."""
        with self._mutex:
            try:
                yield
            except (sqlite3.Error, sqlite3.Warning) as error:
                raise CaseError(schema.words(error, self.path)) from error

    @contextlib.contextmanager
    def change(self) -> Iterator[Change]:
        """Make one change: all of it and its records in the chain, or nothing.

        Raises
        ------
        CaseError
            If the case is read-only, the disk is full or the file cannot be written.
        """
        with self._mutex:
            if self.read_only:
                why = self.why_read_only or "it was opened read-only"
                raise CaseError(f"{self.path} cannot be changed: {why}")
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield Change(self._db, now(), self.user, self.chain)
                self._db.execute("COMMIT")
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error | sqlite3.Warning):
                    raise CaseError(schema.words(error, self.path)) from error
                raise


def account() -> str:
    """Name the account that acts: ``user@host``."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "unknown"
    return f"{name}@{socket.gethostname()}"


def now() -> str:
    """Return the time, ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
