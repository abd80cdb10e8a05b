"""One item: what inspects it and what becomes of it."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from fpinspect.evidence.image import ItemError

if TYPE_CHECKING:
    from fpinspect.evidence.sources import Item


class Engine(Protocol):
    """What inspects one item; it holds weights and bank, and lives as long as its process."""

    def inspect(self, path: str, *, named: bool = True) -> dict[str, Any]:
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
    value : dict or None
        What the engine returned; an error record of the engine is kept here, beside `error`.
    error : str or None
        Why the item failed, in plain words; None if it did not.
    warnings : tuple of str
        Python warnings raised while it was inspected.
    detail : str or None
        The traceback of an internal error, for the log.
    """

    item: Item
    value: dict[str, Any] | None
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
        With `error` set if the engine raised or returned an error record.
    """
    value = error = detail = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = engine.inspect(item.path, named=item.named)
            if value.get("status") == "error":
                error = str(value.get("error") or "failed without saying why")
        except ItemError as exc:
            error = str(exc) or "failed without saying why"
        except MemoryError:
            error = "there is not enough memory to inspect it"
        except Exception as exc:
            # A defect of ours, not of the file: it costs this item only, and it must not hide.
            error = f"internal error, please report it: {_one_line(exc)}"
            detail = traceback.format_exc()
    texts = tuple(dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught))
    return Outcome(item, value, error, texts, detail)


def start_words(exc: BaseException) -> str:
    """Say in plain words why an engine could not be made."""
    # The messages of these are written for the user; others need their type to make sense.
    if isinstance(exc, ItemError | ValueError | OSError) and str(exc):
        return str(exc)
    return f"the engine cannot start: {_one_line(exc)}"


def _one_line(exc: BaseException) -> str:
    text = " ".join(str(exc).split())
    return f"{type(exc).__name__}: {text}" if text else type(exc).__name__
