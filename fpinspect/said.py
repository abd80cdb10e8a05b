"""What the engine says, in another language: texts are stored in English, and translated as shown.

Results keep the engine's words (flags, errors, notes) as they were said, so that a case reads the
same everywhere and tomorrow. A report or window finds the template that a text was made from,
translates that and fills the same values in. What no template fits stays as it is: data are shown
rather than lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Translate = Callable[[str], str]

_FIELD = re.compile(r"\{(\w+)\}")
_END = re.compile(r"[.:;] ")


class Said:
    """Translates what was said in English.

    Parameters
    ----------
    templates : iterable of str
        English texts with ``{names}``, as `fpinspect.report.catalogue` finds them in the engine.
    translate : callable
        Returns a template's translation, with the same names.

    Examples
    --------
    >>> words = {"JPEG quality {q}: little is left.": "JPEG-Qualität {q}: wenig ist übrig."}
    >>> said = Said(words, words.__getitem__)
    >>> said("JPEG quality 40: little is left."), said("Something else.")
    ('JPEG-Qualität 40: wenig ist übrig.', 'Something else.')
    """

    def __init__(self, templates: Iterable[str], translate: Translate) -> None:
        self._translate = translate
        ranked = sorted(templates, key=lambda t: (-len(_FIELD.sub("", t)), t))
        self._patterns = [(_pattern(template), template) for template in ranked]

    def __call__(self, text: str) -> str:
        """Translate a text of one or several sentences."""
        found = self._whole(text)
        if found is not None:
            return found
        for end in reversed(list(_END.finditer(text))):
            head = self._whole(text[: end.end() - 1])
            if head is not None:
                return f"{head} {self(text[end.end() :])}"
        return text

    def _whole(self, text: str) -> str | None:
        for pattern, template in self._patterns:
            found = pattern.fullmatch(text)
            if found is None:
                continue
            values = {
                name: self._whole(value) or value for name, value in found.groupdict().items()
            }
            try:
                return self._translate(template).format(**values)
            except (KeyError, IndexError, ValueError):  # a translation with other names
                return text
        return None


def _pattern(template: str) -> re.Pattern[str]:
    """Make the expression that takes the values out of a text made from a template."""
    parts, at = [], 0
    seen: set[str] = set()
    for field in _FIELD.finditer(template):
        parts.append(re.escape(template[at : field.start()]))
        name = field[1]
        parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>.*?)")
        seen.add(name)
        at = field.end()
    parts.append(re.escape(template[at:]))
    return re.compile("".join(parts), re.DOTALL)
