"""``fpinspect doctor``: what is installed, what is missing, and the one command that mends it.

Nothing of Qt is started: versions come from the installed metadata. Imports are inside the
functions: ``fpinspect --help`` loads this module for its parser alone.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fpinspect
from fpinspect.resources import resource

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

SCHEMA = "fpinspect.doctor/1"

ENGINE_MODULES = {
    "numpy": "numpy",
    "scipy": "scipy.fft",
    "torch": "torch",
    "scikit-learn": "sklearn",
    "pillow": "PIL.Image",
    "opencv-python": "fpinspect._cv2",
    "safetensors": "safetensors",
    "sd-parsers": "sd_parsers",
}
"""Distribution and the module that has to load for the engine to work."""

WINDOW_PACKAGES = (
    "PySide6",
    "pyqtgraph",
    "matplotlib",
    "rich",
    "reportlab",
    "pypdf",
    "jinja2",
    "cryptography",
)
"""What the window, figures, tables, reports and signatures need beside the engine."""

EXTRAS = {"heif": "pillow-heif", "jxl": "pillow-jxl-plugin", "c2pa": "c2pa-python"}
"""Optional formats: name of the extra and the distribution it brings."""

OPENCV_FLAVOURS = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)


REINSTALL = "reinstall fpinspect, or check out resources/ again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something missing or odd.

    Attributes
    ----------
    needed : bool
        True if the engine cannot work without it; else it concerns the window or comfort.
    message : str
        What is wrong, in plain words.
    remedy : str
        What mends it, a command where there is one.
    """

    needed: bool
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What `diagnose` found.

    Attributes
    ----------
    facts : dict of dict
        Section, then name, then a plain value (str, number, list, dict or None for absent).
    problems : list of Problem
        Needed things first.
    """

    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def works(self) -> bool:
        """True if nothing that the engine needs is missing."""
        return not any(problem.needed for problem in self.problems)

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as plain data, the content of ``--json``."""
        return {
            "schema": SCHEMA,
            "works": self.works,
            **self.facts,
            "problems": [asdict(problem) for problem in self.problems],
        }


def diagnose() -> Diagnosis:
    """Look at the installation, the device and the shipped files.

    Returns
    -------
    Diagnosis
        Facts and problems; nothing is changed and nothing leaves the machine.
    """
    problems: list[Problem] = []
    facts: dict[str, dict[str, Any]] = {}
    sections: dict[str, Callable[[list[Problem]], dict[str, Any]]] = {
        "system": _system,
        "packages": _packages,
        "codecs": _codecs,
        "extras": _extras,
        "device": _device,
        "window": _window,
        "bank": _bank,
        "weights": _weights,
    }
    for name, look in sections.items():
        facts[name] = look(problems)
    problems.sort(key=lambda problem: not problem.needed)
    return Diagnosis(facts=facts, problems=problems)


