"""Train the `dncnn` denoiser on clean photographs of the training split.

One command, fixed seed::

    python -m fpinspect.lab.train_dncnn --data DIR --out resources/weights/dncnn.safetensors

Clean means: photographs stored without loss, and JPEG of quality 95 and above averaged 2×2. Even
such a JPEG file has lost the faintest fine detail, and a crop straight from a camera carries its
noise: a network that sees either as the truth learns to wipe out what is there, or to keep what
is not. White noise of a standard deviation drawn from 0 to 10 (of 255) is added (blind denoising).
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load as load_tensors
from safetensors.torch import save

from fpinspect.evidence.image import read_evidence
from fpinspect.lab.dataset import Record, load
from fpinspect.signal.dncnn import PlaneNet

log = logging.getLogger(__name__)

MIN_QUALITY = 95.0
SIGMA_MAX = 10.0
HELD_OUT_SIGMAS = (2.0, 5.0, 10.0)
_FROM_CAMERA = ("phone_photo", "camera_jpeg")
_NOT_PHOTOGRAPHS = ("real_other",)
_HELD_OUT_SHARE = 16  # one group in so many
_PATCH = 40
_BATCH = 8
_PEAK_RATE = 2e-3
_WARM_UP = 100
_AVERAGING = 0.998
_CHECKPOINT_EVERY = 100

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CleanImages:
    """Clean photographs, those to learn from and those to judge by.

    Attributes
    ----------
    train, held_out : tuple of ndarray
        (3, H, W) float32 in 0..255; no group of the manifest is in both.
    digest : str
        SHA-256 over the sorted hashes of the files.
    """

    train: tuple[Plane, ...]
    held_out: tuple[Plane, ...]
    digest: str


def is_clean(record: Record) -> bool:
    """Tell whether an image of the manifest is a photograph fit to be the clean target."""
    return (
        record.split == "train"
        and record.label == "real"
        and record.kind not in _NOT_PHOTOGRAPHS
        and (record.quality is None or record.quality >= MIN_QUALITY)
    )


def _is_held_out(group: str) -> bool:
    """Choose about one group in sixteen by the hash of its name."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % _HELD_OUT_SHARE == 0


