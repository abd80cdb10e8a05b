"""The labelled image set: records, repositories, folds that never split a group."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

SOURCES = ("real", "sd1", "sd2", "biggan", "flux", "other")
"""The classes of the heads; ``other`` is every generator outside the four."""


@dataclass(frozen=True, slots=True)
class Record:
    """One image of the manifest.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    split, label, kind, group, source : str
        As in the manifest: ``train``, ``calibrate`` or ``test``; the source to attribute; the finer
        class; what must not be split over folds; where the image came from.
    quality : float or None
        JPEG quality of the stored file, None for lossless ones.
    size : tuple of int
        Height and width in pixels.
    origin : tuple of int
        Row and column of the file's first pixel in the image it was cut from.
    """

    path: Path
    split: str
    label: str
    kind: str
    group: str
    source: str
    quality: float | None
    size: tuple[int, int] = (256, 256)
    origin: tuple[int, int] = (0, 0)

    @property
    def target(self) -> int:
        """Index into `SOURCES`."""
        return SOURCES.index(self.label) if self.label in SOURCES else len(SOURCES) - 1

    @property
    def repository(self) -> str:
        """The repository: ``owner/name`` of the source, without what follows a colon."""
        return "/".join(self.source.split(":")[0].split("/")[:2])


def load(data: Path, splits: Iterable[str]) -> list[Record]:
    """Read the manifest below `data`.

    Raises
    ------
    FileNotFoundError
        If there is no ``manifest.csv``.
    """
    wanted = set(splits)
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as handle:
        return [
            Record(
                path=data / row["path"],
                split=row["split"],
                label=row["label"],
                kind=row["class"],
                group=row["group"],
                source=row["source"],
                quality=float(row["jpeg_quality"]) if row["jpeg_quality"] else None,
                size=(int(row["height"]), int(row["width"])),
                origin=(int(row["crop_y"] or 0), int(row["crop_x"] or 0)),
            )
            for row in csv.DictReader(handle)
            if row["split"] in wanted
        ]


def targets(records: Sequence[Record]) -> npt.NDArray[np.int64]:
    """Class index of every record: (N,) int64."""
    return np.array([record.target for record in records], np.int64)


def folds(records: Sequence[Record], count: int, seed: int) -> npt.NDArray[np.int64]:
    """Assign a fold to every record so that no group is split: (N,) int64 in [0, count).

    Groups are dealt class by class, largest first, to the fold that has least of the class, ties
    broken by a hash of the group's name and the seed.
    """
    sizes: dict[str, dict[str, int]] = {}
    for record in records:
        label = SOURCES[record.target]
        sizes.setdefault(record.group, {}).setdefault(label, 0)
        sizes[record.group][label] += 1

    def order(group: str) -> tuple[int, str]:
        digest = hashlib.sha256(f"{seed}:{group}".encode()).hexdigest()
        return -max(sizes[group].values()), digest

    load_of = {label: np.zeros(count) for label in SOURCES}
    fold_of: dict[str, int] = {}
    for group in sorted(sizes, key=order):
        label = max(sizes[group], key=lambda name: sizes[group][name])
        fold = int(np.argmin(load_of[label]))
        fold_of[group] = fold
        for name, n in sizes[group].items():
            load_of[name][fold] += n
    return np.array([fold_of[record.group] for record in records], np.int64)
