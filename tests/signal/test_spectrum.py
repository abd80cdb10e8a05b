from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import signal as reference

from fpinspect.signal import residual, spectrum
from fpinspect.signal.halfplane import FLOOR_DB, WINDOWS, unfold_half, window_function
from fpinspect.signal.measure import image_spectra
from fpinspect.signal.spectrum import Welch, fft_area, fft_spectrum, welch_log_psd

Scene = Callable[..., np.ndarray]
ODD_SHAPES = [(1, 1), (1, 2), (2, 1), (3, 5), (8, 8), (31, 37), (64, 9), (101, 64)]


def _cosine(height: int, width: int, ky: int, kx: int, amplitude: float = 1.0) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return (amplitude * np.cos(2 * np.pi * (ky * y / height + kx * x / width))).astype(np.float32)


@pytest.mark.parametrize("shape", ODD_SHAPES)
def test_picture_is_numpys_shifted_fft(shape: tuple[int, int]) -> None:
    plane = np.random.default_rng(1).normal(0, 10, shape).astype(np.float32)
    found = fft_spectrum(plane)
    expected = np.fft.fftshift(np.fft.fft2(plane.astype(np.float64)))
    power = np.abs(expected) ** 2 / plane.size
    np.testing.assert_allclose(10 ** (found.db() / 10), power, rtol=1e-3, atol=1e-4)
    difference = np.angle(np.exp(1j * (found.phase_map() - np.angle(expected))))
    assert np.abs(difference[power > 1e-3]).max() < 1e-3


@pytest.mark.parametrize("shape", ODD_SHAPES)
def test_parseval(shape: tuple[int, int]) -> None:
    plane = np.random.default_rng(2).normal(3, 10, shape).astype(np.float32)
    total = (10 ** (fft_spectrum(plane).db().astype(np.float64) / 10)).sum()
    np.testing.assert_allclose(total, np.square(plane, dtype=np.float64).sum(), rtol=1e-4)


def test_magnitude_is_that_of_equation_3() -> None:
    plane = np.random.default_rng(2).normal(0, 10, (2, 20, 31)).astype(np.float32)
    for window in WINDOWS:
        found = fft_spectrum(plane, window=window)
        taper = np.outer(window_function(window, 20), window_function(window, 31))
        expected = np.abs(np.fft.rfft2(plane * taper))
        np.testing.assert_allclose(found.magnitude, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("ky", "kx"), [(5, 12), (-20, 7), (0, 16), (32, 0)])
def test_a_sinusoid_stands_at_its_frequency_with_its_level_and_phase(ky: int, kx: int) -> None:
    found = fft_spectrum(_cosine(64, 96, ky, kx, amplitude=4))
    db = found.db()
    at = (32 + ky) % 64, 48 + kx
    self_mirrored = (ky, kx) == (32, 0)
    magnitude = 4 * 64 * 96 * (1 if self_mirrored else 0.5)
    assert db[at] == pytest.approx(10 * np.log10(magnitude**2 / (64 * 96)), abs=0.01)
    assert db[at] == db.max()
    assert np.sort(db.ravel())[-3] < db[at] - 60
    assert found.phase_map()[at] == pytest.approx(0, abs=1e-3)
    assert found.freq_y[ky] == pytest.approx(ky / 64 if ky != 32 else -0.5)
    assert found.freq_x[kx] == pytest.approx(kx / 96)


def test_white_noise_has_its_variance_at_every_size_and_window() -> None:
    rng = np.random.default_rng(4)
    for shape in ((128, 128), (200, 67)):
        plane = rng.normal(0, 5, shape).astype(np.float32)
        for window in WINDOWS:
            assert fft_spectrum(plane, window=window).power.mean() == pytest.approx(25, rel=0.15)
            psd = welch_log_psd(plane, nperseg=32, window=window)
            assert psd.power.mean() == pytest.approx(25, rel=0.15)


@pytest.mark.parametrize("shape", ODD_SHAPES)
def test_flat_images_have_finite_spectra(shape: tuple[int, int]) -> None:
    flat = np.zeros((3, *shape), np.float32)
    whole = fft_spectrum(flat)
    assert (whole.db() == FLOOR_DB).all()
    assert (whole.phase_map(2) == 0).all()
    psd = welch_log_psd(flat + 100, nperseg=8)
    assert (psd.db() == FLOOR_DB).all()
    assert psd.db().shape == (8, 8)


def test_welch_agrees_with_scipy_along_an_axis() -> None:
    rows = np.random.default_rng(5).normal(0, 3, 512).astype(np.float32)
    plane = np.tile(rows, (64, 1))
    found = welch_log_psd(plane, nperseg=64, overlap=0.5)
    _, expected = reference.welch(rows, window="hann", nperseg=64, noverlap=32, scaling="density")
    # all power lies at fy = 0, where the vertical window gathers (sum w)² / sum w²
    window = window_function("hann", 64).numpy().astype(np.float64)
    gather = window.sum() ** 2 / (window**2).sum()
    got = found.power[0, 0] / gather
    np.testing.assert_allclose(2 * got[1:-1], expected[1:-1], rtol=1e-3)
    assert found.segments == 15


