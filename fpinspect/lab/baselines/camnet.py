"""A network that looks at the whole image, and the map of what it went by.

The study's earlier work treated the image as one feature, without taking the residual out, and
asked which of its parts matter. This is a compact network of six convolutions whose last maps are
averaged over the image and weighed once per class; the same weights on the maps themselves give
the class activation map [1]_, exactly: its mean is the class's score.

References
----------
.. [1] B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba, "Learning Deep Features for
   Discriminative Localization", CVPR 2016.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from fpinspect.lab.baselines.loop import Plan
from fpinspect.signal.device import choose_device

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

STRIDE = 8
"""Pixels per cell of an activation map."""
BATCH = 32
RATE = 1e-3
LEARNED = 64
"""Side of what a step looks at, cut from the crops: a cell of the map sees 43 pixels."""
PLAN = Plan(every=200, patience=5, drops=1, most=8000)
AVERAGED = 0.99
"""Share of the running mean of the weights that a step leaves; less in the first steps."""
_WIDTHS = ((3, 16, 2), (16, 32, 1), (32, 48, 2), (48, 48, 1), (48, 64, 2), (64, 64, 1))
_HELD_STEP = 2  # of the versions of a held-out image every second is looked at


class CamNet(nn.Module):
    """Six convolutions, the mean over the image, one linear layer."""

    def __init__(self, classes: int, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        layers: list[nn.Module] = []
        for inputs, outputs, stride in _WIDTHS:
            layers += [
                # Mirrored, not black: an edge of zeros would be the strongest edge of the image.
                nn.Conv2d(
                    inputs, outputs, 3, stride, padding=1, padding_mode="reflect", bias=False
                ),
                nn.BatchNorm2d(outputs),
                nn.ReLU(inplace=True),
            ]
        self.maps = nn.Sequential(*layers)
        self.weigh = nn.Linear(_WIDTHS[-1][1], classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores of the classes: (N, 3, H, W) to (N, classes)."""
        scores: torch.Tensor = self.weigh(self.maps(x).mean((2, 3)))
        return scores

    def activation(self, x: torch.Tensor) -> torch.Tensor:
        """Class activation maps, whose mean is the score: (N, classes, H/8, W/8)."""
        found = torch.einsum("nkhw,ck->nchw", self.maps(x), self.weigh.weight)
        return found + self.weigh.bias[:, None, None]


class Averaged(nn.Module):
    """A network and the running mean of its weights, which is what judges.

    Without it the held-out loss jumps from look to look by more than it falls.
    """

    steps: torch.Tensor

    def __init__(self, classes: int, seed: int) -> None:
        super().__init__()
        self.live = CamNet(classes, seed)
        self.mean = CamNet(classes, seed)
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def follow(self) -> None:
        """Draw the mean towards the network, the statistics of its layers likewise."""
        n = int(self.steps)
        keep = min(AVERAGED, n / (n + 9))
        pairs = zip(self.mean.state_dict().values(), self.live.state_dict().values(), strict=True)
        for mean, now in pairs:
            mean.copy_(keep * mean + (1 - keep) * now if mean.is_floating_point() else now)
        self.steps += 1


def as_input(crops: U8, device: torch.device) -> torch.Tensor:
    """Codes (N, H, W, 3) to (N, 3, H, W) about 0."""
    # A copy: torch warns about the read-only arrays of a cache.
    x = torch.from_numpy(np.array(crops, order="C")).to(device).permute(0, 3, 1, 2)
    # Permuted codes lie channels-last in memory already, which is the faster layout.
    return (x.float() - 127.5) / 64


