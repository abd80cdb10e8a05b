"""How far a long run is, on one line of the terminal."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import TYPE_CHECKING

from fpinspect.report.terminal import ANSWERS, ASCII, GAP, can_show, duration

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from fpinspect.batch.progress import CancelToken

_REFRESH_S = 0.1


class ProgressBar:
    """A line on standard error with bar, rate and time left; nothing where that is no terminal.

    It is a `fpinspect.batch.progress.Progress`. Rows on standard output are printed after `hide`:
    both usually end on the same terminal. `rich.progress` would redraw its whole table before and
    after every row, which takes as long as a tenth of an inspection.

    Parameters
    ----------
    console : rich.console.Console
        Standard error.
    token : CancelToken
        What `cancelled` asks.
    waiting : str
        What is said until the first item is done.
    """

    def __init__(
        self, console: Console, token: CancelToken, waiting: str = "loading the models …"
    ) -> None:
        self._console = console
        self._waiting = waiting
        self._token = token
        self._enabled = console.is_terminal and not console.is_dumb_terminal
        self._ascii = not can_show(console)
        self._shown = False
        self._next = 0.0
        self._speed = _Speed()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        self.hide()
        self._enabled = False

    def update(self, done: int, total: int, message: str) -> None:
        """Draw the line, ten times a second at most."""
        now = time.monotonic()
        self._speed.add(now, done)
        if not self._enabled or (now < self._next and done < total):
            return
        self._next = now + _REFRESH_S
        self.hide()
        line = self._line(done, total)
        if self._ascii:
            line.plain = line.plain.translate(ASCII)
        line.truncate(self._console.width - 1, overflow="ellipsis")
        self._console.print(line, end="", no_wrap=True, overflow="ignore", crop=False)
        self._shown = True

    def cancelled(self) -> bool:
        """Tell whether the work should stop."""
        return self._token.cancelled()

    def hide(self) -> None:
        """Take the line away before something is printed; the next update brings it back."""
        from rich.control import Control
        from rich.segment import ControlType

        if self._shown:
            self._shown = False
            self._console.control(
                Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2))
            )

    def _line(self, done: int, total: int) -> Text:
        from rich.text import Text

        if not done:
            return Text(f"{GAP}{self._waiting}", "dim")
        words = f"{done:,} of {total:,}" if total else f"{done:,}"
        rate = self._speed.per_second
        if rate:
            words += f" · {rate:.1f} a second" if rate < 100 else f" · {rate:.0f} a second"
            if total > done:
                words += f" · {duration(math.ceil((total - done) / rate))} left"
        line = Text(GAP)
        size = min(40, self._console.width - len(words) - 4 * len(GAP))
        if total and size >= 8:
            filled = size * done // total
            line.append("━" * filled, ANSWERS["real"][1])
            line.append("━" * (size - filled), "grey23")
            line.append(GAP)
        line.append(words)
        return line


class _Speed:
    """Items per second over the last half minute."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def add(self, now: float, done: int) -> None:
        """Note how many were done by now; a mark a second is enough."""
        # The models load before the first item: that time is not the items'.
        if done == 0:
            self._marks.clear()
        if done and (not self._marks or now - self._marks[-1][0] >= 1.0):
            self._marks.append((now, done))
        while self._marks and now - self._marks[0][0] > 30.0 and len(self._marks) > 2:
            self._marks.popleft()

    @property
    def per_second(self) -> float:
        """The rate, or 0 as long as it is not known."""
        if len(self._marks) < 2:
            return 0.0
        (begin, first), (end, last) = self._marks[0], self._marks[-1]
        return (last - first) / (end - begin)
