"""What the window remembers: one JSON file, written whole, set aside when it is broken."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths

from fpinspect.gui.translation import translate

_log = logging.getLogger(__name__)

SCHEMA = 1
RECENT = 10


@dataclass(slots=True)
class Settings:
    """Layout, theme and defaults.

    Attributes
    ----------
    theme : str
        ``system``, ``dark`` or ``light``.
    geometry : str
        Of the window, as Qt gives it, base64.
    splitters : dict of str to list of int
        Sizes of the panes of each splitter.
    hidden_panes : list of str
        Panes that were closed.
    queue_columns : list of str
        Columns of the queue shown beside the first.
    recent : list of str
        Files and folders, newest first.
    options : dict
        What the analyst chose to see (`viewoptions.ViewOptions` as plain data).
    denoiser : str
        Denoiser whose residual is shown.
    jobs : int
        Engines that inspect at a time; 0: by the machine.
    last_folder : str
        Where the file dialogs begin.
    examiner, laboratory : str
        As typed last for a case or a report.
    language : str
        Of the window's words: ``en``, or one that has been translated.
    """

    theme: str = "system"
    geometry: str = ""
    splitters: dict[str, list[int]] = field(default_factory=dict)
    hidden_panes: list[str] = field(default_factory=list)
    queue_columns: list[str] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    denoiser: str = "wavelet"
    jobs: int = 0
    last_folder: str = ""
    examiner: str = ""
    laboratory: str = ""
    language: str = "en"

    def remember(self, path: str) -> None:
        """Put a path first among the recent ones."""
        self.recent = [path, *(old for old in self.recent if old != path)][:RECENT]


def settings_file() -> Path:
    """Where the settings lie: the configuration folder of the user's system."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(base) / "fpinspect" / "window.json"


def data_folder() -> Path:
    """Folder for what the user pasted; made if missing."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    folder = Path(base) / "fpinspect"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def load(path: Path) -> tuple[Settings, str]:
    """Read the settings; a file that cannot be read is set aside, not overwritten.

    Parameters
    ----------
    path : pathlib.Path
        See `settings_file`; may be missing.

    Returns
    -------
    Settings
        What was stored, defaults for the rest.
    str
        What happened, in plain words; empty if nothing did.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, UnicodeDecodeError) as error:
        return Settings(), _set_aside(path, str(error))
    try:
        return _parse(json.loads(text)), ""
    except (ValueError, TypeError) as error:
        return Settings(), _set_aside(path, str(error))


def save(settings: Settings, path: Path) -> str:
    """Write the settings: a new file beside the old one, then put in its place.

    Returns
    -------
    str
        Why it failed, in plain words; empty if it did not.
    """
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps({"schema": SCHEMA, **asdict(settings)}, indent=1), "utf-8")
        beside.replace(path)
    except OSError as error:
        _log.warning("settings not saved: %s", error)
        return translate("Window", "The settings could not be saved: {strerror}.").format(
            strerror=error.strerror or error
        )
    return ""


def _parse(stored: Any) -> Settings:
    if not isinstance(stored, dict):
        raise TypeError("not an object")
    if stored.get("schema") != SCHEMA:
        raise ValueError(f"schema {stored.get('schema')!r} is not {SCHEMA}")
    made = Settings()
    for entry in fields(Settings):
        value = stored.get(entry.name, getattr(made, entry.name))
        if type(value) is not type(getattr(made, entry.name)):
            raise TypeError(f"{entry.name} is of the wrong kind")
        setattr(made, entry.name, value)
    _check_inside(made)
    return made


def _check_inside(made: Settings) -> None:
    for name in ("hidden_panes", "queue_columns", "recent"):
        if not all(isinstance(part, str) for part in getattr(made, name)):
            raise TypeError(f"{name} holds something that is no text")
    for sizes in made.splitters.values():
        if not isinstance(sizes, list) or not all(isinstance(n, int) for n in sizes):
            raise TypeError("splitters holds something that is no list of sizes")


def _set_aside(path: Path, reason: str) -> str:
    _log.warning("settings not read: %s", reason)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.broken-{stamp}")
    try:
        path.replace(aside)
    except OSError as error:
        return translate(
            "Window", "The settings could not be read, nor set aside ({strerror})."
        ).format(strerror=error.strerror or error)
    return translate(
        "Window", "The settings could not be read and were set aside as {name}."
    ).format(name=aside.name)
