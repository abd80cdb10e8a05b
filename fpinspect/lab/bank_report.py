"""Measure a bank on the split ``calibrate``: ``python -m fpinspect.lab.bank_report --data DIR``.

Prints, per entry, the AUC of its own images against photographs for the aligned and the folded
correlation and the folded energy: as stored, after a shift of one pixel, saved again at JPEG 85
and 75, and at 75 in a file that does not tell; how the p-values of photographs are distributed;
whether the match of Stable Diffusion 2 is a JPEG detector; and the lineage matrix. Nothing here is
tuned.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as _replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fpinspect.evidence.image import read_evidence
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.enrol import Sample, map_chunks, read_samples
from fpinspect.fingerprint.entry import Entry, EntryArrays
from fpinspect.fingerprint.lineage import lineage
from fpinspect.fingerprint.match import Match, match
from fpinspect.lab.build_bank import PHOTOGRAPHS, recode, residual_of

U8 = NDArray[np.uint8]
Matches = list[dict[str, Match]]

HANDLINGS: Mapping[str, tuple[Callable[[U8], U8], float | None]] = {
    "as stored": (lambda codes: codes, None),
    "shift 1 px": (lambda codes: np.ascontiguousarray(codes[:, 1:, 1:]), None),
    "JPEG 85": (lambda codes: recode(codes, 85), 85),
    "JPEG 75": (lambda codes: recode(codes, 75), 75),
    "75 as PNG": (lambda codes: recode(codes, 75), None),
}
"""Name -> what is done to the codes, and the quality of the result (None: that of the file)."""
STATISTICS = ("aligned", "folded", "energy", "1 - p")
LEVEL = 0.05


def matches_of(samples: Sequence[Sample], *, bank: Bank, handling: str) -> Matches:
    """Match some images after a handling; a shifted image is no JPEG any more."""
    change, quality = HANDLINGS[handling]
    found = []
    for sample in samples:
        evidence = read_evidence(sample.path)
        own = evidence.facts.jpeg_quality if handling == "as stored" else quality
        residual = residual_of(change(evidence.codes()))
        found.append(match(residual, bank, jpeg_quality=own, origin=sample.origin))
    return found


def auc(own: Sequence[float], others: Sequence[float]) -> float:
    """Return the area under the ROC curve, ties counted half."""
    both = np.concatenate([own, others])
    ranks = (np.searchsorted(np.sort(both), both, "left") + 1) / 2
    ranks += np.searchsorted(np.sort(both), both, "right") / 2
    area = (ranks[: len(own)].sum() - len(own) * (len(own) + 1) / 2) / (len(own) * len(others))
    return float(area)


@dataclass
class _Run:
    """A bank, the data and the number of processes."""

    bank: Bank
    manifest: Path
    jobs: int

    def samples(self, *where: str) -> list[Sample]:
        return read_samples(self.manifest, where)

    def match(self, samples: Sequence[Sample], handling: str, bank: Bank | None = None) -> Matches:
        # A bank travels to the processes by its path; one in memory stays here.
        chosen = self.bank if bank is None else bank
        if chosen.path is None:
            return matches_of(samples, bank=chosen, handling=handling)
        work = partial(_by_path, path=chosen.path, handling=handling)
        return [found for part in map_chunks(work, samples, self.jobs) for found in part]


def _by_path(samples: Sequence[Sample], *, path: Path, handling: str) -> Matches:
    bank = _OPEN.setdefault(path, Bank.load(path))
    return matches_of(samples, bank=bank, handling=handling)


_OPEN: dict[Path, Bank] = {}


def separation(run: _Run) -> None:
    """Print the AUC table and the p-values of photographs."""
    real = run.samples("split=calibrate", "label=real", f"class={PHOTOGRAPHS}")
    own = {
        label: samples
        for label, entry in run.bank.entries.items()
        if entry.info.kind == "generator"
        and (samples := run.samples("split=calibrate", f"label={label}"))
    }
    print(f"AUC of own images against {len(real)} photographs, split calibrate")
    print(f"{'entry':10}{'images':>7}  {'statistic':10}", *(f"{h:>11}" for h in HANDLINGS))
    of_real = {handling: run.match(real, handling) for handling in HANDLINGS}
    for label, samples in own.items():
        of_own = {handling: run.match(samples, handling) for handling in HANDLINGS}
        for statistic in STATISTICS:
            row = [
                auc(_values(of_own[h], label, statistic), _values(of_real[h], label, statistic))
                for h in HANDLINGS
            ]
            words = (label, len(samples)) if statistic == STATISTICS[0] else ("", "")
            print(f"{words[0]:10}{words[1]:>7}  {statistic:10}", *(f"{a:>11.3f}" for a in row))
        shares = [
            np.mean(np.array(_values(of_own[h], label, "p_value")) <= LEVEL) for h in HANDLINGS
        ]
        print(f"{'':17}  {'p <= 0.05':10}", *(f"{share:>11.2f}" for share in shares))
    print(f"\nshare of photographs with p <= {LEVEL} (expected {LEVEL})")
    for label in run.bank.entries:
        shares = [
            np.mean(np.array(_values(m, label, "p_value")) <= LEVEL) for m in of_real.values()
        ]
        print(f"{label:29}", *(f"{share:>11.3f}" for share in shares))


def _values(matches: Matches, label: str, name: str) -> list[float]:
    if name == "1 - p":  # comparable over JPEG bands and sizes, which have their own nulls
        return [1 - found[label].p_value for found in matches]
    return [float(getattr(found[label], name)) for found in matches]


def jpeg_detector(run: _Run, label: str = "sd2") -> None:
    """Print whether the match of files saved at JPEG 75 is one of JPEG.

    The pattern that JPEG 75 files alone made is compared with lossless images of the same
    generator, none of which took part in it, and with photographs saved at quality 75.
    """
    entry = run.bank.entry(label)
    print(f"\nis the match of {label} a JPEG detector? ({entry.info.baseline})")
    null = run.samples("split=calibrate", "label=real", f"class={PHOTOGRAPHS}")
    images = {
        "lossless, train": run.samples("split=train", f"label={label}", "jpeg_quality="),
        "lossless, test": run.samples("split=test", f"label={label}", "jpeg_quality="),
        "JPEG 75, calibrate": run.samples("split=calibrate", f"label={label}"),
    }
    for name in (*entry.fingerprint().patterns, "all"):
        part = entry if name == "all" else only_band(entry, name)
        bank = Bank([part], run.bank.photographs)
        plain = _values(run.match(null, "as stored", bank), label, "1 - p")
        copies = {h: run.match(null, h, bank) for h in ("JPEG 75", "75 as PNG")}
        print("the entry" if name == "all" else f"pattern of the files in band {name}")
        for title, samples in images.items():
            if name != "q75" and title == "lossless, train":
                continue  # these made it
            found = run.match(samples, "as stored", bank)
            peaks, p = (_values(found, label, key) for key in ("1 - p", "p_value"))
            print(
                f"  {title:22}{len(samples):>4}: AUC against photographs as stored "
                f"{auc(peaks, plain):.3f}, p <= 0.05: {np.mean(np.array(p) <= LEVEL):.2f}"
            )
        for handling, coded in copies.items():
            peaks, p = (_values(coded, label, key) for key in ("1 - p", "p_value"))
            print(
                f"  {'photos, ' + handling:22}{len(null):>4}: AUC against photographs as stored "
                f"{auc(peaks, plain):.3f}, p <= 0.05: {np.mean(np.array(p) <= LEVEL):.2f}"
            )


def only_band(entry: Entry, name: str) -> Entry:
    """Return an entry whose pattern is that of the files of one JPEG band alone."""
    arrays = entry.arrays
    fingerprints = {
        lattice: _replace(item, patterns={name: item.patterns[name]})
        for lattice, item in arrays.fingerprints.items()
    }
    return Entry.of(
        entry.info,
        EntryArrays(fingerprints=fingerprints, baselines=arrays.baselines, offsets=arrays.offsets),
    )


def print_lineage(bank: Bank) -> None:
    """Print the similarity matrix."""
    tree = lineage(bank)
    print("\nlineage: greatest correlation of the periodic patterns over all shifts")
    print(" " * 10, *(f"{label[:9]:>9}" for label in tree.labels))
    for label, row in zip(tree.labels, tree.similarity, strict=True):
        print(f"{label:10}", *(f"{value:>9.2f}" for value in row))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--bank", type=Path, help="default: the one that ships")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    args = parser.parse_args(argv)
    run = _Run(Bank.load(args.bank), args.data / "manifest.csv", args.jobs)
    separation(run)
    jpeg_detector(run)
    print_lineage(run.bank)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
