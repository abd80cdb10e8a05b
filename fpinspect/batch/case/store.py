"""The case: one file that holds what was examined and every result, as it arrives."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from fpinspect.batch.case import items as rows
from fpinspect.batch.case import opening, schema
from fpinspect.batch.case.arrays import StoredArrays, pack_digest
from fpinspect.batch.case.audit import ChainCheck
from fpinspect.batch.case.lock import WriterLock, take_lock
from fpinspect.batch.case.reading import Reader
from fpinspect.batch.case.values import (
    Bookmark,
    CaseError,
    CaseItem,
    Facts,
    Head,
    MadeWith,
    Merged,
    Relocated,
    Status,
)

if TYPE_CHECKING:
    from fpinspect.batch.progress import Progress

__all__ = [
    "Bookmark",
    "Case",
    "CaseError",
    "CaseItem",
    "ChainCheck",
    "Facts",
    "Head",
    "MadeWith",
    "Merged",
    "Relocated",
    "Status",
    "StoredArrays",
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
        with contextlib.ExitStack() as undo:
            try:
                if lock:
                    undo.callback(lock.release)
                    db = opening.for_writing(file)
                else:
                    db = opening.for_reading(file, undo)
                undo.callback(db.close)
                case = cls(file, db, lock, user=user)
                case._bring_up_to_date()
                schema.check_tables(db, file)
            except (OSError, sqlite3.Error, sqlite3.Warning) as error:
                raise CaseError(schema.words(error, file)) from error
            case.why_read_only = why
            case._at_close = undo.pop_all()
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
            with self.change() as change:
                for name, text in new.items():
                    self._set_meta(name, text)
                change.log("facts", {"facts": new})
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
        with self.change() as change:
            number = rows.ensure(change, where, sha256, size)
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
        seal = None if pack is None else pack_digest(*pack)
        with self.change() as change:
            item = rows.ensure(change, where, sha256, size)
            number = rows.insert_inspection(change.db, item, line, made, seal, change.at, change.by)
            if pack:
                change.db.execute("INSERT INTO arrays VALUES (?, ?, ?, ?)", (number, *pack))
            change.log("inspect", rows.inspect_detail(item, number, sha256, line, made, seal))
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
        with self.change() as change:
            self.db.execute("DELETE FROM bookmarks WHERE item = ?", (id,))
            if mark:
                self.db.execute(
                    "INSERT INTO bookmarks VALUES (?, ?, ?, ?, ?)",
                    (id, mark.value, text, change.at, change.by),
                )
            change.log("bookmark", {"item": id, "status": mark and mark.value, "note": text})
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
            with self.change() as change:
                self.db.executemany("INSERT INTO tags VALUES (?, ?)", [(id, t) for t in new])
                self.db.executemany(
                    "DELETE FROM tags WHERE item = ? AND tag = ?", [(id, t) for t in gone]
                )
                change.log("tag", {"item": id, "added": new, "removed": gone})
        return self.item(id)

    def relocate(
        self, folders: Iterable[str | os.PathLike[str]], *, progress: Progress | None = None
    ) -> Relocated:
        """Find moved files by their hash; see `fpinspect.batch.case.relocate.relocate`."""
        from fpinspect.batch.case.relocate import relocate

        return relocate(self, folders, progress=progress)

    def merge(self, other: str | os.PathLike[str], *, progress: Progress | None = None) -> Merged:
        """Take over another case and its chain; see `fpinspect.batch.case.merge.merge`."""
        from fpinspect.batch.case.merge import merge

        return merge(self, other, progress=progress)

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
        with self.change() as change:
            change.log(action, dict(detail))
        return self.chain.head

    def _bring_up_to_date(self) -> None:
        """Bring the tables of an older version to the present one, after a backup."""
        version = schema.version_of(self.db, self.path)
        if version < schema.VERSION and not self.read_only:
            copy = opening.back_up(self.db, self.path, version)
            with self.change() as change:
                opening.raise_tables(change.db, version)
                detail = {"from": version, "to": schema.VERSION, "backup": copy.name}
                change.log("migrate", detail)

    def _begin(self, facts: Facts) -> None:
        known = {name: rows.clean(text) for name, text in asdict(facts).items()}
        with self.change() as change:
            schema.create_tables(self._db)
            number = str(uuid.uuid4())
            meta = {**known, "id": number, "created_at": change.at, "created_by": self.user}
            for name, value in meta.items():
                self._set_meta(name, value)
            change.log("create", {"case": number, "facts": known})
