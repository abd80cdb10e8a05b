"""What crosses into the views: frozen plain data, ready to be shown.

Views know these classes, Qt and numpy, nothing else. `present` and `pictures` make them from the
engine's JSON line and arrays, in a worker or in the engine's process: every class pickles, holds
no Qt object and is never changed.

Coordinates are those of the stored lattice (pixels from its top left corner, rows downwards;
frequencies in cycles per pixel, vertical ones growing downwards as the rows do). A view turns all
panels by `Comparison.orientation` when it shows them. A wave lies in the spectrum as it runs in the
image, but what is written of its vertical frequency grows upwards (`upward`), as is usual.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fpinspect.gui.arrays import F32, Array, np
from fpinspect.gui.viewoptions import (
    Component,
    Estimate,
    Levels,
    Mode,
    Row,
    Scale,
    ViewOptions,
    Window,
)
from fpinspect.gui.viewwords import (
    Contribution,
    FlagNote,
    MatchRow,
    Metadata,
    MetaSection,
    MethodCard,
    Outcome,
    Role,
    Rows,
    Severity,
    SourceShare,
    VerdictView,
)

__all__ = [
    "Choice",
    "Column",
    "Comparison",
    "Component",
    "Contribution",
    "Curve",
    "Estimate",
    "FlagNote",
    "FoldMap",
    "Kind",
    "LagMap",
    "Levels",
    "MatchRow",
    "MetaSection",
    "Metadata",
    "MethodCard",
    "Mode",
    "Outcome",
    "Peak",
    "Plots",
    "Raster",
    "Region",
    "RegionData",
    "Role",
    "Row",
    "Rows",
    "Scale",
    "Severity",
    "SourceShare",
    "TileMap",
    "VerdictView",
    "ViewOptions",
    "Window",
]


def upward(fy: float) -> float:
    """Return the vertical frequency that is written for one of the stored rows."""
    return 0.0 - fy  # Zero has no sign.


class Kind(StrEnum):
    """Where a column comes from."""

    QUESTIONED = "questioned"
    ENTRY = "entry"
    PINNED = "pinned"
    AVERAGE = "average"


@dataclass(frozen=True, eq=False)
class Raster:
    """Values on a regular grid, with averaged levels for small display.

    Attributes
    ----------
    levels : tuple of ndarray, (H, W) float32 or (H, W, 3) uint8
        ``levels[k]`` averages ``2**k`` x ``2**k`` values (power for dB, circular for angles);
        finite everywhere but where values were left out (NaN).
    origin : tuple of float
        Left and top edge, in `axis_unit`.
    step : tuple of float
        Distance of two columns and two rows, in `axis_unit`.
    axis_unit : str
        ``px`` or ``cycles/px``.
    unit : str
        Unit of the values: ``grey levels``, ``dB``, ``°``, ``""``.
    sigma : float
        Standard deviation of the values, for residuals; 0 where it has no meaning.
    note : str
        A few words for the row head, e.g. ``128 × 128 bins``.
    periodic : bool
        The values repeat over the plane: a pattern on a lattice.
    """

    levels: tuple[Array, ...]
    origin: tuple[float, float] = (0.0, 0.0)
    step: tuple[float, float] = (1.0, 1.0)
    axis_unit: str = "px"
    unit: str = ""
    sigma: float = 0.0
    note: str = ""
    periodic: bool = False

    @property
    def data(self) -> Array:
        """Level 0."""
        return self.levels[0]

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge."""
        rows, columns = self.data.shape[:2]
        (x, y), (dx, dy) = self.origin, self.step
        return x, y, x + columns * dx, y + rows * dy

    def index(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column of the value at a point, None outside."""
        column = int(np.floor((x - self.origin[0]) / self.step[0]))
        row = int(np.floor((y - self.origin[1]) / self.step[1]))
        rows, columns = self.data.shape[:2]
        if self.periodic:
            return row % rows, column % columns
        inside = 0 <= row < rows and 0 <= column < columns
        return (row, column) if inside else None

    def at(self, x: float, y: float) -> Any:
        """Return the value at a point (None outside)."""
        found = self.index(x, y)
        return None if found is None else self.data[found]


@dataclass(frozen=True)
class Choice:
    """A reference that can be chosen in a column's head.

    Attributes
    ----------
    key : str
        ``bank:LABEL``, ``item:SHA256`` or ``average``.
    title, group : str
        Words, and the heading they stand under.
    """

    key: str
    title: str
    group: str = ""


@dataclass(frozen=True, eq=False)
class Column:
    """One column of the compare view.

    Attributes
    ----------
    key : str
        As in `Choice`.
    title, note : str
        ``SD 1.x`` and, muted behind it, ``best match``.
    kind : Kind
        Where it comes from.
    role : Role
        Colour of its curves.
    images : int
        How many images it is made of; 1 for a single image.
    picture : Raster or None
        (H, W, 3) uint8 levels; None for a bank entry.
    facts : Rows
        What an entry was made of, shown instead of a picture.
    residual, magnitude, phase : Raster or None
        Grey levels; dB over the median at 0.08-0.5 cycles/px; degrees. None while it is computed.
    difference : Raster or None
        Magnitude of the questioned image minus this column's, on the coarser of both grids, dB.
    busy : str
        Why something is missing, in plain words (``averaging, 214 of 310``).
    lattice, lattice_origin : int, tuple of int
        Of an image whose residual is folded: the period, and the lattice position ``(y, x)`` of
        its first pixel; 0 if it is shown whole.
    """

    key: str
    title: str
    note: str = ""
    kind: Kind = Kind.ENTRY
    role: Role = Role.OTHER
    images: int = 1
    picture: Raster | None = None
    facts: Rows = ()
    residual: Raster | None = None
    magnitude: Raster | None = None
    phase: Raster | None = None
    difference: Raster | None = None
    busy: str = ""
    lattice: int = 0
    lattice_origin: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Peak:
    """A marked frequency, cycles/px, with its label (``1/8, 3/8``).

    `carries` names the contribution of the verdict that rests on it, or is empty; `share` is what
    log10 LR would lose without it, None where that was not measured.
    """

    fx: float
    fy: float
    label: str
    carries: str = ""
    share: float | None = None


@dataclass(frozen=True, eq=False)
class TileMap:
    """Log-odds per tile: ``values[i]`` is log10 LR of ``boxes[i]`` (y, x, height, width), px."""

    boxes: tuple[tuple[int, int, int, int], ...]
    values: tuple[float, ...]

    def at(self, x: float, y: float) -> float | None:
        """Return the value of the tile at a stored pixel, None outside."""
        for (top, left, height, width), value in zip(self.boxes, self.values, strict=True):
            if top <= y < top + height and left <= x < left + width:
                return value
        return None


@dataclass(frozen=True)
class Region:
    """A rectangle of the questioned image, stored pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class RegionData:
    """What was computed of a region."""

    region: Region
    residual: Raster
    magnitude: Raster


@dataclass(frozen=True, eq=False)
class Comparison:
    """Everything the compare view shows.

    Attributes
    ----------
    generation : int
        Of the request; late answers are dropped by the controller.
    questioned : Column
        The image under examination.
    references : tuple of Column
        One to four.
    orientation : int
        EXIF orientation (1-8) by which all panels are turned.
    choices : tuple of Choice
        What each reference column may be changed to.
    peaks : tuple of Peak
        N/8 lattice and those that carry the verdict.
    tiles : TileMap or None
        Heat map of the log-odds; None where the engine gave none.
    """

    generation: int
    questioned: Column
    references: tuple[Column, ...] = ()
    orientation: int = 1
    choices: tuple[Choice, ...] = ()
    peaks: tuple[Peak, ...] = ()
    tiles: TileMap | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The questioned image and the references."""
        return (self.questioned, *self.references)


@dataclass(frozen=True, eq=False)
class Curve:
    """A radial profile, (n,) each: cycles/px, dB, and the quartiles of a reference or None."""

    label: str
    role: Role
    freq_cpp: F32
    db: F32
    low_db: F32 | None = None
    high_db: F32 | None = None


@dataclass(frozen=True, eq=False)
class FoldMap:
    """An 8×8 mean residual, (8, 8) in its own σ; `match` is the folded match in σ, or None."""

    title: str
    values: F32
    sigma: float
    match: float | None = None
    images: int = 1


@dataclass(frozen=True, eq=False)
class LagMap:
    """A normalised autocorrelation, (2k + 1, 2k + 1), lag zero in the middle."""

    title: str
    values: F32
    images: int = 1


@dataclass(frozen=True, eq=False)
class Plots:
    """What the tabs under the grid show; empty tuples where nothing is computed yet."""

    curves: tuple[Curve, ...] = ()
    autocorrelation: tuple[LagMap, ...] = ()
    folds: tuple[FoldMap, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    fit_note: str = ""
