"""Jobs in threads of the pool, each with an engine, a token and a generation number."""

from __future__ import annotations

import logging
import queue
import time
import traceback
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from fpinspect.batch.progress import CancelToken
from fpinspect.gui.engine import CancelledError, Engine, EngineError, OnProgress
from fpinspect.gui.translation import translate

_log = logging.getLogger(__name__)

Work = Callable[[Engine, CancelToken, OnProgress], Any]
"""Runs in a thread of the pool: no Qt object but its own may be touched there."""
_PROGRESS_EVERY_S = 0.1
_WAIT_MS = 3000
_DRAIN_MS = 30_000


@dataclass(frozen=True, slots=True, eq=False)
class JobResult:
    """What became of a job.

    Attributes
    ----------
    key : Hashable
        As given.
    generation : int
        Number of the job in its lane; a later one replaces an earlier one of the same key.
    value : object
        What the work returned; None if it failed.
    error : str
        Plain words, empty if it did not fail.
    cancelled : bool
        It was stopped, or never begun.
    seconds : float
        Time at work.
    """

    key: Hashable
    generation: int
    value: Any = None
    error: str = ""
    cancelled: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is."""

    key: Hashable
    generation: int
    done: int
    total: int
    message: str


class _JobSignals(QObject):
    """Made in the GUI thread, so that its receivers run there."""

    finished = Signal(object)
    progressed = Signal(object)


class _Job(QRunnable):
    def __init__(self, lane: Lane, key: Hashable, generation: int, work: Work) -> None:
        super().__init__()
        self.setAutoDelete(False)  # The lane keeps it until its answer has arrived.
        self.token = CancelToken()
        self.key = key
        self.generation = generation
        self._work = work
        self._engines = lane.idle_engines
        self._signals = lane.job_signals
        self._told = 0.0
        self._said = ""

    def run(self) -> None:
        started = time.monotonic()
        value, error, cancelled = None, "", False
        engine = self._engines.get()
        try:
            if self.token.cancelled():
                raise CancelledError
            value = self._work(engine, self.token, self._on_progress)
        except CancelledError:
            cancelled = True
        except EngineError as failure:
            error = str(failure)
            if failure.detail:
                _log.error("%s\n%s", error, failure.detail)
        except Exception as failure:
            # A defect of ours: it must not hide, and it must not end the thread.
            error = translate(
                "Window", "Internal error, please report it: {kind}: {failure}"
            ).format(kind=type(failure).__name__, failure=failure)
            _log.error("%s\n%s", error, traceback.format_exc())
        finally:
            self._engines.put(engine)
        seconds = time.monotonic() - started
        result = JobResult(self.key, self.generation, value, error, cancelled, seconds)
        self._signals.finished.emit(result)

    def _on_progress(self, done: int, total: int, message: str) -> None:
        now = time.monotonic()
        due = now - self._told >= _PROGRESS_EVERY_S or done == total
        if due or message != self._said:
            self._told, self._said = now, message
            found = JobProgress(self.key, self.generation, done, total, message)
            self._signals.progressed.emit(found)


class Lane(QObject):
    """Engines side by side and the jobs that wait for them.

    Parameters
    ----------
    engines : sequence of Engine
        As many jobs run at a time.
    parent : QObject, optional
        Owner.
    """

    finished = Signal(object)
    """A `JobResult` that is still wanted: late answers of replaced jobs are dropped."""
    progressed = Signal(object)
    """A `JobProgress`."""
    settled = Signal()
    """Any job has ended, replaced and cancelled ones included."""

    def __init__(self, engines: Sequence[Engine], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = tuple(engines)
        self.idle_engines: queue.SimpleQueue[Engine] = queue.SimpleQueue()
        for engine in self._engines:
            self.idle_engines.put(engine)
        # No child: a job that is still at work when the window is deleted must find it.
        self.job_signals = _JobSignals()
        self.job_signals.finished.connect(self._on_job_finished)
        self.job_signals.progressed.connect(self._on_job_progressed)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(max(1, len(self._engines)))
        self._jobs: dict[int, _Job] = {}
        self._current: dict[Hashable, int] = {}
        self._generation = 0

    @property
    def width(self) -> int:
        """How many jobs run at a time."""
        return len(self._engines)

    @property
    def engines(self) -> tuple[Engine, ...]:
        """All engines, idle or not."""
        return self._engines

    @property
    def busy(self) -> int:
        """Jobs begun or waiting whose answers have not arrived, cancelled ones included."""
        return len(self._jobs)

    def submit(self, key: Hashable, work: Work, *, priority: int = 0) -> int:
        """Do a job as soon as an engine is free.

        Parameters
        ----------
        key : Hashable
            Comes back with the answer. A job of the same key that has not answered is cancelled.
        work : callable
            Given an engine, a token and a progress function.
        priority : int
            Higher ones first.

        Returns
        -------
        int
            The generation of the job.
        """
        self.cancel(key)
        self._generation += 1
        job = _Job(self, key, self._generation, work)
        self._jobs[job.generation] = job
        self._current[key] = job.generation
        self._pool.start(job, priority)
        return job.generation

    def cancel(self, key: Hashable) -> bool:
        """Stop a job whose answer is no longer wanted; tell whether there was one."""
        generation = self._current.pop(key, None)
        job = None if generation is None else self._jobs.get(generation)
        if job is None:
            return False
        job.token.cancel()
        self._drop_unbegun(job)
        return True

    def cancel_all(self) -> None:
        """Stop every job."""
        for key in list(self._current):
            self.cancel(key)

    def prepare(self) -> None:
        """Let the engine that will be asked first start, before there is a job."""
        self._engines[0].prepare()

    def restart(self) -> None:
        """Stop everything; the engines begin anew with the next job."""
        self.cancel_all()
        for engine in self._engines:
            engine.restart()

    def drain(self) -> None:
        """Wait until all that was submitted is done."""
        self._pool.waitForDone(_DRAIN_MS)

    def close(self) -> None:
        """Stop everything, end the engines and wait for the threads."""
        self.cancel_all()
        for engine in self._engines:
            engine.close()
        self._pool.clear()
        self._pool.waitForDone(_WAIT_MS)
        self._jobs.clear()

    def _drop_unbegun(self, job: _Job) -> None:
        if self._pool.tryTake(job):
            self._jobs.pop(job.generation, None)

    @Slot(object)
    def _on_job_finished(self, result: JobResult) -> None:
        self._jobs.pop(result.generation, None)
        if self._current.get(result.key) == result.generation:
            del self._current[result.key]
            self.finished.emit(result)
        self.settled.emit()

    @Slot(object)
    def _on_job_progressed(self, progress: JobProgress) -> None:
        if self._current.get(progress.key) == progress.generation:
            self.progressed.emit(progress)
