"""What weakens a verdict, measured: how often flags fire, and what the handling costs.

``python -m fpinspect.lab.applicability_test --data ../shared/data``

Images of the split ``calibrate`` (all sources in turn, at most 512 px of the middle) are handled in
one way each row, and judged. Printed are: how often the row's flag fires, on real and on generated
images; the answers at the shipped thresholds without any rule and with all of them; the
log-likelihood-ratio cost without rules; and the scale that minimises it, which the rules of
`fpinspect.verdict.applicability` take (at most 1, in steps of .05). Below the row ``as stored``
stand the false alarms of every flag.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from fpinspect.evidence.image import read_evidence
from fpinspect.evidence.traces.grid import trace_double, trace_grid
from fpinspect.lab import dataset, matches
from fpinspect.lab.copies import blur, centre_crop, jpeg, resize
from fpinspect.lab.dataset import Record
from fpinspect.lab.explain_test import chosen
from fpinspect.verdict import applicability, assess
from fpinspect.verdict.classifier import Heads

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]


def _grey(codes: U8) -> U8:
    luma = np.asarray(Image.fromarray(codes).convert("L"))
    return np.asarray(np.repeat(luma[..., None], 3, axis=2), np.uint8)


def _burnt(codes: U8) -> U8:
    """Overexpose until 60 % of the pixels are clipped."""
    level = max(float(np.quantile(codes.max(axis=2), 0.4)), 1.0)
    return np.asarray(np.clip(np.rint(codes * (255 / level)), 0, 255), np.uint8)


@dataclass(frozen=True, slots=True)
class Row:
    """One handling.

    Attributes
    ----------
    name, flag : str
        For the table; the flag it should raise.
    apply : callable
        (H, W, 3) codes to codes.
    quality : int or None
        JPEG quality that the file would have; -1: that of the stored file.
    """

    name: str
    flag: str
    apply: Callable[[U8], U8]
    quality: int | None = None


BICUBIC = Image.Resampling.BICUBIC
ROWS = (
    Row("as stored", "", lambda c: c, -1),
    Row("greyscale", "grey", _grey),
    Row("enlarged ×1.5", "resampled", lambda c: resize(c, 1.5, BICUBIC)),
    Row("reduced ×0.75", "resampled", lambda c: resize(c, 0.75)),
    Row("blurred, σ 1 px", "soft", lambda c: blur(c, 1.0)),
    Row("blurred, σ 1.5 px", "no_detail", lambda c: blur(c, 1.5)),
    Row("blurred, σ 2 px", "no_detail", lambda c: blur(c, 2.0)),
    Row("blurred, σ 3 px", "no_detail", lambda c: blur(c, 3.0)),
    Row("blurred, σ 2 px, JPEG 90", "soft", lambda c: jpeg(blur(c, 2.0), 90), 90),
    Row("JPEG 75 saved as PNG", "earlier_jpeg", lambda c: jpeg(c, 75)),
    Row("JPEG 75, cropped, JPEG 95", "double_jpeg", lambda c: jpeg(jpeg(c, 75)[3:, 5:], 95), 95),
    Row("JPEG 60, JPEG 90", "double_jpeg", lambda c: jpeg(jpeg(c, 60), 90), 90),
    Row("JPEG 40", "heavy_jpeg", lambda c: jpeg(c[3:, 5:], 40), 40),
    Row("overexposed", "saturated", _burnt),
    Row("128 px", "small_image", lambda c: centre_crop(c, 128)),
    Row("96 px", "small_image", lambda c: centre_crop(c, 96)),
    Row("72 px", "tiny_image", lambda c: centre_crop(c, 72)),
    Row("224 px, JPEG 75", "small_image", lambda c: jpeg(centre_crop(c, 224), 75), 75),
    Row("176 px, JPEG 75", "small_image", lambda c: jpeg(centre_crop(c, 176), 75), 75),
    Row("128 px, JPEG 75", "small_image", lambda c: jpeg(centre_crop(c, 128), 75), 75),
    Row("96 px, JPEG 75", "small_image", lambda c: jpeg(centre_crop(c, 96), 75), 75),
    Row("72 px, JPEG 75", "tiny_image", lambda c: jpeg(centre_crop(c, 72), 75), 75),
    Row("56 px", "too_small", lambda c: centre_crop(c, 56)),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One handled image: real or not, its ratio and answer without rules, with them, its flags."""

    generated: bool
    log_lr: float
    answer: str
    ruled: str
    flags: tuple[str, ...]


