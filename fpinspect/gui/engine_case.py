"""What the window asks of a case: operations that run in a thread, one at a time.

The case stays open between two of them, in this process: it holds the writer's lock, and a killed
process would lose it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fpinspect.gui.engine import EngineError
from fpinspect.gui.engine_server import Context, Operation, ServerSpec
from fpinspect.gui.translation import translate

if TYPE_CHECKING:
    from fpinspect.batch.case.arrays import StoredArrays
    from fpinspect.batch.case.store import Case, CaseItem
    from fpinspect.batch.progress import CancelToken
    from fpinspect.batch.proof.signing import LabKey


def operations(_spec: ServerSpec) -> Mapping[str, Operation]:
    """Make the table: what a case is asked, ``key`` and ``make_key`` of the laboratory's key."""
    room = CaseRoom()
    chosen = (room.create, room.open, room.close, room.record, room.mark, room.log, room.merge)
    chosen += (room.search_moved, room.move)
    return {
        operation.__name__: _in_plain_words(operation) for operation in (*chosen, key, make_key)
    }


def _in_plain_words(operation: Operation) -> Operation:
    def checked(payload: Mapping[str, Any], context: Context) -> Any:
        from fpinspect.batch.case.values import CaseError
        from fpinspect.batch.proof.signing import SigningError

        try:
            return operation(payload, context)
        except (CaseError, SigningError) as error:
            words = str(error)
            raise EngineError(f"{words[:1].upper()}{words[1:].rstrip('.')}.") from error

    return checked


