"""The learned fingerprint finds what was planted; training stops, is cut off and goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from fpinspect.lab.baselines import dif, material
from fpinspect.lab.baselines.loop import Plan, fit

SIDE = 32


def _planted(count: int, strength: float, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Noise residuals, every second one with a pattern of period 8; groups of eight held out."""
    rng = np.random.default_rng(seed)
    pattern = np.tile(rng.normal(size=(3, 8, 8)), (1, SIDE // 8, SIDE // 8))
    residuals = rng.normal(size=(count, 3, SIDE, SIDE))
    generated = np.arange(count) % 2 == 1
    residuals[generated] += strength * pattern
    residuals /= residuals.std(axis=(1, 2, 3), keepdims=True)
    return residuals.astype(np.float16), generated, np.arange(count) % 8 < 2, pattern


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[dif.Fingerprint, tuple]:
    planted = _planted(96, 0.25)
    path = tmp_path_factory.mktemp("dif") / "planted.safetensors"
    plan = Plan(every=20, patience=3, drops=0, most=100)
    learning = dif.Learning(*planted[:3], margin=0.15, device="cpu")
    return dif.learn(learning, path, plan=plan, identity="x", say=str), planted


def test_a_planted_fingerprint_is_found(found):
    fingerprint, (_, _, _, pattern) = found
    # Other images with the same pattern, and images with another one.
    rng = np.random.default_rng(9)
    noise = rng.normal(size=(200, 3, SIDE, SIDE))
    noise[:100] += 0.25 * pattern
    ratio = fingerprint.ratio((noise / noise.std()).astype(np.float16))
    assert np.mean(ratio[:100] > 0) > 0.95
    assert np.mean(ratio[100:] < 0) > 0.95
    assert fingerprint.picture.shape == (3, dif.PERIOD, dif.PERIOD)
    part = pattern[:, : dif.PERIOD, : dif.PERIOD]
    assert np.corrcoef(fingerprint.picture.ravel(), part.ravel())[0, 1] > 0.5
    assert fingerprint.generated > fingerprint.real


def test_lineage_is_high_for_the_relative_alone(found):
    fingerprint, (_, _, _, pattern) = found
    rng = np.random.default_rng(3)
    other = np.tile(rng.normal(size=(3, 8, 8)), (1, SIDE // 8, SIDE // 8))
    noise = rng.normal(size=(90, 3, SIDE, SIDE))
    noise[30:60] += 0.3 * pattern
    noise[60:] += 0.3 * other
    target = np.repeat([0, 1, 2], 30)
    table = dif.lineage([fingerprint], noise.astype(np.float16), target)
    assert table.shape == (1, 3)
    assert table[0, 1] > 5 * max(abs(table[0, 0]), abs(table[0, 2]))


def test_shares_name_the_generator_whose_fingerprint_is_there(found):
    fingerprint, (residuals, generated, _, _) = found
    away = replace(fingerprint, picture=np.roll(fingerprint.picture, 3, axis=2))
    shares = dif.shares([away, fingerprint], residuals)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert np.mean(shares[generated].argmax(axis=1) == 2) > 0.9
    assert np.mean(shares[~generated].argmax(axis=1) == 0) > 0.9


def test_the_loss_wants_a_margin_between_the_sides():
    generated = torch.tensor([False, False, True, True])
    apart = dif.contrast(torch.tensor([0.0, 0.0, 2.0, 2.0]) * dif.MARGIN, generated)
    close = dif.contrast(torch.tensor([0.0, 0.0, 0.5, 0.5]) * dif.MARGIN, generated)
    spread = dif.contrast(torch.tensor([0.0, 2.0, 2.0, 4.0]) * dif.MARGIN, generated)
    assert apart == 0
    assert close == pytest.approx(0.25)
    assert spread > close


def test_a_cut_off_training_goes_on_as_if_it_had_not_been(tmp_path: Path):
    planted = _planted(32, 0.5)[:3]
    plan = Plan(every=2, patience=9, drops=0, most=6)
    whole = dif.Learning(*planted, device="cpu")
    fit(whole, tmp_path / "whole.safetensors", plan, "same", str)

    def cut(text: str) -> None:
        if "step 4" in text:
            raise KeyboardInterrupt

    path = tmp_path / "cut.safetensors"
    with pytest.raises(KeyboardInterrupt):
        fit(dif.Learning(*planted, device="cpu"), path, plan, "same", cut)
    assert not path.exists()
    again = dif.Learning(*planted, device="cpu")
    steps: list[str] = []
    history = fit(again, path, plan, "same", steps.append)
    assert len(steps) == 2  # the look that was not written, and the last one
    assert history.ended == "most steps"
    torch.testing.assert_close(again.net.fingerprint, whole.net.fingerprint)
    assert not path.with_suffix(".checkpoint").exists()
    # Finished: read, not trained; of other data: trained anew.
    assert fit(dif.Learning(*planted, device="cpu"), path, plan, "same", pytest.fail) == history
    fit(dif.Learning(*planted, device="cpu"), path, plan, "other", steps.append)
    assert len(steps) == 5


def test_training_stops_when_the_loss_does_not_fall(tmp_path: Path):
    class Stuck:
        def __init__(self) -> None:
            self.net = torch.nn.Linear(1, 1)
            self.optimizer = torch.optim.SGD(self.net.parameters(), lr=1.0)
            self.losses = iter([3.0, 2.0, 2.5, 2.5, 1.0, 1.5, 1.5, 0.0])

        def advance(self, rng: np.random.Generator) -> None:
            with torch.no_grad():
                self.net.weight.add_(1)

        def held_out(self) -> float:
            return next(self.losses)

    stuck = Stuck()
    start = stuck.net.weight.item()
    plan = Plan(every=1, patience=2, drops=1, most=99)
    history = fit(stuck, tmp_path / "w.safetensors", plan, "x", str)
    assert history.losses == [3.0, 2.0, 2.5, 2.5, 1.0, 1.5, 1.5]
    assert history.ended == "stopped falling"
    assert stuck.optimizer.param_groups[0]["lr"] == pytest.approx(0.3)
    # Best after two steps, from there one more: three steps from the start.
    assert stuck.net.weight.item() == pytest.approx(start + 3)


def test_a_repeated_fingerprint_correlates_as_with_the_folded_residual():
    rng = np.random.default_rng(0)
    residuals = rng.normal(size=(5, 3, 64, 64)).astype(np.float16)
    picture = rng.normal(size=(3, dif.PERIOD, dif.PERIOD)).astype(np.float32)
    found = dif.correlations(residuals, picture)
    np.testing.assert_allclose(dif.correlations(dif.folded(residuals), picture), found, atol=1e-4)
    whole = np.tile(picture, (1, 4, 4)).ravel()
    direct = [np.mean(residual.ravel() * whole) for residual in residuals.astype(np.float64)]
    np.testing.assert_allclose(found, direct, atol=1e-6)


def test_folding_keeps_the_lattice_and_the_scale():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 256, (256, 300, 3), dtype=np.uint8)
    folded = material.folded(codes)
    assert folded.shape == (3, 64, 64)
    # A small image has less of the picture, with as much weight.
    small = material.folded(codes[:40, :56])
    assert np.count_nonzero(small.any(axis=0)) == 40 * 56
    tile = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    again = material.folded(np.tile(tile, (2, 3, 1)))
    one = material.folded(tile)
    inner = (slice(None), slice(8, -8), slice(8, -8))
    assert np.corrcoef(one[inner].ravel(), again[inner].ravel())[0, 1] > 0.9
    assert again.std() == pytest.approx(1, abs=0.05)
