"""The demo's scenes and generator: same seed same picture, any size, a lattice of its own."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from fpinspect.lab import train_demo_generator as lab
from fpinspect.lab.demo_scenes import Scene, sample_photographs, scene
from fpinspect.report.spectra import lattice_peaks
from fpinspect.signal.residual import separate


@pytest.fixture(scope="module")
def generator() -> lab.DemoGenerator:
    return lab.load_generator()


@pytest.mark.parametrize("kind", list(Scene))
def test_scene_repeats_itself_and_changes_with_the_seed(kind):
    first = scene(kind, 1, (64, 96))
    assert first.shape == (64, 96, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, scene(kind, 1, (64, 96)))
    assert not np.array_equal(first, scene(kind, 2, (64, 96)))


@pytest.mark.parametrize("kind", list(Scene))
def test_scene_has_the_spectrum_and_the_noise_of_a_photograph(kind):
    grey = scene(kind, 3, (256, 256)).mean(axis=2)
    window = np.hanning(256)
    power = np.abs(np.fft.fft2((grey - grey.mean()) * np.outer(window, window))) ** 2
    f = np.abs(np.fft.fftfreq(256))
    radius = np.hypot(f[:, None], f)
    rings = [power[(radius >= low) & (radius < 2 * low)].mean() for low in (0.02, 0.08, 0.24)]
    # Less where there is more detail: the rough wall falls slowest.
    assert rings[0] > 2 * rings[1]
    assert rings[1] > 2 * rings[2]
    # No flat pixel runs: the sensor's noise is everywhere.
    assert np.mean(np.diff(grey, axis=1) == 0) < 0.2


def test_sample_photographs_are_those_of_scikit_learn():
    assert [path.name for path in sample_photographs()] == ["china.jpg", "flower.jpg"]


def test_missing_sample_photographs_are_told(monkeypatch):
    monkeypatch.setattr("fpinspect.lab.demo_scenes.find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="reinstall scikit-learn"):
        sample_photographs()


@pytest.mark.parametrize("shape", [(64, 64), (50, 77), (8, 600), (1, 1)])
def test_generator_takes_any_size(generator, shape):
    codes = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert lab.generate(generator, codes).shape == codes.shape


def test_tiles_do_not_show(generator, monkeypatch):
    codes = scene(Scene.TOWN, 5, (160, 200))
    whole = lab.generate(generator, codes)
    monkeypatch.setattr(lab, "_TILE", 64)
    assert np.abs(lab.generate(generator, codes).astype(int) - whole).max() <= 1


def test_output_is_recognisable_and_carries_a_lattice_of_eight(generator):
    """The mean residual of many outputs repeats every 8 pixels; that of the originals does not."""
    sums = {True: np.zeros((128, 128)), False: np.zeros((128, 128))}
    for seed in range(6):
        for kind in Scene:
            codes = scene(kind, 500 + seed, (128, 128))
            drawn = lab.generate(generator, codes)
            cells = [
                picture.reshape(16, 8, 16, 8, 3).mean(axis=(1, 3)) for picture in (codes, drawn)
            ]
            assert np.corrcoef(cells[0].ravel(), cells[1].ravel())[0, 1] > 0.95
            for made, picture in ((False, codes), (True, drawn)):
                planes = np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32)
                sums[made] += separate(planes)[0].mean(axis=0)

    def peaks(mean: np.ndarray) -> int:
        """Count the lattice frequencies off the axes, where scene content lies, that stand out."""
        db = np.fft.fftshift(20 * np.log10(np.abs(np.fft.fft2(mean)) + 1e-9))
        return sum(fx != 0 and fy != 0 for fx, fy in lattice_peaks(db))

    # Of 49; the originals have the colour filter array's at 1/2.
    assert peaks(sums[True]) > 40
    assert peaks(sums[False]) < 5


def test_training_repeats_itself_and_learns(tmp_path):
    images = [scene(kind, 1, (128, 128)) for kind in Scene]
    first = lab.train(images, seed=3, steps=6, batch=2)
    second = lab.train(images, seed=3, steps=6, batch=2)
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name])
    path = lab.save(first, tmp_path, {"seed": 3})
    again = lab.load_generator(path)
    assert np.array_equal(lab.generate(again, images[0]), lab.generate(first, images[0]))
    assert len(json.loads(path.with_suffix(".json").read_text())["sha256"]) == 64


def test_weights_are_small_and_say_how_they_were_made():
    from fpinspect.resources import resource

    assert resource(f"weights/{lab.WEIGHTS}").stat().st_size < 1_000_000
    facts = json.loads(resource(f"weights/{lab.WEIGHTS}").with_suffix(".json").read_text())
    assert {"command", "seed", "sha256", "images"} <= set(facts)
