"""The command line: what it prints, what it writes, how it ends. No torch here."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psutil
import pytest

import fpinspect
from fpinspect import cli, inspect_cli

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))  # the workers get it too
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "FPINSPECT_VERBOSE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("fpinspect.batch.pool.limit_threads", lambda: None)  # not in our process
    from cli_fakes import Fake

    monkeypatch.setattr(inspect_cli, "EngineSpec", Fake)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make three items and two files that are no images, one of them in a folder below."""
    images = tmp_path / "images"
    (images / "below").mkdir(parents=True)
    (images / "a.png").write_text("generated")
    (images / "b.png").write_text("real")
    (images / "below" / "c.png").write_text("inconclusive")
    (images / "notes.txt").write_text("x")
    (images / "below" / "data.csv").write_text("x")
    return images


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def run(*args: object) -> int:
    return cli.main(["inspect", *map(str, args)])


# --- the command itself


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"fpinspect {fpinspect.__version__}\n"
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    for command in ("gui", "inspect", "demo", "bank", "spectra", "doctor"):
        assert f"\n    {command} " in text
    assert run("--help") == 0
    assert "Exit status" in capsys.readouterr().out


@pytest.mark.parametrize(
    "args",
    [["nonsense"], ["inspect"], ["inspect", "x", "--bad"], ["inspect", "x", "--jobs", "0"],
     ["inspect", "x", "--jobs", "two"], ["inspect", "x", "--device", "abacus"],
     ["inspect", "x", "--timeout", "nan"], ["inspect", "x", "--max-pixels", "-1"]],
)  # fmt: skip
def test_wrong_use_is_status_2(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(args) == 2
    said = capsys.readouterr()
    assert "usage" in said.err
    assert said.out == ""


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from fpinspect import cli; assert cli.main(['--help']) == 0; "
        "heavy = {'torch', 'numpy', 'PIL', 'cv2', 'scipy', 'sklearn', 'rich', 'PySide6', "
        "'matplotlib', 'multiprocessing'}; print(heavy & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    opened: list[list[str]] = []
    module = ModuleType("fpinspect.gui.app")
    module.__spec__ = ModuleSpec("fpinspect.gui.app", None)
    module.main = lambda paths: opened.append(list(paths))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "fpinspect.gui.app", module)
    monkeypatch.setitem(sys.modules, "fpinspect.gui.warm", SimpleNamespace(begin=lambda: None))
    return opened


