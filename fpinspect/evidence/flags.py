"""How the evidence room speaks: errors, severities and flags in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemError(Exception):
    """An item cannot be inspected; ``str(error)`` is plain words for the analyst."""


class Severity(StrEnum):
    """How much a flag weakens the opinion."""

    INFO = "info"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Flag:
    """One circumstance that the analyst has to know.

    Attributes
    ----------
    code : str
        Stable name for programs, snake_case.
    severity : Severity
        How much it weakens the opinion.
    message : str
        Cause and effect in plain words.
    """

    code: str
    severity: Severity
    message: str
