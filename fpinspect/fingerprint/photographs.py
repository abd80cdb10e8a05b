"""What real photographs look like to the bank: mean residuals and null statistics.

Two uses. The mean residual of photographs is what a denoiser and JPEG leave by themselves: it is
subtracted from every fingerprint and every image coded alike. And the harmonics of photographs
that took no part in the bank say how large a match statistic gets without any generator.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
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

OCTAVES = (64, 128, 256, 512)
"""Size octaves, by the square root of the number of effective pixels."""
LARGEST = 448
"""Side up to which the excess of a statistic counts in full, see `standardise`."""
ENOUGH = 50
"""A cell of the null with fewer photographs gives way to the next smaller octave's."""
_STEP = LIMIT / 127


def octave(pixels: float) -> int:
    """Return the size octave of a number of effective pixels: 64, 128, 256 or 512."""
    side = max(float(np.sqrt(pixels)), 1.0)
    return int(np.clip(2 ** round(np.log2(side)), OCTAVES[0], OCTAVES[-1]))


def standardise(peaks: Floats, pixels: float) -> Floats:
    """Make match statistics of images of different sizes comparable.

    Under noise a peak has the same law for any number of pixels, as the harmonics are divided by
    the image's own noise. What a photograph has of periodic structure (demosaicing, resizing,
    JPEG) makes it grow with the square root of the pixels; above 448² pixels, where the null has
    few photographs, it is scaled back to that size.

    Parameters
    ----------
    peaks : ndarray, float32
        Greatest values of folded cross-correlations.
    pixels : float
        Number of effective pixels.

    Returns
    -------
    ndarray, same shape, float32
        The statistics.
    """
    return np.asarray(peaks * min(1.0, LARGEST / max(pixels, 1.0) ** 0.5), np.float32)


@dataclass(frozen=True, kw_only=True)
class PhotographArrays:
    """Arrays of the photographs.

    Attributes
    ----------
    baselines : Mapping[tuple[str, int], ndarray]
        (JPEG band, lattice) -> mean residual, (3, L, L) float32.
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
    interference: Mapping[str, Floats]
    patterns: Mapping[str, Harmonics]
    scales: Mapping[str, Floats]

    def pack(self) -> bytes:
        """Serialise as safetensors: baselines float16, harmonics int8 in steps of 6 / 127."""
        tensors: dict[str, NDArray[Any]] = {}
        for (name, lattice), array in self.baselines.items():
            tensors[f"baseline/{name}/{lattice}"] = np.ascontiguousarray(array, np.float16)
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
        for name in BANDS:
            for lattice in LATTICES:
                array = tensors.get(f"baseline/{name}/{lattice}")
                if array is None or array.shape != (3, lattice, lattice):
                    raise BankError(f"the photographs lack the mean residual for {name}, {lattice}")
                baselines[name, lattice] = array.astype(np.float32)
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
        arrays = [*baselines.values(), *interference.values(), *scales.values()]
        if not all(np.isfinite(array).all() for array in arrays):
            raise BankError("the arrays of the photographs hold values that are not finite")
        return cls(baselines=baselines, interference=interference, patterns=patterns, scales=scales)

    def nulls(self, signal: Harmonics) -> dict[str, Floats]:
        """Return the sorted match statistics of the photographs against one entry.

        Parameters
        ----------
        signal : ndarray, shape (3, 16, 9), complex64
            As returned by `fpinspect.fingerprint.entry.Entry.signal`.

        Returns
        -------
        dict
            Cell -> (n,) float32, ascending.
        """
        out = {}
        for cell, z in self.patterns.items():
            name = cell.partition("/")[0]
            power = self.interference[name]
            crossed = cross(whiten(z, power), kernel(signal, power))
            peaks = surfaces(crossed).max(axis=(-2, -1))
            pairs = zip(peaks, self.scales[cell], strict=True)
            out[cell] = np.sort(np.array([standardise(*pair) for pair in pairs], np.float32))
        return out


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
        """JPEG band -> harmonics of the mean residual, grey levels, (3, 16, 9) complex64."""
        means = self.arrays.baselines
        return {name: amplitudes(spectrum_of(means[name, LATTICES[0]])) for name in BANDS}

    def baseline(self, history: Mapping[str, int], lattice: int) -> Floats:
        """Return the mean residual of photographs coded like a set of files.

        Parameters
        ----------
        history : Mapping[str, int]
            JPEG band -> number of files: the bands' means are weighted alike.
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
            mean += np.float32(count / total) * self.arrays.baselines[name, lattice]
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


def null_cell(nulls: Mapping[str, Floats], name: str, size: int) -> Floats | None:
    """Return the null statistics for a JPEG band and size octave, or the nearest that will do.

    A cell with too few photographs gives way to the next smaller octave of the band: the
    statistic is standardised, so its null changes little with size.
    """
    for candidate in [o for o in reversed(OCTAVES) if o <= size]:
        found = nulls.get(f"{name}/{candidate}")
        if found is not None and found.size >= ENOUGH:
            return found
    sizes = [nulls[f"{name}/{o}"] for o in OCTAVES if f"{name}/{o}" in nulls]
    return max(sizes, key=len, default=None)
