"""The heads as torch modules, and their training loop."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as nnf

from fpinspect.verdict import features
from fpinspect.verdict.classifier import CLIP, SOURCES

F16 = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Hyperparameters of one training; all are written beside the weights."""

    hidden: int = 512
    epochs: int = 10
    batch: int = 512
    rate: float = 1e-3
    weight_decay: float = 0.05
    linear_rate: float = 2e-3
    linear_decay: float = 0.1
    smoothing: float = 0.02
    mixup: float = 0.3
    real_weight: float = 2.0
    seed: int = 20261125


class HeadsModule(nn.Module):
    """One linear head per family, and a net over all of them."""

    def __init__(self, mean: torch.Tensor, scale: torch.Tensor, hidden: int) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        classes = len(SOURCES)
        self.linear = nn.ModuleList(nn.Linear(n, classes) for n in features.LENGTHS.values())
        self.w1 = nn.Linear(mean.numel(), hidden)
        self.n1 = nn.LayerNorm(hidden)
        self.w2 = nn.Linear(hidden, hidden)
        self.n2 = nn.LayerNorm(hidden)
        self.w3 = nn.Linear(hidden, classes)
        for layer in self.linear:
            assert isinstance(layer, nn.Linear)
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def standardise(self, vectors: torch.Tensor) -> torch.Tensor:
        """Centre, scale and clip (B, D) vectors."""
        assert isinstance(self.mean, torch.Tensor)
        assert isinstance(self.scale, torch.Tensor)
        return ((vectors - self.mean) / self.scale).clamp_(-CLIP, CLIP)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score standardised vectors (B, D): (B, 7, 6) logits."""
        spans = features.spans().values()
        out = [head(x[:, span]) for head, span in zip(self.linear, spans, strict=True)]
        z = nnf.dropout(x, 0.3, self.training)
        h = nnf.gelu(self.n1(self.w1(z)), approximate="tanh")
        h = nnf.dropout(h, 0.5, self.training)
        h = h + nnf.gelu(self.n2(self.w2(h)), approximate="tanh")
        out.append(self.w3(nnf.dropout(h, 0.3, self.training)))
        return torch.stack(out, dim=1)


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
) -> HeadsModule:
    """Train all opinions in one loop.

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
    linear = list(model.linear.parameters())
    ids = {id(p) for p in linear}
    net = [p for p in model.parameters() if id(p) not in ids]
    optimiser = torch.optim.AdamW(
        [
            {"params": net, "lr": recipe.rate, "weight_decay": recipe.weight_decay},
            {"params": linear, "lr": recipe.linear_rate, "weight_decay": recipe.linear_decay},
        ],
    )
    per_epoch = len(rows) * table.shape[1] // recipe.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser,
        max_lr=[recipe.rate, recipe.linear_rate],
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
    return model.eval()


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
        each = nnf.cross_entropy(
            logits.flatten(0, 1),
            goal.repeat_interleave(logits.shape[1]),
            reduction="none",
            label_smoothing=recipe.smoothing,
        ).view(len(x), -1)
        loss = loss + part * (each.sum(dim=1) * weight).mean()
    model.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach())


def score(model: HeadsModule, vectors: F16, device: torch.device) -> npt.NDArray[np.float64]:
    """Opinions of many vectors: (T, D) float16 to (T, 7, 6) float64."""
    out = []
    with torch.inference_mode():
        for start in range(0, len(vectors), 2048):
            x = torch.from_numpy(vectors[start : start + 2048].astype(np.float32)).to(device)
            out.append(model(model.standardise(x)).cpu().numpy().astype(np.float64))
    return np.concatenate(out)
