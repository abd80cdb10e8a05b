"""The tables of an evaluation, as Markdown and CSV."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fpinspect.lab import copies, measures
from fpinspect.lab.intervals import Bootstrap, Interval
from fpinspect.lab.measures import Judged, Share, Summary
from fpinspect.lab.metrics import KNOWN, Figures
from fpinspect.lab.seed_tables import PUBLISHED, Row
from fpinspect.verdict.classifier import SOURCES

NAMES: Mapping[str, str] = {
    "real": "real", "sd1": "SD 1.x", "sd2": "SD 2.x", "biggan": "BigGAN", "flux": "FLUX",
    "other": "other",
}  # fmt: skip


Rows = list[list[str | float]]


@dataclass(frozen=True)
class Table:
    """Plain data with a title.

    Attributes
    ----------
    name : str
        Of the CSV file.
    title, note : str
        What it shows; how to read it.
    columns : sequence of str
        Headings.
    rows : sequence of sequences
        Cells: text or numbers; numbers are rounded for the reader and not in the CSV.
    """

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | float]]
    note: str = ""

    def markdown(self) -> str:
        """Title, table and note."""
        lines = [f"### {self.title}", "", _line(self.columns), _line(["---"] * len(self.columns))]
        lines += [_line([cell(value) for value in row]) for row in self.rows]
        return "\n".join([*lines, *(["", self.note] if self.note else []), ""])

    def write_csv(self, folder: Path) -> Path:
        """Write ``<name>.csv`` into a folder."""
        path = folder / f"{self.name}.csv"
        with path.open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle).writerows([self.columns, *self.rows])
        return path


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(text.replace('|', '/') for text in cells)} |"


def cell(value: str | float) -> str:
    """Write a number for the reader: three decimals, whole counts as such, NaN as a dash."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    return "–" if math.isnan(value) else f"{value:.3f}"


def span(ends: Interval) -> str:
    """Write an interval."""
    return "–" if math.isnan(ends[0]) else f"{ends[0]:.3f} to {ends[1]:.3f}"


def share(value: Share) -> str:
    """Write a counted share with its interval."""
    if not value.n:
        return "–"
    low, high = value.interval
    return f"{value.value:.3f} ({value.hits}/{value.n}; {low:.3f} to {high:.3f})"


def product(rows: Mapping[str, Figures], ranges: Mapping[str, Bootstrap]) -> Table:
    """Attribution and AUC under every handling."""
    columns = ["handling", "attribution", "95 %", "among the five", "AUC", "95 %", "TPR at 5 %",
               "at 1 %",
               *(NAMES[name] for name in SOURCES[:KNOWN]), "images"]  # fmt: skip
    nothing = Bootstrap((math.nan, math.nan), (math.nan, math.nan))
    lines: Rows = []
    for name, found in rows.items():
        ends = ranges.get(name, nothing)
        recall = [found.recall.get(source, math.nan) for source in SOURCES[:KNOWN]]
        lines.append([name, found.attribution, span(ends.attribution), found.among_known,
                      found.auc, span(ends.auc), found.tpr5, found.tpr1, *recall,
                      found.n])  # fmt: skip
    meanings = "; ".join(f"{h.name}: {h.meaning}" for h in copies.HANDLINGS)
    note = (
        "Attribution is the balanced accuracy over the known sources, the likeliest source taken "
        "over all of them, other generators included; “among the five”: over the known ones "
        "alone; AUC is generated against real; TPR: "
        "generated images found at 5 % and 1 % false positives; then the recall of each source. "
        "Intervals at 95 %: bootstrap over groups of related images. "
        "“unseen”: images of repositories that the training does not hold. "
        "“container only”: a decision tree on quality, subsampling, format and size, no pixel. "
        f"Handling: {meanings}."
    )
    return Table("product", "The product under every handling", columns, lines, note)


