"""Made-up generators: a periodic pattern under noise, and photographs that are noise alone."""

from __future__ import annotations

from collections import Counter

import numpy as np

from fpinspect.fingerprint.accumulate import LATTICES, SourceAccumulator
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.enrol import Enrolled, make_entry
from fpinspect.fingerprint.entry import Entry
from fpinspect.fingerprint.manifest import BANDS
from fpinspect.fingerprint.match import null_pattern
from fpinspect.fingerprint.photographs import PhotographArrays, Photographs

ZERO = {lattice: np.zeros((3, lattice, lattice), np.float32) for lattice in LATTICES}


def pattern(seed: int, period: int = 8, strength: float = 0.25) -> np.ndarray:
    """A pattern of one period: (3, period, period), mean 0."""
    tile = np.random.default_rng(seed).normal(size=(3, period, period)) * strength
    return (tile - tile.mean((1, 2), keepdims=True)).astype(np.float32)


def image(
    seed: int,
    tile: np.ndarray | None = None,
    size: tuple[int, int] = (256, 256),
    corner: tuple[int, int] = (0, 0),
) -> np.ndarray:
    """A residual: coloured noise, and the pattern as seen from `corner` on its lattice."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(3, size[0] + 1, size[1] + 1)).astype(np.float32)
    noise = noise[:, 1:, 1:] - 0.3 * noise[:, :-1, :-1]  # a spectrum that is not flat
    noise += 0.5 * noise.mean(0)
    if tile is None:
        return noise
    period = tile.shape[-1]
    rows = (np.arange(size[0]) + corner[0]) % period
    cols = (np.arange(size[1]) + corner[1]) % period
    return noise + tile[:, rows][:, :, cols]


def photographs(count: int = 60, size: int = 256) -> Photographs:
    """Noise in the part of photographs: nothing to subtract, a null of `count`."""
    patterns, scales = {}, {}
    for name in BANDS[:2]:
        offset = 1000 * (1 + BANDS.index(name))
        seen = [null_pattern(image(offset + i, size=(size, size)), ZERO) for i in range(count)]
        patterns[f"{name}/256"] = np.stack([one[0] for one in seen])
        scales[f"{name}/256"] = np.array([one[2] for one in seen], np.float32)
    return Photographs.of(
        PhotographArrays(
            baselines={(name, lattice): ZERO[lattice] for name in BANDS for lattice in LATTICES},
            pristine=ZERO,
            interference={name: np.ones((3, 16, 9), np.float32) for name in BANDS},
            patterns=patterns,
            scales=scales,
        ),
        denoiser="wavelet",
        denoiser_version="1",
        baseline_images=count,
        null_images=count,
        inputs_sha256="0" * 64,
        null_sha256="1" * 64,
    )


def enrolled(tile: np.ndarray, count: int = 8, size: int = 256, seed: int = 0) -> Enrolled:
    """The sums of some images of a made-up generator, cropped here and there."""
    sums = SourceAccumulator()
    for i in range(count):
        corner = (16 * (i % 5), 16 * (i % 3))
        residual = image(seed + i, tile, (size, size), corner)
        sums.add(residual, residual + 100, origin=corner)
    hashes = [f"{seed + i:064x}" for i in range(count)]
    return Enrolled(sums=sums, hashes=hashes, history=Counter({"none": count}), groups={"g"})


def entry(label: str, tile: np.ndarray, photos: Photographs | None = None, **options) -> Entry:
    """An entry of a made-up generator."""
    return make_entry(enrolled(tile, **options), label=label, photographs=photos)


def bank(photos: Photographs | None = None) -> Bank:
    """Two generators: `eight` (period 8) and `small` (period 8, images of 128 pixels)."""
    made = Bank(photographs=photos)
    made = made.with_entry(entry("eight", pattern(1), photos, seed=100))
    return made.with_entry(entry("small", pattern(2), photos, seed=200, size=128))
