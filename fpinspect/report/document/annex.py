"""What another laboratory needs to repeat the results: parameters, versions, hashes, the chain."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fpinspect.report.document.blocks import (
    Block,
    Bullets,
    Column,
    Facts,
    Heading,
    Section,
    Table,
    Text,
)
from fpinspect.report.document.drawings import shortened
from fpinspect.wording import grouped, moment

if TYPE_CHECKING:
    from fpinspect.batch.case.values import MadeWith
    from fpinspect.report.i18n import Words
    from fpinspect.report.model import Report

MOST_NAME = 96
"""Longer names are cut in the middle in the list of hashes; the JSON has them whole."""


def versions(report: Report, _: Words) -> Section:
    """Return parameters, versions, weights and bank."""
    engine = report.engine
    blocks: list[Block] = [
        Heading(_("Parameters and versions"), 1, "versions", outline=True, new_page=True),
        Text(
            _(
                "With the same files, version, weights, bank and parameters, fpinspect gives the "
                "same numbers; fpinspect verify --recompute compares."
            )
        ),
    ]
    sets = _sets(report)
    for index, ((made, bank), numbers) in enumerate(sets, 1):
        if len(sets) > 1:
            title = _("Set {n}: items {items}").format(n=index, items=_ranges(numbers))
            blocks.append(Heading(title, 2))
        blocks += _made_with(made, bank, _)
    used = {
        json.dumps(dict(i.made_with.weights), sort_keys=True) for i in report.items if i.made_with
    }
    if engine.weights and used != {json.dumps(dict(engine.weights), sort_keys=True)}:
        rows = tuple((name, digest) for name, digest in engine.weights.items())
        blocks += [
            Heading(_("Weights behind the error rates printed here (SHA-256)"), 2),
            Facts(rows, mono=frozenset(engine.weights)),
        ]
    blocks += _bank(report, _)
    if engine.training:
        rows = tuple((k.replace("_", " "), _plain(v)) for k, v in engine.training.items())
        blocks += [Heading(_("How the weights were made"), 2), Facts(rows, _hashes(rows))]
    return Section("versions", _("Parameters and versions"), tuple(blocks))


def _sets(report: Report) -> list[tuple[tuple[MadeWith | None, str], list[int]]]:
    """Group the items by what they were made with."""
    found: dict[str, tuple[tuple[MadeWith | None, str], list[int]]] = {}
    for item in report.items:
        made, bank = item.made_with, str(item.record.get("bank") or "")
        plain = made.to_dict() if made is not None else {"hash": item.record.get("params_hash")}
        key = json.dumps([plain, bank], sort_keys=True, default=str)
        found.setdefault(key, ((made, bank), []))[1].append(item.number)
    return list(found.values())


def _ranges(numbers: list[int]) -> str:
    """Write a sorted list of numbers as ranges.

    Examples
    --------
    >>> _ranges([1, 2, 3, 7, 9, 10])
    '1–3, 7, 9–10'
    """
    parts: list[list[int]] = []
    for n in numbers:
        if parts and n == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], n]
        else:
            parts.append([n])
    return ", ".join("–".join(map(str, part)) for part in parts)


def _made_with(made: MadeWith | None, bank: str, _: Words) -> list[Block]:
    if made is None:
        return [Text(_("The case does not say what these results were made with."), "warning")]
    rows = [(name.replace("_", " "), _plain(value)) for name, value in made.params.items()]
    versions_ = tuple((name, str(value)) for name, value in made.versions.items() if value)
    blocks: list[Block] = [
        Heading(_("Parameters"), 2),
        Facts(tuple(rows)),
        Heading(_("Software and machine"), 2),
        Facts(versions_),
    ]
    weights = tuple((name, digest) for name, digest in made.weights.items())
    hashes = ((_("Bank"), bank), *weights) if bank else weights
    blocks += [
        Heading(_("Bank and weights used (SHA-256)"), 2),
        Facts(hashes, mono=frozenset(name for name, _digest in hashes)),
    ]
    return blocks


def _hashes(rows: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Return the names of the rows that hold a SHA-256."""
    return frozenset(name for name, value in rows if re.fullmatch("[0-9a-f]{64}", value))


