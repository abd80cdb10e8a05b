"""Which parts of the image mattered: average activation maps, examples, and what they follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import read_evidence
from fpinspect.lab import style
from fpinspect.lab.baselines import camnet
from fpinspect.lab.dataset import SOURCES, Record

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

GRID = 24
"""Cells of the common grid along each side, whatever the image's size."""
REACH = 512
"""So many rows and columns of an image at most, about its centre."""
EXAMPLES = 4
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Attention:
    """Where the network found one source in the images that are of it.

    Attributes
    ----------
    mean : numpy.ndarray
        (24, 24) float32: mean over the images of the map of their own source, each with mean 0
        and variance 1, on the common grid.
    examples : sequence of numpy.ndarray
        Single maps, likewise; the image's proportions are gone.
    border : float
        Mean of `mean` over the outermost sixth of the grid less that over the rest, in standard
        deviations of a map.
    contrast, brightness : float
        Mean rank correlation of a map with the local contrast (standard deviation of luma in each
        cell) and with the local mean of luma.
    images : int
        How many there were.
    """

    mean: F32
    examples: Sequence[F32]
    border: float
    contrast: float
    brightness: float
    images: int


def attention(net: camnet.CamNet, records: Sequence[Record]) -> Mapping[str, Attention]:
    """Look at all images as stored, source by source."""
    out = {}
    for c, name in enumerate(SOURCES):
        own = [record for record in records if record.target == c]
        if own:
            out[name] = _attention(net, own, c)
    return out


def _attention(net: camnet.CamNet, records: Sequence[Record], c: int) -> Attention:
    maps, contrast, brightness = [], [], []
    for record in records:
        codes = _centre(np.moveaxis(read_evidence(record.path).codes(), 0, -1))
        found = camnet.activation(net, codes)[c]
        mean, spread = cells(codes)
        contrast.append(_rank_correlation(found, spread))
        brightness.append(_rank_correlation(found, mean))
        maps.append(on_grid((found - found.mean()) / (found.std() + np.float32(1e-6))))
    average = np.mean(maps, axis=0)
    edge = np.ones((GRID, GRID), bool)
    edge[GRID // 6 : -GRID // 6, GRID // 6 : -GRID // 6] = False
    step = max(1, len(maps) // EXAMPLES)
    return Attention(
        mean=np.asarray(average, np.float32),
        examples=maps[::step][:EXAMPLES],
        border=float(average[edge].mean() - average[~edge].mean()),
        contrast=float(np.mean(contrast)),
        brightness=float(np.mean(brightness)),
        images=len(maps),
    )


def _centre(codes: U8) -> U8:
    """Cut the centre, on the lattice, to sides that are multiples of a map's stride."""
    h, w = (min(side, REACH) // camnet.STRIDE * camnet.STRIDE for side in codes.shape[:2])
    y, x = ((s - n) // 2 // 8 * 8 for s, n in zip(codes.shape[:2], (h, w), strict=True))
    return np.ascontiguousarray(codes[y : y + h, x : x + w])


def cells(codes: U8) -> tuple[F32, F32]:
    """Mean and standard deviation of luma in the cells of an activation map: (H/8, W/8) each."""
    luma = codes.astype(np.float32) @ _LUMA
    n = camnet.STRIDE
    blocks = luma.reshape(luma.shape[0] // n, n, luma.shape[1] // n, n)
    return blocks.mean(axis=(1, 3)), blocks.std(axis=(1, 3))


def on_grid(values: F32) -> F32:
    """Average a map over the common grid (or repeat its cells, where it has fewer)."""
    for axis in (0, 1):
        n = values.shape[axis]
        # Each cell of the grid takes its share of every cell it overlaps.
        ends = np.linspace(0, n, GRID + 1)
        low, high = np.arange(n), np.arange(1, n + 1)
        overlap = np.minimum(ends[1:, None], high) - np.maximum(ends[:-1, None], low)
        weight = np.clip(overlap, 0, None) * (GRID / n)
        values = np.moveaxis(np.tensordot(weight, values, (1, axis)), 0, axis)
    return np.asarray(values, np.float32)


def _rank_correlation(a: F32, b: F32) -> float:
    from scipy.stats import rankdata

    ranks = [rankdata(values.ravel()) for values in (a, b)]
    if min(float(rank.std()) for rank in ranks) == 0:
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


def draw(found: Mapping[str, Attention], names: Mapping[str, str], path: Path) -> Path:
    """Draw the averages and the examples, one column for each source."""
    figure = style.new_figure(1.75 * len(found) + 0.9, 1.62 * (1 + EXAMPLES) + 0.9)
    axes = figure.subplots(1 + EXAMPLES, len(found), squeeze=False)
    limits = (0.8, 2.5)
    pictures = [None, None]
    for column, (name, part) in zip(axes.T, found.items(), strict=True):
        column[0].set_title(f"{names[name]} ({part.images})", fontsize=10, color=style.INK)
        shown = [part.mean, *part.examples]
        for row, panel in enumerate(column):
            panel.set_xticks([])
            panel.set_yticks([])
            if row >= len(shown):
                panel.set_axis_off()
                continue
            kind = min(row, 1)
            limit = limits[kind]
            pictures[kind] = panel.imshow(shown[row], cmap="RdBu_r", vmin=-limit, vmax=limit)
            for spine in panel.spines.values():
                spine.set_color(style.GRID)
    axes[0, 0].set_ylabel("average", fontsize=9.5, color=style.INK)
    for row in range(EXAMPLES):
        axes[1 + row, 0].set_ylabel(f"image {row + 1}", fontsize=9.5, color=style.INK)
    for picture, block in zip(pictures, (axes[:1], axes[1:]), strict=True):
        if picture is not None:
            bar = figure.colorbar(picture, ax=block, shrink=0.9, aspect=12, pad=0.01)
            bar.ax.tick_params(labelsize=8, colors=style.INK)
    figure.suptitle(
        "Where the network sees the image's own source (red) and where it does not (blue)\n"
        "standard deviations from the image's mean",
        fontsize=10.5, color=style.INK,
    )  # fmt: skip
    return style.save(figure, path)
