"""What users get: the wheel in a fresh environment, and documentation that runs."""

from __future__ import annotations

import doctest
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTED = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
    for path in (ROOT / "fpinspect").rglob("*.py")
    if ">>> " in path.read_text("utf-8") and "gui" not in path.parts
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what is installed here: no network."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    (path,) = out.glob("fpinspect-*.whl")
    return path


@pytest.fixture(scope="module")
def other_venv(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another environment with the wheel; its dependencies are borrowed from this one.

    A folder named in a .pth file is searched, but .pth files inside it are not read: the editable
    install of this environment stays invisible there.
    """
    home = tmp_path_factory.mktemp("other") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    purelib = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    (purelib / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps"]
    # --ignore-installed: the borrowed folder holds the editable install's metadata.
    subprocess.run([*pip, "--ignore-installed", wheel], check=True, capture_output=True)
    return home


def _run(home: Path, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    return subprocess.run(
        [home / "bin" / command[0], *command[1:]],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.wheel
def test_wheel_packs_the_resources(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    packed = {name.removeprefix("fpinspect/_resources/") for name in names if "_resources/" in name}
    tracked = subprocess.run(
        ["git", "ls-files", "resources"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert packed >= {name.removeprefix("resources/") for name in tracked}
    assert "fpinspect/py.typed" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"fpinspect"}


@pytest.mark.wheel
def test_wheel_carries_its_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        (name,) = [n for n in packed.namelist() if n.endswith("/licenses/LICENSE")]
        assert packed.read(name) == (ROOT / "LICENSE").read_bytes()
        (metadata,) = [n for n in packed.namelist() if n.endswith(".dist-info/METADATA")]
        assert "License-Expression: MIT\n" in packed.read(metadata).decode()


@pytest.mark.wheel
def test_wheel_runs_the_demo_elsewhere(other_venv: Path, tmp_path: Path) -> None:
    probe = (
        "import fpinspect, fpinspect.resources as r;"
        "print(fpinspect.__file__); print(r.resource('weights')); print(r.resource('bank'))"
    )
    found = _run(other_venv, "python", "-c", probe, cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    package, *resources = map(Path, found.stdout.splitlines())
    assert package.is_relative_to(other_venv)
    assert all(path.is_relative_to(package.parent / "_resources") for path in resources)

    demo = _run(other_venv, "fpinspect", "demo", cwd=tmp_path)
    assert demo.returncode == 0, demo.stderr
    assert "demo-generator" in demo.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own that holds ``photo.jpg``, as the documentation assumes."""
    datasets = pytest.importorskip("sklearn.datasets")
    path = tmp_path / "photo.jpg"
    source = Path(datasets.__file__).parent / "images" / "china.jpg"
    path.write_bytes(source.read_bytes())
    monkeypatch.chdir(tmp_path)
    return path


@pytest.mark.parametrize("name", DOCUMENTED)
def test_examples_in_docstrings_run(name: str, photo: Path) -> None:
    result = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.attempted > 0
    assert result.failed == 0


def test_examples_in_the_readme_run(photo: Path) -> None:
    result = doctest.testfile(
        str(ROOT / "README.md"), module_relative=False, optionflags=doctest.ELLIPSIS
    )
    assert result.attempted > 0
    assert result.failed == 0
