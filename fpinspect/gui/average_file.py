"""The average of the selected images: kept in a file between two questions to the engine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fpinspect.gui.engine import EngineError
from fpinspect.gui.pictures import EntryData
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Component

if TYPE_CHECKING:
    from fpinspect.fingerprint.accumulate import Fingerprint

AVERAGE = "average"
_ARRAYS = ("mean", "log_psd_mean", "log_psd_var", "phase", "coherence")


def entry_data(
    label: str, title: str, fingerprint: Fingerprint, component: Component, facts: Any
) -> EntryData:
    """Take what the panels need of one component of a fingerprint."""
    part = fingerprint.component(component.value)
    return EntryData(
        label=label,
        title=title,
        component=component,
        images=fingerprint.images,
        lattice=fingerprint.lattice,
        mean=part.mean,
        log_psd_mean=part.log_psd_mean,
        log_psd_var=part.log_psd_var,
        phase=part.phase,
        coherence=part.coherence,
        facts=facts,
    )


def write_average(entries: Sequence[EntryData], folder: Path) -> str:
    """Write an average to a new file of a folder and return its path."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for entry in entries:
        arrays |= {f"{entry.component}/{name}": getattr(entry, name) for name in _ARRAYS}
    first = entries[0]
    arrays["counts"] = np.array([first.images, first.lattice])
    arrays["facts"] = np.array(first.facts, dtype=np.str_)
    file = folder / f"average-{time.time_ns()}.npz"
    np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy's stub takes no mapping
    return str(file)


def read_average(file: Path, of: Component) -> EntryData:
    """Read what `write_average` wrote."""
    component = Component.DENOISED if of is Component.DENOISED else Component.RESIDUAL
    try:
        with np.load(file, allow_pickle=False) as held:
            images, lattice = (int(n) for n in held["counts"])
            return EntryData(
                label=AVERAGE,
                title=translate("Comparison", "Average"),
                component=component,
                images=images,
                lattice=lattice,
                facts=tuple((str(name), str(value)) for name, value in held["facts"]),
                **{name: held[f"{component}/{name}"] for name in _ARRAYS},
            )
    except (OSError, ValueError, KeyError) as error:
        raise EngineError(
            translate("Comparison", "The average is gone: average the images again.")
        ) from error
