"""The verdict, the metadata and the method cards, put into words: frozen plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fpinspect.gui.translation import marked

Rows = tuple[tuple[str, str], ...]
"""Name and value, both plain text."""


class Role(StrEnum):
    """What a column, curve or bar stands for: decides colour and dash everywhere."""

    IMAGE = "image"
    MATCH = "match"
    REAL = "real"
    OTHER = "other"
    FIT = "fit"


class Outcome(StrEnum):
    """State of the classification pane."""

    GENERATED = "generated"
    REAL = "real"
    INCONCLUSIVE = "inconclusive"
    BLOCKED = "blocked"
    WORKING = "working"
    ERROR = "error"
    EMPTY = "empty"


class Severity(StrEnum):
    """How much a flag weakens the opinion."""

    INFO = "info"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True)
class Contribution:
    """A share of log10 LR.

    Attributes
    ----------
    name : str
        Stable name, as in the engine's ``families``.
    title : str
        Words.
    log10_lr : float
        Its share; positive speaks for generated.
    where : tuple of str
        Where it lives: ``peaks``, ``lags``, ``radial``, ``cells``, ``pixels``.
    """

    name: str
    title: str
    log10_lr: float
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceShare:
    """A bar of the source list: share 0-1; `in_set`: in the 95 % set."""

    label: str
    title: str
    share: float
    in_set: bool
    role: Role = Role.OTHER


@dataclass(frozen=True)
class MatchRow:
    """A row of the match table.

    Attributes
    ----------
    label, title : str
        The bank's entry.
    aligned : float
        Correlation on the lattice, -1 to 1.
    folded : float
        Best over all shifts, in standard deviations of noise.
    shift : tuple of int
        (dy, dx): the image shows the pattern moved so far down and right, px.
    p_value : float
        Share of photographs that match as well.
    null_images : int
        How many photographs that rests on; 0: calculated for noise.
    """

    label: str
    title: str
    aligned: float
    folded: float
    shift: tuple[int, int]
    p_value: float
    null_images: int = 0


@dataclass(frozen=True)
class FlagNote:
    """What weakens the verdict, in plain words."""

    severity: Severity
    message: str
    code: str = ""


@dataclass(frozen=True)
class VerdictView:
    """The classification pane.

    Attributes
    ----------
    outcome : Outcome
        Decides word, shape and which parts are shown.
    word : str
        ``Generated``, ``Real``, ``Inconclusive``, ``No opinion``, ``Working``, ``Not read``.
    support : str
        ``Strong support for generated over photograph``.
    log10_lr : float
        Bounded; positive speaks for generated.
    bound : float
        log10 of the largest ratio that the calibration data carry on that side.
    numbers : Rows
        Key and value lines under the scale.
    rates_basis : str
        What the error rates among them were measured on; empty if that is not told.
    sentence, odds_note : str
        The verdict as a sentence about the evidence, and the convention it rests on.
    sources : tuple of SourceShare
        Largest first.
    set_words : str
        What the mark of a source that cannot be excluded means.
    contributions : tuple of Contribution
        Largest share first.
    matches : tuple of MatchRow
        Best first.
    flags : tuple of FlagNote
        Worst first; empty hides the section.
    explanation : tuple of str
        Paragraphs; empty hides the section.
    not_said : tuple of str
        What the verdict does not say.
    message : str
        For working and error: plain words.
    progress : float or None
        0-1 while working, None if unknown.
    """

    outcome: Outcome = Outcome.EMPTY
    word: str = ""
    support: str = ""
    log10_lr: float = 0.0
    bound: float = 0.0
    numbers: Rows = ()
    rates_basis: str = ""
    sentence: str = ""
    odds_note: str = ""
    sources: tuple[SourceShare, ...] = ()
    set_words: str = marked("Comparison", "in the 95\u00a0% set")
    contributions: tuple[Contribution, ...] = ()
    matches: tuple[MatchRow, ...] = ()
    flags: tuple[FlagNote, ...] = ()
    explanation: tuple[str, ...] = ()
    not_said: tuple[str, ...] = ()
    message: str = ""
    progress: float | None = None


@dataclass(frozen=True)
class MetaSection:
    """A section of the metadata pane; `empty` is said where there are no rows."""

    title: str
    rows: Rows = ()
    empty: str = ""


@dataclass(frozen=True)
class Metadata:
    """The metadata pane: what the file says about itself."""

    sections: tuple[MetaSection, ...] = ()


@dataclass(frozen=True)
class MethodCard:
    """One view or feature family, explained: plain text, formula as Unicode text."""

    key: str
    title: str
    formula: str
    shows: str
    misleads: str
    source: str
    group: str = marked("Comparison", "Views")
