"""What a check found, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What a finding means."""

    OK = "holds"
    NOTE = "note"
    FAIL = "does not hold"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked.

    Attributes
    ----------
    level : Level
        Whether it holds.
    words : str
        What, in plain words; file names in it can hold any character.
    """

    level: Level
    words: str


def ok(words: str) -> Finding:
    """Make a finding that holds."""
    return Finding(Level.OK, words)


def note(words: str) -> Finding:
    """Make a finding that the reader must know, although nothing is wrong."""
    return Finding(Level.NOTE, words)


def fail(words: str) -> Finding:
    """Make a finding that does not hold."""
    return Finding(Level.FAIL, words)
