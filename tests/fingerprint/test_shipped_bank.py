"""The bank that ships: complete, small, sound, and no JPEG detector."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import numpy as np
import pytest

from fpinspect.evidence.image import read_evidence
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.enrol import Sample, read_samples
from fpinspect.fingerprint.lineage import lineage
from fpinspect.fingerprint.manifest import BANDS
from fpinspect.fingerprint.match import Match, match
from fpinspect.fingerprint.null import ENOUGH, OCTAVES
from fpinspect.lab.build_bank import recode, residual_of

LABELS = {"sd1", "sd2", "biggan", "flux", "real", "ldm", "stylegan2", "cyclegan", "sdxl"}


@pytest.fixture(scope="module")
def shipped() -> Bank:
    return Bank.load()


def test_it_is_complete_and_small(shipped):
    assert set(shipped.entries) == LABELS
    for _, part in shipped.files():
        part.data()  # checks the hash
    assert sum(path.stat().st_size for path in shipped.path.iterdir()) < 25e6
    assert {label for label, e in shipped.entries.items() if e.lattices == (128,)} == {"biggan"}
    for entry in shipped.entries.values():
        assert entry.info.inputs_sha256 != "0" * 64
        assert sum(entry.info.jpeg_history.values()) == max(entry.info.images.values())
        for lattice in entry.lattices:
            for name in ("residual", "denoised"):
                for key, array in entry.fingerprint(lattice).component(name).arrays():
                    assert np.isfinite(array).all(), (entry.label, name, key)


def test_every_entry_has_a_null_for_every_band_and_size(shipped):
    cells = {f"{name}/{size}" for name in BANDS for size in OCTAVES}
    for entry in shipped.entries.values():
        assert set(entry.arrays.nulls) == cells
        for null in entry.arrays.nulls.values():
            assert ENOUGH <= null.size <= 550
            assert (np.diff(null) >= 0).all()


def test_no_template_takes_up_the_photographs_mean(shipped):
    real = shipped.entries["real"].fingerprint(256).residual.mean.ravel()
    for entry in shipped.entries.values():
        if entry.info.kind == "generator" and 256 in entry.lattices:
            assert abs(np.corrcoef(entry.template(256).ravel(), real)[0, 1]) < 0.05, entry


def test_what_jpeg_leaves_in_photographs_is_subtracted(shipped):
    entry = shipped.entries["sd2"]  # nearly all saved at JPEG 75, 4:2:0
    coded_alike = entry.arrays.baselines[256].ravel()
    before = np.corrcoef(entry.fingerprint(256).residual.mean.ravel(), coded_alike)[0, 1]
    after = np.corrcoef(entry.template(256).ravel(), coded_alike)[0, 1]
    assert before > 0.2
    assert abs(after) < before / 3


def test_stable_diffusion_descends_from_latent_diffusion(shipped):
    tree = lineage(shipped, photographs=False)
    place = {label: i for i, label in enumerate(tree.labels)}
    row = tree.similarity[place["sd1"]].copy()
    row[place["sd1"]] = 0
    assert row.argmax() == place["ldm"]


@pytest.mark.parametrize("name", ["lattice", "manifest", "accumulate", "bank", "match"])
def test_doctests(name):
    module = importlib.import_module(f"fpinspect.fingerprint.{name}")
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0


def _match(bank: Bank, sample: Sample, quality: int | None = None) -> dict[str, Match]:
    evidence = read_evidence(sample.path)
    codes = evidence.codes() if quality is None else recode(evidence.codes(), quality)
    known = evidence.facts.jpeg_quality if quality is None else quality
    return match(residual_of(codes), bank, jpeg_quality=known, origin=sample.origin)


def _every(samples: list[Sample], step: int) -> list[Sample]:
    assert len(samples) >= step
    return samples[::step]


def test_a_residual_without_a_pixel_to_compare_matches_nothing(shipped):
    for quality in (None, 75):
        found = match(np.zeros((3, 300, 300), np.float32), shipped, jpeg_quality=quality)
        assert {m.p_value for m in found.values()} == {1.0}
        assert {m.folded for m in found.values()} == {0.0}


@pytest.mark.data
def test_the_match_of_sd2_is_no_jpeg_detector(shipped, data_dir: Path):
    manifest = data_dir / "manifest.csv"
    photographs = _every(read_samples(manifest, ["split=test", "label=real"]), 5)
    coded = [_match(shipped, sample, 75)["sd2"].p_value for sample in photographs]
    assert np.mean(np.array(coded) <= 0.05) <= 0.15  # 0.05 expected, 36 photographs
    lossless = read_samples(manifest, ["split=test", "label=sd2", "jpeg_quality="])
    found = [_match(shipped, sample)["sd2"].p_value for sample in lossless]
    assert np.median(found) <= 0.05


@pytest.mark.data
def test_own_images_match_whatever_the_shift(shipped, data_dir: Path):
    samples = read_samples(data_dir / "manifest.csv", ["split=calibrate", "label=flux|ldm"])
    for sample in _every(samples, 10):
        label = "ldm" if "ldm" in str(sample.path) else "flux"
        codes = read_evidence(sample.path).codes()
        straight = match(residual_of(codes), shipped, jpeg_quality=None)[label]
        moved = np.ascontiguousarray(codes[:, 3:, 6:])
        shifted = match(residual_of(moved), shipped, jpeg_quality=None)[label]
        assert straight.p_value <= 0.05
        assert shifted.p_value <= 0.05
        period = shipped.entries[label].info.period
        want = ((straight.shift[0] - 3) % period, (straight.shift[1] - 6) % period)
        assert shifted.shift == want
