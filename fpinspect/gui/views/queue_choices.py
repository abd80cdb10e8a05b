"""What the menus over the queue offer: verdicts, sources, orders."""

from __future__ import annotations

from fpinspect.gui.models import SORT_TITLES, Sort
from fpinspect.gui.present import title
from fpinspect.gui.translation import marked, translate, translated

_VERDICTS = (
    ("", marked("Queue", "All verdicts")),
    ("generated", marked("Queue", "Generated")),
    ("real", marked("Queue", "Real")),
    ("inconclusive", marked("Queue", "Inconclusive")),
    ("failed", marked("Queue", "Not read")),
    ("warned", marked("Queue", "With warnings")),
    ("marked", marked("Queue", "Bookmarked")),
)
_SOURCES = ("sd1", "sd2", "biggan", "flux", "unknown", "real")


def verdict_choices() -> list[tuple[str, str]]:
    """Return keys of `QueueFilter` and their words."""
    return [(key, translated("Queue", words)) for key, words in _VERDICTS]


def source_choices() -> list[tuple[str, str]]:
    """Return labels of sources and their words."""
    named = [(label, title(label)) for label in _SOURCES]
    return [
        ("", translate("Queue", "All sources")),
        *((label, words[:1].upper() + words[1:]) for label, words in named),
    ]


def order_choices() -> list[tuple[Sort, str]]:
    """Return orders of the rows and their words."""
    return [(key, translated("Queue", words)) for key, words in SORT_TITLES.items()]
