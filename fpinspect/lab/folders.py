"""What `lab evaluate` is pointed at: a labelled image set, a manifest, or folders by source."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fpinspect.evidence.flags import ItemError
from fpinspect.evidence.image import read_evidence
from fpinspect.evidence.sources import walk
from fpinspect.lab import dataset
from fpinspect.lab.dataset import SOURCES, Record

ALIASES: Mapping[str, str] = {
    "photos": "real", "photographs": "real", "nature": "real", "0_real": "real",
    "sd1.x": "sd1", "sd14": "sd1", "sd1.4": "sd1", "sd15": "sd1", "sd1.5": "sd1",
    "sd21": "sd2", "sd2.1": "sd2", "sd2.x": "sd2",
    "biggan-deep": "biggan", "big_gan": "biggan",
    "flux1": "flux", "flux.1": "flux", "flux-dev": "flux", "flux-schnell": "flux",
}  # fmt: skip
"""Folder names that mean one of the sources (in small letters)."""


@dataclass(frozen=True)
class Subjects:
    """The images to judge.

    Attributes
    ----------
    name : str
        Short, for the cache.
    records : sequence of Record
        The images.
    training : sequence of Record
        The images that trained the heads, where the manifest lists them; else empty.
    notes : sequence of str
        How labels were read and what was left out, in plain words.
    """

    name: str
    records: Sequence[Record]
    training: Sequence[Record]
    notes: Sequence[str]

    @property
    def unseen(self) -> list[bool]:
        """Which images come from a repository that the training does not hold."""
        seen = {record.repository for record in self.training}
        return [record.repository not in seen for record in self.records]


def source_of(label: str) -> str:
    """Source that a label or folder name stands for; ``other`` for what is not known.

    Examples
    --------
    >>> source_of("Real"), source_of("SD1.5"), source_of("midjourney")
    ('real', 'sd1', 'other')
    """
    name = label.strip().lower()
    name = ALIASES.get(name, name)
    return name if name in SOURCES else "other"


def load(path: Path, split: str = "test") -> Subjects:
    """Read what is to be judged.

    Parameters
    ----------
    path : pathlib.Path
        A manifest (``.csv``), a folder that holds ``manifest.csv``, or a folder with one folder of
        images per source.
    split : str
        Of a manifest with splits.

    Raises
    ------
    ValueError
        In plain words, if nothing usable is there.
    """
    manifest = path if path.suffix.lower() == ".csv" else path / "manifest.csv"
    if manifest.is_file():
        return _from_manifest(manifest, split)
    if not path.is_dir():
        raise ValueError(f"there is no folder or manifest {str(path)!r}")
    return _from_folders(path)


def _from_manifest(manifest: Path, split: str) -> Subjects:
    with manifest.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    if not rows or not {"path", "label"} <= set(rows[0]):
        raise ValueError(f"{manifest} needs the columns path and label")
    splits = {row.get("split") or "" for row in rows}
    wanted = split if splits - {""} else ""
    chosen = [row for row in rows if (row.get("split") or "") == wanted]
    if not chosen:
        raise ValueError(f"{manifest} has no image of the split {split!r}")
    if {"class", "group", "source", "jpeg_quality", "width", "height", "crop_x"} <= set(rows[0]):
        records = dataset.load(manifest.parent, [wanted])
        training = dataset.load(manifest.parent, ["train"]) if wanted != "train" else []
        return Subjects(wanted, records, training, _mapping((r.label, r.target) for r in records))
    folder = manifest.parent
    labelled = [(folder / row["path"], row["label"], row.get("group") or "") for row in chosen]
    return _measured(wanted or manifest.stem, labelled)


def _from_folders(path: Path) -> Subjects:
    labelled = [
        (Path(item.path), folder.name, "")
        for folder in sorted(path.iterdir())
        if folder.is_dir()
        for item in walk([folder]).items
    ]
    if not labelled:
        raise ValueError(
            f"{path} holds no images by source: make one folder per source (real, sd1, sd2, "
            "biggan, flux; others count as other generators), or a manifest.csv"
        )
    return _measured(path.resolve().name, labelled)


def _measured(name: str, labelled: Sequence[tuple[Path, str, str]]) -> Subjects:
    """Make records of files whose size and quality no manifest tells; note unusable ones."""
    records, notes = [], []
    for file, label, group in labelled:
        try:
            facts = read_evidence(file).facts
        except ItemError as error:
            notes.append(f"left out: {file}: {error}")
            continue
        quality = None if facts.jpeg_quality is None else float(facts.jpeg_quality)
        size = (facts.height, facts.width)
        source = f"{label}/{group or file.parent.name}"
        records.append(
            Record(file, "", source_of(label), label, group or str(file), source, quality, size)
        )
    if not records:
        raise ValueError("none of the images could be read")
    return Subjects(name, records, (), [*_mapping((r.kind, r.target) for r in records), *notes])


def _mapping(pairs: Iterable[tuple[str, int]]) -> list[str]:
    """Say which label was taken for which source."""
    counts = Counter(pairs)
    lines = [
        f"{label}: {SOURCES[target]}, {n} image{'' if n == 1 else 's'}"
        for (label, target), n in sorted(counts.items(), key=lambda item: (item[0][1], item[0][0]))
    ]
    targets = {target for _, target in counts}
    if 0 not in targets:
        lines.append("no real image: AUC, false positives and calibration cannot be measured")
    if targets == {0}:
        lines.append("no generated image: AUC, true positives and calibration cannot be measured")
    return lines
