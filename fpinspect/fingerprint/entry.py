"""One entry of a bank: the fingerprints of one source with what they were made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors
from scipy import fft

from fpinspect.fingerprint.accumulate import (
    COMPONENTS,
    SPECTRUM,
    Component,
    Fingerprint,
)
from fpinspect.fingerprint.lattice import Floats
from fpinspect.fingerprint.manifest import BANDS, BankError, EntryInfo
from fpinspect.fingerprint.pattern import FOLD, HALF, Harmonics, Pattern, kernel

__all__ = ["BankError", "Entry", "EntryArrays", "EntryInfo"]

PLENTY = 30
"""Images of one JPEG band whose pattern has full weight."""
_HALF = ("log_psd_mean", "log_psd_var", "coherence", "phase")


@dataclass(frozen=True, kw_only=True)
class EntryArrays:
    """The arrays of an entry.

    Attributes
    ----------
    fingerprints : Mapping[int, Fingerprint]
        Lattice -> fingerprint.
    baselines : Mapping[int, ndarray]
        Lattice -> (3, L, L) float32, what stands out of the mean residual of photographs coded
        alike.
    offsets : Mapping[str, ndarray]
        JPEG band -> harmonics of the mean residual of photographs of that band, grey levels,
        (3, 16, 9) complex64; still to be subtracted from the pattern of that band.
    nulls : Mapping[str, ndarray]
        Name of the null cell (JPEG band and size octave) -> sorted statistics, float32.
    levels : Mapping[str, ndarray]
        Null cell -> (k, 2) float32, see `fpinspect.fingerprint.photographs.Nulls`; only where an
        image is compared with several patterns.
    """

    fingerprints: Mapping[int, Fingerprint]
    baselines: Mapping[int, Floats]
    offsets: Mapping[str, Harmonics] = field(default_factory=dict)
    nulls: Mapping[str, Floats] = field(default_factory=dict)
    levels: Mapping[str, Floats] = field(default_factory=dict)

    def pack(self) -> bytes:
        """Serialise as safetensors.

        Spectra, mean denoised image and baselines as float16 (relative precision 0.0005), the
        mean residual as float32; spectra that both lattices share are stored once.
        """
        tensors: dict[str, NDArray[Any]] = {}
        largest = max(self.fingerprints)
        for lattice, fingerprint in self.fingerprints.items():
            for name, pattern in fingerprint.patterns.items():
                prefix = f"{lattice}/pattern/{name}"
                tensors[f"{prefix}/mean"] = _as_real(pattern.mean)
                tensors[f"{prefix}/power"] = np.ascontiguousarray(pattern.power)
                tensors[f"{prefix}/gain"] = np.ascontiguousarray(pattern.gain)
                tensors[f"{prefix}/images"] = np.array([pattern.images], np.float32)
            for name in COMPONENTS:
                shared = self.fingerprints[largest].component(name)
                for key, array in fingerprint.component(name).arrays():
                    if lattice != largest and np.array_equal(array, getattr(shared, key)):
                        continue
                    half = key in _HALF or (key == "mean" and name == "denoised")
                    dtype = np.float16 if half else np.float32
                    tensors[f"{lattice}/{name}/{key}"] = np.ascontiguousarray(array, dtype)
        for lattice, array in self.baselines.items():
            tensors[f"{lattice}/baseline"] = np.ascontiguousarray(array, np.float16)
        for name, offset in self.offsets.items():
            tensors[f"offset/{name}"] = _as_real(offset)
        for cell, array in self.nulls.items():
            tensors[f"null/{cell}"] = np.ascontiguousarray(array, np.float32)
        for cell, array in self.levels.items():
            tensors[f"level/{cell}"] = np.ascontiguousarray(array, np.float32)
        return bytes(save_tensors(tensors))

    @classmethod
    def unpack(cls, data: bytes, info: EntryInfo) -> Self:
        """Read what `pack` wrote.

        Raises
        ------
        BankError
            If an array is missing, of the wrong shape, or holds values that are not finite.
        """
        try:
            tensors = load_tensors(data)
        except (SafetensorError, ValueError, TypeError) as error:
            raise BankError(f"the arrays of {info.label!r} cannot be read: {error}") from error

        largest = max(info.images)

        def take(name: str, shape: tuple[int, ...]) -> Floats:
            array = tensors.get(name)
            if array is None:  # shared with the largest lattice
                array = tensors.get(f"{largest}/{name.partition('/')[2]}")
            if array is None or array.shape != shape or array.dtype.kind != "f":
                raise BankError(f"the arrays of {info.label!r} lack {name} of shape {shape}")
            wide = array.astype(np.float32)
            if not np.isfinite(wide).all():
                raise BankError(f"the array {name} of {info.label!r} holds values not finite")
            return wide

        fingerprints = {
            lattice: Fingerprint(
                lattice=lattice,
                images=images,
                residual=_component(take, lattice, "residual"),
                denoised=_component(take, lattice, "denoised"),
                patterns={
                    name: _pattern(take, f"{lattice}/pattern/{name}")
                    for name in BANDS
                    if f"{lattice}/pattern/{name}/mean" in tensors
                },
            )
            for lattice, images in info.images.items()
        }
        nulls = {
            name.removeprefix("null/"): np.sort(take(name, (array.size,)))
            for name, array in tensors.items()
            if name.startswith("null/")
        }
        return cls(
            fingerprints=fingerprints,
            baselines={
                lattice: take(f"{lattice}/baseline", (3, lattice, lattice))
                for lattice in info.images
            },
            offsets={
                name: _as_complex(take(f"offset/{name}", (3, FOLD, HALF, 2)))
                for name in BANDS
                if f"offset/{name}" in tensors
            },
            nulls=nulls,
            levels={
                name.removeprefix("level/"): take(name, (len(array), 2))
                for name, array in tensors.items()
                if name.startswith("level/") and array.ndim == 2
            },
        )


def _as_real(z: Harmonics) -> Floats:
    """Return complex numbers as pairs of float32: safetensors of numpy knows no complex ones."""
    return np.stack([z.real, z.imag], axis=-1).astype(np.float32)


def _as_complex(pairs: Floats) -> Harmonics:
    """Undo `_as_real`."""
    return np.asarray(pairs[..., 0] + 1j * pairs[..., 1], np.complex64)


def _pattern(take: Callable[[str, tuple[int, ...]], Floats], prefix: str) -> Pattern:
    """Read one pattern."""
    shape = (3, FOLD, HALF)
    return Pattern(
        mean=_as_complex(take(f"{prefix}/mean", (*shape, 2))),
        power=take(f"{prefix}/power", shape),
        gain=take(f"{prefix}/gain", shape),
        images=int(take(f"{prefix}/images", (1,))[0]),
    )


def _component(
    take: Callable[[str, tuple[int, ...]], Floats], lattice: int, name: str
) -> Component:
    """Read one component of one lattice."""
    spectrum = (3, SPECTRUM, SPECTRUM // 2 + 1)
    prefix = f"{lattice}/{name}"
    return Component(
        mean=take(f"{prefix}/mean", (3, lattice, lattice)),
        log_psd_mean=take(f"{prefix}/log_psd_mean", spectrum),
        log_psd_var=take(f"{prefix}/log_psd_var", spectrum),
        coherence=take(f"{prefix}/coherence", spectrum),
        phase=take(f"{prefix}/phase", spectrum),
    )


class Entry:
    """One source in a bank; its arrays are read, and their hash checked, on first use.

    Parameters
    ----------
    info : EntryInfo
        The manifest's words.
    read : callable
        Returns the bytes of the array file (called once).
    sha256 : str
        What their SHA-256 must be.

    Attributes
    ----------
    info : EntryInfo
        Label, title, counts, provenance.
    sha256 : str
        SHA-256 of the array file.
    """

    def __init__(self, info: EntryInfo, read: Callable[[], bytes], sha256: str) -> None:
        self.info = info
        self.sha256 = sha256
        self._read = read
        self._arrays: EntryArrays | None = None

    @classmethod
    def of(cls, info: EntryInfo, arrays: EntryArrays) -> Self:
        """Make an entry of arrays in memory."""
        data = arrays.pack()
        return cls(info, lambda: data, hashlib.sha256(data).hexdigest())

    def __repr__(self) -> str:
        return f"<Entry {self.label}: {self.title}, {max(self.info.images.values())} images>"

    @property
    def label(self) -> str:
        """Short name."""
        return self.info.label

    @property
    def title(self) -> str:
        """Name for humans."""
        return self.info.title

    def data(self) -> bytes:
        """Return the bytes of the array file.

        Raises
        ------
        BankError
            If they are not those that the manifest promises.
        """
        data = self._read()
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise BankError(
                f"the arrays of {self.label!r} are not those the manifest describes: "
                "the file was changed or damaged"
            )
        return data

    def keep(self) -> None:
        """Hold the bytes in memory from now on: their source is about to go away."""
        data = self.data()
        self._read = lambda: data

    @property
    def arrays(self) -> EntryArrays:
        """The arrays, read on first use."""
        if self._arrays is None:
            self._arrays = EntryArrays.unpack(self.data(), self.info)
        return self._arrays

    @property
    def lattices(self) -> tuple[int, ...]:
        """The lattices it has, the largest first."""
        return tuple(sorted(self.info.images, reverse=True))

    def fingerprint(self, lattice: int | None = None) -> Fingerprint:
        """Return the fingerprint on a lattice (None: the largest it has)."""
        size = self.lattices[0] if lattice is None else lattice
        if size not in self.info.images:
            raise BankError(f"{self.label!r} has no fingerprint on a lattice of {size}")
        return self.arrays.fingerprints[size]

    def template(self, lattice: int | None = None) -> Floats:
        """Return what is matched: mean residual minus that of photographs coded alike.

        Returns
        -------
        ndarray, shape (3, L, L), float32
            Grey levels.
        """
        fingerprint = self.fingerprint(lattice)
        return fingerprint.residual.mean - self.arrays.baselines[fingerprint.lattice]

    def _parts(self) -> dict[str, Harmonics]:
        """Return JPEG band -> what stands out of the pattern of its images, of norm 1."""
        offsets = self.arrays.offsets
        patterns = self.fingerprint().patterns
        return {name: kernel(patterns[name].signal(offsets.get(name))) for name in patterns}

    def _plenty(self) -> list[str]:
        """Return the JPEG bands that have enough images for a pattern, the least coded first."""
        patterns = self.fingerprint().patterns
        return [n for n in BANDS if n in patterns and patterns[n].images >= PLENTY]

    def signal(self) -> Harmonics:
        """Return the harmonics that stand out, minus those of photographs coded alike.

        The images of each JPEG band have a pattern of their own, as JPEG leaves other harmonics
        than the generator wrote; the patterns are brought to norm 1 and added, with weights up
        to 1 for 30 images.

        Returns
        -------
        ndarray, shape (3, 16, 9), complex64
            On the largest lattice; all 0 if nothing stands out.
        """
        patterns = self.fingerprint().patterns
        total = np.zeros((3, FOLD, HALF), np.complex64)
        for name, part in self._parts().items():
            total += part * np.float32(min(patterns[name].images, PLENTY) / PLENTY)
        return total

    def signals(self, name: str) -> list[Harmonics]:
        """Return what an image of a JPEG band is compared with.

        An image that is no JPEG may have been one: it is compared with the pattern of each band
        that has 30 images, and the best counts. JPEG images, whose weakened pattern needs all
        there is, are compared with the sum. (Cross-validated on ``train`` by group.)

        Parameters
        ----------
        name : str
            JPEG band of the image.

        Returns
        -------
        list of ndarray, each (3, 16, 9), complex64
            One or more.
        """
        plenty = self._plenty()
        if name == "none" and len(plenty) > 1 and self.info.kind == "generator":
            parts = self._parts()
            return [parts[band] for band in plenty]
        return [self.signal()]

    def purest(self) -> Harmonics:
        """Return the pattern of the least coded images that are enough for one: for lineage."""
        plenty = self._plenty()
        return self._parts()[plenty[0]] if plenty else self.signal()

    def log_magnitude(self, of: str = "residual", lattice: int | None = None) -> Floats:
        """Return the log-magnitude of the mean (eq. 3) in dB over its median, DC at [L/2, L/2].

        Parameters
        ----------
        of : str
            ``"residual"`` (minus the baseline), or ``"denoised"``.
        lattice : int or None
            None: the largest it has.

        Returns
        -------
        ndarray, shape (3, L, L), float32
            20 log10 |F|, R, G, B; the floor is 60 dB under the median.
        """
        size = np.abs(self._spectrum(of, lattice))
        median = float(np.median(size)) or 1.0
        return np.asarray(20 * np.log10(np.maximum(size / median, 1e-3)), np.float32)

    def phase(self, of: str = "residual", lattice: int | None = None) -> Floats:
        """Return the phase of the mean's spectrum, shape (3, L, L), -π..π, DC at [L/2, L/2]."""
        return np.asarray(np.angle(self._spectrum(of, lattice)), np.float32)

    def _spectrum(self, of: str, lattice: int | None) -> NDArray[Any]:
        """Return the FFT of a mean, DC at [L/2, L/2]."""
        if of == "residual":
            mean = self.template(lattice)
        else:
            mean = self.fingerprint(lattice).component(of).mean
        return np.asarray(np.fft.fftshift(fft.fft2(mean), axes=(-2, -1)))
