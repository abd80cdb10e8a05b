"""The doctor tells what is there, and its exit code whether the engine can work."""

from __future__ import annotations

import argparse
import json
import platform
import tomllib
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

import fpinspect
from fpinspect import doctor, libraries
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.entry import BankError


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the product's own files."""
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "net.safetensors").write_bytes(b"numbers")

    def resource(name: str) -> Path:
        path = tmp_path / name
        if not path.exists():
            raise FileNotFoundError(f"fpinspect's own file {name!r} is missing")
        return path

    monkeypatch.setattr(doctor, "resource", resource)
    monkeypatch.setattr(doctor, "_bank", lambda problems: {"digest": "0" * 64})
    return tmp_path


def _run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    doctor.add_parser(parser.add_subparsers())
    args = parser.parse_args(["doctor", *arguments])
    code = args.run(args)
    assert isinstance(code, int)
    return code


def test_json_holds_versions_device_and_hashes(
    shipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "fpinspect.doctor/1"
    assert told["works"] is True
    assert told["system"]["fpinspect"] == fpinspect.__version__
    assert told["system"]["python"].startswith(platform.python_version())
    for name in ("numpy", "scipy", "torch", "scikit-learn", "pillow", "PySide6", "pyqtgraph"):
        assert told["packages"][name] == version(name)
    assert any(name.startswith("opencv") for name in told["packages"])
    assert told["device"]["chosen"].split(":")[0] in {"cpu", "cuda", "mps"}
    assert told["device"]["why"]
    assert told["codecs"]["jpg"]
    assert set(told["extras"]) == {"heif", "jxl", "c2pa"}
    assert told["weights"] == {"net.safetensors": sha256(b"numbers").hexdigest()}


def test_text_names_the_problem_and_its_remedy(
    shipped: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "missing_libraries", lambda: ("libxcb-cursor.so.0",))
    monkeypatch.setattr(libraries, "missing_packages", lambda: ("libxcb-cursor0",))
    assert _run() == 0  # the engine works without a window
    text = capsys.readouterr().out
    assert "libxcb-cursor.so.0" in text
    assert libraries.apt_command(("libxcb-cursor0",)) in text
    assert "The engine can work." in text


def test_engine_module_that_does_not_load_is_needed(
    shipped: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(doctor.ENGINE_MODULES, "torch", "no_such_module")
    assert _run() == 1
    text = capsys.readouterr().out
    assert "MISSING: torch does not load" in text
    assert "The engine cannot work." in text


def test_missing_weights_are_needed(shipped: Path) -> None:
    (shipped / "weights" / "net.safetensors").unlink()
    assert not doctor.diagnose().works


def test_missing_window_package_is_a_note(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "WINDOW_PACKAGES", ("no-such-package",))
    diagnosis = doctor.diagnose()
    assert diagnosis.works
    assert any("no-such-package" in problem.message for problem in diagnosis.problems)


def test_every_dependency_is_looked_at() -> None:
    pyproject = Path(__file__).resolve().parents[1] / "pyproject.toml"
    project = tomllib.loads(pyproject.read_text("utf-8"))["project"]
    declared = {Requirement(text).name.lower() for text in project["dependencies"]}
    assert declared <= {name.lower() for name in (*doctor.ENGINE_MODULES, *doctor.WINDOW_PACKAGES)}


def test_two_opencvs_are_noted(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OPENCV_FLAVOURS", ("opencv-python", "numpy"))
    messages = [problem.message for problem in doctor.diagnose().problems]
    assert any("overwrite each other" in message for message in messages)


def test_damaged_bank_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The arrays are read and checked, not the manifest alone."""

    class DamagedEntry:
        def data(self) -> bytes:
            raise BankError("the arrays of 'sd1' are not those the manifest describes")

    bank = SimpleNamespace(files=lambda: [("sd1.safetensors", DamagedEntry())])
    monkeypatch.setattr(Bank, "load", lambda: bank)
    problems: list[doctor.Problem] = []
    assert doctor._bank(problems) == {}
    (problem,) = problems
    assert problem.needed
    assert "'sd1' are not those" in problem.message
