"""Hostile text made harmless for the eye, before a format escapes it for its own syntax."""

from __future__ import annotations

from fpinspect.report.terminal import printable


def clean(text: str) -> str:
    r"""Escape what hides, reorders or breaks text; line breaks stay.

    File names and metadata can hold characters that turn the direction of writing, cannot be seen
    or are no valid Unicode at all. They are shown as what they are.

    Examples
    --------
    >>> clean("a\u202egpj.exe\nb")
    'a\\u202egpj.exe\nb'
    """
    if text.isprintable():
        return text
    return "\n".join(printable(line.replace("\t", "    ")) for line in text.split("\n"))
