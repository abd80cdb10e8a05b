"""What the baselines learn from and are judged on: cut once, handled alike, kept in a cache.

One pass over the images gives all three kinds: the descriptors' numbers, crops of 128x128 px for
the network that sees the whole image, and residuals folded on a lattice of 64 px for the learned
fingerprint.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import read_evidence
from fpinspect.lab import copies, dataset, pool
from fpinspect.lab.baselines import descriptors
from fpinspect.lab.dataset import Record
from fpinspect.signal.residual import separate
from fpinspect.verdict.tiles import SIDE, origins

F16 = npt.NDArray[np.float16]
F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

COPIES = (0, 1, 2, 4, 7)
"""Training copies: as stored, cropped, JPEG 75 on the grid, JPEG off it, resized and JPEG."""
ON_GRID = (0, 2)
"""Those of them that keep the pixels' place on the lattice, as positions in `COPIES`."""
TILES = 4
"""At most so many tiles of 256 px are judged of an image."""
CROP = 128
"""Side of the network's crops, in pixels."""
PERIOD = 64
"""Period of the folded residual, in pixels: a multiple of every generator's known lattice."""
REACH = 512
"""The residual is folded from so many rows and columns at the image's stored corner."""
DENOISER = "wavelet"
NOTE_EVERY = 50
"""Images between two notes of how far the measuring is."""


@dataclass(frozen=True)
class Material:
    """Images in the three forms, memory-mapped.

    Attributes
    ----------
    numbers : numpy.ndarray
        (N, V, D) float16: the descriptors of V versions of N images, the mean over the tiles.
    crops : numpy.ndarray
        (N, V, T, 128, 128, 3) uint8.
    residuals : numpy.ndarray
        (N, V', 3, 64, 64) float16, see `folded`; of training images the versions `ON_GRID`.
    target : numpy.ndarray
        (N,) class index.
    lossless : numpy.ndarray
        (N,) bool: the file is not stored as JPEG.
    """

    numbers: F16
    crops: U8
    residuals: F16
    target: I64
    lossless: npt.NDArray[np.bool_]


