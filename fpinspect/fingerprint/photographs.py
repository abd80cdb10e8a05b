"""What real photographs look like to the bank: mean residuals and null statistics.

Two uses. What stands out of the mean residual of photographs is what a denoiser and JPEG leave by
themselves: it is subtracted from every fingerprint and every image coded alike. And the harmonics
of photographs that took no part in the bank say how large a match statistic gets without any
generator.

A file that is no JPEG tells nothing of its past: an image in question is compared with photographs
as they are found, most of which were JPEG once. The lossless files that a source is enrolled from
come from the generator itself; what JPEG left in photographs was never in them, and subtracting it
would write it into their fingerprint. From these only what photographs without any JPEG past show
is subtracted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from fpinspect.fingerprint.accumulate import LATTICES
from fpinspect.fingerprint.lattice import Floats
from fpinspect.fingerprint.manifest import BANDS, BankError, as_count, as_text
from fpinspect.fingerprint.null import OCTAVES, Nulls, standardise, unusual
from fpinspect.fingerprint.pattern import (
    FOLD,
    HALF,
    LIMIT,
    Harmonics,
    amplitudes,
    cross,
    kernel,
    spectrum_of,
    surfaces,
    whiten,
)

_STEP = LIMIT / 127
_PRISTINE = "pristine"


@dataclass(frozen=True, kw_only=True)
class PhotographArrays:
    """Arrays of the photographs.

    Attributes
    ----------
    baselines : Mapping[tuple[str, int], ndarray]
        (JPEG band, lattice) -> what stands out of the mean residual, (3, L, L) float32.
    pristine : Mapping[int, ndarray]
        Lattice -> the same of photographs that were never JPEG.
    interference : Mapping[str, ndarray]
        JPEG band -> mean power of the harmonics in the photographs of the baseline,
        (3, 16, 9) float32, at least 1.
    patterns : Mapping[str, ndarray]
        Cell ``band/octave`` -> harmonics of single photographs, (n, 3, 16, 9) complex64, one copy
        of each photograph.
    scales : Mapping[str, ndarray]
        Cell -> effective pixels of each, (n,) float32.
    """

    baselines: Mapping[tuple[str, int], Floats]
    pristine: Mapping[int, Floats]
    interference: Mapping[str, Floats]
    patterns: Mapping[str, Harmonics]
    scales: Mapping[str, Floats]

    def pack(self) -> bytes:
        """Serialise as safetensors: baselines float16, harmonics int8 in steps of 6 / 127."""
        tensors: dict[str, NDArray[Any]] = {}
        for (name, lattice), array in self.baselines.items():
            tensors[f"baseline/{name}/{lattice}"] = np.ascontiguousarray(array, np.float16)
        for lattice, array in self.pristine.items():
            tensors[f"baseline/{_PRISTINE}/{lattice}"] = np.ascontiguousarray(array, np.float16)
        for name, power in self.interference.items():
            tensors[f"interference/{name}"] = np.ascontiguousarray(power, np.float32)
        for cell, z in self.patterns.items():
            parts = np.stack([z.real, z.imag], axis=-1)
            tensors[f"pattern/{cell}"] = np.rint(parts / _STEP).astype(np.int8)
            tensors[f"pixels/{cell}"] = np.ascontiguousarray(self.scales[cell], np.float32)
        return bytes(save_tensors(tensors))

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """Read what `pack` wrote.

        Raises
        ------
        BankError
            If an array is not what it should be.
        """
        try:
            tensors = load_tensors(data)
        except (SafetensorError, ValueError, TypeError) as error:
            raise BankError(f"the arrays of the photographs cannot be read: {error}") from error
        baselines: dict[tuple[str, int], Floats] = {}
        interference: dict[str, Floats] = {}
        patterns: dict[str, Harmonics] = {}
        scales: dict[str, Floats] = {}
        for name in (*BANDS, _PRISTINE):
            for lattice in LATTICES:
                array = tensors.get(f"baseline/{name}/{lattice}")
                if array is None or array.shape != (3, lattice, lattice):
                    raise BankError(f"the photographs lack the mean residual for {name}, {lattice}")
                baselines[name, lattice] = array.astype(np.float32)
        pristine = {lattice: baselines.pop((_PRISTINE, lattice)) for lattice in LATTICES}
        for name in BANDS:
            power = tensors.get(f"interference/{name}")
            if power is None or power.shape != (3, FOLD, HALF):
                raise BankError(f"the photographs lack the power of their harmonics for {name}")
            interference[name] = np.maximum(power.astype(np.float32), 1)
            for size in OCTAVES:
                cell = f"{name}/{size}"
                z, pixels = tensors.get(f"pattern/{cell}"), tensors.get(f"pixels/{cell}")
                if z is None or pixels is None:
                    continue
                if z.shape != (pixels.size, 3, FOLD, HALF, 2) or z.dtype != np.int8:
                    raise BankError(f"the photographs of {cell} are not what they should be")
                wide = z.astype(np.float32) * np.float32(_STEP)
                patterns[cell] = wide[..., 0] + 1j * wide[..., 1]
                scales[cell] = pixels.astype(np.float32)
        parts = (baselines, pristine, interference, scales)
        arrays = [array for part in parts for array in part.values()]
        if not all(np.isfinite(array).all() for array in arrays):
            raise BankError("the arrays of the photographs hold values that are not finite")
        return cls(
            baselines=baselines,
            pristine=pristine,
            interference=interference,
            patterns=patterns,
            scales=scales,
        )

    def nulls(self, signals: Callable[[str], Sequence[Harmonics]]) -> Nulls:
        """Return the match statistics of the photographs against one entry.

        Parameters
        ----------
        signals : callable
            JPEG band -> patterns, `fpinspect.fingerprint.entry.Entry.signals`.

        Returns
        -------
        Nulls
            For every cell that has photographs.
        """
        found = Nulls({}, {})
        for cell, z in self.patterns.items():
            name = cell.partition("/")[0]
            power = self.interference[name]
            kernels = np.stack([kernel(signal, power) for signal in signals(name)])
            crossed = cross(whiten(z, power)[:, None], kernels)
            peaks = surfaces(crossed).max(axis=(-2, -1))
            peaks = standardise(peaks, self.scales[cell][:, None])
            if len(kernels) > 1:
                levels = np.quantile(peaks, [0.5, 0.95], axis=0).T.astype(np.float32)
                found.levels[cell] = levels
                peaks = unusual(peaks, levels)
            found.statistics[cell] = np.sort(peaks.max(axis=1))
        return found


@dataclass(kw_only=True)
class Photographs:
    """The photographs of a bank; their arrays are read, and their hash checked, on first use.

    Attributes
    ----------
    denoiser, denoiser_version : str
        Whose residuals.
    baseline_images, null_images : int
        How many photographs are in the mean residuals, and how many others in the null.
    inputs_sha256, null_sha256 : str
        SHA-256 over the sorted SHA-256 of the files of either set.
    created : str
        Date, ISO 8601.
    read : callable
        Returns the bytes of the array file.
    sha256 : str
        What their SHA-256 must be.
    """

    denoiser: str
    denoiser_version: str
    baseline_images: int
    null_images: int
    inputs_sha256: str
    null_sha256: str
    created: str
    read: Callable[[], bytes] = field(repr=False)
    sha256: str
    _arrays: PhotographArrays | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        arrays: PhotographArrays,
        *,
        denoiser: str,
        denoiser_version: str,
        baseline_images: int,
        null_images: int,
        inputs_sha256: str,
        null_sha256: str,
        created: str = "",
    ) -> Self:
        """Make photographs of arrays in memory; see the class for the words."""
        data = arrays.pack()
        return cls(
            denoiser=denoiser,
            denoiser_version=denoiser_version,
            baseline_images=baseline_images,
            null_images=null_images,
            inputs_sha256=inputs_sha256,
            null_sha256=null_sha256,
            created=created or date.today().isoformat(),
            read=lambda: data,
            sha256=hashlib.sha256(data).hexdigest(),
        )

    def with_arrays(self, arrays: PhotographArrays) -> Self:
        """Return the same photographs with other arrays."""
        data = arrays.pack()
        digest = hashlib.sha256(data).hexdigest()
        return replace(self, read=lambda: data, sha256=digest, _arrays=None)

    def data(self) -> bytes:
        """Return the bytes of the array file.

        Raises
        ------
        BankError
            If they are not those that the manifest promises.
        """
        data = self.read()
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise BankError(
                "the arrays of the photographs are not those the manifest describes: "
                "the file was changed or damaged"
            )
        return data

    def keep(self) -> None:
        """Hold the bytes in memory from now on: their source is about to go away."""
        data = self.data()
        self.read = lambda: data

    @property
    def arrays(self) -> PhotographArrays:
        """The arrays, read on first use."""
        if self._arrays is None:
            self._arrays = PhotographArrays.unpack(self.data())
        return self._arrays

    @property
    def offsets(self) -> dict[str, Harmonics]:
        """What to subtract from the patterns of sources: JPEG band -> (3, 16, 9) complex64."""
        return {
            name: amplitudes(spectrum_of(self.baseline({name: 1}, LATTICES[0]))) for name in BANDS
        }

    def baseline(self, history: Mapping[str, int], lattice: int) -> Floats:
        """Return what to subtract from the mean residual of a source's files.

        Parameters
        ----------
        history : Mapping[str, int]
            JPEG band -> number of files: the bands' means are weighted alike. Files that are no
            JPEG are taken for the generator's own: never JPEG.
        lattice : int
            256 or 128.

        Returns
        -------
        ndarray, shape (3, L, L), float32
            Grey levels.
        """
        total = sum(history.values())
        mean = np.zeros((3, lattice, lattice), np.float32)
        for name, count in history.items():
            coded = name != BANDS[0]
            part = self.arrays.baselines[name, lattice] if coded else self.arrays.pristine[lattice]
            mean += np.float32(count / total) * part
        return mean

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for the manifest."""
        return {
            "denoiser": {"name": self.denoiser, "version": self.denoiser_version},
            "baseline_images": self.baseline_images,
            "null_images": self.null_images,
            "inputs_sha256": self.inputs_sha256,
            "null_sha256": self.null_sha256,
            "created": self.created,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], read: Callable[[], bytes], sha256: str) -> Self:
        """Read plain data of a manifest.

        Raises
        ------
        BankError
            If something is missing or not what it should be.
        """
        try:
            return cls(
                denoiser=as_text(data["denoiser"]["name"], 80),
                denoiser_version=as_text(data["denoiser"]["version"], 80),
                baseline_images=as_count(data["baseline_images"]),
                null_images=as_count(data["null_images"]),
                inputs_sha256=as_text(data["inputs_sha256"], 64),
                null_sha256=as_text(data["null_sha256"], 64),
                created=as_text(data["created"], 40),
                read=read,
                sha256=sha256,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BankError(f"the manifest's photographs are broken: {error}") from error
