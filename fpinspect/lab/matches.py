"""How labelled images match fingerprints that were made without them, once.

The heads weigh the matches of an image (`fpinspect.verdict.matched`). What a match is worth can
only be learnt from images that took no part in the fingerprint, so every fold of the training has
a bank without its images; images of other splits are matched with the bank that ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import read_evidence
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.enrol import enrol, make_entry, read_samples
from fpinspect.fingerprint.match import match
from fpinspect.lab import copies
from fpinspect.lab.build_bank import DENOISER, SOURCES
from fpinspect.lab.dataset import Record
from fpinspect.lab.pool import measure
from fpinspect.verdict import assess, matched, tiles
from fpinspect.verdict.classifier import Heads
from fpinspect.verdict.tiles import TileSet

F64 = npt.NDArray[np.float64]

RESIZED = "resized"
"""Besides the handlings of the tables: resized at random, not coded (a training copy)."""


def bank_without(data: Path, held: set[Path], jobs: int) -> Bank:
    """Make the generators' fingerprints as those that ship, without some images of ``train``.

    Parameters
    ----------
    data : pathlib.Path
        Folder of the manifest.
    held : set of pathlib.Path
        Files to leave out, resolved.
    jobs : int
        Processes.
    """
    photographs = Bank.load().photographs
    bank = Bank(photographs=photographs)
    for source in SOURCES:
        samples = read_samples(data / "manifest.csv", ("split=train", *source.where))
        enrolled = enrol(
            [sample for sample in samples if sample.path.resolve() not in held],
            denoiser=DENOISER,
            photographs=photographs,
            jobs=jobs,
        )
        bank = bank.with_entry(
            make_entry(enrolled, label=source.label, title=source.title, photographs=photographs)
        )
    return bank


@lru_cache(maxsize=4)
def _bank(folder: str) -> Bank:
    return Bank.load(Path(folder) if folder else None)


def excess_of(codes: npt.NDArray[np.uint8], quality: float | None, bank: Bank) -> F64:
    """Match the pixels of an image: (8,) float64, see `fpinspect.verdict.matched.excesses`.

    Parameters
    ----------
    codes : numpy.ndarray
        (3, H, W) uint8.
    quality : float or None
        JPEG quality of the file.
    bank : Bank
        With all entries that the heads look at.

    Raises
    ------
    ValueError
        If the bank lacks one of them.
    """
    residual, origin = tiles.cut(codes, max_tiles=16).mosaic()
    found = matched.excesses(match(residual, bank, jpeg_quality=quality, origin=origin))
    if found is None:
        raise ValueError(f"the bank lacks one of the entries {', '.join(matched.ENTRIES)}")
    return found


def opinions_of(
    codes: npt.NDArray[np.uint8], heads: Heads, quality: int | None
) -> tuple[F64, TileSet]:
    """Judge an image as the product does: (9, 6) logits of all opinions, and its tiles.

    Parameters
    ----------
    codes : numpy.ndarray
        (3, H, W) uint8.
    heads : Heads
        Trained weights.
    quality : int or None
        JPEG quality of the file.
    """
    tileset = tiles.cut(codes, max_tiles=16)
    residual, origin = tileset.mosaic()
    found = match(residual, _bank(""), jpeg_quality=quality, origin=origin)
    return assess.with_matches(
        assess.judge(tileset, heads).opinions, heads, found, quality
    ), tileset


def _job(job: tuple[Record, str, str]) -> F64:
    record, handling, folder = job
    codes = np.ascontiguousarray(np.moveaxis(read_evidence(record.path).codes(), 0, -1))
    if handling == RESIZED:
        handled = copies.training_copy(
            codes, copies.RESIZED_COPY, key=copies.key_of(record.path), stored=record.quality
        )
        quality = None
    else:
        chosen = copies.handling_named(handling)
        handled = chosen.apply(codes, record.quality)
        quality = copies.file_quality(handling, record.quality)
    return excess_of(np.ascontiguousarray(np.moveaxis(handled, -1, 0)), quality, _bank(folder))


def excess_table(
    records: Sequence[Record],
    cache: Path,
    *,
    name: str,
    handling: str,
    jobs: int,
    banks: Sequence[Path] | None = None,
) -> F64:
    """Measure the matches of whole images under one handling: (N, 8) float64, cached.

    Parameters
    ----------
    records : sequence of Record
        N images.
    cache : pathlib.Path
        Folder for what was measured; keyed by nothing but its folder, as the features are.
    name : str
        Of the images, for the cache.
    handling : str
        As in `fpinspect.lab.copies.handling_named`, or `RESIZED`.
    jobs : int
        Processes.
    banks : sequence of pathlib.Path, optional
        The bank for each image; the one that ships by default.
    """
    path = cache / f"{name}_{handling}_excess.npy"
    if not path.exists():
        folders = [""] * len(records) if banks is None else [str(bank) for bank in banks]
        work = [(r, handling, folder) for r, folder in zip(records, folders, strict=True)]
        found = np.stack(list(measure(_job, work, workers=jobs)))
        cache.mkdir(parents=True, exist_ok=True)
        np.save(path, found, allow_pickle=False)
        print(f"matches of {name} under {handling}: {len(found)} images", flush=True)
    return np.asarray(np.load(path, allow_pickle=False), np.float64)


def fold_tables(
    training: Sequence[Record],
    fold: npt.NDArray[np.int64],
    data: Path,
    cache: Path,
    handlings: Sequence[str],
    *,
    jobs: int,
) -> dict[str, F64]:
    """Measure training images with banks that hold none of their fold: by handling.

    Parameters
    ----------
    training : sequence of Record
        N images.
    fold : numpy.ndarray
        (N,) the fold of every image.
    data, cache : pathlib.Path
        Folder of the manifest; for what was measured, the banks included.
    handlings : sequence of str
        As in `excess_table`.
    jobs : int
        Processes.
    """
    names = [f"{handling}_excess.npy" for handling in handlings]
    if not all((cache / f"train_{name}").exists() for name in names):
        for k in np.unique(fold):
            folder = cache / f"bank_fold{k}"
            if not folder.exists():
                held = {r.path.resolve() for r, f in zip(training, fold, strict=True) if f == k}
                bank_without(data, held, jobs).save(folder)
    banks = [cache / f"bank_fold{k}" for k in fold]
    return {
        handling: excess_table(
            training, cache, name="train", handling=handling, jobs=jobs, banks=banks
        )
        for handling in handlings
    }
