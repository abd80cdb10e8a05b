"""The words of a report in the reader's language: gettext, as Python and jinja2 know it.

English is the language of the source; a translation is a compiled catalogue,
``resources/report/locale/LANGUAGE/LC_MESSAGES/report.mo``. ``python -m
fpinspect.report.catalogue`` writes the template that translators start from. What the engine says
about a file (flags, errors) is stored in English and translated when it is shown; what a file says
about itself is data and stays as it is.
"""

from __future__ import annotations

import gettext
import json
from functools import cached_property

from fpinspect.resources import resource
from fpinspect.said import Said

DOMAIN = "report"
SOURCE_LANGUAGE = "en"


class Words:
    """Translates: ``_("text")``, and ``_.n("{n} image", "{n} images", n)`` for numbers.

    Parameters
    ----------
    translations : gettext.NullTranslations
        The catalogue; the default says everything as it is in the source.
    language : str
        Its code, as HTML and PDF name it.
    """

    def __init__(
        self,
        translations: gettext.NullTranslations | None = None,
        language: str = SOURCE_LANGUAGE,
    ) -> None:
        self.translations = translations or gettext.NullTranslations()
        self.language = language

    def __call__(self, text: str) -> str:
        """Translate a text; placeholders in braces are filled in afterwards."""
        return self.translations.gettext(text)

    def n(self, one: str, many: str, count: int) -> str:
        """Translate a text that depends on a number, and fill in ``{n}``."""
        return self.translations.ngettext(one, many, count).format(n=f"{count:,}")

    def said(self, text: str) -> str:
        """Translate what the engine said, values and all; as it is if no template fits."""
        return text if self.language == SOURCE_LANGUAGE else self._said(text)

    @cached_property
    def _said(self) -> Said:
        templates = json.loads(resource("report/locale/engine.json").read_text("utf-8"))
        return Said(templates, self.translations.gettext)


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that a report can be written in."""
    try:
        folder = resource("report/locale")
    except FileNotFoundError:
        return (SOURCE_LANGUAGE,)
    found = (path.parts[-3] for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (SOURCE_LANGUAGE, *sorted(found))


def words(language: str = SOURCE_LANGUAGE) -> Words:
    """Return the words of a language.

    Parameters
    ----------
    language : str
        ``en``, or the name of a folder in ``resources/report/locale``.

    Raises
    ------
    ValueError
        If there is no such translation.
    """
    if language == SOURCE_LANGUAGE:
        return Words()
    if language not in languages():
        known = ", ".join(languages())
        raise ValueError(f"there is no translation to {language!r}: choose one of {known}")
    folder = resource("report/locale")
    return Words(gettext.translation(DOMAIN, folder, [language]), language)