def answers(summaries: Sequence[Summary]) -> Table:
    """Answers at the shipped thresholds."""
    columns = ["handling", "real called generated", "generated found", "generated called real",
               "inconclusive", "photographs called real", "generators named rightly",
               "other generators misnamed"]  # fmt: skip
    rows: Rows = [
        [s.handling, share(s.false_positives), share(s.true_positives), share(s.missed),
         share(s.inconclusive), share(s.real), share(s.named), share(s.misnamed)]
        for s in summaries
    ]  # fmt: skip
    note = (
        "At the shipped thresholds (nominal 1 % false positives), before the rules that weaken an "
        "opinion by circumstance. In brackets: count and exact interval at 95 % (Clopper-Pearson). "
        "“Named rightly”: of images of the four that got a generator's name."
    )
    return Table("answers", "Answers at the shipped thresholds", columns, rows, note)


def calibration(summaries: Sequence[Summary]) -> Table:
    """Costs of the ratios and size of the source sets."""
    columns = ["handling", "Cllr (bits)", "calibration error", "set coverage", "mean set size"]
    rows: Rows = [[s.handling, s.cllr, s.error, s.coverage, s.set_size] for s in summaries]
    note = (
        "Cllr: log-likelihood-ratio cost, 0 perfect, 1 says nothing. Calibration error: mean "
        "distance between said and seen probability, ten bins, real and generated alike. Coverage: "
        "share of images whose source set holds their source, the mean over the sources."
    )
    return Table("calibration", "Calibration and source sets", columns, rows, note)


def false_positives(judged: Sequence[Judged]) -> Table:
    """Real images called generated, by source."""
    found = [measures.false_positives(j) for j in judged]
    kinds = list(found[0]) if found else []
    columns = ["real source", *(j.handling for j in judged)]
    rows = [[kind, *(share(by_kind[kind]) for by_kind in found)] for kind in kinds]
    note = "Share called generated (count; exact interval at 95 %)."
    return Table("false_positives", "False positives by real source", columns, rows, note)


def confusion(judged: Judged) -> Table:
    """Likeliest source against the true one."""
    counts: npt.NDArray[np.int64] = measures.confusion(judged)
    labels = [NAMES[name] for name in SOURCES]
    rows: Rows = [
        [label, *(int(n) for n in row)]
        for label, row in zip(labels, counts, strict=True)
        if row.sum()
    ]
    title = f"Confusions, {judged.handling} (rows: true source)"
    return Table(f"confusion_{judged.handling}", title, ["source", *labels], rows)


def verdicts(judged: Judged, root: Path) -> Table:
    """Every image with its answer."""

    def name(path: Path) -> str:
        return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)

    columns = ["path", "label", "kind", "group", "answer", "log10_lr", "p_generated", "named",
               "likeliest", "source_set"]  # fmt: skip
    rows: Rows = [
        [name(r.path), r.label, r.kind, r.group, v.answer.value, v.log10_lr, v.p_generated,
         v.source, max(v.sources, key=lambda s: v.sources[s]), " ".join(v.source_set)]
        for r, v in zip(judged.records, judged.verdicts, strict=True)
    ]  # fmt: skip
    return Table(f"verdicts_{judged.handling}", f"Verdicts, {judged.handling}", columns, rows)


def study(rows: Sequence[Row]) -> list[Table]:
    """Accuracy, precision, recall and F1 of the six feature sets beside the study's own."""
    measured = ["accuracy", "precision", "recall", "F1"]
    columns = ["features", "handling", *measured, *(f"{name}, study" for name in measured),
               "AUC", "attribution", "images"]  # fmt: skip
    note = (
        "Generated is positive, real and generated images weigh alike. One classifier (linear "
        "discriminant, shrunk covariance) for all; luma of 128x128 px on the 64-px lattice. raw: "
        "as stored; h75: every image JPEG 75, so that no container gives a source away. “Study”: "
        "the numbers of the study that this software follows, on its own images."
    )
    out = []
    for name, title, where in (
        ("study_spatial", "Denoised image and residual, spatial domain", "spatial"),
        ("study_frequency", "Magnitude and phase, frequency domain", ""),
    ):
        lines: Rows = [
            [r.features, r.handling, r.accuracy, r.precision, r.recall, r.f1,
             *(f"{v:.2f}" for v in PUBLISHED[r.features]), r.auc, r.attribution, r.n]
            for r in rows
            if r.features.endswith("spatial") == bool(where)
        ]  # fmt: skip
        out.append(Table(name, title, columns, lines, note))
    return out
