"""fpinspect: forensic inspector for AI-generated images.

The public names load on first use, so that ``import fpinspect`` stays light
(neither torch nor Qt is imported).

Examples
--------
>>> import fpinspect
>>> fpinspect.__version__.count(".")
2
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from fpinspect.fingerprint.bank import Bank
    from fpinspect.inspection import Inspection
    from fpinspect.params import InspectionParams
    from fpinspect.pipeline import inspect

__all__ = ["Bank", "Inspection", "InspectionParams", "__version__", "inspect"]

_HOMES = {
    "Bank": "fpinspect.fingerprint.bank",
    "Inspection": "fpinspect.inspection",
    "InspectionParams": "fpinspect.params",
    "inspect": "fpinspect.pipeline",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its home module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'fpinspect' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
