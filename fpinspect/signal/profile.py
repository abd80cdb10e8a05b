"""Profiles of a spectrum along the radius and the angle, and the power law of its tail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fpinspect.signal.halfplane import FLOOR_DB, HalfSpectrum, to_db

R_MAX_CPP = 0.5  # the Nyquist frequency along the axes; beyond lie only the corners
_LEVEL_DB = 0.05  # resolution of the quartiles
_LEVELS_ABOVE_FLOOR = 6000  # up to 200 dB

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Power along one coordinate of the frequency plane.

    Attributes
    ----------
    at : ndarray
        (B,) float32: `freq_cpp`, cycles per pixel, or angle in degrees; bins that hold no
        frequency of this spectrum are left out.
    db : ndarray
        (B,) float32, 10 log10 of the mean power in grey levels² (see `signal.spectrum`).
    lower, median, upper : ndarray
        (B,) float32, quartiles of the level in dB, to within 0.05 dB.
    count : ndarray
        (B,) int64, number of distinct frequencies in the bin.
    """

    at: Float32
    db: Float32
    lower: Float32
    median: Float32
    upper: Float32
    count: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """Tail of a radial magnitude profile, M(r) = end * (r / r_max) ** -b.

    Attributes
    ----------
    b : float
        Decay; 0 for a flat (white) tail, negative where the magnitude rises.
    start, end : float
        Fitted magnitude, grey levels, at the start of the tail and at r_max.
    start_cpp, r_max_cpp : float
        Where those are, cycles per pixel.
    rms_db : float
        Root mean square distance of the profile from the fit.
    """

    b: float
    start: float
    end: float
    start_cpp: float
    r_max_cpp: float
    rms_db: float


