"""Pictures of an evaluation: confusion matrices and the study's figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fpinspect.lab.measures import Judged, confusion
from fpinspect.lab.seed_figure import MeanSpectrum
from fpinspect.lab.style import INK, MUTED, new_figure
from fpinspect.lab.tables import NAMES
from fpinspect.verdict.classifier import SOURCES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EXTENT = (-0.5, 0.5, 0.5, -0.5)
"""Frequencies at the edges of a spectrum, in cycles per pixel."""


def draw_confusions(judged: Sequence[Judged]) -> Figure:
    """One matrix per handling: share of each true source that was likeliest of each."""
    columns = min(4, len(judged))
    rows = -(-len(judged) // columns)
    figure = new_figure(3.1 * columns + 0.4, 3.1 * rows + 0.2)
    axes = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
    for part, place in zip(judged, axes, strict=False):
        _matrix(place, confusion(part), part.handling)
    for place in axes[len(judged) :]:
        place.set_visible(False)
    return figure


def _matrix(axes: Axes, counts: npt.NDArray[np.int64], title: str) -> None:
    total = counts.sum(axis=1)
    shown = np.flatnonzero(total)
    shares = counts[shown] / total[shown, None]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for i, row in enumerate(shares):
        for j, value in enumerate(row):
            if value:
                colour = "white" if value > 0.55 else INK
                text = f"{100 * value:.0f}" if value >= 0.005 else "<1"
                axes.text(j, i, text, ha="center", va="center", color=colour, fontsize=8)
    labels = [NAMES[name] for name in SOURCES]
    axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right", fontsize=8)
    names = [f"{labels[c]} ({total[c]})" for c in shown]
    axes.set_yticks(range(len(shown)), names, fontsize=8)
    axes.tick_params(length=0, colors=INK)
    for spine in axes.spines.values():
        spine.set_color(MUTED)
    axes.set_title(f"{title}, %", fontsize=10, color=INK)


def draw_spectra(spectra: Mapping[str, MeanSpectrum]) -> Figure:
    """Mean residual spectra of the sources: of the mean residual, and their mean."""
    figure = new_figure(3.0 * len(spectra) + 0.8, 6.4)
    grid = figure.subplots(2, len(spectra), squeeze=False)
    for places, kind, what in (
        (grid[0], "of_mean", "spectrum of the mean residual"),
        (grid[1], "mean_of", "mean of the spectra"),
    ):
        maps = [getattr(found, kind) for found in spectra.values()]
        low, high = np.percentile(np.stack(maps), (2, 99.8))
        for place, (name, found), values in zip(places, spectra.items(), maps, strict=True):
            drawn = place.imshow(
                values, cmap="magma", vmin=low, vmax=high, extent=EXTENT, interpolation="nearest"
            )
            place.set_xticks([-0.5, 0, 0.5])
            place.set_yticks([-0.5, 0, 0.5])
            place.tick_params(labelsize=8, colors=INK)
            if kind == "of_mean":
                place.set_title(f"{NAMES[name]} ({found.images} images)", fontsize=10, color=INK)
        places[0].set_ylabel(f"{what}\ncycles per pixel", fontsize=9, color=INK)
        bar = figure.colorbar(drawn, ax=places.tolist(), shrink=0.85, pad=0.01)
        bar.set_label("dB over one code", fontsize=9, color=INK)
        bar.ax.tick_params(labelsize=8)
    return figure
