"""Records as the engine returns them."""

from __future__ import annotations

from typing import Any


def record(path: str = "a.png", **changes: Any) -> dict[str, Any]:
    answer = changes.pop("answer", "generated")
    log10_lr = changes.pop("log10_lr", 2.36)
    source = changes.pop("source", "sd1")
    value = {
        "schema": "fpinspect.inspection/1",
        "path": path,
        "sha256": "0f" * 32,
        "bytes": 1234,
        "inspected_at": "2025-01-02T03:04:05.678+00:00",
        "status": "ok",
        "error": None,
        "image": {"width": 640, "height": 480, "format": "PNG", "mode": "RGB"},
        "verdict": {
            "answer": answer,
            "p_generated": 0.75,
            "log10_lr": log10_lr,
            "strength": "moderately strong",
            "threshold": {"value": 0.5, "nominal_fpr": 0.05, "measured_fpr": 0.04, "n": 90},
            "source": source,
            "sources": {"real": 0.25, "sd1": 0.5, "sd2": 0.125, "mine": 0.125},
            "source_set": ["sd1", "real"],
            "families": {},
        },
        "matches": {
            "sd1": {"aligned": 0.1, "folded": 0.2, "shift": [1, 7], "p_value": 0.01},
            "flux": {"aligned": 0.1, "folded": 0.9, "shift": [0, 0], "p_value": 0.5},
        },
        "provenance": {"generator": {"tool": "ComfyUI", "model": "=cmd()"}, "camera": None},
        "applicability": [],
        "params_hash": "p1",
        "bank": "b1",
        "version": "0.1.0",
        "elapsed_ms": 12.5,
    }
    return value | changes


def failed(path: str = "b.png", error: str = "The file is empty.") -> dict[str, Any]:
    nothing = dict.fromkeys(("image", "verdict", "matches", "provenance", "sha256", "bytes"))
    return record(path) | nothing | {"status": "error", "error": error}


def flag(code: str, severity: str = "warning", message: str = "Because.") -> dict[str, str]:
    return {"code": code, "severity": severity, "message": message}