def radial_profile(
    spectrum: HalfSpectrum, *, channel: int | None = None, bins: int | None = None
) -> Profile:
    """Average a spectrum over rings, from 0 to 0.5 cycles per pixel.

    Parameters
    ----------
    spectrum : HalfSpectrum
        Of the residual, the denoised image or the image.
    channel : int, optional
        One channel; by default the mean power of all.
    bins : int, optional
        Number of rings; by default half the shorter side, at most 512.

    Returns
    -------
    Profile
        ``at`` is the centre of the ring, 0 for the mean of the image alone.

    Raises
    ------
    ValueError
        If bins is below 1.
    """
    bins = max(1, min(512, min(spectrum.shape) // 2)) if bins is None else bins
    if bins < 1:
        raise ValueError("a profile needs at least one bin")
    radius = np.hypot(spectrum.freq_y[:, None], spectrum.freq_x)
    # Ring k is centred on k / (2 bins): ring 0 is the zero frequency and what lies next to it.
    ring = np.rint(radius * (2 * bins)).astype(np.intp)
    keep = _distinct(spectrum.shape) & (radius <= R_MAX_CPP + 1e-6)
    centres = np.arange(bins + 1) / (2 * bins)
    return _profile(spectrum.mean_power(channel), ring, keep, centres)


def angular_profile(
    spectrum: HalfSpectrum,
    *,
    channel: int | None = None,
    bins: int = 180,
    band_cpp: tuple[float, float] = (0.05, 0.5),
) -> Profile:
    """Average a spectrum over sectors of a ring.

    Parameters
    ----------
    spectrum : HalfSpectrum
        Of the residual, the denoised image or the image.
    channel : int, optional
        One channel; by default the mean power of all.
    bins : int
        Number of sectors of the half plane.
    band_cpp : tuple of float
        Radii that take part, cycles per pixel; near 0 the scene rules.

    Returns
    -------
    Profile
        ``at`` is the direction of the frequency vector in degrees, [0, 180): 0 along x (vertical
        stripes), 90 along y, growing from x to y (downwards in the image).

    Raises
    ------
    ValueError
        If bins is below 1.
    """
    if bins < 1:
        raise ValueError("a profile needs at least one bin")
    fy, fx = spectrum.freq_y[:, None], spectrum.freq_x
    radius = np.hypot(fy, fx)
    degrees = np.degrees(np.arctan2(fy, fx)) % 180.0
    sector = np.rint(degrees * (bins / 180.0)).astype(np.intp) % bins
    low, high = band_cpp
    keep = _distinct(spectrum.shape) & (radius >= low) & (radius <= high + 1e-6)
    return _profile(spectrum.mean_power(channel), sector, keep, np.arange(bins) * (180.0 / bins))


def _distinct(shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Mask of a half plane that counts each pair of conjugate frequencies once."""
    height, width = shape
    mask = np.ones((height, width // 2 + 1), np.bool_)
    own_mirror = [0] if width % 2 else [0, width // 2]
    mask[height // 2 + 1 :, own_mirror] = False
    return mask


def _profile(
    power: Float32,
    index: NDArray[np.intp],
    keep: NDArray[np.bool_],
    centres: NDArray[np.floating],
) -> Profile:
    """Mean and quartiles of the power by bin; quartiles from a histogram of the level."""
    bins = len(centres)
    index, power = index[keep], power[keep]
    count = np.bincount(index, minlength=bins)
    total = np.bincount(index, power, minlength=bins)
    level = np.rint((to_db(power) - FLOOR_DB) / _LEVEL_DB).astype(np.intp)
    level = np.minimum(level, _LEVELS_ABOVE_FLOOR - 1)
    table = np.bincount(
        index * _LEVELS_ABOVE_FLOOR + level, minlength=bins * _LEVELS_ABOVE_FLOOR
    ).reshape(bins, _LEVELS_ABOVE_FLOOR)
    held = count > 0
    below = np.cumsum(table[held], axis=1)
    quartiles = [
        (FLOOR_DB + _LEVEL_DB * (below >= share * count[held, None]).argmax(1)).astype(np.float32)
        for share in (0.25, 0.5, 0.75)
    ]
    return Profile(
        at=centres[held].astype(np.float32),
        db=to_db(total[held] / count[held]),
        lower=quartiles[0],
        median=quartiles[1],
        upper=quartiles[2],
        count=count[held].astype(np.int64),
    )


def fit_power_law(profile: Profile, *, start: float = 0.85) -> PowerLaw:
    """Fit a power law to the tail of a radial profile.

    Generators tend to end higher and flatter than photographs. T. Dzanic, K. Shah, F. Witherden,
    "Fourier spectrum discrepancies in deep network generated images", NeurIPS 2020 (seed ref. 7):
    least squares in log-log above 0.85 of the largest radius, here 0.5 cycles per pixel.

    Parameters
    ----------
    profile : Profile
        From `radial_profile`.
    start : float
        Start of the tail as a share of r_max, above 0 and below 1.

    Returns
    -------
    PowerLaw
        Decay, magnitudes at both ends and goodness of fit.

    Raises
    ------
    ValueError
        If the tail holds fewer than 3 rings: the image is too small.
    """
    if not 0 < start < 1:
        raise ValueError("the tail must start between 0 and 1 times r_max")
    tail = (profile.at >= start * R_MAX_CPP - 1e-6) & (profile.at > 0)
    if int(tail.sum()) < 3:
        raise ValueError("too few frequencies above 0.85 of the largest for a power law: 3 needed")
    x = np.log10(profile.at[tail].astype(np.float64) / R_MAX_CPP)
    y = profile.db[tail].astype(np.float64) / 20  # log10 of the magnitude
    slope, offset = np.polyfit(x, y, 1)
    rms = float(np.sqrt(np.mean((y - offset - slope * x) ** 2)))
    return PowerLaw(
        b=float(-slope),
        start=float(10 ** (offset + slope * np.log10(start))),
        end=float(10**offset),
        start_cpp=start * R_MAX_CPP,
        r_max_cpp=R_MAX_CPP,
        rms_db=20 * rms,
    )
