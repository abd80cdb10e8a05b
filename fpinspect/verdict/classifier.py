"""The heads: feature vectors of tiles to class scores.

Nine opinions are formed on every tile: one discriminant per feature family and one net over
all of them. They are averaged over the tiles, joined by that of the fingerprints (`matched`) and
fused by a few trained weights, so the share of each opinion in the final log-odds is known.

The net is the mean of small ones. Each looks at one of two views of the families (`VIEWS`): what
the contrast families alone say is worth more under lossy coding, what all say is worth more of
untouched files, and their errors differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from fpinspect.resources import resource
from fpinspect.verdict import features, matched

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

SOURCES = ("real", "sd1", "sd2", "biggan", "flux", "other")
"""The classes, in the order of every score vector; ``other``: a generator outside the four."""
NET = "net"
"""Name of the net's opinion beside the families' names."""
CLIP = 6.0
"""Standardised features are clipped to this many standard deviations."""
VIEWS: tuple[tuple[str, ...], ...] = (
    (
        "log_psd",
        "autocorrelation",
        "cooccurrence_luma",
        "cooccurrence_chroma",
        "colour_joint",
        "contrast_luma",
        "contrast_colour",
    ),
    ("contrast_luma", "contrast_colour", "contrast_patterns"),
)
"""Families that the net's members look at: neighbours in the concatenated vector."""
SCHEMA = 5
BLOCK = 4
"""Tiles that go through the net's first layers together."""
DEEPEST = 7
"""Weights of the first layers are whole steps of at most so many, 4 bits."""


def views() -> tuple[slice, ...]:
    """Where each view lies in the concatenated vector."""
    spans = features.spans()
    own = [[spans[name] for name in names if name in spans] for names in VIEWS]
    return tuple(slice(found[0].start, found[-1].stop) for found in own)


def view_families(view: int) -> tuple[slice, ...]:
    """Where the families of a view lie in the view."""
    spans, start = features.spans(), views()[view].start
    found = [spans[name] for name in VIEWS[view] if name in spans]
    return tuple(slice(span.start - start, span.stop - start) for span in found)


def opinion_names() -> tuple[str, ...]:
    """Names of the opinions: those of `Heads.opinions` in their order, then the fingerprints'."""
    return (*features.FAMILIES, NET, matched.NAME)


def _gelu(x: F32) -> F32:
    """Gaussian error linear unit, tanh form (as in training)."""
    inner = np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x)
    return np.asarray(np.float32(0.5) * x * (np.float32(1) + np.tanh(inner)), np.float32)


def _layer_norm(x: F32, gain: F32, bias: F32) -> F32:
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    return np.asarray((x - mean) / np.sqrt(var + np.float32(1e-5)) * gain + bias, np.float32)


