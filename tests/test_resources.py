"""Where the product's own files are found."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

import fpinspect.resources
from fpinspect.resources import resource


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the installed package."""
    package = tmp_path / "site" / "fpinspect"
    package.mkdir(parents=True)
    monkeypatch.setattr(fpinspect.resources, "__file__", str(package / "resources.py"))
    return package


def _put(folder: Path) -> Path:
    path = folder / "weights" / "net.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    return path


def test_wheel_is_found_before_checkout(package: Path) -> None:
    packed = _put(package / "_resources")
    _put(package.parent / "resources")
    assert resource("weights/net.safetensors") == packed


def test_checkout_is_found(package: Path) -> None:
    beside = _put(package.parent / "resources")
    assert resource("weights") == beside.parent


def test_missing_file_says_what_to_do(package: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"'bank' is missing: reinstall"):
        resource("bank")


def test_editable_install_keeps_no_stale_copy() -> None:
    """A checkout reads ``resources/`` itself; a copy in site-packages would go stale."""
    home = Path(fpinspect.resources.__file__).resolve().parent
    assert not (home / "_resources").exists()
    assert not (Path(sysconfig.get_path("purelib")) / "fpinspect").exists()
