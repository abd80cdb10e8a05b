"""What crosses the door of a case: frozen plain data, and the one error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class CaseError(Exception):
    """A case cannot be used as asked; ``str(error)`` is plain words for the analyst."""


class Status(StrEnum):
    """What an analyst has decided about an item."""

    RELEVANT = "relevant"
    TO_BE_CHECKED = "to be checked"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a case is about: for the cover of its report.

    Attributes
    ----------
    number : str
        Reference of the case in the laboratory's books.
    title, examiner, laboratory, notes : str
        Free text, possibly empty.
    """

    number: str = ""
    title: str = ""
    examiner: str = ""
    laboratory: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An analyst's mark on an item.

    Attributes
    ----------
    status : Status
        Relevant, to be checked or cleared.
    note : str
        Free text, possibly empty.
    at, by : str
        When (ISO 8601, UTC) and by whom it was set last.
    """

    status: Status
    note: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What a result was made with, so that it can be made again.

    Attributes
    ----------
    params : mapping
        `InspectionParams.to_dict`; its hash is ``params_hash`` of the JSON line.
    versions : mapping of str to str
        ``fpinspect``, ``python``, ``numpy``, ``torch``, ``pillow``, ``opencv-python`` …, and of
        the machine ``system``, ``processor``, ``device`` and ``threads``.
    weights : mapping of str to str
        File of the shipped weights to its SHA-256.
    """

    params: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "params": dict(self.params),
            "versions": dict(self.versions),
            "weights": dict(self.weights),
        }


@dataclass(frozen=True, slots=True, eq=False)
class CaseItem:
    """One image of a case, with the last opinion on it.

    Attributes
    ----------
    id : int
        Number of the item in its case; never given twice.
    path : str
        Where the file is now, as far as the case knows (see `Case.relocate`). Hostile text: escape.
    sha256 : str or None
        Hash of the file as it was added; None if it could not be read.
    bytes : int or None
        Its length.
    added_at, added_by : str
        When (ISO 8601, UTC) and by whom it was added.
    bookmark : Bookmark or None
        The analyst's mark.
    tags : tuple of str
        Sorted.
    inspection : mapping or None
        The JSON line ``fpinspect.inspection/1`` of the current inspection, None before the first.
        Its ``path`` is that of the day of the inspection.
    made_with : MadeWith or None
        Parameters, versions and hashes behind `inspection`.
    inspection_id : int or None
        Number of `inspection`, for `Case.arrays`.
    record_sha256 : str or None
        Hash of the stored JSON line, as it stands in the audit chain.
    arrays_sha256 : str or None
        `StoredArrays.digest` of what is stored to redraw it; None if nothing is.
    """

    id: int
    path: str
    sha256: str | None
    bytes: int | None
    added_at: str
    added_by: str
    bookmark: Bookmark | None = None
    tags: tuple[str, ...] = ()
    inspection: Mapping[str, Any] | None = None
    made_with: MadeWith | None = None
    inspection_id: int | None = None
    record_sha256: str | None = None
    arrays_sha256: str | None = None

    @property
    def note(self) -> str:
        """The bookmark's note; empty without one."""
        return self.bookmark.note if self.bookmark else ""

    @property
    def status(self) -> Status | None:
        """The bookmark's status; None without one."""
        return self.bookmark.status if self.bookmark else None

    @property
    def error(self) -> str | None:
        """Why the item could not be inspected, in plain words; None if it could, or was not yet."""
        found = (self.inspection or {}).get("error")
        return None if found is None else str(found)

    @property
    def name(self) -> str:
        """Last part of the path, whichever system it comes from. Hostile text: escape."""
        return self.path.replace("\\", "/").rstrip("/").rpartition("/")[2] or self.path

    @property
    def is_there(self) -> bool:
        """Whether there is a file at `path` now (it may have changed: see ``fpinspect verify``)."""
        try:
            return Path(self.path).is_file()
        except (OSError, ValueError):
            return False


@dataclass(frozen=True, slots=True)
class Head:
    """The end of an audit chain.

    Attributes
    ----------
    hash : str
        SHA-256 of the last record, 64 hex digits: it stands for all records before it.
    records : int
        How many records there are.
    at : str
        When the last one was made, ISO 8601, UTC.
    """

    hash: str
    records: int
    at: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A case in one line: for a list of recent ones.

    Attributes
    ----------
    path : str
        The file.
    facts : Facts
        What it is about; empty fields if it cannot be read.
    items : int
        How many images it holds.
    changed_at : str
        When it was changed last, ISO 8601, UTC; empty if it cannot be read.
    problem : str
        Why it cannot be opened, in plain words; empty if it can.
    """

    path: str
    facts: Facts = Facts()
    items: int = 0
    changed_at: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Relocated:
    """What a search for moved files found.

    Attributes
    ----------
    moved : tuple of (int, str, str)
        Item, its path before and now.
    missing : tuple of int
        Items whose file is still nowhere.
    """

    moved: tuple[tuple[int, str, str], ...] = ()
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MergedChain:
    """A chain that a merge appended.

    Attributes
    ----------
    case_id, title : str
        Of the case it came from. Hostile text.
    head : Head
        Its end when it was merged.
    merged_at : str
        When, ISO 8601, UTC.
    """

    case_id: str
    title: str
    head: Head
    merged_at: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge took over.

    Attributes
    ----------
    added : int
        Items that this case did not have.
    known : int
        Items that it had.
    inspections : int
        Inspections that it did not have.
    conflicts : tuple of str
        Where the other case said something else, in plain words: this one's word stands.
    chain : MergedChain
        The chain that was appended.
    """

    added: int
    known: int
    inspections: int
    conflicts: tuple[str, ...]
    chain: MergedChain
