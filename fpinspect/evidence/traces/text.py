"""Foreign text made safe: valid Unicode, bounded, without control characters."""

from __future__ import annotations

import math
import re
from typing import Any

# C0 and C1 controls but tab and newline, and the marks that turn the direction of what follows
# (they can make a report read otherwise than it is).
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_MAX_DEPTH = 4
_MAX_ITEMS = 64


def clean(text: str, limit: int = 500) -> str:
    """Return valid, bounded Unicode without control characters, trimmed.

    Parameters
    ----------
    text : str
        Any text, lone surrogates included.
    limit : int
        At most so many characters; a cut is marked by ``…``.
    """
    text = text[: 4 * limit + 4096]
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = _UNSAFE.sub(" ", text.replace("\r\n", "\n")).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def decode(raw: bytes, limit: int = 500) -> str:
    """Decode bytes of unknown encoding (UTF-8, else Latin-1) and `clean` them."""
    raw = raw[: 4 * limit + 4096]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.start >= len(raw) - 3  # a character split by the bound above
        text = raw[: error.start].decode("utf-8") if cut else raw.decode("latin-1")
    return clean(text, limit)


def plain(value: Any, limit: int = 500, depth: int = 0) -> Any:
    """Return parsed metadata as JSON-able data: bounded, finite, with clean strings."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 1 << 63 else clean(hex(value)[:40], 40)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return clean(value, limit)
    if depth >= _MAX_DEPTH:
        return "…"
    if isinstance(value, dict):
        items = list(value.items())[:_MAX_ITEMS]
        return {clean(str(key), 80): plain(item, limit, depth + 1) for key, item in items}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, limit, depth + 1) for item in list(value)[:_MAX_ITEMS]]
    return clean(str(value), limit)
