"""Which references stand beside the image: pure rules on their keys."""

from __future__ import annotations

from collections.abc import Sequence

from fpinspect.gui.viewdata import Comparison

MOST = 4
REAL = "bank:real"
BEST = "best"
"""Stands for the best match that is not among the references: another one for each image."""


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


def usual(count: int, *, real: bool) -> tuple[str, ...]:
    """Return what stands beside every image if nothing is chosen: best matches, photographs.

    Examples
    --------
    >>> usual(3, real=True)
    ('best', 'best', 'bank:real')
    """
    return (*[BEST] * (count - real), *[REAL] * real)


def held(chosen: Sequence[str], count: int, shown: Comparison | None) -> tuple[str, ...]:
    """Return the references chosen, or `count` of those that every image has."""
    real = shown is None or any(choice.key == REAL for choice in shown.choices)
    return tuple(chosen) or usual(count, real=real)


def unpinned(keys: Sequence[str]) -> tuple[str, ...]:
    """Leave pinned images out."""
    return tuple(key for key in keys if not key.startswith("item:"))


def resolved(keys: Sequence[str], ranked: Sequence[str]) -> list[str]:
    """Put the matches of an image, best first, in the places kept for them.

    Examples
    --------
    >>> resolved(["best", "best", "bank:real"], ["bank:sd1", "bank:flux"])
    ['bank:sd1', 'bank:flux', 'bank:real']
    >>> resolved(["bank:sd1", "best"], ["bank:sd1"])
    ['bank:sd1']
    """
    left = iter([key for key in ranked if key not in keys])
    made = [next(left, "") if key == BEST else key for key in keys]
    return [key for key in made if key]


def in_front(keys: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """Put pinned images or an average first; photographs stay at the right while there is room.

    Examples
    --------
    >>> in_front(["best", "bank:real"], ["average"])
    ('average', 'best', 'bank:real')
    >>> in_front(["bank:a", "bank:b", "bank:c", "bank:real"], ["item:1"])
    ('item:1', 'bank:a', 'bank:b', 'bank:real')
    """
    first = tuple(new)[-MOST:]
    rest = [key for key in keys if key not in first]
    real = [REAL] if REAL in rest and len(first) < MOST else []
    body = [key for key in rest if key != REAL]
    return (*first, *body[: MOST - len(first) - len(real)], *real)


def with_one(shown: Comparison, key: str) -> tuple[str, ...]:
    """Return the references of a comparison and one more."""
    return inserted([column.key for column in shown.references], key)
