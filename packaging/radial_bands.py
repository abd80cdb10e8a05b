"""Measure how far the radial profiles of a source's images spread: the bands of the radial plot.

    .venv/bin/python packaging/radial_bands.py DATA [OUT]

DATA holds ``manifest.csv`` with the columns path, split, label, class; the split ``train`` is read,
as for the bank. OUT defaults to ``resources/profiles/radial.json``: for each label of the shipped
bank the lower and upper quartile over its images of the profile that the window shows (wavelet
residual, 128-px Hann tiles, dB over the image's own median). The bank keeps the spread of single
frequencies only, from which that of their mean over a ring cannot be had.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from fpinspect.evidence.image import read_evidence
from fpinspect.gui import measures
from fpinspect.signal.residual import separate

LABELS = ("real", "sd1", "sd2", "biggan", "flux", "ldm", "stylegan2", "cyclegan", "sdxl")
PHOTOGRAPHS = frozenset(
    (
        "bsds",
        "camera_jpeg",
        "coco",
        "imagenet",
        "openimages",
        "phone_photo",
        "png_photo",
        "web_photo",
    )
)
MOST = 160
"""Images a label: quartiles of so many are good to about 0.1 of their distance."""
LEAST = 20


def files(data: Path, label: str) -> list[Path]:
    """Choose the images of a label, spread over the manifest by their hash."""
    with (data / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = [
            row
            for row in csv.DictReader(stream)
            if row["split"] == "train"
            and row["label"] == label
            and (label != "real" or row["class"] in PHOTOGRAPHS)
        ]
    rows.sort(key=lambda row: row["sha256"])
    return [data / row["path"] for row in rows[:MOST]]


def profiles(paths: list[Path]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Measure the profile of each image that is large enough: cycles/px and dB."""
    for path in paths:
        codes = read_evidence(path).codes()
        if min(codes.shape[1:]) < measures.BINS:
            continue
        residual = separate(codes.astype(np.float32), denoiser="wavelet")[0]
        log_psd, _ = measures.tile_spectrum(residual)
        db, _ = measures.relative(measures.full(10 * log_psd, measures.BINS))
        yield measures.rings(db)


def main() -> None:
    """Measure all labels and write the file."""
    data = Path(sys.argv[1])
    out = Path(sys.argv[2] if len(sys.argv) > 2 else "resources/profiles/radial.json")
    freq = np.empty(0)
    entries = {}
    for label in LABELS:
        found = list(profiles(files(data, label)))
        if len(found) < LEAST:
            continue
        freq = found[0][0]
        low, high = np.percentile(np.stack([level for _, level in found]), (25, 75), axis=0)
        entries[label] = {
            "images": len(found),
            "low_db": [round(float(v), 2) for v in low],
            "high_db": [round(float(v), 2) for v in high],
        }
        print(label, len(found), flush=True)
    record = {
        "schema": "fpinspect.radial/1",
        "made": date.today().isoformat(),
        "denoiser": "wavelet",
        "freq_cpp": [round(float(v), 5) for v in freq],
        "entries": entries,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
