"""Shared fixtures: where the project's data lies, if it does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The labelled image set; the test is skipped where it is absent."""
    if not (DATA / "manifest.csv").is_file():
        pytest.skip(f"data tests need the image set at {DATA}")
    return DATA
