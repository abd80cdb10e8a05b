"""Write a report, in the engine's process: it has the bank and can measure what is drawn."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fpinspect.gui.engine import CancelledError, EngineError
from fpinspect.gui.engine_server import Context
from fpinspect.gui.translation import translate

if TYPE_CHECKING:
    from fpinspect.batch.case.arrays import StoredArrays
    from fpinspect.gui.engine_ops import Rooms
    from fpinspect.params import InspectionParams
    from fpinspect.report.model import Options, Report, ReportItem

Sign = Callable[[dict[str, object]], dict[str, object]]


def write(rooms: Rooms, payload: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Write a report of items of the queue, or of the case that is open in the window.

    Parameters
    ----------
    rooms : Rooms
        Bank and device.
    payload : mapping
        ``path``, ``format``, ``form``, ``figures``, ``selection``, ``language``, ``facts``;
        ``case`` (file, or empty) with ``ids``; ``records`` (JSON texts), ``params``, ``bank``.
    context : Context
        Told of each item, and asked whether to go on.

    Returns
    -------
    dict
        ``path``, and ``log``: what the case's audit chain is to say of it.
    """
    from fpinspect.batch.case.values import CaseError
    from fpinspect.report.i18n import SOURCE_LANGUAGE, languages
    from fpinspect.report.model import Cancelled, Options, ReportError
    from fpinspect.report.writer import write as write_report

    _refuse_evidence(payload)
    wanted = payload.get("language", "")
    options = Options(
        form=payload["form"],
        figures=payload["figures"],
        selection=payload["selection"],
        # The window may speak a language that reports have not been translated to.
        language=wanted if wanted in languages() else SOURCE_LANGUAGE,
    )
    name, sign = _key()
    with ExitStack() as held:
        try:
            report = _gather(rooms, payload, options, name, held)
            written = write_report(
                report, **{payload["format"]: payload["path"]}, progress=context, sign=sign
            )
        except Cancelled as error:
            raise CancelledError from error
        except (ReportError, CaseError) as error:
            words = str(error)
            raise EngineError(f"{words[:1].upper()}{words[1:].rstrip('.')}.") from error
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
    log: dict[str, Any] = {"report": report.report_id, "items": len(report.items), "files": hashes}
    if report.custody is not None:
        log["head"] = report.custody.head.hash
    return {"path": str(written[0]), "log": log}


def _gather(
    rooms: Rooms, payload: Mapping[str, Any], options: Options, key: str, held: ExitStack
) -> Report:
    from fpinspect.batch.case.store import Case
    from fpinspect.batch.case.values import Facts
    from fpinspect.params import InspectionParams
    from fpinspect.report.from_case import from_case
    from fpinspect.report.gather import from_records

    bank_name, params = payload["bank"] or "shipped", InspectionParams(**payload["params"])
    stored = [number for number in payload["ids"] if number is not None]
    if payload["case"] and len(stored) == len(payload["records"]):
        case = held.enter_context(Case.open(payload["case"], read_only=True))
        which = payload["selection"] if payload["selection"] == "bookmarked" else stored
        report = from_case(
            case, which=which, bank=rooms.bank, bank_name=bank_name, options=options, key=key
        )
        items = tuple(
            replace(item, arrays=partial(_arrays, item, params, rooms.device))
            for item in report.items
        )
        return replace(report, items=items)
    return from_records(
        [json.loads(text) for text in payload["records"]],
        params=params,
        bank=rooms.bank,
        bank_name=bank_name,
        facts=Facts(**payload["facts"]),
        options=options,
        device=rooms.device,
    )


def _arrays(item: ReportItem, params: InspectionParams, device: str) -> StoredArrays | None:
    """Return what the case stores of an image; what was inspected before it, measured anew."""
    from fpinspect.batch.case.measure import measure_file

    stored = item.arrays()
    if stored is not None or item.failed:
        return stored
    sha256 = str(item.record["sha256"])
    return measure_file(item.path, sha256, params=params, device=device)


def _key() -> tuple[str, Sign | None]:
    """Return name and use of the laboratory's key, if there is one."""
    from fpinspect.batch.proof.signing import SigningError, find_key, sign_report

    try:
        key = find_key()
    except SigningError as error:
        raise EngineError(
            translate("Report", "The report cannot be signed: {error}").format(error=error)
        ) from error
    return ("", None) if key is None else (key.title, partial(sign_report, key=key))


def _refuse_evidence(payload: Mapping[str, Any]) -> None:
    """Refuse to write over an image that is reported, or over the case."""
    target = payload["path"]
    sources = [json.loads(text)["path"] for text in payload["records"]]
    for path in filter(None, (*sources, payload["case"])):
        # Hostile text: no Path yet.
        both = os.path.exists(target) and os.path.exists(path)  # noqa: PTH110
        if both and os.path.samefile(path, target):  # noqa: PTH121
            raise EngineError(
                translate("Report", "{target} is to be reported: write to another file.").format(
                    target=target
                )
            )
