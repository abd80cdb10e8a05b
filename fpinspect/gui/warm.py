"""A process that loads the engine's libraries once; every engine is forked from it.

Loading torch takes seconds of processor time. Where a clean process can be forked (Linux), one is
spawned before Qt loads, imports what an inspection needs, and is then forked for every engine: the
second engine, and one that takes the place of a killed one, begin at once and share its memory.
It never computes, starts no thread and touches no GPU, so that nothing breaks in a fork. Elsewhere
every engine is spawned and imports for itself.

Standard library only: it is called before anything else is imported.
"""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

from fpinspect.batch.environment import ONE_THREAD, inherited

_PRELOAD = "fpinspect.gui.warm_process"
_ENVIRONMENT = {
    # Threads of computation must not exist when it is forked; engines set their own number.
    **ONE_THREAD,
    # A thread that waits for another must not burn the core that the other one needs.
    "OMP_WAIT_POLICY": "PASSIVE",
}


def can_fork() -> bool:
    """Tell whether engines are forked here: macOS and Windows have libraries that break in it."""
    return sys.platform == "linux"


def begin() -> None:
    """Start to load the libraries, in the background; harmless if it has been done."""
    if can_fork():
        forkserver.set_forkserver_preload([_PRELOAD])
        with inherited(_ENVIRONMENT):
            forkserver.ensure_running()


def context() -> BaseContext:
    """Return the way in which engines that inspect are started."""
    if not can_fork():
        return multiprocessing.get_context("spawn")
    begin()
    return multiprocessing.get_context("forkserver")
