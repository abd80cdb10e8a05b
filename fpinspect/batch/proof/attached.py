"""A report read back: its JSON, from the JSON file itself, the HTML or the PDF."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_BYTES = 300_000_000
SCHEMA = "fpinspect.report/"
_DATA_LINK = re.compile(rb"""href=["']data:application/json;base64,([A-Za-z0-9+/=\s]+)["']""")


class ReportFileError(Exception):
    """A file is no report that can be read; ``str(error)`` is plain words."""


@dataclass(frozen=True, slots=True, eq=False)
class Attached:
    """The JSON of a report.

    Attributes
    ----------
    document : dict
        ``fpinspect.report/1``. Nothing in it is trusted.
    kind : str
        ``JSON``, ``HTML`` or ``PDF``.
    """

    document: dict[str, Any]
    kind: str


def is_report(path: Path) -> bool:
    """Tell whether a file looks like a report: JSON, HTML or PDF by its first bytes."""
    try:
        with path.open("rb") as stream:
            head = stream.read(1024)
    except OSError:
        return False
    return bool(_kind(head))


def read_report(path: Path) -> Attached:
    """Find the JSON of a report.

    Parameters
    ----------
    path : pathlib.Path
        The JSON file; the HTML, which links to it as a ``data:`` address; or the PDF, which has it
        attached.

    Raises
    ------
    ReportFileError
        If the file is no report.
    """
    try:
        if path.is_dir():
            raise ReportFileError(f"{path} is a folder")
        if path.stat().st_size > MOST_BYTES:
            raise ReportFileError(f"{path} is larger than any report")
        data = path.read_bytes()
    except FileNotFoundError:
        raise ReportFileError(f"there is no file {path}") from None
    except OSError as error:
        raise ReportFileError(f"{path} cannot be read: {error.strerror or error}") from error
    kind = _kind(data[:1024])
    parts = [data] if kind == "JSON" else []
    if kind in {"HTML", "PDF"}:
        parts = _from_html(data) if kind == "HTML" else _from_pdf(data)
    documents = [d for d in map(_parsed, parts) if d is not None]
    if not documents:
        article = "an" if kind == "HTML" else "a"
        empty = f"{article} {kind} file without the JSON of a report"
        words = empty if kind else "no case and no report"
        raise ReportFileError(f"{path} is {words}")
    if any(d != documents[0] for d in documents):
        raise ReportFileError(f"{path} holds several reports that differ: it was tampered with")
    return Attached(documents[0], kind)


def _kind(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"%pdf-" in head.lower():
        return "PDF"
    if start.startswith((b"<!doctype html", b"<html", b"<!--")):
        return "HTML"
    return "JSON" if start.startswith(b"{") else ""


def _parsed(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict) and str(value.get("schema", "")).startswith(SCHEMA):
        return value
    return None


def _from_html(data: bytes) -> list[bytes]:
    parts = []
    for match in _DATA_LINK.finditer(data):
        try:
            parts.append(base64.b64decode(match.group(1)))
        except binascii.Error:
            continue
    return parts


def _from_pdf(data: bytes) -> list[bytes]:
    import io

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    parts: list[bytes] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pypdf's remarks on odd files
            attachments = PdfReader(io.BytesIO(data)).attachments
            for name in attachments:
                parts += [bytes(part) for part in attachments[name]]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return []
    return parts
