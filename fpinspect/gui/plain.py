"""Texts of files and users in tooltips, which Qt takes for markup where there is a ``<``."""

from __future__ import annotations

from html import escape


def tip(text: str) -> str:
    """Return a tooltip that shows a text as it is.

    Examples
    --------
    >>> tip("a.png"), tip("a <b>.png")
    ('a.png', '<span>a &lt;b&gt;.png</span>')
    """
    return f"<span>{escape(text)}</span>".replace("\n", "<br>") if "<" in text else text
