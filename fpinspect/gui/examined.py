"""What verdict and metadata pane show of an item, by how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fpinspect.gui import present, present_file
from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.viewdata import Metadata, VerdictView
from fpinspect.gui.words import missing_words

_BEGUN = (State.WAITING, State.WORKING)


def is_waited_for(item: QueueItem | None) -> bool:
    """Whether a verdict of an item is still to come."""
    return item is not None and item.state in _BEGUN


def verdict_of(
    item: QueueItem | None, original: QueueItem | None, record: Mapping[str, Any] | None
) -> VerdictView:
    """Return the verdict of an item, or what is done to it.

    Parameters
    ----------
    item, original : QueueItem or None
        The item, and the one that was analysed for it if it is a duplicate, else the same.
    record : mapping or None
        The JSON line as far as there is one; an image that is inspected anew keeps its own, greyed.
    """
    if item is None:
        return present.verdict(None)
    if is_waited_for(original):
        before = present.verdict(record) if record is not None else None
        return present.working(item.verdict_text, before, original.progress)
    if record is not None:
        return present.verdict(record)
    if item.state is State.FAILED:
        return present.verdict(_failed(item))
    return VerdictView(message=missing_words(item))


def metadata_of(item: QueueItem | None, record: Mapping[str, Any] | None) -> Metadata:
    """Return what the file of an item says about itself, as far as it is known."""
    if record is None and item is not None and item.state is State.FAILED:
        return present_file.metadata(_failed(item))
    return present_file.metadata(record)


def _failed(item: QueueItem) -> Mapping[str, Any]:
    return {"status": "error", "error": item.error, "path": item.path}
