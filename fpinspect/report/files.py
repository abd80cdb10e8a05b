"""Result files that are whole or not there: a temporary file beside, then one rename."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

from fpinspect.report.model import ReportError, ReportStoppedError
from fpinspect.report.terminal import printable

_NOT_NOW = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO))
_unfinished: set[WholeFile] = set()


class WholeFile:
    """A file that appears under its name only when it is complete.

    Parameters
    ----------
    target : str or path-like
        Where it is to be.

    Raises
    ------
    ReportError
        If it cannot be written there, in plain words.
    """

    def __init__(self, target: str | os.PathLike[str]) -> None:
        self.name = printable(os.fspath(target))
        try:
            self.path = Path(target).resolve()  # a link stays one: what it points at is replaced
            self._check()
            handle, part = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name[:40]}-")
        except (OSError, ValueError) as error:
            raise refused(self.name, error) from error
        self._part = Path(part)
        self.stream: IO[bytes] = os.fdopen(handle, "w+b")
        _unfinished.add(self)

    def _check(self) -> None:
        if self.path.is_dir():
            raise ReportError(f"cannot write {self.name}: it is a folder")
        if not self.path.parent.is_dir():
            folder = printable(str(self.path.parent))
            raise ReportError(f"cannot write {self.name}: there is no folder {folder}")
        if self.path.exists() and not self.path.is_file():
            raise ReportError(f"cannot write {self.name}: it is no ordinary file")
        if self.path.exists() and not os.access(self.path, os.W_OK):
            raise ReportError(f"cannot write {self.name}: it is write-protected")

    def complete(self) -> None:
        """Bring what was written to the disk; it still has no name.

        Raises
        ------
        ReportError
            If the disk is full or went away.
        """
        try:
            self.stream.flush()
            os.fsync(self.stream.fileno())
            self.stream.close()
            if self.path.exists():
                shutil.copymode(self.path, self._part)
            else:
                mask = os.umask(0)
                os.umask(mask)
                self._part.chmod(0o666 & ~mask)
        except OSError as error:
            raise refused(self.name, error) from error

    def publish(self) -> None:
        """Give it its name, in place of an older file.

        Raises
        ------
        ReportError
            If it cannot be renamed.
        """
        try:
            self._part.replace(self.path)
            _unfinished.discard(self)
        except OSError as error:
            raise refused(self.name, error) from error

    def drop(self) -> None:
        """Remove what was written, if it has no name yet."""
        with contextlib.suppress(OSError):
            self.stream.close()
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)
        _unfinished.discard(self)


def abandon() -> None:
    """Remove everything that has no name yet: for a process that is about to end."""
    for file in list(_unfinished):
        file.drop()


def refused(name: str, error: Exception) -> ReportError:
    """Make the error that says why a file was not written: whether it could be, or not now."""
    if getattr(error, "errno", None) in _NOT_NOW:
        return ReportStoppedError(
            f"cannot write {name}: {reason(error)}. Nothing of the report was left; make room, or "
            "choose another folder"
        )
    return ReportError(f"cannot write {name}: {reason(error)}")


def reason(error: Exception) -> str:
    """Say why the system refused, in its own words."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).lower()
