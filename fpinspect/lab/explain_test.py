"""Is the explanation true? Measured by taking away what it names.

``python -m fpinspect.lab.explain_test frequencies --data ../shared/data``
    Of generated images, the frequencies named by the explanation are taken out of the whole image,
    then as many others drawn at random; features and heads are run anew each time. Printed is how
    often the named ones lower the log-odds more.

``python -m fpinspect.lab.explain_test composites --data ../shared/data --cache DIR``
    How often tiles disagree in ordinary whole images, at every limit, and in composites made of
    half a real and half a generated image.
"""

from __future__ import annotations

import argparse
import math
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import read_evidence
from fpinspect.lab import dataset, extract, matches
from fpinspect.lab.copies import handling_named
from fpinspect.lab.dataset import Record
from fpinspect.verdict import assess, calibration, occlusion, tiles
from fpinspect.verdict.classifier import Fusion, Heads
from fpinspect.verdict.explain import TileOdds

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]

DRAWS = 3
"""So many sets of other frequencies are taken out; their mean is compared."""
PAIRS = 4
"""Generated images that every real one is put together with."""
LIMITS = (0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5)
LN10 = math.log(10)
_QUALITY = {"raw": None, "q85": 85, "q75": 75}


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking frequencies out of one image did.

    Attributes
    ----------
    label : str
        Source of the image.
    count : int
        So many cells were named.
    named, others : float
        What the uncalibrated log-odds lose without the named cells, and without as many others
        (mean of `DRAWS` draws), in nats.
    """

    label: str
    count: int
    named: float
    others: float


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson)."""
    if n == 0:
        return 0.0, 1.0
    z, p = 1.959964, hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def log_odds_of(codes: U8, heads: Heads, quality: int | None) -> float:
    """Uncalibrated log-odds of a whole image, fingerprints included."""
    opinions, _ = matches.opinions_of(codes, heads, quality)
    return float(Fusion.from_settings(heads.settings).score(opinions))


def take_out(codes: U8, heads: Heads, label: str, quality: int | None, seed: int) -> Taken:
    """Take the named frequencies, then others, out of one image.

    Parameters
    ----------
    codes : numpy.ndarray
        (3, H, W) uint8 of a generated image.
    heads : Heads
        Trained weights.
    label : str
        For the table.
    quality : int or None
        JPEG quality of the file.
    seed : int
        Of the draws.
    """
    tileset = tiles.cut(codes, max_tiles=16)
    judged = assess.judge(tileset, heads)
    before = log_odds_of(codes, heads, quality)
    carried = occlusion.measure(tileset, judged.tile_opinions, heads, quality=quality)
    named = [
        (round(f.fy * occlusion.STEPS), round(f.fx * occlusion.STEPS))
        for f in carried.strongest(1.0)[0]
    ]
    rest = [cell for cell in occlusion.cells() if cell not in named]
    quiet, rng = occlusion.Quietener(codes), np.random.default_rng(seed)
    draws = [rng.choice(len(rest), len(named), replace=False) for _ in range(DRAWS)]

    def lost(cells: Sequence[occlusion.Cell]) -> float:
        return before - log_odds_of(quiet.without(cells), heads, quality)

    others = [lost([rest[i] for i in draw]) for draw in draws]
    return Taken(label, len(named), lost(named), float(np.mean(others)))


def frequencies(records: Sequence[Record], heads: Heads) -> list[Taken]:
    """Measure `take_out` on generated images and print the table."""
    found = []
    for record in records:
        evidence = read_evidence(record.path)
        one = take_out(
            evidence.codes(),
            heads,
            record.label,
            evidence.facts.jpeg_quality,
            zlib.crc32(record.path.name.encode()),
        )
        found.append(one)
        print(
            f"{record.path.name} {one.label}: {one.count} named {one.named:+.2f}, "
            f"others {one.others:+.2f}",
            flush=True,
        )
    by_label: dict[str, list[Taken]] = defaultdict(list)
    for one in found:
        by_label[one.label].append(one)
    print(
        "\n| source | images | named lower it more | 95 % interval | median loss, named | others |"
    )
    print("|---|---|---|---|---|---|")
    for label, part in [*sorted(by_label.items()), ("all", found)]:
        hits = sum(one.named > one.others for one in part)
        low, high = wilson(hits, len(part))
        print(
            f"| {label} | {len(part)} | {hits / max(len(part), 1):.3f} | {low:.2f}–{high:.2f} | "
            f"{np.median([o.named for o in part]):+.2f} | "
            f"{np.median([o.others for o in part]):+.2f} |"
        )
    return found


