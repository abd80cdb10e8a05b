"""The check of a report: its signature, its own hash, and the files that it lists."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fpinspect.batch.case.audit import canonical
from fpinspect.batch.case.items import file_size, hash_file
from fpinspect.batch.proof.attached import Attached
from fpinspect.batch.proof.findings import Finding, fail, note, ok
from fpinspect.batch.proof.signing import (
    SigningError,
    check_signature,
    find_key,
    grouped,
)

MOST_NAMED = 20


def check_report(
    report: Attached, *, key: str = "", folders: Sequence[str] = ()
) -> Iterator[Finding]:
    """Check a report.

    Parameters
    ----------
    report : Attached
        From `read_report`.
    key : str
        Fingerprint of the key that must have signed it, at least 16 hex digits, spaces ignored.
    folders : sequence of str
        Where listed files are looked for by their hash, beside the path that is listed.

    Yields
    ------
    Finding
        One after the other.
    """
    yield from check_data(report, key=key)
    yield from _files(report.document, folders)
    if report.kind != "JSON":
        yield note(f"what was checked is the JSON inside the {report.kind}, not how its pages look")


def check_data(report: Attached, *, key: str = "") -> Iterator[Finding]:
    """Check a report's signature and its own hash alone; see `check_report`."""
    yield from _signature(report.document, key)
    yield from _content(report.document)


def printed_head(document: Mapping[str, Any]) -> str:
    """Return the head of the audit chain that a report prints; empty if it has none."""
    custody = document.get("custody")
    return str(custody.get("head") or "") if isinstance(custody, Mapping) else ""


def _signature(document: Mapping[str, Any], key: str) -> Iterator[Finding]:
    wanted = "".join(key.split()).lower()
    check = check_signature(document)
    if not check.signed:
        words = "not signed: whoever has the file could have changed anything in it"
        yield fail(words) if wanted else note(words)
        return
    for problem in check.problems:
        yield fail(f"signature: {problem}")
    if not check.ok:
        return
    who = f"“{check.name}”, key {grouped(check.key)}, {check.signed_at}"
    yield ok(f"signature: report and hash list are as they were signed by {who}")
    if wanted:
        same = check.key.startswith(wanted)
        yield (
            ok("signature: it is the key that was asked for")
            if same
            else fail("signature: it is another key than the one that was asked for")
        )
        return
    try:
        mine = find_key()
    except SigningError:
        mine = None
    if mine and mine.fingerprint == check.key:
        yield ok("signature: it is this laboratory's own key")
    else:
        yield note("compare the key's digits with those that the laboratory tells, or use --key")


def _content(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Check the hash that a report gives its own content, and its name, which is made of it."""
    stated = document.get("content_sha256")
    if stated is None:
        return
    apart = {"report_id", "content_sha256", "signature"}
    try:
        found = hashlib.sha256(
            canonical({name: value for name, value in document.items() if name not in apart})
        ).hexdigest()
    except ValueError:
        found = ""
    named = str(document.get("report_id", "")).rpartition("-")[2]
    if found == stated and named and found.startswith(named):
        yield ok(f"content: its hash is that of report {document.get('report_id')}")
    else:
        yield fail("content: the report does not have the hash that it gives itself")


def _files(document: Mapping[str, Any], folders: Sequence[str]) -> Iterator[Finding]:
    listed = [one for one in document.get("hashes") or () if isinstance(one, Mapping)]
    hashed = [one for one in listed if isinstance(one.get("sha256"), str)]
    elsewhere = _by_hash(folders, {one.get("bytes") for one in hashed})
    same, missing = 0, []
    for one in hashed:
        path = str(one.get("path", ""))
        found = hash_file(path)[0] if file_size(path) is not None else None
        if one["sha256"] in (found, *elsewhere):
            same += 1
        elif found is None:
            missing.append(path)
        else:
            yield fail(f"{path} has changed since the report")
    if same:
        yield ok(f"files: {same:,} of {len(listed):,} are those that the report lists")
    if missing:
        shown = "; ".join(missing[:MOST_NAMED])
        more = f" and {len(missing) - MOST_NAMED:,} more" if len(missing) > MOST_NAMED else ""
        yield note(f"files: {len(missing):,} are not there and were not checked: {shown}{more}")
    if len(hashed) < len(listed):
        yield note(f"files: {len(listed) - len(hashed):,} had no hash when the report was made")


def _by_hash(folders: Sequence[str], sizes: set[Any]) -> set[str]:
    """Hash the files of folders whose length is one of those wanted."""
    found = set()
    for folder in folders:
        for place, _, names in os.walk(folder):
            for path in (str(Path(place, name)) for name in names):
                if file_size(path) in sizes:
                    found.add(hash_file(path)[0] or "")
    return found - {""}
