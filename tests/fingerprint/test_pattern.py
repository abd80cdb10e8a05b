"""Standardised harmonics: noise is noise, patterns stand out, JPEG bands stay apart."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from made_up import image, pattern, photographs

from fpinspect.fingerprint.accumulate import SourceAccumulator
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.enrol import Enrolled, make_entry
from fpinspect.fingerprint.entry import PLENTY, Entry
from fpinspect.fingerprint.lattice import fold, shift
from fpinspect.fingerprint.match import match
from fpinspect.fingerprint.pattern import (
    LIMIT,
    Pattern,
    amplitudes,
    best_shift,
    cross,
    energy,
    kernel,
    noise,
    spectrum_of,
    standardised,
    surfaces,
    without_noise,
)


def _z(residual: np.ndarray, lattice: int = 256) -> np.ndarray:
    spectrum = spectrum_of(fold(residual, lattice))
    return standardised(amplitudes(spectrum), noise(spectrum))


@pytest.mark.parametrize("lattice", [256, 128])
@pytest.mark.parametrize("gain", [0.05, 1.0, 30.0])
def test_harmonics_of_noise_have_variance_one_whatever_its_strength(lattice, gain):
    z = np.stack([_z(image(i) * np.float32(gain), lattice) for i in range(12)])
    power = np.mean(np.abs(z[..., 1:-1]) ** 2)  # the edge columns hold real harmonics
    assert power == pytest.approx(1, abs=0.1)
    assert np.abs(z[:, :, 0, 0]).max() == 0


def test_harmonics_are_clipped_but_keep_their_phase():
    strong = image(0, pattern(1, strength=5))
    z = _z(strong)
    assert np.abs(z).max() == pytest.approx(LIMIT, rel=1e-5)
    spectrum = spectrum_of(fold(strong, 256))
    loud = np.abs(z) > LIMIT * 0.99
    turned = np.angle(z[loud] * np.conj(amplitudes(spectrum)[loud]))
    np.testing.assert_allclose(turned, 0, atol=1e-3)


def test_the_folded_correlation_is_that_of_the_folded_images():
    one, other = image(1, pattern(1)), image(2, pattern(1))
    z, t = _z(one), _z(other)
    surface = surfaces(cross(z, t))
    images = [np.fft.irfft2(part, s=(16, 16)) * 256 for part in (z, t)]
    for dy, dx in [(0, 0), (3, 5), (15, 1)]:
        direct = float((images[0] * shift(images[1], (dy, dx))).sum()) / 256
        assert surface[dy, dx] == pytest.approx(direct, rel=1e-3, abs=0.05)
    mean_square = float((surface**2).mean())
    assert energy(cross(z, t)) == pytest.approx(mean_square, rel=1e-3)


def test_a_surface_of_noise_has_variance_one():
    filter_ = kernel(_z(image(5, pattern(3))))
    planes = np.stack([surfaces(cross(_z(image(100 + i)), filter_)) for i in range(20)])
    assert planes.std() == pytest.approx(1, abs=0.15)


def test_best_shift_folds_to_the_period():
    surface = np.zeros((16, 16), np.float32)
    surface[11, 5] = surface[3, 13] = 1
    assert best_shift(surface, 8) == (3, 5)
    surface[11, 5] = 2
    assert best_shift(surface, 16) == (11, 5)


def test_a_pattern_of_noise_alone_has_next_to_no_signal():
    z = np.stack([_z(image(200 + i)) for i in range(20)])
    made = Pattern(
        mean=z.mean(0),
        power=(np.abs(z) ** 2).mean(0).astype(np.float32),
        gain=np.ones((3, 16, 9), np.float32),
        images=20,
    )
    assert (np.abs(made.signal()) > 0).mean() < 0.12
    assert np.abs(made.signal()).max() < 1


def test_what_stands_out_is_kept_and_noise_is_not():
    tile = np.tile(pattern(4, strength=0.3), (1, 32, 32))
    noisy = tile + image(7) * np.float32(0.05)
    found = without_noise(noisy)
    assert np.corrcoef(found.ravel(), tile.ravel())[0, 1] > 0.95
    assert without_noise(image(8)).std() < 0.1 * image(8).std()


@pytest.fixture(scope="module")
def two_histories() -> Entry:
    """A generator whose JPEG files show another pattern than its lossless ones."""
    photos = photographs(count=60)
    sums = SourceAccumulator(photos.offsets)
    for i in range(PLENTY):
        for name, tile in (("none", pattern(1)), ("q75", pattern(2))):
            residual = image(1000 + i, tile, (128, 128))
            sums.add(residual, residual, band=name)
    enrolled = Enrolled(
        sums=sums,
        hashes=[f"{i:064x}" for i in range(2 * PLENTY)],
        history=Counter({"none": PLENTY, "q75": PLENTY}),
    )
    return make_entry(enrolled, label="both", photographs=photos)


def test_each_jpeg_band_has_a_pattern(two_histories):
    assert {k: p.images for k, p in two_histories.fingerprint().patterns.items()} == {
        "none": PLENTY, "q75": PLENTY,
    }  # fmt: skip
    assert len(two_histories.signals("none")) == 2
    assert len(two_histories.signals("q75")) == 1
    assert "JPEG 70 to 79 (50%)" in two_histories.info.baseline


@pytest.mark.parametrize("tile", [1, 2])
def test_an_image_of_unknown_past_may_match_either(two_histories, tile):
    made = Bank([two_histories], photographs(count=60))
    found = match(image(9, pattern(tile), (256, 256), (2, 3)), made, jpeg_quality=None)["both"]
    assert found.p_value == pytest.approx(1 / 61)
    assert found.shift == (6, 5)
    other = match(image(10), made, jpeg_quality=None)["both"]
    assert other.p_value > 0.05


def test_jpegs_blocks_of_sixteen_are_no_period_of_the_generator():
    sums = SourceAccumulator()
    for i in range(PLENTY):
        sums.add(*[image(2000 + i, pattern(1), (128, 128))] * 2, band="none")
        sums.add(*[image(3000 + i, pattern(2, period=16), (128, 128))] * 2, band="q75")
    history = Counter({"none": PLENTY, "q75": PLENTY})
    made = make_entry(Enrolled(sums=sums, hashes=["0" * 64], history=history), label="both")
    assert made.info.period == 8


def test_nulls_that_do_not_fit_the_patterns_are_measured_anew(two_histories):
    arrays = two_histories.arrays
    odd = Entry.of(
        two_histories.info,
        type(arrays)(
            fingerprints=arrays.fingerprints,
            baselines=arrays.baselines,
            nulls={"none/256": np.zeros(3, np.float32)},  # of one pattern, not of two
        ),
    )
    made = Bank([odd], photographs(count=60))
    assert match(image(11), made, jpeg_quality=None)["both"].null_images == 60


def test_sums_with_and_without_photographs_do_not_merge():
    with pytest.raises(ValueError, match="do not merge"):
        SourceAccumulator().merge(SourceAccumulator(photographs(count=2).offsets))
