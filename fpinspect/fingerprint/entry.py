"""One entry of a bank: the fingerprints of one source with what they were made of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from fpinspect.fingerprint.accumulate import (
    COMPONENTS,
    LATTICES,
    SPECTRUM,
    Component,
    Fingerprint,
)
from fpinspect.fingerprint.lattice import Floats

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,38}[a-z0-9])?")
FILE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}\.safetensors")
SHA256 = re.compile(r"[0-9a-f]{64}")
KINDS = ("generator", "photographs")
MAX_ARRAY_FILE = 64 * 2**20
"""No array file of a bank is larger (bytes): an entry with both lattices takes 4 MB."""
_HALF = ("log_psd_var", "coherence", "phase")
_DEVICE_NAMES = {"con", "prn", "aux", "nul"} | {
    f"{n}{i}" for n in ("com", "lpt") for i in range(10)
}


class BankError(Exception):
    """A bank cannot be read or changed; ``str(error)`` is plain words."""


def check_label(label: str) -> str:
    """Return a label unchanged if it may name an entry and its file.

    Raises
    ------
    BankError
        If it could leave the bank's folder or is no valid file name everywhere.
    """
    if (
        not isinstance(label, str)
        or not LABEL.fullmatch(label)
        or ".." in label
        or label.split(".")[0] in _DEVICE_NAMES
    ):
        raise BankError(
            f"{label!r} cannot be a label: use 1 to 40 of a-z, 0-9, '-', '_' and '.', "
            "beginning and ending with a letter or digit"
        )
    return label


@dataclass(frozen=True, kw_only=True)
class EntryInfo:
    """What the manifest says about an entry.

    Attributes
    ----------
    label, title : str
        Short name and the name for humans.
    kind : str
        ``"generator"`` or ``"photographs"``.
    images : Mapping[int, int]
        Lattice -> number of images that voted.
    groups : int
        Number of repositories, prompts or sequences they come from (0: not known).
    denoiser, denoiser_version : str
        Whose residuals they are.
    period : int
        8 or 16: the period of the pattern, within which a shift can be told.
    jpeg_history : Mapping[str, int]
        JPEG band of the files (see `fpinspect.fingerprint.photographs.band`) -> images.
    baseline : str
        Which mean residual of photographs was subtracted, in words.
    inputs_sha256 : str
        SHA-256 over the sorted SHA-256 of the input files, one a line.
    created : str
        Date, ISO 8601.
    note : str
        Anything else a reader should know.
    """

    label: str
    title: str
    kind: str
    images: Mapping[int, int]
    groups: int
    denoiser: str
    denoiser_version: str
    period: int
    jpeg_history: Mapping[str, int]
    baseline: str
    inputs_sha256: str
    created: str
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for the manifest."""
        return {
            "title": self.title,
            "kind": self.kind,
            "images": {str(k): v for k, v in sorted(self.images.items(), reverse=True)},
            "groups": self.groups,
            "denoiser": {"name": self.denoiser, "version": self.denoiser_version},
            "period": self.period,
            "jpeg_history": dict(sorted(self.jpeg_history.items())),
            "baseline": self.baseline,
            "inputs_sha256": self.inputs_sha256,
            "created": self.created,
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, label: str, data: Mapping[str, Any]) -> Self:
        """Read plain data of a manifest.

        Raises
        ------
        BankError
            If something is missing or not what it should be.
        """
        check_label(label)
        try:
            info = cls(
                label=label,
                title=as_text(data["title"], 200),
                kind=as_text(data["kind"], 20),
                images={int(k): as_count(v) for k, v in data["images"].items()},
                groups=as_count(data["groups"]),
                denoiser=as_text(data["denoiser"]["name"], 80),
                denoiser_version=as_text(data["denoiser"]["version"], 80),
                period=as_count(data["period"]),
                jpeg_history={as_text(k, 20): as_count(v) for k, v in data["jpeg_history"].items()},
                baseline=as_text(data["baseline"], 400),
                inputs_sha256=as_text(data["inputs_sha256"], 64),
                created=as_text(data["created"], 40),
                note=as_text(data.get("note", ""), 2000),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BankError(f"the manifest's entry {label!r} is broken: {error}") from error
        if (
            info.kind not in KINDS
            or info.period not in (8, 16)
            or not info.images
            or not set(info.images) <= set(LATTICES)
            or not SHA256.fullmatch(info.inputs_sha256)
        ):
            raise BankError(f"the manifest's entry {label!r} holds values that cannot be")
        return info


def as_text(value: object, limit: int) -> str:
    """Return printable text of bounded length."""
    if not isinstance(value, str) or len(value) > limit or not value.isprintable():
        raise ValueError(f"not a line of text of at most {limit} characters: {value!r:.60}")
    return value


def as_count(value: object) -> int:
    """Return a whole number >= 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"not a count: {value!r:.60}")
    return value


@dataclass(frozen=True, kw_only=True)
class EntryArrays:
    """The arrays of an entry.

    Attributes
    ----------
    fingerprints : Mapping[int, Fingerprint]
        Lattice -> fingerprint.
    baselines : Mapping[int, ndarray]
        Lattice -> (3, L, L) float32, the mean residual of photographs coded alike.
    nulls : Mapping[str, ndarray]
        Name of the null cell (JPEG band and size octave) -> sorted statistics, float32.
    """

    fingerprints: Mapping[int, Fingerprint]
    baselines: Mapping[int, Floats]
    nulls: Mapping[str, Floats] = field(default_factory=dict)

    def pack(self) -> bytes:
        """Serialise as safetensors; variances, coherence, phase and baselines as float16."""
        tensors: dict[str, NDArray[Any]] = {}
        for lattice, fingerprint in self.fingerprints.items():
            for name in COMPONENTS:
                for key, array in fingerprint.component(name).arrays():
                    half = key in _HALF or (key == "mean" and name == "denoised")
                    dtype = np.float16 if half else np.float32
                    tensors[f"{lattice}/{name}/{key}"] = np.ascontiguousarray(array, dtype)
        for lattice, array in self.baselines.items():
            tensors[f"{lattice}/baseline"] = np.ascontiguousarray(array, np.float16)
        for cell, array in self.nulls.items():
            tensors[f"null/{cell}"] = np.ascontiguousarray(array, np.float32)
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

        def take(name: str, shape: tuple[int, ...]) -> Floats:
            array = tensors.get(name)
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
                **{name: _component(take, lattice, name) for name in COMPONENTS},
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
            nulls=nulls,
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
        if of == "residual":
            mean = self.template(lattice)
        else:
            mean = self.fingerprint(lattice).component(of).mean
        size = np.abs(np.fft.fftshift(np.fft.fft2(mean), axes=(-2, -1)))
        median = float(np.median(size)) or 1.0
        return np.asarray(20 * np.log10(np.maximum(size / median, 1e-3)), np.float32)

    def phase(self, of: str = "residual", lattice: int | None = None) -> Floats:
        """Return the phase of the mean's spectrum, shape (3, L, L), -π..π, DC at [L/2, L/2]."""
        if of == "residual":
            mean = self.template(lattice)
        else:
            mean = self.fingerprint(lattice).component(of).mean
        spectrum = np.fft.fftshift(np.fft.fft2(mean), axes=(-2, -1))
        return np.asarray(np.angle(spectrum), np.float32)
