"""Batches: what they hold, and that the buffers do not run into one another."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from fpinspect.lab.batches import BLOCK, KEPT, Batches
from fpinspect.verdict.classifier import CLIP

LENGTH = 200


@pytest.fixture
def flat() -> np.ndarray:
    return np.random.default_rng(3).normal(2, 5, (90, LENGTH)).astype(np.float16)


def batches(flat: np.ndarray, size: int) -> Batches:
    return Batches(
        flat,
        torch.full((LENGTH,), 2.0),
        torch.full((LENGTH,), 0.5),
        size=size,
        mixup=0.3,
        device=torch.device("cpu"),
    )


@pytest.mark.parametrize("size", [5, BLOCK, 2 * BLOCK + 3])
def test_a_batch_is_standardised_clipped_and_mixed_with_its_partners(
    flat: np.ndarray, size: int
) -> None:
    pick = np.random.default_rng(1).integers(0, len(flat), size)
    torch.manual_seed(0)
    found = batches(flat, size).draw(pick, np.random.default_rng(5))
    own = np.clip((flat[pick].astype(np.float32) - 2) / 0.5, -CLIP, CLIP)
    mixed = found.share * own + (1 - found.share) * own[found.partner.numpy()]
    seen = found.vectors.numpy()
    kept = seen != 0
    np.testing.assert_allclose(seen[kept], mixed[kept], rtol=1e-5, atol=1e-5)
    assert sorted(found.partner.tolist()) == list(range(size))
    # Five standard deviations of so many draws.
    chance = KEPT / 256
    assert abs(kept.mean() - chance) < 5 * (chance * (1 - chance) / kept.size) ** 0.5


def test_what_is_left_out_differs_from_block_to_block_and_from_batch_to_batch(
    flat: np.ndarray,
) -> None:
    source, rng = batches(flat, 2 * BLOCK), np.random.default_rng(5)
    pick = np.arange(2 * BLOCK)
    first = (source.draw(pick, rng).vectors != 0).clone()
    second = source.draw(pick, rng).vectors != 0
    assert not torch.equal(first[:BLOCK], first[BLOCK:])
    assert not torch.equal(first, second)


def test_the_same_seeds_give_the_same_batch(flat: np.ndarray) -> None:
    found = []
    for _ in range(2):
        torch.manual_seed(7)
        drawn = batches(flat, 20).draw(np.arange(20), np.random.default_rng(2))
        found.append(drawn.vectors.clone())
    assert torch.equal(*found)
