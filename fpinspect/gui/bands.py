"""How far the radial profiles of a source's images spread, for the sources that ship.

A bank keeps the spread of single frequencies, from which that of a mean over a ring cannot be had;
``packaging/radial_bands.py`` measured it on the images that the shipped bank was made of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from fpinspect.resources import resource

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Band:
    """Quartiles of the profiles of single images, wavelet residual.

    Attributes
    ----------
    freq_cpp : ndarray, (n,) float32
        Cycles per pixel, as `measures.rings` gives them.
    low_db, high_db : ndarray, (n,) float32
        Lower and upper quartile, dB over the image's own median at 0.08-0.5 cycles/px.
    images : int
        How many images were measured.
    """

    freq_cpp: F32
    low_db: F32
    high_db: F32
    images: int


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Band]:
    """Return the bands by label of the shipped bank."""
    stored = json.loads(resource("profiles/radial.json").read_text(encoding="utf-8"))
    freq = np.asarray(stored["freq_cpp"], np.float32)
    return {
        label: Band(
            freq,
            np.asarray(found["low_db"], np.float32),
            np.asarray(found["high_db"], np.float32),
            int(found["images"]),
        )
        for label, found in stored["entries"].items()
    }
