"""What a report is made of: items with their results, the case, the engine; plain data.

The model knows nothing of pages. `fpinspect.report.document` puts it into words and pictures,
`fpinspect.report.writer` into files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

from fpinspect.batch.case.values import Bookmark, Facts, Head, MadeWith

if TYPE_CHECKING:
    from fpinspect.batch.case.arrays import StoredArrays
    from fpinspect.fingerprint.bank import Bank

__all__ = ["Custody", "EngineFacts", "Options", "Report", "ReportItem"]

MOST_WITH_FIGURES = 50
"""Above so many items figures are for the bookmarked ones only."""
MOST_FIGURED = 250
"""No report has figures of more: the file would pass 100 MB."""
Form = Literal["full", "short"]


class ReportError(Exception):
    """A report cannot be written; ``str(error)`` is plain words."""


class ReportStoppedError(ReportError):
    """The disk is full or failed while a report was written; nothing of it was left."""


class Cancelled(Exception):  # noqa: N818 - no error: the user's wish
    """The report was no longer wanted; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the report is to look.

    Attributes
    ----------
    form : {"full", "short"}
        All there is, or one page an item.
    figures : bool
        Whether pictures are wanted.
    language : str
        See `fpinspect.report.i18n.languages`.
    selection : str
        Which items were chosen: ``all``, ``bookmarked`` or ``chosen``.
    """

    form: Form = "full"
    figures: bool = True
    language: str = "en"
    selection: Literal["all", "bookmarked", "chosen"] = "all"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReportItem:
    """One image with what was found.

    Attributes
    ----------
    number : int
        Its number in the report, from 1.
    record : mapping
        The JSON line ``fpinspect.inspection/1``; ``status`` is ``error`` if it failed.
    arrays : callable
        Returns what its pictures are drawn from, None if there is nothing; raises an exception
        whose words say why. Called at most once per output, when its page is made.
    path : str
        Where the file is now; hostile text.
    made_with : MadeWith or None
        What the result was made with.
    bookmark : Bookmark or None
        The analyst's mark.
    tags : tuple of str
        The analyst's.
    added_at, added_by : str
        When and by whom it came into the case; empty without a case.
    case_id : int or None
        Its number in the case.
    record_sha256 : str
        Hash of the JSON line in the audit chain, or empty.
    """

    number: int
    record: Mapping[str, Any]
    arrays: Callable[[], StoredArrays | None] = lambda: None
    path: str = ""
    made_with: MadeWith | None = None
    bookmark: Bookmark | None = None
    tags: tuple[str, ...] = ()
    added_at: str = ""
    added_by: str = ""
    case_id: int | None = None
    record_sha256: str = ""

    @property
    def name(self) -> str:
        """Last part of the path, whichever system it comes from. Hostile text."""
        path = self.path or str(self.record.get("path", ""))
        return PurePath(path.replace("\\", "/")).name or path

    @property
    def failed(self) -> bool:
        """Whether there is no result."""
        return self.record.get("status") != "ok" or not self.record.get("verdict")

    @property
    def blocked(self) -> bool:
        """Whether a rule forbids an opinion."""
        flags = self.record.get("applicability") or ()
        return any(flag.get("severity") == "blocking" for flag in flags)

    @property
    def answer(self) -> str:
        """``generated``, ``real``, ``inconclusive``, ``blocked`` (no opinion) or ``failed``."""
        if self.failed:
            return "failed"
        return "blocked" if self.blocked else str(self.record["verdict"]["answer"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """The audit chain behind a case, as it stood when the report was made.

    Attributes
    ----------
    head : Head
        The end of the chain.
    problems : tuple of str
        What does not hold in it, in plain words.
    merged : tuple of (str, Head)
        Chains of cases that were merged into this one.
    key : str
        Name and fingerprint of the key that signs, or empty.
    """

    head: Head
    problems: tuple[str, ...] = ()
    merged: tuple[tuple[str, Head], ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFacts:
    """What the results and their error rates rest on.

    Attributes
    ----------
    version : str
        Of the fpinspect that makes the report.
    bands : tuple of mapping
        Calibration by JPEG quality with thresholds and measured rates, from the shipped weights.
    weights : mapping of str to str
        File of the shipped weights to SHA-256.
    training : mapping
        How the weights were made: command, splits by hash, recipe.
    evaluation : mapping or None
        Rows of the shipped evaluation, None if it does not ship.
    evaluation_about : mapping
        What it says about itself (split, version, date), possibly nothing.
    bank : str
        Digest of the bank whose fingerprints are shown.
    bank_name : str
        ``shipped``, or its folder.
    entries : tuple of mapping
        Label, title, kind, images and SHA-256 of its entries.
    """

    version: str
    bands: tuple[Mapping[str, Any], ...] = ()
    weights: Mapping[str, str] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    evaluation: Mapping[str, Mapping[str, Any]] | None = None
    evaluation_about: Mapping[str, Any] = field(default_factory=dict)
    bank: str = ""
    bank_name: str = ""
    entries: tuple[Mapping[str, Any], ...] = ()

    def band(self, quality: int | None) -> Mapping[str, Any] | None:
        """Return the calibration that serves a JPEG quality; lossless files get the first."""
        if not self.bands:
            return None
        if quality is None:
            return self.bands[0]
        return next((b for b in self.bands if b["low"] <= quality <= b["high"]), self.bands[0])

    @property
    def titles(self) -> Mapping[str, str]:
        """Label to title of the bank's entries."""
        return {str(e["label"]): str(e["title"]) for e in self.entries}


