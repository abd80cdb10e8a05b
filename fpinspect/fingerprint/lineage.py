"""Who descends from whom: how much the fingerprints of a bank resemble each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.manifest import BankError
from fpinspect.fingerprint.pattern import cross, kernel, surfaces


@dataclass(frozen=True)
class Lineage:
    """How the fingerprints of a bank are related.

    Attributes
    ----------
    labels, titles : tuple of str
        The entries, in the bank's order.
    similarity : ndarray, shape (N, N), float32
        Greatest correlation of the periodic patterns over all shifts, 0..1: 1 on the diagonal.
    linkage : ndarray, shape (N - 1, 4), float64
        Average linkage of the distances 1 - similarity, as `scipy.cluster.hierarchy.linkage`.
    """

    labels: tuple[str, ...]
    titles: tuple[str, ...]
    similarity: NDArray[np.float32]
    linkage: NDArray[np.float64]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "labels": list(self.labels),
            "similarity": [[round(float(v), 4) for v in row] for row in self.similarity],
        }


def lineage(bank: Bank, *, photographs: bool = True) -> Lineage:
    """Compare every fingerprint of a bank with every other.

    Each mean residual, minus that of photographs coded alike, is reduced to its standardised
    harmonics (`fpinspect.fingerprint.pattern`); two are compared at the shift that suits them
    best, so that the origin of crops does not matter. Generators that share a decoder share the
    pattern (Sinitsa & Fried, Deep Image Fingerprint, 2024).

    Parameters
    ----------
    bank : Bank
        At least two entries.
    photographs : bool
        Whether entries of photographs take part.

    Returns
    -------
    Lineage
        Similarities and their tree.

    Raises
    ------
    BankError
        If there are fewer than two entries.
    """
    from scipy.cluster.hierarchy import linkage as link
    from scipy.spatial.distance import squareform

    kept = [e for e in bank.entries.values() if photographs or e.info.kind == "generator"]
    if len(kept) < 2:
        raise BankError("comparing takes at least two entries")
    patterns = np.stack([kernel(entry.purest()) for entry in kept])
    similarity = np.eye(len(kept), dtype=np.float32)
    for i, one in enumerate(patterns):
        similarity[i] = surfaces(cross(one, patterns)).max(axis=(-2, -1)).clip(0, 1)
    np.fill_diagonal(similarity, 1)
    similarity = np.maximum(similarity, similarity.T)
    distances = squareform(1 - similarity.astype(np.float64), checks=False)
    return Lineage(
        labels=tuple(entry.label for entry in kept),
        titles=tuple(entry.title for entry in kept),
        similarity=similarity,
        linkage=link(distances, "average", optimal_ordering=True),
    )


def draw_dendrogram(tree: Lineage, path: str | Path) -> Path:
    """Write the tree of a lineage as a picture.

    Parameters
    ----------
    tree : Lineage
        As returned by `lineage`.
    path : str or Path
        The PNG file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    BankError
        If it cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from scipy.cluster.hierarchy import dendrogram

    target = Path(path)
    count = len(tree.labels)
    figure = Figure(figsize=(8, 1.4 + 0.38 * count), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    dendrogram(
        tree.linkage,
        ax=axes,
        labels=list(tree.titles),
        orientation="right",
        color_threshold=0,
        above_threshold_color="#33658a",
    )
    axes.set_xlim(1.02, 0)
    axes.set_xlabel("1 − similarity of the periodic patterns (average linkage)")
    axes.set_title(f"Lineage of {count} fingerprints", loc="left", fontsize=11)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        FigureCanvasAgg(figure)
        figure.savefig(target, format="png")
    except OSError as error:
        raise BankError(f"{target} cannot be written: {error.strerror}") from error
    return target
