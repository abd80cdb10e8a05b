"""Generators never trained on: what heads that saw none of one say about it.

For every generator in turn the net and the discriminants are trained without it and without its
fingerprint, the fusion is fitted on the out-of-fold opinions of the other training images, the
calibration on whole images of ``calibrate`` without it. Then they judge what was left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from fpinspect.lab import dataset, extract, fusion, matches, nets, partition, train_net
from fpinspect.lab.copies import RAW_COPY
from fpinspect.lab.dataset import Record
from fpinspect.lab.heads import Trained, discriminants, score
from fpinspect.lab.metrics import KNOWN
from fpinspect.lab.nets import Recipe
from fpinspect.lab.partition import image_weights
from fpinspect.lab.tables import Table
from fpinspect.lab.train_verdict import (
    MATCHED,
    NAMED,
    OUT_OF_FOLD,
    band_of,
    mean_opinions,
    weigh_matches,
)
from fpinspect.verdict.assess import opinion
from fpinspect.verdict.calibration import Band
from fpinspect.verdict.classifier import SOURCES, Fusion, Heads
from fpinspect.verdict.matched import ENTRIES, Matched, joined

F64 = npt.NDArray[np.float64]

SHORT = Recipe(epochs=6, linear_step=4)
"""A short training: there is one for every generator left out."""
FALSE_POSITIVES = 0.05

LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "SD 1.x and 2.x": ("sd1", "sd2", "pixart"),
    "BigGAN": ("biggan",),
    "FLUX": ("flux", "zimage"),
    "LDM": ("ldm",),
    "StyleGAN2": ("stylegan2",),
    "CycleGAN": ("cyclegan",),
    "SDXL": ("sdxl", "sdxl-finetune", "pixart"),
}
"""Labels that no part of the training sees, the generator's own first; those of generators with the
same decoder go with it."""
KIN = ("pixart", "zimage")
"""Left out with their decoder's generator, not counted as it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said of a generator that was left out.

    Attributes
    ----------
    name : str
        The generator.
    n : int
        Its images: of the splits ``train``, ``calibrate`` and ``test``.
    found : float
        Share still called generated where 5 % of real images are.
    auc : float
        Generated against real.
    unknown_auc : float
        "A generator outside the four" against test images of known generators.
    misnamed : float
        Share given the name of one of the four.
    names : dict of str to int
        How often which source was named.
    """

    name: str
    n: int
    found: float
    auc: float
    unknown_auc: float
    misnamed: float
    names: dict[str, int]


@dataclass(frozen=True)
class Found:
    """What was trained without a generator.

    Attributes
    ----------
    model : Trained
        Net and discriminants.
    weighed : Matched
        What the matches say.
    fused : Fusion
        Of all opinions.
    labels : tuple of str
        The generator's labels: entries of the bank that it must not know.
    """

    model: Trained
    weighed: Matched
    fused: Fusion
    labels: tuple[str, ...]

    def match(self, excess: F64) -> F64:
        """Opinion of the matches on (N, 8) excesses: (N, 6) logits."""
        return self.weighed.logits(blinded(excess, self.labels), 0)


def blinded(excess: F64, labels: Sequence[str]) -> F64:
    """Return (N, 8) excesses in which the fingerprints of some generators never match."""
    out = excess.copy()
    out[:, [label in labels for label in ENTRIES]] = 0.0
    return out


@dataclass(frozen=True)
class Part:
    """Images of one split with the vectors of their tiles and their matches, as stored."""

    records: Sequence[Record]
    table: extract.FeatureTable
    excess: F64

    def opinions(self, found: Found) -> F64:
        """Opinions on whole images: (N, 9, 6)."""
        tiles = mean_opinions(found.model, self.table, len(self.records))
        return joined(tiles, found.match(self.excess))

    @property
    def tiles(self) -> F64:
        """Effective tiles: (N,)."""
        return extract.effective_tiles(self.records, self.table.owner, "raw")


def unknown_score(sources: F64) -> F64:
    """Log-odds of ``other`` against the likeliest of the four: (N,) of (N, 5) scores."""
    return np.asarray(sources[:, -1] - sources[:, :-1].max(axis=1), np.float64)


def _has(records: Sequence[Record], labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.array([record.label in labels for record in records])


def _calibrate(part: Part, opinions: F64, fused: Fusion, keep: npt.NDArray[np.bool_]) -> Band:
    """Fit one calibration on the images kept."""
    target = dataset.targets(part.records)[keep]
    # As stored, the small images of `calibrate` are of one source: size must say nothing here.
    fit = fusion.fit_ratio(fused.score(opinions)[keep], part.tiles[keep], target, offset_small=0.0)
    groups = [
        len(
            {r.group for r, k in zip(part.records, keep, strict=True) if k and (r.target == 0) == s}
        )
        for s in (True, False)
    ]
    return fusion.choose_thresholds(
        fit.unbounded(fused.score(opinions), part.tiles)[keep],
        target == 0, np.zeros(len(target), bool),
        name="raw", low=1, high=100,
        fit=fit, temperature=fusion.fit_temperature(fused.sources(opinions)[keep], target),
        n_real=groups[0], n_generated=groups[1],
    )  # fmt: skip


def judge(
    name: str,
    learnt: Found,
    training: tuple[Sequence[Record], npt.NDArray[np.float16], F64],
    calibration: Part,
    test: Part,
) -> Outcome:
    """Measure what heads say about a generator that they did not see.

    Parameters
    ----------
    name : str
        One of `LEFT_OUT`.
    learnt : Found
        Trained without it.
    training : tuple
        The training images, (N, D) vectors of them as stored and their (N, 8) matches.
    calibration, test : Part
        The other splits.
    """
    labels, fused = LEFT_OUT[name], learnt.fused
    own = [label for label in labels if label not in KIN]
    parts = (calibration, test)
    whole = [part.opinions(learnt) for part in parts]
    band = _calibrate(calibration, whole[0], fused, ~_has(calibration.records, labels))
    rows = [i for i, record in enumerate(training[0]) if record.label in own]
    left = [joined(score(learnt.model, training[1][rows]), learnt.match(training[2][rows]))]
    tiles = [np.array([np.prod(np.minimum(training[0][i].size, 256)) / 256**2 for i in rows])]
    real = []
    for part, found in zip(parts, whole, strict=True):
        chosen = _has(part.records, own)
        left.append(found[chosen])
        tiles.append(part.tiles[chosen])
        genuine = dataset.targets(part.records) == 0
        real.append(_log_odds(band, fused, found[genuine], part.tiles[genuine]))
    opinions, size, genuine_odds = (np.concatenate(p) for p in (left, tiles, real))
    odds = _log_odds(band, fused, opinions, size)
    limit = np.quantile(genuine_odds, 1 - FALSE_POSITIVES, method="higher")
    target = dataset.targets(test.records)
    known = whole[1][(target > 0) & (target < KNOWN) & ~_has(test.records, labels)]
    unknown = [unknown_score(fused.sources(part)) for part in (opinions, known)]
    heads = Heads({}, {"fusion": asdict(fused), "bands": [asdict(band)]})
    named = [opinion(o, heads, n, quality=None).source for o, n in zip(opinions, size, strict=True)]
    return Outcome(
        name=name,
        n=len(opinions),
        found=float(np.mean(odds > limit)),
        auc=_auc(odds, genuine_odds),
        unknown_auc=_auc(*unknown),
        misnamed=float(np.mean([source in SOURCES[1:KNOWN] for source in named])),
        names={source: named.count(source) for source in sorted(set(named))},
    )


def _log_odds(band: Band, fused: Fusion, opinions: F64, tiles: F64) -> F64:
    """Log-odds generated to real, their slope that of the images' tiles, unbounded: (N,)."""
    return band.unbounded(fused.score(opinions), tiles)


