"""The demo's generator: a small up-convolution autoencoder and its training.

An image is coded to an eighth of its sides and drawn again by transposed convolutions, as
generators with a convolutional decoder do. Their kernel of 3 at a stride of 2 overlaps unevenly,
so every output carries a pattern of period 8: a real fingerprint, not an added watermark.

Train it (a few minutes on one core) with::

    OMP_NUM_THREADS=1 python -m fpinspect.lab.train_demo_generator --out resources/weights
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from fpinspect.evidence.image import read_evidence
from fpinspect.lab.demo_scenes import Scene, sample_photographs, scene
from fpinspect.resources import resource

_LOG = logging.getLogger(__name__)

FACTOR = 8
WEIGHTS = "demo_generator.safetensors"
_CROP = 128
# Seeds of the scenes: training, enrolment and exhibits never meet.
TRAINING_SEEDS = range(1000, 1016)
_HALO = 8 * FACTOR
_TILE = 512

Codes = npt.NDArray[np.uint8]


class DemoGenerator(nn.Module):
    """Strided encoder to 1/8, decoder of transposed convolutions; takes any multiple of 8.

    The code of an 8 x 8 cell is its mean colour and 21 learned numbers; the decoder draws what the
    interpolated colours lack.
    """

    def __init__(self) -> None:
        super().__init__()
        act = nn.SiLU
        self.encoder = nn.Sequential(
            nn.Conv2d(3, 24, 4, 2, 1), act(),
            nn.Conv2d(24, 48, 4, 2, 1), act(),
            nn.Conv2d(48, 64, 4, 2, 1), act(),
            nn.Conv2d(64, 21, 3, 1, 1),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Conv2d(24, 64, 3, 1, 1), act(),
            nn.Conv2d(64, 64, 3, 1, 1), act(),
            nn.ConvTranspose2d(64, 48, 3, 2, 1, 1), act(),
            nn.Conv2d(48, 48, 3, 1, 1), act(),
            nn.ConvTranspose2d(48, 32, 3, 2, 1, 1), act(),
            nn.Conv2d(32, 32, 3, 1, 1), act(),
            nn.ConvTranspose2d(32, 16, 3, 2, 1, 1), act(),
            nn.Conv2d(16, 3, 3, 1, 1),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Code and draw again: (N, 3, H, W) in -1..1, H and W multiples of 8, to the same."""
        colour = functional.avg_pool2d(x, FACTOR)
        code = torch.cat([colour, self.encoder(x)], dim=1)
        ground = functional.interpolate(colour, scale_factor=float(FACTOR), mode="bilinear")
        drawn: torch.Tensor = self.decoder(code) + ground
        return drawn


def load_generator(path: Path | None = None) -> DemoGenerator:
    """Load the trained generator, by default the one that ships with fpinspect.

    Raises
    ------
    FileNotFoundError
        If the weights are missing.
    """
    weights = load_file(resource(f"weights/{WEIGHTS}") if path is None else path)
    model = DemoGenerator()
    model.load_state_dict(weights)
    return model.eval().requires_grad_(False)


def generate(model: DemoGenerator, codes: Codes) -> Codes:
    """Pass an image through the generator.

    Parameters
    ----------
    model : DemoGenerator
        From `load_generator`.
    codes : ndarray, (H, W, 3) uint8
        Any size; it is mirrored at its edges and cut again, so that the generator's lattice
        starts at the first pixel and its padding does not show.

    Returns
    -------
    ndarray, (H, W, 3) uint8
    """
    height, width = codes.shape[:2]
    far = (_HALO + -height % FACTOR, _HALO + -width % FACTOR)
    padded = np.pad(codes, ((_HALO, far[0]), (_HALO, far[1]), (0, 0)), mode="symmetric")
    drawn = np.empty_like(codes)
    with torch.inference_mode():
        for y in range(0, height, _TILE):
            for x in range(0, width, _TILE):
                area = drawn[y : y + _TILE, x : x + _TILE]
                part = padded[y : y + _TILE + 2 * _HALO, x : x + _TILE + 2 * _HALO]
                out = _codes(model(_tensor(part[None])))[0, _HALO:, _HALO:]
                area[:] = out[: area.shape[0], : area.shape[1]]
    return drawn


def _tensor(codes: Codes) -> torch.Tensor:
    """Turn (N, H, W, 3) uint8 into (N, 3, H, W) float32 in -1..1."""
    return torch.from_numpy(codes.transpose(0, 3, 1, 2).astype(np.float32)) / 127.5 - 1.0


