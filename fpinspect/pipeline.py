"""The one way through the rooms: file to evidence, residual, comparison and verdict."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

import fpinspect
from fpinspect.evidence.image import Evidence, Flag, ItemError, Severity, read_evidence, reread
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.match import Match, match
from fpinspect.params import InspectionParams
from fpinspect.signal import spectrum
from fpinspect.signal.denoise import get_denoiser
from fpinspect.signal.device import choose_device
from fpinspect.signal.residual import separate
from fpinspect.verdict import applicability, calibration, tiles
from fpinspect.verdict.assess import Answer, Verdict, assess
from fpinspect.verdict.classifier import Heads

if TYPE_CHECKING:
    from fpinspect.evidence.provenance import Provenance

F32 = npt.NDArray[np.float32]
Component = Literal["residual", "denoised", "image"]

SCHEMA = "fpinspect.inspection/1"
SHIPPED = frozenset(
    ("real", "sd1", "sd2", "biggan", "flux", "ldm", "stylegan2", "cyclegan", "sdxl")
)
"""Labels of the bank that ships; any other was enrolled by the user."""
ENROLLED_P = 0.01
"""An enrolled entry beyond the shipped sources is named when its p-value is at most this."""


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

    def spectrum(self, of: Component = "residual") -> spectrum.Spectrum:
        """Magnitude (seed eq. 3) and phase of the whole image, see `signal.spectrum`."""
        return spectrum.fft_spectrum(self.planes(of))

    def log_psd(self, of: Component = "residual") -> spectrum.LogPsd:
        """Welch log power spectral density, see `signal.spectrum`."""
        return spectrum.welch_log_psd(self.planes(of))


class Engine:
    """Weights and bank, loaded once, and the way through the rooms for one file at a time.

    Parameters
    ----------
    params : InspectionParams, optional
        What to do.
    bank : Bank or path, optional
        The fingerprints to compare with; the shipped bank by default.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.

    Raises
    ------
    ValueError
        If the denoiser or the device is unknown or absent.
    """

    def __init__(
        self,
        params: InspectionParams | None = None,
        *,
        bank: Bank | str | os.PathLike[str] | None = None,
        device: str = "auto",
    ) -> None:
        self.params = params or InspectionParams()
        get_denoiser(self.params.denoiser)
        self.device = choose_device(device)
        self.bank = (
            bank if isinstance(bank, Bank) else Bank.load(None if bank is None else Path(bank))
        )
        self.heads = Heads.load()

    def examine(self, path: str | os.PathLike[str]) -> Inspection:
        """Inspect one file.

        Raises
        ------
        ItemError
            If it cannot be inspected, in plain words.
        """
        started = time.perf_counter()
        inspected_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        evidence = read_evidence(path, max_pixels=self.params.max_pixels)
        quality = evidence.facts.jpeg_quality
        codes = evidence.codes()
        tileset = tiles.cut(codes, max_tiles=self.params.max_tiles, device=str(self.device))
        flags = [*evidence.flags, *self._flags(codes, quality, tileset)]
        verdict = assess(tileset, self.heads, quality=quality, flags=flags)
        matches = self._match(tileset, quality)
        verdict, more = _with_enrolled(verdict, matches)
        facts = evidence.facts
        return Inspection(
            path=evidence.path,
            sha256=evidence.sha256,
            size_bytes=evidence.size_bytes,
            inspected_at=inspected_at,
            image={
                "width": facts.width,
                "height": facts.height,
                "format": facts.format,
                "mode": facts.mode,
                "bit_depth": facts.bit_depth,
                "jpeg_quality": quality,
                "subsampling": facts.subsampling,
                "orientation": facts.orientation,
                "frames": facts.frames,
                "decoder": facts.decoder,
            },
            verdict=verdict,
            matches=matches,
            provenance=evidence.provenance,
            flags=(*flags, *more),
            params=self.params,
            bank=self.bank.digest,
            elapsed_ms=(time.perf_counter() - started) * 1e3,
        )

    def inspect(self, path: str | os.PathLike[str], *, named: bool = True) -> dict[str, Any]:
        """Inspect one file and return plain data, an error record if it cannot be inspected."""
        started = time.perf_counter()
        try:
            return self.examine(path).to_dict()
        except ItemError as error:
            return self.error_record(os.fspath(path), str(error), time.perf_counter() - started)

    def error_record(self, path: str, message: str, seconds: float = 0.0) -> dict[str, Any]:
        """Return the JSON line of a failed item."""
        return error_record(
            path, message, params=self.params, bank=self.bank.digest, elapsed_ms=seconds * 1e3
        )

    def _flags(
        self, codes: npt.NDArray[np.uint8], quality: int | None, tileset: tiles.TileSet
    ) -> list[Flag]:
        bands = calibration.bands_from(self.heads.settings)
        here = calibration.choose_band(bands, quality)
        return applicability.image_flags(
            codes,
            quality=quality,
            tiles_used=len(tileset.tiles),
            tiles_available=tileset.available,
            rates=(bands[0].measured_tpr, here.measured_tpr),
        )

    def _match(self, tileset: tiles.TileSet, quality: int | None) -> dict[str, Match]:
        residual, origin = tileset.mosaic()
        return match(residual, self.bank, jpeg_quality=quality, origin=origin)


def inspect(
    source: str | os.PathLike[str],
    *,
    params: InspectionParams | None = None,
    bank: Bank | None = None,
    device: str = "auto",
) -> Inspection:
    """Inspect one image.

    Parameters
    ----------
    source : str or path-like
        The file.
    params : InspectionParams, optional
        What to do; the defaults if not given.
    bank : Bank, optional
        Fingerprints to compare with; the shipped bank if not given.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.

    Returns
    -------
    Inspection
        Plain data, and arrays on demand.

    Raises
    ------
    ItemError
        If the file cannot be inspected, in plain words.

    Examples
    --------
    >>> import fpinspect, sklearn.datasets
    >>> from pathlib import Path
    >>> photo = Path(sklearn.datasets.__file__).parent / "images" / "china.jpg"
    >>> found = fpinspect.inspect(photo)
    >>> found.image["width"], found.image["height"], found.image["format"]
    (640, 427, 'JPEG')
    >>> round(sum(found.verdict.sources.values()), 6)
    1.0
    >>> found.residual().shape
    (3, 427, 640)
    """
    engine = _engine(params or InspectionParams(), device) if bank is None else None
    if engine is None:
        engine = Engine(params, bank=bank, device=device)
    return engine.examine(source)


@lru_cache(maxsize=2)
def _engine(params: InspectionParams, device: str) -> Engine:
    return Engine(params, device=device)


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
    }


def _match_dict(found: Match) -> dict[str, Any]:
    return {
        "aligned": found.aligned,
        "folded": found.folded,
        "shift": list(found.shift),
        "p_value": found.p_value,
    }


def _with_enrolled(verdict: Verdict, matches: Mapping[str, Match]) -> tuple[Verdict, list[Flag]]:
    """Name an entry that the user enrolled when the image matches it.

    The heads know nothing of such entries, so the answer is theirs; only the source is named, or,
    where they call the image real, the contradiction is said.
    """
    enrolled = {label: m for label, m in matches.items() if label not in SHIPPED}
    if not enrolled:
        return verdict, []
    label = min(enrolled, key=lambda name: enrolled[name].p_value)
    p = enrolled[label].p_value
    if p > ENROLLED_P:
        return verdict, []
    if verdict.answer is Answer.REAL:
        words = (
            f"The residual matches the enrolled fingerprint {label} (p = {p:.2g}), although the "
            "heads, which were not trained on it, take the image for real: treat it as disputed."
        )
        return verdict, [Flag("enrolled_match", Severity.WARNING, words)]
    return replace(verdict, source=label), []
