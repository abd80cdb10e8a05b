"""What runs in the engine's process: serve operations until the pipe closes. No Qt here."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.shared_memory import SharedMemory
from typing import Any

from fpinspect.gui.engine import CancelledError, EngineError, OnProgress
from fpinspect.gui.translation import install, translate

Operation = Callable[[Mapping[str, Any], "Context"], Any]
OperationsFactory = Callable[["ServerSpec"], Mapping[str, Operation]]


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """How an engine's process is set up.

    Attributes
    ----------
    threads : int
        Threads of computation; 0 leaves it to the libraries.
    niceness : int
        By how much its priority is lowered, where the system has such a thing.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    bank : str or None
        Folder of a bank other than the shipped one.
    operations : callable
        Module-level function that makes the table of operations: what tests replace.
    language : str
        Of the words that the window shows.
    """

    threads: int = 0
    niceness: int = 0
    device: str = "auto"
    bank: str | None = None
    operations: OperationsFactory | None = None
    language: str = "en"


class Context:
    """What an operation may use while it works.

    Parameters
    ----------
    cancelled : callable
        Tells whether the answer is still wanted.
    on_progress : callable, optional
        Told how far it is.
    """

    def __init__(
        self, cancelled: Callable[[], bool], on_progress: OnProgress | None = None
    ) -> None:
        self._cancelled = cancelled
        self._on_progress = on_progress

    def update(self, done: int, total: int, message: str) -> None:
        """Say how far the work is (`batch.progress.Progress`)."""
        if self._on_progress is not None:
            self._on_progress(done, total, message)

    def cancelled(self) -> bool:
        """Tell whether to stop."""
        return self._cancelled()

    def check(self) -> None:
        """Stop here if the answer is no longer wanted.

        Raises
        ------
        CancelledError
            If so.
        """
        if self.cancelled():
            raise CancelledError


def make_operations(spec: ServerSpec) -> Mapping[str, Operation]:
    """Make the table of operations that a specification asks for."""
    if spec.operations is not None:
        return spec.operations(spec)
    from fpinspect.gui.engine_ops import operations

    return operations(spec)


def perform(
    operations: Mapping[str, Operation], op: str, payload: Mapping[str, Any], context: Context
) -> Any:
    """Do one operation; whatever goes wrong becomes an `EngineError` in plain words."""
    from fpinspect.evidence.flags import ItemError

    context.check()
    try:
        return operations[op](payload, context)
    except (EngineError, CancelledError):
        raise
    except ItemError as error:
        raise EngineError(str(error)) from error
    except MemoryError as error:
        words = translate("Engine", "There is not enough memory for it: close other programs.")
        raise EngineError(words) from error
    except ImportError as error:
        raise EngineError(_incomplete(error), traceback.format_exc()) from error
    except Exception as error:
        text = " ".join(str(error).split()) or type(error).__name__
        words = translate("Engine", "Internal error, please report it: {kind}: {text}").format(
            kind=type(error).__name__, text=text
        )
        raise EngineError(words, traceback.format_exc()) from error


def _incomplete(error: ImportError) -> str:
    return translate(
        "Engine", "A part of the installation is missing or broken ({error}). {advice}"
    ).format(error=error, advice=translate("Engine", "Install fpinspect again."))


def serve(pipe: connection.Connection, spec: ServerSpec) -> None:
    """Answer requests: the target of the engine's process."""
    _settle(spec)
    install(spec.language)
    try:
        operations = make_operations(spec)
    except ImportError as error:
        detail = traceback.format_exc()
        _send(pipe, 0, "failed", message=_incomplete(error), detail=detail)
        return
    pipe.send_bytes(b'{"kind":"ready"}')
    try:
        while True:
            request = json.loads(pipe.recv_bytes())
            if request["kind"] == "call":
                _answer(pipe, operations, request)
    except (EOFError, OSError):
        return  # The window has closed the pipe: nobody is left to tell.


def _settle(spec: ServerSpec) -> None:
    # Ctrl-C reaches the whole process group, but ending is the window's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if spec.niceness and hasattr(os, "nice"):
        os.nice(spec.niceness)
    torch = sys.modules.get("torch")
    if torch is not None:  # Forked from a process that has loaded it (`warm`), for one thread.
        torch.set_num_threads(spec.threads or _cores())
    elif spec.threads:
        # Before the libraries load: they read it then.
        for name in ("OMP", "MKL", "OPENBLAS", "VECLIB_MAXIMUM"):
            os.environ[f"{name}_{'' if name.startswith('VECLIB') else 'NUM_'}THREADS"] = str(
                spec.threads
            )


def _cores() -> int:
    """Cores for computation: of many, every second one is the other half of a core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max((cores or 1) // (1 if (cores or 1) <= 4 else 2), 1)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _answer(
    pipe: connection.Connection, operations: Mapping[str, Operation], request: dict[str, Any]
) -> None:
    from fpinspect.gui import codec

    call = request["id"]
    cancel = _CancelWatch(pipe, call)

    def on_progress(done: int, total: int, message: str) -> None:
        _send(pipe, call, "progress", done=done, total=total, message=message)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        try:
            payload = codec.unpack(request["payload"].encode(), ())
            value = perform(operations, request["op"], payload, Context(cancel, on_progress))
            text, arrays = codec.pack(value)
        except CancelledError:
            _send(pipe, call, "cancelled")
            return
        except EngineError as error:
            _send(pipe, call, "error", message=str(error), detail=error.detail)
            return
    placed, size = codec.layout(arrays)
    if arrays:
        block = SharedMemory(request["block"], create=True, size=max(size, 1))
        codec.write(arrays, placed, block.buf)
        block.close()
    texts = list(dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught))
    _send(pipe, call, "value", value=text.decode(), arrays=placed, warnings=texts)


class _CancelWatch:
    """Look for a request to cancel on the pipe, at most 50 times a second."""

    def __init__(self, pipe: connection.Connection, call: int) -> None:
        self._pipe = pipe
        self._call = call
        self._cancelled = False

    def __call__(self) -> bool:
        while not self._cancelled and self._pipe.poll():
            request = json.loads(self._pipe.recv_bytes())
            self._cancelled = request["kind"] == "cancel" and request["id"] == self._call
        return self._cancelled


def _send(pipe: connection.Connection, call: int, kind: str, **parts: Any) -> None:
    pipe.send_bytes(json.dumps({"kind": kind, "id": call, **parts}).encode())
