"""How fast `fpinspect inspect` is, beside the common idiom, in one run on one machine.

    python tests/benchmarks/bench_inspect.py            # throughput, ratio, start-up
    python tests/benchmarks/bench_inspect.py --memory   # peak memory, 200 against 2,000 images

The common idiom is what published code does with an image: a DnCNN of 17 layers and 64 features in
float32, NCHW, batch normalisation as it was trained (random weights: the time does not depend on
them), then numpy's ``fft2``, ``fftshift``, ``abs`` and ``log``. It is timed on a few images before
and after the run of fpinspect, so that both see the same machine. No number here is a test:
machines differ, ratios in one run less so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from PIL import Image

SIZE = 512
TARGET_RATIO = 30.0
AIM_MS = 60.0
AIM_HELP_S = 0.3
AIM_MEMORY = 0.10


def photographs() -> list[NDArray[np.uint8]]:
    """scikit-learn's two sample photographs, mirrored at their edges to twice their size."""
    from sklearn.datasets import load_sample_images

    return [
        np.pad(photo, ((0, photo.shape[0]), (0, photo.shape[1]), (0, 0)), "symmetric")
        for photo in load_sample_images().images
    ]


def texture(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A scene by numbers: power-law clouds, edges and sensor noise, (512, 512, 3)."""
    frequency = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE)[None])
    frequency[0, 0] = 1.0
    planes = []
    for _ in range(3):
        spectrum = np.fft.rfft2(rng.standard_normal((SIZE, SIZE))) / frequency ** rng.uniform(1, 2)
        spectrum[0, 0] = 0.0
        plane = np.fft.irfft2(spectrum, (SIZE, SIZE))
        planes.append(plane / plane.std())
    scene = np.stack(planes, axis=-1)
    scene += np.sign(scene[..., :1] - 0.5)
    return np.clip(128 + 40 * scene + rng.normal(0, 3, scene.shape), 0, 255).astype(np.uint8)


def make_images(folder: Path, n: int, seed: int = 7) -> list[Path]:
    """Write n lossless images of 512 x 512 pixels: crops of photographs and textures in turn."""
    rng = np.random.default_rng(seed)
    scenes = photographs()
    paths = []
    for i in range(n):
        if i % 2:
            picture = texture(rng)
        else:
            scene = scenes[i // 2 % len(scenes)]
            top, left = (int(rng.integers(0, side - SIZE + 1)) for side in scene.shape[:2])
            picture = scene[top : top + SIZE, left : left + SIZE]
        path = folder / f"{i:05}.png"
        Image.fromarray(picture).save(path, compress_level=1)
        paths.append(path)
    return paths


def idiom() -> Callable[[Path], Any]:
    """Make the function that does to one image what published code does."""
    import torch
    from torch import nn

    def block() -> list[nn.Module]:
        return [nn.Conv2d(64, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU(True)]

    torch.set_num_threads(os.cpu_count() or 1)  # whatever OMP_NUM_THREADS says
    torch.manual_seed(0)
    layers = [nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(True)]
    for _ in range(15):
        layers += block()
    network = nn.Sequential(*layers, nn.Conv2d(64, 3, 3, padding=1)).eval()

    def run(path: Path) -> NDArray[np.float64]:
        image = np.asarray(Image.open(path).convert("RGB"), np.float32) / 255
        with torch.no_grad():
            residual = network(torch.from_numpy(image).permute(2, 0, 1)[None].contiguous())
        spectrum = np.fft.fftshift(np.fft.fft2(residual[0].numpy()), axes=(-2, -1))
        return np.asarray(np.log(np.abs(spectrum) + 1e-8))

    return run


def time_idiom(run: Callable[[Path], Any], paths: list[Path]) -> tuple[float, float]:
    """Milliseconds an image: on the wall, and of processor time over all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    for path in paths:
        run(path)
    scale = 1e3 / len(paths)
    return (time.perf_counter() - wall) * scale, (time.process_time() - cpu) * scale


def children_cpu_seconds() -> float:
    """Processor time of all child processes that have ended, and of theirs."""
    times = os.times()
    return times.children_user + times.children_system


def inspect(folder: Path, jobs: int, out: Path) -> tuple[float, list[dict[str, Any]], int]:
    """Run the command; return its seconds, its records and the peak of its memory in bytes."""
    command = [sys.executable, "-m", "fpinspect", "inspect", str(folder)]
    start = time.perf_counter()
    with subprocess.Popen(
        [*command, "--jobs", str(jobs), "--jsonl", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        peak = 0
        tree = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, memory(tree))
            time.sleep(0.1)
        error = process.stderr.read() if process.stderr else ""
    seconds = time.perf_counter() - start
    if process.returncode not in {0, 3}:
        sys.exit(f"fpinspect inspect failed with status {process.returncode}:\n{error}")
    return seconds, [json.loads(line) for line in out.read_text().splitlines()], peak


def memory(tree: psutil.Process) -> int:
    """Resident memory of a process and all below it, in bytes; shared pages count each time."""
    total = 0
    try:
        for process in [tree, *tree.children(recursive=True)]:
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def steady_seconds(records: list[dict[str, Any]]) -> float:
    """Seconds per image between the first verdict and the last: without loading the models."""
    ends = sorted(
        datetime.fromisoformat(record["inspected_at"]).timestamp() + record["elapsed_ms"] / 1e3
        for record in records
    )
    return (ends[-1] - ends[0]) / (len(ends) - 1)


def help_seconds(runs: int = 9) -> float:
    """Median seconds of ``fpinspect --help``."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        command = [sys.executable, "-m", "fpinspect", "--help"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def throughput(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Time fpinspect and the idiom on the same images."""
    paths = make_images(folder, args.images)
    run = idiom()
    run(paths[0])  # torch chooses its kernels on the first call
    before = time_idiom(run, paths[: args.idiom_images])
    cpu = children_cpu_seconds()
    seconds, records, peak = inspect(folder, args.jobs, folder / "out.jsonl")
    cpu_ms = 1e3 * (children_cpu_seconds() - cpu) / len(records)
    after = time_idiom(run, paths[: args.idiom_images])
    idiom_ms, idiom_cpu_ms = (statistics.mean(pair) for pair in zip(before, after, strict=True))
    ms = 1e3 * steady_seconds(records)
    with_start_ms = 1e3 * seconds / len(records)
    return {
        "images": len(records),
        "failed": sum(record["status"] != "ok" for record in records),
        "jobs": args.jobs,
        "idiom_ms": idiom_ms,
        "idiom_ms_before": before[0],
        "idiom_ms_after": after[0],
        "idiom_cpu_ms": idiom_cpu_ms,
        "cpu_ms_with_start": cpu_ms,
        "cpu_ratio_with_start": idiom_cpu_ms / cpu_ms,
        "ms": ms,
        "ratio": idiom_ms / ms,
        "ms_with_start": with_start_ms,
        "ratio_with_start": idiom_ms / with_start_ms,
        "peak_bytes": peak,
    }


def memory_growth(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Peak memory for some images and for ten times as many (hard links to the same ones)."""
    small, large = folder / "small", folder / "large"
    small.mkdir()
    large.mkdir()
    for path in make_images(small, args.images):
        for copy in range(10):
            os.link(path, large / f"{copy}-{path.name}")
    peaks = [inspect(where, args.jobs, folder / "out.jsonl")[2] for where in (small, large)]
    return {
        "peak_bytes": peaks[0],
        "peak_bytes_tenfold": peaks[1],
        "growth": peaks[1] / peaks[0] - 1,
    }


def verdict(passed: bool) -> str:
    """A word for a target."""
    return "met" if passed else "MISSED"


def report(found: dict[str, Any]) -> None:
    """Print what was measured, for people."""
    print(f"machine    {platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    if "ratio" in found:
        print(f"images     {found['images']} of {SIZE} x {SIZE}, {found['failed']} failed")
        print(
            f"idiom      {found['idiom_ms']:.0f} ms an image on all cores "
            f"(before {found['idiom_ms_before']:.0f}, after {found['idiom_ms_after']:.0f})"
        )
        print(
            f"fpinspect  {found['ms']:.1f} ms an image with --jobs {found['jobs']}, "
            f"{found['ms_with_start']:.1f} with start-up; aim {AIM_MS:.0f}: "
            f"{verdict(found['ms'] <= AIM_MS)}"
        )
        print(
            f"ratio      {found['ratio']:.1f}, {found['ratio_with_start']:.1f} with start-up; "
            f"target {TARGET_RATIO:.0f}: {verdict(found['ratio'] >= TARGET_RATIO)}"
        )
        print(
            f"processor  {found['cpu_ms_with_start']:.0f} ms an image with start-up, idiom "
            f"{found['idiom_cpu_ms']:.0f} ms: ratio {found['cpu_ratio_with_start']:.1f} "
            "(steadier on a busy machine)"
        )
        print(f"memory     {found['peak_bytes'] / 1e6:.0f} MB at most, all processes")
    if "growth" in found:
        print(
            f"memory     {found['peak_bytes'] / 1e6:.0f} MB, with ten times the images "
            f"{found['peak_bytes_tenfold'] / 1e6:.0f} MB: {found['growth']:+.1%}; "
            f"target within 10 %: {verdict(abs(found['growth']) <= AIM_MEMORY)}"
        )
    print(
        f"--help     {found['help_s']:.2f} s; target {AIM_HELP_S}: "
        f"{verdict(found['help_s'] <= AIM_HELP_S)}"
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--images", type=int, default=200, metavar="N")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--idiom-images", type=int, default=3, metavar="N", help="before and after")
    parser.add_argument("--memory", action="store_true", help="measure memory instead of time")
    parser.add_argument("--json", metavar="FILE", help="write the numbers there as well")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fpinspect-bench-") as folder:
        measure = memory_growth if args.memory else throughput
        found = measure(args, Path(folder))
    found["help_s"] = help_seconds()
    report(found)
    if args.json:
        Path(args.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
