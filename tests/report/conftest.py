"""Reports for the tests: made-up inspections and arrays, no torch, of the weights the settings."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fpinspect.batch.case.arrays import COMPONENTS, Curves, StoredArrays
from fpinspect.batch.case.values import Bookmark, Facts, MadeWith, Status
from fpinspect.report.document import pages
from fpinspect.report.gather import engine_facts
from fpinspect.report.i18n import Words
from fpinspect.report.model import EngineFacts, Options, Report, ReportItem

MADE = MadeWith({"denoiser": "wavelet"}, {"fpinspect": "0.1.0"}, {"verdict.safetensors": "ab" * 32})
Inspect = Callable[..., dict[str, Any]]


def jpeg(width: int, height: int) -> bytes:
    pixels = np.random.default_rng(width).integers(0, 255, (height, width, 3)).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG")
    return out.getvalue()


def make_arrays(*, height: int = 300, width: int = 400) -> StoredArrays:
    rng = np.random.default_rng(height)

    def some(*shape: int) -> Any:
        return rng.normal(size=shape).astype(np.float32)

    residual = np.zeros((256, 256), np.float32)
    residual[:height, :width] = some(min(height, 256), min(width, 256))
    return StoredArrays(
        height=height,
        width=width,
        orientation=1,
        denoiser="wavelet 1",
        residual=residual,
        psd_db=some(256, 129),
        log_psd={name: some(128, 65) / 8 for name in COMPONENTS},
        phase=some(128, 65),
        radial=Curves(*(some(129) for _ in range(5))),
        fold=some(8, 8),
        sigma=1.5,
        preview=jpeg(64, 48),
        thumbnail=jpeg(32, 24),
    )


def make_inspection(path: str = "/cases/a.png", **verdict: Any) -> dict[str, Any]:
    opinion = {
        "answer": "generated",
        "p_generated": 0.996,
        "log10_lr": 2.4,
        "strength": "moderately strong",
        "threshold": {"value": 1.04, "nominal_fpr": 0.01, "measured_fpr": 0.0095, "n": 597},
        "source": "sd1",
        "sources": {"real": 0.004, "sd1": 0.92, "sd2": 0.05, "flux": 0.02, "other": 0.006},
        "source_set": ["sd1", "sd2"],
        "families": {"net": 2.9, "log_psd": 0.3, "calibration": -0.8},
    } | verdict
    return {
        "schema": "fpinspect.inspection/1",
        "path": path,
        "sha256": "0f" * 32,
        "bytes": 12345,
        "inspected_at": "2026-11-02T03:04:05.678+00:00",
        "status": "ok",
        "error": None,
        "image": {"width": 400, "height": 300, "format": "PNG", "mode": "RGB", "bit_depth": 8,
                  "jpeg_quality": None, "subsampling": None, "decoder": "Pillow"},
        "verdict": opinion,
        "matches": {
            "sd1": {"aligned": 0.3, "folded": 12.0, "shift": [1, 7], "p_value": 0.01},
            "flux": {"aligned": 0.1, "folded": 3.0, "shift": [0, 0], "p_value": 0.5},
            "real": {"aligned": -0.1, "folded": 2.5, "shift": [3, 3], "p_value": 0.6},
        },
        "provenance": {"generator": None, "camera": None, "c2pa": {"present": False}, "exif": {},
                       "notes": [], "earlier_jpeg": {"found": False}},
        "applicability": [],
        "params_hash": "p1",
        "bank": "b1",
        "version": "0.1.0",
        "elapsed_ms": 20.5,
    }  # fmt: skip


def make_failure(path: str = "/cases/broken.png") -> dict[str, Any]:
    blank = dict.fromkeys(("sha256", "bytes", "image", "verdict", "matches", "provenance"))
    words = {"status": "error", "error": "The PNG file is truncated."}
    return make_inspection(path) | blank | words


@pytest.fixture
def inspection() -> Inspect:
    return make_inspection


@pytest.fixture
def failure() -> Inspect:
    return make_failure


@pytest.fixture
def arrays() -> Callable[..., StoredArrays]:
    return make_arrays


@pytest.fixture(scope="session")
def engine() -> EngineFacts:
    """What ships, without a bank and without an evaluation, whether one ships or not."""
    return replace(engine_facts(), evaluation=None, evaluation_about={})


@pytest.fixture
def make_report(engine: EngineFacts) -> Callable[..., Report]:
    """Make a report of records; those whose index is in `marked` are bookmarked."""

    def make(
        *records: dict[str, Any],
        marked: tuple[int, ...] = (),
        options: Options | None = None,
        **more: Any,
    ) -> Report:
        mark = Bookmark(Status.RELEVANT, "look at the hands", "2026-11-03T00:00:00+00:00", "ana")
        stored = make_arrays()
        items = tuple(
            ReportItem(
                number=index + 1,
                record=record,
                path=record["path"],
                arrays=lambda: stored,
                made_with=MADE,
                bookmark=mark if index in marked else None,
                tags=("leaflet",) if index in marked else (),
            )
            for index, record in enumerate(records)
        )
        given = {
            "engine": engine,
            "created_at": "2026-11-25T12:00:00+00:00",
            "facts": Facts("K 117", "Leaflets", "A. Nalyst", "Lab", ""),
        } | more
        return Report(items=items, options=options or Options(), **given)

    return make


@pytest.fixture
def item_text() -> Callable[[Report], str]:
    """All text on the page of a report's first item, however deep."""

    def strings(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif is_dataclass(value) and not isinstance(value, type):
            for field in fields(value):
                yield from strings(getattr(value, field.name))
        elif isinstance(value, tuple | list):
            for each in value:
                yield from strings(each)

    return lambda report: "\n".join(strings(next(pages.items(report, Words()))))
