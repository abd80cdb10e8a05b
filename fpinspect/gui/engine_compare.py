"""The panels of one image beside its references, made in the engine's process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fpinspect.gui import bands, pictures, present, present_why, references
from fpinspect.gui.average_file import AVERAGE, entry_data, read_average, write_average
from fpinspect.gui.engine import EngineError
from fpinspect.gui.engine_server import Context
from fpinspect.gui.measured import Measured, file_of
from fpinspect.gui.pictures import EntryData, Placement
from fpinspect.gui.plots import PERIOD, plots
from fpinspect.gui.separated import Images, Separated
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import (
    Choice,
    Column,
    Comparison,
    Component,
    Kind,
    Plots,
    RegionData,
    Role,
    ViewOptions,
)

if TYPE_CHECKING:
    from fpinspect.fingerprint.accumulate import Fingerprint
    from fpinspect.fingerprint.entry import Entry
    from fpinspect.gui.engine_ops import Rooms

F32 = npt.NDArray[np.float32]
_MOST_COLUMNS = 48
_PLOTTED = 5
"""Entries in the plots beside the image: as many maps as fit the width of the reference window."""
REAL = "real"


class Comparer:
    """Makes comparisons and keeps the arrays of the images asked for last.

    Parameters
    ----------
    rooms : Rooms
        Bank and device.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._images = Images(rooms.device)
        self._entries: dict[tuple[str, Component, int], EntryData] = {}
        self._columns: OrderedDict[tuple[Any, ...], Column] = OrderedDict()

    def compare(self, payload: Mapping[str, Any], context: Context) -> tuple[Comparison, Plots]:
        """Make all panels and plots of an image.

        Parameters
        ----------
        payload : mapping
            ``record``: the JSON line; ``title``; ``options``: `ViewOptions`; ``denoiser``;
            ``references``: keys (empty: the best matches and real, ``count`` of them); ``pins``:
            list of (record, title); ``generation``.
        context : Context
            Asked between two stages whether to go on.
        """
        record, options = payload["record"], payload["options"]
        pins = {f"item:{r['sha256']}": (r, title) for r, title in payload.get("pins", ())}
        keys = self._keys(payload)
        planes = self._images.get(record, payload["denoiser"])
        context.check()
        placement, real_db = self._placement(record, keys), self._real_db(options.of)
        measured = self._measured(payload, planes)
        questioned = pictures.image_column(
            planes,
            options,
            measured=measured,
            key=f"item:{record['sha256']}",
            title=payload["title"],
            placement=placement,
            real_db=real_db,
        )
        columns = []
        for key in keys:
            context.check()
            column = self._column(key, payload, pins, placement, real_db)
            columns.append(pictures.with_difference(column, questioned))
        carries = next((c.name for c in self._shares(record) if "peaks" in c.where), "")
        context.check()
        comparison = Comparison(
            generation=payload["generation"],
            questioned=questioned,
            references=tuple(columns),
            orientation=planes.evidence.facts.orientation,
            choices=self._choices(pins, payload.get("average", "")),
            peaks=present_why.joined(
                pictures.lattice_peaks(questioned, columns, carries),
                present_why.carriers(record, carries),
                present_why.half_width(record),
            ),
            tiles=present_why.tile_map(record),
        )
        made = self._plots(payload, keys, measured, placement)
        measured.keep()
        return comparison, made

    def measure(self, payload: Mapping[str, Any], context: Context) -> bool:
        """Measure what the usual view needs of an image and store it, see `compare`."""
        record, options = payload["record"], payload["options"]
        keys = self._keys(payload)
        planes = self._images.get(record, payload["denoiser"])
        context.check()
        measured = self._measured(payload, planes)
        placement = self._placement(record, keys)
        if min(measured.size) >= PERIOD:
            measured.spectrum()
            measured.spectrum(options.window.value)
            measured.fold(PERIOD, placement.origin if placement else (0, 0))
            if placement is not None and options.folded:
                measured.fold(placement.lattice, placement.origin)
        measured.keep()
        return True

    def _measured(self, payload: Mapping[str, Any], planes: Separated) -> Measured:
        of = payload["options"].of
        file = file_of(payload.get("store", ""), payload["record"], payload["denoiser"], of.value)
        return Measured(lambda: planes[of], planes.size, file)

    def region(self, payload: Mapping[str, Any], context: Context) -> RegionData:
        """Residual and spectrum of a rectangle of an image that is being shown."""
        options, region = payload["options"], payload["region"]
        planes = self._images.get(payload["record"], payload["denoiser"])
        context.check()
        chosen = planes[options.of]
        part = chosen[:, region.y : region.y + region.height, region.x : region.x + region.width]
        return pictures.region_data(np.ascontiguousarray(part), region, options)

    def average(self, payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Average residuals and denoised images of items (seed eq. 2 and 3), with progress."""
        from fpinspect.fingerprint.accumulate import SourceAccumulator

        records = payload["records"]
        sums, skipped = SourceAccumulator(), 0
        for done, record in enumerate(records):
            context.check()
            context.update(
                done,
                len(records),
                translate("Comparison", "averaging, {done} of {records}").format(
                    done=f"{done:,}", records=f"{len(records):,}"
                ),
            )
            try:
                planes = self._images.get(record, payload["denoiser"])
                sums.add(planes[Component.RESIDUAL], planes[Component.DENOISED])
            except (ValueError, EngineError):
                skipped += 1  # Too small, or gone: said with the count.
        made = sums.finish() if skipped < len(records) else {}
        if not made:
            raise EngineError(
                translate(
                    "Comparison",
                    "None of these images could be averaged: each needs 128 px a side.",
                )
            )
        chosen = made[max(made, key=lambda size: (made[size].images, size))]
        facts = (
            (translate("Comparison", "images"), f"{chosen.images:,}"),
            (translate("Comparison", "lattice"), f"{chosen.lattice}\u00a0px"),
            (translate("Comparison", "denoiser"), payload["denoiser"]),
            (translate("Comparison", "left out"), f"{len(records) - chosen.images:,}"),
        )
        entries = [
            entry_data(AVERAGE, translate("Comparison", "Average"), chosen, component, facts)
            for component in (Component.RESIDUAL, Component.DENOISED)
        ]
        return {
            "images": chosen.images,
            "left_out": len(records) - chosen.images,
            "file": write_average(entries, Path(payload["folder"])),
        }

    def entries(self, payload: Mapping[str, Any], context: Context) -> tuple[Column, ...]:
        """Return the columns of all entries, for the first run's row of fingerprints."""
        options = ViewOptions()
        columns = []
        for entry in self._rooms.bank.entries.values():
            context.check()
            data = self._entry(entry, options.of)
            role = Role.REAL if entry.label == REAL else Role.OTHER
            columns.append(
                pictures.entry_column(data, options, key=f"bank:{entry.label}", role=role)
            )
        return tuple(columns)

    def _keys(self, payload: Mapping[str, Any]) -> list[str]:
        """Return the references that were asked for, or the best of this image and photographs."""
        held = self._entry_labels()
        ranked = [f"bank:{m}" for m in self._ranked(payload["record"]) if m in held]
        usual = references.usual(int(payload.get("count", 2)), real=REAL in held)
        keys = references.resolved(payload.get("references") or usual, ranked)
        return [key for key in keys if key != references.REAL or REAL in held]

    def _ranked(self, record: Mapping[str, Any]) -> list[str]:
        """Return entries other than photographs: what the verdict names, then the best matches."""
        labels = [m.label for m in self._matches(record) if m.label != REAL]
        found = record.get("verdict") or {}
        named = found.get("source") if found.get("answer") == "generated" else None
        return sorted(labels, key=lambda label: label != named)

    def _entry_labels(self) -> Sequence[str]:
        try:
            return list(self._rooms.bank.entries)
        except EngineError:
            return []  # Said once, by `about`: the image alone can be shown.

    def _matches(self, record: Mapping[str, Any]) -> Sequence[Any]:
        return present.matches(record.get("matches") or {})

    def _shares(self, record: Mapping[str, Any]) -> Sequence[Any]:
        verdict = record.get("verdict") or {}
        return present.contributions(verdict.get("families") or {})

    def _note(self, record: Mapping[str, Any]) -> str:
        """Say why the first reference is the first."""
        matched = next((m.label for m in self._matches(record) if m.label != REAL), None)
        if self._ranked(record)[:1] == [matched]:
            return translate("Comparison", "best match")
        return translate("Comparison", "named by the verdict")

    def _placement(self, record: Mapping[str, Any], keys: Sequence[str]) -> Placement | None:
        """Where the image lies on the first reference's lattice, the shift found taken back."""
        label = next((key.removeprefix("bank:") for key in keys if key.startswith("bank:")), None)
        if label is None or label not in self._entry_labels():
            return None
        image = record.get("image") or {}
        size = (int(image.get("height", 0)), int(image.get("width", 0)))
        found = (record.get("matches") or {}).get(label)
        dy, dx = found["shift"] if found else (0, 0)
        lattices = self._rooms.bank.entries[label].lattices
        return Placement.after(lattices, size, (int(dy), int(dx)))

    def _real_db(self, of: Component) -> F32 | None:
        if REAL not in self._entry_labels():
            return None
        return self._entry(self._rooms.bank.entries[REAL], of).db

    def _entry(self, entry: Entry, of: Component, lattice: int | None = None) -> EntryData:
        component = Component.DENOISED if of is Component.DENOISED else Component.RESIDUAL
        fingerprint = entry.fingerprint(lattice)
        key = (entry.label, component, fingerprint.lattice)
        if key not in self._entries:
            self._entries[key] = self._entry_data(entry, component, fingerprint)
        return self._entries[key]

    def _entry_data(
        self, entry: Entry, component: Component, fingerprint: Fingerprint
    ) -> EntryData:
        shipped = (
            translate("Comparison", "shipped")
            if self._rooms.is_shipped
            else translate("Comparison", "own bank")
        )
        facts = pictures.facts(
            entry.info.to_dict(), fingerprint.lattice, fingerprint.images, shipped
        )
        title = present.title(entry.label, {} if entry.label in present.TITLES else None)
        if entry.label not in present.TITLES:
            title = entry.title
        return entry_data(entry.label, title, fingerprint, component, facts)

    def _column(
        self,
        key: str,
        payload: Mapping[str, Any],
        pins: Mapping[str, tuple[Mapping[str, Any], str]],
        placement: Placement | None,
        real_db: F32 | None,
    ) -> Column:
        options = payload["options"]
        if key in pins:
            record, title = pins[key]
            planes = self._images.get(record, payload["denoiser"])
            return pictures.image_column(
                planes,
                options,
                key=key,
                title=title,
                kind=Kind.PINNED,
                placement=placement,
                real_db=real_db,
            )
        if key == AVERAGE:
            file = payload.get("average")
            if not file:
                return Column(
                    key,
                    translate("Comparison", "Average"),
                    kind=Kind.AVERAGE,
                    busy=translate("Comparison", "nothing is averaged yet"),
                )
            data = read_average(Path(file), options.of)
            return pictures.entry_column(data, options, key=key, kind=Kind.AVERAGE, real_db=real_db)
        label = key.removeprefix("bank:")
        if label not in self._entry_labels():
            return Column(key, label, busy=translate("Comparison", "not in this bank"))
        best = next(iter(self._ranked(payload["record"])), None)
        role = Role.REAL if label == REAL else Role.MATCH if label == best else Role.OTHER
        note = self._note(payload["record"]) if label == best else ""
        stored = self._rooms.bank.entries[label]
        lattice = placement.lattice if placement and placement.lattice in stored.lattices else None
        entry = self._entry(stored, options.of, lattice)
        made_for = (key, entry.lattice, options.arrays_key, note, role)
        if made_for not in self._columns:
            self._columns[made_for] = pictures.entry_column(
                entry, options, key=key, note=note, role=role, real_db=real_db
            )
            if len(self._columns) > _MOST_COLUMNS:
                self._columns.popitem(last=False)
        self._columns.move_to_end(made_for)
        return self._columns[made_for]

    def _choices(self, pins: Mapping[str, tuple[Any, str]], average: str) -> tuple[Choice, ...]:
        found = [
            Choice(
                f"bank:{label}",
                self._entry_title(label),
                translate("Comparison", "Stored fingerprints"),
            )
            for label in self._entry_labels()
        ]
        found += [
            Choice(key, title, translate("Comparison", "Pinned images"))
            for key, (_, title) in pins.items()
        ]
        if average:
            found.append(
                Choice(
                    AVERAGE,
                    translate("Comparison", "Average of the selected images"),
                    translate("Comparison", "Average"),
                )
            )
        return tuple(found)

    def _entry_title(self, label: str) -> str:
        return (
            present.title(label)
            if label in present.TITLES
            else self._rooms.bank.entries[label].title
        )

    def _plots(
        self,
        payload: Mapping[str, Any],
        keys: Sequence[str],
        measured: Measured,
        placement: Placement | None,
    ) -> Plots:
        record, options = payload["record"], payload["options"]
        matches, ranked = self._matches(record), self._ranked(record)
        order = [key.removeprefix("bank:") for key in keys if key.startswith("bank:")]
        order += [label for label in (*ranked, *self._entry_labels()) if label not in order]
        order = list(dict.fromkeys(order))
        best = next(iter(ranked), None)
        entries = []
        # A bank keeps nothing of the images themselves: nothing to lay theirs over.
        for label in order[:_PLOTTED] if options.of is not Component.IMAGE else ():
            if label not in self._entry_labels():
                continue
            role = Role.REAL if label == REAL else Role.MATCH if label == best else Role.OTHER
            entries.append((self._entry(self._rooms.bank.entries[label], options.of), role))
        return plots(
            measured,
            title=payload["title"],
            entries=entries,
            matches={m.label: m.folded for m in matches},
            origin=placement.origin if placement else (0, 0),
            contributions=self._shares(record),
            bands=bands.shipped(),
        )
