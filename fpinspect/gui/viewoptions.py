"""What the analyst chose to see: options of the compare view, as frozen plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Component(StrEnum):
    """Whose spectra are shown, and which pixels stand in the residual row."""

    RESIDUAL = "residual"
    DENOISED = "denoised"
    IMAGE = "image"


class Row(StrEnum):
    """Rows of the compare view, top to bottom."""

    IMAGE = "image"
    RESIDUAL = "residual"
    MAGNITUDE = "magnitude"
    PHASE = "phase"


class Scale(StrEnum):
    """How a magnitude is mapped to colour."""

    LOG = "log"
    LINEAR = "linear"
    POWER = "power"


class Window(StrEnum):
    """Window of the Fourier transform."""

    HANN = "Hann"
    HAMMING = "Hamming"
    BLACKMAN = "Blackman"
    NONE = "none"


class Estimate(StrEnum):
    """How a spectrum is taken: mean over 128-px tiles (Welch) or one transform of the whole."""

    TILES = "tiles"
    WHOLE = "whole"


class Levels(StrEnum):
    """One range for all panels of a kind, or one for each."""

    LINKED = "linked"
    FREE = "free"


class Mode(StrEnum):
    """How the questioned image and one reference are compared in the enlarged panel."""

    SIDE = "side"
    BLINK = "blink"
    SPLIT = "split"
    DIFFERENCE = "difference"


@dataclass(frozen=True)
class ViewOptions:
    """What the analyst chose to see.

    The first group changes arrays: `arrays_key` differs, and the comparison is asked for anew.
    The second is applied by the views at once.

    Attributes
    ----------
    of : Component
        Whose residual row and spectra.
    window : Window
        Window of the image's transform (a bank entry keeps the Hann window it was made with).
    estimate : Estimate
        Tiles or whole image.
    against_real : bool
        Subtract the log-magnitude of the bank's real photographs.
    remove_axes : bool
        Leave out DC and the two axes, where scene content sits.
    folded : bool
        Residual and phase folded on the entry's lattice after the shift found, or the whole image.
    denoised_picture : bool
        Image row: the denoised version instead of the image.
    scale : Scale
        Colour scale of magnitudes.
    levels : Levels
        Linked or free.
    percentile : float or None
        Clip this share (per cent) at both ends instead of the fixed ranges.
    magnitude_map : str
        ``magma`` or ``viridis``.
    show_peaks, peak_labels, tiles : bool
        Marks over the spectra, their labels, heat map over the image.
    rows : tuple of Row
        Rows shown.
    """

    of: Component = Component.RESIDUAL
    window: Window = Window.HANN
    estimate: Estimate = Estimate.TILES
    against_real: bool = False
    remove_axes: bool = False
    folded: bool = True
    denoised_picture: bool = False

    scale: Scale = Scale.LOG
    levels: Levels = Levels.LINKED
    percentile: float | None = None
    magnitude_map: str = "magma"
    show_peaks: bool = True
    peak_labels: bool = False
    tiles: bool = False
    rows: tuple[Row, ...] = tuple(Row)

    @property
    def arrays_key(self) -> tuple[Any, ...]:
        """What the arrays depend on."""
        return (
            self.of,
            self.window,
            self.estimate,
            self.against_real,
            self.remove_axes,
            self.folded,
        )
