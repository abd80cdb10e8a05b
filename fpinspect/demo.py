"""``fpinspect demo``: the engine at work on material that ships with fpinspect.

The exhibits are the two photographs of scikit-learn and scenes drawn by code, each as it is and as
passed through a small generator of our own (`fpinspect.lab.train_demo_generator`). That generator
is enrolled first, from other scenes, as anybody would enrol one. Nothing of the outcome is written
down here: the verdicts are whatever the engine says.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from rich.table import Table
    from rich.text import Text

    from fpinspect.fingerprint.bank import Bank

LABEL = "demo-generator"
TITLE = "Demo generator (up-convolution autoencoder)"
ENROLMENT_IMAGES = 32
OK, USAGE, SOME_FAILED = 0, 2, 3
_SCENE_SEED = 4
_SCENE_SHAPE = (512, 512)
# Neither the training's seeds nor the exhibits'.
_ENROLMENT_SEED = 2000
_ENROLMENT_SHAPE = (256, 256)
_WIDTH = 128
_GENERATED = "generated"
_MATCH = f"Match with\n{LABEL}"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of the demo.

    Attributes
    ----------
    name : str
        File name.
    origin : str
        Where it comes from, in plain words.
    """

    name: str
    origin: str


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser; imports nothing heavy."""
    parser = subparsers.add_parser(
        "demo",
        help="inspect material that ships with fpinspect",
        description="Inspect two photographs and four scenes drawn by code, each as it is and as "
        "passed through a small generator of our own, which is enrolled as demo-generator. Works "
        "offline.",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="keep exhibits, bank and results in this folder (default: a temporary one)",
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda", "mps"),
        default="auto",
        help="where to compute (default: auto, the graphics card if there is a usable one)",
    )
    parser.set_defaults(run=run)


def build_exhibits(out: Path) -> list[Path]:
    """Write the exhibits into a folder.

    Parameters
    ----------
    out : pathlib.Path
        The folder; made if it does not exist. Files of the same names are replaced.

    Returns
    -------
    list of pathlib.Path
        Each original followed by what the generator made of it.

    Raises
    ------
    FileNotFoundError
        If scikit-learn's photographs or the generator's weights are missing.
    """
    return [out / exhibit.name for exhibit in _write_exhibits(out)]


def demo_bank() -> Bank:
    """Return the bank that ships with fpinspect and, enrolled in it, `demo-generator`.

    The entry is built here, in a few seconds, from scenes that are neither exhibits nor training
    material of the generator.

    Raises
    ------
    FileNotFoundError
        If the generator's weights are missing.
    BankError
        If the shipped bank is missing or broken.
    """
    from hashlib import sha256

    from fpinspect.fingerprint.bank import Bank
    from fpinspect.fingerprint.enrol import Enrolled, make_entry
    from fpinspect.lab.demo_scenes import Scene, scene
    from fpinspect.lab.train_demo_generator import generate, load_generator
    from fpinspect.signal.residual import separate

    bank, model, kinds = Bank.load(), load_generator(), list(Scene)
    enrolled = Enrolled()
    for index in range(ENROLMENT_IMAGES):
        codes = scene(kinds[index % len(kinds)], _ENROLMENT_SEED + index, _ENROLMENT_SHAPE)
        drawn = generate(model, codes)
        planes = drawn.transpose(2, 0, 1).astype("float32")
        residual, denoised = separate(planes, denoiser=bank.denoiser)
        enrolled.sums.add(residual, denoised)
        enrolled.hashes.append(sha256(drawn.tobytes()).hexdigest())
        enrolled.history["none"] += 1
    entry = make_entry(
        enrolled,
        label=LABEL,
        title=TITLE,
        photographs=bank.photographs,
        denoiser=bank.denoiser,
        note="Made by fpinspect demo from scenes drawn by code: a demonstration.",
    )
    return bank.with_entry(entry, replace=True)


def run(args: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    args : argparse.Namespace
        As parsed by `add_parser`'s parser.

    Returns
    -------
    int
        Exit status: 0 fine, 2 it could not run, 3 an exhibit failed.
    """
    from fpinspect.batch.pool import limit_threads

    limit_threads()  # before anything below loads torch
    from fpinspect.batch.local import EngineStartError
    from fpinspect.fingerprint.entry import BankError
    from fpinspect.report.terminal import printable

    try:
        with _folder(args.out) as folder:
            return _show(folder, args.device, keep=args.out is not None)
    except (BankError, EngineStartError, FileNotFoundError, ValueError) as error:
        message = str(error)
    except OSError as error:
        message = f"{error.filename or args.out}: {error.strerror}"
    print(f"fpinspect demo: {printable(message)}", file=sys.stderr)
    return USAGE


