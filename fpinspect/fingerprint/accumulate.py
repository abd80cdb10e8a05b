"""Many residuals to one fingerprint: streaming sums that merge (seed eq. 2).

Every image has one vote, whatever its size: it is folded on the lattice first. The sums are
float64 and merging adds them, so that a fingerprint of ten images and of ten million is the
same code, in one process or over a cluster, up to rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from fpinspect.fingerprint.lattice import Floats, fold_sums, refold
from fpinspect.fingerprint.pattern import Harmonics, Pattern, PatternSums

LATTICES = (256, 128)
COMPONENTS = ("residual", "denoised")
SPECTRUM = 128
"""Side of the tiles of the spectral statistics, for either lattice."""
PSD_FLOOR = 1e-6
"""Added to the power before the logarithm: far below the rounding noise of 8-bit images."""


@dataclass(frozen=True)
class Component:
    """The statistics of one component (residual or denoised image) of one source.

    Attributes
    ----------
    mean : ndarray, shape (3, L, L), float32
        Mean over the images, on the lattice (eq. 2), grey levels 0..255. R, G, B.
    log_psd_mean, log_psd_var : ndarray, shape (3, 128, 65), float32
        Mean and variance over the images of log10 of the power spectral density
        (grey levels² per (cycle/pixel)²), Welch with 128² Hann tiles, `scipy.fft.rfft2` order:
        row i, column j is ``(fftfreq(128)[i], j / 128)`` cycles per pixel.
    coherence : ndarray, shape (3, 128, 65), float32
        Phase coherence: length of the mean unit phasor over the images, 0..1.
    phase : ndarray, shape (3, 128, 65), float32
        Circular mean phase, -π..π, of the pattern at the lattice's origin.
    """

    mean: Floats
    log_psd_mean: Floats
    log_psd_var: Floats
    coherence: Floats
    phase: Floats

    def arrays(self) -> Iterator[tuple[str, Floats]]:
        """Yield the arrays with their names."""
        for item in fields(self):
            yield item.name, getattr(self, item.name)


@dataclass(frozen=True)
class Fingerprint:
    """What many images of one source have in common, on one lattice.

    Attributes
    ----------
    lattice : int
        Period in pixels: 256 or 128.
    images : int
        How many images voted.
    residual, denoised : Component
        The statistics of R = I - D(I) (eq. 1) and of D(I).
    patterns : Mapping[str, Pattern]
        JPEG band of the files -> mean standardised harmonics of their residuals: what is matched
        whatever the shift.
    """

    lattice: int
    images: int
    residual: Component
    denoised: Component
    patterns: Mapping[str, Pattern]

    def component(self, name: str) -> Component:
        """Return the component called ``"residual"`` or ``"denoised"``."""
        if name not in COMPONENTS:
            raise ValueError(f"no component {name!r}: it is one of {', '.join(COMPONENTS)}")
        chosen: Component = getattr(self, name)
        return chosen


@dataclass(frozen=True)
class Measured:
    """One component of one image, ready to be added to any lattice.

    Attributes
    ----------
    folds : Mapping[int, ndarray]
        Lattice -> (3, L, L) float32 fold; only lattices that the image fills.
    log_psd : ndarray, shape (3, 128, 65), float32
        log10 of the power spectral density.
    phasor : ndarray, shape (3, 128, 65), complex64
        Unit phasor of the mean spectrum over the tiles, at the lattice's origin.
    """

    folds: Mapping[int, Floats]
    log_psd: Floats
    phasor: NDArray[np.complex64]


def _hann() -> Floats:
    """Return the periodic 128² Hann window, shape (128, 128), float32."""
    one = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SPECTRUM) / SPECTRUM)
    return np.outer(one, one).astype(np.float32)


def tile_spectrum(
    planes: Floats, origin: tuple[int, int] = (0, 0)
) -> tuple[Floats, NDArray[np.complex64]]:
    """Average the spectra of an image's 128² Hann tiles: power and complex.

    The tiles start at the image's corner; a phase ramp brings each to the lattice's origin, so
    that only what repeats on the lattice adds up in the complex mean.

    Parameters
    ----------
    planes : ndarray, shape (3, H, W), float32, H and W at least 128
        The component.
    origin : tuple of int
        Lattice position ``(y, x)`` of the first pixel.

    Returns
    -------
    psd : ndarray, shape (3, 128, 65), float32
        Power spectral density, grey levels² per (cycle/pixel)² (window's power divided out).
    mean : ndarray, shape (3, 128, 65), complex64
        Mean complex spectrum.
    """
    window = _hann()
    fy, fx = np.fft.fftfreq(SPECTRUM)[:, None], np.fft.rfftfreq(SPECTRUM)[None, :]
    ramp = np.exp(-2j * np.pi * (fy * (origin[0] % SPECTRUM) + fx * (origin[1] % SPECTRUM)))
    height, width = planes.shape[-2:]
    shape = (planes.shape[0], SPECTRUM, SPECTRUM // 2 + 1)
    psd, mean = np.zeros(shape, np.float64), np.zeros(shape, np.complex128)
    tiles = 0
    for y in range(0, height - SPECTRUM + 1, SPECTRUM):
        for x in range(0, width - SPECTRUM + 1, SPECTRUM):
            tile = planes[:, y : y + SPECTRUM, x : x + SPECTRUM]
            tile = tile - tile.mean(axis=(-2, -1), keepdims=True)
            spectrum = fft.rfft2(tile * window)
            psd += spectrum.real**2 + spectrum.imag**2
            mean += spectrum
            tiles += 1
    if tiles == 0:
        raise ValueError(f"an image of {width}×{height} px holds no {SPECTRUM}-px tile")
    psd /= tiles * float(np.square(window).sum())
    return psd.astype(np.float32), (mean * ramp / tiles).astype(np.complex64)


def measure(planes: Floats, origin: tuple[int, int] = (0, 0)) -> Measured:
    """Fold one component of one image and take its spectra.

    Parameters
    ----------
    planes : ndarray, shape (3, H, W), float32, H and W at least 128
        Residual or denoised image, grey levels 0..255.
    origin : tuple of int
        Lattice position ``(y, x)`` of the first pixel.

    Returns
    -------
    Measured
        What accumulators add.
    """
    psd, mean = tile_spectrum(planes, origin)
    folds: dict[int, Floats] = {}
    if min(planes.shape[-2:]) >= LATTICES[0]:
        sums, counts = fold_sums(planes, LATTICES[0], origin)
        folds[LATTICES[0]] = sums / counts
        small, small_counts = refold(sums, counts, LATTICES[1])
    else:
        small, small_counts = fold_sums(planes, LATTICES[1], origin)
    folds[LATTICES[1]] = small / small_counts
    size = np.abs(mean)
    phasor = np.divide(mean, size, out=np.zeros_like(mean), where=size > 0)
    return Measured(folds=MappingProxyType(folds), log_psd=np.log10(psd + PSD_FLOOR), phasor=phasor)


@dataclass
class _Sums:
    """Float64 sums of one component."""

    mean: NDArray[np.float64]
    log_psd: NDArray[np.float64]
    log_psd_sq: NDArray[np.float64]
    phasor: NDArray[np.complex128]

    @classmethod
    def zeros(cls, lattice: int) -> _Sums:
        shape = (3, SPECTRUM, SPECTRUM // 2 + 1)
        return cls(
            np.zeros((3, lattice, lattice)),
            np.zeros(shape),
            np.zeros(shape),
            np.zeros(shape, np.complex128),
        )

    def add(self, one: Measured, lattice: int) -> None:
        log_psd = one.log_psd.astype(np.float64)
        self.mean += one.folds[lattice]
        self.log_psd += log_psd
        self.log_psd_sq += np.square(log_psd)
        self.phasor += one.phasor

    def merge(self, other: _Sums) -> None:
        for item in fields(self):
            mine = getattr(self, item.name)
            mine += getattr(other, item.name)

    def finish(self, images: int) -> Component:
        mean = self.log_psd / images
        phasor = self.phasor / images
        return Component(
            mean=(self.mean / images).astype(np.float32),
            log_psd_mean=mean.astype(np.float32),
            log_psd_var=np.maximum(self.log_psd_sq / images - mean**2, 0).astype(np.float32),
            coherence=np.abs(phasor).astype(np.float32),
            phase=np.angle(phasor).astype(np.float32),
        )


@dataclass
class FingerprintAccumulator:
    """Streaming, mergeable sums of one source on one lattice.

    Parameters
    ----------
    lattice : int
        256, or 128 for sources whose images are smaller than 256 pixels.
    offsets : Mapping[str, ndarray] or None
        JPEG band -> harmonics of the mean residual of photographs, subtracted from the patterns
        (`fpinspect.fingerprint.photographs.Photographs.offsets`); None: nothing is.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> image = rng.normal(size=(2, 3, 128, 128)).astype(np.float32)
    >>> a, b = FingerprintAccumulator(lattice=128), FingerprintAccumulator(lattice=128)
    >>> a.add(image[0], image[0])
    >>> b.add(image[1], image[1], origin=(16, 0))
    >>> a.merge(b).finish().images
    2
    """

    lattice: int = LATTICES[0]
    images: int = 0
    offsets: Mapping[str, Harmonics] | None = field(default=None, repr=False)
    _sums: dict[str, _Sums] = field(default_factory=dict, repr=False)
    _patterns: dict[str, PatternSums] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.lattice not in LATTICES:
            raise ValueError(f"the lattice is one of {LATTICES}, not {self.lattice}")
        if not self._sums:
            self._sums = {name: _Sums.zeros(self.lattice) for name in COMPONENTS}

    def add(
        self,
        residual: Floats,
        denoised: Floats,
        origin: tuple[int, int] = (0, 0),
        *,
        band: str = "none",
    ) -> None:
        """Add one image.

        Parameters
        ----------
        residual, denoised : ndarray, shape (3, H, W), float32
            R = I - D(I) and D(I), grey levels 0..255, H and W at least the lattice.
        origin : tuple of int
            Lattice position ``(y, x)`` of the image's first pixel: where a crop was cut.
        band : str
            JPEG band of the file, see `fpinspect.fingerprint.manifest.band`.

        Raises
        ------
        ValueError
            If the image does not fill the lattice, or holds NaN or infinity.
        """
        if min(residual.shape[-2:]) < self.lattice:
            height, width = residual.shape[-2:]
            raise ValueError(f"{width}×{height} px do not fill a lattice of {self.lattice}")
        self.add_measured(measure(residual, origin), measure(denoised, origin), band=band)

    def add_measured(self, residual: Measured, denoised: Measured, *, band: str = "none") -> None:
        """Add one image that was measured already (`measure`)."""
        parts = {"residual": residual, "denoised": denoised}
        for part in parts.values():  # one bad pixel would spoil the sums for good
            if not (
                np.isfinite(part.log_psd).all() and np.isfinite(part.folds[self.lattice]).all()
            ):
                raise ValueError("the image holds values that are not finite")
        for name, part in parts.items():
            self._sums[name].add(part, self.lattice)
        offset = None if self.offsets is None else self.offsets[band]
        self._patterns.setdefault(band, PatternSums()).add(residual.folds[self.lattice], offset)
        self.images += 1

    def merge(self, other: FingerprintAccumulator) -> FingerprintAccumulator:
        """Add another accumulator's sums to this one's and return this one.

        Raises
        ------
        ValueError
            If the lattices differ, or something was subtracted from one of them only.
        """
        if (self.offsets is None) != (other.offsets is None):
            raise ValueError("sums with and without subtracted photographs do not merge")
        if other.lattice != self.lattice:
            raise ValueError(f"lattices {self.lattice} and {other.lattice} do not merge")
        for name in COMPONENTS:
            self._sums[name].merge(other._sums[name])
        for band, sums in other._patterns.items():
            self._patterns.setdefault(band, PatternSums()).merge(sums)
        self.images += other.images
        return self

    def finish(self) -> Fingerprint:
        """Divide the sums by the number of images.

        Raises
        ------
        ValueError
            If no image was added.
        """
        if self.images == 0:
            raise ValueError("no image was added: there is no fingerprint of nothing")
        return Fingerprint(
            lattice=self.lattice,
            images=self.images,
            residual=self._sums["residual"].finish(self.images),
            denoised=self._sums["denoised"].finish(self.images),
            patterns={band: sums.finish() for band, sums in sorted(self._patterns.items())},
        )


class SourceAccumulator:
    """The accumulators of one source on every lattice that its images fill.

    Parameters
    ----------
    offsets : Mapping[str, ndarray] or None
        As in `FingerprintAccumulator`.
    """

    def __init__(self, offsets: Mapping[str, Harmonics] | None = None) -> None:
        self.offsets = offsets
        self.lattices = {
            size: FingerprintAccumulator(lattice=size, offsets=offsets) for size in LATTICES
        }

    def add(
        self,
        residual: Floats,
        denoised: Floats,
        origin: tuple[int, int] = (0, 0),
        *,
        band: str = "none",
    ) -> None:
        """Add one image of at least 128 px a side to each lattice that it fills."""
        if min(residual.shape[-2:]) < LATTICES[-1]:
            height, width = residual.shape[-2:]
            raise ValueError(f"{width}×{height} px: a fingerprint needs {LATTICES[-1]} px a side")
        first, second = measure(residual, origin), measure(denoised, origin)
        for size in first.folds:
            self.lattices[size].add_measured(first, second, band=band)

    def merge(self, other: SourceAccumulator) -> SourceAccumulator:
        """Add another source's sums to this one's and return this one."""
        for size, accumulator in self.lattices.items():
            accumulator.merge(other.lattices[size])
        return self

    def finish(self) -> dict[int, Fingerprint]:
        """Return lattice -> fingerprint, for the lattices that got images."""
        done = {size: a.finish() for size, a in self.lattices.items() if a.images}
        if not done:
            raise ValueError("no image was added: there is no fingerprint of nothing")
        return done
