"""Synthetic planes for the signal tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest


@pytest.fixture
def scene() -> Callable[..., np.ndarray]:
    """Make (C, H, W) float32 planes in 0..255: smooth shapes, an edge, noise of sigma 3."""

    def make(height: int, width: int, channels: int = 1, seed: int = 0) -> np.ndarray:
        rng = np.random.default_rng(seed)
        y = np.arange(height)[:, None] / 40
        x = np.arange(width) / 40
        planes = [
            120 + 60 * np.sin(y * (1 + c) + x) + 40 * (x > y + 0.3 * c) for c in range(channels)
        ]
        noisy = np.stack(planes) + rng.normal(0, 3, (channels, height, width))
        return np.clip(noisy, 0, 255).astype(np.float32)

    return make
