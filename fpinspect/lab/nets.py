"""The net of the heads: its shape, its training loop, its file.

The net is what a training of the heads takes its time for, so it can be trained by itself
(``fpinspect lab train-net``) and given to ``fpinspect lab train``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as nnf

from fpinspect.lab.batches import SCALE, Batches, Mixed
from fpinspect.verdict import features
from fpinspect.verdict.classifier import CLIP, DEEPEST, SOURCES, VIEWS, view_families, views

F32 = npt.NDArray[np.float32]
F16 = npt.NDArray[np.float16]
U8 = npt.NDArray[np.uint8]

REACH = 3.0
"""The steps of the first layers reach so many root mean squares of a unit's weights in a family:
rarer ones are clipped, which costs less than wider steps for all."""


CLIPPED = 7.0
"""Longest gradient of a step, over both views."""

COMMON = ("mean", "scale")
"""What nets side by side have in common: all else is there for each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Hyperparameters of one training; all are written beside the weights."""

    hidden: int = 192
    epochs: int = 24
    batch: int = 512
    rate: float = 1e-3
    weight_decay: float = 0.05
    shrinkage: float = 0.2
    linear_step: int = 2
    smoothing: float = 0.02
    mixup: float = 0.3
    real_weight: float = 2.0
    seed: int = 20261125


class HeadsModule(nn.Module):
    """The net over all families: small ones side by side, their logits averaged.

    One for each view is trained at a time; `merge` puts those of the folds together. Their mean
    errs less than any of them, since each has seen other images or other families.
    """

    def __init__(
        self, mean: torch.Tensor, scale: torch.Tensor, hidden: int, folds: int = 1
    ) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        classes, members = len(SOURCES), folds * len(VIEWS)
        self.spans = views()

        def draw(*shape: int, inputs: int) -> nn.Parameter:
            return nn.Parameter((torch.rand(shape) * 2 - 1) * inputs**-0.5)

        for view, span in enumerate(self.spans):
            length = span.stop - span.start
            setattr(self, f"w1_{view}", draw(folds * hidden, length, inputs=length))
            steps = torch.zeros(folds * hidden, len(view_families(view)))
            self.register_buffer(f"steps_{view}", steps)
        self.b1 = draw(members, hidden, inputs=mean.numel())
        self.w2 = draw(members, hidden, hidden, inputs=hidden)
        self.b2 = draw(members, hidden, inputs=hidden)
        self.w3 = draw(members, classes, hidden, inputs=hidden)
        self.b3 = draw(members, classes, inputs=hidden)
        self.g1, self.g2 = (nn.Parameter(torch.ones(members, hidden)) for _ in range(2))
        self.c1, self.c2 = (nn.Parameter(torch.zeros(members, hidden)) for _ in range(2))

    def first(self, view: int) -> torch.Tensor:
        """Return the first layers of a view: (folds H, D of the view)."""
        weights: torch.Tensor = getattr(self, f"w1_{view}")
        return weights

    def standardise(self, vectors: torch.Tensor) -> torch.Tensor:
        """Centre, scale and clip (B, D) vectors."""
        assert isinstance(self.mean, torch.Tensor)
        assert isinstance(self.scale, torch.Tensor)
        return ((vectors - self.mean) / self.scale).clamp_(-CLIP, CLIP)

    def members(self, x: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
        """Score standardised vectors (B, D): (B, members, 6) logits, every fold's views in turn.

        Parameters
        ----------
        x : torch.Tensor
            (B, D).
        scale : float
            What the first layers' products are multiplied by.
        """
        hidden = self.b1.shape[1]
        products = [
            (x[:, span] @ self.first(view).T).view(len(x), -1, hidden)
            for view, span in enumerate(self.spans)
        ]
        first = torch.stack(products, dim=2).view(len(x), -1, hidden) * scale
        h = nnf.gelu(_norm(first + self.b1, self.g1, self.c1), approximate="tanh")
        h = nnf.dropout(h, 0.5, self.training)
        step = torch.einsum("mij,bmj->bmi", self.w2, h) + self.b2
        h = h + nnf.gelu(_norm(step, self.g2, self.c2), approximate="tanh")
        h = nnf.dropout(h, 0.3, self.training)
        return torch.einsum("mci,bmi->bmc", self.w3, h) + self.b3

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score standardised vectors (B, D): (B, 6) logits, the members' mean."""
        return self.members(x).mean(dim=1)


