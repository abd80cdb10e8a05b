"""The seed's pictures (eq. 1 to 3): of one image, or of the average of many.

An average is taken on the lattice of the generators: every image is folded, that is, all its
pixels whose coordinates agree modulo 256 are averaged into one, from the stored top left corner
on, so that each image has one vote and a pattern that repeats every 8, 16, … 256 pixels adds up.
When some images are smaller than 256 pixels, all are folded on 128 instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import ItemError, read_evidence
from fpinspect.report import figures

if TYPE_CHECKING:
    from fpinspect.evidence.image import Evidence
    from fpinspect.signal.spectrum import Area

Float32 = npt.NDArray[np.float32]
Component = Literal["residual", "denoised", "image"]

PEAK_DB = 10.0
_WORDS: dict[Component, tuple[str, str, str]] = {
    "residual": ("residual", "residuals", "R"),
    "denoised": ("denoised image", "denoised images", "D(I)"),
    "image": ("image", "images", "I"),
}
_CHANNELS = "mean of R, G and B"


@dataclass(frozen=True, slots=True, eq=False)
class SpectraSet:
    """Pictures and arrays that belong together.

    Attributes
    ----------
    name : str
        Start of the file names.
    pictures : mapping of str to bytes
        End of the file name to PNG.
    arrays : mapping of str to ndarray
        What `fpinspect spectra` writes as npz, float32; see `ImageSpectra` and `AverageSpectra`.
    """

    name: str
    pictures: Mapping[str, bytes]
    arrays: Mapping[str, Float32]

    def write(self, folder: Path) -> list[Path]:
        """Write ``NAME_*.png`` and ``NAME_spectra.npz`` and return their paths."""
        written = []
        for end, png in self.pictures.items():
            written.append(folder / f"{self.name}_{end}.png")
            written[-1].write_bytes(png)
        written.append(folder / f"{self.name}_spectra.npz")
        arrays: dict[str, Any] = dict(self.arrays)
        with written[-1].open("wb") as stream:
            np.savez(stream, **arrays)
        return written


def image_spectra(
    path: str, *, of: Component = "residual", denoiser: str = "wavelet", device: str = "cpu"
) -> SpectraSet:
    """Draw the residual, the log-magnitude and the phase of one image.

    Parameters
    ----------
    path : str
        The file.
    of : {"residual", "denoised", "image"}
        What is drawn and transformed.
    denoiser, device : str
        As in `fpinspect.signal.residual.separate`.

    Returns
    -------
    SpectraSet
        Arrays: ``planes`` (3, H, W) grey levels; ``log_magnitude_db`` (H, W), 10 log10 of
        |F|² / (H W), mean power of R, G and B, zero frequency at [H // 2, W // 2]; ``phase``
        (H, W), radians, of the mean of R, G and B; ``freq_y_cpp`` (H,) and ``freq_x_cpp`` (W,),
        cycles per pixel; ``origin`` (2,), y and x of the first pixel (not 0 above 24 megapixels,
        where the centre is transformed).

    Raises
    ------
    ItemError
        If the image cannot be read.
    """
    from fpinspect.signal.spectrum import fft_spectrum

    evidence = read_evidence(path)
    planes, area = _component(evidence, of, denoiser, device)
    db = fft_spectrum(planes).db()
    phase = fft_spectrum(planes.mean(axis=0)).phase_map()
    word, _, symbol = _WORDS[of]
    file = Path(path).name
    by = f"D: {denoiser} denoiser, " if of != "image" else ""
    drawn = _draw_planes(
        planes.mean(axis=0),
        of,
        title=word.capitalize(),
        caption=f"{file}: {_formula(of)}, {by}{_CHANNELS}, {area.label}.",
    )
    pictures = {
        of: drawn,
        "log_magnitude": figures.magnitude_png(
            db,
            title=f"Log-magnitude of the {word}",
            caption=f"{file}: 20 log₁₀ |F({symbol})| (eq. 3), {by}no window, {area.label}, "
            "mean power of R, G and B.",
        ),
        "phase": figures.phase_png(
            phase,
            title=f"Phase of the {word}",
            caption=f"{file}: phase of F({symbol}), {by}{_CHANNELS}, no window, {area.label}, "
            f"referred to its first pixel (x {area.origin[1]}, y {area.origin[0]}).",
        ),
    }
    arrays = {
        "planes": planes,
        "log_magnitude_db": db,
        "phase": phase,
        "freq_y_cpp": _frequencies(db.shape[0]),
        "freq_x_cpp": _frequencies(db.shape[1]),
        "origin": np.array(area.origin, np.float32),
    }
    return SpectraSet(Path(path).stem, pictures, arrays)


class AverageSpectra:
    """The average of many images (eq. 2), its spectrum (eq. 3), and how far they agree.

    Parameters
    ----------
    of : {"residual", "denoised", "image"}
        What is averaged.
    denoiser, device : str
        As in `fpinspect.signal.residual.separate`.
    """

    def __init__(
        self, *, of: Component = "residual", denoiser: str = "wavelet", device: str = "cpu"
    ) -> None:
        from fpinspect.fingerprint.accumulate import SourceAccumulator

        self.of, self.denoiser, self.device = of, denoiser, device
        self._sums = SourceAccumulator()

    @property
    def images(self) -> int:
        """How many images were added."""
        return max(a.images for a in self._sums.lattices.values())

    def add(self, path: str) -> None:
        """Add an image; above 24 megapixels its centre, 4096 px a side on the lattice.

        Raises
        ------
        ItemError
            If the image cannot be read or is too small to be averaged.
        """
        evidence = read_evidence(path)
        planes, area = _component(evidence, self.of, self.denoiser, self.device)
        try:
            # The other component is not asked for: the accumulator gets this one for both.
            self._sums.add(planes, planes, area.origin)
        except ValueError as error:
            raise ItemError(f"it cannot be averaged: {error}") from error

    def finish(self, given: int) -> SpectraSet:
        """Draw the average.

        Parameters
        ----------
        given : int
            How many images there were, those that could not be used included; for the caption.

        Returns
        -------
        SpectraSet
            Arrays, all with the zero frequency in the middle: ``mean`` (3, L, L), grey levels
            (eq. 2); ``log_magnitude_db`` (L, L), 10 log10 of |F(mean)|² / L², mean power of R, G
            and B (eq. 3); ``phase`` (L, L), radians, of the mean of R, G and B; ``freq_cpp``
            (L,), cycles per pixel; ``mean_log_magnitude_db`` (128, 128), mean over the images of
            the Welch log-PSD in dB, 128² Hann tiles; ``coherence`` (128, 128), 0 to 1, and
            ``welch_freq_cpp`` (128,); ``images`` (), how many.

        Raises
        ------
        ValueError
            If no image was added.
        """
        from fpinspect.signal.halfplane import unfold_half
        from fpinspect.signal.spectrum import fft_spectrum

        done = self._sums.finish()
        # The lattice that every image fills; the smaller one holds them all.
        lattice = max(s for s, f in done.items() if f.images == self.images)
        part = done[lattice].residual
        db = fft_spectrum(part.mean).db()
        phase = fft_spectrum(part.mean.mean(axis=0)).phase_map()
        side = part.log_psd_mean.shape[1]
        level = unfold_half(10.0 * part.log_psd_mean.mean(axis=0), side, odd=False)
        coherence = unfold_half(part.coherence.mean(axis=0), side, odd=False)
        arrays = {
            "mean": part.mean,
            "log_magnitude_db": db,
            "phase": phase,
            "freq_cpp": _frequencies(lattice),
            "mean_log_magnitude_db": level,
            "coherence": coherence,
            "welch_freq_cpp": _frequencies(side),
            "images": np.array(self.images, np.float32),
        }
        arrays = {name: np.asarray(array, np.float32) for name, array in arrays.items()}
        return SpectraSet("average", self._pictures(arrays, lattice, given), arrays)

    def _pictures(
        self, arrays: Mapping[str, Float32], lattice: int, given: int
    ) -> dict[str, bytes]:
        word, plural, symbol = _WORDS[self.of]
        n = self.images
        count = f"{n:,} {word if n == 1 else plural}"
        if given != n:
            count += f" ({given - n:,} of {given:,} images not used)"
        by = f", {self.denoiser} denoiser" if self.of != "image" else ""
        fold = f"every image folded on the {lattice}×{lattice} px lattice"
        tiles = "128×128 px Hann tiles"
        peaks = lattice_peaks(arrays["log_magnitude_db"])
        rings = (
            f"Rings: multiples of 1/8 cycles/px at least {PEAK_DB:.0f} dB above their surroundings."
            if peaks
            else f"No multiple of 1/8 cycles/px stands {PEAK_DB:.0f} dB above its surroundings."
        )
        chance = 0.886 / np.sqrt(n)
        high = next(h for h in (0.2, 0.5, 1.0) if h >= min(1.0, 2 * chance))
        high = max(high, _round_coherence(arrays["coherence"]))
        return {
            f"mean_{self.of}": _draw_planes(
                arrays["mean"].mean(axis=0),
                self.of,
                title=f"Mean {word}",
                caption=f"Mean (eq. 2) of {count}{by}, {_CHANNELS}, {fold}.",
            ),
            "log_magnitude": figures.magnitude_png(
                arrays["log_magnitude_db"],
                title=f"Log-magnitude of the mean {word}",
                caption=f"20 log₁₀ |F(mean {symbol})| (eq. 3), mean of {count}{by}, {fold}, "
                f"no window, mean power of R, G and B. {rings}",
                peaks=peaks,
            ),
            "phase": figures.phase_png(
                arrays["phase"],
                title=f"Phase of the mean {word}",
                caption=f"Phase of F(mean {symbol}), mean of {count}{by}, {fold}, {_CHANNELS}.",
            ),
            "mean_log_magnitude": figures.magnitude_png(
                arrays["mean_log_magnitude_db"],
                title=f"Mean log-magnitude of the {plural}",
                caption=f"Mean over {count} of the log power spectral density{by}, {tiles}, "
                f"{_CHANNELS}.",
            ),
            "coherence": figures.coherence_png(
                arrays["coherence"],
                high=high,
                title=f"Phase coherence of the {plural}",
                caption=f"Length of the mean unit phasor over {count}{by}, {tiles}, {_CHANNELS}: "
                f"1 where all phases agree, about {chance:.2f} by chance.",
            ),
        }


def lattice_peaks(db: npt.NDArray[np.floating[Any]]) -> list[tuple[float, float]]:
    """Find the multiples of 1/8 cycles/px that stand out of a square spectrum.

    Parameters
    ----------
    db : ndarray, (L, L)
        Level in dB, zero frequency at [L // 2, L // 2], L a multiple of 8.

    Returns
    -------
    list of (fx, fy)
        Cycles per pixel in [-0.5, 0.5), where the level is at least 10 dB over the median of the
        11 x 11 bins around it.
    """
    size = db.shape[0]
    found = []
    for k in range(-4, 4):
        for j in range(-4, 4):
            if k == 0 and j == 0:
                continue
            y, x = size // 2 + k * size // 8, size // 2 + j * size // 8
            near = db.take(range(y - 5, y + 6), 0, mode="wrap").take(
                range(x - 5, x + 6), 1, mode="wrap"
            )
            if db[y, x] >= np.median(near) + PEAK_DB:
                found.append((j / 8, k / 8))
    return found


def _component(
    evidence: Evidence, of: Component, denoiser: str, device: str
) -> tuple[Float32, Area]:
    """Return the planes asked for, (3, h, w), and the area of the image that they cover."""
    from fpinspect.signal.residual import separate_area
    from fpinspect.signal.spectrum import fft_area

    area = fft_area(*evidence.pixels.shape[:2])
    (y, x), (height, width) = area.origin, area.shape
    if of == "image":
        return evidence.planes((slice(y, y + height), slice(x, x + width))), area
    parts = separate_area(
        evidence.pixels, origin=area.origin, shape=area.shape, denoiser=denoiser, device=device
    )
    return parts[0 if of == "residual" else 1], area


def _draw_planes(plane: Float32, of: Component, *, title: str, caption: str) -> bytes:
    if of == "residual":
        return figures.residual_png(plane, title=title, caption=caption)
    return figures.plane_png(plane, title=title, caption=caption)


def _formula(of: Component) -> str:
    return {"residual": "R = I − D(I) (eq. 1)", "denoised": "D(I)", "image": "I"}[of]


def _frequencies(size: int) -> Float32:
    """Return the frequencies of a shifted transform, (size,) cycles per pixel."""
    return np.fft.fftshift(np.fft.fftfreq(size)).astype(np.float32)


def _round_coherence(coherence: Float32) -> float:
    """Return the end of the scale that holds all but the highest thousandth: .2, .5 or 1."""
    top = float(np.quantile(coherence, 0.999))
    return next((h for h in (0.2, 0.5) if h >= top), 1.0)
