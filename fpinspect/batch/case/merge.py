"""Two cases become one: items by hash, and the other's audit chain as it was."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fpinspect.batch.case import items as rows
from fpinspect.batch.case.audit import OWN
from fpinspect.batch.case.replay import differences
from fpinspect.batch.case.session import Change
from fpinspect.batch.case.values import CaseError, CaseItem, Head, Merged, MergedChain
from fpinspect.batch.progress import Progress, SilentProgress

if TYPE_CHECKING:
    from fpinspect.batch.case.store import Case

_ARRAYS = "SELECT npz, preview, thumbnail FROM arrays WHERE inspection = ?"


def merge(case: Case, other: str | os.PathLike[str], *, progress: Progress | None = None) -> Merged:
    """Take over the items of another case, and its audit chain with its head.

    Equal files become one item. What this case says of it stays; what the other says differently
    is told (`Merged.conflicts`) and stays in its chain.

    Parameters
    ----------
    case : Case
        Open for writing.
    other : path-like
        The other case; it is not changed.
    progress : Progress, optional
        Told of each item; stopping it undoes the merge.

    Returns
    -------
    Merged
        What was taken over.

    Raises
    ------
    CaseError
        If it is no case, its chain does not hold, it was merged before, or this case cannot be
        changed.
    """
    from fpinspect.batch.case.store import Case

    file = Path(other)
    if file.exists() and case.path.exists() and file.samefile(case.path):
        raise CaseError(f"{file} cannot be merged with itself")
    with Case.open(file, read_only=True) as source, source.reading():
        # One view of it, whatever its own window does meanwhile.
        source.db.execute("BEGIN")
        head = _check(case, source)
        with case.change() as change:
            return _Merge(change, source, head, progress or SilentProgress()).run()


def _check(case: Case, source: Case) -> Head:
    """Refuse what would not stand up to questions later."""
    check = source.chain.verify()
    problems = check.problems or differences(source)
    if problems:
        raise CaseError(
            f"{source.path} was not merged, its audit chain does not hold: {problems[0]}"
        )
    known = {merged.head.hash for merged in case.merged()}
    known |= {record.hash for record in case.chain.records()}
    if check.head.hash in known:
        raise CaseError(f"{source.path} holds nothing that is not in {case.path} already")
    return check.head


class _Merge:
    def __init__(self, change: Change, source: Case, head: Head, progress: Progress) -> None:
        self._change, self._source, self._head = change, source, head
        self._progress = progress
        self._conflicts: list[str] = []
        self._added = self._known = self._inspections = 0

    def run(self) -> Merged:
        """Take everything over, in the transaction that is open."""
        chain = self._take_chains()
        items = self._source.items()
        for done, item in enumerate(items):
            if self._progress.cancelled():
                raise CaseError("the merge was stopped: nothing was changed")
            self._progress.update(done, len(items), item.path)
            self._take(item)
        self._progress.update(len(items), len(items), "")
        return Merged(self._added, self._known, self._inspections, tuple(self._conflicts), chain)

    def _take_chains(self) -> MergedChain:
        """Append the other's chains, its own first, then those merged into it before."""
        db, source = self._change.db, self._source
        mine = MergedChain(source.id, source.facts.title, self._head, self._change.at)
        number = int(db.execute("SELECT max(chain) FROM audit").fetchone()[0])
        held = {merged[0] for merged in db.execute("SELECT head FROM chains")}
        taken = []
        for chain, merged in [(OWN, mine), *source.merged_chains()]:
            if merged.head.hash in held:
                continue
            number += 1
            db.executemany(
                "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                source.db.execute(
                    "SELECT ?, seq, at, by, action, detail, prev, hash FROM audit WHERE chain = ?",
                    (number, chain),
                ),
            )
            about = (merged.case_id, merged.title, merged.head.hash, merged.head.records)
            db.execute(
                "INSERT INTO chains VALUES (?, ?, ?, ?, ?, ?)", (number, *about, mine.merged_at)
            )
            names = ("case", "title", "head", "records")
            taken.append({"chain": number, **dict(zip(names, about, strict=True))})
        self._change.log("merge", {"file": self._source.path.name, "chains": taken})
        return mine

    def _take(self, item: CaseItem) -> None:
        held = self._find(item)
        if held is None:
            origin = {"added_at": item.added_at, "added_by": item.added_by}
            number = rows.ensure(self._change, item.path, item.sha256, item.bytes, **origin)
            mine = rows.read(self._change.db, "WHERE items.id = ?", (number,))[0]
            self._added += 1
        else:
            mine = held
            self._known += 1
        self._take_inspections(mine, item)
        self._take_marks(mine, item)

    def _find(self, item: CaseItem) -> CaseItem | None:
        """Return the item of this case that is the same file: by hash, at the same path first."""
        if item.sha256 is None:
            same = rows.read(self._change.db, "WHERE items.path = ?", (rows.to_column(item.path),))
        else:
            same = rows.read(self._change.db, "WHERE items.sha256 = ?", (item.sha256,))
        at_path = [one for one in same if one.path == item.path]
        return next(iter([*at_path, *same]), None)

    def _take_inspections(self, mine: CaseItem, theirs: CaseItem) -> None:
        db = self._change.db
        query = "SELECT record_sha256 FROM inspections WHERE item = ?"
        held = {row[0] for row in db.execute(query, (mine.id,))}
        found = self._source.db.execute(
            "SELECT id, record_sha256, arrays_sha256, at, by FROM inspections WHERE item = ? "
            "ORDER BY id",
            (theirs.id,),
        ).fetchall()
        history = {number: (record, made) for number, record, made in
                   rows.history(self._source.db, theirs.id)}  # fmt: skip
        for number, record_sha256, arrays_sha256, at, by in found:
            if record_sha256 in held:
                continue
            record, made = history[number]
            current = mine.inspection is None and number == theirs.inspection_id
            new = rows.insert_inspection(
                db, mine.id, record, made, arrays_sha256, at, by, current=current
            )
            arrays = self._source.db.execute(_ARRAYS, (number,)).fetchone()
            if arrays:
                db.execute("INSERT INTO arrays VALUES (?, ?, ?, ?)", (new, *arrays))
            self._change.log(
                "inspect",
                rows.inspect_detail(mine.id, new, theirs.sha256, record, made, arrays_sha256)
                | {"at": at, "by": by, "current": current},
            )
            self._inspections += 1

    def _take_marks(self, mine: CaseItem, theirs: CaseItem) -> None:
        db, mark = self._change.db, theirs.bookmark
        if mark and mine.bookmark is None:
            values = (mine.id, mark.status.value, mark.note, mark.at, mark.by)
            db.execute("INSERT INTO bookmarks VALUES (?, ?, ?, ?, ?)", values)
            names = ("item", "status", "note", "at", "by")
            self._change.log("bookmark", dict(zip(names, values, strict=True)))
        elif mark and mine.bookmark:
            said = (mark.status, mark.note)
            if said != (mine.bookmark.status, mine.bookmark.note):
                note = f" ({mark.note})" if mark.note else ""
                self._conflicts.append(
                    f"item {mine.id}, {mine.name}: {mine.bookmark.status} here, "
                    f"{mark.status}{note} there"
                )
        new = sorted(set(theirs.tags) - set(mine.tags))
        if new:
            db.executemany("INSERT INTO tags VALUES (?, ?)", [(mine.id, tag) for tag in new])
            self._change.log("tag", {"item": mine.id, "added": new, "removed": []})