class Learning:
    """See `fpinspect.lab.baselines.loop.Learner`.

    Parameters
    ----------
    crops : numpy.ndarray
        (N, V, T, side, side, 3) uint8: T crops of V versions of N images.
    target : numpy.ndarray
        (N,) class index.
    held_out : numpy.ndarray
        (N,) bool.
    classes : int
        How many there are; each is drawn as often as the others.
    seed : int
        Of the network.
    device : str
        For torch.
    """

    def __init__(
        self,
        crops: U8,
        target: I64,
        held_out: npt.NDArray[np.bool_],
        *,
        classes: int,
        seed: int = 0,
        device: str = "auto",
    ) -> None:
        self.device = choose_device(device)
        self.crops, self.target = crops, target
        self.kept = np.flatnonzero(held_out)
        self.of_class = [
            rows for c in range(classes) if len(rows := np.flatnonzero(~held_out & (target == c)))
        ]
        self.net = Averaged(classes, seed).to(self.device)
        self.optimizer = torch.optim.AdamW(self.net.live.parameters(), lr=RATE, weight_decay=0.02)

    def advance(self, rng: np.random.Generator) -> None:
        """Take one step on parts of crops, turned and mirrored at random."""
        rows = np.array([rng.choice(self.of_class[i % len(self.of_class)]) for i in range(BATCH)])
        versions = rng.integers(self.crops.shape[1], size=BATCH)
        part = rng.integers(self.crops.shape[2], size=BATCH)
        side = min(LEARNED, self.crops.shape[3])
        corner = rng.integers(self.crops.shape[3] - side + 1, size=(BATCH, 2))
        batch = [
            self.crops[row, version, t, y : y + side, x : x + side]
            for row, version, t, (y, x) in zip(rows, versions, part, corner, strict=True)
        ]
        turned = np.stack([
            np.rot90(crop[:, ::-1] if mirrored else crop, turns)
            for crop, turns, mirrored in zip(
                batch, rng.integers(4, size=BATCH), rng.integers(2, size=BATCH), strict=True
            )
        ])  # fmt: skip
        self.net.live.train()
        scores = self.net.live(as_input(turned, self.device))
        goal = torch.from_numpy(self.target[rows]).to(self.device)
        loss = nn.functional.cross_entropy(scores, goal, label_smoothing=0.05)
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.optimizer.step()
        self.net.follow()

    def held_out(self) -> float:
        """Cross-entropy in nats, the mean over the classes."""
        share = probabilities(self.net.mean, self.crops[self.kept, ::_HELD_STEP, :1])
        goal = self.target[self.kept]
        cost = -np.log(share[np.arange(len(goal)), :, goal] + 1e-12).mean(axis=1)
        return float(np.mean([cost[goal == c].mean() for c in np.unique(goal)]))


def probabilities(net: CamNet, crops: U8) -> F64:
    """Probabilities of the classes, the mean score over the crops: (N, V, classes).

    Parameters
    ----------
    net : CamNet
        Trained.
    crops : numpy.ndarray
        (N, V, T, side, side, 3) uint8.
    """
    device = next(net.parameters()).device
    n, versions, parts, side = crops.shape[:4]
    found = []
    net.eval()
    with torch.inference_mode():
        # Larger batches only make the memory come and go.
        step = max(1, BATCH // (versions * parts))
        for image in range(0, n, step):
            flat = crops[image : image + step].reshape(-1, side, side, 3)
            found.append(net(as_input(flat, device)).cpu().numpy())
    scores = np.concatenate(found).reshape(n, versions, parts, -1).mean(axis=2).astype(np.float64)
    odds = np.exp(scores - scores.max(axis=2, keepdims=True))
    return np.asarray(odds / odds.sum(axis=2, keepdims=True), np.float64)


def activation(net: CamNet, codes: U8) -> F32:
    """Class activation maps of one whole image, (classes, H/8, W/8).

    Parameters
    ----------
    net : CamNet
        Trained.
    codes : numpy.ndarray
        (H, W, 3) uint8.
    """
    net.eval()
    with torch.inference_mode():
        found = net.activation(as_input(codes[None], next(net.parameters()).device))
    return np.asarray(found[0].cpu().numpy(), np.float32)