class CaseRoom:
    """Holds the case that is open, if any."""

    def __init__(self) -> None:
        self._case: Case | None = None

    def create(self, payload: Mapping[str, Any], _context: Context) -> dict[str, Any]:
        """Make a case (``path`` and the facts) and open it; answers as `open`."""
        from fpinspect.batch.case.store import Case

        made = Case.create(payload["path"], **payload["facts"])
        self._take(made)
        return self._described(made)

    def open(self, payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Open a case (``path``): what it is about and what it holds.

        Returns
        -------
        dict
            ``path``, ``facts``, ``read_only``, ``why`` (plain words, why it is read-only), and
            ``items``: dictionaries with ``id``, ``path``, ``record`` (JSON text, empty before the
            first inspection), ``status`` (empty: no mark) and ``note``.
        """
        from fpinspect.batch.case.store import Case

        opened = Case.open(payload["path"])
        context.check()
        self._take(opened)
        return self._described(opened)

    def close(self, _payload: Mapping[str, Any], _context: Context) -> None:
        """Close the case; harmless if none is open."""
        self._take(None)

    def record(self, payload: Mapping[str, Any], _context: Context) -> int:
        """Store a result: ``record`` (JSON text), ``pack`` (bytes, see `pack`, or None), ``made``.

        Returns
        -------
        int
            Number of the item in the case.
        """
        from fpinspect.batch.case.values import MadeWith

        made = MadeWith(**payload["made"]) if payload.get("made") else None
        line = json.loads(payload["record"])
        return self._open.record(line, _arrays(payload.get("pack")), made_with=made).id

    def mark(self, payload: Mapping[str, Any], _context: Context) -> int:
        """Mark an item: ``id`` or, if it is None, ``path``; ``status`` (empty: none), ``note``."""
        case = self._open
        number = payload["id"]
        if number is None:
            number = case.add(payload["path"]).id
        case.bookmark(number, payload["status"] or None, payload["note"])
        return int(number)

    def log(self, payload: Mapping[str, Any], _context: Context) -> None:
        """Append to the audit chain what changed nothing: ``action`` and ``detail``."""
        self._open.log(payload["action"], payload["detail"])

    def merge(self, payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Take over another case (``path``) until ``stop`` (`CancelToken`) says to undo it.

        Returns
        -------
        dict
            ``added``, ``known``, ``inspections``, ``conflicts``; ``records`` of the chain that was
            appended, ``head`` of this case's own; ``items`` of the whole case, as in `open`.
        """
        case = self._open
        done = case.merge(payload["path"], progress=_Stoppable(context, payload["stop"]))
        return {
            "added": done.added,
            "known": done.known,
            "inspections": done.inspections,
            "conflicts": list(done.conflicts),
            "records": done.chain.head.records,
            "head": case.chain.head.hash,
            "items": self._described(case)["items"],
        }

    def search_moved(self, payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Look in a folder (``path``) for files that are not where they were; change nothing.

        Stopped by ``stop`` (`CancelToken`), it answers with what it has found by then.

        Returns
        -------
        dict
            ``moved``: (item, path before, path now); ``missing``: paths found nowhere.
        """
        from fpinspect.batch.case.relocate import search

        case = self._open
        found = search(case, [payload["path"]], progress=_Counting(context, payload["stop"]))
        return {
            "moved": [list(one) for one in found.moved],
            "missing": [case.item(number).path for number in found.missing],
        }

    def move(self, payload: Mapping[str, Any], _context: Context) -> dict[str, Any]:
        """Store where files are now (``moved``, as `search_moved` found it).

        Returns
        -------
        dict
            ``count`` of those moved, ``items`` of the whole case, as in `open`.
        """
        from fpinspect.batch.case.relocate import move

        case, moved = self._open, [(int(n), old, new) for n, old, new in payload["moved"]]
        move(case, moved)
        return {"count": len(moved), "items": self._described(case)["items"]}

    @property
    def _open(self) -> Case:
        if self._case is None:
            raise EngineError(translate("Case", "No case is open."))
        return self._case

    def _take(self, case: Case | None) -> None:
        if self._case is not None:
            self._case.close()
        self._case = case

    def _described(self, case: Case) -> dict[str, Any]:
        return {
            "path": str(case.path),
            "facts": asdict(case.facts),
            "read_only": case.read_only,
            "why": case.why_read_only,
            "items": [_plain(item) for item in case.items()],
        }


class _Stoppable:
    """Progress that stops by a token of its own."""

    def __init__(self, context: Context, stop: CancelToken) -> None:
        self.update, self.cancelled = context.update, stop.cancelled


class _Counting(_Stoppable):
    """The same without the path of every file: each would be told of, thousands a second."""

    def __init__(self, context: Context, stop: CancelToken) -> None:
        super().__init__(context, stop)
        self.update = lambda done, total, _path: context.update(done, total, "")


def key(_payload: Mapping[str, Any], _context: Context) -> dict[str, str]:
    """Say what is known of the laboratory's key; empty if there is none."""
    from fpinspect.batch.proof.signing import find_key

    return _facts_of(find_key())


def make_key(payload: Mapping[str, Any], _context: Context) -> dict[str, str]:
    """Make the laboratory's key (``name``) and say what is known of it."""
    from fpinspect.batch.proof.signing import LabKey

    return _facts_of(LabKey.make(payload["name"]))


def _facts_of(found: LabKey | None) -> dict[str, str]:
    from fpinspect.batch.proof.signing import grouped

    if found is None:
        return {}
    return {
        "name": found.name,
        "fingerprint": grouped(found.fingerprint),
        "made_at": found.made_at,
        "file": str(found.file),
    }


def pack(arrays: StoredArrays) -> tuple[bytes, bytes, bytes]:
    """Return what is stored of an image as bytes: arrays, preview, thumbnail."""
    return arrays.to_bytes(), arrays.preview, arrays.thumbnail


def _arrays(given: Any) -> StoredArrays | None:
    from fpinspect.batch.case.arrays import StoredArrays

    if not given:
        return None
    with contextlib.suppress(ValueError):
        return StoredArrays.from_bytes(*(bytes(part) for part in given))
    return None


def _plain(item: CaseItem) -> dict[str, Any]:
    # The file may have been moved since: the panels are drawn from where it is now.
    record = None if item.inspection is None else {**item.inspection, "path": item.path}
    return {
        "id": item.id,
        "path": item.path,
        "record": json.dumps(record) if record is not None else "",
        "status": str(item.status or ""),
        "note": item.note,
    }
