"""Arrays to columns: what the compare view shows of an image, a bank entry or an average.

Pure functions on numpy arrays, for a worker or the engine's process: no Qt, no torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from fpinspect.gui import measures
from fpinspect.gui.measured import Measured
from fpinspect.gui.peaks import lattice_peaks
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import (
    Column,
    Component,
    Estimate,
    Kind,
    Raster,
    Region,
    RegionData,
    Role,
    Rows,
    ViewOptions,
)

__all__ = [
    "EntryData",
    "Placement",
    "entry_column",
    "facts",
    "frequency_raster",
    "image_column",
    "lattice_peaks",
    "picture_raster",
    "raster",
    "region_data",
    "residual_raster",
    "with_difference",
]

F32 = npt.NDArray[np.float32]
How = Literal["mean", "power", "angle"]
SMALLEST = 64
"""Averaged levels stop at this many rows or columns."""


@dataclass(frozen=True, eq=False)
class EntryData:
    """What a bank entry, or an average of images, holds of one component.

    Attributes
    ----------
    label, title : str
        ``sd1``, ``SD 1.x``.
    component : Component
        Residual or denoised image.
    images, lattice : int
        How many images voted; period in pixels.
    mean : ndarray, (3, L, L)
        Mean over the images (eq. 2), grey levels.
    log_psd_mean, log_psd_var : ndarray, (3, 128, 65)
        log10 of the power density over the images, rFFT order.
    phase : ndarray, (3, 128, 65)
        Circular mean phase, radians.
    coherence : ndarray, (3, 128, 65)
        Phase coherence, 0-1.
    facts : Rows
        What it was made of.
    """

    label: str
    title: str
    component: Component
    images: int
    lattice: int
    mean: F32
    log_psd_mean: F32
    log_psd_var: F32
    phase: F32
    coherence: F32
    facts: Rows = ()

    @cached_property
    def db(self) -> F32:
        """Log-magnitude, (128, 128) dB, zero frequency in the middle."""
        return measures.full(10 * self.log_psd_mean.mean(axis=0), measures.BINS)

    @cached_property
    def measured(self) -> Measured:
        """Folds of the mean."""
        return Measured(self.mean)


@dataclass(frozen=True)
class Placement:
    """How the questioned image lies on a reference's lattice: its first pixel is at `origin`."""

    lattice: int
    origin: tuple[int, int] = (0, 0)

    @classmethod
    def after(
        cls, lattices: Iterable[int], size: tuple[int, int], shift: tuple[int, int]
    ) -> Placement:
        """Take back the shift found (`Match.shift`), on the largest lattice the image fills.

        Parameters
        ----------
        lattices : iterable of int
            Those of the entry.
        size : tuple of int
            Height and width of the image.
        shift : tuple of int
            ``(dy, dx)``: the image shows the pattern moved so far down and right.
        """
        sizes = sorted(lattices)
        fitting = [n for n in sizes if n <= min(size)]
        lattice = fitting[-1] if fitting else sizes[0]
        return cls(lattice, (-shift[0] % lattice, -shift[1] % lattice))


def raster(values: npt.NDArray[Any], *, how: How = "mean", **about: Any) -> Raster:
    """Make a raster with its averaged levels.

    Parameters
    ----------
    values : ndarray
        (H, W) numbers or (H, W, 3) uint8.
    how : {"mean", "power", "angle"}
        Average the values, the power behind decibels, or angles in degrees round the circle.
    about
        Further fields of `Raster`.
    """
    if values.dtype != np.uint8:
        values = _finite(values)
    levels = [values]
    while min(levels[-1].shape[:2]) >= 2 * SMALLEST:
        levels.append(_halved(levels[-1], how))
    return Raster(tuple(levels), **about)


def _finite(values: npt.NDArray[Any]) -> F32:
    """Return float32 with infinities brought to the largest finite values; NaN stays."""
    out = np.asarray(values, np.float32)
    if np.isinf(out).any():
        finite = out[np.isfinite(out)]
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
        out = np.clip(out, low, high)
    return np.ascontiguousarray(out)


