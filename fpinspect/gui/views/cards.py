"""The text of the method cards, read from ``resources/methods/cards.json``."""

from __future__ import annotations

import json
from functools import lru_cache

from fpinspect.gui.viewdata import MethodCard
from fpinspect.resources import resource


@lru_cache(maxsize=1)
def cards() -> tuple[MethodCard, ...]:
    """Return all cards, in the order of the file: views, then families, then the verdict."""
    data = json.loads(resource("methods/cards.json").read_text(encoding="utf-8"))
    return tuple(MethodCard(**card) for card in data)


def card_for(key: str) -> MethodCard | None:
    """Return the card of a view or family, None if there is none."""
    return next((card for card in cards() if card.key == key), None)