def _auc(positive: F64, negative: F64) -> float:
    goal = np.repeat([1, 0], [len(positive), len(negative)])
    return float(roc_auc_score(goal, np.concatenate([positive, negative])))


def run(
    data: Path,
    cache: Path,
    out: Path,
    *,
    recipe: Recipe = SHORT,
    jobs: int = 1,
    say: Callable[[str], None] = print,
) -> list[Outcome]:
    """Leave out one generator after the other; what is measured already is kept.

    Parameters
    ----------
    data, cache : pathlib.Path
        Folder of the manifest; of measured features, in which ``fpinspect lab train`` has left its
        out-of-fold opinions.
    out : pathlib.Path
        Folder for ``leave_out.json``.
    recipe : Recipe
        Of every training.
    jobs : int
        Processes that measure.
    say : callable
        Told each step.

    Raises
    ------
    ValueError
        If the cache holds no out-of-fold opinions.
    """
    if not (cache / OUT_OF_FOLD).exists():
        raise ValueError(
            f"{cache} holds no {OUT_OF_FOLD}: run fpinspect lab train with this --cache first"
        )
    with np.load(cache / OUT_OF_FOLD, allow_pickle=False) as found:
        copies = found["copies"]
    training = dataset.load(data, ["train"])
    table = extract.training_table(training, cache, copies_each=train_net.COPIES, jobs=jobs)
    excess = matches.fold_tables(
        training, partition.fold_of(training, Recipe().seed), data, cache,
        [h for names in MATCHED for h in names], jobs=jobs,
    )  # fmt: skip
    parts = [_part(data, cache, name, jobs) for name in ("calibrate", "test")]
    page = out / "leave_out.json"
    done = _read(page, recipe)
    for name, labels in LEFT_OUT.items():
        if any(outcome.name == name for outcome in done):
            continue
        say(f"without {name}")
        rows = np.flatnonzero(~_has(training, labels))
        goal, weight = dataset.targets(training), image_weights(training, recipe.real_weight)
        net = nets.train(
            table, goal, weight, rows, recipe, device=train_net.pick_device(), note=name
        )
        model = discriminants(net, table, goal, weight, rows, recipe)
        learnt = _fuse(model, labels, [training[i] for i in rows], copies[rows], {
            h: found[rows] for h, found in excess.items()
        })  # fmt: skip
        done.append(judge(name, learnt, (training, table[:, RAW_COPY], excess["raw"]), *parts))
        facts = {"recipe": asdict(recipe), "outcomes": [asdict(outcome) for outcome in done]}
        page.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    return done


