"""The six feature sets: alignment, what each can and cannot see, and the figures."""

from __future__ import annotations

import numpy as np

from fpinspect.lab.seed_tables import LENGTHS, PUBLISHED, aligned, compare, features


def test_crops_begin_on_the_lattice_of_the_original():
    whole = np.arange(400 * 400 * 3, dtype=np.uint32).reshape(400, 400, 3)
    part = aligned(whole[16:, 48:304], (16, 48))
    assert part is not None
    assert part.shape == (128, 128, 3)
    y, x = np.argwhere(np.all(whole == part[0, 0], axis=2))[0]
    assert (y % 64, x % 64) == (0, 0)
    np.testing.assert_array_equal(part, whole[y : y + 128, x : x + 128])
    assert aligned(whole[16:152, 16:152], (16, 16)) is None
    assert aligned(whole[:128, :128], (0, 0)) is not None


def test_every_feature_set_has_its_length_and_its_published_row():
    codes = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    found = features(codes)
    assert found.shape == (sum(LENGTHS.values()),)
    assert np.isfinite(found).all()
    assert LENGTHS.keys() == PUBLISHED.keys()


def test_a_pattern_on_the_lattice_is_seen_in_residual_and_not_by_chance():
    """Noise with a weak 8-periodic pattern against noise: easy in the residual's magnitude."""
    rng = np.random.default_rng(3)
    pattern = np.tile(rng.normal(size=(8, 8)), (16, 16))[..., None] * 6
    target = (np.arange(60) % 2).astype(np.int64)
    made = [
        np.clip(128 + rng.normal(size=(128, 128, 3)) * 8 + pattern * t, 0, 255).astype(np.uint8)
        for t in target
    ]
    x = np.stack([features(codes) for codes in made]).astype(np.float16)
    shuffled = rng.permutation(target)
    rows = {row.features: row for row in compare(x[:40], target[:40], x[40:], target[40:], "raw")}
    assert list(rows) == list(LENGTHS)
    assert rows["residual, spatial"].accuracy > 0.9
    assert rows["residual, magnitude"].auc > 0.9
    chance = compare(x[:40], shuffled[:40], x[40:], target[40:], "raw")
    assert np.mean([row.auc for row in chance]) < 0.85


def test_images_without_a_crop_are_left_out():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, sum(LENGTHS.values()))).astype(np.float16)
    target = (np.arange(30) % 2).astype(np.int64)
    x[:4] = np.nan
    rows = compare(x, target, x, target, "raw")
    assert {row.n for row in rows} == {26}
