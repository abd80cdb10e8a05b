"""What the commands share: what they cannot work with, and how they say so."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpinspect.evidence.sources import Sources

OK, STOPPED, USAGE, SOME_FAILED = 0, 1, 2, 3
"""Exit status: fine, could not go on, wrong use, some items failed."""


class UsageError(Exception):
    """The command was given something that it cannot work with; plain words."""


def complain(command: str, error: Exception, status: int) -> int:
    """Print why a command ends, control characters made visible; return the exit status."""
    from fpinspect.report.terminal import printable

    print(f"fpinspect {command}: {printable(str(error))}", file=sys.stderr)
    return status


def find_images(paths: Sequence[str]) -> Sources:
    """Find the images of files and folders.

    Raises
    ------
    UsageError
        If none of them is there, or none holds an image.
    """
    from fpinspect.evidence.sources import walk

    missing = [path for path in paths if not os.path.lexists(path)]
    if len(missing) == len(paths):
        raise UsageError(f"there is no {missing[0]!r}")
    sources = walk(paths)
    if not sources.items:
        raise UsageError(f"no images found: {sources.note or 'no files there'}")
    return sources
