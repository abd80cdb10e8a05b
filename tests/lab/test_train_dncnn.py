from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from fpinspect.lab import train_dncnn
from fpinspect.lab.dataset import Record
from fpinspect.lab.train_dncnn import Training, draw_batch, halve, held_out_psnr, is_clean


@pytest.fixture
def images() -> list[np.ndarray]:
    y, x = np.mgrid[:90, :100] / 12
    return [
        np.stack([128 + 80 * np.sin(a * y + x) for a in (0.5, 1, 1.5)]).astype(np.float32) + 5 * k
        for k in range(3)
    ]


def _training(steps: int) -> Training:
    return Training(depth=3, width=6, steps=steps, seed=1)


def test_training_learns_to_take_noise_out(images: list[np.ndarray]) -> None:
    training = _training(120)
    for _ in range(120):
        training.advance(images)
    before, after = held_out_psnr(training.average, images, 8.0)
    assert before == pytest.approx(20 * np.log10(255 / 8), abs=0.1)
    assert after > before + 3


def test_first_layer_stays_blind_to_brightness(images: list[np.ndarray]) -> None:
    training = _training(3)
    training.advance(images)
    first = next(training.net.parameters())
    assert first.sum((-2, -1)).abs().max() < 1e-5


def test_a_resumed_run_is_the_same(images: list[np.ndarray], tmp_path: Path) -> None:
    whole = _training(6)
    for _ in range(6):
        whole.advance(images)
    first, second = _training(6), _training(6)
    for _ in range(3):
        first.advance(images)
    first.save(tmp_path / "check.pt")
    second.resume(tmp_path / "check.pt")
    assert second.step == 3
    for _ in range(3):
        second.advance(images)
    for a, b in zip(whole.average.parameters(), second.average.parameters(), strict=True):
        assert torch.equal(a, b)


def test_batches_are_noise_of_the_drawn_strength(images: list[np.ndarray]) -> None:
    clean, noise, sigma = draw_batch(images, 60, np.random.default_rng(0))
    assert clean.shape == noise.shape
    assert ((sigma >= 0) & (sigma <= train_dncnn.SIGMA_MAX)).all()
    torch.testing.assert_close(noise.std((1, 2, 3)), sigma.flatten(), rtol=0.1, atol=0.02)
    assert float(clean.min()) >= min(float(image.min()) for image in images)


def test_halving_averages_and_drops_the_odd_edge() -> None:
    planes = np.arange(2 * 5 * 4, dtype=np.float32).reshape(2, 5, 4)
    small = halve(planes)
    assert small.shape == (2, 2, 2)
    assert small[0, 0, 0] == planes[0, :2, :2].mean()


@pytest.mark.parametrize(
    ("change", "clean"),
    [
        ({}, True),
        ({"quality": None}, True),
        ({"quality": 94.0}, False),
        ({"split": "test"}, False),
        ({"label": "sd1"}, False),
        ({"kind": "real_other"}, False),
    ],
)
def test_only_clean_photographs_of_the_training_split_count(change: dict, clean: bool) -> None:
    fields = {
        "path": Path("x.jpg"),
        "split": "train",
        "label": "real",
        "kind": "coco",
        "group": "g",
        "source": "s",
        "quality": 96.0,
    }
    assert is_clean(Record(**{**fields, **change})) is clean
