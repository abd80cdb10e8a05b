"""Accumulators: eq. 2 on the lattice, one image one vote, merging."""

from __future__ import annotations

import numpy as np
import pytest

from fpinspect.fingerprint.accumulate import (
    PSD_FLOOR,
    FingerprintAccumulator,
    SourceAccumulator,
    measure,
    tile_spectrum,
)
from fpinspect.fingerprint.lattice import fold, fold_sums, refold, shift


def _noise(seed: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(3, height, width)).astype(np.float32)


def _filled(images: list[np.ndarray], lattice: int = 128) -> FingerprintAccumulator:
    accumulator = FingerprintAccumulator(lattice=lattice)
    for image in images:
        accumulator.add(image, image * 2)
    return accumulator


@pytest.mark.parametrize("origin", [(0, 0), (3, 250), (-5, 700)])
@pytest.mark.parametrize("size", [(40, 30), (16, 16), (7, 50)])
def test_fold_is_the_mean_over_pixels_of_equal_phase(size, origin):
    image = _noise(1, *size)
    folded = fold(image, 16, origin)
    rows = (np.arange(size[0]) + origin[0]) % 16
    cols = (np.arange(size[1]) + origin[1]) % 16
    for y, x in [(0, 0), (5, 11), (15, 15)]:
        cell = image[:, rows == y][:, :, cols == x]
        want = cell.mean((1, 2)) if cell.size else np.zeros(3)
        np.testing.assert_allclose(folded[:, y, x], want, atol=1e-5)


def test_refolding_equals_folding():
    image = _noise(2, 300, 270)
    sums, counts = refold(*fold_sums(image, 256, (16, 32)), 16)
    direct, direct_counts = fold_sums(image, 16, (16, 32))
    np.testing.assert_allclose(sums, direct, atol=1e-3)
    np.testing.assert_array_equal(counts, direct_counts)
    with pytest.raises(ValueError, match="does not divide"):
        refold(sums, counts, 5)


def test_shift_moves_down_and_right():
    image = np.zeros((1, 4, 4), np.float32)
    image[0, 0, 0] = 1
    assert shift(image, (1, 2))[0, 1, 2] == 1


def test_mean_is_eq_2_wherever_the_crops_were_cut():
    pattern = _noise(3, 256, 256)
    tiled = np.tile(pattern, (1, 3, 3))
    accumulator = FingerprintAccumulator(lattice=256)
    for seed, (y, x) in enumerate([(0, 0), (16, 48), (240, 160)]):
        crop = tiled[:, y : y + 320, x : x + 256]
        accumulator.add(crop + (seed - 1), crop, origin=(y, x))
    finished = accumulator.finish()
    np.testing.assert_allclose(finished.residual.mean, pattern, atol=1e-5)
    assert finished.images == 3


def test_one_image_one_vote():
    large, small = np.full((3, 640, 512), 3, np.float32), np.full((3, 128, 128), 1, np.float32)
    finished = _filled([large, small]).finish()
    np.testing.assert_allclose(finished.residual.mean, 2.0)
    np.testing.assert_allclose(finished.denoised.mean, 4.0)


def test_merge_is_associative_and_equals_adding():
    images = [_noise(seed, 128 + 64 * (seed % 2), 150) for seed in range(6)]
    a, b, c = images[:1], images[1:4], images[4:]
    left = _filled(a).merge(_filled(b)).merge(_filled(c)).finish()
    right = _filled(a).merge(_filled(b).merge(_filled(c))).finish()
    together = _filled(images).finish()
    for other in (right, together):
        assert other.images == left.images == 6
        for name in ("residual", "denoised"):
            for key, array in left.component(name).arrays():
                theirs = getattr(other.component(name), key)
                np.testing.assert_allclose(array, theirs, rtol=1e-5, atol=1e-6, err_msg=key)


def test_variance_is_that_of_the_log_psd_over_images():
    images = [_noise(seed, 128, 128) * (seed + 1) for seed in range(5)]
    finished = _filled(images).finish().residual
    logs = np.stack([np.log10(tile_spectrum(image)[0] + PSD_FLOOR) for image in images])
    np.testing.assert_allclose(finished.log_psd_mean, logs.mean(0), atol=1e-3)
    np.testing.assert_allclose(finished.log_psd_var, logs.var(0), atol=1e-3)


def test_psd_of_white_noise_is_its_variance():
    psd, _ = tile_spectrum(_noise(4, 768, 768) * 3)
    assert psd[:, 8:-8, 8:-8].mean() == pytest.approx(9, rel=0.05)


def test_phase_is_coherent_on_the_lattice_and_not_elsewhere():
    y, x = np.mgrid[0:256, 0:256]
    wave = np.cos(2 * np.pi * (y / 8 + x / 4) + 0.7)  # row 16, column 32 of the spectrum
    accumulator = FingerprintAccumulator(lattice=128)
    for seed, origin in enumerate([(0, 0), (16, 4), (3, 250), (100, 1), (77, 77), (2, 2)]):
        image = np.roll(wave, (-origin[0], -origin[1]), (0, 1)) + _noise(seed, 256, 256)
        accumulator.add(image.astype(np.float32), image.astype(np.float32), origin=origin)
    finished = accumulator.finish().residual
    assert finished.coherence[:, 16, 32].min() > 0.99
    assert np.median(finished.coherence) < 0.6
    # a Hann tile keeps the phase of a wave on the grid
    np.testing.assert_allclose(finished.phase[:, 16, 32], 0.7, atol=0.05)


def test_both_lattices_where_images_allow():
    both, small = SourceAccumulator(), SourceAccumulator()
    both.add(_noise(0, 256, 300), _noise(1, 256, 300), origin=(16, 16))
    small.add(_noise(2, 128, 300), _noise(3, 128, 300))
    assert sorted(both.finish()) == [128, 256]
    assert sorted(small.finish()) == [128]
    merged = both.merge(small).finish()
    assert (merged[256].images, merged[128].images) == (1, 2)


def test_refusals():
    with pytest.raises(ValueError, match="100×128 px do not fill"):
        FingerprintAccumulator(lattice=128).add(_noise(0, 128, 100), _noise(0, 128, 100))
    with pytest.raises(ValueError, match="needs 128 px"):
        SourceAccumulator().add(_noise(0, 128, 100), _noise(0, 128, 100))
    with pytest.raises(ValueError, match="do not merge"):
        FingerprintAccumulator(lattice=128).merge(FingerprintAccumulator(lattice=256))
    with pytest.raises(ValueError, match="lattice is one of"):
        FingerprintAccumulator(lattice=64)
    with pytest.raises(ValueError, match="no image was added"):
        FingerprintAccumulator().finish()
    with pytest.raises(ValueError, match="no 128-px tile"):
        measure(_noise(0, 128, 100))
    with pytest.raises(ValueError, match="no component"):
        _filled([_noise(0, 128, 128)]).finish().component("phase")


def test_not_finite_values_leave_the_sums_as_they_were():
    accumulator = _filled([_noise(0, 128, 128)])
    bad = _noise(1, 128, 128)
    bad[0, 5, 5] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        accumulator.add(_noise(2, 128, 128), bad)
    finished = accumulator.finish()
    assert finished.images == 1
    assert np.isfinite(finished.denoised.mean).all()


def test_a_flat_image_gives_finite_statistics():
    flat = np.zeros((3, 128, 128), np.float32)
    finished = _filled([flat, flat]).finish().residual
    for key, array in finished.arrays():
        assert np.isfinite(array).all(), key
    assert finished.coherence.max() == 0
