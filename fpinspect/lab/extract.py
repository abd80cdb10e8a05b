"""Feature cache: every copy of every image through the families, once.

The cache lies outside the repository; it is keyed by nothing but its folder, so give each version
of the families a folder of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import read_evidence
from fpinspect.lab import copies
from fpinspect.lab.dataset import Record
from fpinspect.lab.pool import measure
from fpinspect.verdict import features, tiles

F16 = npt.NDArray[np.float16]


@dataclass(frozen=True)
class FeatureTable:
    """Feature vectors of tiles.

    Attributes
    ----------
    vectors : numpy.ndarray
        (T, D) float16, memory-mapped.
    owner : numpy.ndarray
        (T,) int32, index of the record each tile belongs to.
    """

    vectors: F16
    owner: npt.NDArray[np.int32]


def _codes(record: Record) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(np.moveaxis(read_evidence(record.path).codes(), 0, -1))


def _vectors_of(codes: npt.NDArray[np.uint8], max_tiles: int) -> F16:
    planes = np.ascontiguousarray(np.moveaxis(codes, -1, 0))
    found = tiles.cut(planes, max_tiles=max_tiles)
    return np.stack([features.extract(tile) for tile in found.tiles]).astype(np.float16)


def _train_job(job: tuple[Record, int]) -> F16:
    record, count = job
    codes = _codes(record)
    out = []
    for number in range(count):
        copy = copies.training_copy(
            codes, number, key=copies.key_of(record.path), stored=record.quality
        )
        out.append(_vectors_of(copy, 1)[0])
    return np.stack(out)


def _handling_job(job: tuple[Record, str]) -> F16:
    record, name = job
    handling = copies.handling_named(name)
    return _vectors_of(handling.apply(_codes(record), record.quality), 16)


def training_table(
    records: Sequence[Record], cache: Path, *, copies_each: int, jobs: int
) -> npt.NDArray[np.float16]:
    """Feature vectors of the training copies: (N, copies, D) float16, memory-mapped."""
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / f"train_{copies_each}.npy"
    if not target.exists():
        shape = (len(records), copies_each, sum(features.LENGTHS.values()))
        partial = target.with_suffix(".partial.npy")
        store = np.lib.format.open_memmap(partial, mode="w+", dtype=np.float16, shape=shape)
        done = measure(_train_job, [(r, copies_each) for r in records], workers=jobs)
        for i, vectors in enumerate(_reported(done, len(records), target.stem)):
            store[i] = vectors
        store.flush()
        del store
        partial.rename(target)
    return np.load(target, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]


def handling_table(
    records: Sequence[Record], cache: Path, *, name: str, handling: str, jobs: int
) -> FeatureTable:
    """Feature vectors of all tiles of whole images under one handling of the test tables."""
    cache.mkdir(parents=True, exist_ok=True)
    vectors_path = cache / f"{name}_{handling}.npy"
    owner_path = cache / f"{name}_{handling}_owner.npy"
    if not owner_path.exists():
        done = measure(_handling_job, [(r, handling) for r in records], workers=jobs)
        parts = list(_reported(done, len(records), vectors_path.stem))
        owner = np.repeat(np.arange(len(parts)), [len(p) for p in parts]).astype(np.int32)
        np.save(vectors_path, np.concatenate(parts), allow_pickle=False)
        np.save(owner_path, owner, allow_pickle=False)
    return FeatureTable(
        np.load(vectors_path, mmap_mode="r", allow_pickle=False),
        np.load(owner_path, allow_pickle=False),
    )


def effective_tiles(
    records: Sequence[Record], owner: npt.NDArray[np.int32], handling: str
) -> npt.NDArray[np.float64]:
    """Judged pixels of every record under a handling, over those of a full tile: (N,) float64."""
    number = np.bincount(owner, minlength=len(records))
    area = np.array([np.prod(np.minimum(_handled_size(r.size, handling), 256)) for r in records])
    return np.asarray(number * area / 256**2, np.float64)


def _handled_size(size: tuple[int, int], handling: str) -> npt.NDArray[np.float64]:
    h, w = size
    cut = copies.CROP_OFF_GRID if handling.startswith("q") else (0, 0)
    scale = {"x075": 0.75, "x125": 1.25}.get(handling, 1.0)
    side = copies.side_of(handling) or np.inf
    return np.asarray(
        np.minimum(np.array([(h - cut[0]) * scale, (w - cut[1]) * scale]), side), np.float64
    )


def _reported(done: Iterator[F16], total: int, what: str) -> Iterator[F16]:
    for i, item in enumerate(done, start=1):
        if i % 100 == 0 or i == total:
            print(json.dumps({"cache": what, "done": i, "total": total}), flush=True)
        yield item
