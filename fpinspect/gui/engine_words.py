"""What the engine said of a file, in the window's language.

Results, cases and the JSON line keep flags, errors and explanations in English, as they were said.
Where the window shows them they are said again (see `fpinspect.said`): their templates are those of
the reports, ``resources/report/locale/engine.json``, and stand in the window's catalogue as `SAID`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

from fpinspect.gui.translation import SOURCE_LANGUAGE, spoken, translated
from fpinspect.resources import resource
from fpinspect.said import Said

SAID = "said"
"""Context of the templates in the catalogue."""


def templates() -> Sequence[str]:
    """Return what the engine may say, values as ``{names}``."""
    try:
        found: list[str] = json.loads(resource("report/locale/engine.json").read_text("utf-8"))
    except FileNotFoundError:
        return ()
    return found


def said(text: str) -> str:
    """Say again what the engine said; as it is in English, or where no template fits."""
    return text if spoken() == SOURCE_LANGUAGE else _said(text)


@lru_cache(maxsize=1)
def _sayer() -> Said:
    return Said(templates(), lambda template: translated(SAID, template))


@lru_cache(maxsize=2048)
def _said(text: str) -> str:
    return _sayer()(text)