def folded(codes: U8) -> F32:
    """Normalised residual of an image, averaged over its blocks of 64x64.

    The scalar product with a normalised 64x64 fingerprint, over their length, is the Pearson
    correlation of the residual with that fingerprint repeated over the image.

    Parameters
    ----------
    codes : numpy.ndarray
        (H, W, 3) uint8.

    Returns
    -------
    numpy.ndarray
        (3, 64, 64) float32; places that a smaller image does not have are 0.
    """
    planes = np.moveaxis(codes[:REACH, :REACH], -1, 0).astype(np.float32)
    residual, _ = separate(planes, denoiser=DENOISER)
    residual = residual - residual.mean()
    residual /= residual.std() + np.float32(1e-6)
    h, w = residual.shape[1:]
    n = PERIOD
    whole = np.pad(residual, ((0, 0), (0, -h % n), (0, -w % n)))
    blocks = whole.reshape(3, whole.shape[1] // n, n, whole.shape[2] // n, n)
    return np.asarray(blocks.sum(axis=(1, 3)) * (n**2 / (h * w)), np.float32)


def numbers(codes: U8) -> F32:
    """Descriptors of one (H, W, 3) image, averaged over its tiles."""
    grow = [(0, max(0, descriptors.HARMONICS - side)) for side in codes.shape[:2]]
    planes = np.moveaxis(np.pad(codes, (*grow, (0, 0)), mode="symmetric"), -1, 0)
    starts, _ = origins(*planes.shape[1:], max_tiles=TILES)
    tiles = (np.ascontiguousarray(planes[:, y : y + SIDE, x : x + SIDE]) for y, x in starts)
    return np.asarray(np.mean([descriptors.every(tile) for tile in tiles], axis=0), np.float32)


def _grown(codes: U8) -> U8:
    """Mirror an image up to 128 px where it is smaller."""
    grow = [(0, max(0, CROP - side)) for side in codes.shape[:2]]
    return np.pad(codes, (*grow, (0, 0)), mode="symmetric")


def random_crop(codes: U8, seed: Sequence[int]) -> U8:
    """Cut 128x128 anywhere."""
    codes, rng = _grown(codes), np.random.default_rng(seed)
    y, x = (int(rng.integers(side - CROP + 1)) for side in codes.shape[:2])
    return codes[y : y + CROP, x : x + CROP]


def corner_crops(codes: U8) -> U8:
    """Cut 128x128 at the four corners, on the lattice of 8: (4, 128, 128, 3)."""
    codes = _grown(codes)
    ends = [(0, (side - CROP) // 8 * 8) for side in codes.shape[:2]]
    return np.stack([codes[y : y + CROP, x : x + CROP] for y in ends[0] for x in ends[1]])


def _codes(record: Record) -> U8:
    return np.ascontiguousarray(np.moveaxis(read_evidence(record.path).codes(), 0, -1))


_SETTINGS = (TILES, CROP, PERIOD, REACH, DENOISER, descriptors.LENGTHS)
_FORMS = ("numbers", "crops", "residuals")
_Parts = tuple[npt.NDArray[Any], ...]


def _train_job(record: Record) -> _Parts:
    codes, key = _codes(record), zlib.crc32(record.path.name.encode())
    made = [copies.training_copy(codes, n, key=key, stored=record.quality) for n in COPIES]
    crops = [random_crop(copy, [key, n, CROP])[None] for copy, n in zip(made, COPIES, strict=True)]
    return _packed(made, crops, [made[i] for i in ON_GRID])


def _stored_job(record: Record) -> F16:
    return numbers(_codes(record)).astype(np.float16)


def _test_job(record: Record) -> _Parts:
    codes = _codes(record)
    made = [handling.apply(codes, record.quality) for handling in copies.HANDLINGS]
    return _packed(made, [corner_crops(copy) for copy in made], made)


def _packed(made: Sequence[U8], crops: Sequence[U8], on_grid: Sequence[U8]) -> _Parts:
    found = np.stack([numbers(copy) for copy in made]).astype(np.float16)
    residuals = np.stack([folded(copy) for copy in on_grid]).astype(np.float16)
    return found, np.stack(crops), residuals


def training(records: Sequence[Record], cache: Path, *, workers: int) -> Material:
    """Material of the training copies."""
    name = f"baseline_train_{pool.digest(records, COPIES, *_SETTINGS)}"
    return _material(_train_job, records, cache / name, workers)


def test(records: Sequence[Record], cache: Path, *, workers: int) -> Material:
    """Material of images under every handling."""
    names = [handling.name for handling in copies.HANDLINGS]
    name = (
        f"baseline_test_{pool.digest(records, names, TILES, PERIOD, DENOISER, descriptors.LENGTHS)}"
    )
    return _material(_test_job, records, cache / name, workers)


def stored(records: Sequence[Record], cache: Path, *, workers: int) -> Material:
    """Descriptors alone, of images as stored; crops and residuals are empty."""
    name = f"baseline_stored_{pool.digest(records, TILES, descriptors.LENGTHS)}.npy"
    found = pool.measured(_stored_job, records, cache / name, workers=workers)
    lossless = np.array([record.quality is None for record in records], bool)
    return Material(
        numbers=found[:, None],
        crops=np.empty((len(records), 0), np.uint8),
        residuals=np.empty((len(records), 0), np.float16),
        target=dataset.targets(records),
        lossless=lossless,
    )


def _material(
    job: Callable[[Record], _Parts], records: Sequence[Record], stem: Path, workers: int
) -> Material:
    """Measure what the cache does not hold; goes on where an earlier run was cut off."""
    paths = [stem.with_name(f"{stem.name}_{name}.npy") for name in _FORMS]
    if not all(path.exists() for path in paths):
        stem.parent.mkdir(parents=True, exist_ok=True)
        _measure(job, records, stem, [path.with_suffix(".partial") for path in paths], workers)
        for path in paths:
            path.with_suffix(".partial").rename(path)
        _progress(stem).unlink()
    numbers, crops, residuals = (np.load(path, mmap_mode="r", allow_pickle=False) for path in paths)
    lossless = np.array([record.quality is None for record in records])
    return Material(numbers, crops, residuals, dataset.targets(records), lossless)


def _measure(
    job: Callable[[Record], _Parts],
    records: Sequence[Record],
    stem: Path,
    paths: Sequence[Path],
    workers: int,
) -> None:
    stores: list[npt.NDArray[Any]] = []
    done = 0
    if _progress(stem).exists():
        stores = [np.lib.format.open_memmap(path, mode="r+") for path in paths]
        done = int(_progress(stem).read_text())
    for i, parts in enumerate(pool.measure(job, records[done:], workers=workers), start=done):
        if not stores:
            stores = [
                np.lib.format.open_memmap(
                    path, mode="w+", dtype=part.dtype, shape=(len(records), *part.shape)
                )
                for path, part in zip(paths, parts, strict=True)
            ]
        for store, part in zip(stores, parts, strict=True):
            store[i] = part
        if (i + 1) % NOTE_EVERY == 0 or i + 1 == len(records):
            _progress(stem).write_text(str(i + 1))
            note = {"cache": stem.name, "done": i + 1, "total": len(records)}
            print(json.dumps(note), file=sys.stderr, flush=True)


def _progress(stem: Path) -> Path:
    return stem.with_suffix(".progress")
