"""Small made-up data for the views: an image with a pattern of period 8, a bank of two entries."""

from __future__ import annotations

import numpy as np

from fpinspect.gui import pictures, plots
from fpinspect.gui.bands import Band
from fpinspect.gui.pictures import EntryData, Placement
from fpinspect.gui.viewdata import Choice, Comparison, Component, Contribution, Role, ViewOptions

SIDE = 160


def pattern(side: int) -> np.ndarray:
    """A wave at (1/8, 3/8) cycles/px."""
    y, x = np.mgrid[:side, :side]
    return np.cos(2 * np.pi * (x / 8 + 3 * y / 8)).astype(np.float32)


def planes(height: int = SIDE, width: int = SIDE, seed: int = 0) -> dict[Component, np.ndarray]:
    rng = np.random.default_rng(seed)
    side = max(height, width)
    residual = rng.normal(size=(3, height, width)).astype(np.float32)
    residual += 2 * pattern(side)[:height, :width]
    y, x = np.mgrid[:height, :width]
    denoised = np.stack([x % 256, y % 256, (x + y) % 256]).astype(np.float32)
    return {
        Component.RESIDUAL: residual,
        Component.DENOISED: denoised,
        Component.IMAGE: np.clip(denoised + residual, 0, 255),
    }


def entry(label: str, title: str, lattice: int = 256, seed: int = 1) -> EntryData:
    rng = np.random.default_rng(seed)
    half = (3, 128, 65)
    log_psd = rng.normal(0.0, 0.05, half).astype(np.float32)
    if label != "real":
        log_psd[:, 48, 16] += 0.6  # fy 3/8, fx 1/8
    return EntryData(
        label=label,
        title=title,
        component=Component.RESIDUAL,
        images=310,
        lattice=lattice,
        mean=rng.normal(0, 0.1, (3, lattice, lattice)).astype(np.float32) + 0.1 * pattern(lattice),
        log_psd_mean=log_psd,
        log_psd_var=np.full(half, 0.04, np.float32),
        phase=rng.uniform(-np.pi, np.pi, half).astype(np.float32),
        coherence=rng.uniform(0, 1, half).astype(np.float32),
        facts=(("images", "310"), ("lattice", f"{lattice}\u00a0px")),
    )


ENTRIES = (entry("sd1", "SD 1.x"), entry("real", "Real", seed=2))
BAND = Band(
    np.array([0.08, 0.5], np.float32),
    np.full(2, -6.0, np.float32),
    np.full(2, 6.0, np.float32),
    images=160,
)
CONTRIBUTIONS = (
    Contribution("log_psd", "Spectrum, N/8 peaks", 1.3, ("peaks", "radial")),
    Contribution("autocorrelation", "Autocorrelation", 0.8, ("lags", "cells")),
    Contribution("cooccurrence_luma", "Co-occurrence, Y", -0.2, ("pixels",)),
)


def comparison(
    options: ViewOptions | None = None,
    *,
    title: str = "cup.png",
    size: tuple[int, int] = (SIDE, SIDE),
    orientation: int = 1,
    references: int = 2,
) -> Comparison:
    options = options or ViewOptions()
    real = ENTRIES[1].db
    questioned = pictures.image_column(
        planes(*size), options, key=title, title=title, placement=Placement(256), real_db=real
    )
    columns = [
        pictures.with_difference(
            pictures.entry_column(
                e, options, key=f"bank:{e.label}", note=note, role=role, real_db=real
            ),
            questioned,
        )
        for e, note, role in (
            (ENTRIES[0], "best match", Role.MATCH),
            (ENTRIES[1], "", Role.REAL),
        )
    ][:references]
    return Comparison(
        generation=1,
        questioned=questioned,
        references=tuple(columns),
        orientation=orientation,
        choices=tuple(Choice(f"bank:{e.label}", e.title, "Stored fingerprints") for e in ENTRIES),
        peaks=pictures.lattice_peaks(questioned, columns, "log_psd"),
    )


def plot_data():
    return plots.plots(
        planes()[Component.RESIDUAL],
        title="cup.png",
        entries=[(ENTRIES[0], Role.MATCH), (ENTRIES[1], Role.REAL)],
        matches={"sd1": 5.31},
        contributions=CONTRIBUTIONS,
        bands={entry.label: BAND for entry in ENTRIES},
    )


def record(**verdict):
    found = {
        "answer": "generated",
        "p_generated": 0.9992,
        "log10_lr": 2.6,
        "strength": "moderately strong",
        "threshold": {"value": 1.0, "nominal_fpr": 0.01, "measured_fpr": 0.014, "n": 2000},
        "source": "sd1",
        "sources": {
            "real": 0.0025,
            "sd1": 0.93,
            "sd2": 0.05,
            "biggan": 0.0,
            "flux": 0.0075,
            "other": 0.01,
        },
        "source_set": ["sd1", "sd2"],
        "families": {"log_psd": 1.3, "autocorrelation": 0.8, "net": -0.2, "calibration": 0.7},
    }
    return {
        "schema": "fpinspect.inspection/1",
        "path": "/case/cup.png",
        "sha256": "9f026c1b" * 8,
        "bytes": 412_345,
        "inspected_at": "2026-11-25T13:00:00.000+00:00",
        "status": "ok",
        "error": None,
        "image": {
            "width": 512,
            "height": 384,
            "format": "JPEG",
            "mode": "RGB",
            "bit_depth": 8,
            "jpeg_quality": 92,
            "subsampling": "4:2:0",
            "orientation": 6,
            "frames": 1,
            "decoder": "Pillow 13.0",
        },
        "verdict": found | verdict,
        "matches": {
            "real": {
                "aligned": -0.001,
                "folded": 2.2,
                "shift": [3, 0],
                "p_value": 0.66,
                "null_images": 312,
            },
            "sd1": {"aligned": 0.038, "folded": 5.31, "shift": [0, 5], "p_value": 0.0005},
        },
        "provenance": {
            "generator": {"tool": "ComfyUI", "model": "v1-5", "prompt": "a <b>cup</b>"},
            "camera": None,
            "software": "GIMP 2.10",
            "digital_source_type": None,
            "c2pa": {"present": False},
            "exif": {"iso": 100, "lens": None},
            "text_keys": [],
            "icc_profile": False,
            "jpeg": {
                "quality": 92,
                "exact": True,
                "distance": 0.0,
                "subsampling": "4:2:0",
                "progressive": False,
                "tables": {"0": list(range(64))},
            },
            "earlier_jpeg": None,
            "notes": ["One text entry could not be read."],
        },
        "applicability": [
            {"code": "sampled", "severity": "info", "message": "Large image."},
            {"code": "jpeg_quality", "severity": "warning", "message": "JPEG quality 75."},
        ],
        "params_hash": "8c1e40b7",
        "bank": "shipped 1.0",
        "version": "0.1.0",
        "elapsed_ms": 58.2,
    }
