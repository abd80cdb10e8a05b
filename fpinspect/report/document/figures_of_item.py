"""An item's pictures beside those of the named source, or best match, and of photographs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from fpinspect.report.document import arrays, drawings, pictures
from fpinspect.report.document.blocks import Block, Figure, Grid, GridRow, Text
from fpinspect.report.document.vector import Drawing, Label, Picture, Rect
from fpinspect.wording import NBSP, number

if TYPE_CHECKING:
    from fpinspect.batch.case.arrays import StoredArrays
    from fpinspect.report.document.arrays import F32, Reference, References
    from fpinspect.report.i18n import Words
    from fpinspect.report.model import ReportItem

Pictures = tuple[Picture, Picture, Picture, float]


class ItemFigures:
    """Draws items beside references; what is drawn of a reference is drawn once.

    Parameters
    ----------
    references : References
        Of the bank.
    _ : Words
        The language.
    """

    def __init__(self, references: References, _: Words) -> None:
        self._references = references
        self._words = _
        self._drawn: dict[tuple[str, int], Pictures] = {}

    def blocks(self, item: ReportItem, stored: StoredArrays, *, side: float) -> list[Block]:
        """Return the grid of pictures and the radial profile of an item.

        Parameters
        ----------
        item : ReportItem
            With a result.
        stored : StoredArrays
            What is drawn.
        side : float
            Side of a picture in points.
        """
        cell, shift, shown = self._beside(item, stored)
        return [
            self._grid(item, stored, cell, shown, side),
            Text(self._placement(shift, shown), "small"),
            self._profile(item, stored, shown),
        ]

    def strip(self, item: ReportItem, stored: StoredArrays, *, side: float) -> list[Block]:
        """Return the same pictures on less room, for the short form: one row an image.

        Parameters
        ----------
        item, stored, side
            As in `blocks`.
        """
        _ = self._words
        cell, shift, shown = self._beside(item, stored)
        image = pictures.preview_picture(stored.preview, _("Image: {name}").format(name=item.name))
        rows = [GridRow(_("questioned image"), (image, *self._own(item, stored, cell)[:3]))]
        for ref in shown:
            rows.append(GridRow(ref.title, (self._no_picture(ref, side), *self._of(ref)[:3])))
        rows.append(GridRow("", ("", *pictures.flat_scales(side, _))))
        heads = (
            (_("Image"), ""),
            (_("Residual"), _("own σ")),
            (_("Magnitude"), ""),
            (_("Phase"), ""),
        )
        caption = _(
            "Residual folded on {lattice} px; log-magnitude re. its median over 0.08–0.5 "
            "cycles/px; spectra from −0.5 to 0.5 cycles/px, zero in the centre, vertical frequency "
            "upwards. {placement}"
        ).format(lattice=cell.shape[0], placement=self._placement(shift, shown, short=True))
        return [Grid(heads, tuple(rows), side), Text(caption, "small")]

    def _beside(
        self, item: ReportItem, stored: StoredArrays
    ) -> tuple[F32, tuple[int, int], list[Reference]]:
        """Return the cell as it lies on its reference, the shift, and the references."""
        cell = arrays.questioned_cell(stored)
        chosen = arrays.shown_match(item.record)
        labels = [label for label in (chosen, arrays.REAL) if label]
        found = [self._references.get(label, cell.shape[0]) for label in labels]
        shift = _shift(item.record, chosen)
        return arrays.placed(cell, shift), shift, [ref for ref in found if ref is not None]

    def _grid(
        self, item: ReportItem, stored: StoredArrays, cell: F32, shown: list[Reference], side: float
    ) -> Grid:
        _ = self._words
        heads = [(drawings.shortened(item.name, 26), _("questioned image"))]
        words = {arrays.REAL: _("photographs"), arrays.best_match(item.record): _("best match")}
        roles = [words.get(ref.label, _("named source")) for ref in shown]
        for ref, role in zip(shown, roles, strict=True):
            count = _.n("{n} image", "{n} images", ref.images)
            heads.append((drawings.shortened(ref.title, 26), f"{role}, {count}"))
        own = self._own(item, stored, cell)
        columns = [own, *(self._of(ref) for ref in shown)]
        image = pictures.preview_picture(stored.preview, _("Image: {name}").format(name=item.name))
        facts: list[Picture | Drawing | str] = [self._no_picture(ref, side) for ref in shown]
        sigmas = "; ".join(_three_digits(c[3]) for c in columns)
        lattice = f"{cell.shape[0]}{NBSP}px"
        axes = _(
            "Horizontal frequency to the right, vertical upwards, each from −0.5 to 0.5 cycles/px, "
            "zero in the centre."
        )
        rows = (
            GridRow(
                _("Image"),
                (image, *facts),
                caption=_(
                    "Upright, at most 512 px a side, for the eye only: what was analysed are the "
                    "pixels of the file. A fingerprint has no image."
                ),
            ),
            GridRow(
                _("Residual"),
                tuple(c[0] for c in columns),
                pictures.residual_scale(side, _),
                _(
                    "R = I − D(I) averaged over the cells of the {lattice} lattice, mean of R, G "
                    "and B; ±3 σ, σ = {sigmas} grey levels of 255 (left to right)."
                ).format(lattice=lattice, sigmas=sigmas),
            ),
            GridRow(
                _("Log-magnitude"),
                tuple(c[1] for c in columns),
                pictures.magnitude_scale(side, _),
                _(
                    "Welch spectrum of the residual, 128-px Hann tiles; −6 to +8 dB re. the median "
                    "over 0.08–0.5 cycles/px. {axes}"
                ).format(axes=axes),
            ),
            GridRow(
                _("Phase"),
                tuple(c[2] for c in columns),
                pictures.phase_scale(side, _),
                _("Phase of the transform of the residual above, ±180°; axes as above."),
            ),
        )
        return Grid(tuple(heads), rows, side)

    def _own(self, item: ReportItem, stored: StoredArrays, cell: F32) -> Pictures:
        _ = self._words
        name = item.name
        residual, sigma = pictures.residual_picture(cell, _("Residual: {name}").format(name=name))
        magnitude = pictures.magnitude_picture(
            stored.magnitude_db(), _("Log-magnitude: {name}").format(name=name)
        )
        phase = pictures.phase_picture(cell, _("Phase: {name}").format(name=name))
        return residual, magnitude, phase, sigma

    def _of(self, ref: Reference) -> Pictures:
        key = (ref.label, int(ref.cell.shape[0]))
        if key not in self._drawn:
            _ = self._words
            residual, sigma = pictures.residual_picture(
                ref.cell, _("Mean residual: {name}").format(name=ref.title), shared=True
            )
            magnitude = pictures.magnitude_picture(
                ref.db, _("Mean log-magnitude: {name}").format(name=ref.title), shared=True
            )
            phase = pictures.phase_picture(
                ref.cell, _("Phase: {name}").format(name=ref.title), shared=True
            )
            self._drawn[key] = (residual, magnitude, phase, sigma)
        return self._drawn[key]

    def _no_picture(self, ref: Reference, side: float) -> Drawing:
        """Say in the place of an image what the fingerprint is."""
        _ = self._words
        drawn = Drawing(side, side, _("A fingerprint has no image"))
        drawn.add(Rect(0.25, 0.25, side - 0.5, side - 0.5, colour="line"))
        lines = (
            _("mean of"),
            _.n("{n} image", "{n} images", ref.images),
            _("{n} × {n} px").format(n=ref.cell.shape[0]),
        )
        for k, text in enumerate(lines):
            drawn.add(Label(side / 2, side / 2 - 8 + 11 * k, text, 7, "middle", "muted"))
        return drawn

    def _placement(
        self, shift: tuple[int, int], shown: list[Reference], *, short: bool = False
    ) -> str:
        _ = self._words
        if not shown or shown[0].label == arrays.REAL:
            return _("The bank holds no generator to show beside the image.")
        if short:
            words = _("The shift found, dy {dy}, dx {dx} px, is taken back in residual and phase.")
            return words.format(dy=shift[0], dx=shift[1])
        return _(
            "Residual and phase of the questioned image are shown with the shift found against "
            "{name} taken back (dy {dy}, dx {dx} px), so that equal patterns stand at equal places."
        ).format(name=shown[0].title, dy=shift[0], dx=shift[1])

    def _profile(self, item: ReportItem, stored: StoredArrays, shown: list[Reference]) -> Block:
        _ = self._words
        curves = []
        for ref in reversed(shown):
            freq, level = arrays.rings(arrays.relative(ref.db))
            _freq, half = arrays.rings(ref.spread)
            role: drawings.Role = "real" if ref.label == arrays.REAL else "match"
            curves.append(drawings.Profile(ref.title, role, freq, level, half))
        freq, level = arrays.rings(arrays.relative(stored.magnitude_db()))
        curves.append(drawings.Profile(item.name, "image", freq, level))
        if not np.isfinite(level).any():
            return Text(_("The residual has no spectrum to draw."), "small")
        caption = _(
            "Radial profile: mean log-magnitude by distance from zero frequency, 0.08–0.5 "
            "cycles/px, dB re. the median over the same range."
        )
        return Figure(drawings.radial_plot(curves, _=_), caption)


def _three_digits(value: float) -> str:
    """Write a small positive number to three significant digits."""
    digits = 2 - math.floor(math.log10(value)) if value > 0 else 2
    return number(value, min(max(digits, 0), 6))


def _shift(record: Mapping[str, Any], label: str | None) -> tuple[int, int]:
    found = (record.get("matches") or {}).get(label or "") or {}
    dy, dx = found.get("shift") or (0, 0)
    return int(dy), int(dx)
