"""The case: one file that holds what was examined and every result, as it arrives."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from fpinspect.batch.case import items as rows
from fpinspect.batch.case import schema
from fpinspect.batch.case.arrays import StoredArrays
from fpinspect.batch.case.audit import ChainCheck, digest
from fpinspect.batch.case.lock import WriterLock, take_lock
from fpinspect.batch.case.reading import Reader
from fpinspect.batch.case.session import now
from fpinspect.batch.case.values import (
    Bookmark,
    CaseError,
    CaseItem,
    Facts,
    Head,
    MadeWith,
    Status,
    Summary,
)

__all__ = [
    "Bookmark",
    "Case",
    "CaseError",
    "CaseItem",
    "ChainCheck",
    "Facts",
    "Head",
    "MadeWith",
    "Status",
    "StoredArrays",
    "Summary",
]


class Case(Reader):
    """An open case: made by `create` or `open`, closed by `close` or the end of a ``with``.

    Every change is one transaction and one record of the audit chain: whoever kills the process
    loses at most the change that was under way. Methods may be called from any thread, one at a
    time.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    read_only : bool
        Nothing can be changed.
    why_read_only : str
        Why, in plain words; empty if it was asked for, or is not so.
    id : str
        Made at random for each new case (UUID); a copy of the file keeps it.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Case.create(Path(folder.name) / "a.fpcase", title="Leaflets") as case:
    ...     case.facts.title, len(case.items()), case.chain.verify().ok
    ('Leaflets', 0, True)
    >>> folder.cleanup()
    """

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        *,
        number: str = "",
        title: str = "",
        examiner: str = "",
        laboratory: str = "",
        notes: str = "",
        user: str = "",
    ) -> Self:
        """Make a new case.

        Parameters
        ----------
        path : str or path-like
            The file, by custom ``NAME.fpcase``; must not exist.
        number, title, examiner, laboratory, notes : str
            See `Facts`.
        user : str
            Who acts, for the audit chain; the account of the system by default.

        Raises
        ------
        CaseError
            If it cannot be made.
        """
        file = Path(path)
        facts = Facts(number, title, examiner, laboratory, notes)
        if os.path.lexists(file):
            raise CaseError(f"{file} exists already: open it, or choose another name")
        if not file.parent.is_dir():
            raise CaseError(f"there is no folder {file.parent} to make {file.name} in")
        lock = WriterLock(file)
        # Made beside its place and moved there whole: a killed process leaves no half of a case.
        part = file.with_name(f".{file.name}.{os.getpid()}.new")
        try:
            if not lock.acquire():
                raise CaseError(f"another process is making {file}")
            with contextlib.closing(schema.connect(part, read_only=False, wal=False)) as db:
                cls(part, db, lock, user=user)._begin(facts)
            part.rename(file)
            return cls(file, schema.connect(file, read_only=False), lock, user=user)
        except BaseException as error:
            lock.release()
            for end in ("", "-journal"):
                with contextlib.suppress(OSError):
                    part.with_name(part.name + end).unlink()
            if isinstance(error, OSError | sqlite3.Error):
                raise CaseError(schema.words(error, file)) from error
            raise

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, read_only: bool = False, user: str = "") -> Self:
        """Open a case.

        The first to open it may write; whoever opens it meanwhile gets it read-only, and
        `why_read_only` says so.

        Parameters
        ----------
        path : str or path-like
            The file.
        read_only : bool
            Do not even try to write.
        user : str
            Who acts, for the audit chain; the account of the system by default.

        Raises
        ------
        CaseError
            If there is no such case, it is damaged, or of a newer version.
        """
        file = Path(path)
        schema.check_is_case(file)
        lock, why = (None, "") if read_only else take_lock(file)
        try:
            db = schema.connect(file, read_only=lock is None)
            schema.check_tables(db, file)
        except BaseException as error:
            if lock:
                lock.release()
            if isinstance(error, OSError | sqlite3.Error):
                raise CaseError(schema.words(error, file)) from error
            raise
        case = cls(file, db, lock, user=user)
        case.why_read_only = why
        return case

    def set_facts(self, **changes: str) -> Facts:
        """Change what the case is about: the fields of `Facts`, by name.

        Returns
        -------
        Facts
            As they are now.

        Raises
        ------
        CaseError
            If the case cannot be changed.
        TypeError
            If there is no such fact.
        """
        new = {name: rows.clean(text) for name, text in changes.items()}
        Facts(**new)  # refuses what is no fact
        old = asdict(self.facts)
        new = {name: text for name, text in new.items() if old[name] != text}
        if new:
            with self._change() as log:
                for name, text in new.items():
                    self._set_meta(name, text)
                log("facts", {"facts": new})
        return self.facts

    def add(self, path: str | os.PathLike[str]) -> CaseItem:
        """Add a file without inspecting it; one that is there already stays one item.

        Parameters
        ----------
        path : str or path-like
            The file. Its hash is taken; one that cannot be read is added without.

        Raises
        ------
        CaseError
            If the case cannot be changed.
        """
        where = rows.absolute(path)
        sha256, size = rows.hash_file(where)
        with self._change() as log:
            number = self._ensure(where, sha256, size, log)
        return self.item(number)

    def record(
        self,
        inspection: Mapping[str, Any],
        arrays: StoredArrays | None = None,
        *,
        made_with: MadeWith | None = None,
    ) -> CaseItem:
        """Store a result as it arrives; its item is added if need be.

        Parameters
        ----------
        inspection : mapping
            The JSON line, of an item that failed too (`Inspection.to_dict`, `error_record`).
        arrays : StoredArrays, optional
            From `fpinspect.batch.case.measure`.
        made_with : MadeWith, optional
            From `fpinspect.batch.case.made_with.made_with`, in the process that inspected.

        Raises
        ------
        CaseError
            If the case cannot be changed.
        ValueError
            If the line is no JSON (a number is not finite).
        """
        line = dict(inspection)
        where = rows.absolute(line["path"])
        sha256, size = line.get("sha256"), line.get("bytes")
        if sha256 is None:
            sha256, size = rows.hash_file(where)
        made = made_with or MadeWith()
        pack = None if arrays is None else (arrays.to_bytes(), arrays.preview, arrays.thumbnail)
        seal = None if arrays is None else arrays.digest
        with self._change() as log:
            item = self._ensure(where, sha256, size, log)
            at = now()
            number = rows.insert_inspection(self._db, item, line, made, seal, at, self.user)
            if pack:
                self._db.execute("INSERT INTO arrays VALUES (?, ?, ?, ?)", (number, *pack))
            log(
                "inspect",
                {
                    "item": item,
                    "inspection": number,
                    "sha256": sha256,
                    "status": str(line.get("status")),
                    "record_sha256": digest(line),
                    "made_with_sha256": digest(made.to_dict()),
                    "arrays_sha256": seal,
                },
            )
        return self.item(item)

    def bookmark(
        self,
        id: int,  # noqa: A002
        status: Status | str | None,
        note: str = "",
    ) -> CaseItem:
        """Mark an item, or take its mark away.

        Parameters
        ----------
        id : int
            The item.
        status : Status or str or None
            ``relevant``, ``to be checked``, ``cleared``; None takes the mark away.
        note : str
            Free text, replacing the note before.

        Raises
        ------
        CaseError
            If there is no such item or status, or the case cannot be changed.
        """
        try:
            mark = None if status is None else Status(status)
        except ValueError:
            known = ", ".join(Status)
            raise CaseError(f"{str(status)!r} is no status: choose one of {known}") from None
        self.item(id)
        text = rows.clean(note) if mark else ""
        with self._change() as log:
            self._db.execute("DELETE FROM bookmarks WHERE item = ?", (id,))
            at = now()
            if mark:
                self._db.execute(
                    "INSERT INTO bookmarks VALUES (?, ?, ?, ?, ?)",
                    (id, mark.value, text, at, self.user),
                )
            log("bookmark", {"item": id, "status": mark and mark.value, "note": text})
        return self.item(id)

    def tag(
        self,
        id: int,  # noqa: A002
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
    ) -> CaseItem:
        """Add tags to an item and take others away.

        Raises
        ------
        CaseError
            If there is no such item, or the case cannot be changed.
        """
        held = set(self.item(id).tags)
        new = sorted({tag for text in add if (tag := " ".join(rows.clean(text).split()))} - held)
        gone = sorted({" ".join(rows.clean(text).split()) for text in remove} & held)
        if new or gone:
            with self._change() as log:
                self._db.executemany("INSERT INTO tags VALUES (?, ?)", [(id, t) for t in new])
                self._db.executemany(
                    "DELETE FROM tags WHERE item = ? AND tag = ?", [(id, t) for t in gone]
                )
                log("tag", {"item": id, "added": new, "removed": gone})
        return self.item(id)

    def log(self, action: str, detail: Mapping[str, Any]) -> Head:
        """Append an action that changes nothing in the case, such as ``report``, to the chain.

        Parameters
        ----------
        action : str
            One lower-case word.
        detail : mapping
            Plain data: hashes and names of what was written.

        Returns
        -------
        Head
            The new head.
        """
        with self._change() as log:
            log(action, dict(detail))
        return self.chain.head

    def _begin(self, facts: Facts) -> None:
        known = {name: rows.clean(text) for name, text in asdict(facts).items()}
        with self._change() as log:
            schema.create_tables(self._db)
            number, at = str(uuid.uuid4()), now()
            meta = {**known, "id": number, "created_at": at, "created_by": self.user}
            for name, value in meta.items():
                self._set_meta(name, value)
            log("create", {"case": number, "facts": known})

    def _ensure(self, path: str, sha256: str | None, size: int | None, log: Any) -> int:
        """Return the number of an item, in the transaction that is open, adding it if need be."""
        found = rows.find(self._db, path, sha256)
        if found is None:
            found = rows.insert_item(self._db, path, sha256, size, now(), self.user)
            log("add", {"item": found, "path": path, "sha256": sha256, "bytes": size})
        elif sha256 is not None:
            cursor = self._db.execute(
                "UPDATE items SET sha256 = ?, bytes = ? WHERE id = ? AND sha256 IS NULL",
                (sha256, size, found),
            )
            if cursor.rowcount:
                log("identify", {"item": found, "sha256": sha256, "bytes": size})
        return found


def summary(path: str | os.PathLike[str]) -> Summary:
    """Describe a case for a list of recent ones, without taking the right to write to it.

    Parameters
    ----------
    path : str or path-like
        The file; what cannot be opened is described by its problem.
    """
    name = os.fspath(path)
    try:
        with Case.open(name, read_only=True) as case:
            with case._reading():
                count = int(case._db.execute("SELECT count(*) FROM items").fetchone()[0])
            return Summary(name, case.facts, count, case.chain.head.at)
    except CaseError as error:
        return Summary(name, problem=str(error))
