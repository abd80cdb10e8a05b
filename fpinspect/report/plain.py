"""A report as plain data: the JSON ``fpinspect.report/1`` and its schema.

What is signed and attached is this; HTML and PDF say the same in words and pictures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fpinspect.resources import resource

if TYPE_CHECKING:
    from fpinspect.report.model import Report, ReportItem

SCHEMA = "fpinspect.report/1"
"""Schema of the JSON: keys are only ever added."""


def schema() -> dict[str, Any]:
    """Return the published JSON Schema (draft 2020-12) of the JSON."""
    text = resource("report/report.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def content(report: Report) -> dict[str, Any]:
    """Return all of a report but its name and signature, as plain data."""
    return {
        "schema": SCHEMA,
        "created_at": report.created_at,
        "language": report.options.language,
        "form": report.options.form,
        "case": _case(report),
        "selection": {
            "which": report.options.selection,
            "items": len(report.items),
            "left_out": report.left_out,
            "figures": sorted(report.figured),
        },
        "counts": dict(report.counts),
        "items": [_item(item) for item in report.items],
        "custody": _custody(report),
        "engine": _engine(report),
        "hashes": hash_list(report),
    }


def content_sha256(report: Report) -> str:
    """Hash the content: SHA-256 of its JSON with sorted keys and no spaces, ASCII."""
    return hashlib.sha256(_canonical(content(report))).hexdigest()


def document(report: Report) -> dict[str, Any]:
    """Return the JSON document: the content, its name and hash."""
    return {
        "report_id": report.report_id,
        "content_sha256": content_sha256(report),
        **content(report),
    }


def encode(value: Mapping[str, Any]) -> bytes:
    """Encode a document as JSON, indented, ASCII: it survives any editor and mail gateway.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    return json.dumps(value, allow_nan=False, indent=1).encode("ascii") + b"\n"


def check_content(value: Mapping[str, Any]) -> bool:
    """Tell whether a document's content has the hash, and the name, that it gives itself."""
    rest = {k: v for k, v in value.items() if k not in {"report_id", "content_sha256", "signature"}}
    found = hashlib.sha256(_canonical(rest)).hexdigest()
    named = str(value.get("report_id", "")).rpartition("-")[2]
    return value.get("content_sha256") == found and bool(named) and found.startswith(named)


def hash_list(report: Report) -> list[dict[str, Any]]:
    """Return number, path, length and SHA-256 of each file; None for what could not be read."""
    return [
        {
            "number": item.number,
            "path": item.path or str(item.record.get("path", "")),
            "bytes": item.record.get("bytes"),
            "sha256": item.record.get("sha256"),
        }
        for item in report.items
    ]


def _canonical(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def _case(report: Report) -> dict[str, Any]:
    facts = report.facts
    return {
        "file": report.case_file or None,
        "number": facts.number,
        "title": facts.title,
        "examiner": facts.examiner,
        "laboratory": facts.laboratory,
        "notes": facts.notes,
    }


def _item(item: ReportItem) -> dict[str, Any]:
    mark = item.bookmark
    made = item.made_with
    return {
        "number": item.number,
        "case_id": item.case_id,
        "path": item.path or str(item.record.get("path", "")),
        "answer": item.answer,
        "bookmark": None
        if mark is None
        else {"status": str(mark.status), "note": mark.note, "at": mark.at, "by": mark.by},
        "tags": list(item.tags),
        "added_at": item.added_at or None,
        "added_by": item.added_by or None,
        "record_sha256": item.record_sha256 or None,
        "made_with": made.to_dict() if made is not None else None,
        "inspection": dict(item.record),
    }


def _custody(report: Report) -> dict[str, Any] | None:
    chain = report.custody
    if chain is None:
        return None
    return {
        "head": chain.head.hash,
        "records": chain.head.records,
        "at": chain.head.at,
        "problems": list(chain.problems),
        "merged": [
            {"from": name, "head": head.hash, "records": head.records, "at": head.at}
            for name, head in chain.merged
        ],
        "key": chain.key or None,
    }


def _engine(report: Report) -> dict[str, Any]:
    engine = report.engine
    return {
        "version": engine.version,
        "weights": dict(engine.weights),
        "training": dict(engine.training),
        "bank": {
            "digest": engine.bank,
            "name": engine.bank_name,
            "entries": [dict(entry) for entry in engine.entries],
        },
        "error_rates": {
            "bands": [dict(band) for band in engine.bands],
            "evaluation": None
            if engine.evaluation is None
            else {name: dict(row) for name, row in engine.evaluation.items()},
            "evaluation_about": dict(engine.evaluation_about),
        },
    }
