"""Engines for the tests of the pool: importable by its workers, without torch."""

from __future__ import annotations

import os
import signal
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fpinspect.evidence.flags import ItemError


@dataclass(frozen=True)
class Scripted:
    """Its own factory: does what the item's name says, e.g. ``sleep 0.2``, ``kill``, ``raise``."""

    marks: str | None = None  # a folder: each start leaves a file there

    def __call__(self) -> Scripted:
        if self.marks:
            Path(self.marks, f"{os.getpid()}-{time.monotonic_ns()}").touch()
        return self

    def inspect(self, path: str, *, named: bool = True) -> dict[str, Any]:
        verb, _, argument = path.partition(" ")
        if verb == "sleep":
            time.sleep(float(argument))
        elif verb == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif verb == "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif verb == "exit":
            os._exit(int(argument))
        elif verb == "refuse":
            raise ItemError(argument)
        elif verb == "raise":
            raise RuntimeError("a defect\nover two lines")
        elif verb == "hunger":
            raise MemoryError
        elif verb == "warn":
            warnings.warn("something odd", stacklevel=1)
        elif verb == "record":
            return {"status": "error", "error": "the engine's own words"}
        elif verb == "unsendable":
            return {"status": "ok", "value": lambda: None}
        elif verb == "nan":
            return {"status": "ok", "value": float("nan")}
        elif verb == "interrupt":
            os.kill(os.getppid(), signal.SIGINT)
            time.sleep(30)
        threads = os.environ.get("OMP_NUM_THREADS")
        return {"status": "ok", "path": path, "named": named, "pid": os.getpid(), "omp": threads}

    def error_record(self, path: str, message: str) -> dict[str, Any]:
        return {"status": "error", "path": path, "error": message, "bank": "abc"}


@dataclass(frozen=True)
class Broken:
    """A factory that fails in the way its name says."""

    how: str

    def __call__(self) -> Scripted:
        if self.how == "refuse":
            raise ValueError("there is no bank at /nowhere")
        if self.how == "defect":
            raise KeyError("weights")
        os._exit(7)
