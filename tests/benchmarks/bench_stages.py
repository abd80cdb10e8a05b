"""Where the time of an inspection goes, in one process: processor time by stage.

    python tests/benchmarks/bench_stages.py
    python tests/benchmarks/bench_stages.py --root OTHER_CHECKOUT     # the same for another version

Each image is inspected several times and the least processor time of every stage is kept: on a busy
machine that is the figure that moves least. "Features and verdict" are the tiles with their
residual, the families, the heads and the opinion; the whole adds reading (decoding, hash,
metadata, traces of an earlier JPEG), applicability, matching with the bank and the record.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

STAGES = (
    ("reading", "fpinspect.pipeline", "read_evidence"),
    ("  decoding", "fpinspect.evidence.image", "decode"),
    ("  metadata, earlier JPEG", "fpinspect.evidence.image", "read_provenance"),
    ("tiles and residual", "fpinspect.pipeline", "Engine._cut"),
    ("applicability", "fpinspect.pipeline", "Engine._flags"),
    ("double JPEG", "fpinspect.pipeline", "_earlier_quality"),
    ("families and heads", "fpinspect.pipeline", "judge"),
    ("  heads", "fpinspect.verdict.classifier", "Heads.tile_opinions"),
    ("matching", "fpinspect.pipeline", "Engine._match"),
    ("opinion", "fpinspect.pipeline", "Engine._opinion"),
    ("explanation", "fpinspect.pipeline", "Engine._explain"),
    ("record", "fpinspect.inspection", "Inspection.to_dict"),
)
VERDICT = ("tiles and residual", "families and heads", "opinion")


class Clock:
    """Processor time by stage and image; the least of several runs."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.least: dict[str, dict[int, float]] = defaultdict(dict)

    def timed(self, label: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Count what a function takes for a stage."""

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            begun = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.spent[label] += time.process_time() - begun

        return wrapper

    def keep(self, image: int) -> None:
        """Keep what the image took if that was less than before, and begin anew."""
        for label, seconds in self.spent.items():
            kept = self.least[label]
            kept[image] = min(kept.get(image, seconds), seconds)
        self.spent.clear()

    def ms(self, label: str) -> float:
        """Milliseconds an image."""
        return 1e3 * mean(self.least[label].values())


def hook(clock: Clock) -> None:
    """Put the clock around the stages and the families."""
    for label, module, path in STAGES:
        owner: Any = importlib.import_module(module)
        *parents, name = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        setattr(owner, name, clock.timed(label, getattr(owner, name)))
    families = importlib.import_module("fpinspect.verdict.features").FAMILIES
    for name, family in families.items():
        families[name] = clock.timed(f"  {name}", family)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--root", metavar="DIR", help="checkout to measure; this one by default")
    parser.add_argument("--images", type=int, default=6, metavar="N")
    parser.add_argument("--repeats", type=int, default=8, metavar="N")
    parser.add_argument("--jpeg", type=int, metavar="QUALITY", help="JPEG instead of PNG")
    args = parser.parse_args()
    here = Path(__file__).resolve()
    sys.path[:0] = [str(Path(args.root).resolve() if args.root else here.parents[2])]
    sys.path.append(str(here.parent))
    from bench_inspect import make_images
    from PIL import Image

    clock = Clock()
    hook(clock)
    engine = importlib.import_module("fpinspect.pipeline").Engine(device="cpu")
    inspect = clock.timed("whole inspection", engine.inspect)
    with tempfile.TemporaryDirectory(prefix="fpinspect-bench-") as folder:
        paths = make_images(Path(folder), args.images)
        if args.jpeg:
            for i, path in enumerate(paths):
                paths[i] = path.with_suffix(".jpg")
                Image.open(path).save(paths[i], quality=args.jpeg)
        for _ in range(args.repeats):
            for i, path in enumerate(paths):
                inspect(str(path))
                clock.keep(i)
    print(f"{args.images} images of 512 x 512, least of {args.repeats}, ms of processor time")
    print(f"{clock.ms('whole inspection'):8.1f}  whole inspection")
    print(f"{sum(clock.ms(label) for label in VERDICT):8.1f}  features and verdict alone")
    order = [label for label, _, _ in STAGES]
    at = order.index("  heads")
    names = [label for label in clock.least if label not in order and label != "whole inspection"]
    for label in (*order[:at], *names, *order[at:]):
        print(f"{clock.ms(label):8.1f}  {label}")


if __name__ == "__main__":
    main()
