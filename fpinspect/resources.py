"""Where the product's own files lie: weights, bank, icons, samples."""

from __future__ import annotations

from pathlib import Path


def resource(name: str) -> Path:
    """Find a file or folder that ships with fpinspect.

    Parameters
    ----------
    name : str
        Path below ``resources/``, with forward slashes, e.g. ``"bank"``.

    Returns
    -------
    pathlib.Path
        The existing path: in ``fpinspect/_resources`` of an installed wheel,
        else in ``resources/`` beside the package of a checkout.

    Raises
    ------
    FileNotFoundError
        If neither place holds it.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "_resources", package.parent / "resources"):
        candidate = root / name
        if candidate.exists():
            return candidate
    raise FileNotFoundError(
        f"fpinspect's own file {name!r} is missing: reinstall fpinspect, "
        f"or check out the whole repository (looked below {package} and {package.parent})"
    )
