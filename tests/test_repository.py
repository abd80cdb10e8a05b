"""House rules that no tool checks: sizes, imports, pins."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "fpinspect").rglob("*.py"))
OTHERS = sorted([*(ROOT / "tests").rglob("*.py"), *(ROOT / "packaging").rglob("*.py")])
MAX_LINES = 400


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(tree: ast.AST) -> set[str]:
    """Every module name that the code imports, at any level."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def _trees() -> dict[str, ast.AST]:
    return {_relative(path): ast.parse(path.read_text("utf-8")) for path in SOURCES}


def test_files_stay_readable() -> None:
    lengths = {
        _relative(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES + OTHERS
    }
    assert lengths
    assert {name: n for name, n in lengths.items() if n > MAX_LINES} == {}


def test_opencv_has_one_door() -> None:
    doors = {
        name
        for name, tree in _trees().items()
        if any(module.split(".")[0] == "cv2" for module in _imports(tree))
    }
    assert doors <= {"fpinspect/_cv2.py"}


def test_nothing_is_pickled() -> None:
    """No pickle by any name: it runs what it reads."""
    guilty = []
    for name, tree in _trees().items():
        if _imports(tree) & {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve"}:
            guilty.append(f"{name}: import")
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in {"torch.load", "torch.save"}:
                guilty.append(f"{name}:{node.lineno}: {called}")
            guilty.extend(
                f"{name}:{node.lineno}: allow_pickle"
                for key in node.keywords
                if key.arg == "allow_pickle"
                and not (isinstance(key.value, ast.Constant) and key.value.value is False)
            )
    assert guilty == []


def test_package_never_points_at_the_data() -> None:
    """What ships must work where ``../shared`` is not: no path of it in the engine's rooms."""
    rooms = [name for name in _trees() if not name.startswith("fpinspect/lab/")]
    mentions = [name for name in rooms if "shared/data" in (ROOT / name).read_text("utf-8")]
    assert mentions == []


def _project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        return tomllib.load(stream)["project"]


def _declared() -> list[Requirement]:
    project = _project()
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(text) for texts in lists for text in texts]


def _pins() -> dict[str, Version]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text("utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): Version(pin) for name, pin in pairs}


def test_constraints_are_pins_that_the_project_accepts() -> None:
    pins = _pins()
    unmet = [
        str(needed)
        for needed in _declared()
        if (pin := pins.get(canonicalize_name(needed.name))) is None
        or not needed.specifier.contains(pin)
    ]
    assert unmet == []


def test_constraints_pin_what_the_dependencies_bring() -> None:
    pins = _pins()
    unpinned = set()
    todo = [needed for needed in _declared() if not needed.marker or needed.marker.evaluate()]
    seen = set()
    while todo:
        needed = todo.pop()
        name = canonicalize_name(needed.name)
        # The CUDA builds of torch pin their own libraries exactly.
        if name in seen or name.startswith(("nvidia-", "cuda-", "triton")):
            continue
        seen.add(name)
        if name not in pins:
            unpinned.add(name)
        try:
            brought = [Requirement(text) for text in requires(name) or []]
        except PackageNotFoundError:
            continue  # an optional format on a system without its wheel
        todo += [r for r in brought if not r.marker or r.marker.evaluate({"extra": ""})]
    assert unpinned == set()
    assert seen >= {"torch", "numpy"}


def test_shell_scripts_parse_and_can_be_run() -> None:
    scripts = [ROOT / ".ci" / "run", *sorted((ROOT / "packaging").glob("*.sh"))]
    for script in scripts:
        subprocess.run(["bash", "-n", str(script)], check=True)
    entry = [ROOT / ".ci" / "run", ROOT / "packaging" / "quickstart.sh"]
    assert all(os.access(script, os.X_OK) for script in entry)


HEAVY = {"torch", "PySide6", "shiboken6", "pyqtgraph", "cv2", "scipy", "sklearn", "matplotlib"}


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(["-c", "import fpinspect"], id="import"),
        pytest.param(["-m", "fpinspect", "--help"], id="help"),
        pytest.param(["-m", "fpinspect", "--version"], id="version"),
        pytest.param(["-m", "fpinspect", "inspect", "--help"], id="inspect-help"),
    ],
)
def test_start_loads_nothing_heavy(start: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *start], capture_output=True, text=True, check=True
    )
    loaded = set(re.findall(r"\|\s+([\w.]+)$", done.stderr, flags=re.MULTILINE))
    assert "fpinspect" in loaded
    assert {name.split(".")[0] for name in loaded} & HEAVY == set()
