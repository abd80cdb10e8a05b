from __future__ import annotations

import numpy as np
import pytest

from fpinspect.signal.halfplane import HalfSpectrum
from fpinspect.signal.profile import angular_profile, fit_power_law, radial_profile
from fpinspect.signal.spectrum import fft_spectrum, welch_log_psd


def _spectrum(height: int, width: int, decay: float, level: float = 1.0) -> HalfSpectrum:
    """Power whose magnitude falls as level * (r / 0.5) ** -decay."""
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    radius[0, 0] = 1 / height
    power = (level * (radius / 0.5) ** -decay) ** 2
    return HalfSpectrum(power[None].astype(np.float32), (height, width), "none", "synthetic")


def test_every_frequency_inside_the_circle_is_counted_once() -> None:
    for shape in ((16, 16), (15, 22), (31, 17)):
        radius = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.fftfreq(shape[1]))
        inside = int((radius <= 0.5 + 1e-6).sum())
        halves = np.random.default_rng(0).normal(size=shape).astype(np.float32)
        counted = int(radial_profile(fft_spectrum(halves)).count.sum())
        # zero and Nyquist frequencies are their own mirror, the others come in pairs
        own = 1 + (shape[0] % 2 == 0) + (shape[1] % 2 == 0)
        assert 2 * counted - own == inside


@pytest.mark.parametrize("decay", [-0.5, 0.0, 1.0, 2.5])
def test_power_law_of_the_tail_is_recovered(decay: float) -> None:
    law = fit_power_law(radial_profile(_spectrum(256, 255, decay, level=3.0)))
    assert law.b == pytest.approx(decay, abs=0.02)
    assert law.end == pytest.approx(3.0, rel=0.02)
    assert law.start == pytest.approx(3.0 * 0.85**-decay, rel=0.02)
    assert law.rms_db < 0.1


def test_profile_of_white_noise_is_flat_with_the_quartiles_of_an_exponential() -> None:
    noise = np.random.default_rng(1).normal(0, 4, (256, 256)).astype(np.float32)
    profile = radial_profile(fft_spectrum(noise), bins=16)
    outer = profile.at > 0.1
    level = 10 * np.log10(16)
    assert profile.db[outer] == pytest.approx(level, abs=0.6)
    for quartile, share in ((profile.lower, 0.25), (profile.median, 0.5), (profile.upper, 0.75)):
        expected = level + 10 * np.log10(-np.log(1 - share))
        assert quartile[outer].mean() == pytest.approx(expected, abs=0.25)
    assert fit_power_law(radial_profile(fft_spectrum(noise))).b == pytest.approx(0, abs=0.6)


def test_a_sinusoid_stands_at_its_radius_and_angle() -> None:
    y, x = np.mgrid[:128, :128]
    plane = np.cos(2 * np.pi * (24 * y + 24 * x) / 128).astype(np.float32)
    found = fft_spectrum(plane)
    radial, angular = radial_profile(found), angular_profile(found, bins=36)
    assert radial.at[np.argmax(radial.db)] == pytest.approx(24 * np.sqrt(2) / 128, abs=1 / 128)
    assert angular.at[np.argmax(angular.db)] == 45
    falling = fft_spectrum(np.cos(2 * np.pi * (24 * y - 24 * x) / 128).astype(np.float32))
    assert (
        angular_profile(falling, bins=36).at[np.argmax(angular_profile(falling, bins=36).db)] == 135
    )
    stripes = angular_profile(fft_spectrum(np.cos(np.pi * x / 4).astype(np.float32)), bins=36)
    assert stripes.at[np.argmax(stripes.db)] == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 2), (7, 3), (13, 40)])
def test_small_and_flat_images_give_finite_profiles(shape: tuple[int, int]) -> None:
    flat = np.full((3, *shape), 7, np.float32)
    for found in (fft_spectrum(flat), welch_log_psd(flat, nperseg=16)):
        for profile in (
            radial_profile(found),
            radial_profile(found, channel=1),
            angular_profile(found),
        ):
            sizes = {len(a) for a in (profile.at, profile.db, profile.lower, profile.upper)}
            assert len(sizes) == 1
            assert (profile.count > 0).all()
            assert np.isfinite([profile.db, profile.lower, profile.median, profile.upper]).all()


def test_channels_are_averaged_or_picked() -> None:
    planes = np.random.default_rng(2).normal(size=(2, 64, 64)).astype(np.float32)
    planes[1] *= 10
    found = fft_spectrum(planes)
    one = radial_profile(found, channel=1, bins=8).db[4]
    both = radial_profile(found, bins=8).db[4]
    assert one == pytest.approx(20, abs=1)
    assert both == pytest.approx(10 * np.log10(50.5), abs=1)


def test_wrong_parameters_are_refused() -> None:
    found = fft_spectrum(np.zeros((4, 4), np.float32))
    with pytest.raises(ValueError, match="one bin"):
        radial_profile(found, bins=0)
    with pytest.raises(ValueError, match="one bin"):
        angular_profile(found, bins=0)
    with pytest.raises(ValueError, match="3 needed"):
        fit_power_law(radial_profile(found))
    with pytest.raises(ValueError, match="between 0 and 1"):
        fit_power_law(radial_profile(found), start=1.0)
