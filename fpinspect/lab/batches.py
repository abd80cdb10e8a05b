"""Batches for the net: standardised, mixed and thinned in blocks that stay in the cache.

A batch of 512 vectors of 32,000 numbers is 65 MB. Done one after the other over the whole batch,
each into an array of its own, these steps take three times as long as the products they feed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from fpinspect.verdict.classifier import CLIP

F16 = npt.NDArray[np.float16]

BLOCK = 16
"""Vectors that are prepared together where the processor does it."""
KEPT = 179
"""Of 256 numbers so many are seen at a time, the others left out at random: dropout of 0.3."""
SCALE = 256 / KEPT
"""What a product with thinned vectors is multiplied by."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """One batch: every vector is ``share`` its own and ``1 - share`` its partner's.

    Attributes
    ----------
    vectors : torch.Tensor
        (B, D) float32, standardised and clipped, mixed, three in ten numbers 0. Overwritten by the
        next batch.
    partner : torch.Tensor
        (B,) int64, place in the batch of the vector that each is mixed with.
    share : float
        Between 0 and 1.
    """

    vectors: torch.Tensor
    partner: torch.Tensor
    share: float


class Batches:
    """Prepares batches of feature vectors in buffers of its own.

    Parameters
    ----------
    flat : numpy.ndarray
        (N, D) float16 feature vectors.
    mean, scale : torch.Tensor
        (D,) float32, of the features.
    size : int
        Vectors in a batch.
    mixup : float
        Both parameters of the Beta distribution that the share is drawn from.
    device : torch.device
        Where the batches are prepared and used.
    """

    def __init__(
        self,
        flat: F16,
        mean: torch.Tensor,
        scale: torch.Tensor,
        *,
        size: int,
        mixup: float,
        device: torch.device,
    ) -> None:
        self.flat, self.mixup, self.size = flat, mixup, size
        self.mean, self.inverse = mean.to(device), (1 / scale).to(device)
        self.block = BLOCK if device.type == "cpu" else size
        length = flat.shape[1]
        self.plain = torch.empty(size, length, device=device)
        self.mixed = torch.empty(size, length, device=device)
        self.bits = torch.empty(self.block, length, dtype=torch.uint8, device=device)

    def draw(self, pick: npt.NDArray[np.int64], rng: np.random.Generator) -> Mixed:
        """Prepare one batch.

        Parameters
        ----------
        pick : numpy.ndarray
            (size,) int64, rows of the vectors.
        rng : numpy.random.Generator
            Draws share and partners; what is left out is drawn by torch.
        """
        blocks = [slice(start, start + self.block) for start in range(0, self.size, self.block)]
        for at in blocks:
            block = self.plain[at]
            block.copy_(torch.from_numpy(self.flat[pick[at]]))
            block.sub_(self.mean).mul_(self.inverse).clamp_(-CLIP, CLIP)
        share = float(rng.beta(self.mixup, self.mixup))
        partner = torch.from_numpy(rng.permutation(self.size)).to(self.plain.device)
        for at in blocks:
            block = self.mixed[at]
            torch.index_select(self.plain, 0, partner[at], out=block)
            block.lerp_(self.plain[at], share)
            bits = self.bits[: len(block)]
            block.mul_(bits.random_(0, 256) < KEPT)
        return Mixed(self.mixed, partner, share)
