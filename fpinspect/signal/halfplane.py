"""The common form of all spectra: power on the half plane of a real FFT, in one unit.

White noise of standard deviation s (grey levels) has power s² at every frequency, whatever the
size, the window and the method. In dB: 10 log10 of it, not below `FLOOR_DB`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

WindowName = Literal["hann", "hamming", "blackman", "none"]
WINDOWS: tuple[WindowName, ...] = ("hann", "hamming", "blackman", "none")

FLOOR_DB = -100.0  # far below the -10.8 dB of rounding to 8 bits; a flat image lies here

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class HalfSpectrum:
    """Power at the non-negative horizontal frequencies.

    Attributes
    ----------
    power : ndarray
        (C, H, W // 2 + 1) float32, grey levels²; zero frequency at [0, 0], the rows in FFT order.
    shape : tuple of int
        (H, W) of the transform.
    window : str
        Window function, one of `WINDOWS`.
    label : str
        What was transformed, in plain words.
    """

    power: Float32
    shape: tuple[int, int]
    window: WindowName
    label: str

    @property
    def freq_y(self) -> Float32:
        """Vertical frequencies of the rows, (H,) cycles per pixel in [-0.5, 0.5)."""
        freq: Float32 = np.fft.fftfreq(self.shape[0]).astype(np.float32)
        return freq

    @property
    def freq_x(self) -> Float32:
        """Horizontal frequencies of the columns, (W // 2 + 1,) cycles per pixel in [0, 0.5]."""
        freq: Float32 = np.fft.rfftfreq(self.shape[1]).astype(np.float32)
        return freq

    def mean_power(self, channel: int | None = None) -> Float32:
        """Power of one channel, or the mean over the channels: (H, W // 2 + 1) float32."""
        power: Float32 = self.power.mean(0) if channel is None else self.power[channel]
        return power

    def db(self, channel: int | None = None) -> Float32:
        """Return the spectrum in dB as a picture.

        Parameters
        ----------
        channel : int, optional
            One channel; by default the mean power of all.

        Returns
        -------
        ndarray
            (H, W) float32, zero frequency at [H // 2, W // 2], finite.
        """
        return unfold_half(to_db(self.mean_power(channel)), self.shape[1], odd=False)


def to_db(power: NDArray[np.floating]) -> Float32:
    """Return 10 log10 of a power, not below `FLOOR_DB`; float32, finite for finite input."""
    floor = 10.0 ** (FLOOR_DB / 10)
    level: Float32 = (10 * np.log10(np.maximum(power, floor))).astype(np.float32, copy=False)
    # The logarithm's last bit differs between processors: the floor is the floor on all of them.
    return np.maximum(level, np.float32(FLOOR_DB))


def unfold_half(half: Float32, width: int, *, odd: bool) -> Float32:
    """Complete a half plane by its symmetry and move the zero frequency to the middle.

    Parameters
    ----------
    half : ndarray
        (H, W // 2 + 1) float32 in FFT order.
    width : int
        W.
    odd : bool
        The other half has the opposite sign (a phase) instead of the same (a magnitude).

    Returns
    -------
    ndarray
        (H, W) float32, zero frequency at [H // 2, W // 2].
    """
    height = half.shape[0]
    rows = np.roll(half, height // 2, 0)
    full = np.empty((height, width), np.float32)
    left = width // 2
    full[:, left:] = rows[:, : width - left]
    # frequency (fy, -fx) mirrors (-fy, fx); in FFT order row r mirrors row (-r) mod H
    mirror = np.roll(half[(-np.arange(height)) % height], height // 2, 0)
    full[:, :left] = mirror[:, left:0:-1] * np.float32(-1 if odd else 1)
    return full


@lru_cache(maxsize=64)
def window_function(name: WindowName, length: int) -> torch.Tensor:
    """Return a periodic window, (length,) float32; ``"none"`` is all ones.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in WINDOWS:
        raise ValueError(f"unknown window {name!r}: choose one of {', '.join(WINDOWS)}")
    # A periodic window starts at 0: of one or two samples it would leave nothing.
    if name == "none" or length < 3:
        return torch.ones(length)
    make = {
        "hann": torch.hann_window,
        "hamming": torch.hamming_window,
        "blackman": torch.blackman_window,
    }[name]
    return make(length, periodic=True)


def as_planes(planes: NDArray[np.floating]) -> Float32:
    """Return (H, W) or (C, H, W) as (C, H, W) float32.

    Raises
    ------
    ValueError
        If the array has another number of axes or is empty.
    """
    if planes.ndim not in (2, 3) or 0 in planes.shape:
        raise ValueError(f"planes must be (H, W) or (C, H, W), not empty, not {planes.shape}")
    return np.asarray(planes if planes.ndim == 3 else planes[None], dtype=np.float32)