def _plain(value: object) -> str:
    """Write a parameter: the names and values of a group one after the other."""
    if isinstance(value, Mapping):
        return ", ".join(f"{str(k).replace('_', ' ')} {v}" for k, v in value.items())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _bank(report: Report, _: Words) -> list[Block]:
    engine = report.engine
    if not engine.entries:
        return []
    columns = (
        Column(_("Label"), share=0.9),
        Column(_("Title"), share=1.6),
        Column(_("images"), "right", 0.6),
        Column("SHA-256", share=4.0, mono=True),
    )
    rows = tuple(
        (str(e["label"]), str(e["title"]), f"{e['images']:,}", str(e["sha256"]))
        for e in engine.entries
    )
    used = {str(i.record.get("bank")) for i in report.items if i.record.get("bank")}
    blocks: list[Block] = [
        Heading(_("Fingerprints shown as references"), 2),
        Facts(
            ((_("Bank"), engine.bank_name), (_("Digest"), engine.bank)), frozenset({_("Digest")})
        ),
        Table(columns, rows, small=True),
    ]
    if used and used != {engine.bank}:
        blocks.append(
            Text(
                _(
                    "Some items were compared with another bank than the one whose fingerprints "
                    "are shown; their matches are those of their own."
                ),
                "warning",
            )
        )
    return blocks


def hashes(report: Report, _: Words) -> Section:
    """Return the list of files with their hashes."""
    columns = (
        Column(_("No."), "right", 0.4),
        Column(_("File"), share=2.2),
        Column(_("bytes"), "right", 0.8),
        Column("SHA-256", share=4.4, mono=True),
    )
    rows = tuple(
        (
            f"{item.number}",
            shortened(item.name, MOST_NAME),
            f"{item.record['bytes']:,}" if isinstance(item.record.get("bytes"), int) else "–",
            str(item.record.get("sha256") or _("not read")),
        )
        for item in report.items
    )
    return Section(
        "hashes",
        _("Files and hashes"),
        (
            Heading(
                _("Files and hashes"), 1, "hashes", outline=True, new_page=len(report.items) > 20
            ),
            Text(
                _(
                    "SHA-256 of the very bytes that were inspected. Whole paths are in the JSON of "
                    "this report and, in the full form, on the page of each item."
                )
            ),
            Table(columns, rows, small=True),
        ),
    )


def custody(report: Report, _: Words) -> Section:
    """Return the state of the audit chain, and what it can and cannot prove."""
    blocks: list[Block] = [Heading(_("Custody"), 1, "custody", outline=True)]
    chain = report.custody
    if chain is None:
        blocks.append(
            Text(
                _(
                    "This report was made straight from files, without a case: there is no audit "
                    "chain. The hashes above identify what was inspected; nothing here shows who "
                    "had the files before or since."
                )
            )
        )
        return Section("custody", _("Custody"), tuple(blocks))
    rows = [
        (_("Head of the chain"), grouped(chain.head.hash)),
        (_("Records"), f"{chain.head.records:,}"),
        (_("Last record"), moment(chain.head.at)),
        (_("Signed"), chain.key or _("no: this laboratory has no key set")),
    ]
    blocks.append(Facts(tuple(rows), mono=frozenset({_("Head of the chain")})))
    if chain.problems:
        blocks.append(Text(_("The chain does not hold:"), "warning"))
        blocks.append(Bullets(chain.problems))
    else:
        blocks.append(
            Text(_("When this report was made, each record followed from the one before."))
        )
    for name, head in chain.merged:
        blocks.append(
            Text(
                _("Merged: {name}, {n} records, head {head}").format(
                    name=name, n=f"{head.records:,}", head=grouped(head.hash)
                ),
                "small",
            )
        )
    blocks += [
        Heading(_("What the chain proves"), 2),
        Bullets(_proofs(bool(chain.key), _)),
    ]
    return Section("custody", _("Custody"), tuple(blocks))


def chain_limit(_: Words) -> str:
    """Say what a chain without a key is worth."""
    return _(
        "Every action is a record whose hash covers the one before. Without a key this proves "
        "nothing against whoever holds the case file: all of it can be made anew."
    )


def _proofs(signed: bool, _: Words) -> tuple[str, ...]:
    made_anew = chain_limit(_)
    printed = _(
        "The head printed here, kept apart from the case, shows later whether records were "
        "removed, changed or cut off since: fpinspect verify CASE --head HEAD."
    )
    clock = _(
        "Times are those of the machine's clock, names those of its accounts; the chain does not "
        "check either."
    )
    if signed:
        key = _(
            "The JSON of this report and its hash list are signed with the laboratory's key: "
            "fpinspect verify REPORT checks that they are unchanged since. What the signature is "
            "worth depends on how the key is kept."
        )
        return (made_anew, printed, key, clock)
    return (made_anew, printed, clock)
