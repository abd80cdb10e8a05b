"""What the window says about the queue, its pace, the machine: plain words and numbers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fpinspect.gui.engine_words import said
from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.queue_runner import RunProgress
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import VerdictView
from fpinspect.wording import NBSP


def title_words(items: Sequence[QueueItem], case: str = "") -> str:
    """Name the case if one is open; else the image, the folder that holds all, or their number."""
    if case:
        return case
    if not items:
        return ""
    if len(items) == 1:
        return items[0].name
    folders = {os.path.dirname(item.path) for item in items}  # noqa: PTH120 (10,000 at once)
    if len(folders) == 1:
        return Path(folders.pop()).name or "/"
    common = os.path.commonpath(folders)
    name = Path(common).name
    return name or translate("Window", "%n image(s)", "", len(items))


def drop_words(paths: Sequence[str]) -> str:
    """Say what hovers over the window, before folders are counted."""
    if not paths:
        return translate("Window", "Add the picture")
    folders = sum(Path(path).is_dir() for path in paths[:64])
    files = len(paths) - folders
    parts = []
    if files:
        parts.append(translate("Window", "%n file(s)", "", files))
    if folders:
        parts.append(translate("Window", "%n folder(s)", "", folders))
    both = translate("Window", "Add {files} and {folders}")
    one = translate("Window", "Add {what}")
    return both.format(files=parts[0], folders=parts[1]) if parts[1:] else one.format(what=parts[0])


def pace_words(progress: RunProgress) -> tuple[str, str, str]:
    """Words of the footer: counts, pace, failures."""
    counts = f"{progress.done:,} / {progress.total:,}" if progress.total else ""
    failed = translate("Window", "%n not read", "", progress.failed) if progress.failed else ""
    if not progress.running:
        stopped = progress.stopped
        return counts, translate("Window", "%n stopped", "", stopped) if stopped else "", failed
    if progress.paused:
        return counts, translate("Window", "Paused"), failed
    if not progress.rate:
        return counts, "", failed
    rate = f"{progress.rate:.0f}" if progress.rate >= 10 else f"{progress.rate:.1f}"
    if progress.left_s is None:
        pace = translate("Window", "{rate}\u00a0images/s").format(rate=rate)
    else:
        pace = translate("Window", "{rate}\u00a0images/s, {time} left").format(
            rate=rate, time=duration(progress.left_s)
        )
    return counts, pace, failed


def duration(seconds: float) -> str:
    """Write a duration as one or two units.

    Examples
    --------
    >>> [duration(s).replace("\u00a0", " ") for s in (0.4, 25, 95, 4000)]
    ['1 s', '25 s', '1 min 35 s', '1 h 6 min']
    """
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole}{NBSP}s"
    if whole < 3600:
        return translate("Window", "{minutes}\u00a0min {seconds}\u00a0s").format(
            minutes=whole // 60, seconds=whole % 60
        )
    return translate("Window", "{hours}\u00a0h {minutes}\u00a0min").format(
        hours=whole // 3600, minutes=whole % 3600 // 60
    )


def memory_words(pids: Iterable[int | None]) -> str:
    """Memory of this process and others, in MB, what they share counted once.

    For a worker: the kernel looks at every page. Empty where it cannot be told.
    """
    own = os.getpid()
    known = {own, *(pid for pid in pids if pid is not None)}
    parents = {_parent(pid) for pid in known - {own}}  # What they were forked from counts too.
    total = sum(_memory_kb(pid) for pid in known | parents if pid)
    return f"{total / 1e3:,.0f}{NBSP}MB" if total else ""


def _memory_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(b"Pss:"))
    except (OSError, ValueError, StopIteration):
        return 0


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def device_words(device: str) -> str:
    """Name the device that computes."""
    if device.startswith("cuda"):
        return "GPU (CUDA)"
    if device.startswith("mps"):
        return translate("Window", "GPU (Metal)")
    cores = os.cpu_count() or 1
    return translate("Window", "CPU, %n core(s)", "", cores)


def problem_words(about: Mapping[str, Any]) -> str:
    """Say what keeps the engine from working and what it means; empty if nothing does."""
    problem = said(str(about.get("problem") or ""))
    if not problem:
        return ""
    if about.get("device"):  # It works, but for this.
        return problem
    return " ".join(
        (
            translate("Window", "Images cannot be inspected."),
            problem,
            translate("Window", "“fpinspect doctor” in a terminal checks the installation."),
        )
    )


def bank_words(about: Mapping[str, Any]) -> str:
    """Name the bank: how many sources, and the beginning of its digest."""
    entries = about.get("entries") or ()
    if not entries:
        return translate("Window", "No bank")
    name = translate("Window", "shipped") if about.get("shipped") else str(about.get("bank"))[:8]
    return translate("Window", "Bank: {name}, %n source(s)", "", len(entries)).format(name=name)


def verdict_text(record: Mapping[str, Any] | None, shown: VerdictView) -> str:
    """Sentence, numbers and hash of a verdict, as lines to be copied."""
    if record is None or not shown.word:
        return ""
    lines = [f"{record['path']}", f"SHA-256 {record.get('sha256')}", "", shown.word]
    lines += [part for part in (shown.support, shown.sentence, shown.odds_note) if part]
    lines += [f"{name}: {value}" for name, value in shown.numbers]
    lines += [f"{share.title}: {share.share:.3f}" for share in shown.sources]
    lines += [flag.message for flag in shown.flags]
    lines += list(shown.not_said)
    return "\n".join(lines)


def about_rows() -> list[tuple[str, str]]:
    """Version of fpinspect and of what the window is made with."""
    import platform

    import PySide6

    import fpinspect

    return [
        (translate("Window", "Version"), fpinspect.__version__),
        ("Python", platform.python_version()),
        ("Qt", PySide6.__version__),
        (translate("Window", "System"), platform.platform()),
        (translate("Window", "Network"), translate("Window", "none: nothing leaves this machine")),
    ]


def missing_words(item: QueueItem) -> str:
    """Say why there are no panels of an image."""
    match item.state:
        case State.FAILED:
            return said(item.error) or translate("Window", "This image could not be read.")
        case State.STOPPED:
            return translate(
                "Window",
                "Stopped before it was inspected. Inspect it again (F5) to see its panels.",
            )
    return translate("Window", "Its panels follow when it has been inspected.")


def identity_words(item: QueueItem) -> str:
    """Name and shortened hash of an image."""
    digest = item.sha256
    if not digest:
        return item.name
    return f"{item.name}, SHA-256 {digest[:4]} {digest[4:8]} … {digest[-8:-4]} {digest[-4:]}"


def average_words(found: Mapping[str, Any]) -> str:
    """Say of how many images an average was made."""
    if not found["left_out"]:
        return translate("Comparison", "Average of %n image(s)", "", found["images"])
    return translate(
        "Comparison", "Average of %n image(s), {left_out} left out", "", found["images"]
    ).format(left_out=f"{found['left_out']:,}")