@contextmanager
def _folder(out: str | None) -> Iterator[Path]:
    """Give the folder to write into; a temporary one is removed afterwards."""
    if out is not None:
        folder = Path(out)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="fpinspect-demo-") as name:
        yield Path(name)


def _show(folder: Path, device: str, *, keep: bool) -> int:
    """Build, enrol, inspect, print."""
    from rich.console import Console

    from fpinspect.report.tables import json_line
    from fpinspect.report.terminal import summary

    stdout = Console(highlight=False)
    if not stdout.is_terminal:
        stdout = Console(highlight=False, width=_WIDTH)
    with Console(stderr=True, highlight=False).status("drawing the exhibits") as status:
        exhibits = _write_exhibits(folder / "exhibits")
        status.update(f"enrolling {LABEL} from {ENROLMENT_IMAGES} other images")
        bank = demo_bank()
        status.update("inspecting the exhibits")
        paths = [folder / "exhibits" / exhibit.name for exhibit in exhibits]
        started = time.monotonic()
        records = _inspect(paths, bank, device)
        seconds = time.monotonic() - started
    stdout.print(_table(exhibits, records, stdout.width))
    counts = Counter(
        record["verdict"]["answer"] if record["status"] == "ok" else "failed" for record in records
    )
    stdout.print(summary(counts, seconds), soft_wrap=True)
    stdout.print(_guide(exhibits, records), width=min(stdout.width, 100))
    if keep:
        bank.save(folder / "bank")
        lines = b"".join(json_line(record) for record in records)
        (folder / "demo.jsonl").write_bytes(lines)
        words = f"fpinspect inspect {folder / 'exhibits'} --bank {folder / 'bank'}"
        stdout.print(f"\n  The same again: {words}", soft_wrap=True, markup=False)
    return SOME_FAILED if counts["failed"] else OK


def _write_exhibits(out: Path) -> list[Exhibit]:
    """Write originals and what the generator makes of them."""
    from shutil import copyfile

    from PIL import Image

    from fpinspect.evidence.image import read_evidence
    from fpinspect.lab.demo_scenes import Scene, sample_photographs, scene
    from fpinspect.lab.train_demo_generator import generate, load_generator

    model = load_generator()
    out.mkdir(parents=True, exist_ok=True)
    exhibits: list[Exhibit] = []

    def add(name: str, origin: str) -> Path:
        exhibits.append(Exhibit(name, origin))
        return out / name

    def add_generated(stem: str, codes: Any) -> None:
        path = add(f"{stem}_{LABEL}.png", _GENERATED)
        Image.fromarray(generate(model, codes)).save(path)

    for photograph in sample_photographs():
        copyfile(photograph, add(photograph.name, "photograph"))
        codes = read_evidence(str(photograph)).codes().transpose(1, 2, 0)
        add_generated(photograph.stem, codes)
    for kind in sorted(Scene):
        codes = scene(kind, _SCENE_SEED, _SCENE_SHAPE)
        Image.fromarray(codes).save(add(f"{kind}.png", "drawn scene"))
        add_generated(kind.value, codes)
    return exhibits


def _inspect(paths: Sequence[Path], bank: Bank, device: str) -> list[dict[str, Any]]:
    """Give the exhibits to the engine, the way ``fpinspect inspect`` does with one job."""
    from fpinspect.batch.local import inspect_many
    from fpinspect.evidence.sources import Item
    from fpinspect.pipeline import Engine

    items = [Item(str(path), named=True) for path in paths]
    outcomes = inspect_many(items, engine_factory=lambda: Engine(bank=bank, device=device))
    return [outcome.value for outcome in outcomes]


