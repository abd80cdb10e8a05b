"""Files that were moved or renamed are found by their hash."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fpinspect.batch.case.items import absolute, file_size, hash_file, to_column
from fpinspect.batch.case.values import CaseError, CaseItem, Relocated
from fpinspect.batch.progress import Progress, SilentProgress

if TYPE_CHECKING:
    from fpinspect.batch.case.store import Case


def relocate(
    case: Case,
    folders: Iterable[str | os.PathLike[str]],
    *,
    progress: Progress | None = None,
) -> Relocated:
    """Find files that were moved or renamed, by their hash.

    Parameters
    ----------
    case : Case
        Open for writing.
    folders : iterable of path-like
        Where to look, with all folders below; only files of the right length are hashed.
    progress : Progress, optional
        Told of each file; may stop the search, what is found by then is kept.

    Returns
    -------
    Relocated
        What was found and what is still missing.

    Raises
    ------
    CaseError
        If there is no such folder, or the case cannot be changed.
    """
    found = search(case, folders, progress=progress)
    move(case, found.moved)
    return found


def search(
    case: Case,
    folders: Iterable[str | os.PathLike[str]],
    *,
    progress: Progress | None = None,
) -> Relocated:
    """Look for moved files as `relocate` does, and leave the case as it is.

    Raises
    ------
    CaseError
        If there is no such folder.
    """
    progress = progress or SilentProgress()
    places = [absolute(folder) for folder in folders]
    absent = next((place for place in places if not Path(place).is_dir()), None)
    if absent is not None:
        raise CaseError(f"there is no folder {absent}")
    lost = [item for item in case.items() if item.sha256 and not _is_in_place(item)]
    wanted: dict[str, list[CaseItem]] = {}
    for item in lost:
        wanted.setdefault(str(item.sha256), []).append(item)
    sizes = {item.bytes for item in lost}
    moved: list[tuple[int, str, str]] = []
    for seen, path in enumerate(_files(places)):
        if not wanted or progress.cancelled():
            break
        progress.update(seen, 0, path)
        if file_size(path) not in sizes:
            continue
        # Several items of one content: each takes one file, so that copies stay apart.
        items = wanted.get(hash_file(path)[0] or "")
        if items:
            item = items.pop(0)
            moved.append((item.id, item.path, path))
            if not items:
                del wanted[str(item.sha256)]
    found = {item for item, _, _ in moved}
    return Relocated(tuple(moved), tuple(i.id for i in lost if i.id not in found))


def move(case: Case, moved: Iterable[tuple[int, str, str]]) -> None:
    """Store where files are now: item, path before, path now; each is noted in the chain.

    Raises
    ------
    CaseError
        If the case cannot be changed.
    """
    moved = tuple(moved)
    if not moved:
        return
    with case.change() as change:
        for item, old, new in moved:
            query = "UPDATE items SET path = ? WHERE id = ?"
            change.db.execute(query, (to_column(new), item))
            change.log("relocate", {"item": item, "old": old, "new": new})


def _is_in_place(item: CaseItem) -> bool:
    """Tell whether an item's file is where it was, unchanged; only one of equal length is read."""
    if file_size(item.path) != item.bytes:
        return False
    return hash_file(item.path)[0] == item.sha256


def _files(places: Iterable[str]) -> Iterator[str]:
    for place in places:
        for folder, names, files in os.walk(place):
            names.sort()
            yield from (os.path.join(folder, name) for name in sorted(files))  # noqa: PTH118
