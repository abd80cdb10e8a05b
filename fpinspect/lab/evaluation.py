"""A whole evaluation: verdicts, tables, curves and pictures into one folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fpinspect.lab import (
    copies,
    curves,
    evaluate,
    figures,
    folders,
    leave_out,
    measures,
    seed_figure,
    seed_tables,
    style,
    tables,
)
from fpinspect.lab.baselines import comparison
from fpinspect.lab.folders import Subjects
from fpinspect.lab.measures import Judged
from fpinspect.lab.tables import Table
from fpinspect.verdict.classifier import Heads

BY_SOURCE = ("raw", "q75")
"""Handlings whose false positives are told source by source."""
STUDY_LIMIT = 250
"""Training images of each source for the six feature sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to do.

    Attributes
    ----------
    split : str
        Of a manifest with splits.
    handlings : sequence of str
        Names as in `fpinspect.lab.copies.HANDLINGS`; all if empty.
    cache : pathlib.Path or None
        Folder for measured vectors; ``cache`` in the output folder by default.
    weights : pathlib.Path or None
        Folder of the heads; the shipped ones by default.
    jobs : int
        Processes.
    compare : bool
        Measure the six feature sets and the baselines as well (where the manifest has a training
        split).
    """

    split: str = "test"
    handlings: Sequence[str] = ()
    cache: Path | None = None
    weights: Path | None = None
    jobs: int = 1
    compare: bool = True
    leave_out: bool = False


def run(source: Path, out: Path, options: Options, say: Callable[[str], None] = print) -> Path:
    """Evaluate and write everything.

    Parameters
    ----------
    source : pathlib.Path
        See `fpinspect.lab.folders.load`.
    out : pathlib.Path
        Folder for the results; made if need be.
    options : Options
        What to do.
    say : callable
        Told each step in a line.

    Returns
    -------
    pathlib.Path
        ``evaluation.md``.

    Raises
    ------
    ValueError
        In plain words, for unknown handlings and unusable images, caches and weights.
    """
    handlings = _handlings(options.handlings)
    subjects = folders.load(source, options.split)
    heads = Heads.load(options.weights)
    out.mkdir(parents=True, exist_ok=True)
    cache = options.cache or out / "cache"
    for note in subjects.notes:
        say(note)
    judged = evaluate.judge(subjects, heads, cache, handlings, jobs=options.jobs)
    rows, ranges = evaluate.product(subjects, judged)
    found = [tables.product(rows, ranges), *_own_tables(judged)]
    pictures = _own_pictures(judged, out)
    for part in judged:
        tables.verdicts(part, source.resolve()).write_csv(out)
    if options.compare and subjects.training:
        say("the six feature sets of the study")
        study = seed_tables.tables(
            subjects.training, subjects.records, cache, limit=STUDY_LIMIT, workers=options.jobs
        )
        say("the baselines")
        compared = comparison.compare(
            subjects.training, subjects.records, cache, out, workers=options.jobs, say=say
        )
        found += [*tables.study(study), comparison.one_table(rows, compared)]
        found += [comparison.in_full(rows, compared), *compared.tables]
        pictures.append(out / comparison.PICTURE)
    if options.leave_out:
        found.append(_left_out(source, cache, out, options.jobs, say))
    spectra = seed_figure.spectra(
        subjects.training or subjects.records, cache, workers=options.jobs
    )
    if spectra:
        pictures.append(style.save(figures.draw_spectra(spectra), out / "spectra.png"))
    for table in found:
        table.write_csv(out)
    evaluate.write_json(out / "evaluation.json", rows, ranges)
    page = out / "evaluation.md"
    page.write_text(_page(source, options, subjects, found, pictures), encoding="utf-8")
    return page


def _handlings(names: Sequence[str]) -> list[str]:
    known = [handling.name for handling in copies.HANDLINGS]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no handling {unknown[0]!r}; there are {', '.join(known)}")
    return [name for name in known if not names or name in names]


def _left_out(source: Path, cache: Path, out: Path, jobs: int, say: Callable[[str], None]) -> Table:
    """Leave out one generator after the other: only where the training's manifest lies."""
    if not (source / "manifest.csv").is_file():
        raise ValueError("to leave generators out takes the folder of the training's manifest")
    return leave_out.table(leave_out.run(source, cache, out, jobs=jobs, say=say))


def _own_tables(judged: Sequence[Judged]) -> list[Table]:
    summaries = [measures.summarise(part) for part in judged]
    found = [tables.answers(summaries), tables.calibration(summaries)]
    by_source = [part for part in judged if part.handling in BY_SOURCE] or judged[:1]
    if any(record.target == 0 for record in judged[0].records):
        found.append(tables.false_positives(by_source))
    return [*found, *(tables.confusion(part) for part in judged)]


def _own_pictures(judged: Sequence[Judged], out: Path) -> list[Path]:
    drawn = [style.save(figures.draw_confusions(judged), out / "confusion.png")]
    if curves.roc(judged[0]) is not None:
        drawn += [
            style.save(curves.draw_roc(judged), out / "roc.png"),
            style.save(curves.draw_det(judged), out / "det.png"),
            style.save(curves.draw_reliability(judged), out / "reliability.png"),
        ]
    return drawn


_CSV_ONLY = ("confusion_", "baselines_full")
_CAPTIONS = {
    "confusion": "Likeliest source (columns) of the images of each source (rows, with how many).",
    "roc": "True against false positives as the threshold moves.",
    "det": "Both errors on normal-deviate axes; nearer to the lower left is better.",
    "reliability": "A point on the dotted line says what is so.",
    "attention": "Class activation maps of the whole-image network on the test images as stored.",
    "spectra": "Mean residual of luma on the 64-px lattice, log-magnitude (eqs. 1 to 3).",
}


def _page(
    source: Path,
    options: Options,
    subjects: Subjects,
    found: Sequence[Table],
    pictures: Sequence[Path],
) -> str:
    import fpinspect

    command = f"fpinspect lab evaluate {source} --out DIR"
    if subjects.training:
        command += f" --split {options.split}"
    lines = [
        "# Evaluation",
        "",
        f"fpinspect {fpinspect.__version__}, {len(subjects.records)} images: `{command}`",
        "",
        *(f"- {note}" for note in subjects.notes),
        "",
    ]
    for table in found:
        if not table.name.startswith(_CSV_ONLY):
            lines += [table.markdown()]
    for path in pictures:
        lines += [f"![{path.stem}]({path.name})", "", _CAPTIONS[path.stem], ""]
    return "\n".join(lines)