def _table(exhibits: Sequence[Exhibit], records: Sequence[Mapping[str, Any]], width: int) -> Table:
    """Lay out the verdicts, an original and its generated twin together."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from fpinspect.report.terminal import ANSWERS

    # What fits: the strength is the ratio in words, the origin is in the file name.
    shown = [
        (name, align)
        for name, align, needs in (
            ("\nExhibit", "left", 0),
            ("\nOrigin", "left", 108),
            ("\nVerdict", "left", 0),
            ("\nSource", "left", 94),
            ("\nEvidence", "left", _WIDTH),
            ("\nRatio", "right", 0),
            (_MATCH, "right", 0),
            ("\np", "left", 0),
        )
        if width >= needs
    ]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="dim")
    for name, align in shown:
        table.add_column(name, justify=align, no_wrap=True)  # type: ignore[arg-type]
    for index, (exhibit, record) in enumerate(zip(exhibits, records, strict=True)):
        answer = record["verdict"]["answer"] if record["status"] == "ok" else "failed"
        shape, colour = ANSWERS[answer]
        cells: dict[str, Text | str] = {
            "\nExhibit": exhibit.name,
            "\nOrigin": exhibit.origin,
            "\nVerdict": Text(f"{shape} {answer}", f"bold {colour}"),
            **(_findings(record) if record["status"] == "ok" else {"\nSource": record["error"]}),
        }
        row = [cells.get(name, "") for name, _ in shown]
        table.add_row(*row, end_section=index % 2 == 1)
    return table


def _findings(record: Mapping[str, Any]) -> dict[str, Text | str]:
    """Put what the engine found in one exhibit into words, by column."""
    from rich.text import Text

    from fpinspect.pipeline import ENROLLED_P
    from fpinspect.report.terminal import SOURCE_NAMES, ratio

    verdict, found = record["verdict"], record["matches"][LABEL]
    source = verdict["source"] if verdict["answer"] == "generated" else ""
    style = "bold" if found["p_value"] <= ENROLLED_P else "dim"
    return {
        "\nSource": SOURCE_NAMES.get(source, source),
        "\nEvidence": verdict["strength"],
        "\nRatio": ratio(verdict["log10_lr"]),
        _MATCH: Text(f"{found['folded']:,.1f}", style),
        "\np": Text(_probability(found["p_value"]), style),
    }


def _probability(p: float) -> str:
    """Write a probability with two significant digits and no leading zero."""
    import math

    digits = max(2, 1 - math.floor(math.log10(p))) if 0 < p < 0.01 else 2
    return f"{p:.{digits}f}".removeprefix("0")


def _guide(exhibits: Sequence[Exhibit], records: Sequence[Mapping[str, Any]]) -> str:
    """Say in one paragraph how to read the table, with its own numbers."""
    from fpinspect.pipeline import ENROLLED_P

    matched = Counter(
        exhibit.origin == _GENERATED
        for exhibit, record in zip(exhibits, records, strict=True)
        if record["status"] == "ok" and record["matches"][LABEL]["p_value"] <= ENROLLED_P
    )
    half = len(exhibits) // 2
    return (
        "\n[bold]How to read it.[/bold] The verdict comes from models trained on photographs and "
        f"on well-known generators. They have never seen {LABEL} nor drawn scenes, which are no "
        "photographs either: what they say of those shows how they behave off their ground. The "
        "ratio says how many times better the traces fit the answer than its opposite; it is no "
        "probability that the image is generated. The last columns ask another question: does the "
        f"residual repeat the fingerprint of {LABEL}, enrolled a moment ago from "
        f"{ENROLMENT_IMAGES} other pictures of it? They give the peak of the folded correlation in "
        "standard deviations (2 to 4 from noise alone) and the share p of real photographs that "
        "match as well or better. Here "
        f"{matched[True]} of {half} pictures from the generator match at p ≤ "
        f"{_probability(ENROLLED_P)}, and {matched[False]} of {half} originals."
    )
