"""Build the bank that ships.

``python -m fpinspect.lab.build_bank --data ../shared/data --out resources/bank``

Everything comes from the split ``train``. The photographs are divided by `group`: about 60 % make
the mean residuals and the entry ``real``, the others the null of the p-values; the null of the
largest images takes the whole photographs of ``calibrate``, since those of ``train`` are 256-pixel
crops. Nothing is tuned here: the report (`fpinspect.lab.bank_report`) measures on ``calibrate``.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fpinspect.evidence.image import read_evidence
from fpinspect.fingerprint.accumulate import LATTICES
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.enrol import (
    Enrolled,
    Sample,
    enrol,
    make_entry,
    map_chunks,
    read_samples,
)
from fpinspect.fingerprint.entry import Entry
from fpinspect.fingerprint.lattice import Floats, fold
from fpinspect.fingerprint.manifest import BANDS
from fpinspect.fingerprint.match import null_pattern
from fpinspect.fingerprint.null import OCTAVES
from fpinspect.fingerprint.pattern import (
    Harmonics,
    amplitudes,
    noise,
    spectrum_of,
    standardised,
    without_noise,
)
from fpinspect.fingerprint.photographs import PhotographArrays, Photographs
from fpinspect.signal.denoise import get_denoiser
from fpinspect.signal.residual import separate

U8 = NDArray[np.uint8]

DENOISER = "wavelet"
QUALITY = {"q95": 95, "q85": 85, "q75": 75, "q60": 60}
"""JPEG band -> quality at which photographs are saved again, 4:2:0 on their own grid."""
SHARE = 0.6
"""Of the photographs' groups, the share in the bank; the others are the null."""
KEPT = 100
"""Photographs a cell of the null that travel with the bank, for entries that users add."""
PHOTOGRAPHS = (
    "bsds|camera_jpeg|coco|imagenet|openimages|phone_photo|png_photo|web_photo"  # no drawings
)


@dataclass(frozen=True, slots=True)
class Source:
    """A generator to enrol.

    Attributes
    ----------
    label, title : str
        Names.
    where : tuple of str
        Conditions on the manifest.
    note : str
        What a reader should know.
    """

    label: str
    title: str
    where: tuple[str, ...]
    note: str = ""


SOURCES = (
    Source(
        "sd1",
        "Stable Diffusion 1.x",
        ("label=sd1",),
        "Stable Diffusion 1.4, 1.5 and 1.x: one decoder, one fingerprint.",
    ),
    Source(
        "sd2",
        "Stable Diffusion 2.1",
        ("label=sd2",),
        "Nearly all saved at JPEG quality 75, 4:2:0; those and the lossless files have a pattern "
        "each, and the mean residual of photographs saved alike is subtracted from each.",
    ),
    Source("biggan", "BigGAN-deep", ("label=biggan",), "128-pixel images: no 256 lattice."),
    Source("flux", "FLUX.1 dev and schnell", ("label=flux",)),
    Source("ldm", "Latent diffusion (2022)", ("label=ldm",)),
    Source("stylegan2", "StyleGAN2", ("label=stylegan2",)),
    Source("cyclegan", "CycleGAN", ("label=cyclegan",)),
    Source("sdxl", "Stable Diffusion XL", ("label=sdxl",), "Few images: a noisy fingerprint."),
)