@dataclass(frozen=True, eq=False, kw_only=True)
class Report:
    """Everything that a report says.

    Attributes
    ----------
    items : tuple of ReportItem
        At least one.
    engine : EngineFacts
        Behind the results.
    created_at : str
        ISO 8601, UTC.
    facts : Facts
        Case data and examiner.
    case_file : str
        Path of the case; empty without one.
    custody : Custody or None
        Its audit chain.
    options : Options
        How it is to look.
    left_out : int
        Items of the case that were not chosen.
    not_images : str
        What was found beside images in the folders, in words; empty if nothing.
    bank : Bank or None
        For the references' pictures.
    """

    items: tuple[ReportItem, ...]
    engine: EngineFacts
    created_at: str
    facts: Facts = field(default_factory=Facts)
    case_file: str = ""
    custody: Custody | None = None
    options: Options = field(default_factory=Options)
    left_out: int = 0
    not_images: str = ""
    bank: Bank | None = None

    @cached_property
    def report_id(self) -> str:
        """Name of the report, on each page: its date and the beginning of its content's hash."""
        from fpinspect.report.plain import content_sha256

        return f"FP-{self.created_at[:10].replace('-', '')}-{content_sha256(self)[:12]}"

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many items of each answer; answers that do not occur are left out."""
        order = ("generated", "real", "inconclusive", "blocked", "failed")
        found = {answer: sum(i.answer == answer for i in self.items) for answer in order}
        return {answer: n for answer, n in found.items() if n}

    @cached_property
    def figured(self) -> frozenset[int]:
        """Numbers of the items that have figures."""
        if not self.options.figures:
            return frozenset()
        chosen = [i for i in self.items if not i.failed]
        if len(self.items) > MOST_WITH_FIGURES:
            chosen = [i for i in chosen if i.bookmark is not None]
        return frozenset(item.number for item in chosen[:MOST_FIGURED])

    @property
    def figures_note(self) -> Literal["all", "none", "bookmarked", "cut"]:
        """Which items have figures, for the cover."""
        if not self.options.figures:
            return "none"
        if len(self.items) <= MOST_WITH_FIGURES:
            return "all"
        wanted = sum(i.bookmark is not None and not i.failed for i in self.items)
        return "cut" if wanted > MOST_FIGURED else "bookmarked"