def _part(data: Path, cache: Path, name: str, jobs: int) -> Part:
    records = dataset.load(data, [name])
    return Part(
        records,
        extract.handling_table(records, cache, name=name, handling="raw", jobs=jobs),
        matches.excess_table(records, cache, name=name, handling="raw", jobs=jobs),
    )


def _fuse(
    model: Trained,
    labels: tuple[str, ...],
    kept: Sequence[Record],
    copies: F64,
    excess: Mapping[str, F64],
) -> Found:
    """Weigh matches and opinions on the images kept: as stored, at JPEG 75 and resized."""
    blind = {h: blinded(found, labels) for h, found in excess.items()}
    weighed = weigh_matches(kept, blind)
    opinions = [
        joined(copies[:, copy], weighed.logits(blind[h], band_of(h))) for h, copy in NAMED.items()
    ]
    fused = fusion.fit(np.stack(opinions, axis=1), dataset.targets(kept), image_weights(kept, 1.0))
    return Found(model, weighed, fused, labels)


def _read(page: Path, recipe: Recipe) -> list[Outcome]:
    """Read what an earlier run of the same recipe has measured."""
    if not page.exists():
        return []
    found = json.loads(page.read_text(encoding="utf-8"))
    if found.get("recipe") != asdict(recipe):
        return []
    return [Outcome(**outcome) for outcome in found["outcomes"]]


def table(outcomes: Sequence[Outcome]) -> Table:
    """Write the table of generators left out, with the mean over them."""
    columns = ["left out", "called generated at 5 %", "AUC", "unknown, AUROC",
               "given a name of the four", "images"]  # fmt: skip
    rows: list[list[str | float]] = [
        [o.name, o.found, o.auc, o.unknown_auc, o.misnamed, o.n] for o in outcomes
    ]
    if rows:
        mean = [float(np.mean([float(row[i]) for row in rows])) for i in range(1, 5)]
        rows.append(["mean", *mean, math.nan])
    note = (
        "Heads trained without the generator and its fingerprint (a short training: "
        f"one net, {SHORT.epochs} epochs) judge its images of all splits, as stored. "
        "Called generated: where 5 % of the real images of calibrate and test are. Unknown: the "
        "score of “other” against the likeliest of the four, its images against test images of "
        "generators that were trained on. SD 1.x and 2.x are left out together; generators with "
        "the same decoder are kept out of the training with them."
    )
    return Table("leave_out", "Generators never trained on", columns, rows, note)
