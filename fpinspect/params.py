"""The parameters of an inspection: frozen, hashable, stored with every result."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

DEFAULT_MAX_PIXELS = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionParams:
    """What was asked of the engine.

    The device and the number of jobs are not part of it: they do not change what is measured.

    Attributes
    ----------
    denoiser : str
        Name of the denoiser whose residual is shown, see `fpinspect.signal.denoise`.
        The heads and the bank's entries keep the denoiser they were made with.
    max_pixels : int
        Images with more pixels are refused before any decoding.
    max_tiles : int
        At most so many 256-pixel tiles, spread over the image, are given to the heads.
    robust : bool
        Repeat the verdict under small crops and recompressions (`fpinspect.verdict.robust`); if
        the answer turns round, none is given.
    explain : bool
        Measure the frequencies and lags that carry the verdict (`fpinspect.verdict.occlusion`):
        a second or two an image.
    """

    denoiser: str = "wavelet"
    max_pixels: int = DEFAULT_MAX_PIXELS
    max_tiles: int = 16
    robust: bool = False
    explain: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters as plain data, in a fixed order."""
        return asdict(self)

    @property
    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of the canonical JSON of the parameters."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
