"""`fpinspect lab evaluate` from end to end on a handful of images."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fpinspect.cli import main
from fpinspect.lab import pool
from fpinspect.lab.seed_figure import average
from fpinspect.report.gather import split_evaluation


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    rng = np.random.default_rng(0)
    for name in ("real", "flux", "dalle3"):
        (folder / name).mkdir()
        for i in range(2):
            ramp = np.add.outer(np.arange(96), np.arange(128))[..., None] * 0.8
            noise = rng.normal(size=(96, 128, 3)) * 6
            codes = np.clip(20 + ramp + noise, 0, 255).astype(np.uint8)
            Image.fromarray(codes).save(folder / name / f"{i}.png")
    return folder


@pytest.fixture(scope="module")
def evaluated(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("evaluated")
    command = ["lab", "evaluate", str(sources), "--out", str(out), "--handling", "raw", "c128"]
    assert main(command) == 0
    return out


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_page_names_sources_and_shows_every_picture(evaluated: Path):
    page = (evaluated / "evaluation.md").read_text("utf-8")
    assert "dalle3: other, 2 images" in page
    for name in ("confusion", "roc", "det", "reliability"):
        assert f"({name}.png)" in page
        with Image.open(evaluated / f"{name}.png") as picture:
            assert min(picture.size) > 400
            assert np.asarray(picture.convert("L")).std() > 5


def test_verdicts_are_those_of_the_product(evaluated: Path, sources: Path):
    import fpinspect

    rows = {row["path"]: row for row in _rows(evaluated / "verdicts_raw.csv")}
    assert len(rows) == 6
    name = "flux/1.png"
    verdict = fpinspect.inspect(sources / name).verdict
    # The features are cached in half precision, and the rules for circumstances are not applied.
    shares = float(rows[name]["p_generated"])
    assert 0 < shares < 1
    assert rows[name]["likeliest"] == max(verdict.sources, key=lambda s: verdict.sources[s])


def test_counts_add_up(evaluated: Path):
    product = {row["handling"]: row for row in _rows(evaluated / "product.csv")}
    assert product.keys() == {"raw", "c128"}
    assert product["raw"]["images"] == "6"
    confusion = _rows(evaluated / "confusion_raw.csv")
    assert [row["source"] for row in confusion] == ["real", "FLUX", "other"]
    assert all(sum(int(row[k]) for k in row if k != "source") == 2 for row in confusion)
    positives = _rows(evaluated / "false_positives.csv")
    assert [row["real source"] for row in positives] == ["real"]


def test_the_report_can_read_the_json(evaluated: Path):
    rows, _ = split_evaluation(json.loads((evaluated / "evaluation.json").read_text("utf-8")))
    assert rows is not None
    assert rows.keys() == {"raw", "c128"}
    assert len(rows["raw"]["auc_95"]) == 2


def test_wrong_use_is_said_in_plain_words(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = str(tmp_path / "out")
    for command, words in (
        ([str(tmp_path / "absent"), "--out", out], "no folder or manifest"),
        ([str(sources), "--out", out, "--handling", "q12"], "no handling 'q12'"),
        ([str(sources), "--out", str(sources / "out")], "outside"),
    ):
        assert main(["lab", "evaluate", *command]) == 2
        assert words in capsys.readouterr().err
    assert main(["lab"]) == 2


def test_training_needs_its_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folders = ["--out", str(tmp_path / "out"), "--cache", str(tmp_path / "cache")]
    assert main(["lab", "train", str(tmp_path), *folders]) == 2
    assert "manifest.csv" in capsys.readouterr().err


def test_a_cache_of_other_images_is_refused(
    evaluated: Path, sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    cache = tmp_path / "cache"
    cache.mkdir()
    for file in (evaluated / "cache").glob("*_raw.npy"):
        np.save(cache / file.name, np.load(file)[:, :-1])
    for file in (evaluated / "cache").glob("*_raw_owner.npy"):
        np.save(cache / file.name, np.load(file))
    command = ["lab", "evaluate", str(sources), "--out", str(tmp_path / "o"), "--cache", str(cache)]
    assert main([*command, "--handling", "raw"]) == 2
    assert "other feature families" in capsys.readouterr().err


def test_measured_once_and_named_after_the_files(tmp_path: Path, sources: Path):
    calls: list[int] = []

    def double(job: int) -> np.ndarray:
        calls.append(job)
        return np.full(3, 2 * job, np.float16)

    target = tmp_path / "deep" / "x.npy"
    first = pool.measured(double, [1, 2], target, workers=1)
    again = pool.measured(double, [1, 2], target, workers=1)
    np.testing.assert_array_equal(first, again)
    assert first.tolist() == [[2, 2, 2], [4, 4, 4]]
    assert calls == [1, 2]


def test_averaging_keeps_the_lattice_and_loses_the_scene():
    rng = np.random.default_rng(0)
    pattern = np.tile(rng.normal(size=(8, 8)), (16, 16))
    residuals = rng.normal(size=(40, 128, 128)) * 3 + pattern
    found = average(residuals)
    peak, nothing = found.of_mean[64 + 16, 64 + 16], np.median(found.of_mean)
    assert peak - nothing > 15
    assert peak - nothing > found.mean_of[80, 80] - np.median(found.mean_of)
