"""How long work reports where it is and learns that it is no longer wanted."""

from __future__ import annotations

import threading
from typing import Protocol


class Progress(Protocol):
    """The two methods that window, command line and cluster share.

    Both are called often (ten times a second while nothing happens), from the thread that
    runs the work: they must be quick.
    """

    def update(self, done: int, total: int, message: str) -> None:
        """Say how far the work is.

        Parameters
        ----------
        done : int
            Items finished, failed ones included.
        total : int
            Items there are, or 0 while that is not known.
        message : str
            What is being done, in plain words; may be empty. Not escaped: file names in it
            can hold any character.
        """

    def cancelled(self) -> bool:
        """Tell whether the work should stop; what is done is kept."""


class CancelToken:
    """A request to stop, made in one thread (or a signal handler) and seen in another."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop. Asking twice is harmless."""
        self._event.set()

    def cancelled(self) -> bool:
        """Tell whether `cancel` has been called."""
        return self._event.is_set()


class SilentProgress:
    """A `Progress` that shows nothing and stops when its token says so.

    Parameters
    ----------
    token : CancelToken, optional
        Without one the work runs to its end.
    """

    def __init__(self, token: CancelToken | None = None) -> None:
        self._token = token or CancelToken()

    def update(self, done: int, total: int, message: str) -> None:
        """Do nothing."""

    def cancelled(self) -> bool:
        """Tell whether the token was cancelled."""
        return self._token.cancelled()
