"""The audit chain: every action is a record, and each record's hash covers the one before.

A record is ``{"seq", "at", "by", "action", "detail", "prev"}``; its hash is the SHA-256 of its
canonical JSON (keys sorted, no spaces, ASCII), ``prev`` the hash of the record before it, 64
zeros for the first. So the last hash, the head, stands for all that was done, in order.

A chain without a key proves nothing against whoever holds the file: all of it can be made anew.
It proves that nothing was changed since the head was printed, or signed, somewhere else.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from fpinspect.batch.case.values import CaseError, Head

GENESIS = "0" * 64
SHORTEST_HEAD = 16
"""Hex digits of a printed head that must be given at least."""
OWN = 0
"""Number of a case's own chain; those that merges appended count from 1."""


def canonical(value: Any) -> bytes:
    r"""Encode plain data so that equal data are equal bytes.

    Parameters
    ----------
    value
        What JSON can say; numbers must be finite.

    Returns
    -------
    bytes
        JSON, keys sorted, no spaces, ASCII.

    Raises
    ------
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> canonical({"b": 1, "a": "ä"})
    b'{"a":"\\u00e4","b":1}'
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of plain data, 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


@dataclass(frozen=True, slots=True)
class Record:
    """One action.

    Attributes
    ----------
    seq : int
        1, 2, 3 …
    at : str
        When, ISO 8601, UTC, by this machine's clock.
    by : str
        Whose account did it.
    action : str
        ``create``, ``facts``, ``add``, ``inspect``, ``bookmark``, ``tag``, ``relocate``,
        ``merge``, ``migrate``, ``report`` …
    detail : mapping
        What was done, as plain data; hashes stand for results and arrays.
    prev, hash : str
        Hash of the record before, and of this one.
    """

    seq: int
    at: str
    by: str
    action: str
    detail: Mapping[str, Any]
    prev: str
    hash: str

    @property
    def computed(self) -> str:
        """The hash that the content has."""
        return digest(
            {
                "seq": self.seq,
                "at": self.at,
                "by": self.by,
                "action": self.action,
                "detail": dict(self.detail),
                "prev": self.prev,
            }
        )

    @classmethod
    def make(cls, *, seq: int, at: str, by: str, action: str, detail: Any, prev: str) -> Record:
        """Make a record with its hash."""
        blank = cls(seq, at, by, action, detail, prev, "")
        return cls(seq, at, by, action, detail, prev, blank.computed)


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What became of the check of a chain.

    Attributes
    ----------
    head : Head
        Its end; of no records: `GENESIS` and 0.
    problems : tuple of str
        What does not hold, in plain words; empty if the chain holds.
    found_at : int or None
        Where the head that was asked for stands: the number of its record; None if it was not
        asked for or is not there.
    """

    head: Head
    problems: tuple[str, ...] = ()
    found_at: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the chain holds (and contains the head that was asked for)."""
        return not self.problems


class Chain:
    """The audit chain of an open case.

    Parameters
    ----------
    db : sqlite3.Connection
        Of the case.
    guard : callable
        Makes a context in which the connection is this thread's alone.
    """

    def __init__(
        self, db: sqlite3.Connection, guard: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._db = db
        self._guard = guard

    @property
    def head(self) -> Head:
        """The last record's hash: what a report prints and signs."""
        query = "SELECT seq, at, hash FROM audit WHERE chain = ? ORDER BY seq DESC LIMIT 1"
        with self._guard():
            row = self._db.execute(query, (OWN,)).fetchone()
        return Head(GENESIS, 0, "") if row is None else Head(row[2], row[0], row[1])

    def records(self, *, last: int | None = None) -> list[Record]:
        """Return the records, oldest first.

        Parameters
        ----------
        last : int, optional
            Only so many, the newest ones.
        """
        found = self.read()
        return found if last is None else found[-last:] if last else []

    def read(self, chain: int = OWN) -> list[Record]:
        """Return the records of one chain, the own or one that a merge appended, oldest first.

        Raises
        ------
        CaseError
            If a record is not readable at all.
        """
        query = "SELECT seq, at, by, action, detail, prev, hash FROM audit WHERE chain = ?"
        with self._guard():
            return [_record(row) for row in self._db.execute(f"{query} ORDER BY seq", (chain,))]

    def append(self, action: str, detail: Mapping[str, Any], *, at: str, by: str) -> Record:
        """Add a record to the own chain, in the transaction that is open."""
        head = self.head
        record = Record.make(
            seq=head.records + 1, at=at, by=by, action=action, detail=dict(detail), prev=head.hash
        )
        text = canonical(record.detail).decode()
        self._db.execute(
            "INSERT INTO audit (chain, seq, at, by, action, detail, prev, hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (OWN, record.seq, at, by, action, text, record.prev, record.hash),
        )
        return record

    def verify(self, head: str | None = None) -> ChainCheck:
        """Check that every record follows from the one before.

        Parameters
        ----------
        head : str, optional
            A head printed elsewhere, at least `SHORTEST_HEAD` hex digits from its start; spaces
            are ignored. A chain that was cut behind it, or rewritten, does not contain it.

        Returns
        -------
        ChainCheck
            With the problems in plain words.

        Raises
        ------
        CaseError
            If `head` is no head at all.
        """
        try:
            return check(self.read(), head)
        except CaseError as error:
            return ChainCheck(self.head, (str(error),))


def normal_head(text: str) -> str:
    """Return a printed head in lower case without spaces.

    Raises
    ------
    CaseError
        If it is not `SHORTEST_HEAD` to 64 hex digits.
    """
    clean = re.sub(r"[\s:…]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]+", clean) or not SHORTEST_HEAD <= len(clean) <= 64:
        raise CaseError(
            f"{text[:80]!r} is no head of a chain: it has {SHORTEST_HEAD} to 64 digits 0-9, a-f"
        )
    return clean


def check(records: Iterable[Record], head: str | None = None) -> ChainCheck:
    """Check the records of one chain, in order; see `Chain.verify`."""
    wanted = None if head is None else normal_head(head)
    problems: list[str] = []
    found = None
    last = Head(GENESIS, 0, "")
    for record in records:
        if record.seq != last.records + 1:
            problems.append(f"record {last.records + 1} of the chain is missing")
        elif record.prev != last.hash:
            problems.append(f"record {record.seq} does not follow from the one before it")
        if record.computed != record.hash:
            problems.append(f"record {record.seq} ({record.action}) was changed")
        if wanted and record.hash.startswith(wanted):
            found = record.seq
        last = Head(record.hash, record.seq, record.at)
    if not last.records:
        problems.append("the chain is empty")
    if wanted and found is None:
        problems.append(
            f"the chain does not contain the head {wanted[:16]}…: records were cut off or "
            "rewritten after it was printed, or it belongs to another case"
        )
    return ChainCheck(last, tuple(problems[:20]), found)


def _record(row: tuple[Any, ...]) -> Record:
    seq, at, by, action, detail, prev, hash_ = row
    try:
        parsed = json.loads(detail)
        if not isinstance(parsed, dict):
            raise TypeError
    except (ValueError, TypeError, RecursionError):
        raise CaseError(f"record {seq} of the audit chain cannot be read") from None
    return Record(int(seq), str(at), str(by), str(action), parsed, str(prev), str(hash_))
