"""The engine in a process of its own: it alone imports torch, and its end costs one item."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import signal
import threading
import time
from multiprocessing import connection, get_context
from multiprocessing.process import BaseProcess
from multiprocessing.shared_memory import SharedMemory
from typing import Any

from fpinspect.batch.progress import CancelToken
from fpinspect.gui import codec, warm
from fpinspect.gui.engine import (
    CancelledError,
    EngineError,
    EngineLostError,
    OnProgress,
    Payload,
    is_stopped,
)
from fpinspect.gui.engine_server import Context, ServerSpec, make_operations, perform, serve
from fpinspect.gui.translation import translate

_log = logging.getLogger(__name__)

_TICK_S = 0.02
_GRACE_S = 0.12
"""A cancelled operation that has not answered by then is killed: cancel takes under 300 ms."""
_START_ATTEMPTS = 3
_numbers = itertools.count(1)


class ProcessEngine:
    """An `Engine` in its own process, started when it is first called and restarted when dead.

    The process is forked from one that was spawned clean and has loaded the libraries (`warm`),
    or spawned itself where that is not possible.

    Requests and answers are JSON over a pipe; arrays come in one block of shared memory whose
    name the window chose, so that it can be freed when the process dies over it.

    Parameters
    ----------
    spec : ServerSpec
        How to set it up.
    name : str
        Of the process.
    """

    def __init__(self, spec: ServerSpec | None = None, *, name: str = "fpinspect-engine") -> None:
        self._spec = spec or ServerSpec()
        self._name = name
        self._lock = threading.Lock()  # one call at a time
        self._process: BaseProcess | None = None
        self._pipe: connection.Connection | None = None
        self._starting: _Start | None = None
        self._cause = ""
        self._ready = False
        self._closed = False
        self._stale = False

    @property
    def pid(self) -> int | None:
        """Number of the process, None while there is none."""
        process = self._process
        return process.pid if process is not None else None

    def call(
        self,
        op: str,
        payload: Payload,
        *,
        token: CancelToken | None = None,
        on_progress: OnProgress | None = None,
    ) -> Any:
        """Do one operation, see `Engine.call`."""
        with self._lock:
            if is_stopped(token) or self._closed:
                raise CancelledError
            if not self._ready and on_progress is not None:
                on_progress(0, 0, translate("Engine", "Loading the engine"))
            self._ensure_started(token)
            call = next(_numbers)
            block = f"fpi-{os.getpid()}-{call}"
            text, arrays = codec.pack(dict(payload))
            if arrays:
                raise TypeError("requests hold no arrays")
            self._send(kind="call", id=call, op=op, block=block, payload=text.decode())
            try:
                answer = self._await(call, token, on_progress)
            except (CancelledError, EngineLostError):
                _discard(block)
                raise
            return _value_of(answer, block)

    def prepare(self) -> None:
        """Begin to start the process; nothing if there is one or a call is about to."""
        if self._lock.acquire(blocking=False):
            try:
                if self._process is None and self._starting is None and not self._closed:
                    self._starting = _Start(self._spec, self._name)
            finally:
                self._lock.release()

    def restart(self) -> None:
        """Kill the process; the next call starts another."""
        process = self._process
        if process is not None and process.is_alive():
            # Killed is not yet gone: a call that comes at once must not be sent to it.
            self._stale = True
            process.kill()

    def close(self) -> None:
        """Kill the process: it holds nothing that needs an orderly end."""
        self._closed = True
        starting = self._starting
        if starting is not None:
            starting.abandon()
        self.restart()

    def join(self, timeout: float = 1.0) -> None:
        """Wait for a closed process to be gone."""
        process = self._process
        if process is not None:
            process.join(timeout)

    def _ensure_started(self, token: CancelToken | None) -> None:
        if self._stale:
            self._end()
        cause = translate("Engine", "its process ends at once")
        for _ in range(_START_ATTEMPTS):
            if self._process is None or not self._process.is_alive():
                self._start(token)
            if self._ready:
                return
            # A call that is cancelled meanwhile lets it start: the next one needs it.
            try:
                answer = self._await(0, token, None)
            except EngineLostError:
                cause = translate("Engine", "its process {cause}").format(cause=self._cause)
                continue
            if answer["kind"] == "failed":
                self._end()
                raise EngineError(_no_start(answer["message"]), answer["detail"])
            self._ready = True
            return
        raise EngineError(_no_start(cause))

    def _start(self, token: CancelToken | None) -> None:
        if self._starting is None:
            self._end()
            self._starting = _Start(self._spec, self._name)
        starting = self._starting
        while not starting.is_over(_TICK_S):
            # A call that is cancelled meanwhile lets it start: the next one needs it.
            if is_stopped(token) or self._closed:
                raise CancelledError
        self._starting = None
        if starting.error is not None:
            raise EngineError(_no_start(str(starting.error))) from starting.error
        self._process, self._pipe, self._ready = starting.process, starting.pipe, False

    def _send(self, **request: Any) -> None:
        assert self._pipe is not None
        # That the process has just died is seen where its answer is awaited.
        with contextlib.suppress(OSError):
            self._pipe.send_bytes(json.dumps(request).encode())

    def _await(
        self, call: int, token: CancelToken | None, on_progress: OnProgress | None
    ) -> dict[str, Any]:
        deadline: float | None = None
        while True:
            for answer in self._hear():
                if answer.get("id", 0) != call:
                    continue  # Of a call that was given up.
                if answer["kind"] != "progress":
                    return answer
                if on_progress is not None and not is_stopped(token):
                    on_progress(answer["done"], answer["total"], answer["message"])
            if not (is_stopped(token) or self._closed):
                continue
            if call == 0 and not self._closed:
                raise CancelledError
            if deadline is None:
                deadline = time.monotonic() + _GRACE_S
                self._send(kind="cancel", id=call)
            elif time.monotonic() > deadline or self._closed:
                self._end()
                raise CancelledError

    def _hear(self) -> list[dict[str, Any]]:
        assert self._pipe is not None
        assert self._process is not None
        heard = []
        try:
            ready = connection.wait([self._pipe, self._process.sentinel], _TICK_S)
            while self._pipe in ready and self._pipe.poll():
                heard.append(json.loads(self._pipe.recv_bytes()))
        except (EOFError, OSError):
            ready = [self._process.sentinel]
        if not heard and self._process.sentinel in ready:
            self._lost()
        return heard

    def _lost(self) -> None:
        assert self._process is not None
        self._process.join(1.0)
        cause = self._cause = cause_of_death(self._process.exitcode)
        _log.info("engine process %s %s", self._process.pid, cause)
        self._end()
        if self._closed:
            raise CancelledError
        raise EngineLostError(
            translate(
                "Engine",
                "The process that inspected it {cause}: the file may break its "
                "decoder. The engine has been restarted.",
            ).format(cause=cause)
        )

    def _end(self) -> None:
        self._stale = False
        if self._process is not None:
            self._process.kill()
            self._process.join(1.0)
            self._process, self._ready = None, False
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None


class _Start:
    """A process that is being started, which takes until what it is forked from has loaded."""

    def __init__(self, spec: ServerSpec, name: str) -> None:
        # Operations of its own need no libraries: nothing to wait for.
        context = get_context("spawn") if spec.operations is not None else warm.context()
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]  # typeshed
            target=serve, args=(theirs, spec), name=name, daemon=True
        )
        self.error: Exception | None = None
        self._abandoned = self._started = False
        self._thread = threading.Thread(target=self._run, args=(theirs,), daemon=True)
        self._thread.start()

    def is_over(self, timeout_s: float) -> bool:
        """Tell whether it has started or failed, after so many seconds at most."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def abandon(self) -> None:
        """End it, as soon as it has started."""
        self._abandoned = True
        if self._started:
            self.process.kill()

    def _run(self, theirs: connection.Connection) -> None:
        try:
            self.process.start()
            self._started = True
            if self._abandoned:
                self.process.kill()
        except (OSError, EOFError) as error:
            self.error = error
            self.pipe.close()
        finally:
            theirs.close()


