"""What is kept of an image draws the pictures that its residual draws, in 400 KB."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fpinspect.batch.case import measure as measuring
from fpinspect.batch.case.arrays import LIMIT_BYTES, StoredArrays
from fpinspect.batch.case.measure import measure_file
from fpinspect.evidence.flags import ItemError
from fpinspect.evidence.image import read_evidence
from fpinspect.gui import measures
from fpinspect.signal.measure import image_spectra
from fpinspect.signal.profile import radial_profile
from fpinspect.signal.residual import separate
from fpinspect.signal.spatial import fold


def noise(path: Path, size: tuple[int, int], *, orientation: int = 1) -> Path:
    """Write a noisy scene with a pattern of period 8, the hardest to compress."""
    height, width = size
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:height, :width]
    scene = 120 + 60 * np.sin(y / 40)[..., None] * np.cos(x / 50)[..., None]
    pattern = 3 * np.cos(2 * np.pi * x / 8)[..., None]
    pixels = scene + pattern + rng.normal(0, 9, (height, width, 3))
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path, exif=exif)
    return path


@pytest.fixture(params=[(400, 520), (300, 90), (40, 33)], ids=str)
def image(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return noise(tmp_path / "x.png", request.param)


def stored(path: Path) -> StoredArrays:
    """Measure, store and read again."""
    made = measure_file(path, read_evidence(path).sha256)
    return StoredArrays.from_bytes(made.to_bytes(), made.preview, made.thumbnail)


def test_the_pictures_are_those_of_the_window(image: Path) -> None:
    evidence = read_evidence(image)
    planes = evidence.planes()
    residual, denoised = separate(planes)
    kept = stored(image)
    cell = measures.fold(residual, 256).mean(axis=0)
    assert np.abs(kept.residual - cell).max() < 2e-3 * np.abs(cell).max()
    for name, part in (("residual", residual), ("denoised", denoised), ("image", planes)):
        log_psd, mean = measures.tile_spectrum(part)
        shown = measures.full(10 * log_psd, measures.BINS)
        assert np.abs(kept.magnitude_db(name) - shown).max() < 0.05  # dB; a level is 0.05
        if name == "residual":
            phase = measures.from_middle(
                measures.full(np.degrees(np.angle(mean)), measures.BINS, odd=True)
            )
            turned = np.abs(np.degrees(kept.phase_map()) - phase)
            turned = np.minimum(turned, 360 - turned)
            # A frequency without power has no phase to speak of; rows that mirror themselves
            # keep the sign of either half.
            assert np.quantile(turned, 0.97) < 0.5
    assert kept.sigma == pytest.approx(residual.mean(axis=0).std(), rel=1e-4)
    eight = fold(residual).mean.mean(axis=0)
    assert np.abs(kept.fold - eight).max() < 1e-3


def test_the_spectrum_and_profile_are_those_of_the_engine(image: Path) -> None:
    psd = image_spectra(read_evidence(image).pixels).psd
    kept = stored(image)
    own = 10 * np.log10(np.maximum(psd.mean_power(), 1e-10))
    assert np.abs(kept.psd_db - own).max() < 0.03
    profile = radial_profile(psd)
    assert np.allclose(kept.radial.db, profile.db, atol=1e-4)
    assert np.array_equal(kept.radial.at, profile.at)


def test_the_folded_spectrum_is_equation_3_on_the_lattice(tmp_path: Path) -> None:
    path = noise(tmp_path / "x.png", (256, 256))
    residual, _ = separate(read_evidence(path).planes())
    whole = np.abs(np.fft.fftshift(np.fft.fft2(residual.mean(axis=0)))) ** 2 / 256**2
    shown = stored(path).lattice_spectrum_db()
    strong = whole > np.median(whole)
    assert np.abs(shown - 10 * np.log10(whole))[strong].max() < 0.1


def test_tiles_give_what_the_whole_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = noise(tmp_path / "x.png", (520, 600))
    whole = stored(path)
    monkeypatch.setattr(measuring, "STEP", 256)
    tiled = stored(path)
    for name in ("residual", "psd_db", "fold"):
        assert np.allclose(getattr(whole, name), getattr(tiled, name), atol=0.02), name
    for name, level in whole.log_psd.items():
        assert np.allclose(level, tiled.log_psd[name], atol=0.002), name


@pytest.mark.parametrize("size", [(640, 700), (64, 64)])
def test_an_item_takes_at_most_400_kb(tmp_path: Path, size: tuple[int, int]) -> None:
    kept = stored(noise(tmp_path / "x.png", size))
    parts = (kept.to_bytes(), kept.preview, kept.thumbnail)
    assert sum(map(len, parts)) <= LIMIT_BYTES
    assert kept.digest == stored(tmp_path / "x.png").digest


def test_pictures_are_upright_and_never_enlarged(tmp_path: Path) -> None:
    path = noise(tmp_path / "x.jpg", (300, 900), orientation=6)
    kept = stored(path)
    assert (kept.height, kept.width, kept.orientation) == (300, 900, 6)
    assert Image.open(io.BytesIO(kept.preview)).size == (171, 512)
    assert Image.open(io.BytesIO(kept.thumbnail)).size == (43, 128)
    small = stored(noise(tmp_path / "s.png", (20, 30)))
    assert Image.open(io.BytesIO(small.preview)).size == (30, 20)


def test_a_file_that_changed_is_not_measured(tmp_path: Path) -> None:
    path = noise(tmp_path / "x.png", (64, 64))
    with pytest.raises(ItemError, match="has changed since"):
        measure_file(path, "0" * 64)


@pytest.mark.data
def test_a_real_result_and_its_arrays_stay_below_the_limit(data_dir: Path, tmp_path: Path) -> None:
    from fpinspect.batch.intake import CaseEngineSpec, unpack
    from fpinspect.params import InspectionParams

    image = next(iter(sorted((data_dir / "test").glob("*/camera_jpeg_*.jpg"))))
    engine = CaseEngineSpec(InspectionParams(), device="cpu")()
    line, arrays, made, problem = unpack(engine.inspect(str(image)))
    assert problem == ""
    assert arrays is not None
    assert made is not None
    assert {"torch", "numpy", "pillow", "fpinspect"} <= set(made.versions)
    assert "verdict.safetensors" in made.weights
    parts = (arrays.to_bytes(), arrays.preview, arrays.thumbnail, json.dumps(line).encode())
    assert sum(map(len, parts)) <= LIMIT_BYTES
