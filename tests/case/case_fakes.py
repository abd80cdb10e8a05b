"""An engine for the tests of a case: does what the file says, in a worker too. No torch."""

from __future__ import annotations

import base64
import hashlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fpinspect.batch.case.arrays import COMPONENTS, Curves, StoredArrays
from fpinspect.batch.intake import PACK
from fpinspect.evidence.flags import ItemError


def small_arrays() -> StoredArrays:
    def some(*shape: int) -> Any:
        return np.ones(shape, np.float32)

    return StoredArrays(
        9,
        9,
        1,
        "wavelet 1",
        some(256, 256),
        some(256, 129),
        {name: some(128, 65) for name in COMPONENTS},
        some(128, 65),
        Curves(*some(5, 9)),
        some(8, 8),
        1.0,
        bytes(20_000),
        b"thumbnail",
    )


@dataclass(frozen=True)
class Fake:
    """In the place of the engines of `fpinspect case inspect` and `fpinspect verify`.

    `shift` moves its numbers, as another version would; `torch` is the version that it names.
    """

    params: Any
    bank: str | None = None
    device: str = "cpu"
    shift: float = 0.0
    torch: str = "2.13.0"

    def __call__(self) -> Fake:
        return self

    def inspect(self, path: str, *, named: bool = True) -> dict[str, Any]:
        try:
            data = Path(path).read_bytes()
        except OSError:
            return self.error_record(path, "There is no such file.")
        verb, _, argument = data.decode().partition(" ")
        if verb == "refuse":
            raise ItemError(argument)
        if verb == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if verb == "interrupt":
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(30)
        parts = small_arrays()
        packed = (parts.to_bytes(), parts.preview, parts.thumbnail)
        return self._record(path) | {
            "sha256": hashlib.sha256(data).hexdigest(),
            "bytes": len(data),
            "status": "ok",
            "image": {"width": 9, "height": 9, "jpeg_quality": None},
            "verdict": {
                "answer": "generated",
                "p_generated": 0.75 + self.shift,
                "log10_lr": 0.5 * (1 + self.shift),
                "strength": "limited",
                "source": "sd1",
                "sources": {"real": 0.25 - self.shift, "sd1": 0.75 + self.shift},
            },
            "matches": {"sd1": {"aligned": 0.1, "folded": 2.0, "shift": [0, 1], "p_value": 0.5}},
            PACK: {
                "made_with": {
                    "params": self.params.to_dict(),
                    "versions": {"torch": self.torch},
                    "weights": {"verdict.safetensors": "ab"},
                },
                "arrays": [base64.b64encode(part).decode() for part in packed],
            },
        }

    def error_record(self, path: str, message: str) -> dict[str, Any]:
        return self._record(path) | {"status": "error", "error": message}

    def _record(self, path: str) -> dict[str, Any]:
        return {
            "schema": "fpinspect.inspection/1",
            "path": path,
            "sha256": None,
            "bytes": None,
            "inspected_at": "2025-01-02T03:04:05.678+00:00",
            "error": None,
            "image": None,
            "verdict": None,
            "matches": None,
            "provenance": {"generator": None},
            "applicability": [],
            "params_hash": self.params.digest,
            "bank": "bank one",
            "version": "0.1.0",
            "elapsed_ms": 1.0,
        }
