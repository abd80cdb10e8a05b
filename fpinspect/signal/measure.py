"""Spectra of an image of any size, without holding its residual whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from fpinspect.signal import residual
from fpinspect.signal.denoise import Denoiser
from fpinspect.signal.halfplane import WindowName
from fpinspect.signal.spectrum import LogPsd, Spectrum, Welch, area_spectrum, fft_area

Component = Literal["residual", "denoised", "image"]
COMPONENTS: tuple[Component, ...] = ("residual", "denoised", "image")


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Both spectra of one component of an image.

    Attributes
    ----------
    of : {"residual", "denoised", "image"}
        Whose.
    psd : LogPsd
        Welch's estimate, of the whole image.
    fft : Spectrum
        Magnitude (seed eq. 3) and phase, of the whole image up to 24 megapixels, else of its
        centre (`Spectrum.whole`, `Spectrum.label`).
    """

    of: Component
    psd: LogPsd
    fft: Spectrum


def image_spectra(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    *,
    of: Component = "residual",
    denoiser: str | Denoiser = "wavelet",
    device: str | torch.device = "cpu",
    window: WindowName = "none",
    nperseg: int = 256,
    overlap: float = 0.5,
) -> Spectra:
    """Measure the spectra of an image, above 24 megapixels in tiles.

    100 megapixels stay below 2 GB for the whole process.

    Parameters
    ----------
    pixels : ndarray
        (H, W, C) uint8 or uint16, the stored lattice.
    of : {"residual", "denoised", "image"}
        Whose spectra.
    denoiser : str or Denoiser
        What separates the residual from the image.
    device : str or torch.device
        Where to compute.
    window : {"hann", "hamming", "blackman", "none"}
        Of the whole-image FFT; Welch's segments always have a Hann window.
    nperseg : int
        Side of Welch's segments, a power of 2 up to 2048.
    overlap : float
        Of Welch's segments: 0, 0.5 or 0.75.

    Returns
    -------
    Spectra
        Welch and FFT.

    Raises
    ------
    ValueError
        If a parameter is none of the above.
    """
    if of not in COMPONENTS:
        raise ValueError(f"unknown component {of!r}: choose one of {', '.join(COMPONENTS)}")
    if nperseg not in (2**k for k in range(12)):
        raise ValueError(f"segments must be a power of 2 up to 2048 px wide, not {nperseg}")
    if overlap not in (0.0, 0.5, 0.75):
        raise ValueError(f"segments may overlap by 0, 0.5 or 0.75, not by {overlap}")
    method: str | Denoiser = _Nothing() if of == "image" else denoiser
    area = fft_area(*pixels.shape[:2])
    parts = residual.separate_area(
        pixels, origin=area.origin, shape=area.shape, denoiser=method, device=device
    )
    planes = parts[0 if of == "residual" else 1]
    del parts
    fft = area_spectrum(planes, area, window=window, device=device)
    welch = Welch(nperseg=nperseg, overlap=overlap, device=device)
    if area.whole:
        welch.add(planes)
        return Spectra(of, welch.finish(), fft)
    del planes
    side = residual.TILE
    for tile in residual.iter_residual_tiles(
        pixels, denoiser=method, device=device, tile=side, margin=welch.margin
    ):
        part = tile.residual if of == "residual" else tile.denoised
        welch.add(part, origin=(tile.y, tile.x), own=(side, side))
    return Spectra(of, welch.finish(), fft)


class _Nothing:
    """A denoiser that finds no noise: its denoised image is the image."""

    name = "none"
    version = "1"
    halo = 0

    def denoise(self, x: torch.Tensor) -> torch.Tensor:
        return x

    def residual(self, x: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(x)
