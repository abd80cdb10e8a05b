"""What the window asks of an engine, and the errors it can meet.

An engine answers named operations (`engine_ops`) with plain data and arrays. `ProcessEngine` does
so in a spawned process, `LocalEngine` in the calling thread (tests, debugging).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from fpinspect.batch.progress import CancelToken

Payload = Mapping[str, Any]
OnProgress = Callable[[int, int, str], None]
"""Done, total (0: unknown), message in plain words; called in the worker's thread."""


class EngineError(Exception):
    """An operation failed; the message is plain words.

    Attributes
    ----------
    detail : str
        The traceback, for the log; may be empty.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class EngineLostError(EngineError):
    """The engine's process ended while it was at work; the next call starts another."""


class CancelledError(Exception):
    """The caller no longer wants the answer."""


class Engine(Protocol):
    """Answers one operation at a time; `call` blocks and belongs in a worker."""

    def call(
        self,
        op: str,
        payload: Payload,
        *,
        token: CancelToken | None = None,
        on_progress: OnProgress | None = None,
    ) -> Any:
        """Do one operation.

        Parameters
        ----------
        op : str
            Name in `engine_ops.OPERATIONS`.
        payload : mapping
            Plain data and the frozen classes of `viewdata`.
        token : CancelToken, optional
            Asked 50 times a second.
        on_progress : callable, optional
            Told how far a long operation is.

        Raises
        ------
        EngineError
            In plain words.
        CancelledError
            If the token said so; the engine may have been restarted.
        """

    def prepare(self) -> None:
        """Begin to start it, so that the first call waits less; returns at once."""

    def restart(self) -> None:
        """End it; the next call begins another. Callable from any thread."""

    def close(self) -> None:
        """End it; harmless if it has ended, callable from any thread."""


def is_stopped(token: CancelToken | None) -> bool:
    """Tell whether a token is there and set."""
    return token is not None and token.cancelled()
