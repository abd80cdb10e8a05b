"""Which references stand beside the image: pure rules on their keys."""

from __future__ import annotations

from collections.abc import Sequence

from fpinspect.gui.viewdata import Comparison

MOST = 4
REAL = "bank:real"


def inserted(keys: Sequence[str], key: str) -> tuple[str, ...]:
    """Add a reference; photographs stay at the right.

    Examples
    --------
    >>> inserted(["bank:sd1", "bank:real"], "bank:flux")
    ('bank:sd1', 'bank:flux', 'bank:real')
    """
    if key in keys or len(keys) >= MOST:
        return tuple(keys)
    end = len(keys) - (tuple(keys[-1:]) == (REAL,))
    return (*keys[:end], key, *keys[end:])


def changed(
    keys: Sequence[str], by: int, offered: Sequence[str], best: Sequence[str]
) -> tuple[str, ...]:
    """Add the best reference that is not shown, or drop the last before the photographs.

    Parameters
    ----------
    keys : sequence of str
        Those shown, left to right.
    by : int
        1 or -1.
    offered, best : sequence of str
        All there are; those that match, best first.
    """
    if by < 0 and len(keys) > 1:
        end = len(keys) - (tuple(keys[-1:]) == (REAL,))
        gone = max(end - 1, 1)
        return (*keys[:gone], *keys[gone + 1 :])
    left = [key for key in offered if key not in keys]
    if by > 0 and left:
        return inserted(keys, min(left, key=[*best, *left].index))
    return tuple(keys)


def with_one(shown: Comparison, key: str) -> tuple[str, ...]:
    """Return the references of a comparison and one more."""
    return inserted([column.key for column in shown.references], key)
