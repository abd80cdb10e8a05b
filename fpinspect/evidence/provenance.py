"""What a file says about its own history: JPEG tables, metadata, content credentials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a file says about where it comes from; none of it moves the pixel verdict.

    Attributes
    ----------
    generator : dict or None
        Tool, model, prompt and settings that generator metadata name.
    camera, software : str or None
        From EXIF.
    """

    generator: dict[str, Any] | None = None
    camera: str | None = None
    software: str | None = None
    c2pa: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "generator": self.generator,
            "camera": self.camera,
            "software": self.software,
            "c2pa": self.c2pa,
        }
