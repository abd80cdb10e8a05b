"""``fpinspect demo``, run once as a whole: what it writes, prints and finds."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fpinspect import cli, demo
from fpinspect.fingerprint.bank import Bank
from fpinspect.lab import train_demo_generator
from fpinspect.lab.demo_scenes import sample_photographs
from fpinspect.pipeline import ENROLLED_P


@dataclass(frozen=True)
class Run:
    folder: Path
    status: int
    printed: str
    records: list[dict]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the demo without a network, in a folder of its own."""
    import contextlib
    import io

    folder = tmp_path_factory.mktemp("demo") / "out"

    class NoNetwork(socket.socket):
        def connect(self, address: object) -> None:
            raise AssertionError(f"the demo wants to connect to {address}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", NoNetwork)
        patch.chdir(folder.parent)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = cli.main(["demo", "--out", str(folder), "--device", "cpu"])
    lines = (folder / "demo.jsonl").read_text().splitlines()
    return Run(folder, status, printed.getvalue(), [json.loads(line) for line in lines])


def test_every_original_is_followed_by_its_generated_twin(run):
    assert run.status == 0
    names = [Path(record["path"]).name for record in run.records]
    assert names == sorted(p.name for p in (run.folder / "exhibits").iterdir())
    assert len(names) == 12
    for original, generated in zip(names[::2], names[1::2], strict=True):
        assert Path(generated).stem == f"{Path(original).stem}_{demo.LABEL}"


def test_photographs_are_copied_byte_for_byte(run):
    for path in sample_photographs():
        assert (run.folder / "exhibits" / path.name).read_bytes() == path.read_bytes()


def test_generated_pictures_show_what_the_originals_show(run):
    paths = sorted((run.folder / "exhibits").iterdir())
    for original, generated in zip(paths[::2], paths[1::2], strict=True):
        with Image.open(original) as a, Image.open(generated) as b:
            assert a.size == b.size
            pair = np.asarray(a.convert("RGB"), float), np.asarray(b, float)
        small = [p[: p.shape[0] // 8 * 8, : p.shape[1] // 8 * 8] for p in pair]
        small = [p.reshape(p.shape[0] // 8, 8, -1, 8, 3).mean(axis=(1, 3)) for p in small]
        assert np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1] > 0.95
        assert not np.array_equal(*pair)


def test_the_enrolled_generator_is_found_where_it_was_used(run):
    found = [record["matches"][demo.LABEL] for record in run.records]
    originals, generated = found[::2], found[1::2]
    assert all(g["folded"] > 3 * o["folded"] for o, g in zip(originals, generated, strict=True))
    assert sum(m["p_value"] <= ENROLLED_P for m in generated) >= 5
    assert sum(m["p_value"] <= ENROLLED_P for m in originals) <= 1
    # The generator's lattice starts at the first pixel.
    assert sum(m["shift"] == [0, 0] for m in generated) >= 5


def test_the_table_shows_what_the_engine_said(run):
    lines = run.printed.splitlines()
    for record in run.records:
        name = Path(record["path"]).name
        (line,) = [line for line in lines if line.strip().startswith(f"{name} ")]
        assert record["verdict"]["answer"] in line
        assert record["verdict"]["strength"] in line
        assert f"{record['matches'][demo.LABEL]['folded']:,.1f}" in line
    assert "How to read it" in run.printed
    assert "Match with" in run.printed


def test_it_is_the_engine_of_inspect(run):
    from fpinspect.pipeline import Engine

    bank = Bank.load(run.folder / "bank")
    assert demo.LABEL in bank.entries
    assert bank.entries[demo.LABEL].info.images[256] == demo.ENROLMENT_IMAGES
    engine = Engine(bank=bank, device="cpu")
    for record in run.records[:2]:
        again = engine.inspect(record["path"])
        assert again["verdict"]["answer"] == record["verdict"]["answer"]
        assert again["verdict"]["log10_lr"] == pytest.approx(record["verdict"]["log10_lr"], 1e-5)
        ours = record["matches"][demo.LABEL]
        assert again["matches"][demo.LABEL]["shift"] == ours["shift"]
        assert again["matches"][demo.LABEL]["folded"] == pytest.approx(ours["folded"], 1e-5)


def test_enrolment_training_and_exhibits_share_no_scene():
    enrolled = range(demo._ENROLMENT_SEED, demo._ENROLMENT_SEED + demo.ENROLMENT_IMAGES)
    training = train_demo_generator.TRAINING_SEEDS
    assert not set(enrolled) & set(training)
    assert demo._SCENE_SEED not in {*enrolled, *training}


def test_it_computes_with_one_thread():
    """Two spinning threads on a busy machine take many times the processor time of one."""
    code = (
        "from fpinspect import cli, demo\n"
        "def show(*args, **kwargs):\n"
        "    import torch\n"
        "    print(torch.get_num_threads())\n"
        "    return 0\n"
        "demo._show = show\n"
        "raise SystemExit(cli.main(['demo']))"
    )
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1"


def test_missing_weights_are_told(monkeypatch, tmp_path, capsys):
    def missing(name: str) -> Path:
        raise FileNotFoundError(f"fpinspect's own file {name!r} is missing: reinstall fpinspect")

    monkeypatch.setattr(train_demo_generator, "resource", missing)
    assert cli.main(["demo", "--out", str(tmp_path / "out")]) == 2
    assert "reinstall fpinspect" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert cli.main(["demo", "--out", str(tmp_path / "file" / "out")]) == 2
    assert "file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("p", "words"), [(0.0012, ".0012"), (0.01, ".01"), (0.5, ".50"), (1.0, "1.00")]
)
def test_probabilities_have_no_leading_zero(p, words):
    assert demo._probability(p) == words
