"""The wavelet denoiser against the textbook: 8-tap filters, scipy's box filter, float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.ndimage import uniform_filter

from fpinspect.signal import wavelet, wavelet_cpu
from fpinspect.signal.denoise import WaveletDenoiser, get_denoiser

# Daubechies' scaling filter of db4 (Ten Lectures, table 6.1), and its mirror.
LOW = np.array(
    [
        0.23037781330885523,
        0.7148465705525415,
        0.6308807679295904,
        -0.02798376941698385,
        -0.18703481171888114,
        0.030841381835986965,
        0.032883011666982945,
        -0.010597401784997278,
    ]
)
HIGH = LOW[::-1] * np.array([1, -1] * 4)


def _matrices(n: int, taps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Analysis with symmetric extension (as PyWavelets), synthesis cropped to n."""
    count = (n + 7) // 2
    place = (np.arange(2 * count + 6) - 6) % (2 * n)
    place = np.where(place < n, place, 2 * n - 1 - place)
    analysis, synthesis = np.zeros((count, n)), np.zeros((2 * count + 6, count))
    for k in range(count):
        for j, tap in enumerate(taps):
            analysis[k, place[2 * k + j]] += tap
            synthesis[2 * k + j, k] += tap
    return analysis, synthesis[6 : 6 + n]


def _noise(image: np.ndarray, sigma: float, levels: int) -> np.ndarray:
    """Mihcak et al. 1999, written down as in the paper."""
    if levels == 0:
        return np.zeros_like(image)
    rows = {name: _matrices(image.shape[0], taps) for name, taps in (("l", LOW), ("h", HIGH))}
    cols = {name: _matrices(image.shape[1], taps) for name, taps in (("l", LOW), ("h", HIGH))}
    result = np.zeros_like(image)
    for a in "lh":
        for b in "lh":
            c = rows[a][0] @ image @ cols[b][0].T
            if a + b == "ll":
                noise = _noise(c, sigma, levels - 1)
            else:
                energies = [uniform_filter(c * c, size, mode="reflect") for size in (3, 5, 7, 9)]
                variance = np.maximum(0, np.min(energies, axis=0) - sigma**2)
                noise = c * sigma**2 / (variance + sigma**2)
            result += rows[a][1] @ noise @ cols[b][1].T
    return result


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (3, 5), (16, 16), (61, 47), (128, 131)])
@pytest.mark.parametrize("sigma", [2.0, 5.0])
def test_noise_is_that_of_the_textbook_filter(
    scene: Callable[..., np.ndarray], shape: tuple[int, int], sigma: float
) -> None:
    image = scene(*shape)
    got = WaveletDenoiser(sigma=sigma).residual(torch.from_numpy(image)[None])
    expected = _noise(image[0].astype(np.float64), sigma, 4)
    np.testing.assert_allclose(got[0, 0].numpy(), expected, atol=2e-4)


def test_weak_noise_on_a_flat_plane_is_all_taken_out() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1.0, (1, 1, 128, 128)).astype(np.float32)
    found = get_denoiser("wavelet").residual(torch.from_numpy(128 + noise)).numpy()
    # all but the approximation after four levels, 1/256 of the power
    assert np.mean((found - noise) ** 2) < 0.03


def test_a_flat_plane_has_no_residual_at_all() -> None:
    flat = torch.full((1, 2, 70, 33), 200.0)
    assert torch.count_nonzero(get_denoiser("wavelet").residual(flat)) == 0


def test_brightness_does_not_matter(scene: Callable[..., np.ndarray]) -> None:
    image = torch.from_numpy(scene(64, 64))[None]
    denoiser = get_denoiser("wavelet")
    torch.testing.assert_close(
        denoiser.residual(image), denoiser.residual(image + 32), atol=1e-3, rtol=0
    )


def test_unusable_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="sigma > 0"):
        WaveletDenoiser(sigma=0)
    with pytest.raises(ValueError, match="one level"):
        WaveletDenoiser(levels=0)


def test_other_parameters_have_another_version() -> None:
    assert WaveletDenoiser(sigma=3).version != WaveletDenoiser().version


@pytest.mark.parametrize("shape", [(5, 7), (61, 47), (200, 264)])
def test_planes_keep_their_numbers_in_any_company(shape: tuple[int, int]) -> None:
    planes = np.random.default_rng(8).integers(0, 256, (7, *shape)).astype(np.float32)
    together = wavelet_cpu.wiener_noise(planes, sigma=5.0, levels=4)
    for i, noise in enumerate(together):
        alone = wavelet_cpu.wiener_noise(planes[i : i + 1], sigma=5.0, levels=4)
        np.testing.assert_array_equal(alone[0], noise)


@pytest.mark.parametrize("shape", [(1, 1), (9, 1), (3, 5), (61, 47), (128, 131)])
def test_both_engines_agree(scene: Callable[..., np.ndarray], shape: tuple[int, int]) -> None:
    planes = scene(*shape, channels=3)
    with torch.inference_mode():
        expected = wavelet.wiener_noise(torch.from_numpy(planes), sigma=5.0, levels=4).numpy()
    found = wavelet_cpu.wiener_noise(planes, sigma=5.0, levels=4)
    np.testing.assert_allclose(found, expected, atol=1e-4)
