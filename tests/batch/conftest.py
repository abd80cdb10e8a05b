"""Let the pool's workers import the fake engines, as they import the package."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _importable_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    # A spawned worker gets the parent's sys.path.
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