def test_welch_finds_a_sinusoid(scene: Scene) -> None:
    plane = _cosine(256, 256, 0, 32, amplitude=2) + scene(256, 256)[0]
    db = welch_log_psd(plane, nperseg=64).db()
    strongest = np.unravel_index(np.argmax(np.where(np.arange(64) > 36, db, -200)), db.shape)
    assert strongest == (32, 32 + 8)


def test_an_image_smaller_than_a_segment_keeps_the_frequency_grid() -> None:
    psd = welch_log_psd(np.random.default_rng(6).normal(0, 5, (3, 20, 33)).astype(np.float32))
    assert psd.power.shape == (3, 256, 129)
    assert psd.power.mean() == pytest.approx(25, rel=0.3)


@pytest.mark.parametrize("overlap", [0.0, 0.5, 0.75])
def test_tiles_with_margins_give_the_same_density(scene: Scene, overlap: float) -> None:
    image = scene(200, 137, channels=2)
    whole = welch_log_psd(image, nperseg=16, overlap=overlap)
    welch = Welch(nperseg=16, overlap=overlap)
    for y in range(0, 200, 48):
        for x in range(0, 137, 48):
            end = np.s_[:, y : y + 48 + welch.margin, x : x + 48 + welch.margin]
            welch.add(image[end], origin=(y, x), own=(48, 48))
    tiled = welch.finish()
    assert tiled.segments == whole.segments
    np.testing.assert_allclose(tiled.power, whole.power, rtol=1e-5)


def test_big_images_are_measured_in_tiles_and_at_the_centre(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.round(scene(150, 200, channels=3)).transpose(1, 2, 0).astype(np.uint8)
    whole = {of: image_spectra(pixels, of=of, nperseg=32) for of in ("residual", "image")}
    assert whole["image"].fft.whole
    monkeypatch.setattr(spectrum, "WHOLE_UP_TO", 5000)
    monkeypatch.setattr(spectrum, "CENTRE", 64)
    monkeypatch.setattr(spectrum, "CENTRE_LATTICE", 16)
    monkeypatch.setattr(residual, "TILE", 64)
    for of, expected in whole.items():
        found = image_spectra(pixels, of=of, nperseg=32)
        np.testing.assert_allclose(found.psd.power, expected.psd.power, rtol=1e-3, atol=1e-4)
        assert not found.fft.whole
        assert found.fft.origin == (32, 64)
        assert found.fft.label == "centre, 64 × 64 px from x 64, y 32"
        assert found.fft.power.shape == (3, 64, 33)
    planes = pixels.transpose(2, 0, 1).astype(np.float32)
    np.testing.assert_array_equal(found.fft.power, fft_spectrum(planes[:, 32:96, 64:128]).power)


def test_the_centre_lies_on_the_lattice() -> None:
    area = fft_area(10_001, 7_777)
    assert not area.whole
    assert area.shape == (4096, 4096)
    assert [n % 256 for n in area.origin] == [0, 0]
    assert fft_area(4000, 6000).whole
    assert fft_area(100, 400_000).shape == (100, 4096)


@pytest.mark.parametrize("width", [1, 2, 5, 6])
def test_half_plane_unfolds_to_the_whole(width: int) -> None:
    plane = np.random.default_rng(7).normal(size=(5, width))
    full = np.fft.fftshift(np.fft.fft2(plane))
    half = np.fft.rfft2(plane)
    even = unfold_half(half.real.astype(np.float32), width, odd=False)
    odd = unfold_half(half.imag.astype(np.float32), width, odd=True)
    np.testing.assert_allclose(even, full.real, atol=1e-5)
    np.testing.assert_allclose(odd, full.imag, atol=1e-5)


def test_wrong_parameters_are_refused() -> None:
    plane = np.zeros((8, 8), np.float32)
    with pytest.raises(ValueError, match="choose one of hann"):
        fft_spectrum(plane, window="kaiser")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="overlap"):
        welch_log_psd(plane, overlap=1.0)
    with pytest.raises(ValueError, match="not empty"):
        fft_spectrum(np.zeros((0, 8), np.float32))
    with pytest.raises(ValueError, match="multiples of"):
        Welch(nperseg=8).add(plane, origin=(3, 0))
    with pytest.raises(ValueError, match="no segment"):
        Welch().finish()
    pixels = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(ValueError, match="residual, denoised, image"):
        image_spectra(pixels, of="noise")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="power of 2"):
        image_spectra(pixels, nperseg=100)
    with pytest.raises(ValueError, match="overlap by"):
        image_spectra(pixels, overlap=0.3)
