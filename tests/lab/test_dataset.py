"""Folds and records: no group is ever split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fpinspect.lab import dataset
from fpinspect.lab.dataset import Record


def record(i: int, label: str, group: str, source: str | None = None) -> Record:
    return Record(
        Path(f"{i}.png"), "train", label, label, group, source or f"owner/{group}/{i}.png", None
    )


@pytest.fixture
def records() -> list[Record]:
    rng = np.random.default_rng(0)
    labels = ["real", "sd1", "sd2", "biggan", "flux", "sdxl"]
    return [record(i, labels[i % 6], f"{labels[i % 6]}-{rng.integers(0, 9)}") for i in range(600)]


def test_folds_split_no_group_and_balance_classes(records: list[Record]) -> None:
    fold = dataset.folds(records, 3, seed=1)
    by_group: dict[str, set[int]] = {}
    for r, f in zip(records, fold, strict=True):
        by_group.setdefault(r.group, set()).add(int(f))
    assert all(len(found) == 1 for found in by_group.values())
    goal = dataset.targets(records)
    for c in range(6):
        share = np.bincount(fold[goal == c], minlength=3) / (goal == c).sum()
        assert share.min() > 0.15


def test_folds_are_reproducible(records: list[Record]) -> None:
    np.testing.assert_array_equal(
        dataset.folds(records, 4, seed=5), dataset.folds(records, 4, seed=5)
    )


def test_generators_outside_the_four_are_other() -> None:
    assert record(0, "sdxl", "g").target == dataset.SOURCES.index("other")
    assert record(0, "flux", "g").target == dataset.SOURCES.index("flux")


def test_repository_drops_what_follows() -> None:
    r = record(0, "biggan", "g", "name/repo:branch/folder/x.png")
    assert r.repository == "name/repo"


def test_manifest_splits_are_disjoint_by_group(data_dir: Path) -> None:
    loaded = dataset.load(data_dir, ["train", "calibrate", "test"])
    splits: dict[str, set[str]] = {}
    for r in loaded:
        splits.setdefault(r.group, set()).add(r.split)
    assert len(loaded) > 4000
    assert all(len(found) == 1 for found in splits.values())
