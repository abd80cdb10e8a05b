"""One item: what inspects it and what becomes of it."""

from __future__ import annotations

import json
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from fpinspect.evidence.flags import ItemError

if TYPE_CHECKING:
    from fpinspect.evidence.sources import Item


Record = dict[str, Any]


class Engine(Protocol):
    """What inspects one item; it holds weights and bank, and lives as long as its process."""

    def inspect(self, path: str, *, named: bool = True) -> Record:
        """Inspect one file.

        Parameters
        ----------
        path : str
            The file.
        named : bool
            Whether the user named it, or a folder held it.

        Returns
        -------
        dict
            Plain data, the JSON line; a record whose ``status`` is ``"error"`` is an item error.

        Raises
        ------
        ItemError
            The item cannot be inspected; the message is plain words.
        """

    def error_record(self, path: str, message: str) -> Record:
        """Return the JSON line of an item that failed.

        Parameters
        ----------
        path : str
            The file.
        message : str
            Plain words.
        """


EngineFactory = Callable[[], Engine]


class EngineStartError(Exception):
    """The engine cannot be made at all (no such bank, no such denoiser, a worker dies at once)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item.

    Attributes
    ----------
    item : Item
        The item, as given.
    value : dict
        The JSON line: what the engine found, or its error record.
    error : str or None
        Why the item failed, in plain words; None if it did not.
    warnings : tuple of str
        Python warnings raised while it was inspected.
    detail : str or None
        The traceback of an internal error, for the log.
    """

    item: Item
    value: Record
    error: str | None = None
    warnings: tuple[str, ...] = ()
    detail: str | None = None


def inspect_one(engine: Engine, item: Item) -> Outcome:
    """Inspect one item and turn whatever happens into an outcome.

    Parameters
    ----------
    engine : Engine
        What inspects it.
    item : Item
        The file.

    Returns
    -------
    Outcome
        With `error` set if the engine raised, returned an error record or something that is no
        line of JSON (a number that is not finite).
    """
    value: Record | None = None
    error = detail = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = engine.inspect(item.path, named=item.named)
            if value["status"] == "error":
                error = str(value["error"])
            json.dumps(value, allow_nan=False)
        except ItemError as exc:
            error = str(exc) or "It failed without saying why."
        except MemoryError:
            error = "There is not enough memory to inspect it: close other programs, or use --jobs."
        except Exception as exc:
            # A defect of ours, not of the file: it costs this item only, and it must not hide.
            error = f"Internal error, please report it with the file if you can: {_one_line(exc)}"
            value, detail = None, traceback.format_exc()
    if value is None:
        value = engine.error_record(item.path, str(error))
    texts = tuple(dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught))
    return Outcome(item, value, error, texts, detail)


def lost(item: Item, words: str, blank: Record) -> Outcome:
    """Make the outcome of an item whose process did not live to tell.

    Parameters
    ----------
    item : Item
        The file.
    words : str
        What happened, in plain words.
    blank : dict
        An error record of the engine, of no file.
    """
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    value = {**blank, "path": item.path, "error": words, "inspected_at": now}
    return Outcome(item, value, words)


def start_words(exc: BaseException) -> str:
    """Say in plain words why an engine could not be made."""
    # The messages of these and our own are written for the user; others need their type.
    ours = type(exc).__module__.startswith("fpinspect.")
    if (ours or isinstance(exc, ValueError | OSError)) and str(exc):
        return str(exc)
    return f"the engine cannot start: {_one_line(exc)}"


def _one_line(exc: BaseException) -> str:
    text = " ".join(str(exc).split())
    return f"{type(exc).__name__}: {text}" if text else type(exc).__name__
