"""Many images on this machine: one outcome per item, in the order of the items."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Sized
from typing import TYPE_CHECKING

from fpinspect.batch.outcome import (
    Engine,
    EngineFactory,
    EngineStartError,
    Outcome,
    inspect_one,
    start_words,
)
from fpinspect.batch.pool import WorkerPool
from fpinspect.batch.progress import Progress, SilentProgress

if TYPE_CHECKING:
    from fpinspect.evidence.sources import Item

__all__ = ["Engine", "EngineFactory", "EngineStartError", "Outcome", "inspect_many", "inspect_one"]

#: Seconds between two looks at the progress (is it cancelled? is an item over its time?).
TICK_S = 0.1
#: Outcomes that may wait for an earlier, slower item, per worker; bounds the memory.
_WINDOW_PER_WORKER = 32


def inspect_many(
    items: Iterable[Item],
    *,
    engine_factory: EngineFactory,
    jobs: int = 1,
    progress: Progress | None = None,
    timeout_s: float | None = None,
) -> Generator[Outcome, None, None]:
    """Inspect many items; give the outcomes in the order of the items.

    The memory does not grow with the number of items: at most ``32 * jobs`` outcomes are held.
    When cancelled, the outcomes that are ready are given (in order, with gaps) and the iteration
    ends; workers are killed, not waited for. Closing the iterator does the same at once.

    Parameters
    ----------
    items : iterable of Item
        Consumed lazily; its length, if it has one, is the total that `progress` gets.
    engine_factory : callable
        Makes an `Engine`, once per process; picklable (a module-level function, a
        `functools.partial` of one, a dataclass with ``__call__``) unless `jobs` is 1.
    jobs : int
        Worker processes (started by spawn, one thread of computation each). With 1 and no
        `timeout_s` everything runs in this process: no crash isolation, no start-up time, and as
        many threads as the process has (`fpinspect.batch.pool.limit_threads`).
    progress : Progress, optional
        Told of each item and asked ten times a second whether to stop (between two items when
        everything runs in this process).
    timeout_s : float, optional
        An item that takes longer becomes an item error and its worker is replaced.

    Yields
    ------
    Outcome
        One per item.

    Raises
    ------
    EngineStartError
        If no engine can be made.
    ValueError
        If `jobs` is below 1 or `timeout_s` is not positive.
    """
    if jobs < 1:
        raise ValueError(f"jobs must be 1 or more, not {jobs}")
    if timeout_s is not None and timeout_s <= 0:
        raise ValueError(f"timeout_s must be positive, not {timeout_s}")
    progress = progress or SilentProgress()
    total = len(items) if isinstance(items, Sized) else 0
    if jobs == 1 and timeout_s is None:
        return _run_here(items, total, engine_factory, progress)
    jobs = min(jobs, total) if total else jobs
    return _run_pool(items, total, WorkerPool(engine_factory, jobs, timeout_s), progress)


def _run_here(
    items: Iterable[Item], total: int, engine_factory: EngineFactory, progress: Progress
) -> Generator[Outcome, None, None]:
    progress.update(0, total, "loading the models")
    if progress.cancelled():
        return
    try:
        engine = engine_factory()
    except Exception as exc:
        raise EngineStartError(start_words(exc)) from exc
    for done, item in enumerate(items):
        if progress.cancelled():
            return
        progress.update(done, total, item.path)
        outcome = inspect_one(engine, item)
        progress.update(done + 1, total, item.path)
        yield outcome


def _run_pool(
    items: Iterable[Item], total: int, pool: WorkerPool, progress: Progress
) -> Generator[Outcome, None, None]:
    waiting = enumerate(items)
    ready: dict[int, Outcome] = {}  # their turn has not come
    begun = given = done = 0
    exhausted = False
    message = "loading the models"
    with contextlib.closing(pool):
        while not progress.cancelled():
            while (
                not exhausted and pool.has_room and begun - given < _WINDOW_PER_WORKER * pool.jobs
            ):
                task = next(waiting, None)
                if task is None:
                    exhausted = True
                else:
                    pool.give(*task)
                    begun += 1
            if exhausted and given == begun:
                return
            for index, outcome in pool.collect(0.0 if given in ready else TICK_S):
                ready[index] = outcome
                done += 1
                message = outcome.item.path
            progress.update(done, total, message)
            # One at a time: the workers are fed between two that the reader writes.
            if given in ready and not progress.cancelled():
                yield ready.pop(given)
                given += 1
        for index in sorted(ready):
            yield ready[index]