class LocalEngine:
    """An `Engine` in the calling thread: for tests and debugging.

    Parameters
    ----------
    spec : ServerSpec
        How to set it up.
    """

    def __init__(self, spec: ServerSpec | None = None) -> None:
        self._operations = make_operations(spec or ServerSpec())
        self._lock = threading.Lock()
        self._closed = False

    def call(
        self,
        op: str,
        payload: Payload,
        *,
        token: CancelToken | None = None,
        on_progress: OnProgress | None = None,
    ) -> Any:
        """Do one operation, see `Engine.call`."""
        with self._lock:
            context = Context(lambda: self._closed or is_stopped(token), on_progress)
            answer = perform(self._operations, op, payload, context)
            context.check()
            return answer

    def prepare(self) -> None:
        """Do nothing: there is no process."""

    def restart(self) -> None:
        """Do nothing: there is no process."""

    def close(self) -> None:
        """Let nothing more begin."""
        self._closed = True


def _no_start(why: str) -> str:
    said = translate("Engine", "The engine cannot start: {error}").format(error=why)
    return said if said.endswith(".") else f"{said}."


def cause_of_death(exitcode: int | None) -> str:
    """Say in plain words how a process ended."""
    if exitcode is None:
        return translate("Engine", "closed its connection")
    if exitcode >= 0:
        return translate("Engine", "ended unexpectedly (status {exitcode})").format(
            exitcode=exitcode
        )
    try:
        name = signal.Signals(-exitcode).name
    except ValueError:
        name = translate("Engine", "signal {value}").format(value=-exitcode)
    hint = translate("Engine", ", perhaps for want of memory") if name == "SIGKILL" else ""
    return translate("Engine", "was ended by {name}{hint}").format(name=name, hint=hint)


def _value_of(answer: dict[str, Any], block: str) -> Any:
    if answer["kind"] == "cancelled":
        raise CancelledError
    if answer["kind"] == "error":
        raise EngineError(answer["message"], answer["detail"])
    for text in answer["warnings"]:
        _log.warning("engine: %s", text)
    arrays: list[Any] = []
    if answer["arrays"]:
        shared = SharedMemory(block)
        try:
            arrays = codec.read(answer["arrays"], shared.buf)
        finally:
            shared.close()
            shared.unlink()
    return codec.unpack(answer["value"].encode(), arrays)


def _discard(block: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        shared = SharedMemory(block)
        shared.close()
        shared.unlink()