def in_bank(group: str) -> bool:
    """Say whether a group of photographs is in the bank (else it is in the null)."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) / 16**8 < SHARE


def recode(codes: U8, quality: int) -> U8:
    """Save codes (3, H, W) as JPEG, 4:2:0 on their own grid, and read them again."""
    buffer = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(codes.transpose(1, 2, 0)))
    picture.save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
    decoded = np.asarray(Image.open(buffer).convert("RGB"))
    return np.ascontiguousarray(decoded.transpose(2, 0, 1))


def coded(codes: U8, name: str) -> U8:
    """Return codes as a file of a JPEG band has them; unchanged for ``none``."""
    return codes if name == "none" else recode(codes, QUALITY[name])


def residual_of(codes: U8) -> Floats:
    """Return the residual of codes (3, H, W)."""
    return separate(codes.astype(np.float32), denoiser=DENOISER)[0]


@dataclass
class Means:
    """Sums over the photographs of the bank, per JPEG band.

    The mean residual of hundreds of photographs is mostly what averaging left of their noise, and
    subtracting that would add it to every fingerprint: only what stands out of it is kept.
    (Cross-validated on ``train`` by group: AUC of lossless Stable Diffusion 1.x .977 to .998, of
    2.x .942 to .967.)
    """

    folds: dict[tuple[str, int], NDArray[np.float64]]
    amplitudes: dict[str, list[Harmonics]]
    noises: dict[str, list[Floats]]
    images: int

    @classmethod
    def of(cls, samples: Sequence[Sample], bands: Sequence[str] = BANDS) -> Means:
        """Add up some photographs, in some bands."""
        sums = cls(
            {(name, size): np.zeros((3, size, size)) for name in bands for size in LATTICES},
            {name: [] for name in bands},
            {name: [] for name in bands},
            0,
        )
        for sample in samples:
            codes = read_evidence(sample.path).codes()
            if min(codes.shape[1:]) < LATTICES[0]:
                continue
            sums.images += 1
            for name in bands:
                sums.add(name, residual_of(coded(codes, name)), sample.origin)
        return sums

    def add(self, name: str, residual: Floats, origin: tuple[int, int]) -> None:
        """Add one residual."""
        for size in LATTICES:
            self.folds[name, size] += fold(residual, size, origin)
        spectrum = spectrum_of(fold(residual, LATTICES[0], origin))
        self.amplitudes[name].append(amplitudes(spectrum))
        self.noises[name].append(noise(spectrum))

    def merge(self, other: Means) -> Means:
        """Add other sums to these."""
        for key, sums in other.folds.items():
            self.folds[key] += sums
        for name in self.amplitudes:
            self.amplitudes[name] += other.amplitudes[name]
            self.noises[name] += other.noises[name]
        self.images += other.images
        return self

    def baselines(self) -> dict[tuple[str, int], Floats]:
        """Return what stands out of the mean residuals."""
        return {
            key: without_noise((sums / max(self.images, 1)).astype(np.float32))
            for key, sums in self.folds.items()
        }

    def interference(self) -> dict[str, Floats]:
        """Return the mean power of the harmonics without the baselines', at least 1."""
        out = {}
        for name, baseline in self.baselines().items():
            if name[1] == LATTICES[0]:
                offset = amplitudes(spectrum_of(baseline))
                pairs = zip(self.amplitudes[name[0]], self.noises[name[0]], strict=True)
                z = np.stack([standardised(a - offset, sigma) for a, sigma in pairs])
                out[name[0]] = np.maximum((np.abs(z) ** 2).mean(axis=0), 1).astype(np.float32)
        return out


@dataclass(frozen=True, slots=True)
class Seen:
    """One photograph of the null: harmonics without and with the mean residual, its size."""

    clean: Harmonics
    raw: Harmonics
    pixels: float


Null = dict[str, list[Seen]]
"""Cell (JPEG band and size octave) -> photographs."""


def null_of(
    samples: Sequence[Sample], *, baselines: dict[tuple[str, int], Floats], sizes: Sequence[int]
) -> Null:
    """Measure photographs in every band, as crops of some sizes (0: whole)."""
    found: Null = {}
    for sample in samples:
        evidence = read_evidence(sample.path)
        codes = evidence.codes()
        rng = np.random.default_rng(int(evidence.sha256[:15], 16))
        for size in sizes:
            part = codes if size == 0 else crop(codes, size, rng)
            cell_size = OCTAVES[-1] if size == 0 else size
            for name in BANDS:
                residual = residual_of(coded(part, name))
                baseline = {lattice: baselines[name, lattice] for lattice in LATTICES}
                seen = Seen(*null_pattern(residual, baseline))
                found.setdefault(f"{name}/{cell_size}", []).append(seen)
    return found


