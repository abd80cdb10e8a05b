"""Files or a case to a `Report`: what is known is collected, nothing is worded."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import fpinspect
from fpinspect.batch.case.values import Facts
from fpinspect.report.model import EngineFacts, Options, Report, ReportItem
from fpinspect.resources import resource

if TYPE_CHECKING:
    from fpinspect.batch.case.arrays import StoredArrays
    from fpinspect.fingerprint.bank import Bank
    from fpinspect.params import InspectionParams

_ROW = ("auc", "attribution")


def engine_facts(bank: Bank | None = None, *, bank_name: str = "shipped") -> EngineFacts:
    """Collect what the results rest on, from the shipped files and a bank.

    Parameters
    ----------
    bank : Bank, optional
        Whose fingerprints are shown.
    bank_name : str
        ``shipped`` or its folder.

    Raises
    ------
    FileNotFoundError
        If the shipped weights are missing.
    """
    from fpinspect.batch.case.made_with import weights

    settings = json.loads(resource("weights/verdict.json").read_text("utf-8"))
    rows, about = evaluation()
    return EngineFacts(
        version=fpinspect.__version__,
        bands=tuple(settings.get("bands") or ()),
        weights=weights(),
        training=settings.get("training") or {},
        evaluation=rows,
        evaluation_about=about,
        bank="" if bank is None else bank.digest,
        bank_name=bank_name,
        entries=() if bank is None else tuple(_entry(e) for e in bank.entries.values()),
    )


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "label": entry.label,
        "title": entry.title,
        "kind": entry.info.kind,
        "images": max(entry.info.images.values()),
        "groups": entry.info.groups,
        "sha256": entry.sha256,
    }


def evaluation() -> tuple[Mapping[str, Mapping[str, Any]] | None, Mapping[str, Any]]:
    """Read the shipped evaluation, ``resources/report/evaluation.json``.

    It is what ``python -m fpinspect.lab.evaluate --json`` writes: the name of each handling to
    its figures. Whatever else stands beside the rows is taken for what it says about itself.

    Returns
    -------
    rows : mapping or None
        Handling to figures (``attribution``, ``auc``, ``tpr5``, ``tpr1``, ``recall``, ``n``);
        None if the file does not ship or has no such row.
    about : mapping
        The rest.
    """
    try:
        found = json.loads(resource("report/evaluation.json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None, {}
    return split_evaluation(found)


def split_evaluation(
    found: Any,
) -> tuple[Mapping[str, Mapping[str, Any]] | None, Mapping[str, Any]]:
    """Tell the rows of an evaluation from what it says about itself; see `evaluation`."""
    if not isinstance(found, Mapping):
        return None, {}
    rows = {k: _finite(v) for k, v in found.items() if _is_row(v)}
    rest = {k: v for k, v in found.items() if k not in rows}
    if not rows:
        for key, inner in found.items():
            if isinstance(inner, Mapping):
                deeper, _ = split_evaluation(inner)
                if deeper:
                    return deeper, {k: v for k, v in rest.items() if k != key}
        return None, rest
    return rows, rest


def _is_row(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(value.get(k), int | float) for k in _ROW)


def _finite(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose numbers can stand in JSON: NaN (no such image) becomes None."""
    return {key: _finite_value(value) for key, value in row.items()}


def _finite_value(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_finite_value(each) for each in value]
    return _finite(value) if isinstance(value, Mapping) else value


def from_records(
    records: Iterable[Mapping[str, Any]],
    *,
    params: InspectionParams,
    bank: Bank | None = None,
    bank_name: str = "shipped",
    facts: Facts | None = None,
    options: Options | None = None,
    device: str = "cpu",
    not_images: str = "",
) -> Report:
    """Make a report of inspections; pictures are drawn from the files, which must still be there.

    Parameters
    ----------
    records : iterable of mapping
        JSON lines, ``Inspection.to_dict()`` or error records.
    params : InspectionParams
        What they were made with.
    bank : Bank, optional
        What they were compared with.
    bank_name : str
        ``shipped`` or its folder.
    facts : Facts, optional
        Title, examiner and so on.
    options : Options, optional
        How it is to look.
    device : str
        Where they were computed.
    not_images : str
        What was found beside images, in words.
    """
    from fpinspect.batch.case.made_with import made_with

    made = made_with(params, device=device)
    items = tuple(
        ReportItem(
            number=number,
            record=record,
            path=str(record.get("path", "")),
            arrays=_Measured(record, params, device),
            made_with=made,
        )
        for number, record in enumerate(records, 1)
    )
    return Report(
        items=items,
        engine=engine_facts(bank, bank_name=bank_name),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        facts=facts or Facts(),
        options=options or Options(),
        bank=bank,
        not_images=not_images,
    )


class _Measured:
    """Measures an item when it is drawn first; the second format draws the same arrays."""

    def __init__(self, record: Mapping[str, Any], params: InspectionParams, device: str) -> None:
        self._record, self._params, self._device = record, params, device
        self._held: StoredArrays | None = None

    def __call__(self) -> StoredArrays | None:
        from fpinspect.batch.case.measure import measure_file

        record = self._record
        if self._held is None and record.get("status") == "ok":
            self._held = measure_file(
                str(record["path"]),
                str(record["sha256"]),
                params=self._params,
                device=self._device,
            )
        return self._held