def judge(codes: U8, record: Record, row: Row, heads: Heads) -> Judged:
    """Handle and judge one image without rules.

    Parameters
    ----------
    codes : numpy.ndarray
        (H, W, 3) uint8, as stored.
    record, row, heads
        Of the image; the handling; trained weights.
    """
    handled = np.ascontiguousarray(row.apply(centre_crop(codes, 512)))
    quality = row.quality
    if quality == -1:
        quality = None if record.quality is None else round(record.quality)
    planes = np.ascontiguousarray(handled.transpose(2, 0, 1))
    opinions, tileset = matches.opinions_of(planes, heads, quality)
    trace = trace_grid(handled) if quality is None else None
    if quality is not None and quality >= 85:
        trace = trace_double(handled, quality)
    flags = applicability.image_flags(
        planes,
        quality=quality,
        tiles_used=1,
        tiles_available=1,
        rates=(1.0, 1.0),
        earlier_quality=trace.quality if trace else None,
    )
    free, ruled = (
        assess.opinion(opinions, heads, tileset.effective, quality=quality, flags=said)
        for said in ([], flags)
    )
    return Judged(
        record.target != 0,
        free.log10_lr * math.log(10),
        free.answer.value,
        ruled.answer.value,
        tuple(flag.code for flag in flags),
    )


def cost(log_lr: F64, generated: npt.NDArray[np.bool_]) -> float:
    """Log-likelihood-ratio cost Cllr: 0 perfect, 1 says nothing."""
    bits = np.logaddexp(0, np.where(generated, -log_lr, log_lr)) / math.log(2)
    return float(bits[generated].mean() + bits[~generated].mean()) / 2


def best_scale(log_lr: F64, generated: npt.NDArray[np.bool_]) -> float:
    """Scale in 0.05 steps up to 1 that minimises the cost."""
    scales = np.arange(1, 21) / 20
    return float(scales[int(np.argmin([cost(log_lr * s, generated) for s in scales]))])


def table_row(row: Row, found: Sequence[Judged]) -> str:
    """One Markdown row."""
    generated = np.array([one.generated for one in found])
    log_lr = np.array([one.log_lr for one in found])
    fired = np.array([row.flag in one.flags for one in found])
    answers = []
    for answer in ([one.answer for one in found], [one.ruled for one in found]):
        given = np.array(answer)
        answers += [
            f"{np.mean(given[generated] == 'generated'):.2f}, "
            f"{np.mean(given[generated] == 'real'):.2f}",
            f"{np.mean(given[~generated] == 'generated'):.2f}, "
            f"{np.mean(given[~generated] == 'real'):.2f}",
        ]
    return (
        f"| {row.name} | {row.flag or '–'} | {fired[~generated].mean():.2f} / "
        f"{fired[generated].mean():.2f} | {' | '.join(answers)} | {cost(log_lr, generated):.3f} | "
        f"{best_scale(log_lr, generated):.2f} |"
    )


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--limit", type=int, default=10**6, help="images of either side")
    args = parser.parse_args()
    heads = Heads.load(args.weights)
    records = dataset.load(args.data, ["calibrate"])
    sides = [[r for r in records if (r.target == 0) == real] for real in (True, False)]
    images = [
        (np.ascontiguousarray(read_evidence(r.path).codes().transpose(1, 2, 0)), r)
        for side in sides
        for r in chosen(side, args.limit)
    ]
    print(
        "| handling | flag | fires, real / generated | without rules: generated called generated, "
        "real | real called generated, real | with rules: generated | real | Cllr without | best "
        "scale |\n|---|---|---|---|---|---|---|---|---|",
        flush=True,
    )
    for row in ROWS:
        found = [judge(codes, record, row, heads) for codes, record in images]
        print(table_row(row, found), flush=True)
        if not row.flag:
            for real in (True, False):
                part = [one for one in found if one.generated != real]
                alarms = Counter(code for one in part for code in one.flags)
                shares = ", ".join(f"{k} {v / len(part):.3f}" for k, v in alarms.items())
                print(f"<!-- {'real' if real else 'generated'} ({len(part)}): {shares} -->")


if __name__ == "__main__":
    main()