def crop(codes: U8, size: int, rng: np.random.Generator) -> U8:
    """Cut a square whose corner lies on the 16-pixel lattice."""
    corner = [int(rng.integers(0, (side - size) // 16 + 1)) * 16 for side in codes.shape[1:]]
    y, x = corner
    return np.ascontiguousarray(codes[:, y : y + size, x : x + size])


def build(data: Path, jobs: int) -> Bank:
    """Build the bank.

    Parameters
    ----------
    data : Path
        The image set: a folder with ``manifest.csv``.
    jobs : int
        Processes; the result does not depend on it.

    Returns
    -------
    Bank
        In memory.
    """
    manifest = data / "manifest.csv"
    photographs = read_samples(manifest, ("split=train", "label=real", f"class={PHOTOGRAPHS}"))
    kept = [sample for sample in photographs if in_bank(sample.group)]
    others = [sample for sample in photographs if not in_bank(sample.group)]
    whole = read_samples(manifest, ("split=calibrate", "label=real", f"class={PHOTOGRAPHS}"))
    _say(f"{len(kept)} photographs in the bank, {len(others)} in the null")
    means = _total(map_chunks(Means.of, kept, jobs))
    baselines = means.baselines()
    never_coded = read_samples(manifest, ("split=train", "class=png_photo"))
    pristine = Means.of([s for s in never_coded if in_bank(s.group)], BANDS[:1])
    _say(f"mean residuals of photographs done, {pristine.images} of them never JPEG")
    sizes = [size for size in OCTAVES if size <= 256]
    null = _joined(map_chunks(partial(null_of, baselines=baselines, sizes=sizes), others, jobs))
    large = [sample for sample in whole if _side(sample) >= OCTAVES[-1] / 2**0.5]
    null |= _joined(map_chunks(partial(null_of, baselines=baselines, sizes=[0]), large, jobs))
    _say(f"null of photographs done, {len(large)} of them whole")
    arrays = PhotographArrays(
        baselines=baselines,
        pristine={size: mean for (_, size), mean in pristine.baselines().items()},
        interference=means.interference(),
        patterns={cell: np.stack([one.clean for one in seen]) for cell, seen in null.items()},
        scales={
            cell: np.array([one.pixels for one in seen], np.float32) for cell, seen in null.items()
        },
    )
    full = _photographs(arrays, kept, others + large)
    bank = Bank(photographs=_thinned(full))
    for source in SOURCES:
        samples = read_samples(manifest, ("split=train", *source.where))
        enrolled = _checked(enrol(samples, denoiser=DENOISER, photographs=full, jobs=jobs))
        entry = make_entry(
            enrolled, label=source.label, title=source.title, photographs=full, note=source.note
        )
        bank = bank.with_entry(entry)
        _say(f"{source.label}: {len(enrolled.hashes)} images")
    enrolled = _checked(enrol(kept, denoiser=DENOISER, jobs=jobs))
    bank = bank.with_entry(_real_entry(enrolled, full, null))
    _say(f"real: {len(enrolled.hashes)} images")
    return bank


def _real_entry(enrolled: Enrolled, full: Photographs, null: Null) -> Entry:
    """Make the entry of the photographs: nothing subtracted, from them or from their null."""
    raw = {cell: np.stack([one.raw for one in seen]) for cell, seen in null.items()}
    return make_entry(
        enrolled,
        label="real",
        title="Real photographs",
        kind="photographs",
        photographs=full.with_arrays(replace(full.arrays, patterns=raw)),
        note="Its pattern is the denoiser's own and the cameras'; nothing is subtracted.",
    )


def _photographs(
    arrays: PhotographArrays, kept: Sequence[Sample], others: Sequence[Sample]
) -> Photographs:
    """Say which photographs the arrays, with all of the null, were made of."""
    return Photographs.of(
        arrays,
        denoiser=DENOISER,
        denoiser_version=get_denoiser(DENOISER).version,
        baseline_images=len(kept),
        null_images=len(others),
        inputs_sha256=_hash_of(kept),
        null_sha256=_hash_of(others),
    )


def _thinned(full: Photographs) -> Photographs:
    """Keep some of the null's photographs: those whose order in the manifest spreads evenly."""
    arrays = full.arrays
    patterns, scales = {}, {}
    for cell, z in arrays.patterns.items():
        chosen = np.unique(np.linspace(0, len(z) - 1, KEPT).round().astype(int))
        patterns[cell], scales[cell] = z[chosen], arrays.scales[cell][chosen]
    return full.with_arrays(replace(arrays, patterns=patterns, scales=scales))


def _total(parts: Iterable[Means]) -> Means:
    first, *rest = parts
    for part in rest:
        first.merge(part)
    return first


def _joined(parts: Iterable[Null]) -> Null:
    joined: Null = {}
    for part in parts:
        for cell, seen in part.items():
            joined.setdefault(cell, []).extend(seen)
    return joined


def _side(sample: Sample) -> float:
    with Image.open(sample.path) as picture:
        side: float = (picture.width * picture.height) ** 0.5
    return side


def _hash_of(samples: Sequence[Sample]) -> str:
    hashes = sorted(hashlib.sha256(sample.path.read_bytes()).hexdigest() for sample in samples)
    return hashlib.sha256("".join(f"{h}\n" for h in hashes).encode()).hexdigest()


def _checked(enrolled: Enrolled) -> Enrolled:
    for path, reason in enrolled.failures:
        _say(f"left out: {path}: {reason}")
    history: Counter[str] = enrolled.history
    if not history:
        raise SystemExit("no image could be used")
    return enrolled


_START = time.monotonic()


def _say(words: str) -> None:
    print(f"{time.monotonic() - _START:7.1f} s  {words}", file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--out", type=Path, required=True, help="the bank's folder")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    args = parser.parse_args(argv)
    bank = build(args.data, args.jobs).save(args.out)
    size = sum(path.stat().st_size for path in args.out.glob("*"))
    print(f"{args.out}: {len(bank.entries)} entries, {size / 1e6:.1f} MB, digest {bank.digest}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