def test_inspecting_loads_no_models_in_the_parent(folder: Path) -> None:
    """The parent of workers only writes: it stays small, and its memory does not grow."""
    code = (
        "import sys; import cli_fakes; from fpinspect import cli, inspect_cli\n"
        "if __name__ == '__main__':\n"
        "    inspect_cli.EngineSpec = cli_fakes.Fake\n"
        "    assert cli.main(['inspect', sys.argv[1], '--jobs', '2']) == 0\n"
        "    heavy = {'torch', 'numpy', 'PIL', 'cv2', 'scipy', 'sklearn'}\n"
        "    print(heavy & set(sys.modules))\n"
    )
    script = folder.parent / "script.py"
    script.write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    done = subprocess.run(
        [sys.executable, str(script), str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_without_a_command_the_window_opens(window: list[list[str]]) -> None:
    assert cli.main([]) == 0
    assert cli.main(["gui", "a.png", "b"]) == 0
    assert window == [[], ["a.png", "b"]]


def test_without_a_window_there_is_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_has_window", lambda: False)
    assert cli.main([]) == 2
    assert "commands" in capsys.readouterr().err
    assert cli.main(["gui"]) == 2
    assert "no window" in capsys.readouterr().err


# --- results


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_are_in_order_in_every_output(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    out, table = tmp_path / "out.jsonl", tmp_path / "out.csv"
    assert run(folder, "--jsonl", out, "--csv", table, "--jobs", jobs) == 0
    paths = [str(folder / name) for name in ("a.png", "b.png", "below/c.png")]
    answers = ["generated", "real", "inconclusive"]
    assert [line["path"] for line in lines_of(out)] == paths
    assert [line["verdict"]["answer"] for line in lines_of(out)] == answers
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert [row["path"] for row in rows] == paths
    said = capsys.readouterr()
    assert [line.split()[0] for line in said.out.splitlines()] == answers
    assert [line.split()[-1] for line in said.out.splitlines()] == paths
    assert "3 images" in said.err
    assert "2 files are not images" in said.err
    assert "\x1b" not in said.out + said.err


def test_options_reach_the_engine(folder: Path, tmp_path: Path) -> None:
    from fpinspect.params import InspectionParams

    out = tmp_path / "out.jsonl"
    assert run(folder / "a.png", "--jsonl", out, "--denoiser", "nlm", "--max-pixels", "5") == 0
    (line,) = lines_of(out)
    assert line["params_hash"] == InspectionParams(denoiser="nlm", max_pixels=5).digest


@pytest.mark.parametrize("jobs", [1, 2])
def test_failed_items_are_one_line_each_and_status_3(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    (folder / "aa.png").write_text("refuse The file is odd.")
    out = tmp_path / "out.jsonl"
    assert run(folder, "--jsonl", out, "--jobs", jobs) == 3
    said = capsys.readouterr()
    assert f"✕ failed  {folder / 'aa.png'}: The file is odd.\n" in said.err
    assert "1 failed" in said.err
    assert len(said.out.splitlines()) == 3
    assert [line["status"] for line in lines_of(out)] == ["ok", "error", "ok", "ok"]
    assert lines_of(out)[1]["error"] == "The file is odd."


def test_a_defect_costs_one_item_and_shows_no_traceback(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.png").write_bytes(b"\xff\xfe")  # the fake engine cannot read that
    assert run(folder, "--jobs", 1) == 3
    said = capsys.readouterr()
    assert "UnicodeDecodeError" in said.err
    assert "report it" in said.err
    assert "FPINSPECT_VERBOSE=1" in said.err
    assert "Traceback" not in said.err + said.out


def test_a_dead_worker_costs_one_item(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.png").write_text("kill")
    out = tmp_path / "out.jsonl"
    assert run(folder, "--jsonl", out, "--jobs", 2) == 3
    assert [line["status"] for line in lines_of(out)] == ["error", "ok", "ok"]
    assert "SIGKILL" in capsys.readouterr().err


def test_an_item_over_its_time_is_given_up(folder: Path) -> None:
    (folder / "a.png").write_text("sleep 60")
    assert run(folder / "a.png", folder / "b.png", "--timeout", 2) == 3


def test_json_lines_on_standard_output_are_alone_there(
    folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (folder / "b.png").write_text("refuse No.")
    assert run(folder, "--jsonl", "-", "--jobs", 1) == 3
    said = capsysbinary.readouterr()
    assert [json.loads(line)["status"] for line in said.out.splitlines()] == ["ok", "error", "ok"]
    assert b"failed" in said.err


def test_names_that_are_hostile(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["x\ny.png", "\x1b[2Jz.png", "[bold]w.png", os.fsdecode(b"v\xe9.png")]
    for name in names:
        (folder / name).write_text("refuse No." if "w" in name else "real")
    out = tmp_path / "out.jsonl"
    assert run(folder, "--jsonl", out, "--csv", tmp_path / "o.csv", "--jobs", 1) == 3
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    assert len(said.out.splitlines()) == 6
    assert "x\\ny.png" in said.out
    assert "[bold]w.png: No." in said.err
    assert {str(folder / name) for name in names} <= {line["path"] for line in lines_of(out)}


# --- what is refused before any work


def test_nothing_found(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nowhere") == 2
    assert "nowhere" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty") == 2
    assert "no files there" in capsys.readouterr().err
    for path in folder.rglob("*.png"):
        path.unlink()
    out = tmp_path / "out.jsonl"
    assert run(folder, "--jsonl", out) == 2
    assert "no images found: 2 files are not images" in capsys.readouterr().err
    assert not out.exists()


def test_one_missing_among_others_is_an_item_error(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder / "a.png", tmp_path / "nowhere.png", "--jobs", 1) == 3
    assert "nowhere.png" in capsys.readouterr().err


def test_outputs_that_cannot_be_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.png").write_text("kill")  # would end this process if any work began
    for args in (["--jsonl", tmp_path], ["--csv", tmp_path / "nowhere" / "t.csv"]):
        assert run(folder / "a.png", *args) == 2
        assert "cannot write" in capsys.readouterr().err
    assert run(folder / "a.png", "--jsonl", "-", "--csv", "-") == 2
    assert run(folder / "a.png", "--jsonl", tmp_path / "t", "--csv", tmp_path / "t") == 2
    assert run(folder / "b.png", "--csv", folder / "b.png") == 2
    assert "is to be inspected" in capsys.readouterr().err
    assert (folder / "b.png").read_text() == "real"


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_engine_that_cannot_start_leaves_the_older_result(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    assert run(folder, "--jsonl", out, "--bank", tmp_path / "b", "--jobs", jobs) == 2
    assert "there is no bank there" in capsys.readouterr().err
    assert out.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "out.jsonl"]


posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@contextlib.contextmanager
def running(*args: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, str(HERE / "cli_fakes.py"), "inspect", *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def stop(process: subprocess.Popen[str], number: int) -> tuple[str, float]:
    """Signal the whole group, as a terminal does; return stderr and the seconds it took."""
    children = psutil.Process(process.pid).children(recursive=True)
    start = time.monotonic()
    os.killpg(process.pid, number)
    error = process.communicate(timeout=20)[1]
    seconds = time.monotonic() - start
    assert not psutil.wait_procs(children, timeout=5)[1]
    return error, seconds


@posix
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_keeps_what_is_done(folder: Path, tmp_path: Path, jobs: int) -> None:
    (folder / "b.png").write_text("sleep 60")
    (folder / "below" / "c.png").write_text("sleep 60")
    out, table = tmp_path / "out.jsonl", tmp_path / "out.csv"
    out.write_text("old")
    with running(folder, "--jsonl", out, "--csv", table, "--jobs", jobs) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("generated")
        assert out.read_text() == "old"
        error, seconds = stop(process, signal.SIGINT)
    assert process.returncode == 130
    assert seconds < 3.0  # one second, and a busy machine
    assert "stopped: 1 of 3 done" in error
    assert "Traceback" not in error
    assert [line["path"] for line in lines_of(out)] == [str(folder / "a.png")]
    assert len(table.read_bytes().splitlines()) == 2


@posix
def test_ctrl_c_at_once_keeps_the_older_result(folder: Path, tmp_path: Path) -> None:
    for path in folder.rglob("*.png"):
        path.write_text("sleep 60")
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    with running(folder, "--jsonl", out, "--jobs", 1) as process:
        wait_for(tmp_path / "out.jsonl.part")
        _, _ = stop(process, signal.SIGTERM)
    assert process.returncode == 128 + signal.SIGTERM
    assert out.read_text() == "old"
    assert not (tmp_path / "out.jsonl.part").exists()


@posix
def test_ctrl_c_does_not_wait_for_native_code(folder: Path, tmp_path: Path) -> None:
    (folder / "b.png").write_text("native")
    out = tmp_path / "out.jsonl"
    with running(folder, "--jsonl", out, "--jobs", 1) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("generated")
        time.sleep(0.3)
        error, seconds = stop(process, signal.SIGINT)
    assert process.returncode == 130
    assert seconds < 4.0
    assert "what was done is kept" in error
    assert len(lines_of(out)) == 1


@posix
def test_a_reader_that_leaves_ends_the_run_quietly(folder: Path, tmp_path: Path) -> None:
    for i in range(50):
        (folder / f"{i:02}.png").write_text("real")
    out = tmp_path / "out.jsonl"
    with running(folder, "--jsonl", out, "--jobs", 1) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        error = process.stderr.read()
        process.wait(20)
    assert process.returncode == 141
    assert "Traceback" not in error
    assert "BrokenPipe" not in error
    assert lines_of(out)


def wait_for(path: Path) -> None:
    end = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.02)
