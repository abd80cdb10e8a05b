"""Heads and bands with made-up numbers: the rules do not depend on training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest

from fpinspect.verdict import features
from fpinspect.verdict.calibration import Band
from fpinspect.verdict.classifier import SCHEMA, SOURCES, Heads


def _band(**changes: object) -> Band:
    values: dict[str, object] = {
        "name": "raw", "low": 98, "high": 100, "slope": 1.0, "slope_tiles": 0.1, "offset": 0.2,
        "temperature": 1.5, "threshold": 1.0, "real_threshold": -1.0, "nominal_fpr": 0.01,
        "measured_fpr": 0.012, "measured_tpr": 0.9, "measured_miss": 0.02, "n_real": 600,
        "n_generated": 800,
    }  # fmt: skip
    return Band(**{**values, **changes})  # type: ignore[arg-type]


def _heads(seed: int = 0, hidden: int = 8, m: int = 2) -> Heads:
    """Random weights of the right shapes: the rules do not depend on training."""
    rng = np.random.default_rng(seed)
    d, c, f = sum(features.LENGTHS.values()), len(SOURCES), len(features.FAMILIES)

    def draw(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.05, shape).astype(np.float32)

    arrays = {
        "mean": draw(d), "scale": np.ones(d, np.float32), "linear": draw(c, d),
        "linear_bias": draw(f, c), "w1": rng.integers(-127, 128, (m * hidden, d)).astype(np.int8),
        "w1_steps": np.full((m * hidden, f), 1e-3, np.float32), "b1": draw(m, hidden),
        "g1": np.ones((m, hidden), np.float32), "c1": draw(m, hidden),
        "w2": draw(m, hidden, hidden), "b2": draw(m, hidden),
        "g2": np.ones((m, hidden), np.float32), "c2": draw(m, hidden),
        "w3": draw(m, c, hidden), "b3": draw(m, c),
    }  # fmt: skip
    settings = {
        "schema": SCHEMA,
        "lengths": dict(features.LENGTHS),
        "fusion": {
            "generated": [0.2] * (f + 2),
            "generated_bias": 0.1,
            "source": [0.2] * (f + 2),
            "source_bias": [0.0] * (c - 1),
        },
        "bands": [asdict(_band(slope_tiles=0.0, offset=0.0, temperature=1.0))],
    }
    return Heads(arrays, settings)


@pytest.fixture(scope="session")
def band() -> Callable[..., Band]:
    """Make a band, with changes."""
    return _band


@pytest.fixture(scope="session")
def heads() -> Heads:
    """Random weights of the right shapes."""
    return _heads()
