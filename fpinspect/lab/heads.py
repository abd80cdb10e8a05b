"""The heads: the net and the discriminants of the families, and the opinions they form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from fpinspect.lab import nets
from fpinspect.lab.nets import HeadsModule, Recipe
from fpinspect.verdict import features
from fpinspect.verdict.classifier import CLIP, LIMIT, SOURCES

F16 = npt.NDArray[np.float16]


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
        """Score raw vectors (B, D): (B, 9, 6) logits, families in their order, then the net."""
        x = self.net.standardise(vectors)
        out = [
            x[:, span] @ self.linear[:, span].T + bias
            for span, bias in zip(features.spans().values(), self.bias, strict=True)
        ]
        return torch.stack([*out, self.net(x)], dim=1)


def merge(found: Sequence[Trained]) -> Trained:
    """Put models together: their nets side by side, the mean of their discriminants."""
    return Trained(
        nets.merge([model.net for model in found]),
        torch.stack([model.linear for model in found]).mean(dim=0),
        torch.stack([model.bias for model in found]).mean(dim=0),
    )


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
    share = torch.stack([
        mass * (goal == c) / mass[goal == c].sum().clamp(min=1e-12) for c in range(classes)
    ])  # fmt: skip
    present = share.sum(dim=1) > 0
    for span in features.spans().values():
        part = torch.from_numpy(np.asarray(table[rows, :, span], np.float32))
        x = part.reshape(-1, part.shape[-1])
        x = ((x - mean[span]) / scale[span]).clamp_(-CLIP, CLIP)
        means = share @ x
        x -= means[goal]
        x *= share.sum(dim=0).sqrt()[:, None]
        covariance = (x.T @ x).double() / int(present.sum())
        level = covariance.diagonal().mean()
        covariance *= 1 - shrinkage
        covariance.diagonal().add_(shrinkage * level)
        solved = torch.linalg.solve(covariance, means.double().T).T
        blocks.append(solved.float())
        bias = (-0.5 * (solved * means.double()).sum(dim=1)).float()
        # A class without an image (a generator left out) is never the answer.
        biases.append(torch.where(present, bias, torch.full_like(bias, -LIMIT)))
    return Trained(net, torch.cat(blocks, dim=1), torch.stack(biases))


def score(model: Trained, vectors: F16) -> npt.NDArray[np.float64]:
    """Opinions of many vectors: (T, D) float16 to (T, 9, 6) float64."""
    out = []
    with torch.inference_mode():
        for start in range(0, len(vectors), 2048):
            x = torch.from_numpy(vectors[start : start + 2048].astype(np.float32))
            out.append(model.opinions(x).numpy().astype(np.float64))
    return np.concatenate(out)
