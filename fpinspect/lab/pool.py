"""Measuring many images once: a pool of processes, and a cache that knows what it holds."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from fpinspect.lab.dataset import Record

Job = TypeVar("Job")
Result = TypeVar("Result")
F16 = npt.NDArray[np.float16]


def one_thread() -> None:
    """Keep torch to one thread: the processes of the pool share the cores."""
    import torch

    torch.set_num_threads(1)


def measure(
    function: Callable[[Job], Result], jobs: Sequence[Job], *, workers: int
) -> Iterator[Result]:
    """Run a function over jobs in order, in `workers` processes (in this one if there is one)."""
    if workers <= 1:
        yield from map(function, jobs)
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=one_thread) as pool:
        yield from pool.map(function, jobs, chunksize=4)


def digest(records: Iterable[Record], *more: object) -> str:
    """Short name of a set of files as they are now: 12 hexadecimal digits.

    Parameters
    ----------
    records : iterable of Record
        Their paths, sizes in bytes and times of change count.
    *more : object
        Whatever else the result depends on.
    """
    state = hashlib.sha256(repr(more).encode())
    for record in records:
        found = record.path.stat()
        state.update(f"{record.path.resolve()}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return state.hexdigest()[:12]


def measured(
    function: Callable[[Job], F16],
    jobs: Sequence[Job],
    target: Path,
    *,
    workers: int,
) -> F16:
    """Vectors of all jobs, stacked and cached in `target`.

    Parameters
    ----------
    function : callable
        ``function(job)`` gives a float16 array, of the same shape for every job.
    jobs : sequence
        What to measure.
    target : pathlib.Path
        The ``.npy`` file; its name must tell apart what depends on different data.
    workers : int
        Processes.

    Returns
    -------
    numpy.ndarray
        (jobs, ...) float16.
    """
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        parts = []
        for i, part in enumerate(measure(function, jobs, workers=workers), start=1):
            parts.append(part)
            if i % 100 == 0 or i == len(jobs):
                note = {"cache": target.stem, "done": i, "total": len(jobs)}
                print(json.dumps(note), file=sys.stderr, flush=True)
        partial = target.with_suffix(".partial.npy")
        np.save(partial, np.stack(parts), allow_pickle=False)
        partial.rename(target)
    found: F16 = np.load(target, mmap_mode="r", allow_pickle=False)
    return found
