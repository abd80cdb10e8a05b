"""One writer at a time: a lock of the operating system, which dies with its process."""

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

SUFFIX = ".lock"
_ATTEMPTS = 20
_WINDOWS = sys.platform == "win32"
_LOCKED_BYTE = 1 << 30
"""Windows lets nobody read a locked byte: it lies behind the words, where the file has none."""
_HELD = {errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK}
"""What the systems answer when another holds the lock."""


class WriterLock:
    """The right to write to a case.

    The lock is held on a file beside the case, not on the case itself: closing any handle of a
    file drops SQLite's own locks on it in the whole process (POSIX).

    Parameters
    ----------
    case : pathlib.Path
        The case; the lock is ``NAME.fpcase.lock`` beside it.
    """

    def __init__(self, case: Path) -> None:
        self.path = case.with_name(case.name + SUFFIX)
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Take the lock without waiting.

        Returns
        -------
        bool
            False if another process, or another object of this one, holds it.

        Raises
        ------
        OSError
            If the lock file can be neither made nor opened (a read-only folder).
        """
        for _ in range(_ATTEMPTS):
            try:
                handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            except PermissionError:
                if _WINDOWS and self.path.exists():  # its last holder is just removing it
                    continue
                raise
            try:
                held = not _try_lock(handle)
            except BaseException:
                os.close(handle)
                raise
            if held:
                os.close(handle)
                return False
            if self._is_current(handle):
                self._handle = handle
                self._say_who()
                return True
            os.close(handle)  # its last holder removed it while we opened it
        return False

    def release(self) -> None:
        """Give the lock back; doing it twice is harmless."""
        if self._handle is None:
            return
        handle, self._handle = self._handle, None
        if _WINDOWS:  # an open file cannot be removed there, by us or by anyone
            _unlock(handle)
            os.close(handle)
        with contextlib.suppress(OSError):
            self.path.unlink()
        if not _WINDOWS:
            os.close(handle)

    def holder(self) -> str:
        """Say who holds the lock, in plain words; empty if that is not known."""
        try:
            data: Any = json.loads(self.path.read_text("utf-8"))
            return f"process {int(data['pid'])} on {str(data['host'])[:100]}"
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _is_current(self, handle: int) -> bool:
        if _WINDOWS:  # nobody can have removed what we hold open
            return True
        try:
            here, there = os.fstat(handle), self.path.stat()
        except OSError:
            return False
        return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)

    def _say_who(self) -> None:
        if self._handle is None:
            return
        words = json.dumps({"pid": os.getpid(), "host": socket.gethostname()})
        with contextlib.suppress(OSError):
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, words.encode())


def take_lock(file: Path) -> tuple[WriterLock | None, str]:
    """Take the right to write to a case, or say why it cannot be had.

    Returns
    -------
    WriterLock or None
        Held.
    str
        Why there is none, in plain words; empty if there is one.
    """
    lock = WriterLock(file)
    try:
        if not os.access(file, os.W_OK):
            return None, "the file is write-protected"
        if lock.acquire():
            return lock, ""
    except OSError as error:
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            return None, "its folder is write-protected"
        return None, f"it cannot be locked there ({error.strerror or error})"
    holder = lock.holder()
    return None, "it is open in another window or command" + (f" ({holder})" if holder else "")


def _try_lock(handle: int) -> bool:
    try:
        if _WINDOWS:
            system: Any = importlib.import_module("msvcrt")
            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            system.locking(handle, system.LK_NBLCK, 1)
        else:
            system = importlib.import_module("fcntl")
            system.flock(handle, system.LOCK_EX | system.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            return False
        raise
    return True


def _unlock(handle: int) -> None:
    # Closing would do it as well, but "when resources allow".
    system: Any = importlib.import_module("msvcrt")
    with contextlib.suppress(OSError):
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        system.locking(handle, system.LK_UNLCK, 1)
