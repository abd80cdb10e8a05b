"""Worker processes that may die: each has a pipe of its own and holds one item at a time.

Why not a pool of the standard library or of a package: one dead worker breaks the executor of
``concurrent.futures`` and of loky as a whole. Pebble goes on, but its workers share one pipe and
two semaphores (a worker killed while it holds one stalls the others), it does not see a worker
that ends with status 0, and it waits three seconds for a worker that is deep in a C call. Here a
dead worker names the item it died of, and nothing is shared that it could leave locked.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing import connection
from typing import TYPE_CHECKING, Any

from fpinspect.batch.environment import ONE_THREAD, inherited, keep_freed_memory
from fpinspect.batch.outcome import (
    EngineFactory,
    EngineStartError,
    Outcome,
    Record,
    inspect_one,
    lost,
    start_words,
)

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from fpinspect.evidence.sources import Item

_log = logging.getLogger(__name__)

#: So many workers in a row may die before they are ready; then the pool gives up.
_START_ATTEMPTS = 3


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    pipe: connection.Connection[Any, Any]
    task: tuple[int, Item] | None = None
    blank: Record | None = None  # its engine's error record of no file; None: no engine yet
    since: float = 0.0  # when its item was begun, monotonic clock


class WorkerPool:
    """Processes that inspect items, started when there is work and replaced when they die.

    Parameters
    ----------
    engine_factory : callable
        Picklable; called once in each process.
    jobs : int
        At most so many processes.
    timeout_s : float or None
        An item that takes longer is given up and its process killed.
    """

    def __init__(self, engine_factory: EngineFactory, jobs: int, timeout_s: float | None) -> None:
        self.jobs = jobs
        self._factory = engine_factory
        self._timeout_s = timeout_s
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._queue: deque[tuple[int, Item]] = deque()
        self._failed_starts = 0

    @property
    def has_room(self) -> bool:
        """Whether another item would be begun at once."""
        return len(self._queue) + sum(w.task is not None for w in self._workers) < self.jobs

    def give(self, index: int, item: Item) -> None:
        """Hand an item to an idle worker, starting one if there is none.

        Parameters
        ----------
        index : int
            Comes back with the outcome.
        item : Item
            The file.
        """
        self._queue.append((index, item))
        self._feed()

    def collect(self, timeout: float) -> list[tuple[int, Outcome]]:
        """Wait for outcomes; deal with dead and slow workers.

        Parameters
        ----------
        timeout : float
            Seconds to wait at most; comes back earlier with the first outcome.

        Returns
        -------
        list of (int, Outcome)
            In the order of their arrival, possibly none.

        Raises
        ------
        EngineStartError
            If no worker can make an engine.
        """
        handles: dict[Any, _Worker] = {worker.pipe: worker for worker in self._workers}
        handles |= {worker.process.sentinel: worker for worker in self._workers}
        heard = {handles[handle] for handle in connection.wait(list(handles), timeout)}
        found: list[tuple[int, Outcome]] = []
        for worker in heard:
            self._hear(worker, found)
        for worker in self._workers.copy():
            self._check_time(worker, found)
        self._feed()
        return found

    def close(self) -> None:
        """Kill the workers: they hold nothing that needs an orderly end."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers.copy():
            self._remove(worker)

    def _feed(self) -> None:
        while self._queue:
            worker = next((w for w in self._workers if w.task is None), None)
            if worker is None:
                if len(self._workers) == self.jobs:
                    return
                worker = self._start()
            worker.task = self._queue.popleft()
            worker.since = time.monotonic()
            # That a worker has just died is seen, with its item, by `collect`.
            with contextlib.suppress(OSError):
                worker.pipe.send(worker.task[1])

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(theirs, self._factory), name="fpinspect-worker", daemon=True
        )
        try:
            # Several workers with several threads each only get in each other's way, and the
            # results of one thread are the same to the bit on any machine.
            with inherited(ONE_THREAD), _stop_signals_held():
                process.start()
        except OSError as exc:
            ours.close()
            raise EngineStartError(f"no further process can be started: {exc}") from exc
        finally:
            theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _hear(self, worker: _Worker, found: list[tuple[int, Outcome]]) -> None:
        try:
            while worker.pipe.poll():
                message = worker.pipe.recv()
                if isinstance(message, Outcome) and worker.task:
                    index, item = worker.task
                    worker.task = None
                    found.append((index, replace(message, item=item)))
                elif isinstance(message, dict):
                    worker.blank = message
                    worker.since = time.monotonic()
                    self._failed_starts = 0
                else:
                    raise EngineStartError(str(message))
        except (EOFError, OSError):
            self._bury(worker, found)

    def _bury(self, worker: _Worker, found: list[tuple[int, Outcome]]) -> None:
        worker.process.join(1.0)
        cause = _cause_of_death(worker.process.exitcode)
        _log.info("worker %s %s", worker.process.pid, cause)
        self._remove(worker)
        if worker.blank is None:
            # It has not begun its item: another worker gets it.
            self._failed_starts += 1
            if self._failed_starts >= _START_ATTEMPTS:
                raise EngineStartError(f"the engine cannot start: its process {cause}")
            if worker.task:
                self._queue.appendleft(worker.task)
        elif worker.task:
            index, item = worker.task
            words = f"The process that inspected it {cause}: the file may break its decoder."
            found.append((index, lost(item, words, worker.blank)))

    def _check_time(self, worker: _Worker, found: list[tuple[int, Outcome]]) -> None:
        if self._timeout_s is None or worker.blank is None or not worker.task:
            return
        if time.monotonic() - worker.since > self._timeout_s:
            index, item = worker.task
            words = f"It took longer than {self._timeout_s:g} s and was stopped."
            found.append((index, lost(item, words, worker.blank)))
            self._remove(worker)

    def _remove(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join(1.0)
        worker.pipe.close()


def _cause_of_death(exitcode: int | None) -> str:
    if exitcode is None:
        return "closed its connection"
    if exitcode >= 0:
        return f"ended unexpectedly (status {exitcode})"
    try:
        name = signal.Signals(-exitcode).name
    except ValueError:
        name = f"signal {-exitcode}"
    hint = ", perhaps for want of memory" if name == "SIGKILL" else ""
    return f"was ended by {name}{hint}"


def limit_threads() -> None:
    """Give the numeric libraries that are not loaded yet one thread each, as in a worker.

    For a process that inspects by itself: OpenMP's threads wait for each other by spinning, so
    that on a busy machine two of them take many times the processor time of one. What the user
    has set stays.
    """
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)


@contextlib.contextmanager
def _stop_signals_held() -> Iterator[None]:
    # A Ctrl-C reaches the whole process group. The new process inherits the blocked signals, so
    # that none can hit it before `_work` has said that they are the parent's business.
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: connection.Connection[Any, Any], engine_factory: EngineFactory) -> None:
    """Serve items until the pipe closes: what runs in a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if os.environ.get("FPINSPECT_VERBOSE"):
        faulthandler.enable()  # not always: a stack on stderr tears the terminal's table apart
    keep_freed_memory()
    try:
        engine = engine_factory()
    except Exception as exc:
        pipe.send(start_words(exc))
        return
    # The parent may be gone while an item was at work: nobody is left to tell.
    with contextlib.suppress(EOFError, OSError):
        pipe.send(engine.error_record("", ""))
        while True:
            pipe.send(inspect_one(engine, pipe.recv()))


def _end_with_parent() -> None:
    # A parent that was killed cannot end its workers; they would finish a long item for nobody.
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
