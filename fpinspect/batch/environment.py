"""What a process started here inherits: environment variables set for a moment.

Standard library only: the window needs it before anything else is imported.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping

ONE_THREAD: Mapping[str, str] = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}
"""Libraries of computation read these when they load: a process begun with them has one thread."""


@contextlib.contextmanager
def inherited(wanted: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the processes started inside; afterwards all is as before."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
