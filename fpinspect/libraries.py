"""Shared libraries that the wheels expect of a Linux system, and the packages that bring them.

Apart from the doctor, ``packaging/`` asks here too, right after the installation. Nothing is
loaded or started: the answer is the loader's own (``ldd``) about Qt's xcb plug-in and OpenCV.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Shared libraries that wheels expect of the system, and the package of Debian and Ubuntu."""

FONT_PACKAGE = "fonts-dejavu-core"


def missing_libraries() -> tuple[str, ...]:
    """Name the shared libraries that Qt's xcb plug-in and OpenCV ask for and the system lacks.

    Returns
    -------
    tuple of str
        Sonames, sorted; empty where nothing is missing or the system has no ``ldd``.
    """
    if not sys.platform.startswith("linux"):
        return ()
    missing: set[str] = set()
    for binary in _native_binaries():
        try:
            answer = subprocess.run(
                ["ldd", str(binary)], capture_output=True, text=True, timeout=30, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return ()
        for line in answer.stdout.splitlines():
            name, _, found = line.strip().partition(" => ")
            # A file of a wheel is found by its rpath, so what is not found is the system's.
            if found.startswith("not found"):
                missing.add(name)
    return tuple(sorted(missing))


def missing_packages() -> tuple[str, ...]:
    """Name the Debian packages that bring what the system lacks, a font included.

    Returns
    -------
    tuple of str
        Package names, sorted. A library without a known package is left out.
    """
    packages = {DEBIAN_PACKAGES[name] for name in missing_libraries() if name in DEBIAN_PACKAGES}
    if sys.platform.startswith("linux") and not _has_font():
        packages.add(FONT_PACKAGE)
    return tuple(sorted(packages))


def apt_command(packages: tuple[str, ...]) -> str:
    """Return the one command that installs Debian packages."""
    return f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"


def _native_binaries() -> Iterator[Path]:
    """Yield the binaries of wheels that lean on the system, without importing them."""
    patterns = {
        "PySide6": ("Qt/plugins/platforms/libqxcb.so", "QtWidgets.abi3.so"),
        "cv2": ("cv2*.so",),
    }
    for module, globs in patterns.items():
        spec = find_spec(module)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            for pattern in globs:
                yield from sorted(Path(place).glob(pattern))


def _has_font() -> bool:
    """Tell whether any outline font lies where fontconfig looks by default."""
    home = Path.home()
    data = os.environ.get("XDG_DATA_HOME") or home / ".local/share"
    places = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".fonts")
    return any(
        next(place.rglob(pattern), None) is not None
        for place in (*places, Path(data) / "fonts")
        for pattern in ("*.ttf", "*.otf", "*.ttc")
    )
