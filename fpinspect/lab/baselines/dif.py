"""Deep Image Fingerprint: a network that draws a generator's fingerprint, learned by contrast.

A U-Net turns fixed noise into a picture F, the fingerprint. It is trained so that the correlation
of F with the residuals of one generator's images differs from its correlation with those of real
ones by a margin, while images of the same side correlate alike [1]_. An image is judged by the
nearer of the two mean correlations. Several fingerprints together name a source: each one's
correlation is read as the log-likelihood ratio of two normal distributions with those means and a
common spread, whose threshold is the same midpoint.

What differs from the paper: the residual comes from the wavelet filter instead of a denoising
network and is averaged over blocks, so that F is a 16x16 picture repeated over the image instead of
a 256x256 one (of 16, 32 and 64 the one with the lowest held-out loss on training images, and the
one that needs fewest steps); the U-Net has three levels and 16 to 64 channels instead of four and
32 to 256; every pair of images in a batch counts instead of half of them with the other half; the
rate is four times the paper's; training ends when the held-out loss stops falling instead of after
100 rounds.

References
----------
.. [1] S. Sinitsa, O. Fried, "Deep Image Fingerprint: Towards Low Budget Synthetic Image Detection
   and Model Lineage Analysis", WACV 2024 (the study's ref. 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from fpinspect.lab.baselines.loop import History, Plan, fit
from fpinspect.signal.device import choose_device

F16 = npt.NDArray[np.float16]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

MARGIN = 0.01
"""How far apart the correlations of a real and a generated image shall be."""
BATCH = 64
RATE = 2e-3
PLAN = Plan(every=20, patience=10, drops=0, most=1000)
PERIOD = 16
"""Of the fingerprint, in pixels."""
_NOISE_CHANNELS, _NOISE, _JITTER = 16, 0.1, 0.03
_KEEP = 0.95  # of the running fingerprint at each step


def _twice(inputs: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for i in (inputs, outputs):
        layers += [
            nn.Conv2d(i, outputs, 3, padding=1, padding_mode="circular"),
            nn.GroupNorm(4, outputs),
            nn.LeakyReLU(0.1, inplace=True),
        ]
    return nn.Sequential(*layers)


class Drawer(nn.Module):
    """The U-Net with its fixed noise and its running fingerprint.

    Attributes
    ----------
    fingerprint : torch.Tensor
        (3, 16, 16) running mean of the pictures drawn, mean 0 and variance 1.
    """

    noise: torch.Tensor
    fingerprint: torch.Tensor

    def __init__(self, seed: int, width: int = 16, side: int = PERIOD) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.first = _twice(_NOISE_CHANNELS, width)
        self.down = nn.ModuleList([_twice(width, 2 * width), _twice(2 * width, 4 * width)])
        self.up = nn.ModuleList([_twice(6 * width, 2 * width), _twice(3 * width, width)])
        self.last = nn.Conv2d(width, 3, 1)
        shape = (1, _NOISE_CHANNELS, side, side)
        self.register_buffer("noise", _NOISE * torch.rand(shape))
        self.register_buffer("fingerprint", torch.zeros(3, side, side))

    def forward(self, jitter: torch.Tensor) -> torch.Tensor:
        """Draw the picture: (3, side, side), mean 0 and variance 1."""
        x = self.first(self.noise + jitter)
        seen = [x]
        for level in self.down:
            x = level(nn.functional.avg_pool2d(x, 2))
            seen.append(x)
        seen.pop()
        for level in self.up:
            wide = nn.functional.interpolate(x, scale_factor=2, mode="nearest")
            x = level(torch.cat([wide, seen.pop()], dim=1))
        return normalised(self.last(x)[0])


def normalised(picture: torch.Tensor) -> torch.Tensor:
    """Shift and scale a picture to mean 0 and variance 1."""
    centred = picture - picture.mean()
    return centred / (centred.square().mean().sqrt() + 1e-8)


def contrast(
    correlation: torch.Tensor, generated: torch.Tensor, margin: float = MARGIN
) -> torch.Tensor:
    """Contrastive loss over all pairs, in margins.

    A pair of different sides costs what it lacks of the margin, a pair of the same side how far
    it is apart; both kinds weigh alike.
    """
    apart = (correlation[:, None] - correlation[None]).abs()
    mixed = generated[:, None] != generated[None]
    lacking = torch.relu(margin - apart[mixed]).mean()
    same = apart[~mixed].mean()
    return (lacking + same) / (2 * margin)


class Learning:
    """One generator against real images; see `fpinspect.lab.baselines.loop.Learner`.

    Parameters
    ----------
    residuals : numpy.ndarray
        (N, 3, side, side) float16, see `fpinspect.lab.baselines.material.folded`.
    generated, held_out : numpy.ndarray
        (N,) bool.
    seed : int
        Of the network.
    margin : float, optional
        Of `contrast`, `MARGIN` by default; it must exceed the correlation's own noise, one over
        the square root of the number of values in a residual.
    device : str
        For torch.
    """

    def __init__(
        self,
        residuals: F16,
        generated: npt.NDArray[np.bool_],
        held_out: npt.NDArray[np.bool_],
        *,
        seed: int = 0,
        margin: float | None = None,
        device: str = "auto",
    ) -> None:
        self.device = choose_device(device)
        self.margin = MARGIN if margin is None else margin
        self.residuals, self.generated = folded(residuals), generated
        self.kept = np.flatnonzero(held_out)
        self.sides = [np.flatnonzero(~held_out & (generated == side)) for side in (False, True)]
        self.net = Drawer(seed, side=self.residuals.shape[-1]).to(self.device)
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=RATE)

    def advance(self, rng: np.random.Generator) -> None:
        """Take one step on as many real as generated images."""
        chosen = np.concatenate([rng.choice(side, BATCH // 2) for side in self.sides])
        batch = torch.from_numpy(self.residuals[chosen].astype(np.float32)).to(self.device)
        jitter = _JITTER * rng.standard_normal(self.net.noise.shape, np.float32)
        self.net.train()
        drawn = self.net(torch.from_numpy(jitter).to(self.device))
        correlation = (batch * drawn).mean((1, 2, 3))
        sides = torch.from_numpy(self.generated[chosen]).to(self.device)
        loss = contrast(correlation, sides, self.margin)
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.optimizer.step()
        with torch.no_grad():
            running = _KEEP * self.net.fingerprint + (1 - _KEEP) * drawn
            self.net.fingerprint.copy_(normalised(running))

    def held_out(self) -> float:
        """Contrastive loss of the running fingerprint on the held-out images."""
        found = correlations(self.residuals[self.kept], self.net.fingerprint.cpu().numpy())
        sides = torch.from_numpy(self.generated[self.kept])
        return float(contrast(torch.from_numpy(found), sides, self.margin))


def folded(residuals: F16) -> F16:
    """Average residuals over their blocks of `PERIOD`; smaller ones stay as they are."""
    side = residuals.shape[-1]
    blocks = max(1, side // PERIOD)
    n = side // blocks
    shape = (-1, residuals.shape[1], blocks, n, blocks, n)
    parts = [
        residuals[i : i + 256].astype(np.float32).reshape(shape).mean(axis=(2, 4))
        for i in range(0, len(residuals), 256)
    ]
    return np.concatenate(parts).astype(np.float16)


def correlations(residuals: F16, fingerprint: F32) -> F64:
    """Pearson correlation of each residual with the fingerprint, repeated over it: (N,)."""
    flat = residuals.reshape(len(residuals), -1)
    times = residuals.shape[-1] // fingerprint.shape[-1]
    whole = np.tile(fingerprint, (1, times, times)).ravel()
    parts = [flat[i : i + 256].astype(np.float32) @ whole for i in range(0, len(flat), 256)]
    return np.concatenate(parts).astype(np.float64) / whole.size


@dataclass(frozen=True)
class Fingerprint:
    """A learned fingerprint and its rule.

    Attributes
    ----------
    picture : numpy.ndarray
        (3, 16, 16) float32, mean 0 and variance 1; turned so that generated images correlate
        more than real ones.
    real, generated, spread : float
        Mean correlation of either side and the standard deviation about them, in training.
    history : History
        How the training went.
    """

    picture: F32
    real: float
    generated: float
    spread: float
    history: History

    def ratio(self, residuals: F16) -> F64:
        """Natural log-likelihood ratio generated : real; above 0 the generated mean is nearer."""
        middle = (self.real + self.generated) / 2
        gain = (self.generated - self.real) / self.spread**2
        return gain * (correlations(residuals, self.picture) - middle)


def learn(
    learning: Learning,
    path: Path,
    *,
    plan: Plan | None = None,
    identity: str,
    say: Callable[[str], None] = print,
) -> Fingerprint:
    """Learn the fingerprint of one generator.

    Parameters
    ----------
    learning : Learning
        In its first state.
    path : pathlib.Path
        For the weights and the record.
    plan, identity, say
        See `fpinspect.lab.baselines.loop.fit`.
    """
    history = fit(learning, path, plan or PLAN, f"{identity}:{PERIOD}", say)
    picture = learning.net.fingerprint.cpu().numpy()
    sides = [correlations(learning.residuals[side], picture) for side in learning.sides]
    real, made = (float(side.mean()) for side in sides)
    sign = 1.0 if made >= real else -1.0
    spread = float(np.sqrt(np.mean([side.var() for side in sides])))
    return Fingerprint(
        np.asarray(sign * picture, np.float32), sign * real, sign * made, spread, history
    )


def shares(fingerprints: Sequence[Fingerprint], residuals: F16) -> F64:
    """Probabilities of real and of each generator, all equally likely: (N, 1 + generators)."""
    ratios = [fingerprint.ratio(residuals) for fingerprint in fingerprints]
    logits = np.stack([np.zeros(len(residuals)), *ratios], axis=1)
    logits -= logits.max(axis=1, keepdims=True)
    odds = np.exp(logits)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float64)


def lineage(fingerprints: Sequence[Fingerprint], residuals: F16, target: I64) -> F64:
    """Which fingerprints are related to whose images.

    Returns
    -------
    numpy.ndarray
        (fingerprints, classes) mean correlation of each class's images with each fingerprint, in
        thousandths; NaN for classes without an image.
    """
    classes = int(target.max()) + 1
    out = np.full((len(fingerprints), classes), np.nan)
    for row, fingerprint in zip(out, fingerprints, strict=True):
        found = correlations(residuals, fingerprint.picture)
        for c in np.unique(target):
            row[c] = 1e3 * found[target == c].mean()
    return out
