"""Heads and bands with made-up numbers: the rules do not depend on training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest

from fpinspect.verdict import features
from fpinspect.verdict.calibration import Band
from fpinspect.verdict.classifier import SCHEMA, SOURCES, VIEWS, Heads, view_families, views


def _band(**changes: object) -> Band:
    values: dict[str, object] = {
        "name": "raw", "low": 98, "high": 100, "slope": 1.0, "slope_tiles": 0.1, "offset": 0.2,
        "temperature": 1.5, "threshold": 1.0, "real_threshold": -1.0, "nominal_fpr": 0.01,
        "measured_fpr": 0.012, "measured_tpr": 0.9, "measured_miss": 0.02, "n_real": 600,
        "n_generated": 800,
    }  # fmt: skip
    return Band(**{**values, **changes})  # type: ignore[arg-type]


def _heads(seed: int = 0, hidden: int = 8, m: int = 4) -> Heads:
    """Random weights of the right shapes: the rules do not depend on training."""
    rng = np.random.default_rng(seed)
    d, c, f = sum(features.LENGTHS.values()), len(SOURCES), len(features.FAMILIES)

    def draw(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.05, shape).astype(np.float32)

    arrays = {
        "mean": draw(d), "scale": np.ones(d, np.float32), "linear": draw(c, d),
        "linear_bias": draw(f, c), "b1": draw(m, hidden),
        "g1": np.ones((m, hidden), np.float32), "c1": draw(m, hidden),
        "w2": draw(m, hidden, hidden), "b2": draw(m, hidden),
        "g2": np.ones((m, hidden), np.float32), "c2": draw(m, hidden),
        "w3": draw(m, c, hidden), "b3": draw(m, c),
    }  # fmt: skip
    rows = m // len(VIEWS) * hidden
    for view, span in enumerate(views()):
        bytes_ = -(-(span.stop - span.start) // 2)
        # Both halves of a byte between 1 and 15.
        halves = rng.integers(1, 16, (2, rows, bytes_)).astype(np.uint8)
        arrays[f"w1_{view}"] = halves[0] | halves[1] << 4
        steps = np.full((rows, len(view_families(view))), 0.02, np.float32)
        arrays[f"steps_{view}"] = steps
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