def halve(planes: Plane) -> Plane:
    """Average 2×2 pixels of (C, H, W); an odd last row or column is dropped."""
    channels, height, width = planes.shape
    even = planes[:, : height // 2 * 2, : width // 2 * 2]
    blocks = even.reshape(channels, height // 2, 2, width // 2, 2)
    mean: Plane = blocks.mean((2, 4), dtype=np.float32)
    return mean


def read_clean(data: Path) -> CleanImages:
    """Read the clean photographs of the training split below `data`."""
    train: list[Plane] = []
    held_out: list[Plane] = []
    hashes: list[str] = []
    for record in load(data, ["train"]):
        if not is_clean(record):
            continue
        evidence = read_evidence(str(record.path))
        planes = evidence.planes()
        if record.quality is not None or record.kind in _FROM_CAMERA:
            planes = halve(planes)
        if min(planes.shape[1:]) < 2 * _PATCH:
            continue
        hashes.append(evidence.sha256)
        (held_out if _is_held_out(record.group) else train).append(planes)
    digest = hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()
    return CleanImages(tuple(train), tuple(held_out), digest)


def draw_batch(
    images: Sequence[Plane], side: int, rng: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Draw patches, turned and mirrored at random, and noise for them.

    Big images are drawn in proportion to their area.

    Returns
    -------
    clean, noise : torch.Tensor
        (N, 1, side, side) float32.
    sigma : torch.Tensor
        (N, 1, 1, 1), the standard deviation of each patch's noise.
    """
    patches = np.empty((_BATCH, 1, side, side), np.float32)
    area = np.array([image[0].size for image in images], np.float64)
    for patch in patches:
        image = images[int(rng.choice(len(images), p=area / area.sum()))]
        channel, turns, mirrored = (int(rng.integers(n)) for n in (3, 4, 2))
        y, x = (int(rng.integers(n - side + 1)) for n in image.shape[1:])
        cut = np.rot90(image[channel, y : y + side, x : x + side], turns)
        patch[0] = cut[:, ::-1] if mirrored else cut
    sigma = rng.uniform(0, SIGMA_MAX, (_BATCH, 1, 1, 1)).astype(np.float32)
    noise = rng.standard_normal(patches.shape, np.float32) * sigma
    return torch.from_numpy(patches), torch.from_numpy(noise), torch.from_numpy(sigma)


def held_out_psnr(net: PlaneNet, images: Sequence[Plane], sigma: float) -> tuple[float, float]:
    """Mean PSNR in dB over held-out images: of the noisy input, and denoised."""
    before, after = [], []
    reach = net.reach
    for index, image in enumerate(images):
        noise = np.random.default_rng(index).standard_normal(image.shape, np.float32) * sigma
        noisy = torch.from_numpy(image + noise)[:, None]
        with torch.inference_mode():
            left = torch.from_numpy(noise)[:, None, reach:-reach, reach:-reach] - net(noisy)
        before.append(20 * math.log10(255 / float(np.sqrt(np.mean(noise**2)))))
        after.append(20 * math.log10(255 / float(left.square().mean().sqrt())))
    return float(np.mean(before)), float(np.mean(after))


class Training:
    """The state of a run: network, its running average, optimiser, step."""

    def __init__(self, *, depth: int, width: int, steps: int, seed: int) -> None:
        torch.manual_seed(seed)
        self.steps, self.seed, self.step = steps, seed, 0
        self.net = PlaneNet(depth, width)
        kernels = list(self.net.parameters())
        for kernel in kernels:
            torch.nn.init.kaiming_normal_(kernel, nonlinearity="relu")
        with torch.no_grad():
            kernels[-1].mul_(0.1)
        self.net.settle()
        self.average = copy.deepcopy(self.net)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=_PEAK_RATE)

    def rate(self) -> float:
        """Learning rate at this step: short warm-up, then half a cosine."""
        warm = min(1.0, (self.step + 1) / _WARM_UP)
        return (
            _PEAK_RATE * warm * (0.01 + 0.99 * (1 + math.cos(math.pi * self.step / self.steps)) / 2)
        )

    def advance(self, images: Sequence[Plane]) -> float:
        """Take one step; the batch depends on seed and step alone, so a resumed run is the same."""
        rng = np.random.default_rng((self.seed, self.step))
        reach = self.net.reach
        clean, noise, sigma = draw_batch(images, _PATCH + 2 * reach, rng)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        noisy = (clean + noise).contiguous(memory_format=torch.channels_last)
        error = self.net(noisy) - noise[..., reach:-reach, reach:-reach]
        # strong noise must not drown the faint noise that residuals are made of
        loss = (error.square() / (25 + sigma.square())).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.net.settle()
        with torch.no_grad():
            keep = min(_AVERAGING, (1 + self.step) / (10 + self.step))
            pairs = zip(self.average.parameters(), self.net.parameters(), strict=True)
            for mean, value in pairs:
                mean.lerp_(value, 1 - keep)
        self.step += 1
        return float(loss.detach())

    def save(self, path: Path) -> None:
        """Write a checkpoint."""
        state = {
            **{f"net.{k}": v for k, v in self.net.state_dict().items()},
            **{f"average.{k}": v for k, v in self.average.state_dict().items()},
            "step": torch.tensor(self.step),
        }
        for i, values in self.optimizer.state_dict()["state"].items():
            state |= {f"optimizer.{i}.{k}": v for k, v in values.items()}
        path.with_suffix(".part").write_bytes(save({k: v.contiguous() for k, v in state.items()}))
        path.with_suffix(".part").replace(path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = load_tensors(path.read_bytes())

        def part(prefix: str) -> dict[str, torch.Tensor]:
            return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}

        self.net.load_state_dict(part("net."))
        self.average.load_state_dict(part("average."))
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in part("optimizer.").items():
            number, name = key.split(".")
            moments.setdefault(int(number), {})[name] = value
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        self.step = int(state["step"])


def write(training: Training, images: CleanImages, out: Path, options: argparse.Namespace) -> None:
    """Write the weights and, beside them, where they come from and what they reach."""
    net = training.average
    net.settle()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(save({k: v.contiguous() for k, v in net.state_dict().items()}))
    psnr = {f"{s:g}": held_out_psnr(net, images.held_out, s) for s in HELD_OUT_SIGMAS}
    facts = {
        "schema": "fpinspect.weights/1",
        "name": "dncnn",
        "version": "1",
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "architecture": {"depth": options.depth, "width": options.width},
        "command": (
            "python -m fpinspect.lab.train_dncnn --data DIR"
            f" --depth {options.depth} --width {options.width}"
            f" --steps {options.steps} --seed {options.seed}"
        ),
        "seed": options.seed,
        "torch": torch.__version__,
        "data": {
            "what": "photographs of the training split: lossless, or JPEG >= 95 averaged 2x2",
            "train": len(images.train),
            "held_out": len(images.held_out),
            "sha256": images.digest,
        },
        "psnr_held_out_db": {
            s: {"noisy": round(before, 3), "dncnn": round(after, 3)}
            for s, (before, after) in psnr.items()
        },
    }
    out.with_suffix(".json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    log.info("wrote %s: %s", out, facts["psnr_held_out_db"])


def main(argv: Sequence[str] | None = None) -> int:
    """Train from the command line; returns 0."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m fpinspect.lab.train_dncnn"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--out", type=Path, default=Path("resources/weights/dncnn.safetensors"))
    parser.add_argument("--resume", type=Path, help="checkpoint to keep and to go on from")
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    images = read_clean(options.data)
    log.info("%d images to learn from, %d held out", len(images.train), len(images.held_out))
    training = Training(
        depth=options.depth, width=options.width, steps=options.steps, seed=options.seed
    )
    if options.resume and options.resume.exists():
        training.resume(options.resume)
    total = 0.0
    while training.step < training.steps:
        total += training.advance(images.train)
        if training.step % _CHECKPOINT_EVERY == 0:
            log.info("step %d loss %.4f", training.step, total / _CHECKPOINT_EVERY)
            total = 0.0
            if options.resume:
                training.save(options.resume)
    write(training, images, options.out, options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
