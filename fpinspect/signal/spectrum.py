"""Spectra of image planes: Welch power density, whole-image magnitude (seed eq. 3) and phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from fpinspect.signal.halfplane import (
    FLOOR_DB,
    HalfSpectrum,
    WindowName,
    as_planes,
    unfold_half,
    window_function,
)

WHOLE_UP_TO = 24_000_000  # pixels: above, the FFT is that of the centre
CENTRE = 4096
CENTRE_LATTICE = 256  # origin of the centre: a multiple of the fingerprints' lattice

_CHUNK = 2**22  # samples transformed at a time

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class LogPsd(HalfSpectrum):
    """Welch's estimate of the power spectral density.

    Attributes
    ----------
    segments : int
        Number of segments averaged.
    overlap : float
        Share of a segment that the next one covers again.
    """

    segments: int
    overlap: float


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum(HalfSpectrum):
    """Magnitude (seed eq. 3) and phase of one FFT.

    Attributes
    ----------
    phase : ndarray
        (C, H, W // 2 + 1) float32, radians in [-pi, pi], 0 where the power is below the floor;
        referred to the pixel at `origin`.
    origin : tuple of int
        (y, x) of the first pixel transformed; (0, 0) but for the centre of a big image.
    whole : bool
        False when only the centre of the image was transformed.
    gain : float
        Square root of the window's energy: the magnitude |F| of eq. 3 is gain * sqrt(power).
    """

    phase: Float32
    origin: tuple[int, int]
    whole: bool
    gain: float

    @property
    def magnitude(self) -> Float32:
        """The magnitude M = |F| of eq. 3, (C, H, W // 2 + 1) float32."""
        root: Float32 = np.sqrt(self.power) * np.float32(self.gain)
        return root

    def phase_map(self, channel: int = 0) -> Float32:
        """Phase of one channel as a picture.

        Returns
        -------
        ndarray
            (H, W) float32, radians, zero frequency at [H // 2, W // 2].
        """
        return unfold_half(self.phase[channel], self.shape[1], odd=True)


def fft_spectrum(
    planes: NDArray[np.floating],
    *,
    window: WindowName = "none",
    device: str | torch.device = "cpu",
) -> Spectrum:
    """Magnitude and phase of the whole image (seed eq. 3), up to 24 megapixels.

    Above, of the middle 4096 x 4096 pixels, at an origin that is a multiple of 256, and the label
    says so.

    Parameters
    ----------
    planes : ndarray
        (C, H, W) or (H, W), grey levels: residual, denoised image or image.
    window : {"hann", "hamming", "blackman", "none"}
        Separable; eq. 3 has none.
    device : str or torch.device
        Where to compute.

    Returns
    -------
    Spectrum
        In FFT order; `Spectrum.db` and `Spectrum.phase_map` are pictures.
    """
    stack = as_planes(planes)
    area = fft_area(stack.shape[1], stack.shape[2])
    (top, left), (height, width) = area.origin, area.shape
    part = stack[:, top : top + height, left : left + width]
    return area_spectrum(part, area, window=window, device=device)


@dataclass(frozen=True, slots=True)
class Area:
    """The part of an image that is transformed.

    Attributes
    ----------
    origin, shape : tuple of int
        (y, x) of its first pixel, (h, w).
    whole : bool
        It is all of the image.
    """

    origin: tuple[int, int]
    shape: tuple[int, int]
    whole: bool

    @property
    def label(self) -> str:
        """The area in plain words."""
        if self.whole:
            return "whole image"
        (y, x), (height, width) = self.origin, self.shape
        return f"centre, {width} × {height} px from x {x}, y {y}"


def fft_area(height: int, width: int) -> Area:
    """Return the part of an image of this size that `fft_spectrum` transforms."""
    if height * width <= WHOLE_UP_TO:
        return Area((0, 0), (height, width), whole=True)
    y, x = (max(n - CENTRE, 0) // 2 // CENTRE_LATTICE * CENTRE_LATTICE for n in (height, width))
    return Area((y, x), (min(CENTRE, height), min(CENTRE, width)), whole=False)


def area_spectrum(
    planes: Float32,
    area: Area,
    *,
    window: WindowName = "none",
    device: str | torch.device = "cpu",
) -> Spectrum:
    """Transform planes (C, H, W) float32 that were cut from an image as `area` says."""
    height, width = planes.shape[1:]
    taper = torch.outer(window_function(window, height), window_function(window, width))
    energy = float(taper.square().sum(dtype=torch.float64))
    power = np.empty((len(planes), height, width // 2 + 1), np.float32)
    phase = np.empty_like(power)
    for index, plane in enumerate(planes):
        tensor = torch.from_numpy(np.ascontiguousarray(plane)).to(device)
        if window != "none":
            tensor = tensor * taper.to(device)
        half = torch.fft.rfft2(tensor)
        part = half.abs().square_().div_(energy)
        angle = half.angle().masked_fill_(part < 10.0 ** (FLOOR_DB / 10), 0.0)
        power[index], phase[index] = part.cpu().numpy(), angle.cpu().numpy()
    return Spectrum(
        power=power,
        shape=(height, width),
        window=window,
        label=area.label,
        phase=phase,
        origin=area.origin,
        whole=area.whole,
        gain=energy**0.5,
    )


class Welch:
    """Welch's power spectral density, fed tile by tile.

    Segments start at multiples of ``step`` from the origin of the image; of a tile, those that
    start in it count, so tiles must reach `margin` pixels beyond their own area, to the right and
    below (``iter_residual_tiles(..., margin=welch.margin)``). Each segment's mean is subtracted.

    Parameters
    ----------
    nperseg : int
        Side of the segments and of the transform; a shorter image is zero-padded.
    overlap : float
        Share of a segment that the next covers again, 0 up to below 1.
    window : {"hann", "hamming", "blackman", "none"}
        Separable window.
    device : str or torch.device
        Where to compute.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    def __init__(
        self,
        *,
        nperseg: int = 256,
        overlap: float = 0.5,
        window: WindowName = "hann",
        device: str | torch.device = "cpu",
    ) -> None:
        if nperseg < 1 or not 0 <= overlap < 1:
            raise ValueError("Welch needs segments of at least 1 px and an overlap in [0, 1)")
        window_function(window, nperseg)
        self.nperseg, self.overlap, self.window = nperseg, overlap, window
        self.device = torch.device(device)
        self.step = max(1, round(nperseg * (1 - overlap)))
        self.segments = 0
        self._sum: NDArray[np.float64] | None = None

    @property
    def margin(self) -> int:
        """Pixels that a tile must hold beyond its own area."""
        return self.nperseg - self.step

    def add(
        self,
        planes: NDArray[np.floating],
        *,
        origin: tuple[int, int] = (0, 0),
        own: tuple[int, int] | None = None,
    ) -> None:
        """Add a tile, or a whole image.

        Parameters
        ----------
        planes : ndarray
            (C, h, w) or (h, w): the tile with its margin.
        origin : tuple of int
            (y, x) of the tile in the image, multiples of the step.
        own : tuple of int, optional
            (h, w) of the tile without its margin; by default all of it.

        Raises
        ------
        ValueError
            If the origin is not on the grid of the segments.
        """
        if origin[0] % self.step or origin[1] % self.step:
            raise ValueError(f"tiles must start at multiples of {self.step} px, not at {origin}")
        stack = as_planes(planes)
        own = own or (stack.shape[1], stack.shape[2])
        sides: list[int] = []
        for start, length in zip(origin, stack.shape[1:], strict=True):
            if start and length < self.nperseg:
                return  # the far edge: covered by the segments of the tile before
            sides.append(min(length, self.nperseg))
        height, width = sides
        view = torch.from_numpy(np.ascontiguousarray(stack)).to(self.device)
        view = view.unfold(1, height, self.step).unfold(2, width, self.step)
        view = view[:, : -(-own[0] // self.step), : -(-own[1] // self.step)]
        total = self._power(view)
        self._sum = total if self._sum is None else self._sum + total
        self.segments += view.shape[1] * view.shape[2]

    def _power(self, view: torch.Tensor) -> NDArray[np.float64]:
        """Sum the power of segments (C, rows, columns, h, w) over rows and columns."""
        n = self.nperseg
        channels, down, across, height, width = view.shape
        taper = torch.outer(
            window_function(self.window, height), window_function(self.window, width)
        )
        energy = float(taper.square().sum(dtype=torch.float64))
        taper = taper.to(self.device)
        total = np.zeros((channels, n, n // 2 + 1))
        rows = max(1, _CHUNK // (across * n * n))
        for plane, out in zip(view, total, strict=True):
            for start in range(0, down, rows):
                parts = plane[start : start + rows].flatten(0, 1)
                parts = (parts - parts.mean((-2, -1), keepdim=True)).mul_(taper)
                half = torch.fft.rfft2(parts, s=(n, n))
                power = (half.real.square() + half.imag.square()).sum(0)
                out += power.cpu().numpy().astype(np.float64) / energy
        return total

    def finish(self, label: str = "whole image") -> LogPsd:
        """Return the mean over the segments.

        Raises
        ------
        ValueError
            If nothing was added.
        """
        if self._sum is None or not self.segments:
            raise ValueError("no segment was added to the power spectral density")
        return LogPsd(
            power=(self._sum / self.segments).astype(np.float32),
            shape=(self.nperseg, self.nperseg),
            window=self.window,
            label=label,
            segments=self.segments,
            overlap=self.overlap,
        )


def welch_log_psd(
    planes: NDArray[np.floating],
    *,
    nperseg: int = 256,
    overlap: float = 0.5,
    window: WindowName = "hann",
    device: str | torch.device = "cpu",
) -> LogPsd:
    """Welch's power spectral density of planes held in memory; see `Welch`.

    Parameters
    ----------
    planes : ndarray
        (C, H, W) or (H, W), grey levels: residual, denoised image or image.
    nperseg, overlap, window, device
        As in `Welch`.

    Returns
    -------
    LogPsd
        (C, nperseg, nperseg // 2 + 1); `LogPsd.db` is a picture in dB.
    """
    welch = Welch(nperseg=nperseg, overlap=overlap, window=window, device=device)
    welch.add(planes)
    return welch.finish()
