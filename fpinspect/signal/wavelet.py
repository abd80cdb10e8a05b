"""Local adaptive Wiener filter in the wavelet domain (Mihcak et al. 1999), on torch.

For GPUs; on the CPU `wavelet_cpu` does the same in less time.

The transform is the orthonormal db4 DWT with symmetric (half-sample) extension at every level,
the same coefficients as PyWavelets' mode ``"symmetric"``. It runs as a lattice of four plane
rotations (Vaidyanathan & Hoang 1988) instead of two 8-tap filters: half the multiplications,
each step one vectorised operation along contiguous rows, and the inverse is the same lattice
backwards. The rotations stay unnormalised; their known gain goes into the Wiener thresholds.
"""

from __future__ import annotations

from functools import lru_cache

import torch

# Rotation tangents of db4 (derived from Daubechies' scaling filter; tests compare with the
# 8-tap filters), first rotation first.
TANGENTS = (
    3.1029314858274635,
    0.8109313444939212,
    -0.25929388162993366,
    0.046000097113895036,
)
# Squared norm of one unnormalised pass along one axis: prod(1 / (1 + k^2)) as db4's first tap^2.
PASS_GAIN = 0.23037781330885523**2
DELAYS = len(TANGENTS) - 1
WINDOWS = (3, 5, 7, 9)
_REACH = max(WINDOWS) // 2


