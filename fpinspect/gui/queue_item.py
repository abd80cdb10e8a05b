"""One image of the queue: what is known of it so far."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fpinspect.gui.engine_words import said
from fpinspect.gui.present import opinion, title
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.report.terminal import printable
from fpinspect.wording import number, size_text

_FORMATS = {"WEBP": "WebP", "JXL": "JPEG XL", "HEIF": "HEIC"}


class State(StrEnum):
    """Where an item stands."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    STOPPED = "stopped"


class Mark(StrEnum):
    """What the analyst says of an item."""

    NONE = ""
    TO_CHECK = "To check"
    RELEVANT = "Relevant"
    CLEARED = "Cleared"


_MARK_WORDS = {
    Mark.TO_CHECK: marked("Queue", "To check"),
    Mark.RELEVANT: marked("Queue", "Relevant"),
    Mark.CLEARED: marked("Queue", "Cleared"),
}


def mark_words(mark: Mark) -> str:
    """Put a mark into words; empty for none."""
    return translated("Queue", _MARK_WORDS.get(mark, ""))


@dataclass(slots=True, eq=False)
class QueueItem:
    """A row of the queue; the model alone changes it.

    Attributes
    ----------
    number : int
        In the order of adding; the key of its jobs.
    path : str
        The file.
    named : bool
        Whether the user named it, or a folder held it.
    state : State
        Where it stands.
    stage : str
        What is being done to it, while it is.
    progress : float or None
        0-1, None if unknown.
    record_text : str
        The engine's JSON line: 10,000 of them as dictionaries would take some 100 MB.
    answer, source, log10_lr, strength : str, str, float or None, str
        From the verdict.
    blocked : bool
        A rule forbids an opinion: there is neither a strength nor a source.
    warnings : int
        Flags above ``info``.
    width, height, format, size_bytes, sha256 : int, int, str, int or None, str
        As far as known.
    error : str
        Plain words.
    same_as : str
        Name of the item with the same bytes.
    mark, note : Mark, str
        The analyst's.
    case_id : int or None
        Its number in the case that is open.
    explain : bool
        Measure the frequencies and lags that carry the verdict when it is inspected.
    haystack : str
        What the filter looks in.
    """

    number: int
    path: str
    named: bool = True
    state: State = State.WAITING
    stage: str = ""
    progress: float | None = None
    record_text: str = ""
    answer: str = ""
    source: str = ""
    log10_lr: float | None = None
    strength: str = ""
    blocked: bool = False
    warnings: int = 0
    width: int = 0
    height: int = 0
    format: str = ""
    size_bytes: int | None = None
    sha256: str = ""
    error: str = ""
    same_as: str = ""
    mark: Mark = Mark.NONE
    note: str = ""
    case_id: int | None = None
    explain: bool = False
    haystack: str = ""
    name: str = field(init=False)

    def __post_init__(self) -> None:
        # Control characters in a name would break the line. (os.path: 10,000 of them at once.)
        self.name = printable(os.path.basename(self.path) or self.path)  # noqa: PTH119
        self.refresh_haystack()

    @property
    def record(self) -> dict[str, Any] | None:
        """The engine's JSON line, None before it is there."""
        return json.loads(self.record_text) if self.record_text else None

    @property
    def source_title(self) -> str:
        """Source in short words; empty where none is named."""
        return title(self.source) if self.source else ""

    @property
    def verdict_text(self) -> str:
        """``Generated, SD 1.x``; the reason where there is no verdict."""
        match self.state:
            case State.FAILED:
                return (
                    translate("Queue", "Not read: {error}").format(error=said(self.error))
                    if self.error
                    else translate("Queue", "Not read")
                )
            case State.DUPLICATE:
                return translate("Queue", "Same file as {same_as}").format(same_as=self.same_as)
            case State.STOPPED:
                return translate("Queue", "Stopped")
            case State.WAITING:
                return translate("Queue", "Waiting")
            case State.WORKING:
                return self.stage or translate("Queue", "Inspecting")
        if self.blocked:
            return translate("Verdict", "No opinion")
        word = opinion(self.answer)
        if self.answer == "generated" and self.source == "unknown":
            return translate("Queue", "{word}, unknown").format(word=word)
        if self.answer == "generated" and self.source:
            return f"{word}, {self.source_title}"
        return word

    @property
    def mark_text(self) -> str:
        """What the analyst says of it, in words; empty for nothing."""
        return mark_words(self.mark)

    @property
    def lr_text(self) -> str:
        """log10 LR with its sign, one digit; empty where there is none."""
        if self.log10_lr is None or self.state is not State.DONE:
            return ""
        return number(self.log10_lr, 1, sign=True)

    @property
    def facts_text(self) -> str:
        """``512 × 512 PNG``; of a file that was not read, its ending and length."""
        if self.state is State.FAILED and not self.format:
            length = size_text(self.size_bytes) if self.size_bytes else ""
            ending = os.path.splitext(self.name)[1].removeprefix(".").upper()  # noqa: PTH122
            return ", ".join(part for part in (ending, length) if part)
        size = f"{self.width} × {self.height}" if self.width else ""
        return " ".join(part for part in (size, _FORMATS.get(self.format, self.format)) if part)

    def move(self, path: str) -> None:
        """Be the same file in another place."""
        self.path = path
        self.__post_init__()

    def take(self, record: Mapping[str, Any], text: str) -> None:
        """Fill in what the engine found."""
        self.record_text = text
        self.sha256 = record.get("sha256") or self.sha256
        self.size_bytes = record.get("bytes") or self.size_bytes
        image = record.get("image") or {}
        self.width = image.get("width", self.width)
        self.height = image.get("height", self.height)
        self.format = image.get("format", self.format)
        flags = record.get("applicability") or ()
        self.warnings = sum(flag["severity"] != "info" for flag in flags)
        self.blocked = any(flag["severity"] == "blocking" for flag in flags)
        verdict = record.get("verdict")
        self.stage, self.progress, self.same_as = "", None, ""
        if record["status"] == "ok" and verdict:
            self.state, self.error = State.DONE, ""
            self.answer, self.source = verdict["answer"], verdict["source"]
            self.log10_lr, self.strength = verdict["log10_lr"], verdict["strength"]
            if self.blocked:
                self.source, self.log10_lr, self.strength = "", None, ""
        else:
            self.state, self.error = State.FAILED, str(record.get("error") or "")
            self.clear_verdict()
        self.refresh_haystack()

    def clear_verdict(self) -> None:
        """Forget the verdict."""
        self.answer, self.source, self.log10_lr, self.strength = "", "", None, ""
        self.blocked = False

    def refresh_haystack(self) -> None:
        """Note what the filter looks in."""
        parts = (self.path, self.format, self.verdict_text, self.mark_text, self.note)
        self.haystack = "\n".join(parts).casefold()
