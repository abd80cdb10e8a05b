"""``fpinspect bank``: what analysts type, and what they are told when it cannot be done."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest
from made_up import bank, image, pattern, photographs
from PIL import Image

from fpinspect import bank_cli
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.match import match
from fpinspect.signal.residual import separate


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    bank_cli.add_parser(parser.add_subparsers())
    args = parser.parse_args(["bank", *map(str, words)])
    return args.run(args)


def _write(folder: Path, count: int, tile: np.ndarray, side: int = 160, name: str = "x") -> Path:
    folder.mkdir(exist_ok=True)
    for i in range(count):
        codes = np.clip(128 + 4 * image(i, tile, (side, side)), 0, 255).astype(np.uint8)
        Image.fromarray(codes.transpose(1, 2, 0)).save(folder / f"{name}{i}.png")
    return folder


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shipped") / "bank"
    bank(photographs(count=5)).save(folder)
    return folder


@pytest.fixture(autouse=True)
def _ships(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fpinspect.fingerprint.bank.resource", lambda name: shipped)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return _write(tmp_path / "pictures", 6, pattern(7))


def test_build_then_list_show_and_match(pictures, tmp_path, capsys):
    out = tmp_path / "mine"
    assert run("build", "--label", "mine", "--title", "My model", pictures, "--out", out) == 0
    made = Bank.load(out)
    assert made.photographs is not None
    info = made.entries["mine"].info
    assert (info.title, info.images, info.jpeg_history) == ("My model", {128: 6}, {"none": 6})
    planes = np.asarray(Image.open(pictures / "x5.png"), np.float32).transpose(2, 0, 1)
    residual, _ = separate(np.ascontiguousarray(planes))
    assert match(residual, made, jpeg_quality=None)["mine"].folded > 10
    capsys.readouterr()
    assert run("list", out) == 0
    assert "My model" in capsys.readouterr().out
    assert run("show", "mine", "--bank", out) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["inputs_sha256"] == info.inputs_sha256
    assert shown["arrays"]["harmonics_that_stand_out"] > 0
    assert run("list", out, "--json") == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "fpinspect.bank"


def test_the_result_does_not_depend_on_order_or_jobs(pictures, tmp_path):
    assert run("build", "--label", "a", pictures, "--out", tmp_path / "one") == 0
    files = sorted(pictures.iterdir(), reverse=True)
    assert run("build", "--label", "a", *files, "--out", tmp_path / "two") == 0
    one, two = (Bank.load(tmp_path / name).entries["a"] for name in ("one", "two"))
    assert one.info.inputs_sha256 == two.info.inputs_sha256
    np.testing.assert_allclose(one.template(), two.template(), atol=1e-6)


def test_a_manifest_places_crops_and_chooses_rows(tmp_path):
    folder = tmp_path / "crops"
    folder.mkdir()
    rows = ["path,split,label,crop_x,crop_y,group"]
    tile = pattern(8)
    for i, (y, x) in enumerate([(0, 0), (16, 48), (3, 5), (8, 9), (1, 130)]):
        codes = np.clip(128 + 4 * image(i, tile, (160, 160), (y, x)), 0, 255).astype(np.uint8)
        Image.fromarray(codes.transpose(1, 2, 0)).save(folder / f"{i}.png")
        rows.append(f"crops/{i}.png,train,sd,{x},{y},g{i % 2}")
    rows.append("crops/none.png,test,sd,0,0,g")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("\n".join(rows))
    common = ["--manifest", manifest, "--split", "train", "--where", "label=sd|other"]
    out = tmp_path / "bank"
    assert run("build", "--label", "placed", *common, "--out", out, "--bare") == 0
    assert run("build", "--label", "plain", folder, "--out", out, "--bare") == 0
    placed, plain = (Bank.load(out).entries[name] for name in ("placed", "plain"))
    assert placed.info.groups == 2
    strength = [
        np.linalg.norm(one.fingerprint().patterns["none"].signal()) for one in (placed, plain)
    ]
    assert strength[0] > 1.5 * strength[1]
    # a folder beside the manifest narrows the rows down
    assert run("build", "--label", "none", tmp_path / "elsewhere", *common, "--out", out) == 2


def test_bad_images_are_left_out_and_said(pictures, tmp_path, capsys):
    (pictures / "broken.png").write_text("text")
    Image.new("RGB", (100, 300)).save(pictures / "small.png")
    (pictures / "copy.png").write_bytes((pictures / "x0.png").read_bytes())
    out = tmp_path / "bank"
    assert run("build", "--label", "mine", pictures, "--out", out) == 3
    err = capsys.readouterr().err
    for words in ("broken.png", "needs 128 px", "used already", "mostly noise"):
        assert words in err
    assert Bank.load(out).entries["mine"].info.images == {128: 6}


def test_nothing_usable_writes_nothing(tmp_path, capsys):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "broken.png").write_text("text")
    assert run("build", "--label", "mine", folder, "--out", tmp_path / "bank") == 3
    assert "nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "bank").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["build", "--label", "../x", "{pictures}", "--out", "{out}"], "cannot be a label"),
        (["build", "--label", "a", "--out", "{out}"], "name the images"),
        (["build", "--label", "a", "{out}", "--out", "{out}"], "there is no"),
        (["build", "--label", "a", "{pictures}", "--out", "{pictures}"], "choose another folder"),
        (["build", "--label", "a", "{pictures}", "--out", "{out}", "--split", "x"], "--manifest"),
        (["build", "--label", "a", "{pictures}", "--out", "{out}", "--denoiser", "x"], "unknown"),
        (["build", "--label", "a", "--manifest", "{out}", "--out", "{out}"], "as CSV"),
        (["show", "nine"], "no entry 'nine'"),
        (["list", "{pictures}"], "there is no bank"),
        (["remove", "eight", "--bank", "{pictures}", "--yes"], "there is no bank"),
        (["import", "{out}", "--bank", "{out}"], "no archive"),
        (["add", "--bank", "{shipped}"], "nothing to add"),
        (["add", "{pictures}", "--bank", "{shipped}"], "give them a --label"),
        (["add", "{pictures}", "--label", "eight", "--bank", "{shipped}"], "already"),
        (["export", "nine", "--out", "{out}"], "no entry 'nine'"),
    ],
)
def test_wrong_use_is_told_in_plain_words(words, reason, pictures, shipped, tmp_path, capsys):
    places = {"pictures": pictures, "out": tmp_path / "out", "shipped": shipped}
    assert run(*[word.format(**places) for word in words]) == 2
    err = capsys.readouterr().err
    assert err.startswith("fpinspect bank: ")
    assert reason in err
    assert "Traceback" not in err


def test_add_images_and_entries(pictures, shipped, tmp_path, capsys):
    mine, other = tmp_path / "mine", tmp_path / "other"
    Bank.load(shipped).save(mine)
    assert run("add", pictures, "--label", "new", "--bank", mine) == 0
    assert run("add", pictures, "--label", "new", "--bank", mine, "--replace") == 0
    bank_of_one = Bank([Bank.load(mine).entries["new"]])
    bank_of_one.save(other)
    assert run("remove", "new", "--bank", mine, "--yes") == 0
    assert run("add", other, "--bank", mine) == 0
    assert list(Bank.load(mine).entries) == ["eight", "small", "new"]


def test_remove_keeps_a_backup_that_import_brings_back(shipped, tmp_path, capsys, monkeypatch):
    mine = tmp_path / "mine"
    before = Bank.load(shipped).save(mine).digest
    assert run("remove", "small", "--bank", mine) == 2  # no terminal to ask on
    assert "--yes" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert run("remove", "small", "--bank", mine) == 0
    assert Bank.load(mine).digest == before
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert run("remove", "small", "--bank", mine) == 0
    assert list(Bank.load(mine).entries) == ["eight"]
    (backup,) = (mine / "removed").glob("small-*.zip")
    assert str(backup) in capsys.readouterr().out
    assert run("import", backup, "--bank", mine) == 0
    assert Bank.load(mine).digest == before


def test_export_and_import_into_a_new_bank(shipped, tmp_path, capsys):
    archive, mine = tmp_path / "out" / "a.zip", tmp_path / "mine"
    assert run("export", "--out", archive) == 0
    assert run("import", archive, "--bank", mine) == 0
    assert Bank.load(mine).digest == Bank.load(shipped).digest
    assert run("import", archive, "--bank", mine) == 2
    assert "already" in capsys.readouterr().err
    assert run("import", archive, "--bank", mine, "--replace") == 0


def test_compare_prints_a_matrix_and_draws_a_tree(shipped, tmp_path, capsys):
    png = tmp_path / "tree.png"
    assert run("compare", "--png", png) == 0
    out = capsys.readouterr().out
    assert "1.00" in out
    with Image.open(png) as picture:
        assert picture.format == "PNG"
        assert np.asarray(picture.convert("L")).std() > 5
    assert run("compare", shipped, "--png", png, "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["labels"] == ["eight", "small"]
    assert data["similarity"][0][0] == 1
    assert data["similarity"][0][1] < 0.5
