"""Numbers behind the panels, with numpy alone: spectra, folds, profiles of what is on the screen.

The engine measures with torch in its own process. These few functions repeat the definitions of
`fpinspect.signal` and `fpinspect.fingerprint` for what the analyst moves by hand (window, region,
shift), so that the window never imports torch. The tests hold them against the engine.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
C64 = npt.NDArray[np.complex64]
BINS = 128
"""Side of the spectral tiles, as in the bank."""
PSD_FLOOR = 1e-6
BAND_CPP = (0.08, 0.5)
TAIL_CPP = 0.425
"""A power law is fitted above 0.85 of the largest radius (Dzanic et al. 2020)."""
_MOST_TILES = 256


def window(name: str, n: int) -> F32:
    """Return a periodic window of n samples: Hann, Hamming, Blackman or none."""
    x = 2 * np.pi * np.arange(n) / max(n, 1)
    if name == "none" or n < 3:
        values = np.ones(n)
    elif name == "Hann":
        values = 0.5 - 0.5 * np.cos(x)
    elif name == "Hamming":
        values = 0.54 - 0.46 * np.cos(x)
    elif name == "Blackman":
        values = 0.42 - 0.5 * np.cos(x) + 0.08 * np.cos(2 * x)
    else:
        raise ValueError(f"no window is called {name!r}")
    return values.astype(np.float32)


def tile_spectrum(
    planes: F32, *, taper: str = "Hann", origin: tuple[int, int] = (0, 0), bins: int = BINS
) -> tuple[F32, C64]:
    """Average the spectra of an image's tiles: power and, at the lattice's origin, complex.

    Parameters
    ----------
    planes : ndarray, (C, H, W) float32
        Grey levels. Images smaller than `bins` are one tile of their own size, zero-padded.
    taper : str
        See `window`.
    origin : tuple of int
        Lattice position ``(y, x)`` of the first pixel.
    bins : int
        Side of the tiles.

    Returns
    -------
    log_psd : ndarray, (bins, bins // 2 + 1) float32
        log10 of the power density of each channel, averaged over the channels; rFFT order.
    mean : ndarray, (bins, bins // 2 + 1) complex64
        Mean complex spectrum of the channels' sum.
    """
    height, width = planes.shape[-2:]
    side_y, side_x = min(height, bins), min(width, bins)
    taper_2d = np.outer(window(taper, side_y), window(taper, side_x))
    starts = [
        (y, x)
        for y in range(0, height - side_y + 1, bins)
        for x in range(0, width - side_x + 1, bins)
    ]
    starts = starts[:: -(-len(starts) // _MOST_TILES)]
    power = np.zeros((planes.shape[0], bins, bins // 2 + 1), np.float32)
    mean = np.zeros((bins, bins // 2 + 1), np.complex64)
    for y, x in starts:
        tile = planes[:, y : y + side_y, x : x + side_x]
        tile = (tile - tile.mean(axis=(-2, -1), keepdims=True)) * taper_2d
        spectrum = np.fft.rfft2(tile, s=(bins, bins), axes=(-2, -1))
        power += spectrum.real**2 + spectrum.imag**2
        mean += spectrum.sum(axis=0)
    power /= len(starts) * float(np.square(taper_2d).sum())
    log_psd = np.log10(power + PSD_FLOOR).mean(axis=0)
    return log_psd.astype(np.float32), moved((mean / len(starts)).astype(np.complex64), origin)


def moved(mean: C64, origin: tuple[int, int]) -> C64:
    """Refer a mean complex spectrum, rFFT order, to a lattice on which the image begins there."""
    bins = mean.shape[0]
    fy, fx = np.fft.fftfreq(bins)[:, None], np.fft.rfftfreq(bins)[None, :]
    ramp = np.exp(-2j * np.pi * (fy * (origin[0] % bins) + fx * (origin[1] % bins)))
    return (mean * ramp).astype(np.complex64)


def from_middle(degrees: F32) -> F32:
    """Refer a centred phase spectrum to the middle of its tile instead of its first pixel.

    A window has its weight in the middle: seen from the corner, neighbouring frequencies differ by
    half a turn, a chequerboard that hides every pattern.
    """
    rows, columns = degrees.shape
    y = np.arange(rows)[:, None] - rows // 2
    x = np.arange(columns) - columns // 2
    turned = degrees + 360.0 * ((y * (rows // 2) / rows + x * (columns // 2) / columns) % 1.0)
    out: F32 = ((turned + 180.0) % 360.0 - 180.0).astype(np.float32)
    return out


def whole_spectrum(planes: F32, *, taper: str = "Hann") -> tuple[F32, F32]:
    """Transform a whole image (seed eq. 3).

    Returns
    -------
    db, phase : ndarray, (H, W) float32
        20 log10 |F| per root of the window's energy, averaged over the channels; degrees of the
        channels' sum. Zero frequency at [H // 2, W // 2].
    """
    height, width = planes.shape[-2:]
    taper_2d = np.outer(window(taper, height), window(taper, width))
    energy = float(np.square(taper_2d).sum()) or 1.0
    level = np.zeros((height, width // 2 + 1), np.float32)
    total = np.zeros((height, width // 2 + 1), np.complex64)
    for plane in planes:
        half = np.fft.rfft2((plane - plane.mean()) * taper_2d).astype(np.complex64)
        level += 10 * np.log10((half.real**2 + half.imag**2) / energy + PSD_FLOOR)
        total += half
    phase = np.degrees(np.angle(total)).astype(np.float32)
    return full(level / len(planes), width), full(phase, width, odd=True)


def full(half: F32, width: int, *, odd: bool = False) -> F32:
    """Complete an rFFT half plane, (H, W // 2 + 1), by point symmetry and centre zero frequency."""
    rest = width - half.shape[1]
    mirror = np.roll(half[::-1, rest:0:-1], 1, axis=0)
    both = np.concatenate([half, -mirror if odd else mirror], axis=1)
    return np.ascontiguousarray(np.fft.fftshift(both)).astype(np.float32, copy=False)


def radius(shape: tuple[int, ...]) -> F32:
    """Cycles per pixel of every bin of a centred spectrum, (H, W)."""
    fy, fx = (((np.arange(n) - n // 2) / n).astype(np.float32) for n in shape[:2])
    return np.hypot(fy[:, None], fx)


def relative(db: F32) -> tuple[F32, float]:
    """Refer a centred spectrum to its median over 0.08-0.5 cycles/px; also return that median."""
    at = radius(db.shape)
    inside = (at >= BAND_CPP[0]) & (at <= BAND_CPP[1]) & np.isfinite(db)
    reference = float(np.median(db[inside])) if inside.any() else 0.0
    return db - np.float32(reference), reference


def rebin(db: F32, bins: int = BINS) -> F32:
    """Bring a centred spectrum to bins x bins frequencies: power averaged, or nearest."""
    height, width = db.shape
    if (height, width) == (bins, bins):
        return db
    if min(height, width) < bins:
        rows, columns = (
            np.clip(np.rint((np.arange(bins) / bins - 0.5) * n + n // 2), 0, n - 1).astype(int)
            for n in (height, width)
        )
        return db[np.ix_(rows, columns)]
    rows, columns = (
        (np.rint((np.arange(n) - n // 2) * bins / n).astype(int) + bins // 2) % bins
        for n in (height, width)
    )
    power = np.zeros((bins, width))
    np.add.at(power, rows, 10.0 ** (db.astype(np.float64) / 10))
    both = np.zeros((bins, bins))
    np.add.at(both.T, columns, power.T)
    counts = np.outer(np.bincount(rows, minlength=bins), np.bincount(columns, minlength=bins))
    return (10 * np.log10(both / np.maximum(counts, 1) + 1e-30)).astype(np.float32)


def sample(db: F32, shape: tuple[int, ...]) -> F32:
    """Read a centred spectrum at the frequencies of another grid (bilinear, periodic)."""
    if db.shape == tuple(shape[:2]):
        return db
    parts = []
    for n, m in zip(db.shape, shape[:2], strict=True):
        at = (np.arange(m) - m // 2) / m * n + n // 2
        low = np.floor(at).astype(int)
        parts.append((low % n, (low + 1) % n, (at - low).astype(np.float32)))
    (y0, y1, wy), (x0, x1, wx) = parts
    rows = db[y0] * (1 - wy)[:, None] + db[y1] * wy[:, None]
    mixed: F32 = rows[:, x0] * (1 - wx) + rows[:, x1] * wx
    return mixed


def without_axes(values: F32) -> F32:
    """Leave out DC and the axes, where scene content sits: NaN."""
    out = values.copy()
    fy, fx = (np.abs((np.arange(n) - n // 2) / n) for n in values.shape)
    out[fy <= 1.5 / BINS] = np.nan
    out[:, fx <= 1.5 / BINS] = np.nan
    out[radius(values.shape) < 0.03] = np.nan
    return out


def fold(planes: F32, lattice: int, origin: tuple[int, int] = (0, 0)) -> F32:
    """Average an image over the cells of a lattice, (C, L, L); 0 where it does not reach."""
    channels, height, width = planes.shape
    pads = [
        (o % lattice, -(n + o % lattice) % lattice)
        for n, o in zip((height, width), origin, strict=True)
    ]
    padded = np.pad(planes, ((0, 0), *pads))
    filled = [
        np.pad(np.ones(n, np.float32), pad).reshape(-1, lattice).sum(axis=0)
        for n, pad in zip((height, width), pads, strict=True)
    ]
    cells = padded.reshape(
        channels, padded.shape[1] // lattice, lattice, padded.shape[2] // lattice, lattice
    )
    sums = cells.sum(axis=(1, 3))
    return (sums / np.maximum(np.outer(filled[0], filled[1]), 1)).astype(np.float32)


def autocorrelation(db: F32, lags: int) -> F32:
    """Autocorrelation behind a centred power spectrum in dB, (2 lags + 1, 2 lags + 1).

    The taper of the Hann window is divided out; the value at lag zero is 1.
    """
    power = np.fft.ifftshift(10.0 ** (np.nan_to_num(db).astype(np.float64) / 10))
    power[0, 0] = 0.0
    values = np.fft.fftshift(np.fft.ifft2(power).real)
    tapers = []
    for n in db.shape:
        hann = window("Hann", n).astype(np.float64)
        own = np.fft.irfft(np.abs(np.fft.rfft(hann, 2 * n)) ** 2)[: lags + 1]
        tapers.append(np.concatenate([own[:0:-1], own]) / own[0])
    cy, cx = (n // 2 for n in db.shape)
    part = values[cy - lags : cy + lags + 1, cx - lags : cx + lags + 1]
    top = values[cy, cx]
    if top <= 0:
        return np.zeros_like(part, np.float32)
    return (part / top / np.outer(*tapers)).astype(np.float32)


def rings(db: F32) -> tuple[F32, F32]:
    """Mean level by radius: cycles/px at the rings' centres and dB, 0.08-0.5 cycles/px."""
    at = radius(db.shape)
    count = min(db.shape) // 2
    ring = np.rint(at * (2 * count)).astype(int)
    keep = np.isfinite(db) & (at <= BAND_CPP[1] + 1e-6)
    total = np.bincount(ring[keep], db[keep].astype(np.float64), minlength=count + 1)
    held = np.bincount(ring[keep], minlength=count + 1)
    centres = np.arange(len(held)) / (2 * count)
    chosen = (held > 0) & (centres >= BAND_CPP[0] - 1e-6)
    return centres[chosen].astype(np.float32), (total[chosen] / held[chosen]).astype(np.float32)


def power_law(freq_cpp: F32, db: F32) -> tuple[float, F32, F32] | None:
    """Fit magnitude ~ r ** -b to the tail of a profile; b and the line, None if it is too short."""
    tail = (freq_cpp >= TAIL_CPP - 1e-6) & np.isfinite(db)
    if int(tail.sum()) < 3:
        return None
    x = np.log10(freq_cpp[tail].astype(np.float64))
    slope, offset = np.polyfit(x, db[tail].astype(np.float64), 1)
    return float(-slope / 20), freq_cpp[tail], (offset + slope * x).astype(np.float32)
