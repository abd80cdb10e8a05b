"""Matches for the training: every image with fingerprints that it took no part in."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from fpinspect.lab import dataset, matches
from fpinspect.lab.build_bank import Source
from fpinspect.verdict import matched

COLUMNS = "path,split,label,class,group,source,crop_x,crop_y,jpeg_quality,width,height"


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Six small images of one generator, which stands in for all that are enrolled."""
    rng, rows = np.random.default_rng(0), [COLUMNS]
    for i in range(6):
        codes = np.clip(rng.normal(128, 8, (128, 128, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(codes).save(tmp_path / f"{i}.png")
        rows.append(f"{i}.png,train,flux,flux,g{i},o/r{i},0,0,,128,128")
    (tmp_path / "manifest.csv").write_text("\n".join(rows) + "\n")
    everyone = [Source(label, label, ("label=flux",)) for label in matched.ENTRIES]
    monkeypatch.setattr(matches, "SOURCES", everyone)
    return tmp_path


def test_a_fold_is_kept_out_of_its_bank(data, tmp_path):
    held = {(data / name).resolve() for name in ("1.png", "4.png")}
    bank = matches.bank_without(data, held, 1)
    assert list(bank.entries) == list(matched.ENTRIES)
    assert {count for entry in bank.entries.values() for count in entry.info.images.values()} == {4}


def test_every_image_is_matched_with_the_bank_of_its_fold(data, tmp_path):
    records = dataset.load(data, ["train"])
    fold = np.array([0, 0, 0, 1, 1, 1])
    cache = tmp_path / "cache"
    cache.mkdir()
    found = matches.fold_tables(records, fold, data, cache, ["raw", matches.RESIZED], jobs=1)
    assert {name: table.shape for name, table in found.items()} == {
        "raw": (6, len(matched.ENTRIES)),
        "resized": (6, len(matched.ENTRIES)),
    }
    banks = [matches.Bank.load(cache / f"bank_fold{k}") for k in (0, 1)]
    codes = np.ascontiguousarray(np.moveaxis(np.asarray(Image.open(data / "4.png")), -1, 0))
    own, other = (matches.excess_of(codes, None, bank) for bank in (banks[1], banks[0]))
    np.testing.assert_array_equal(found["raw"][4], own)
    assert other.mean() > own.mean()  # the other fold's bank holds the image itself
    # measured once: the files may go
    (data / "4.png").unlink()
    again = matches.fold_tables(records, fold, data, cache, ["raw"], jobs=1)
    np.testing.assert_array_equal(again["raw"], found["raw"])