@lru_cache(maxsize=256)
def _phases(n: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Index the even and odd samples of an axis of length n, symmetrically extended."""
    count = (n + 7) // 2 + DELAYS
    position = (torch.arange(2 * count) - 6) % (2 * n)
    index = torch.where(position < n, position, 2 * n - 1 - position)
    return index[0::2].to(device), index[1::2].to(device)


@lru_cache(maxsize=256)
def _mirror(n: int, device: torch.device) -> torch.Tensor:
    """Index an axis of length n >= 4, extended symmetrically by the box filters' reach."""
    position = (torch.arange(n + 2 * _REACH) - _REACH) % (2 * n)
    return torch.where(position < n, position, 2 * n - 1 - position).to(device)


def _split(x: torch.Tensor, low: torch.Tensor, high: torch.Tensor) -> None:
    """Analyse axis -2 of x (…, n, m) into low and high, each (…, (n + 7) // 2, m)."""
    even, odd = _phases(x.shape[-2], x.device)
    e, o = x.index_select(-2, even), x.index_select(-2, odd)
    k0, *inner, last = TANGENTS
    a, b = torch.add(e, o, alpha=k0), torch.mul(e, k0).sub_(o)
    n = a.shape[-2]
    for k in inner:
        n -= 1
        a, b = a.narrow(-2, 0, n), b.narrow(-2, 1, n)
        a, b = torch.add(a, b, alpha=k), torch.sub(b, a, alpha=k)
    a, b = a.narrow(-2, 0, n - 1), b.narrow(-2, 1, n - 1)
    torch.add(a, b, alpha=last, out=low)
    torch.sub(b, a, alpha=last, out=high)


def _join(low: torch.Tensor, high: torch.Tensor) -> torch.Tensor:
    """Invert `_split` up to the gain: (…, k, m) twice to (…, 2 k - 6, m)."""
    a, b = low, high
    n = a.shape[-2]
    for k in TANGENTS[:0:-1]:
        a, b = torch.sub(a, b, alpha=k), torch.add(b, a, alpha=k)
        n -= 1
        a, b = a.narrow(-2, 1, n), b.narrow(-2, 0, n)
    out = a.new_empty((*a.shape[:-2], 2 * n, a.shape[-1]))
    torch.add(a, b, alpha=TANGENTS[0], out=out[..., 0::2, :])
    torch.sub(torch.mul(a, TANGENTS[0]), b, out=out[..., 1::2, :])
    return out


def analyse(x: torch.Tensor) -> torch.Tensor:
    """One level of the unnormalised 2-D DWT.

    Parameters
    ----------
    x : torch.Tensor
        (P, H, W) float32.

    Returns
    -------
    torch.Tensor
        (4, P, W', H') with n' = (n + 7) // 2: approximation, then the three detail bands,
        transposed (every pass runs along axis -2, where rows are contiguous).
    """
    planes, height, width = x.shape
    h, w = (height + 7) // 2, (width + 7) // 2
    y = x.new_empty((2, planes, h, width))
    _split(x, y[0], y[1])
    y = y.transpose(-1, -2).contiguous()
    bands = x.new_empty((4, planes, w, h))
    _split(y, bands[:2], bands[2:])
    return bands


def synthesise(bands: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Invert `analyse`, but for the factor ``PASS_GAIN ** -2``; (P, height, width)."""
    y = _join(bands[:2], bands[2:])[..., :width, :]
    y = y.transpose(-1, -2).contiguous()
    return _join(y[0], y[1])[..., :height, :]


def _runs(x: torch.Tensor, axis: int, n: int) -> tuple[torch.Tensor, ...]:
    """Sum 3, 5, 7 and 9 neighbours around each of n samples; that axis of x has length n + 8.

    Doubling, not a running sum: no drift, and a value depends on its neighbours alone.
    """
    two = x.narrow(axis, 0, n + 7) + x.narrow(axis, 1, n + 7)
    four = two.narrow(axis, 0, n + 5) + two.narrow(axis, 2, n + 5)
    eight = four.narrow(axis, 0, n) + four.narrow(axis, 4, n)
    three = two.narrow(axis, 3, n + 2) + x.narrow(axis, 5, n + 2)
    five = four.narrow(axis, 2, n) + x.narrow(axis, 6, n)
    seven = four.narrow(axis, 1, n) + three.narrow(axis, 2, n)
    return three.narrow(axis, 0, n), five, seven, eight.add_(x.narrow(axis, 8, n))


def _box(x: torch.Tensor, size: int, n: int) -> torch.Tensor:
    """Sum `size` neighbours along the last axis of x, which has length n + 8."""
    start = _REACH - size // 2
    two = x.narrow(-1, start, n + size - 2) + x.narrow(-1, start + 1, n + size - 2)
    if size == 3:
        return two.narrow(-1, 0, n).add_(x.narrow(-1, start + 2, n))
    four = two.narrow(-1, 0, n + size - 4) + two.narrow(-1, 2, n + size - 4)
    if size == 9:
        eight = four.narrow(-1, 0, n) + four.narrow(-1, 4, n)
        return eight.add_(x.narrow(-1, start + 8, n))
    result = four.narrow(-1, 0, n)
    if size == 7:
        result = result + two.narrow(-1, 4, n)
    return result.add_(x.narrow(-1, start + size - 1, n))


def local_energy(details: torch.Tensor) -> torch.Tensor:
    """Smallest mean of squares over windows of 3, 5, 7 and 9, times 81.

    Parameters
    ----------
    details : torch.Tensor
        (B, P, H, W) coefficients, H and W at least 4; extended symmetrically at the borders.

    Returns
    -------
    torch.Tensor
        (B, P, H, W).
    """
    height, width = details.shape[-2:]
    square = (details * details).index_select(-1, _mirror(width, details.device))
    square = square.index_select(-2, _mirror(height, details.device))
    rows = _runs(square, -2, height)
    smallest = _box(rows[-1], WINDOWS[-1], width)
    for size, row in zip(WINDOWS[:-1], rows[:-1], strict=True):
        box = _box(row, size, width).mul_(WINDOWS[-1] ** 2 / size**2)
        torch.minimum(smallest, box, out=smallest)
    return smallest


def wiener_noise(x: torch.Tensor, *, sigma: float, levels: int) -> torch.Tensor:
    """Noise that the filter takes out of each plane.

    With s² the local variance, min over the windows of max(0, mean(c²) − sigma²), the noise part
    of a detail coefficient c is c · sigma² / (s² + sigma²); the approximation holds no noise.

    Parameters
    ----------
    x : torch.Tensor
        (P, H, W) float32, H and W at least 1.
    sigma : float
        Standard deviation of the noise, in the unit of x; above 0.
    levels : int
        Number of decomposition levels.

    Returns
    -------
    torch.Tensor
        (P, H, W) float32.
    """
    # The filter ignores constants; without this, rounding would leave a residual on flat images.
    approx = x - x[:, :1, :1]
    details: list[tuple[torch.Tensor, int, int]] = []
    for level in range(1, levels + 1):
        height, width = approx.shape[-2:]
        bands = _noise_bands(approx, sigma, level)
        details.append((bands, height, width))
        approx = bands[0]
    noise = torch.zeros_like(approx)
    for bands, height, width in reversed(details):
        bands[0] = noise
        noise = synthesise(bands, height, width)
    return noise


def _noise_bands(approx: torch.Tensor, sigma: float, level: int) -> torch.Tensor:
    """Analyse one level and leave the noise part of its three detail bands."""
    bands = analyse(approx)
    # Unnormalised coefficients carry the noise variance sigma^2 / gain, and the analysis and
    # synthesis of this level together 1 / gain: the two meet in the numerator.
    gain = PASS_GAIN ** (2 * level)
    energy = local_energy(bands[1:]).clamp_(min=81.0 * sigma**2 / gain)
    bands[1:].mul_(81.0 * sigma**2).div_(energy)
    return bands