def _norm(x: torch.Tensor, gain: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Layer normalisation over the last axis, with a gain and a bias for each member."""
    return nnf.layer_norm(x, x.shape[-1:]) * gain + bias


def store_coarsely(net: HeadsModule) -> None:
    """Round the first layers to what is shipped, so that everything after is fitted to that.

    Every unit has a step of its own for every family.
    """
    with torch.no_grad():
        for view in range(len(VIEWS)):
            weights, steps = net.first(view), getattr(net, f"steps_{view}")
            for i, family in enumerate(view_families(view)):
                part = weights[:, family]
                reach = REACH * part.square().mean(dim=1).sqrt()
                reach = torch.minimum(reach, part.abs().amax(dim=1)).clamp_(min=1e-9)
                step = reach / DEEPEST
                whole = (part / step[:, None]).round_().clamp_(-DEEPEST, DEEPEST)
                weights[:, family], steps[:, i] = whole * step[:, None], step


def packed(net: HeadsModule, view: int) -> U8:
    """Write the first layers of a view, rounded before, in 4 bits: see `classifier.unpack`."""
    weights = net.first(view).detach().numpy()
    steps = getattr(net, f"steps_{view}").numpy()
    out = np.full((len(weights), weights.shape[1] + weights.shape[1] % 2), 8, np.uint8)
    for i, family in enumerate(view_families(view)):
        out[:, family] = np.rint(weights[:, family] / steps[:, i, None]) + 8
    return np.asarray(out[:, 0::2] | out[:, 1::2] << 4, np.uint8)


def statistics(table: F16, rows: npt.NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and floored standard deviation over every fourth copy of the given images: (D,) each."""
    sample = np.concatenate([table[i, ::4].astype(np.float32) for i in rows])
    mean, std = sample.mean(axis=0), sample.std(axis=0)
    return torch.from_numpy(mean), torch.from_numpy(np.maximum(std, 1e-3))


def train(
    table: F16,
    target: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float32],
    rows: npt.NDArray[np.int64],
    recipe: Recipe,
    *,
    device: torch.device,
    note: str = "",
    level: npt.NDArray[np.int64] | None = None,
) -> HeadsModule:
    """Train the net; its first layers come back rounded to what is shipped.

    Parameters
    ----------
    table : numpy.ndarray
        (N, copies, D) float16 feature vectors.
    target : numpy.ndarray
        (N,) class index.
    weight : numpy.ndarray
        (N,) loss weight of each image.
    rows : numpy.ndarray
        Images to train on.
    recipe : Recipe
        Hyperparameters; the seed fixes initialisation and order.
    device : torch.device
        Where to train.
    note : str
        Printed with each epoch.
    level : numpy.ndarray, optional
        Images that mean and scale of the features are taken from, without their labels; `rows` by
        default. Nets to be merged need the same.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    mean, scale = statistics(table, rows if level is None else level)
    model = HeadsModule(mean, scale, recipe.hidden).to(device)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay
    )
    per_epoch = len(rows) * table.shape[1] // recipe.batch
    # The schedule divides by its phases' lengths: with few images none of them may be empty.
    steps = max(per_epoch * recipe.epochs, 4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=recipe.rate, total_steps=steps, pct_start=max(0.1, min(0.5, 3 / steps))
    )
    batches = Batches(
        table.reshape(-1, table.shape[-1]),
        mean,
        scale,
        size=recipe.batch,
        mixup=recipe.mixup,
        device=device,
    )
    goal, mass = torch.from_numpy(target).to(device), torch.from_numpy(weight).to(device)
    started = time.time()
    for epoch in range(recipe.epochs):
        order = (rows[:, None] * table.shape[1] + np.arange(table.shape[1])).ravel()
        rng.shuffle(order)
        total = 0.0
        model.train()
        for step in range(per_epoch):
            pick = order[step * recipe.batch : (step + 1) * recipe.batch]
            image = torch.from_numpy(pick // table.shape[1]).to(device)
            total += _step(model, batches.draw(pick, rng), goal[image], mass[image], recipe)
            nn.utils.clip_grad_norm_(model.parameters(), CLIPPED)
            optimiser.step()
            schedule.step()
        print(
            f"{note} epoch {epoch + 1} loss {total / per_epoch:.4f} {time.time() - started:.0f} s",
            flush=True,
        )
    model = model.eval().cpu()
    store_coarsely(model)
    return model


def _step(
    model: HeadsModule, batch: Mixed, y: torch.Tensor, w: torch.Tensor, recipe: Recipe
) -> float:
    """Forward and backward of one batch; returns the loss."""
    logits = model.members(batch.vectors, SCALE).transpose(1, 2)
    loss = torch.zeros((), device=logits.device)
    other, share = batch.partner, batch.share
    for goal, weight, part in ((y, w, share), (y[other], w[other], 1 - share)):
        # Every member answers for itself: one that leans on another knows less.
        each = nnf.cross_entropy(
            logits,
            goal[:, None].expand(-1, logits.shape[2]),
            reduction="none",
            label_smoothing=recipe.smoothing,
        )
        loss = loss + part * (each * weight[:, None]).mean(dim=0).sum()
    model.zero_grad(set_to_none=False)
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach()) / logits.shape[2]


def merge(found: Sequence[HeadsModule]) -> HeadsModule:
    """Put nets side by side.

    Raises
    ------
    ValueError
        If they do not standardise the features alike.
    """
    states = [net.state_dict() for net in found]
    for state in states[1:]:
        if any(not torch.equal(state[key], states[0][key]) for key in COMMON):
            raise ValueError("nets with other means or scales of the features cannot be merged")
    members, hidden = found[0].b1.shape
    folds = members // len(VIEWS) * len(found)
    out = HeadsModule(states[0]["mean"], states[0]["scale"], hidden, folds)
    out.load_state_dict({
        key: value if key in COMMON else torch.cat([state[key] for state in states])
        for key, value in states[0].items()
    })  # fmt: skip
    return out.eval()


def split(merged: HeadsModule, folds: int) -> list[HeadsModule]:
    """Take the nets of `merge` apart again, in their order.

    Parameters
    ----------
    merged : HeadsModule
        Nets side by side.
    folds : int
        How many.

    Raises
    ------
    ValueError
        If the number of members is another one.
    """
    state = merged.state_dict()
    members, hidden = merged.b1.shape
    if members != folds * len(VIEWS):
        raise ValueError(f"a net of {members} members is not one of {folds} folds")
    out = []
    for k in range(folds):
        part = HeadsModule(state["mean"], state["scale"], hidden)
        part.load_state_dict({
            key: value if key in COMMON else value.chunk(folds)[k] for key, value in state.items()
        })  # fmt: skip
        out.append(part.eval())
    return out


def save(model: HeadsModule, path: Path) -> None:
    """Write a net as safetensors."""
    partial = path.with_suffix(".part")
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, partial)
    partial.replace(path)


def load(path: Path) -> HeadsModule:
    """Read a net that `save` wrote.

    Raises
    ------
    ValueError
        If the net is of other feature families.
    """
    state = load_file(path)
    expected = sum(features.LENGTHS.values())
    if "steps_0" not in state or state["mean"].numel() != expected:
        raise ValueError(f"{path} is no net of today's {expected} feature numbers: train it anew")
    members, hidden = state["b1"].shape
    model = HeadsModule(state["mean"], state["scale"], hidden, members // len(VIEWS))
    model.load_state_dict(state)
    return model.eval()
