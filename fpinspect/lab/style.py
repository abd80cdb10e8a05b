"""How the pictures of an evaluation look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, GRID = "#1f2430", "#8a91a0", "#e4e7ec"
COLOURS = (
    "#1f2430", "#4269d0", "#3ca951", "#ff725c", "#efb118", "#a463f2", "#6cc5b0", "#9c6b4e",
)  # fmt: skip
"""One per handling; told apart on white and in grey by order of lightness and in the legend."""
DPI = 150


def new_figure(width: float, height: float) -> Figure:
    """Make a figure, in inches, that needs no screen."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI, layout="constrained", facecolor="white")


def tidy(axes: Axes) -> None:
    """Quiet frame, faint grid, readable text."""
    axes.grid(color=GRID, lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(MUTED)
    axes.tick_params(colors=INK, labelsize=9)
    axes.title.set(size=11, color=INK)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set(size=9.5, color=INK)


def save(figure: Figure, path: Path) -> Path:
    """Write a PNG that does not depend on the day it was made."""
    figure.savefig(path, metadata={"Software": None})
    return path
