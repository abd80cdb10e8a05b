"""What an open case says: facts, items, arrays."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fpinspect.batch.case import items as rows
from fpinspect.batch.case.arrays import StoredArrays
from fpinspect.batch.case.session import Session
from fpinspect.batch.case.values import (
    CaseError,
    CaseItem,
    Facts,
    Head,
    MadeWith,
    MergedChain,
)


class Reader(Session):
    """The half of `fpinspect.batch.case.store.Case` that changes nothing."""

    @property
    def id(self) -> str:
        """Name of the case that no other has (UUID)."""
        return self._meta("id")

    @property
    def facts(self) -> Facts:
        """What the case is about."""
        return Facts(**{name: self._meta(name) for name in asdict(Facts())})

    @property
    def created_at(self) -> str:
        """When it was made, ISO 8601, UTC."""
        return self._meta("created_at")

    @property
    def created_by(self) -> str:
        """By whom it was made."""
        return self._meta("created_by")

    def items(self, *, bookmarked: bool = False) -> list[CaseItem]:
        """Return the items, in the order in which they were added, arrays left out.

        Parameters
        ----------
        bookmarked : bool
            Only those with a bookmark, whatever its status.

        Raises
        ------
        CaseError
            If what is stored is damaged.
        """
        return self._read("WHERE bookmarks.status IS NOT NULL" if bookmarked else "")

    def item(self, id: int) -> CaseItem:  # noqa: A002 - the name the callers read
        """Return one item.

        Raises
        ------
        CaseError
            If there is no item of this number.
        """
        found = self._read("WHERE items.id = ?", (id,))
        if not found:
            raise CaseError(f"the case has no item {id}")
        return found[0]

    def arrays(self, id: int) -> StoredArrays | None:  # noqa: A002
        """Return what is stored to redraw an item's current inspection; None if nothing is.

        Raises
        ------
        CaseError
            If it is damaged.
        """
        with self.reading():
            row = self.db.execute(
                "SELECT npz, preview, thumbnail FROM arrays JOIN items "
                "ON arrays.inspection = items.inspection WHERE items.id = ?",
                (id,),
            ).fetchone()
        return None if row is None else StoredArrays.from_bytes(*map(bytes, row))

    def thumbnail(self, id: int) -> bytes:  # noqa: A002
        """Return an item's small picture (JPEG), quickly; empty if there is none."""
        with self.reading():
            row = self.db.execute(
                "SELECT thumbnail FROM arrays JOIN items "
                "ON arrays.inspection = items.inspection WHERE items.id = ?",
                (id,),
            ).fetchone()
        return b"" if row is None else bytes(row[0])

    def history(self, id: int) -> list[tuple[int, dict[str, Any], MadeWith]]:  # noqa: A002
        """Return number, JSON line and origin of every inspection of an item, oldest first."""
        with self.reading():
            return list(rows.history(self.db, id))

    def merged(self) -> list[MergedChain]:
        """Return the chains that merges appended, in the order in which they came."""
        return [merged for _, merged in self.merged_chains()]

    def merged_chains(self) -> list[tuple[int, MergedChain]]:
        """Return the chains that merges appended, with their numbers for `Chain.read`."""
        query = (
            "SELECT chains.chain, case_id, title, head, records, merged_at, audit.at FROM chains "
            "LEFT JOIN audit ON audit.chain = chains.chain AND audit.seq = records "
            "ORDER BY chains.chain"
        )
        with self.reading():
            return [
                (int(n), MergedChain(str(i), str(t), Head(str(h), int(r), str(a or "")), str(m)))
                for n, i, t, h, r, m, a in self.db.execute(query)
            ]

    def _read(self, where: str, values: tuple[Any, ...] = ()) -> list[CaseItem]:
        with self.reading():
            return rows.read(self.db, where, values)
