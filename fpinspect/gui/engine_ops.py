"""What an engine can be asked: the operations, run in its process. The rooms load when needed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fpinspect.gui.engine import EngineError
from fpinspect.gui.engine_server import Context, Operation, ServerSpec
from fpinspect.gui.translation import translate, translated

if TYPE_CHECKING:
    from fpinspect.fingerprint.bank import Bank
    from fpinspect.gui.engine_compare import Comparer
    from fpinspect.params import InspectionParams
    from fpinspect.pipeline import Engine

_PANELS = ("compare", "measure", "region", "average", "entries")
_THUMBNAIL_PIXELS = 200_000_000


def operations(spec: ServerSpec) -> Mapping[str, Operation]:
    """Make the table of operations of one engine.

    Parameters
    ----------
    spec : ServerSpec
        Device and bank.

    Returns
    -------
    mapping
        ``about``, ``inspect``, ``walk``, ``thumbnail``, ``compare``, ``measure``, ``region``,
        ``average``, ``entries``: each takes a payload and a `Context`.
    """
    banks = _Banks(spec)
    return {
        "walk": walk,
        "demo": demo,
        "thumbnail": thumbnail,
        **{name: banks.operation(name) for name in ("about", "inspect", "report")},
        **{name: banks.operation(name, panels=True) for name in _PANELS},
    }


class _Banks:
    """The rooms of each bank that was asked for (``bank`` in a payload: a folder)."""

    def __init__(self, spec: ServerSpec) -> None:
        self._spec = spec
        self._rooms: dict[str, Rooms] = {}

    def operation(self, name: str, *, panels: bool = False) -> Operation:
        def operation(payload: Mapping[str, Any], context: Context) -> Any:
            folder = payload.get("bank") or self._spec.bank or ""
            rooms = self._rooms.setdefault(folder, Rooms(self._spec, folder or None))
            chosen: Operation = getattr(rooms.comparer if panels else rooms, name)
            return chosen(payload, context)

        return operation


class Rooms:
    """Bank, weights and caches of one engine, each loaded when first asked for.

    Parameters
    ----------
    spec : ServerSpec
        Device.
    bank : str or None
        Folder of a bank other than the shipped one.
    """

    def __init__(self, spec: ServerSpec, bank: str | None = None) -> None:
        self._spec = spec
        self._bank = bank
        self._engines: dict[InspectionParams, Engine] = {}

    @property
    def is_shipped(self) -> bool:
        """Whether the bank is the one that ships with fpinspect."""
        return self._bank is None

    @cached_property
    def bank(self) -> Bank:
        """The fingerprints.

        Raises
        ------
        EngineError
            If there is no bank, or it is broken.
        """
        from fpinspect.fingerprint.bank import Bank
        from fpinspect.fingerprint.entry import BankError

        try:
            return _shipped_bank() if self._bank is None else Bank.load(self._bank)
        except (BankError, OSError) as error:
            raise EngineError(
                translate("Engine", "The bank cannot be used: {error}").format(error=error)
            ) from error

    @cached_property
    def comparer(self) -> Comparer:
        """What makes the panels."""
        from fpinspect.gui.engine_compare import Comparer

        return Comparer(self)

    @property
    def device(self) -> str:
        """Name of the device that computes."""
        from fpinspect.signal.device import choose_device

        return str(choose_device(self._spec.device))

    def about(self, payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Load the libraries; say what this engine is made of."""
        from fpinspect.batch.case.made_with import made_with
        from fpinspect.params import InspectionParams
        from fpinspect.signal.denoise import denoiser_names

        params = InspectionParams(**payload.get("params", {}))
        info: dict[str, Any] = {
            "device": self.device,
            "denoisers": list(denoiser_names()),
            "params": params.digest,
            "bank": "",
            "entries": [],
            "problem": "",
            "made": made_with(params, device=self.device).to_dict(),
        }
        context.check()
        try:
            bank = self.bank
        except EngineError as error:
            return {**info, "problem": str(error)}
        info["bank"] = bank.digest
        info["shipped"] = self.is_shipped
        info["entries"] = [
            {"label": e.label, "title": e.title, "images": max(e.info.images.values())}
            for e in bank.entries.values()
        ]
        return info

    def inspect(self, payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Inspect one file: its JSON line as text, its error, warnings and the traceback."""
        from fpinspect.batch.outcome import inspect_one
        from fpinspect.evidence.sources import Item

        if not self._engines:
            context.update(0, 0, translate("Engine", "Loading the engine"))
        engine = self._engine(payload.get("params", {}))
        context.check()
        engine.on_stage = partial(_tell_stage, context)
        outcome = inspect_one(engine, Item(payload["path"], payload["named"]))
        context.check()
        return {
            "record": json.dumps(outcome.value),
            "error": outcome.error or "",
            "warnings": list(outcome.warnings),
            "detail": outcome.detail or "",
            "pack": self._pack(outcome.value, engine) if payload.get("keep") else None,
        }

    def _pack(self, record: Mapping[str, Any], engine: Engine) -> tuple[Any, ...] | None:
        """Measure what a case stores of an image: arrays, preview, thumbnail as bytes."""
        import numpy as np

        from fpinspect.batch.case.measure import measure_file
        from fpinspect.evidence.flags import ItemError
        from fpinspect.gui.engine_case import pack

        if record["status"] != "ok":
            return None
        try:
            found = measure_file(
                record["path"], record["sha256"], params=engine.params, device=str(engine.device)
            )
        except ItemError:
            return None  # Changed meanwhile: the result stands without its pictures.
        return tuple(np.frombuffer(part, np.uint8) for part in pack(found))

    def report(self, payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Write a report of items of the queue or of a case."""
        from fpinspect.gui.engine_report import write

        return write(self, payload, context)

    def _engine(self, params: Mapping[str, Any]) -> Engine:
        from fpinspect.params import InspectionParams
        from fpinspect.pipeline import Engine

        wanted = InspectionParams(**params)
        if wanted not in self._engines:
            try:
                self._engines[wanted] = Engine(wanted, bank=self.bank, device=self._spec.device)
            except (OSError, ValueError) as error:
                raise EngineError(
                    translate("Engine", "The engine cannot start: {error}").format(error=error)
                ) from error
        return self._engines[wanted]


def load_shipped() -> None:
    """Load libraries, bank and weights, and make ready what every comparison uses.

    For the process that engines are forked from: no device is chosen here, since a GPU that is in
    use does not survive a fork.
    """
    import numpy as np

    from fpinspect.fingerprint.match import match
    from fpinspect.pipeline import Engine

    engine = Engine(bank=_shipped_bank(), device="cpu")
    match(np.ones((3, 256, 256), np.float32), engine.bank, jpeg_quality=None)


@lru_cache(maxsize=1)
def _shipped_bank() -> Bank:
    from fpinspect.fingerprint.bank import Bank

    return Bank.load(None)


def _tell_stage(context: Context, name: str) -> None:
    from fpinspect.pipeline import STAGES

    # Stages that only some parameters ask for come at the end.
    at = STAGES.index(name) if name in STAGES else len(STAGES) - 1
    context.update(at, len(STAGES), translated("Stage", name))


def walk(payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Find the images among files and folders: ``items`` as [path, named], ``not_images``."""
    from fpinspect.evidence.sources import walk as walk_sources

    context.check()
    found = walk_sources(payload["paths"])
    return {
        "items": [[item.path, item.named] for item in found.items],
        "not_images": found.not_images,
    }


def demo(payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Build the exhibits of the demo and its bank in a folder: ``paths`` and ``bank``."""
    from fpinspect.demo import build_exhibits, demo_bank
    from fpinspect.fingerprint.entry import BankError

    folder = Path(payload["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    try:
        context.update(0, 2, translate("Engine", "Drawing the exhibits"))
        paths = build_exhibits(folder)
        context.check()
        context.update(1, 2, translate("Engine", "Enrolling the demo's generator"))
        bank = demo_bank().save(folder / "bank")
    except (BankError, OSError) as error:
        raise EngineError(str(error)) from error
    return {"paths": [str(path) for path in paths], "bank": str(bank.path)}


def thumbnail(payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Make a small square picture for display only: fast, upright, cropped, 8 bits.

    Returns
    -------
    dict
        ``picture`` (side, side, 3) uint8, ``width`` and ``height`` as stored, ``format``.
    """
    import warnings

    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    context.check()
    side = int(payload["side"])
    try:
        with warnings.catch_warnings(), Image.open(payload["path"]) as opened:
            warnings.simplefilter("ignore")  # What is wrong with the file, the engine says.
            facts = {"width": opened.width, "height": opened.height, "format": opened.format or ""}
            if opened.width * opened.height > _THUMBNAIL_PIXELS:
                return {**facts, "picture": None}
            opened.draft("RGB", (2 * side, 2 * side))
            shown = ImageOps.exif_transpose(opened).convert("RGB")
            square = ImageOps.fit(shown, (side, side), Image.Resampling.BILINEAR)
            return {**facts, "picture": np.array(square, np.uint8)}
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError) as error:
        raise EngineError(translate("Engine", "no picture: {error}").format(error=error)) from error
