"""How long a report of a large case takes, and how much memory.

    python tests/benchmarks/bench_report.py [--items 500] [--bookmarked 50]

A case is filled with made-up results (arrays of noise: the hardest to compress), so that what is
measured is the report alone. The report is written by the command, in a process of its own, once
in all four formats, once without the PDF, once as PDF alone. A loop of plain Python is timed before
and after, and the time is given as a multiple of it, too: machines differ, ratios less so; on a
busy machine the seconds of the processor say more than those of the clock.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fpinspect.batch.case.arrays import COMPONENTS, Curves, StoredArrays
from fpinspect.batch.case.made_with import made_with
from fpinspect.batch.case.store import Case
from fpinspect.fingerprint.bank import Bank
from fpinspect.params import InspectionParams

AIM_S, AIM_MB = 60.0, 1000.0
LABELS = ("sd1", "sd2", "biggan", "flux", "ldm", "stylegan2", "cyclegan", "sdxl", "real")


def jpeg(rng: np.random.Generator, side: int) -> bytes:
    """A picture of noise over a gradient."""
    ramp = np.linspace(0, 200, side)[:, None, None]
    pixels = ramp + rng.normal(0, 12, (side, side, 3)) + np.array([30, 10, 0])
    out = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=88)
    return out.getvalue()


def arrays(rng: np.random.Generator) -> StoredArrays:
    """Noise in the place of measurements."""

    def some(*shape: int) -> Any:
        return rng.normal(size=shape).astype(np.float32)

    return StoredArrays(
        height=1024,
        width=1024,
        orientation=1,
        denoiser="wavelet 1",
        residual=some(256, 256),
        psd_db=some(256, 129),
        log_psd={name: some(128, 65) / 4 for name in COMPONENTS},
        phase=some(128, 65),
        radial=Curves(*(some(129) for _ in range(5))),
        fold=some(8, 8),
        sigma=1.0,
        preview=jpeg(rng, 512),
        thumbnail=jpeg(rng, 128),
    )


def record(index: int, bank: str) -> dict[str, Any]:
    """A full JSON line."""
    name = f"/evidence/disk-3/pictures/IMG_{index:05d}.jpg"
    log10_lr = (index % 11 - 5) / 2
    answer = "generated" if log10_lr > 1.2 else "real" if log10_lr < -1 else "inconclusive"
    names = ("real", "sd1", "sd2", "biggan", "flux", "other")
    shares = dict(zip(names, (0.1, 0.5, 0.2, 0.1, 0.05, 0.05), strict=True))
    return {
        "schema": "fpinspect.inspection/1",
        "path": name,
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "bytes": 345_678,
        "inspected_at": "2026-11-25T12:00:00.000+00:00",
        "status": "ok",
        "error": None,
        "image": {"width": 1024, "height": 1024, "format": "JPEG", "mode": "RGB", "bit_depth": 8,
                  "jpeg_quality": 92, "subsampling": "4:2:0", "decoder": "Pillow"},
        "verdict": {
            "answer": answer,
            "p_generated": 1 / (1 + 10**-log10_lr),
            "log10_lr": log10_lr,
            "strength": "moderate",
            "threshold": {"value": 1.2, "nominal_fpr": 0.01, "measured_fpr": 0.0095, "n": 597},
            "source": "sd1",
            "sources": shares,
            "source_set": ["sd1", "sd2"],
            "families": {"log_psd": 0.3, "autocorrelation": 0.2, "cooccurrence_luma": 0.1,
                         "cooccurrence_chroma": 0.4, "net": 1.3, "calibration": -0.5},
        },
        "matches": {
            label: {"aligned": 0.1, "folded": 3.0 + n, "shift": [n, 1], "p_value": 0.01 * (n + 1)}
            for n, label in enumerate(LABELS)
        },
        "provenance": {"generator": None, "camera": "Maker Model 1", "software": "Editor 3",
                       "c2pa": {"present": False}, "exif": {"iso": 100, "date": "2026:01:01"},
                       "earlier_jpeg": None, "notes": []},
        "applicability": [{"code": "jpeg_quality", "severity": "warning",
                           "message": "JPEG quality 92: compression takes some of the residual."}],
        "params_hash": InspectionParams().digest,
        "bank": bank,
        "version": "0.1.0",
        "elapsed_ms": 40.0,
    }  # fmt: skip


def fill(path: Path, items: int, bookmarked: int) -> None:
    """Make the case."""
    rng = np.random.default_rng(1)
    kinds = [arrays(rng) for _ in range(8)]
    bank, made = Bank.load().digest, made_with(InspectionParams())
    with Case.create(path, number="B 1", title="Benchmark", examiner="Nobody") as case:
        for index in range(items):
            marked = index % (items // bookmarked) == 0
            # The report reads the arrays of items with figures only: the others need none here.
            stored = kinds[index % 8] if marked else None
            added = case.record(record(index, bank), stored, made_with=made)
            if marked:
                case.bookmark(added.id, "relevant", "to be looked at")


def yardstick() -> float:
    """Seconds that a fixed loop takes here and now."""
    start = time.perf_counter()
    total = 0
    for n in range(20_000_000):
        total += n
    return time.perf_counter() - start


def measure(case: Path, folder: Path, formats: tuple[str, ...]) -> tuple[float, float, float]:
    """Write a report; seconds by the clock and of the processor, peak memory in MB."""
    files = [part for name in formats for part in (f"--{name}", str(folder / f"r.{name}"))]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "fpinspect", "report", str(case), *files]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, after.ru_maxrss / 1024


def main() -> None:
    """Fill a case, write its reports, print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=500)
    parser.add_argument("--bookmarked", type=int, default=50)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "b.fpcase", args.items, args.bookmarked)
        aims = f"aim {AIM_S:.0f} s, {AIM_MB:.0f} MB"
        print(f"{args.items} items, {args.bookmarked} with figures; {aims}")
        for formats in (("pdf", "html", "json", "csv"), ("html", "json", "csv"), ("pdf",)):
            before = yardstick()
            seconds, cpu, peak = measure(folder / "b.fpcase", folder, formats)
            unit = (before + yardstick()) / 2
            sizes = ", ".join(
                f"{n} {(folder / f'r.{n}').stat().st_size / 1e6:.1f} MB" for n in formats
            )
            times = f"{seconds:.1f} s ({cpu:.1f} s of the processor, {seconds / unit:.1f} loops)"
            print(f"{'+'.join(formats)}: {times}, peak so far {peak:.0f} MB; {sizes}", flush=True)


if __name__ == "__main__":
    main()
