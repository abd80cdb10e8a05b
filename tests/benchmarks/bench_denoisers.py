"""PSNR of the denoisers at sigma 5 on the Kodak photographs of the test split, and their speed.

Run from the root of the repository::

    OMP_NUM_THREADS=1 python tests/benchmarks/bench_denoisers.py --data ../shared/data

The noise is white and Gaussian, not rounded, of a fixed seed per image; the PSNR of an image is
over its three planes, and the mean over the images is printed. Speed is the best of several runs
on one 256x256 plane, all denoisers in turns in one process, so that the ratios hold on a busy
machine; the milliseconds do not.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch

from fpinspect.evidence.image import read_evidence
from fpinspect.lab.dataset import load
from fpinspect.signal.denoise import denoiser_names, get_denoiser
from fpinspect.signal.residual import separate

ROUNDS = 15


def kodak(data: Path) -> list[Path]:
    """Paths of the Kodak photographs of the test split."""
    return [
        record.path
        for record in load(data, ["test"])
        if any(word in record.source.lower() for word in ("kodak", "kodim"))
    ]


def psnr(error: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB, peak 255."""
    return 10 * math.log10(255**2 / float(np.mean(np.square(error, dtype=np.float64))))


def quality(paths: list[Path], sigma: float) -> dict[str, float]:
    """Mean PSNR in dB of the noisy images and after each denoiser."""
    sums = dict.fromkeys(("noisy", *denoiser_names()), 0.0)
    for index, path in enumerate(paths):
        clean = read_evidence(str(path)).planes()
        noise = np.random.default_rng(index).standard_normal(clean.shape, np.float32) * sigma
        sums["noisy"] += psnr(noise)
        for name in denoiser_names():
            residual, _ = separate(clean + noise, denoiser=name)
            sums[name] += psnr(noise - residual)
    return {name: total / len(paths) for name, total in sums.items()}


def speed(side: int) -> dict[str, float]:
    """Best time in ms of each denoiser on one plane, in turns."""
    plane = torch.from_numpy(
        np.random.default_rng(0).integers(0, 256, (1, 1, side, side)).astype(np.float32)
    )
    best = dict.fromkeys(denoiser_names(), math.inf)
    for name in best:
        get_denoiser(name).residual(plane)
    for _ in range(ROUNDS):
        for name in best:
            start = time.perf_counter()
            get_denoiser(name).residual(plane)
            best[name] = min(best[name], 1e3 * (time.perf_counter() - start))
    return best


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--sigma", type=float, default=5.0)
    options = parser.parse_args()
    paths = kodak(options.data)
    if not paths:
        parser.error(f"{options.data} holds no Kodak photographs in its test split")
    levels, times = quality(paths, options.sigma), speed(256)
    print(
        f"{len(paths)} Kodak photographs, sigma {options.sigma:g},"
        f" {torch.get_num_threads()} thread(s)"
    )
    print(f"{'':10}{'PSNR dB':>9}{'gain':>7}{'256² ms':>10}{'x wavelet':>11}")
    for name, level in levels.items():
        took = times.get(name)
        pace = f"{took:10.1f}{took / times['wavelet']:11.1f}" if took else ""
        print(f"{name:10}{level:9.2f}{level - levels['noisy']:7.2f}{pace}")


if __name__ == "__main__":
    main()
