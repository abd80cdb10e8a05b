"""What the engine found in one image: plain data now, arrays on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

import fpinspect
from fpinspect.evidence.image import Evidence, Flag, reread
from fpinspect.fingerprint.match import Match
from fpinspect.params import InspectionParams
from fpinspect.signal.device import choose_device
from fpinspect.signal.halfplane import WindowName
from fpinspect.signal.measure import Component, Spectra, image_spectra
from fpinspect.signal.profile import (
    PowerLaw,
    Profile,
    angular_profile,
    fit_power_law,
    radial_profile,
)
from fpinspect.signal.residual import separate
from fpinspect.signal.spatial import Autocorrelation, FoldedPattern, autocorrelation, fold
from fpinspect.verdict.assess import Verdict, judge, shipped_heads
from fpinspect.verdict.explain import Explanation
from fpinspect.verdict.occlusion import Carried, measure
from fpinspect.verdict.robust import Robustness
from fpinspect.verdict.tiles import cut

if TYPE_CHECKING:
    from fpinspect.evidence.provenance import Provenance

F32 = npt.NDArray[np.float32]

SCHEMA = "fpinspect.inspection/1"
"""Schema of the JSON line: others parse it, so keys are only ever added."""


@dataclass(frozen=True)
class Inspection:
    """What the engine found in one image.

    Plain data now (`to_dict` is the JSON line), arrays on demand: they reread the file and refuse
    it if it has changed since.

    Attributes
    ----------
    path, sha256 : str
        As given; hash of the very bytes that were inspected.
    size_bytes : int
        Length of the file.
    inspected_at : str
        ISO 8601, UTC.
    image : mapping
        Width, height, format, mode, JPEG quality, decoder.
    verdict : Verdict
        The calibrated opinion.
    matches : mapping of str to Match
        Comparison with every entry of the bank.
    provenance : Provenance
        What the file says about itself; never part of the pixel verdict.
    flags : tuple of Flag
        What weakens the opinion.
    params : InspectionParams
        What was asked for.
    bank : str
        Digest of the bank.
    elapsed_ms : float
        Time taken.
    explanation : Explanation or None
        What the verdict rests on; JSON as in `fpinspect.verdict.explain`.
    robust : Robustness or None
        The verdict under small crops and recompressions, if asked for; JSON as in
        `fpinspect.verdict.robust`.
    """

    path: str
    sha256: str
    size_bytes: int
    inspected_at: str
    image: Mapping[str, Any]
    verdict: Verdict
    matches: Mapping[str, Match]
    provenance: Provenance
    flags: tuple[Flag, ...]
    params: InspectionParams
    bank: str
    elapsed_ms: float
    explanation: Explanation | None = None
    robust: Robustness | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data: the JSON line, schema ``fpinspect.inspection/1``."""
        return {
            "schema": SCHEMA,
            "path": self.path,
            "sha256": self.sha256,
            "bytes": self.size_bytes,
            "inspected_at": self.inspected_at,
            "status": "ok",
            "error": None,
            "image": dict(self.image),
            "verdict": self.verdict.to_dict(),
            "matches": {label: _match_dict(found) for label, found in self.matches.items()},
            "provenance": self.provenance.to_dict(),
            "applicability": [
                {"code": flag.code, "severity": flag.severity.value, "message": flag.message}
                for flag in self.flags
            ],
            "params_hash": self.params.digest,
            "bank": self.bank,
            "version": fpinspect.__version__,
            "elapsed_ms": self.elapsed_ms,
            "explanation": None if self.explanation is None else self.explanation.to_dict(),
            "robust": None if self.robust is None else self.robust.to_dict(),
        }

    @cached_property
    def _evidence(self) -> Evidence:
        return reread(self.path, self.sha256, max_pixels=self.params.max_pixels)

    @cached_property
    def _separated(self) -> tuple[F32, F32]:
        return separate(
            self._evidence.planes(), denoiser=self.params.denoiser, device=choose_device("auto")
        )

    def planes(self, of: Component = "residual") -> F32:
        """Pixels of the residual, the denoised image or the image.

        Parameters
        ----------
        of : {"residual", "denoised", "image"}
            Which.

        Returns
        -------
        numpy.ndarray
            (3, H, W) float32 on the stored lattice; 0 to 255, the residual around 0.

        Raises
        ------
        ItemError
            If the file has changed or gone since it was inspected.
        """
        if of == "image":
            return self._evidence.planes()
        return self._separated[0 if of == "residual" else 1]

    def residual(self) -> F32:
        """Noise residual R = I - D(I) (seed eq. 1): (3, H, W) float32."""
        return self.planes("residual")

    def denoised(self) -> F32:
        """Denoised image D(I): (3, H, W) float32 in about 0 to 255."""
        return self.planes("denoised")

    def upright(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Turn an array of the stored lattice the way the file wants to be shown."""
        return self._evidence.upright(array)

    def carried(self) -> Carried:
        """Which frequencies and lags carry the verdict, see `fpinspect.verdict.occlusion`.

        Measured now: a second or two. `Carried.frequencies` is the map over the spectrum: 33 cells
        of 1/8 cycles per pixel around the multiples of 1/8 in the half plane.
        """
        tileset = cut(
            self._evidence.codes(),
            max_tiles=self.params.max_tiles,
            device=str(choose_device("auto")),
        )
        heads = shipped_heads()
        return measure(
            tileset,
            judge(tileset, heads).tile_opinions,
            heads,
            quality=self.image["jpeg_quality"],
        )

    def spectra(self, of: Component = "residual", *, window: WindowName = "none") -> Spectra:
        """Welch log-PSD and whole-image FFT (seed eq. 3), see `signal.measure.image_spectra`.

        Parameters
        ----------
        of : {"residual", "denoised", "image"}
            Whose.
        window : {"hann", "hamming", "blackman", "none"}
            Of the whole-image FFT.
        """
        return image_spectra(
            self._evidence.pixels,
            of=of,
            denoiser=self.params.denoiser,
            device=choose_device("auto"),
            window=window,
        )

    def radial_profile(self, of: Component = "residual") -> Profile:
        """Radial profile of the Welch spectrum, see `signal.profile`."""
        return radial_profile(self.spectra(of).psd)

    def angular_profile(self, of: Component = "residual") -> Profile:
        """Angular profile of the Welch spectrum, see `signal.profile`."""
        return angular_profile(self.spectra(of).psd)

    def power_law(self, of: Component = "residual") -> PowerLaw:
        """Power law at the highest frequencies (seed ref. 7), see `signal.profile`."""
        return fit_power_law(self.radial_profile(of))

    def autocorrelation(self, of: Component = "residual", *, lags: int = 32) -> Autocorrelation:
        """Normalised autocorrelation, see `signal.spatial`."""
        return autocorrelation(self.planes(of), lags=lags)

    def fold(self, of: Component = "residual", *, period: int = 8) -> FoldedPattern:
        """Mean pattern over all cells of the lattice, see `signal.spatial`."""
        return fold(self.planes(of), period=period)


def error_record(
    path: str, message: str, *, params: InspectionParams, bank: str, elapsed_ms: float = 0.0
) -> dict[str, Any]:
    """Return the JSON line of an item that could not be inspected.

    Parameters
    ----------
    path : str
        As given.
    message : str
        Plain words: what happened and what to do.
    params : InspectionParams
        What was asked for.
    bank : str
        Digest of the bank.
    elapsed_ms : float
        Time spent on it.
    """
    return {
        "schema": SCHEMA,
        "path": path,
        "sha256": None,
        "bytes": None,
        "inspected_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "status": "error",
        "error": message,
        "image": None,
        "verdict": None,
        "matches": None,
        "provenance": None,
        "applicability": [],
        "params_hash": params.digest,
        "bank": bank,
        "version": fpinspect.__version__,
        "elapsed_ms": elapsed_ms,
        "explanation": None,
        "robust": None,
    }


def _match_dict(found: Match) -> dict[str, Any]:
    """All of a match but its energy, which no reader of a result needs."""
    return {key: value for key, value in found.to_dict().items() if key != "energy"}
