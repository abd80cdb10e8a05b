"""What every process does first, before Qt and before torch.

`start` keeps the environment as it was (opencv-python overwrites variables of Qt on import),
arms `faulthandler` so that a crash in native code leaves a stack, configures logging, and turns an
unexpected exception into one plain line with the traceback in the log. It needs the standard
library alone.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
import threading
from dataclasses import dataclass, replace
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
"""What ``import cv2`` of opencv-python (not headless) points at its own Qt 5."""

_log = logging.getLogger("fpinspect")


@dataclass(frozen=True, slots=True)
class Environment:
    """The process as it was started.

    Attributes
    ----------
    qt : Mapping[str, str | None]
        Value of each of `QT_VARIABLES`, None where it was not set.
    log_file : pathlib.Path | None
        Where messages and tracebacks are written, None for the terminal only.
    crash_file : pathlib.Path | None
        Where the stacks of a crash in native code go, None for the terminal.
    """

    qt: Mapping[str, str | None]
    log_file: Path | None
    crash_file: Path | None

    def restore_qt(self) -> None:
        """Set the variables of Qt back to what they were when the process started."""
        for name, value in self.qt.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_started: Environment | None = None
_crash_stream: IO[str] | None = None


def start(*, verbose: bool = False, log_dir: Path | None = None) -> Environment:
    """Prepare the process; a second call returns what the first one made.

    A window that a command opens names its folder later: then the files are added.

    Parameters
    ----------
    verbose : bool
        Show the messages of fpinspect from INFO on, and full tracebacks, on stderr;
        else warnings and one line for an unexpected error. The environment variable
        ``FPINSPECT_VERBOSE`` (not empty) asks for the same.
    log_dir : pathlib.Path | None
        Folder for ``fpinspect.log`` (rotated, 1 MB) and the crash log of this process; made if
        missing. None writes no file, as a command must not leave traces on an evidence machine.

    Returns
    -------
    Environment
        The process as it was started.
    """
    global _started
    before = _started
    if before is not None and (log_dir is None or before.log_file is not None):
        return before
    verbose = verbose or bool(os.environ.get("FPINSPECT_VERBOSE"))
    log_file = crash_file = None
    if log_dir is not None:
        log_dir.mkdir(parents=True, exist_ok=True)
        log_file = log_dir / "fpinspect.log"
        crash_file = log_dir / f"crash-{os.getpid()}.log"
    _arm_faulthandler(crash_file)
    _configure_logging(verbose, log_file)
    if before is not None:
        _started = replace(before, log_file=log_file, crash_file=crash_file)
        return _started
    sys.excepthook = _on_unhandled
    threading.excepthook = _on_unhandled_in_thread
    _started = Environment(
        qt=MappingProxyType({name: os.environ.get(name) for name in QT_VARIABLES}),
        log_file=log_file,
        crash_file=crash_file,
    )
    return _started


def state_dir() -> Path:
    """Folder for logs and other state of the user, by the custom of the system; not created.

    Returns
    -------
    pathlib.Path
        ``$XDG_STATE_HOME/fpinspect`` (default ``~/.local/state``), on macOS
        ``~/Library/Logs/fpinspect``, on Windows ``%LOCALAPPDATA%/fpinspect/Logs``.
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData/Local") / "fpinspect" / "Logs"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Logs" / "fpinspect"
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "fpinspect"


def previous_crashes(log_dir: Path) -> tuple[tuple[Path, str], ...]:
    """Collect the crash logs that earlier processes left, and drop the empty ones.

    Parameters
    ----------
    log_dir : pathlib.Path
        The folder that was given to `start`.

    Returns
    -------
    tuple of (pathlib.Path, str)
        File and text of each crash, oldest first. The caller removes what was shown.
    """
    crashes = []
    own = _started.crash_file if _started else None
    for path in sorted(log_dir.glob("crash-*.log"), key=lambda entry: entry.stat().st_mtime):
        pid = path.stem.removeprefix("crash-")
        if path == own or not pid.isdigit() or _alive(int(pid)):
            continue
        text = path.read_text(errors="replace").strip()
        if text:
            crashes.append((path, text))
        else:
            path.unlink(missing_ok=True)
    return tuple(crashes)


def _alive(pid: int) -> bool:
    """Tell whether a process of this user runs under the number."""
    if sys.platform == "win32":
        return False  # os.kill(pid, 0) would end it there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _arm_faulthandler(crash_file: Path | None) -> None:
    """Send the stacks of a crash in native code to a file, else to stderr where there is one."""
    global _crash_stream
    if crash_file is not None:
        # Kept open as long as the process lives: the handler writes to the descriptor.
        _crash_stream = crash_file.open("w", encoding="utf-8")
        faulthandler.enable(_crash_stream)
        return
    # pythonw and some embedders have no usable stderr.
    with contextlib.suppress(AttributeError, OSError, RuntimeError, ValueError):
        faulthandler.enable()


class _TerminalFormatter(logging.Formatter):
    """One line a message; the traceback only when asked for, else where it can be had."""

    def __init__(self, *, verbose: bool, log_file: Path | None) -> None:
        super().__init__("fpinspect: %(levelname)s: %(message)s")
        self._verbose = verbose
        self._hint = f"details in {log_file}" if log_file else "FPINSPECT_VERBOSE=1 shows where"

    def format(self, record: logging.LogRecord) -> str:
        """Format a record, without its traceback unless the user wants it."""
        if not record.exc_info or self._verbose:
            return super().format(record)
        return f"fpinspect: {record.levelname}: {record.getMessage()} ({self._hint})"


def _configure_logging(verbose: bool, log_file: Path | None) -> None:
    """Give the ``fpinspect`` logger its handlers; the root logger stays the host's."""
    for earlier in _log.handlers[:]:
        if isinstance(earlier.formatter, _TerminalFormatter):
            _log.removeHandler(earlier)
    _log.setLevel(logging.INFO if verbose or log_file else logging.WARNING)
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.INFO if verbose else logging.WARNING)
    terminal.setFormatter(_TerminalFormatter(verbose=verbose, log_file=log_file))
    _log.addHandler(terminal)
    if log_file is not None:
        file = RotatingFileHandler(
            log_file, maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
        )
        file.setFormatter(
            logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
        )
        _log.addHandler(file)


def _on_unhandled(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """Log what nobody caught; Ctrl-C needs no words."""
    if issubclass(kind, KeyboardInterrupt):
        return
    error = kind() if error is None else error
    _log.critical("unexpected %s: %s", kind.__name__, error, exc_info=(kind, error, trace))


def _on_unhandled_in_thread(args: threading.ExceptHookArgs) -> None:
    """Log what nobody caught in a thread; SystemExit just ends the thread, as by default."""
    if not issubclass(args.exc_type, SystemExit):
        _on_unhandled(args.exc_type, args.exc_value, args.exc_traceback)
