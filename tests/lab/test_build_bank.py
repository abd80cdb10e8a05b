"""Building the bank that ships: which photographs, which copies, the same result every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fpinspect.fingerprint.manifest import BANDS
from fpinspect.fingerprint.match import match
from fpinspect.lab.bank_report import auc
from fpinspect.lab.build_bank import SOURCES, build, coded, crop, in_bank, recode

COLUMNS = "path,split,label,class,group,crop_x,crop_y,jpeg_quality"


def test_groups_are_divided_once_and_for_all():
    share = np.mean([in_bank(f"owner/repository-{i}") for i in range(2000)])
    assert share == pytest.approx(0.6, abs=0.04)
    assert in_bank("a") == in_bank("a")


def test_crops_keep_the_lattice():
    codes = np.arange(3 * 256 * 272, dtype=np.int64).reshape(3, 256, 272) % 251
    for seed in range(5):
        part = crop(codes.astype(np.uint8), 64, np.random.default_rng(seed))
        assert part.shape == (3, 64, 64)
        places = [
            (y, x)
            for y in range(0, 193, 16)
            for x in range(0, 209, 16)
            if np.array_equal(codes[:, y : y + 64, x : x + 64], part)
        ]
        assert places


def test_recoding_is_jpeg_in_place():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 256, (3, 64, 48), dtype=np.uint8)
    again = recode(codes, 60)
    assert again.shape == codes.shape
    assert not np.array_equal(again, codes)
    np.testing.assert_array_equal(coded(codes, "none"), codes)
    np.testing.assert_array_equal(coded(codes, "q60"), again)
    assert set(BANDS) == {"none", "q95", "q85", "q75", "q60"}


@pytest.mark.parametrize(
    ("own", "others", "area"),
    [([2, 3], [0, 1], 1.0), ([0, 1], [2, 3], 0.0), ([1, 1], [1, 1], 0.5), ([1, 3], [1, 2], 0.625)],
)
def test_auc(own, others, area):
    assert auc(own, others) == pytest.approx(area)


def _data(folder: Path) -> Path:
    rows, rng = [COLUMNS], np.random.default_rng(0)

    def picture(name: str, row: str, size: int = 256) -> None:
        codes = np.clip(rng.normal(128, 8, (size, size, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(codes).save(folder / name)
        rows.append(f"{name},{row}")

    bank = next(f"g{i}" for i in range(99) if in_bank(f"g{i}"))
    null = next(f"g{i}" for i in range(99) if not in_bank(f"g{i}"))
    for i, group in enumerate([bank, bank, null, null]):
        picture(f"real{i}.png", f"train,real,coco,{group},16,32,")
    picture("never.png", f"train,real,png_photo,{bank},0,0,")
    picture("drawing.png", f"train,real,real_other,{bank},0,0,")
    picture("whole.png", "calibrate,real,coco,w,0,0,", 384)
    for source in SOURCES:
        size = 128 if source.label == "biggan" else 256
        picture(f"{source.label}.png", f"train,{source.label},{source.label},s,0,0,", size)
    (folder / "manifest.csv").write_text("\n".join(rows))
    return folder


def test_a_small_bank_is_built_the_same_way_twice(tmp_path):
    data = _data(tmp_path)
    one, two = build(data, 1), build(data, 1)
    assert one.digest == two.digest
    assert set(one.entries) == {source.label for source in SOURCES} | {"real"}
    assert one.photographs is not None
    assert (one.photographs.baseline_images, one.photographs.null_images) == (3, 3)
    assert one.entries["real"].info.images == {256: 3, 128: 3}  # no drawing
    assert one.entries["biggan"].info.images == {128: 1}
    assert {cell: null.size for cell, null in one.entries["sd1"].arrays.nulls.items()} == {
        f"{name}/{size}": 1 if size == 512 else 2 for name in BANDS for size in (64, 128, 256, 512)
    }
    saved = one.save(tmp_path / "bank")
    assert saved.digest == one.digest
    residual = np.random.default_rng(1).normal(size=(3, 256, 256)).astype(np.float32)
    assert set(match(residual, saved, jpeg_quality=75)) == set(one.entries)
