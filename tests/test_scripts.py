"""packaging/_env.sh, with a pip, an apt-get and a user that only take notes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for a Unix shell")

FAKE_PIP = """
import pathlib, sys
with pathlib.Path(sys.prefix, "pip.log").open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the scripts read, in a folder with a space, with a .venv whose pip is fake."""
    root = tmp_path / "a checkout"
    shutil.copytree(ROOT / "packaging", root / "packaging")
    shutil.copy(ROOT / "pyproject.toml", root)
    venv.create(root / ".venv", with_pip=False, symlinks=True)
    (site,) = (root / ".venv" / "lib").glob("python*/site-packages")
    (site / "pip").mkdir()
    (site / "pip" / "__init__.py").touch()
    (site / "pip" / "__main__.py").write_text(FAKE_PIP)
    return root


def _call(root: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run shell code after the shared part, from elsewhere and without standard input."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FPINSPECT")}
    return subprocess.run(
        ["bash", "-c", f'. "$1/packaging/_env.sh"; {code}', "script", root],
        cwd="/",
        env={**clean, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _pip_calls(root: Path) -> list[str]:
    log = root / ".venv" / "pip.log"
    calls = log.read_text().splitlines() if log.is_file() else []
    log.unlink(missing_ok=True)
    return calls


def test_install_is_pinned_and_done_once(checkout: Path) -> None:
    done = _call(checkout, "ensure_environment heif")
    assert done.returncode == 0, done.stderr
    calls = _pip_calls(checkout)
    assert all(f"--constraint {checkout}/packaging/constraints.txt" in call for call in calls)
    assert f"--editable {checkout}[heif]" in calls[-1]

    assert _call(checkout, "ensure_environment heif").stdout == ""
    assert _pip_calls(checkout) == []
    assert _call(checkout, "ensure_environment dev,heif").returncode == 0
    assert len(_pip_calls(checkout)) == len(calls)


def test_changed_pins_are_installed(checkout: Path) -> None:
    _call(checkout, "ensure_environment heif")
    _pip_calls(checkout)
    with (checkout / "packaging" / "constraints.txt").open("a") as pins:
        pins.write("another-package==1.0\n")
    assert _call(checkout, "ensure_environment heif").returncode == 0
    assert _pip_calls(checkout) != []


def test_failed_install_is_tried_again(checkout: Path) -> None:
    pip = next((checkout / ".venv" / "lib").glob("python*/site-packages/pip/__main__.py"))
    pip.write_text("raise SystemExit(1)")
    failed = _call(checkout, "ensure_environment heif")
    assert failed.returncode == 1
    assert "pip could not install" in failed.stderr
    pip.write_text(FAKE_PIP)
    assert _call(checkout, "ensure_environment heif").returncode == 0
    assert _pip_calls(checkout) != []


def test_torch_comes_from_the_index_asked_for(checkout: Path) -> None:
    index = "https://index.example/cpu"
    done = _call(checkout, "ensure_environment heif", FPINSPECT_TORCH_INDEX=index)
    assert done.returncode == 0, done.stderr
    (torch,) = [call for call in _pip_calls(checkout) if index in call]
    assert " torch==" in torch
    assert "--no-deps" in torch


def test_moved_checkout_is_installed_again(checkout: Path) -> None:
    """An editable install names its folder."""
    _call(checkout, "ensure_environment heif")
    _pip_calls(checkout)
    moved = checkout.rename(checkout.with_name("moved"))
    assert _call(moved, "ensure_environment heif").returncode == 0
    assert f"--editable {moved}[heif]" in _pip_calls(moved)[-1]


def test_broken_environment_is_noticed(checkout: Path) -> None:
    assert _call(checkout, "venv_is_sound").returncode == 0
    (checkout / ".venv" / "pyvenv.cfg").unlink()
    assert _call(checkout, "venv_is_sound").returncode != 0


def test_no_python_is_said_in_plain_words(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    done = _call(checkout, "ensure_environment heif", FPINSPECT_PYTHON="/no/such/python")
    assert done.returncode == 1
    assert "needs Python 3.11" in done.stderr
    assert "/no/such/python" in done.stderr
    assert not (checkout / ".venv").exists()


def _with_commands(root: Path, uid: int) -> dict[str, str]:
    """Put an `id` and an `apt-get` before the real ones, and let the doctor miss a library."""
    commands = root / "commands"
    commands.mkdir()
    (commands / "id").write_text(f"#!/bin/sh\necho {uid}\n")
    (commands / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> "{root}/apt.log"\n')
    for command in commands.iterdir():
        command.chmod(0o755)
    package = root / "fpinspect"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "libraries.py").write_text("def missing_packages(): return ('libxcb-cursor0',)\n")
    (site,) = (root / ".venv" / "lib").glob("python*/site-packages")
    (site / "editable.pth").write_text(f"{root}\n")
    return {"PATH": f"{commands}:{os.environ['PATH']}"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Debian packages")
def test_root_gets_the_libraries_installed(checkout: Path) -> None:
    environment = _with_commands(checkout, uid=0)
    done = _call(checkout, "ensure_libraries no-such-command its-package", **environment)
    assert done.returncode == 0, done.stderr
    update, install = (checkout / "apt.log").read_text().splitlines()
    assert update.startswith("update")
    assert install.startswith("install -y")
    assert install.endswith("libxcb-cursor0 its-package")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Debian packages")
def test_others_are_told_the_one_command(checkout: Path) -> None:
    environment = _with_commands(checkout, uid=1000)
    done = _call(checkout, "ensure_libraries", **environment)
    assert done.returncode == 0, done.stderr
    assert not (checkout / "apt.log").exists()
    (command,) = [line for line in done.stdout.splitlines() if line.startswith("  sudo ")]
    assert "apt-get install -y" in command
    assert "libxcb-cursor0" in command
