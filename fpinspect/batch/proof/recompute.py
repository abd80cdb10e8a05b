"""A result computed again: today's engine must give the stored numbers.

The same versions on the same kind of processor give them to the bit. Otherwise floats may differ
by 1 part in 100,000, probabilities by 0.0001: answers, sources, flags and shifts may not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fpinspect.batch.case.values import MadeWith

if TYPE_CHECKING:
    from fpinspect.batch.case.arrays import StoredArrays

RELATIVE = 1e-5
"""Largest relative difference of floats between other versions or machines."""
PROBABILITY = 1e-4
"""Largest difference of probabilities and p-values."""
SMALLEST = 1e-6
"""Floats nearer than this count as equal."""
OF_THE_DAY = frozenset(("schema", "path", "inspected_at", "elapsed_ms", "version"))
"""Parts of the JSON line that differ from run to run."""
OF_THE_READER = frozenset(("provenance",))
"""Parts that other versions of optional readers may word otherwise; no opinion rests on them."""
ARRAYS_RELATIVE = 2e-3
"""Largest difference of stored arrays in shares of their spread: float16 rounds."""
_PROBABILITIES = frozenset(("p_generated", "p_value", "sources", "p"))
_MOST = 5


def same_engine(then: MadeWith, now: MadeWith) -> bool:
    """Tell whether two results must be equal to the bit: same versions, weights and machine."""
    return dict(then.versions) == dict(now.versions) and dict(then.weights) == dict(now.weights)


def what_changed(then: MadeWith, now: MadeWith) -> str:
    """Say in which versions two engines differ, for a human; empty if in none."""
    parts = [
        f"{name} {then.versions.get(name, 'unknown')}, now {now.versions.get(name, 'none')}"
        for name in sorted(then.versions.keys() | now.versions.keys())
        if then.versions.get(name) != now.versions.get(name)
    ]
    parts += [
        f"other weights {name}"
        for name in sorted(then.weights.keys() | now.weights.keys())
        if then.weights.get(name) != now.weights.get(name)
    ]
    return "; ".join(parts)


def compare(stored: Mapping[str, Any], again: Mapping[str, Any], *, exact: bool) -> tuple[str, ...]:
    """Compare two JSON lines of one file.

    Parameters
    ----------
    stored, again : mapping
        ``fpinspect.inspection/1``, then and now.
    exact : bool
        To the bit, else within the tolerances of this module.

    Returns
    -------
    tuple of str
        The first differences, in plain words; empty if there are none.
    """
    skipped = OF_THE_DAY if exact else OF_THE_DAY | OF_THE_READER
    old, new = (line if exact else _unworded(line) for line in (stored, again))
    found: list[str] = []
    for name in old:  # what a newer engine says beside it is no difference
        if name not in skipped:
            found += _differences(name, old[name], new.get(name), exact)
    return tuple(found[:_MOST])


def _unworded(line: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the wording of flags: codes are what counts."""
    flags = [
        {name: flag.get(name) for name in ("code", "severity")}
        for flag in line.get("applicability") or ()
    ]
    return {**line, "applicability": flags}


def compare_arrays(stored: StoredArrays, again: StoredArrays, *, exact: bool) -> tuple[str, ...]:
    """Compare stored arrays with those measured again; phases are compared on the circle."""
    import numpy as np

    if exact:
        return () if stored.to_bytes() == again.to_bytes() else ("the stored arrays differ",)
    found = []
    pairs = {name: (getattr(stored, name), getattr(again, name)) for name in
             ("residual", "psd_db", "fold")}  # fmt: skip
    pairs |= {f"log_psd of {n}": (stored.log_psd[n], again.log_psd[n]) for n in stored.log_psd}
    for name, (old, new) in pairs.items():
        spread = float(np.std(old)) or 1.0
        if float(np.abs(old - new).max()) > ARRAYS_RELATIVE * max(spread, float(np.abs(old).max())):
            found.append(f"the stored {name} differs")
    return tuple(found)


def _differences(
    name: str, old: Any, new: Any, exact: bool, probability: bool = False
) -> Iterator[str]:
    """Yield where two values differ; keys that only the new one has are of a newer engine."""
    probability = probability or name.rpartition(".")[2] in _PROBABILITIES
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old:
            yield from _differences(f"{name}.{key}", old[key], new.get(key), exact, probability)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(f"{name}.{index}", one, other, exact, probability)
    elif not _equal(old, new, exact=exact, probability=probability):
        yield f"{name}: {_shown(old)} then, {_shown(new)} now"


def _equal(old: Any, new: Any, *, exact: bool, probability: bool) -> bool:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (old, new))
    if exact or not numbers or (isinstance(old, int) and isinstance(new, int)):
        return bool(old == new)
    if probability:
        return bool(abs(old - new) <= PROBABILITY)
    return math.isclose(old, new, rel_tol=RELATIVE, abs_tol=SMALLEST)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