def _halved(values: npt.NDArray[Any], how: How) -> npt.NDArray[Any]:
    rows, columns = (n // 2 * 2 for n in values.shape[:2])
    part = values[:rows, :columns]
    if how == "angle":
        vector = np.exp(1j * np.radians(part)).astype(np.complex64)
        return np.degrees(np.angle(_four(vector))).astype(np.float32)
    if how == "power":
        power = _four(np.power(np.float32(10), part / np.float32(10))) / np.float32(4)
        return (10 * np.log10(power + np.float32(1e-30))).astype(np.float32)
    if values.dtype == np.uint8:
        return np.asarray(Image.fromarray(part).reduce(2))
    return (_four(part) / np.float32(4)).astype(np.float32)


def _four(a: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return a[::2, ::2] + a[1::2, ::2] + a[::2, 1::2] + a[1::2, 1::2]


def _note(shape: Sequence[int]) -> str:
    return translate("Comparison", "{columns} × {rows} bins").format(
        columns=shape[1], rows=shape[0]
    )


def frequency_raster(values: F32, *, how: How, unit: str) -> Raster:
    """Make a raster of a centred spectrum, (H, W)."""
    rows, columns = values.shape
    origin = ((-(columns // 2) - 0.5) / columns, (-(rows // 2) - 0.5) / rows)
    step = (1 / columns, 1 / rows)
    return raster(
        values,
        how=how,
        origin=origin,
        step=step,
        axis_unit="cycles/px",
        unit=unit,
        note=_note(values.shape),
    )


def residual_raster(planes: F32, *, note: str = "", periodic: bool = False) -> Raster:
    """Average the channels of a residual, (C, H, W), in grey levels around zero."""
    plane = planes.mean(axis=0, dtype=np.float32)
    plane = plane - np.float32(np.nanmean(plane)) if plane.size else plane
    sigma = float(np.nanstd(plane)) if plane.size else 0.0
    unit = translate("Comparison", "grey levels")
    return raster(plane, unit=unit, sigma=sigma, note=note, periodic=periodic)


def picture_raster(planes: F32) -> Raster:
    """Image of (3, H, W) grey levels 0-255."""
    finite = planes if np.isfinite(planes.min() + planes.max()) else np.nan_to_num(planes)
    pixels = np.empty((*planes.shape[1:], len(planes)), np.uint8)
    for channel, plane in enumerate(finite):
        pixels[..., channel] = np.clip(plane + np.float32(0.5), 0, 255)
    return raster(pixels)


def _magnitude(db: F32, options: ViewOptions, real_db: F32 | None) -> Raster:
    shown, _ = measures.relative(db)
    unit = "dB"
    if options.against_real and real_db is not None:
        shown = shown - measures.sample(measures.relative(real_db)[0], shown.shape)
    if options.remove_axes:
        shown = measures.without_axes(shown)
    return frequency_raster(shown, how="power", unit=unit)


def _phase(degrees: F32, options: ViewOptions) -> Raster:
    shown = measures.without_axes(degrees) if options.remove_axes else degrees
    return frequency_raster(shown, how="angle", unit="°")


def image_column(
    planes: Mapping[Component, F32],
    options: ViewOptions,
    *,
    key: str,
    title: str,
    kind: Kind = Kind.QUESTIONED,
    placement: Placement | None = None,
    real_db: F32 | None = None,
    measured: Measured | None = None,
) -> Column:
    """Make the column of an image.

    Parameters
    ----------
    planes : mapping of Component to ndarray
        (3, H, W) float32: image, denoised image and residual.
    options : ViewOptions
        What is to be seen.
    key, title : str
        As in `Column`.
    kind : Kind
        The questioned image or a pinned one.
    placement : Placement or None
        The lattice on which residual and phase are folded, if ``options.folded``.
    real_db : ndarray or None
        `EntryData.db` of the bank's photographs, for ``options.against_real``.
    measured : Measured, optional
        What is known of ``planes[options.of]`` already.
    """
    chosen = measured or Measured(planes[options.of])
    folded = placement if options.folded else None
    shown = planes[Component.DENOISED if options.denoised_picture else Component.IMAGE]
    column = Column(
        key=key,
        title=title,
        kind=kind,
        role=Role.IMAGE if kind is Kind.QUESTIONED else Role.OTHER,
        picture=picture_raster(shown),
    )
    if min(chosen.size) < 8:
        return replace(column, busy=translate("Comparison", "too small for a spectrum"))
    taper = options.window.value
    origin = folded.origin if folded else (0, 0)
    log_psd, mean = chosen.spectrum(taper, origin)
    db = measures.full(10 * log_psd, measures.BINS)
    phase = measures.from_middle(measures.full(np.degrees(np.angle(mean)), measures.BINS, odd=True))
    if options.estimate is Estimate.WHOLE:
        db, phase = measures.whole_spectrum(chosen.planes, taper=taper)
        phase = measures.from_middle(phase)
        if folded:
            cell = chosen.fold(folded.lattice, folded.origin)
            phase = measures.from_middle(measures.whole_spectrum(cell, taper="none")[1])
    if folded:
        cell = chosen.fold(folded.lattice, folded.origin)
        residual = residual_raster(
            cell,
            note=translate("Comparison", "folded on {lattice} px").format(lattice=folded.lattice),
            periodic=True,
        )
    else:
        residual = residual_raster(chosen.planes, note=translate("Comparison", "whole image"))
    return replace(
        column,
        residual=residual,
        magnitude=_magnitude(db, options, real_db),
        phase=_phase(phase, options),
        lattice=folded.lattice if folded else 0,
        lattice_origin=folded.origin if folded else (0, 0),
    )


def entry_column(
    entry: EntryData,
    options: ViewOptions,
    *,
    key: str,
    note: str = "",
    kind: Kind = Kind.ENTRY,
    role: Role = Role.OTHER,
    real_db: F32 | None = None,
) -> Column:
    """Make the column of a bank entry or of an average of images."""
    column = Column(
        key=key,
        title=entry.title,
        note=note,
        kind=kind,
        role=role,
        images=entry.images,
        facts=entry.facts,
    )
    if options.of is not entry.component:
        words = {
            Component.IMAGE: translate("Comparison", "images"),
            Component.DENOISED: translate("Comparison", "denoised images"),
        }
        kept = words.get(options.of, translate("Comparison", "residuals"))
        return replace(
            column,
            busy=translate("Comparison", "the entry keeps nothing of {kept}").format(kept=kept),
        )
    if options.estimate is Estimate.WHOLE:
        db, phase = measures.whole_spectrum(entry.mean, taper="none")
        phase = measures.from_middle(phase)
    else:
        db = entry.db
        weight = entry.coherence * np.exp(1j * entry.phase)
        half = np.degrees(np.angle(weight.sum(axis=0)))
        phase = measures.from_middle(measures.full(half, measures.BINS, odd=True))
    return replace(
        column,
        residual=residual_raster(
            entry.mean,
            note=translate("Comparison", "{lattice} px lattice").format(lattice=entry.lattice),
            periodic=True,
        ),
        magnitude=_magnitude(db, options, real_db),
        phase=_phase(phase, options),
    )


def with_difference(column: Column, questioned: Column) -> Column:
    """Return a reference's column with the questioned image's magnitude minus its own, dB."""
    if column.magnitude is None or questioned.magnitude is None:
        return column
    mine, theirs = questioned.magnitude.data, column.magnitude.data
    if mine.shape != theirs.shape:
        bins = min(*mine.shape, *theirs.shape, measures.BINS)
        mine, theirs = measures.rebin(mine, bins), measures.rebin(theirs, bins)
    return replace(column, difference=frequency_raster(mine - theirs, how="mean", unit="dB"))


def facts(info: Mapping[str, Any], lattice: int, images: int, origin: str) -> Rows:
    """List what a bank entry was made of, from its manifest (`EntryInfo.to_dict`)."""
    denoiser = info.get("denoiser") or {}
    return (
        (translate("Comparison", "images"), f"{images:,}"),
        (translate("Comparison", "lattice"), f"{lattice}\u00a0px"),
        (translate("Comparison", "denoiser"), str(denoiser.get("name", "–"))),
        (translate("Comparison", "made"), str(info.get("created", "–"))[:10]),
        (translate("Comparison", "origin"), origin),
        (translate("Comparison", "inputs"), _short_hash(str(info.get("inputs_sha256", "")))),
    )


def _short_hash(digest: str) -> str:
    return f"{digest[:4]} {digest[4:8]}" if digest else "–"


def region_data(planes: F32, region: Region, options: ViewOptions) -> RegionData:
    """Residual and spectrum of a rectangle; `planes` (C, h, w) is cut to the region already."""
    db, _ = measures.whole_spectrum(planes, taper=options.window.value)
    shown, _ = measures.relative(db)
    if options.remove_axes:
        shown = measures.without_axes(shown)
    residual = replace(
        residual_raster(planes, note=translate("Comparison", "region")),
        origin=(float(region.x), float(region.y)),
    )
    return RegionData(
        region=region,
        residual=residual,
        magnitude=frequency_raster(shown, how="power", unit="dB"),
    )
