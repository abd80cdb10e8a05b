"""What a bank's manifest says about an entry, checked; labels, bands, and the bank's error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fpinspect.fingerprint.accumulate import LATTICES

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,38}[a-z0-9])?")
FILE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}\.safetensors")
SHA256 = re.compile(r"[0-9a-f]{64}")
KINDS = ("generator", "photographs")
MAX_ARRAY_FILE = 64 * 2**20
"""No array file of a bank is larger (bytes): an entry with both lattices takes 4 MB."""
_DEVICE_NAMES = {"con", "prn", "aux", "nul"} | {
    f"{n}{i}" for n in ("com", "lpt") for i in range(10)
}

BANDS = ("none", "q95", "q85", "q75", "q60")
"""JPEG bands: not JPEG (whatever its past), quality 90 and up, 80-89, 70-79, below 70."""
BAND_TITLES = {
    "none": "not JPEG",
    "q95": "JPEG 90 and up",
    "q85": "JPEG 80 to 89",
    "q75": "JPEG 70 to 79",
    "q60": "JPEG below 70",
}
_FLOORS = ((90, "q95"), (80, "q85"), (70, "q75"), (0, "q60"))


class BankError(Exception):
    """A bank cannot be read or changed; ``str(error)`` is plain words."""


def check_label(label: str) -> str:
    """Return a label unchanged if it may name an entry and its file.

    Raises
    ------
    BankError
        If it could leave the bank's folder or is no valid file name everywhere.
    """
    if (
        not isinstance(label, str)
        or not LABEL.fullmatch(label)
        or ".." in label
        or label.split(".")[0] in _DEVICE_NAMES
    ):
        raise BankError(
            f"{label!r} cannot be a label: use 1 to 40 of a-z, 0-9, '-', '_' and '.', "
            "beginning and ending with a letter or digit"
        )
    return label


def band(quality: float | None) -> str:
    """Return the JPEG band of a file.

    Parameters
    ----------
    quality : float or None
        Quality on libjpeg's scale; None if the file is no JPEG.

    Returns
    -------
    str
        One of `BANDS`.

    Examples
    --------
    >>> band(None), band(96), band(75)
    ('none', 'q95', 'q75')
    """
    if quality is None:
        return "none"
    return next((name for floor, name in _FLOORS if quality >= floor), "q60")


@dataclass(frozen=True, kw_only=True)
class EntryInfo:
    """What the manifest says about an entry.

    Attributes
    ----------
    label, title : str
        Short name and the name for humans.
    kind : str
        ``"generator"`` or ``"photographs"``.
    images : Mapping[int, int]
        Lattice -> number of images that voted.
    groups : int
        Number of repositories, prompts or sequences they come from (0: not known).
    denoiser, denoiser_version : str
        Whose residuals they are.
    period : int
        8 or 16: the period of the pattern, within which a shift can be told.
    jpeg_history : Mapping[str, int]
        JPEG band of the files (see `band`) -> images.
    baseline : str
        Which mean residual of photographs was subtracted, in words.
    inputs_sha256 : str
        SHA-256 over the sorted SHA-256 of the input files, one a line.
    created : str
        Date, ISO 8601.
    note : str
        Anything else a reader should know.
    """

    label: str
    title: str
    kind: str
    images: Mapping[int, int]
    groups: int
    denoiser: str
    denoiser_version: str
    period: int
    jpeg_history: Mapping[str, int]
    baseline: str
    inputs_sha256: str
    created: str
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for the manifest."""
        return {
            "title": self.title,
            "kind": self.kind,
            "images": {str(k): v for k, v in sorted(self.images.items(), reverse=True)},
            "groups": self.groups,
            "denoiser": {"name": self.denoiser, "version": self.denoiser_version},
            "period": self.period,
            "jpeg_history": dict(sorted(self.jpeg_history.items())),
            "baseline": self.baseline,
            "inputs_sha256": self.inputs_sha256,
            "created": self.created,
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, label: str, data: Mapping[str, Any]) -> Self:
        """Read plain data of a manifest.

        Raises
        ------
        BankError
            If something is missing or not what it should be.
        """
        check_label(label)
        try:
            info = cls(
                label=label,
                title=as_text(data["title"], 200),
                kind=as_text(data["kind"], 20),
                images={int(k): as_count(v) for k, v in data["images"].items()},
                groups=as_count(data["groups"]),
                denoiser=as_text(data["denoiser"]["name"], 80),
                denoiser_version=as_text(data["denoiser"]["version"], 80),
                period=as_count(data["period"]),
                jpeg_history={as_text(k, 20): as_count(v) for k, v in data["jpeg_history"].items()},
                baseline=as_text(data["baseline"], 400),
                inputs_sha256=as_text(data["inputs_sha256"], 64),
                created=as_text(data["created"], 40),
                note=as_text(data.get("note", ""), 2000),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BankError(f"the manifest's entry {label!r} is broken: {error}") from error
        if (
            info.kind not in KINDS
            or info.period not in (8, 16)
            or not info.images
            or not set(info.images) <= set(LATTICES)
            or not SHA256.fullmatch(info.inputs_sha256)
        ):
            raise BankError(f"the manifest's entry {label!r} holds values that cannot be")
        return info


def as_text(value: object, limit: int) -> str:
    """Return printable text of bounded length."""
    if not isinstance(value, str) or len(value) > limit or not value.isprintable():
        raise ValueError(f"not a line of text of at most {limit} characters: {value!r:.60}")
    return value


def as_count(value: object) -> int:
    """Return a whole number >= 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"not a count: {value!r:.60}")
    return value
