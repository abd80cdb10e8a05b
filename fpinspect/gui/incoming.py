"""What is dropped or pasted: files by URL, or by lines of text."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData


def paths_in(mime: QMimeData) -> list[str]:
    """Local files of what was dropped or pasted: URLs, or lines of text that are paths."""
    if mime.hasUrls():
        return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    if not mime.hasText():
        return []
    lines = [line.strip().strip("\"'") for line in mime.text().splitlines()[:10_000]]
    return [line for line in lines if line and len(line) < 4096 and _exists(line)]


def _exists(path: str) -> bool:
    try:
        return Path(path).is_absolute() and Path(path).exists()
    except (OSError, ValueError):
        return False
