"""One writer at a time, here and as Windows has it: simulated by what its documents promise."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from fpinspect.batch.case import lock
from fpinspect.batch.case.lock import WriterLock, take_lock
from fpinspect.batch.case.store import Case


class Windows:
    """``msvcrt.locking``: a byte for each handle, read by no other, gone with its handle.

    An open file cannot be removed (`os.open` of the C library shares reading and writing alone).
    """

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        self.bytes: dict[tuple[str, int], int] = {}
        self.open: dict[int, str] = {}
        self._os = SimpleNamespace(open=os.open, close=os.close, unlink=Path.unlink)

    def locking(self, handle: int, mode: int, count: int) -> None:
        assert count == 1
        place = self.open[handle], os.lseek(handle, 0, os.SEEK_CUR)
        if mode == self.LK_UNLCK:
            assert self.bytes.pop(place) == handle
        elif place in self.bytes:
            raise PermissionError(errno.EACCES, "Permission denied")
        else:
            self.bytes[place] = handle

    def os_open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        handle = self._os.open(path, flags, mode)
        self.open[handle] = str(path)
        return handle

    def os_close(self, handle: int) -> None:
        self._os.close(handle)
        self.open.pop(handle, None)
        self.bytes = {place: by for place, by in self.bytes.items() if by != handle}

    def unlink(self, path: Path, missing_ok: bool = False) -> None:
        if str(path) in self.open.values():
            raise PermissionError(errno.EACCES, "being used by another process")
        self._os.unlink(path, missing_ok=missing_ok)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    system = Windows()
    monkeypatch.setattr(lock, "_WINDOWS", True)
    monkeypatch.setitem(__import__("sys").modules, "msvcrt", system)
    monkeypatch.delattr(os, "pwrite")  # not there
    monkeypatch.setattr(os, "open", system.os_open)
    monkeypatch.setattr(os, "close", system.os_close)
    monkeypatch.setattr(
        Path, "unlink", lambda path, missing_ok=False: system.unlink(path, missing_ok)
    )
    return system


def test_on_windows_the_second_window_reads(windows: Windows, tmp_path: Path) -> None:
    with Case.create(tmp_path / "a.fpcase") as first:
        with Case.open(first.path) as second:
            assert second.read_only
            # The words of the holder can be read: its locked byte lies behind them.
            assert f"(process {os.getpid()} on " in second.why_read_only
            assert all(at > 1_000_000 for _, at in windows.bytes)
        first.set_facts(title="written by the first")
    assert windows.bytes == {}
    assert list(tmp_path.glob("*.lock")) == []
    with Case.open(first.path) as third:
        assert not third.read_only
        assert third.facts.title == "written by the first"


def test_on_windows_a_lock_file_that_was_left_is_taken_over(
    windows: Windows, tmp_path: Path
) -> None:
    case = tmp_path / "a.fpcase"
    case.with_name("a.fpcase.lock").write_text('{"pid": 1, "host": "gone"}')
    held = WriterLock(case)
    assert held.acquire()
    assert held.holder() == WriterLock(case).holder()
    assert str(os.getpid()) in held.holder()
    held.release()
    held.release()
    assert windows.open == {}


def test_on_windows_a_lock_that_is_just_being_removed_is_waited_for(
    windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = tmp_path / "a.fpcase"
    WriterLock(case).path.touch()
    refused = iter([True, True, False])

    def pending(path: Path, flags: int, mode: int = 0o777) -> int:
        if next(refused):
            raise PermissionError(errno.EACCES, "delete pending")
        return windows.os_open(path, flags, mode)

    monkeypatch.setattr(os, "open", pending)
    held = WriterLock(case)
    assert held.acquire()
    held.release()


@pytest.mark.parametrize("system", ["here", "windows"])
def test_of_many_one_gets_it(system: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if system == "windows":
        request.getfixturevalue("windows")
    locks = [WriterLock(tmp_path / "a.fpcase") for _ in range(5)]
    for turn in range(5):
        got = [one.acquire() for one in locks[turn:]]
        assert got == [True] + [False] * (4 - turn)
        locks[turn].release()


def test_a_file_system_without_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Case.create(tmp_path / "a.fpcase") as case:
        file = case.path

    def unsupported(handle: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    held, why = take_lock(file)
    assert held is None
    assert why == "it cannot be locked there (No locks available)"
    with Case.open(file) as case:
        assert case.read_only
