"""What a result was made with: parameters, versions, weights."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import fpinspect
from fpinspect.batch.case.values import MadeWith
from fpinspect.params import InspectionParams
from fpinspect.resources import resource

_PACKAGES = (
    "numpy",
    "torch",
    "pillow",
    "opencv-python",
    "scipy",
    "scikit-learn",
    "safetensors",
    "pillow-heif",
    "pillow-jxl-plugin",
)
_NO_PART = ("demo_generator",)  # weights that no opinion rests on
WHERE = ("system", "processor", "device", "threads")
"""Keys of `MadeWith.versions` that name the machine, not software."""


def made_with(params: InspectionParams, *, device: str = "cpu") -> MadeWith:
    """Describe what this process makes results with.

    Parameters
    ----------
    params : InspectionParams
        What is asked of the engine.
    device : str
        Where it computes.
    """
    return MadeWith(params.to_dict(), {**_versions(), "device": device, **_torch()}, weights())


@cache
def _versions() -> dict[str, str]:
    found = {
        "fpinspect": fpinspect.__version__,
        "python": platform.python_version(),
    }
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue  # an optional format
    found["system"] = f"{platform.system()} {platform.machine()}"
    return found


def _torch() -> dict[str, str]:
    """Say how torch computes here, if it is loaded: it may choose other kernels elsewhere."""
    torch = sys.modules.get("torch")
    if torch is None:
        return {"threads": os.environ.get("OMP_NUM_THREADS", "")}
    return {
        "threads": str(torch.get_num_threads()),
        "processor": str(torch.backends.cpu.get_cpu_capability()),
    }


@cache
def weights() -> dict[str, str]:
    """Hash the shipped weights, once per process: file name to SHA-256.

    Raises
    ------
    FileNotFoundError
        If they are missing.
    """
    folder = resource("weights")
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if file.is_file() and not file.name.startswith(_NO_PART)
    }
