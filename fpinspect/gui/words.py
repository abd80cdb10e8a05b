"""What the window says about the queue, its pace, the machine: plain words and numbers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.queue_runner import RunProgress
from fpinspect.gui.viewdata import VerdictView
from fpinspect.gui.wording import NBSP


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
    return name or f"{len(items):,} images"


def drop_words(paths: Sequence[str]) -> str:
    """Say what hovers over the window, before folders are counted."""
    if not paths:
        return "Add the picture"
    folders = sum(Path(path).is_dir() for path in paths[:64])
    files = len(paths) - folders
    parts = []
    if files:
        parts.append(f"{files:,} file{'' if files == 1 else 's'}")
    if folders:
        parts.append(f"{folders:,} folder{'' if folders == 1 else 's'}")
    return "Add " + " and ".join(parts)


def pace_words(progress: RunProgress) -> tuple[str, str, str]:
    """Words of the footer: counts, pace, failures."""
    counts = f"{progress.done:,} / {progress.total:,}" if progress.total else ""
    failed = f"{progress.failed:,} not read" if progress.failed else ""
    if not progress.running:
        return counts, "", failed
    if progress.paused:
        return counts, "Paused", failed
    if not progress.rate:
        return counts, "", failed
    rate = f"{progress.rate:.0f}" if progress.rate >= 10 else f"{progress.rate:.1f}"
    left = f", {duration(progress.left_s)} left" if progress.left_s is not None else ""
    return counts, f"{rate}{NBSP}images/s{left}", failed


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
        return f"{whole // 60}{NBSP}min {whole % 60}{NBSP}s"
    return f"{whole // 3600}{NBSP}h {whole % 3600 // 60}{NBSP}min"


def memory_words(pids: Iterable[int | None]) -> str:
    """Resident memory of this process and others, in MB; empty where it cannot be told."""
    total = 0
    for pid in (os.getpid(), *pids):
        if pid is None:
            continue
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except (OSError, ValueError, IndexError):
            continue
        total += pages * os.sysconf("SC_PAGE_SIZE")
    return f"{total / 1e6:,.0f}{NBSP}MB" if total else ""


def device_words(device: str) -> str:
    """Name the device that computes."""
    if device.startswith("cuda"):
        return "GPU (CUDA)"
    if device.startswith("mps"):
        return "GPU (Metal)"
    cores = os.cpu_count() or 1
    return f"CPU, {cores} core{'' if cores == 1 else 's'}"


def bank_words(about: Mapping[str, Any]) -> str:
    """Name the bank: how many sources, and the beginning of its digest."""
    entries = about.get("entries") or ()
    if not entries:
        return "No bank"
    name = "shipped" if about.get("shipped") else str(about.get("bank"))[:8]
    return f"Bank: {name}, {len(entries)} sources"


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
        ("Version", fpinspect.__version__),
        ("Python", platform.python_version()),
        ("Qt", PySide6.__version__),
        ("System", platform.platform()),
        ("Network", "none: nothing leaves this machine"),
    ]


def missing_words(item: QueueItem) -> str:
    """Say why there are no panels of an image."""
    match item.state:
        case State.FAILED:
            return item.error or "This image could not be read."
        case State.STOPPED:
            return "Stopped before it was inspected. Inspect it again (F5) to see its panels."
    return "Its panels follow when it has been inspected."


def identity_words(item: QueueItem) -> str:
    """Name and shortened hash of an image."""
    digest = item.sha256
    if not digest:
        return item.name
    return f"{item.name}, SHA-256 {digest[:4]} {digest[4:8]} … {digest[-8:-4]} {digest[-4:]}"