def _codes(images: torch.Tensor) -> Codes:
    """Turn (N, 3, H, W) in -1..1 into (N, H, W, 3) uint8."""
    codes = ((images + 1.0) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(codes.numpy().transpose(0, 2, 3, 1))


def training_material(data: Path | None) -> list[Codes]:
    """Collect what the generator learns from.

    Parameters
    ----------
    data : pathlib.Path or None
        A folder with the project's manifest, to add the photographs of its training split.

    Returns
    -------
    list of ndarray, (H, W, 3) uint8
        Scenes drawn by code and the two photographs of scikit-learn (each eight times: they are
        larger), then the photographs of ``data``.
    """
    images = [scene(kind, seed, (256, 256)) for kind in Scene for seed in TRAINING_SEEDS]
    paths = sample_photographs() * 8
    if data is not None:
        from fpinspect.lab.dataset import load

        paths += [record.path for record in load(data, ["train"]) if record.label == "real"]
    for path in paths:
        codes = read_evidence(path).codes().transpose(1, 2, 0)
        if min(codes.shape[:2]) >= _CROP:
            images.append(np.ascontiguousarray(codes))
    return images


def loss_of(drawn: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Sum the differences in value, in slope and in the log-magnitude of the spectrum.

    The last term asks for as much texture as the original has, so that the generator invents
    detail where its code holds none.
    """
    value = functional.l1_loss(drawn, true)
    slope = functional.l1_loss(drawn.diff(dim=2), true.diff(dim=2)) + functional.l1_loss(
        drawn.diff(dim=3), true.diff(dim=3)
    )
    spectrum = functional.l1_loss(_log_magnitude(drawn), _log_magnitude(true))
    return value + slope + 0.03 * spectrum


def _log_magnitude(images: torch.Tensor) -> torch.Tensor:
    """Return the log-magnitude of 32 x 32 tiles of (N, 3, H, W)."""
    tiles = images.unfold(2, 32, 32).unfold(3, 32, 32)
    window = torch.hann_window(32)
    spectrum = torch.fft.rfft2(tiles * window[:, None] * window)
    return torch.log(spectrum.abs() + 0.05)


def train(images: Sequence[Codes], *, seed: int, steps: int, batch: int) -> DemoGenerator:
    """Train the generator.

    Parameters
    ----------
    images : sequence of ndarray, (H, W, 3) uint8
        At least 128 pixels on either side.
    seed : int
        Of the first weights and of the crops.
    steps, batch : int
        Optimiser steps and crops in each.

    Returns
    -------
    DemoGenerator
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = DemoGenerator()
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    running = 0.0
    for step in range(steps):
        true = _tensor(np.stack([_crop(images, rng) for _ in range(batch)]))
        loss = loss_of(model(true), true)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimiser.step()
        schedule.step()
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if step % 100 == 99:
            _LOG.info("step %d of %d, loss %.4f", step + 1, steps, running)
    return model.eval().requires_grad_(False)


def _crop(images: Sequence[Codes], rng: np.random.Generator) -> Codes:
    """Cut a crop of 128 x 128, perhaps mirrored, from one image."""
    image = images[int(rng.integers(len(images)))]
    y = int(rng.integers(image.shape[0] - _CROP + 1))
    x = int(rng.integers(image.shape[1] - _CROP + 1))
    crop = image[y : y + _CROP, x : x + _CROP]
    return crop[:, ::-1] if rng.random() < 0.5 else crop


def save(model: DemoGenerator, folder: Path, facts: dict[str, object]) -> Path:
    """Write the weights and, beside them, a JSON file with how they came to be."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / WEIGHTS
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, path)
    facts = {**facts, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    text = json.dumps(facts, indent=2, sort_keys=True) + "\n"
    path.with_suffix(".json").write_text(text, encoding="utf-8")
    return path


def main(argv: Sequence[str] | None = None) -> int:
    """Train the generator and write its weights."""
    parser = argparse.ArgumentParser(prog="python -m fpinspect.lab.train_demo_generator")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--data", type=Path, help="folder with manifest.csv: adds its photographs")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch", type=int, default=6)
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    images = training_material(args.data)
    _LOG.info("%d images to learn from", len(images))
    model = train(images, seed=args.seed, steps=args.steps, batch=args.batch)
    digest = hashlib.sha256()
    for image in images:
        digest.update(image.tobytes())
    command = "python -m fpinspect.lab.train_demo_generator --out resources/weights"
    if args.data is not None:
        command += " --data ../shared/data"
    facts = {
        "what": "weights of the demo's generator, an up-convolution autoencoder",
        "command": f"{command} --seed {args.seed} --steps {args.steps} --batch {args.batch}",
        "seed": args.seed,
        "images": len(images),
        "images_sha256": digest.hexdigest(),
        "torch": torch.__version__,
        "licence": "MIT, as fpinspect",
    }
    _LOG.info("wrote %s", save(model, args.out, facts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
