"""The text of the method cards, read from ``resources/methods/cards.json``."""

from __future__ import annotations

import json
from functools import lru_cache

from fpinspect.gui.translation import translated
from fpinspect.gui.viewdata import MethodCard
from fpinspect.resources import resource

NOT_TRANSLATED = ("key", "formula", "source")


@lru_cache(maxsize=1)
def stored() -> list[dict[str, str]]:
    """Return the cards as they stand in the file, in English."""
    found: list[dict[str, str]] = json.loads(
        resource("methods/cards.json").read_text(encoding="utf-8")
    )
    return found


def cards() -> tuple[MethodCard, ...]:
    """Return all cards, in the order of the file: views, then families, then the verdict."""
    return tuple(
        MethodCard(
            **{
                part: text if part in NOT_TRANSLATED else translated("Methods", text)
                for part, text in card.items()
            }
        )
        for card in stored()
    )


def card_for(key: str) -> MethodCard | None:
    """Return the card of a view or family, None if there is none."""
    return next((card for card in cards() if card.key == key), None)
