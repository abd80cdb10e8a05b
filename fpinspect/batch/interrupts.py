"""Ctrl-C and its kin: stop within a second, keep what is done."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType

from fpinspect.batch.outcome import Engine, EngineFactory, Record
from fpinspect.batch.progress import CancelToken

#: Seconds that the work has to end by itself after a signal; then the process is ended.
GRACE_S = 0.7


class Interrupts:
    """While entered, a signal to stop cancels the token instead of raising anywhere.

    Python runs a signal handler only between two of its own instructions; a decoder can be deep
    in one for longer than a second. A thread therefore watches for signals too, and when the work
    has not ended after `GRACE_S` it calls `rescue` and ends the process.

    Parameters
    ----------
    rescue : callable
        Saves what is done; called in another thread, at most once.

    Attributes
    ----------
    token : CancelToken
        Cancelled by the first signal.
    signum : int or None
        The signal that came.
    """

    def __init__(self, *, rescue: Callable[[], None]) -> None:
        self.token = CancelToken()
        self.signum: int | None = None
        self._rescue = rescue
        self._raising = False
        self._finished = threading.Event()
        self._undo = contextlib.ExitStack()

    @property
    def exit_status(self) -> int:
        """128 + the number of the signal, as shells have it: 130 for Ctrl-C."""
        return 128 + (self.signum or 0)

    def __enter__(self) -> Interrupts:
        # Handlers can only be set in the main thread; elsewhere the host decides when to stop.
        if threading.current_thread() is threading.main_thread():
            self._watch()
            names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
            for number in (getattr(signal, n) for n in names if hasattr(signal, n)):
                # What was ignored stays ignored: nohup does that to SIGHUP.
                if signal.getsignal(number) is not signal.SIG_IGN:
                    before = signal.signal(number, self._handle)
                    self._undo.callback(signal.signal, number, before)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._finished.set()
        self._undo.close()

    def stopping(self, engine_factory: EngineFactory) -> EngineFactory:
        """Let a signal break off the engine's work: for engines that run in this process.

        Parameters
        ----------
        engine_factory : callable
            Makes the engine.

        Returns
        -------
        callable
            The same; what it makes raises KeyboardInterrupt when a signal comes.
        """

        def make() -> Engine:
            with self._breaking_off():
                return _Interruptible(engine_factory(), self)

        return make

    @contextlib.contextmanager
    def _breaking_off(self) -> Iterator[None]:
        self._raising = True
        try:
            if self.token.cancelled():
                raise KeyboardInterrupt
            yield
        finally:
            self._raising = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.signum = self.signum or number
        self.token.cancel()
        if self._raising:
            raise KeyboardInterrupt

    def _watch(self) -> None:
        reader, writer = socket.socketpair()
        writer.setblocking(False)
        before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        thread = threading.Thread(target=self._wait, args=(reader,), daemon=True)
        thread.start()
        # Closing our end is what ends the thread.
        self._undo.callback(thread.join, GRACE_S)
        self._undo.callback(writer.close)
        self._undo.callback(signal.set_wakeup_fd, before)

    def _wait(self, reader: socket.socket) -> None:
        with reader:
            number = reader.recv(1)
            if not number or self._finished.wait(GRACE_S):
                return
        # In a thread of its own: what it needs may be held by the work that does not end.
        saver = threading.Thread(target=self._save, daemon=True)
        saver.start()
        saver.join(GRACE_S)
        with contextlib.suppress(Exception):
            sys.stderr.write("\nfpinspect: stopped; what was done is kept\n")
            sys.stderr.flush()
        os._exit(128 + number[0])

    def _save(self) -> None:
        with contextlib.suppress(Exception):
            self._rescue()


class _Interruptible:
    def __init__(self, engine: Engine, interrupts: Interrupts) -> None:
        self._engine = engine
        self._interrupts = interrupts

    def inspect(self, path: str, *, named: bool = True) -> Record:
        with self._interrupts._breaking_off():
            return self._engine.inspect(path, named=named)

    def error_record(self, path: str, message: str) -> Record:
        return self._engine.error_record(path, message)