@dataclass(frozen=True)
class Heads:
    """Trained weights of the opinions and their fusion.

    Attributes
    ----------
    arrays : mapping of str to numpy.ndarray
        ``mean``, ``scale`` (D,); ``linear`` (6, D) and ``linear_bias`` (families, 6); the net's
        M members, of every fold one for each of V views: per view v ``w1_v`` (M H / V, D_v / 2)
        uint8, see `unpack`, with ``steps_v`` (M H / V, its families); ``b1``, ``g1``, ``c1``,
        ``b2``, ``g2``, ``c2`` (M, H), ``w2`` (M, H, H), ``w3`` (M, 6, H), ``b3`` (M, 6).
    settings : mapping
        The JSON beside the weights: fusion, calibration, thresholds, provenance of the training.
    """

    arrays: Mapping[str, npt.NDArray[Any]]
    settings: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path | None = None) -> Heads:
        """Load the heads from ``verdict.safetensors`` and ``verdict.json``.

        Parameters
        ----------
        path : pathlib.Path, optional
            Folder that holds both; the shipped weights by default.

        Raises
        ------
        FileNotFoundError
            If one of them is missing.
        ValueError
            If they are of another schema or of other feature families.
        """
        from safetensors.numpy import load_file

        folder = resource("weights") if path is None else path
        settings = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))
        if settings.get("schema") != SCHEMA:
            raise ValueError(
                f"the verdict weights in {folder} are of schema {settings.get('schema')}; "
                f"this fpinspect reads schema {SCHEMA}: install the version they belong to"
            )
        if settings["lengths"] != dict(features.LENGTHS):
            raise ValueError(f"the verdict weights in {folder} belong to other feature families")
        arrays = load_file(folder / "verdict.safetensors")
        return cls(arrays, settings)

    def opinions(self, vectors: F32) -> F64:
        """Class scores of every opinion, averaged over the tiles of one image.

        Parameters
        ----------
        vectors : numpy.ndarray
            (T, D) float32, `features.extract` of every tile.

        Returns
        -------
        numpy.ndarray
            (9, 6) float64 logits: families in their order, then the net; classes as `SOURCES`.
        """
        return np.asarray(self.tile_opinions(vectors).mean(axis=0), np.float64)

    def tile_opinions(self, vectors: F32) -> F64:
        """Class scores of every opinion for every tile: (T, 9, 6) float64."""
        a = self.arrays
        x = (vectors - a["mean"]) / a["scale"]
        np.clip(x, -CLIP, CLIP, out=x)
        out = np.empty((len(x), len(features.FAMILIES) + 1, len(SOURCES)), np.float64)
        first = self._first_layer(x)
        # One tile at a time: a product's rounding may depend on how many rows it has.
        for t, row in enumerate(x):
            for i, span in enumerate(features.spans().values()):
                out[t, i] = a["linear"][:, span] @ row[span] + a["linear_bias"][i]
            hidden = _gelu(_layer_norm(first[t] + a["b1"], a["g1"], a["c1"]))
            step = (a["w2"] @ hidden[..., None])[..., 0] + a["b2"]
            hidden = hidden + _gelu(_layer_norm(step, a["g2"], a["c2"]))
            out[t, -1] = ((a["w3"] @ hidden[..., None])[..., 0] + a["b3"]).mean(axis=0)
        return out

    def _first_layer(self, x: F32) -> F32:
        """Multiply (T, D) standardised vectors by the members' first layers: (T, M, H).

        The layers are larger than the cache: they are read once for `BLOCK` tiles. Every block is
        filled up, so that a tile's numbers depend neither on its place nor on its neighbours.
        """
        members, hidden = self.arrays["b1"].shape
        number = len(self._first)
        out = np.empty((len(x), members // number, number, hidden), np.float32)
        for view, (span, weights) in enumerate(zip(views(), self._first, strict=True)):
            block = np.zeros((BLOCK, span.stop - span.start), np.float32)
            for start in range(0, len(x), BLOCK):
                part = x[start : start + BLOCK, span]
                block[: len(part)], block[len(part) :] = part, 0
                # Of so few rows torch's product takes two thirds of numpy's time.
                found = (torch.from_numpy(block) @ weights.T).numpy()[: len(part)]
                out[start : start + BLOCK, :, view] = found.reshape(len(part), -1, hidden)
        return out.reshape(len(x), members, hidden)

    @cached_property
    def matched(self) -> matched.Matched | None:
        """The fingerprints' opinion; None in weights that have none."""
        return matched.Matched.from_settings(self.settings) if "matched" in self.settings else None

    @cached_property
    def _first(self) -> list[torch.Tensor]:
        # Stored in 4 bits; kept in float32 once per process.
        return [
            torch.from_numpy(unpack(self.arrays[f"w1_{view}"], self.arrays[f"steps_{view}"], view))
            for view in range(len(VIEWS))
        ]


def unpack(packed: U8, steps: F32, view: int) -> F32:
    """Return the first layers of a view as they are used.

    Parameters
    ----------
    packed : numpy.ndarray
        (H, ceil(D / 2)) uint8: of two neighbouring weights the first in the lower four bits, each
        as whole steps plus 8.
    steps : numpy.ndarray
        (H, families of the view) float32.
    view : int
        Index in `VIEWS`.

    Returns
    -------
    numpy.ndarray
        (H, D) float32.
    """
    span = views()[view]
    out = np.empty((len(packed), 2 * packed.shape[1]), np.float32)
    out[:, 0::2] = packed & 15
    out[:, 1::2] = packed >> 4
    out = out[:, : span.stop - span.start]
    out -= np.float32(8)
    for i, family in enumerate(view_families(view)):
        out[:, family] *= steps[:, i, None]
    return np.ascontiguousarray(out)


LIMIT = 30.0
"""Log-odds of a single opinion are clipped to this before they are fused."""


def log_odds(opinions: F64) -> F64:
    """Log-odds generated to real of every opinion.

    Parameters
    ----------
    opinions : numpy.ndarray
        (..., opinions, 6) float64 logits.

    Returns
    -------
    numpy.ndarray
        (..., opinions) float64, within `LIMIT`.
    """
    odds = np.logaddexp.reduce(opinions[..., 1:], axis=-1) - opinions[..., 0]
    return np.asarray(np.clip(odds, -LIMIT, LIMIT), np.float64)


def log_shares(opinions: F64) -> F64:
    """Log-probabilities of the generators, given that one made the image: (..., opinions, 5)."""
    z = opinions[..., 1:]
    z = z - np.logaddexp.reduce(z, axis=-1, keepdims=True)
    return np.asarray(np.maximum(z, -LIMIT), np.float64)


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights of the opinions in the two heads: real/generated first, the source after.

    The last is that of the fingerprints (`matched`). Opinions without it can be fused too: those
    of single tiles, which have no matches; it is taken for neutral then.

    Attributes
    ----------
    generated : tuple of float
        (10,) weights of the opinions' log-odds.
    generated_bias : float
        Added to their sum.
    source : tuple of float
        (10,) weights of the opinions' log-shares of the generators.
    source_bias : tuple of float
        (5,) added to their sum.
    """

    generated: tuple[float, ...]
    generated_bias: float
    source: tuple[float, ...]
    source_bias: tuple[float, ...]

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Fusion:
        """Read the fusion of the weights' settings."""
        f = settings["fusion"]
        return cls(
            tuple(f["generated"]),
            float(f["generated_bias"]),
            tuple(f["source"]),
            tuple(f["source_bias"]),
        )

    def score(self, opinions: F64) -> F64:
        """Uncalibrated log-odds generated to real of (..., 10, 6) or (..., 9, 6) opinions."""
        weights = np.array(self.generated)[: opinions.shape[-2]]
        return np.asarray(log_odds(opinions) @ weights + self.generated_bias)

    def sources(self, opinions: F64) -> F64:
        """Uncalibrated scores of the five generator classes: (..., 5) float64."""
        weights = np.array(self.source)[: opinions.shape[-2]]
        fused = np.einsum("...oc,o->...c", log_shares(opinions), weights)
        return np.asarray(fused + np.array(self.source_bias), np.float64)
