"""The training commands, end to end on small made-up vectors."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from fpinspect.cli import main
from fpinspect.lab import dataset, leave_out, nets, partition, train_net, train_verdict
from fpinspect.lab.copies import SMALL
from fpinspect.lab.heads import discriminants, merge, score
from fpinspect.verdict import features, matched
from fpinspect.verdict.classifier import SOURCES, Fusion, Heads

LENGTHS = {"log_psd": 12, "contrast_luma": 20}
D = sum(LENGTHS.values())


@pytest.fixture
def material(tmp_path, monkeypatch):
    """A manifest without files, and the cache of vectors that its images would have."""
    monkeypatch.setattr(features, "LENGTHS", LENGTHS)
    monkeypatch.setattr(features, "FAMILIES", {name: features.FAMILIES[name] for name in LENGTHS})
    data, cache = tmp_path / "data", tmp_path / "cache"
    data.mkdir()
    cache.mkdir()
    columns = ("path", "split", "label", "class", "group", "source", "jpeg_quality", "width",
               "height", "crop_x", "crop_y")  # fmt: skip
    labels = ["real", "sd1", "sd2", "biggan", "flux", "ldm"]
    with (data / "manifest.csv").open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        for split, number in (("train", 24), ("calibrate", 12)):
            for label in labels:
                for i in range(number):
                    name = f"{split}_{label}_{i}.png"
                    writer.writerow([name, split, label, label, f"{label}{split}{i}",
                                     f"{label}/{split}{i % 6}", "", 256, 256, 0, 0])  # fmt: skip
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 2.5, (6, D))
    for split in ("train", "calibrate"):
        records = dataset.load(data, [split])
        goal = dataset.targets(records)
        small = [h.name for h in SMALL] if split == "calibrate" else []
        for handling in ("raw", "q95", "q85", "q75", "h75", "c128", "x075", "x125", *small):
            vectors = centres[goal] + rng.normal(0, 1, (len(goal), D))
            np.save(cache / f"{split}_{handling}.npy", vectors.astype(np.float16))
            np.save(cache / f"{split}_{handling}_owner.npy", np.arange(len(goal), dtype=np.int32))
        for handling in (
            "raw",
            "q95",
            "q85",
            "q75",
            "h75",
            "c128",
            "x075",
            "x125",
            "resized",
            *small,
        ):
            excess = rng.normal(0, 0.7, (len(goal), len(matched.ENTRIES)))
            for i, label in enumerate(matched.ENTRIES):
                excess[[r.label == label for r in records], i] += 4 if handling == "raw" else 0
            np.save(cache / f"{split}_{handling}_excess.npy", excess)
        if split == "train":
            copies = centres[goal][:, None] + rng.normal(0, 1, (len(goal), train_net.COPIES, D))
            np.save(cache / f"train_{train_net.COPIES}.npy", copies.astype(np.float16))
    return data, cache


def _run(*words) -> int:
    return main([str(word) for word in words])


def test_nets_given_and_nets_trained_on_the_way_make_the_same_heads(material, tmp_path):
    data, cache = material
    there = tmp_path / "nets"
    assert _run("lab", "train-net", data, "--cache", cache, "--out", there, "--epochs", 2) == 0
    assert (
        _run("lab", "train", data, "--cache", cache, "--out", tmp_path / "a", "--net", there) == 0
    )
    assert _run("lab", "train", data, "--cache", cache, "--out", tmp_path / "b", "--epochs", 2) == 0
    first, second = (load_file(tmp_path / n / "verdict.safetensors") for n in "ab")
    assert first.keys() == second.keys()
    for key, values in first.items():
        np.testing.assert_array_equal(values, second[key])
    settings = json.loads((tmp_path / "a" / "verdict.json").read_text())
    assert settings == json.loads((tmp_path / "b" / "verdict.json").read_text())
    assert settings["training"]["recipe"]["epochs"] == 2
    assert settings["training"]["device"] == train_net.pick_device().type


def test_weights_give_the_nets_that_they_were_made_of(material, tmp_path):
    data, cache = material
    first, again = tmp_path / "a", tmp_path / "b"
    train = ("lab", "train", data, "--cache", cache, "--out")
    assert _run(*train, first, "--epochs", 2) == 0
    assert _run(*train, again, "--net", first) == 0
    for name in ("verdict.safetensors", "verdict.json"):
        assert (again / name).read_bytes() == (first / name).read_bytes()
    lines = (data / "manifest.csv").read_text().splitlines()
    (data / "manifest.csv").write_text("\n".join(lines[:1] + lines[2:]) + "\n")
    with pytest.raises(ValueError, match="other images"):
        train_net.read(first, dataset.load(data, ["train"]))


def test_nets_of_another_number_are_not_taken_apart():
    pair = [nets.HeadsModule(torch.zeros(D), torch.ones(D), 4) for _ in range(2)]
    with pytest.raises(ValueError, match="not one of 3 folds"):
        nets.split(nets.merge(pair), 3)


def test_the_heads_learn_and_the_fusion_is_fitted_on_images_that_were_held_out(material, tmp_path):
    data, cache = material
    assert _run("lab", "train", data, "--cache", cache, "--out", tmp_path, "--epochs", 6) == 0
    settings = json.loads((tmp_path / "verdict.json").read_text())
    records = dataset.load(data, ["train"])
    with np.load(cache / train_verdict.OUT_OF_FOLD, allow_pickle=False) as found:
        copies = found["copies"]
    fused = Fusion.from_settings(settings)
    goal = dataset.targets(records)
    assert fused.generated[-1] > 0  # the fingerprints' opinion
    odds = fused.score(copies[:, 0])
    assert np.mean((odds > 0) == (goal > 0)) > 0.9
    assert np.mean(fused.sources(copies[:, 0]).argmax(axis=1)[goal > 0] + 1 == goal[goal > 0]) > 0.9


def test_a_run_cut_off_goes_on_with_the_nets_that_are_there(material, tmp_path):
    data, cache = material
    out = tmp_path / "nets"
    command = ("lab", "train-net", data, "--cache", cache, "--out", out, "--epochs", 1)
    assert _run(*command) == 0
    kept = (out / "fold0.safetensors").stat().st_mtime_ns
    (out / "fold1.safetensors").unlink()
    assert _run(*command) == 0
    assert (out / "fold0.safetensors").stat().st_mtime_ns == kept
    assert (out / "fold1.safetensors").exists()


def test_nets_of_another_recipe_or_other_images_are_refused(material, tmp_path, capsys):
    data, cache = material
    out = tmp_path / "nets"
    command = ("lab", "train-net", data, "--cache", cache, "--out", out, "--epochs")
    assert _run(*command, 1) == 0
    assert _run(*command, 2) == 2
    assert "another recipe" in capsys.readouterr().err
    lines = (data / "manifest.csv").read_text().splitlines()
    (data / "manifest.csv").write_text("\n".join(lines[:1] + lines[2:]) + "\n")
    train = ("lab", "train", data, "--cache", cache, "--out", tmp_path / "w", "--net", out)
    assert _run(*train) == 2
    assert "other images" in capsys.readouterr().err


def test_epochs_of_nets_that_are_given_are_refused(material, tmp_path, capsys):
    data, cache = material
    train = ("lab", "train", data, "--cache", cache, "--out", tmp_path / "w", "--net", tmp_path)
    assert _run(*train, "--epochs", 3) == 2
    assert "leave it out with --net" in capsys.readouterr().err


def test_a_net_of_other_features_is_refused(tmp_path):
    net = nets.HeadsModule(torch.zeros(5), torch.ones(5), 4, 2)
    nets.save(net, tmp_path / "net.safetensors")
    with pytest.raises(ValueError, match="train it anew"):
        nets.load(tmp_path / "net.safetensors")


def test_what_is_saved_for_the_product_scores_as_what_was_trained(material, tmp_path):
    """The net in numpy (verdict) against the net in torch (lab), members and all."""
    data, cache = material
    records = dataset.load(data, ["train"])
    goal, weight = dataset.targets(records), partition.image_weights(records, 2.0)
    table = np.load(cache / f"train_{train_net.COPIES}.npy")
    everyone, models = np.arange(len(goal)), []
    for k in range(3):
        recipe = nets.Recipe(hidden=8, epochs=1, batch=64, seed=k)
        rows = everyone[everyone % 3 != k]
        net = nets.train(
            table, goal, weight, rows, recipe, device=torch.device("cpu"), level=everyone
        )
        models.append(discriminants(net, table, goal, weight, rows, recipe))
    model = merge(models)
    train_verdict.save(model, {}, tmp_path)
    heads = Heads(load_file(tmp_path / "verdict.safetensors"), {})
    vectors = table[:6, 0]
    found = heads.tile_opinions(vectors.astype(np.float32))
    np.testing.assert_allclose(found, score(model, vectors), rtol=1e-3, atol=1e-3)
    alone = np.mean([score(one, vectors) for one in models], axis=0)
    np.testing.assert_allclose(score(model, vectors), alone, rtol=1e-4, atol=1e-4)


def test_nets_on_other_ground_are_not_merged():
    pair = [nets.HeadsModule(torch.zeros(D), torch.full((D,), s), 4) for s in (1.0, 2.0)]
    with pytest.raises(ValueError, match="cannot be merged"):
        nets.merge(pair)


def test_every_image_is_judged_by_the_model_that_did_not_see_it(material):
    data, cache = material
    records = dataset.load(data, ["train"])
    goal, weight = dataset.targets(records), partition.image_weights(records, 2.0)
    table = np.load(cache / f"train_{train_net.COPIES}.npy")
    fold = partition.fold_of(records, 1)
    models = []
    for k in range(partition.FOLDS):
        recipe = nets.Recipe(hidden=8, epochs=1, batch=64, seed=k)
        rows = np.flatnonzero(fold != k)
        net = nets.train(table, goal, weight, rows, recipe, device=torch.device("cpu"))
        models.append(discriminants(net, table, goal, weight, rows, recipe))
    copies, handled = train_verdict.out_of_fold(table, {}, models, fold)
    for i in (0, 40, 100):
        np.testing.assert_array_equal(copies[i], score(models[fold[i]], table[i]))
    np.testing.assert_array_equal(handled["raw"], copies[:, 0])


def test_a_class_without_images_is_never_the_answer(material):
    data, cache = material
    records = dataset.load(data, ["train"])
    goal, weight = dataset.targets(records), partition.image_weights(records, 2.0)
    table = np.load(cache / f"train_{train_net.COPIES}.npy")
    rows = np.flatnonzero(goal != 3)
    recipe = nets.Recipe(hidden=8, epochs=1, batch=64)
    net = nets.train(table, goal, weight, rows, recipe, device=torch.device("cpu"))
    model = discriminants(net, table, goal, weight, rows, recipe)
    opinions = score(model, table[goal == 3, 0])[:, : len(LENGTHS)]
    assert np.isfinite(opinions).all()
    assert not (opinions.argmax(axis=-1) == SOURCES.index("biggan")).any()


def test_a_generator_left_out_is_judged_by_heads_that_never_saw_it(material, tmp_path, monkeypatch):
    data, cache = material
    seen = []
    honest = nets.train

    def spy(table, target, weight, rows, recipe, **options):
        seen.append(set(target[rows]))
        return honest(table, target, weight, rows, recipe, **options)

    assert _run("lab", "train", data, "--cache", cache, "--out", tmp_path, "--epochs", 4) == 0
    for name in ("vectors", "owner"):
        ending = "" if name == "vectors" else "_owner"
        (cache / f"test_raw{ending}.npy").write_bytes(
            (cache / f"calibrate_raw{ending}.npy").read_bytes()
        )
    (cache / "test_raw_excess.npy").write_bytes((cache / "calibrate_raw_excess.npy").read_bytes())
    text = (data / "manifest.csv").read_text()
    lines = [line for line in text.splitlines() if ",calibrate," in line]
    more = [line.replace("calibrate", "test") for line in lines]
    (data / "manifest.csv").write_text(text + "\n".join(more) + "\n")
    monkeypatch.setattr(nets, "train", spy)
    monkeypatch.setattr(leave_out, "LEFT_OUT", {"BigGAN": ("biggan",), "LDM": ("ldm",)})
    recipe = nets.Recipe(hidden=16, epochs=4, batch=64)
    found = leave_out.run(data, cache, tmp_path, recipe=recipe)
    assert [outcome.name for outcome in found] == ["BigGAN", "LDM"]
    assert seen == [{0, 1, 2, 4, 5}, {0, 1, 2, 3, 4}]
    for outcome in found:
        assert outcome.n == 24 + 12 + 12
        assert sum(outcome.names.values()) == outcome.n
        assert "biggan" not in found[0].names
        assert 0 <= outcome.misnamed <= 1
    # nothing is trained twice
    assert leave_out.run(data, cache, tmp_path, recipe=recipe) == found
    assert len(seen) == 2
    assert "| mean |" in leave_out.table(found).markdown()


def test_the_fingerprint_of_a_generator_left_out_never_matches():
    excess = np.full((3, len(matched.ENTRIES)), 7.0)
    blind = leave_out.blinded(excess, ("sd1", "sd2", "pixart"))
    assert (blind[:, :2] == 0).all()
    assert (blind[:, 2:] == 7).all()
    assert (excess == 7).all()


def test_leaving_out_needs_the_cache_of_a_training(material, tmp_path):
    data, cache = material
    with pytest.raises(ValueError, match="lab train with this --cache first"):
        leave_out.run(data, cache, tmp_path)


@pytest.mark.parametrize("epochs", [1, 2, 3])
def test_few_images_train_too(material, epochs):
    """Ten steps of learning rate are one of warming up: its schedule divided by zero."""
    data, cache = material
    records = dataset.load(data, ["train"])
    goal, weight = dataset.targets(records), partition.image_weights(records, 2.0)
    table = np.load(cache / f"train_{train_net.COPIES}.npy")
    recipe = nets.Recipe(hidden=8, epochs=epochs, batch=table.shape[1] * len(goal) // 5)
    net = nets.train(table, goal, weight, np.arange(len(goal)), recipe, device=torch.device("cpu"))
    assert all(torch.isfinite(value).all() for value in net.state_dict().values())
