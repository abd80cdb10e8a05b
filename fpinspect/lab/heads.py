"""The heads: the net's training loop and the discriminants of the families."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as nnf

from fpinspect.verdict import features
from fpinspect.verdict.classifier import CLIP, SOURCES, dequantise_first

F32 = npt.NDArray[np.float32]
F16 = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Hyperparameters of one training; all are written beside the weights."""

    hidden: int = 384
    epochs: int = 8
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
    """The net over all families."""

    def __init__(self, mean: torch.Tensor, scale: torch.Tensor, hidden: int) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        classes = len(SOURCES)
        self.w1 = nn.Linear(mean.numel(), hidden)
        self.n1 = nn.LayerNorm(hidden)
        self.w2 = nn.Linear(hidden, hidden)
        self.n2 = nn.LayerNorm(hidden)
        self.w3 = nn.Linear(hidden, classes)

    def standardise(self, vectors: torch.Tensor) -> torch.Tensor:
        """Centre, scale and clip (B, D) vectors."""
        assert isinstance(self.mean, torch.Tensor)
        assert isinstance(self.scale, torch.Tensor)
        return ((vectors - self.mean) / self.scale).clamp_(-CLIP, CLIP)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score standardised vectors (B, D): (B, 6) logits."""
        z = nnf.dropout(x, 0.3, self.training)
        h = nnf.gelu(self.n1(self.w1(z)), approximate="tanh")
        h = nnf.dropout(h, 0.5, self.training)
        h = h + nnf.gelu(self.n2(self.w2(h)), approximate="tanh")
        out: torch.Tensor = self.w3(nnf.dropout(h, 0.3, self.training))
        return out


@dataclass(frozen=True)
class Trained:
    """Everything that forms opinions on a standardised vector.

    Attributes
    ----------
    net : HeadsModule
        The net, with the mean and scale of the features.
    linear : torch.Tensor
        (6, D) discriminants of every family, side by side.
    bias : torch.Tensor
        (families, 6).
    """

    net: HeadsModule
    linear: torch.Tensor
    bias: torch.Tensor

    def opinions(self, vectors: torch.Tensor) -> torch.Tensor:
        """Score raw vectors (B, D): (B, 8, 6) logits, families in their order, then the net."""
        x = self.net.standardise(vectors)
        out = [
            x[:, span] @ self.linear[:, span].T + bias
            for span, bias in zip(features.spans().values(), self.bias, strict=True)
        ]
        return torch.stack([*out, self.net(x)], dim=1)


def discriminants(
    net: HeadsModule,
    table: F16,
    target: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float32],
    rows: npt.NDArray[np.int64],
    recipe: Recipe,
) -> Trained:
    """Fit one shrinkage discriminant (LDA) per family, classes at equal priors.

    The covariance within the classes, every class counted alike, is shrunk towards a multiple of
    the identity; images are weighted as in the net's loss. Every `Recipe.linear_step`-th copy is
    used: the covariance of 10,500 numbers is what this costs.
    """
    table = table[:, :: recipe.linear_step]
    shrinkage, classes, copies = recipe.shrinkage, len(SOURCES), table.shape[1]
    blocks, biases = [], []
    mean, scale = net.mean, net.scale
    assert isinstance(mean, torch.Tensor)
    assert isinstance(scale, torch.Tensor)
    goal = torch.from_numpy(np.repeat(target[rows], copies))
    mass = torch.from_numpy(np.repeat(weight[rows], copies))
    # Rows of one class at a time: each class's weights sum to one.
    share = torch.stack([mass * (goal == c) / mass[goal == c].sum() for c in range(classes)])
    for span in features.spans().values():
        part = torch.from_numpy(np.asarray(table[rows, :, span], np.float32))
        x = part.reshape(-1, part.shape[-1])
        x = ((x - mean[span]) / scale[span]).clamp_(-CLIP, CLIP)
        means = share @ x
        x -= means[goal]
        x *= share.sum(dim=0).sqrt()[:, None]
        covariance = (x.T @ x).double() / classes
        level = covariance.diagonal().mean()
        covariance *= 1 - shrinkage
        covariance.diagonal().add_(shrinkage * level)
        solved = torch.linalg.solve(covariance, means.double().T).T
        blocks.append(solved.float())
        biases.append((-0.5 * (solved * means.double()).sum(dim=1)).float())
    return Trained(net, torch.cat(blocks, dim=1), torch.stack(biases))


def store_coarsely(net: HeadsModule) -> None:
    """Round the first layer to what is shipped, so that everything after is fitted to that."""
    with torch.no_grad():
        weights, steps = quantise_first(net.w1.weight.numpy())
        net.w1.weight.copy_(torch.from_numpy(dequantise_first(weights, steps)))


def quantise_first(weight: F32) -> tuple[npt.NDArray[np.int8], F32]:
    """Round the first layer's (H, D) weights to 8 bits, a step for every unit and family.

    Returns
    -------
    weights : numpy.ndarray
        (H, D) int8.
    steps : numpy.ndarray
        (H, families) float32.
    """
    out, steps = np.empty(weight.shape, np.int8), []
    for span in features.spans().values():
        step = np.maximum(np.abs(weight[:, span]).max(axis=1) / 127, 1e-12)
        out[:, span] = np.rint(weight[:, span] / step[:, None])
        steps.append(step)
    return out, np.stack(steps, axis=1).astype(np.float32)


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
) -> Trained:
    """Train the net, then fit the discriminants.

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
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    mean, scale = statistics(table, rows)
    model = HeadsModule(mean, scale, recipe.hidden).to(device)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay
    )
    per_epoch = len(rows) * table.shape[1] // recipe.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        max_lr=recipe.rate,
        total_steps=per_epoch * recipe.epochs,
        pct_start=0.1,
    )
    flat = table.reshape(-1, table.shape[-1])
    goal = torch.from_numpy(target)
    mass = torch.from_numpy(weight)
    started = time.time()
    for epoch in range(recipe.epochs):
        order = (rows[:, None] * table.shape[1] + np.arange(table.shape[1])).ravel()
        rng.shuffle(order)
        total = 0.0
        model.train()
        for step in range(per_epoch):
            pick = order[step * recipe.batch : (step + 1) * recipe.batch]
            x = torch.from_numpy(flat[pick].astype(np.float32)).to(device)
            image = torch.from_numpy(pick // table.shape[1])
            total += _step(model, x, goal[image].to(device), mass[image].to(device), recipe, rng)
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            schedule.step()
        print(
            f"{note} epoch {epoch + 1} loss {total / per_epoch:.4f} {time.time() - started:.0f} s",
            flush=True,
        )
    model = model.eval().cpu()
    store_coarsely(model)
    return discriminants(model, table, target, weight, rows, recipe)


def _step(
    model: HeadsModule,
    x: torch.Tensor,
    y: torch.Tensor,
    w: torch.Tensor,
    recipe: Recipe,
    rng: np.random.Generator,
) -> float:
    """Forward and backward of one batch with mixup; returns the loss."""
    x = model.standardise(x)
    share = float(rng.beta(recipe.mixup, recipe.mixup))
    other = torch.from_numpy(rng.permutation(len(x))).to(x.device)
    logits = model(torch.lerp(x[other], x, share))
    loss = torch.zeros((), device=x.device)
    for goal, weight, part in ((y, w, share), (y[other], w[other], 1 - share)):
        each = nnf.cross_entropy(logits, goal, reduction="none", label_smoothing=recipe.smoothing)
        loss = loss + part * (each * weight).mean()
    model.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach())


def score(model: Trained, vectors: F16) -> npt.NDArray[np.float64]:
    """Opinions of many vectors: (T, D) float16 to (T, 8, 6) float64."""
    out = []
    with torch.inference_mode():
        for start in range(0, len(vectors), 2048):
            x = torch.from_numpy(vectors[start : start + 2048].astype(np.float32))
            out.append(model.opinions(x).numpy().astype(np.float64))
    return np.concatenate(out)
