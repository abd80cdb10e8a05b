"""The one way through the rooms: file to evidence, residual, comparison and verdict."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fpinspect.evidence.image import Evidence, Flag, ItemError, Severity, read_evidence
from fpinspect.evidence.traces.grid import trace_double
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.match import Match, match
from fpinspect.inspection import SCHEMA, Inspection, error_record
from fpinspect.params import InspectionParams
from fpinspect.signal.denoise import get_denoiser
from fpinspect.signal.device import choose_device
from fpinspect.verdict import applicability, calibration, explain, occlusion, tiles
from fpinspect.verdict.assess import (
    Answer,
    Judgement,
    Verdict,
    judge,
    opinion,
    shipped_heads,
    tile_odds,
    tiles_disagree,
    with_matches,
    withhold,
)
from fpinspect.verdict.robust import Robustness, ensemble

if TYPE_CHECKING:
    pass

__all__ = ["SCHEMA", "Engine", "Inspection", "error_record", "inspect"]

SHIPPED = frozenset(
    ("real", "sd1", "sd2", "biggan", "flux", "ldm", "stylegan2", "cyclegan", "sdxl")
)
"""Labels of the bank that ships; any other was enrolled by the user."""
ENROLLED_P = 0.02
"""An enrolled entry beyond the shipped sources is named when its p-value is at most this."""
STAGES = ("Reading", "Denoising", "Measuring", "Comparing")
"""What is done to a file, in this order."""

DOUBLE_QUALITY = 85
"""An earlier compression is looked for in JPEG files of at least this quality: below, the
calibration expects no more of the pixels."""


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

    Attributes
    ----------
    on_stage : callable
        Told the name of each of the `STAGES` as it begins; does nothing until it is replaced.
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
        self.heads = shipped_heads()
        self.on_stage: Callable[[str], None] = _say_nothing

    def examine(self, path: str | os.PathLike[str]) -> Inspection:
        """Inspect one file.

        Raises
        ------
        ItemError
            If it cannot be inspected, in plain words.
        """
        started = time.perf_counter()
        inspected_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.on_stage("Reading")
        evidence = read_evidence(path, max_pixels=self.params.max_pixels)
        quality = evidence.facts.jpeg_quality
        codes = evidence.codes()
        self.on_stage("Denoising")
        tileset = self._cut(codes)
        earlier = _earlier_quality(evidence)
        flags = self._flags(codes, quality, tileset, evidence.flags, earlier)
        self.on_stage("Measuring")
        judged = judge(tileset, self.heads)
        self.on_stage("Comparing")
        matches = self._match(tileset, quality)
        verdict = self._opinion(judged, tileset, matches, quality, flags)
        verdict, more = _with_enrolled(verdict, matches)
        flags += more
        robust = None
        if self.params.robust and not applicability.blocked(flags):
            self.on_stage("Repeating")
            robust = self._repeat(codes, verdict, quality, evidence.flags)
            if robust.flipped:
                verdict = withhold(verdict, self.heads, quality=quality)
                flags.append(Flag("not_robust", Severity.WARNING, robust.sentence))
        explanation = self._explain(tileset, judged, verdict, matches, quality, flags)
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
            flags=tuple(flags),
            params=self.params,
            bank=self.bank.digest,
            elapsed_ms=(time.perf_counter() - started) * 1e3,
            explanation=explanation,
            robust=robust,
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

    def _cut(self, codes: npt.NDArray[np.uint8]) -> tiles.TileSet:
        return tiles.cut(codes, max_tiles=self.params.max_tiles, device=str(self.device))

    def _flags(
        self,
        codes: npt.NDArray[np.uint8],
        quality: int | None,
        tileset: tiles.TileSet,
        known: Sequence[Flag],
        earlier: int | None = None,
    ) -> list[Flag]:
        """Join the `known` flags of the file and those of the verdict's rules."""
        bands = calibration.bands_from(self.heads.settings)
        here = calibration.choose_band(bands, quality)
        found = applicability.image_flags(
            codes,
            quality=quality,
            tiles_used=len(tileset.tiles),
            tiles_available=tileset.available,
            rates=(bands[0].measured_tpr, here.measured_tpr),
            earlier_quality=earlier,
        )
        said = {flag.code for flag in known}
        return [*known, *(flag for flag in found if flag.code not in said)]

    def _opinion(
        self,
        judged: Judgement,
        tileset: tiles.TileSet,
        matches: Mapping[str, Match],
        quality: int | None,
        flags: Sequence[Flag],
    ) -> Verdict:
        found = with_matches(judged.opinions, self.heads, matches, quality)
        return opinion(found, self.heads, tileset.effective, quality=quality, flags=flags)

    def _repeat(
        self,
        codes: npt.NDArray[np.uint8],
        verdict: Verdict,
        quality: int | None,
        known: Sequence[Flag],
    ) -> Robustness:
        """Judge small crops and recompressions of the image, each by the same way."""

        def again(pixels: npt.NDArray[np.uint8], coded: int | None) -> Verdict:
            tileset = self._cut(pixels)
            flags = self._flags(pixels, coded, tileset, known)
            matches = self._match(tileset, coded)
            return self._opinion(judge(tileset, self.heads), tileset, matches, coded, flags)

        return ensemble(codes, verdict, again, quality=quality)

    def _explain(
        self,
        tileset: tiles.TileSet,
        judged: Judgement,
        verdict: Verdict,
        matches: Mapping[str, Match],
        quality: int | None,
        flags: list[Flag],
    ) -> explain.Explanation:
        """Say what the verdict rests on; a flag is added where tiles disagree."""
        odds = tile_odds(tileset, judged, self.heads, quality=quality)
        disagree = tiles_disagree(odds)
        if disagree:
            flags.append(Flag("tiles_disagree", Severity.WARNING, applicability.DISAGREE))
        frequencies = lags = None
        if self.params.explain:
            self.on_stage("Explaining")
            carried = occlusion.measure(
                tileset,
                judged.tile_opinions,
                self.heads,
                quality=quality,
                device=str(self.device),
            )
            frequencies, lags = carried.strongest(verdict.log10_lr)
        return explain.Explanation(
            explain.sentence(verdict, flags),
            odds,
            disagree,
            explain.nearest(matches),
            frequencies,
            lags,
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


def _say_nothing(_stage: str) -> None:
    """Stand in for a listener."""


@lru_cache(maxsize=2)
def _engine(params: InspectionParams, device: str) -> Engine:
    return Engine(params, device=device)


def _earlier_quality(evidence: Evidence) -> int | None:
    """Quality of an earlier JPEG compression whose trace the pixels show."""
    quality = evidence.facts.jpeg_quality
    if quality is None:
        found: int | None = (evidence.provenance.earlier_jpeg or {}).get("quality")
        return found
    if quality < DOUBLE_QUALITY:
        return None
    trace = trace_double(evidence.pixels, quality)
    return trace.quality if trace else None


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
