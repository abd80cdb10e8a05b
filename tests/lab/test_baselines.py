"""The baselines' descriptors, material and protocol."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fpinspect.lab import evaluate
from fpinspect.lab.baselines import (
    camnet,
    comparison,
    descriptors,
    dif,
    material,
    own,
    protocol,
)
from fpinspect.lab.baselines.loop import Plan
from fpinspect.lab.baselines.material import Material
from fpinspect.lab.dataset import SOURCES, Record


def _noise(slope: float, side: int = 256, seed: int = 0) -> np.ndarray:
    """(3, side, side) codes whose magnitude falls as frequency to the power of `slope`."""
    rng = np.random.default_rng(seed)
    fy, fx = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]
    decay = np.maximum(np.hypot(fy, fx), 1 / side) ** slope
    plane = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(side, side))) * decay)
    plane = 128 + 40 * plane / plane.std()
    return np.repeat(np.clip(np.rint(plane), 0, 255)[None], 3, axis=0).astype(np.uint8)


def test_power_law_finds_the_exponent():
    for slope in (-0.5, -1.0):
        b, start, end = descriptors.power_law(_noise(slope))
        assert b == pytest.approx(slope, abs=0.35)
        assert start > end
    assert descriptors.power_law(_noise(-1.0))[0] < descriptors.power_law(_noise(-0.5))[0]


def test_harmonics_stand_out_where_a_pattern_repeats():
    rng = np.random.default_rng(0)
    plain = rng.integers(118, 138, (3, 128, 96), dtype=np.uint8)
    pattern = np.zeros((8, 8), np.uint8)
    pattern[0, 0] = 60
    marked = plain + np.tile(pattern, (16, 12))
    found = [descriptors.cross_difference_harmonics(x).reshape(3, 16, 9) for x in (plain, marked)]
    raised = (found[1] - found[0])[0]
    eighths = raised[::2, ::2].ravel()[1:]
    assert np.median(eighths) > 0.8
    assert abs(np.median(raised[1::2, 1::2])) < 0.5


@pytest.mark.parametrize("shape", [(16, 16), (40, 129), (256, 300)])
def test_every_size_gives_the_same_number_of_finite_numbers(shape: tuple[int, int]):
    codes = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    found = material.numbers(codes)
    assert found.shape == (sum(descriptors.LENGTHS),)
    assert np.isfinite(found).all()
    assert material.corner_crops(codes).shape == (4, 128, 128, 3)
    assert material.random_crop(codes, [1]).shape == (128, 128, 3)


def test_descriptors_lie_where_the_protocol_looks():
    codes = np.random.default_rng(0).integers(0, 256, (3, 64, 64), dtype=np.uint8)
    found = descriptors.every(codes)
    for span, describe in zip(protocol.spans().values(), descriptors.DESCRIPTORS, strict=True):
        np.testing.assert_array_equal(found[span], describe(codes))


def _records(folder: Path, count: int) -> list[Record]:
    rng = np.random.default_rng(0)
    out = []
    for i in range(count):
        path = folder / f"{i}.png"
        Image.fromarray(rng.integers(0, 256, (140, 132, 3), dtype=np.uint8)).save(path)
        out.append(Record(path, "train", SOURCES[i % 6], "k", str(i), "s", None))
    return out


def test_material_is_measured_once_and_goes_on_where_it_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    records = _records(tmp_path, 3)
    whole = material.training(records, tmp_path / "whole", workers=1)
    assert whole.numbers.shape == (3, len(material.COPIES), sum(descriptors.LENGTHS))
    assert whole.crops.shape == (3, len(material.COPIES), 1, 128, 128, 3)
    assert whole.residuals.shape == (3, len(material.ON_GRID), 3, 64, 64)
    assert whole.target.tolist() == [0, 1, 2]

    made: list[int] = []

    def cut_off(codes: np.ndarray, key: list[int]) -> np.ndarray:
        if len(made) == 2 * len(material.COPIES):
            raise KeyboardInterrupt
        made.append(key[0])
        return original(codes, key)

    original = material.random_crop
    monkeypatch.setattr(material, "random_crop", cut_off)
    monkeypatch.setattr(material, "NOTE_EVERY", 1)
    with pytest.raises(KeyboardInterrupt):
        material.training(records, tmp_path / "cut", workers=1)
    made.clear()
    again = material.training(records, tmp_path / "cut", workers=1)
    assert set(made) == {zlib.crc32(b"2.png")}
    for name in ("numbers", "crops", "residuals"):
        np.testing.assert_array_equal(getattr(again, name), getattr(whole, name))
    made.clear()
    material.training(records, tmp_path / "cut", workers=1)
    assert not made


def _material(count: int, versions: int, residuals: int, seed: int) -> Material:
    """Six classes, each with its own marks in all three forms."""
    rng = np.random.default_rng(seed)
    marks = np.random.default_rng(99)
    length = sum(descriptors.LENGTHS)
    target = np.arange(count) % 6
    numbers = rng.normal(size=(count, versions, length))
    numbers += 2.5 * np.eye(6)[target][:, None, np.arange(length) % 6]
    crops = rng.integers(0, 200, (count, versions, 1, 32, 32, 3))
    crops[..., 0] += (10 * target)[:, None, None, None, None]
    folded = rng.normal(size=(count, residuals, 3, 32, 32))
    patterns = np.tile(marks.normal(size=(6, 3, 8, 8)), (1, 1, 4, 4)) * 0.5
    patterns[0] = 0
    folded += patterns[target][:, None]
    folded[:] /= folded.std(axis=(2, 3, 4), keepdims=True)
    kinds = numbers.astype(np.float16), crops.astype(np.uint8), folded.astype(np.float16)
    return Material(*kinds, target=target, lossless=np.arange(count) % 4 > 0)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> protocol.Outcome:
    folder = tmp_path_factory.mktemp("baselines")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dif, "PLAN", Plan(every=12, patience=2, drops=0, most=24))
        patch.setattr(dif, "MARGIN", 0.2)
        patch.setattr(camnet, "PLAN", Plan(every=5, patience=2, drops=0, most=5))
        patch.setattr(protocol, "TREES", 12)
        learned = _material(120, 2, 2, seed=0)
        judged = _material(60, len(protocol.HANDLINGS), len(protocol.HANDLINGS), seed=1)
        setting = protocol.Setting(np.arange(120) >= 96, folder, "x", str)
        return protocol.evaluate(learned, judged, _material(120, 1, 1, seed=2), setting)


def test_every_baseline_learns_what_its_material_says(outcome: protocol.Outcome):
    assert outcome.rows.keys() == protocol.BASELINES.keys()
    for name, rows in outcome.rows.items():
        assert tuple(rows) == protocol.HANDLINGS
        assert rows["raw"].n == 60
        if name != protocol.WHOLE_IMAGE:  # five steps teach it nothing yet
            assert rows["raw"].auc > 0.8, name
    assert outcome.lineage.shape == (5, 6)
    assert (outcome.lineage.argmax(axis=1) == np.arange(1, 6)).all()
    files = sorted(path.suffix for path in outcome.setting.folder.iterdir())
    assert files == [".json"] * 6 + [".safetensors"] * 6


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dif, "PLAN", Plan(every=12, patience=2, drops=0, most=24))
    monkeypatch.setattr(dif, "MARGIN", 0.2)
    monkeypatch.setattr(camnet, "PLAN", Plan(every=2, patience=2, drops=0, most=2))
    monkeypatch.setattr(protocol, "TREES", 8)


@pytest.mark.usefixtures("short")
def test_trials_under_own_conditions_take_the_papers_files(outcome: protocol.Outcome):
    judged, stored = outcome.test, outcome.stored
    found = own.measure(outcome)
    assert [result.trial for result in found] == list(own.TRIALS)
    # Eight rounds of boosting teach nothing that nine photographs could show.
    others = [result for result in found if result.trial.detector != protocol.HARMONICS]
    assert min(result.accuracy for result in others) > 0.6
    assert min(result.elsewhere for result in found) > 0.5  # five photographs are lossless
    assert found[0].others == (judged.lossless & np.isin(judged.target, (0, 3))).sum()
    # The descriptors judge every training image, from the other parts; a fingerprint one part.
    assert found[0].images == (stored.lossless & np.isin(stored.target, (0, 3))).sum()
    photographs, jpeg = (judged.target == 0).sum(), (judged.target == 2).sum()
    assert found[5].others == photographs + jpeg
    assert found[5].images < (photographs + jpeg) // 2
    table = comparison.own_protocol(found)
    assert len(table.rows) == len(own.TRIALS)
    assert table.rows[4][5] == pytest.approx(found[4].accuracy - 0.993)
    words = comparison.distances(found)
    assert words[protocol.POWER_LAW] == f"{found[0].accuracy:.3f} ({table.rows[0][5]:+.3f})"
    assert words[protocol.FINGERPRINT].count("(") == 3
    assert words[protocol.HARMONICS] == words[protocol.WHOLE_IMAGE] == "–"
    # Without lossless photographs there is nothing to repeat.
    none = np.zeros(60, bool)
    left = own.measure(replace(outcome, test=replace(judged, lossless=none)))
    assert [result.trial.sources for result in left] == [("real", "sd2")]


def test_parts_are_of_one_size_in_every_class():
    target = np.repeat([0, 1, 2], [60, 13, 6])
    part = own.parts(target)
    counts = [np.bincount(part[target == c], minlength=own.PARTS) for c in range(3)]
    assert [int(np.ptp(count)) for count in counts] == [0, 1, 0]


def test_neighbours_vote_among_as_many_of_each_class():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 3], [30, 600])
    x = rng.normal(size=(630, 3)).astype(np.float32)
    share = protocol.neighbours(x, y, np.zeros(630, bool)).probabilities(x + 0.5)
    # Nothing tells them apart: the rare class is found as often as the common one.
    assert share.mean(axis=0)[0] == pytest.approx(0.5, abs=0.1)
    assert share[:, [1, 2, 4, 5]].max() == 0


def test_tables_say_how_the_trainings_ended(outcome: protocol.Outcome):
    table = comparison.trainings(outcome.histories)
    assert len(table.rows) == 6
    assert {row[5] for row in table.rows} <= {"most steps", "stopped falling"}
    assert table.rows[-1][:2] == ["whole-image network", 5]
    assert comparison.lineage(outcome).rows[0][0] == "SD 1.x"


def test_the_products_rows_come_from_an_evaluation(outcome: protocol.Outcome, tmp_path: Path):
    rows = outcome.rows[protocol.RADIAL]
    path = tmp_path / "evaluation.json"
    evaluate.write_json(path, {**rows, "container only": rows["raw"]}, {})
    assert comparison.product_rows(path) == rows


@pytest.mark.usefixtures("short")
def test_results_are_kept_for_other_heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    records = _records(tmp_path, 18)
    parts = records[:12], records[12:]
    cache, out = tmp_path / "cache", tmp_path / "out"
    first = comparison.compare(*parts, cache, out, workers=1, say=str)
    assert set(first.rows) == set(protocol.BASELINES)
    with monkeypatch.context() as patch:
        patch.setattr(protocol, "measure", pytest.fail)
        again = comparison.compare(*parts, cache, out, workers=1, say=pytest.fail)
    product = {"raw": first.rows[protocol.RADIAL]["raw"]}
    for make in (comparison.one_table, comparison.in_full):
        assert make(product, again).markdown() == make(product, first).markdown()
    table = comparison.one_table(product, again)
    assert table.rows[0][0] == "fpinspect"
    assert table.rows[0][-1] == table.rows[2][-1]
    assert [t.markdown() for t in again.tables] == [t.markdown() for t in first.tables]
    # Fewer training images are another measurement.
    monkeypatch.setattr(protocol, "measure", lambda *_, **__: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        comparison.compare(*parts, cache, out, workers=1, limit=1, say=str)