def installed(distribution: str) -> str | None:
    """Return the version of an installed distribution, None if it is absent."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _system(problems: list[Problem]) -> dict[str, Any]:
    """Tell what runs and where."""
    import platform

    package = Path(fpinspect.__file__).resolve().parent
    packed = (package / "_resources").is_dir()
    return {
        "fpinspect": fpinspect.__version__,
        "installed in": f"{package} ({'wheel' if packed else 'checkout'})",
        "python": f"{platform.python_version()} ({sys.executable})",
        "os": platform.platform(),
        "processor": f"{platform.machine()}, {os.cpu_count()} cores",
    }


def _packages(problems: list[Problem]) -> dict[str, Any]:
    """List versions, and load what the engine needs: installed is not yet working."""
    from importlib import import_module

    versions = {
        name: installed(name)
        for name in (*ENGINE_MODULES, *WINDOW_PACKAGES)
        if name not in OPENCV_FLAVOURS
    }
    flavours = {name: found for name in OPENCV_FLAVOURS if (found := installed(name))}
    for name, module in ENGINE_MODULES.items():
        try:
            import_module(module)
        except (ImportError, OSError) as error:
            problems.append(
                Problem(
                    needed=True,
                    message=f"{name} does not load: {error}",
                    remedy=f"pip install --force-reinstall {name}, or the system libraries below",
                )
            )
    problems.extend(
        Problem(
            needed=False,
            message=f"{name} is not installed: no window, figures, tables or reports",
            remedy="pip install --upgrade fpinspect",
        )
        for name in WINDOW_PACKAGES
        if versions[name] is None
    )
    if len(flavours) > 1:
        names = " and ".join(flavours)
        problems.append(
            Problem(
                needed=False,
                message=f"{names} overwrite each other's files",
                remedy=f"pip uninstall -y {' '.join(flavours)} && pip install opencv-python",
            )
        )
    return {**versions, **flavours}


def _codecs(problems: list[Problem]) -> dict[str, Any]:
    """List the libraries that Pillow decodes with; they differ between systems."""
    try:
        from PIL import features
    except ImportError:
        return {}
    names = ("libjpeg_turbo", "jpg", "zlib", "zlib_ng", "webp", "avif", "libtiff", "jpg_2000")
    found = {name: features.version(name) for name in names}
    for name in ("jpg", "zlib", "webp"):
        if found[name] is None:
            problems.append(
                Problem(
                    needed=True,
                    message=f"this build of Pillow decodes no {name}",
                    remedy="pip install --force-reinstall pillow",
                )
            )
    return {name.replace("_", "-"): found[name] for name in names}


def _extras(problems: list[Problem]) -> dict[str, Any]:
    """List the optional formats; their absence is no problem."""
    return {
        extra: f"{name} {found}" if (found := installed(name)) else None
        for extra, name in EXTRAS.items()
    }


def _device(problems: list[Problem]) -> dict[str, Any]:
    """Tell which device ``--device auto`` takes, and why."""
    try:
        import torch

        from fpinspect.signal.device import choose_device
    except (ImportError, OSError):
        return {"chosen": None, "why": None}
    chosen = choose_device("auto")
    if chosen.type == "cuda":
        why = f"{torch.cuda.get_device_name(chosen)}, CUDA {torch.version.cuda}"
    elif chosen.type == "mps":
        why = "Apple GPU, Metal"
    elif torch.version.cuda is None:
        why = f"torch {torch.__version__} is built without CUDA"
    else:
        why = f"torch {torch.__version__} sees no usable CUDA device"
    return {"chosen": str(chosen), "why": why, "threads": torch.get_num_threads()}


def _window(problems: list[Problem]) -> dict[str, Any]:
    """Tell which Qt and which OpenCV meet in the process, and what xcb lacks."""
    from fpinspect import libraries

    facts: dict[str, Any] = {"Qt": installed("PySide6"), "OpenCV's own GUI": _opencv_gui()}
    missing = libraries.missing_libraries()
    packages = libraries.missing_packages()
    facts["missing libraries"] = list(missing)
    if missing or packages:
        command = libraries.apt_command(packages)
        names = ", ".join(missing) or "any font"
        facts["command"] = command
        problems.append(
            Problem(
                needed=False,
                message=f"the window cannot open on X11: this system lacks {names}",
                remedy=command if packages else f"install {names} with your package manager",
            )
        )
    return facts


def _opencv_gui() -> str | None:
    """Name the toolkit that OpenCV was built with, e.g. ``QT5``; ``NONE`` if headless."""
    try:
        from fpinspect._cv2 import cv2
    except (ImportError, OSError):
        return None
    for line in str(cv2.getBuildInformation()).splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "GUI":
            return value.strip()
    return None


def _bank(problems: list[Problem]) -> dict[str, Any]:
    """Read the shipped bank and check the hashes of its arrays."""
    try:
        from fpinspect.fingerprint.bank import Bank
        from fpinspect.fingerprint.entry import BankError
    except (ImportError, OSError) as error:
        problems.append(Problem(needed=True, message=f"no bank: {error}", remedy=REINSTALL))
        return {}
    try:
        bank = Bank.load()
        for _, part in bank.files():
            part.data()
    except (BankError, FileNotFoundError) as error:
        problems.append(Problem(needed=True, message=str(error), remedy=REINSTALL))
        return {}
    return {"path": str(bank.path), "digest": bank.digest, "entries": list(bank.entries)}


def _weights(problems: list[Problem]) -> dict[str, Any]:
    """Hash each file of weights."""
    from hashlib import file_digest

    try:
        folder = resource("weights")
    except FileNotFoundError as error:
        problems.append(Problem(needed=True, message=str(error), remedy=REINSTALL))
        return {}
    hashes = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                digest = file_digest(stream, "sha256").hexdigest()
            hashes[path.relative_to(folder).as_posix()] = digest
    if not hashes:
        problems.append(Problem(needed=True, message=f"no weights in {folder}", remedy=REINSTALL))
    return hashes


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser of ``fpinspect``."""
    parser = subparsers.add_parser(
        "doctor",
        help="show versions, device, missing libraries and hashes",
        description="Look at the installation. Exit code 0 if the engine can work, else 1.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the diagnosis; return 0 if the engine can work, else 1."""
    import json

    diagnosis = diagnose()
    if args.json:
        print(json.dumps(diagnosis.to_dict(), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_lines(diagnosis)))
    return 0 if diagnosis.works else 1


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    """Lay the diagnosis out for a terminal."""
    width = max(len(name) for section in diagnosis.facts.values() for name in section)
    for title, section in diagnosis.facts.items():
        yield title
        for name, value in section.items():
            yield f"  {name:<{width}}  {_words(value)}"
    yield ""
    for problem in diagnosis.problems:
        yield f"{'MISSING' if problem.needed else 'note'}: {problem.message}"
        yield f"  -> {problem.remedy}"
    yield "The engine can work." if diagnosis.works else "The engine cannot work."


def _words(value: object) -> str:
    """Say a plain value in words."""
    if value is None:
        return "not installed"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)
