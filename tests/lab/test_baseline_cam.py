"""The whole-image network learns, and its activation map points at what it went by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from fpinspect.lab.baselines import camnet, campicture
from fpinspect.lab.baselines.camnet import CamNet, Learning
from fpinspect.lab.baselines.loop import Plan, fit

SIDE = 48


def _images(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grey noise; of class 1 a quarter anywhere is striped. Where, as row and column."""
    rng = np.random.default_rng(seed)
    codes = rng.normal(128, 20, (count, SIDE, SIDE, 1)).repeat(3, axis=3)
    target = np.arange(count) % 2
    place = rng.integers(2, size=(count, 2)) * SIDE // 2
    for image in np.flatnonzero(target):
        y, x = place[image]
        codes[image, y : y + SIDE // 2, x : x + SIDE // 2 : 4] += 60
    return np.clip(codes, 0, 255).astype(np.uint8), target, place


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> CamNet:
    codes, target, _ = _images(64)
    learning = Learning(codes[:, None, None], target, np.arange(64) >= 48, classes=2, device="cpu")
    path = tmp_path_factory.mktemp("cam") / "cam.safetensors"
    history = fit(learning, path, Plan(every=12, patience=3, drops=0, most=60), "x", str)
    assert min(history.losses) < 0.35 < np.log(2)
    return learning.net.mean


def test_the_map_points_at_the_planted_quarter(net: CamNet):
    codes, target, place = _images(20, seed=5)
    hits = []
    for image in np.flatnonzero(target):
        found = camnet.activation(net, codes[image])
        difference = found[1] - found[0]
        assert difference.shape == (SIDE // 8, SIDE // 8)
        quarters = difference.reshape(2, 3, 2, 3).mean(axis=(1, 3))
        highest = np.unravel_index(quarters.argmax(), quarters.shape)
        hits.append(tuple(place[image] // (SIDE // 2)) == highest)
    assert np.mean(hits) == 1


def test_the_mean_of_the_map_is_the_score(net: CamNet):
    codes, _, _ = _images(3)
    with torch.inference_mode():
        scores = net(camnet.as_input(codes, torch.device("cpu"))).numpy()
    for image, score in zip(codes, scores, strict=True):
        np.testing.assert_allclose(camnet.activation(net, image).mean((1, 2)), score, atol=1e-4)


def test_probabilities_are_those_of_the_mean_score(net: CamNet):
    codes, target, _ = _images(12, seed=7)
    crops = codes.reshape(12, 1, 1, SIDE, SIDE, 3)
    share = camnet.probabilities(net, crops)
    assert share.shape == (12, 1, 2)
    np.testing.assert_allclose(share.sum(axis=2), 1)
    assert np.mean(share[:, 0].argmax(axis=1) == target) > 0.9
    np.testing.assert_allclose(camnet.probabilities(net, crops.repeat(3, axis=2)), share, atol=1e-5)


def test_maps_of_all_sizes_come_onto_one_grid():
    rng = np.random.default_rng(0)
    for shape in ((16, 16), (64, 40), (24, 24)):
        values = rng.normal(size=shape).astype(np.float32)
        found = campicture.on_grid(values)
        assert found.shape == (campicture.GRID, campicture.GRID)
        assert found.mean() == pytest.approx(values.mean(), abs=1e-5)
    np.testing.assert_allclose(campicture.on_grid(values), values, atol=1e-6)


def test_attention_follows_contrast_where_the_signal_is(net: CamNet, tmp_path: Path):
    from PIL import Image

    from fpinspect.lab.dataset import Record

    codes, target, _ = _images(12, seed=3)
    records = []
    for i, image in enumerate(codes):
        path = tmp_path / f"{i}.png"
        Image.fromarray(image).save(path)
        label = ("real", "sd1")[target[i]]
        records.append(Record(path, "test", label, label, str(i), "s", None))
    found = campicture.attention(net, records)
    assert list(found) == ["real", "sd1"]
    assert found["sd1"].images == 6
    assert found["sd1"].contrast > 0.3  # the stripes are what is contrasty
    picture = campicture.draw(found, {"real": "real", "sd1": "SD 1.x"}, tmp_path / "cam.png")
    with Image.open(picture) as image:
        assert image.width > 300


def test_crops_of_a_cache_may_be_read_only():
    codes, _, _ = _images(2)
    codes.flags.writeable = False
    found = camnet.as_input(codes, torch.device("cpu"))
    assert found.shape == (2, 3, SIDE, SIDE)
    assert float(found[0, 0, 0, 0]) == pytest.approx((float(codes[0, 0, 0, 0]) - 127.5) / 64)
