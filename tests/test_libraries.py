"""What the system lacks, read from a loader that answers as told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fpinspect import libraries

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="other systems bring these libraries"
)

ANSWER = """\
\tlinux-vdso.so.1 (0x00007ffd)
\tlibQt6Gui.so.6 => /site/PySide6/Qt/lib/libQt6Gui.so.6 (0x00007f)
\tlibxcb-cursor.so.0 => not found
\tlibxcb-icccm.so.4 => not found
\tlibodd.so.7 => not found
"""


def _loader_says(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(
        libraries.subprocess,
        "run",
        lambda *args, **kwargs: subprocess.CompletedProcess(args, 0, stdout=answer, stderr=""),
    )


def test_missing_libraries_become_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    _loader_says(monkeypatch, ANSWER)
    monkeypatch.setattr(libraries, "_has_font", lambda: True)
    assert libraries.missing_libraries() == (
        "libodd.so.7",
        "libxcb-cursor.so.0",
        "libxcb-icccm.so.4",
    )
    packages = libraries.missing_packages()
    assert packages == ("libxcb-cursor0", "libxcb-icccm4")
    assert libraries.apt_command(packages) == (
        "sudo apt-get update && sudo apt-get install -y libxcb-cursor0 libxcb-icccm4"
    )


def test_no_font_asks_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _loader_says(monkeypatch, "")
    monkeypatch.setattr(libraries, "_has_font", lambda: False)
    assert libraries.missing_libraries() == ()
    assert libraries.missing_packages() == (libraries.FONT_PACKAGE,)


def test_no_loader_means_no_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*args: object, **kwargs: object) -> None:
        raise FileNotFoundError("ldd")

    monkeypatch.setattr(libraries.subprocess, "run", absent)
    assert libraries.missing_libraries() == ()


def test_what_the_wheels_need_is_known() -> None:
    """Every library that the installed Qt and OpenCV take from the system has its package.

    But for what any system that runs Python has: the C library and its kin.
    """
    binaries = list(libraries._native_binaries())
    assert any(path.name == "libqxcb.so" for path in binaries)
    needed = set()
    for path in binaries:
        answer = subprocess.run(["ldd", str(path)], capture_output=True, text=True, check=True)
        for line in answer.stdout.splitlines():
            name, _, found = line.strip().partition(" => ")
            if not found.startswith(str(Path(sys.prefix))):
                needed.add(name)
    ours = ("libxcb", "libX11", "libxkb", "libEGL.", "libGL.", "libfontconfig", "libdbus")
    graphics = {name for name in needed if name.startswith(ours)}
    assert graphics
    assert graphics - set(libraries.DEBIAN_PACKAGES) <= {"libxcb-glx.so.0"}  # comes with libgl1
