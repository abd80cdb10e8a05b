"""What the panels need of an image, measured once: its spectrum and its folds, 400 kB on disk.

Reading an image again takes 40 ms, denoising it four times as long, and its tiles' spectra half of
that. What the usual view shows of a residual is small: it is kept in a file of the session, so that
any image that was measured is drawn at once, wherever it stands in the queue.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from fpinspect.gui import measures

F32 = npt.NDArray[np.float32]
C64 = npt.NDArray[np.complex64]


class Measured:
    """Spectrum and folds of one component of an image.

    Parameters
    ----------
    source : callable or ndarray, (3, H, W) float32
        The component; called only if something is asked for that is not known yet.
    size : tuple of int, optional
        Height and width; of the array if not given.
    file : Path or None
        Where what was measured is kept; it may be missing.
    """

    def __init__(
        self,
        source: Callable[[], F32] | F32,
        size: tuple[int, int] | None = None,
        file: Path | None = None,
    ) -> None:
        self._source, self._file = source, file
        self.size = size if size is not None else self.planes.shape[-2:]
        self._known: dict[str, npt.NDArray[Any]] = _read(file) if file is not None else {}
        self._stored = set(self._known)

    @cached_property
    def planes(self) -> F32:
        """The component itself, (3, H, W)."""
        return self._source() if callable(self._source) else self._source

    def spectrum(self, taper: str = "Hann", origin: tuple[int, int] = (0, 0)) -> tuple[F32, C64]:
        """Return `measures.tile_spectrum`, for any origin."""
        level, mean = f"level {taper}", f"mean {taper}"
        if level not in self._known or mean not in self._known:
            found = measures.tile_spectrum(self.planes, taper=taper)
            self._known[level], self._known[mean] = found
        return self._known[level], measures.moved(self._known[mean], origin)

    def fold(self, lattice: int, origin: tuple[int, int] = (0, 0)) -> F32:
        """Return `measures.fold` of the channels' mean, (1, L, L)."""
        name = f"fold {lattice} {origin[0] % lattice} {origin[1] % lattice}"
        if name not in self._known:
            plane = self.planes.mean(axis=0, keepdims=True, dtype=np.float32)
            self._known[name] = measures.fold(plane, lattice, origin)
        return self._known[name]

    def keep(self) -> None:
        """Store what is known; a disk that is full costs time alone."""
        if self._file is None or set(self._known) == self._stored:
            return
        beside = self._file.with_name(f"{self._file.name}.{os.getpid()}.tmp")
        with contextlib.suppress(OSError):
            with beside.open("wb") as stream:
                np.savez(stream, **self._known)  # type: ignore[arg-type]  # takes any names
            beside.replace(self._file)
            self._stored = set(self._known)


def file_of(folder: str, record: Mapping[str, Any], denoiser: str, component: str) -> Path | None:
    """Return where an image's measurements lie in a session's folder; None without a folder."""
    if not folder:
        return None
    key = json.dumps([record["sha256"], denoiser, component])
    return Path(folder) / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.npz"


def _read(file: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}  # Not there, or cut: measured anew.
