"""Cases, images and results for the tests; no torch, but for the tests of what is measured."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fpinspect.batch.case.arrays import COMPONENTS, Curves, StoredArrays
from fpinspect.batch.case.store import Case, CaseItem
from fpinspect.batch.case.values import MadeWith

MADE = MadeWith({"denoiser": "wavelet"}, {"fpinspect": "0.1.0"}, {"verdict.safetensors": "ab" * 32})


@pytest.fixture(autouse=True)
def _importable_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    # A spawned worker gets the parent's sys.path.
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fpinspect.batch.case.schema.SYNCHRONOUS", "OFF")


@pytest.fixture
def made() -> MadeWith:
    return MADE


@pytest.fixture
def arrays() -> Callable[..., StoredArrays]:
    """Make arrays that differ by a seed."""

    def make(seed: int = 0) -> StoredArrays:
        rng = np.random.default_rng(seed)

        def some(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
            # Values that float16 holds exactly.
            return rng.integers(-100, 100, shape).astype(np.float32) / np.float32(8)

        return StoredArrays(
            height=300,
            width=400,
            orientation=1,
            denoiser="wavelet 1",
            residual=some(256, 256),
            psd_db=some(256, 129),
            log_psd={name: some(128, 65) for name in COMPONENTS},
            phase=some(128, 65),
            radial=Curves(*(some(129) for _ in range(5))),
            fold=some(8, 8),
            sigma=1.5,
            preview=b"preview %d" % seed,
            thumbnail=b"thumbnail %d" % seed,
        )

    return make


@pytest.fixture
def record() -> Callable[..., dict[str, Any]]:
    """Make the JSON line of a file that exists."""

    def make(path: Path, **changes: Any) -> dict[str, Any]:
        data = path.read_bytes()
        return {
            "schema": "fpinspect.inspection/1",
            "path": str(path),
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "inspected_at": "2025-01-02T03:04:05.678+00:00",
            "status": "ok",
            "error": None,
            "image": {"width": 64, "height": 64, "jpeg_quality": None},
            "verdict": {"answer": "real", "p_generated": 0.25, "log10_lr": -0.5, "source": "real"},
            "matches": {"sd1": {"aligned": 0.1, "folded": 2.0, "shift": [0, 1], "p_value": 0.5}},
            "applicability": [],
            "params_hash": "p1",
            "bank": "b1",
            "version": "0.1.0",
            "elapsed_ms": 1.5,
        } | changes

    return make


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    """Make a file with some bytes; a case looks at no more of it."""

    def make(name: str, text: str | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or f"the bytes of {name}")
        return path

    return make


@pytest.fixture
def filled(
    tmp_path: Path,
    photo: Callable[..., Path],
    record: Callable[..., dict[str, Any]],
    arrays: Callable[..., StoredArrays],
) -> Callable[..., Case]:
    """Make a case with inspected items, open for writing."""

    def make(name: str = "a.fpcase", photos: tuple[str, ...] = ("one.png", "two.png")) -> Case:
        case = Case.create(tmp_path / name, title=f"Case {name}", examiner="A. Nalyst")
        for seed, each in enumerate(photos):
            case.record(record(photo(each)), arrays(seed), made_with=MADE)
        return case

    return make


@pytest.fixture
def only() -> Callable[[Case], CaseItem]:
    """Return the one item of a case."""

    def item(case: Case) -> CaseItem:
        (found,) = case.items()
        return found

    return item
