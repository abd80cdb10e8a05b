"""Images to an entry: read, denoise, accumulate, and say what was used."""

from __future__ import annotations

import csv
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

import numpy as np

from fpinspect.evidence.image import ItemError, read_evidence
from fpinspect.fingerprint.accumulate import Fingerprint, SourceAccumulator
from fpinspect.fingerprint.entry import PLENTY, Entry, EntryArrays
from fpinspect.fingerprint.manifest import (
    BAND_TITLES,
    BANDS,
    BankError,
    EntryInfo,
    band,
    check_label,
)
from fpinspect.fingerprint.pattern import Harmonics, period
from fpinspect.fingerprint.photographs import Photographs

CHUNK = 32
"""Images a task adds up before merging: fixed, so that the sums do not depend on the jobs."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Sample:
    """One image to enrol.

    Attributes
    ----------
    path : Path
        The file.
    origin : tuple of int
        Lattice position ``(y, x)`` of its first pixel.
    group : str
        What it shares a history with: repository, prompt or sequence; empty if not known.
    """

    path: Path
    origin: tuple[int, int] = (0, 0)
    group: str = ""


@dataclass
class Enrolled:
    """What a set of images amounts to; mergeable.

    Attributes
    ----------
    sums : SourceAccumulator
        The accumulated fingerprints.
    hashes : list of str
        SHA-256 of the files that were used.
    history : Counter
        JPEG band -> files.
    groups : set of str
        Groups that were used.
    failures : list of (str, str)
        Path and reason, in plain words, of files that were not used.
    """

    sums: SourceAccumulator = field(default_factory=SourceAccumulator)
    hashes: list[str] = field(default_factory=list)
    history: Counter[str] = field(default_factory=Counter)
    groups: set[str] = field(default_factory=set)
    failures: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def against(cls, photographs: Photographs | None) -> Self:
        """Return an empty set; the mean residual of photographs will be subtracted."""
        offsets = None if photographs is None else photographs.offsets
        return cls(sums=SourceAccumulator(offsets))

    def merge(self, other: Enrolled) -> Enrolled:
        """Add another set's sums to this one's and return this one."""
        self.sums.merge(other.sums)
        self.hashes += other.hashes
        self.history += other.history
        self.groups |= other.groups
        self.failures += other.failures
        return self

    @property
    def inputs_sha256(self) -> str:
        """SHA-256 over the sorted hashes of the files, one a line."""
        return hashlib.sha256("".join(f"{h}\n" for h in sorted(self.hashes)).encode()).hexdigest()


def enrol(
    samples: Sequence[Sample],
    *,
    denoiser: str = "wavelet",
    photographs: Photographs | None = None,
    jobs: int = 1,
    advance: Callable[[int], None] | None = None,
) -> Enrolled:
    """Accumulate the fingerprints of many images.

    Parameters
    ----------
    samples : sequence of Sample
        The images; a file given twice (same SHA-256) votes once.
    denoiser : str
        Name of the denoiser.
    photographs : Photographs or None
        Whose mean residual is subtracted from the patterns, by the JPEG band of each image.
    jobs : int
        Processes. The result does not depend on it.
    advance : callable or None
        Told how many more images are done.

    Returns
    -------
    Enrolled
        Sums and what was used; images that cannot be used are in ``failures``.
    """
    chunks = [samples[i : i + CHUNK] for i in range(0, len(samples), CHUNK)]
    offsets = None if photographs is None else photographs.offsets
    work = partial(_chunk, denoiser=denoiser, offsets=offsets)
    total = Enrolled(sums=SourceAccumulator(offsets))
    seen: set[str] = set()
    for chunk, done in zip(chunks, map_chunks(work, samples, jobs), strict=True):
        repeated = seen.intersection(done.hashes)
        if repeated:  # rare: add that chunk again without the copies
            done = work(chunk, skip=frozenset(repeated))
        seen.update(done.hashes)
        total.merge(done)
        if advance is not None:
            advance(len(chunk))
    return total


def map_chunks(
    work: Callable[[Sequence[Sample]], Result], samples: Sequence[Sample], jobs: int
) -> Iterator[Result]:
    """Apply work to chunks of samples, here or in processes; results in order.

    Parameters
    ----------
    work : callable
        Takes some samples; importable by name, since it may run in another process.
    samples : sequence of Sample
        What to work on, `CHUNK` at a time.
    jobs : int
        Processes.

    Yields
    ------
    object
        What work returns, chunk by chunk.
    """
    chunks = [samples[i : i + CHUNK] for i in range(0, len(samples), CHUNK)]
    if jobs <= 1 or len(chunks) <= 1:
        yield from map(work, chunks)
        return
    import multiprocessing

    context = multiprocessing.get_context("spawn")  # torch's threads do not survive a fork
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_single_thread) as pool:
        yield from pool.map(work, chunks)


def _single_thread() -> None:
    """Keep a worker to one core: the processes share the machine."""
    import torch

    torch.set_num_threads(1)
    if hasattr(os, "nice"):
        os.nice(5)


def _chunk(
    samples: Sequence[Sample],
    *,
    denoiser: str,
    offsets: Mapping[str, Harmonics] | None,
    skip: frozenset[str] = frozenset(),
) -> Enrolled:
    """Accumulate some images in this process."""
    from fpinspect.signal.residual import separate

    done = Enrolled(sums=SourceAccumulator(offsets))
    seen = set(skip)
    for sample in samples:
        try:
            evidence = read_evidence(str(sample.path))
            if evidence.sha256 in seen:
                done.failures.append((str(sample.path), "a copy of an image that was used already"))
                continue
            planes = evidence.planes()
            residual, denoised = separate(planes, denoiser=denoiser)
            coding = band(evidence.facts.jpeg_quality)
            done.sums.add(residual, denoised, sample.origin, band=coding)
        except (ItemError, ValueError) as error:
            done.failures.append((str(sample.path), str(error)))
            continue
        seen.add(evidence.sha256)
        done.hashes.append(evidence.sha256)
        done.history[coding] += 1
        if sample.group:
            done.groups.add(sample.group)
    return done


def make_entry(
    enrolled: Enrolled,
    *,
    label: str,
    title: str = "",
    kind: str = "generator",
    photographs: Photographs | None = None,
    denoiser: str = "wavelet",
    note: str = "",
    created: str = "",
) -> Entry:
    """Make a bank's entry of accumulated images.

    Parameters
    ----------
    enrolled : Enrolled
        As returned by `enrol`, or put together by hand.
    label, title : str
        Short name, and the name for humans (default: the label).
    kind : str
        ``"generator"``, or ``"photographs"``: nothing is subtracted from these.
    photographs : Photographs or None
        Mean residuals of photographs to subtract, those coded like the images, and the
        photographs for the null. None: nothing is subtracted, p-values will be analytic.
    denoiser : str
        Name of the denoiser that made the residuals.
    note : str
        Anything a reader should know.
    created : str
        Date; default today.

    Returns
    -------
    Entry
        In memory, ready for `Bank.with_entry`.

    Raises
    ------
    BankError
        If the label may not be one, no image was used, or the photographs are of another
        denoiser.
    """
    from fpinspect.signal.denoise import get_denoiser

    check_label(label)
    version = get_denoiser(denoiser).version
    if photographs is not None:
        theirs = (photographs.denoiser, photographs.denoiser_version)
        if theirs != (denoiser, version):
            raise BankError(
                f"the photographs were denoised by {theirs[0]} (version {theirs[1]}), "
                f"the images by {denoiser} (version {version})"
            )
    try:
        fingerprints = enrolled.sums.finish()
    except ValueError as error:
        raise BankError(f"no image could be used for {label!r}") from error
    subtract = photographs if kind == "generator" else None
    baselines = {
        lattice: np.zeros_like(item.residual.mean)
        if subtract is None
        else subtract.baseline(enrolled.history, lattice)
        for lattice, item in fingerprints.items()
    }
    # Sums that were made without photographs have theirs subtracted afterwards, less exactly:
    # harmonics beyond the limit were clipped before.
    late = subtract is not None and enrolled.sums.offsets is None
    offsets = subtract.offsets if subtract is not None and late else {}
    info = EntryInfo(
        label=label,
        title=title or label,
        kind=kind,
        images={size: item.images for size, item in fingerprints.items()},
        groups=len(enrolled.groups),
        denoiser=denoiser,
        denoiser_version=version,
        period=16,
        jpeg_history=dict(enrolled.history),
        baseline=_baseline_words(enrolled.history) if subtract is not None else "none subtracted",
        inputs_sha256=enrolled.inputs_sha256,
        created=created or date.today().isoformat(),
        note=note,
    )
    arrays = EntryArrays(fingerprints=fingerprints, baselines=baselines, offsets=offsets)
    entry = Entry.of(info, arrays)
    info = replace(info, period=_period(fingerprints[max(fingerprints)], offsets))
    if photographs is not None:
        found = photographs.arrays.nulls(entry.signals)
        arrays = replace(arrays, nulls=found.statistics, levels=found.levels)
    return Entry.of(info, arrays)


def _period(fingerprint: Fingerprint, offsets: Mapping[str, Harmonics]) -> int:
    """Return the period that the least coded images tell, if they are many, else the most."""
    patterns = fingerprint.patterns
    plenty = [name for name in BANDS if name in patterns and patterns[name].images >= PLENTY]
    name = plenty[0] if plenty else max(patterns, key=lambda band: patterns[band].images)
    return period(patterns[name], offsets.get(name))


def _baseline_words(history: Mapping[str, int]) -> str:
    """Say which mean residual was subtracted."""
    total = sum(history.values())
    titles = BAND_TITLES | {BANDS[0]: "never JPEG"}
    parts = [f"{titles[name]} ({count / total:.0%})" for name, count in history.items()]
    return "what stands out of the mean residual of real photographs: " + ", ".join(parts)


def read_samples(manifest: Path, where: Iterable[str] = ()) -> list[Sample]:
    """Read the images that a manifest lists, at their lattice positions.

    Parameters
    ----------
    manifest : Path
        CSV with a column ``path`` (relative to the manifest's folder) and, where known,
        ``crop_x``, ``crop_y`` and ``group``.
    where : iterable of str
        Conditions ``column=value``; all must hold. ``column=a|b`` accepts either.

    Returns
    -------
    list of Sample
        In the manifest's order.

    Raises
    ------
    BankError
        If the manifest cannot be read, or a condition names no column of it.
    """
    conditions = []
    for text in where:
        column, found, value = text.partition("=")
        if not found:
            raise BankError(f"a condition reads column=value, not {text!r}")
        conditions.append((column.strip(), value.split("|")))
    try:
        with manifest.open(newline="", encoding="utf-8") as stream:
            rows = csv.DictReader(stream)
            columns = set(rows.fieldnames or ())
            for column in ("path", *(name for name, _ in conditions)):
                if column not in columns:
                    raise BankError(f"{manifest} has no column {column!r}")
            return [
                _sample(manifest.parent, row)
                for row in rows
                if all(row[column] in values for column, values in conditions)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BankError(f"{manifest} cannot be read as CSV: {error}") from error


def _sample(folder: Path, row: dict[str, str]) -> Sample:
    """Make a sample of a manifest's row."""
    try:
        origin = int(row.get("crop_y") or 0), int(row.get("crop_x") or 0)
    except ValueError:
        raise BankError(f"{row['path']}: crop_x and crop_y must be whole numbers") from None
    return Sample(folder / row["path"], origin, row.get("group") or "")
