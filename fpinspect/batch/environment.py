"""What a process of computation runs in: variables it inherits, what it does with memory.

Standard library only: the window needs it before anything else is imported.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping

ONE_THREAD: Mapping[str, str] = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}
"""Libraries of computation read these when they load: a process begun with them has one thread."""

# <malloc.h>
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


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


def keep_freed_memory() -> None:
    """Let this process keep what it frees, up to a bound, for what it needs next.

    glibc gives freed arrays of more than 128 KiB back to the system, which clears each page again
    when the next image asks for it: some 1,000 page faults and 3 ms an image. Elsewhere than on
    glibc nothing is done.
    """
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(AttributeError, OSError):  # another C library: no mallopt
        libc = ctypes.CDLL(None)
        libc.mallopt(_MMAP_THRESHOLD, 8 * 2**20)
        libc.mallopt(_TRIM_THRESHOLD, 64 * 2**20)
