from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import torch

from fpinspect.signal import residual
from fpinspect.signal.denoise import denoiser_names, get_denoiser
from fpinspect.signal.residual import iter_residual_tiles, separate, separate_area

Scene = Callable[..., np.ndarray]


@pytest.mark.parametrize("name", denoiser_names())
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (2, 3), (17, 31), (97, 64)])
def test_residual_and_denoised_add_up_to_the_image(
    scene: Scene, name: str, shape: tuple[int, int]
) -> None:
    image = scene(*shape, channels=3)
    r, d = separate(image, denoiser=name)
    assert r.dtype == d.dtype == np.float32
    assert r.shape == d.shape == image.shape
    assert np.isfinite(r).all()
    np.testing.assert_allclose(r + d, image, atol=1e-4)


@pytest.mark.parametrize("name", denoiser_names())
def test_flat_image_has_no_residual(name: str) -> None:
    r, d = separate(np.full((3, 50, 77), 201, np.float32), denoiser=name)
    assert np.abs(r).max() == 0
    assert (d == 201).all()


@pytest.mark.parametrize("name", denoiser_names())
def test_residual_of_an_item_does_not_depend_on_its_batch(scene: Scene, name: str) -> None:
    denoiser = get_denoiser(name)
    batch = torch.from_numpy(np.stack([scene(48, 53, 3, seed) for seed in range(4)]))
    together = denoiser.residual(batch)
    for index in range(4):
        assert torch.equal(denoiser.residual(batch[index : index + 1])[0], together[index])


@pytest.mark.parametrize("name", denoiser_names())
def test_residual_takes_out_noise(scene: Scene, name: str) -> None:
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:96, :96] / 15
    clean = (128 + 60 * np.sin(y) * np.cos(x))[None].astype(np.float32)
    noise = rng.normal(0, 5, clean.shape).astype(np.float32)
    r, _ = separate(clean + noise, denoiser=name)
    assert np.mean((r - noise) ** 2) < 0.5 * np.mean(noise**2)


@pytest.mark.parametrize("name", denoiser_names())
def test_tiles_give_the_whole(scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image = np.round(scene(301, 420, channels=2))
    whole, _ = separate(image, denoiser=name)
    monkeypatch.setattr(residual, "WHOLE_UP_TO", 1)
    monkeypatch.setattr(residual, "TILE", 128)
    r, d = separate(image, denoiser=name)
    np.testing.assert_allclose(r, whole, atol=1e-4)
    np.testing.assert_allclose(r + d, image, atol=1e-4)


def test_streamed_tiles_cover_the_image_once(scene: Scene) -> None:
    image = np.round(scene(150, 100, channels=3))
    pixels = image.transpose(1, 2, 0).astype(np.uint8)
    r, d = separate(image)
    seen = np.zeros(image.shape[1:], int)
    for tile in iter_residual_tiles(pixels, tile=64):
        area = np.s_[:, tile.y : tile.y + 64, tile.x : tile.x + 64]
        seen[area[1:]] += 1
        np.testing.assert_allclose(tile.residual, r[area], atol=1e-4)
        np.testing.assert_allclose(tile.denoised, d[area], atol=1e-4)
    assert (seen == 1).all()


def test_streamed_tiles_hold_the_margin_asked_for(scene: Scene) -> None:
    image = np.round(scene(150, 100, channels=1))
    r, _ = separate(image)
    tiles = list(iter_residual_tiles(image.transpose(1, 2, 0).astype(np.uint8), tile=64, margin=10))
    assert tiles[0].residual.shape == (1, 74, 74)
    assert tiles[-1].residual.shape == (1, 150 - 128, 100 - 64)
    np.testing.assert_allclose(tiles[0].residual, r[:, :74, :74], atol=1e-4)


def test_sixteen_bit_pixels_are_brought_to_0_255(scene: Scene) -> None:
    codes = np.round(scene(64, 64, channels=3)).transpose(1, 2, 0)
    (eight,) = iter_residual_tiles(codes.astype(np.uint8))
    (sixteen,) = iter_residual_tiles((codes * 257).astype(np.uint16))
    np.testing.assert_allclose(sixteen.residual, eight.residual, atol=1e-4)


def test_an_area_has_the_values_of_the_whole(scene: Scene) -> None:
    image = np.round(scene(200, 230, channels=3))
    r, d = separate(image)
    pixels = image.transpose(1, 2, 0).astype(np.uint8)
    part, rest = separate_area(pixels, origin=(32, 48), shape=(100, 500))
    np.testing.assert_allclose(part, r[:, 32:132, 48:], atol=1e-4)
    np.testing.assert_allclose(rest, d[:, 32:132, 48:], atol=1e-4)


@pytest.mark.parametrize("shape", [(5, 5), (3, 0, 5), (1, 3, 5, 5)])
def test_wrong_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must be"):
        separate(np.zeros(shape, np.float32))


def test_wrong_streams_are_refused() -> None:
    good = np.zeros((20, 20, 3), np.uint8)
    with pytest.raises(ValueError, match="uint8 or uint16"):
        iter_residual_tiles(good.astype(np.float32))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="multiple of 16"):
        iter_residual_tiles(good, tile=100)
    with pytest.raises(ValueError, match="multiples of 16"):
        separate_area(good, origin=(8, 0), shape=(5, 5))
    with pytest.raises(ValueError, match="inside"):
        separate_area(good, origin=(32, 0), shape=(5, 5))


def test_an_unknown_denoiser_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"bm3d.*wavelet"):
        separate(np.zeros((1, 4, 4), np.float32), denoiser="bm3d")


# 100 megapixels: the tiles of the wavelet filter where a big image is biggest, then Welch, FFT of
# the centre and power density over all of it. The full filter would take half a minute.
_BIG = """
import itertools, resource
import numpy as np, torch
from fpinspect.signal.measure import image_spectra
from fpinspect.signal.residual import iter_residual_tiles

class Half:
    name, version, halo = "half", "1", 176
    def residual(self, x): return x / 2
    def denoise(self, x): return x / 2

row = np.random.default_rng(0).integers(0, 256, (1, 10000, 3), dtype=np.uint8)
pixels = np.repeat(row, 10000, 0)
pixels[::2] //= 2
for tile in itertools.islice(iter_residual_tiles(pixels), 1, 2):
    assert np.isfinite(tile.residual).all()
spectra = image_spectra(pixels, denoiser=Half(), overlap=0)
assert not spectra.fft.whole and spectra.psd.segments == 39 * 39
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss is in KiB on Linux")
def test_a_hundred_megapixels_stay_under_two_gigabytes() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _BIG], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) * 1024 < 2e9
