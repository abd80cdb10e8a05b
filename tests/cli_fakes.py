"""An engine for the tests of the command line: does what the file says. No torch."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fpinspect.evidence.flags import ItemError

SHARES = {"real": 0.25, "sd1": 0.75, "sd2": 0.0, "biggan": 0.0, "flux": 0.0, "other": 0.0}


@dataclass(frozen=True)
class Fake:
    """In the place of `fpinspect.inspect_cli.EngineSpec`."""

    params: Any
    bank: str | None
    device: str

    def __call__(self) -> Fake:
        if self.bank:
            raise FileNotFoundError(2, "there is no bank there", self.bank)
        return self

    def inspect(self, path: str, *, named: bool = True) -> dict[str, Any]:
        verb, _, argument = Path(path).read_text().partition(" ")
        if verb == "refuse":
            raise ItemError(argument)
        if verb == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if verb == "sleep":
            time.sleep(float(argument))
        if verb == "native":  # one long call into C: no signal handler runs before its end
            hashlib.pbkdf2_hmac("sha256", b"", b"", 400_000_000)
        answer = verb if verb in {"real", "inconclusive"} else "generated"
        return self._record(path) | {
            "status": "ok",
            "verdict": {
                "answer": answer,
                "p_generated": 0.75,
                "log10_lr": 0.5,
                "strength": "limited",
                "threshold": {"value": 0.4, "nominal_fpr": 0.05, "measured_fpr": 0.04, "n": 9},
                "source": "real" if answer == "real" else "sd1",
                "sources": SHARES,
                "source_set": ["sd1"],
                "families": {},
            },
            "image": {"width": 64, "height": 64, "format": "PNG", "mode": "RGB"},
            "matches": {},
            "provenance": {"generator": None},
            "params_hash": self.params.digest,
        }

    def error_record(self, path: str, message: str) -> dict[str, Any]:
        return self._record(path) | {"status": "error", "error": message}

    def _record(self, path: str) -> dict[str, Any]:
        return {
            "schema": "fpinspect.inspection/1",
            "path": path,
            "error": None,
            "image": None,
            "verdict": None,
            "matches": None,
            "provenance": None,
            "applicability": [],
        }


if __name__ == "__main__":  # the command line in a process of its own, with this engine
    import cli_fakes

    from fpinspect import cli, inspect_cli

    inspect_cli.EngineSpec = cli_fakes.Fake  # type: ignore[assignment, misc]
    sys.exit(cli.main())
