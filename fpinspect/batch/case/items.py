"""Rows to items and back: the SQL of a case's images."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fpinspect.batch.case.audit import canonical, digest
from fpinspect.batch.case.values import Bookmark, CaseError, CaseItem, MadeWith, Status

if TYPE_CHECKING:
    from fpinspect.batch.case.session import Change

_CHUNK = 1 << 20
_SELECT = """
SELECT items.id, items.path, items.sha256, items.bytes, items.added_at, items.added_by,
    inspections.id, inspections.record, inspections.record_sha256, inspections.made_with,
    inspections.arrays_sha256, bookmarks.status, bookmarks.note, bookmarks.at, bookmarks.by
FROM items
LEFT JOIN inspections ON inspections.id = items.inspection
LEFT JOIN bookmarks ON bookmarks.item = items.id
"""


def to_column(path: str) -> str | bytes:
    """Return a path as SQLite can hold it: bytes where it is no valid Unicode."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def from_column(value: Any) -> str:
    """Return a path that `to_column` made."""
    return os.fsdecode(value) if isinstance(value, bytes) else str(value)


def clean(text: str) -> str:
    """Return free text as it can be stored: lone surrogates and NULs are replaced."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def absolute(path: str | os.PathLike[str]) -> str:
    """Return the absolute path, links kept."""
    return os.path.abspath(os.fspath(path))  # noqa: PTH100 - Path.absolute() keeps ".."


def read(db: sqlite3.Connection, where: str = "", values: tuple[Any, ...] = ()) -> list[CaseItem]:
    """Read items, in the order of their numbers.

    Parameters
    ----------
    db : sqlite3.Connection
        Of the case.
    where : str
        Condition in SQL, of this module's callers only; empty for all.
    values : tuple
        For its question marks.

    Raises
    ------
    CaseError
        If what is stored is damaged.
    """
    tags: dict[int, list[str]] = {}
    for item, tag in db.execute("SELECT item, tag FROM tags ORDER BY tag"):
        tags.setdefault(item, []).append(tag)
    rows = db.execute(f"{_SELECT} {where} ORDER BY items.id", values)
    return [_item(row, tuple(tags.get(row[0], ()))) for row in rows]


def history(db: sqlite3.Connection, item: int) -> Iterator[tuple[int, dict[str, Any], MadeWith]]:
    """Yield number, JSON line and `MadeWith` of all inspections of an item, oldest first."""
    rows = db.execute(
        "SELECT id, record, made_with FROM inspections WHERE item = ? ORDER BY id", (item,)
    )
    for number, record, made in rows:
        yield number, _parsed(record, item), _made(made, item)


def find(db: sqlite3.Connection, path: str, sha256: str | None) -> int | None:
    """Return the item of a path and a hash; one without a hash, if there is none with it."""
    rows = db.execute(
        "SELECT id, sha256 FROM items WHERE path = ? ORDER BY id DESC", (to_column(path),)
    ).fetchall()
    for number, held in rows:
        if held == sha256 or sha256 is None:
            return int(number)
    return next((int(number) for number, held in rows if held is None), None)


def insert_item(
    db: sqlite3.Connection, path: str, sha256: str | None, size: int | None, at: str, by: str
) -> int:
    """Add a row and return its number."""
    cursor = db.execute(
        "INSERT INTO items (path, sha256, bytes, added_at, added_by) VALUES (?, ?, ?, ?, ?)",
        (to_column(path), sha256, size, at, by),
    )
    return int(cursor.lastrowid or 0)


def ensure(change: Change, path: str, sha256: str | None, size: int | None, **more: Any) -> int:
    """Return the number of the item of a file, adding it if need be.

    Parameters
    ----------
    change : Change
        Under way.
    path, sha256, size
        Of the file.
    more
        ``added_at`` and ``added_by`` of an item that another case had added, and ``from``.
    """
    found = find(change.db, path, sha256)
    if found is None:
        at, by = more.get("added_at", change.at), more.get("added_by", change.by)
        found = insert_item(change.db, path, sha256, size, at, by)
        detail = {"item": found, "path": path, "sha256": sha256, "bytes": size}
        change.log("add", detail | more)
    elif sha256 is not None:
        cursor = change.db.execute(
            "UPDATE items SET sha256 = ?, bytes = ? WHERE id = ? AND sha256 IS NULL",
            (sha256, size, found),
        )
        if cursor.rowcount:
            change.log("identify", {"item": found, "sha256": sha256, "bytes": size})
    return found


def insert_inspection(
    db: sqlite3.Connection,
    item: int,
    record: Mapping[str, Any],
    made: MadeWith,
    arrays_sha256: str | None,
    at: str,
    by: str,
    *,
    current: bool = True,
) -> int:
    """Add an inspection to an item, make it the current one, and return its number."""
    cursor = db.execute(
        "INSERT INTO inspections (item, record, record_sha256, made_with, arrays_sha256, at, by) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            item,
            json.dumps(record, allow_nan=False),  # in its own order, which is the reader's
            digest(record),
            canonical(made.to_dict()).decode(),
            arrays_sha256,
            at,
            by,
        ),
    )
    number = int(cursor.lastrowid or 0)
    if current:
        db.execute("UPDATE items SET inspection = ? WHERE id = ?", (number, item))
    return number


def hash_file(path: str) -> tuple[str | None, int | None]:
    """Hash a regular file: SHA-256 and length; None and None if it cannot be read."""
    seen, size = hashlib.sha256(), 0
    try:
        if not Path(path).is_file():  # opening a pipe would wait for its writer
            return None, None
        with Path(path).open("rb", buffering=0) as stream:
            while part := stream.read(_CHUNK):
                seen.update(part)
                size += len(part)
    except (OSError, ValueError):
        return None, None
    return seen.hexdigest(), size


def inspect_detail(
    item: int,
    inspection: int,
    sha256: str | None,
    record: Mapping[str, Any],
    made: MadeWith,
    arrays_sha256: str | None,
) -> dict[str, Any]:
    """Return what the audit chain says of an inspection: hashes stand for results."""
    return {
        "item": item,
        "inspection": inspection,
        "sha256": sha256,
        "status": str(record.get("status")),
        "record_sha256": digest(record),
        "made_with_sha256": digest(made.to_dict()),
        "arrays_sha256": arrays_sha256,
    }


def file_size(path: str) -> int | None:
    """Return the length of a file, None if there is none."""
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return None


def _item(row: tuple[Any, ...], tags: tuple[str, ...]) -> CaseItem:
    number = int(row[0])
    bookmark = None
    if row[11] is not None:
        try:
            bookmark = Bookmark(Status(row[11]), str(row[12]), str(row[13]), str(row[14]))
        except ValueError:
            raise CaseError(f"the bookmark of item {number} is damaged") from None
    done = row[6] is not None
    return CaseItem(
        id=number,
        path=from_column(row[1]),
        sha256=row[2],
        bytes=row[3],
        added_at=str(row[4]),
        added_by=str(row[5]),
        bookmark=bookmark,
        tags=tags,
        inspection=_parsed(row[7], number) if done else None,
        made_with=_made(row[9], number) if done else None,
        inspection_id=row[6],
        record_sha256=row[8],
        arrays_sha256=row[10],
    )


def _parsed(text: Any, item: int) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise CaseError(f"what is stored of item {item} is damaged")
    return value


def _made(text: Any, item: int) -> MadeWith:
    value = _parsed(text, item)
    return MadeWith(*(dict(value.get(name) or {}) for name in ("params", "versions", "weights")))
