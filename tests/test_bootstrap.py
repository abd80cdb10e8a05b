"""The start of a process: each case in a process of its own, as `start` works once."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from fpinspect import bootstrap


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_environment_survives_what_changes_it() -> None:
    done = _python(
        """
        import os
        from fpinspect import bootstrap
        environment = bootstrap.start()
        os.environ["QT_QPA_FONTDIR"] = "/cv2/fonts"
        os.environ["QT_QPA_PLATFORM_PLUGIN_PATH"] = "/cv2/plugins"
        environment.restore_qt()
        print(os.environ.get("QT_QPA_FONTDIR"), os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH"))
        assert bootstrap.start() is environment
        """,
        QT_QPA_PLATFORM_PLUGIN_PATH="/mine",
    )
    assert done.stdout.split() == ["None", "/mine"]


def test_it_loads_nothing_heavy() -> None:
    done = _python(
        """
        import sys
        from fpinspect import bootstrap
        bootstrap.start()
        print([name for name in ("numpy", "torch", "PySide6", "cv2") if name in sys.modules])
        """
    )
    assert done.stdout.strip() == "[]"


def test_unexpected_error_is_one_line() -> None:
    code = "from fpinspect import bootstrap; bootstrap.start(); [][1]"
    done = _python(code)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "fpinspect: CRITICAL: unexpected IndexError: list index out of range "
        "(FPINSPECT_VERBOSE=1 shows where)"
    ]
    assert "Traceback" in _python(code, FPINSPECT_VERBOSE="1").stderr


def test_error_in_a_thread_is_logged(tmp_path: Path) -> None:
    done = _python(
        f"""
        import threading
        from pathlib import Path
        from fpinspect import bootstrap
        bootstrap.start(log_dir=Path({str(tmp_path / "logs")!r}))
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        """
    )
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert "unexpected ZeroDivisionError" in done.stderr
    log = (tmp_path / "logs" / "fpinspect.log").read_text()
    assert "Traceback" in log
    assert "division by zero" in log


def test_crash_in_native_code_is_found_at_the_next_start(tmp_path: Path) -> None:
    crashed = _python(
        f"""
        import faulthandler
        from pathlib import Path
        from fpinspect import bootstrap
        bootstrap.start(log_dir=Path({str(tmp_path)!r}))
        faulthandler._sigabrt()
        """
    )
    assert crashed.returncode != 0
    (tmp_path / "crash-0x.log").write_text("not one of ours")
    ((path, text),) = bootstrap.previous_crashes(tmp_path)
    assert path.parent == tmp_path
    assert "Fatal Python error: Aborted" in text


def test_window_begun_by_a_command_leaves_its_crash_and_log(tmp_path: Path) -> None:
    crashed = _python(
        f"""
        import faulthandler, logging
        from pathlib import Path
        from fpinspect import bootstrap
        bootstrap.start()  # The command, which leaves no trace by itself.
        environment = bootstrap.start(log_dir=Path({str(tmp_path)!r}))
        assert bootstrap.start() is environment
        logging.getLogger("fpinspect").warning("once")
        faulthandler._sigabrt()
        """
    )
    ((_, text),) = bootstrap.previous_crashes(tmp_path)
    assert "Fatal Python error: Aborted" in text
    assert crashed.stderr.count("once") == 1
    assert (tmp_path / "fpinspect.log").read_text().count("once") == 1


def test_clean_end_leaves_no_crash(tmp_path: Path) -> None:
    done = _python(
        f"""
        from pathlib import Path
        from fpinspect import bootstrap
        bootstrap.start(log_dir=Path({str(tmp_path)!r}))
        """
    )
    assert done.returncode == 0
    assert bootstrap.previous_crashes(tmp_path) == ()
    assert list(tmp_path.glob("crash-*.log")) == []


def test_command_leaves_no_trace(tmp_path: Path) -> None:
    done = _python(
        "from fpinspect import bootstrap; bootstrap.start()",
        HOME=str(tmp_path),
        XDG_STATE_HOME=str(tmp_path),
    )
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_state_lies_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if sys.platform in {"win32", "darwin"}:
        pytest.skip("XDG folders are a custom of Linux")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert bootstrap.state_dir() == tmp_path / "fpinspect"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert bootstrap.state_dir() == tmp_path / ".local" / "state" / "fpinspect"
