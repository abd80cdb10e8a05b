"""Train the nets: one on all images but those of a fold, for every fold.

The heads are their mean; the fusion is fitted on what each says of the images it did not see.

``fpinspect lab train-net ../shared/data --cache DIR --out NETS``: on cuda, mps or cpu;
seed, device and data are written beside the nets. ``fpinspect lab train --net NETS`` takes them;
``--net resources/weights`` those that ship.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from fpinspect.lab import dataset, extract, nets, partition
from fpinspect.lab.copies import RECIPE
from fpinspect.lab.dataset import Record
from fpinspect.lab.nets import HeadsModule, Recipe
from fpinspect.verdict.classifier import VIEWS, Heads, unpack

SCHEMA = "fpinspect.nets/2"
COPIES = len(RECIPE)

F16 = npt.NDArray[np.float16]


def names() -> list[str]:
    """Name the nets after the folds that they do not see."""
    return [f"fold{k}" for k in range(partition.FOLDS)]


def train(
    name: str,
    training: Sequence[Record],
    table: F16,
    recipe: Recipe,
    device: torch.device,
) -> HeadsModule:
    """Train one net by its name.

    Parameters
    ----------
    name : str
        One of `names`.
    training : sequence of Record
        N images.
    table : numpy.ndarray
        (N, copies, D) float16, their feature vectors.
    recipe : Recipe
        Hyperparameters and seed.
    device : torch.device
        Where to train.
    """
    number = names().index(name)
    rows = np.flatnonzero(partition.fold_of(training, recipe.seed) != number)
    goal = dataset.targets(training)
    weight = partition.image_weights(training, recipe.real_weight)
    own = replace(recipe, seed=recipe.seed + number)
    everyone = np.arange(len(training))
    return nets.train(table, goal, weight, rows, own, device=device, note=name, level=everyone)


def copy_names() -> list[str]:
    """Name the copies that every training image is seen as."""
    return [copy.__name__.strip("_") for copy in RECIPE]


def pick_device() -> torch.device:
    """Choose cuda, mps or cpu, in this order."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def data_digest(records: Sequence[Record]) -> str:
    """SHA-256 over the sorted names of the images used."""
    listed = "\n".join(sorted(record.path.name for record in records))
    return hashlib.sha256(listed.encode()).hexdigest()


def run(data: Path, cache: Path, out: Path, recipe: Recipe, jobs: int) -> Path:
    """Extract, train every net, write them; nets that lie in `out` already are kept.

    Returns
    -------
    pathlib.Path
        ``nets.json``.

    Raises
    ------
    ValueError
        If `out` holds nets of another recipe or of other images.
    """
    device = pick_device()
    training = dataset.load(data, ["train"])
    facts = {
        "schema": SCHEMA,
        "recipe": asdict(recipe),
        "device": device.type,
        "torch": torch.__version__,
        "copies": copy_names(),
        "train_sha256": data_digest(training),
    }
    out.mkdir(parents=True, exist_ok=True)
    page = out / "nets.json"
    if page.exists() and not _alike(json.loads(page.read_text(encoding="utf-8")), facts):
        raise ValueError(
            f"{out} holds nets of another recipe or of other images: name a new folder"
        )
    page.write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    table = extract.training_table(training, cache, copies_each=COPIES, jobs=jobs)
    for name in names():
        path = out / f"{name}.safetensors"
        if not path.exists():
            nets.save(train(name, training, table, recipe, device), path)
    return page


def _alike(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Tell whether nets come from the same recipe and images, on whatever device."""
    return all(
        before.get(key) == now[key] for key in ("schema", "recipe", "copies", "train_sha256")
    )


def read(folder: Path, training: Sequence[Record]) -> tuple[list[HeadsModule], dict[str, Any]]:
    """Read the nets that `run` wrote, in the order of the folds, and what is said of them.

    A folder of weights (``resources/weights``) holds the nets that it was made of as well.

    Raises
    ------
    FileNotFoundError
        If one is missing.
    ValueError
        If they were trained on other images or for other features.
    """
    if not (folder / "nets.json").exists() and (folder / "verdict.json").exists():
        heads = Heads.load(folder)
        facts, found = dict(heads.settings["training"]), _nets_of(heads)
    else:
        facts = json.loads((folder / "nets.json").read_text(encoding="utf-8"))
        if facts.get("schema") != SCHEMA:
            raise ValueError(f"the nets in {folder} are of another version: train them anew")
        found = []
    if facts["train_sha256"] != data_digest(training):
        raise ValueError(f"the nets in {folder} were trained on other images")
    return found or [nets.load(folder / f"{name}.safetensors") for name in names()], facts


def _nets_of(heads: Heads) -> list[HeadsModule]:
    """Take the nets out of weights; their first layers were rounded before all else was fitted."""
    arrays = {key: torch.from_numpy(np.array(value)) for key, value in heads.arrays.items()}
    members, hidden = arrays["b1"].shape
    merged = HeadsModule(arrays["mean"], arrays["scale"], hidden, members // len(VIEWS))
    for view in range(len(VIEWS)):
        packed, steps = (heads.arrays[f"{name}_{view}"] for name in ("w1", "steps"))
        arrays[f"w1_{view}"] = torch.from_numpy(unpack(packed, steps, view))
    merged.load_state_dict({key: arrays[key] for key in merged.state_dict()})
    return nets.split(merged, partition.FOLDS)
