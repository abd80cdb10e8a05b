"""The bar on the terminal: honest numbers, and nothing left behind."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from fpinspect.batch.progress import CancelToken
from fpinspect.report.progress_bar import ProgressBar


def console(width: int, *, terminal: bool = True, encoding: str = "utf-8") -> Console:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(
        file=file, width=width, force_terminal=terminal, color_system=None, highlight=False
    )


def text_of(target: Console) -> str:
    target.file.flush()
    return target.file.buffer.getvalue().decode(target.encoding)  # type: ignore[attr-defined]


def test_the_bar_says_how_far_how_fast_and_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("fpinspect.report.progress_bar.time.monotonic", lambda: now)
    target = console(80)
    with ProgressBar(target, CancelToken()) as bar:
        bar.update(0, 100, "")
        assert "loading the models" in text_of(target)
        for second in range(1, 5):
            now = 110.0 + second  # loading took ten seconds that the rate does not count
            bar.update(2 * second, 100, "x")
    assert "8 of 100 · 2.0 a second · 46 s left" in text_of(target)


def test_the_bar_leaves_nothing_behind() -> None:
    for width in (20, 40, 80, 200):
        target = console(width)
        with ProgressBar(target, CancelToken()) as bar:
            bar.update(5, 10, "x")
            bar.hide()
            target.print("a row")
            bar.update(10, 10, "x")
        before, _, after = text_of(target).partition("a row\n")
        assert before.endswith("\r\x1b[2K")
        assert after.endswith("\r\x1b[2K")
        assert "\n" not in before + after
        drawn = [part.removeprefix("\x1b[2K") for part in (before + after).split("\r")]
        assert all(cell_len(part) < width for part in drawn)


def test_the_bar_draws_no_more_than_ten_times_a_second() -> None:
    target = console(80)
    with ProgressBar(target, CancelToken()) as bar:
        for i in range(1, 200):
            bar.update(i, 1000, "x")
    assert text_of(target).count(" of 1,000") < 50


def test_the_bar_is_silent_elsewhere_and_passes_cancellation_on() -> None:
    target, token = console(80, terminal=False), CancelToken()
    with ProgressBar(target, token) as bar:
        bar.update(5, 10, "x")
        assert not bar.cancelled()
        token.cancel()
        assert bar.cancelled()
    assert text_of(target) == ""


def test_the_bar_is_ascii_where_nothing_else_can_be_shown() -> None:
    target = console(80, encoding="ascii")
    with ProgressBar(target, CancelToken()) as bar:
        bar.update(5, 10, "x")
    assert "####" in text_of(target)