def chosen(records: Sequence[Record], limit: int) -> list[Record]:
    """At most `limit` images, source by source in turn, in the order of their names' hashes."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda r: zlib.crc32(r.path.name.encode())):
        groups[record.label].append(record)
    out: list[Record] = []
    while groups and len(out) < limit:
        for label in sorted(groups):
            out.append(groups[label].pop(0))
            if not groups[label]:
                del groups[label]
    return out[:limit]


def tile_scores(
    records: Sequence[Record], heads: Heads, handling: str, cache: Path, split: str
) -> list[tuple[Record, list[TileOdds]]]:
    """Log-odds of the tiles of all images of more than one tile under a handling."""
    table = extract.handling_table(records, cache, name=split, handling=handling, jobs=1)
    fusion = Fusion.from_settings(heads.settings)
    bands = calibration.bands_from(heads.settings)
    band = calibration.choose_band(bands, _QUALITY[handling])
    apply = handling_named(handling).apply
    out = []
    for i, record in enumerate(records):
        rows = np.flatnonzero(table.owner == i)
        if len(rows) < 2:
            continue
        # Only the size counts here: what a handling does to it, it does to an empty image.
        h, w = apply(np.zeros((*record.size, 3), np.uint8), record.quality).shape[:2]
        places, _ = tiles.origins(h, w, max_tiles=16)
        vectors = table.vectors[rows].astype(np.float32)
        odds = [
            TileOdds(y, x, tiles.SIDE, tiles.SIDE, band.log_lr(float(fusion.score(o)), 1.0) / LN10)
            for (y, x), o in zip(places, heads.tile_opinions(vectors), strict=True)
        ]
        out.append((record, odds))
    return out


def halves(real: Sequence[TileOdds], generated: Sequence[TileOdds]) -> list[TileOdds] | None:
    """Tiles of a composite: left half real, right half generated; None if the grids differ.

    Tiles are judged one by one, so those of a composite whose seam runs between them are those of
    its parts.
    """
    columns = sorted({t.x for t in real})
    others = sorted({t.x for t in generated})
    if len(real) != len(generated) or len(columns) != len(others) or len(columns) < 2:
        return None
    half = len(columns) // 2
    return [r if columns.index(r.x) < half else g for r, g in zip(real, generated, strict=True)]


def composites(records: Sequence[Record], heads: Heads, cache: Path, split: str) -> None:
    """Print how often tiles disagree, in whole images and in composites, at every limit."""
    rows: dict[str, tuple[list[list[TileOdds]], list[list[TileOdds]]]] = {}
    for handling in _QUALITY:
        found = tile_scores(records, heads, handling, cache, split)
        real = [odds for record, odds in found if record.target == 0]
        made = [odds for record, odds in found if record.target != 0]
        rng, mixed = np.random.default_rng(0), []
        for odds in real:
            for i in rng.permutation(len(made))[:PAIRS]:
                both = halves(odds, made[i])
                if both is not None:
                    mixed.append(both)
        rows[handling] = ([odds for _, odds in found], mixed)
    names = " | ".join(
        f"{h}: {len(whole)} whole, {len(mixed)} composites" for h, (whole, mixed) in rows.items()
    )
    print(f"| limit, log10 LR | {names} |\n|---{'|---' * len(rows)}|")
    for limit in LIMITS:
        cells = [
            " / ".join(
                f"{np.mean([assess.tiles_disagree(o, limit) for o in part]):.3f}" for part in pair
            )
            for pair in rows.values()
        ]
        mark = " (shipped)" if limit == assess.DISAGREEMENT else ""
        print(f"| {limit}{mark} | {' | '.join(cells)} |")


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("frequencies", "composites"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--cache", type=Path, help="feature cache, as for train_verdict")
    parser.add_argument("--split", default="calibrate", choices=("calibrate", "test"))
    parser.add_argument("--limit", type=int, default=10**6, help="images, sources in turn")
    args = parser.parse_args()
    heads = Heads.load(args.weights)
    records = dataset.load(args.data, [args.split])
    if args.what == "composites":
        if args.cache is None:
            parser.error("composites needs --cache")
        composites(records, heads, args.cache, args.split)
    else:
        frequencies(chosen([r for r in records if r.target != 0], args.limit), heads)


if __name__ == "__main__":
    main()
