"""What a case keeps of an image's arrays: enough to redraw its pictures without the original.

At most 400 KB an item, as one npz (never a pickle), residuals and spectra as float16: their
rounding, 1 part in 2,000, is far below what any picture shows. The pictures of the image itself
are lossy and for looking at only.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.batch.case.values import CaseError

F32 = npt.NDArray[np.float32]

LATTICE = 256
"""Period on which residuals are folded, as in the bank."""
TILE = 128
"""Side of the tiles of the spectra that the window shows, as in the bank."""
WELCH = 256
"""Side of the segments of the engine's own spectrum (`Inspection.spectra`)."""
PERIOD = 8
PREVIEW, THUMBNAIL = 512, 128
"""Longest sides of the pictures, pixels; smaller images stay as small as they are."""
LIMIT_BYTES = 400_000
COMPONENTS = ("residual", "denoised", "image")
_MOST_BYTES = 1_000_000  # of one array of a file that somebody else made


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """A radial profile of the residual's spectrum (`fpinspect.signal.profile.Profile`).

    Attributes
    ----------
    at : ndarray
        (B,) float32, cycles per pixel.
    db, lower, median, upper : ndarray
        (B,) float32: 10 log10 of the mean power in grey levels², and the quartiles of the level.
    """

    at: F32
    db: F32
    lower: F32
    median: F32
    upper: F32


