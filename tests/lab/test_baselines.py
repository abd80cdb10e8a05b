"""The baselines' descriptors and the protocol."""

from __future__ import annotations

import numpy as np
import pytest

from fpinspect.lab.baselines import descriptors, protocol


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
    found = protocol.describe(codes)
    assert found.shape == (protocol.LENGTH,)
    assert np.isfinite(found).all()


def test_every_baseline_learns_what_its_numbers_say():
    rng = np.random.default_rng(0)
    goal = np.arange(240) % 6
    x = rng.normal(size=(240, protocol.LENGTH)) + 2.5 * np.eye(6)[goal][:, np.arange(
        protocol.LENGTH) % 6]  # fmt: skip
    x = x.astype(np.float16)
    handled = np.repeat(x[120:, None], len(protocol.HANDLINGS), axis=1)
    found = protocol.evaluate(x[:120], goal[:120], handled, goal[120:])
    assert list(found) == [baseline.name for baseline in protocol.BASELINES]
    for rows in found.values():
        assert rows.keys() == set(protocol.HANDLINGS)
        assert rows["raw"].auc > 0.8
        assert rows["raw"] == rows["q75"]
    assert protocol.published().keys() == found.keys()