@dataclass(frozen=True, slots=True, eq=False)
class StoredArrays:
    """Arrays and pictures of one image. Arrays lie on the stored lattice, pictures are upright.

    Everything is a mean over R, G and B, float32 in memory. Spectra are half planes in rFFT order,
    as in the bank; `centred` makes pictures of them.

    Attributes
    ----------
    height, width : int
        Of the image, stored pixels.
    orientation : int
        EXIF orientation, 1 to 8, that was applied to the pictures only.
    denoiser : str
        Name and version of D in R = I - D(I), ``wavelet 1``.
    residual : ndarray
        (256, 256), grey levels: residual R folded on the 256 lattice from the stored top left
        corner (mean of all pixels whose coordinates agree modulo 256), 0 where a smaller image
        does not reach. Of an image up to 256 px a side it is the residual itself.
    psd_db : ndarray
        (256, 129), dB: Welch spectrum of the residual, `Inspection.spectra().psd`, Hann, half
        overlap, mean power of the channels.
    log_psd : mapping of str to ndarray
        ``residual``, ``denoised``, ``image``: (128, 65), log10 of the power density, mean over
        the channels of the log: what the window shows as magnitude, comparable to a bank entry's
        ``log_psd_mean.mean(axis=0)``.
    phase : ndarray
        (128, 65), radians: of the mean complex spectrum of the residual's 128-px tiles (channels
        summed), referred to the tiles' first pixel: what the window shows as phase.
    radial : Curves
        Profile of `psd_db`.
    fold : ndarray
        (8, 8), grey levels: mean residual by position in the 8 x 8 cell.
    sigma : float
        Standard deviation of the residual (mean of the channels), grey levels.
    preview, thumbnail : bytes
        JPEG files, longest side at most 512 and 128 px, sRGB as stored, upright.
    """

    height: int
    width: int
    orientation: int
    denoiser: str
    residual: F32
    psd_db: F32
    log_psd: Mapping[str, F32]
    phase: F32
    radial: Curves
    fold: F32
    sigma: float
    preview: bytes
    thumbnail: bytes

    @property
    def reach(self) -> tuple[int, int]:
        """Rows and columns of `residual` that the image reaches: (256, 256) but for small ones."""
        return min(self.height, LATTICE), min(self.width, LATTICE)

    def magnitude_db(self, of: str = "residual") -> F32:
        """Log-magnitude as the window and the bank have it: (128, 128) dB, centred, absolute."""
        return centred(np.float32(10) * self.log_psd[of])

    def phase_map(self) -> F32:
        """Phase referred to the middle of the tiles, as the window shows it: (128, 128) radians."""
        half = TILE // 2
        y = np.arange(TILE)[:, None] - half
        x = np.arange(TILE) - half
        turned = centred(self.phase, odd=True) + np.pi * ((y + x) % 2)
        return ((turned + np.pi) % (2 * np.pi) - np.pi).astype(np.float32)

    def lattice_spectrum_db(self) -> F32:
        """Log-magnitude of the folded residual (seed eq. 3 at multiples of 1/256): (256, 256) dB.

        10 log10 of ``|F|² / 256²``, zero frequency at [128, 128], not below -100 dB.
        """
        power = np.abs(np.fft.rfft2(self.residual)) ** 2 / LATTICE**2
        level = 10 * np.log10(np.maximum(power, 1e-10))
        return centred(np.maximum(level, -100).astype(np.float32))

    @property
    def digest(self) -> str:
        """SHA-256 over `to_bytes`, preview and thumbnail: what the audit chain holds of them."""
        return pack_digest(self.to_bytes(), self.preview, self.thumbnail)

    def to_bytes(self) -> bytes:
        """Return the arrays as npz, pictures left out; the same arrays give the same bytes."""
        arrays: dict[str, npt.NDArray[Any]] = {
            "facts": np.array([self.height, self.width, self.orientation], np.int64),
            "denoiser": np.frombuffer(self.denoiser.encode()[:64], np.uint8),
            "residual": self.residual.astype(np.float16),
            "psd_db": self.psd_db.astype(np.float16),
            "phase": self.phase.astype(np.float16),
            "fold": self.fold.astype(np.float32),
            "sigma": np.array([self.sigma], np.float32),
            "radial": np.stack([getattr(self.radial, f.name) for f in fields(Curves)]).astype(
                np.float32
            ),
        }
        for name in COMPONENTS:
            arrays[f"log_psd_{name}"] = self.log_psd[name].astype(np.float16)
        out = io.BytesIO()
        np.savez_compressed(out, **arrays)  # type: ignore[arg-type]  # numpy's stub: allow_pickle
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, preview: bytes = b"", thumbnail: bytes = b"") -> StoredArrays:
        """Read what `to_bytes` wrote.

        Raises
        ------
        CaseError
            If it is damaged or something else; nothing is trusted.
        """
        try:
            held = _read(data)
            height, width, orientation = (int(n) for n in held["facts"])
            return cls(
                height=height,
                width=width,
                orientation=orientation,
                denoiser=bytes(held["denoiser"]).decode("utf-8", "replace"),
                residual=_of(held, "residual", (LATTICE, LATTICE)),
                psd_db=_of(held, "psd_db", (WELCH, WELCH // 2 + 1)),
                log_psd={
                    name: _of(held, f"log_psd_{name}", (TILE, TILE // 2 + 1)) for name in COMPONENTS
                },
                phase=_of(held, "phase", (TILE, TILE // 2 + 1)),
                radial=Curves(*np.asarray(held["radial"], np.float32)),
                fold=_of(held, "fold", (PERIOD, PERIOD)),
                sigma=float(held["sigma"][0]),
                preview=preview,
                thumbnail=thumbnail,
            )
        except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, MemoryError,
                NotImplementedError, RuntimeError, zipfile.BadZipFile) as error:  # fmt: skip
            raise CaseError("the arrays stored for this item are damaged") from error


def centred(half: F32, *, odd: bool = False) -> F32:
    """Complete a half plane (N, N // 2 + 1) by its symmetry, zero frequency at [N // 2, N // 2].

    Parameters
    ----------
    half : ndarray
        In rFFT order.
    odd : bool
        The other half has the opposite sign: a phase.
    """
    n = half.shape[0]
    mirror = np.roll(half[::-1, half.shape[1] - 2 : 0 : -1], 1, axis=0)
    both = np.concatenate([half, -mirror if odd else mirror], axis=1)
    out: F32 = np.roll(both, (n // 2, n // 2), (0, 1)).astype(np.float32, copy=False)
    return out


def pack_digest(arrays: bytes, preview: bytes, thumbnail: bytes) -> str:
    """SHA-256 over the SHA-256 of the three parts, 64 hex digits."""
    parts = (hashlib.sha256(part).digest() for part in (arrays, preview, thumbnail))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _read(data: bytes) -> dict[str, npt.NDArray[Any]]:
    """Open an npz whose members are small, known to be so before they are unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > 32 or any(m.file_size > _MOST_BYTES for m in members):
            raise ValueError("larger than any array of a case")
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        return {name: held[name] for name in held.files}


def _of(held: Mapping[str, npt.NDArray[Any]], name: str, shape: tuple[int, ...]) -> F32:
    array = np.asarray(held[name], np.float32)
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(f"{name} is {array.shape}")
    return array
